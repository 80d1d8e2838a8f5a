//! A chain with real balances, assets and holds on both around the pallet, and proofs that are really made and checked. Listings,
//! snapshots and nodes are what a test says they are.

mod registry;
mod tables;

pub use registry::*;
pub use tables::*;

use crate::{self as pallet_asks, *};
pub use souk_mock_support::{roomy, Fee, Weights, MINIMUM, SOUK, WUSD};

use frame_support::{
	derive_impl, parameter_types,
	traits::{ConstU128, ConstU32},
};
use souk_primitives::{Balance, ListingId, Period, Price};
use souk_table_proofs::Query;
use sp_runtime::{traits::Dispatchable, DispatchResult, DispatchResultWithInfo, Permill};

pub type AccountId = u64;

pub const CURATOR: AccountId = 1;
pub const ASKER: AccountId = 2;
pub const OTHER: AccountId = 3;
/// Owns nothing but some deposits.
pub const POOR: AccountId = 4;
/// Runs jobs, and keeps nothing.
pub const WORKER: AccountId = 11;
/// Keep tables.
pub const NODES: [AccountId; 2] = [21, 22];
pub const TREASURY: AccountId = 99;
/// Not on the chain yet.
pub const STRANGER: AccountId = 77;

/// What each account of the builder owns, in SOUK and in wUSD.
pub const ENDOWMENT: Balance = 1_000_000;
/// The bounty of most tests, and what node and treasury have of it.
pub const BOUNTY: Balance = 1_000;
pub const NODE_SHARE: Balance = 900;
pub const TREASURY_SHARE: Balance = 100;

/// How long an ask of most tests waits.
pub const WAIT: u32 = 20;
pub const LONGEST: u32 = 100;
pub const KEEP: u32 = 25;

souk_mock_support::runtime! {
	0: System = frame_system,
	1: Balances = pallet_balances,
	2: Assets = pallet_assets,
	3: AssetsHolder = pallet_assets_holder,
	4: Market = pallet_asks,
}

parameter_types! {
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
	type Proofs = Checked;
	type Treasury = TreasuryAccount;
	type ProtocolFee = Fee;
	type RetryEvery = ConstU32<1>;
	type KeepFor = ConstU32<KEEP>;
	type MaxWait = ConstU32<LONGEST>;
	type DepositPerByte = ConstU128<1>;
	type DepositBase = ConstU128<20>;
	type WeightInfo = ();
}

/// Everybody who owns something at the start, but [`POOR`].
pub fn endowed() -> impl Iterator<Item = AccountId> {
	[CURATOR, ASKER, OTHER, WORKER, TREASURY].into_iter().chain(NODES)
}

/// What [`POOR`] owns, in SOUK.
pub const LITTLE: Balance = 2_000;

/// The world of a test: everybody but [`STRANGER`] on the chain, with money, and 10 % protocol fee.
#[derive(Default)]
pub struct TestExt;

impl TestExt {
	souk_mock_support::execute!(check_state);

	pub fn build(self) -> sp_io::TestExternalities {
		registry::reset();
		tables::reset();
		Weights::set(roomy());
		Fee::set(Permill::from_percent(10));
		souk_mock_support::externalities! {
			balances: endowed().map(|account| (account, ENDOWMENT)).chain([(POOR, LITTLE)]),
			assets: [(1, CURATOR, true, MINIMUM)],
			accounts: endowed().map(|account| (1, account, ENDOWMENT)),
		}
	}
}

/// Checks the invariants.
pub fn check_state() {
	Market::do_try_state().expect("the invariants hold");
}

souk_mock_support::functions! {
	pallet_asks: now, advance_to(check_state), events, assert_event, dispatch, free, held(Bounty), deposit, transfer, freeze,
	block, unblock
}

/// The same as `dispatch`, with what it cost.
pub fn dispatch_with_info(
	who: AccountId,
	call: impl Into<RuntimeCall>,
) -> DispatchResultWithInfo<<RuntimeCall as Dispatchable>::PostInfo> {
	call.into().dispatch(RuntimeOrigin::signed(who))
}

/// An ask as clients see it.
pub fn view(ask: AskId) -> AskView<AccountId> {
	Market::ask_details(ask).expect("the ask is not forgotten")
}

pub fn state(ask: AskId) -> AskState {
	view(ask).state
}

/// The parts of an ask that tests change.
#[derive(Clone)]
pub struct Asking {
	pub listing: ListingId,
	pub period: Option<Period>,
	pub query: Query,
	pub min_group_size: u32,
	pub bounty: Price,
	pub wait: u32,
}

/// What most tests ask: how much there is of everything, for [`BOUNTY`] wUSD.
pub fn asking(listing: ListingId) -> Asking {
	Asking {
		listing,
		period: None,
		query: total(),
		min_group_size: 0,
		bounty: Price { asset: WUSD, amount: BOUNTY },
		wait: WAIT,
	}
}

/// Hash of the text that tests say their queries were made from.
pub const TEXT: [u8; 32] = [5; 32];

pub fn ask_as(who: AccountId, asking: Asking) -> DispatchResult {
	let Asking { listing, period, query, min_group_size, bounty, wait } = asking;
	let text_hash = Some(TEXT);
	let call = crate::Call::<Test>::ask { listing, period, query, text_hash, min_group_size, bounty, wait };
	dispatch(who, call)
}

/// Asks as [`ASKER`], and returns the ask's number.
pub fn asked(asking: Asking) -> AskId {
	let ask = NextAskId::<Test>::get();
	frame_support::assert_ok!(ask_as(ASKER, asking));
	ask
}

pub fn answer_call(ask: AskId, bundle: Vec<u8>) -> crate::Call<Test> {
	crate::Call::<Test>::answer { ask, bundle: bundle.try_into().expect("it is not too long") }
}

pub fn answer(who: AccountId, ask: AskId, bundle: Vec<u8>) -> DispatchResult {
	dispatch(who, answer_call(ask, bundle))
}

pub fn check_call(listing: ListingId, period: Period, bundle: Vec<u8>) -> crate::Call<Test> {
	let bundle = bundle.try_into().expect("it is not too long");
	crate::Call::<Test>::check { listing, period, bundle }
}

pub fn withdraw(who: AccountId, ask: AskId) -> DispatchResult {
	dispatch(who, crate::Call::<Test>::withdraw { ask })
}

pub fn claim_timeout(who: AccountId, ask: AskId) -> DispatchResult {
	dispatch(who, crate::Call::<Test>::claim_timeout { ask })
}

pub fn forget(who: AccountId, ask: AskId) -> DispatchResult {
	dispatch(who, crate::Call::<Test>::forget { ask })
}
