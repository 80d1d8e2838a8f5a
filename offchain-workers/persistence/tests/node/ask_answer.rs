//! Asks: proved by the real prover in the real sandbox, posted once, and paid for by a chain that checks the proof.

use crate::support::{asks::Posted, client::Client, escrow::Traffic, World, LISTING};
use souk_persistence::{
	asks::AskStanding,
	chain::{AskId, Asset, FinalSnapshot},
	metrics::AskEnd,
	node::Settings,
};
use souk_protocol::{AnswerKind, QueryRequest};
use souk_table_proofs::{Aggregate, Answer, Condition, Figure, Group, Predicate, Query};
use std::time::Duration;

/// As many rows as take a while.
const MANY: i64 = 200_000;
/// What an answer brings.
const BOUNTY: u128 = 1_000;

async fn scene(rows: i64) -> World {
	scene_with(rows, |_| {}).await
}

async fn scene_with(rows: i64, change: impl FnOnce(&mut Settings)) -> World {
	let settings = |settings: &mut Settings| {
		settings.delivery_retry = Duration::from_millis(20);
		change(settings);
	};
	World::with(settings).await.with_snapshot(rows)
}

/// `SELECT count(*), sum(value) FROM t WHERE id BETWEEN 10 AND 1999`: the columns are `city`, `id` and `value`.
fn query() -> Query {
	Query {
		aggregates: vec![Aggregate::CountAll, Aggregate::Sum(2)],
		predicates: vec![Predicate { column: 1, condition: Condition::Within { low: 10, high: 1999 } }],
		group_by: None,
	}
}

/// Its answer over a table of more rows, in tenths.
fn figures() -> Answer {
	let sum = (10..=1999).map(|id: i128| id * 5).sum();
	Answer { groups: vec![Group { key: None, figures: vec![Figure::Count(1990), Figure::Sum(Some(sum))] }] }
}

fn snapshot(world: &World) -> FinalSnapshot {
	let mut found = None;
	world.chain.change(|facts| found = Some(facts.snapshots[&LISTING][0]));
	found.expect("there is one")
}

/// Somebody asks at the newest block.
fn ask(world: &World, query: &Query) -> AskId {
	let (snapshot, at) = (snapshot(world), world.chain.head().number);
	let id = world.chain.asks().ask(query, &snapshot, BOUNTY, at);
	world.chain.change(|_| {});
	id
}

fn posted(world: &World) -> Vec<Posted> {
	world.chain.asks().posted.clone()
}

fn answered(world: &World, ask: AskId) -> Option<([u8; 32], Answer)> {
	world.chain.asks().asks[&ask].answered.clone().map(|(by, _, answer)| (by, answer))
}

