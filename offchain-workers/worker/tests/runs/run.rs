//! One run, and what can be in its way.

use crate::support::{alice, duty, duty_with, recipient, Dataset, World, LISTING, PATIENCE};
use souk_protocol::ListingSecret;
use souk_store::{JobState, Run, Step};
use souk_worker::{
	carrier::Receipt,
	chain::{Commitments, Duty},
	runner::{Ended, Runner},
	schedule::now_millis,
	work::{Outcome, Outputs},
};
use std::{fs, sync::Arc, time::Duration};
use tokio::sync::Notify;

/// Ends far in the future, so that nothing is superseded.
const PERIOD: u32 = 4_000_000_000;
const TABLE: &str = "id,who\n1,a\n2,b\n3,c\n";

async fn drive_period(world: &World, dataset: &Dataset, period: u32) -> (Ended, Run) {
	let job = world.job(dataset);
	let run = match world.worker.jobs.open_run(LISTING).unwrap() {
		Some(run) => run,
		None => world.worker.jobs.begin(LISTING, period, now_millis()).unwrap(),
	};
	let runner =
		Runner::new(world.worker.clone(), &job, dataset.parsed(), &run, world.worker.stop.child_token());
	let ended = runner.drive(run, &Notify::new()).await.unwrap();
	let run = world.worker.jobs.runs(LISTING, 1).unwrap().remove(0);
	(ended, run)
}

