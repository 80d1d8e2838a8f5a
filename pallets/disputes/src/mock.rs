//! A chain with real balances and holds around the pallet. Orders are what a test says they are, and so is the randomness: an
//! epoch has [`EPOCH`] blocks, and with each one other randomness is known.

use crate::{self as pallet_disputes, *};
use codec::Encode;
pub use souk_mock_support::{roomy, Weights, MINIMUM};

use frame_support::{
	derive_impl, parameter_types,
	storage::with_storage_layer,
	traits::{
		fungible::{Inspect, InspectHold},
		ConstU128, ConstU32, Randomness,
	},
	weights::Weight,
};
use souk_primitives::{
	reach::{self, Dispute, Juries as _, Ruling, Side},
	Balance, Basis, Digest, ListingId, Offence, OffenceKind, OrderId,
};
use sp_io::hashing::blake2_256;
use sp_runtime::{DispatchResult, Permill};
use std::{
	cell::RefCell,
	collections::{BTreeMap, BTreeSet},
};

pub type AccountId = u64;
type Hash = <Test as frame_system::Config>::Hash;

pub const BUYER: AccountId = 1;
pub const SELLER: AccountId = 2;
pub const OTHER: AccountId = 3;
/// Owns nothing to speak of.
pub const POOR: AccountId = 4;
/// Works for all listings.
pub const NODE: AccountId = 5;
/// Looks at cases from outside.
pub const REVIEWERS: [AccountId; 6] = [71, 72, 73, 74, 75, 76];
pub const TREASURY: AccountId = 99;
/// Those who may join the pool.
pub const ARBITRATORS: core::ops::Range<AccountId> = 101..141;

pub const ENDOWMENT: Balance = 1_000_000;
/// What [`POOR`] owns.
pub const LITTLE: Balance = 100;
pub const MIN_BOND: Balance = 1_000;
pub const FEE: Balance = 100;
pub const STAKE: Balance = 500;
/// What a wrong vote costs.
pub const FINE: Balance = 250;
pub const LISTING: ListingId = 7;

pub const EPOCH: u32 = 8;
pub const RESPONSE: u32 = 5;
pub const EVIDENCE: u32 = 6;
pub const DRAW: u32 = 40;
pub const COMMIT: u32 = 7;
pub const REVEAL: u32 = 4;
pub const APPEAL: u32 = 9;
pub const REVIEW: u32 = 12;
pub const KEEP: u32 = 15;
/// Shorter than the longest case.
pub const UNBONDING: u32 = 3;

/// What is shown in disputes.
pub const SHOWN: Digest = [6; 32];
pub const SALT: [u8; 32] = [8; 32];

souk_mock_support::runtime! {
	0: System = frame_system,
	1: Balances = pallet_balances,
	2: Disputes = pallet_disputes,
}

parameter_types! {
	pub static JurorFee: Balance = FEE;
	pub static JurorStake: Balance = STAKE;
	pub static Capacity: u32 = 64;
	/// As short as phases can be.
	pub static ShortestPhase: u32 = 1;
	/// Block at which the randomness stands still, if it does.
	pub static Stuck: Option<u32> = None;
	pub const IncoherentFine: Permill = Permill::from_percent(50);
	pub const TreasuryAccount: AccountId = TREASURY;
}

souk_mock_support::system_config!(Weights);
souk_mock_support::balances_config!(ConstU128<MINIMUM>);

/// Randomness that is known from the first block of its epoch on.
pub struct Epochs;

impl Randomness<Hash, u32> for Epochs {
	fn random(subject: &[u8]) -> (Hash, u32) {
		let at = Stuck::get().map_or_else(now, |stuck| stuck.min(now()));
		let known_since = at - at % EPOCH;
		(blake2_256(&(subject, known_since).encode()).into(), known_since)
	}
}

thread_local! {
	/// Rulings that were executed, by order.
	static RULED: RefCell<BTreeMap<OrderId, Ruling>> = const { RefCell::new(BTreeMap::new()) };
	/// Orders that were not delivered, and those whose delivery is proved. All others were delivered by what their seller says.
	static UNDELIVERED: RefCell<BTreeSet<OrderId>> = const { RefCell::new(BTreeSet::new()) };
	static PROVED: RefCell<BTreeSet<OrderId>> = const { RefCell::new(BTreeSet::new()) };
	/// Who has a part in all orders besides, in a benchmark.
	static CONCERNED: RefCell<BTreeSet<AccountId>> = const { RefCell::new(BTreeSet::new()) };
	/// Listings whose sellers have lost, and whether bonds waited for that.
	static LOST: RefCell<Vec<(ListingId, bool)>> = const { RefCell::new(Vec::new()) };
}

