//! Who decides what: a council with members, a treasury, parameters, a pause switch. Sudo has a key in the development
//! presets only; without one nobody can use it.

use crate::*;
use frame_support::{
	dynamic_params::{dynamic_pallet_params, dynamic_params},
	parameter_types,
	traits::{
		fungible::HoldConsideration, fungible::NativeOrWithId, tokens::pay::PayAssetFromAccount,
		tokens::UnityAssetBalanceConversion, ConstU32, Contains, EitherOfDiverse, EnsureOriginWithArg,
		EqualPrivilegeOnly, LinearStoragePrice,
	},
	weights::Weight,
	PalletId,
};
use frame_system::{EnsureRoot, EnsureWithSuccess};
use pallet_stakes::Penalty;
use pallet_tx_pause::RuntimeCallNameOf;
use sp_runtime::{traits::IdentityLookup, FixedU128, Perbill, Permill};

/// Two thirds of the council, or root.
pub type EnsureRootOrCouncil = EitherOfDiverse<
	EnsureRoot<AccountId>,
	pallet_collective::EnsureProportionAtLeast<AccountId, CouncilInstance, 2, 3>,
>;
/// Three quarters of the council, or root: who may act as root, upgrade the runtime first of all.
pub type EnsureRootOrThreeQuarters = EitherOfDiverse<
	EnsureRoot<AccountId>,
	pallet_collective::EnsureProportionAtLeast<AccountId, CouncilInstance, 3, 4>,
>;
/// The one collective of this chain.
pub type CouncilInstance = pallet_collective::Instance1;

impl pallet_sudo::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type RuntimeCall = RuntimeCall;
	type WeightInfo = pallet_sudo::weights::SubstrateWeight<Runtime>;
}

parameter_types! {
	pub const CouncilMotionDuration: BlockNumber = 3 * DAYS;
	pub MaxProposalWeight: Weight = Perbill::from_percent(50) * RuntimeBlockWeights::get().max_block;
}

impl pallet_collective::Config<CouncilInstance> for Runtime {
	type RuntimeOrigin = RuntimeOrigin;
	type Proposal = RuntimeCall;
	type RuntimeEvent = RuntimeEvent;
	type MotionDuration = CouncilMotionDuration;
	type MaxProposals = ConstU32<50>;
	type MaxMembers = ConstU32<25>;
	type DefaultVote = pallet_collective::PrimeDefaultVote;
	type WeightInfo = pallet_collective::weights::SubstrateWeight<Runtime>;
	type SetMembersOrigin = EnsureRoot<AccountId>;
	type MaxProposalWeight = MaxProposalWeight;
	type DisapproveOrigin = EnsureRoot<AccountId>;
	type KillOrigin = EnsureRoot<AccountId>;
	type Consideration = ();
}

impl pallet_membership::Config<pallet_membership::Instance1> for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type AddOrigin = EnsureRootOrCouncil;
	type RemoveOrigin = EnsureRootOrCouncil;
	type SwapOrigin = EnsureRootOrCouncil;
	type ResetOrigin = EnsureRootOrCouncil;
	type PrimeOrigin = EnsureRootOrCouncil;
	type MembershipInitialized = Council;
	type MembershipChanged = Council;
	type MaxMembers = ConstU32<25>;
	type WeightInfo = pallet_membership::weights::SubstrateWeight<Runtime>;
}

/// The way to root on a chain without sudo. One motion of three quarters of the council,
/// `utility.batch_all([whitelist_call(hash), dispatch_whitelisted_call_with_preimage(call)])`, runs `call` as root.
impl pallet_whitelist::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type RuntimeCall = RuntimeCall;
	type WhitelistOrigin = EnsureRootOrThreeQuarters;
	type DispatchWhitelistedOrigin = EnsureRootOrThreeQuarters;
	type Preimages = Preimage;
	type DeferredDispatchExpiration = CouncilMotionDuration;
	type BlockNumberProvider = System;
	type WeightInfo = pallet_whitelist::weights::SubstrateWeight<Runtime>;
}

parameter_types! {
	pub const TreasuryPalletId: PalletId = PalletId(*b"sk/trsry");
	pub const SpendPeriod: BlockNumber = DAYS;
	pub const NoBurn: Permill = Permill::zero();
	pub const PayoutPeriod: BlockNumber = 30 * DAYS;
	pub const MaxSpend: Balance = Balance::MAX;
	pub TreasuryAccount: AccountId = Treasury::account_id();
}

