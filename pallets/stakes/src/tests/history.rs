//! What is remembered, and for how long.

use super::*;

/// What becomes of 1,200 that nobody but reporter and treasury has a share of.
const DIVIDED: Division = Division { subscribers: 0, reporter: 240, treasury: 960 };

fn missed(number: u8) -> Offence<AccountId> {
	Offence { evidence: [number; 32], ..offence(OffenceKind::MissedChallenge) }
}

/// Offences cost nothing, so that there is something bonded however many there are.
fn free_of_charge() {
	Cost::set(Penalty { curator: Permill::zero(), node: Permill::zero(), ..Cost::get() });
}

/// What is remembered against the listing, by its evidence, newest first.
fn remembered() -> Vec<u8> {
	Stakes::history(LISTING).into_iter().map(|record| record.evidence[0]).collect()
}

#[test]
fn an_offence_is_remembered_against_each_bond_that_answers() {
	TestExt::default().execute(|| {
		commit(Offence { basis: Basis::Votes { against: 3, of: 4 }, ..missed(1) });
		let record = |taken| OffenceRecord {
			kind: OffenceKind::MissedChallenge,
			listing: LISTING,
			node: Some(NODES[0]),
			reporter: Some(REPORTER),
			basis: Basis::Votes { against: 3, of: 4 },
			evidence: [1; 32],
			at: START,
			until: START + MEMORY,
			taken,
			fine: Some(0),
			division: Some(DIVIDED),
		};
		assert_eq!(Stakes::history(LISTING), [record(1_000)]);
		assert_eq!(Stakes::node_history(NODES[0]), [record(200)]);
		assert!(Stakes::node_history(NODES[1]).is_empty());
	});
}

#[test]
fn what_became_of_the_money_is_remembered_with_it_once_all_is_paid() {
	TestExt::default().execute(|| {
		subscribe(LISTING, FIRST, 1, Asset::Native, 100);
		commit(missed(1));
		commit(Offence { node: None, reporter: None, ..missed(2) });
		let both = || Stakes::history(LISTING).into_iter().map(|record| (record.fine, record.division));
		assert_eq!(both().collect::<Vec<_>>(), [(Some(1), None), (Some(0), None)]);
		advance_to(START + 1);
		let first = Division { subscribers: 100, reporter: 240, treasury: 860 };
		// The second one costs the listing twice as much of what is left.
		let second = Division { subscribers: 100, reporter: 0, treasury: 1_700 };
		assert_eq!(both().collect::<Vec<_>>(), [(Some(1), Some(second)), (Some(0), Some(first))]);
		assert_eq!(Stakes::node_history(NODES[0])[0].division, Some(first));
		Cost::set(Penalty { curator: Permill::zero(), node: Permill::zero(), ..Cost::get() });
		commit(missed(3));
		let free = Stakes::history(LISTING)[0].clone();
		assert_eq!((free.taken, free.fine, free.division), (0, None, None));
	});
}

#[test]
fn it_is_forgotten_in_its_time_without_anybodys_help() {
	TestExt::default().execute(|| {
		commit(missed(1));
		commit(missed(2));
		advance_to(START + 3);
		commit(missed(3));
		advance_to(START + MEMORY - 1);
		assert_eq!(remembered(), [3, 2, 1]);
		advance_to(START + MEMORY);
		assert_eq!(remembered(), [3]);
		advance_to(START + MEMORY + 3);
		assert_eq!(History::<Test>::iter().count(), 0);
		assert_eq!(Due::<Test>::iter().count(), 0);
	});
}

#[test]
fn for_new_ones_the_oldest_make_room() {
	TestExt::default().execute(|| {
		for number in 1..=6 {
			commit(Offence { kind: OffenceKind::LostDispute, ..missed(number) });
			if number % 2 == 0 {
				advance_to(System::block_number() + 1);
			}
		}
		assert_eq!(remembered(), [6, 5, 4, 3]);
		// Nothing waits for those that have gone.
		assert_eq!(Due::<Test>::iter_prefix(START + MEMORY).count(), 0);
		assert_eq!(Due::<Test>::iter().count(), 4);
	});
}

