//! Who cannot be paid, and money that cannot be moved.

use super::*;
use sp_runtime::Permill;

#[test]
fn bounties_are_divided_without_a_rest() {
	for (amount, percent, expected) in
		[(1_000, 10, (100, 900)), (999, 10, (99, 900)), (1, 10, (0, 1)), (7, 0, (0, 7)), (7, 100, (7, 0))]
	{
		assert_eq!(crate::settlement::divide(amount, Permill::from_percent(percent)), expected);
	}
	let (fee, rest) = crate::settlement::divide(Balance::MAX, Permill::from_parts(333_333));
	assert_eq!(fee + rest, Balance::MAX);
}

#[test]
fn the_asker_is_paid_by_nobody_else_and_pays_the_fee_of_the_day() {
	TestExt.execute(|| {
		let (_, ask, bundle) = open_ask();
		Fee::set(Permill::from_percent(25));
		assert_ok!(answer(NODES[0], ask, bundle));
		assert_eq!((earned(&WUSD, NODES[0]), earned(&WUSD, TREASURY)), (750, 250));
	});
}

#[test]
fn a_node_that_cannot_be_paid_leaves_its_share_to_the_treasury() {
	TestExt.execute(|| {
		let (_, ask, bundle) = open_ask();
		block(NODES[0]);
		assert_ok!(answer(NODES[0], ask, bundle));
		assert_eq!((earned(&WUSD, NODES[0]), earned(&WUSD, TREASURY)), (0, BOUNTY));
		assert_eq!(view(ask).ended_at, Some(1));
		unblock(NODES[0]);
	});
}

#[test]
fn what_the_treasury_cannot_take_either_goes_back() {
	TestExt.execute(|| {
		let (_, ask, bundle) = open_ask();
		block(TREASURY);
		assert_ok!(answer(NODES[0], ask, bundle));
		assert_eq!((earned(&WUSD, NODES[0]), spent(&WUSD)), (NODE_SHARE, NODE_SHARE));
		assert_eq!((view(ask).paid, view(ask).refunded), (NODE_SHARE, TREASURY_SHARE));
		unblock(TREASURY);
	});
}

#[test]
fn a_frozen_bounty_is_paid_when_it_thaws_to_whose_it_is() {
	TestExt.execute(|| {
		let (_, ask, bundle) = open_ask();
		freeze(true);
		assert_ok!(answer(NODES[0], ask, bundle.clone()));
		assert_event(Event::SettlementDelayed { ask, held: BOUNTY });
		assert_eq!((state(ask), view(ask).held), (AskState::Answered, BOUNTY));
		assert_eq!((view(ask).ended_at, view(ask).due), (None, Some(2)));
		assert_noop!(answer(NODES[1], ask, bundle), Error::<Test>::AlreadyAnswered);
		// Tried again in 1, 1, 2, 4, 8 … blocks.
		let mut tries = vec![];
		for block in 2..20 {
			advance_to(block);
			if events().iter().any(|event| matches!(event, Event::SettlementDelayed { .. })) {
				tries.push(block);
			}
		}
		assert_eq!(tries, [2, 3, 5, 9, 17]);
		freeze(false);
		advance_to(33);
		assert_eq!((earned(&WUSD, NODES[0]), earned(&WUSD, TREASURY)), (NODE_SHARE, TREASURY_SHARE));
		assert_eq!(view(ask).ended_at, Some(33));
	});
}

#[test]
fn a_frozen_refund_waits_as_well() {
	TestExt.execute(|| {
		let (_, ask, _) = open_ask();
		freeze(true);
		advance_to(1 + WAIT);
		assert_eq!((state(ask), view(ask).held), (AskState::Refunded, BOUNTY));
		assert_eq!(Market::waiting(vec![0], None, 9), vec![], "nobody can answer it");
		freeze(false);
		advance_to(2 + WAIT);
		assert_eq!((spent(&WUSD), view(ask).ended_at), (0, Some(2 + WAIT)));
	});
}
