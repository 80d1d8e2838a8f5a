use super::*;

#[test]
fn a_tab_holds_what_is_put_on_it_and_pays_nobody() {
	TestExt.execute(|| {
		let (listing, tab) = open_tab();
		assert_event(Event::Opened {
			tab,
			listing,
			payer: PAYER,
			plan: 0,
			limit: LIMIT,
			until: 1 + LIFETIME,
		});
		assert_eq!((held(&WUSD, &PAYER), spent()), (LIMIT, 0));
		assert_eq!(deposit(&PAYER), Market::tab_deposit(&PAYER, listing));
		let view = view(tab);
		assert_eq!((view.limit, view.held, view.free), (LIMIT, LIMIT, LIMIT));
		assert_eq!((view.key, view.price, view.open), (public(KEY), price(WUSD, PRICE), true));
		assert_eq!((view.phase, view.due), (Phase::Open { until: 1 + LIFETIME }, 1 + LIFETIME));
		assert!(view.earners.is_empty());
	});
}

#[test]
fn without_a_key_the_payer_signs() {
	TestExt.execute(|| {
		let (listing, payer) = (list(), account_of(PAYER_KEY));
		let call = crate::Call::<Test>::open_tab {
			listing,
			plan: 0,
			key: None,
			limit: LIMIT,
			max_price: price(WUSD, PRICE),
		};
		assert_ok!(dispatch(payer, call));
		assert_eq!(view(0).key, public(PAYER_KEY));
		let promise = Voucher { tab: 0, node: NODES[0].clone().into(), counter: 1, amount: PRICE };
		assert_ok!(settle(&NODES[0], signed_by(PAYER_KEY, promise)));
	});
}

#[test]
fn any_number_of_tabs_are_open_at_once() {
	TestExt.execute(|| {
		let listing = list();
		let tabs: Vec<_> = (0..3).map(|_| opened(listing, LIMIT)).collect();
		assert_eq!(tabs, [0, 1, 2]);
		assert_eq!(held(&WUSD, &PAYER), 3 * LIMIT);
	});
}

fn opening(plan: u8, limit: Balance, max_price: souk_primitives::Price) -> crate::Call<Test> {
	crate::Call::<Test>::open_tab { listing: 0, plan, key: None, limit, max_price }
}

#[test]
fn only_queries_of_active_listings_that_cost_something_have_tabs() {
	TestExt.execute(|| {
		let agreed = || price(WUSD, PRICE);
		let call = || opening(0, LIMIT, agreed());
		assert_noop!(dispatch(PAYER, call()), Error::<Test>::UnknownListing);
		list();
		for state in
			[ListingState::Draft, ListingState::Paused, ListingState::Retired, ListingState::TakenDown]
		{
			set_state(0, state);
			assert_noop!(dispatch(PAYER, call()), Error::<Test>::NotForSale);
		}
		set_state(0, ListingState::Active);
		assert_noop!(dispatch(PAYER, opening(9, LIMIT, agreed())), Error::<Test>::UnknownPlan);
		for plan in [1, 2] {
			assert_noop!(dispatch(PAYER, opening(plan, LIMIT, agreed())), Error::<Test>::NotSoldHere);
		}
		assert_noop!(dispatch(PAYER, opening(3, LIMIT, agreed())), Error::<Test>::OfferGone);
		set_bond_too_small(0, true);
		assert_noop!(dispatch(PAYER, call()), Error::<Test>::BondTooSmall);
		set_bond_too_small(0, false);
		assert_ok!(dispatch(PAYER, call()));
	});
}

#[test]
fn nobody_pays_more_than_they_agreed_to() {
	TestExt.execute(|| {
		let listing = list();
		let call = |amount| opening(0, LIMIT, price(WUSD, amount));
		assert_noop!(dispatch(PAYER, call(PRICE - 1)), Error::<Test>::TooExpensive);
		set_price(listing, WUSD, PRICE + 1);
		assert_noop!(dispatch(PAYER, call(PRICE)), Error::<Test>::TooExpensive);
		set_price(listing, WUSD, PRICE / 2);
		assert_ok!(dispatch(PAYER, call(PRICE)));
		assert_eq!(view(0).price.amount, PRICE / 2);
	});
}

#[test]
fn the_price_and_the_split_are_those_of_the_day() {
	TestExt.execute(|| {
		let (listing, tab) = open_tab();
		set_price(listing, WUSD, 7 * PRICE);
		set_split(listing, 0, 0);
		assert_eq!(view(tab).price.amount, PRICE);
		assert_ok!(settle(&NODES[0], voucher(tab, &NODES[0], 1)));
		// 10 to the treasury; of 90 half to the node, a fifth to the workers.
		assert_eq!(earned(&NODES[0]), 45);
	});
}

#[test]
fn there_is_enough_for_one_query() {
	TestExt.execute(|| {
		list();
		let call = |limit| opening(0, limit, price(WUSD, PRICE));
		assert_noop!(dispatch(PAYER, call(PRICE - 1)), Error::<Test>::LimitTooSmall);
		assert_ok!(dispatch(PAYER, call(PRICE)));
	});
}

#[test]
fn who_cannot_pay_opens_nothing() {
	TestExt.execute(|| {
		list();
		let call = || opening(0, ENDOWMENT + 1, price(WUSD, PRICE));
		assert_noop!(dispatch(PAYER, call()), Error::<Test>::InsufficientFunds);
		assert_noop!(dispatch(STRANGER, call()), Error::<Test>::DepositUnpaid);
		// Has SOUK for the deposit, and no wUSD.
		assert!(dispatch(POOR, opening(0, LIMIT, price(WUSD, PRICE))).is_err());
		assert_eq!((deposit(&POOR), held(&WUSD, &POOR)), (0, 0));
	});
}
