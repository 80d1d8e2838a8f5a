//! Hand-written sequences that lead far into the life of everything there is. Names of files, and bytes. A new pallet adds its own.

mod calls;
mod trust;

use crate::action::{self, Action, Action::*};

/// In the order of the cast: Alice is sudo, Bob and Dave are nodes, Charlie sells.
const ALICE: u8 = 0;
const BOB: u8 = 1;
const CHARLIE: u8 = 2;
const DAVE: u8 = 3;
const EVE: u8 = 4;
/// The listings that the world has.
const TABLE: u8 = 0;
const SERVICE: u8 = 1;
const SPOILED: u8 = 2;
/// Whoever may.
const MAY: u8 = 0;
/// One of the five, whether they may or not: these bytes stand for nobody else.
const ALICE_ANYHOW: u8 = 210;
const BOB_ANYHOW: u8 = 206;
const EVE_ANYHOW: u8 = 209;

/// So many blocks, at most thirty-two.
fn blocks(count: u8) -> Action {
	// The codes above 160 that are one less than a multiple of 32 higher.
	Blocks { count: 160 + (count - 1) % 32 }
}

/// All of them.
pub fn all() -> Vec<(&'static str, Vec<u8>)> {
	[
		("subscription", subscription()),
		("trial-and-commitment", trial_and_commitment()),
		("sale", sale()),
		("bad-chunk", bad_chunk()),
		("batch-of-keys", batch_of_keys()),
		("service-in-parts", service_in_parts()),
		("tab", tab()),
		("tab-of-many-vouchers", tab_of_many_vouchers()),
		("dispute", dispute()),
		("appeals", appeals()),
		("absent-jury", absent_jury()),
		("review", review()),
		("pool", pool()),
		("ask", ask()),
		("ask-without-answer", ask_without_answer()),
		("conflict", conflict()),
		("conflict-and-unassigned", conflict_and_unassigned()),
		("attestations", attestations()),
		("challenge", challenge()),
		("missed-challenge", missed_challenge()),
		("retired-with-everything-open", retired_with_everything_open()),
		("new-listing", new_listing()),
		("nodes", nodes()),
		("frozen", frozen()),
		("batches-and-proxies", batches_and_proxies()),
		("validators", validators()),
		("proofs", proofs()),
		("poor-subscriber", poor_subscriber()),
		("strangers", strangers()),
		("strangers-to-a-case", strangers_to_a_case()),
		("last-blocks", last_blocks()),
	]
	.into_iter()
	.chain(calls::all())
	.chain(trust::all())
	.map(|(name, actions)| (name, action::write(&actions)))
	.collect()
}

fn subscribe(who: u8, listing: u8, how: u8) -> Action {
	Subscribe { who, listing, plan: 0, how }
}

fn order(who: u8, listing: u8) -> Action {
	Order { who, listing, plan: 0, seen: 0 }
}

fn subscription() -> Vec<Action> {
	vec![
		subscribe(EVE, TABLE, 2),
		subscribe(DAVE, SERVICE, 2),
		subscribe(BOB, SPOILED, 0),
		blocks(9),
		SetPayouts { who: MAY, listing: TABLE, workers: 30, persistence: 10 },
		Unassign { who: MAY, listing: TABLE, which: 0 },
		blocks(5),
		Update { who: MAY, listing: TABLE, offer: 1, size: 0 },
		blocks(9),
		SetAutoRenew { who: MAY, which: 0, on: 0 },
		Cancel { who: MAY, which: 1 },
		blocks(20),
		Settle { who: BOB, which: 0 },
	]
}

fn trial_and_commitment() -> Vec<Action> {
	vec![
		Subscribe { who: EVE, listing: TABLE, plan: 7, how: 0 },
		Subscribe { who: EVE, listing: TABLE, plan: 0, how: 3 },
		Subscribe { who: EVE, listing: TABLE, plan: 7, how: 0 },
		blocks(12),
		Subscribe { who: EVE, listing: TABLE, plan: 7, how: 0 },
		Cancel { who: MAY, which: 0 },
		ClearTrial { who: BOB, which: 0 },
		Retire { who: MAY, listing: TABLE },
		ClearTrial { who: BOB, which: 0 },
	]
}