/// The orders: each is [`BUYER`]'s, from [`SELLER`].
pub struct Orders;

impl reach::Disputed<AccountId> for Orders {
	fn rule(order: OrderId, ruling: Ruling) {
		let before = RULED.with_borrow_mut(|ruled| ruled.insert(order, ruling));
		assert_eq!(before, None, "an order is ruled on once");
	}
	fn concerns(_: OrderId, who: &AccountId) -> bool {
		[BUYER, SELLER, NODE].contains(who) || CONCERNED.with_borrow(|concerned| concerned.contains(who))
	}
	fn is_delivered(order: OrderId) -> bool {
		!UNDELIVERED.with_borrow(|undelivered| undelivered.contains(&order))
	}
	fn is_proved(order: OrderId) -> bool {
		PROVED.with_borrow(|proved| proved.contains(&order))
	}
	fn weight() -> Weight {
		Weight::zero()
	}
	fn benchmark_disputed(_: &AccountId, _: &AccountId) -> OrderId {
		1 << 40
	}
	fn benchmark_concerned(_: OrderId, who: &AccountId) {
		CONCERNED.with_borrow_mut(|concerned| concerned.insert(*who));
	}
}

/// Nothing of an order was delivered.
pub fn undelivered(order: OrderId) {
	UNDELIVERED.with_borrow_mut(|undelivered| undelivered.insert(order));
}

/// The chain has seen that an order was delivered.
pub fn proved(order: OrderId) {
	PROVED.with_borrow_mut(|proved| proved.insert(order));
}

impl reach::Offences<AccountId> for Orders {
	fn commit(offence: Offence<AccountId>) -> Balance {
		assert_eq!((offence.kind, offence.node), (OffenceKind::LostDispute, None));
		let Basis::Ruling { case } = offence.basis else { panic!("no ruling: {offence:?}") };
		let record = Cases::<Test>::get(Disputes::key(case)).expect("the case is kept");
		assert_eq!((record.listing, record.opened_at), (offence.listing, offence.began));
		let waited = <Disputes as reach::Cases>::pending(offence.listing).is_some();
		LOST.with_borrow_mut(|lost| lost.push((offence.listing, waited)));
		0
	}
	fn against(_: ListingId) -> u32 {
		0
	}
	fn weight() -> Weight {
		Weight::zero()
	}
}

impl crate::Config for Test {
	type Currency = Balances;
	type RuntimeHoldReason = RuntimeHoldReason;
	type Orders = Orders;
	type Offences = Orders;
	type Randomness = Epochs;
	type Treasury = TreasuryAccount;
	type MaxArbitrators = Capacity;
	type MinBond = ConstU128<MIN_BOND>;
	type Unbonding = ConstU32<UNBONDING>;
	type JurorFee = JurorFee;
	type JurorStake = JurorStake;
	type IncoherentFine = IncoherentFine;
	type ShortestPhase = ShortestPhase;
	type ResponseTime = ConstU32<RESPONSE>;
	type EvidenceTime = ConstU32<EVIDENCE>;
	type DrawTimeout = ConstU32<DRAW>;
	type CommitTime = ConstU32<COMMIT>;
	type RevealTime = ConstU32<REVEAL>;
	type AppealTime = ConstU32<APPEAL>;
	type ReviewTime = ConstU32<REVIEW>;
	type KeepFor = ConstU32<KEEP>;
	type DepositPerByte = ConstU128<1>;
	type DepositBase = ConstU128<20>;
	type WeightInfo = ();
}

/// Everybody who owns something at the start, but [`POOR`].
pub fn endowed() -> impl Iterator<Item = AccountId> {
	[BUYER, SELLER, OTHER, NODE, TREASURY].into_iter().chain(REVIEWERS).chain(ARBITRATORS)
}

/// The world of a test: so many of [`ARBITRATORS`] are in the pool, with the least bond, since before the first epoch ended.
pub struct TestExt {
	arbitrators: u32,
}

