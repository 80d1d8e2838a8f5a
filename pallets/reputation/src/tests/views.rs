use super::*;

#[test]
fn clients_see_ranges_and_nobody_who() {
	TestExt.execute(|| {
		assert_eq!((Reputation::listing_ratings(0), Reputation::payer_ratings(PAYER)), (None, None));
		for order in 0..4 {
			assert_ok!(rate_order(PAYER, sold(order), 5));
			assert_ok!(rate_order(CURATOR, order, 1));
		}
		let few = RatingRange { at_least: 1, below: Some(5), mean: None };
		assert_eq!(Reputation::listing_ratings(0), Some(few));
		assert_ok!(rate_order(PAYER, sold(4), 5));
		let five = RatingRange { at_least: 5, below: Some(10), mean: Some((46, 50)) };
		assert_eq!(
			(Reputation::listing_ratings(0), Reputation::payer_ratings(PAYER)),
			(Some(five), Some(few))
		);
		assert_eq!(Reputation::listing_ratings(1), None);
	});
}

#[test]
fn who_may_rate_is_told_until_when() {
	TestExt.execute(|| {
		let (order, until) = (Deal::Order(sold(7)), Some(1 + WINDOW));
		served(0, OTHER);
		let may = |deal: &Deal<AccountId>, who| Reputation::may_rate(deal.clone(), who);
		assert_eq!((may(&order, PAYER), may(&order, CURATOR), may(&order, OTHER)), (until, until, None));
		assert_eq!((may(&period(0, OTHER), OTHER), may(&period(0, OTHER), CURATOR)), (until, until));
		assert_eq!((may(&period(0, PAYER), PAYER), may(&Deal::Order(9), PAYER)), (None, None));
		assert_ok!(rate(PAYER, order.clone(), 5));
		assert_eq!((may(&order, PAYER), may(&order, CURATOR)), (None, until));
		serve(0, NodeRole::Worker, OTHER, 0, u32::MAX);
		assert_eq!(may(&period(0, OTHER), OTHER), None);
	});
}

#[test]
fn the_credentials_of_an_account_come_in_pages() {
	TestExt.execute(|| {
		for order in [300, 7, 40] {
			assert_ok!(issue(PAYER, sold(order), TrustedSeller));
		}
		assert_ok!(issue(CURATOR, 40, ReliablePayer));
		let ids = |who, after, limit| {
			let page = Reputation::credentials_of(who, after, limit);
			page.into_iter().map(|view| view.id).collect::<Vec<_>>()
		};
		let all =
			[id(7, TrustedSeller), id(40, TrustedSeller), id(40, ReliablePayer), id(300, TrustedSeller)];
		for who in [PAYER, CURATOR] {
			assert_eq!(ids(who, None, u32::MAX), all);
			assert_eq!(ids(who, Some(all[1]), 1), all[2..3]);
			assert_eq!(ids(who, Some(all[3]), 9), []);
			assert_eq!(ids(who, None, 0), []);
		}
		assert_eq!(ids(OTHER, None, 9), []);
	});
}

#[test]
fn the_numbers_are_those_of_the_present() {
	TestExt.execute(|| {
		let settings = ReputationSettings { window: WINDOW, memory: MEMORY, credential_life: LIFE };
		assert_eq!(Reputation::settings(), settings);
	});
}

#[test]
fn a_key_is_a_credentials_name() {
	for kind in [TrustedSeller, ReliablePayer, DisputeLost] {
		let id = id(0x0102_0304_0506_0708, kind);
		assert_eq!(CredentialId::of(id.key()), Some(id));
	}
	assert_eq!(CredentialId::of([9; 9]), None);
}