#[test]
fn the_absences_of_a_day_make_room_before_those_of_other_days() {
	TestExt::default().execute(|| {
		let day = |number: u32| advance_to(START + number * DAY);
		free_of_charge();
		commit(missed(1));
		commit(missed(2));
		day(1);
		commit(missed(3));
		commit(missed(4));
		commit(missed(5));
		assert_eq!(remembered(), [5, 4, 3, 1], "the second one of the first day has gone");
		commit(missed(6));
		assert_eq!(remembered(), [6, 5, 3, 1], "and the second one of the next day");
		// Each bond has two blocks in which something is forgotten: that of 1, and that of the others.
		assert_eq!(Due::<Test>::iter().count(), 2 * 2);
		day(2);
		commit(missed(7));
		day(3);
		commit(missed(8));
		assert_eq!(remembered(), [8, 7, 3, 1]);
		// Where each counts, the oldest goes.
		day(4);
		commit(missed(9));
		assert_eq!(remembered(), [9, 8, 7, 3]);
		assert_eq!(Due::<Test>::iter_prefix(START + MEMORY).count(), 0);
	});
}

#[test]
fn what_is_cheap_does_not_push_out_what_is_severe() {
	TestExt::default().execute(|| {
		free_of_charge();
		commit(Offence { kind: OffenceKind::ConflictingSnapshots, ..missed(1) });
		for number in 2..=9 {
			commit(missed(number));
			advance_to(System::block_number() + 1);
		}
		assert_eq!(remembered(), [9, 8, 2, 1]);
		// The last absence of each kind stays as well.
		commit(Offence { kind: OffenceKind::MissedPeriod, ..missed(10) });
		commit(Offence { kind: OffenceKind::Unreachable, ..missed(11) });
		assert_eq!(remembered(), [11, 10, 9, 1]);
		commit(missed(12));
		assert_eq!(remembered(), [12, 11, 10, 1]);
	});
}

#[test]
fn of_what_counts_the_oldest_of_which_there_are_most_makes_room() {
	TestExt::default().execute(|| {
		free_of_charge();
		let of = |kind, number| commit(Offence { kind, ..missed(number) });
		of(OffenceKind::BadChunk, 1);
		of(OffenceKind::LostDispute, 2);
		// Cheap, and as many as anybody likes.
		for number in 3..=9 {
			of(OffenceKind::ConflictingSnapshots, number);
			advance_to(System::block_number() + 1);
		}
		assert_eq!(remembered(), [9, 8, 2, 1]);
		of(OffenceKind::BadChunk, 10);
		assert_eq!(remembered(), [10, 9, 8, 2], "of as many, the oldest");
	});
}

#[test]
fn what_is_proved_twice_was_done_once() {
	TestExt::default().execute(|| {
		let bad = Offence { kind: OffenceKind::BadChunk, node: None, ..missed(1) };
		assert_eq!(commit(bad.clone()), 1_000);
		let again = Offence { reporter: Some(STRANGER), began: 1, ..bad.clone() };
		assert_eq!(commit(again), 0);
		assert_eq!((remembered(), Stakes::history(LISTING)[0].reporter), (vec![1], Some(REPORTER)));
		// Another snapshot is another one, and costs more.
		assert_eq!(commit(Offence { evidence: [2; 32], ..bad }), 1_800);
	});
}

#[test]
fn others_see_how_many_are_remembered() {
	TestExt::default().execute(|| {
		use souk_primitives::reach::Offences as _;
		assert_eq!(Stakes::against(LISTING), 0);
		commit(missed(1));
		commit(missed(2));
		assert_eq!((Stakes::against(LISTING), Stakes::against(SECOND)), (2, 0));
	});
}
