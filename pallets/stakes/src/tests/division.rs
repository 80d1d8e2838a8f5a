//! Whose the money is that an offence took.

use super::*;

/// Commits an offence of the curator alone that takes `amount` of her bond.
fn fine(amount: Balance) {
	let parts = u32::try_from(amount * 1_000_000 / bonded(OF_CURATOR)).expect("not more than all");
	Cost::set(Penalty { curator: Permill::from_parts(parts), repeated: Permill::zero(), ..Cost::get() });
	assert_eq!(commit(Offence { node: None, ..offence(OffenceKind::BadChunk) }), amount);
}

fn next_block() {
	advance_to(System::block_number() + 1);
}

#[test]
fn where_nobody_pays_for_the_listing_reporter_and_treasury_have_it_at_once() {
	TestExt::default().execute(|| {
		fine(1_000);
		assert_eq!((gained(REPORTER), gained(TREASURY)), (200, 800));
		assert_eq!(Fines::<Test>::iter().count(), 0);
		assert!(events().contains(&Event::FineSettled { fine: 0 }));
	});
}

#[test]
fn where_nobody_reported_it_the_treasury_has_the_rest() {
	TestExt::default().execute(|| {
		commit(Offence { node: None, reporter: None, ..offence(OffenceKind::MissedPeriod) });
		assert_eq!(gained(TREASURY), 1_000);
	});
}

#[test]
fn those_who_pay_for_it_come_first_each_in_proportion() {
	TestExt::default().execute(|| {
		subscribe(LISTING, FIRST, 1, Asset::Native, 1_000);
		subscribe(LISTING, FIRST + 1, 2, WUSD, 1_000);
		subscribe(SECOND, FIRST + 2, 1, Asset::Native, 1_000);
		fine(1_000);
		assert_eq!((gained(REPORTER), gained(TREASURY)), (0, 0), "not before the others");
		next_block();
		assert_eq!((free(FIRST), free(FIRST + 1), free(FIRST + 2)), (125, 375, 0));
		assert_eq!((gained(REPORTER), gained(TREASURY)), (200, 300));
		for event in [
			Event::Compensated { listing: LISTING, payer: FIRST, amount: 125 },
			Event::Rewarded { listing: LISTING, reporter: REPORTER, amount: 200 },
			Event::Collected { listing: LISTING, amount: 300 },
			Event::FineSettled { fine: 0 },
		] {
			assert!(events().contains(&event), "{event:?}");
		}
	});
}

#[test]
fn nobody_gets_more_than_they_paid_for_the_running_period() {
	TestExt::default().execute(|| {
		subscribe(LISTING, FIRST, 1, Asset::Native, 30);
		subscribe(LISTING, FIRST + 1, 1, Asset::Native, 60);
		fine(1_000);
		next_block();
		assert_eq!((free(FIRST), free(FIRST + 1)), (30, 60));
		assert_eq!((gained(REPORTER), gained(TREASURY)), (200, 710));
	});
}

#[test]
fn who_came_with_the_offence_or_after_it_was_not_harmed() {
	TestExt::default().execute(|| {
		subscribe(LISTING, FIRST, START - 1, Asset::Native, 1_000);
		subscribe(LISTING, FIRST + 1, START, Asset::Native, 1_000_000);
		fine(1_000);
		subscribe(LISTING, FIRST + 2, START, Asset::Native, 1_000_000);
		next_block();
		assert_eq!((free(FIRST), free(FIRST + 1), free(FIRST + 2)), (500, 0, 0));
	});
}

#[test]
fn who_came_when_the_harm_could_be_seen_was_not_harmed() {
	TestExt::default().execute(|| {
		advance_to(START + 4);
		let seen = START + 2;
		for (payer, since) in [(FIRST, seen - 1), (FIRST + 1, seen), (FIRST + 2, seen + 1)] {
			subscribe(LISTING, payer, since, Asset::Native, 1_000_000);
		}
		commit(Offence { node: None, began: seen, ..offence(OffenceKind::LostDispute) });
		next_block();
		assert_eq!([0, 1, 2].map(|number| free(FIRST + number)), [500, 0, 0]);
		assert_eq!((gained(REPORTER), gained(TREASURY)), (200, 300));
	});
}

#[test]
fn where_all_came_when_it_could_be_seen_their_part_is_the_treasurys() {
	TestExt::default().execute(|| {
		subscribe(LISTING, FIRST, START - 1, Asset::Native, 1_000_000);
		commit(Offence { node: None, began: START - 1, ..offence(OffenceKind::LostDispute) });
		next_block();
		assert_eq!((free(FIRST), gained(REPORTER), gained(TREASURY)), (0, 200, 800));
	});
}