impl Default for TestExt {
	fn default() -> Self {
		Self { arbitrators: 12 }
	}
}

impl TestExt {
	/// A pool of another size.
	pub fn pool_of(arbitrators: u32) -> Self {
		Self { arbitrators }
	}

	/// Runs `test` in the first block of the second epoch, and checks the invariants after it.
	pub fn execute(self, test: impl FnOnce()) {
		let arbitrators = ARBITRATORS.take(self.arbitrators as usize);
		self.build().execute_with(|| {
			System::run_to_block::<AllPalletsWithSystem>(1);
			for who in arbitrators {
				join(who, MIN_BOND).expect("there is room");
			}
			advance_to(EPOCH);
			test();
			check();
		});
	}

	pub fn build(self) -> sp_io::TestExternalities {
		RULED.with_borrow_mut(BTreeMap::clear);
		UNDELIVERED.with_borrow_mut(BTreeSet::clear);
		PROVED.with_borrow_mut(BTreeSet::clear);
		CONCERNED.with_borrow_mut(BTreeSet::clear);
		LOST.with_borrow_mut(Vec::clear);
		Weights::set(roomy());
		JurorFee::set(FEE);
		JurorStake::set(STAKE);
		Capacity::set(64);
		ShortestPhase::set(1);
		Stuck::set(None);
		souk_mock_support::externalities! {
			balances: endowed().map(|account| (account, ENDOWMENT)).chain([(POOR, LITTLE)]),
		}
	}
}

/// Checks the invariants, and that nothing was created or lost.
pub fn check() {
	Disputes::do_try_state().expect("the invariants hold");
	let owned = endowed().chain([POOR]).map(|who| <Balances as Inspect<_>>::total_balance(&who));
	let issued = <Balances as Inspect<AccountId>>::total_issuance();
	assert_eq!(owned.sum::<Balance>(), issued, "something was created or lost");
}

souk_mock_support::functions! {
	pallet_disputes: now, advance_to(check), events, assert_event, dispatch(own), free(native)
}

/// Runs on until a case is in a phase, or is gone. No phase is that long.
#[track_caller]
pub fn advance_until(case: CaseId, phase: Phase) {
	for _ in 0..10 * DRAW {
		if Disputes::case_details(case).is_none_or(|view| view.phase == phase) {
			return;
		}
		advance_to(now() + 1);
	}
	panic!("case {case} never came to {phase:?}");
}

/// Leaves somebody nothing but so much that can be spent.
pub fn impoverish(who: AccountId, left: Balance) {
	let value = free(who) - MINIMUM - left;
	Balances::transfer_keep_alive(RuntimeOrigin::signed(who), OTHER, value).expect("it is there");
}

/// What is held of an account for a reason.
pub fn held(reason: crate::HoldReason, who: AccountId) -> Balance {
	Balances::balance_on_hold(&reason.into(), &who)
}

/// How an order was ruled on, if it was.
pub fn ruled(order: OrderId) -> Option<Ruling> {
	RULED.with_borrow(|ruled| ruled.get(&order).copied())
}

/// Listings whose sellers have lost a dispute.
pub fn lost() -> Vec<ListingId> {
	LOST.with_borrow(|lost| lost.iter().map(|(listing, _)| *listing).collect())
}

/// Whether bonds still waited for each of those rulings when it was held against them.
pub fn pending_when_lost() -> Vec<bool> {
	LOST.with_borrow(|lost| lost.iter().map(|(_, waited)| *waited).collect())
}

/// A case as clients see it.
#[track_caller]
pub fn view(case: CaseId) -> CaseView<AccountId> {
	Disputes::case_details(case).expect("the case is not forgotten")
}

pub fn phase(case: CaseId) -> Phase {
	view(case).phase
}

/// Who sits on the present jury of a case.
pub fn jurors(case: CaseId) -> Vec<AccountId> {
	let jury = view(case).juries.pop().expect("a jury was drawn");
	jury.sitting().map(|juror| juror.who).collect()
}

/// Opens a case about an order as `escrow` does it, where the buyer's window runs no longer than [`RESPONSE`].
pub fn open_as(opener: Side, order: OrderId) -> Result<Option<u32>, sp_runtime::DispatchError> {
	open_within(opener, order, None)
}

