use super::*;
use souk_circuits::setup::development::ids;
use souk_proof_primitives::key_id::{development_key_id, is_development_key};

#[test]
fn the_development_keys_are_known_by_the_ids_that_the_prover_has() {
	for statement in StatementId::ALL {
		let known: String = development_key_id(statement).iter().map(|byte| format!("{byte:02x}")).collect();
		assert_eq!(known, ids(statement).verifying_key);
		assert!(is_development_key(statement, &development_key(statement.code())));
		assert!(!is_development_key(statement, &open_key(statement.code(), 1)));
	}
}

#[test]
fn a_chain_starts_with_the_keys_of_its_genesis() {
	TestExt::default().development().execute(|| {
		assert_eq!((live(CHUNK_KEY), live(KEY_DELIVERY)), (vec![0], vec![0]));
		for statement in [CHUNK_KEY, KEY_DELIVERY] {
			let (inputs, proof) = proven().of(statement);
			assert_ok!(checked(statement, 0, &inputs, &proof));
		}
	});
	TestExt::default().open_keys().execute(|| {
		assert_ok!(good_proof());
	});
}

#[test]
fn a_chain_without_keys_starts_as_well() {
	TestExt::default().execute(|| {
		assert_eq!(live(CHUNK_KEY), [0u32; 0]);
		assert_eq!(good_proof(), Err(Error::<Test>::NotFound.into()));
	});
}

#[test]
#[should_panic(expected = "genesis has no usable key of statement 1 for era 0")]
fn development_keys_are_no_genesis_of_a_chain_that_does_not_take_them() {
	TestExt::default().key(CHUNK_KEY, 0, development_key(CHUNK_KEY), [0; 32]).build();
}

#[test]
#[should_panic(expected = "genesis has no usable key of statement 2 for era 1")]
fn what_is_no_key_is_no_genesis() {
	TestExt::default().key(KEY_DELIVERY, 1, vec![1, 2, 3], TRANSCRIPT).build();
}
