//! A chain with real balances, assets and holds on both around the pallet, and signatures that are really made and checked. Listings
//! and nodes are what a test says they are.

mod registry;

pub use registry::*;

use crate::{self as pallet_tabs, *};
use frame_support::{
	derive_impl, parameter_types,
	traits::{
		fungible::{NativeFromLeft, UnionOf},
		fungibles::{hold::Inspect as _, Inspect as _},
		AsEnsureOriginWithArg, ConstU128, ConstU32,
	},
	weights::Weight,
};
use frame_system::{limits::BlockWeights, EnsureRoot, EnsureSigned};
use souk_primitives::{Asset, Balance, ListingId, Price};
use souk_proof_primitives::voucher::{SignedVoucher, Voucher};
use sp_core::{sr25519, Pair as _};
use sp_keystore::{testing::MemoryKeystore, KeystoreExt};
use sp_runtime::{
	traits::{Dispatchable, IdentityLookup},
	AccountId32, BuildStorage, DispatchResult, Permill,
};
use std::cell::RefCell;

pub type AccountId = AccountId32;

/// An account by a number.
pub const fn account(number: u8) -> AccountId {
	AccountId32::new([number; 32])
}

pub const CURATOR: AccountId = account(1);
pub const PAYER: AccountId = account(2);
pub const OTHER: AccountId = account(3);
/// Owns nothing but some deposits.
pub const POOR: AccountId = account(4);
/// Run jobs.
pub const WORKERS: [AccountId; 2] = [account(11), account(12)];
/// Answer queries.
pub const NODES: [AccountId; 3] = [account(21), account(22), account(23)];
pub const TREASURY: AccountId = account(99);
/// Not on the chain yet.
pub const STRANGER: AccountId = account(77);

/// What each account of the builder owns, in SOUK and in wUSD.
pub const ENDOWMENT: Balance = 1_000_000;
/// Smallest balance of an account, in SOUK and in wUSD.
pub const MINIMUM: Balance = 10;
/// What a query costs, and what most tests put on a tab.
pub const PRICE: Balance = 100;
pub const LIMIT: Balance = 1_000;
pub const WUSD: Asset = Asset::WithId(1);
pub const SOUK: Asset = Asset::Native;

pub const CHALLENGE: u32 = 5;
pub const LIFETIME: u32 = 40;

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

	#[runtime::pallet_index(0)]
	pub type System = frame_system;
	#[runtime::pallet_index(1)]
	pub type Balances = pallet_balances;
	#[runtime::pallet_index(2)]
	pub type Assets = pallet_assets;
	#[runtime::pallet_index(3)]
	pub type AssetsHolder = pallet_assets_holder;
	#[runtime::pallet_index(4)]
	pub type Market = pallet_tabs;
}

parameter_types! {
	pub static Weights: BlockWeights = roomy();
	pub static Fee: Permill = Permill::from_percent(10);
	pub static ChallengePeriod: u32 = CHALLENGE;
	pub const TreasuryAccount: AccountId = TREASURY;
}

/// Blocks in which the hooks have room for thousands of turns.
pub fn roomy() -> BlockWeights {
	BlockWeights::simple_max(Weight::from_parts(u64::MAX / 2, u64::MAX / 2))
}

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
	type Block = frame_system::mocking::MockBlockU32<Test>;
	type AccountId = AccountId;
	type Lookup = IdentityLookup<AccountId>;
	type AccountData = pallet_balances::AccountData<Balance>;
	type BlockWeights = Weights;
}

#[derive_impl(pallet_balances::config_preludes::TestDefaultConfig)]
impl pallet_balances::Config for Test {
	type AccountStore = System;
	type Balance = Balance;
	type ExistentialDeposit = ConstU128<MINIMUM>;
	type RuntimeHoldReason = RuntimeHoldReason;
}

#[derive_impl(pallet_assets::config_preludes::TestDefaultConfig)]
impl pallet_assets::Config for Test {
	type Balance = Balance;
	type Currency = Balances;
	type CreateOrigin = AsEnsureOriginWithArg<EnsureSigned<AccountId>>;
	type ForceOrigin = EnsureRoot<AccountId>;
	type Holder = AssetsHolder;
}

