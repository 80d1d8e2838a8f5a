//! Proved queries over the real network, with the real sandboxed executor and the real prover.

use crate::support::{
	client::{Answer, Client},
	genesis, Made, World, LISTING, PERIOD,
};
use souk_persistence::{
	checks::{codes, Stage},
	metrics::QueryEnd,
};
use souk_protocol::{AnswerKind, EncryptionSecret, Outcome, QueryRequest, Snapshot, Step};
use souk_table_proofs::{verify, Bundle, Context, Expected, Figure, Group, VerifyError};
use std::time::Duration;

const FIGURES: &str = "SELECT city, count(*), sum(value) FROM t WHERE id BETWEEN 10 AND 1999 GROUP BY city";
/// As many rows as take a while.
const MANY: i64 = 200_000;

fn wants_proof(client: &Client, world: &World, sql: &str) -> QueryRequest {
	QueryRequest { answer: AnswerKind::Proof, ..client.request(world, sql) }
}

async fn prove(client: &Client, world: &World, sql: &str) -> Answer {
	client.ask(world, wants_proof(client, world, sql)).await
}

/// The bundle, checked against what the chain has.
fn checked(answer: &Answer, world: &World, min_group_size: u32) -> Result<Bundle, VerifyError> {
	assert!(matches!(answer.attestation.outcome, Outcome::Proved { .. }), "{:?}", answer.attestation.outcome);
	let mut root = None;
	world.chain.change(|facts| root = facts.snapshots[&LISTING][0].columns_root);
	let expected = Expected {
		context: Context { genesis: genesis(), listing: LISTING, period: PERIOD },
		columns_root: root.expect("on chain"),
		query: None,
		min_group_size,
	};
	verify(&answer.ipc, &expected)
}