impl pallet_treasury::Config for Runtime {
	type Currency = Balances;
	type RejectOrigin = EnsureRootOrCouncil;
	type RuntimeEvent = RuntimeEvent;
	type SpendPeriod = SpendPeriod;
	type Burn = NoBurn;
	type PalletId = TreasuryPalletId;
	type BurnDestination = ();
	type WeightInfo = pallet_treasury::weights::SubstrateWeight<Runtime>;
	type SpendFunds = ();
	type MaxApprovals = ConstU32<100>;
	type SpendOrigin = EnsureWithSuccess<EnsureRootOrCouncil, AccountId, MaxSpend>;
	type AssetKind = NativeOrWithId<u32>;
	type Beneficiary = AccountId;
	type BeneficiaryLookup = IdentityLookup<AccountId>;
	type Paymaster = PayAssetFromAccount<TransferableAssets, TreasuryAccount>;
	type BalanceConverter = UnityAssetBalanceConversion;
	type PayoutPeriod = PayoutPeriod;
	type BlockNumberProvider = System;
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = AssetArguments;
}

/// Any asset and any account will do.
#[cfg(feature = "runtime-benchmarks")]
pub struct AssetArguments;
#[cfg(feature = "runtime-benchmarks")]
impl pallet_treasury::ArgumentsFactory<NativeOrWithId<u32>, AccountId> for AssetArguments {
	fn create_asset_kind(seed: u32) -> NativeOrWithId<u32> {
		NativeOrWithId::WithId(seed)
	}

	fn create_beneficiary(seed: [u8; 32]) -> AccountId {
		seed.into()
	}
}
#[cfg(feature = "runtime-benchmarks")]
impl pallet_asset_rate::AssetKindFactory<NativeOrWithId<u32>> for AssetArguments {
	fn create_asset_kind(seed: u32) -> NativeOrWithId<u32> {
		NativeOrWithId::WithId(seed)
	}
}

parameter_types! {
	pub const PreimageBaseDeposit: Balance = deposit(2, 64);
	pub const PreimageByteDeposit: Balance = deposit(0, 1);
	pub const PreimageHoldReason: RuntimeHoldReason = RuntimeHoldReason::Preimage(pallet_preimage::HoldReason::Preimage);
	pub MaximumSchedulerWeight: Weight = Perbill::from_percent(50) * RuntimeBlockWeights::get().max_block;
}

impl pallet_preimage::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type WeightInfo = pallet_preimage::weights::SubstrateWeight<Runtime>;
	type Currency = Balances;
	type ManagerOrigin = EnsureRoot<AccountId>;
	type Consideration = HoldConsideration<
		AccountId,
		Balances,
		PreimageHoldReason,
		LinearStoragePrice<PreimageBaseDeposit, PreimageByteDeposit, Balance>,
	>;
}

impl pallet_scheduler::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type RuntimeOrigin = RuntimeOrigin;
	type PalletsOrigin = OriginCaller;
	type RuntimeCall = RuntimeCall;
	type MaximumWeight = MaximumSchedulerWeight;
	type ScheduleOrigin = EnsureRootOrCouncil;
	type OriginPrivilegeCmp = EqualPrivilegeOnly;
	type MaxScheduledPerBlock = ConstU32<50>;
	type WeightInfo = pallet_scheduler::weights::SubstrateWeight<Runtime>;
	type Preimages = Preimage;
	type BlockNumberProvider = System;
}

/// Numbers that governance may tune without a new runtime.
#[dynamic_params(RuntimeParameters, pallet_parameters::Parameters::<Runtime>)]
pub mod params {
	use super::*;

	/// Of the marketplace.
	#[dynamic_pallet_params]
	#[codec(index = 0)]
	pub mod market {
		/// Share of every payment that goes to the treasury.
		#[codec(index = 0)]
		pub static ProtocolFee: Permill = Permill::zero();
		/// Blocks for which a late renewal is waited for; never more than a tenth of the plan's period.
		#[codec(index = 1)]
		pub static LatePaymentGrace: BlockNumber = 6 * HOURS;
		/// Blocks between two tries of a late renewal.
		#[codec(index = 2)]
		pub static LatePaymentRetry: BlockNumber = 30 * MINUTES;
		/// Least bond of a curator for an active data product.
		#[codec(index = 3)]
		pub static MinCuratorBond: Balance = 100 * SOUK;
		/// Least bond of a node.
		#[codec(index = 4)]
		pub static MinNodeBond: Balance = 50 * SOUK;
		/// Blocks between unbonding and withdrawing. Longer than an offence can be reported, and as long as a delivery can be disputed, whatever
		/// is set; and what is on its way out waits for the rulings.
		#[codec(index = 5)]
		pub static UnbondingPeriod: BlockNumber = 7 * DAYS;
		/// Blocks that a subscription must have been paid for until rankings count it as one that stays.
		#[codec(index = 6)]
		pub static RetainedAfter: BlockNumber = DAYS;
	}

