//! A chain with real balances and assets around the pallet, and curators' bonds that a test can set.

use crate as pallet_listings;
use core::cell::RefCell;
use frame_support::{
	assert_ok, derive_impl, parameter_types,
	traits::{
		fungible::{hold::Inspect as _, NativeFromLeft, UnionOf},
		AsEnsureOriginWithArg, ConstU128, ConstU32,
	},
};
use frame_system::{EnsureRoot, EnsureSigned};
use souk_primitives::{
	reach, Asset, Balance, ListingId, ListingKind, ListingState, NodeRole, PayoutSplit, Plan, PlanKind,
	Price, QueryPolicy, Term, Visibility,
};
use sp_runtime::Permill;

pub type AccountId = u64;

pub const DEPOSIT_BASE: Balance = 100;
pub const DEPOSIT_PER_BYTE: Balance = 2;
/// What each account of the builder owns.
pub const ENDOWMENT: Balance = 10_000;
/// An asset that exists.
pub const WUSD: u32 = 1;

souk_mock_support::runtime! {
	0: System = frame_system,
	1: Balances = pallet_balances,
	2: Assets = pallet_assets,
	3: Listings = pallet_listings,
}

souk_mock_support::system_config!(());
souk_mock_support::balances_config!(ConstU128<1>);

#[derive_impl(pallet_assets::config_preludes::TestDefaultConfig)]
impl pallet_assets::Config for Test {
	type Balance = Balance;
	type Currency = Balances;
	type CreateOrigin = AsEnsureOriginWithArg<EnsureSigned<AccountId>>;
	type ForceOrigin = EnsureRoot<AccountId>;
}

thread_local! {
	static BONDED: RefCell<Vec<ListingId>> = const { RefCell::new(Vec::new()) };
	static TOLD: RefCell<Vec<(ListingId, ListingState)>> = const { RefCell::new(Vec::new()) };
}

/// Curators' bonds as tests set them with [`bond`]; nobody is assigned.
pub struct Bonds;

impl reach::Curation<AccountId> for Bonds {
	fn may_activate(listing: ListingId, kind: ListingKind) -> bool {
		kind != ListingKind::DataProduct || BONDED.with_borrow(|bonded| bonded.contains(&listing))
	}
	fn terms(_: ListingId, _: NodeRole, _: u32, _: u32) -> Vec<Term<AccountId>> {
		Vec::new()
	}
	fn is_assigned(_: ListingId, _: &AccountId) -> bool {
		false
	}
	fn has_agreed(_: ListingId, _: &AccountId) -> bool {
		false
	}
	fn first_final_at(_: ListingId) -> Option<u32> {
		None
	}
	souk_mock_support::without!(periods, snapshots, bonds);
	fn benchmark_terms(_: ListingId, _: u32) {}
}

/// Seven subscriptions hold money for every listing.
pub struct Seven;

impl reach::Subscriptions for Seven {
	fn open(_: ListingId) -> u32 {
		7
	}
}

/// Writes down what it is told.
pub struct Listener;

impl reach::OnListingState for Listener {
	fn on_state(listing: ListingId, state: ListingState) {
		TOLD.with_borrow_mut(|told| told.push((listing, state)));
	}
}

parameter_types! {
	pub const MaxPlans: u32 = 4;
	pub static BytePrice: Balance = DEPOSIT_PER_BYTE;
}

impl crate::Config for Test {
	type Currency = Balances;
	type RuntimeHoldReason = RuntimeHoldReason;
	type Assets = UnionOf<Balances, Assets, NativeFromLeft, Asset, AccountId>;
	type DepositPerByte = BytePrice;
	type DepositBase = ConstU128<DEPOSIT_BASE>;
	type TakeDownOrigin = EnsureRoot<AccountId>;
	type Curation = Bonds;
	type Subscriptions = Seven;
	type OnState = Listener;
	type MaxPlans = MaxPlans;
	type MaxTags = ConstU32<8>;
	type MaxListPage = ConstU32<3>;
	type WeightInfo = ();
}

