use super::*;

fn ids(views: Vec<OrderView<AccountId>>) -> Vec<OrderId> {
	views.into_iter().map(|view| view.id).collect()
}

#[test]
fn orders_are_listed_by_buyer_and_by_listing_page_by_page() {
	TestExt.execute(|| {
		let (one, two) = (list_service(&WUSD), list_service(&WUSD));
		for who in [BUYER, OTHER, BUYER, BUYER, OTHER] {
			order_goods(who, one);
			order_goods(who, two);
		}
		assert_eq!(ids(Escrow::orders_of(BUYER, None, 4)), [0, 1, 4, 5]);
		assert_eq!(ids(Escrow::orders_of(BUYER, Some(5), 4)), [6, 7]);
		assert!(ids(Escrow::orders_of(BUYER, Some(7), 4)).is_empty());
		assert_eq!(ids(Escrow::sales_of(two, None, 3)), [1, 3, 5]);
		assert_eq!(ids(Escrow::sales_of(two, Some(5), 9)), [7, 9]);
		assert!(ids(Escrow::sales_of(9, None, 9)).is_empty());
		assert!(ids(Escrow::orders_of(BUYER, None, 0)).is_empty());
	});
}

#[test]
fn a_page_has_an_end() {
	TestExt.execute(|| {
		let listing = list_service(&WUSD);
		set_price(listing, 1);
		for _ in 0..ORDER_PAGE + 5 {
			order_goods(BUYER, listing);
		}
		assert_eq!(Escrow::orders_of(BUYER, None, u32::MAX).len(), ORDER_PAGE as usize);
		assert_eq!(Escrow::sales_of(listing, None, u32::MAX).len(), ORDER_PAGE as usize);
		assert_eq!(Escrow::orders_of(BUYER, Some(u64::from(ORDER_PAGE) - 1), 9).len(), 5);
	});
}

#[test]
fn what_waits_for_a_key_is_found_by_listing_oldest_first() {
	TestExt.execute(|| {
		let snapshot = Snapshot::good();
		let listings: Vec<_> = (0..3).map(|_| list_data(&WUSD, snapshot.commitments.clone(), BOND)).collect();
		let orders: Vec<_> = [2, 0, 1, 0, 2, 1].map(|at| order_data(BUYER, listings[at])).to_vec();
		order_goods(BUYER, list_service(&WUSD));
		assert_eq!(ids(Escrow::awaiting(listings.clone(), None, 64)), orders);
		assert_eq!(ids(Escrow::awaiting(listings.clone(), None, 4)), orders[..4]);
		assert_eq!(ids(Escrow::awaiting(listings.clone(), Some(orders[3]), 64)), orders[4..]);
		// The order of the question and its repetitions do not matter.
		let asked = vec![listings[2], listings[0], listings[2]];
		assert_eq!(ids(Escrow::awaiting(asked, None, 64)), [0, 1, 3, 4]);
		assert_ok!(deliver(orders[0], open_delivery(&snapshot, orders[0])));
		assert_ok!(cancel(CURATOR, orders[1]));
		assert_eq!(ids(Escrow::awaiting(listings.clone(), None, 64)), orders[2..]);
		assert!(ids(Escrow::awaiting(vec![], None, 64)).is_empty());
		advance_to(1 + DELIVERY);
		assert!(ids(Escrow::awaiting(listings, None, 64)).is_empty());
	});
}

#[test]
fn more_listings_than_a_page_are_not_looked_at() {
	TestExt.execute(|| {
		let snapshot = Snapshot::good();
		let listings: Vec<_> =
			(0..=ORDER_PAGE).map(|_| list_data(&WUSD, snapshot.commitments.clone(), BOND)).collect();
		let (first, last) = (order_data(BUYER, listings[0]), order_data(BUYER, listings[64]));
		assert_eq!(ids(Escrow::awaiting(listings, None, 64)), [first]);
		assert_eq!(ids(Escrow::awaiting(vec![64], None, 64)), [last]);
	});
}

#[test]
fn the_settings_are_those_of_the_runtime() {
	TestExt.execute(|| {
		Margin::set(Permill::from_percent(3));
		let settings = Escrow::settings();
		assert_eq!((settings.challenge_window, settings.delivery_timeout), (WINDOW, DELIVERY));
		assert_eq!((settings.goods_timeout, settings.confirm_timeout), (GOODS, CONFIRM));
		assert_eq!((settings.offer_timeout, settings.dispute_timeout), (OFFER, DISPUTE));
		assert_eq!(settings.dispute_buyer_share, Permill::from_percent(50));
		assert_eq!(settings.cover_margin, Permill::from_percent(3));
		assert_eq!((settings.bad_chunk_slash, settings.keep_for), (Permill::from_percent(10), KEEP));
	});
}

#[test]
fn an_order_that_does_not_exist_has_no_details() {
	TestExt.execute(|| assert_eq!(Escrow::order_details(0), None));
}
