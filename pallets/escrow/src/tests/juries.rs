//! Disputes on which a jury rules.

use super::*;
use souk_primitives::reach::{Deals as _, Disputed as _, Juries as _, Ruling, Side};

/// For how many blocks a jury rules at most: longer than a dispute without one.
const LONGEST: u32 = 3 * DISPUTE;

/// Goods in wUSD that were delivered and are disputed by their buyer, with a jury.
fn disputed() -> OrderId {
	Sitting::set(Some(LONGEST));
	let order = order_goods(BUYER, list_service(&WUSD));
	assert_ok!(mark_delivered(CURATOR, order, 0));
	assert_ok!(dispute(BUYER, order));
	order
}

#[test]
fn a_dispute_waits_for_its_jury_and_governance_does_not_rule() {
	TestExt.execute(|| {
		let order = disputed();
		assert_event(Event::Disputed { order, by: BUYER, evidence: EVIDENCE, until: 1 + LONGEST });
		assert_eq!(OpenCases::get(), [(order, Side::Buyer)]);
		assert_noop!(resolve(order, 50), Error::<Test>::CaseOpen);
		advance_to(1 + DISPUTE);
		assert_eq!((state(order), held(&WUSD, BUYER)), (OrderState::Disputed, PRICE));
		// Blocks had no room for the case.
		advance_to(5 + LONGEST);
		assert_eq!((state(order), view(order).due), (OrderState::Disputed, Some(now() + 1)));
		assert_noop!(claim_timeout(OTHER, order), Error::<Test>::NothingDue);
		rule(order, Some(Ruling::Buyer));
		assert_eq!((state(order), spent(&WUSD)), (OrderState::Refunded, 0));
	});
}

#[test]
fn a_ruling_is_executed_at_once() {
	for (ruling, back, ended) in [
		(Ruling::Buyer, 1_000, OrderState::Refunded),
		(Ruling::Seller, 0, OrderState::Released),
		(Ruling::Refused, 300, OrderState::Released),
	] {
		TestExt.execute(|| {
			BuyerShare::set(Permill::from_percent(30));
			let order = disputed();
			rule(order, Some(ruling));
			let buyer_share = Permill::from_rational(back, PRICE);
			assert_event(Event::Resolved { order, buyer_share });
			assert_eq!((state(order), view(order).refunded), (ended, back));
			// What is decided is decided.
			rule(order, Some(Ruling::Buyer));
			rule(77, Some(Ruling::Buyer));
			assert_eq!(view(order).refunded, back);
		});
	}
}

#[test]
fn a_refusal_pays_for_data_that_was_proved() {
	TestExt.execute(|| {
		Sitting::set(Some(LONGEST));
		let (snapshot, _, order) = sold(&WUSD, 0);
		assert_ok!(deliver(order, delivery(&snapshot, order)));
		assert_ok!(dispute(BUYER, order));
		rule(order, Some(Ruling::Refused));
		assert_eq!((state(order), spent(&WUSD)), (OrderState::Released, PRICE));
	});
}

#[test]
fn a_case_without_a_jury_leaves_the_dispute_to_governance_and_to_time() {
	TestExt.execute(|| {
		let (ruled, left) = (disputed(), disputed());
		rule(ruled, None);
		rule(left, None);
		assert_ok!(resolve(ruled, 100));
		assert_eq!(state(ruled), OrderState::Refunded);
		advance_to(1 + LONGEST);
		assert_eq!((state(left), view(left).refunded), (OrderState::Released, PRICE / 2));
	});
}

#[test]
fn who_gives_in_ends_the_case() {
	TestExt.execute(|| {
		let (confirmed, cancelled, neither) = (disputed(), disputed(), disputed());
		assert_ok!(confirm(BUYER, confirmed, 0));
		assert_ok!(cancel(CURATOR, cancelled));
		assert_eq!(SettledCases::get(), [(confirmed, Side::Seller), (cancelled, Side::Buyer)]);
		assert_eq!((state(confirmed), state(cancelled)), (OrderState::Released, OrderState::Refunded));
		assert_eq!(OpenCases::get(), [(neither, Side::Buyer)]);
		rule(neither, Some(Ruling::Seller));
	});
}