#[tokio::test(flavor = "multi_thread")]
async fn an_ask_is_answered_once_with_a_proof_that_the_chain_checks() {
	let mut world = scene(3_000).await;
	let id = ask(&world, &query());
	world.answer_asks();
	world.wait_ask(id, AskStanding::Answered).await;
	assert_eq!(answered(&world, id), Some((world.id(), figures())));
	// Blocks go by, and nothing is sent again.
	for block in 52..60 {
		world.chain.reach(block);
		world.chain.looked_at().await;
	}
	let posts = posted(&world);
	assert_eq!(posts.iter().map(|post| (post.by, post.ask)).collect::<Vec<_>>(), [(world.id(), id)]);
	let condition = world.node.condition().await;
	assert_eq!(
		(condition.asks_waiting, condition.answers_under_way, condition.asks_answered),
		(0, 0, 1),
		"{condition:?}"
	);
	let shown = world.node.asks();
	assert_eq!((shown.len(), shown[0].ask, shown[0].block), (1, id, Some(51)));
	// A second one is answered by a proof of its own.
	let next = ask(&world, &Query { group_by: Some(0), ..query() });
	world.wait_ask(next, AskStanding::Answered).await;
	assert_eq!(answered(&world, next).expect("it is").1.groups.len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_worth_it_or_not_here_is_left_to_others_until_that_changes() {
	let mut world = scene(100).await;
	world.chain.asks().fee_per_byte = 1;
	let id = ask(&world, &query());
	world.answer_asks();
	world.wait_ask(id, AskStanding::Declined).await;
	assert!(world.node.asks()[0].problem.as_deref().is_some_and(|why| why.contains("brings 1000")));
	assert_eq!(world.node.metrics.asks(AskEnd::Declined), 1);
	let others =
		|| world.chain.asks().asks.get_mut(&id).map(|ask| ask.waiting.reward.asset = Asset::WithId(1));
	// Of an asset that cannot be compared with the fee, a whole one is wanted.
	others();
	world.chain.looked_at().await;
	assert_eq!(posted(&world), []);
	let set_reward = |amount| {
		world.chain.asks().asks.get_mut(&id).expect("there").waiting.reward.amount = amount;
		world.chain.change(|_| {});
	};
	// It is worth it, and the policy is another one.
	world.chain.change(|facts| facts.listings.get_mut(&LISTING).expect("there").min_group_size = 5);
	set_reward(1_000_000);
	let declined = |with: &'static str| {
		let told = move |node: &souk_persistence::node::Node| {
			node.asks()[0].problem.as_deref().is_some_and(|why| why.contains(with))
		};
		world.wait(told)
	};
	declined("least size of a group").await;
	// The policy is back, and the columns on chain are others.
	let good = snapshot(&world);
	world.chain.change(|facts| {
		facts.listings.get_mut(&LISTING).expect("there").min_group_size = 0;
		facts.snapshots.get_mut(&LISTING).expect("there")[0].columns_root = Some([9; 32]);
	});
	declined("has not got the snapshot").await;
	let other_key = FinalSnapshot { key_commitment: Some([9; 32]), ..good };
	world.chain.change(|facts| facts.snapshots.get_mut(&LISTING).expect("there")[0] = other_key);
	declined("has not got the key").await;
	assert_eq!(posted(&world), []);
	world.chain.change(|facts| facts.snapshots.get_mut(&LISTING).expect("there")[0] = good);
	world.wait_ask(id, AskStanding::Answered).await;
	assert!(answered(&world, id).is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_operator_s_least_bounty_counts_instead_of_the_fee() {
	for (least, taken) in [(BOUNTY, true), (BOUNTY + 1, false)] {
		let mut world = scene_with(100, |settings| {
			settings.least_bounties.insert(Asset::Native, least);
		})
		.await;
		// More than any bounty here.
		world.chain.asks().fee_per_byte = 1_000;
		let id = ask(&world, &query());
		world.answer_asks();
		world.wait_ask(id, if taken { AskStanding::Answered } else { AskStanding::Declined }).await;
		assert_eq!(posted(&world).len(), usize::from(taken));
	}
}

#[tokio::test(flavor = "multi_thread")]
async fn another_node_may_be_first_and_that_is_no_error() {
	let mut world = scene(3_000).await;
	let other = world.beside("//Eve").await;
	let id = ask(&world, &query());
	// Whoever is second in turn has its turn by then.
	world.chain.reach(world.chain.head().number + 25);
	world.chain.traffic(Traffic::Waits);
	world.answer_asks();
	world.wait_ask(id, AskStanding::Sending).await;
	world.wait(|_| posted(&world).len() == 1).await;
	// The bundle can be read in the pool, and the other one posts it as its own.
	let bundle = posted(&world)[0].bundle.clone();
	world.chain.include_answer(other.id(), id, &bundle).expect("taken");
	world.chain.traffic(Traffic::Flows);
	world.wait(|node| node.metrics.asks(AskEnd::Over) == 1).await;
	world.chain.looked_at().await;
	assert_eq!(answered(&world, id), Some((other.id(), figures())));
	assert_eq!((posted(&world).len(), world.node.asks()), (1, Vec::new()));
	let problems = world.node.condition().await.problems;
	assert!(!problems.iter().any(|problem| problem.contains("ask")), "{problems:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proof_for_an_ask_that_is_over_is_given_up() {
	let mut world = scene(MANY).await;
	let id = ask(&world, &query());
	world.answer_asks();
	world.wait(|node| node.proofs() == (1, 0)).await;
	world.chain.asks().asks.remove(&id);
	world.chain.change(|_| {});
	world.wait(|node| node.proofs() == (0, 0) && node.metrics.asks(AskEnd::Over) == 1).await;
	world.chain.looked_at().await;
	assert_eq!((posted(&world), world.node.asks()), (Vec::new(), Vec::new()));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nothing_was_heard_of_is_sent_again_when_it_is_decided_and_not_proved_again() {
	let mut world = scene(3_000).await;
	let id = ask(&world, &query());
	world.chain.traffic(Traffic::Lost);
	world.answer_asks();
	world.wait(|node| node.metrics.asks(AskEnd::NotSent) == 1).await;
	let first = posted(&world)[0].clone();
	world.chain.traffic(Traffic::Flows);
	world.chain.reach(first.last);
	world
		.wait(|node| {
			let problem = node.asks()[0].problem.clone().unwrap_or_default();
			node.seen_block() == first.last && problem.contains(&format!("known after block {}", first.last))
		})
		.await;
	world.chain.looked_at().await;
	assert_eq!(posted(&world).len(), 1, "it could still have been in that block");
	world.chain.reach(first.last + 1);
	world.wait_ask(id, AskStanding::Answered).await;
	let posts = posted(&world);
	assert_eq!(posts.len(), 2);
	// Proofs are blinded: another one would have other bytes.
	assert!(posts[1].bundle == first.bundle, "it was proved twice");
}

/// The same node's next life.
async fn again(world: World) -> World {
	let (account, secret, chain, dir) = world.stop().await;
	World::start(account, secret, chain, dir, |settings| {
		settings.delivery_retry = Duration::from_millis(20);
	})
	.await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_next_life_of_a_node_posts_nothing_twice_and_proves_nothing_twice() {
	let mut world = scene(3_000).await;
	let id = ask(&world, &query());
	world.chain.traffic(Traffic::Waits);
	world.answer_asks();
	world.wait(|_| posted(&world).len() == 1).await;
	let mut world = again(world).await;
	world.chain.traffic(Traffic::Flows);
	world.answer_asks();
	for _ in 0..3 {
		world.chain.looked_at().await;
	}
	let first = posted(&world)[0].clone();
	assert_eq!(posted(&world).len(), 1, "the first one may still get there");
	world.chain.reach(first.last + 1);
	world.wait_ask(id, AskStanding::Answered).await;
	let posts = posted(&world);
	assert!(posts.len() == 2 && posts[1].bundle == first.bundle);
	assert_eq!(answered(&world, id), Some((world.id(), figures())));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_the_chain_refused_is_paid_for_once() {
	let mut world = scene(3_000).await;
	let id = ask(&world, &query());
	world.chain.traffic(Traffic::Refused);
	world.answer_asks();
	world.wait_ask(id, AskStanding::Unanswerable).await;
	assert_eq!(world.node.metrics.asks(AskEnd::Refused), 1);
	world.chain.traffic(Traffic::Flows);
	let mut world = again(world).await;
	world.answer_asks();
	world.wait_ask(id, AskStanding::Unanswerable).await;
	world.chain.looked_at().await;
	assert_eq!(posted(&world).len(), 1);
	// It keeps no other from its answer.
	let next = ask(&world, &query());
	world.wait_ask(next, AskStanding::Answered).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_no_proof_can_be_made_of_is_not_posted() {
	let mut world = scene(100).await;
	let sum_of_text = ask(&world, &Query { aggregates: vec![Aggregate::Sum(0)], ..query() });
	let no_such_column = ask(&world, &Query { group_by: Some(3), ..query() });
	let good = ask(&world, &query());
	world.answer_asks();
	world.wait_ask(sum_of_text, AskStanding::Unanswerable).await;
	world.wait_ask(no_such_column, AskStanding::Unanswerable).await;
	world.wait_ask(good, AskStanding::Answered).await;
	assert_eq!(world.node.metrics.asks(AskEnd::NotProved), 2);
	assert_eq!(posted(&world).iter().map(|post| post.ask).collect::<Vec<_>>(), [good]);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_begun_that_could_miss_its_block() {
	let mut world = scene(100).await;
	let id = ask(&world, &query());
	let until = world.chain.asks().asks[&id].waiting.answer_until;
	world.chain.reach(until - 20);
	world.answer_asks();
	world.wait_ask(id, AskStanding::TooLate).await;
	world.chain.looked_at().await;
	assert_eq!((posted(&world), world.node.metrics.asks(AskEnd::TooLate)), (Vec::new(), 1));
}

/// A subscriber's wish for a proof.
fn sealed_proof(world: &World, client: &Client) -> Vec<u8> {
	let sql = "SELECT city, count(*), sum(value) FROM t WHERE id BETWEEN 10 AND 1999 GROUP BY city";
	let request = QueryRequest { answer: AnswerKind::Proof, ..client.request(world, sql) };
	client.sign(request).seal(&world.account.encryption_secret().public()).expect("sealed")
}

#[tokio::test(flavor = "multi_thread")]
async fn asks_wait_in_the_queue_of_subscribers_one_at_a_time() {
	let mut world = scene_with(MANY, |settings| (settings.proving, settings.proving_waiting) = (1, 2)).await;
	let client = Client::of(&world, "//Alice").await;
	let sealed = sealed_proof(&world, &client);
	let first = client.send(&world, &sealed).await;
	world.wait(|node| node.proofs() == (1, 0)).await;
	let asks = [ask(&world, &query()), ask(&world, &query()), ask(&world, &query())];
	world.answer_asks();
	world.wait(|node| node.proofs() == (1, 1)).await;
	world.chain.looked_at().await;
	assert_eq!(world.node.proofs(), (1, 1), "one ask waits, and leaves room");
	let sealed = sealed_proof(&world, &client);
	let second = client.send(&world, &sealed).await;
	world.wait(|node| node.proofs() == (1, 2)).await;
	// Whoever has waited longer comes first.
	drop(first);
	world.wait(|node| node.proofs() == (1, 1)).await;
	let standings: Vec<AskStanding> = world.node.asks().iter().map(|shown| shown.standing).collect();
	assert_eq!(standings, [AskStanding::Proving, AskStanding::Waiting, AskStanding::Waiting]);
	world.chain.asks().asks.remove(&asks[0]);
	world.chain.change(|_| {});
	// The subscriber's is next, and the second ask waits behind it.
	world.wait_ask(asks[1], AskStanding::Proving).await;
	world.wait(|node| node.proofs() == (1, 1)).await;
	drop(second);
	world.wait(|node| node.proofs() == (1, 0)).await;
	assert_eq!(posted(&world), []);
}
