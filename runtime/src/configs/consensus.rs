//! Who makes blocks, and what it costs to cheat.

use crate::*;
use frame_support::{
	parameter_types,
	traits::{ConstU128, ConstU32, ConstU64, Get},
};
use pallet_im_online::sr25519::AuthorityId as ImOnlineId;
use sp_runtime::{traits::OpaqueKeys, transaction_validity::TransactionPriority, Permill};

/// Most validators of a session.
pub type MaxAuthorities = ConstU32<100>;

/// Blocks of a session: ten minutes, unless the genesis says otherwise.
pub struct EpochDuration;

impl Get<u64> for EpochDuration {
	fn get() -> u64 {
		Pace::epoch_blocks()
	}
}

/// Blocks of the shortest phase of a dispute, unless the genesis says otherwise: a minute, in which a program that looks at each block answers and
/// votes, though some blocks are full, or their authors leave its transaction out.
pub const SHORTEST_PHASE: BlockNumber = 20;

impl pace::Config for Runtime {
	type EpochBlocks = ConstU64<{ 10 * MINUTES as u64 }>;
	type ShortestPhase = ConstU32<SHORTEST_PHASE>;
}

parameter_types! {
	pub const ExpectedBlockTime: u64 = SLOT_MILLIS;
	/// Sessions for which a bond stays slashable after it was unbonded.
	pub const UnbondingSessions: u32 = 28;
	/// Blocks for which an equivocation may still be reported: less than the bond behind it is there.
	pub const ReportLongevity: u64 = 24 * 10 * MINUTES as u64;
	pub const ImOnlinePriority: TransactionPriority = TransactionPriority::MAX;
}

impl pallet_babe::Config for Runtime {
	type EpochDuration = EpochDuration;
	type ExpectedBlockTime = ExpectedBlockTime;
	type EpochChangeTrigger = pallet_babe::ExternalTrigger;
	type DisabledValidators = Session;
	type WeightInfo = ();
	type MaxAuthorities = MaxAuthorities;
	type MaxNominators = ConstU32<0>;
	type KeyOwnerProof = sp_session::MembershipProof;
	type EquivocationReportSystem =
		pallet_babe::EquivocationReportSystem<Self, Offences, Historical, ReportLongevity>;
}

impl pallet_grandpa::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type WeightInfo = ();
	type MaxAuthorities = MaxAuthorities;
	type MaxNominators = ConstU32<0>;
	type MaxSetIdSessionEntries = ConstU64<168>;
	type KeyOwnerProof = sp_session::MembershipProof;
	type EquivocationReportSystem =
		pallet_grandpa::EquivocationReportSystem<Self, Offences, Historical, ReportLongevity>;
}

impl pallet_authorship::Config for Runtime {
	type FindAuthor = pallet_session::FindAccountFromAuthorIndex<Self, Babe>;
	type EventHandler = ImOnline;
}

impl pallet_session::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type ValidatorId = AccountId;
	type ValidatorIdOf = pallet_validators::ValidatorIdOf<Runtime>;
	type ShouldEndSession = Babe;
	type NextSessionRotation = Babe;
	type SessionManager = pallet_session::historical::NoteHistoricalRoot<Self, Validators>;
	type SessionHandler = <SessionKeys as OpaqueKeys>::KeyTypeIdProviders;
	type Keys = SessionKeys;
	type DisablingStrategy = pallet_session::disabling::UpToLimitWithReEnablingDisablingStrategy;
	type WeightInfo = pallet_session::weights::SubstrateWeight<Runtime>;
	type Currency = Balances;
	type KeyDeposit = ConstU128<{ deposit(1, 96) }>;
}

parameter_types! {
	/// A tenth of a slash rewards whoever reported the offence.
	pub const ReporterShare: Permill = Permill::from_percent(10);
}

/// Slashed money goes to the treasury.
pub struct SlashToTreasury;
impl frame_support::traits::OnUnbalanced<frame_support::traits::fungible::Credit<AccountId, Balances>>
	for SlashToTreasury
{
	fn on_nonzero_unbalanced(credit: frame_support::traits::fungible::Credit<AccountId, Balances>) {
		// What the treasury cannot take (less than the existential deposit, while it is empty) is burnt by being dropped.
		let _ = <Balances as frame_support::traits::fungible::Balanced<AccountId>>::resolve(
			&Treasury::account_id(),
			credit,
		);
	}
}

impl pallet_validators::Config for Runtime {
	type Currency = Balances;
	type RuntimeHoldReason = RuntimeHoldReason;
	type SessionInterface = Session;
	type KeysRegistered = Session;
	type AdminOrigin = EnsureRootOrCouncil;
	type SlashTreasury = SlashToTreasury;
	type ReporterShare = ReporterShare;
	type MinBond = params::validators::MinBond;
	type MaxValidators = MaxAuthorities;
	type MinValidators = params::validators::MinSetSize;
	type SetSize = params::validators::SetSize;
	type MaxCandidates = ConstU32<500>;
	type UnbondingSessions = UnbondingSessions;
	type MaxUnlocking = ConstU32<16>;
	type HistoryDepth = ConstU32<32>;
	type WeightInfo = weights::validators::WeightInfo<Runtime>;
}

impl pallet_session::historical::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type FullIdentification = pallet_validators::Exposure;
	type FullIdentificationOf = pallet_validators::FullIdentificationOf<Runtime>;
}

impl pallet_offences::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type IdentificationTuple = pallet_session::historical::IdentificationTuple<Self>;
	type OnOffenceHandler = Validators;
}

impl pallet_im_online::Config for Runtime {
	type AuthorityId = ImOnlineId;
	type MaxKeys = ConstU32<10_000>;
	type MaxPeerInHeartbeats = ConstU32<10_000>;
	type RuntimeEvent = RuntimeEvent;
	type ValidatorSet = Historical;
	type NextSessionRotation = Babe;
	type ReportUnresponsiveness = Offences;
	type UnsignedPriority = ImOnlinePriority;
	type WeightInfo = pallet_im_online::weights::SubstrateWeight<Runtime>;
}
