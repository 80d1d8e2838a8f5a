//! A chain with real balances, assets, holds on both, and listings around the pallet. Assignments and snapshots are what a
//! test says they are.

use crate::{self as pallet_subscriptions, RankView};
use core::cell::RefCell;
pub use souk_mock_support::{roomy, Fee, Weights, MINIMUM, SOUK, WUSD};

use frame_support::{
	assert_ok, derive_impl, parameter_types,
	storage::unhashed,
	traits::{ConstU128, ConstU32},
	weights::Weight,
};
use frame_system::EnsureRoot;
use souk_primitives::{
	reach, Asset, Balance, Digest, EntitlementView, Holder, ListingId, ListingKind, ListingState, NodeRole,
	Offence, PayoutSplit, Plan, PlanIndex, PlanKind, Price, QueryPolicy, Term, Visibility,
};
use sp_runtime::{DispatchResult, Permill};
use std::collections::BTreeMap;

pub type AccountId = u64;

pub const CURATOR: AccountId = 1;
pub const SUBSCRIBER: AccountId = 2;
pub const OTHER: AccountId = 3;
/// Owns nothing but the deposits.
pub const POOR: AccountId = 4;
pub const WORKERS: [AccountId; 2] = [11, 12];
pub const NODES: [AccountId; 2] = [21, 22];
pub const TREASURY: AccountId = 99;
/// Not on the chain yet.
pub const STRANGER: AccountId = 77;

/// What each account of the builder owns, in SOUK and in wUSD.
pub const ENDOWMENT: Balance = 1_000_000;
/// A tenth of a period: a grace is not longer.
pub const GRACE: u32 = 2;
pub const RETRY: u32 = 1;
/// Length of a period, and of a trial.
pub const PERIOD: u32 = 20;
/// Price of a period.
pub const PRICE: Balance = 1_000;

/// Plans of the listings that tests sell.
pub const MONTHLY: PlanIndex = 0;
pub const TRIAL: PlanIndex = 1;
pub const ONE_TIME: PlanIndex = 2;
pub const PER_QUERY: PlanIndex = 3;

souk_mock_support::runtime! {
	0: System = frame_system,
	1: Balances = pallet_balances,
	2: Assets = pallet_assets,
	3: AssetsHolder = pallet_assets_holder,
	4: Listings = pallet_listings,
	5: Subscriptions = pallet_subscriptions,
}

parameter_types! {
	pub static MaxDue: u32 = 4;
	pub static RetainedAfter: u32 = PERIOD;
	/// What may be rated: listing, payer, first block of the period.
	pub static Rated: Vec<(ListingId, AccountId, u32)> = Vec::new();
	/// Offences that are remembered against each listing.
	pub static Remembered: u32 = 0;
	pub const TreasuryAccount: AccountId = TREASURY;
}

souk_mock_support::system_config!(Weights);
souk_mock_support::balances_config!(ConstU128<MINIMUM>);
souk_mock_support::assets_config!();

impl pallet_listings::Config for Test {
	type Currency = Balances;
	type RuntimeHoldReason = RuntimeHoldReason;
	type Assets = Money;
	type DepositPerByte = ConstU128<0>;
	type DepositBase = ConstU128<50>;
	type TakeDownOrigin = EnsureRoot<AccountId>;
	type Curation = Served;
	type Subscriptions = Subscriptions;
	type OnState = ();
	type MaxPlans = ConstU32<8>;
	type MaxTags = ConstU32<8>;
	type MaxListPage = ConstU32<50>;
	type WeightInfo = ();
}

impl crate::Config for Test {
	type Money = Money;
	type Currency = Balances;
	type RuntimeHoldReason = RuntimeHoldReason;
	type Listings = Listings;
	type Curation = Served;
	type Backing = ();
	type Offences = Remembered;
	type Ratings = Rated;
	type Treasury = TreasuryAccount;
	type ProtocolFee = Fee;
	type Grace = ConstU32<GRACE>;
	type RetryEvery = ConstU32<RETRY>;
	type MaxDuePerBlock = MaxDue;
	type RetainedAfter = RetainedAfter;
	type DepositPerByte = ConstU128<1>;
	type DepositBase = ConstU128<20>;
	type WeightInfo = ();
}

