//! The Souk runtime: which pallets there are and how they are wired. Market logic lives in the pallets.
//!
//! [`configs`] holds one file per theme, [`apis`] what the node asks, [`presets`] the genesis of each kind of chain.
#![cfg_attr(not(feature = "std"), no_std)]
#![recursion_limit = "512"]

#[cfg(feature = "std")]
include!(concat!(env!("OUT_DIR"), "/wasm_binary.rs"));

extern crate alloc;

// Its macros are for `apis`, and seen by what stands below.
#[cfg(feature = "runtime-benchmarks")]
#[macro_use]
mod benches;

pub mod apis;
pub mod configs;
pub mod pace;
pub mod presets;
pub mod rates;
pub mod weights;

use alloc::{borrow::Cow, vec::Vec};
use sp_runtime::{
	generic, impl_opaque_keys,
	traits::{BlakeTwo256, IdentifyAccount, Verify},
	MultiAddress, MultiSignature,
};
use sp_version::RuntimeVersion;

pub use apis::RuntimeApi;
pub use configs::*;

/// Signature on an extrinsic.
pub type Signature = MultiSignature;
/// Account id: a 32-byte public key.
pub type AccountId = <<Signature as Verify>::Signer as IdentifyAccount>::AccountId;
/// Balance of any asset in its smallest unit.
pub type Balance = u128;
/// Transaction count of an account.
pub type Nonce = u32;
/// Block and state hash.
pub type Hash = sp_core::H256;
/// Block number.
pub type BlockNumber = u32;
/// What a transaction's target account may be given as.
pub type Address = MultiAddress<AccountId, ()>;
/// Block header.
pub type Header = generic::Header<BlockNumber, BlakeTwo256>;
/// Block.
pub type Block = generic::Block<Header, UncheckedExtrinsic>;

/// What every transaction carries beside its call.
pub type TxExtension = (
	frame_system::AuthorizeCall<Runtime>,
	frame_system::CheckNonZeroSender<Runtime>,
	frame_system::CheckSpecVersion<Runtime>,
	frame_system::CheckTxVersion<Runtime>,
	frame_system::CheckGenesis<Runtime>,
	frame_system::CheckEra<Runtime>,
	frame_system::CheckNonce<Runtime>,
	frame_system::CheckWeight<Runtime>,
	pallet_transaction_payment::ChargeTransactionPayment<Runtime>,
	frame_system::WeightReclaim<Runtime>,
);
/// A transaction as it comes from the network.
pub type UncheckedExtrinsic = generic::UncheckedExtrinsic<Address, RuntimeCall, Signature, TxExtension>;
/// Runs blocks.
pub type Executive = frame_executive::Executive<
	Runtime,
	Block,
	frame_system::ChainContext<Runtime>,
	Runtime,
	AllPalletsWithSystem,
>;

/// Types the node needs without knowing the runtime's calls.
pub mod opaque {
	pub use sp_runtime::OpaqueExtrinsic as UncheckedExtrinsic;
	/// Block of opaque extrinsics.
	pub type Block = sp_runtime::generic::Block<super::Header, UncheckedExtrinsic>;
}

impl_opaque_keys! {
	/// A validator's session keys.
	pub struct SessionKeys {
		pub babe: Babe,
		pub grandpa: Grandpa,
		pub im_online: ImOnline,
	}
}

/// Version of this runtime. `spec_version` goes up with every change of behaviour, `transaction_version` with every
/// change of a call's encoding.
#[sp_version::runtime_version]
pub const VERSION: RuntimeVersion = RuntimeVersion {
	spec_name: Cow::Borrowed("souk"),
	impl_name: Cow::Borrowed("souk-node"),
	authoring_version: 1,
	spec_version: 8,
	impl_version: 1,
	apis: apis::RUNTIME_API_VERSIONS,
	transaction_version: 1,
	system_version: 1,
};

/// Time between blocks.
pub const SLOT_MILLIS: u64 = 3_000;
/// Blocks of a minute.
pub const MINUTES: BlockNumber = 60_000 / (SLOT_MILLIS as BlockNumber);
/// Blocks of an hour.
pub const HOURS: BlockNumber = MINUTES * 60;
/// Blocks of a day.
pub const DAYS: BlockNumber = HOURS * 24;
/// One SOUK in planck.
pub const SOUK: Balance = 1_000_000_000_000;
/// A thousandth of a SOUK.
pub const MILLI_SOUK: Balance = SOUK / 1_000;
/// Asset id of the stablecoin of the development chains.
pub const WUSD: u32 = 1;
/// One wUSD in its smallest unit.
pub const ONE_WUSD: Balance = 1_000_000;
/// BABE: one slot in four has no primary author; secondary slots fill the rest.
pub const BABE_GENESIS_EPOCH_CONFIG: sp_consensus_babe::BabeEpochConfiguration =
	sp_consensus_babe::BabeEpochConfiguration {
		c: (1, 4),
		allowed_slots: sp_consensus_babe::AllowedSlots::PrimaryAndSecondaryVRFSlots,
	};

