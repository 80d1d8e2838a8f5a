//! Disputes on the real runtime: a service is sold for wUSD, its buyer does not agree, and a jury that BABE's randomness draws rules on it.

mod limits;

use crate::*;
use blocks::{next_blocks, submit};
use frame_support::{
	assert_noop, assert_ok,
	traits::{fungible::InspectHold, fungibles::Inspect as _, Get},
};
use pallet_disputes::{commitment, CaseId, CaseView, Ending, HoldReason, Phase, Verdict};
use pallet_escrow::{MilestoneTerms, OrderDetails, OrderId, OrderState};
use souk_primitives::{
	reach::{Offences as _, Ruling},
	Asset, Basis, ListingId, ListingKind, ListingState, Offence, OffenceKind, PayoutSplit, Plan, PlanKind,
	Price,
};
use sp_keyring::Sr25519Keyring::{self, *};
use sp_runtime::{traits::Dispatchable, DispatchResult, Permill};

type Disputes_ = pallet_disputes::Call<Runtime>;
type Escrow_ = pallet_escrow::Call<Runtime>;
type Listings_ = pallet_listings::Call<Runtime>;

const CURATOR: Sr25519Keyring = Charlie;
const BUYER: Sr25519Keyring = Eve;
const LISTING: ListingId = 0;
const PRICE: Balance = 40 * ONE_WUSD;
const BOND: Balance = 100 * SOUK;
/// What a seller has bonded.
const BONDED: Balance = 400 * SOUK;
const SALT: [u8; 32] = [5; 32];
const SHOWN: [u8; 32] = [6; 32];
/// Blocks of each phase of a case.
const SPAN: BlockNumber = 20;
/// Blocks in which a case comes to its next phase, at the latest.
const LONGEST: BlockNumber = 40 * MINUTES;

/// Somebody who arbitrates.
fn arbitrator(number: u8) -> AccountId {
	[100 + number; 32].into()
}

fn dispatch(who: AccountId, call: impl Into<RuntimeCall>) -> DispatchResult {
	call.into().dispatch(RuntimeOrigin::signed(who)).map(|_| ()).map_err(|failed| failed.error)
}

/// A market with a service for wUSD, and so many arbitrators in the pool; phases are short.
fn market(arbitrators: u8, test: impl FnOnce()) {
	super::genesis("local_testnet").execute_with(|| {
		blocks::start();
		use params::disputes::*;
		for parameter in [
			Parameters::ResponseTime(ResponseTime, Some(SPAN)),
			Parameters::EvidenceTime(EvidenceTime, Some(SPAN)),
			Parameters::CommitTime(CommitTime, Some(SPAN)),
			Parameters::RevealTime(RevealTime, Some(SPAN)),
			Parameters::AppealTime(AppealTime, Some(SPAN)),
		] {
			let parameter = RuntimeParameters::Disputes(parameter);
			assert_ok!(souk_runtime::Parameters::set_parameter(RuntimeOrigin::root(), parameter));
		}
		for number in 0..arbitrators {
			let who = arbitrator(number);
			assert_ok!(Balances::force_set_balance(RuntimeOrigin::root(), who.clone().into(), 1_000 * SOUK));
			assert_ok!(dispatch(who, Disputes_::join_pool { bond: BOND, key: [1 + number; 32] }));
		}
		let create = Listings_::create {
			name: b"cleaning".to_vec().try_into().expect("it is short"),
			kind: ListingKind::Service,
			details: details(),
			plans: vec![Plan { kind: PlanKind::OneTime, price: price() }].try_into().expect("one fits"),
			payouts: PayoutSplit { workers: Permill::zero(), persistence: Permill::zero() },
		};
		let curator = CURATOR.to_account_id();
		assert_ok!(dispatch(curator.clone(), create));
		assert_ok!(dispatch(curator, Listings_::set_state { id: LISTING, to: ListingState::Active }));
		test();
		assert_ok!(Escrow::do_try_state());
		assert_ok!(Disputes::do_try_state());
	});
}

fn price() -> Price {
	Price { asset: Asset::WithId(WUSD), amount: PRICE }
}

/// The buyer orders the service.
fn ordered() -> OrderId {
	let order = pallet_escrow::NextOrderId::<Runtime>::get();
	let details = OrderDetails::Goods { terms: Some([7; 32]) };
	assert_ok!(submit(BUYER, Escrow_::order { listing: LISTING, plan: 0, max_price: price(), details }));
	order
}