fn sale() -> Vec<Action> {
	vec![
		order(EVE, TABLE),
		order(DAVE, SPOILED),
		Deliver { who: BOB, order: 1, how: 12 },
		Deliver { who: BOB, order: 1, how: 15 },
		Deliver { who: BOB, order: 1, how: 0 },
		Deliver { who: BOB, order: 0, how: 0 },
		Confirm { who: MAY, order: 0, milestone: 0 },
		blocks(7),
		ForgetOrder { who: MAY, order: 0 },
		order(EVE, TABLE),
		blocks(9),
		order(EVE, SPOILED),
		CancelOrder { who: MAY, order: 2 },
		blocks(4),
		ForgetOrder { who: ALICE_ANYHOW, order: 1 },
	]
}

fn bad_chunk() -> Vec<Action> {
	vec![
		order(EVE, SPOILED),
		order(DAVE, SPOILED),
		order(EVE, TABLE),
		DeliverAll { who: BOB, how: 0 },
		BadChunk { who: MAY, order: 0, how: 14 },
		BadChunk { who: MAY, order: 0, how: 201 },
		BadChunk { who: BOB_ANYHOW, order: 0, how: 0 },
		BadChunk { who: MAY, order: 0, how: 0 },
		BadChunk { who: MAY, order: 0, how: 0 },
		Dispute { who: MAY, order: 1, evidence: 1 },
		BadChunk { who: MAY, order: 1, how: 0 },
		BadChunk { who: MAY, order: 2, how: 0 },
		Leap {},
		Unbond { who: MAY, listing: SPOILED, amount: 60 },
		blocks(20),
		WithdrawUnbonded { who: MAY, listing: SPOILED },
	]
}

fn batch_of_keys() -> Vec<Action> {
	vec![
		order(EVE, TABLE),
		order(EVE, SPOILED),
		order(DAVE, SPOILED),
		order(BOB, SPOILED),
		DeliverAll { who: DAVE, how: 64 + 15 },
		Unbond { who: MAY, listing: SPOILED, amount: 250 },
		DeliverAll { who: BOB, how: 0 },
		blocks(3),
		Confirm { who: MAY, order: 1, milestone: 0 },
		blocks(8),
	]
}

fn service_in_parts() -> Vec<Action> {
	vec![
		Offer { who: MAY, listing: SERVICE, to: EVE, parts: 3, wusd: 3 },
		Offer { who: MAY, listing: SERVICE, to: DAVE, parts: 1, wusd: 0 },
		Offer { who: MAY, listing: SERVICE, to: CHARLIE, parts: 1, wusd: 0 },
		Fund { who: MAY, order: 0 },
		MarkDelivered { who: MAY, order: 0, milestone: 1 },
		Confirm { who: MAY, order: 0, milestone: 0 },
		MarkDelivered { who: MAY, order: 0, milestone: 0 },
		Leap {},
		Leap {},
		Confirm { who: MAY, order: 0, milestone: 0 },
		CancelOrder { who: MAY, order: 0 },
		order(EVE, SERVICE),
		MarkDelivered { who: MAY, order: 2, milestone: 0 },
		ClaimOrder { who: BOB, order: 2 },
		Confirm { who: MAY, order: 2, milestone: 0 },
		ForgetOrder { who: MAY, order: 2 },
	]
}

