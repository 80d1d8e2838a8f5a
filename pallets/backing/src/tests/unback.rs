use super::*;

#[test]
fn what_is_unbacked_waits_and_comes_back() {
	TestExt.execute(|| {
		three_backers();
		let before = free(&SOUK, BACKERS[0]);
		assert_ok!(unback(BACKERS[0], 2_000));
		let at = 1 + UNBONDING;
		assert_event(Event::Unbacked { listing: LISTING, backer: BACKERS[0], amount: 2_000, at });
		assert_eq!((view().active, view().leaving, view().answers), (8_000, 2_000, 10_000));
		let mine = backed(BACKERS[0]).expect("she backs it");
		assert_eq!((mine.active, mine.leaving), (3_000, vec![(2_000, at)]));
		advance_to(at - 1);
		assert_noop!(withdraw(BACKERS[0]), Error::<Test>::TooEarly);
		advance_to(at);
		assert_ok!(withdraw(BACKERS[0]));
		assert_eq!(free(&SOUK, BACKERS[0]), before + 2_000);
	});
}

#[test]
fn unbonding_takes_as_long_as_that_of_the_bond() {
	TestExt.execute(|| {
		assert_eq!(<Backing as souk_primitives::reach::Bonds<AccountId>>::unbonding_period(), UNBONDING);
		assert_eq!(Curation::unbonding_period(), UNBONDING);
	});
}

#[test]
fn nobody_unbacks_what_they_do_not_have() {
	TestExt.execute(|| {
		assert_noop!(unback(BACKERS[0], 1), Error::<Test>::NotFound);
		opened();
		assert_noop!(unback(BACKERS[0], 1), Error::<Test>::NotFound);
		assert_ok!(back(BACKERS[0], 1_000));
		assert_noop!(unback(BACKERS[1], 1), Error::<Test>::NotFound);
		assert_noop!(unback(BACKERS[0], 1_001), Error::<Test>::InsufficientBacking);
		assert_noop!(unback(BACKERS[0], 0), Error::<Test>::ZeroAmount);
		assert_ok!(unback(BACKERS[0], 1_000));
		assert_noop!(unback(BACKERS[0], 1), Error::<Test>::InsufficientBacking);
	});
}

#[test]
fn what_stays_is_the_minimum_at_least_or_nothing() {
	TestExt.execute(|| {
		opened();
		assert_ok!(back(BACKERS[0], 1_000));
		assert_noop!(unback(BACKERS[0], 1_000 - LEAST + 1), Error::<Test>::BelowMinimum);
		assert_ok!(unback(BACKERS[0], 1_000 - LEAST));
		assert_ok!(unback(BACKERS[0], LEAST));
		assert_eq!((view().active, view().leaving), (0, 1_000));
	});
}

#[test]
fn portions_of_one_block_are_one_and_there_are_not_too_many() {
	TestExt.execute(|| {
		opened();
		assert_ok!(back(BACKERS[0], 9_000));
		for block in 2..2 + MAX_LEAVING {
			advance_to(block);
			assert_ok!(unback(BACKERS[0], 100));
			assert_ok!(unback(BACKERS[0], 100));
		}
		let portions = backed(BACKERS[0]).expect("she backs it").leaving;
		assert_eq!(portions.len(), MAX_LEAVING as usize);
		assert!(portions.iter().all(|(amount, _)| *amount == 200));
		advance_to(2 + MAX_LEAVING);
		assert_noop!(unback(BACKERS[0], 100), Error::<Test>::TooManyLeaving);
		advance_to(2 + UNBONDING);
		assert_ok!(withdraw(BACKERS[0]));
		assert_ok!(unback(BACKERS[0], 100));
	});
}

#[test]
fn rounding_is_to_the_favour_of_those_who_stay() {
	TestExt.execute(|| {
		opened();
		for (who, amount) in BACKERS.into_iter().zip([3_333, 3_334, 333]) {
			assert_ok!(back(who, amount));
		}
		offend(percent(7));
		let before: Vec<_> = BACKERS.into_iter().map(active).collect();
		assert!(before.iter().sum::<Balance>() <= view().active);
		assert_ok!(unback(BACKERS[0], 1_234));
		assert!(active(BACKERS[0]) <= before[0] - 1_234);
		assert!(active(BACKERS[0]) + 1 >= before[0] - 1_234);
		assert!(active(BACKERS[1]) >= before[1] && active(BACKERS[2]) >= before[2]);
		settle_fines();
	});
}

#[test]
fn where_everything_leaves_anyway_nothing_is_unbacked() {
	TestExt.execute(|| {
		three_backers();
		assert_ok!(close(CURATOR, LISTING));
		assert_noop!(unback(BACKERS[0], 1_000), Error::<Test>::AlreadyClosing);
	});
}
