use super::*;
use crate::MAX_LIVE_KEYS;
use souk_proof_primitives::key_id::verifying_key_id;

#[test]
fn a_registered_key_is_found_by_statement_and_era_and_proofs_are_checked_with_it() {
	TestExt::default().execute(|| {
		let key = open_key(CHUNK_KEY, 1);
		let id = verifying_key_id(StatementId::ChunkKey, Era(1), &key);
		assert_eq!(good_proof(), Err(Error::<Test>::NotFound.into()));
		System::set_block_number(5);
		assert_ok!(Proofs::register_key(
			RuntimeOrigin::root(),
			CHUNK_KEY,
			1,
			key.try_into().unwrap(),
			TRANSCRIPT
		));
		let record = Keys::<Test>::get(StatementId::ChunkKey, Era(1)).unwrap();
		assert_eq!((record.id, record.transcript, record.registered_at), (id, TRANSCRIPT, 5));
		assert!(!record.development && record.retired_from.is_none());
		assert_eq!(
			events(),
			[Event::KeyRegistered { statement: CHUNK_KEY, era: 1, id, transcript: TRANSCRIPT }]
		);
		assert_ok!(good_proof());
	});
}

#[test]
fn only_the_admin_registers_keys() {
	TestExt::default().execute(|| is_for_the_admin_alone(register(CHUNK_KEY, 1, open_key(CHUNK_KEY, 1))));
}

#[test]
fn a_number_of_no_statement_is_refused() {
	TestExt::default().execute(|| {
		for statement in [0, 4, 255] {
			admin_is_refused(register(statement, 1, open_key(CHUNK_KEY, 1)), Error::UnknownStatement);
		}
	});
}

#[test]
fn the_key_of_an_era_is_never_replaced() {
	TestExt::default().open_keys().execute(|| {
		admin_is_refused(register(CHUNK_KEY, 1, open_key(CHUNK_KEY, 2)), Error::AlreadyExists);
		assert_ok!(Proofs::retire_key(RuntimeOrigin::root(), CHUNK_KEY, 1));
		next_block();
		admin_is_refused(register(CHUNK_KEY, 1, open_key(CHUNK_KEY, 1)), Error::AlreadyExists);
	});
}

#[test]
fn eras_are_kept_in_order_in_whatever_order_they_come() {
	TestExt::default().execute(|| {
		for era in [5, 1, 9, 3] {
			assert_ok!(as_admin(register(CHUNK_KEY, era, open_key(CHUNK_KEY, era.into()))));
		}
		assert_eq!(live(CHUNK_KEY), [1, 3, 5, 9]);
		assert_eq!(live(KEY_DELIVERY), [0u32; 0]);
	});
}

#[test]
fn a_statement_has_so_many_live_keys_and_no_more() {
	TestExt::default().execute(|| {
		for era in 1..=MAX_LIVE_KEYS {
			assert_ok!(as_admin(register(CHUNK_KEY, era, open_key(CHUNK_KEY, 1))));
		}
		let one_more = || register(CHUNK_KEY, MAX_LIVE_KEYS + 1, open_key(CHUNK_KEY, 1));
		admin_is_refused(one_more(), Error::TooManyKeys);
		assert_ok!(Proofs::retire_key(RuntimeOrigin::root(), CHUNK_KEY, 2));
		assert_ok!(as_admin(one_more()));
	});
}

#[test]
fn a_key_that_everybody_can_make_is_refused_whatever_era_it_is_said_to_be_of() {
	TestExt::default().execute(|| {
		for statement in [CHUNK_KEY, KEY_DELIVERY] {
			for era in [0, 1, 77] {
				let call = register(statement, era, development_key(statement));
				admin_is_refused(call, Error::DevelopmentKey);
			}
			// Era 0 is theirs, whatever the key.
			admin_is_refused(register(statement, 0, open_key(statement, 1)), Error::DevelopmentKey);
		}
	});
}

#[test]
fn a_chain_that_takes_development_keys_marks_them() {
	TestExt::default().takes_development_keys().execute(|| {
		for (era, key, development) in [
			(0, development_key(CHUNK_KEY), true),
			(1, development_key(CHUNK_KEY), true),
			(2, open_key(CHUNK_KEY, 2), false),
		] {
			assert_ok!(as_admin(register(CHUNK_KEY, era, key)));
			let record = Keys::<Test>::get(StatementId::ChunkKey, Era(era)).unwrap();
			assert_eq!(record.development, development, "era {era}");
		}
	});
}

