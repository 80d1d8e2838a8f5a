use super::*;

fn ids(views: Vec<AskView<AccountId>>) -> Vec<AskId> {
	views.into_iter().map(|view| view.id).collect()
}

#[test]
fn asks_are_listed_by_asker_and_by_listing_in_pages() {
	TestExt.execute(|| {
		let (first, second) = (list(), list());
		for (who, listing) in [(ASKER, first), (OTHER, first), (ASKER, second), (ASKER, first)] {
			assert_ok!(ask_as(who, asking(listing)));
		}
		assert_eq!(ids(Market::asks_by(ASKER, None, 10)), [0, 2, 3]);
		assert_eq!(ids(Market::asks_by(ASKER, None, 2)), [0, 2]);
		assert_eq!(ids(Market::asks_by(ASKER, Some(2), 10)), [3]);
		assert!(ids(Market::asks_by(ASKER, Some(3), 10)).is_empty());
		assert_eq!(ids(Market::asks_of(first, None, 10)), [0, 1, 3]);
		assert_eq!(ids(Market::asks_of(first, Some(0), 1)), [1]);
		assert!(ids(Market::asks_of(7, None, 10)).is_empty());
	});
}

#[test]
fn nodes_see_what_waits_for_them_oldest_first() {
	TestExt.execute(|| {
		let (first, second, third) = (list(), list(), list());
		for listing in [second, first, third, first] {
			asked(asking(listing));
		}
		assert_eq!(ids(Market::waiting(vec![first, second], None, 10)), [0, 1, 3]);
		assert_eq!(ids(Market::waiting(vec![second, first, second], Some(0), 1)), [1]);
		assert_ok!(answer(NODES[0], 1, bundle(first, PERIOD, &total(), 0)));
		assert_eq!(ids(Market::waiting(vec![first, second], None, 10)), [0, 3]);
		advance_to(1 + WAIT);
		assert!(ids(Market::waiting(vec![first, second, third], None, 10)).is_empty());
		assert_eq!(ids(Market::asks_of(first, None, 10)), [1, 3], "what has ended is kept");
	});
}

#[test]
fn no_page_is_longer_than_the_chain_allows() {
	TestExt.execute(|| {
		let listing = list();
		(0..ASK_PAGE + 5).for_each(|_| {
			asked(Asking { bounty: Price { asset: WUSD, amount: 10 }, ..asking(listing) });
		});
		assert_eq!(Market::asks_by(ASKER, None, u32::MAX).len(), ASK_PAGE as usize);
		assert_eq!(Market::waiting(vec![listing], None, u32::MAX).len(), ASK_PAGE as usize);
		assert_eq!(Market::asks_of(listing, None, 0), vec![]);
	});
}

#[test]
fn clients_learn_the_numbers() {
	TestExt.execute(|| {
		let settings = Market::settings();
		assert_eq!((settings.max_wait, settings.keep_for), (LONGEST, KEEP));
		assert_eq!(settings.max_bundle, MAX_BUNDLE);
		assert_eq!(settings.protocol_fee, Fee::get());
	});
}