fn delivered() -> OrderId {
	let order = ordered();
	assert_ok!(submit(CURATOR, Escrow_::mark_delivered { order, milestone: 0, evidence: None }));
	order
}

/// The buyer orders the service, which is delivered, and does not agree.
fn disputed() -> OrderId {
	let order = delivered();
	assert_ok!(submit(BUYER, Escrow_::dispute { order, evidence: SHOWN }));
	order
}

fn about(order: OrderId) -> CaseView<AccountId> {
	Disputes::case_about(order).expect("it is kept")
}

fn state(order: OrderId) -> OrderState {
	Escrow::order_details(order).expect("it is kept").state
}

/// Runs until a case is in a phase.
#[track_caller]
fn until(case: CaseId, phase: Phase) {
	for _ in 0..LONGEST {
		if Disputes::case_details(case).expect("it is kept").phase == phase {
			return;
		}
		next_blocks(1);
	}
	panic!("it never came to {phase:?}");
}

/// Who sits on the present jury of a case.
fn jurors(case: CaseId) -> Vec<AccountId> {
	let view = Disputes::case_details(case).expect("it is kept");
	let jury = view.juries.last().expect("a jury was drawn");
	jury.sitting().map(|juror| juror.who.clone()).collect()
}

/// The present jury of a case votes as one.
fn vote(case: CaseId, vote: Ruling) {
	let round = Disputes::case_details(case).expect("it is kept").round;
	let jurors = jurors(case);
	for who in &jurors {
		let commitment = commitment(case, round, who, vote, &SALT);
		assert_ok!(dispatch(who.clone(), Disputes_::commit_vote { case, commitment }));
	}
	for who in &jurors {
		assert_ok!(dispatch(who.clone(), Disputes_::reveal_vote { case, vote, salt: SALT }));
	}
}

fn wusd(who: Sr25519Keyring) -> Balance {
	AllAssets::balance(Asset::WithId(WUSD), &who.to_account_id())
}

/// What somebody has in SOUK, with what is held.
fn souk(who: &AccountId) -> Balance {
	use frame_support::traits::fungible::Inspect;
	<Balances as Inspect<AccountId>>::total_balance(who)
}

fn posted(who: Sr25519Keyring) -> Balance {
	Balances::balance_on_hold(&HoldReason::Fee.into(), &who.to_account_id())
}

#[test]
fn a_jury_rules_and_the_orders_money_follows() {
	market(12, || {
		let (buyer, curator) = (wusd(BUYER), wusd(CURATOR));
		let order = disputed();
		let fee = 3 * params::disputes::JurorFee::get();
		assert_eq!((posted(BUYER), posted(CURATOR)), (fee, 0));
		let case = about(order).id;
		assert_noop!(
			Escrow::resolve(RuntimeOrigin::root(), order, Permill::one()),
			pallet_escrow::Error::<Runtime>::CaseOpen
		);
		assert_ok!(submit(CURATOR, Disputes_::answer { case }));
		assert_ok!(submit(CURATOR, Disputes_::submit_evidence { case, hash: [9; 32] }));
		until(case, Phase::Drawing);
		let began = System::block_number();
		until(case, Phase::Commit);
		let (_, known_since) =
			<<Runtime as pallet_disputes::Config>::Randomness as frame_support::traits::Randomness<
				Hash,
				BlockNumber,
			>>::random(&[]);
		assert!(known_since > began, "the randomness could have been known: {known_since}, {began}");
		let drawn = jurors(case);
		assert_eq!(drawn.len(), 3);
		let before: Vec<_> = drawn.iter().map(souk).collect();
		vote(case, Ruling::Buyer);
		let verdict = Some(Verdict { ruling: Ruling::Buyer, decided: true });
		assert_eq!((about(order).phase, about(order).verdict), (Phase::Appeal, verdict));
		assert_eq!(state(order), OrderState::Disputed);

		let seller = souk(&CURATOR.to_account_id());
		next_blocks(SPAN);
		assert_eq!(about(order).ended, Some((Ending::Ruled, Ruling::Buyer)));
		assert_eq!((state(order), wusd(BUYER), wusd(CURATOR)), (OrderState::Refunded, buyer, curator));
		assert_eq!((posted(BUYER), posted(CURATOR)), (0, 0));
		assert_eq!(souk(&CURATOR.to_account_id()), seller - fee);
		for (who, before) in drawn.iter().zip(before) {
			assert_eq!(souk(who), before + fee / 3);
		}
		// It is forgotten by itself.
		let kept = params::disputes::KeepFor::get();
		let due = pallet_disputes::Cases::<Runtime>::get(case.to_be_bytes()).expect("it is kept").due;
		assert_eq!(due, System::block_number() + kept);
	});
}