impl pallet_assets_holder::Config for Test {
	type RuntimeEvent = RuntimeEvent;
	type RuntimeHoldReason = RuntimeHoldReason;
}

/// SOUK and wUSD together.
pub type Money = UnionOf<Balances, AssetsHolder, NativeFromLeft, Asset, AccountId>;

impl crate::Config for Test {
	type Money = Money;
	type Currency = Balances;
	type RuntimeHoldReason = RuntimeHoldReason;
	type Listings = Registry;
	type Curation = Registry;
	type Backing = ();
	type Treasury = TreasuryAccount;
	type ProtocolFee = Fee;
	type Challenge = ChallengePeriod;
	type Lifetime = ConstU32<LIFETIME>;
	type RetryEvery = ConstU32<1>;
	type DepositPerByte = ConstU128<1>;
	type DepositBase = ConstU128<20>;
	type WeightInfo = ();
}

/// Everybody who owns something at the start, but [`POOR`].
pub fn endowed() -> Vec<AccountId> {
	let few = [CURATOR, PAYER, OTHER, TREASURY];
	few.into_iter().chain(WORKERS).chain(NODES).chain([account_of(PAYER_KEY)]).collect()
}

/// What [`POOR`] owns, in SOUK.
pub const LITTLE: Balance = 4_000;

/// The world of a test: everybody but [`STRANGER`] on the chain, with money, and 10 % protocol fee.
#[derive(Default)]
pub struct TestExt;

impl TestExt {
	/// Runs `test` in the first block and checks the invariants after it.
	pub fn execute(self, test: impl FnOnce()) {
		self.build().execute_with(|| {
			System::run_to_block::<AllPalletsWithSystem>(1);
			test();
			check_state();
		});
	}

	pub fn build(self) -> sp_io::TestExternalities {
		registry::reset();
		Weights::set(roomy());
		Fee::set(Permill::from_percent(10));
		ChallengePeriod::set(CHALLENGE);
		let storage = RuntimeGenesisConfig {
			balances: pallet_balances::GenesisConfig {
				balances: endowed()
					.into_iter()
					.map(|account| (account, ENDOWMENT))
					.chain([(POOR, LITTLE)])
					.collect(),
				..Default::default()
			},
			assets: pallet_assets::GenesisConfig {
				assets: vec![(1, CURATOR, true, MINIMUM)],
				accounts: endowed().into_iter().map(|account| (1, account, ENDOWMENT)).collect(),
				..Default::default()
			},
			..Default::default()
		}
		.build_storage()
		.expect("the genesis is valid");
		let mut world = sp_io::TestExternalities::from(storage);
		// Benchmarks sign with it.
		world.register_extension(KeystoreExt::new(MemoryKeystore::new()));
		world
	}
}

/// Checks the invariants.
pub fn check_state() {
	Market::do_try_state().expect("the invariants hold");
}

/// Runs to `block` and checks the invariants in each block on the way.
pub fn advance_to(block: u32) {
	while System::block_number() < block {
		System::reset_events();
		System::run_to_block::<AllPalletsWithSystem>(System::block_number() + 1);
		check_state();
	}
}

/// The current block.
pub fn now() -> u32 {
	System::block_number()
}

/// Dispatches a call as a block does it: what fails leaves nothing behind.
pub fn dispatch(who: AccountId, call: impl Into<RuntimeCall>) -> DispatchResult {
	call.into().dispatch(RuntimeOrigin::signed(who)).map(|_| ()).map_err(|failed| failed.error)
}

/// What an account can spend of an asset.
pub fn free(asset: &Asset, account: &AccountId) -> Balance {
	Money::balance(asset.clone(), account)
}

/// What is held of an account's money on tabs.
pub fn held(asset: &Asset, account: &AccountId) -> Balance {
	Money::balance_on_hold(asset.clone(), &crate::HoldReason::Tab.into(), account)
}

/// What is held of an account's SOUK for bytes.
pub fn deposit(account: &AccountId) -> Balance {
	Money::balance_on_hold(SOUK, &crate::HoldReason::Deposit.into(), account)
}

/// The pallet's own events since the last block began.
pub fn events() -> Vec<crate::Event<Test>> {
	System::read_events_for_pallet::<crate::Event<Test>>()
}

