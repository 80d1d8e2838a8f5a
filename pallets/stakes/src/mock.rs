//! A chain with real balances, and the real bonds of `pallet-curation`, around the pallet. Listings and who pays for them are what a
//! test says they are.

use crate::{self as pallet_stakes, *};
pub use souk_mock_support::{roomy, Weights, MAX_PAUSE, MINIMUM, NODE_BOND, TODAY, WUSD};

use frame_support::{
	assert_ok, derive_impl, parameter_types,
	traits::{tokens::ConversionFromAssetBalance, ConstU128, ConstU32, Randomness},
};
use pallet_curation::NodeInfo;
use souk_mock_support::{Clock, Minutes};
use souk_primitives::{
	reach::{self, Offences as _, Subscribed},
	Asset, Balance, Basis, Bond, Digest, Holder, ListingId, ListingKind, ListingState, NodeRole, Offence,
	OffenceKind, PayoutSplit, Plan, PlanIndex, PlanKind, Price, QueryPolicy,
};
use souk_proof_primitives::{
	chunk::{cipher_leaf, CHUNK_BYTES, CHUNK_OVERHEAD},
	merkle::Merkle,
};
use sp_core::{sr25519, Pair};
use sp_keystore::{testing::MemoryKeystore, KeystoreExt};
use sp_runtime::{
	traits::{Convert, Dispatchable},
	DispatchResult, DispatchResultWithInfo, Permill,
};
use std::{
	cell::{Cell, RefCell},
	collections::BTreeMap,
};

pub type AccountId = u64;

pub const CURATOR: AccountId = 1;
pub const REPORTER: AccountId = 2;
pub const OTHER: AccountId = 3;
pub const NODES: [AccountId; 3] = [11, 12, 13];
pub const TREASURY: AccountId = 99;
/// Registered by [`employ`].
pub const WORKERS: [AccountId; 3] = [21, 22, 23];
/// Not on the chain yet.
pub const STRANGER: AccountId = 77;
/// Subscribers are numbered from here.
pub const FIRST: AccountId = 1_000;

pub const ENDOWMENT: Balance = 1_000_000;
pub const UNBONDING: u32 = 30;
pub const WINDOW: u32 = 20;
pub const MEMORY: u32 = 50;
pub const REMEMBERED: u32 = 4;
/// Blocks in which absences count once.
pub const DAY: u32 = 10;
pub const RETRY: u32 = 3;
pub const MINUTES: u32 = 60;
pub const ANNOUNCED: u32 = 5;
/// Blocks from one round to the next, and in which a challenge is answered.
pub const EVERY: u32 = 20;
pub const CHALLENGE: u32 = 6;
pub const NOTICE: u32 = 7;
pub const LONGEST: u32 = 10;
pub const AWAY_EVERY: u32 = 40;
pub const SAME: u32 = 4;
/// What a unit of the asset is worth.
pub const RATE: Balance = 3;
/// Nobody knows what it is worth.
pub const UNPRICED: Asset = Asset::WithId(2);

/// The curator's data product.
pub const LISTING: ListingId = 0;
/// Another one of hers.
pub const SECOND: ListingId = 1;

souk_mock_support::runtime! {
	0: System = frame_system,
	1: Balances = pallet_balances,
	2: Curation = pallet_curation,
	3: Stakes = pallet_stakes,
}

parameter_types! {
	pub static Existential: Balance = MINIMUM;
	pub const TreasuryAccount: AccountId = TREASURY;
	/// The blocks in which the policy of any listing was changed.
	pub static PolicyChanges: Vec<u32> = Vec::new();
	/// State of all listings, and the block since which they are in it.
	pub static State: (ListingState, u32) = (ListingState::Active, 0);
	pub static RoundEvery: u32 = EVERY;
	/// What challenges are drawn by.
	pub static Random: [u8; 32] = [0; 32];
	/// What every kind of offence costs.
	pub static Cost: Penalty = penalty();
}

