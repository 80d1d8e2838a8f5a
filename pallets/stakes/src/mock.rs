//! A chain with real balances, and the real bonds of `pallet-curation`, around the pallet. Listings and who pays for them are what a
//! test says they are.

use crate::{self as pallet_stakes, *};
use frame_support::{
	assert_ok, derive_impl, parameter_types,
	traits::{fungible::Inspect, tokens::ConversionFromAssetBalance, ConstU128, ConstU32, UnixTime},
	weights::Weight,
};
use frame_system::limits::BlockWeights;
use pallet_curation::NodeInfo;
use souk_primitives::{
	reach::{self, Offences as _, Subscribed},
	Asset, Balance, Bond, Holder, ListingId, ListingKind, ListingState, NodeRole, Offence, OffenceKind,
	PayoutSplit, Plan, PlanIndex, PlanKind, Price, QueryPolicy,
};
use sp_runtime::{
	traits::{Dispatchable, IdentityLookup},
	BuildStorage, DispatchResult, Permill,
};
use std::{collections::BTreeMap, time::Duration};

pub type AccountId = u64;

pub const CURATOR: AccountId = 1;
pub const REPORTER: AccountId = 2;
pub const OTHER: AccountId = 3;
pub const NODES: [AccountId; 3] = [11, 12, 13];
pub const TREASURY: AccountId = 99;
/// Not on the chain yet.
pub const STRANGER: AccountId = 77;
/// Subscribers are numbered from here.
pub const FIRST: AccountId = 1_000;

pub const ENDOWMENT: Balance = 1_000_000;
/// Smallest balance of an account.
pub const MINIMUM: Balance = 10;
/// Bond of a node that offers one role.
pub const NODE_BOND: Balance = 1_000;
pub const UNBONDING: u32 = 30;
pub const WINDOW: u32 = 20;
pub const MEMORY: u32 = 50;
pub const REMEMBERED: u32 = 4;
pub const RETRY: u32 = 3;
/// What a unit of the asset is worth.
pub const RATE: Balance = 3;
pub const WUSD: Asset = Asset::WithId(1);
/// Nobody knows what it is worth.
pub const UNPRICED: Asset = Asset::WithId(2);

/// The curator's data product.
pub const LISTING: ListingId = 0;
/// Another one of hers.
pub const SECOND: ListingId = 1;

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
	pub type Curation = pallet_curation;
	#[runtime::pallet_index(3)]
	pub type Stakes = pallet_stakes;
}

parameter_types! {
	pub static Weights: BlockWeights = roomy();
	pub static Existential: Balance = MINIMUM;
	pub const TreasuryAccount: AccountId = TREASURY;
	pub const Reserve: Permill = Permill::from_percent(10);
	/// Who pays for what.
	pub static Paying: BTreeMap<(ListingId, Holder<AccountId>), Subscribed<AccountId>> = BTreeMap::new();
	/// What every kind of offence costs.
	pub static Cost: Penalty = penalty();
}

/// Blocks in which the hooks have room for thousands of steps.
pub fn roomy() -> BlockWeights {
	BlockWeights::simple_max(Weight::from_parts(u64::MAX / 2, u64::MAX / 2))
}

/// Ten percent of the curator's bond, twenty of the node's; half of it for subscribers, a fifth for the reporter.
pub fn penalty() -> Penalty {
	Penalty {
		curator: Permill::from_percent(10),
		node: Permill::from_percent(20),
		repeated: Permill::one(),
		within: 40,
		subscribers: Permill::from_percent(50),
		reporter: Permill::from_percent(20),
	}
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
	type ExistentialDeposit = Existential;
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
	type MinNodeBond = ConstU128<NODE_BOND>;
	type UnbondingPeriod = ConstU32<UNBONDING>;
	type MaxUnlocking = ConstU32<8>;
	type MaxAssigned = ConstU32<3>;
	type MaxTerms = ConstU32<8>;
	type MaxAssignmentsPerNode = ConstU32<4>;
	type MaxRetention = ConstU32<4>;
	type MaxOpenPeriods = ConstU32<4>;
	type WeightInfo = ();
}

