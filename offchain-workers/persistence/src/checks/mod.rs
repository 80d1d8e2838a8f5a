//! Admission of a query request: one check per file, in this order, the cheap ones first.
//!
//! ```text
//! stream
//!   │  peer                 a token bucket per peer, before anything is read
//! sealed bytes
//!   │  size                 before anything is done with them
//!   │  (opened with the node's key; what does not open has nobody to answer to, and its stream is closed)
//!   │  signature            the holder's, over every field
//!   │  chain_and_deadline   this chain, this node, not expired, not for later
//!   │  replay               a nonce is used once, also across restarts: claimed here, in memory
//!   │  rate                 a token bucket per holder
//!   │  entitlement          at the finalised head, which is of now; the listing is this node's to serve; a subscription, or with
//!   │                       a voucher its tab
//!   │  (the nonce is written down: a stranger costs no write)
//!   │  policy               the statement itself
//!   │  snapshot             the final one that is asked for, where it is here: nothing is paid for one that is not
//!   │  payment              what the query costs, a proof by the snapshot's rows; a voucher is kept, and the query reserved for it
//!   ▼
//! Admitted
//! ```
//!
//! The first check that fails decides. Every refusal has a stable code and a sentence, and is attested.

pub mod chain_and_deadline;
pub mod entitlement;
pub mod payment;
pub mod peer;
pub mod policy;
pub mod rate;
pub mod replay;
pub mod signature;
pub mod size;
pub mod snapshot;

use crate::{
	chain::{FinalSnapshot, Head, ListingFacts},
	node::{HeldFile, Node},
	vouchers::Payment,
};
use souk_protocol::SignedRequest;

/// The stages at which a request can end without a result, as counted in the metrics.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Stage {
	/// [`peer`].
	Peer,
	/// [`size`].
	Size,
	/// It does not open with this node's key, or is not a request.
	Envelope,
	/// [`signature`].
	Signature,
	/// [`chain_and_deadline`].
	ChainAndDeadline,
	/// [`replay`].
	Replay,
	/// [`rate`].
	Rate,
	/// [`entitlement`].
	Entitlement,
	/// [`payment`].
	Payment,
	/// [`policy`].
	Policy,
	/// [`snapshot`]; or, of a proof, what the snapshot commits to.
	Snapshot,
	/// Admitted, but all places are taken or the node is about to stop.
	Capacity,
	/// Admitted and started; the executor refused or failed.
	Execution,
}

impl Stage {
	/// Every stage.
	pub const ALL: [Stage; 13] = [
		Stage::Peer,
		Stage::Size,
		Stage::Envelope,
		Stage::Signature,
		Stage::ChainAndDeadline,
		Stage::Replay,
		Stage::Rate,
		Stage::Entitlement,
		Stage::Payment,
		Stage::Policy,
		Stage::Snapshot,
		Stage::Capacity,
		Stage::Execution,
	];

	/// Its name in the metrics.
	pub const fn name(self) -> &'static str {
		match self {
			Stage::Peer => "peer",
			Stage::Size => "size",
			Stage::Envelope => "envelope",
			Stage::Signature => "signature",
			Stage::ChainAndDeadline => "chain_and_deadline",
			Stage::Replay => "replay",
			Stage::Rate => "rate",
			Stage::Entitlement => "entitlement",
			Stage::Payment => "payment",
			Stage::Policy => "policy",
			Stage::Snapshot => "snapshot",
			Stage::Capacity => "capacity",
			Stage::Execution => "execution",
		}
	}
}

/// Why a request gets no result: what the attested error says.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {message}")]
pub struct Refusal {
	/// Where it ended.
	pub stage: Stage,
	/// Stable word for programs.
	pub code: &'static str,
	/// One sentence for a person.
	pub message: String,
}

impl Refusal {
	/// A refusal at `stage`.
	pub fn new(stage: Stage, code: &'static str, message: impl Into<String>) -> Self {
		Self { stage, code, message: message.into() }
	}

	/// Something on this side failed; another node may do better.
	pub fn internal(stage: Stage, what: &str) -> Self {
		Self::new(
			stage,
			codes::INTERNAL,
			format!("{what} failed on this node; ask another one, or try again"),
		)
	}
}

