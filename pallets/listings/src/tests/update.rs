use super::*;
use souk_primitives::Visibility;

#[test]
fn an_update_replaces_details_and_plans_and_counts_versions() {
	TestExt.execute(|| {
		let id = create_active(1, "weather");
		let mut changed = details();
		changed.metadata_hash = [8; 32];
		let offered = plans(&[subscription(9, Asset::WithId(WUSD))]);
		assert_ok!(Listings::update(signed(1), id, changed.clone(), offered.clone()));
		let record = record(id);
		assert_eq!((record.details, record.plans, record.version), (changed, offered, 2));
		assert_eq!(record.state, ListingState::Active);
		assert_eq!(events().last(), Some(&Event::Updated { listing: id, version: 2 }));
	});
}

#[test]
fn a_smaller_listing_gets_deposit_back_and_a_larger_one_pays_more() {
	TestExt.execute(|| {
		let id = create(1, "weather", ListingKind::DataProduct);
		let before = held(1);
		let mut small = details();
		small.tags = Default::default();
		assert_ok!(Listings::update(signed(1), id, small, plans(&[])));
		assert!(held(1) < before);
		assert_ok!(Listings::update(signed(1), id, details(), plans(&[subscription(5, Asset::Native)])));
		assert_eq!(held(1), before);
		assert_eq!(free(1), ENDOWMENT - before);
	});
}

#[test]
fn a_listing_on_sale_keeps_a_plan_but_a_draft_needs_none() {
	TestExt.execute(|| {
		let draft = create(1, "draft", ListingKind::DataProduct);
		assert_ok!(Listings::update(signed(1), draft, details(), plans(&[])));
		let id = create_active(1, "weather");
		assert_noop!(Listings::update(signed(1), id, details(), plans(&[])), Error::<Test>::NoPlans);
		assert_ok!(Listings::set_state(signed(1), id, ListingState::Paused));
		assert_noop!(Listings::update(signed(1), id, details(), plans(&[])), Error::<Test>::NoPlans);
	});
}

#[test]
fn plans_are_checked_as_at_creation() {
	TestExt.execute(|| {
		let id = create(1, "weather", ListingKind::DataProduct);
		let unknown = plans(&[subscription(5, Asset::WithId(WUSD + 1))]);
		assert_noop!(Listings::update(signed(1), id, details(), unknown), Error::<Test>::UnknownAsset);
	});
}

#[test]
fn only_the_owner_updates() {
	TestExt.execute(|| {
		let id = create(1, "weather", ListingKind::DataProduct);
		assert_noop!(Listings::update(signed(2), id, details(), plans(&[])), Error::<Test>::NotAuthorized);
	});
}

#[test]
fn an_ended_or_unknown_listing_is_not_updated() {
	TestExt.execute(|| {
		assert_noop!(Listings::update(signed(1), 0, details(), plans(&[])), Error::<Test>::NotFound);
		let id = create(1, "weather", ListingKind::DataProduct);
		assert_ok!(Listings::retire(signed(1), id));
		assert_noop!(Listings::update(signed(1), id, details(), plans(&[])), Error::<Test>::Ended);
	});
}

#[test]
fn a_listing_leaves_searches_when_it_becomes_unlisted() {
	TestExt.execute(|| {
		let id = create_active(1, "weather");
		let mut hidden = details();
		hidden.visibility = Visibility::Unlisted;
		assert_ok!(Listings::update(signed(1), id, hidden, plans(&[subscription(5, Asset::Native)])));
		assert!(Listings::listings(None, 3).is_empty());
		assert_ok!(Listings::update(signed(1), id, details(), plans(&[subscription(5, Asset::Native)])));
		assert_eq!(Listings::listings(None, 3).len(), 1);
	});
}

#[test]
fn it_is_known_when_the_policy_was_last_changed() {
	use souk_primitives::reach::Listings as _;
	TestExt.execute(|| {
		let id = create_active(1, "weather");
		let plans = || plans(&[subscription(5, Asset::Native)]);
		let change = |block, max_rows| {
			System::set_block_number(block);
			let mut changed = details();
			changed.policy.max_rows = max_rows;
			assert_ok!(Listings::update(signed(1), id, changed, plans()));
		};
		let stayed = |from, to| Listings::policy_stayed(id, from, to);
		change(10, 5);
		change(20, 5);
		// The second update changed something else, if anything.
		assert!(!stayed(9, 10) && stayed(10, 30) && stayed(1, 9) && stayed(20, 20));
		for (block, rows) in [(30, 6), (40, 7), (50, 8), (60, 9)] {
			change(block, rows);
		}
		assert_eq!(record(id).policy_changes, [60, 50, 40, 30]);
		assert!(stayed(30, 39) && stayed(60, 99) && !stayed(39, 40));
		// Before that nobody knows.
		assert!(!stayed(11, 15));
		assert!(!Listings::policy_stayed(id + 1, 1, 2));
	});
}
