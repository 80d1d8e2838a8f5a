//! A chain with real balances, assets and holds on both, and the real bonds of `pallet-curation`, around the pallet. Listings are what a
//! test says they are.

use crate::{self as pallet_backing, *};
pub use souk_mock_support::{MINIMUM, SOUK, WUSD};

use frame_support::{
	assert_ok, derive_impl, parameter_types,
	traits::{fungibles::hold::Inspect as _, ConstU128},
};
use souk_primitives::{
	reach::{self, Backing as _, Bonds as _, OnListingState as _, Pending},
	Asset, Balance, Bond, ListingId, ListingKind, ListingState, Plan,
};
use sp_runtime::{DispatchResult, FixedU128, Permill};
use std::{
	cell::{Cell, RefCell},
	collections::BTreeMap,
};

pub type AccountId = u64;

pub const CURATOR: AccountId = 1;
/// Curates another listing, and backs.
pub const OTHER: AccountId = 2;
pub const BACKERS: [AccountId; 3] = [11, 12, 13];
/// Has SOUK and no account in wUSD.
pub const NEWCOMER: AccountId = 14;
pub const TREASURY: AccountId = 99;
/// Pays curators.
pub const PAYER: AccountId = 50;

/// What each account of the builder owns, in SOUK and in wUSD.
pub const ENDOWMENT: Balance = 10_000_000;
/// Least backing.
pub const LEAST: Balance = 100;
/// The curator's bond on [`LISTING`].
pub const BOND: Balance = 10_000;
pub const UNBONDING: u32 = 20;
/// Assets that there are, by their numbers.
pub const ASSETS: u32 = 10;

/// The curator's listing, with a bond.
pub const LISTING: ListingId = 0;
/// Another one of hers, without a bond.
pub const SECOND: ListingId = 1;
/// Of [`OTHER`].
pub const FOREIGN: ListingId = 2;

souk_mock_support::runtime! {
	0: System = frame_system,
	1: Balances = pallet_balances,
	2: Assets = pallet_assets,
	3: AssetsHolder = pallet_assets_holder,
	4: Curation = pallet_curation,
	5: Backing = pallet_backing,
}

parameter_types! {
	pub const TreasuryAccount: AccountId = TREASURY;
	pub const LargestShare: Permill = Permill::from_percent(90);
	pub static Most: FixedU128 = FixedU128::from_u32(1);
	/// The open cases about [`LISTING`].
	pub static OpenCases: Option<Pending> = None;
}

thread_local! {
	/// Listings that have ended, and when.
	static ENDED: RefCell<BTreeMap<ListingId, u32>> = const { RefCell::new(BTreeMap::new()) };
	/// Whose all listings are in a benchmark.
	static BENCHED: Cell<Option<AccountId>> = const { Cell::new(None) };
}

souk_mock_support::system_config!(());
souk_mock_support::balances_config!(ConstU128<MINIMUM>);
souk_mock_support::assets_config!();
souk_mock_support::curation_config!(Registry, UNBONDING, UNBONDING);

impl crate::Config for Test {
	type Currency = Balances;
	type Money = Money;
	type RuntimeHoldReason = RuntimeHoldReason;
	type Listings = Registry;
	type Bonds = Curation;
	type Cases = Disputes;
	type Treasury = TreasuryAccount;
	type MaxBacking = Most;
	type MinBacking = ConstU128<LEAST>;
	type MaxShare = LargestShare;
	type DepositBase = ConstU128<10>;
	type DepositPerByte = ConstU128<1>;
	type WeightInfo = ();
}

/// Listings of two curators, on sale until a test ends them.
pub struct Registry;

impl reach::Listings<AccountId> for Registry {
	fn owner(listing: ListingId) -> Option<AccountId> {
		if let Some(owner) = BENCHED.get() {
			return Some(owner);
		}
		match listing {
			LISTING | SECOND => Some(CURATOR),
			FOREIGN => Some(OTHER),
			_ => None,
		}
	}
	fn kind(_: ListingId) -> Option<ListingKind> {
		Some(ListingKind::Service)
	}
	fn state(listing: ListingId) -> Option<(ListingState, u32)> {
		let ended = ENDED.with_borrow(|ended| ended.get(&listing).copied());
		Some(ended.map_or((ListingState::Active, 0), |at| (ListingState::Retired, at)))
	}
	souk_mock_support::without!(offers);
	fn benchmark_listing(owner: &AccountId, _: Plan) -> ListingId {
		BENCHED.set(Some(*owner));
		LISTING
	}
	fn benchmark_data_product(owner: &AccountId, plan: Plan) -> ListingId {
		Self::benchmark_listing(owner, plan)
	}
}

/// Cases, as a test says they are.
pub struct Disputes;

impl reach::Cases for Disputes {
	fn pending(listing: ListingId) -> Option<Pending> {
		OpenCases::get().filter(|_| listing == LISTING)
	}
	fn benchmark_pending(_: ListingId) {
		OpenCases::set(Some(Pending { since: 0, longest: 1 }));
	}
}

/// The world of a test: two curators with a bond each, three backers with money, a newcomer, nobody behind a bond yet.
#[derive(Default)]
pub struct TestExt;