#[test]
fn an_appeal_goes_to_a_larger_jury_that_has_not_ruled_on_it() {
	market(24, || {
		let curator = wusd(CURATOR);
		let order = disputed();
		let case = about(order).id;
		assert_ok!(submit(CURATOR, Disputes_::answer { case }));
		until(case, Phase::Commit);
		let first = jurors(case);
		vote(case, Ruling::Buyer);
		assert_ok!(submit(CURATOR, Disputes_::appeal { case }));
		until(case, Phase::Commit);
		let second = jurors(case);
		assert_eq!(second.len(), 7);
		assert!(second.iter().all(|who| !first.contains(who)));
		vote(case, Ruling::Seller);
		next_blocks(SPAN);
		assert_eq!((state(order), wusd(CURATOR)), (OrderState::Released, curator + PRICE));
	});
}

#[test]
fn a_pool_of_two_leaves_it_to_governance_and_to_time() {
	market(2, || {
		let (ruled, left) = (disputed(), disputed());
		assert!(Disputes::case_about(ruled).is_none());
		assert_eq!(posted(BUYER), 0);
		assert_ok!(Escrow::resolve(RuntimeOrigin::root(), ruled, Permill::one()));
		assert_eq!(state(ruled), OrderState::Refunded);
		let due = Escrow::order_details(left).and_then(|view| view.due).expect("it waits");
		assert_eq!(due, System::block_number() + params::escrow::DisputeTimeout::get());
	});
}

#[test]
fn a_seller_who_does_not_answer_has_lost() {
	market(5, || {
		let buyer = wusd(BUYER);
		let order = disputed();
		next_blocks(SPAN);
		assert_eq!(about(order).ended, Some((Ending::Default, Ruling::Buyer)));
		assert_eq!((state(order), wusd(BUYER), posted(BUYER)), (OrderState::Refunded, buyer, 0));
	});
}

#[test]
fn a_seller_who_is_away_before_the_delivery_loses_nothing_of_her_bond() {
	for was_delivered in [true, false] {
		market(5, || {
			let (buyer, bond) = (wusd(BUYER), 400 * SOUK);
			let call = pallet_curation::Call::<Runtime>::bond { listing: LISTING, amount: bond };
			assert_ok!(dispatch(CURATOR.to_account_id(), call));
			let order = if was_delivered { delivered() } else { ordered() };
			assert_ok!(submit(BUYER, Escrow_::dispute { order, evidence: SHOWN }));
			next_blocks(SPAN);
			assert_eq!(about(order).ended, Some((Ending::Default, Ruling::Buyer)));
			assert_eq!((state(order), wusd(BUYER)), (OrderState::Refunded, buyer));
			let lost = if was_delivered { bond / 20 } else { 0 };
			assert_eq!(Curation::curator_bond(LISTING).active, bond - lost);
			assert_eq!(Stakes::against(LISTING), u32::from(was_delivered));
		});
	}
}

#[test]
fn a_seller_who_disputes_does_not_shorten_the_buyers_window() {
	market(5, || {
		let order = delivered();
		next_blocks(3);
		assert_ok!(submit(CURATOR, Escrow_::dispute { order, evidence: SHOWN }));
		let view = Escrow::order_details(order).expect("it is kept");
		let window = view.window_until.expect("it was delivered");
		let case = about(order);
		assert!(window > case.opened_at + SPAN);
		assert_eq!(case.until, window);
		assert!(view.due >= Some(case.opened_at + case.terms.longest()));
	});
}

/// An order of which nothing was delivered, and a jury has ruled for the buyer.
fn ruled_undelivered() -> OrderId {
	let order = ordered();
	assert_ok!(submit(BUYER, Escrow_::dispute { order, evidence: SHOWN }));
	let case = about(order).id;
	assert_ok!(submit(CURATOR, Disputes_::answer { case }));
	until(case, Phase::Commit);
	vote(case, Ruling::Buyer);
	order
}

