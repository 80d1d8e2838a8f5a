use super::*;
use crate::KeyView;
use souk_proof_primitives::key_id::verifying_key_id;

#[test]
fn a_key_is_shown_as_it_was_registered() {
	TestExt::default().open_keys().execute(|| {
		let key = open_key(CHUNK_KEY, 1);
		let id = verifying_key_id(StatementId::ChunkKey, Era(1), &key);
		let view = KeyView {
			statement: CHUNK_KEY,
			era: 1,
			id,
			key,
			transcript: TRANSCRIPT,
			development: false,
			registered_at: 0,
			retired_from: None,
			paused: false,
		};
		assert_eq!(Proofs::key(CHUNK_KEY, 1), Some(view.clone()));
		assert_eq!(Proofs::key(CHUNK_KEY, 2), None);
		assert_eq!(Proofs::key(3, 1), None);

		assert_ok!(Proofs::retire_key(RuntimeOrigin::root(), CHUNK_KEY, 1));
		assert_ok!(Proofs::pause(RuntimeOrigin::root(), CHUNK_KEY));
		let retired = KeyView { retired_from: Some(2), ..view };
		assert_eq!(Proofs::key(CHUNK_KEY, 1), Some(retired.clone()));
		next_block();
		assert_eq!(Proofs::key(CHUNK_KEY, 1), Some(KeyView { paused: true, ..retired }));
	});
}

#[test]
fn the_current_key_is_that_of_the_highest_era_that_is_live() {
	TestExt::default().execute(|| {
		let current = || Proofs::current(CHUNK_KEY).map(|view| view.era);
		assert_eq!(current(), None);
		for (era, expected) in [(4, 4), (2, 4), (6, 6)] {
			assert_ok!(as_admin(register(CHUNK_KEY, era, open_key(CHUNK_KEY, 1))));
			assert_eq!(current(), Some(expected));
		}
		for (era, expected) in [(6, Some(4)), (2, Some(4)), (4, None)] {
			assert_ok!(Proofs::retire_key(RuntimeOrigin::root(), CHUNK_KEY, era));
			assert_eq!(current(), expected);
		}
		assert_eq!(Proofs::current(KEY_DELIVERY), None);
		assert_eq!(Proofs::current(0), None);
	});
}

#[test]
fn a_development_key_is_shown_as_one() {
	TestExt::default().development().execute(|| {
		assert!(Proofs::current(KEY_DELIVERY).unwrap().development);
		assert_eq!(Proofs::current(KEY_DELIVERY).unwrap().key, development_key(KEY_DELIVERY));
	});
}
