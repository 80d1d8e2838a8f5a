use super::*;

fn retire(statement: u8, era: u32) -> Call<Test> {
	Call::retire_key { statement, era }
}

#[test]
fn a_retired_key_serves_until_the_end_of_the_block_and_never_again() {
	TestExt::default().open_keys().execute(|| {
		assert_ok!(as_admin(retire(CHUNK_KEY, 1)));
		assert_eq!(events(), [Event::KeyRetired { statement: CHUNK_KEY, era: 1, from: 2 }]);
		assert_ok!(good_proof());
		for _ in 0..3 {
			next_block();
			assert_eq!(good_proof(), Err(Error::<Test>::Retired.into()));
		}
		assert_eq!(live(CHUNK_KEY), [0u32; 0]);
		assert_eq!(live(KEY_DELIVERY), [1]);
	});
}

#[test]
fn other_eras_go_on() {
	TestExt::default().open_keys().key(CHUNK_KEY, 2, open_key(CHUNK_KEY, 2), TRANSCRIPT).execute(|| {
		assert_ok!(as_admin(retire(CHUNK_KEY, 2)));
		next_block();
		assert_ok!(good_proof());
		assert_eq!(live(CHUNK_KEY), [1]);
	});
}

#[test]
fn a_key_is_retired_once() {
	TestExt::default().open_keys().execute(|| {
		assert_ok!(as_admin(retire(CHUNK_KEY, 1)));
		admin_is_refused(retire(CHUNK_KEY, 1), Error::Retired);
		next_block();
		admin_is_refused(retire(CHUNK_KEY, 1), Error::Retired);
	});
}

#[test]
fn a_key_that_is_not_there_is_not_retired() {
	TestExt::default().open_keys().execute(|| {
		admin_is_refused(retire(CHUNK_KEY, 2), Error::NotFound);
		admin_is_refused(retire(4, 1), Error::UnknownStatement);
	});
}

#[test]
fn only_the_admin_retires_keys() {
	TestExt::default().open_keys().execute(|| is_for_the_admin_alone(retire(CHUNK_KEY, 1)));
}