impl reach::Ratings<AccountId> for Rated {
	fn served(listing: ListingId, payer: &AccountId, since: u32) {
		Rated::mutate(|rated| rated.push((listing, *payer, since)));
	}
	fn awaited(_: u64) -> bool {
		false
	}
}

impl reach::Offences<AccountId> for Remembered {
	fn commit(_: Offence<AccountId>) -> Balance {
		0
	}
	fn against(_: ListingId) -> u32 {
		Remembered::get()
	}
	fn weight() -> Weight {
		Weight::zero()
	}
}

/// Who serves a listing, and since when it can be queried.
#[derive(Clone, Default)]
pub struct Service {
	pub workers: Vec<AccountId>,
	pub nodes: Vec<AccountId>,
	pub first_final_at: Option<u32>,
}

/// What there is to know of a listing's service. Nobody who left is ever forgotten.
#[derive(Clone, Default)]
struct History {
	/// `until` is [`u32::MAX`] for those at work.
	terms: Vec<(NodeRole, Term<AccountId>)>,
	first_final_at: Option<u32>,
	/// Whether the curator's bond is below the minimum.
	bond_too_small: bool,
}

/// Where the chain's storage keeps the starts of the periods that are not settled, by listing and mark: a call that fails
/// takes back what it noted.
const PERIODS: &[u8] = b"periods that are not settled";

/// Those periods, and the next mark.
fn periods() -> (BTreeMap<(ListingId, u32), u32>, u32) {
	unhashed::get(PERIODS).unwrap_or_default()
}

thread_local! {
	static SERVICES: RefCell<BTreeMap<ListingId, History>> = const { RefCell::new(BTreeMap::new()) };
}

/// Assignments and snapshots as tests set them with [`serve`].
pub struct Served;

impl reach::Curation<AccountId> for Served {
	fn may_activate(listing: ListingId, kind: ListingKind) -> bool {
		kind != ListingKind::DataProduct || !history(listing).bond_too_small
	}
	fn terms(listing: ListingId, role: NodeRole, from: u32, to: u32) -> Vec<Term<AccountId>> {
		let asked = |term: &Term<AccountId>| term.since < to && term.until > from;
		let terms = history(listing).terms.into_iter();
		terms.filter(|(of, term)| *of == role && asked(term)).map(|(_, term)| term).collect()
	}
	fn period_begins(listing: ListingId, start: u32) -> u32 {
		assert!(start <= System::block_number(), "nothing begins later");
		let (mut periods, mark) = periods();
		periods.insert((listing, mark), start);
		unhashed::put(PERIODS, &(periods, mark + 1));
		mark
	}
	fn period_settled(listing: ListingId, mark: u32) {
		let (mut periods, next) = periods();
		assert!(periods.remove(&(listing, mark)).is_some(), "a period is settled once");
		unhashed::put(PERIODS, &(periods, next));
	}
	fn is_assigned(listing: ListingId, who: &AccountId) -> bool {
		history(listing).terms.iter().any(|(_, term)| term.node == *who && term.until == u32::MAX)
	}
	fn has_agreed(listing: ListingId, who: &AccountId) -> bool {
		<Self as reach::Curation<AccountId>>::is_assigned(listing, who)
	}
	fn first_final_at(listing: ListingId) -> Option<u32> {
		history(listing).first_final_at
	}
	fn benchmark_terms(listing: ListingId, _: u32) {
		serve(listing, full_service(Some(0)));
	}
	souk_mock_support::without!(snapshots, bonds);
}

fn history(listing: ListingId) -> History {
	SERVICES.with_borrow(|services| services.get(&listing).cloned().unwrap_or_default())
}

fn change<R>(listing: ListingId, how: impl FnOnce(&mut History) -> R) -> R {
	SERVICES.with_borrow_mut(|services| how(services.entry(listing).or_default()))
}

/// Says whether the curator's bond on a listing is below the minimum.
pub fn set_bond_too_small(listing: ListingId, is: bool) {
	change(listing, |history| history.bond_too_small = is);
}

