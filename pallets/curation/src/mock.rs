//! A chain with real balances and a clock around the pallet, and a small registry of listings.

use crate::{self as pallet_curation, HoldReason, NodeInfo, Schedule, WrappedKey};
pub use souk_mock_support::{Minutes, TODAY as START};

use frame_support::{
	derive_impl, parameter_types,
	traits::{fungible::InspectHold, ConstU128, ConstU32},
};
use souk_mock_support::{Clock, Reserve};
use souk_primitives::{
	reach::{Cases, Listings, OnKeepers, OnListingState, Orders, Pending, Subscriptions},
	Commitments, ListingId, ListingKind, ListingState, NodeRole, Period, Plan,
};
use sp_runtime::DispatchResult;
use std::collections::BTreeMap;

pub type AccountId = u64;
pub type Balance = u128;

pub const MIN_CURATOR_BOND: Balance = 100;
pub const MIN_NODE_BOND: Balance = 10;
pub const UNBONDING: u32 = 20;
pub const MAX_ASSIGNED: u32 = 3;
pub const MAX_TERMS: u32 = 8;
/// Blocks for which who has left is remembered.
pub const REMEMBERED: u32 = 7;
pub const MAX_ASSIGNMENTS_PER_NODE: u32 = 4;
pub const MAX_RETENTION: u32 = 6;
pub const MAX_OPEN: u32 = 4;
pub const MAX_UNLOCKING: u32 = 3;
pub const MAX_PAUSE: u32 = 30;
pub const BACK_WITHIN: u32 = 6;
/// What each account of the builder owns.
pub const ENDOWMENT: Balance = 1_000_000;

/// The curator of the builder's listings.
pub const CURATOR: AccountId = 1;
/// Somebody else, who owns a listing as well.
pub const OTHER: AccountId = 2;
/// Who gets what is slashed.
pub const TREASURY: AccountId = 99;
/// The nodes of the builder: all offer both roles.
pub const NODES: [AccountId; 5] = [11, 12, 13, 14, 15];

/// The curator's active data product.
pub const LISTING: ListingId = 0;
/// The other curator's active data product.
pub const FOREIGN: ListingId = 1;
/// The curator's draft of a data product.
pub const DRAFT: ListingId = 2;
/// The curator's active service.
pub const SERVICE: ListingId = 3;

souk_mock_support::runtime! {
	0: System = frame_system,
	1: Balances = pallet_balances,
	2: Curation = pallet_curation,
}

souk_mock_support::system_config!(());
souk_mock_support::balances_config!(ExistentialDeposit);

parameter_types! {
	/// Owner, kind, state, and the block of the last change.
	pub static Registry: BTreeMap<ListingId, (AccountId, ListingKind, ListingState, u32)> = BTreeMap::new();
	/// Subscriptions that hold money, of all listings.
	pub static OpenSubscriptions: u32 = 0;
	/// Orders that have not ended, of all listings.
	pub static OpenOrders: u32 = 0;
	/// Listings about which there are open cases.
	pub static OpenCases: BTreeMap<ListingId, Pending> = BTreeMap::new();
	/// What was told of persistence nodes that left: which listing, who, and since when they had been assigned.
	pub static Left: Vec<(ListingId, AccountId, u32)> = Vec::new();
	/// Who was told of as a persistence node no more.
	pub static Gone: Vec<AccountId> = Vec::new();
	/// Below this an account is gone.
	pub static ExistentialDeposit: Balance = 1;
	pub static NodeBond: Balance = MIN_NODE_BOND;
}

pub struct MockListings;

impl Listings<AccountId> for MockListings {
	fn owner(listing: ListingId) -> Option<AccountId> {
		Registry::get().get(&listing).map(|entry| entry.0)
	}
	fn kind(listing: ListingId) -> Option<ListingKind> {
		Registry::get().get(&listing).map(|entry| entry.1)
	}
	fn state(listing: ListingId) -> Option<(ListingState, u32)> {
		Registry::get().get(&listing).map(|entry| (entry.2, entry.3))
	}
	souk_mock_support::without!(offers);
	fn benchmark_listing(owner: &AccountId, _: Plan) -> ListingId {
		put_on_sale(*owner, ListingKind::Service)
	}
	fn benchmark_data_product(owner: &AccountId, _: Plan) -> ListingId {
		put_on_sale(*owner, ListingKind::DataProduct)
	}
}

fn put_on_sale(owner: AccountId, kind: ListingKind) -> ListingId {
	Registry::mutate(|registry| {
		let listing = 1_000 + registry.len() as ListingId;
		registry.insert(listing, (owner, kind, ListingState::Active, 0));
		listing
	})
}

pub struct MockSubscriptions;