async fn drive(world: &World, dataset: &Dataset) -> (Ended, Run) {
	drive_period(world, dataset, PERIOD).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_is_submitted_becomes_final_and_reaches_every_node() {
	let (world, dataset) = (World::new(), Dataset::csv(TABLE, ""));
	*world.chain.duties.lock().unwrap() = vec![duty(vec![recipient(1), recipient(2)])];
	let (ended, run) = drive(&world, &dataset).await;
	assert_eq!((ended, run.step), (Ended::Recorded(Outcome::Final), Step::Recorded));
	let outputs = Outputs::of(&run);
	assert_eq!(world.chain.ledger().submitted, [(PERIOD, outputs.commitments.unwrap())]);
	assert_eq!((outputs.delivered.len(), outputs.undelivered.len()), (2, 0));
	assert_eq!((outputs.rows, outputs.final_at), (Some(3), Some(5)));
	let mut carried = world.carrier.carried.lock().unwrap().clone();
	carried.sort_unstable();
	assert_eq!(carried, [([1; 32], PERIOD), ([2; 32], PERIOD)]);
	// What the worker signs to all of them is what it has submitted.
	let said: Vec<_> = world.carrier.said.lock().unwrap().iter().copied().collect();
	assert_eq!(said, [(PERIOD, outputs.commitments.unwrap().hash())]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chain_that_is_down_for_a_while_delays_the_run_and_nothing_else() {
	let (world, dataset) = (World::new(), Dataset::csv(TABLE, ""));
	*world.chain.down.lock().unwrap() = 12;
	let (ended, run) = drive(&world, &dataset).await;
	assert_eq!(ended, Ended::Recorded(Outcome::Final));
	assert_eq!((run.error, world.chain.ledger().submitted.len()), (None, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broken_rule_quarantines_the_job_and_a_mended_source_runs_again() {
	let (world, dataset) =
		(World::new(), Dataset::csv(TABLE, "[[validate]]\nrule = \"min_rows\"\nvalue = 4"));
	let (ended, run) = drive(&world, &dataset).await;
	let Ended::Quarantined(reason) = ended else { panic!("{ended:?}") };
	assert!(reason.contains("min_rows") && run.error.as_ref() == Some(&reason));
	assert_eq!(run.step, Step::Transformed);
	let job = world.worker.jobs.job(LISTING).unwrap();
	assert_eq!((job.state, job.error), (JobState::Quarantined, Some(reason)));
	assert!(world.chain.ledger().submitted.is_empty(), "nothing of it is published");

	dataset.write("trips.csv", b"id,who\n1,a\n2,b\n3,c\n4,d\n");
	world.worker.jobs.retry(LISTING, 2).unwrap();
	let (ended, run) = drive(&world, &dataset).await;
	assert_eq!((ended, Outputs::of(&run).rows), (Ended::Recorded(Outcome::Final), Some(4)));
}

#[tokio::test(flavor = "multi_thread")]
async fn words_that_the_chain_s_or_the_manifest_s_policy_hides_are_not_published() {
	let table = "id,town\n1,Oslo\n2,Rome\n3,Oslo\n";
	let prove = "[prove]\ncolumns = [\"town\"]\n";
	let drive_under = |on_chain: u32, rest: String| async move {
		let (world, dataset) = (World::new(), Dataset::csv(table, &rest));
		*world.chain.duties.lock().unwrap() = vec![Duty { group_size: on_chain, ..duty(Vec::new()) }];
		let (ended, run) = drive(&world, &dataset).await;
		(ended, run, world)
	};
	let grouped = format!("{prove}[policy]\nmin_group_size = 2\n");
	for (on_chain, rest, least) in [
		(2, prove.to_owned(), 2),
		(0, grouped.clone(), 2),
		(0, format!("{prove}[policy]\naggregate_only = true\n"), 2),
		(3, grouped, 3),
	] {
		let (ended, run, world) = drive_under(on_chain, rest.clone()).await;
		let Ended::Quarantined(reason) = ended else { panic!("{on_chain}, {rest}: {ended:?}") };
		assert!(
			reason.contains("\"town\"") && reason.contains(&format!("fewer than {least} rows")),
			"{reason}"
		);
		assert!(!reason.contains("Rome"), "{reason}");
		assert_eq!(run.step, Step::Encoded);
		assert!(world.chain.ledger().submitted.is_empty());
		assert!(world.worker.snapshots.get(LISTING, PERIOD).unwrap().is_none());
	}
	let public = format!("{prove}public_words = [\"town\"]\n[policy]\nmin_group_size = 2\n");
	for (on_chain, rest) in [(0, prove.to_owned()), (1, prove.to_owned()), (3, public)] {
		let (ended, run, _) = drive_under(on_chain, rest.clone()).await;
		assert_eq!(ended, Ended::Recorded(Outcome::Final), "{on_chain}, {rest}");
		assert!(Outputs::of(&run).commitments.unwrap().columns_root.is_some());
	}
}

#[tokio::test(flavor = "multi_thread")]
async fn another_opinion_of_the_quorum_is_recorded_and_not_retried() {
	let (world, dataset) = (World::new(), Dataset::csv(TABLE, ""));
	let other = Commitments {
		content_root: [1; 32],
		cipher_root: [2; 32],
		key_commitment: None,
		columns_root: None,
		schema_hash: [3; 32],
		source_digest: [4; 32],
		rows: 3,
		bytes: 5,
	};
	*world.chain.quorum.lock().unwrap() = false;
	world.chain.make_final(PERIOD, other);
	let (ended, run) = drive(&world, &dataset).await;
	assert_eq!((ended, run.step), (Ended::Recorded(Outcome::Disagreed), Step::Recorded));
	let error = run.error.unwrap();
	assert!(error.contains("another source") && error.contains("other content"), "{error}");
	assert!(world.worker.snapshots.get(LISTING, PERIOD).unwrap().is_none(), "it is offered to nobody");
	assert!(world.carrier.carried.lock().unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_quorum_the_run_ends_and_says_what_others_did() {
	let (world, dataset) = (World::new(), Dataset::csv(TABLE, ""));
	*world.chain.quorum.lock().unwrap() = false;
	*world.chain.others.lock().unwrap() = vec![([5; 32], [6; 32])];
	// This minute's period ends soon enough to be waited for: patience is what counts.
	let dataset = Dataset { manifest: dataset.manifest.replace("0 0 1 1 *", "* * * * *"), ..dataset };
	let long_ago = u32::try_from(now_millis() / 60_000).unwrap() - 60;
	let (ended, run) = drive_period(&world, &dataset, long_ago).await;
	assert_eq!(ended, Ended::Recorded(Outcome::NoQuorum));
	assert!(run.error.unwrap().contains("1 something else"));
	assert_eq!(world.chain.ledger().submitted.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_newer_final_period_makes_a_submission_pointless() {
	let (world, dataset) = (World::new(), Dataset::csv(TABLE, ""));
	let (first, _) = drive_period(&world, &dataset, PERIOD + 1).await;
	assert_eq!(first, Ended::Recorded(Outcome::Final));
	let (ended, _) = drive(&world, &dataset).await;
	assert_eq!(ended, Ended::Recorded(Outcome::Superseded));
	assert_eq!(world.chain.ledger().submitted.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_cannot_be_done_before_the_next_period_gives_way_to_it() {
	let (world, dataset) = (World::new(), Dataset::csv(TABLE, ""));
	*world.chain.duties.lock().unwrap() = Vec::new();
	let dataset = Dataset { manifest: dataset.manifest.replace("0 0 1 1 *", "* * * * *"), ..dataset };
	let long_ago = u32::try_from(now_millis() / 60_000).unwrap() - 60;
	let (ended, run) = drive_period(&world, &dataset, long_ago).await;
	assert_eq!(ended, Ended::Recorded(Outcome::Superseded));
	assert!(run.error.unwrap().contains("not assigned"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_submission_that_was_sent_and_not_recorded_is_found_on_chain() {
	let (world, dataset) = (World::new(), Dataset::csv(TABLE, ""));
	*world.chain.quorum.lock().unwrap() = false;
	let stop = world.worker.stop.clone();
	let chain = world.chain.clone();
	let stopping = tokio::spawn(async move {
		// The worker is stopped while it waits for the quorum.
		let mut heads = souk_worker::chain::ChainPort::heads(&*chain);
		while chain.ledger().submitted.is_empty() {
			heads.changed().await.unwrap();
		}
		stop.cancel();
	});
	let (ended, run) = drive(&world, &dataset).await;
	stopping.await.unwrap();
	assert_eq!(ended, Ended::Interrupted);
	assert!(matches!(run.step, Step::Sealed | Step::Submitted), "{:?}", run.step);
	let (period, commitments) = world.chain.ledger().submitted[0];
	world.chain.make_final(period, commitments);
	let world = World { worker: reopened(&world), ..world };
	let (ended, _) = drive(&world, &dataset).await;
	assert_eq!(ended, Ended::Recorded(Outcome::Final));
	assert_eq!(world.chain.ledger().submitted.len(), 1);
}

/// The same worker with a fresh stop signal, as after a restart.
fn reopened(world: &World) -> Arc<souk_worker::worker::Worker> {
	let old = &world.worker;
	Arc::new(souk_worker::worker::Worker {
		account: old.account,
		secret: alice().encryption_secret(),
		chain: old.chain.clone(),
		carrier: old.carrier.clone(),
		snapshots: old.snapshots.clone(),
		jobs: old.jobs.clone(),
		runs_dir: old.runs_dir.clone(),
		limits: old.limits.clone(),
		patience: old.patience,
		faults: old.faults,
		metrics: souk_worker::metrics::Metrics::new().unwrap(),
		places: tokio::sync::Semaphore::new(1),
		duties: tokio::sync::watch::Sender::new(None),
		refresh: Notify::new(),
		stop: tokio_util::sync::CancellationToken::new(),
	})
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_lost_or_was_made_with_another_secret_is_made_again() {
	let (world, dataset) = (World::new(), Dataset::csv(TABLE, ""));
	let job = world.job(&dataset);
	let mut run = world.worker.jobs.begin(LISTING, PERIOD, 1).unwrap();
	// As if the process had ended after the transform, and somebody had cleared the folder.
	let outputs = Outputs { source_digest: Some([1; 32]), ..Outputs::default() };
	for _ in 0..2 {
		run = world.worker.jobs.advance(&run, &outputs.to_json(), 1).unwrap();
	}
	let runner =
		Runner::new(world.worker.clone(), &job, dataset.parsed(), &run, world.worker.stop.child_token());
	assert_eq!(runner.drive(run, &Notify::new()).await.unwrap(), Ended::Recorded(Outcome::Final));
	let source = |period| {
		let run = world.worker.jobs.run(LISTING, period).unwrap().unwrap();
		Outputs::of(&run).source_digest.unwrap()
	};
	let first = world.chain.ledger().submitted[0].1;
	assert_ne!(source(PERIOD), [1; 32]);

	// Another run is under way with the old secret when the curator assigns the worker anew.
	let mut run = world.worker.jobs.begin(LISTING, PERIOD + 1, 1).unwrap();
	let old = Outputs { secret_id: Some([7; 32]), ..Outputs::default() };
	run = world.worker.jobs.advance(&run, &old.to_json(), 1).unwrap();
	let fresh = ListingSecret::from_bytes([4; 32]).unwrap();
	*world.chain.duties.lock().unwrap() = vec![duty_with(&fresh, Vec::new())];
	let runner =
		Runner::new(world.worker.clone(), &job, dataset.parsed(), &run, world.worker.stop.child_token());
	assert_eq!(runner.drive(run, &Notify::new()).await.unwrap(), Ended::Recorded(Outcome::Final));
	let second = world.chain.ledger().submitted[1].1;
	assert_eq!(source(PERIOD + 1), source(PERIOD));
	assert_ne!(second.cipher_root, first.cipher_root);
}

#[tokio::test(flavor = "multi_thread")]
async fn nodes_are_offered_a_snapshot_again_until_they_take_it_or_refuse() {
	let (world, dataset) = (World::new(), Dataset::csv(TABLE, ""));
	*world.chain.duties.lock().unwrap() = vec![duty(vec![recipient(1)])];
	*world.carrier.answers.lock().unwrap() =
		vec![Ok(Receipt::Have), Err("no connection".into()), Ok(Receipt::Later("busy".into()))];
	let (_, run) = drive(&world, &dataset).await;
	let outputs = Outputs::of(&run);
	assert_eq!((outputs.delivered.len(), outputs.undelivered.len()), (1, 0));

	let world = World::new();
	*world.chain.duties.lock().unwrap() = vec![duty(vec![recipient(1)])];
	*world.carrier.answers.lock().unwrap() = vec![Ok(Receipt::Refused("too large".into()))];
	let (ended, run) = drive(&world, &dataset).await;
	assert_eq!(ended, Ended::Recorded(Outcome::Final), "the snapshot is final all the same");
	assert_eq!(Outputs::of(&run).undelivered[0].1, "too large");
}

#[tokio::test(flavor = "multi_thread")]
async fn trouble_of_the_machine_is_tried_a_few_times_and_then_quarantined() {
	let (world, dataset) = (World::new(), Dataset::csv(TABLE, ""));
	// A file stands where the run's folder should be.
	fs::create_dir_all(&world.worker.runs_dir).unwrap();
	fs::write(world.worker.runs_dir.join(LISTING.to_string()), b"in the way").unwrap();
	let (ended, run) = tokio::time::timeout(PATIENCE, drive(&world, &dataset)).await.unwrap();
	assert!(matches!(ended, Ended::Quarantined(_)), "{ended:?}");
	assert_eq!((run.attempts, run.step), (world.worker.limits.max_attempts, Step::Due));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_transform_that_takes_too_long_is_ended_by_its_time_or_by_a_stop() {
	let rows: String = (0..2_000).map(|n| format!("{n}\n")).collect();
	let slow = "[transform]\nsql = \"SELECT count(*) AS n FROM source a, source b, source c \
		WHERE a.id + b.id + c.id = -1\"";
	let dataset = Dataset::csv(&format!("id\n{rows}"), slow);
	let mut world = World::new();
	let limits = &mut Arc::get_mut(&mut world.worker).unwrap().limits;
	// Enough for the steps before it on a busy machine, and not for the transform on a quick one.
	(limits.job_seconds, limits.max_attempts) = (5, 2);
	let (ended, run) = tokio::time::timeout(PATIENCE, drive(&world, &dataset)).await.unwrap();
	let Ended::Quarantined(reason) = ended else { panic!("{ended:?}") };
	assert!(reason.contains("longer than it may"), "{reason}");
	assert_eq!((run.step, run.attempts), (Step::Fetched, 2));

	let mut world = World::new();
	Arc::get_mut(&mut world.worker).unwrap().limits.job_seconds = 600;
	let stop = world.worker.stop.clone();
	let scratch = world.worker.run_dir(LISTING, PERIOD).join("scratch");
	tokio::spawn(async move {
		// The transform has begun when its folder is there.
		while !scratch.exists() {
			tokio::time::sleep(Duration::from_millis(5)).await;
		}
		stop.cancel();
	});
	let (ended, run) = tokio::time::timeout(PATIENCE, drive(&world, &dataset)).await.unwrap();
	assert_eq!((ended, run.step, run.attempts), (Ended::Interrupted, Step::Fetched, 0));
}