fn tab() -> Vec<Action> {
	vec![
		FreeQuota { who: MAY, listing: TABLE, queries: 3 },
		OpenTab { who: EVE, listing: TABLE, limit: 20, how: 0 },
		OpenTab { who: DAVE, listing: SERVICE, limit: 5, how: 1 },
		Voucher { who: MAY, tab: 0, node: 0, queries: 3, how: 0 },
		Voucher { who: MAY, tab: 0, node: 0, queries: 3, how: 0 },
		Voucher { who: MAY, tab: 0, node: 0, queries: 2, how: 0 },
		Voucher { who: MAY, tab: 0, node: 0, queries: 5, how: 30 },
		Voucher { who: MAY, tab: 0, node: 0, queries: 5, how: 31 },
		Voucher { who: EVE_ANYHOW, tab: 0, node: 0, queries: 5, how: 0 },
		Voucher { who: MAY, tab: 1, node: 1, queries: 9, how: 0 },
		Voucher { who: MAY, tab: 1, node: 1, queries: 12, how: 0 },
		TopUp { who: MAY, tab: 1, amount: 3 },
		Voucher { who: MAY, tab: 1, node: 1, queries: 12, how: 0 },
		FreeQuota { who: MAY, listing: TABLE, queries: 0 },
		CloseTab { who: MAY, tab: 0 },
		blocks(5),
		Voucher { who: MAY, tab: 0, node: 0, queries: 7, how: 0 },
		Voucher { who: MAY, tab: 0, node: 1, queries: 1, how: 0 },
		blocks(1),
		Voucher { who: MAY, tab: 0, node: 0, queries: 9, how: 0 },
		blocks(32),
		blocks(8),
	]
}

fn tab_of_many_vouchers() -> Vec<Action> {
	let mut actions = vec![
		OpenTab { who: EVE, listing: TABLE, limit: 60, how: 0 },
		OpenTab { who: EVE, listing: SPOILED, limit: 60, how: 1 },
		OpenTab { who: DAVE, listing: TABLE, limit: 4, how: 0 },
	];
	for round in 0..8u8 {
		for tab in 0..3 {
			let node = round % 2;
			actions.push(Voucher { who: MAY, tab, node, queries: 3 * round + tab, how: round });
		}
		actions.push(Vouchers { who: round % 2, seed: round.wrapping_mul(37), count: 5 });
	}
	actions.extend([
		CloseTab { who: MAY, tab: 1 },
		blocks(4),
		Vouchers { who: 0, seed: 9, count: 5 },
		blocks(3),
	]);
	actions.extend([Vouchers { who: 0, seed: 10, count: 5 }, ClaimTab { who: BOB, tab: 0 }]);
	actions
}

/// Up to an answered case about an order for a service.
fn quarrel() -> Vec<Action> {
	vec![
		order(EVE, SERVICE),
		MarkDelivered { who: MAY, order: 0, milestone: 1 },
		Dispute { who: MAY, order: 0, evidence: 6 },
		AnswerCase { who: MAY, case: 0 },
		ShowEvidence { who: 1, case: 0, hash: 9 },
		ShowEvidence { who: 0, case: 0, hash: 8 },
		blocks(4),
	]
}

/// Up to a jury that has been drawn.
fn draw() -> [Action; 4] {
	[Epoch {}, Epoch {}, Epoch {}, Leap {}]
}

fn dispute() -> Vec<Action> {
	let mut actions = quarrel();
	actions.extend(draw());
	actions.extend([
		Commit { juror: 0, case: 0, vote: 0, how: 3 },
		Commit { juror: 1, case: 0, vote: 0, how: 15 },
		JuryActs { case: 0, votes: 0 },
		Reveal { juror: 0, case: 0, how: 240 },
		Reveal { juror: 0, case: 0, how: 0 },
		Reveal { juror: 0, case: 0, how: 0 },
		JuryActs { case: 0, votes: 0 },
		blocks(5),
		blocks(3),
		Resolve { who: MAY, order: 0, share: 50 },
	]);
	actions
}

fn appeals() -> Vec<Action> {
	let mut actions = quarrel();
	for votes in [0, 1, 0] {
		actions.extend(draw());
		// They commit, and then they reveal.
		actions.extend([JuryActs { case: 0, votes }, JuryActs { case: 0, votes }]);
		actions.extend([Appeal { who: BOB_ANYHOW, case: 0 }, Appeal { who: MAY, case: 0 }]);
	}
	actions.push(blocks(12));
	actions
}

fn absent_jury() -> Vec<Action> {
	let mut actions = quarrel();
	actions.extend(draw());
	actions.push(Commit { juror: 0, case: 0, vote: 1, how: 3 });
	actions.push(blocks(5));
	actions.extend(draw());
	actions.extend([
		JuryActs { case: 0, votes: 1 },
		Leap {},
		JuryActs { case: 0, votes: 225 },
		blocks(6),
		blocks(12),
	]);
	actions
}

