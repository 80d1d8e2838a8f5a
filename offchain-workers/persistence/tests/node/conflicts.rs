//! Workers that sign two snapshots of one period.

use crate::support::{worker::Worker, Made, World, COMMITMENTS, LISTING};
use souk_persistence::node::Settings;
use souk_protocol::{handover::Reply, submission::encode_submission};
use souk_sdk::evidence::{judge, read_document, Contradiction};
use std::{
	path::PathBuf,
	time::{SystemTime, UNIX_EPOCH},
};

/// A period of now: what is older than it can be reported is not kept.
fn period() -> u32 {
	let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("a time");
	u32::try_from(now.as_secs() / 60).expect("a period")
}

/// A node that looks after conflicts, a worker, and a snapshot that is final on chain.
async fn scene(change: impl FnOnce(&mut Settings)) -> (World, Worker, Made, u32) {
	let mut world = World::with(change).await;
	world.report_conflicts();
	let worker = Worker::of(&world, "//Charlie").await;
	let period = period();
	let made = Made::new(10, &world.secret, period);
	world.chain.change(|facts| facts.snapshots.entry(LISTING).or_default().push(made.on_chain(period)));
	(world, worker, made, period)
}

/// The files of evidence, by name.
fn evidence(world: &World) -> Vec<PathBuf> {
	let mut files: Vec<_> = std::fs::read_dir(world.dir.path().join("evidence"))
		.map(|entries| entries.map(|entry| entry.expect("an entry").path()).collect())
		.unwrap_or_default();
	files.sort();
	files
}

/// Hands a snapshot over, and then says something else of it.
async fn contradict(world: &World, worker: &Worker, made: &Made, period: u32) {
	let offer = || worker.offer(world, made, period);
	let honest = offer().sign(COMMITMENTS, &worker.account);
	assert_eq!(worker.hand_over(world, honest, &made.sealed).await.expect("told"), Reply::Stored);
	let other = offer().sign([9; 32], &worker.account);
	match worker.hand_over(world, other, &made.sealed).await.expect("told") {
		Reply::Refused { reason } => assert!(reason.contains("commits to something else"), "{reason}"),
		reply => panic!("{reply:?}"),
	}
}

#[tokio::test(flavor = "multi_thread")]
async fn both_statements_are_written_down_and_reported_where_the_operator_wants_it() {
	let (world, worker, made, period) = scene(|settings| settings.report_conflicts = true).await;
	world.chain.stakes().lost = 1;
	contradict(&world, &worker, &made, period).await;
	let reported = |world: &World| world.chain.stakes().reported.len();
	world.wait(|_| reported(&world) == 1).await;
	let files = evidence(&world);
	let statements: Vec<_> = files
		.iter()
		.map(|file| read_document(&std::fs::read(file).expect("read")).expect("a statement"))
		.collect();
	let [first, second] = &statements[..] else { panic!("{files:?}") };
	let accused =
		judge(Contradiction::Submissions, &crate::support::genesis(), first, second).expect("evidence");
	assert_eq!((accused.signer, accused.listing, accused.period), (worker.account.id(), LISTING, period));
	let (one, other) = world.chain.stakes().reported[0].clone();
	assert_eq!([encode_submission(&one), encode_submission(&other)], [first.clone(), second.clone()]);

	// Not again, by a later life either.
	let sent = world.chain.stakes().sent;
	let (account, secret, chain, dir) = world.stop().await;
	let mut world =
		World::start(account, secret, chain, dir, |settings| settings.report_conflicts = true).await;
	world.report_conflicts();
	world.wait(|node| node.metrics.conflicts_seen() == 1).await;
	assert_eq!(world.chain.stakes().sent, sent);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_operators_word_the_evidence_is_written_and_nothing_is_sent() {
	let (world, worker, made, period) = scene(|_| {}).await;
	contradict(&world, &worker, &made, period).await;
	world.wait(|node| node.metrics.conflicts_seen() == 1).await;
	world.wait(|_| evidence(&world).len() == 2).await;
	assert_eq!(world.chain.stakes().sent, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_says_the_same_again_or_has_forged_another_s_statement_convicts_nobody() {
	let (world, worker, made, period) = scene(|settings| settings.report_conflicts = true).await;
	let other = Worker::of(&world, "//Dave").await;
	for who in [&worker, &other, &worker] {
		let offer = who.offer(&world, &made, period).sign(COMMITMENTS, &who.account);
		let reply = who.hand_over(&world, offer, &made.sealed).await.expect("told");
		assert!(matches!(reply, Reply::Stored | Reply::Have), "{reply:?}");
	}
	// Another worker's name under what the first one is to have said.
	let mut forged = worker.offer(&world, &made, period).sign(COMMITMENTS, &worker.account);
	forged.submission = worker.offer(&world, &made, period).sign([9; 32], &other.account).submission;
	let reply = worker.hand_over(&world, forged, &made.sealed).await.expect("told");
	assert!(matches!(reply, Reply::Refused { .. }), "{reply:?}");
	assert!(evidence(&world).is_empty());
	assert_eq!((world.node.metrics.conflicts_seen(), world.chain.stakes().sent), (0, 0));
}
