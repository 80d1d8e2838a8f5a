//! A chain with real balances around the pallet. Listings, nodes, downtimes and validators are what a test says they are, and offences are
//! noted. A validator's network is what a test says it is, too: `mock/net.rs`.

pub mod net;

use crate::{self as pallet_availability, *};
pub use souk_mock_support::{roomy, Weights, MINIMUM};

use frame_support::{
	derive_impl, parameter_types,
	traits::{Authorize, ConstU128, ConstU32, ConstU64, Hooks},
	weights::Weight,
};
use frame_system::mocking::{MockBlockU32, MockUncheckedExtrinsic};
use souk_primitives::{reach, Balance, ListingId, ListingKind, ListingState, Offence, Plan};
use sp_runtime::{
	testing::{TestSignature, UintAuthorityId},
	traits::{Dispatchable, IdentityLookup},
	transaction_validity::{TransactionSource, TransactionValidityError, ValidTransaction},
	BuildStorage, DispatchResult, RuntimeAppPublic,
};
use std::{
	cell::RefCell,
	collections::{BTreeMap, BTreeSet},
};

pub type AccountId = u64;

pub const CURATOR: AccountId = 1;
/// Not registered.
pub const STRANGER: AccountId = 2;
pub const NODES: [AccountId; 7] = [11, 12, 13, 14, 15, 16, 17];
pub const NODE: AccountId = NODES[0];
pub const OTHER: AccountId = NODES[1];

pub const ENDOWMENT: Balance = 1_000_000;
/// Blocks of a period.
pub const EVERY: u32 = 16;
/// Most nodes of a period.
pub const LISTED: u32 = 5;
/// Most validators of a period.
pub const VOTERS: u32 = 6;
/// The first block of a test.
pub const START: u32 = 5;
/// The first block of its first period, and the block in which that is judged.
pub const FIRST: u32 = START + 1;
pub const OVER: u32 = FIRST + EVERY;

souk_mock_support::runtime! {
	0: System = frame_system,
	1: Balances = pallet_balances,
	2: Availability = pallet_availability,
}

pub type TxExtension = frame_system::AuthorizeCall<Test>;
pub type Extrinsic = MockUncheckedExtrinsic<Test, (), TxExtension>;

parameter_types! {
	pub static Existential: Balance = MINIMUM;
	pub static Period: u32 = EVERY;
	pub static Least: u32 = 2;
	/// The session keys of the validators.
	pub static Validators: Vec<UintAuthorityId> = Vec::new();
	/// State of all listings.
	pub static State: ListingState = ListingState::Active;
}

thread_local! {
	/// Registered persistence nodes, and since when each keeps which listings.
	static KEPT: RefCell<BTreeMap<AccountId, BTreeMap<ListingId, u32>>> = const { RefCell::new(BTreeMap::new()) };
	/// Who has not agreed to keep which listing.
	static REFUSED: RefCell<BTreeSet<(AccountId, ListingId)>> = const { RefCell::new(BTreeSet::new()) };
	static AWAY: RefCell<BTreeMap<AccountId, (u32, u32)>> = const { RefCell::new(BTreeMap::new()) };
	static COMMITTED: RefCell<Vec<Offence<AccountId>>> = const { RefCell::new(Vec::new()) };
}

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
	type Block = MockBlockU32<Test, (), TxExtension>;
	type AccountId = AccountId;
	type Lookup = IdentityLookup<AccountId>;
	type AccountData = pallet_balances::AccountData<Balance>;
	type BlockWeights = Weights;
}

souk_mock_support::balances_config!(Existential);

impl<C> frame_system::offchain::CreateTransactionBase<C> for Test
where
	RuntimeCall: From<C>,
{
	type RuntimeCall = RuntimeCall;
	type Extrinsic = Extrinsic;
}

impl<C> frame_system::offchain::CreateTransaction<C> for Test
where
	RuntimeCall: From<C>,
{
	type Extension = TxExtension;

	fn create_transaction(call: RuntimeCall, extension: TxExtension) -> Extrinsic {
		Extrinsic::new_transaction(call, extension)
	}
}

impl<C> frame_system::offchain::CreateAuthorizedTransaction<C> for Test
where
	RuntimeCall: From<C>,
{
	fn create_extension() -> TxExtension {
		TxExtension::new()
	}
}

impl crate::Config for Test {
	type Currency = Balances;
	type RuntimeHoldReason = RuntimeHoldReason;
	type AuthorityId = UintAuthorityId;
	type Validators = Validators;
	type Listings = Registry;
	type Keepers = Registry;
	type Downtimes = Registry;
	type Offences = Registry;
	type Every = Period;
	type MinVoters = Least;
	type MaxNodes = ConstU32<LISTED>;
	type MaxVoters = ConstU32<VOTERS>;
	type VotePriority = ConstU64<77>;
	type DepositPerByte = ConstU128<1>;
	type DepositBase = ConstU128<100>;
	type WeightInfo = ();
}

