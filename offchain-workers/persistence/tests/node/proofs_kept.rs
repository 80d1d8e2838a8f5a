//! Proofs that are kept, and proofs that outlive the node that was to make them: made by the real prover in the real sandbox.

use crate::support::{
	client::{Answer, Client},
	World, LISTING,
};
use souk_persistence::{asks::AskStanding, metrics::QueryEnd};
use souk_protocol::{AnswerKind, Outcome, QueryRequest, Step};
use souk_table_proofs::{Aggregate, Bundle, Condition, Figure, Predicate, Query};
use std::time::Duration;

const FIGURES: &str = "SELECT city, count(*), sum(value) FROM t WHERE id BETWEEN 10 AND 1999 GROUP BY city";
/// The same in other words.
const REWORDED: &str =
	"select count(*) as n, city, sum(t.value) from t where (id <= 1999) and 10 <= id group by city";
/// As many rows as take a moment.
const SOME: i64 = 5_000;

fn wants_proof(client: &Client, world: &World, sql: &str) -> QueryRequest {
	QueryRequest { answer: AnswerKind::Proof, ..client.request(world, sql) }
}

async fn prove(client: &Client, world: &World, sql: &str) -> Answer {
	client.ask(world, wants_proof(client, world, sql)).await
}

fn is_proved(answer: &Answer) -> bool {
	matches!(answer.attestation.outcome, Outcome::Proved { .. })
}