#[test]
fn what_a_jury_has_ruled_on_is_rated_though_nothing_was_delivered() {
	use pallet_reputation::Deal;
	type Reputation_ = pallet_reputation::Call<Runtime>;
	market(12, || {
		let order = ruled_undelivered();
		let not_found = pallet_reputation::Error::<Runtime>::NotFound;
		assert_eq!(submit(BUYER, has_lost(order)), Err(not_found.into()));
		next_blocks(SPAN);
		assert_eq!(about(order).ended, Some((Ending::Ruled, Ruling::Buyer)));
		assert_eq!(state(order), OrderState::Refunded);
		assert_ok!(submit(BUYER, has_lost(order)));
		assert_ok!(submit(BUYER, Reputation_::rate { deal: Deal::Order(order), score: 1 }));
		assert_ok!(Reputation::do_try_state());
	});
}

#[test]
fn a_buyer_who_confirms_ends_the_case() {
	market(5, || {
		let order = disputed();
		assert_ok!(submit(CURATOR, Disputes_::answer { case: about(order).id }));
		assert_ok!(submit(BUYER, Escrow_::confirm { order, milestone: 0 }));
		assert_eq!(about(order).ended, Some((Ending::Settled, Ruling::Seller)));
		assert_eq!((state(order), posted(BUYER), posted(CURATOR)), (OrderState::Released, 0, 0));
	});
}

/// The winner of a dispute says who has lost it.
fn has_lost(order: OrderId) -> pallet_reputation::Call<Runtime> {
	let (kind, hash) = (pallet_reputation::CredentialKind::DisputeLost, [8; 32]);
	pallet_reputation::Call::issue_credential { order, kind, hash }
}

/// Gives the listing a bond of [`BONDED`].
fn bond_on_listing() {
	let bond = pallet_curation::Call::<Runtime>::bond { listing: LISTING, amount: BONDED };
	assert_ok!(dispatch(CURATOR.to_account_id(), bond));
}

/// What is left of a bond of [`BONDED`] when so many juries have ruled for the buyer, and the seller then gives in or leaves it at that.
fn left_of_bond(rounds: u32, gives_in: bool) -> Balance {
	let mut left = 0;
	market(24, || {
		bond_on_listing();
		let order = disputed();
		let case = about(order).id;
		assert_ok!(submit(CURATOR, Disputes_::answer { case }));
		for round in 0..rounds {
			if round > 0 {
				assert_ok!(submit(CURATOR, Disputes_::appeal { case }));
			}
			until(case, Phase::Commit);
			vote(case, Ruling::Buyer);
		}
		if gives_in {
			assert_ok!(submit(CURATOR, Escrow_::cancel { order }));
		} else {
			next_blocks(SPAN);
		}
		let how = if gives_in { Ending::Settled } else { Ending::Ruled };
		assert_eq!(about(order).ended, Some((how, Ruling::Buyer)));
		assert_eq!((state(order), posted(BUYER), posted(CURATOR)), (OrderState::Refunded, 0, 0));
		assert_eq!(Stakes::against(LISTING), 1);
		assert_ok!(submit(BUYER, has_lost(order)));
		left = Curation::curator_bond(LISTING).active;
	});
	left
}

#[test]
fn a_seller_who_gives_in_after_a_ruling_loses_what_the_ruling_takes() {
	for rounds in [1, 2] {
		let left = [true, false].map(|gives_in| left_of_bond(rounds, gives_in));
		assert_eq!(left, [BONDED - BONDED / 20; 2], "after {rounds} rulings");
	}
}

#[test]
fn a_seller_who_gives_in_before_a_ruling_loses_nothing_of_her_bond() {
	market(12, || {
		bond_on_listing();
		let order = disputed();
		let case = about(order).id;
		assert_ok!(submit(CURATOR, Disputes_::answer { case }));
		until(case, Phase::Commit);
		assert_ok!(submit(CURATOR, Escrow_::cancel { order }));
		assert_eq!(about(order).ended, Some((Ending::Settled, Ruling::Buyer)));
		assert_eq!((Curation::curator_bond(LISTING).active, Stakes::against(LISTING)), (BONDED, 0));
		assert_eq!(submit(BUYER, has_lost(order)), Err(pallet_reputation::Error::<Runtime>::NotLost.into()));
	});
}