/// What tests say of listings and nodes, and what they are told of offences.
pub struct Registry;

impl reach::Listings<AccountId> for Registry {
	fn owner(_: ListingId) -> Option<AccountId> {
		Some(CURATOR)
	}
	fn kind(_: ListingId) -> Option<ListingKind> {
		Some(ListingKind::DataProduct)
	}
	fn state(_: ListingId) -> Option<(ListingState, u32)> {
		Some((State::get(), 0))
	}
	souk_mock_support::without!(offers);
	fn benchmark_listing(_: &AccountId, _: Plan) -> ListingId {
		0
	}
	fn benchmark_data_product(_: &AccountId, _: Plan) -> ListingId {
		0
	}
}

impl reach::Keepers<AccountId> for Registry {
	fn keeps(node: &AccountId) -> bool {
		KEPT.with_borrow(|kept| kept.contains_key(node))
	}
	fn kept_by(node: &AccountId) -> Vec<ListingId> {
		KEPT.with_borrow(|kept| kept.get(node).map(|of| of.keys().copied().collect()).unwrap_or_default())
	}
	fn kept_since(listing: ListingId, node: &AccountId) -> Option<u32> {
		KEPT.with_borrow(|kept| kept.get(node)?.get(&listing).copied())
	}
	fn has_agreed(listing: ListingId, node: &AccountId, _: u32) -> bool {
		REFUSED.with_borrow(|refused| !refused.contains(&(*node, listing)))
	}
	fn benchmark_keeper(listing: ListingId, node: &AccountId) {
		assign(*node, listing, 0);
	}
}

impl reach::Downtimes<AccountId> for Registry {
	fn is_away(node: &AccountId, from: u32, until: u32) -> bool {
		AWAY.with_borrow(|away| away.get(node).is_some_and(|(begin, end)| *begin < until && from < *end))
	}
}

impl reach::Offences<AccountId> for Registry {
	fn commit(offence: Offence<AccountId>) -> Balance {
		COMMITTED.with_borrow_mut(|all| all.push(offence));
		0
	}
	fn against(_: ListingId) -> u32 {
		0
	}
	fn weight() -> Weight {
		Weight::from_parts(1_000_000_000, 1_000)
	}
}

/// Registers a node.
pub fn register(node: AccountId) {
	KEPT.with_borrow_mut(|kept| {
		kept.entry(node).or_default();
	});
}

/// A node that keeps nothing leaves the registry, and the pallet is told.
pub fn deregister(node: AccountId) -> DispatchResult {
	let left = KEPT.with_borrow_mut(|kept| kept.remove(&node));
	assert!(left.is_some_and(|kept| kept.is_empty()), "it was registered, and keeps nothing");
	<Availability as reach::OnKeepers<AccountId>>::on_gone(&node)
}

/// A node keeps a listing since a block.
pub fn assign(node: AccountId, listing: ListingId, since: u32) {
	KEPT.with_borrow_mut(|kept| kept.entry(node).or_default().insert(listing, since));
}

/// A node keeps a listing no more, and the pallet is told.
pub fn unassign(node: AccountId, listing: ListingId) {
	let since = KEPT.with_borrow_mut(|kept| kept.entry(node).or_default().remove(&listing));
	if let Some(since) = since {
		<Availability as reach::OnKeepers<AccountId>>::on_left(listing, &node, since);
	}
}

/// A node has not agreed to keep a listing.
pub fn refuse(node: AccountId, listing: ListingId) {
	REFUSED.with_borrow_mut(|refused| refused.insert((node, listing)));
}

/// A node has said that it will be away.
pub fn go_away(node: AccountId, from: u32, until: u32) {
	AWAY.with_borrow_mut(|away| away.insert(node, (from, until)));
}

/// The offences since the last look.
pub fn committed() -> Vec<Offence<AccountId>> {
	COMMITTED.take()
}

/// The listings that they were committed against, with whether the node answered.
pub fn answered() -> Vec<(ListingId, Option<AccountId>)> {
	committed().into_iter().map(|offence| (offence.listing, offence.node)).collect()
}

/// The world of a test: three validators; the first two nodes have health addresses and keep listing 0 since block 0. The first period begins
/// with the block after the first.
pub struct TestExt {
	nodes: usize,
	allow_private: bool,
	validators: u64,
}

