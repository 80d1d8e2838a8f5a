use super::*;
use sp_runtime::{
	testing::UintAuthorityId,
	transaction_validity::{InvalidTransaction, TransactionValidityError},
	DispatchError, RuntimeAppPublic,
};

fn invalid(reason: InvalidTransaction) -> TransactionValidityError {
	TransactionValidityError::Invalid(reason)
}

/// What the pool is told of a well-signed vote.
fn told(ballot: &Ballot) -> TransactionValidityError {
	authorize(ballot, &sign(ballot)).expect_err("it is refused")
}

#[test]
fn a_validators_vote_is_counted_without_a_fee() {
	TestExt::default().execute(|| {
		advance_to(OPEN);
		assert_ok!(vote(1, &[Unreachable, Reachable]));
		let tallies = Tallies::<Test>::get();
		assert_eq!(
			tallies.iter().map(|tally| (tally.reachable, tally.unreachable)).collect::<Vec<_>>(),
			[(0, 1), (1, 0)]
		);
		assert_eq!(Current::<Test>::get().unwrap().voted, 1);
		assert_eq!(events(), [Event::Voted { period: 0, voter: 1, reachable: 1, unreachable: 1 }]);
		assert_ok!(vote(0, &[Unreachable, NotProbed]));
		assert_eq!(Availability::period().unwrap().voted, 2);
	});
}

#[test]
fn it_is_one_transaction_of_one_validator_for_as_long_as_the_period_lasts() {
	TestExt::default().execute(|| {
		advance_to(OPEN + 2);
		let ballot = ballot(2, &[Reachable, Reachable]);
		let valid = authorize(&ballot, &sign(&ballot)).expect("it is valid");
		assert_eq!(
			(valid.priority, valid.longevity, valid.propagate),
			(77, u64::from(OVER - OPEN - 2), true)
		);
		assert_eq!(valid.provides.len(), 1);
		let of_another =
			authorize(&Ballot { voter: 1, ..ballot.clone() }, &sign(&Ballot { voter: 1, ..ballot }));
		assert_ne!(valid.provides, of_another.expect("it is valid").provides);
	});
}

#[test]
fn nobody_votes_twice() {
	TestExt::default().execute(|| {
		advance_to(OPEN);
		let first = ballot(1, &[Unreachable, Unreachable]);
		let signature = sign(&first);
		assert_ok!(vote(1, &[Unreachable, Unreachable]));
		// Neither with the same vote nor with another one.
		assert_eq!(authorize(&first, &signature), Err(invalid(InvalidTransaction::Stale)));
		assert_eq!(told(&ballot(1, &[Reachable, Reachable])), invalid(InvalidTransaction::Stale));
		assert_noop!(Availability::do_vote(&first), Error::<Test>::AlreadyVoted);
	});
}

#[test]
fn a_vote_counts_in_its_period_only() {
	TestExt::default().execute(|| {
		advance_to(OPEN);
		let old = ballot(0, &[Reachable, Reachable]);
		let signature = sign(&old);
		let ahead = Ballot { period: 1, ..old.clone() };
		assert_eq!(told(&ahead), invalid(InvalidTransaction::Future));
		advance_to(OVER + 2);
		assert_eq!(authorize(&old, &signature), Err(invalid(InvalidTransaction::Stale)));
		// Signed for the old list, said to be for the new one.
		let replayed = Ballot { period: 1, ..old };
		assert_eq!(authorize(&replayed, &signature), Err(invalid(InvalidTransaction::BadProof)));
		assert_ok!(authorize(&replayed, &sign(&replayed)));
	});
}

#[test]
fn votes_are_taken_after_the_first_block_and_before_the_end() {
	TestExt::default().execute(|| {
		let closed = invalid(InvalidTransaction::Custom(1));
		advance_to(FIRST);
		assert_eq!(told(&ballot(0, &[Reachable, Reachable])), closed);
		advance_to(OPEN);
		assert_ok!(vote(0, &[Reachable, Reachable]));
		advance_to(OVER - 1);
		assert_ok!(vote(1, &[Reachable, Reachable]));
		let late = ballot(2, &[Reachable, Reachable]);
		let signature = sign(&late);
		advance_to(OVER);
		assert_eq!(authorize(&late, &signature), Err(closed));
	});
}

#[test]
fn it_has_a_finding_for_each_node_of_the_list_and_no_other() {
	TestExt::default().execute(|| {
		advance_to(OPEN);
		for findings in [&[][..], &[Reachable], &[Reachable, Reachable, Reachable]] {
			assert_eq!(told(&ballot(0, findings)), invalid(InvalidTransaction::Custom(2)));
		}
		assert_eq!(told(&ballot(0, &[NotProbed, NotProbed])), invalid(InvalidTransaction::Custom(3)));
	});
}

#[test]
fn only_validators_of_the_period_vote_with_their_own_key() {
	TestExt::default().execute(|| {
		advance_to(OPEN);
		// A new session changes nothing of a period that runs.
		Validators::set((7..9).map(UintAuthorityId).collect());
		assert_eq!(told(&ballot(3, &[Reachable, Reachable])), invalid(InvalidTransaction::BadSigner));
		assert_eq!(told(&ballot(u32::MAX, &[Reachable, Reachable])), invalid(InvalidTransaction::BadSigner));
		let honest = ballot(0, &[Reachable, Reachable]);
		let of_another = sign(&Ballot { voter: 1, ..honest.clone() });
		assert_eq!(authorize(&honest, &of_another), Err(invalid(InvalidTransaction::BadProof)));
		let changed = Ballot { findings: vec![Reachable, Unreachable].try_into().unwrap(), ..honest.clone() };
		assert_eq!(authorize(&changed, &sign(&honest)), Err(invalid(InvalidTransaction::BadProof)));
		assert_ok!(vote(0, &[Reachable, Reachable]));
		advance_to(OVER + 2);
		assert_eq!(Availability::period().unwrap().voters, 2);
	});
}

#[test]
fn a_vote_for_another_chain_or_another_list_is_worth_nothing() {
	TestExt::default().execute(|| {
		advance_to(OPEN);
		let ballot = ballot(0, &[Reachable, Reachable]);
		let digest = Current::<Test>::get().unwrap().digest;
		let genesis = Availability::genesis();
		let key = UintAuthorityId(1);
		for (genesis, digest) in [([9; 32], digest), (genesis, [9; 32])] {
			let signature = key.sign(&ballot.message(&genesis, &digest)).expect("it signs");
			assert_eq!(authorize(&ballot, &signature), Err(invalid(InvalidTransaction::BadProof)));
		}
		assert!(ballot.message(&genesis, &digest).starts_with(b"souk/availability/v1"));
		assert_ok!(authorize(&ballot, &key.sign(&ballot.message(&genesis, &digest)).expect("it signs")));
	});
}

#[test]
fn where_no_period_runs_no_vote_is_taken() {
	TestExt::default().execute(|| {
		let ballot = Ballot { period: 0, voter: 0, findings: Default::default() };
		let signature = UintAuthorityId(1).sign(b"anything").expect("it signs");
		assert_eq!(authorize(&ballot, &signature), Err(invalid(InvalidTransaction::Custom(1))));
	});
}

#[test]
fn it_is_not_sent_like_an_ordinary_transaction() {
	TestExt::default().execute(|| {
		advance_to(OPEN);
		let ballot = ballot(0, &[Reachable, Reachable]);
		let signature = sign(&ballot);
		let vote = crate::Call::vote { ballot, signature };
		assert_noop!(call(CURATOR, vote), DispatchError::BadOrigin);
	});
}
