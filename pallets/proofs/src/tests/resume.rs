use super::*;

fn resume(statement: u8) -> Call<Test> {
	Call::resume { statement }
}

#[test]
fn a_resumed_statement_takes_proofs_from_the_next_block_on() {
	TestExt::default().open_keys().execute(|| {
		assert_ok!(Proofs::pause(RuntimeOrigin::root(), CHUNK_KEY));
		System::set_block_number(10);
		assert_ok!(as_admin(resume(CHUNK_KEY)));
		assert_eq!(events().last(), Some(&Event::Resumed { statement: CHUNK_KEY, from: 11 }));
		assert_eq!(good_proof(), Err(Error::<Test>::Paused.into()));
		for _ in 0..3 {
			next_block();
			assert_ok!(good_proof());
		}
	});
}

#[test]
fn a_pause_that_has_not_begun_is_taken_back() {
	TestExt::default().open_keys().execute(|| {
		assert_ok!(Proofs::pause(RuntimeOrigin::root(), CHUNK_KEY));
		assert_ok!(as_admin(resume(CHUNK_KEY)));
		for _ in 0..3 {
			assert_ok!(good_proof());
			next_block();
		}
	});
}

#[test]
fn what_is_not_paused_is_not_resumed() {
	TestExt::default().execute(|| {
		admin_is_refused(resume(CHUNK_KEY), Error::NotPaused);
		assert_ok!(Proofs::pause(RuntimeOrigin::root(), KEY_DELIVERY));
		admin_is_refused(resume(CHUNK_KEY), Error::NotPaused);
		next_block();
		assert_ok!(as_admin(resume(KEY_DELIVERY)));
		admin_is_refused(resume(KEY_DELIVERY), Error::NotPaused);
		next_block();
		admin_is_refused(resume(KEY_DELIVERY), Error::NotPaused);
	});
}

#[test]
fn only_the_admin_resumes_and_only_statements() {
	TestExt::default().execute(|| {
		assert_ok!(Proofs::pause(RuntimeOrigin::root(), CHUNK_KEY));
		is_for_the_admin_alone(resume(CHUNK_KEY));
		admin_is_refused(resume(0), Error::UnknownStatement);
	});
}