	/// Of the storage deposits.
	#[dynamic_pallet_params]
	#[codec(index = 1)]
	pub mod deposits {
		/// For each stored record.
		#[codec(index = 0)]
		pub static PerRecord: Balance = deposit(1, 0);
		/// For each stored byte.
		#[codec(index = 1)]
		pub static PerByte: Balance = deposit(0, 1);
	}

	/// Of the validators.
	#[dynamic_pallet_params]
	#[codec(index = 2)]
	pub mod validators {
		/// Least bond of a validator.
		#[codec(index = 0)]
		pub static MinBond: Balance = 1_000 * SOUK;
		/// Validators of a set; 0: as many as the chain started with. At most `MaxAuthorities`.
		#[codec(index = 1)]
		pub static SetSize: u32 = 0;
		/// Validators below which a set does not shrink while any of its members can stay.
		#[codec(index = 2)]
		pub static MinSetSize: u32 = 1;
	}

	/// Of the orders.
	#[dynamic_pallet_params]
	#[codec(index = 3)]
	pub mod escrow {
		/// Blocks in which a buyer may prove that a chunk is bad.
		#[codec(index = 0)]
		pub static ChallengeWindow: BlockNumber = 100;
		/// Blocks for which a data order waits for its key.
		#[codec(index = 1)]
		pub static DeliveryTimeout: BlockNumber = 200;
		/// Blocks for which a dispute waits for a ruling.
		#[codec(index = 2)]
		pub static DisputeTimeout: BlockNumber = 28 * DAYS;
		/// The buyer's share of the money where there was no ruling. From a quarter to three quarters, whatever is set: a refusal would be as good as a
		/// ruling.
		#[codec(index = 3)]
		pub static DisputeBuyerShare: Permill = Permill::from_percent(50);
		/// Share of a listing's active bond that a bad chunk costs. As much of the bond never covers sales.
		#[codec(index = 4)]
		pub static BadChunkSlash: Permill = Permill::from_percent(10);
		/// Blocks for which an offer waits for its buyer.
		#[codec(index = 5)]
		pub static OfferTimeout: BlockNumber = 7 * DAYS;
		/// Blocks for which an order for anything but data waits for its delivery.
		#[codec(index = 6)]
		pub static GoodsTimeout: BlockNumber = 14 * DAYS;
		/// Blocks that its buyer has to confirm or dispute the delivery. Bonds stay as long, whatever is set for them; those that are on their
		/// way out already do not wait for a time that grows.
		#[codec(index = 7)]
		pub static ConfirmTimeout: BlockNumber = 7 * DAYS;
		/// What is set aside of a bond on top of what a sale is worth, as a share of that.
		#[codec(index = 8)]
		pub static CoverMargin: Permill = Permill::zero();
		/// Blocks after an order's end for which only its buyer may have it forgotten.
		#[codec(index = 9)]
		pub static KeepFor: BlockNumber = 28 * DAYS;
		/// Blocks between two tries to move money that could not be moved.
		#[codec(index = 10)]
		pub static RetryEvery: BlockNumber = 30 * MINUTES;
	}

	/// Of the tabs.
	#[dynamic_pallet_params]
	#[codec(index = 4)]
	pub mod tabs {
		/// Blocks from the closing of a tab in which vouchers are still settled. Nodes look at each head, so that this is how long one may
		/// be down without losing what it has earned.
		#[codec(index = 0)]
		pub static Challenge: BlockNumber = DAYS;
		/// Blocks for which a tab is open, at most.
		#[codec(index = 1)]
		pub static Lifetime: BlockNumber = 90 * DAYS;
	}

