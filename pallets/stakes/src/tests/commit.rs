//! What an offence takes of the bonds that answer for it.

use super::*;

#[test]
fn each_bond_answers_with_its_part() {
	TestExt::default().execute(|| {
		let missed = Offence { evidence: [7; 32], ..offence(OffenceKind::MissedChallenge) };
		assert_eq!(commit(missed), 1_000 + 200);
		assert_eq!((bonded(OF_CURATOR), bonded(OF_NODE)), (9_000, 800));
		assert_eq!(
			events().first(),
			Some(&Event::OffenceCommitted {
				kind: OffenceKind::MissedChallenge,
				listing: LISTING,
				node: Some(NODES[0]),
				reporter: Some(REPORTER),
				evidence: [7; 32],
				of_curator: 1_000,
				of_node: 200,
			})
		);
	});
}

#[test]
fn where_no_node_did_it_the_curator_answers_alone() {
	TestExt::default().execute(|| {
		assert_eq!(commit(Offence { node: None, ..offence(OffenceKind::MissedPeriod) }), 1_000);
		assert_eq!(bonded(OF_NODE), NODE_BOND);
	});
}

#[test]
fn the_curator_does_not_answer_for_a_node_that_is_not_hers() {
	TestExt::default().execute(|| {
		let stranger = Offence {
			node: Some(NODES[2]),
			curator_answers: false,
			..offence(OffenceKind::ConflictingSnapshots)
		};
		assert_eq!(commit(stranger), 200);
		assert_eq!((bonded(OF_CURATOR), bonded(Bond::Node(NODES[2]))), (BOND, 800));
		assert!(Stakes::history(LISTING).is_empty());
		assert_eq!(Stakes::node_history(NODES[2]).len(), 1);
	});
}

#[test]
fn what_is_unbonding_answers_as_well_to_the_last_block() {
	TestExt::default().execute(|| {
		let unbond = |amount| pallet_curation::Call::unbond { listing: LISTING, amount };
		assert_ok!(curate(unbond(BOND)));
		advance_to(START + UNBONDING);
		assert_eq!(commit(Offence { node: None, ..offence(OffenceKind::BadChunk) }), 1_000);
		assert_ok!(curate(pallet_curation::Call::withdraw_unbonded { listing: LISTING }));
		assert_eq!(bonded(OF_CURATOR), 0);
		assert_eq!(commit(Offence { node: None, ..offence(OffenceKind::BadChunk) }), 0);
	});
}

#[test]
fn an_offence_that_costs_nothing_is_remembered_all_the_same() {
	TestExt::default().execute(|| {
		let nothing = Permill::zero();
		Cost::set(Penalty { curator: nothing, node: nothing, ..penalty() });
		assert_eq!(commit(offence(OffenceKind::LostDispute)), 0);
		assert_eq!(Stakes::history(LISTING).len(), 1);
		assert_eq!(Fines::<Test>::iter().count(), 0);
		// Nor does one against nobody who has a bond.
		Cost::set(penalty());
		let unbonded = Offence { listing: SECOND, node: Some(STRANGER), ..offence(OffenceKind::BadChunk) };
		assert_eq!(commit(unbonded), 0);
	});
}

#[test]
fn the_next_one_of_its_kind_costs_more_until_it_takes_all() {
	TestExt::default().execute(|| {
		let mut left = BOND;
		for percent in [10, 20, 30, 40] {
			let cost = left * percent / 100;
			assert_eq!(commit(Offence { node: None, ..offence(OffenceKind::LostDispute) }), cost);
			left -= cost;
		}
		// Another kind begins at the beginning.
		assert_eq!(commit(Offence { node: None, ..offence(OffenceKind::BadChunk) }), left / 10);
		Cost::set(Penalty { curator: Permill::from_percent(50), ..penalty() });
		commit(Offence { node: None, ..offence(OffenceKind::BadChunk) });
		assert_eq!(bonded(OF_CURATOR), 0);
	});
}

#[test]
fn absences_of_a_day_count_once_for_what_the_next_one_costs() {
	for kind in OffenceKind::ALL.into_iter().filter(|kind| kind.is_absence()) {
		TestExt::default().execute(|| {
			let costs = |percent: Balance| {
				let before = bonded(OF_CURATOR);
				let absent = Offence { node: None, reporter: None, ..offence(kind) };
				assert_eq!(commit(absent), before * percent / 100, "{kind:?} in {}", System::block_number());
			};
			[10, 20, 20].into_iter().for_each(costs);
			advance_to(START + DAY - 1);
			[20, 20].into_iter().for_each(costs);
			// A day after the first one, the next one counts as well.
			advance_to(START + DAY);
			[20, 30, 30].into_iter().for_each(costs);
		});
	}
}

#[test]
fn an_absence_that_nothing_answers_for_is_told_and_not_remembered() {
	TestExt::default().execute(|| {
		for kind in OffenceKind::ALL {
			System::reset_events();
			let unbonded = Offence { listing: SECOND, node: Some(STRANGER), ..offence(kind) };
			assert_eq!(commit(unbonded), 0);
			let told = events();
			assert!(matches!(&told[..], [Event::OffenceCommitted { of_curator: 0, of_node: 0, .. }]));
		}
		let kinds = |bond: Bond<AccountId>| History::<Test>::get(bond).into_iter().map(|record| record.kind);
		for bond in [Bond::Listing(SECOND), Bond::Node(STRANGER)] {
			let remembered: Vec<_> = kinds(bond).collect();
			assert_eq!(remembered, OffenceKind::ALL[3..], "what somebody has paid for");
		}
		// As soon as there is something, what it costs or not.
		assert_ok!(curate(pallet_curation::Call::bond { listing: SECOND, amount: 100 }));
		Cost::set(Penalty { curator: Permill::zero(), ..penalty() });
		let absent = Offence { listing: SECOND, node: Some(STRANGER), ..offence(OffenceKind::MissedPeriod) };
		assert_eq!(commit(absent), 0);
		assert_eq!(kinds(Bond::Listing(SECOND)).next_back(), Some(OffenceKind::MissedPeriod));
		assert!(!kinds(Bond::Node(STRANGER)).any(OffenceKind::is_absence));
	});
}

#[test]
fn an_earlier_one_counts_only_for_a_while() {
	TestExt::default().execute(|| {
		let missed = || Offence { node: None, ..offence(OffenceKind::MissedPeriod) };
		assert_eq!(commit(missed()), 1_000);
		advance_to(START + 39);
		assert_eq!(commit(missed()), 1_800);
		advance_to(START + 40);
		// The first one is over.
		assert_eq!(commit(missed()), 7_200 / 5);
	});
}

#[test]
fn a_fine_takes_nothing_that_covers_a_sale() {
	TestExt::default().execute(|| {
		use souk_primitives::reach::Curation as _;
		Cost::set(Penalty { curator: Permill::one(), ..penalty() });
		assert!(Curation::cover(LISTING, 6_000));
		assert_eq!(commit(Offence { node: None, ..offence(OffenceKind::BadChunk) }), 4_000);
		assert_eq!(Curation::slash(LISTING, 6_000, &OTHER), 6_000);
	});
}
