use super::*;
use ListingState::*;

#[test]
fn a_listing_goes_on_sale_pauses_and_resumes() {
	TestExt.execute(|| {
		let id = create(1, "weather", ListingKind::Service);
		for (block, (from, to)) in
			[(Draft, Active), (Active, Paused), (Paused, Active)].into_iter().enumerate()
		{
			System::run_to_block::<AllPalletsWithSystem>(2 + block as u32);
			assert_ok!(Listings::set_state(signed(1), id, to));
			assert_eq!((record(id).state, record(id).state_since), (to, 2 + block as u32));
			assert_eq!(events().last(), Some(&Event::StateChanged { listing: id, from, to }));
		}
		assert_eq!(told(), [(id, Active), (id, Paused), (id, Active)]);
	});
}

#[test]
fn a_data_product_is_not_sold_without_its_curators_bond() {
	TestExt.execute(|| {
		let id = create(1, "weather", ListingKind::DataProduct);
		assert_noop!(Listings::set_state(signed(1), id, Active), Error::<Test>::BondMissing);
		bond(id);
		assert_ok!(Listings::set_state(signed(1), id, Active));
	});
}

#[test]
fn a_listing_without_a_plan_is_not_sold() {
	TestExt.execute(|| {
		let id = create(1, "weather", ListingKind::Service);
		assert_ok!(Listings::update(signed(1), id, details(), plans(&[])));
		assert_noop!(Listings::set_state(signed(1), id, Active), Error::<Test>::NoPlans);
	});
}

#[test]
fn only_the_drawn_transitions_are_possible() {
	TestExt.execute(|| {
		let draft = create(1, "draft", ListingKind::Service);
		for to in [Draft, Paused, Retired, TakenDown] {
			assert_noop!(Listings::set_state(signed(1), draft, to), Error::<Test>::InvalidTransition);
		}
		let active = create_active(1, "active");
		for to in [Draft, Active, Retired, TakenDown] {
			assert_noop!(Listings::set_state(signed(1), active, to), Error::<Test>::InvalidTransition);
		}
		let paused = create_active(1, "paused");
		assert_ok!(Listings::set_state(signed(1), paused, Paused));
		for to in [Draft, Paused, Retired, TakenDown] {
			assert_noop!(Listings::set_state(signed(1), paused, to), Error::<Test>::InvalidTransition);
		}
		let retired = create(1, "retired", ListingKind::Service);
		assert_ok!(Listings::retire(signed(1), retired));
		for to in [Draft, Active, Paused, Retired, TakenDown] {
			assert_noop!(Listings::set_state(signed(1), retired, to), Error::<Test>::InvalidTransition);
		}
	});
}

#[test]
fn only_the_owner_changes_the_state() {
	TestExt.execute(|| {
		let id = create(1, "weather", ListingKind::Service);
		assert_noop!(Listings::set_state(signed(2), id, Active), Error::<Test>::NotAuthorized);
		assert_noop!(Listings::set_state(signed(1), id + 1, Active), Error::<Test>::NotFound);
	});
}
