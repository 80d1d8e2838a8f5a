//! Challenges that are answered out of the real store, by what the chain itself accepts.

use crate::support::{worker::Worker, Made, World, COMMITMENTS, LISTING, PERIOD};
use souk_persistence::{chain::Challenge, metrics::ChallengeEnd, tasks::prune::Pruner};
use souk_protocol::{handover::Reply, ListingSecret};
use std::time::Duration;

/// Enough for several chunks.
const ROWS: i64 = 60_000;

fn challenge(chunk: u32, piece: u32) -> Challenge {
	Challenge { listing: LISTING, period: PERIOD, chunk, piece, answer_until: 90 }
}

/// A node that answers, quick to try again.
async fn world() -> World {
	let mut world = World::with(|settings| settings.delivery_retry = Duration::from_millis(20)).await;
	world.answer_challenges();
	world
}

async fn answered(world: &World, count: u64) {
	world.wait(|node| node.metrics.challenges(ChallengeEnd::Answered) == count).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_piece_that_is_drawn_is_shown_out_of_the_store() {
	let world = world().await.with_snapshot(ROWS);
	for (count, (chunk, piece)) in [(0, 0), (1, 64), (2, 17)].into_iter().enumerate() {
		world.chain.challenge(world.id(), challenge(chunk, piece));
		answered(&world, count as u64 + 1).await;
	}
	let book = world.chain.stakes();
	assert!(book.open.is_empty());
	assert_eq!((book.sent, book.answered.len()), (3, 3), "each once");
	assert!(book.answered.iter().all(|(by, ..)| *by == world.id()));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_heard_of_is_sent_again_and_after_a_restart_as_well() {
	let world = world().await.with_snapshot(ROWS);
	world.chain.stakes().lost = 2;
	world.chain.challenge(world.id(), challenge(1, 1));
	answered(&world, 1).await;
	assert_eq!(world.node.metrics.challenges(ChallengeEnd::NotSent), 2);

	// Nothing gets through any more until the node has gone.
	world.chain.stakes().lost = usize::MAX;
	world.chain.challenge(world.id(), challenge(0, 3));
	world.wait(|node| node.metrics.challenges(ChallengeEnd::NotSent) > 2).await;
	let (account, secret, chain, dir) = world.stop().await;
	chain.stakes().lost = 0;
	let mut world = World::start(account, secret, chain, dir, |_| {}).await;
	world.answer_challenges();
	answered(&world, 1).await;
	assert!(world.chain.stakes().open.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_has_lost_the_data_raises_an_alarm_until_it_has_it_again() {
	let world = world().await.with_snapshot(ROWS);
	let path = world.stored(PERIOD).expect("it is stored");
	let kept = std::fs::read(&path).expect("read");
	std::fs::remove_file(&path).expect("removed");
	world.chain.challenge(world.id(), challenge(0, 0));
	world.wait(|node| node.metrics.challenges(ChallengeEnd::Lost) > 0).await;
	let condition = world.node.condition().await;
	assert_eq!((condition.challenges_open, condition.challenges_lost), (1, 1));
	assert!(!condition.healthy && condition.problems.iter().any(|problem| problem.contains("ALARM")));
	// A file that is not the one that was sealed is as bad.
	let mut changed = kept.clone();
	changed[100] ^= 1;
	std::fs::write(&path, &changed).expect("written");
	let lost = world.node.metrics.challenges(ChallengeEnd::Lost);
	world.wait(|node| node.metrics.challenges(ChallengeEnd::Lost) > lost).await;
	assert_eq!(world.chain.stakes().sent, 0, "nothing is sent that the chain would refuse");

	std::fs::write(&path, &kept).expect("written");
	answered(&world, 1).await;
	let condition = world.node.condition().await;
	assert_eq!((condition.challenges_open, condition.challenges_lost), (0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_challenge_that_ends_without_an_answer_is_counted() {
	let world = world().await.with_snapshot(ROWS);
	std::fs::remove_file(world.stored(PERIOD).expect("it is stored")).expect("removed");
	world.chain.challenge(world.id(), challenge(0, 0));
	world.wait(|node| node.metrics.challenges(ChallengeEnd::Lost) > 0).await;
	world.chain.reach(90);
	world.wait(|node| node.metrics.challenges(ChallengeEnd::Missed) == 1).await;
	assert_eq!(world.node.condition().await.challenges_lost, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_snapshot_from_before_a_new_secret_can_still_be_shown() {
	let world = world().await;
	let worker = Worker::of(&world, "//Charlie").await;
	let made = Made::new(ROWS, &world.secret, PERIOD);
	world.chain.change(|facts| facts.snapshots.entry(LISTING).or_default().push(made.on_chain(PERIOD)));
	let offer = worker.offer(&world, &made, PERIOD).sign(COMMITMENTS, &worker.account);
	assert_eq!(worker.hand_over(&world, offer, &made.sealed).await.expect("told"), Reply::Stored);

	let renewed = ListingSecret::generate();
	let wrapped = renewed.wrap(&world.account.encryption_secret().public(), LISTING).expect("wrapped");
	world.chain.change_duties(&world.account, |duties| duties[0].wrapped_secret = Some(wrapped));
	let followed =
		|duties: &std::sync::Arc<souk_persistence::duties::Duties>| duties.secret(LISTING) == Some(&renewed);
	world.node.duties().wait_for(followed).await.expect("followed");
	world.chain.challenge(world.id(), challenge(1, 5));
	answered(&world, 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_chain_has_dropped_stays_while_a_piece_of_it_is_to_be_shown() {
	// Nobody answers.
	let world = World::new().await.with_snapshot(10);
	let next = Made::new(11, &world.secret, PERIOD + 1);
	world.keep(&next, PERIOD + 1);
	world.chain.challenge(world.id(), challenge(0, 0));
	world.chain.change(|facts| {
		facts.snapshots.entry(LISTING).or_default().remove(0);
	});
	let mut pruner = Pruner::new(Duration::from_secs(3_600));
	pruner.round(&world.node).await;
	assert!(world.stored(PERIOD).is_some());
	world.chain.stakes().open.clear();
	pruner.round(&world.node).await;
	assert!(world.stored(PERIOD).is_none() && world.stored(PERIOD + 1).is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_left_the_listing_keeps_what_is_to_be_shown_until_it_is() {
	// Nobody answers.
	let world = World::new().await.with_snapshot(10);
	let next = Made::new(11, &world.secret, PERIOD + 1);
	world.keep(&next, PERIOD + 1);
	world.chain.challenge(world.id(), challenge(0, 0));
	let mut duties = world.node.duties();
	world.chain.change(|facts| facts.duties.clear());
	duties.wait_for(|duties| duties.is_empty()).await.expect("followed");
	let mut pruner = Pruner::new(Duration::ZERO);
	pruner.round(&world.node).await;
	assert!(world.stored(PERIOD).is_some() && world.stored(PERIOD + 1).is_none());
	world.chain.stakes().open.clear();
	pruner.round(&world.node).await;
	assert!(world.stored(PERIOD).is_none());
}