/// `city`, rows, and the sum of `value` in tenths, of the rows `from..=to`; in the order of the dictionary.
fn by_hand(from: i64, to: i64) -> Vec<Group> {
	[("Lima", 2), ("Oslo", 1), ("Rome", 0)]
		.iter()
		.enumerate()
		.map(|(rank, (_, third))| {
			let ids: Vec<i64> = (from..=to).filter(|id| id % 3 == *third).collect();
			let sum = ids.iter().map(|id| i128::from(*id) * 5).sum();
			let figures = vec![Figure::Count(ids.len() as u64), Figure::Sum(Some(sum))];
			Group { key: Some(Some(rank as i64)), figures }
		})
		.collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn figures_come_with_a_proof_that_the_chain_s_commitment_bears_out() {
	let world = World::new().await.with_snapshot(3000);
	let client = Client::of(&world, "//Alice").await;
	let answer = prove(&client, &world, FIGURES).await;
	let bundle = checked(&answer, &world, 0).expect("it holds");
	assert_eq!(bundle.answer.groups, by_hand(10, 1999));
	assert_eq!((bundle.rows, bundle.columns.len()), (3000, 3));
	assert_eq!((answer.attestation.period, answer.attestation.block), (PERIOD, 50));
	let steps: Vec<Step> = answer.told.iter().map(|told| told.step).collect();
	assert_eq!(steps.first(), Some(&Step::Waiting));
	for step in [Step::Reading, Step::Tracing, Step::Proving, Step::Checking] {
		assert!(steps.contains(&step), "{step:?} in {steps:?}");
	}
	world.wait_queries(QueryEnd::Complete, 1).await;
	// The same words without the wish for a proof are answered with rows.
	assert_eq!(client.ask(&world, client.request(&world, FIGURES)).await.rows(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn groups_under_the_listing_s_least_size_are_not_in_the_answer() {
	let world = World::new().await.with_snapshot(3000);
	let client = Client::of(&world, "//Alice").await;
	let sql = "SELECT city, count(*), sum(value) FROM t WHERE id <= 4 GROUP BY city";
	world.chain.change(|facts| facts.listings.get_mut(&LISTING).expect("there").min_group_size = 2);
	let answer = prove(&client, &world, sql).await;
	let bundle = checked(&answer, &world, 2).expect("it holds");
	// Rows 0 to 4: Rome and Oslo have two, Lima one.
	assert_eq!(bundle.answer.groups, by_hand(0, 4)[1..]);
	assert_eq!(checked(&answer, &world, 0).unwrap_err(), VerifyError::MinGroupSize);
	// Aggregates only means two at least.
	world.chain.change(|facts| {
		let listing = facts.listings.get_mut(&LISTING).expect("there");
		(listing.min_group_size, listing.aggregate_only) = (0, true);
	});
	let answer = prove(&client, &world, sql).await;
	assert_eq!(checked(&answer, &world, 2).expect("it holds").answer.groups.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_proved_is_refused_and_named() {
	let world = World::new().await.with_snapshot(100);
	let client = Client::of(&world, "//Alice").await;
	for (sql, part) in [
		("SELECT median(value) FROM t", "median"),
		("SELECT count(*) FROM t WHERE value > 1 OR id < 2", "OR"),
		("SELECT city FROM t", "city"),
		("SELECT count(*) FROM t a JOIN t b ON a.id = b.id", "joined"),
		("SELECT count(nothing) FROM t", "nothing"),
		("SELECT sum(city) FROM t", "city"),
	] {
		let answer = prove(&client, &world, sql).await;
		assert_eq!(answer.code(), "not_provable", "{sql}");
		let Outcome::Failed { message, .. } = &answer.attestation.outcome else { panic!("{sql}") };
		assert!(message.contains(part) && message.contains("docs/provable-sql.md"), "{sql}: {message}");
		assert!(answer.told.iter().all(|told| told.step != Step::Proving), "{sql}");
	}
	// What no query may do is refused before an executor hears of it.
	for sql in ["DROP TABLE t", "SELECT count(*) FROM \"/etc/passwd\""] {
		assert_eq!(prove(&client, &world, sql).await.code(), "refused", "{sql}");
	}
	assert_eq!(world.node.metrics.refusals(Stage::Policy), 2);
	let mut few = wants_proof(&client, &world, FIGURES);
	few.limits.rows = 2;
	assert_eq!(client.ask(&world, few).await.code(), "too_many_rows");
	let mut short = wants_proof(&client, &world, FIGURES);
	short.limits.bytes = 1000;
	assert_eq!(client.ask(&world, short).await.code(), "result_too_large");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_snapshot_without_committed_columns_or_with_others_is_not_proved_over() {
	let world = World::new().await.with_snapshot(100);
	let client = Client::of(&world, "//Alice").await;
	let good = Made::new(100, &world.secret, PERIOD).on_chain(PERIOD);
	let set =
		|snapshot| world.chain.change(|facts| facts.snapshots.entry(LISTING).or_default()[0] = snapshot);
	set(souk_persistence::chain::FinalSnapshot { columns_root: None, ..good });
	assert_eq!(prove(&client, &world, FIGURES).await.code(), codes::NOT_PROVABLE);
	set(souk_persistence::chain::FinalSnapshot { columns_root: Some([9; 32]), ..good });
	assert_eq!(prove(&client, &world, FIGURES).await.code(), "wrong_columns");
	set(souk_persistence::chain::FinalSnapshot { key_commitment: Some([9; 32]), ..good });
	assert_eq!(prove(&client, &world, FIGURES).await.code(), codes::NO_KEY);
	set(good);
	checked(&prove(&client, &world, FIGURES).await, &world, 0).expect("it holds");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_checks_of_a_query_are_those_of_a_proof() {
	let world = World::new().await.with_snapshot(100);
	let client = Client::of(&world, "//Alice").await;
	let good = || wants_proof(&client, &world, FIGURES);
	// A signature for rows is none for a proof.
	let mut turned = client.sign(client.request(&world, FIGURES));
	turned.request.answer = AnswerKind::Proof;
	assert_eq!(client.ask_signed(&world, &turned).await.code(), codes::BAD_SIGNATURE);
	let mut expired = good();
	expired.deadline = crate::support::client::now_ms() - 1;
	assert_eq!(client.ask(&world, expired).await.code(), codes::EXPIRED);
	let mut voucher = good();
	voucher.voucher = Some(vec![1]);
	assert_eq!(client.ask(&world, voucher).await.code(), codes::BAD_VOUCHER);
	let mut missing = good();
	missing.snapshot = Snapshot::Period(PERIOD + 1);
	assert_eq!(client.ask(&world, missing).await.code(), codes::NO_SNAPSHOT);
	let first = client.sign(good());
	checked(&client.ask_signed(&world, &first).await, &world, 0).expect("it holds");
	assert_eq!(client.ask_signed(&world, &first).await.code(), codes::REPLAYED);
	world.entitle(client.account.id(), 50);
	assert_eq!(client.ask(&world, good()).await.code(), codes::NOT_ENTITLED);
	let foreign = client.sign(good()).seal(&EncryptionSecret::generate().public()).expect("sealed");
	assert!(client.send(&world, &foreign).await.recv().await.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn one_proof_is_made_at_a_time_the_queue_is_bounded_and_giving_up_makes_room() {
	let world = World::with(|settings| (settings.proving, settings.proving_waiting) = (1, 1))
		.await
		.with_snapshot(MANY);
	let client = Client::of(&world, "//Alice").await;
	let key = world.account.encryption_secret().public();
	let sealed = || client.sign(wants_proof(&client, &world, FIGURES)).seal(&key).expect("sealed");
	let first = client.send(&world, &sealed()).await;
	world.wait(|node| node.proofs() == (1, 0)).await;
	let second = client.send(&world, &sealed()).await;
	world.wait(|node| node.proofs() == (1, 1)).await;
	assert_eq!(prove(&client, &world, FIGURES).await.code(), codes::BUSY);
	// Queries have places of their own.
	assert_eq!(client.ask(&world, client.request(&world, FIGURES)).await.rows(), 3);
	drop(second);
	world.wait(|node| node.proofs() == (1, 0)).await;
	drop(first);
	world.wait(|node| node.proofs() == (0, 0)).await;
	world.wait_queries(QueryEnd::Gone, 2).await;
	let few = "SELECT count(*) FROM t WHERE id < 5";
	assert_eq!(
		checked(&prove(&client, &world, few).await, &world, 0).expect("it holds").answer.groups[0].figures,
		[Figure::Count(5)]
	);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proof_that_takes_too_much_time_or_memory_is_stopped_and_the_node_goes_on() {
	let world = World::with(|settings| settings.proof_limits.wall = Duration::from_millis(300))
		.await
		.with_snapshot(MANY);
	let client = Client::of(&world, "//Alice").await;
	assert_eq!(prove(&client, &world, FIGURES).await.code(), "timed_out");
	assert_eq!(client.ask(&world, client.request(&world, FIGURES)).await.rows(), 3);

	let world =
		World::with(|settings| settings.proof_limits.memory_bytes = 64 << 20).await.with_snapshot(MANY);
	let client = Client::of(&world, "//Alice").await;
	assert_eq!(prove(&client, &world, FIGURES).await.code(), "out_of_memory");
	assert_eq!(client.ask(&world, client.request(&world, FIGURES)).await.rows(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_is_stopped_ends_a_proof_with_an_attestation() {
	let world = World::new().await.with_snapshot(MANY);
	let client = Client::of(&world, "//Alice").await;
	let signed = client.sign(wants_proof(&client, &world, FIGURES));
	let sealed = signed.seal(&world.account.encryption_secret().public()).expect("sealed");
	let stream = client.send(&world, &sealed).await;
	world.wait(|node| node.proofs() == (1, 0)).await;
	world.node.stop.end();
	let answer = client.read(&world, &signed, stream).await;
	assert_eq!((answer.code(), answer.attestation.period), (codes::SHUTTING_DOWN, PERIOD));
}