/// An order in two parts, of which the buyer disputes the first one, delivered or not. A jury may have decided for a side.
fn disputed_part(asset: &Asset, delivered: bool, decided: Option<Side>) -> OrderId {
	Sitting::set(Some(LONGEST));
	let order = next_order();
	let milestones = vec![milestone(300, 10, 5), milestone(700, 20, 6)].try_into().expect("there are two");
	let (listing, buyer, asset) = (list_service(asset), BUYER, asset.clone());
	let offer = crate::Call::<Test>::offer { listing, buyer, asset, milestones, terms: None };
	assert_ok!(dispatch(CURATOR, offer));
	assert_ok!(fund(BUYER, order));
	if delivered {
		assert_ok!(mark_delivered(CURATOR, order, 0));
	}
	assert_ok!(dispute(BUYER, order));
	Decided::set(decided.map(|side| (order, side)).into_iter().collect());
	order
}

#[test]
fn a_buyer_who_has_lost_a_part_and_gives_in_ends_the_order_as_the_ruling_would_have() {
	for asset in [SOUK, WUSD] {
		for delivered in [true, false] {
			let ended = [true, false].map(|gives_in| {
				let mut ended = None;
				TestExt.execute(|| {
					let order = disputed_part(&asset, delivered, Some(Side::Seller));
					if gives_in {
						assert_ok!(confirm(BUYER, order, 0));
						assert_eq!(SettledCases::get(), [(order, Side::Seller)]);
					} else {
						rule(order, Some(Ruling::Seller));
					}
					// There is no later part to quarrel about, for which the case would be forgotten.
					assert_noop!(dispute(BUYER, order), Error::<Test>::Ended);
					assert_noop!(dispute(CURATOR, order), Error::<Test>::Ended);
					assert_noop!(mark_delivered(CURATOR, order, 1), Error::<Test>::Ended);
					assert!(
						Bench::has_ruled(order) && Escrow::completed(order).expect("it has ended").released
					);
					let view = view(order);
					ended = Some((view.state, view.paid, view.refunded, view.held, spent(&asset)));
				});
				ended.expect("it was played")
			});
			assert_eq!(ended, [(OrderState::Released, 300, 700, 0, 300); 2]);
		}
	}
}

#[test]
fn a_buyer_who_has_not_lost_and_gives_in_goes_on_with_the_next_part() {
	for decided in [None, Some(Side::Buyer)] {
		TestExt.execute(|| {
			let order = disputed_part(&WUSD, true, decided);
			assert_ok!(confirm(BUYER, order, 0));
			let next = view(order);
			assert_eq!((next.state, next.held, spent(&WUSD)), (OrderState::Funded, 700, 300));
			assert_ok!(mark_delivered(CURATOR, order, 1));
			assert_ok!(dispute(BUYER, order));
			assert_eq!(OpenCases::get(), [(order, Side::Buyer)]);
			// What was decided before says nothing of this part.
			assert_ok!(confirm(BUYER, order, 1));
			assert_eq!((state(order), spent(&WUSD)), (OrderState::Released, 1_000));
		});
	}
}

#[test]
fn what_cannot_be_moved_when_who_has_lost_gives_in_is_moved_later_and_no_part_follows() {
	TestExt.execute(|| {
		let order = disputed_part(&WUSD, true, Some(Side::Seller));
		freeze(true);
		assert_ok!(confirm(BUYER, order, 0));
		assert_eq!((state(order), view(order).held), (OrderState::Confirmed, 1_000));
		assert_noop!(dispute(BUYER, order), Error::<Test>::SettlementPending);
		freeze(false);
		assert_ok!(claim_timeout(OTHER, order));
		assert_eq!((state(order), view(order).refunded, spent(&WUSD)), (OrderState::Released, 700, 300));
	});
}

#[test]
fn a_proof_ends_the_case() {
	TestExt.execute(|| {
		Sitting::set(Some(LONGEST));
		let snapshot = Snapshot::corrupt();
		let listing = list_data(&WUSD, snapshot.commitments.clone(), 0);
		let order = order_data(BUYER, listing);
		assert_ok!(deliver(order, delivery(&snapshot, order)));
		assert_ok!(dispute(BUYER, order));
		assert_ok!(prove_bad_chunk(BUYER, order, open_bad_chunk(&snapshot, order, 1)));
		assert_eq!(SettledCases::get(), [(order, Side::Buyer)]);
		assert_eq!(state(order), OrderState::Refunded);
	});
}

