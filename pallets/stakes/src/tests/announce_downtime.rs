use super::*;

const ROUND: u32 = 1 + EVERY;
const NODE: AccountId = NODES[0];

fn away(node: AccountId, from: u32, blocks: u32) -> sp_runtime::DispatchResult {
	let done = call(node, crate::Call::announce_downtime { from, blocks });
	done.map(|_| ()).map_err(|failed| failed.error)
}

#[test]
fn who_said_so_in_time_is_not_challenged() {
	TestExt::default().execute(|| {
		keep(LISTING, START);
		assert_ok!(away(NODE, ROUND + CHALLENGE - 1, 5));
		assert_eq!(
			events().last(),
			Some(&Event::DowntimeAnnounced {
				node: NODE,
				from: ROUND + CHALLENGE - 1,
				until: ROUND + CHALLENGE + 4
			})
		);
		assert_eq!(held(NODE), Stakes::downtime_deposit(&NODE));
		advance_to(ROUND);
		assert!(Stakes::challenges(NODE).is_empty());
		assert_eq!(Stakes::challenges(NODES[1]).len(), 1);
	});
}

#[test]
fn it_counts_for_what_it_covers_and_nothing_else() {
	for (from, blocks, away_then) in [
		(ROUND + CHALLENGE, 5, false),
		(ROUND + CHALLENGE - 1, 1, true),
		(ROUND - 4, 4, false),
		(ROUND - 4, 5, true),
	] {
		TestExt::default().execute(|| {
			keep(LISTING, START);
			assert_ok!(away(NODE, from, blocks));
			advance_to(ROUND);
			assert_eq!(Stakes::challenges(NODE).is_empty(), away_then, "{from} {blocks}");
		});
	}
}

#[test]
fn other_pallets_are_told_the_same() {
	use souk_primitives::reach::Downtimes;
	TestExt::default().execute(|| {
		assert_ok!(away(NODE, START + NOTICE, 3));
		let until = START + NOTICE + 3;
		for (from, to, is) in [
			(0, START + NOTICE, false),
			(0, until - 2, true),
			(until - 1, until, true),
			(until, u32::MAX, false),
		] {
			assert_eq!(Stakes::is_away(&NODE, from, to), is, "{from}..{to}");
			assert!(!Stakes::is_away(&NODES[1], from, to));
		}
	});
}

#[test]
fn a_node_is_away_once_in_a_while_and_gets_its_deposit_back() {
	TestExt::default().execute(|| {
		let from = START + NOTICE;
		assert_ok!(away(NODE, from, 3));
		assert_eq!(Stakes::downtime(NODE).expect("it said so").until, from + 3);
		assert_noop!(away(NODE, from + 20, 3), Error::<Test>::AwayTooOften);
		advance_to(from + AWAY_EVERY - 1);
		assert_noop!(away(NODE, from + AWAY_EVERY + NOTICE, 3), Error::<Test>::AwayTooOften);
		advance_to(from + AWAY_EVERY);
		assert_eq!((held(NODE), Stakes::downtime(NODE)), (0, None));
		assert_ok!(away(NODE, System::block_number() + NOTICE, 3));
	});
}

#[test]
fn it_is_neither_too_soon_nor_too_long_nor_too_far_away() {
	TestExt::default().execute(|| {
		let first = START + NOTICE;
		for (from, blocks) in [
			(first - 1, 1),
			(first, 0),
			(first, LONGEST + 1),
			(first + AWAY_EVERY + 1, 1),
			(0, 1),
			(u32::MAX, u32::MAX),
		] {
			assert_noop!(away(NODE, from, blocks), Error::<Test>::BadDowntime);
		}
		assert_ok!(away(NODE, first, LONGEST));
		assert_ok!(away(NODES[1], first + AWAY_EVERY, 1));
	});
}

#[test]
fn only_who_has_a_bond_and_pays_the_deposit_can_say_so() {
	TestExt::default().execute(|| {
		assert_noop!(away(OTHER, START + NOTICE, 1), Error::<Test>::NothingAtStake);
		use frame_support::traits::{fungible::Mutate, tokens::Preservation};
		let all = free(NODE) - MINIMUM;
		assert_ok!(<Balances as Mutate<_>>::transfer(&NODE, &OTHER, all, Preservation::Expendable));
		assert_noop!(away(NODE, START + NOTICE, 1), Error::<Test>::DepositUnpaid);
	});
}
