//! The native token, assets, fees.

use crate::*;
use frame_support::{
	derive_impl, parameter_types,
	traits::{
		fungible::{self, NativeFromLeft, NativeOrWithId},
		tokens::UnityOrOuterConversion,
		AsEnsureOriginWithArg, ConstU128, ConstU32, Contains, OnUnbalanced,
	},
	weights::{ConstantMultiplier, IdentityFee},
};
use frame_system::{EnsureRoot, EnsureWithSuccess};
use pallet_transaction_payment::{FungibleAdapter, Multiplier, TargetedFeeAdjustment};
use sp_runtime::{FixedPointNumber, Perquintill};

/// Below this an account is gone: a thousandth of a SOUK.
pub const EXISTENTIAL_DEPOSIT: Balance = MILLI_SOUK;

impl pallet_balances::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type RuntimeHoldReason = RuntimeHoldReason;
	type RuntimeFreezeReason = RuntimeFreezeReason;
	type WeightInfo = pallet_balances::weights::SubstrateWeight<Runtime>;
	type Balance = Balance;
	type DustRemoval = ();
	type ExistentialDeposit = ConstU128<EXISTENTIAL_DEPOSIT>;
	type AccountStore = System;
	type ReserveIdentifier = [u8; 8];
	type FreezeIdentifier = RuntimeFreezeReason;
	type MaxLocks = ConstU32<50>;
	type MaxReserves = ConstU32<50>;
	type MaxFreezes = ConstU32<50>;
	type DoneSlashHandler = ();
}

/// Fees and tips go to the author of the block; to the treasury where there is none.
pub struct FeesToAuthor;
impl OnUnbalanced<fungible::Credit<AccountId, Balances>> for FeesToAuthor {
	fn on_nonzero_unbalanced(credit: fungible::Credit<AccountId, Balances>) {
		let to = Authorship::author().unwrap_or_else(Treasury::account_id);
		// What neither can take (an account that would stay below the existential deposit) is burnt by being dropped.
		let _ = <Balances as fungible::Balanced<AccountId>>::resolve(&to, credit);
	}
}

parameter_types! {
	pub const TargetBlockFullness: Perquintill = Perquintill::from_percent(25);
	pub AdjustmentVariable: Multiplier = Multiplier::saturating_from_rational(75, 1_000_000);
	pub MinimumMultiplier: Multiplier = Multiplier::saturating_from_rational(1, 10u128);
	pub MaximumMultiplier: Multiplier = Multiplier::saturating_from_integer(100);
}

impl pallet_transaction_payment::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type OnChargeTransaction = FungibleAdapter<Balances, FeesToAuthor>;
	type WeightToFee = IdentityFee<Balance>;
	type LengthToFee = ConstantMultiplier<Balance, ConstU128<{ MILLI_SOUK / 1_000 }>>;
	type FeeMultiplierUpdate = TargetedFeeAdjustment<
		Runtime,
		TargetBlockFullness,
		AdjustmentVariable,
		MinimumMultiplier,
		MaximumMultiplier,
	>;
	type OperationalFeeMultiplier = frame_support::traits::ConstU8<5>;
	type WeightInfo = pallet_transaction_payment::weights::SubstrateWeight<Runtime>;
}

parameter_types! {
	pub const AssetDeposit: Balance = 10 * SOUK;
	pub const AssetAccountDeposit: Balance = deposit(1, 16);
	pub const MetadataDepositBase: Balance = deposit(1, 68);
	pub const MetadataDepositPerByte: Balance = deposit(0, 1);
	pub const ApprovalDeposit: Balance = EXISTENTIAL_DEPOSIT;
}

#[derive_impl(pallet_assets::config_preludes::TestDefaultConfig)]
impl pallet_assets::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type Balance = Balance;
	type AssetId = u32;
	type AssetIdParameter = codec::Compact<u32>;
	type Currency = Balances;
	// Not everybody: a stranger's asset could bear a symbol that buyers trust. The treasury owns what is created so.
	type CreateOrigin =
		AsEnsureOriginWithArg<EnsureWithSuccess<EnsureRootOrCouncil, AccountId, TreasuryAccount>>;
	type ForceOrigin = EnsureRoot<AccountId>;
	type AssetDeposit = AssetDeposit;
	type AssetAccountDeposit = AssetAccountDeposit;
	type MetadataDepositBase = MetadataDepositBase;
	type MetadataDepositPerByte = MetadataDepositPerByte;
	type ApprovalDeposit = ApprovalDeposit;
	type StringLimit = ConstU32<50>;
	type Holder = AssetsHolder;
	type RemoveItemsLimit = ConstU32<1000>;
	type WeightInfo = pallet_assets::weights::SubstrateWeight<Runtime>;
}

impl pallet_assets_holder::Config for Runtime {
	type RuntimeHoldReason = RuntimeHoldReason;
	type RuntimeEvent = RuntimeEvent;
}

/// The native token and every registered asset behind one interface, for holds.
pub type AllAssets =
	fungible::UnionOf<Balances, AssetsHolder, NativeFromLeft, NativeOrWithId<u32>, AccountId>;
/// The same for plain transfers, which `pallet-assets-holder` leaves to `pallet-assets`.
pub type TransferableAssets =
	fungible::UnionOf<Balances, Assets, NativeFromLeft, NativeOrWithId<u32>, AccountId>;

/// What assets are worth in SOUK. Nobody trades by these rates: they say how much of a curator's bond covers a sale in another
/// asset.
impl pallet_asset_rate::Config for Runtime {
	type WeightInfo = pallet_asset_rate::weights::SubstrateWeight<Runtime>;
	type RuntimeEvent = RuntimeEvent;
	type CreateOrigin = EnsureRootOrCouncil;
	type RemoveOrigin = EnsureRootOrCouncil;
	type UpdateOrigin = EnsureRootOrCouncil;
	type Currency = Balances;
	type AssetKind = NativeOrWithId<u32>;
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = AssetArguments;
}

impl rates::Config for Runtime {}

/// The native token.
pub struct Native;
impl Contains<NativeOrWithId<u32>> for Native {
	fn contains(asset: &NativeOrWithId<u32>) -> bool {
		*asset == NativeOrWithId::Native
	}
}

/// What an amount is worth in planck: of the native token itself, of an asset by its rate, and nothing is known of an asset
/// that has none.
pub type WorthInNative = UnityOrOuterConversion<Native, AssetRate>;
