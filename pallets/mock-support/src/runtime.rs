//! A mock runtime: its pallets, what FRAME's own are configured with, and its genesis.

/// The runtime `Test` with pallets at their indices, and everything that a runtime derives.
#[macro_export]
macro_rules! runtime {
	($($index:tt: $name:ident = $pallet:ident),+ $(,)?) => {
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
			pub struct Test;

			$(
				#[runtime::pallet_index($index)]
				pub type $name = $pallet;
			)+
		}
	};
}

/// `frame_system` with balances, and with these block weights: [`Weights`](crate::Weights), or `()` where no hook asks for them.
#[macro_export]
macro_rules! system_config {
	($weights:ty) => {
		#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
		impl frame_system::Config for Test {
			type Block = frame_system::mocking::MockBlockU32<Test>;
			type AccountId = AccountId;
			type Lookup = sp_runtime::traits::IdentityLookup<AccountId>;
			type AccountData = pallet_balances::AccountData<souk_primitives::Balance>;
			type BlockWeights = $weights;
		}
	};
}

/// `pallet_balances` with this smallest balance, and with holds.
#[macro_export]
macro_rules! balances_config {
	($minimum:ty) => {
		#[derive_impl(pallet_balances::config_preludes::TestDefaultConfig)]
		impl pallet_balances::Config for Test {
			type AccountStore = System;
			type Balance = souk_primitives::Balance;
			type ExistentialDeposit = $minimum;
			type RuntimeHoldReason = RuntimeHoldReason;
		}
	};
}

/// `pallet_assets` with holds, and `Money`: SOUK and the assets together.
#[macro_export]
macro_rules! assets_config {
	() => {
		#[derive_impl(pallet_assets::config_preludes::TestDefaultConfig)]
		impl pallet_assets::Config for Test {
			type Balance = souk_primitives::Balance;
			type Currency = Balances;
			type CreateOrigin =
				frame_support::traits::AsEnsureOriginWithArg<frame_system::EnsureSigned<AccountId>>;
			type ForceOrigin = frame_system::EnsureRoot<AccountId>;
			type Holder = AssetsHolder;
		}

		impl pallet_assets_holder::Config for Test {
			type RuntimeEvent = RuntimeEvent;
			type RuntimeHoldReason = RuntimeHoldReason;
		}

		/// SOUK and the assets together.
		pub type Money = frame_support::traits::fungible::UnionOf<
			Balances,
			AssetsHolder,
			frame_support::traits::fungible::NativeFromLeft,
			souk_primitives::Asset,
			AccountId,
		>;
	};
}

/// `pallet_curation`, for tests of those who take from its bonds, with these listings, this unbonding period, and so many blocks for which it remembers
/// who has left.
#[macro_export]
macro_rules! curation_config {
	($listings:ty, $unbonding:ident, $remembered:ident) => {
		impl pallet_curation::Config for Test {
			type Currency = Balances;
			type RuntimeHoldReason = RuntimeHoldReason;
			type Listings = $listings;
			type Subscriptions = $crate::NothingOpen;
			type Orders = $crate::NothingOpen;
			type Cases = ();
			type OnKeepers = ();
			type UnixTime = $crate::Clock;
			type DepositBase = frame_support::traits::ConstU128<1>;
			type DepositPerByte = frame_support::traits::ConstU128<0>;
			type MinCuratorBond = frame_support::traits::ConstU128<100>;
			type BondReserve = $crate::Reserve;
			type MinNodeBond = frame_support::traits::ConstU128<{ $crate::NODE_BOND }>;
			type UnbondingPeriod = frame_support::traits::ConstU32<$unbonding>;
			type BackWithin = frame_support::traits::ConstU32<{ $crate::BACK_WITHIN }>;
			type MaxPause = frame_support::traits::ConstU32<{ $crate::MAX_PAUSE }>;
			type MaxUnlocking = frame_support::traits::ConstU32<8>;
			type MaxAssigned = frame_support::traits::ConstU32<3>;
			type MaxTerms = frame_support::traits::ConstU32<8>;
			type RememberedFor = frame_support::traits::ConstU32<$remembered>;
			type MaxAssignmentsPerNode = frame_support::traits::ConstU32<8>;
			type MaxRetention = frame_support::traits::ConstU32<4>;
			type MaxOpenPeriods = frame_support::traits::ConstU32<4>;
			type WeightInfo = ();
		}
	};
}

/// Externalities with these balances of SOUK, and where there are assets: with these `(asset, owner, sufficient, minimum)` and these
/// `(asset, account, balance)`.
#[macro_export]
macro_rules! externalities {
	(balances: $balances:expr $(, assets: $assets:expr, accounts: $accounts:expr)? $(,)?) => {{
		let genesis = RuntimeGenesisConfig {
			balances: pallet_balances::GenesisConfig { balances: $balances.collect(), ..Default::default() },
			$(
				assets: pallet_assets::GenesisConfig {
					assets: $assets.into(),
					accounts: $accounts.collect(),
					..Default::default()
				},
			)?
			..Default::default()
		};
		let storage = sp_runtime::BuildStorage::build_storage(&genesis).expect("the genesis is valid");
		sp_io::TestExternalities::from(storage)
	}};
}
