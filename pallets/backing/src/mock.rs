//! A chain with real balances, assets and holds on both, and the real bonds of `pallet-curation`, around the pallet. Listings are what a
//! test says they are.

use crate::{self as pallet_backing, *};
use frame_support::{
	assert_ok, derive_impl, parameter_types,
	traits::{
		fungible::{NativeFromLeft, UnionOf},
		fungibles::{hold::Inspect as _, Inspect as _},
		AsEnsureOriginWithArg, ConstU128, ConstU32, UnixTime,
	},
};
use frame_system::{EnsureRoot, EnsureSigned};
use souk_primitives::{
	reach::{self, Backing as _, Bonds as _, OnListingState as _},
	Asset, Balance, Bond, ListingId, ListingKind, ListingState, PayoutSplit, Plan, PlanIndex, QueryPolicy,
};
use sp_runtime::{traits::Dispatchable, BuildStorage, DispatchResult, FixedU128, Permill};
use std::{
	cell::{Cell, RefCell},
	collections::BTreeMap,
	time::Duration,
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
/// Smallest balance of an account, in SOUK and in every asset.
pub const MINIMUM: Balance = 10;
/// Least backing.
pub const LEAST: Balance = 100;
/// The curator's bond on [`LISTING`].
pub const BOND: Balance = 10_000;
pub const UNBONDING: u32 = 20;
pub const SOUK: Asset = Asset::Native;
pub const WUSD: Asset = Asset::WithId(1);
/// Assets that there are, by their numbers.
pub const ASSETS: u32 = 10;

/// The curator's listing, with a bond.
pub const LISTING: ListingId = 0;
/// Another one of hers, without a bond.
pub const SECOND: ListingId = 1;
/// Of [`OTHER`].
pub const FOREIGN: ListingId = 2;

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
	pub type Curation = pallet_curation;
	#[runtime::pallet_index(5)]
	pub type Backing = pallet_backing;
}

parameter_types! {
	pub const TreasuryAccount: AccountId = TREASURY;
	pub const Reserve: Permill = Permill::from_percent(10);
	pub const LargestShare: Permill = Permill::from_percent(90);
	pub static Most: FixedU128 = FixedU128::from_u32(1);
}

thread_local! {
	/// Listings that have ended, and when.
	static ENDED: RefCell<BTreeMap<ListingId, u32>> = const { RefCell::new(BTreeMap::new()) };
	/// Whose all listings are in a benchmark.
	static BENCHED: Cell<Option<AccountId>> = const { Cell::new(None) };
}

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
	type Block = frame_system::mocking::MockBlockU32<Test>;
	type AccountData = pallet_balances::AccountData<Balance>;
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

impl pallet_curation::Config for Test {
	type Currency = Balances;
	type RuntimeHoldReason = RuntimeHoldReason;
	type Listings = Registry;
	type Subscriptions = Registry;
	type Orders = Registry;
	type UnixTime = Clock;
	type DepositBase = ConstU128<1>;
	type DepositPerByte = ConstU128<0>;
	type MinCuratorBond = ConstU128<100>;
	type BondReserve = Reserve;
	type MinNodeBond = ConstU128<1_000>;
	type UnbondingPeriod = ConstU32<UNBONDING>;
	type MaxUnlocking = ConstU32<8>;
	type MaxAssigned = ConstU32<3>;
	type MaxTerms = ConstU32<8>;
	type MaxAssignmentsPerNode = ConstU32<8>;
	type MaxRetention = ConstU32<4>;
	type MaxOpenPeriods = ConstU32<4>;
	type WeightInfo = ();
}

/// SOUK and the assets together.
pub type Money = UnionOf<Balances, AssetsHolder, NativeFromLeft, Asset, AccountId>;

impl crate::Config for Test {
	type Currency = Balances;
	type Money = Money;
	type RuntimeHoldReason = RuntimeHoldReason;
	type Listings = Registry;
	type Bonds = Curation;
	type Treasury = TreasuryAccount;
	type MaxBacking = Most;
	type MinBacking = ConstU128<LEAST>;
	type MaxShare = LargestShare;
	type DepositBase = ConstU128<10>;
	type DepositPerByte = ConstU128<1>;
	type WeightInfo = ();
}

pub struct Clock;

impl UnixTime for Clock {
	fn now() -> Duration {
		Duration::from_secs(1)
	}
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
	fn plan(_: ListingId, _: PlanIndex) -> Option<Plan> {
		None
	}
	fn payouts(_: ListingId) -> Option<PayoutSplit> {
		None
	}
	fn policy(_: ListingId) -> Option<QueryPolicy> {
		None
	}
	fn benchmark_listing(owner: &AccountId, _: Plan) -> ListingId {
		BENCHED.set(Some(*owner));
		LISTING
	}
	fn benchmark_data_product(owner: &AccountId, plan: Plan) -> ListingId {
		Self::benchmark_listing(owner, plan)
	}
}

impl reach::Subscriptions for Registry {
	fn open(_: ListingId) -> u32 {
		0
	}
}

impl reach::Orders for Registry {
	fn open(_: ListingId) -> u32 {
		0
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
		let rich = || [CURATOR, OTHER, TREASURY, PAYER].into_iter().chain(BACKERS);
		let storage = RuntimeGenesisConfig {
			balances: pallet_balances::GenesisConfig {
				balances: rich().chain([NEWCOMER]).map(|account| (account, ENDOWMENT)).collect(),
				..Default::default()
			},
			assets: pallet_assets::GenesisConfig {
				assets: (1..=ASSETS).map(|id| (id, TREASURY, true, MINIMUM)).collect(),
				accounts: (1..=ASSETS)
					.flat_map(|id| rich().map(move |account| (id, account, ENDOWMENT)))
					.collect(),
				..Default::default()
			},
			..Default::default()
		}
		.build_storage()
		.expect("the genesis is valid");
		let mut world = sp_io::TestExternalities::from(storage);
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

/// The current block.
pub fn now() -> u32 {
	System::block_number()
}

/// Dispatches a call as a block does it: what fails leaves nothing behind.
pub fn dispatch(who: AccountId, call: impl Into<RuntimeCall>) -> DispatchResult {
	call.into().dispatch(RuntimeOrigin::signed(who)).map(|_| ()).map_err(|failed| failed.error)
}

/// The pallet's own events since the last block began.
pub fn events() -> Vec<crate::Event<Test>> {
	System::read_events_for_pallet::<crate::Event<Test>>()
}

/// What an account can spend of an asset.
pub fn free(asset: &Asset, who: AccountId) -> Balance {
	Money::balance(asset.clone(), &who)
}

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
	assert_ok!(match asset {
		Asset::Native => dispatch(
			PAYER,
			pallet_balances::Call::<Test>::transfer_keep_alive { dest: recipient, value: amount }
		),
		Asset::WithId(id) => dispatch(
			PAYER,
			pallet_assets::Call::<Test>::transfer_keep_alive { id, target: recipient, amount }
		),
	});
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
