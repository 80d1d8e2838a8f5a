//! Entitlement: the right to query, at the finalised head.

use super::{codes, Refusal, Stage};
use crate::{
	chain::{Head, ListingFacts},
	holders::Standing,
	node::Node,
};
use souk_protocol::request::QueryRequest;

/// Whether a right that ends at `until` covers the block `head`: `until` is the first block without it.
pub const fn covers(until: u32, head: u32) -> bool {
	head < until
}

/// Checks that this node's view of the chain is of now, that it serves the listing, that the listing has not ended, and
/// that the holder may query it.
pub async fn check(node: &Node, request: &QueryRequest, head: Head) -> Result<ListingFacts, Refusal> {
	let refuse = |code, message: String| Err(Refusal::new(Stage::Entitlement, code, message));
	let failed = |error: crate::chain::ChainError| {
		tracing::warn!(%error, "the chain could not be read for a request");
		Refusal::internal(Stage::Entitlement, "reading the chain")
	};
	let (_, age) = node.head.newest();
	if age > node.settings.max_head_age {
		let seconds = age.as_secs();
		return refuse(
			codes::BUSY,
			format!("this node has seen no new finalised block for {seconds} s: ask another one, or again in a moment"),
		);
	}
	let id = request.listing;
	if !node.duties.borrow().contains(id) {
		return refuse(
			codes::NOT_ASSIGNED,
			format!("this node does not serve listing {id}: ask one that is assigned"),
		);
	}
	let Some(listing) = node.chain.listing(head, id).await.map_err(failed)? else {
		return refuse(codes::UNKNOWN_LISTING, format!("there is no listing {id} at block {}", head.number));
	};
	if !listing.served {
		return refuse(codes::LISTING_ENDED, format!("listing {id} has ended: nothing is served any more"));
	}
	let (question, holders) = ((id, request.holder), &node.holders);
	let until = match holders.standing(question, head) {
		Standing::Refused(ended) => ended,
		standing => {
			let _turn = match standing {
				Standing::Unknown => Some(holders.turn(question).await.map_err(|_| {
					Refusal::new(
						Stage::Entitlement,
						codes::BUSY,
						"too many accounts that this node does not know ask at once: ask another node, or again in a moment",
					)
				})?),
				_ => None,
			};
			let until = node.chain.entitled_until(head, id, request.holder).await.map_err(failed)?;
			holders.note(question, head, until);
			until
		}
	};
	match until {
		Some(until) if covers(until, head.number) => Ok(listing),
		Some(until) => refuse(
			codes::NOT_ENTITLED,
			format!(
				"the subscription to listing {id} ended at block {until}, and this is block {}: renew it",
				head.number
			),
		),
		None => refuse(
			codes::NOT_ENTITLED,
			format!(
				"this account has no subscription to listing {id} at block {}: subscribe first",
				head.number
			),
		),
	}
}

#[cfg(test)]
mod tests {
	use super::covers;

	#[test]
	fn the_first_block_without_the_right_is_the_one_named() {
		assert!(covers(101, 100));
		assert!(!covers(100, 100));
		assert!(!covers(99, 100));
	}
}
