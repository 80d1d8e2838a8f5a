//! Who worked when, as long as somebody is owed for it, or may report what was signed.

use super::*;
use crate::Departed;
use codec::Encode;
use souk_primitives::{reach::Curation as _, NodeRole::*, Term};

/// The terms of `LISTING` in a role that touch a block from `from` up to, not including, `to`.
fn terms(role: NodeRole, from: u32, to: u32) -> Vec<(AccountId, u32, u32)> {
	let terms = Curation::terms(LISTING, role, from, to);
	terms.into_iter().map(|Term { node, since, until }| (node, since, until)).collect()
}

/// How many have left `LISTING` and are remembered.
fn remembered() -> usize {
	Departed::<Test>::get(LISTING).map_or(0, |departures| departures.nodes.len())
}

#[test]
fn who_left_during_a_period_is_known_until_it_is_settled() {
	TestExt::default().workers(2).execute(|| {
		let mark = Curation::period_begins(LISTING, 1);
		go_to(5);
		assert_ok!(unassign(CURATOR, LISTING, 11, Worker));
		assert_ok!(assign(CURATOR, LISTING, 11, Persistence));
		go_to(8);
		assert_ok!(resign(11, LISTING, Persistence));
		assert_ok!(deregister_node(11));
		assert_eq!(terms(Worker, 1, 9), [(11, 1, 5), (12, 1, u32::MAX)]);
		assert_eq!(terms(Persistence, 1, 9), [(11, 5, 8)]);
		// Each only where it touches the blocks that are asked for.
		assert_eq!(terms(Worker, 5, 9), [(12, 1, u32::MAX)]);
		assert_eq!(terms(Persistence, 1, 5), []);

		go_to(8 + REMEMBERED);
		assert_ok!(assign(CURATOR, LISTING, 12, Worker));
		assert_eq!(remembered(), 2);
		Curation::period_settled(LISTING, mark);
		assert_ok!(assign(CURATOR, LISTING, 12, Worker));
		assert_eq!(terms(Worker, 1, 9), [(12, 1, u32::MAX)]);
		assert!(!Departed::<Test>::contains_key(LISTING));
	});
}

#[test]
fn who_left_while_nothing_was_paid_for_is_known_while_what_it_signed_can_be_reported() {
	TestExt::default().workers(2).execute(|| {
		let deposit = held(HoldReason::Deposit, CURATOR);
		go_to(5);
		assert_ok!(unassign(CURATOR, LISTING, 11, Worker));
		go_to(5 + REMEMBERED - 1);
		assert_ok!(assign(CURATOR, LISTING, 12, Worker));
		assert_eq!(terms(Worker, 1, 9), [(11, 1, 5), (12, 1, u32::MAX)]);
		go_to(5 + REMEMBERED);
		assert_ok!(assign(CURATOR, LISTING, 12, Worker));
		assert_eq!(terms(Worker, 1, 9), [(12, 1, u32::MAX)]);
		assert!(!Departed::<Test>::contains_key(LISTING));
		assert_eq!(held(HoldReason::Deposit, CURATOR), deposit / 2);
	});
}

#[test]
fn who_came_and_left_in_one_block_is_not_remembered() {
	TestExt::default().nodes(1).execute(|| {
		Curation::period_begins(LISTING, 1);
		for _ in 0..2 * MAX_TERMS {
			assert_ok!(assign(CURATOR, LISTING, 11, Worker));
			assert_ok!(unassign(CURATOR, LISTING, 11, Worker));
		}
		assert_eq!((remembered(), free(CURATOR)), (0, ENDOWMENT));
	});
}

#[test]
fn a_later_period_does_not_keep_who_left_before_it() {
	TestExt::default().workers(3).execute(|| {
		let first = Curation::period_begins(LISTING, 1);
		go_to(5);
		assert_ok!(unassign(CURATOR, LISTING, 11, Worker));
		let second = Curation::period_begins(LISTING, 5);
		go_to(9);
		assert_ok!(unassign(CURATOR, LISTING, 12, Worker));
		assert_eq!(remembered(), 2);
		Curation::period_settled(LISTING, first);
		go_to(9 + REMEMBERED);
		assert_ok!(assign(CURATOR, LISTING, 13, Worker));
		assert_eq!(terms(Worker, 5, 9), [(12, 1, 9), (13, 1, u32::MAX)]);
		assert_eq!(remembered(), 1);
		Curation::period_settled(LISTING, second);
		assert_ok!(assign(CURATOR, LISTING, 13, Worker));
		assert_eq!(remembered(), 0);
	});
}

