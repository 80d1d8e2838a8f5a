//! A chain with real balances and holds around the pallet. Listings, who serves them, orders and rulings are what a test says they are.

mod registry;

pub use registry::*;

use crate::{self as pallet_reputation, *};
pub use souk_mock_support::{roomy, Weights, MINIMUM};

use frame_support::{derive_impl, parameter_types, traits::ConstU128};
use souk_primitives::{Balance, ListingId, OrderId};
use sp_runtime::DispatchResult;

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
/// How long a deal is rated, a tally remembered, a credential valid.
pub const WINDOW: u32 = 10;
pub const MEMORY: u32 = 50;
pub const LIFE: u32 = 30;

souk_mock_support::runtime! {
	0: System = frame_system,
	1: Balances = pallet_balances,
	2: Reputation = pallet_reputation,
}

parameter_types! {
	pub static WindowLength: u32 = WINDOW;
	pub static MemoryLength: u32 = MEMORY;
	pub static LifeLength: u32 = LIFE;
}

souk_mock_support::system_config!(Weights);
souk_mock_support::balances_config!(ConstU128<MINIMUM>);

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
	souk_mock_support::execute!(check_state);

	pub fn build(self) -> sp_io::TestExternalities {
		registry::reset();
		Weights::set(roomy());
		WindowLength::set(WINDOW);
		MemoryLength::set(MEMORY);
		LifeLength::set(LIFE);
		let endowed = [CURATOR, PAYER, OTHER, WORKER, NODE].map(|account| (account, ENDOWMENT));
		souk_mock_support::externalities! { balances: endowed.into_iter().chain([(POOR, MINIMUM)]) }
	}
}

/// Checks the invariants.
pub fn check_state() {
	Reputation::do_try_state().expect("the invariants hold");
}

souk_mock_support::functions! {
	pallet_reputation: now, advance_to(check_state), events, assert_event, dispatch(own), free(native), deposit
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