#[test]
fn a_buyer_who_gives_in_after_a_ruling_has_lost() {
	market(12, || {
		let order = disputed();
		let case = about(order).id;
		assert_ok!(submit(CURATOR, Disputes_::answer { case }));
		until(case, Phase::Commit);
		vote(case, Ruling::Seller);
		assert_ok!(submit(BUYER, Escrow_::confirm { order, milestone: 0 }));
		assert_eq!(about(order).ended, Some((Ending::Settled, Ruling::Seller)));
		assert_eq!(Stakes::against(LISTING), 0);
		assert_ok!(submit(CURATOR, has_lost(order)));
	});
}

#[test]
fn what_was_ruled_on_and_given_back_before_a_delivery_is_rated() {
	use pallet_reputation::Deal;
	type Reputation_ = pallet_reputation::Call<Runtime>;
	market(12, || {
		let order = ruled_undelivered();
		assert_ok!(submit(CURATOR, Escrow_::cancel { order }));
		assert_eq!(state(order), OrderState::Refunded);
		assert_ok!(submit(BUYER, has_lost(order)));
		assert_ok!(submit(BUYER, Reputation_::rate { deal: Deal::Order(order), score: 1 }));
		assert_ok!(Reputation::do_try_state());
	});
}

#[test]
fn nobody_joins_or_begins_a_drawing_while_its_randomness_is_gathered() {
	market(3, || {
		let order = disputed();
		let case = about(order).id;
		assert_ok!(submit(CURATOR, Disputes_::answer { case }));
		until(case, Phase::Drawing);
		let began = System::block_number();
		// One of the three makes room for somebody who may have been chosen to be lucky.
		assert_ok!(dispatch(arbitrator(0), Disputes_::leave_pool {}));
		next_blocks(1);
		let (late, joined) = (arbitrator(3), System::block_number());
		assert_ok!(Balances::force_set_balance(RuntimeOrigin::root(), late.clone().into(), 1_000 * SOUK));
		assert_ok!(dispatch(late.clone(), Disputes_::join_pool { bond: BOND, key: [9; 32] }));
		until(case, Phase::Commit);
		// The epoch that gathered it began after both.
		let (gathered_since, _) = pallet_babe::EpochStart::<Runtime>::get();
		assert!(jurors(case).contains(&late));
		assert!(began < joined && joined < gathered_since, "{began}, {joined}, {gathered_since}");
	});
}

/// The buyer takes an offer in two equal parts, of which the first one is delivered.
fn in_two_parts() -> OrderId {
	let order = pallet_escrow::NextOrderId::<Runtime>::get();
	let part = MilestoneTerms { amount: PRICE / 2, deliver_within: SPAN, confirm_within: SPAN };
	let milestones = vec![part; 2].try_into().expect("they fit");
	let (buyer, asset) = (BUYER.to_account_id(), price().asset);
	assert_ok!(submit(CURATOR, Escrow_::offer { listing: LISTING, buyer, asset, milestones, terms: None }));
	assert_ok!(submit(BUYER, Escrow_::fund { order }));
	assert_ok!(submit(CURATOR, Escrow_::mark_delivered { order, milestone: 0, evidence: None }));
	order
}

#[test]
fn who_has_settled_the_quarrel_over_one_part_disputes_the_next() {
	market(5, || {
		let (had, order) = (wusd(BUYER), in_two_parts());
		// The seller does not agree with anything herself, so that nobody could disagree with the next part.
		assert_ok!(submit(CURATOR, Escrow_::dispute { order, evidence: SHOWN }));
		let first = about(order).id;
		assert_ok!(submit(BUYER, Escrow_::confirm { order, milestone: 0 }));
		assert_eq!(about(order).ended, Some((Ending::Settled, Ruling::Seller)));

		assert_ok!(submit(CURATOR, Escrow_::mark_delivered { order, milestone: 1, evidence: None }));
		assert_ok!(submit(BUYER, Escrow_::dispute { order, evidence: SHOWN }));
		let second = about(order);
		assert!(second.id != first && second.phase == Phase::Opened);
		next_blocks(SPAN);
		assert_eq!((state(order), wusd(BUYER)), (OrderState::Refunded, had - PRICE / 2));
	});
}