thread_local! {
	/// Who pays for what.
	static PAYING: RefCell<BTreeMap<(ListingId, Holder<AccountId>), Subscribed<AccountId>>> =
		const { RefCell::new(BTreeMap::new()) };
	/// How many offences were made up.
	static EVIDENCE: Cell<u64> = const { Cell::new(0) };
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

souk_mock_support::system_config!(Weights);
souk_mock_support::balances_config!(Existential);
souk_mock_support::curation_config!(Registry, UNBONDING, WINDOW);

impl crate::Config for Test {
	type Currency = Balances;
	type RuntimeHoldReason = RuntimeHoldReason;
	type Listings = Registry;
	type Curation = Curation;
	type Bonds = Curation;
	type Promises = Curation;
	type Randomness = Random;
	type ChallengeEvery = RoundEvery;
	type ChallengeWindow = ConstU32<CHALLENGE>;
	type MaxDowntime = ConstU32<LONGEST>;
	type DowntimeNotice = ConstU32<NOTICE>;
	type DowntimeEvery = ConstU32<AWAY_EVERY>;
	type Subscribers = Registry;
	type Worth = Rates;
	type Treasury = TreasuryAccount;
	type Penalties = Cost;
	type RetryEvery = ConstU32<RETRY>;
	type Memory = ConstU32<MEMORY>;
	type MaxRemembered = ConstU32<REMEMBERED>;
	type CountedEvery = ConstU32<DAY>;
	type ReportWindow = ConstU32<WINDOW>;
	type ReportMinutes = ConstU32<MINUTES>;
	type AnnouncedFor = ConstU32<ANNOUNCED>;
	type SameAnswerFor = ConstU32<SAME>;
	type AccountOf = Accounts;
	type UnixTime = Clock;
	type DepositPerByte = ConstU128<1>;
	type DepositBase = ConstU128<10>;
	type WeightInfo = ();
}

impl Randomness<sp_core::H256, u32> for Random {
	fn random(subject: &[u8]) -> (sp_core::H256, u32) {
		(sp_io::hashing::blake2_256(&[&Random::get()[..], subject].concat()).into(), 0)
	}
}

/// Nodes have keys of their own; of anybody else, the first bytes of the key are the account.
pub struct Accounts;

impl Convert<[u8; 32], AccountId> for Accounts {
	fn convert(key: [u8; 32]) -> AccountId {
		let known = NODES.into_iter().find(|node| pair(*node).public().0 == key);
		known.unwrap_or_else(|| AccountId::from_le_bytes(key[..8].try_into().expect("eight")))
	}
}

/// An account's key.
pub fn pair(account: AccountId) -> sr25519::Pair {
	sr25519::Pair::from_seed(&[account as u8; 32])
}

impl Penalties for Cost {
	fn of(_: OffenceKind) -> Penalty {
		Cost::get()
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
		Some(State::get())
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
	fn policy_stayed(_: ListingId, from: u32, to: u32) -> bool {
		!PolicyChanges::get().iter().any(|change| (from + 1..=to).contains(change))
	}
	fn benchmark_listing(_: &AccountId, _: Plan) -> ListingId {
		LISTING
	}
	fn benchmark_data_product(owner: &AccountId, plan: Plan) -> ListingId {
		Self::benchmark_listing(owner, plan)
	}
}

impl reach::Subscribers<AccountId> for Registry {
	fn next(listing: ListingId, after: Option<&Holder<AccountId>>) -> Option<Subscribed<AccountId>> {
		use core::ops::Bound::{Excluded, Included, Unbounded};
		let start = match after {
			None => Included((listing, Holder::Account(0))),
			Some(holder) => Excluded((listing, *holder)),
		};
		PAYING.with_borrow(|paying| {
			let (key, next) = paying.range((start, Unbounded)).next()?;
			(key.0 == listing).then(|| next.clone())
		})
	}
	fn benchmark_subscriber(listing: ListingId, payer: &AccountId) {
		subscribe(listing, *payer, 1, Asset::WithId(1), MINIMUM * 1_000);
	}
}

/// Blocks of a period.
pub const PAID_FOR: u32 = 100;

/// Somebody pays for a listing since block `since`.
pub fn subscribe(listing: ListingId, payer: AccountId, since: u32, asset: Asset, amount: Balance) {
	let holder = Holder::Account(payer);
	let one = Subscribed { holder, payer, since, paid: Price { asset, amount }, period: PAID_FOR };
	PAYING.with_borrow_mut(|paying| paying.insert((listing, holder), one));
}

/// Somebody pays no more.
pub fn unsubscribe(listing: ListingId, payer: AccountId) {
	PAYING.with_borrow_mut(|paying| paying.remove(&(listing, Holder::Account(payer))));
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
		PAYING.with_borrow_mut(BTreeMap::clear);
		Cost::set(penalty());
		PolicyChanges::set(Vec::new());
		Minutes::set(TODAY);
		State::set((ListingState::Active, 0));
		RoundEvery::set(EVERY);
		Random::set([0; 32]);
		let accounts = [CURATOR, REPORTER, OTHER].into_iter().chain(NODES).chain(WORKERS);
		let treasury = (!self.no_treasury).then_some(TREASURY);
		let mut ext = souk_mock_support::externalities! {
			balances: accounts.chain(treasury).map(|account| (account, ENDOWMENT)),
		};
		ext.register_extension(KeystoreExt::new(MemoryKeystore::new()));
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

/// A persistence node.
pub fn node_info(node: AccountId) -> NodeInfo {
	NodeInfo {
		peer_id: node.to_be_bytes().to_vec().try_into().expect("short"),
		addresses: Default::default(),
		encryption_key: [node as u8; 32],
		worker: false,
		persistence: true,
		accepting: true,
	}
}

/// The sealed chunks of the snapshots that are kept: three whole ones and a part.
pub fn sealed_chunks() -> Vec<Vec<u8>> {
	let chunk =
		|number: u8, length: usize| (0..length + CHUNK_OVERHEAD).map(|at| at as u8 ^ number).collect();
	(0..3).map(|number| chunk(number, CHUNK_BYTES)).chain([chunk(3, 14_000)]).collect()
}

/// The tree over them.
pub fn tree() -> Merkle {
	sealed_chunks().iter().enumerate().map(|(index, chunk)| cipher_leaf(index as u32, chunk)).collect()
}

/// Sets a schedule for a listing.
pub fn promise(listing: ListingId, every: u32, tolerance: u32) {
	let schedule = pallet_curation::Schedule { every, tolerance, retention: 4 };
	assert_ok!(curate(pallet_curation::Call::set_schedule { listing, schedule }));
}

/// A snapshot of a listing becomes final in this block.
pub fn finalise(listing: ListingId) {
	keep_since(listing, System::block_number());
}

/// A listing has a snapshot that is final since a block, and promises no other for a long time.
pub fn keep(listing: ListingId, final_at: u32) {
	promise(listing, 1_000_000, 0);
	keep_since(listing, final_at);
}

/// What the snapshots that are kept commit to.
pub fn commitments() -> souk_primitives::Commitments {
	souk_primitives::Commitments {
		content_root: [1; 32],
		cipher_root: tree().root(),
		key_commitment: None,
		columns_root: None,
		schema_hash: [2; 32],
		source_digest: [3; 32],
		rows: 1,
		bytes: 3 * CHUNK_BYTES as u64 + 14_000,
	}
}

/// Moves all listings to a state, in this block.
pub fn move_to(state: ListingState) {
	State::set((state, System::block_number()));
	let scheduled: Vec<_> = pallet_curation::Schedules::<Test>::iter_keys().collect();
	for listing in scheduled {
		<Curation as reach::OnListingState>::on_state(listing, state);
	}
}

fn keep_since(listing: ListingId, final_at: u32) {
	let snapshot = souk_primitives::SnapshotView { period: TODAY, commitments: commitments(), final_at };
	if Curation::curator_bond(listing).active == 0 {
		assert_ok!(curate(pallet_curation::Call::bond { listing, amount: 100 }));
	}
	<Curation as reach::Curation<AccountId>>::benchmark_sale(listing, snapshot, 0);
}

/// Assigns a node to the listing.
pub fn assign(node: AccountId) {
	assign_to(LISTING, node);
}

/// The nodes that keep the listing have shown a piece of it before.
pub fn agree() {
	for node in &NODES[..2] {
		<Curation as reach::Promises<AccountId>>::answered(LISTING, node, u32::MAX);
	}
}

/// Whether a node that keeps the listing has agreed to.
pub fn has_agreed(node: AccountId) -> bool {
	<Curation as reach::Curation<AccountId>>::has_agreed(LISTING, &node)
}

/// Registers a worker and assigns it to the listing.
pub fn employ(worker: AccountId) {
	let info = NodeInfo { worker: true, persistence: false, ..node_info(worker) };
	assert_ok!(Curation::register_node(RuntimeOrigin::signed(worker), info));
	assign_as(NodeRole::Worker, LISTING, worker);
}

/// Assigns a node to a listing, to keep it.
pub fn assign_to(listing: ListingId, node: AccountId) {
	assign_as(NodeRole::Persistence, listing, node);
}

/// Assigns a node to a listing in a role.
pub fn assign_as(role: NodeRole, listing: ListingId, node: AccountId) {
	let wrapped_key = vec![1].try_into().expect("short");
	assert_ok!(curate(pallet_curation::Call::assign { listing, node, role, wrapped_key }));
}

/// Dispatches one of curation's calls as the curator.
pub fn curate(call: pallet_curation::Call<Test>) -> DispatchResult {
	dispatch(CURATOR, call)
}

souk_mock_support::functions! { pallet_stakes: events, dispatch, free(native) }

/// Dispatches one of the pallet's own calls.
pub fn call(
	who: AccountId,
	call: crate::Call<Test>,
) -> DispatchResultWithInfo<frame_support::dispatch::PostDispatchInfo> {
	RuntimeCall::Stakes(call).dispatch(RuntimeOrigin::signed(who))
}

/// What is held of an account for reports.
pub fn held(who: AccountId) -> Balance {
	use frame_support::traits::fungible::InspectHold;
	Balances::balance_on_hold(&HoldReason::Deposit.into(), &who)
}

/// Hash of the chain's genesis block.
pub fn genesis() -> [u8; 32] {
	System::block_hash(0).0
}

/// Announces a report of two statements, and goes on to the next block.
pub fn announce(who: AccountId, first: &[u8], second: &[u8]) {
	assert_ok!(call(who, crate::Call::announce_report { hash: announcement(&who, first, second) }));
	advance_to(System::block_number() + 1);
}

/// An offence of the first node, proved by [`REPORTER`], that nobody could see before this block.
pub fn offence(kind: OffenceKind) -> Offence<AccountId> {
	Offence {
		kind,
		listing: LISTING,
		node: Some(NODES[0]),
		curator_answers: true,
		reporter: Some(REPORTER),
		began: System::block_number(),
		harmed_for: u32::MAX,
		basis: Basis::Statements,
		evidence: next_evidence(),
	}
}

/// Names what nobody has proved before.
fn next_evidence() -> Digest {
	EVIDENCE.with(|last| {
		last.set(last.get() + 1);
		let mut evidence = [7; 32];
		evidence[..8].copy_from_slice(&last.get().to_be_bytes());
		evidence
	})
}

/// Commits it. Returns what was taken.
pub fn commit(offence: Offence<AccountId>) -> Balance {
	Stakes::commit(offence)
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
