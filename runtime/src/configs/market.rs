//! The marketplace: listings, subscriptions, curation, proofs, orders, asks, tabs, disputes, reputation. The numbers are parameters that
//! governance tunes (`configs/governance.rs`).

use crate::*;
use frame_support::traits::{ConstU32, Get, Randomness};
use sp_runtime::Permill;

impl pallet_listings::Config for Runtime {
	type Currency = Balances;
	type RuntimeHoldReason = RuntimeHoldReason;
	type Assets = AllAssets;
	type DepositBase = params::deposits::PerRecord;
	type DepositPerByte = params::deposits::PerByte;
	type TakeDownOrigin = EnsureRootOrCouncil;
	type Curation = Curation;
	type Subscriptions = Subscriptions;
	type OnState = (Curation, (Tabs, Backing));
	type MaxPlans = ConstU32<8>;
	type MaxTags = ConstU32<8>;
	type MaxListPage = ConstU32<50>;
	type WeightInfo = weights::listings::WeightInfo<Runtime>;
}

impl pallet_subscriptions::Config for Runtime {
	type Currency = Balances;
	type RuntimeHoldReason = RuntimeHoldReason;
	type Money = AllAssets;
	type Listings = Listings;
	type Curation = Curation;
	type Backing = Backing;
	type Offences = Stakes;
	type Ratings = Reputation;
	type Treasury = TreasuryAccount;
	type ProtocolFee = params::market::ProtocolFee;
	type Grace = params::market::LatePaymentGrace;
	type RetryEvery = params::market::LatePaymentRetry;
	type RetainedAfter = params::market::RetainedAfter;
	type MaxDuePerBlock = ConstU32<50>;
	type DepositBase = params::deposits::PerRecord;
	type DepositPerByte = params::deposits::PerByte;
	type WeightInfo = weights::subscriptions::WeightInfo<Runtime>;
}

impl pallet_curation::Config for Runtime {
	type Currency = Balances;
	type RuntimeHoldReason = RuntimeHoldReason;
	type Listings = Listings;
	type Subscriptions = Subscriptions;
	type Orders = Escrow;
	type Cases = Disputes;
	type OnKeepers = Availability;
	type UnixTime = Timestamp;
	type DepositBase = params::deposits::PerRecord;
	type DepositPerByte = params::deposits::PerByte;
	type MinCuratorBond = params::market::MinCuratorBond;
	// A bad chunk costs as much.
	type BondReserve = params::escrow::BadChunkSlash;
	type MinNodeBond = params::market::MinNodeBond;
	type UnbondingPeriod = UnbondingPeriod;
	// Who is away for less than there is to answer has not been away: a node keeps its snapshots for longer.
	type BackWithin = ChallengeWindow;
	// As long as a node may be away.
	type MaxPause = ConstU32<LONGEST_DOWNTIME>;
	type MaxUnlocking = ConstU32<32>;
	type MaxAssigned = ConstU32<8>;
	// `weights` of curation and of subscriptions count for as many.
	type MaxTerms = ConstU32<48>;
	type RememberedFor = params::offences::ReportWindow;
	// As many as `availability` has room for, where a node leaves all of them.
	type MaxAssignmentsPerNode = ConstU32<{ pallet_availability::MAX_LEFT / 2 }>;
	type MaxRetention = ConstU32<64>;
	type MaxOpenPeriods = ConstU32<4>;
	type WeightInfo = weights::curation::WeightInfo<Runtime>;
}

impl pallet_proofs::Config for Runtime {
	type AdminOrigin = EnsureRootOrCouncil;
	type WeightInfo = weights::proofs::WeightInfo<Runtime>;
}

/// The least of a price that governance can give the buyer where nobody has ruled.
pub const LEAST_BUYER_SHARE: Permill = Permill::from_percent(25);
/// The most of it.
pub const MOST_BUYER_SHARE: Permill = Permill::from_percent(75);

/// What governance has set, but so that a refusal is worth something to both sides: to one that has all of the price by it, it would be a ruling, and
/// a jury can be made to refuse by who could not have it rule (docs/economics.md).
pub struct DisputeBuyerShare;

impl Get<Permill> for DisputeBuyerShare {
	fn get() -> Permill {
		params::escrow::DisputeBuyerShare::get().clamp(LEAST_BUYER_SHARE, MOST_BUYER_SHARE)
	}
}

impl pallet_escrow::Config for Runtime {
	type Currency = Balances;
	type RuntimeHoldReason = RuntimeHoldReason;
	type Money = AllAssets;
	type Listings = Listings;
	type Curation = Curation;
	type Backing = Backing;
	type Offences = Stakes;
	type Proofs = Proofs;
	type BondValue = WorthInNative;
	type Juries = Disputes;
	type Ratings = Reputation;
	type AdminOrigin = EnsureRootOrCouncil;
	type Treasury = TreasuryAccount;
	type ProtocolFee = params::market::ProtocolFee;
	type CoverMargin = params::escrow::CoverMargin;
	type ChallengeWindow = params::escrow::ChallengeWindow;
	type DeliveryTimeout = params::escrow::DeliveryTimeout;
	type GoodsTimeout = params::escrow::GoodsTimeout;
	type ConfirmTimeout = params::escrow::ConfirmTimeout;
	type OfferTimeout = params::escrow::OfferTimeout;
	type DisputeTimeout = params::escrow::DisputeTimeout;
	type DisputeBuyerShare = DisputeBuyerShare;
	type BadChunkSlash = params::escrow::BadChunkSlash;
	type RetryEvery = params::escrow::RetryEvery;
	type KeepFor = params::escrow::KeepFor;
	type MaxTimeout = ConstU32<{ 365 * DAYS }>;
	type UnbondingPeriod = UnbondingPeriod;
	type DepositBase = params::deposits::PerRecord;
	type DepositPerByte = params::deposits::PerByte;
	type WeightInfo = weights::escrow::WeightInfo<Runtime>;
}

