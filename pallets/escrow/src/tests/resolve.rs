use super::*;
use sp_runtime::DispatchError;

fn disputed(asset: &Asset) -> OrderId {
	let order = order_goods(BUYER, list_service(asset));
	assert_ok!(mark_delivered(CURATOR, order, 0));
	assert_ok!(dispute(BUYER, order));
	order
}

#[test]
fn a_ruling_divides_what_is_held() {
	for asset in [SOUK, WUSD] {
		for (percent, back, ended) in [
			(0, 0, OrderState::Released),
			(25, 250, OrderState::Released),
			(100, 1_000, OrderState::Refunded),
		] {
			TestExt.execute(|| {
				let order = disputed(&asset);
				assert_ok!(resolve(order, percent));
				let buyer_share = Permill::from_percent(percent);
				assert_event(Event::Resolved { order, buyer_share });
				assert_eq!((state(order), view(order).refunded), (ended, back));
				assert_eq!(spent(&asset), PRICE - back);
			});
		}
	}
}

#[test]
fn only_governance_rules_and_only_on_disputes() {
	TestExt.execute(|| {
		assert_noop!(resolve(0, 50), Error::<Test>::NotFound);
		let order = order_goods(BUYER, list_service(&WUSD));
		assert_noop!(resolve(order, 50), Error::<Test>::NotDisputed);
		assert_ok!(dispute(BUYER, order));
		let buyer_share = Permill::from_percent(50);
		for who in [BUYER, CURATOR, TREASURY] {
			let ruled = dispatch(who, crate::Call::<Test>::resolve { order, buyer_share });
			assert_noop!(ruled, DispatchError::BadOrigin);
		}
		assert_ok!(resolve(order, 50));
		assert_noop!(resolve(order, 50), Error::<Test>::Ended);
	});
}

#[test]
fn a_ruling_may_also_give_data_back() {
	TestExt.execute(|| {
		let (snapshot, _, order) = sold(&WUSD, 0);
		assert_ok!(deliver(order, delivery(&snapshot, order)));
		assert_ok!(dispute(BUYER, order));
		assert_ok!(resolve(order, 100));
		assert_eq!((state(order), spent(&WUSD)), (OrderState::Refunded, 0));
	});
}

#[test]
fn rounding_is_the_sellers() {
	TestExt.execute(|| {
		let listing = list_service(&WUSD);
		set_price(listing, 101);
		let order = order_goods(BUYER, listing);
		assert_ok!(dispute(BUYER, order));
		assert_ok!(resolve(order, 50));
		assert_eq!((view(order).refunded, view(order).paid), (50, 51));
	});
}
