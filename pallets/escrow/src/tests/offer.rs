use super::*;

#[test]
fn an_offer_holds_nothing_but_its_makers_deposit() {
	TestExt.execute(|| {
		let listing = list_service(&WUSD);
		let order = offer(listing, &[milestone(300, 10, 5), milestone(700, 20, 6)]);
		assert_event(Event::Offered { order, listing, buyer: BUYER, until: 1 + OFFER });
		let view = view(order);
		assert_eq!((view.state, view.price), (OrderState::Created, at_most(&WUSD, 1_000)));
		assert_eq!((view.held, held(&WUSD, BUYER), deposit(BUYER)), (0, 0, 0));
		assert_eq!((view.depositor, deposit(CURATOR)), (CURATOR, view.deposit));
		assert_eq!((view.due, view.deliver_until, view.funded_at), (Some(1 + OFFER), None, None));
		assert_eq!(view.terms, Some([8; 32]));
		let parts: Vec<_> = view.milestones.iter().map(|part| part.amount).collect();
		assert_eq!(parts, [300, 700]);
	});
}

#[test]
fn a_longer_offer_costs_a_larger_deposit() {
	TestExt.execute(|| {
		let listing = list_service(&WUSD);
		let short = offer(listing, &[milestone(1, 1, 1)]);
		let long = offer(listing, &[milestone(1, 1, 1); 16]);
		assert!(view(long).deposit > view(short).deposit + 15 * 50);
	});
}

#[test]
fn only_the_curator_of_what_is_no_data_product_and_on_sale_offers_it() {
	TestExt.execute(|| {
		let part = [milestone(5, 5, 5)];
		assert_noop!(offer_as(CURATOR, 0, BUYER, &part), Error::<Test>::UnknownListing);
		let listing = list_service(&WUSD);
		assert_noop!(offer_as(OTHER, listing, BUYER, &part), Error::<Test>::NotAuthorized);
		assert_noop!(offer_as(CURATOR, listing, CURATOR, &part), Error::<Test>::OwnListing);
		let data = list_data(&WUSD, Snapshot::good().commitments, BOND);
		assert_noop!(offer_as(CURATOR, data, BUYER, &part), Error::<Test>::WrongDetails);
		set_state(listing, ListingState::Paused);
		assert_noop!(offer_as(CURATOR, listing, BUYER, &part), Error::<Test>::NotForSale);
	});
}

#[test]
fn parts_that_cannot_be_agreed_on_are_refused() {
	TestExt.execute(|| {
		let listing = list_service(&WUSD);
		let with = |parts: &[MilestoneTerms]| offer_as(CURATOR, listing, BUYER, parts);
		assert_noop!(with(&[]), Error::<Test>::NoMilestones);
		assert_noop!(with(&[milestone(1, 1, 1), milestone(0, 1, 1)]), Error::<Test>::ZeroAmount);
		for (deliver, confirm) in [(0, 1), (1, 0), (LONGEST + 1, 1), (1, LONGEST + 1)] {
			assert_noop!(with(&[milestone(1, deliver, confirm)]), Error::<Test>::BadTimeout);
		}
		let most = milestone(Balance::MAX, 1, 1);
		assert_noop!(with(&[most, milestone(1, 1, 1)]), Error::<Test>::TooLarge);
		assert_ok!(with(&[milestone(1, LONGEST, 1)]));
	});
}

#[test]
fn nothing_is_confirmed_later_than_its_bond_may_be_gone() {
	TestExt.execute(|| {
		let listing = list_service(&WUSD);
		let with = |parts: &[MilestoneTerms]| offer_as(CURATOR, listing, BUYER, parts);
		let (longest, longer) = (milestone(1, 1, UNBONDING), milestone(1, 1, UNBONDING + 1));
		assert_noop!(with(&[longer]), Error::<Test>::ConfirmTooLong);
		assert_noop!(with(&[longest, longer]), Error::<Test>::ConfirmTooLong);
		assert_ok!(with(&[longest, longest]));
		// The time for the delivery is another one: before it nothing is disputed that was done.
		assert_ok!(with(&[milestone(1, UNBONDING + 1, UNBONDING)]));
	});
}

#[test]
fn an_offer_that_nobody_takes_expires() {
	TestExt.execute(|| {
		let order = offer(list_service(&WUSD), &[milestone(1_000, 10, 10)]);
		advance_to(OFFER);
		assert_eq!(state(order), OrderState::Created);
		advance_to(1 + OFFER);
		assert_event(Event::TimedOut { order, state: OrderState::Created });
		assert_event(Event::Ended { order, state: OrderState::Refunded });
		assert_noop!(fund(BUYER, order), Error::<Test>::NotOffered);
		assert_eq!((spent(&WUSD), spent(&SOUK)), (0, 0));
	});
}
