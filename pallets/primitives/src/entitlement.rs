//! The provable right to query a listing.

use crate::{Digest, ListingId, PlanIndex, Price};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// Who holds an entitlement: an account, or (the private path) a commitment that nobody can tie to one.
#[derive(
	Clone,
	Copy,
	Debug,
	PartialEq,
	Eq,
	PartialOrd,
	Ord,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub enum Holder<AccountId> {
	/// A public account.
	#[codec(index = 0)]
	Account(AccountId),
	/// A commitment; whoever opens it is the holder.
	#[codec(index = 1)]
	Commitment(Digest),
}

/// An entitlement as clients and persistence nodes see it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct EntitlementView<AccountId> {
	/// What it is for.
	pub listing: ListingId,
	/// Who holds it.
	pub holder: Holder<AccountId>,
	/// Who pays for it.
	pub payer: AccountId,
	/// The plan it was bought under.
	pub plan: PlanIndex,
	/// What a period costs.
	pub price: Price,
	/// First block of the running period.
	pub period_start: u32,
	/// First block that is no longer paid for.
	pub paid_until: u32,
	/// First block in which queries are refused: `paid_until`, or the end of the late-payment grace.
	pub entitled_until: u32,
	/// Whether it renews by itself.
	pub auto_renew: bool,
	/// Whether a renewal failed and the grace is running.
	pub in_grace: bool,
	/// Whether it is a free trial.
	pub trial: bool,
	/// Whether it allows a query in the block that this view was read at.
	pub live: bool,
	/// Money held for the running period, in the price's smallest unit.
	pub held: u128,
}
