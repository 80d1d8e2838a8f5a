use super::*;

fn pause(statement: u8) -> Call<Test> {
	Call::pause { statement }
}

#[test]
fn a_paused_statement_takes_no_proof_from_the_next_block_on() {
	TestExt::default().open_keys().execute(|| {
		assert_ok!(as_admin(pause(CHUNK_KEY)));
		assert_eq!(events(), [Event::Paused { statement: CHUNK_KEY, from: 2 }]);
		assert_ok!(good_proof());
		for _ in 0..3 {
			next_block();
			assert_eq!(good_proof(), Err(Error::<Test>::Paused.into()));
		}
	});
}

#[test]
fn the_other_statement_goes_on() {
	TestExt::default().open_keys().execute(|| {
		assert_ok!(as_admin(pause(KEY_DELIVERY)));
		next_block();
		assert_ok!(good_proof());
	});
}

#[test]
fn all_eras_of_a_statement_are_paused_and_those_that_come() {
	TestExt::default().open_keys().execute(|| {
		assert_ok!(as_admin(pause(CHUNK_KEY)));
		next_block();
		assert_ok!(as_admin(register(CHUNK_KEY, 2, open_key(CHUNK_KEY, 2))));
		let proof = open_proof(CHUNK_KEY, 2, &scalars(1));
		refused(verify(CHUNK_KEY, 2, &bytes(&scalars(1)), &proof), Error::Paused);
	});
}

#[test]
fn a_statement_is_paused_once() {
	TestExt::default().execute(|| {
		assert_ok!(as_admin(pause(CHUNK_KEY)));
		admin_is_refused(pause(CHUNK_KEY), Error::AlreadyPaused);
		next_block();
		admin_is_refused(pause(CHUNK_KEY), Error::AlreadyPaused);
	});
}

#[test]
fn a_pause_in_the_block_of_its_end_goes_on_without_a_gap() {
	TestExt::default().open_keys().execute(|| {
		assert_ok!(as_admin(pause(CHUNK_KEY)));
		next_block();
		assert_ok!(Proofs::resume(RuntimeOrigin::root(), CHUNK_KEY));
		assert_ok!(as_admin(pause(CHUNK_KEY)));
		for _ in 0..3 {
			assert_eq!(good_proof(), Err(Error::<Test>::Paused.into()));
			next_block();
		}
	});
}

#[test]
fn only_the_admin_pauses_and_only_statements() {
	TestExt::default().execute(|| {
		is_for_the_admin_alone(pause(CHUNK_KEY));
		admin_is_refused(pause(0), Error::UnknownStatement);
	});
}
