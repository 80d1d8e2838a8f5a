//! Queries that are paid one by one, over the real network, with the real sandboxed executor.

use crate::support::{
	client::{next, Answer, Client},
	genesis,
	tabs::{noted, open_tab, paid, voucher, with, PRICE, TAB},
	World, LISTING, PATIENCE,
};
use souk_persistence::{
	checks::{codes, Stage},
	metrics::{QueryEnd, SettlementEnd, VoucherEnd},
	tasks::voucher_settle::GONE,
};
use souk_protocol::{
	request::RequestLimits,
	voucher::{encode_voucher, sign_voucher},
	AnswerOpener, AnswerPart, Outcome, QueryRequest,
};
use std::time::Duration;

const SQL: &str = "SELECT id FROM t WHERE id < 5";

/// A node, and somebody with a tab for so many queries.
async fn world(queries: u128) -> (World, Client) {
	let world = World::new().await.with_snapshot(100);
	let client = Client::of(&world, "//Alice").await;
	open_tab(&world, &client, queries);
	(world, client)
}

#[tokio::test(flavor = "multi_thread")]
async fn each_query_is_paid_by_a_voucher_for_all_so_far() {
	let (world, client) = world(10).await;
	for queries in 1..=3 {
		let answer = client.ask(&world, paid(&world, &client, SQL, queries)).await;
		assert_eq!(answer.rows(), 5);
		let sum = PRICE * u128::from(queries);
		assert_eq!(noted(&world).await, (sum, sum));
	}
	assert_eq!(world.node.metrics.vouchers(VoucherEnd::Paid), 3);
	// Without a voucher there is no subscription.
	let unpaid = client.ask(&world, client.request(&world, SQL)).await;
	assert_eq!(unpaid.code(), codes::NOT_ENTITLED);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_query_is_on_credit_and_no_more() {
	let (world, client) = world(10).await;
	assert_eq!(client.ask(&world, paid(&world, &client, SQL, 1)).await.rows(), 5);
	// The same voucher once more: as somebody does whose answer was lost.
	assert_eq!(client.ask(&world, paid(&world, &client, SQL, 1)).await.rows(), 5);
	let third = client.ask(&world, paid(&world, &client, SQL, 1)).await;
	assert_eq!(third.code(), codes::PAYMENT_DUE);
	// An older one is no better, and does not replace it.
	assert_eq!(client.ask(&world, paid(&world, &client, SQL, 0)).await.code(), codes::PAYMENT_DUE);
	assert_eq!(noted(&world).await, (PRICE, 2 * PRICE));
	assert_eq!(client.ask(&world, paid(&world, &client, SQL, 2)).await.rows(), 5);
	assert_eq!(world.node.metrics.refusals(Stage::Payment), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_voucher_for_anything_else_pays_nothing() {
	let (world, client) = world(10).await;
	let good = voucher(&world, &client, 1);
	let request = || client.request(&world, SQL);
	let mut other_node = good.voucher;
	other_node.node = [9; 32];
	let mut changed = good;
	changed.voucher.amount += 1;
	let bob = Client::of(&world, "//Bob").await;
	let bad = [
		("another node's", sign_voucher(other_node, &genesis(), &client.account)),
		("another chain's", sign_voucher(good.voucher, &[7; 32], &client.account)),
		("another key's", sign_voucher(good.voucher, &genesis(), &bob.account)),
		("changed", changed),
	];
	for (what, signed) in bad {
		assert_eq!(client.ask(&world, with(request(), &signed)).await.code(), codes::BAD_VOUCHER, "{what}");
	}
	let mut longer = request();
	longer.voucher = Some([encode_voucher(&good), vec![0]].concat());
	assert_eq!(client.ask(&world, longer).await.code(), codes::BAD_VOUCHER);

	let mut other_tab = good.voucher;
	other_tab.tab += 1;
	let signed = sign_voucher(other_tab, &genesis(), &client.account);
	assert_eq!(client.ask(&world, with(request(), &signed)).await.code(), codes::TAB_NOT_OPEN);
	// Somebody else's tab, though signed by who asks.
	let theirs = sign_voucher(good.voucher, &genesis(), &bob.account);
	let of_bob = with(bob.request(&world, SQL), &theirs);
	assert_eq!(bob.ask(&world, of_bob).await.code(), codes::TAB_NOT_OPEN);
	let tab = |change: fn(&mut souk_persistence::chain::TabFacts)| {
		world.chain.change(|_| world.chain.tabs().change(TAB, change));
	};
	tab(|tab| tab.listing = LISTING + 1);
	let refused = client.ask(&world, with(request(), &good)).await;
	assert_eq!(refused.code(), codes::TAB_NOT_OPEN);
	let advice = format!("`souk tab open {LISTING} --limit <amount>`");
	let Outcome::Failed { message, .. } = &refused.attestation.outcome else { panic!("it is refused") };
	assert!(message.contains(&advice), "{message}");
	tab(|tab| (tab.listing, tab.has_room) = (LISTING, false));
	assert_eq!(client.ask(&world, with(request(), &good)).await.code(), codes::TAB_NOT_OPEN);
	tab(|tab| (tab.has_room, tab.open) = (true, false));
	assert_eq!(client.ask(&world, with(request(), &good)).await.code(), codes::TAB_NOT_OPEN);
	tab(|tab| tab.open = true);
	assert_eq!(noted(&world).await, (0, 0), "nothing of that was kept");
	assert_eq!(client.ask(&world, with(request(), &good)).await.rows(), 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_answered_that_the_tab_cannot_pay() {
	let (world, client) = world(2).await;
	for queries in 1..=2 {
		assert_eq!(client.ask(&world, paid(&world, &client, SQL, queries)).await.rows(), 5);
	}
	assert_eq!(client.ask(&world, paid(&world, &client, SQL, 3)).await.code(), codes::TAB_EXHAUSTED);
	// Another node was first with a part of it.
	world.chain.change(|_| world.chain.tabs().change(TAB, |tab| tab.free = 5 * PRICE));
	assert_eq!(client.ask(&world, paid(&world, &client, SQL, 3)).await.rows(), 5);
	world.chain.change(|_| world.chain.tabs().change(TAB, |tab| tab.free = 3 * PRICE));
	assert_eq!(client.ask(&world, paid(&world, &client, SQL, 4)).await.code(), codes::TAB_EXHAUSTED);
}

#[tokio::test(flavor = "multi_thread")]
async fn free_queries_are_counted_across_restarts() {
	let (world, client) = world(10).await;
	world.chain.change(|_| world.chain.tabs().quota = 2);
	let free = |world: &World| paid(world, &client, SQL, 0);
	assert_eq!(client.ask(&world, free(&world)).await.rows(), 5);
	assert_eq!(noted(&world).await, (0, 0));
	drop(client);
	let (account, secret, chain, dir) = world.stop().await;
	let world = World::start(account, secret, chain, dir, |_| {}).await;
	let client = Client::of(&world, "//Alice").await;
	open_tab(&world, &client, 10);
	let free = || paid(&world, &client, SQL, 0);
	assert_eq!(client.ask(&world, free()).await.rows(), 5);
	// Nothing was promised, and nothing is on credit.
	assert_eq!(client.ask(&world, free()).await.code(), codes::PAYMENT_DUE);
	assert_eq!(world.node.metrics.vouchers(VoucherEnd::Free), 1);
	assert_eq!(client.ask(&world, paid(&world, &client, SQL, 2)).await.rows(), 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_refused_costs_nothing() {
	let (world, client) = world(10).await;
	for sql in ["DROP TABLE t", "SELECT nothing FROM t", "SELECT 1 / (id - 3) FROM t"] {
		let answer = client.ask(&world, paid(&world, &client, sql, 1)).await;
		assert!(!answer.code().is_empty(), "{sql}");
	}
	assert_eq!(noted(&world).await.1, 0);
	assert_eq!(client.ask(&world, paid(&world, &client, SQL, 1)).await.rows(), 5);
	assert_eq!(noted(&world).await, (PRICE, PRICE));
}

const WHOLE: &str = "SELECT * FROM t";
/// Bytes that hold the schema of [`WHOLE`], and no rows.
const SCHEMA: u64 = 8 << 10;
/// Bytes that hold rows of it, and not all of 400,000.
const SOME: u64 = 1 << 20;

/// A node that gives no credit, with a snapshot of many pieces, and somebody with a tab there.
async fn strict() -> (World, Client) {
	let world = World::with(|settings| settings.vouchers.credit = 0).await.with_snapshot(400_000);
	let client = Client::of(&world, "//Alice").await;
	open_tab(&world, &client, 10);
	(world, client)
}

/// A request for all of it, with a voucher for so many queries, of which no more than so many bytes are wanted.
fn bounded(world: &World, client: &Client, queries: u64, bytes: u64) -> QueryRequest {
	let request = paid(world, client, WHOLE, queries);
	QueryRequest { limits: RequestLimits { bytes, ..request.limits }, ..request }
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_that_came_before_a_limit_of_the_askers_are_paid() {
	let (world, client) = strict().await;
	let bytes = client.ask(&world, bounded(&world, &client, 1, SOME)).await;
	assert_eq!(bytes.code(), "result_too_large");
	assert!(bytes.ipc.len() as u64 > SCHEMA, "{} bytes", bytes.ipc.len());
	assert_eq!(noted(&world).await, (PRICE, PRICE));
	// The voucher has paid that.
	let again = client.ask(&world, bounded(&world, &client, 1, SOME)).await;
	assert_eq!((again.code(), again.ipc.len()), (codes::PAYMENT_DUE, 0));

	let few = paid(&world, &client, WHOLE, 2);
	let few = QueryRequest { limits: RequestLimits { rows: 300_000, ..few.limits }, ..few };
	let rows = client.ask(&world, few).await;
	assert_eq!(rows.code(), "too_many_rows");
	assert!(rows.ipc.len() as u64 > SCHEMA, "{} bytes", rows.ipc.len());
	assert_eq!(noted(&world).await, (2 * PRICE, 2 * PRICE));
	assert_eq!(client.ask(&world, paid(&world, &client, SQL, 2)).await.code(), codes::PAYMENT_DUE);
	assert_eq!(client.ask(&world, paid(&world, &client, SQL, 3)).await.rows(), 5);
	assert_eq!(noted(&world).await, (3 * PRICE, 3 * PRICE));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_schema_without_rows_is_not_paid() {
	let (world, client) = strict().await;
	world.chain.change(|_| world.chain.tabs().quota = 1);
	// As a free query, and by the voucher.
	for queries in [0, 1] {
		let answer = client.ask(&world, bounded(&world, &client, queries, SCHEMA)).await;
		assert_eq!(answer.code(), "result_too_large");
		assert!((1..=SCHEMA).contains(&(answer.ipc.len() as u64)), "{} bytes", answer.ipc.len());
		assert_eq!(noted(&world).await, (PRICE * u128::from(queries), 0));
	}
	let taken = [VoucherEnd::Free, VoucherEnd::Paid].map(|end| world.node.metrics.vouchers(end));
	assert_eq!(taken, [1, 1]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_free_query_that_broke_off_after_rows_came_is_used_up() {
	let (world, client) = strict().await;
	world.chain.change(|_| world.chain.tabs().quota = 1);
	let nothing = client.ask(&world, bounded(&world, &client, 0, SCHEMA)).await;
	assert_eq!(nothing.code(), "result_too_large");
	let some = client.ask(&world, bounded(&world, &client, 0, SOME)).await;
	assert_eq!(some.code(), "result_too_large");
	assert!(some.ipc.len() as u64 > SCHEMA, "{} bytes", some.ipc.len());
	assert_eq!(client.ask(&world, paid(&world, &client, SQL, 0)).await.code(), codes::PAYMENT_DUE);
	assert_eq!(world.node.metrics.vouchers(VoucherEnd::Free), 2);
	assert_eq!(noted(&world).await, (0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_node_that_stops_breaks_off_is_not_paid() {
	let world = World::new().await.with_snapshot(20_000);
	let client = Client::of(&world, "//Alice").await;
	open_tab(&world, &client, 10);
	world.chain.change(|facts| facts.listings.get_mut(&LISTING).expect("there").max_rows = u64::MAX);
	let endless = "SELECT a.id, b.id AS other FROM t a CROSS JOIN t b";
	let signed = client.sign(paid(&world, &client, endless, 1));
	let sealed = signed.seal(&world.account.encryption_secret().public()).expect("sealed");
	let mut stream = client.send(&world, &sealed).await;
	// Rows, and no schema, are as long as this.
	while (next(&mut stream).await.expect("a frame").len() as u64) < SCHEMA {}
	assert_eq!(noted(&world).await, (PRICE, PRICE));
	world.node.stop.end();
	let rest = async { while let Ok(Some(_)) = stream.recv().await {} };
	tokio::time::timeout(PATIENCE, rest).await.expect("it ends");
	world.wait_queries(QueryEnd::Failed, 1).await;
	assert_eq!(noted(&world).await, (PRICE, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_error_that_costs_nothing_quotes_nothing() {
	let (world, client) = world(10).await;
	world.chain.change(|_| world.chain.tabs().quota = 1);
	let sql = "SELECT CAST(concat(max(city), '|B') AS BIGINT) FROM t";
	let said = |answer: &Answer| match &answer.attestation.outcome {
		Outcome::Failed { message, .. } => message.clone(),
		other => panic!("a result: {other:?}"),
	};
	let subscriber = Client::of(&world, "//Bob").await;
	let message = said(&subscriber.ask(&world, subscriber.request(&world, sql)).await);
	assert!(message.contains("Rome|B"), "the test shows nothing: {message}");
	// As a free query, and by the voucher.
	for queries in [0, 1] {
		let message = said(&client.ask(&world, paid(&world, &client, sql, queries)).await);
		assert!(!message.contains("Rome") && message.contains("TRY_CAST"), "{message}");
	}
	assert_eq!(noted(&world).await, (PRICE, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_takes_the_result_and_leaves_has_had_it() {
	let world = World::new().await.with_snapshot(400_000);
	let client = Client::of(&world, "//Alice").await;
	open_tab(&world, &client, 10);
	let signed = client.sign(paid(&world, &client, "SELECT * FROM t", 1));
	let sealed = signed.seal(&world.account.encryption_secret().public()).expect("sealed");
	let mut stream = client.send(&world, &sealed).await;
	// Rows, and no schema, are as long as this.
	while (next(&mut stream).await.expect("a frame").len() as u64) < SCHEMA {}
	assert_eq!(noted(&world).await, (PRICE, PRICE), "it was charged before a byte was sent");
	drop(stream);
	world.wait_queries(QueryEnd::Gone, 1).await;
	assert_eq!(noted(&world).await, (PRICE, PRICE));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_leaves_before_the_first_row_pays_nothing() {
	let world = World::new().await.with_snapshot(20_000);
	let client = Client::of(&world, "//Alice").await;
	open_tab(&world, &client, 10);
	// Its schema is there at once, and its row never.
	let slow = "SELECT count(*) FROM t a CROSS JOIN t b CROSS JOIN t c WHERE a.value + b.value + c.value < 0";
	let signed = client.sign(paid(&world, &client, slow, 1));
	let sealed = signed.seal(&world.account.encryption_secret().public()).expect("sealed");
	let mut stream = client.send(&world, &sealed).await;
	let head = next(&mut stream).await.expect("a first frame");
	let mut opener =
		AnswerOpener::new(&client.reply, signed.request.digest(), &head).expect("for this request");
	loop {
		// Heartbeats are empty.
		match opener.open(next(&mut stream).await.expect("a frame")).expect("sealed for this request") {
			AnswerPart::Piece(bytes) if bytes.is_empty() => {}
			AnswerPart::Piece(_) => break,
			other => panic!("no schema: {other:?}"),
		}
	}
	assert_eq!(noted(&world).await, (PRICE, PRICE), "it was charged before a byte was sent");
	drop(stream);
	world.wait_queries(QueryEnd::Gone, 1).await;
	assert_eq!(noted(&world).await, (PRICE, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn two_at_once_need_two_vouchers() {
	let (world, client) = world(10).await;
	let request = || paid(&world, &client, SQL, 1);
	let asked = (0..4).map(|_| client.ask(&world, request()));
	let answers = futures::future::join_all(asked).await;
	let failed = |answer: &Answer| matches!(answer.attestation.outcome, Outcome::Failed { .. });
	// One is paid and one on credit.
	assert_eq!(answers.iter().filter(|answer| failed(answer)).count(), 2);
	assert_eq!(noted(&world).await, (PRICE, 2 * PRICE));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_voucher_is_settled_in_its_time_although_nobody_comes_back() {
	let world = World::with(|settings| settings.vouchers.settle_every = Duration::from_millis(1));
	let mut world = world.await.with_snapshot(100);
	let client = Client::of(&world, "//Alice").await;
	open_tab(&world, &client, 10);
	for queries in 1..=3 {
		client.ask(&world, paid(&world, &client, SQL, queries)).await.rows();
	}
	drop(client);
	world.settle_vouchers();
	world.wait(|node| node.metrics.settlements(SettlementEnd::Settled) == 1).await;
	assert_eq!(world.chain.tabs().tabs[&TAB].earned, 3 * PRICE);
	// Not again.
	world.chain.looked_at().await;
	assert_eq!(world.chain.tabs().sent.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_one_is_settled_at_once_and_the_next_ones_wait() {
	let (mut world, client) = world(100).await;
	world.settle_vouchers();
	// Worth less than ten queries: whoever asks a few would cost the node more than they bring.
	client.ask(&world, paid(&world, &client, SQL, 9)).await.rows();
	world.chain.looked_at().await;
	assert!(world.chain.tabs().sent.is_empty());
	client.ask(&world, paid(&world, &client, SQL, 10)).await.rows();
	world.chain.change(|_| {});
	world.wait(|node| node.metrics.settlements(SettlementEnd::Settled) == 1).await;
	assert_eq!(world.chain.tabs().tabs[&TAB].earned, 10 * PRICE);
	client.ask(&world, paid(&world, &client, SQL, 30)).await.rows();
	world.chain.looked_at().await;
	assert_eq!(world.chain.tabs().sent.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_without_a_place_is_settled_when_there_is_one() {
	let (mut world, client) = world(100).await;
	client.ask(&world, paid(&world, &client, SQL, 10)).await.rows();
	// The node was unassigned, and accounts of the payer's were faster.
	world.chain.change(|_| world.chain.tabs().change(TAB, |tab| tab.has_room = false));
	world.settle_vouchers();
	world.chain.looked_at().await;
	assert!(world.chain.tabs().sent.is_empty(), "the fee would be lost");
	world.chain.change(|_| world.chain.tabs().change(TAB, |tab| tab.has_room = true));
	world.wait(|node| node.metrics.settlements(SettlementEnd::Settled) == 1).await;
	assert_eq!(world.chain.tabs().tabs[&TAB].earned, 10 * PRICE);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_was_not_settled_before_a_restart_is_settled_after_it() {
	let (mut world, client) = world(10).await;
	client.ask(&world, paid(&world, &client, SQL, 1)).await.rows();
	world.settle_vouchers();
	world.chain.looked_at().await;
	assert!(world.chain.tabs().sent.is_empty(), "there is time");
	drop(client);
	let (account, secret, chain, dir) = world.stop().await;
	let mut world = World::start(account, secret, chain, dir, |_| {}).await;
	// The tab closes: now or never. Nothing is heard of the first attempt.
	world.chain.change(|_| {
		let mut book = world.chain.tabs();
		book.change(TAB, |tab| tab.open = false);
		book.lost = true;
	});
	world.settle_vouchers();
	world.wait(|node| node.metrics.settlements(SettlementEnd::NotSent) > 0).await;
	let unsettled = |problem: &String| problem.starts_with("vouchers that pay this node cannot be settled: ");
	assert!(world.node.condition().await.problems.iter().any(unsettled));
	world.chain.change(|_| world.chain.tabs().lost = false);
	world.wait(|node| node.metrics.settlements(SettlementEnd::Settled) == 1).await;
	assert!(!world.node.condition().await.problems.iter().any(unsettled));
	assert_eq!(world.chain.tabs().tabs[&TAB].earned, PRICE);
	// The tab ends, and is forgotten some blocks later.
	let last = world.chain.head().number;
	world.chain.change(|_| world.chain.tabs().tabs.clear());
	world.chain.looked_at().await;
	assert_eq!(noted(&world).await.0, PRICE, "not at once");
	world.chain.reach(last + GONE);
	let forgotten = async {
		while !world.node.held_vouchers().await.expect("read").is_empty() {
			tokio::time::sleep(Duration::from_millis(5)).await;
		}
	};
	tokio::time::timeout(PATIENCE, forgotten).await.expect("it is forgotten in time");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_comes_from_behind_keeps_vouchers_until_their_tab_is_there() {
	let (world, client) = world(100).await;
	world.chain.reach(900);
	assert_eq!(client.ask(&world, paid(&world, &client, SQL, 10)).await.rows(), 5);
	drop(client);
	let (account, secret, chain, dir) = world.stop().await;
	// The light client of the next life steps through the blocks before the tab.
	let tabs = std::mem::take(&mut chain.tabs().tabs);
	chain.reach(100);
	let mut world = World::start(account, secret, chain, dir, |_| {}).await;
	world.settle_vouchers();
	for head in [100, 100 + GONE, 100 + 2 * GONE, 899] {
		world.chain.reach(head);
		world.chain.looked_at().await;
		assert_eq!(noted(&world).await.0, 10 * PRICE, "at block {head}");
	}
	world.chain.change(|facts| {
		facts.head.number = 900;
		world.chain.tabs().tabs = tabs;
	});
	world.wait(|node| node.metrics.settlements(SettlementEnd::Settled) == 1).await;
	assert_eq!(world.chain.tabs().tabs[&TAB].earned, 10 * PRICE);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_at_stake_is_settled_before_its_time_and_then_more_is_answered() {
	let mut world = World::with(|settings| settings.vouchers.exposure = 2).await.with_snapshot(100);
	let client = Client::of(&world, "//Alice").await;
	open_tab(&world, &client, 100);
	for queries in 1..=2 {
		assert_eq!(client.ask(&world, paid(&world, &client, SQL, queries)).await.rows(), 5);
	}
	assert_eq!(client.ask(&world, paid(&world, &client, SQL, 3)).await.code(), codes::SETTLING);
	world.settle_vouchers();
	world.wait(|node| node.metrics.settlements(SettlementEnd::Settled) == 1).await;
	assert_eq!(client.ask(&world, paid(&world, &client, SQL, 3)).await.rows(), 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payer_who_owes_and_is_silent_is_an_alarm() {
	let mut world =
		World::with(|settings| settings.vouchers.patience = Duration::ZERO).await.with_snapshot(100);
	let client = Client::of(&world, "//Alice").await;
	open_tab(&world, &client, 10);
	world.settle_vouchers();
	client.ask(&world, paid(&world, &client, SQL, 1)).await.rows();
	world.chain.looked_at().await;
	assert_eq!(world.node.metrics.payers_stopped(), 0);
	client.ask(&world, paid(&world, &client, SQL, 1)).await.rows();
	world.chain.looked_at().await;
	assert_eq!(world.node.metrics.payers_stopped(), 1);
	client.ask(&world, paid(&world, &client, SQL, 3)).await.rows();
	world.chain.looked_at().await;
	assert_eq!(world.node.metrics.payers_stopped(), 0);
}