#[test]
fn who_has_lost_the_quarrel_over_one_part_and_gives_in_cannot_have_it_forgotten_by_the_next() {
	market(12, || {
		let (had, order) = (wusd(BUYER), in_two_parts());
		assert_ok!(submit(BUYER, Escrow_::dispute { order, evidence: SHOWN }));
		let case = about(order).id;
		assert_ok!(submit(CURATOR, Disputes_::answer { case }));
		until(case, Phase::Commit);
		vote(case, Ruling::Seller);
		assert_ok!(submit(BUYER, Escrow_::confirm { order, milestone: 0 }));
		assert_eq!(about(order).ended, Some((Ending::Settled, Ruling::Seller)));
		// As the ruling would have: the part is paid, and the next one goes back.
		assert_eq!((state(order), wusd(BUYER)), (OrderState::Released, had - PRICE / 2));
		let again = submit(BUYER, Escrow_::dispute { order, evidence: SHOWN });
		assert_eq!(again, Err(pallet_escrow::Error::<Runtime>::Ended.into()));
		assert_eq!(about(order).id, case);
		assert_ok!(submit(CURATOR, has_lost(order)));
	});
}

#[test]
fn the_curator_and_her_nodes_do_not_rule_on_her_orders() {
	market(2, || {
		for who in [CURATOR, BUYER] {
			assert_ok!(dispatch(who.to_account_id(), Disputes_::join_pool { bond: BOND, key: [1; 32] }));
		}
		let order = disputed();
		assert!(Disputes::case_about(order).is_none(), "there are two who may rule on it");
		assert_eq!(state(order), OrderState::Disputed);
	});
}

#[test]
fn those_who_back_her_do_not_rule_on_her_orders() {
	market(3, || {
		let (curator, backed) = (CURATOR.to_account_id(), 100 * SOUK);
		let bond = pallet_curation::Call::<Runtime>::bond { listing: LISTING, amount: 4 * backed };
		assert_ok!(dispatch(curator.clone(), bond));
		let share = Permill::from_percent(20);
		let open = pallet_backing::Call::<Runtime>::open_backing { listing: LISTING, share, most: backed };
		assert_ok!(dispatch(curator, open));
		let before = disputed();
		assert!(Disputes::case_about(before).is_some());
		let back = pallet_backing::Call::<Runtime>::back { listing: LISTING, amount: backed };
		assert_ok!(dispatch(arbitrator(0), back));
		let after = disputed();
		assert!(Disputes::case_about(after).is_none(), "there are two who may rule on it");
	});
}

#[test]
fn an_order_waits_longer_than_its_case_can_take() {
	market(5, || {
		let order = disputed();
		let view = about(order);
		let due = Escrow::order_details(order).and_then(|view| view.due).expect("it waits");
		assert!(due >= view.opened_at + view.terms.longest());
	});
	world("local_testnet").execute_with(|| {
		let settings = Disputes::settings();
		assert!(settings.unbonding > settings.terms.longest(), "{settings:?}");
		assert!(settings.min_bond >= settings.terms.juror_stake);
	});
}

fn lost(listing: ListingId) -> Offence<AccountId> {
	Offence {
		kind: OffenceKind::LostDispute,
		listing,
		node: None,
		curator_answers: true,
		reporter: None,
		began: System::block_number(),
		harmed_for: u32::MAX,
		basis: Basis::Ruling { case: 0 },
		evidence: [0; 32],
	}
}

#[test]
fn a_lost_dispute_costs_a_part_of_the_listings_bond() {
	market(0, || {
		let bond = 400 * SOUK;
		let create = Listings_::create {
			name: b"data".to_vec().try_into().expect("it is short"),
			kind: ListingKind::DataProduct,
			details: details(),
			plans: Default::default(),
			payouts: PayoutSplit { workers: Permill::zero(), persistence: Permill::zero() },
		};
		assert_ok!(dispatch(CURATOR.to_account_id(), create));
		let call = pallet_curation::Call::<Runtime>::bond { listing: LISTING + 1, amount: bond };
		assert_ok!(dispatch(CURATOR.to_account_id(), call));
		let before = souk(&TreasuryAccount::get());
		Stakes::commit(lost(LISTING + 1));
		assert_eq!(souk(&TreasuryAccount::get()), before + bond / 20);
		assert_eq!(Curation::curator_bond(LISTING + 1).active, bond - bond / 20);
		// A service has no bond to lose.
		assert_eq!(Stakes::commit(lost(LISTING)), 0);
		assert_ok!(Curation::do_try_state());
	});
}