impl Subscriptions for MockSubscriptions {
	fn open(_: ListingId) -> u32 {
		OpenSubscriptions::get()
	}
}

pub struct MockOrders;

impl Orders for MockOrders {
	fn open(_: ListingId) -> u32 {
		OpenOrders::get()
	}
}

pub struct MockCases;

impl Cases for MockCases {
	fn pending(listing: ListingId) -> Option<Pending> {
		OpenCases::get().get(&listing).copied()
	}
	fn benchmark_pending(listing: ListingId) {
		OpenCases::mutate(|open| open.insert(listing, Pending { since: 0, longest: 1 }));
	}
}

pub struct MockOnKeepers;

impl OnKeepers<AccountId> for MockOnKeepers {
	fn on_left(listing: ListingId, node: &AccountId, since: u32) {
		Left::mutate(|left| left.push((listing, *node, since)));
	}
	fn on_gone(node: &AccountId) -> DispatchResult {
		Gone::mutate(|gone| gone.push(*node));
		Ok(())
	}
	fn benchmark_gone(_: &AccountId) {}
}

impl crate::Config for Test {
	type Currency = Balances;
	type RuntimeHoldReason = RuntimeHoldReason;
	type Listings = MockListings;
	type Subscriptions = MockSubscriptions;
	type Orders = MockOrders;
	type Cases = MockCases;
	type OnKeepers = MockOnKeepers;
	type UnixTime = Clock;
	type DepositBase = ConstU128<5>;
	type DepositPerByte = ConstU128<1>;
	type MinCuratorBond = ConstU128<MIN_CURATOR_BOND>;
	type BondReserve = Reserve;
	type MinNodeBond = NodeBond;
	type UnbondingPeriod = ConstU32<UNBONDING>;
	type BackWithin = ConstU32<BACK_WITHIN>;
	type MaxPause = ConstU32<MAX_PAUSE>;
	type MaxUnlocking = ConstU32<MAX_UNLOCKING>;
	type MaxAssigned = ConstU32<MAX_ASSIGNED>;
	type MaxTerms = ConstU32<MAX_TERMS>;
	type RememberedFor = ConstU32<REMEMBERED>;
	type MaxAssignmentsPerNode = ConstU32<MAX_ASSIGNMENTS_PER_NODE>;
	type MaxRetention = ConstU32<MAX_RETENTION>;
	type MaxOpenPeriods = ConstU32<MAX_OPEN>;
	type WeightInfo = ();
}

/// The world of a test: curators and nodes with money, and four listings. Nothing is registered, bonded or assigned yet.
#[derive(Default)]
pub struct TestExt {
	nodes: usize,
	workers: usize,
	schedule: Option<Schedule>,
}

impl TestExt {
	/// Registers the first `count` nodes.
	pub fn nodes(mut self, count: usize) -> Self {
		self.nodes = self.nodes.max(count);
		self
	}

	/// Registers the first `count` nodes and assigns them to `LISTING` as workers.
	pub fn workers(mut self, count: usize) -> Self {
		self.workers = count;
		self.nodes(count)
	}

	/// Gives `LISTING` a schedule.
	pub fn schedule(mut self, every: u32, tolerance: u32, retention: u32) -> Self {
		self.schedule = Some(Schedule { every, tolerance, retention });
		self
	}

	/// Runs `test` in the first block and checks the invariants after it.
	pub fn execute(self, test: impl FnOnce()) {
		self.build().execute_with(|| {
			test();
			Curation::do_try_state().expect("the invariants hold after the test");
		});
	}

	pub fn build(self) -> sp_io::TestExternalities {
		use ListingKind::*;
		use ListingState::*;
		Registry::set(BTreeMap::from([
			(LISTING, (CURATOR, DataProduct, Active, 0)),
			(FOREIGN, (OTHER, DataProduct, Active, 0)),
			(DRAFT, (CURATOR, DataProduct, Draft, 0)),
			(SERVICE, (CURATOR, Service, Active, 0)),
		]));
		OpenSubscriptions::set(0);
		OpenOrders::set(0);
		OpenCases::set(BTreeMap::new());
		Left::set(Vec::new());
		Gone::set(Vec::new());
		ExistentialDeposit::set(1);
		NodeBond::set(MIN_NODE_BOND);
		Minutes::set(START);
		let mut ext = souk_mock_support::externalities! {
			balances: [CURATOR, OTHER].into_iter().chain(NODES).map(|account| (account, ENDOWMENT)),
		};
		ext.execute_with(|| {
			System::set_block_number(1);
			for node in NODES.iter().take(self.nodes) {
				register_node(*node, info(*node)).expect("the node can register");
			}
			for node in NODES.iter().take(self.workers) {
				assign(CURATOR, LISTING, *node, NodeRole::Worker).expect("the node can be assigned");
			}
			if let Some(schedule) = self.schedule {
				set_schedule(CURATOR, LISTING, schedule).expect("the curator can pay for the schedule");
			}
		});
		ext
	}
}