	/// Of the disputes. A case goes by those of the block in which it was opened. None of its times is shorter than 20 blocks, whatever is set
	/// (`SHORTEST_PHASE`): nobody could answer or vote.
	#[dynamic_pallet_params]
	#[codec(index = 5)]
	pub mod disputes {
		/// Least bond of an arbitrator, and of a ticket in a drawing. Never less than 10 SOUK, whatever is set: seats would be had for nothing.
		#[codec(index = 0)]
		pub static MinBond: Balance = 100 * SOUK;
		/// Blocks between leaving the pool and withdrawing the bond; never fewer than the longest case takes.
		#[codec(index = 1)]
		pub static Unbonding: BlockNumber = 28 * DAYS;
		/// What a juror earns. Each side posts it for each seat of the jury. Never less than half a SOUK, whatever is set: the stake is measured
		/// by it, and a dispute without a ground would cost nothing.
		#[codec(index = 2)]
		pub static JurorFee: Balance = 2 * SOUK;
		/// What a seat on a jury locks of a bond; all of it is lost without a vote. Never less than twice what a juror earns.
		#[codec(index = 3)]
		pub static JurorStake: Balance = 20 * SOUK;
		/// What of that is lost with a vote that the last ruling is not. Never less than twice what a juror earns.
		#[codec(index = 4)]
		pub static IncoherentFine: Permill = Permill::from_percent(50);
		/// Blocks that the other side has to post its fee; else it has lost, or answers by a delivery that is proved.
		#[codec(index = 5)]
		pub static ResponseTime: BlockNumber = 2 * DAYS;
		/// Blocks for evidence after that.
		#[codec(index = 6)]
		pub static EvidenceTime: BlockNumber = DAYS;
		/// Most blocks for which a drawing waits for randomness and for arbitrators. Never fewer than two epochs and 20 blocks, whatever is set: no
		/// jury would be drawn.
		#[codec(index = 7)]
		pub static DrawTimeout: BlockNumber = 12 * HOURS;
		/// Blocks for commitments to votes.
		#[codec(index = 8)]
		pub static CommitTime: BlockNumber = DAYS;
		/// Blocks for revealing them.
		#[codec(index = 9)]
		pub static RevealTime: BlockNumber = DAYS;
		/// Blocks for an appeal.
		#[codec(index = 10)]
		pub static AppealTime: BlockNumber = 2 * DAYS;
		/// Blocks for which a reviewer from outside has access to evidence.
		#[codec(index = 11)]
		pub static ReviewTime: BlockNumber = 3 * DAYS;
		/// Blocks for which a case is kept after its end.
		#[codec(index = 12)]
		pub static KeepFor: BlockNumber = 28 * DAYS;
	}

	/// Of the offences: what each kind costs. Subscribers and reporter together have 90 % of it at most, whatever is set; the subscribers come first.
	#[dynamic_pallet_params]
	#[codec(index = 10)]
	pub mod offences {
		/// A node that most validators cannot reach.
		#[codec(index = 0)]
		pub static Unreachable: Penalty = penalty(5, 10, 50, 0);
		/// A persistence node that does not show a chunk.
		#[codec(index = 1)]
		pub static MissedChallenge: Penalty = penalty(10, 20, 50, 0);
		/// A snapshot that is not final when the schedule promised it.
		#[codec(index = 2)]
		pub static MissedPeriod: Penalty = penalty(10, 0, 50, 0);
		/// A worker that signed two snapshots of one period. The curator does not answer: a worker could ruin her.
		#[codec(index = 3)]
		pub static ConflictingSnapshots: Penalty = penalty(0, 500, 50, 20);
		/// A chunk that is not what its snapshot commits to; the curator's part is the parameter of the orders. The buyer has a refund,
		/// and no share: a curator could buy from herself.
		#[codec(index = 4)]
		pub static BadChunk: Penalty = penalty(100, 0, 50, 0);
		/// A node that signed two answers to one query, and of both that they are the same bytes each time. Less than for snapshots: an engine
		/// may have a fault that nobody knows. The curator does not answer: a node could ruin her.
		#[codec(index = 5)]
		pub static ContradictingAttestations: Penalty = penalty(0, 100, 50, 20);
		/// A ruling against the listing.
		#[codec(index = 6)]
		pub static LostDispute: Penalty = penalty(50, 0, 0, 0);
		/// Blocks in which a node has to give one answer to one query.
		#[codec(index = 7)]
		pub static SameAnswerFor: BlockNumber = HOURS;
		/// Blocks between two rounds of challenges; 0 for none. Longer than a challenge is open, whatever is set.
		#[codec(index = 8)]
		pub static ChallengeEvery: BlockNumber = HOURS;
		/// Blocks after an offence in which it can still be reported. Bonds stay for longer, whatever is set for them, by what a submission's period
		/// may be ahead of its time as well, where the window has room for that; those that are on their way out already do not wait for a window
		/// that grows.
		#[codec(index = 9)]
		pub static ReportWindow: BlockNumber = 5 * DAYS;
		/// Blocks in which a challenge is answered, and for which nodes have had a snapshot before they are asked for it. Shorter than the
		/// notice of a downtime, whatever is set.
		#[codec(index = 10)]
		pub static ChallengeWindow: BlockNumber = 5 * MINUTES;
	}