/// The world of a test: accounts 1 to 4 with native money, and an asset.
#[derive(Default)]
pub struct TestExt;

impl TestExt {
	/// Runs `test` in the first block and checks the invariants after it.
	pub fn execute(self, test: impl FnOnce()) {
		self.build().execute_with(|| {
			System::run_to_block::<AllPalletsWithSystem>(1);
			test();
			check_deposits();
			Listings::do_try_state().expect("the invariants hold after the test");
		});
	}

	pub fn build(self) -> sp_io::TestExternalities {
		BONDED.with_borrow_mut(Vec::clear);
		TOLD.with_borrow_mut(Vec::clear);
		BytePrice::set(DEPOSIT_PER_BYTE);
		souk_mock_support::externalities! {
			balances: (1..=4).map(|account| (account, ENDOWMENT)),
			assets: [(WUSD, 1, true, 1)],
			accounts: [].into_iter(),
		}
	}
}

/// Each listing's deposit is what its bytes cost, where bytes cost what they did from the start.
fn check_deposits() {
	if BytePrice::get() != DEPOSIT_PER_BYTE {
		return;
	}
	for (id, record) in crate::Listings::<Test>::iter() {
		assert_eq!(record.deposit, Listings::deposit_for(id, &record), "listing {id}");
	}
}

/// Gives the listing's curator a bond.
pub fn bond(listing: ListingId) {
	BONDED.with_borrow_mut(|bonded| bonded.push(listing));
}

/// What was told of changed states so far.
pub fn told() -> Vec<(ListingId, ListingState)> {
	TOLD.with_borrow(Clone::clone)
}

pub fn signed(account: AccountId) -> RuntimeOrigin {
	RuntimeOrigin::signed(account)
}

/// What is held of an account's money for its listings.
pub fn held(account: AccountId) -> Balance {
	Balances::balance_on_hold(&crate::HoldReason::Deposit.into(), &account)
}

souk_mock_support::functions! { pallet_listings: events, free(native) }

pub fn name(text: &str) -> crate::Name {
	text.as_bytes().to_vec().try_into().expect("the name is short enough")
}

/// A public listing with two tags.
pub fn details() -> crate::DetailsOf<Test> {
	let word = |text: &str| text.as_bytes().to_vec().try_into().expect("the word is short enough");
	crate::Details {
		metadata_hash: [7; 32],
		license: b"CC0-1.0".to_vec().try_into().expect("the licence is short enough"),
		category: word("climate"),
		tags: vec![word("weather"), word("airports")].try_into().expect("there are few tags"),
		policy: QueryPolicy { max_rows: 10_000, aggregate_only: false, min_group_size: 0 },
		visibility: Visibility::Public,
	}
}

pub fn subscription(amount: Balance, asset: Asset) -> Plan {
	Plan { kind: PlanKind::Subscription { period: 10 }, price: Price { asset, amount } }
}

pub fn plans(plans: &[Plan]) -> frame_support::BoundedVec<Plan, MaxPlans> {
	plans.to_vec().try_into().expect("there are few plans")
}

pub fn payouts() -> PayoutSplit {
	PayoutSplit { workers: Permill::from_percent(20), persistence: Permill::from_percent(30) }
}

/// Creates a listing with one plan and returns its number.
pub fn create(owner: AccountId, text: &str, kind: ListingKind) -> ListingId {
	let id = crate::NextListingId::<Test>::get();
	assert_ok!(Listings::create(
		signed(owner),
		name(text),
		kind,
		details(),
		plans(&[subscription(5, Asset::Native)]),
		payouts()
	));
	id
}

/// Creates a service, which needs no bond, and puts it on sale.
pub fn create_active(owner: AccountId, text: &str) -> ListingId {
	let id = create(owner, text, ListingKind::Service);
	assert_ok!(Listings::set_state(signed(owner), id, ListingState::Active));
	id
}

/// The stored record.
pub fn record(id: ListingId) -> crate::ListingRecordOf<Test> {
	crate::Listings::<Test>::get(id).expect("the listing exists")
}