fn review() -> Vec<Action> {
	let mut actions = quarrel();
	actions.extend(draw());
	actions.extend([
		RequestReview { who: 3, case: 0 },
		RequestReview { who: 4, case: 0 },
		RequestReview { who: 120, case: 0 },
		ApproveReview { juror: 0, case: 0, which: 0 },
		ApproveReview { juror: 0, case: 0, which: 0 },
		ApproveReview { juror: 1, case: 0, which: 0 },
		JuryActs { case: 0, votes: 2 },
		JuryActs { case: 0, votes: 2 },
		blocks(6),
		RequestReview { who: 3, case: 0 },
		Appeal { who: MAY, case: 0 },
		blocks(12),
	]);
	actions
}

fn pool() -> Vec<Action> {
	vec![
		JoinPool { who: 0, bond: 30 },
		JoinPool { who: 1, bond: 3 },
		AddToPoolBond { who: 0, amount: 5 },
		LeavePool { who: 0 },
		JoinPool { who: 0, bond: 30 },
		WithdrawPoolBond { who: 0 },
		LeavePool { who: 101 },
		Leap {},
		Leap {},
		Leap {},
		WithdrawPoolBond { who: 0 },
		WithdrawPoolBond { who: 101 },
		JoinPool { who: 0, bond: 40 },
	]
}

fn ask() -> Vec<Action> {
	vec![
		Ask { who: EVE, listing: 0, query: 0, bounty: 201, wait: 10 },
		Ask { who: DAVE, listing: 0, query: 5, bounty: 2, wait: 10 },
		Ask { who: DAVE, listing: 0, query: 3, bounty: 2, wait: 10 },
		Answer { who: 0, ask: 0, how: 7 },
		Answer { who: EVE_ANYHOW, ask: 0, how: 0 },
		Answer { who: 0, ask: 0, how: 0 },
		Answer { who: 1, ask: 0, how: 0 },
		CheckBundle { who: EVE, listing: 0, how: 0 },
		CheckBundle { who: EVE, listing: 0, how: 6 },
		ForgetAsk { who: MAY, ask: 0 },
		blocks(11),
		ForgetAsk { who: ALICE_ANYHOW, ask: 1 },
	]
}

fn ask_without_answer() -> Vec<Action> {
	vec![
		Ask { who: EVE, listing: 0, query: 2, bounty: 100, wait: 6 },
		WithdrawAsk { who: MAY, ask: 0 },
		ClaimAsk { who: BOB, ask: 0 },
		Ask { who: EVE, listing: 0, query: 0, bounty: 101, wait: 6 },
		Update { who: MAY, listing: TABLE, offer: 1, size: 3 },
		WithdrawAsk { who: MAY, ask: 1 },
		Answer { who: 0, ask: 0, how: 0 },
		blocks(7),
		Answer { who: 0, ask: 0, how: 0 },
	]
}

fn conflict() -> Vec<Action> {
	vec![
		subscribe(EVE, TABLE, 2),
		subscribe(BOB, TABLE, 2),
		Announce { who: EVE, signer: 1, listing: TABLE, what: 32 },
		Report { who: 0, how: 0 },
		blocks(1),
		Report { who: BOB_ANYHOW, how: 0 },
		Report { who: 0, how: 0 },
		Announce { who: EVE, signer: 1, listing: TABLE, what: 32 },
		blocks(1),
		Report { who: 0, how: 0 },
		blocks(6),
		RestoreNodeBond { who: DAVE },
		Resign { who: MAY, listing: TABLE, which: 1 },
		blocks(2),
		blocks(20),
	]
}

fn conflict_and_unassigned() -> Vec<Action> {
	vec![
		Announce { who: EVE, signer: 1, listing: TABLE, what: 32 },
		blocks(2),
		Unassign { who: MAY, listing: TABLE, which: 1 },
		Unassign { who: MAY, listing: TABLE, which: 2 },
		Report { who: 0, how: 0 },
		blocks(6),
	]
}

