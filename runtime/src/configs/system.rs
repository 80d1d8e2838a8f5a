//! Blocks, transactions, conveniences.

use crate::*;
use frame_support::{
	derive_impl, parameter_types,
	traits::{ConstU32, InsideBoth, InstanceFilter},
	weights::{
		constants::{RocksDbWeight, WEIGHT_REF_TIME_PER_SECOND},
		Weight,
	},
};
use frame_system::limits::{BlockLength, BlockWeights};
use sp_runtime::{traits::AccountIdLookup, Perbill};

parameter_types! {
	pub const BlockHashCount: BlockNumber = 4096;
	pub const Version: RuntimeVersion = VERSION;
	/// One second of computation in a block of three, most of it for transactions. A quarter is kept for those that somebody has a time for
	/// (`DispatchClass::Operational`), however full the block is. Nobody needs proofs of what a block reads, so that their size has no limit.
	pub RuntimeBlockWeights: BlockWeights = BlockWeights::with_sensible_defaults(
		Weight::from_parts(WEIGHT_REF_TIME_PER_SECOND, u64::MAX),
		Perbill::from_percent(75),
	);
	pub RuntimeBlockLength: BlockLength = BlockLength::builder()
		.max_length(4 * 1024 * 1024)
		.modify_max_length_for_class(frame_support::dispatch::DispatchClass::Normal, |max| {
			*max = Perbill::from_percent(75) * *max
		})
		.build();
	pub const SS58Prefix: u8 = 42;
}

#[derive_impl(frame_system::config_preludes::SolochainDefaultConfig)]
impl frame_system::Config for Runtime {
	type BaseCallFilter = InsideBoth<frame_support::traits::Everything, TxPause>;
	type Block = Block;
	type BlockWeights = RuntimeBlockWeights;
	type DbWeight = RocksDbWeight;
	type BlockLength = RuntimeBlockLength;
	type AccountId = AccountId;
	type Nonce = Nonce;
	type Hash = Hash;
	type Lookup = AccountIdLookup<AccountId, ()>;
	type BlockHashCount = BlockHashCount;
	type Version = Version;
	type AccountData = pallet_balances::AccountData<Balance>;
	type SS58Prefix = SS58Prefix;
	type SystemWeightInfo = frame_system::weights::SubstrateWeight<Runtime>;
	type MaxConsumers = ConstU32<128>;
}

impl pallet_timestamp::Config for Runtime {
	type Moment = u64;
	type OnTimestampSet = Babe;
	type MinimumPeriod = frame_support::traits::ConstU64<{ SLOT_MILLIS / 2 }>;
	type WeightInfo = pallet_timestamp::weights::SubstrateWeight<Runtime>;
}

impl pallet_utility::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type RuntimeCall = RuntimeCall;
	type PalletsOrigin = OriginCaller;
	type WeightInfo = pallet_utility::weights::SubstrateWeight<Runtime>;
}

/// Deposit for `items` storage items of `bytes` bytes together.
pub const fn deposit(items: u32, bytes: u32) -> Balance {
	items as Balance * 50 * MILLI_SOUK + bytes as Balance * MILLI_SOUK / 10
}

parameter_types! {
	pub const MultisigDepositBase: Balance = deposit(1, 88);
	pub const MultisigDepositFactor: Balance = deposit(0, 32);
	pub const ProxyDepositBase: Balance = deposit(1, 8);
	pub const ProxyDepositFactor: Balance = deposit(0, 33);
	pub const AnnouncementDepositBase: Balance = deposit(1, 8);
	pub const AnnouncementDepositFactor: Balance = deposit(0, 66);
}

impl pallet_multisig::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type RuntimeCall = RuntimeCall;
	type Currency = Balances;
	type DepositBase = MultisigDepositBase;
	type DepositFactor = MultisigDepositFactor;
	type MaxSignatories = ConstU32<100>;
	type WeightInfo = pallet_multisig::weights::SubstrateWeight<Runtime>;
	type BlockNumberProvider = System;
}

/// What a proxy may do for its principal.
#[derive(
	Copy,
	Clone,
	Debug,
	Default,
	Eq,
	PartialEq,
	Ord,
	PartialOrd,
	codec::Encode,
	codec::Decode,
	codec::DecodeWithMemTracking,
	codec::MaxEncodedLen,
	scale_info::TypeInfo,
)]
pub enum ProxyType {
	/// Everything.
	#[default]
	#[codec(index = 0)]
	Any,
	/// Everything that neither spends the account's money, or puts it at stake, nor touches its part in the consensus.
	#[codec(index = 1)]
	NonTransfer,
	/// Listings, curation and deliveries: what a curator's operator needs day by day. It brings no bond, but what it does can cost the one that
	/// there is, and it says who earns what is paid.
	#[codec(index = 2)]
	Curation,
	/// Votes and proposals.
	#[codec(index = 3)]
	Governance,
}

