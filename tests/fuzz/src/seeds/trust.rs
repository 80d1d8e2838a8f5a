//! Sequences about whether nodes are there, who vouches for a curator, and what people say of each other.

use super::*;

/// All of them.
pub fn all() -> [(&'static str, Vec<Action>); 9] {
	[
		("votes", votes()),
		("votes-on-backed-listings", votes_on_backed_listings()),
		("votes-that-stop", votes_that_stop()),
		("backing", backing()),
		("backing-that-answers", backing_that_answers()),
		("backing-that-ends", backing_that_ends()),
		("ratings", ratings()),
		("credentials", credentials()),
		("strangers-to-trust", strangers_to_trust()),
	]
}

/// Up to the second block of a period in which both nodes are voted on.
fn asked() -> Vec<Action> {
	vec![SetHealth { who: 0, url: 0 }, SetHealth { who: 1, url: 3 }, blocks(20), blocks(1)]
}

fn votes() -> Vec<Action> {
	let mut actions = vec![
		subscribe(EVE, TABLE, 2),
		subscribe(DAVE, SPOILED, 2),
		Vote { voter: 0, findings: 0, how: 0 },
		SetHealth { who: 0, url: 5 },
		SetHealth { who: 0, url: 6 },
		SetHealth { who: 1, url: 7 },
		SetHealth { who: EVE_ANYHOW, url: 0 },
		SetHealth { who: 0, url: 252 },
	];
	actions.extend(asked());
	// Not this period, not so many, another chain, another list, another's key, no such place, somebody's.
	actions.extend([9, 10, 11, 12, 13, 14].map(|how| Vote { voter: 0, findings: 0, how }));
	actions.extend([
		Vote { voter: 240, findings: 0, how: 0 },
		Vote { voter: 0, findings: 0, how: 240 },
		Vote { voter: 0, findings: 0b1010, how: 0 },
		Vote { voter: 0, findings: 0b0100, how: 0 },
		Vote { voter: 0, findings: 0b0100, how: 0 },
		ClearHealth { who: 0 },
		ClearHealth { who: 1 },
		SetHealth { who: 1, url: 19 },
		blocks(18),
		// The last block, and the first one in which it is too late.
		Vote { voter: 1, findings: 0b0100, how: 0 },
		blocks(1),
		Vote { voter: 1, findings: 0, how: 0 },
		blocks(5),
		RestoreNodeBond { who: BOB },
		RestoreNodeBond { who: DAVE },
		ClearHealth { who: 0 },
		ClearHealth { who: 0 },
		VoteAlike { findings: 0b0101 },
		blocks(20),
	]);
	actions
}

fn votes_on_backed_listings() -> Vec<Action> {
	let mut actions = vec![
		OpenBacking { who: MAY, listing: TABLE, share: 30, most: 90 },
		OpenBacking { who: MAY, listing: SPOILED, share: 30, most: 90 },
		Back { who: EVE, listing: 0, amount: 90 },
		Back { who: BOB, listing: 0, amount: 33 },
		Back { who: EVE, listing: 1, amount: 7 },
		subscribe(EVE, TABLE, 2),
	];
	actions.extend(agreed());
	actions.extend(asked());
	actions.extend([
		Unback { who: MAY, which: 0, amount: 3 },
		VoteAlike { findings: 0 },
		blocks(19),
		blocks(1),
		VoteAlike { findings: 0 },
		Retire { who: MAY, listing: SPOILED },
		blocks(19),
		RestoreNodeBond { who: BOB },
		WithdrawUnbacked { who: EVE, which: 0 },
		blocks(4),
	]);
	actions
}

fn votes_that_stop() -> Vec<Action> {
	let mut actions = vec![Downtime { who: BOB, from: 3, blocks: 200 }];
	actions.extend(asked());
	actions.extend([
		SetVoting { every: 40 },
		VoteAlike { findings: 0 },
		blocks(19),
		blocks(1),
		SetVoting { every: 25 },
		blocks(3),
		Unassign { who: MAY, listing: TABLE, which: 3 },
		SetVoting { every: 0 },
		VoteAlike { findings: 0b1000 },
		blocks(25),
		VoteAlike { findings: 0 },
		SetVoting { every: 20 },
		blocks(2),
		DeregisterNode { who: DAVE },
		ClearHealth { who: 1 },
		blocks(20),
	]);
	actions
}

fn backing() -> Vec<Action> {
	vec![
		OpenBacking { who: MAY, listing: TABLE, share: 0, most: 90 },
		OpenBacking { who: MAY, listing: TABLE, share: 95, most: 90 },
		OpenBacking { who: MAY, listing: TABLE, share: 40, most: 90 },
		Back { who: CHARLIE, listing: 0, amount: 20 },
		Back { who: EVE, listing: 0, amount: 0 },
		Back { who: EVE, listing: 0, amount: 100 },
		Back { who: DAVE, listing: 0, amount: 33 },
		Back { who: 201, listing: 0, amount: 7 },
		Back { who: BOB, listing: 0, amount: 255 },
		subscribe(EVE, TABLE, 2),
		order(EVE, TABLE),
		OpenTab { who: EVE, listing: TABLE, limit: 20, how: 0 },
		Deliver { who: BOB, order: 0, how: 0 },
		Voucher { who: MAY, tab: 0, node: 0, queries: 3, how: 0 },
		Confirm { who: MAY, order: 0, milestone: 0 },
		Back { who: EVE, listing: 0, amount: 11 },
		OpenBacking { who: MAY, listing: TABLE, share: 10, most: 90 },
		ClaimIncome { who: BOB, which: 0, asset: 0 },
		ClaimIncome { who: BOB, which: 0, asset: 0 },
		ClaimIncome { who: BOB, which: 1, asset: 1 },
		Unback { who: MAY, which: 0, amount: 5 },
		Unback { who: MAY, which: 1, amount: 2 },
		Unback { who: MAY, which: 2, amount: 250 },
		WithdrawUnbacked { who: BOB, which: 0 },
		WithdrawUnbacked { who: BOB, which: 1 },
		blocks(14),
		WithdrawUnbacked { who: BOB, which: 0 },
		WithdrawUnbacked { who: BOB, which: 1 },
		WithdrawUnbacked { who: BOB, which: 2 },
		blocks(1),
		WithdrawUnbacked { who: BOB, which: 2 },
		WithdrawUnbacked { who: BOB, which: 1 },
		WithdrawUnbacked { who: BOB, which: 0 },
		blocks(5),
		OpenBacking { who: MAY, listing: TABLE, share: 60, most: 5 },
		ClaimIncome { who: BOB, which: 0, asset: 0 },
		ClaimIncome { who: BOB, which: 1, asset: 0 },
		Back { who: EVE, listing: 0, amount: 9 },
	]
}

fn backing_that_answers() -> Vec<Action> {
	vec![
		OpenBacking { who: MAY, listing: SPOILED, share: 90, most: 250 },
		Back { who: EVE, listing: 0, amount: 200 },
		Back { who: DAVE, listing: 0, amount: 66 },
		Back { who: BOB, listing: 0, amount: 3 },
		Unback { who: MAY, which: 0, amount: 250 },
		Unback { who: MAY, which: 1, amount: 20 },
		order(EVE, SPOILED),
		order(DAVE, SPOILED),
		subscribe(BOB, SPOILED, 2),
		DeliverAll { who: BOB, how: 0 },
		BadChunk { who: MAY, order: 0, how: 0 },
		Back { who: ALICE, listing: 0, amount: 4 },
		SetBacking { times: 2, least: 3 },
		BadChunk { who: MAY, order: 1, how: 0 },
		Back { who: EVE, listing: 0, amount: 2 },
		Unback { who: MAY, which: 2, amount: 2 },
		blocks(10),
		Unbond { who: MAY, listing: SPOILED, amount: 100 },
		SetBacking { times: 7, least: 0 },
		ClaimIncome { who: BOB, which: 0, asset: 1 },
		ClaimIncome { who: BOB, which: 1, asset: 1 },
		blocks(5),
		WithdrawUnbacked { who: BOB, which: 0 },
		WithdrawUnbacked { who: BOB, which: 1 },
		WithdrawUnbacked { who: BOB, which: 2 },
		WithdrawUnbonded { who: MAY, listing: SPOILED },
		blocks(4),
	]
}

fn backing_that_ends() -> Vec<Action> {
	vec![
		OpenBacking { who: MAY, listing: TABLE, share: 50, most: 250 },
		OpenBacking { who: MAY, listing: SPOILED, share: 20, most: 250 },
		Back { who: EVE, listing: 0, amount: 50 },
		Back { who: DAVE, listing: 0, amount: 17 },
		Back { who: EVE, listing: 1, amount: 50 },
		subscribe(EVE, TABLE, 2),
		CloseBacking { who: MAY, listing: 0 },
		CloseBacking { who: MAY, listing: 0 },
		Back { who: EVE, listing: 0, amount: 50 },
		Unback { who: MAY, which: 0, amount: 5 },
		OpenBacking { who: MAY, listing: TABLE, share: 60, most: 250 },
		TakeDown { who: MAY, listing: SPOILED },
		OpenBacking { who: MAY, listing: SPOILED, share: 60, most: 250 },
		blocks(10),
		blocks(4),
		WithdrawUnbacked { who: BOB, which: 0 },
		blocks(1),
		WithdrawUnbacked { who: BOB, which: 2 },
		WithdrawUnbacked { who: BOB, which: 0 },
		blocks(5),
		WithdrawUnbacked { who: BOB, which: 0 },
		ClaimIncome { who: BOB, which: 0, asset: 0 },
		Freeze { whose: 3 },
		ClaimIncome { who: BOB, which: 0, asset: 0 },
		blocks(16),
		ClaimIncome { who: BOB, which: 0, asset: 0 },
		OpenBacking { who: MAY, listing: TABLE, share: 60, most: 250 },
		Back { who: EVE, listing: 0, amount: 9 },
	]
}

fn ratings() -> Vec<Action> {
	vec![
		subscribe(EVE, TABLE, 2),
		subscribe(DAVE, TABLE, 2),
		order(EVE, TABLE),
		order(EVE, SERVICE),
		order(BOB, SPOILED),
		Rate { who: 0, deal: 0, score: 4 },
		DeliverAll { who: BOB, how: 0 },
		Confirm { who: MAY, order: 0, milestone: 0 },
		CancelOrder { who: 0, order: 1 },
		Confirm { who: MAY, order: 2, milestone: 0 },
		ForgetOrder { who: MAY, order: 0 },
		Rate { who: 0, deal: 0, score: 240 },
		Rate { who: 0, deal: 0, score: 246 },
		Rate { who: 0, deal: 0, score: 4 },
		Rate { who: 0, deal: 0, score: 1 },
		ForgetOrder { who: MAY, order: 0 },
		Rate { who: 1, deal: 0, score: 0 },
		Rate { who: 1, deal: 0, score: 4 },
		ForgetOrder { who: MAY, order: 0 },
		Rate { who: 0, deal: 1, score: 4 },
		Rate { who: 0, deal: 2, score: 4 },
		blocks(5),
		blocks(1),
		ForgetOrder { who: MAY, order: 1 },
		blocks(4),
		Rate { who: 0, deal: 128, score: 2 },
		Rate { who: 1, deal: 128, score: 3 },
		Rate { who: 1, deal: 128, score: 3 },
		Rate { who: 0, deal: 129, score: 2 },
		SetWindow { blocks: 0 },
		Rate { who: 1, deal: 129, score: 2 },
		blocks(10),
		SetWindow { blocks: 9 },
		blocks(9),
		Rate { who: 0, deal: 128, score: 1 },
		blocks(28),
	]
}

fn credentials() -> Vec<Action> {
	vec![
		order(EVE, TABLE),
		order(EVE, SERVICE),
		order(DAVE, SERVICE),
		DeliverAll { who: BOB, how: 0 },
		MarkDelivered { who: MAY, order: 1, milestone: 0 },
		IssueCredential { who: MAY, order: 0, kind: 0 },
		Confirm { who: MAY, order: 0, milestone: 0 },
		// Its seller does not answer.
		Dispute { who: MAY, order: 1, evidence: 2 },
		IssueCredential { who: MAY, order: 0, kind: 0 },
		IssueCredential { who: MAY, order: 0, kind: 0 },
		IssueCredential { who: MAY, order: 0, kind: 1 },
		IssueCredential { who: MAY, order: 0, kind: 2 },
		RemoveCredential { who: MAY, which: 0 },
		RevokeCredential { who: MAY, which: 0 },
		RevokeCredential { who: MAY, which: 0 },
		RemoveCredential { who: MAY, which: 0 },
		IssueCredential { who: MAY, order: 0, kind: 0 },
		blocks(4),
		IssueCredential { who: MAY, order: 1, kind: 2 },
		IssueCredential { who: MAY, order: 1, kind: 0 },
		blocks(1),
		RemoveCredential { who: MAY, which: 0 },
		blocks(1),
		RemoveCredential { who: MAY, which: 0 },
		IssueCredential { who: MAY, order: 0, kind: 0 },
		ForgetOrder { who: MAY, order: 0 },
		Confirm { who: MAY, order: 2, milestone: 0 },
		IssueCredential { who: MAY, order: 2, kind: 1 },
		blocks(20),
	]
}

/// What is others' to say or to do is tried by somebody who has nothing to do with it.
fn strangers_to_trust() -> Vec<Action> {
	let who = ALICE_ANYHOW;
	vec![
		SetHealth { who, url: 0 },
		SetHealth { who: 0, url: 0 },
		ClearHealth { who },
		OpenBacking { who, listing: TABLE, share: 30, most: 90 },
		OpenBacking { who: MAY, listing: TABLE, share: 30, most: 90 },
		CloseBacking { who, listing: 0 },
		Back { who: EVE, listing: 0, amount: 90 },
		Unback { who, which: 0, amount: 9 },
		subscribe(EVE, TABLE, 2),
		order(EVE, SERVICE),
		Confirm { who: MAY, order: 0, milestone: 0 },
		Rate { who, deal: 0, score: 3 },
		IssueCredential { who, order: 0, kind: 0 },
		IssueCredential { who, order: 0, kind: 1 },
		IssueCredential { who: MAY, order: 0, kind: 1 },
		RevokeCredential { who, which: 0 },
		RevokeCredential { who: MAY, which: 0 },
		blocks(7),
		RemoveCredential { who, which: 0 },
		Rate { who: 0, deal: 0, score: 3 },
		blocks(4),
		Rate { who, deal: 128, score: 3 },
		WithdrawUnbacked { who, which: 0 },
		ClaimIncome { who, which: 0, asset: 0 },
	]
}