#[test]
fn no_harm_is_seen_later_than_the_offence() {
	TestExt::default().execute(|| {
		subscribe(LISTING, FIRST, START, Asset::Native, 1_000_000);
		commit(Offence { node: None, began: START + 1, ..offence(OffenceKind::LostDispute) });
		assert_eq!(
			Fines::<Test>::get(Stakes::key(0)).map(|fine| (fine.at, fine.began)),
			Some((START, START))
		);
		next_block();
		assert_eq!(free(FIRST), 0);
	});
}

#[test]
fn what_nobody_can_price_counts_as_nothing() {
	TestExt::default().execute(|| {
		subscribe(LISTING, FIRST, 1, UNPRICED, 1_000);
		subscribe(LISTING, FIRST + 1, 1, Asset::Native, 0);
		fine(1_000);
		next_block();
		assert_eq!((free(FIRST), free(FIRST + 1)), (0, 0));
		assert_eq!((gained(REPORTER), gained(TREASURY)), (200, 800));
	});
}

#[test]
fn who_cannot_be_paid_leaves_it_to_the_treasury() {
	TestExt::default().execute(|| {
		subscribe(LISTING, FIRST, 1, Asset::Native, 9);
		subscribe(LISTING, FIRST + 1, 1, Asset::Native, 991);
		fine(1_000);
		next_block();
		// Four are too few to make an account.
		assert_eq!((free(FIRST), free(FIRST + 1)), (0, 495));
		assert_eq!((gained(REPORTER), gained(TREASURY)), (200, 305));

		subscribe(LISTING, FIRST, 1, Asset::Native, 9);
		let unpaid = Offence { reporter: Some(STRANGER), node: None, ..offence(OffenceKind::BadChunk) };
		let nothing = Permill::zero();
		Cost::set(Penalty { curator: Permill::from_parts(1_000), repeated: nothing, ..penalty() });
		assert_eq!(commit(unpaid), 9);
		next_block();
		assert_eq!((free(STRANGER), free(FIRST + 1)), (0, 498));
		assert_eq!(gained(TREASURY), 305 + 6);
	});
}

#[test]
fn a_payment_may_come_out_of_both_bonds() {
	TestExt::default().execute(|| {
		for number in 0..3 {
			subscribe(LISTING, FIRST + number, 1, Asset::Native, 1_000);
		}
		// A thousand of the curator, of which 438 are paid before the treasury has the rest; two hundred of the node.
		commit(offence(OffenceKind::MissedChallenge));
		next_block();
		for number in 0..3 {
			assert_eq!(free(FIRST + number), 66);
		}
		assert_eq!((gained(REPORTER), gained(TREASURY)), (240, 762));
		let forfeited = |bond| <Curation as souk_primitives::reach::Bonds<AccountId>>::forfeited(bond);
		assert_eq!((forfeited(&OF_CURATOR), forfeited(&OF_NODE)), (0, 0));
	});
}

#[test]
fn whoever_leaves_before_their_turn_leaves_their_share_to_the_treasury() {
	TestExt::default().execute(|| {
		subscribe(LISTING, FIRST, 1, Asset::Native, 1_000);
		subscribe(LISTING, FIRST + 1, 1, Asset::Native, 1_000);
		fine(1_000);
		// Both are counted, nobody is paid.
		Stakes::divide(
			START,
			&mut frame_support::weights::WeightMeter::with_limit(
				<() as WeightInfo>::next_fine() + <() as WeightInfo>::count() * 3,
			),
		);
		assert!(matches!(
			Fines::<Test>::get(Stakes::key(0)).expect("it is not paid").stage,
			Stage::Paying { claims: 2_000, part: 500, .. }
		));
		unsubscribe(LISTING, FIRST);
		next_block();
		assert_eq!((free(FIRST), free(FIRST + 1)), (0, 250));
		assert_eq!((gained(REPORTER), gained(TREASURY)), (200, 550));
	});
}

#[test]
fn whoever_pays_more_by_their_turn_takes_nothing_from_reporter_and_treasury() {
	TestExt::default().execute(|| {
		subscribe(LISTING, FIRST, 1, Asset::Native, 500);
		fine(1_000);
		Stakes::divide(
			START,
			&mut frame_support::weights::WeightMeter::with_limit(
				<() as WeightInfo>::next_fine() + <() as WeightInfo>::count() * 2,
			),
		);
		subscribe(LISTING, FIRST, 1, Asset::Native, 1_000_000);
		subscribe(LISTING, FIRST + 1, 1, Asset::Native, 1_000_000);
		next_block();
		assert_eq!((free(FIRST), free(FIRST + 1)), (500, 0));
		assert_eq!((gained(REPORTER), gained(TREASURY)), (200, 300));
	});
}