#[test]
fn who_cannot_pay_the_jury_does_not_dispute() {
	TestExt.execute(|| {
		Sitting::set(Some(LONGEST));
		let listing = list_service(&SOUK);
		set_price(listing, 50);
		let order = order_goods(POOR, listing);
		assert!(dispute(POOR, order).is_err());
		assert_eq!(state(order), OrderState::Funded);
		Sitting::set(None);
		assert_ok!(dispute(POOR, order));
	});
}

#[test]
fn nobody_with_a_part_in_an_order_rules_on_it() {
	TestExt.execute(|| {
		let order = disputed();
		for who in [BUYER, CURATOR].into_iter().chain(WORKERS).chain(NODES) {
			assert!(Escrow::concerns(order, &who), "{who}");
		}
		for who in [OTHER, NODE, TREASURY, STRANGER] {
			assert!(!Escrow::concerns(order, &who), "{who}");
		}
		assert!(!Escrow::concerns(77, &BUYER));
		rule(order, Some(Ruling::Seller));
	});
}

#[test]
fn a_seller_strikes_nobody_from_juries_by_assigning_their_node() {
	TestExt.execute(|| {
		let order = disputed();
		refuse(view(order).listing, NODES[0]);
		assert!(!Escrow::concerns(order, &NODES[0]), "it has not agreed");
		assert!(NODES[1..].iter().chain(&WORKERS).all(|node| Escrow::concerns(order, node)));
		rule(order, Some(Ruling::Seller));
	});
}

#[test]
fn who_backs_the_listing_does_not_rule_on_its_orders() {
	TestExt.execute(|| {
		let order = disputed();
		let (listing, backer) = (view(order).listing, OTHER);
		let another = list_service(&WUSD);
		BackedBy::set(vec![(another, backer)]);
		assert!(!Escrow::concerns(order, &backer));
		BackedBy::set(vec![(listing, backer)]);
		assert!(Escrow::concerns(order, &backer));
		assert!(!Escrow::concerns(order, &STRANGER) && !Escrow::concerns(77, &backer));
		rule(order, Some(Ruling::Seller));
	});
}

#[test]
fn juries_hear_what_was_delivered_and_what_of_that_was_proved() {
	TestExt.execute(|| {
		let heard = |order| (Escrow::is_delivered(order), Escrow::is_proved(order));
		let parts = [milestone(200, 10, 5), milestone(300, 10, 5)];
		let goods = offer(list_service(&WUSD), &parts);
		assert_ok!(fund(BUYER, goods));
		assert_eq!(heard(goods), (false, false));
		assert_ok!(mark_delivered(CURATOR, goods, 0));
		assert_eq!(heard(goods), (true, false));
		// Of the next part nothing was.
		assert_ok!(confirm(BUYER, goods, 0));
		assert_eq!(heard(goods), (false, false));
		assert_ok!(mark_delivered(CURATOR, goods, 1));
		assert_eq!(heard(goods), (true, false));
		let (snapshot, _, data) = sold(&WUSD, 0);
		assert_eq!(heard(data), (false, false));
		assert_ok!(deliver(data, delivery(&snapshot, data)));
		assert_eq!(heard(data), (true, true));
		assert_ok!(dispute(BUYER, data));
		assert_eq!(heard(data), (true, true));
		assert_eq!(heard(77), (false, false));
	});
}

#[test]
fn juries_hear_until_when_the_buyer_could_have_objected() {
	TestExt.execute(|| {
		Sitting::set(Some(LONGEST));
		let listing = list_service(&WUSD);
		let heard = || LastDispute::get().map(|dispute| (dispute.opener, dispute.window_until));
		let early = order_goods(BUYER, listing);
		assert_ok!(dispute(BUYER, early));
		assert_eq!(heard(), Some((Side::Buyer, None)));
		let order = order_goods(BUYER, listing);
		assert_ok!(mark_delivered(CURATOR, order, 0));
		let window_until = view(order).window_until;
		assert_eq!(window_until, Some(now() + CONFIRM));
		advance_to(now() + 3);
		assert_ok!(dispute(CURATOR, order));
		assert_eq!(heard(), Some((Side::Seller, window_until)));
		for order in [early, order] {
			rule(order, Some(Ruling::Seller));
		}
	});
}