/// Says who serves a listing from this block on, and since when it can be queried.
pub fn serve(listing: ListingId, service: Service) {
	let now = System::block_number();
	change(listing, |history| {
		history.first_final_at = service.first_final_at;
		for (role, nodes) in [(NodeRole::Worker, service.workers), (NodeRole::Persistence, service.nodes)] {
			let at_work = |term: &Term<AccountId>| term.until == u32::MAX;
			for (of, term) in history.terms.iter_mut() {
				if *of == role && at_work(term) && !nodes.contains(&term.node) {
					term.until = now;
				}
			}
			for node in nodes {
				let mut theirs = history.terms.iter().filter(|(of, term)| *of == role && term.node == node);
				if !theirs.any(|(_, term)| at_work(term)) {
					history.terms.push((role, Term { node, since: now, until: u32::MAX }));
				}
			}
		}
	});
}

/// Starts of the listing's periods that are paid for and not settled.
pub fn open_periods(listing: ListingId) -> Vec<u32> {
	let periods = periods().0.into_iter();
	let mut starts: Vec<_> = periods.filter(|((of, _), _)| *of == listing).map(|(_, start)| start).collect();
	starts.sort_unstable();
	starts
}

/// Two workers and two persistence nodes, and a snapshot from block `first_final_at` on.
pub fn full_service(first_final_at: Option<u32>) -> Service {
	Service { workers: WORKERS.to_vec(), nodes: NODES.to_vec(), first_final_at }
}

/// The world of a test: everybody but [`STRANGER`] on the chain, with money (but [`POOR`]), and 10 % protocol fee.
#[derive(Default)]
pub struct TestExt;

impl TestExt {
	souk_mock_support::execute!(check);

	pub fn build(self) -> sp_io::TestExternalities {
		SERVICES.with_borrow_mut(BTreeMap::clear);
		Weights::set(roomy());
		Fee::set(Permill::from_percent(10));
		MaxDue::set(4);
		RetainedAfter::set(PERIOD);
		Rated::set(Vec::new());
		let everybody = || [CURATOR, SUBSCRIBER, OTHER, TREASURY].into_iter().chain(WORKERS).chain(NODES);
		souk_mock_support::externalities! {
			balances: everybody().map(|account| (account, ENDOWMENT)).chain([(POOR, 800)]),
			assets: [(1, CURATOR, true, MINIMUM)],
			accounts: everybody().map(|account| (1, account, ENDOWMENT)),
		}
	}
}

/// Checks the invariants of both pallets.
pub fn check() {
	Subscriptions::do_try_state().expect("the invariants hold");
}

souk_mock_support::functions! {
	pallet_subscriptions: advance_to(check), events, dispatch, dispatch_root, free, held(Payment), deposit, transfer, freeze,
	block, unblock
}

pub fn subscribe(who: AccountId, listing: ListingId, plan: PlanIndex, auto_renew: bool) -> DispatchResult {
	subscribe_as(who, listing, plan, None, auto_renew, Balance::MAX)
}

/// Agrees to the plan as it is, up to `max_price`.
pub fn subscribe_as(
	who: AccountId,
	listing: ListingId,
	plan: PlanIndex,
	holder: Option<Digest>,
	auto_renew: bool,
	max_price: Balance,
) -> DispatchResult {
	let offered = <Listings as reach::Listings<AccountId>>::plan(listing, plan);
	let (asset, period) = match offered {
		Some(Plan { kind: PlanKind::Subscription { period } | PlanKind::Trial { period }, price }) => {
			(price.asset, period)
		}
		_ => (WUSD, PERIOD),
	};
	let max_price = Price { asset, amount: max_price };
	dispatch(who, crate::Call::<Test>::subscribe { listing, plan, holder, auto_renew, period, max_price })
}

pub fn cancel(who: AccountId, listing: ListingId) -> DispatchResult {
	dispatch(who, crate::Call::<Test>::cancel { listing, holder: None })
}

pub fn set_auto_renew(who: AccountId, listing: ListingId, enabled: bool) -> DispatchResult {
	dispatch(who, crate::Call::<Test>::set_auto_renew { listing, holder: None, enabled })
}

pub fn renew(who: AccountId, listing: ListingId) -> DispatchResult {
	dispatch(who, crate::Call::<Test>::renew { listing, holder: None })
}

