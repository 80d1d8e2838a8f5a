use super::*;
use souk_primitives::{reach::Listings as _, Visibility};

#[test]
fn a_listing_is_found_by_number_and_by_address() {
	TestExt.execute(|| {
		let id = create(1, "weather", ListingKind::DataProduct);
		let view = Listings::listing(id).expect("it exists");
		assert_eq!((view.id, view.owner, view.name.as_slice()), (id, 1, b"weather".as_slice()));
		assert_eq!(view.tags, [b"weather".to_vec(), b"airports".to_vec()]);
		assert_eq!((view.deposit, view.open), (held(1), 7));
		assert_eq!(Listings::listing_by_address(1, b"weather".to_vec()), Some(view));
		assert_eq!(Listings::listing_by_address(2, b"weather".to_vec()), None);
		assert_eq!(Listings::listing_by_address(1, vec![b'a'; 65]), None);
		assert_eq!(Listings::listing(id + 1), None);
	});
}

#[test]
fn pages_ascend_and_end_with_an_empty_one() {
	TestExt.execute(|| {
		let numbers = |start_after, limit| -> Vec<u32> {
			Listings::listings(start_after, limit).into_iter().map(|view| view.id).collect()
		};
		// More than 256, so that the order of bytes shows.
		Balances::force_set_balance(RuntimeOrigin::root(), 1, 1_000_000).expect("root may");
		for number in 0..258 {
			create(1, &format!("listing-{number}"), ListingKind::Service);
		}
		assert_eq!(numbers(None, 50), [0, 1, 2]);
		assert_eq!(numbers(None, 2), [0, 1]);
		assert_eq!(numbers(Some(2), 50), [3, 4, 5]);
		assert_eq!(numbers(Some(254), 50), [255, 256, 257]);
		assert_eq!(numbers(Some(257), 50), Vec::<u32>::new());
		assert_eq!(numbers(None, 0), Vec::<u32>::new());
	});
}

#[test]
fn a_search_finds_neither_unlisted_nor_ended_listings_and_starts_after_them() {
	TestExt.execute(|| {
		let ids: Vec<_> =
			(0..4).map(|number| create(1, &format!("listing-{number}"), ListingKind::Service)).collect();
		let mut hidden = details();
		hidden.visibility = Visibility::Unlisted;
		assert_ok!(Listings::update(signed(1), ids[1], hidden, plans(&[])));
		assert_ok!(Listings::retire(signed(1), ids[2]));
		let found: Vec<_> = Listings::listings(None, 50).into_iter().map(|view| view.id).collect();
		assert_eq!(found, [ids[0], ids[3]]);
		let rest: Vec<_> = Listings::listings(Some(ids[1]), 50).into_iter().map(|view| view.id).collect();
		assert_eq!(rest, [ids[3]]);
	});
}

#[test]
fn an_owner_sees_all_of_theirs() {
	TestExt.execute(|| {
		let ended = create(1, "ended", ListingKind::Service);
		assert_ok!(Listings::retire(signed(1), ended));
		let other = create(2, "other", ListingKind::Service);
		let active = create_active(1, "active");
		let mut mine: Vec<_> = Listings::listings_of(1).into_iter().map(|view| view.id).collect();
		mine.sort();
		assert_eq!(mine, [ended, active]);
		assert_eq!(Listings::listings_of(2)[0].id, other);
		assert!(Listings::listings_of(3).is_empty());
	});
}

#[test]
fn other_pallets_read_what_was_declared() {
	TestExt.execute(|| {
		let id = create_active(1, "weather");
		assert_eq!(<Listings as souk_primitives::reach::Listings<u64>>::owner(id), Some(1));
		assert_eq!(Listings::kind(id), Some(ListingKind::Service));
		assert_eq!(Listings::state(id), Some((ListingState::Active, 1)));
		assert_eq!(Listings::plan(id, 0), Some(subscription(5, Asset::Native)));
		assert_eq!(Listings::plan(id, 1), None);
		assert_eq!(Listings::payouts(id), Some(payouts()));
		assert_eq!(Listings::state(id + 1), None);
	});
}
