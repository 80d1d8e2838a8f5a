//! A chain with real balances, assets and holds on both around the pallet, and signatures that are really made and checked. Listings
//! and nodes are what a test says they are.

mod registry;

pub use registry::*;

use crate::{self as pallet_tabs, *};
pub use souk_mock_support::{roomy, Fee, Weights, MINIMUM, SOUK, WUSD};

use frame_support::{
	derive_impl, parameter_types,
	traits::{
		fungibles::{hold::Inspect as _, Inspect as _},
		ConstU128, ConstU32,
	},
};
use souk_primitives::{Asset, Balance, ListingId, Price};
use souk_proof_primitives::voucher::{SignedVoucher, Voucher};
use sp_core::{sr25519, Pair as _};
use sp_keystore::{testing::MemoryKeystore, KeystoreExt};
use sp_runtime::{AccountId32, DispatchResult, Permill};
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
/// What a query costs, and what most tests put on a tab.
pub const PRICE: Balance = 100;
pub const LIMIT: Balance = 1_000;

pub const CHALLENGE: u32 = 5;
pub const LIFETIME: u32 = 40;

souk_mock_support::runtime! {
	0: System = frame_system,
	1: Balances = pallet_balances,
	2: Assets = pallet_assets,
	3: AssetsHolder = pallet_assets_holder,
	4: Market = pallet_tabs,
}

parameter_types! {
	pub static ChallengePeriod: u32 = CHALLENGE;
	pub const TreasuryAccount: AccountId = TREASURY;
}

souk_mock_support::system_config!(Weights);
souk_mock_support::balances_config!(ConstU128<MINIMUM>);
souk_mock_support::assets_config!();

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
	souk_mock_support::execute!(check_state);

	pub fn build(self) -> sp_io::TestExternalities {
		registry::reset();
		Weights::set(roomy());
		Fee::set(Permill::from_percent(10));
		ChallengePeriod::set(CHALLENGE);
		let mut world = souk_mock_support::externalities! {
			balances: endowed().into_iter().map(|account| (account, ENDOWMENT)).chain([(POOR, LITTLE)]),
			assets: [(1, CURATOR, true, MINIMUM)],
			accounts: endowed().into_iter().map(|account| (1, account, ENDOWMENT)),
		};
		// Benchmarks sign with it.
		world.register_extension(KeystoreExt::new(MemoryKeystore::new()));
		world
	}
}

/// Checks the invariants.
pub fn check_state() {
	Market::do_try_state().expect("the invariants hold");
}

souk_mock_support::functions! {
	pallet_tabs: now, advance_to(check_state), events, assert_event, dispatch, transfer, freeze, block, unblock
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

/// A tab as clients see it.
pub fn view(tab: TabId) -> TabView<AccountId> {
	Market::tab_details(tab).expect("the tab has not ended")
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
