//! What offences take.

use super::*;

#[test]
fn backers_lose_the_part_that_the_curator_loses() {
	TestExt.execute(|| {
		three_backers();
		assert_eq!(Backing::bonded(&Bond::Listing(LISTING)), BOND + 10_000);
		assert_eq!(offend(percent(10)), 2_000);
		assert_event(Event::Forfeited { listing: LISTING, amount: 1_000 });
		assert_eq!(own(), 9_000);
		assert_eq!(BACKERS.map(active), [4_500, 2_700, 1_800]);
		assert_eq!(Backing::forfeited(&Bond::Listing(LISTING)), 2_000);
		// It stays where it is until it is paid to somebody.
		assert_eq!(held(&SOUK, HoldReason::Backing, CURATOR), 10_000);
		assert!(Backing::pay_forfeited(&Bond::Listing(LISTING), &PAYER, 1_500));
		assert_eq!(free(&SOUK, PAYER), ENDOWMENT + 1_500);
		assert_eq!(Backing::forfeited(&Bond::Listing(LISTING)), 500);
		assert_eq!(held(&SOUK, HoldReason::Backing, CURATOR), 9_500);
		settle_fines();
		assert_eq!(held(&SOUK, HoldReason::Backing, CURATOR), 9_000);
		assert_eq!(free(&SOUK, TREASURY), ENDOWMENT + 500);
	});
}

#[test]
fn no_more_is_paid_than_was_forfeited() {
	TestExt.execute(|| {
		three_backers();
		offend(percent(10));
		let bond = Bond::Listing(LISTING);
		assert!(!Backing::pay_forfeited(&bond, &PAYER, 2_001));
		// All or nothing.
		assert_eq!(Backing::forfeited(&bond), 2_000);
		assert_eq!(free(&SOUK, PAYER), ENDOWMENT);
		assert!(Backing::pay_forfeited(&bond, &777, 2_000));
		assert_eq!(free(&SOUK, 777), 2_000);
	});
}

#[test]
fn whoever_is_not_there_yet_is_paid_the_larger_part_first() {
	TestExt.execute(|| {
		three_backers();
		let bond = Bond::Listing(LISTING);
		// 100 of each.
		assert_eq!(offend(percent(1)), 200);
		assert!(Backing::pay_forfeited(&bond, &PAYER, 97));
		// 3 are left of the bond, less than an account needs.
		assert!(Backing::pay_forfeited(&bond, &777, 103));
		assert_eq!(free(&SOUK, 777), 103);
	});
}

#[test]
fn what_is_on_its_way_out_answers_as_well() {
	TestExt.execute(|| {
		three_backers();
		assert_ok!(unback(BACKERS[0], 5_000));
		offend(percent(20));
		settle_fines();
		assert_eq!((view().active, view().leaving), (4_000, 4_000));
		assert_eq!(backed(BACKERS[0]).expect("she backs it").leaving, vec![(4_000, 1 + UNBONDING)]);
		assert_eq!(active(BACKERS[1]), 2_400);
	});
}

#[test]
fn an_offence_in_the_block_in_which_unbonding_ends_takes_what_was_not_withdrawn() {
	for first in [true, false] {
		TestExt.execute(|| {
			three_backers();
			assert_ok!(unback(BACKERS[0], 5_000));
			advance_to(1 + UNBONDING);
			if first {
				assert_ok!(withdraw(BACKERS[0]));
				offend(percent(10));
				assert_event(Event::Withdrawn { listing: LISTING, backer: BACKERS[0], amount: 5_000 });
			} else {
				offend(percent(10));
				assert_ok!(withdraw(BACKERS[0]));
				assert_event(Event::Withdrawn { listing: LISTING, backer: BACKERS[0], amount: 4_500 });
			}
			settle_fines();
		});
	}
}

#[test]
fn where_sales_are_covered_backers_lose_no_more_than_the_curator() {
	TestExt.execute(|| {
		three_backers();
		assert!(Curation::cover(LISTING, 9_000));
		// Half is asked for, and only a tenth of the bond is free.
		assert_eq!(offend(percent(50)), 2_000);
		assert_eq!((own(), view().active), (9_000, 9_000));
		settle_fines();
	});
}