/// Proofs made, and proofs handed out that were made before.
fn counted(world: &World) -> (u64, u64) {
	(world.node.metrics.queries_proved(), world.node.metrics.proofs_reused())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_statement_is_proved_once_in_whatever_words_and_also_after_a_restart() {
	let world = World::new().await.with_snapshot(3000);
	let client = Client::of(&world, "//Alice").await;
	let first = prove(&client, &world, FIGURES).await;
	assert!(is_proved(&first) && counted(&world) == (1, 0));
	let other = Client::of(&world, "//Bob").await;
	let again = prove(&other, &world, FIGURES).await;
	assert_eq!((&again.ipc, counted(&world)), (&first.ipc, (1, 1)));
	assert!(again.told.iter().all(|told| told.step != Step::Proving), "{:?}", again.told);
	let reworded = prove(&client, &world, REWORDED).await;
	assert!(is_proved(&reworded));
	let query = |answer: &Answer| {
		let bundle: Bundle = codec::Decode::decode(&mut &answer.ipc[..]).expect("a bundle");
		bundle.query
	};
	assert_eq!(query(&reworded), query(&first));
	assert_eq!(counted(&world), (1, 2));
	let before = counted(&world);

	// What may be handed out is looked at each time.
	let mut few = wants_proof(&client, &world, FIGURES);
	few.limits.rows = 2;
	assert_eq!(client.ask(&world, few).await.code(), "too_many_rows");
	let mut short = wants_proof(&client, &world, FIGURES);
	short.limits.bytes = 1000;
	assert_eq!(client.ask(&world, short).await.code(), "result_too_large");
	assert_eq!(counted(&world), before);

	let (account, secret, chain, dir) = world.stop().await;
	let world = World::start(account, secret, chain, dir, |_| {}).await;
	let client = Client::of(&world, "//Alice").await;
	assert_eq!(prove(&client, &world, FIGURES).await.ipc, first.ipc);
	assert_eq!(counted(&world), (0, 1));
	// Another least size of a group is another statement.
	world.chain.change(|facts| facts.listings.get_mut(&LISTING).expect("there").min_group_size = 2);
	assert!(is_proved(&prove(&client, &world, FIGURES).await));
	assert_eq!(counted(&world), (1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_ask_is_answered_with_the_proof_that_a_subscriber_had() {
	let mut world =
		World::with(|settings| settings.delivery_retry = Duration::from_millis(20)).await.with_snapshot(3000);
	let client = Client::of(&world, "//Alice").await;
	let sql = "SELECT count(*), sum(value) FROM t WHERE id BETWEEN 10 AND 1999";
	let had = prove(&client, &world, sql).await;
	let query = Query {
		aggregates: vec![Aggregate::CountAll, Aggregate::Sum(2)],
		predicates: vec![Predicate { column: 1, condition: Condition::Within { low: 10, high: 1999 } }],
		group_by: None,
	};
	let mut snapshot = None;
	world.chain.change(|facts| snapshot = Some(facts.snapshots[&LISTING][0]));
	let at = world.chain.head().number;
	let id = world.chain.asks().ask(&query, &snapshot.expect("there is one"), 1_000, at);
	world.chain.change(|_| {});
	world.answer_asks();
	world.wait_ask(id, AskStanding::Answered).await;
	assert_eq!(counted(&world), (1, 1));
	assert_eq!(world.chain.asks().posted[0].bundle, had.ipc);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_proved_and_what_waited_when_the_node_was_killed_is_proved_in_its_next_life() {
	let world = World::new().await.with_snapshot(SOME);
	let client = Client::of(&world, "//Alice").await;
	let key = world.account.encryption_secret().public();
	let second = "SELECT count(*), max(value) FROM t WHERE city = 'Oslo'";
	let mut streams = Vec::new();
	for (sql, queue) in [(FIGURES, (1, 0)), (second, (1, 1))] {
		let sealed = client.sign(wants_proof(&client, &world, sql)).seal(&key).expect("sealed");
		streams.push(client.send(&world, &sealed).await);
		world.wait(|node| node.proofs() == queue).await;
	}
	let (account, secret, chain, dir) = world.kill().await;
	drop(streams);

	let world = World::start(account, secret, chain, dir, |_| {}).await;
	for made in 1..=2 {
		world.wait(|node| node.metrics.queries_proved() >= made).await;
	}
	world.wait(|node| node.proofs() == (0, 0)).await;
	let client = Client::of(&world, "//Alice").await;
	let answer = prove(&client, &world, FIGURES).await;
	assert!(is_proved(&answer) && is_proved(&prove(&client, &world, second).await));
	assert_eq!(counted(&world), (2, 2));
	let bundle: Bundle = codec::Decode::decode(&mut &answer.ipc[..]).expect("a bundle");
	let rows = |figure: &Figure| if let Figure::Count(rows) = figure { *rows } else { 0 };
	assert_eq!(bundle.answer.groups.iter().map(|group| rows(&group.figures[0])).sum::<u64>(), 1990);

	// It was done: the life after that has nothing left to do.
	let (account, secret, chain, dir) = world.stop().await;
	let world = World::start(account, secret, chain, dir, |_| {}).await;
	let client = Client::of(&world, "//Alice").await;
	assert!(is_proved(&prove(&client, &world, "SELECT count(*) FROM t WHERE id < 5").await));
	assert_eq!(counted(&world), (1, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_is_stopped_goes_on_in_its_next_life_and_what_nobody_waits_for_is_not_proved() {
	let world = World::new().await.with_snapshot(SOME);
	let client = Client::of(&world, "//Alice").await;
	let key = world.account.encryption_secret().public();
	let given_up = "SELECT count(*), min(value) FROM t";
	let sealed = client.sign(wants_proof(&client, &world, given_up)).seal(&key).expect("sealed");
	let stream = client.send(&world, &sealed).await;
	world.wait(|node| node.proofs() == (1, 0)).await;
	drop(stream);
	world.wait_queries(QueryEnd::Gone, 1).await;

	let signed = client.sign(wants_proof(&client, &world, FIGURES));
	let stream = client.send(&world, &signed.seal(&key).expect("sealed")).await;
	world.wait(|node| node.proofs() == (1, 0)).await;
	world.node.stop.end();
	assert_eq!(client.read(&world, &signed, stream).await.code(), "shutting_down");
	let (account, secret, chain, dir) = world.stop().await;
	let world = World::start(account, secret, chain, dir, |_| {}).await;
	world.wait(|node| node.metrics.queries_proved() == 1).await;
	let client = Client::of(&world, "//Alice").await;
	assert!(is_proved(&prove(&client, &world, FIGURES).await));
	assert_eq!(counted(&world), (1, 1));
}
