//! Sequences for calls that no other sequence gets to.

use super::*;

/// All of them.
pub fn all() -> [(&'static str, Vec<Action>); 5] {
	[
		("tab-of-a-listing-that-ends", tab_of_a_listing_that_ends()),
		("validators-that-leave", validators_that_leave()),
		("verifying-keys", verifying_keys()),
		("without-a-jury", without_a_jury()),
		("renewed-late", renewed_late()),
	]
}

/// Nobody waits for the turn of what ends with its listing.
fn tab_of_a_listing_that_ends() -> Vec<Action> {
	vec![
		subscribe(EVE, TABLE, 2),
		OpenTab { who: EVE, listing: TABLE, limit: 20, how: 0 },
		Voucher { who: MAY, tab: 0, node: 0, queries: 3, how: 0 },
		ClaimTab { who: BOB, tab: 0 },
		Retire { who: MAY, listing: TABLE },
		ClaimTab { who: BOB, tab: 0 },
		Settle { who: BOB, which: 0 },
		Voucher { who: MAY, tab: 0, node: 0, queries: 5, how: 0 },
		blocks(7),
	]
}

/// Somebody waits until a bond is free, and somebody is taken off the list and comes back.
fn validators_that_leave() -> Vec<Action> {
	let mut actions = vec![
		ValidatorBond { who: EVE, amount: 120 },
		ValidatorUnbond { who: EVE, amount: 20 },
		ValidatorWithdraw { who: EVE },
		ForceChill { who: EVE_ANYHOW, validator: BOB },
		ForceChill { who: MAY, validator: BOB },
		ForceChill { who: MAY, validator: BOB },
		Epoch {},
		Epoch {},
		Validate { who: BOB },
	];
	actions.extend([Epoch {}; 30]);
	actions.extend([ValidatorWithdraw { who: EVE }, ValidatorWithdraw { who: EVE }]);
	actions
}

/// Keys come and go; in the end nothing is proved any more.
fn verifying_keys() -> Vec<Action> {
	vec![
		order(EVE, TABLE),
		order(DAVE, TABLE),
		Ask { who: EVE, listing: 0, query: 0, bounty: 99, wait: 9 },
		RegisterKey { who: MAY, statement: 0, era: 1 },
		RegisterKey { who: MAY, statement: 0, era: 1 },
		RegisterKey { who: MAY, statement: 2, era: 1 },
		RegisterKey { who: EVE_ANYHOW, statement: 0, era: 2 },
		RetireKey { who: EVE_ANYHOW, statement: 0, era: 1 },
		RetireKey { who: MAY, statement: 0, era: 1 },
		RetireKey { who: MAY, statement: 0, era: 1 },
		Verify { who: EVE, right: 1 },
		RetireKey { who: MAY, statement: 1, era: 0 },
		RetireKey { who: MAY, statement: 2, era: 0 },
		// It is retired from the next block on.
		Deliver { who: BOB, order: 0, how: 0 },
		blocks(1),
		Deliver { who: BOB, order: 1, how: 0 },
		Answer { who: 0, ask: 0, how: 0 },
		BadChunk { who: MAY, order: 0, how: 0 },
		blocks(12),
	]
}

/// With nobody in the pool a dispute has no case, and governance may rule.
fn without_a_jury() -> Vec<Action> {
	let mut actions = vec![order(EVE, SERVICE), MarkDelivered { who: MAY, order: 0, milestone: 1 }];
	actions.extend((100..127).map(|who| LeavePool { who }));
	actions.extend([
		Dispute { who: MAY, order: 0, evidence: 6 },
		Resolve { who: EVE_ANYHOW, order: 0, share: 50 },
		Resolve { who: MAY, order: 0, share: 50 },
		blocks(4),
	]);
	actions
}

/// A subscriber has no money when a period ends, and renews in the grace after it.
fn renewed_late() -> Vec<Action> {
	let to = |who, to, amount| Transfer { who, to, wusd: 1, amount };
	let mut actions = vec![subscribe(EVE, TABLE, 2)];
	// In whichever block the grace begins: rich between two blocks, and poor when the next one begins.
	for _ in 0..14 {
		actions.extend([to(EVE, BOB, 255), blocks(1), to(BOB, EVE, 120), Renew { who: MAY, which: 0 }]);
	}
	actions
}
