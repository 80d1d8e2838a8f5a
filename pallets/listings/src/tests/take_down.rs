use super::*;
use sp_runtime::DispatchError;

#[test]
fn governance_ends_a_listing_that_is_on_sale_or_paused() {
	TestExt.execute(|| {
		let active = create_active(1, "active");
		let paused = create_active(1, "paused");
		assert_ok!(Listings::set_state(signed(1), paused, ListingState::Paused));
		for id in [active, paused] {
			assert_ok!(Listings::take_down(RuntimeOrigin::root(), id, [9; 32]));
			assert_eq!(record(id).state, ListingState::TakenDown);
			assert!(record(id).plans.is_empty());
			assert_eq!(told().last(), Some(&(id, ListingState::TakenDown)));
			assert_eq!(events().last(), Some(&Event::TakenDown { listing: id, reason_hash: [9; 32] }));
		}
		assert_eq!(held(1) + free(1), ENDOWMENT);
	});
}

#[test]
fn nobody_else_takes_a_listing_down() {
	TestExt.execute(|| {
		let id = create_active(1, "weather");
		for account in [1, 2] {
			assert_noop!(Listings::take_down(signed(account), id, [9; 32]), DispatchError::BadOrigin);
		}
	});
}

#[test]
fn drafts_and_ended_listings_are_not_taken_down() {
	TestExt.execute(|| {
		let root = RuntimeOrigin::root;
		assert_noop!(Listings::take_down(root(), 0, [9; 32]), Error::<Test>::NotFound);
		let id = create(1, "weather", ListingKind::Service);
		assert_noop!(Listings::take_down(root(), id, [9; 32]), Error::<Test>::InvalidTransition);
		assert_ok!(Listings::retire(signed(1), id));
		assert_noop!(Listings::take_down(root(), id, [9; 32]), Error::<Test>::Ended);
	});
}

#[test]
fn its_owner_cannot_bring_it_back() {
	TestExt.execute(|| {
		let id = create_active(1, "weather");
		assert_ok!(Listings::take_down(RuntimeOrigin::root(), id, [9; 32]));
		let back = Listings::set_state(signed(1), id, ListingState::Active);
		assert_noop!(back, Error::<Test>::InvalidTransition);
		assert_noop!(Listings::retire(signed(1), id), Error::<Test>::Ended);
	});
}

#[test]
fn dearer_storage_keeps_no_listing_on_sale_whose_owner_has_nothing_left() {
	TestExt.execute(|| {
		let [paused, retired, taken_down] = ["a", "b", "c"].map(|text| create_active(1, text));
		assert_ok!(Balances::transfer_allow_death(signed(1), 2, free(1) - 1));
		BytePrice::set(10 * DEPOSIT_PER_BYTE);
		assert_ok!(Listings::set_state(signed(1), paused, ListingState::Paused));
		assert_ok!(Listings::retire(signed(1), retired));
		assert_ok!(Listings::take_down(RuntimeOrigin::root(), taken_down, [9; 32]));
		// What grows is paid for at the price of today.
		let more = plans(&[subscription(5, Asset::Native), subscription(6, Asset::Native)]);
		assert_noop!(Listings::update(signed(1), paused, details(), more), Error::<Test>::DepositUnpaid);
	});
}