fn attestations() -> Vec<Action> {
	vec![
		subscribe(EVE, SPOILED, 2),
		blocks(6),
		Announce { who: CHARLIE, signer: 0, listing: SPOILED, what: 1 },
		blocks(1),
		Report { who: 0, how: 0 },
		Announce { who: CHARLIE, signer: 0, listing: SPOILED, what: 15 },
		blocks(1),
		Report { who: 0, how: 0 },
		blocks(4),
		RestoreNodeBond { who: BOB },
	]
}

fn challenge() -> Vec<Action> {
	let mut actions =
		vec![Downtime { who: BOB, from: 3, blocks: 40 }, Downtime { who: BOB, from: 9, blocks: 4 }];
	// Nodes have had the snapshot for a while then.
	actions.extend([blocks(32), blocks(32), blocks(32), blocks(32), blocks(32), blocks(32)]);
	actions.extend([
		AnswerChallenge { who: MAY, listing: 0, how: 240 },
		AnswerChallenge { who: MAY, listing: 0, how: 0 },
		AnswerChallenge { who: MAY, listing: 0, how: 0 },
		AnswerChallenge { who: BOB_ANYHOW, listing: 0, how: 0 },
	]);
	actions
}

fn missed_challenge() -> Vec<Action> {
	let mut actions = vec![subscribe(EVE, TABLE, 2)];
	actions.extend(agreed());
	actions.extend([
		Leap {},
		Leap {},
		Leap {},
		Leap {},
		Leap {},
		Leap {},
		Leap {},
		Leap {},
		Leap {},
		Leap {},
	]);
	actions.extend([blocks(32), RestoreNodeBond { who: BOB }, RestoreNodeBond { who: DAVE }]);
	actions
}

/// Both nodes show a piece of both tables, and have agreed to keep them by that.
fn agreed() -> Vec<Action> {
	let mut actions = vec![blocks(32); 6];
	actions.extend([AnswerChallenge { who: MAY, listing: 0, how: 0 }; 4]);
	actions
}

fn retired_with_everything_open() -> Vec<Action> {
	vec![
		subscribe(EVE, TABLE, 2),
		Subscribe { who: BOB, listing: TABLE, plan: 7, how: 0 },
		subscribe(DAVE, SERVICE, 3),
		OpenTab { who: EVE, listing: TABLE, limit: 9, how: 0 },
		FreeQuota { who: MAY, listing: TABLE, queries: 2 },
		Voucher { who: MAY, tab: 0, node: 0, queries: 2, how: 0 },
		order(EVE, TABLE),
		order(EVE, SERVICE),
		order(DAVE, SERVICE),
		order(DAVE, SPOILED),
		Offer { who: MAY, listing: SERVICE, to: EVE, parts: 2, wusd: 1 },
		Ask { who: EVE, listing: 0, query: 0, bounty: 99, wait: 11 },
		MarkDelivered { who: MAY, order: 1, milestone: 0 },
		Dispute { who: MAY, order: 1, evidence: 2 },
		Dispute { who: MAY, order: 2, evidence: 3 },
		AnswerCase { who: MAY, case: 0 },
		DeliverAll { who: BOB, how: 0 },
		blocks(1),
		Retire { who: MAY, listing: TABLE },
		Retire { who: MAY, listing: SERVICE },
		TakeDown { who: MAY, listing: SPOILED },
		Fund { who: MAY, order: 4 },
		subscribe(BOB, SERVICE, 0),
		Voucher { who: MAY, tab: 0, node: 0, queries: 4, how: 0 },
		BadChunk { who: MAY, order: 3, how: 0 },
		ClearListing { who: BOB, listing: TABLE },
		WithdrawAsk { who: MAY, ask: 0 },
		blocks(3),
		ClearListing { who: BOB, listing: SERVICE },
	]
}