/// The codes of the refusals made here. Those of the engine ([`souk_engine::QueryError::code`]) join them.
pub mod codes {
	/// The request, or its SQL, is too long.
	pub const TOO_LARGE: &str = "too_large";
	/// The signature is not the holder's.
	pub const BAD_SIGNATURE: &str = "bad_signature";
	/// Made for another chain.
	pub const WRONG_CHAIN: &str = "wrong_chain";
	/// Made for another node.
	pub const WRONG_NODE: &str = "wrong_node";
	/// The deadline has passed.
	pub const EXPIRED: &str = "expired";
	/// The deadline is too far ahead.
	pub const DEADLINE_TOO_FAR: &str = "deadline_too_far";
	/// The nonce was used before.
	pub const REPLAYED: &str = "replayed";
	/// Too many requests of this holder or peer.
	pub const RATE_LIMITED: &str = "rate_limited";
	/// There is no such listing.
	pub const UNKNOWN_LISTING: &str = "unknown_listing";
	/// The listing has ended.
	pub const LISTING_ENDED: &str = "listing_ended";
	/// This node does not serve the listing.
	pub const NOT_ASSIGNED: &str = "not_assigned";
	/// The holder has no running entitlement.
	pub const NOT_ENTITLED: &str = "not_entitled";
	/// The voucher cannot be read, is for another node or chain, or is signed by somebody else.
	pub const BAD_VOUCHER: &str = "bad_voucher";
	/// There is no such tab of this holder and listing that is open.
	pub const TAB_NOT_OPEN: &str = "tab_not_open";
	/// The tab has too little left.
	pub const TAB_EXHAUSTED: &str = "tab_exhausted";
	/// The vouchers pay less than what was answered.
	pub const PAYMENT_DUE: &str = "payment_due";
	/// Too much is unsettled: a moment later it may do.
	pub const SETTLING: &str = "settling";
	/// No final snapshot that fits.
	pub const NO_SNAPSHOT: &str = "no_snapshot";
	/// The snapshot is final on chain, but this node has not got it yet.
	pub const NOT_STORED_YET: &str = "not_stored_yet";
	/// All places are taken, or this node is behind the chain: a moment later it may do.
	pub const BUSY: &str = "busy";
	/// The node is about to stop.
	pub const SHUTTING_DOWN: &str = "shutting_down";
	/// The snapshot commits to no columns, so that nothing over it can be proved. The executor says the same of SQL.
	pub const NOT_PROVABLE: &str = "not_provable";
	/// The key under which the snapshot's columns were committed to is not here.
	pub const NO_KEY: &str = "no_key";
	/// Something failed on this side.
	pub const INTERNAL: &str = "internal";
}

/// A request that passed every check, with what was read on the way.
pub struct Admitted {
	/// The listing at `head`.
	pub listing: ListingFacts,
	/// Names under which the snapshot's table is visible.
	pub tables: Vec<String>,
	/// What it is answered from.
	pub snapshot: FinalSnapshot,
	/// The snapshot's file.
	pub(crate) file: HeldFile,
	/// How it is paid.
	pub payment: Payment,
}

/// Runs every check behind the envelope's, in order. `head` is the finalised head at which the right to query is
/// checked, `now` is in milliseconds since the Unix epoch.
///
/// # Errors
/// The first check that fails.
pub async fn admit(node: &Node, signed: &SignedRequest, head: Head, now: u64) -> Result<Admitted, Refusal> {
	let request = &signed.request;
	size::check_sql_length(request)?;
	signature::check(signed)?;
	chain_and_deadline::check(request, &node.chain.genesis(), &node.account(), now)?;
	let claim = replay::claim(&node.claims, &node.replay, request).await?;
	rate::check(&node.rate, request)?;
	let listing = entitlement::check_listing(node, request.listing, head).await?;
	let offer = match &request.voucher {
		None => {
			entitlement::check_subscription(node, request, head).await?;
			None
		}
		Some(voucher) => Some(payment::offer(node, request, voucher, head).await?),
	};
	replay::enter(&claim, &node.replay, request.deadline).await?;
	let tables = policy::check(request, &listing, &node.settings.limits).await?;
	let (snapshot, file) = snapshot::choose(node, request, head).await?;
	let payment = match offer {
		None => Payment::none(&node.vouchers),
		Some(offer) => {
			let cost = payment::cost(node, request, &listing, &snapshot, &offer).await;
			payment::take(node, offer, cost, now).await?
		}
	};
	Ok(Admitted { listing, tables, snapshot, file, payment })
}
