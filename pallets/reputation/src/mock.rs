//! A chain with real balances and holds around the pallet. Listings, who serves them, orders and rulings are what a test says they are.

mod registry;

pub use registry::*;

use crate::{self as pallet_reputation, *};
use frame_support::{
	derive_impl, parameter_types,
	traits::{fungible::InspectHold as _, ConstU128},
	weights::Weight,
};
use frame_system::limits::BlockWeights;
use souk_primitives::{Balance, ListingId, OrderId};
use sp_runtime::{
	traits::{Dispatchable, IdentityLookup},
	BuildStorage, DispatchResult,
};

pub type AccountId = u64;

pub const CURATOR: AccountId = 1;
pub const PAYER: AccountId = 2;
pub const OTHER: AccountId = 3;
/// Owns nothing but the smallest balance.
pub const POOR: AccountId = 4;
pub const WORKER: AccountId = 11;
pub const NODE: AccountId = 21;
/// What each account of the builder owns.
pub const ENDOWMENT: Balance = 1_000_000_000;
pub const MINIMUM: Balance = 10;
/// How long a deal is rated, a tally remembered, a credential valid.
pub const WINDOW: u32 = 10;
pub const MEMORY: u32 = 50;
pub const LIFE: u32 = 30;

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
	pub type Reputation = pallet_reputation;
}

parameter_types! {
	pub static Weights: BlockWeights = roomy();
	pub static WindowLength: u32 = WINDOW;
	pub static MemoryLength: u32 = MEMORY;
	pub static LifeLength: u32 = LIFE;
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

impl crate::Config for Test {
	type Currency = Balances;
	type RuntimeHoldReason = RuntimeHoldReason;
	type Orders = Registry;
	type Rulings = Registry;
	type Listings = Registry;
	type Curation = Registry;
	type Window = WindowLength;
	type Memory = MemoryLength;
	type CredentialLife = LifeLength;
	type DepositPerByte = ConstU128<1>;
	type DepositBase = ConstU128<20>;
	type WeightInfo = ();
}

/// The world of a test: everybody with money, a listing of [`CURATOR`] without orders.
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
		WindowLength::set(WINDOW);
		MemoryLength::set(MEMORY);
		LifeLength::set(LIFE);
		let endowed = [CURATOR, PAYER, OTHER, WORKER, NODE].map(|account| (account, ENDOWMENT));
		let storage = RuntimeGenesisConfig {
			balances: pallet_balances::GenesisConfig {
				balances: endowed.into_iter().chain([(POOR, MINIMUM)]).collect(),
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
	Reputation::do_try_state().expect("the invariants hold");
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
pub fn dispatch(who: AccountId, call: crate::Call<Test>) -> DispatchResult {
	let done = RuntimeCall::from(call).dispatch(RuntimeOrigin::signed(who));
	done.map(|_| ()).map_err(|failed| failed.error)
}

/// What is held of an account's money for bytes.
pub fn deposit(account: AccountId) -> Balance {
	Balances::balance_on_hold(&HoldReason::Deposit.into(), &account)
}

/// What an account can spend.
pub fn free(account: AccountId) -> Balance {
	Balances::free_balance(account)
}

/// The pallet's own events since the last block began.
pub fn events() -> Vec<crate::Event<Test>> {
	System::read_events_for_pallet::<crate::Event<Test>>()
}

pub fn period(listing: ListingId, payer: AccountId) -> Deal<AccountId> {
	Deal::Period { listing, payer }
}

pub fn rate(who: AccountId, deal: Deal<AccountId>, score: u8) -> DispatchResult {
	dispatch(who, crate::Call::rate { deal, score })
}

pub fn rate_order(who: AccountId, order: OrderId, score: u8) -> DispatchResult {
	rate(who, Deal::Order(order), score)
}

pub fn issue(who: AccountId, order: OrderId, kind: CredentialKind) -> DispatchResult {
	dispatch(who, crate::Call::issue_credential { order, kind, hash: HASH })
}

/// Hash of the credentials of tests.
pub const HASH: [u8; 32] = [7; 32];

pub fn revoke(who: AccountId, id: CredentialId) -> DispatchResult {
	dispatch(who, crate::Call::revoke_credential { id })
}

pub fn remove(who: AccountId, id: CredentialId) -> DispatchResult {
	dispatch(who, crate::Call::remove_credential { id })
}

/// How often each score was given.
pub fn scores(rated: Rated<AccountId>) -> Scores {
	Tallies::<Test>::get(rated).map(|tally| tally.scores).unwrap_or_default()
}