#[test]
fn what_nobody_can_be_paid_is_tried_again_ever_less_often() {
	TestExt::default().without_treasury().execute(|| {
		Existential::set(1_000);
		fine(1_000);
		assert_eq!(gained(REPORTER), 200);
		assert_eq!(Stakes::fines(None, 9)[0].left, 800);
		let mut tries = Vec::new();
		for block in START + 1..START + 60 {
			advance_to(block);
			if events().iter().any(|event| matches!(event, Event::FineDelayed { left: 800, .. })) {
				tries.push(block - START);
			}
		}
		assert_eq!(tries, [3, 6, 12, 24, 48]);
		// The treasury has come into being.
		Existential::set(MINIMUM);
		advance_to(START + 96);
		assert_eq!(free(TREASURY), 800);
	});
}

#[test]
fn one_that_waits_keeps_no_other_from_being_paid() {
	TestExt::default().without_treasury().execute(|| {
		Existential::set(700);
		fine(700);
		subscribe(SECOND, REPORTER, 1, Asset::Native, 1_000_000);
		assert_ok!(curate(pallet_curation::Call::bond { listing: SECOND, amount: 1_000 }));
		Cost::set(Penalty { curator: Permill::one(), ..penalty() });
		let second =
			Offence { listing: SECOND, node: None, reporter: None, ..offence(OffenceKind::BadChunk) };
		assert_eq!(commit(second), 1_000);
		assert_eq!(gained(REPORTER), 140);
		next_block();
		assert_eq!(gained(REPORTER), 140 + 500);
		Existential::set(MINIMUM);
	});
}

#[test]
fn what_was_paid_for_the_time_of_the_harm_comes_back_and_no_more() {
	TestExt::default().execute(|| {
		subscribe(LISTING, FIRST, 1, Asset::Native, 1_000);
		subscribe(LISTING, FIRST + 1, 1, Asset::Native, 2_000);
		let late = Offence { node: None, reporter: None, ..offence(OffenceKind::MissedPeriod) };
		assert_eq!(commit(Offence { harmed_for: PAID_FOR / 10, ..late.clone() }), 1_000);
		next_block();
		// Half of the fine would be more.
		assert_eq!((free(FIRST), free(FIRST + 1), gained(TREASURY)), (100, 200, 700));
		// Nobody was harmed for no time.
		commit(Offence { harmed_for: 0, evidence: [1; 32], ..late });
		next_block();
		assert_eq!((free(FIRST), free(FIRST + 1)), (100, 200));
	});
}

#[test]
fn where_two_answer_those_who_pay_get_no_more_than_the_one_of_them_that_loses_less() {
	TestExt::default().execute(|| {
		subscribe(LISTING, FIRST, 1, Asset::Native, 1_000_000);
		// Of 1,000 of the curator's and 200 of the node's, half would be 600: five accounts of the node's would have three times what it loses.
		assert_eq!(commit(Offence { reporter: None, ..offence(OffenceKind::Unreachable) }), 1_200);
		next_block();
		assert_eq!((free(FIRST), gained(TREASURY)), (200, 1_000));
		// Where the curator does not answer, it is half of the node's.
		let alone = Offence { curator_answers: false, ..offence(OffenceKind::ConflictingSnapshots) };
		let of_node = commit(Offence { reporter: None, ..alone });
		assert!(of_node > 0);
		next_block();
		assert_eq!(free(FIRST), 200 + of_node / 2);
	});
}

#[test]
fn who_has_nothing_at_stake_has_nobody_fined_for_what_they_do_not_show() {
	TestExt::default().execute(|| {
		subscribe(SECOND, FIRST, 1, Asset::Native, 1_000_000);
		let of_second = |kind| Offence { listing: SECOND, reporter: None, ..offence(kind) };
		let bonded_by = || bonded(Bond::Node(NODES[0]));
		let before = bonded_by();
		assert_eq!(commit(of_second(OffenceKind::MissedChallenge)), 0);
		assert_eq!(bonded_by(), before);
		assert!(Stakes::node_history(NODES[0]).is_empty());
		// Validators did not reach it, whoever has assigned it; but nobody gains by it.
		assert_eq!(commit(of_second(OffenceKind::Unreachable)), before / 5);
		next_block();
		assert_eq!((free(FIRST), gained(TREASURY)), (0, before / 5));
	});
}

#[test]
fn for_what_it_does_not_show_a_node_loses_no_more_than_who_has_assigned_it() {
	TestExt::default().execute(|| {
		let little = Permill::from_parts(1_000);
		Cost::set(Penalty { curator: little, ..penalty() });
		let of_curator = little.mul_floor(bonded(OF_CURATOR));
		assert!(of_curator < bonded(Bond::Node(NODES[0])) / 5);
		let taken = commit(Offence { reporter: None, ..offence(OffenceKind::MissedChallenge) });
		assert_eq!(taken, 2 * of_curator);
	});
}