fn new_listing() -> Vec<Action> {
	vec![
		Create { who: EVE, name: 9, kind: 0, offer: 3, size: 7 },
		Create { who: EVE, name: 9, kind: 0, offer: 3, size: 7 },
		SetState { who: MAY, listing: 3, active: 0 },
		Bond { who: MAY, listing: 3, amount: 90 },
		SetState { who: MAY, listing: 3, active: 0 },
		SetSchedule { who: MAY, listing: 3, every: 20, retention: 1 },
		Assign { who: MAY, listing: 3, node: 0, role: 160 },
		Assign { who: MAY, listing: 3, node: 1, role: 1 },
		Submit { who: 0, listing: 3, minute: 0, says: 1 },
		order(BOB, 3),
		Update { who: MAY, listing: 3, offer: 4, size: 255 },
		Update { who: MAY, listing: 3, offer: 255, size: 1 },
		SetSchedule { who: MAY, listing: 3, every: 10, retention: 4 },
		SetSchedule { who: MAY, listing: 3, every: 10, retention: 5 },
		Submit { who: 0, listing: 3, minute: 1, says: 0 },
		Submit { who: 0, listing: 3, minute: 2, says: 2 },
		SetSchedule { who: MAY, listing: 3, every: 10, retention: 1 },
		DeliverAll { who: EVE, how: 0 },
		SetState { who: MAY, listing: 3, active: 1 },
		SetState { who: MAY, listing: 3, active: 0 },
		Unbond { who: MAY, listing: 3, amount: 10 },
		blocks(16),
		WithdrawUnbonded { who: MAY, listing: 3 },
		SetState { who: MAY, listing: 3, active: 250 },
		Retire { who: MAY, listing: 3 },
		Unbond { who: MAY, listing: 3, amount: 250 },
		ClearListing { who: BOB, listing: 3 },
		blocks(16),
		WithdrawUnbonded { who: MAY, listing: 3 },
		Create { who: EVE, name: 9, kind: 1, offer: 3, size: 7 },
	]
}

fn nodes() -> Vec<Action> {
	vec![
		RegisterNode { who: EVE, roles: 3, size: 0 },
		UpdateNode { who: EVE, roles: 3, size: 107 },
		UpdateNode { who: EVE, roles: 1, size: 4 },
		Assign { who: MAY, listing: TABLE, node: 209, role: 0 },
		Submit { who: 0, listing: TABLE, minute: 1, says: 0 },
		Submit { who: 1, listing: TABLE, minute: 1, says: 1 },
		Submit { who: 2, listing: TABLE, minute: 1, says: 1 },
		Submit { who: 0, listing: TABLE, minute: 2, says: 0 },
		Submit { who: 1, listing: TABLE, minute: 3, says: 6 },
		Resign { who: MAY, listing: TABLE, which: 0 },
		DeregisterNode { who: EVE },
		Resign { who: MAY, listing: TABLE, which: 1 },
		DeregisterNode { who: EVE },
		RegisterNode { who: EVE, roles: 2, size: 9 },
		blocks(16),
		WithdrawNodeBond { who: EVE },
		DeregisterNode { who: EVE },
		blocks(16),
		WithdrawNodeBond { who: EVE },
	]
}

fn frozen() -> Vec<Action> {
	vec![
		subscribe(EVE, TABLE, 2),
		order(EVE, TABLE),
		OpenTab { who: EVE, listing: TABLE, limit: 9, how: 0 },
		Ask { who: EVE, listing: 0, query: 0, bounty: 99, wait: 4 },
		Freeze { whose: 5 },
		Voucher { who: MAY, tab: 0, node: 0, queries: 2, how: 0 },
		Deliver { who: BOB, order: 0, how: 0 },
		CloseTab { who: MAY, tab: 0 },
		blocks(12),
		Settle { who: BOB, which: 0 },
		ClaimTab { who: BOB, tab: 0 },
		ClaimOrder { who: BOB, order: 0 },
		ClaimAsk { who: BOB, ask: 0 },
		Thaw { whose: 5 },
		Freeze { whose: 4 },
		blocks(3),
		Thaw { whose: 4 },
		ClaimTab { who: BOB, tab: 0 },
		ClaimOrder { who: BOB, order: 0 },
		blocks(12),
	]
}