/// The same, in a window of the buyer's.
pub fn open_within(
	opener: Side,
	order: OrderId,
	window_until: Option<u32>,
) -> Result<Option<u32>, sp_runtime::DispatchError> {
	let (listing, buyer, seller, evidence) = (LISTING, BUYER, SELLER, SHOWN);
	let dispute = Dispute { order, listing, buyer, seller, opener, window_until, evidence };
	with_storage_layer(|| Disputes::open(dispute))
}

/// Opens a case about an order, as its buyer. Returns the case's number.
#[track_caller]
pub fn opened(order: OrderId) -> CaseId {
	let case = NextCaseId::<Test>::get();
	assert!(open_as(Side::Buyer, order).expect("the buyer can pay").is_some(), "a jury can be drawn");
	case
}

/// Opens a case, which its seller answers. Returns it when its jury is drawn.
#[track_caller]
pub fn drawn(order: OrderId) -> CaseId {
	let case = opened(order);
	answer(SELLER, case).expect("the seller can pay");
	advance_until(case, Phase::Commit);
	case
}

/// Opens a case, and has its jury commit to votes and reveal them, in the order of seats. What is `None` is no vote.
#[track_caller]
pub fn voted(order: OrderId, votes: &[Ruling]) -> CaseId {
	let case = drawn(order);
	vote_all(case, votes);
	case
}

/// Has the present jury of a case commit to votes and reveal them.
#[track_caller]
pub fn vote_all(case: CaseId, votes: &[Ruling]) {
	let jurors = jurors(case);
	assert_eq!(jurors.len(), votes.len(), "each juror has a vote");
	for (who, vote) in jurors.iter().zip(votes) {
		commit(*who, case, *vote).expect("it is time to commit");
	}
	for (who, vote) in jurors.iter().zip(votes) {
		reveal(*who, case, *vote).expect("it is time to reveal");
	}
}

/// The other side gives in.
pub fn settled(order: OrderId, winner: Side) {
	Disputes::settled(order, winner);
}

pub fn join(who: AccountId, bond: Balance) -> DispatchResult {
	dispatch(who, crate::Call::join_pool { bond, key: [who as u8; 32] })
}

pub fn bond_extra(who: AccountId, amount: Balance) -> DispatchResult {
	dispatch(who, crate::Call::bond_extra { amount })
}

pub fn leave(who: AccountId) -> DispatchResult {
	dispatch(who, crate::Call::leave_pool {})
}

pub fn withdraw(who: AccountId) -> DispatchResult {
	dispatch(who, crate::Call::withdraw {})
}

pub fn answer(who: AccountId, case: CaseId) -> DispatchResult {
	dispatch(who, crate::Call::answer { case })
}

pub fn submit_evidence(who: AccountId, case: CaseId, hash: Digest) -> DispatchResult {
	dispatch(who, crate::Call::submit_evidence { case, hash })
}

/// Commits to a vote, with a salt of the juror's own.
pub fn commit(who: AccountId, case: CaseId, vote: Ruling) -> DispatchResult {
	let round = view(case).round;
	commit_hash(who, case, commitment(case, round, &who, vote, &SALT))
}

pub fn commit_hash(who: AccountId, case: CaseId, commitment: Digest) -> DispatchResult {
	dispatch(who, crate::Call::commit_vote { case, commitment })
}

pub fn reveal(who: AccountId, case: CaseId, vote: Ruling) -> DispatchResult {
	reveal_with(who, case, vote, SALT)
}

pub fn reveal_with(who: AccountId, case: CaseId, vote: Ruling, salt: [u8; 32]) -> DispatchResult {
	dispatch(who, crate::Call::reveal_vote { case, vote, salt })
}

pub fn appeal(who: AccountId, case: CaseId) -> DispatchResult {
	dispatch(who, crate::Call::appeal { case })
}

pub fn request_review(who: AccountId, case: CaseId) -> DispatchResult {
	dispatch(who, crate::Call::request_review { case, key: [3; 32] })
}

pub fn approve_review(who: AccountId, case: CaseId, reviewer: AccountId) -> DispatchResult {
	dispatch(who, crate::Call::approve_review { case, reviewer })
}

pub fn execute(who: AccountId, case: CaseId) -> DispatchResult {
	dispatch(who, crate::Call::execute { case })
}