impl crate::Config for Test {
	type Currency = Balances;
	type Listings = Registry;
	type Bonds = Curation;
	type Subscribers = Registry;
	type Worth = Rates;
	type Treasury = TreasuryAccount;
	type Penalties = Cost;
	type RetryEvery = ConstU32<RETRY>;
	type Memory = ConstU32<MEMORY>;
	type MaxRemembered = ConstU32<REMEMBERED>;
	type ReportWindow = ConstU32<WINDOW>;
	type WeightInfo = ();
}

impl Penalties for Cost {
	fn of(_: OffenceKind) -> Penalty {
		Cost::get()
	}
}

pub struct Clock;

impl UnixTime for Clock {
	fn now() -> Duration {
		Duration::from_secs(u64::from(System::block_number()) * 3)
	}
}

pub struct Rates;

impl ConversionFromAssetBalance<Balance, Asset, Balance> for Rates {
	type Error = ();

	fn from_asset_balance(amount: Balance, asset: Asset) -> Result<Balance, ()> {
		match asset {
			Asset::Native => Ok(amount),
			Asset::WithId(1) => amount.checked_mul(RATE).ok_or(()),
			Asset::WithId(_) => Err(()),
		}
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn ensure_successful(_: Asset) {}
}

/// Listings, all the curator's and on sale; and who pays for them, as tests say with [`subscribe`].
pub struct Registry;

impl reach::Listings<AccountId> for Registry {
	fn owner(_: ListingId) -> Option<AccountId> {
		Some(CURATOR)
	}
	fn kind(_: ListingId) -> Option<ListingKind> {
		Some(ListingKind::Service)
	}
	fn state(_: ListingId) -> Option<(ListingState, u32)> {
		Some((ListingState::Active, 0))
	}
	fn plan(_: ListingId, _: PlanIndex) -> Option<Plan> {
		let price = Price { asset: Asset::Native, amount: MINIMUM };
		Some(Plan { kind: PlanKind::Subscription { period: 100 }, price })
	}
	fn payouts(_: ListingId) -> Option<PayoutSplit> {
		None
	}
	fn policy(_: ListingId) -> Option<QueryPolicy> {
		None
	}
	fn benchmark_listing(_: &AccountId, _: Plan) -> ListingId {
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

impl reach::Subscribers<AccountId> for Registry {
	fn next(listing: ListingId, after: Option<&Holder<AccountId>>) -> Option<Subscribed<AccountId>> {
		use core::ops::Bound::{Excluded, Included, Unbounded};
		let start = match after {
			None => Included((listing, Holder::Account(0))),
			Some(holder) => Excluded((listing, *holder)),
		};
		let paying = Paying::get();
		let (key, next) = paying.range((start, Unbounded)).next()?;
		(key.0 == listing).then(|| next.clone())
	}
	fn benchmark_subscriber(listing: ListingId, payer: &AccountId) {
		subscribe(listing, *payer, 1, Asset::Native, MINIMUM * 1_000);
	}
}

/// Somebody pays for a listing since block `since`.
pub fn subscribe(listing: ListingId, payer: AccountId, since: u32, asset: Asset, amount: Balance) {
	let holder = Holder::Account(payer);
	let one = Subscribed { holder, payer, since, paid: Price { asset, amount } };
	Paying::mutate(|paying| paying.insert((listing, holder), one));
}

/// Somebody pays no more.
pub fn unsubscribe(listing: ListingId, payer: AccountId) {
	Paying::mutate(|paying| paying.remove(&(listing, Holder::Account(payer))));
}

/// The world of a test: a curator with a bond of 10,000 on a listing, and three nodes with a bond of 1,000 each, of which the first two
/// are assigned. Nobody pays yet. The first block is the fifth.
#[derive(Default)]
pub struct TestExt {
	no_treasury: bool,
}

/// The first block of a test.
pub const START: u32 = 5;
/// The curator's bond.
pub const BOND: Balance = 10_000;

impl TestExt {
	/// The treasury has no account yet.
	pub fn without_treasury(mut self) -> Self {
		self.no_treasury = true;
		self
	}

	/// Runs `test` and checks the invariants after it.
	pub fn execute(self, test: impl FnOnce()) {
		self.build().execute_with(|| {
			test();
			check();
		});
	}

	pub fn build(self) -> sp_io::TestExternalities {
		Weights::set(roomy());
		Existential::set(MINIMUM);
		Paying::set(BTreeMap::new());
		Cost::set(penalty());
		let accounts = [CURATOR, REPORTER, OTHER].into_iter().chain(NODES);
		let treasury = (!self.no_treasury).then_some(TREASURY);
		let storage = RuntimeGenesisConfig {
			balances: pallet_balances::GenesisConfig {
				balances: accounts.chain(treasury).map(|account| (account, ENDOWMENT)).collect(),
				..Default::default()
			},
			..Default::default()
		}
		.build_storage()
		.expect("the genesis is valid");
		let mut ext = sp_io::TestExternalities::from(storage);
		ext.execute_with(|| {
			System::run_to_block::<AllPalletsWithSystem>(START);
			assert_ok!(Curation::bond(RuntimeOrigin::signed(CURATOR), LISTING, BOND));
			for (number, node) in NODES.into_iter().enumerate() {
				let info = node_info(node);
				assert_ok!(Curation::register_node(RuntimeOrigin::signed(node), info));
				if number < 2 {
					assert_ok!(curate(pallet_curation::Call::assign {
						listing: LISTING,
						node,
						role: NodeRole::Persistence,
						wrapped_key: vec![1].try_into().expect("short"),
					}));
				}
			}
		});
		ext
	}
}

fn node_info(node: AccountId) -> NodeInfo {
	NodeInfo {
		peer_id: node.to_be_bytes().to_vec().try_into().expect("short"),
		addresses: Default::default(),
		encryption_key: [node as u8; 32],
		worker: false,
		persistence: true,
		accepting: true,
	}
}

/// Dispatches one of curation's calls as the curator.
pub fn curate(call: pallet_curation::Call<Test>) -> DispatchResult {
	dispatch(CURATOR, RuntimeCall::Curation(call))
}

/// Dispatches a call like an extrinsic: with an origin, and undone where it fails.
pub fn dispatch(who: AccountId, call: RuntimeCall) -> DispatchResult {
	call.dispatch(RuntimeOrigin::signed(who)).map(|_| ()).map_err(|failed| failed.error)
}

/// An offence of the first node, proved by [`REPORTER`].
pub fn offence(kind: OffenceKind) -> Offence<AccountId> {
	Offence {
		kind,
		listing: LISTING,
		node: Some(NODES[0]),
		curator_answers: true,
		reporter: Some(REPORTER),
		evidence: [7; 32],
	}
}

/// Commits it. Returns what was taken.
pub fn commit(offence: Offence<AccountId>) -> Balance {
	Stakes::commit(offence)
}

/// What an account can spend.
pub fn free(who: AccountId) -> Balance {
	Balances::balance(&who)
}

/// What an account of the builder has gained since the start.
pub fn gained(who: AccountId) -> Balance {
	free(who) - ENDOWMENT
}

pub fn bonded(bond: Bond<AccountId>) -> Balance {
	<Curation as reach::Bonds<AccountId>>::bonded(&bond)
}

/// Checks the invariants of both pallets.
pub fn check() {
	Stakes::do_try_state().expect("the invariants hold");
	Curation::do_try_state().expect("the bonds' invariants hold");
}

/// Ends the running block and goes on to `block`.
pub fn advance_to(block: u32) {
	while System::block_number() < block {
		check();
		System::reset_events();
		System::run_to_block::<AllPalletsWithSystem>(System::block_number() + 1);
	}
}

/// The pallet's own events since the last block began.
pub fn events() -> Vec<crate::Event<Test>> {
	System::read_events_for_pallet::<crate::Event<Test>>()
}