/// What is unbonded is free after so many blocks, if nothing keeps it.
fn unbonds_within(blocks: BlockNumber) {
	use params::{escrow, market, offences};
	let set = |parameter| {
		assert_ok!(souk_runtime::Parameters::set_parameter(RuntimeOrigin::root(), parameter));
	};
	let unbonding = market::Parameters::UnbondingPeriod(market::UnbondingPeriod, Some(blocks));
	let reports = offences::Parameters::ReportWindow(offences::ReportWindow, Some(blocks - 1));
	let confirm = escrow::Parameters::ConfirmTimeout(escrow::ConfirmTimeout, Some(blocks));
	set(RuntimeParameters::Market(unbonding));
	set(RuntimeParameters::Offences(reports));
	set(RuntimeParameters::Escrow(confirm));
}

#[test]
fn who_unbonds_when_a_case_opens_answers_for_its_ruling() {
	type Curation_ = pallet_curation::Call<Runtime>;
	type Backing_ = pallet_backing::Call<Runtime>;
	const BACKED: Balance = 100 * SOUK;
	market(24, || {
		unbonds_within(SPAN);
		let (curator, backer) = (CURATOR.to_account_id(), Dave.to_account_id());
		assert_ok!(dispatch(curator.clone(), Curation_::bond { listing: LISTING, amount: BONDED }));
		let share = Permill::from_percent(20);
		let open = Backing_::open_backing { listing: LISTING, share, most: BONDED };
		assert_ok!(dispatch(curator.clone(), open));
		assert_ok!(dispatch(backer.clone(), Backing_::back { listing: LISTING, amount: BACKED }));

		let order = disputed();
		let case = about(order).id;
		assert_ok!(dispatch(curator.clone(), Curation_::unbond { listing: LISTING, amount: BONDED }));
		assert_ok!(dispatch(curator.clone(), Backing_::close_backing { listing: LISTING }));
		let at = Curation::curator_bond(LISTING).unlocking[0].1;
		assert_eq!(at, System::block_number() + SPAN);
		let withdraw = || dispatch(curator.clone(), Curation_::withdraw_unbonded { listing: LISTING });
		let leave = || {
			let backer = backer.clone();
			dispatch(curator.clone(), Backing_::withdraw_unbacked { listing: LISTING, backer })
		};
		let waits = || {
			assert!(System::block_number() >= at);
			assert_noop!(withdraw(), pallet_curation::Error::<Runtime>::CaseOpen);
			assert_noop!(leave(), pallet_backing::Error::<Runtime>::CaseOpen);
		};

		// She appeals, and it takes longer.
		assert_ok!(submit(CURATOR, Disputes_::answer { case }));
		until(case, Phase::Commit);
		waits();
		vote(case, Ruling::Buyer);
		waits();
		assert_ok!(submit(CURATOR, Disputes_::appeal { case }));
		until(case, Phase::Commit);
		waits();
		vote(case, Ruling::Buyer);
		next_blocks(SPAN - 1);
		waits();
		next_blocks(1);
		assert_eq!(about(order).ended, Some((Ending::Ruled, Ruling::Buyer)));

		// Both have lost the same part, and have the rest back.
		let part = <<Runtime as pallet_stakes::Config>::Penalties as pallet_stakes::Penalties>::of(
			OffenceKind::LostDispute,
		)
		.curator;
		let (lost, of_backer) = (part.mul_floor(BONDED), part.mul_floor(BACKED));
		assert!(lost > 0 && of_backer > 0);
		assert_eq!(Curation::curator_bond(LISTING).unlocking, vec![(BONDED - lost, at)]);
		assert_ok!(withdraw());
		assert_eq!(Curation::curator_bond(LISTING).unlocking, vec![]);
		let before = souk(&backer);
		assert_ok!(leave());
		assert_eq!(souk(&backer), before + BACKED - of_backer);
		let bonded: RuntimeHoldReason = pallet_curation::HoldReason::CuratorBond.into();
		assert_eq!(Balances::balance_on_hold(&bonded, &curator), 0);
		assert_ok!(Curation::do_try_state());
		assert_ok!(Backing::do_try_state());
	});
}