#[frame_support::runtime]
mod runtime {
	#[runtime::runtime]
	#[runtime::derive(
		RuntimeCall,
		RuntimeEvent,
		RuntimeError,
		RuntimeOrigin,
		RuntimeFreezeReason,
		RuntimeHoldReason,
		RuntimeSlashReason,
		RuntimeLockId,
		RuntimeTask,
		RuntimeViewFunction
	)]
	pub struct Runtime;

	#[runtime::pallet_index(0)]
	pub type System = frame_system;
	#[runtime::pallet_index(1)]
	pub type Timestamp = pallet_timestamp;
	#[runtime::pallet_index(2)]
	pub type Babe = pallet_babe;
	#[runtime::pallet_index(3)]
	pub type Balances = pallet_balances;
	#[runtime::pallet_index(4)]
	pub type TransactionPayment = pallet_transaction_payment;
	#[runtime::pallet_index(5)]
	pub type Assets = pallet_assets;
	#[runtime::pallet_index(6)]
	pub type AssetsHolder = pallet_assets_holder;

	// Consensus. Validators before Session: its genesis elects from the candidates.
	#[runtime::pallet_index(10)]
	pub type Authorship = pallet_authorship;
	#[runtime::pallet_index(11)]
	pub type Validators = pallet_validators;
	#[runtime::pallet_index(12)]
	pub type Session = pallet_session;
	#[runtime::pallet_index(13)]
	pub type Historical = pallet_session::historical;
	#[runtime::pallet_index(14)]
	pub type Grandpa = pallet_grandpa;
	#[runtime::pallet_index(15)]
	pub type ImOnline = pallet_im_online;
	#[runtime::pallet_index(16)]
	pub type Offences = pallet_offences;

	// Governance and conveniences.
	#[runtime::pallet_index(20)]
	pub type Sudo = pallet_sudo;
	#[runtime::pallet_index(21)]
	pub type Council = pallet_collective<Instance1>;
	#[runtime::pallet_index(22)]
	pub type CouncilMembership = pallet_membership<Instance1>;
	#[runtime::pallet_index(23)]
	pub type Treasury = pallet_treasury;
	#[runtime::pallet_index(24)]
	pub type Preimage = pallet_preimage;
	#[runtime::pallet_index(25)]
	pub type Scheduler = pallet_scheduler;
	#[runtime::pallet_index(26)]
	pub type Parameters = pallet_parameters;
	#[runtime::pallet_index(27)]
	pub type TxPause = pallet_tx_pause;
	#[runtime::pallet_index(28)]
	pub type Utility = pallet_utility;
	#[runtime::pallet_index(29)]
	pub type Multisig = pallet_multisig;
	#[runtime::pallet_index(30)]
	pub type Proxy = pallet_proxy;
	#[runtime::pallet_index(31)]
	pub type Whitelist = pallet_whitelist;

	// The marketplace.
	#[runtime::pallet_index(50)]
	pub type Listings = pallet_listings;
	#[runtime::pallet_index(51)]
	pub type Subscriptions = pallet_subscriptions;
	#[runtime::pallet_index(52)]
	pub type Curation = pallet_curation;
	#[runtime::pallet_index(53)]
	pub type Proofs = pallet_proofs;
	#[runtime::pallet_index(54)]
	pub type Escrow = pallet_escrow;
	#[runtime::pallet_index(55)]
	pub type AssetRate = pallet_asset_rate;
	#[runtime::pallet_index(56)]
	pub type Rates = rates;
	#[runtime::pallet_index(57)]
	pub type Asks = pallet_asks;
	#[runtime::pallet_index(58)]
	pub type Tabs = pallet_tabs;
	#[runtime::pallet_index(59)]
	pub type Disputes = pallet_disputes;
	#[runtime::pallet_index(60)]
	pub type Stakes = pallet_stakes;
	#[runtime::pallet_index(61)]
	pub type Pace = pace;
	#[runtime::pallet_index(62)]
	pub type Availability = pallet_availability;
	#[runtime::pallet_index(64)]
	pub type Reputation = pallet_reputation;
	#[runtime::pallet_index(63)]
	pub type Backing = pallet_backing;
}
