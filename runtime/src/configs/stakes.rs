//! What is at stake: offences and what they cost, and who backs the bonds that answer. The table is a set of parameters that governance tunes (`configs/governance.rs`).

use crate::*;
use frame_support::{
	parameter_types,
	traits::{ConstU32, Get},
};
use pallet_stakes::{Penalties, Penalty};
use souk_primitives::OffenceKind;
use sp_runtime::{
	traits::{Convert, Saturating},
	FixedU128, Permill,
};

/// For how many blocks more than `ReportWindow` a submission can be reported: its period may be some minutes ahead of the chain's time, from there the
/// window counts, and it ends with a whole minute. No block comes faster than its slot.
pub const REPORTED_AHEAD: BlockNumber = (pallet_stakes::MINUTES_AHEAD + 1) * MINUTES;

/// Blocks from a statement to the last one in which it can be reported, and one; and more than a challenge is open, because who leaves answers for it. A
/// window that is shorter than what a period may be ahead is for chains on which somebody tries things: bonds there are as fast.
fn answers_for(window: BlockNumber) -> BlockNumber {
	if window < REPORTED_AHEAD {
		return window.saturating_add(1);
	}
	window.saturating_add(REPORTED_AHEAD).max(ChallengeWindow::get().saturating_add(1))
}

/// What governance has set, but longer than an offence can be reported, and as long as a delivery can be disputed that was ordered under a
/// plan. A bond on its way out waits for the rulings as well.
pub struct UnbondingPeriod;

impl Get<BlockNumber> for UnbondingPeriod {
	fn get() -> BlockNumber {
		let reports = answers_for(params::offences::ReportWindow::get());
		let disputes = params::escrow::ConfirmTimeout::get();
		params::market::UnbondingPeriod::get().max(reports).max(disputes)
	}
}

/// How long an offence can be reported, in minutes.
pub struct ReportMinutes;

impl Get<u32> for ReportMinutes {
	fn get() -> u32 {
		params::offences::ReportWindow::get() / MINUTES
	}
}

/// Blocks from the announcement of a downtime to its beginning.
pub const DOWNTIME_NOTICE: BlockNumber = HOURS;
/// The most blocks of a downtime, and of the pauses that put off a snapshot.
pub const LONGEST_DOWNTIME: BlockNumber = 6 * HOURS;
/// The fewest blocks for a challenge: a light client sees it when it is final, and its answer takes as long again.
pub const SHORTEST_CHALLENGE: BlockNumber = 10;
/// The most blocks for one.
pub const LONGEST_CHALLENGE: BlockNumber = DOWNTIME_NOTICE - 1;

/// What governance has set, but long enough to be answered, and too short to be evaded by a downtime.
pub struct ChallengeWindow;

impl Get<BlockNumber> for ChallengeWindow {
	fn get() -> BlockNumber {
		params::offences::ChallengeWindow::get().clamp(SHORTEST_CHALLENGE, LONGEST_CHALLENGE)
	}
}

/// What governance has set, but longer than a challenge is open; 0 for no rounds.
pub struct ChallengeEvery;

impl Get<BlockNumber> for ChallengeEvery {
	fn get() -> BlockNumber {
		match params::offences::ChallengeEvery::get() {
			0 => 0,
			every => every.max(ChallengeWindow::get().saturating_add(1)),
		}
	}
}

/// A penalty as the table has it before governance changes it: parts of the curator's and of the node's bond in thousandths, and of
/// what is taken for subscribers and reporter in hundredths. Each earlier offence of the last four weeks adds as much again.
pub const fn penalty(curator: u32, node: u32, subscribers: u32, reporter: u32) -> Penalty {
	Penalty {
		curator: Permill::from_parts(curator * 1_000),
		node: Permill::from_parts(node * 1_000),
		repeated: Permill::one(),
		within: 28 * DAYS,
		subscribers: Permill::from_percent(subscribers),
		reporter: Permill::from_percent(reporter),
	}
}

/// The table, out of the parameters; but a part of each fine is nobody's whom its payer could be, whatever governance sets ([`Penalty::sound`]).
pub struct PenaltyTable;