impl Default for TestExt {
	fn default() -> Self {
		Self { nodes: 2, allow_private: false, validators: 3 }
	}
}

impl TestExt {
	/// So many of the nodes are there.
	pub fn nodes(self, nodes: usize) -> Self {
		Self { nodes, ..self }
	}

	pub fn validators(self, validators: u64) -> Self {
		Self { validators, ..self }
	}

	/// As on a chain of one machine.
	pub fn private(self) -> Self {
		Self { allow_private: true, ..self }
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
		Period::set(EVERY);
		Least::set(2);
		Validators::set((1..=self.validators).map(UintAuthorityId).collect());
		UintAuthorityId::set_all_keys(Vec::<u64>::new());
		State::set(ListingState::Active);
		KEPT.with_borrow_mut(BTreeMap::clear);
		REFUSED.with_borrow_mut(BTreeSet::clear);
		AWAY.with_borrow_mut(BTreeMap::clear);
		COMMITTED.take();
		let accounts = [CURATOR, STRANGER].into_iter().chain(NODES);
		let storage = RuntimeGenesisConfig {
			balances: pallet_balances::GenesisConfig {
				balances: accounts.map(|account| (account, ENDOWMENT)).collect(),
				..Default::default()
			},
			availability: pallet_availability::GenesisConfig {
				allow_private: self.allow_private,
				..Default::default()
			},
			..Default::default()
		}
		.build_storage()
		.expect("the genesis is valid");
		let mut ext = sp_io::TestExternalities::from(storage);
		ext.execute_with(|| {
			System::set_block_number(START);
			for node in NODES.into_iter().take(self.nodes) {
				assign(node, 0, 0);
				call(node, crate::Call::set_health { url: url(node) }).expect("it can be set");
			}
		});
		ext
	}
}

/// Where a node is asked.
pub fn url(node: AccountId) -> HealthUrl {
	as_url(&address(node))
}

pub fn address(node: AccountId) -> String {
	format!("http://8.8.8.{node}:80/health")
}

pub fn as_url(text: &str) -> HealthUrl {
	text.as_bytes().to_vec().try_into().expect("it is short")
}

/// Dispatches one of the pallet's calls like a signed extrinsic.
pub fn call(who: AccountId, call: crate::Call<Test>) -> DispatchResult {
	souk_mock_support::dispatch(RuntimeOrigin::signed(who), RuntimeCall::Availability(call))
}

/// A vote on the running period, before it is signed.
pub fn ballot(voter: u32, findings: &[Finding]) -> Ballot {
	let period = Current::<Test>::get().expect("a period runs").number;
	Ballot { period, voter, findings: findings.to_vec().try_into().expect("they fit") }
}

/// Signs it as the validator at its place.
pub fn sign(ballot: &Ballot) -> TestSignature {
	let period = Current::<Test>::get().expect("a period runs");
	let key = UintAuthorityId(u64::from(ballot.voter) + 1);
	key.sign(&ballot.message(&Availability::genesis(), &period.digest)).expect("it signs")
}

/// What the transaction pool is told of a vote.
pub fn authorize(
	ballot: &Ballot,
	signature: &TestSignature,
) -> Result<ValidTransaction, TransactionValidityError> {
	let call = crate::Call::<Test>::vote { ballot: ballot.clone(), signature: signature.clone() };
	let authorized = RuntimeCall::Availability(call).authorize(TransactionSource::External);
	authorized.expect("votes are authorized").map(|(valid, _)| valid)
}

/// Votes like an extrinsic: authorized, then dispatched.
pub fn vote(voter: u32, findings: &[Finding]) -> Result<(), TransactionValidityError> {
	let ballot = ballot(voter, findings);
	let signature = sign(&ballot);
	authorize(&ballot, &signature)?;
	let call = RuntimeCall::Availability(crate::Call::vote { ballot, signature });
	call.dispatch(frame_system::RawOrigin::Authorized.into()).expect("what is authorized is counted");
	Ok(())
}

/// What is held of an account for its health address.
pub fn held(who: AccountId) -> Balance {
	use frame_support::traits::fungible::InspectHold;
	Balances::balance_on_hold(&HoldReason::Deposit.into(), &who)
}

souk_mock_support::functions! { pallet_availability: events }

/// Checks the invariants.
pub fn check() {
	Availability::do_try_state().expect("the invariants hold");
}

/// Ends the running block and goes on to `block`; without the rest of it, where blocks are full.
pub fn advance_to(block: u32) {
	while System::block_number() < block {
		check();
		System::reset_events();
		let next = System::block_number() + 1;
		System::set_block_number(next);
		Availability::on_initialize(next);
	}
}