fn batches_and_proxies() -> Vec<Action> {
	vec![
		Batch { all: 1, count: 1 },
		subscribe(EVE, TABLE, 2),
		order(EVE, TABLE),
		OpenTab { who: EVE, listing: TABLE, limit: 9, how: 0 },
		Batch { all: 1, count: 0 },
		order(EVE, SPOILED),
		subscribe(EVE, TABLE, 2),
		Batch { all: 0, count: 1 },
		Deliver { who: BOB, order: 0, how: 0 },
		Deliver { who: BOB, order: 0, how: 0 },
		Transfer { who: BOB, to: EVE, wusd: 1, amount: 9 },
		Proxy { of: 0 },
		SetPayouts { who: MAY, listing: TABLE, workers: 3, persistence: 4 },
		Proxy { of: 0 },
		Bond { who: MAY, listing: TABLE, amount: 20 },
		Proxy { of: 0 },
		MarkDelivered { who: MAY, order: 0, milestone: 0 },
		Proxy { of: 0 },
		Transfer { who: CHARLIE, to: EVE, wusd: 0, amount: 9 },
		SetFee { percent: 21 },
		blocks(9),
	]
}

fn validators() -> Vec<Action> {
	vec![
		ValidatorBond { who: EVE, amount: 120 },
		ValidatorBondExtra { who: EVE, amount: 9 },
		Validate { who: EVE },
		ValidatorUnbond { who: EVE, amount: 10 },
		Epoch {},
		Chill { who: BOB },
		Epoch {},
		Validate { who: BOB },
		Epoch {},
		ValidatorUnbond { who: EVE, amount: 119 },
		ValidatorWithdraw { who: EVE },
		Epoch {},
	]
}

fn proofs() -> Vec<Action> {
	vec![
		Verify { who: EVE, right: 1 },
		Verify { who: EVE, right: 0 },
		order(EVE, TABLE),
		Pause { who: MAY, statement: 1 },
		Deliver { who: BOB, order: 0, how: 0 },
		Pause { who: ALICE_ANYHOW, statement: 0 },
		Pause { who: MAY, statement: 2 },
		Ask { who: EVE, listing: 0, query: 0, bounty: 99, wait: 4 },
		Resume { who: MAY, statement: 1 },
		Deliver { who: BOB, order: 0, how: 0 },
		Resume { who: MAY, statement: 2 },
	]
}

fn poor_subscriber() -> Vec<Action> {
	vec![
		subscribe(EVE, TABLE, 2),
		Transfer { who: EVE, to: BOB, wusd: 1, amount: 255 },
		blocks(10),
		Renew { who: MAY, which: 0 },
		Transfer { who: BOB, to: EVE, wusd: 1, amount: 60 },
		Renew { who: MAY, which: 0 },
		Transfer { who: EVE, to: BOB, wusd: 1, amount: 255 },
		blocks(12),
		Transfer { who: BOB, to: EVE, wusd: 1, amount: 90 },
		subscribe(EVE, TABLE, 2),
		SetState { who: MAY, listing: TABLE, active: 1 },
		blocks(10),
		SetState { who: MAY, listing: TABLE, active: 0 },
	]
}

/// What belongs to others is tried by somebody who has nothing to do with it.
fn strangers() -> Vec<Action> {
	let who = ALICE_ANYHOW;
	vec![
		subscribe(EVE, TABLE, 2),
		Subscribe { who: EVE, listing: SERVICE, plan: 7, how: 0 },
		order(EVE, SERVICE),
		order(EVE, SPOILED),
		OpenTab { who: EVE, listing: TABLE, limit: 9, how: 0 },
		Ask { who: EVE, listing: 0, query: 0, bounty: 99, wait: 9 },
		Offer { who: MAY, listing: SERVICE, to: EVE, parts: 2, wusd: 1 },
		Update { who, listing: TABLE, offer: 1, size: 1 },
		SetState { who, listing: TABLE, active: 1 },
		SetPayouts { who, listing: TABLE, workers: 1, persistence: 1 },
		Retire { who, listing: TABLE },
		TakeDown { who: EVE_ANYHOW, listing: TABLE },
		Cancel { who, which: 0 },
		SetAutoRenew { who, which: 0, on: 0 },
		Bond { who, listing: TABLE, amount: 90 },
		Unbond { who, listing: TABLE, amount: 9 },
		Assign { who, listing: TABLE, node: 0, role: 0 },
		Unassign { who, listing: TABLE, which: 0 },
		Resign { who, listing: TABLE, which: 0 },
		SetSchedule { who, listing: TABLE, every: 9, retention: 1 },
		Submit { who, listing: TABLE, minute: 2, says: 0 },
		ClearListing { who, listing: TABLE },
		Fund { who, order: 2 },
		MarkDelivered { who, order: 0, milestone: 0 },
		Confirm { who, order: 0, milestone: 0 },
		CancelOrder { who, order: 0 },
		ClaimOrder { who, order: 0 },
		Dispute { who, order: 0, evidence: 1 },
		Resolve { who: EVE_ANYHOW, order: 0, share: 50 },
		ForgetOrder { who, order: 0 },
		DeliverAll { who: BOB, how: 0 },
		Confirm { who, order: 1, milestone: 0 },
		BadChunk { who, order: 1, how: 0 },
		TopUp { who, tab: 0, amount: 3 },
		Voucher { who, tab: 0, node: 0, queries: 5, how: 0 },
		CloseTab { who, tab: 0 },
		ClaimTab { who, tab: 0 },
		FreeQuota { who, listing: TABLE, queries: 2 },
		Answer { who, ask: 0, how: 0 },
		WithdrawAsk { who, ask: 0 },
		ClaimAsk { who, ask: 0 },
		ForgetAsk { who, ask: 0 },
		Pause { who: EVE_ANYHOW, statement: 0 },
		Resume { who: EVE_ANYHOW, statement: 0 },
		AnswerChallenge { who, listing: 0, how: 0 },
		blocks(12),
		Confirm { who, order: 0, milestone: 0 },
	]
}

