//! What can go wrong, in the words of the one who asked.

use crate::{
	types::{AskId, CaseId, ListingId, OrderId, Period, TabId},
	Digest,
};
use souk_custody::{format_account, AccountId, CustodyError};
use souk_network::NetworkError;
use souk_protocol::{ProtocolError, SignedAttestation};
use std::{path::PathBuf, time::Duration};

/// An error of the sdk: what happened, to what, and what to do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SdkError {
	/// The chain spec cannot be used.
	#[error("the chain spec cannot be used: {reason}; use the raw spec that the chain's operators publish")]
	ChainSpec {
		/// Why.
		reason: String,
	},
	/// No finalised block that can be read came in time.
	#[error("no finalised block could be read within {after:?}: {reason}")]
	NoFinality {
		/// How long was waited.
		after: Duration,
		/// What is known of the reason, and what to do.
		reason: String,
	},
	/// The light client has ended.
	#[error("the light client has stopped; connect again")]
	Stopped,
	/// A view is older than what the light client keeps.
	#[error("block {number} is too old to be read; take a newer view")]
	HeadGone {
		/// Its number.
		number: u32,
	},
	/// The chain could not be read.
	#[error("cannot read {what} at block {block}: {reason}")]
	Read {
		/// What was read.
		what: String,
		/// At which block.
		block: u32,
		/// Why it failed.
		reason: String,
	},
	/// What the chain says is not what this version understands.
	#[error(
		"cannot understand {what}: {reason}; this program and the chain's runtime are of different versions"
	)]
	Incompatible {
		/// What was decoded or encoded.
		what: String,
		/// Why it failed.
		reason: String,
	},
	/// Something took too long.
	#[error("{what} took longer than {limit:?}; try again")]
	Timeout {
		/// What was waited for.
		what: String,
		/// The limit.
		limit: Duration,
	},
	/// No asset of that name is registered.
	#[error("there is no asset {symbol:?} on this chain; {known}")]
	UnknownAsset {
		/// What was asked for.
		symbol: String,
		/// Which there are.
		known: String,
	},
	/// Two statements are no evidence against anybody.
	#[error("{0}; nothing was sent")]
	Unconvincing(#[from] crate::evidence::Unconvincing),
	/// There is no such listing.
	#[error("there is no listing {listing}")]
	ListingNotFound {
		/// Its number or address.
		listing: String,
	},
	/// The account cannot pay the fee of a transaction.
	#[error("{} cannot pay the fee of {call}: send it some SOUK first", format_account(account))]
	CannotPay {
		/// Who.
		account: AccountId,
		/// What was to be sent, as `Pallet.call`.
		call: String,
	},
	/// The chain would not take a transaction into a block.
	#[error("the chain does not take {call}: {reason}")]
	Invalid {
		/// What was sent, as `Pallet.call`.
		call: String,
		/// Why.
		reason: String,
	},
	/// A transaction was not sent: something that passes came before it.
	#[error("{call} was not sent: {source}")]
	NotSent {
		/// What was to be sent, as `Pallet.call`.
		call: String,
		/// What came before it.
		source: Box<SdkError>,
	},
	/// A transaction was not included while it was valid.
	#[error(
		"{call} was not included within {blocks} blocks and has expired; nothing happened, send it again"
	)]
	Expired {
		/// What was sent, as `Pallet.call`.
		call: String,
		/// For how long it was valid.
		blocks: u32,
	},
	/// A transaction was included, and its call failed.
	#[error("{call} failed in block {block}: {sentence} ({pallet}.{error})")]
	Dispatch {
		/// What was sent, as `Pallet.call`.
		call: String,
		/// Where the error comes from; `Runtime` where it is no pallet's.
		pallet: String,
		/// The error's name.
		error: String,
		/// What it means.
		sentence: String,
		/// The block.
		block: u32,
		/// What it cost all the same, in planck.
		fee: u128,
	},
	/// A listing has no persistence node that could be asked.
	#[error("listing {listing} has no persistence node assigned: nobody can answer; ask its curator")]
	NoProviders {
		/// The listing.
		listing: ListingId,
	},
	/// Nobody gave an answer that holds.
	#[error("no persistence node of listing {listing} gave an answer that holds: {}", tried_text(tried))]
	AllFailed {
		/// The listing.
		listing: ListingId,
		/// Who was asked, and what went wrong.
		tried: Vec<(AccountId, String)>,
		/// What those have signed whose answers were void: the very bytes that they signed for are no answer, whoever looks at them. It is
		/// evidence of that.
		void: Vec<SignedAttestation>,
	},
	/// A node refused a query, and signed for it.
	#[error("the query was refused ({code}): {message}")]
	Refused {
		/// Stable code, e.g. `refused`, `not_entitled`, `timed_out`.
		code: String,
		/// One sentence.
		message: String,
		/// Who refused.
		provider: AccountId,
		/// What the node signed.
		attestation: Box<SignedAttestation>,
		/// Who was asked before, and what went wrong.
		tried: Vec<(AccountId, String)>,
		/// What those have signed whose answers were void: see [`Self::AllFailed`].
		void: Vec<SignedAttestation>,
	},
	/// A query that cannot be proved; nothing was sent.
	#[error("{0}")]
	NotProvable(#[from] souk_aggregates::sql::SqlError),
	/// There is no snapshot that could be bought.
	#[error("listing {listing} has no snapshot {}to buy: {reason}", period.map(|period| format!("of period {period} ")).unwrap_or_default())]
	SnapshotNotFound {
		/// The listing.
		listing: ListingId,
		/// The period that was asked for.
		period: Option<Period>,
		/// What is known, and what to do.
		reason: String,
	},
	/// There is no such order.
	#[error("there is no order {order}: either it never was, or it has ended and its record was removed")]
	OrderNotFound {
		/// Its number.
		order: OrderId,
	},
	/// An order ended without a delivery; the money is back.
	#[error("order {order} ended in block {block} without a delivery, and {refunded} units of its asset went back to the buyer: {reason}")]
	OrderRefunded {
		/// Its number.
		order: OrderId,
		/// The block.
		block: u32,
		/// What came back, in the smallest unit of its asset.
		refunded: u128,
		/// Why, and what to do.
		reason: String,
	},
	/// What was delivered does not open what was bought.
	#[error("the key delivered for order {order} is not the one that its snapshot commits to; the chain should not have taken it: dispute the order and tell the chain's operators")]
	WrongKey {
		/// The order.
		order: OrderId,
	},
	/// A chunk is bad, and it is too late to prove it.
	#[error("chunk {index} of order {order} is not what was listed, but the time to prove it ended with block {until}")]
	WindowClosed {
		/// The order.
		order: OrderId,
		/// The chunk.
		index: u32,
		/// Last block in which it could be proved.
		until: u32,
	},
	/// A bad chunk could not be proved, for want of the key to prove it with.
	#[error("the proving key of {statement}, era {era}, is not to be had: {reason}")]
	NoProvingKey {
		/// Name of the statement.
		statement: &'static str,
		/// The era.
		era: u32,
		/// Why, and what to do.
		reason: String,
	},
	/// The proof of a delivery could not be found.
	#[error("the proof of order {order}'s delivery is not to be had: {reason}")]
	NoProof {
		/// The order.
		order: OrderId,
		/// Why, and what to do.
		reason: String,
	},
	/// There is no such ask.
	#[error("there is no ask {ask}: either it never was, or it has ended and its record was removed")]
	AskNotFound {
		/// Its number.
		ask: AskId,
	},
	/// There is no such case.
	#[error("there is no case {case}: either it never was, or it is over and was forgotten")]
	CaseNotFound {
		/// Its number.
		case: CaseId,
	},
	/// The answer to an ask could not be found.
	#[error("the answer to ask {ask} is not to be had: {reason}")]
	NoAnswer {
		/// The ask.
		ask: AskId,
		/// Why, and what to do.
		reason: String,
	},
	/// A proof could not be made.
	#[error("no proof could be made: {0}")]
	Prove(String),
	/// Somebody else is at the same purchase.
	#[error("another process is at the same purchase ({}); wait for it, or end it", path.display())]
	PurchaseBusy {
		/// The directory of the purchase.
		path: PathBuf,
	},
	/// What was kept of a purchase cannot be used.
	#[error("{} is not a usable record of a purchase: {reason}; move it away, and buy again: what was paid for is found on the chain", path.display())]
	BadRecord {
		/// The file.
		path: PathBuf,
		/// Why.
		reason: String,
	},
	/// There is no such tab.
	#[error("there is no tab {tab}: either it never was, or it has ended")]
	TabNotFound {
		/// Its number.
		tab: TabId,
	},
	/// Another query is being paid from the same tab.
	#[error("another query is being paid from tab {tab}; wait for it, or end it")]
	TabBusy {
		/// The tab.
		tab: TabId,
	},
	/// What was kept of a tab's vouchers cannot be used.
	#[error("{} is not a usable record of vouchers: {reason}; move it away: what was settled is found on the chain", path.display())]
	BadPurse {
		/// The file.
		path: PathBuf,
		/// Why.
		reason: String,
	},
	/// Nobody has the metadata that the chain refers to.
	#[error(
		"nobody offers the metadata of listing {listing} whose hash is on chain (0x{}); try again later",
		hex::encode(hash)
	)]
	MetadataNotFound {
		/// The listing.
		listing: ListingId,
		/// The hash on chain.
		hash: Digest,
	},
	/// A document that is none.
	#[error("the metadata is not usable: {reason}")]
	BadMetadata {
		/// Why.
		reason: String,
	},
	/// A file could not be written or read.
	#[error("cannot {action} {}: {source}", path.display())]
	File {
		/// What was tried.
		action: &'static str,
		/// On what.
		path: PathBuf,
		/// What the system said.
		source: std::io::Error,
	},
	/// The off-chain network.
	#[error(transparent)]
	Network(#[from] NetworkError),
	/// A key.
	#[error(transparent)]
	Custody(#[from] CustodyError),
	/// Bytes from somewhere else.
	#[error(transparent)]
	Protocol(#[from] ProtocolError),
}

impl SdkError {
	/// Whether the same may go well later, with nothing changed here: nobody answered, finality stands still, or a transaction was not
	/// included while it was valid. Whatever goes on for long waits such troubles out, and ends at once with all others.
	pub fn passes(&self) -> bool {
		matches!(
			self,
			Self::NoFinality { .. }
				| Self::Read { .. }
				| Self::HeadGone { .. }
				| Self::Timeout { .. }
				| Self::Stopped
				| Self::NotSent { .. }
				| Self::Expired { .. }
		)
	}

	/// Whether a transaction that ended like this may be on its way, and be included all the same. Those that pass and are not in doubt say
	/// that nothing happened.
	pub fn is_in_doubt(&self) -> bool {
		self.passes() && !matches!(self, Self::NotSent { .. } | Self::Expired { .. })
	}
}

fn tried_text(tried: &[(AccountId, String)]) -> String {
	let each: Vec<_> =
		tried.iter().map(|(node, reason)| format!("{}: {reason}", format_account(node))).collect();
	each.join("; ")
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn what_passes_is_told_from_what_no_waiting_mends() {
		let call = || "Escrow.order".to_string();
		let reason = || "why".to_string();
		let passing = [
			SdkError::NoFinality { after: Duration::ZERO, reason: reason() },
			SdkError::Read { what: "the order".into(), block: 1, reason: reason() },
			SdkError::HeadGone { number: 1 },
			SdkError::Timeout { what: "finality".into(), limit: Duration::ZERO },
			SdkError::Stopped,
			SdkError::NotSent { call: call(), source: Box::new(SdkError::Stopped) },
			SdkError::Expired { call: call(), blocks: 64 },
		];
		for error in passing {
			assert!(error.passes(), "{error}");
			let is_decided = matches!(error, SdkError::NotSent { .. } | SdkError::Expired { .. });
			assert_eq!(error.is_in_doubt(), !is_decided, "{error}");
		}
		let lasting = [
			SdkError::ChainSpec { reason: reason() },
			SdkError::Incompatible { what: call(), reason: reason() },
			SdkError::CannotPay { account: [1; 32], call: call() },
			SdkError::Invalid { call: call(), reason: reason() },
			SdkError::OrderNotFound { order: 1 },
			SdkError::WrongKey { order: 1 },
			SdkError::Custody(CustodyError::NotFound { name: "main".into(), dir: "keys".into() }),
		];
		for error in lasting {
			assert!(!error.passes() && !error.is_in_doubt(), "{error}");
		}
	}
}
