use super::*;

#[test]
fn jurors_commit_and_when_all_have_it_is_time_to_reveal() {
	TestExt::default().execute(|| {
		let case = drawn(1);
		let jurors = jurors(case);
		for who in &jurors[..2] {
			assert_ok!(commit(*who, case, FOR_BUYER));
			assert_event(Event::Committed { case, who: *who });
			assert_eq!(phase(case), Phase::Commit);
		}
		assert_ok!(commit(jurors[2], case, FOR_SELLER));
		let until = now() + REVEAL;
		assert_event(Event::RevealStarted { case, until });
		assert_eq!((phase(case), view(case).until), (Phase::Reveal, until));
		// Nobody can tell from the chain what they will say.
		assert!(view(case).juries[0].jurors.iter().all(|juror| juror.vote.is_none()));
	});
}

#[test]
fn one_block_before_the_deadline_is_in_time_and_the_deadline_is_not() {
	TestExt::default().execute(|| {
		let case = drawn(1);
		let (jurors, until) = (jurors(case), view(case).until);
		System::set_block_number(until);
		assert_noop!(commit(jurors[0], case, FOR_BUYER), Error::<Test>::Expired);
		System::set_block_number(until - 1);
		assert_ok!(commit(jurors[0], case, FOR_BUYER));
		System::set_block_number(until + 1);
		assert_noop!(commit(jurors[1], case, FOR_BUYER), Error::<Test>::Expired);
	});
}

#[test]
fn only_a_juror_commits_once_and_in_time() {
	TestExt::default().execute(|| {
		assert_noop!(commit_hash(BUYER, 0, [0; 32]), Error::<Test>::NotFound);
		let case = opened(1);
		assert_noop!(commit(ARBITRATORS.start, case, FOR_BUYER), Error::<Test>::WrongPhase);
		assert_ok!(answer(SELLER, case));
		advance_until(case, Phase::Commit);
		let jurors = jurors(case);
		let outside = ARBITRATORS.take(12).find(|who| !jurors.contains(who)).unwrap();
		for who in [BUYER, SELLER, OTHER, outside] {
			assert_noop!(commit(who, case, FOR_BUYER), Error::<Test>::NotAuthorized);
		}
		assert_ok!(commit(jurors[0], case, FOR_BUYER));
		assert_noop!(commit(jurors[0], case, FOR_SELLER), Error::<Test>::AlreadyCommitted);
	});
}

#[test]
fn a_copied_commitment_can_be_revealed_by_nobody() {
	TestExt::default().execute(|| {
		let case = drawn(1);
		let jurors = jurors(case);
		let original = commitment(case, 0, &jurors[0], FOR_BUYER, &SALT);
		assert_ok!(commit_hash(jurors[0], case, original));
		// It is taken: nobody can tell what is in it.
		assert_ok!(commit_hash(jurors[1], case, original));
		assert_ok!(commit(jurors[2], case, FOR_BUYER));
		assert_ok!(reveal(jurors[0], case, FOR_BUYER));
		for vote in [FOR_BUYER, FOR_SELLER, Refused] {
			assert_noop!(reveal(jurors[1], case, vote), Error::<Test>::WrongReveal);
		}
		assert_ok!(reveal(jurors[2], case, FOR_BUYER));
		advance_until(case, Phase::Closed);
		assert_eq!(gained(jurors[1]), -(STAKE as i128));
	});
}

#[test]
fn a_commitment_is_for_one_case_round_juror_vote_and_salt() {
	let one = || commitment(1, 0, &7u64, FOR_BUYER, &SALT);
	assert_eq!(one(), one());
	for other in [
		commitment(2, 0, &7u64, FOR_BUYER, &SALT),
		commitment(1, 1, &7u64, FOR_BUYER, &SALT),
		commitment(1, 0, &8u64, FOR_BUYER, &SALT),
		commitment(1, 0, &7u64, FOR_SELLER, &SALT),
		commitment(1, 0, &7u64, FOR_BUYER, &[0; 32]),
	] {
		assert_ne!(one(), other);
	}
	// As it is written down: 12 bytes of tag, then 8, 1, 8 (an account here), 1 and 32.
	let mut bytes = b"souk/vote/v1".to_vec();
	bytes.extend(1u64.to_le_bytes());
	bytes.push(0);
	bytes.extend(7u64.to_le_bytes());
	bytes.push(0);
	bytes.extend(SALT);
	assert_eq!(one(), sp_io::hashing::blake2_256(&bytes));
}