#[test]
fn a_period_that_is_paid_for_late_keeps_who_left_since_it_began() {
	TestExt::default().workers(3).execute(|| {
		let last = Curation::period_begins(LISTING, 1);
		go_to(5);
		assert_ok!(unassign(CURATOR, LISTING, 11, Worker));
		go_to(9);
		assert_ok!(unassign(CURATOR, LISTING, 12, Worker));
		// Paid for in block 9, for the time from block 6 on.
		let late = Curation::period_begins(LISTING, 6);
		Curation::period_settled(LISTING, last);
		go_to(9 + REMEMBERED);
		assert_ok!(assign(CURATOR, LISTING, 13, Worker));
		assert_eq!(remembered(), 1);
		assert_eq!(terms(Worker, 6, 12), [(12, 1, 9), (13, 1, u32::MAX)]);
		Curation::period_settled(LISTING, late);
		assert_ok!(assign(CURATOR, LISTING, 13, Worker));
		assert_eq!(remembered(), 0);
	});
}

#[test]
fn a_part_of_the_deposit_stays_while_a_node_is_remembered() {
	TestExt::default().workers(1).execute(|| {
		let whole = held(HoldReason::Deposit, CURATOR);
		go_to(2);
		assert_ok!(resign(11, LISTING, Worker));
		let part = held(HoldReason::Deposit, CURATOR);
		assert!(0 < part && part < whole, "{part} of {whole}");
		// It covers a list with nobody else.
		let bytes = Departed::<Test>::get(LISTING).expect("it is remembered").encoded_size();
		assert_eq!(part, 5 + bytes as Balance);
		go_to(2 + REMEMBERED);
		assert_ok!(assign(CURATOR, LISTING, 11, Worker));
		assert_eq!(held(HoldReason::Deposit, CURATOR), whole);
	});
}

#[test]
fn too_many_departures_stop_assignments_but_never_a_departure() {
	TestExt::default().nodes(2).execute(|| {
		let mark = Curation::period_begins(LISTING, 1);
		assert_ok!(assign(CURATOR, LISTING, 12, Persistence));
		for block in 2..MAX_TERMS + 1 {
			assert_ok!(assign(CURATOR, LISTING, 11, Worker));
			go_to(block);
			assert_ok!(unassign(CURATOR, LISTING, 11, Worker));
		}
		assert_eq!(remembered() as u32, MAX_TERMS - 1);
		assert_noop!(assign(CURATOR, LISTING, 11, Worker), Error::<Test>::TooManyTerms);
		// Another listing is another matter, and a key is no new term.
		assert_ok!(assign(CURATOR, DRAFT, 11, Worker));
		assert_ok!(assign(CURATOR, LISTING, 12, Persistence));
		assert_ok!(resign(12, LISTING, Persistence));
		assert_eq!(remembered() as u32, MAX_TERMS);

		Curation::period_settled(LISTING, mark);
		assert_noop!(assign(CURATOR, LISTING, 11, Worker), Error::<Test>::TooManyTerms);
		// The first one left in block 2; what the second signed can still be reported.
		go_to(2 + REMEMBERED);
		assert_ok!(assign(CURATOR, LISTING, 11, Worker));
		assert_eq!(remembered() as u32, MAX_TERMS - 1);
		go_to(MAX_TERMS + REMEMBERED);
		assert_ok!(assign(CURATOR, LISTING, 11, Worker));
		assert_eq!(remembered(), 0);
	});
}

#[test]
fn an_ended_listing_forgets_who_left() {
	TestExt::default().workers(2).execute(|| {
		// In its late-payment grace a subscription holds no money, but is not settled.
		let mark = Curation::period_begins(LISTING, 1);
		go_to(2);
		assert_ok!(unassign(CURATOR, LISTING, 11, Worker));
		move_to(LISTING, ListingState::Retired);
		assert_ok!(clear_listing(OTHER, LISTING));
		assert_eq!((free(CURATOR), remembered()), (ENDOWMENT, 0));
		Curation::period_settled(LISTING, mark);
		assert!(!Departed::<Test>::contains_key(LISTING));
	});
}
