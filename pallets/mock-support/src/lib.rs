//! What the mock runtimes of the pallets have in common. For tests only: no pallet depends on it but in its tests.
//!
//! [`runtime!`], `*_config!` and [`externalities!`] make a runtime and its genesis, [`functions!`] and [`execute!`] are what tests do
//! with it, [`without!`] is what another pallet answers where there is nothing, [`ledger`] runs random sequences of calls.
//!
//! The macros expand to plain FRAME code in the mock that calls them. They go by the names that all mocks use: the runtime is `Test`, its
//! accounts are of the type `AccountId`, and `System`, `Balances`, `Assets` and `AssetsHolder` are FRAME's pallets. FRAME's `derive_impl` has
//! to be in scope, since it calls itself by that name.

pub mod ledger;

mod functions;
mod runtime;
mod without;

use core::time::Duration;
use frame_support::{parameter_types, traits::UnixTime, weights::Weight};
use frame_system::limits::BlockWeights;
use souk_primitives::{reach, Asset, Balance, ListingId, Period};
use sp_runtime::{traits::Dispatchable, DispatchResult, Permill};

/// The native asset.
pub const SOUK: Asset = Asset::Native;
/// The asset of most prices.
pub const WUSD: Asset = Asset::WithId(1);
/// Smallest balance of an account, in SOUK and in wUSD.
pub const MINIMUM: Balance = 10;
/// The chain's time at the start, in minutes since the Unix epoch.
pub const TODAY: Period = 29_000_000;
/// Bond of a node that offers one role, with [`curation_config!`].
pub const NODE_BOND: Balance = 1_000;
/// Blocks within which a persistence node is back that has not been away, with [`curation_config!`].
pub const BACK_WITHIN: u32 = 20;
/// Most blocks by which pauses put off a snapshot, with [`curation_config!`].
pub const MAX_PAUSE: u32 = 60;

parameter_types! {
	/// What a block has room for.
	pub static Weights: BlockWeights = roomy();
	/// The protocol's part of each payment.
	pub static Fee: Permill = Permill::from_percent(10);
	/// The chain's time, in minutes since the Unix epoch.
	pub static Minutes: Period = TODAY;
	/// What of a bond covers no sales.
	pub const Reserve: Permill = Permill::from_percent(10);
}

/// Blocks in which the hooks have room for thousands of turns.
pub fn roomy() -> BlockWeights {
	BlockWeights::simple_max(Weight::from_parts(u64::MAX / 2, u64::MAX / 2))
}

/// Tells the time of [`Minutes`].
pub struct Clock;

impl UnixTime for Clock {
	fn now() -> Duration {
		Duration::from_secs(u64::from(Minutes::get()) * 60)
	}
}

/// A chain on which nothing was ordered or subscribed to.
pub struct NothingOpen;

impl reach::Subscriptions for NothingOpen {
	fn open(_: ListingId) -> u32 {
		0
	}
}

impl reach::Orders for NothingOpen {
	fn open(_: ListingId) -> u32 {
		0
	}
}

/// Dispatches a call as a block does it: what fails leaves nothing behind.
///
/// # Errors
///
/// Those of the call.
pub fn dispatch<Call: Dispatchable>(origin: Call::RuntimeOrigin, call: Call) -> DispatchResult {
	call.dispatch(origin).map(|_| ()).map_err(|failed| failed.error)
}