#[test]
fn no_more_answers_than_the_multiple_of_what_is_left_of_the_bond() {
	TestExt.execute(|| {
		three_backers();
		// What is paid back to buyers comes out of the bond alone.
		assert_eq!(Curation::slash(LISTING, 8_000, &PAYER), 8_000);
		assert_eq!(Backing::bonded(&Bond::Listing(LISTING)), 4_000);
		assert_eq!(view().answers, 2_000);
		assert_eq!(offend(percent(50)), 2_000);
		assert_eq!((own(), view().active), (1_000, 9_000));
		settle_fines();
		// Nothing is left to back: nothing answers.
		assert_eq!(Curation::slash(LISTING, 1_000, &PAYER), 1_000);
		assert_eq!(Backing::bonded(&Bond::Listing(LISTING)), 0);
		assert_eq!(offend(percent(50)), 0);
		assert_noop!(back(BACKERS[0], 1_000), Error::<Test>::TooMuch);
	});
}

#[test]
fn a_curator_who_offends_to_rob_her_backers_has_less_afterwards() {
	// She is her own subscriber, who gets half of each fine, whatever she did with her bond before.
	for (drained, covered, part) in
		[(0, 0, 10), (0, 0, 100), (0, 9_000, 100), (9_000, 0, 100), (5_000, 4_000, 60), (9_990, 0, 100)]
	{
		TestExt.execute(|| {
			three_backers();
			assert!(drained == 0 || Curation::slash(LISTING, drained, &PAYER) == drained);
			assert!(covered == 0 || Curation::cover(LISTING, covered));
			let before = own();
			let taken = offend(percent(part));
			let lost = before - own();
			assert!(taken / 2 <= lost, "{} of {lost} comes back", taken / 2);
			settle_fines();
		});
	}
}

#[test]
fn a_node_has_nobody_behind_its_bond() {
	TestExt.execute(|| {
		three_backers();
		let node = Bond::Node(BACKERS[0]);
		assert_eq!(Backing::bonded(&node), 0);
		assert_eq!(Backing::forfeit(&node, 100), 0);
		assert_eq!(Backing::forfeited(&node), 0);
		assert_eq!(active(BACKERS[0]), 5_000);
	});
}

#[test]
fn a_bond_that_nobody_backs_is_what_it_was() {
	TestExt.execute(|| {
		for open_it in [false, true] {
			if open_it {
				opened();
			}
			let bond = Bond::Listing(LISTING);
			assert_eq!(Backing::bonded(&bond), own());
			assert_eq!(Backing::forfeit(&bond, 100), 100);
			assert_eq!(Backing::forfeited(&bond), Curation::forfeited(&bond));
			settle_fines();
		}
	});
}

#[test]
fn more_than_there_is_takes_all_of_it_and_no_more() {
	TestExt.execute(|| {
		three_backers();
		let bond = Bond::Listing(LISTING);
		assert_eq!(Backing::forfeit(&bond, Balance::MAX), 20_000);
		assert_eq!((Backing::bonded(&bond), own(), view().active), (0, 0, 0));
		settle_fines();
		assert_eq!(free(&SOUK, TREASURY), ENDOWMENT + 20_000);
	});
}

#[test]
fn a_thousand_backers_are_slashed_at_once_without_being_touched() {
	TestExt.execute(|| {
		opened();
		Most::set(FixedU128::from_u32(100));
		assert_ok!(open(CURATOR, LISTING, percent(20), Balance::MAX));
		let backers = 1_000..2_000;
		for who in backers.clone() {
			let gift = pallet_balances::Call::<Test>::transfer_keep_alive { dest: who, value: 5_000 };
			assert_ok!(dispatch(PAYER, gift));
			assert_ok!(back(who, 100 + Balance::from(who) % 5));
		}
		check();
		let total = view().active;
		let records = || Backers::<Test>::iter().collect::<Vec<_>>();
		let before = records();
		assert_eq!(offend(percent(10)), 1_000 + total / 10);
		// Their records are as they were, and each has lost a tenth.
		assert_eq!(records(), before);
		for who in backers.clone() {
			let amount = 100 + Balance::from(who) % 5;
			let left = active(who);
			assert!(left * 10 <= amount * 9 + 10 && left * 10 + 10 >= amount * 9, "{left} of {amount}");
		}
		let all: Balance = backers.clone().map(active).sum();
		let left = total - total / 10;
		assert!(all <= left && left - all < 1_000, "{all} of {left}");
		settle_fines();
		// Everybody has theirs in the end, and the last one what rounding left.
		assert_ok!(close(CURATOR, LISTING));
		advance_to(now() + UNBONDING);
		let paid: Balance = backers
			.map(|who| {
				let before = Balances::free_balance(who);
				assert_ok!(withdraw(who));
				Balances::free_balance(who) - before - Backing::backer_deposit(&who, LISTING)
			})
			.sum();
		assert_eq!(paid, left);
		assert_nothing_is_left();
	});
}