/// Whether a call puts money at stake for a listing or a node. Whoever acts for the account, or curates what it backs, could have it fined
/// next, and have a part of the fine.
fn puts_at_stake(call: &RuntimeCall) -> bool {
	matches!(
		call,
		RuntimeCall::Backing(pallet_backing::Call::back { .. })
			| RuntimeCall::Curation(
				pallet_curation::Call::bond { .. }
					| pallet_curation::Call::register_node { .. }
					| pallet_curation::Call::restore_node_bond { .. }
			)
	)
}

impl InstanceFilter<RuntimeCall> for ProxyType {
	fn filter(&self, call: &RuntimeCall) -> bool {
		match self {
			Self::Any => true,
			Self::NonTransfer | Self::Curation if puts_at_stake(call) => false,
			Self::NonTransfer => !matches!(
				call,
				RuntimeCall::Balances(..)
					| RuntimeCall::Assets(..)
					| RuntimeCall::Sudo(..)
					| RuntimeCall::Session(..)
					| RuntimeCall::Validators(..)
					| RuntimeCall::Subscriptions(
						pallet_subscriptions::Call::subscribe { .. }
							| pallet_subscriptions::Call::renew { .. }
							| pallet_subscriptions::Call::set_auto_renew { .. }
					) | RuntimeCall::Escrow(
					pallet_escrow::Call::order { .. }
						| pallet_escrow::Call::fund { .. }
						| pallet_escrow::Call::confirm { .. }
				) | RuntimeCall::Asks(pallet_asks::Call::ask { .. })
					| RuntimeCall::Tabs(
						pallet_tabs::Call::open_tab { .. } | pallet_tabs::Call::top_up_tab { .. }
					) | RuntimeCall::Disputes(
					pallet_disputes::Call::join_pool { .. }
						| pallet_disputes::Call::bond_extra { .. }
						| pallet_disputes::Call::answer { .. }
						| pallet_disputes::Call::appeal { .. }
				)
			),
			Self::Curation => matches!(
				call,
				RuntimeCall::Listings(..)
					| RuntimeCall::Curation(..)
					| RuntimeCall::Escrow(
						pallet_escrow::Call::offer { .. }
							| pallet_escrow::Call::deliver { .. }
							| pallet_escrow::Call::deliver_batch { .. }
							| pallet_escrow::Call::mark_delivered { .. }
					) | RuntimeCall::Asks(pallet_asks::Call::answer { .. })
					| RuntimeCall::Tabs(
						pallet_tabs::Call::settle_voucher { .. }
							| pallet_tabs::Call::settle_vouchers { .. }
							| pallet_tabs::Call::set_free_quota { .. }
					)
			),
			Self::Governance => matches!(call, RuntimeCall::Council(..) | RuntimeCall::Treasury(..)),
		}
	}

	fn is_superset(&self, other: &Self) -> bool {
		self == other || *self == Self::Any || (*self == Self::NonTransfer && *other != Self::Any)
	}
}

impl pallet_proxy::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type RuntimeCall = RuntimeCall;
	type Currency = Balances;
	type ProxyType = ProxyType;
	type ProxyDepositBase = ProxyDepositBase;
	type ProxyDepositFactor = ProxyDepositFactor;
	type MaxProxies = ConstU32<32>;
	type WeightInfo = pallet_proxy::weights::SubstrateWeight<Runtime>;
	type MaxPending = ConstU32<32>;
	type CallHasher = sp_runtime::traits::BlakeTwo256;
	type AnnouncementDepositBase = AnnouncementDepositBase;
	type AnnouncementDepositFactor = AnnouncementDepositFactor;
	type BlockNumberProvider = System;
}

// Pallets that submit calls without a signature (heartbeats, equivocation reports) build them through these.
impl<C> frame_system::offchain::CreateTransactionBase<C> for Runtime
where
	RuntimeCall: From<C>,
{
	type Extrinsic = UncheckedExtrinsic;
	type RuntimeCall = RuntimeCall;
}

impl<C> frame_system::offchain::CreateBare<C> for Runtime
where
	RuntimeCall: From<C>,
{
	fn create_bare(call: RuntimeCall) -> UncheckedExtrinsic {
		generic::UncheckedExtrinsic::new_bare(call)
	}
}

impl<C> frame_system::offchain::CreateTransaction<C> for Runtime
where
	RuntimeCall: From<C>,
{
	type Extension = TxExtension;

	fn create_transaction(call: RuntimeCall, extension: TxExtension) -> UncheckedExtrinsic {
		generic::UncheckedExtrinsic::new_transaction(call, extension)
	}
}

impl<C> frame_system::offchain::CreateAuthorizedTransaction<C> for Runtime
where
	RuntimeCall: From<C>,
{
	fn create_extension() -> Self::Extension {
		(
			frame_system::AuthorizeCall::new(),
			frame_system::CheckNonZeroSender::new(),
			frame_system::CheckSpecVersion::new(),
			frame_system::CheckTxVersion::new(),
			frame_system::CheckGenesis::new(),
			frame_system::CheckEra::from(generic::Era::Immortal),
			frame_system::CheckNonce::from(0),
			frame_system::CheckWeight::new(),
			pallet_transaction_payment::ChargeTransactionPayment::from(0),
			frame_system::WeightReclaim::new(),
		)
	}
}
