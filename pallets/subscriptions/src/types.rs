//! What is stored of a subscription, and the rules that need nothing else.

use crate::Phase;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use souk_primitives::{Balance, PayoutSplit, PlanIndex, Price};

/// Most entitlements that are shown of one holder.
pub const HOLDER_PAGE: usize = 100;
/// Most ranks in one page.
pub const RANKING_PAGE: u32 = 100;
/// How many blocks after its due block a subscription's turn may be, where queues are full.
pub const LOOK_AHEAD: u32 = 64;

/// One subscription.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct SubscriptionRecord<AccountId> {
	/// Who pays; gets back what is not earned.
	pub payer: AccountId,
	/// Under which plan of the listing.
	pub plan: PlanIndex,
	/// The price that the payer agreed to; a renewal costs no more.
	pub price: Price,
	/// Length of a period, in blocks.
	pub period: u32,
	/// Who earns the running period, as it was when the period began.
	pub split: PayoutSplit,
	/// First block of the running period.
	pub period_start: u32,
	/// First block that is not paid for.
	pub paid_until: u32,
	/// Whether it renews by itself.
	pub auto_renew: bool,
	/// Where it is in its life.
	pub phase: Phase,
	/// The block in whose queue it waits. `None` only while it is `Settling` and found no room.
	pub queued_at: Option<u32>,
	/// Money held for the running period, in the price's smallest unit.
	pub held: Balance,
	/// What is held for its bytes, in planck.
	pub deposit: Balance,
	/// The mark under which curation remembers who worked in the running period; `None` where nobody is owed anything.
	pub mark: Option<u32>,
	/// Whether it is a free trial.
	pub trial: bool,
	/// Whether rankings count it: something is paid, and neither payer nor holder owns or serves the listing.
	pub counted: bool,
	/// How many periods earned somebody something.
	pub periods_paid: u32,
	/// Whether that was for as long as rankings ask of one that stays.
	pub retained: bool,
	/// The block since which it has run without a gap. The keys of snapshots that became final since then are the holder's.
	pub key_period: u32,
}

/// [`SubscriptionRecord`] of a runtime.
pub type SubscriptionRecordOf<T> = SubscriptionRecord<<T as frame_system::Config>::AccountId>;

impl<AccountId> SubscriptionRecord<AccountId> {
	/// First block in which queries are refused, as block `now` knows.
	///
	/// That is `paid_until`, or the end of the grace. Where many subscriptions end in one block, the turn of one that
	/// renews itself may be up to [`LOOK_AHEAD`] blocks later, or a tenth of its period, and wait longer where blocks have no room for it. Until
	/// then it goes on, for one period at most, because its holder did nothing wrong: it lapses where it could not be charged.
	pub fn entitled_until(&self, now: u32) -> u32 {
		match self.phase {
			Phase::Grace { until } => until,
			Phase::Running if self.auto_renew => self
				.queued_at
				.unwrap_or(0)
				.max(now.saturating_add(1))
				.clamp(self.paid_until, self.paid_until.saturating_add(self.period)),
			Phase::Running | Phase::Settling { .. } => self.paid_until,
		}
	}

	/// End of a late-payment grace of `grace` blocks. Never longer than a tenth of a period (one block at least): who lets
	/// it lapse on purpose gains no more than that on the price.
	pub fn grace_until(&self, grace: u32) -> u32 {
		self.paid_until.saturating_add(grace.min(self.tenth()))
	}

	/// Blocks of a tenth of a period, one at least.
	pub fn tenth(&self) -> u32 {
		self.period.checked_div(10).unwrap_or(0).max(1)
	}

	/// Notes that a period was paid out; one that was paid for `retained_after` blocks has stayed.
	pub fn note_paid(&mut self, retained_after: u32) {
		self.periods_paid = self.periods_paid.saturating_add(1);
		self.retained |= self.periods_paid.saturating_mul(self.period) >= retained_after;
	}

	/// First block in which the next period cannot be paid for any more.
	pub fn payable_until(&self) -> u32 {
		match self.phase {
			Phase::Grace { until } => until,
			Phase::Running => self.paid_until.saturating_add(self.period),
			Phase::Settling { .. } => self.paid_until,
		}
	}

	/// What it adds to its payer's counts.
	pub fn contribution(&self) -> StatsRecord {
		let live = self.counted && !matches!(self.phase, Phase::Settling { .. });
		StatsRecord {
			live_paid: live.into(),
			retained: (live && self.retained).into(),
			open: (self.held > 0).into(),
		}
	}
}

/// The trace of a trial.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct TrialRecord<AccountId> {
	/// Who paid the deposit.
	pub payer: AccountId,
	/// What is held for its bytes, in planck.
	pub deposit: Balance,
}

/// Counts over the subscriptions of a listing, or over those that one account pays for.
#[derive(
	Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct StatsRecord {
	/// Live subscriptions that rankings count; over a listing, the accounts that pay for one.
	pub live_paid: u32,
	/// Those of them that have stayed for as long as rankings ask.
	pub retained: u32,
	/// Subscriptions that hold money, whether counted or not.
	pub open: u32,
}

impl StatsRecord {
	/// What an account with these counts adds to the listing's: it counts once, however often it subscribed.
	pub fn once(self) -> Self {
		Self { live_paid: self.live_paid.min(1), retained: self.retained.min(1), open: self.open }
	}

	/// These counts with `before` taken off and `after` added.
	pub fn replace(self, before: Self, after: Self) -> Self {
		let change = |now: u32, before: u32, after: u32| now.saturating_sub(before).saturating_add(after);
		Self {
			live_paid: change(self.live_paid, before.live_paid, after.live_paid),
			retained: change(self.retained, before.retained, after.retained),
			open: change(self.open, before.open, after.open),
		}
	}
}

/// How a listing ranks.
#[derive(
	Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct RankView {
	/// Accounts outside that pay for a live subscription; each once.
	pub live_paid: u32,
	/// Those of them that have paid for as long as rankings ask of one that stays.
	pub retained: u32,
	/// What to sort by; see [`score`] and [`fallen`].
	pub score: u64,
	/// Offences that are remembered against the listing.
	pub offences: u32,
}

/// What listings are sorted by: each account with a live paid subscription counts once, and one that has stayed three times
/// more. Coming is cheap, staying is not.
pub fn score(live_paid: u32, retained: u32) -> u64 {
	u64::from(live_paid).saturating_add(u64::from(retained).saturating_mul(3))
}

/// What is left of a score after that many offences: half after the first, a third after the second.
pub fn fallen(score: u64, offences: u32) -> u64 {
	score.checked_div(u64::from(offences).saturating_add(1)).unwrap_or(0)
}

/// Why a subscription that was to renew did not.
#[derive(
	Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub enum NotRenewedReason {
	/// The listing is paused or has ended.
	#[codec(index = 0)]
	NotForSale,
	/// The plan is not offered any more with the same period and in the same asset.
	#[codec(index = 1)]
	OfferGone,
	/// The plan costs more than the payer agreed to.
	#[codec(index = 2)]
	TooExpensive,
	/// The grace ended without a payment.
	#[codec(index = 3)]
	Unpaid,
	/// The payer switched renewal off in the grace.
	#[codec(index = 4)]
	SwitchedOff,
	/// The queues for the blocks after the next period's end are full.
	#[codec(index = 5)]
	QueueFull,
	/// The money of the last period could not be moved.
	#[codec(index = 6)]
	Unsettled,
}
