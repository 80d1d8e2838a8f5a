//! Payment: a subscription needs none. A request with a voucher is paid from a tab, one query at a time.
//!
//! ```text
//! entitlement: no voucher ─ subscription          voucher ─ offer: of this node, a tab of this listing and holder, open at the
//!                                                           finalised head, signed by its key; nothing is written
//! payment:                                                cost: the tab's price, or of a proof the curator's for so many rows
//!                                                         take: kept on disk, decided, reserved
//! ```

use super::{codes, entitlement::too_many_strangers, Refusal, Stage};
use crate::{
	chain::{ChainError, FinalSnapshot, Head, ListingFacts, TabFacts},
	node::Node,
	vouchers::Payment,
};
use souk_protocol::{
	metadata::proof_from_tab,
	request::{AnswerKind, QueryRequest},
	voucher::{check_voucher, decode_voucher, SignedVoucher},
};

/// A voucher that is what it says, and the tab that pays it.
#[derive(Debug)]
pub struct Offer {
	signed: SignedVoucher,
	tab: TabFacts,
	/// The finalised block in which the tab was.
	head: u32,
	/// Free queries of the listing.
	quota: u32,
}

/// Reads the request's voucher, and looks its tab up. Nothing is written: whoever has no tab costs a look at the chain, and those have
/// few places.
///
/// # Errors
/// What is wrong with it.
pub async fn offer(node: &Node, request: &QueryRequest, bytes: &[u8], head: Head) -> Result<Offer, Refusal> {
	let refuse = |code, message: String| Refusal::new(Stage::Payment, code, message);
	let signed = decode_voucher(bytes)
		.map_err(|_| refuse(codes::BAD_VOUCHER, "the voucher cannot be read: make another one".into()))?;
	let promise = &signed.voucher;
	let id = promise.tab;
	if promise.node != node.account() {
		return Err(refuse(
			codes::BAD_VOUCHER,
			"the voucher is for another node: sign one for this one".into(),
		));
	}
	check_voucher(&signed, &node.chain.genesis(), &request.holder).map_err(|_| {
		refuse(
			codes::BAD_VOUCHER,
			format!("the voucher of tab {id} is not signed for this chain by the account that asks"),
		)
	})?;
	let question = (request.listing, request.holder);
	let known = matches!(node.payers.standing(question, head), crate::holders::Standing::Entitled);
	let _turn = match known {
		true => None,
		false => Some(node.payers.turn(question).await.map_err(|_| too_many_strangers())?),
	};
	let failed = |error: ChainError| {
		tracing::warn!(%error, "the chain could not be read for a request");
		Refusal::internal(Stage::Payment, "reading the chain")
	};
	let found = node.chain.tabs(head, node.account(), &[id]).await.map_err(failed)?;
	let open = |tab: &&TabFacts| {
		tab.id == id && tab.open && tab.listing == request.listing && tab.key == request.holder
	};
	let Some(tab) = found.iter().find(open) else {
		return Err(refuse(
			codes::TAB_NOT_OPEN,
			format!(
				"this account has no tab {id} of listing {listing} that is open at block {block}: open one with `souk tab open {listing} --limit <amount>`",
				listing = request.listing,
				block = head.number
			),
		));
	};
	if !tab.has_room {
		return Err(refuse(
			codes::TAB_NOT_OPEN,
			format!("tab {id} has no place left for this node: ask one of those that it pays, or open another tab"),
		));
	}
	node.payers.note(question, head, Some(tab.closes));
	let quota = node.chain.free_quota(head, request.listing).await.map_err(failed)?;
	Ok(Offer { signed, tab: *tab, head: head.number, quota })
}

/// What the query costs, in the smallest unit of the tab's asset. A proof costs by the rows of the snapshot, where the curator has named a price
/// in that asset and the document that says so is here.
pub async fn cost(
	node: &Node,
	request: &QueryRequest,
	listing: &ListingFacts,
	snapshot: &FinalSnapshot,
	offer: &Offer,
) -> u128 {
	let tab = &offer.tab;
	match request.answer {
		AnswerKind::Rows => tab.price,
		AnswerKind::Proof => {
			let price = node.proof_price(request.listing, listing).await;
			proof_from_tab(tab.price, tab.asset.number(), price.as_ref(), snapshot.rows)
		}
	}
}

/// Keeps the voucher, and reserves the query for it, which costs so much.
///
/// # Errors
/// Why it is not answered.
pub async fn take(node: &Node, offer: Offer, cost: u128, now: u64) -> Result<Payment, Refusal> {
	let Offer { signed, tab, head, quota } = offer;
	node.vouchers.take(tab, signed, cost, quota, now, head, &node.metrics).await
}