/// Moves a listing to another state.
pub fn move_to(listing: ListingId, state: ListingState) {
	Registry::mutate(|registry| {
		let entry = registry.get_mut(&listing).expect("the listing exists");
		(entry.2, entry.3) = (state, System::block_number());
	});
	Curation::on_state(listing, state);
}

/// Ends the running block and starts `n`, checking the invariants.
pub fn go_to(n: u32) {
	Curation::do_try_state().expect("the invariants hold at the end of a block");
	System::run_to_block::<AllPalletsWithSystem>(n);
}

/// What a node that offers both roles says of itself.
pub fn info(node: AccountId) -> NodeInfo {
	NodeInfo {
		peer_id: node.to_be_bytes().to_vec().try_into().expect("short"),
		addresses: vec![b"/ip4/127.0.0.1/tcp/4001".to_vec().try_into().expect("short")]
			.try_into()
			.expect("one"),
		encryption_key: [node as u8; 32],
		worker: true,
		persistence: true,
		accepting: true,
	}
}

/// Commitments that differ where `n` does.
pub fn commitments(n: u8) -> Commitments {
	Commitments {
		content_root: [n; 32],
		cipher_root: [n.wrapping_add(1); 32],
		key_commitment: None,
		columns_root: None,
		schema_hash: [3; 32],
		source_digest: [4; 32],
		rows: 26_115,
		bytes: 1 << 20,
	}
}

pub fn held(reason: HoldReason, who: AccountId) -> Balance {
	Balances::balance_on_hold(&reason.into(), &who)
}

souk_mock_support::functions! { pallet_curation: events, free(native) }

/// Dispatches a call like an extrinsic: with an origin, and undone where it fails.
pub fn dispatch(origin: RuntimeOrigin, call: crate::Call<Test>) -> DispatchResult {
	souk_mock_support::dispatch(origin, RuntimeCall::Curation(call))
}

fn signed(who: AccountId, call: crate::Call<Test>) -> DispatchResult {
	dispatch(RuntimeOrigin::signed(who), call)
}

pub fn register_node(who: AccountId, info: NodeInfo) -> DispatchResult {
	signed(who, crate::Call::register_node { info })
}

pub fn update_node(who: AccountId, info: NodeInfo) -> DispatchResult {
	signed(who, crate::Call::update_node { info })
}

pub fn deregister_node(who: AccountId) -> DispatchResult {
	signed(who, crate::Call::deregister_node {})
}

pub fn withdraw_node_bond(who: AccountId) -> DispatchResult {
	signed(who, crate::Call::withdraw_node_bond {})
}

pub fn restore_node_bond(who: AccountId) -> DispatchResult {
	signed(who, crate::Call::restore_node_bond {})
}

pub fn bond(who: AccountId, listing: ListingId, amount: Balance) -> DispatchResult {
	signed(who, crate::Call::bond { listing, amount })
}

pub fn unbond(who: AccountId, listing: ListingId, amount: Balance) -> DispatchResult {
	signed(who, crate::Call::unbond { listing, amount })
}

pub fn withdraw_unbonded(who: AccountId, listing: ListingId) -> DispatchResult {
	signed(who, crate::Call::withdraw_unbonded { listing })
}

pub fn assign(who: AccountId, listing: ListingId, node: AccountId, role: NodeRole) -> DispatchResult {
	assign_key(who, listing, node, role, &[7; 80])
}

pub fn assign_key(
	who: AccountId,
	listing: ListingId,
	node: AccountId,
	role: NodeRole,
	key: &[u8],
) -> DispatchResult {
	let wrapped_key = WrappedKey::truncate_from(key.to_vec());
	signed(who, crate::Call::assign { listing, node, role, wrapped_key })
}

pub fn unassign(who: AccountId, listing: ListingId, node: AccountId, role: NodeRole) -> DispatchResult {
	signed(who, crate::Call::unassign { listing, node, role })
}

pub fn resign(who: AccountId, listing: ListingId, role: NodeRole) -> DispatchResult {
	signed(who, crate::Call::resign { listing, role })
}

pub fn set_schedule(who: AccountId, listing: ListingId, schedule: Schedule) -> DispatchResult {
	signed(who, crate::Call::set_schedule { listing, schedule })
}

pub fn submit(who: AccountId, listing: ListingId, period: Period, n: u8) -> DispatchResult {
	signed(who, crate::Call::submit_snapshot { listing, period, commitments: commitments(n) })
}

pub fn clear_listing(who: AccountId, listing: ListingId) -> DispatchResult {
	signed(who, crate::Call::clear_listing { listing })
}
