use super::*;

#[test]
fn a_listing_ends_from_every_state_that_is_not_final() {
	TestExt.execute(|| {
		let draft = create(1, "draft", ListingKind::Service);
		let active = create_active(1, "active");
		let paused = create_active(1, "paused");
		assert_ok!(Listings::set_state(signed(1), paused, ListingState::Paused));
		System::run_to_block::<AllPalletsWithSystem>(4);
		for id in [draft, active, paused] {
			assert_ok!(Listings::retire(signed(1), id));
			assert_eq!((record(id).state, record(id).state_since), (ListingState::Retired, 4));
			assert_eq!(told().last(), Some(&(id, ListingState::Retired)));
			assert_noop!(Listings::retire(signed(1), id), Error::<Test>::Ended);
		}
	});
}

#[test]
fn what_nobody_needs_any_more_is_dropped_and_its_deposit_returns() {
	TestExt.execute(|| {
		let id = create_active(1, "weather");
		let before = held(1);
		assert_ok!(Listings::retire(signed(1), id));
		let record = record(id);
		assert!(record.plans.is_empty() && record.details.tags.is_empty());
		assert_eq!(record.payouts, payouts());
		assert!(held(1) < before);
		assert_eq!(held(1) + free(1), ENDOWMENT);
	});
}

#[test]
fn only_the_owner_retires() {
	TestExt.execute(|| {
		let id = create_active(1, "weather");
		assert_noop!(Listings::retire(signed(2), id), Error::<Test>::NotAuthorized);
		assert_noop!(Listings::retire(signed(1), id + 1), Error::<Test>::NotFound);
	});
}
