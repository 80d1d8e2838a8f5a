//! A chain with real balances, assets and holds on both around the pallet, and proofs that are really made and checked. Listings,
//! snapshots and nodes are what a test says they are.

mod registry;
mod tables;

pub use registry::*;
pub use tables::*;

use crate::{self as pallet_asks, *};
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
use souk_primitives::{Asset, Balance, ListingId, Period, Price};
use souk_table_proofs::Query;
use sp_runtime::{
	traits::{Dispatchable, IdentityLookup},
	BuildStorage, DispatchResult, DispatchResultWithInfo, Permill,
};

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
/// Smallest balance of an account, in SOUK and in wUSD.
pub const MINIMUM: Balance = 10;
/// The bounty of most tests, and what node and treasury have of it.
pub const BOUNTY: Balance = 1_000;
pub const NODE_SHARE: Balance = 900;
pub const TREASURY_SHARE: Balance = 100;
pub const WUSD: Asset = Asset::WithId(1);
pub const SOUK: Asset = Asset::Native;

/// How long an ask of most tests waits.
pub const WAIT: u32 = 20;
pub const LONGEST: u32 = 100;
pub const KEEP: u32 = 25;

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
	pub type Market = pallet_asks;
}

parameter_types! {
	pub static Weights: BlockWeights = roomy();
	pub static Fee: Permill = Permill::from_percent(10);
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
		tables::reset();
		Weights::set(roomy());
		Fee::set(Permill::from_percent(10));
		let storage = RuntimeGenesisConfig {
			balances: pallet_balances::GenesisConfig {
				balances: endowed().map(|account| (account, ENDOWMENT)).chain([(POOR, LITTLE)]).collect(),
				..Default::default()
			},
			assets: pallet_assets::GenesisConfig {
				assets: vec![(1, CURATOR, true, MINIMUM)],
				accounts: endowed().map(|account| (1, account, ENDOWMENT)).collect(),
				..Default::default()
			},
			..Default::default()
		}
		.build_storage()
		.expect("the genesis is valid");
		storage.into()
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
	dispatch_with_info(who, call).map(|_| ()).map_err(|failed| failed.error)
}

/// The same, with what it cost.
pub fn dispatch_with_info(
	who: AccountId,
	call: impl Into<RuntimeCall>,
) -> DispatchResultWithInfo<<RuntimeCall as Dispatchable>::PostInfo> {
	call.into().dispatch(RuntimeOrigin::signed(who))
}

/// What an account can spend of an asset.
pub fn free(asset: &Asset, account: AccountId) -> Balance {
	Money::balance(asset.clone(), &account)
}

/// What is held of an account's money for asks.
pub fn held(asset: &Asset, account: AccountId) -> Balance {
	Money::balance_on_hold(asset.clone(), &crate::HoldReason::Bounty.into(), &account)
}

/// What is held of an account's SOUK for bytes.
pub fn deposit(account: AccountId) -> Balance {
	Money::balance_on_hold(SOUK, &crate::HoldReason::Deposit.into(), &account)
}

/// The pallet's own events since the last block began.
pub fn events() -> Vec<crate::Event<Test>> {
	System::read_events_for_pallet::<crate::Event<Test>>()
}

/// An ask as clients see it.
pub fn view(ask: AskId) -> AskView<AccountId> {
	Market::ask_details(ask).expect("the ask is not forgotten")
}

pub fn state(ask: AskId) -> AskState {
	view(ask).state
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