	/// Of the votes on whether persistence nodes can be reached.
	#[dynamic_pallet_params]
	#[codec(index = 11)]
	pub mod availability {
		/// Blocks of a period, in which each validator asks each node and votes once; 0 for no further ones. Never fewer than
		/// workers need to ask twice and to vote, nor more than half of those for which bonds stay, whatever is set.
		#[codec(index = 0)]
		pub static Every: BlockNumber = HOURS;
		/// Least number of validators that must have said anything of a node before it is taken for unreachable.
		#[codec(index = 1)]
		pub static MinVoters: u32 = 2;
	}

	/// Of ratings and credentials.
	#[dynamic_pallet_params]
	#[codec(index = 13)]
	pub mod reputation {
		/// Blocks from the end of an order or a period in which both sides rate it, and issue credentials about an order; 0 for nobody.
		#[codec(index = 0)]
		pub static Window: BlockNumber = 7 * DAYS;
		/// Blocks after the last rating of somebody until all of them are forgotten.
		#[codec(index = 1)]
		pub static Memory: BlockNumber = 365 * DAYS;
		/// Blocks until a credential expires.
		#[codec(index = 2)]
		pub static CredentialLife: BlockNumber = 365 * DAYS;
	}

	/// Of what backs curators' bonds.
	#[dynamic_pallet_params]
	#[codec(index = 12)]
	pub mod backing {
		/// The most that backs a bond and answers with it, in multiples of the bond. Never more than what lets no curator gain by an
		/// offence of her own, whatever is set.
		#[codec(index = 0)]
		pub static MaxBacking: FixedU128 = FixedU128::from_u32(1);
		/// The least that an account backs a bond with.
		#[codec(index = 1)]
		pub static MinBacking: Balance = SOUK;
	}
}

/// Parameters are set by root or two thirds of the council.
pub struct ParametersOrigin;
impl EnsureOriginWithArg<RuntimeOrigin, RuntimeParametersKey> for ParametersOrigin {
	type Success = ();

	fn try_origin(origin: RuntimeOrigin, _: &RuntimeParametersKey) -> Result<(), RuntimeOrigin> {
		<EnsureRootOrCouncil as frame_support::traits::EnsureOrigin<_>>::try_origin(origin).map(|_| ())
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn try_successful_origin(_: &RuntimeParametersKey) -> Result<RuntimeOrigin, ()> {
		Ok(RuntimeOrigin::root())
	}
}

impl pallet_parameters::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type RuntimeParameters = RuntimeParameters;
	type AdminOrigin = ParametersOrigin;
	type WeightInfo = ();
}

/// Calls that no pause may stop: the pause itself, what lifts it, what keeps blocks coming, and what reports those who
/// make them badly (heartbeats and equivocations). Also the switches of the proofs, and what buyers, nodes, sides and jurors have
/// a time for, since the time does not stop either; a wrong proof of a bad chunk is stopped by pausing its statement.
pub struct NeverPaused;
impl Contains<RuntimeCallNameOf<Runtime>> for NeverPaused {
	fn contains(name: &RuntimeCallNameOf<Runtime>) -> bool {
		let (pallet, call) = (name.0.as_slice(), name.1.as_slice());
		const PALLETS: [&[u8]; 9] = [
			b"TxPause",
			b"Sudo",
			b"Timestamp",
			b"Council",
			b"System",
			b"Whitelist",
			b"Babe",
			b"Grandpa",
			b"ImOnline",
		];
		const CALLS: [(&[u8], &[u8]); 13] = [
			(b"Proofs", b"pause"),
			(b"Proofs", b"resume"),
			(b"Proofs", b"retire_key"),
			(b"Escrow", b"prove_bad_chunk"),
			(b"Escrow", b"dispute"),
			(b"Tabs", b"settle_voucher"),
			(b"Tabs", b"settle_vouchers"),
			(b"Disputes", b"answer"),
			(b"Disputes", b"submit_evidence"),
			(b"Disputes", b"commit_vote"),
			(b"Disputes", b"reveal_vote"),
			(b"Disputes", b"appeal"),
			(b"Stakes", b"answer_challenge"),
		];
		PALLETS.contains(&pallet) || CALLS.contains(&(pallet, call))
	}
}

impl pallet_tx_pause::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type RuntimeCall = RuntimeCall;
	type PauseOrigin = EnsureRootOrCouncil;
	type UnpauseOrigin = EnsureRootOrCouncil;
	type WhitelistedCalls = NeverPaused;
	type MaxNameLen = ConstU32<256>;
	type WeightInfo = pallet_tx_pause::weights::SubstrateWeight<Runtime>;
}