pub fn settle(who: AccountId, listing: ListingId, holder: AccountId) -> DispatchResult {
	dispatch(who, crate::Call::<Test>::settle { listing, holder: Holder::Account(holder) })
}

/// The plans of a listing: a subscription, a trial, a one-time sale and pay per query.
pub fn plans(asset: Asset, amount: Balance) -> Vec<Plan> {
	let plan = |kind, amount| Plan { kind, price: Price { asset: asset.clone(), amount } };
	vec![
		plan(PlanKind::Subscription { period: PERIOD }, amount),
		plan(PlanKind::Trial { period: PERIOD }, 0),
		plan(PlanKind::OneTime, 5),
		plan(PlanKind::PayPerQuery, 5),
	]
}

fn details() -> pallet_listings::DetailsOf<Test> {
	pallet_listings::Details {
		metadata_hash: [7; 32],
		license: Default::default(),
		category: Default::default(),
		tags: Default::default(),
		policy: QueryPolicy { max_rows: 10, aggregate_only: false, min_group_size: 0 },
		visibility: Visibility::Public,
	}
}

/// A fifth for the workers, three tenths for the nodes.
pub fn payouts() -> PayoutSplit {
	PayoutSplit { workers: Permill::from_percent(20), persistence: Permill::from_percent(30) }
}

/// Creates a draft of [`CURATOR`] and returns its number.
pub fn draft(kind: ListingKind, offered: Vec<Plan>) -> ListingId {
	let id = pallet_listings::NextListingId::<Test>::get();
	assert_ok!(dispatch(
		CURATOR,
		pallet_listings::Call::<Test>::create {
			name: format!("listing-{id}").into_bytes().try_into().expect("the name is short"),
			kind,
			details: details(),
			plans: offered.try_into().expect("there are few plans"),
			payouts: payouts(),
		}
	));
	id
}

/// Puts a fully served data product on sale, with the four plans and the subscription at `amount`.
pub fn sell(asset: Asset, amount: Balance) -> ListingId {
	let id = draft(ListingKind::DataProduct, plans(asset, amount));
	serve(id, full_service(Some(System::block_number())));
	assert_ok!(set_state(id, ListingState::Active));
	id
}

pub fn set_state(listing: ListingId, to: ListingState) -> DispatchResult {
	dispatch(CURATOR, pallet_listings::Call::<Test>::set_state { id: listing, to })
}

pub fn retire(listing: ListingId) -> DispatchResult {
	dispatch(CURATOR, pallet_listings::Call::<Test>::retire { id: listing })
}

pub fn take_down(listing: ListingId) -> DispatchResult {
	dispatch_root(pallet_listings::Call::<Test>::take_down { id: listing, reason_hash: [0; 32] })
}

pub fn set_payouts(listing: ListingId, split: PayoutSplit) -> DispatchResult {
	dispatch(CURATOR, pallet_listings::Call::<Test>::set_payouts { id: listing, payouts: split })
}

/// Replaces a listing's plans.
pub fn offer(listing: ListingId, offered: Vec<Plan>) -> DispatchResult {
	let plans = offered.try_into().expect("there are few plans");
	dispatch(CURATOR, pallet_listings::Call::<Test>::update { id: listing, details: details(), plans })
}

/// Sends what an account can spend of an asset elsewhere, but for `left` and the minimum.
pub fn impoverish(asset: &Asset, account: AccountId, left: Balance) {
	assert_ok!(transfer(asset, account, OTHER, free(asset, account) - MINIMUM - left));
}

/// Gives an account money of [`OTHER`].
pub fn fund(asset: &Asset, account: AccountId, amount: Balance) {
	assert_ok!(transfer(asset, OTHER, account, amount));
}

/// The entitlement of an account, as clients see it.
pub fn entitlement(listing: ListingId, account: AccountId) -> Option<EntitlementView<AccountId>> {
	Subscriptions::entitlement(listing, Holder::Account(account))
}

/// Whether an account may query a listing in this block.
pub fn live(listing: ListingId, account: AccountId) -> bool {
	entitlement(listing, account).is_some_and(|view| view.live)
}

pub fn rank(listing: ListingId) -> RankView {
	Subscriptions::rank(listing)
}