/// A tab as clients see it.
pub fn view(tab: TabId) -> TabView<AccountId> {
	Market::tab_details(tab).expect("the tab has not ended")
}

/// Freezes or thaws wUSD altogether.
pub fn freeze(frozen: bool) {
	let call = if frozen {
		pallet_assets::Call::<Test>::freeze_asset { id: 1 }
	} else {
		pallet_assets::Call::<Test>::thaw_asset { id: 1 }
	};
	frame_support::assert_ok!(dispatch(CURATOR, call));
}

/// Keeps somebody from sending and receiving wUSD.
pub fn block(who: AccountId) {
	frame_support::assert_ok!(dispatch(CURATOR, pallet_assets::Call::<Test>::block { id: 1, who }));
}

pub fn unblock(who: AccountId) {
	frame_support::assert_ok!(dispatch(CURATOR, pallet_assets::Call::<Test>::thaw { id: 1, who }));
}

// --- keys and vouchers -----------------------------------------------------------------------------

/// Number of the key that signs in most tests.
pub const KEY: u8 = 41;
/// Number of a key whose account has money.
pub const PAYER_KEY: u8 = 42;

/// A key by its number.
pub fn pair(number: u8) -> sr25519::Pair {
	thread_local! {
		static PAIRS: RefCell<std::collections::BTreeMap<u8, sr25519::Pair>> = RefCell::default();
	}
	PAIRS.with_borrow_mut(|pairs| {
		pairs.entry(number).or_insert_with(|| sr25519::Pair::from_seed(&[number; 32])).clone()
	})
}

pub fn public(number: u8) -> [u8; 32] {
	pair(number).public().0
}

pub fn account_of(number: u8) -> AccountId {
	AccountId32::new(public(number))
}

pub fn signed_by(key: u8, voucher: Voucher) -> SignedVoucher {
	let digest = voucher.digest(&Market::genesis());
	SignedVoucher { voucher, signature: pair(key).sign(&digest).0 }
}

/// A voucher of [`KEY`] for so many queries.
pub fn voucher(tab: TabId, node: &AccountId, queries: u64) -> SignedVoucher {
	let amount = PRICE * Balance::from(queries);
	signed_by(KEY, Voucher { tab, node: node.clone().into(), counter: queries, amount })
}

// --- calls -----------------------------------------------------------------------------------------

pub fn price(asset: Asset, amount: Balance) -> Price {
	Price { asset, amount }
}

pub fn open_call(listing: ListingId, limit: Balance) -> crate::Call<Test> {
	let (key, max_price) = (Some(public(KEY)), price(WUSD, PRICE));
	crate::Call::<Test>::open_tab { listing, plan: 0, key, limit, max_price }
}

/// Opens a tab as [`PAYER`], and returns its number.
pub fn opened(listing: ListingId, limit: Balance) -> TabId {
	let tab = NextTabId::<Test>::get();
	frame_support::assert_ok!(dispatch(PAYER, open_call(listing, limit)));
	tab
}

pub fn top_up(who: AccountId, tab: TabId, amount: Balance) -> DispatchResult {
	dispatch(who, crate::Call::<Test>::top_up_tab { tab, amount })
}

pub fn settle(node: &AccountId, voucher: SignedVoucher) -> DispatchResult {
	dispatch(node.clone(), crate::Call::<Test>::settle_voucher { voucher })
}

pub fn settle_all(node: &AccountId, vouchers: Vec<SignedVoucher>) -> DispatchResult {
	let vouchers = vouchers.try_into().expect("not too many");
	dispatch(node.clone(), crate::Call::<Test>::settle_vouchers { vouchers })
}

pub fn close(who: AccountId, tab: TabId) -> DispatchResult {
	dispatch(who, crate::Call::<Test>::close_tab { tab })
}

pub fn claim(who: AccountId, tab: TabId) -> DispatchResult {
	dispatch(who, crate::Call::<Test>::claim_timeout { tab })
}

pub fn set_free_quota(who: AccountId, listing: ListingId, queries: u32) -> DispatchResult {
	dispatch(who, crate::Call::<Test>::set_free_quota { listing, queries })
}
