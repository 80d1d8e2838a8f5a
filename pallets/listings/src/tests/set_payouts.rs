use super::*;
use souk_primitives::PayoutSplit;
use sp_runtime::Permill;

#[test]
fn the_owner_changes_the_shares() {
	TestExt.execute(|| {
		let id = create_active(1, "weather");
		let split = PayoutSplit { workers: Permill::from_percent(1), persistence: Permill::from_percent(99) };
		assert_ok!(Listings::set_payouts(signed(1), id, split));
		assert_eq!(record(id).payouts, split);
		assert_eq!(record(id).version, 1);
		assert_eq!(events().last(), Some(&Event::PayoutsChanged { listing: id, payouts: split }));
	});
}

#[test]
fn shares_beyond_the_whole_are_refused() {
	TestExt.execute(|| {
		let id = create_active(1, "weather");
		let split = PayoutSplit { workers: Permill::from_percent(2), persistence: Permill::from_percent(99) };
		assert_noop!(Listings::set_payouts(signed(1), id, split), Error::<Test>::InvalidPayouts);
	});
}

#[test]
fn only_the_owner_of_a_listing_that_has_not_ended_changes_them() {
	TestExt.execute(|| {
		let id = create_active(1, "weather");
		assert_noop!(Listings::set_payouts(signed(2), id, payouts()), Error::<Test>::NotAuthorized);
		assert_noop!(Listings::set_payouts(signed(1), id + 1, payouts()), Error::<Test>::NotFound);
		assert_ok!(Listings::retire(signed(1), id));
		assert_noop!(Listings::set_payouts(signed(1), id, payouts()), Error::<Test>::Ended);
	});
}