impl pallet_asks::Config for Runtime {
	type Currency = Balances;
	type RuntimeHoldReason = RuntimeHoldReason;
	type Money = AllAssets;
	type Listings = Listings;
	type Curation = Curation;
	type Proofs = Proofs;
	type Treasury = TreasuryAccount;
	type ProtocolFee = params::market::ProtocolFee;
	type RetryEvery = params::escrow::RetryEvery;
	type KeepFor = params::escrow::KeepFor;
	type MaxWait = ConstU32<{ 28 * DAYS }>;
	type DepositBase = params::deposits::PerRecord;
	type DepositPerByte = params::deposits::PerByte;
	type WeightInfo = weights::asks::WeightInfo<Runtime>;
}

impl pallet_tabs::Config for Runtime {
	type Currency = Balances;
	type RuntimeHoldReason = RuntimeHoldReason;
	type Money = AllAssets;
	type Listings = Listings;
	type Curation = Curation;
	type Backing = Backing;
	type Treasury = TreasuryAccount;
	type ProtocolFee = params::market::ProtocolFee;
	type Challenge = params::tabs::Challenge;
	type Lifetime = params::tabs::Lifetime;
	type RetryEvery = params::escrow::RetryEvery;
	type DepositBase = params::deposits::PerRecord;
	type DepositPerByte = params::deposits::PerByte;
	type WeightInfo = weights::tabs::WeightInfo<Runtime>;
}

/// The least bond of an arbitrator, and of a ticket, that governance can set.
pub const LEAST_ARBITRATOR_BOND: Balance = 10 * SOUK;
/// The least that governance can let a juror earn.
pub const LEAST_JUROR_FEE: Balance = SOUK / 2;

/// What governance has set, but not so little that seats are had for nothing.
pub struct ArbitratorBond;

impl Get<Balance> for ArbitratorBond {
	fn get() -> Balance {
		params::disputes::MinBond::get().max(LEAST_ARBITRATOR_BOND)
	}
}

/// What governance has set, but not so little that neither a wrong vote nor a dispute without a ground costs anything: what a seat
/// stakes is twice the fee at least.
pub struct JurorFee;

impl Get<Balance> for JurorFee {
	fn get() -> Balance {
		params::disputes::JurorFee::get().max(LEAST_JUROR_FEE)
	}
}

/// The shortest phase of a case that governance can set, as the genesis has it.
pub struct ShortestPhase;

impl Get<BlockNumber> for ShortestPhase {
	fn get() -> BlockNumber {
		Pace::shortest_phase()
	}
}

/// What governance has set, but long enough for the randomness of a jury: else none would ever be drawn, and nobody but governance would rule.
pub struct DrawTimeout;

impl Get<BlockNumber> for DrawTimeout {
	fn get() -> BlockNumber {
		params::disputes::DrawTimeout::get().max(Pace::shortest_drawing())
	}
}

/// BABE's randomness of one epoch ago, with the block in which the epoch began that gathered it: before that nobody knew more of it than what
/// they add themselves. The block in which it was complete would be too late: the epoch's last author knows it, and still fills a block with
/// accounts that it draws, or begins a drawing that suits.
pub struct JuryRandomness;

impl Randomness<Hash, BlockNumber> for JuryRandomness {
	fn random(subject: &[u8]) -> (Hash, BlockNumber) {
		let (random, _) = pallet_babe::RandomnessFromOneEpochAgo::<Runtime>::random(subject);
		let (gathered_since, _) = pallet_babe::EpochStart::<Runtime>::get();
		(random, gathered_since)
	}
}

impl pallet_disputes::Config for Runtime {
	type Currency = Balances;
	type RuntimeHoldReason = RuntimeHoldReason;
	type Orders = Escrow;
	type Offences = Stakes;
	type Randomness = JuryRandomness;
	type Treasury = TreasuryAccount;
	// `weights` of disputes count for as many.
	type MaxArbitrators = ConstU32<256>;
	type MinBond = ArbitratorBond;
	type Unbonding = params::disputes::Unbonding;
	type JurorFee = JurorFee;
	type JurorStake = params::disputes::JurorStake;
	type IncoherentFine = params::disputes::IncoherentFine;
	type ShortestPhase = ShortestPhase;
	type ResponseTime = params::disputes::ResponseTime;
	type EvidenceTime = params::disputes::EvidenceTime;
	type DrawTimeout = DrawTimeout;
	type CommitTime = params::disputes::CommitTime;
	type RevealTime = params::disputes::RevealTime;
	type AppealTime = params::disputes::AppealTime;
	type ReviewTime = params::disputes::ReviewTime;
	type KeepFor = params::disputes::KeepFor;
	type DepositBase = params::deposits::PerRecord;
	type DepositPerByte = params::deposits::PerByte;
	type WeightInfo = weights::disputes::WeightInfo<Runtime>;
}

impl pallet_reputation::Config for Runtime {
	type Currency = Balances;
	type RuntimeHoldReason = RuntimeHoldReason;
	type Orders = Escrow;
	type Rulings = Disputes;
	type Listings = Listings;
	type Curation = Curation;
	type Window = params::reputation::Window;
	type Memory = params::reputation::Memory;
	type CredentialLife = params::reputation::CredentialLife;
	type DepositBase = params::deposits::PerRecord;
	type DepositPerByte = params::deposits::PerByte;
	type WeightInfo = weights::reputation::WeightInfo<Runtime>;
}