fn strangers_to_a_case() -> Vec<Action> {
	let who = ALICE_ANYHOW;
	let mut actions = vec![
		order(EVE, SERVICE),
		MarkDelivered { who: MAY, order: 0, milestone: 1 },
		Dispute { who: MAY, order: 0, evidence: 6 },
		AnswerCase { who, case: 0 },
		ShowEvidence { who, case: 0, hash: 9 },
		AnswerCase { who: MAY, case: 0 },
		ShowEvidence { who, case: 0, hash: 9 },
		LeavePool { who: 102 },
		blocks(4),
	];
	actions.extend(draw());
	actions.extend([
		Commit { juror: 240, case: 0, vote: 0, how: 3 },
		JuryActs { case: 0, votes: 0 },
		Reveal { juror: 240, case: 0, how: 3 },
		Reveal { juror: 1, case: 0, how: 250 },
		JuryActs { case: 0, votes: 0 },
		Appeal { who, case: 0 },
		ApproveReview { juror: 240, case: 0, which: 0 },
		ExecuteCase { who, case: 0 },
		Resolve { who: MAY, order: 0, share: 50 },
		blocks(4),
	]);
	actions.extend((100..127).map(|who| LeavePool { who }));
	actions
}

/// The last block in which something is too early or too late, and the first one in which it is not.
fn last_blocks() -> Vec<Action> {
	let withdraw = [WithdrawNodeBond { who: EVE }, WithdrawUnbonded { who: MAY, listing: TABLE }];
	let mut actions = vec![
		RegisterNode { who: EVE, roles: 3, size: 3 },
		UpdateNode { who: EVE, roles: 1, size: 3 },
		Unbond { who: MAY, listing: TABLE, amount: 20 },
		order(EVE, TABLE),
		order(EVE, SERVICE),
		OpenTab { who: EVE, listing: TABLE, limit: 9, how: 0 },
		CloseTab { who: MAY, tab: 0 },
		blocks(5),
		Voucher { who: MAY, tab: 0, node: 0, queries: 2, how: 0 },
		blocks(1),
		MarkDelivered { who: MAY, order: 1, milestone: 0 },
		blocks(1),
		Deliver { who: BOB, order: 0, how: 0 },
		blocks(4),
		Dispute { who: MAY, order: 1, evidence: 1 },
		blocks(1),
		BadChunk { who: MAY, order: 0, how: 201 },
	];
	for _ in 0..5 {
		actions.extend(withdraw);
		actions.push(blocks(1));
	}
	actions.push(DeregisterNode { who: EVE });
	actions.extend([blocks(13)]);
	for _ in 0..4 {
		actions.extend(withdraw);
		actions.push(blocks(1));
	}
	actions
}