#[test]
fn a_key_of_no_ceremony_is_refused() {
	TestExt::default().takes_development_keys().execute(|| {
		let key = KeyBytes::try_from(open_key(CHUNK_KEY, 1)).unwrap();
		let call = Call::register_key { statement: CHUNK_KEY, era: 1, key, transcript: [0; 32] };
		admin_is_refused(call, Error::NoTranscript);
	});
}

#[test]
fn one_byte_more_or_less_is_refused() {
	TestExt::default().execute(|| {
		let key = open_key(CHUNK_KEY, 1);
		let longer = [&key[..], &[0]].concat();
		let with_a_point_more = [&key[..], &key[..48]].concat();
		for other in [&key[1..], &key[..key.len() - 1], &longer, &with_a_point_more, &[]] {
			admin_is_refused(register(CHUNK_KEY, 1, other.to_vec()), Error::KeyWrongLength);
		}
	});
}

#[test]
fn a_key_for_another_number_of_inputs_is_refused() {
	TestExt::default().execute(|| {
		admin_is_refused(register(CHUNK_KEY, 1, open_key(KEY_DELIVERY, 1)), Error::KeyWrongInputCount);
		admin_is_refused(register(KEY_DELIVERY, 1, open_key(CHUNK_KEY, 1)), Error::KeyWrongInputCount);
	});
}

/// Of each kind of point, where it is in a key.
const POINTS: [(usize, usize); 6] = [(0, 48), (48, 96), (144, 96), (240, 96), (344, 48), (536, 48)];

/// The key with another point somewhere.
fn with_point(at: usize, point: &[u8]) -> Call<Test> {
	let mut key = open_key(CHUNK_KEY, 1);
	key[at..at + point.len()].copy_from_slice(point);
	register(CHUNK_KEY, 1, key)
}

#[test]
fn a_key_with_the_identity_in_it_is_refused() {
	TestExt::default().execute(|| {
		for (at, bytes) in POINTS {
			let mut identity = vec![0; bytes];
			identity[0] = 0xc0;
			admin_is_refused(with_point(at, &identity), Error::KeyIdentity);
		}
	});
}

#[test]
fn a_key_with_a_point_off_its_curve_is_refused() {
	TestExt::default().execute(|| {
		for (at, bytes) in POINTS {
			// No point of either curve has 1 as its first coordinate.
			let mut nothing = vec![0; bytes];
			(nothing[0], nothing[bytes - 1]) = (0x80, 1);
			admin_is_refused(with_point(at, &nothing), Error::KeyNotOnCurve);
		}
	});
}

#[test]
fn a_key_with_a_point_outside_the_subgroup_is_refused() {
	TestExt::default().execute(|| {
		for (at, bytes) in POINTS {
			// The points with first coordinates 0 and 2 are on their curves, and not in the subgroups.
			let mut outside = vec![0; bytes];
			(outside[0], outside[bytes - 1]) = (0x80, if bytes == 48 { 0 } else { 2 });
			admin_is_refused(with_point(at, &outside), Error::KeyNotInSubgroup);
		}
	});
}

#[test]
fn a_key_with_a_point_in_another_encoding_is_refused() {
	TestExt::default().execute(|| {
		for (at, bytes) in POINTS {
			let mut above_the_modulus = vec![0xff; bytes];
			above_the_modulus[0] = 0x9f;
			admin_is_refused(with_point(at, &above_the_modulus), Error::KeyNotCanonical);
			let mut not_compressed = open_key(CHUNK_KEY, 1)[at..at + bytes].to_vec();
			not_compressed[0] &= 0x7f;
			admin_is_refused(with_point(at, &not_compressed), Error::KeyNotCanonical);
		}
	});
}

#[test]
fn a_key_whose_gamma_is_its_delta_is_refused() {
	TestExt::default().execute(|| {
		let mut gamma = open_key(CHUNK_KEY, 1)[144..240].to_vec();
		admin_is_refused(with_point(240, &gamma), Error::KeyGammaIsDelta);
		gamma[0] ^= 0x20;
		admin_is_refused(with_point(240, &gamma), Error::KeyGammaIsDelta);
	});
}