impl TestExt {
	/// Runs `test` in the first block and checks the invariants after it.
	pub fn execute(self, test: impl FnOnce()) {
		self.build().execute_with(|| {
			for (who, listing) in [(CURATOR, LISTING), (OTHER, FOREIGN)] {
				assert_ok!(Curation::bond(RuntimeOrigin::signed(who), listing, BOND));
			}
			test();
			check();
		});
	}

	pub fn build(self) -> sp_io::TestExternalities {
		ENDED.with_borrow_mut(BTreeMap::clear);
		BENCHED.set(None);
		Most::set(FixedU128::from_u32(1));
		OpenCases::set(None);
		let rich = || [CURATOR, OTHER, TREASURY, PAYER].into_iter().chain(BACKERS);
		let mut world = souk_mock_support::externalities! {
			balances: rich().chain([NEWCOMER]).map(|account| (account, ENDOWMENT)),
			assets: (1..=ASSETS).map(|id| (id, TREASURY, true, MINIMUM)).collect::<Vec<_>>(),
			accounts: (1..=ASSETS).flat_map(|id| rich().map(move |account| (id, account, ENDOWMENT))),
		};
		world.execute_with(|| System::run_to_block::<AllPalletsWithSystem>(1));
		world
	}
}

/// Checks the invariants of both pallets.
pub fn check() {
	Backing::do_try_state().expect("the invariants hold");
	Curation::do_try_state().expect("the bonds' invariants hold");
}

/// Runs to `block` and checks the invariants there.
pub fn advance_to(block: u32) {
	System::reset_events();
	System::run_to_block::<AllPalletsWithSystem>(block);
	check();
}

souk_mock_support::functions! { pallet_backing: now, events, assert_event, dispatch, free, transfer }

/// What is held of an account for a reason of this pallet.
pub fn held(asset: &Asset, reason: crate::HoldReason, who: AccountId) -> Balance {
	Money::balance_on_hold(asset.clone(), &reason.into(), &who)
}

pub fn percent(percent: u32) -> Permill {
	Permill::from_percent(percent)
}

// --- calls -----------------------------------------------------------------------------------------

pub fn open(who: AccountId, listing: ListingId, share: Permill, most: Balance) -> DispatchResult {
	dispatch(who, crate::Call::<Test>::open_backing { listing, share, most })
}

pub fn close(who: AccountId, listing: ListingId) -> DispatchResult {
	dispatch(who, crate::Call::<Test>::close_backing { listing })
}

pub fn back(who: AccountId, amount: Balance) -> DispatchResult {
	dispatch(who, crate::Call::<Test>::back { listing: LISTING, amount })
}

pub fn unback(who: AccountId, amount: Balance) -> DispatchResult {
	dispatch(who, crate::Call::<Test>::unback { listing: LISTING, amount })
}

pub fn withdraw(backer: AccountId) -> DispatchResult {
	dispatch(PAYER, crate::Call::<Test>::withdraw_unbacked { listing: LISTING, backer })
}

pub fn claim(backer: AccountId, asset: Asset) -> DispatchResult {
	dispatch(PAYER, crate::Call::<Test>::claim_income { listing: LISTING, asset, backer })
}

// --- what happens elsewhere ------------------------------------------------------------------------

/// The curator is paid `amount` of an asset for her listing.
pub fn pay(asset: Asset, amount: Balance) {
	pay_for(LISTING, CURATOR, asset, amount);
}

/// Somebody is paid for a listing.
pub fn pay_for(listing: ListingId, recipient: AccountId, asset: Asset, amount: Balance) {
	assert_ok!(transfer(&asset, PAYER, recipient, amount));
	Backing::share_income(listing, &recipient, &asset, amount);
}

/// An offence takes `part` of a listing's bond and of what backs it. Returns what was taken.
pub fn offend(part: Permill) -> Balance {
	let bond = Bond::Listing(LISTING);
	let asked = part.mul_floor(Backing::bonded(&bond));
	Backing::forfeit(&bond, asked)
}

/// All that is forfeited goes to the treasury.
pub fn settle_fines() {
	let bond = Bond::Listing(LISTING);
	assert!(Backing::pay_forfeited(&bond, &TREASURY, Backing::forfeited(&bond)));
}

/// A listing ends.
pub fn end(listing: ListingId) {
	ENDED.with_borrow_mut(|ended| ended.insert(listing, now()));
	Backing::on_state(listing, ListingState::Retired);
}

// --- what is read ----------------------------------------------------------------------------------

/// What backs the listing.
pub fn view() -> BackingView<AccountId> {
	Backing::backing(LISTING).expect("it is open")
}

/// What somebody has behind it.
pub fn backed(who: AccountId) -> Option<BackedView> {
	Backing::backed_by(who, None, 10).into_iter().find(|view| view.listing == LISTING)
}

/// What that is worth.
pub fn active(who: AccountId) -> Balance {
	backed(who).map_or(0, |view| view.active)
}

/// What somebody can claim in an asset.
pub fn due(who: AccountId, asset: &Asset) -> Balance {
	let income = backed(who).map(|view| view.income).unwrap_or_default();
	income.into_iter().find(|price| price.asset == *asset).map_or(0, |price| price.amount)
}