impl Penalties for PenaltyTable {
	fn of(kind: OffenceKind) -> Penalty {
		use params::offences;
		let penalty = match kind {
			OffenceKind::Unreachable => offences::Unreachable::get(),
			OffenceKind::MissedChallenge => offences::MissedChallenge::get(),
			OffenceKind::MissedPeriod => offences::MissedPeriod::get(),
			OffenceKind::ConflictingSnapshots => offences::ConflictingSnapshots::get(),
			// As much of each bond covers no sales.
			OffenceKind::BadChunk => {
				Penalty { curator: params::escrow::BadChunkSlash::get(), ..offences::BadChunk::get() }
			}
			OffenceKind::ContradictingAttestations => offences::ContradictingAttestations::get(),
			OffenceKind::LostDispute => offences::LostDispute::get(),
		};
		penalty.sound()
	}
}

/// What governance has set, but never so much that a curator gains by an offence of her own, who is her own subscriber and reporter.
pub struct MaxBacking;

impl Get<FixedU128> for MaxBacking {
	fn get() -> FixedU128 {
		let penalties = OffenceKind::ALL.into_iter().map(PenaltyTable::of);
		let at_curators_cost = penalties.filter(|penalty| !penalty.curator.is_zero());
		let returned =
			at_curators_cost.map(|penalty| penalty.subscribers.saturating_add(penalty.reporter)).max();
		params::backing::MaxBacking::get().min(pallet_backing::without_gain(returned.unwrap_or_default()))
	}
}

/// An account is its sr25519 key.
pub struct AccountOfKey;

impl Convert<[u8; 32], AccountId> for AccountOfKey {
	fn convert(key: [u8; 32]) -> AccountId {
		key.into()
	}
}

impl pallet_stakes::Config for Runtime {
	type Currency = Balances;
	type RuntimeHoldReason = RuntimeHoldReason;
	type Listings = Listings;
	type Curation = Curation;
	// Curation's, with what backs them.
	type Bonds = Backing;
	type Promises = Curation;
	// Nobody can choose it any more when the listings of a round and their keepers are known.
	type Randomness = pallet_babe::RandomnessFromOneEpochAgo<Runtime>;
	type Subscribers = Subscriptions;
	type Worth = WorthInNative;
	type Treasury = TreasuryAccount;
	type Penalties = PenaltyTable;
	type RetryEvery = params::escrow::RetryEvery;
	type Memory = ConstU32<{ 28 * DAYS }>;
	type MaxRemembered = ConstU32<16>;
	type CountedEvery = ConstU32<{ DAYS }>;
	type ReportWindow = params::offences::ReportWindow;
	type ReportMinutes = ReportMinutes;
	type AnnouncedFor = ConstU32<{ 10 * MINUTES }>;
	type SameAnswerFor = params::offences::SameAnswerFor;
	type ChallengeEvery = ChallengeEvery;
	type ChallengeWindow = ChallengeWindow;
	type MaxDowntime = ConstU32<LONGEST_DOWNTIME>;
	type DowntimeNotice = ConstU32<DOWNTIME_NOTICE>;
	type DowntimeEvery = ConstU32<{ 7 * DAYS }>;
	type AccountOf = AccountOfKey;
	type UnixTime = Timestamp;
	type DepositPerByte = params::deposits::PerByte;
	type DepositBase = params::deposits::PerRecord;
	type WeightInfo = weights::stakes::WeightInfo<Runtime>;
}

parameter_types! {
	/// Of a curator's income, for backers.
	pub const MaxShare: Permill = Permill::from_percent(90);
}

impl pallet_backing::Config for Runtime {
	type Currency = Balances;
	type Money = AllAssets;
	type RuntimeHoldReason = RuntimeHoldReason;
	type Listings = Listings;
	type Bonds = Curation;
	type Cases = Disputes;
	type Treasury = TreasuryAccount;
	type MaxBacking = MaxBacking;
	type MinBacking = params::backing::MinBacking;
	type MaxShare = MaxShare;
	type DepositBase = params::deposits::PerRecord;
	type DepositPerByte = params::deposits::PerByte;
	type WeightInfo = weights::backing::WeightInfo<Runtime>;
}
