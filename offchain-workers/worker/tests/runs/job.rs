//! Jobs as they live in the daemon: due, skipped, woken, supplied.

use crate::support::{duty, recipient, Dataset, World, LISTING, PATIENCE};
use souk_config::Manifest;
use souk_store::{JobState, Step};
use souk_worker::{
	jobs::Jobs,
	schedule::{due, now_millis},
	work::{Outcome, Outputs},
};
use std::{
	sync::Arc,
	time::{Duration, Instant},
};

const TABLE: &str = "id,who\n1,a\n2,b\n";

/// Waits until something is so. The store has nothing that could be awaited.
async fn until(what: &str, so: impl Fn() -> bool) {
	let start = Instant::now();
	while !so() {
		assert!(start.elapsed() < PATIENCE, "{what}");
		tokio::time::sleep(Duration::from_millis(5)).await;
	}
}

fn yearly() -> Dataset {
	Dataset::csv(TABLE, "")
}

fn period(dataset: &Dataset) -> u32 {
	due(&Manifest::parse(&dataset.manifest).unwrap().dataset.schedule, now_millis()).unwrap()
}

fn see(world: &World) {
	let duties = world.chain.duties.lock().unwrap().clone();
	world.worker.duties.send_replace(Some(Arc::new(duties)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_job_runs_the_period_of_the_last_tick_at_once_and_only_once() {
	let (world, dataset) = (World::new(), yearly());
	world.job(&dataset);
	let jobs = Jobs::new(world.worker.clone());
	jobs.start_all().await.unwrap();
	// It waits until the worker knows of its assignment.
	see(&world);
	let expected = period(&dataset);
	until("the run is recorded", || {
		world.worker.jobs.run(LISTING, expected).unwrap().is_some_and(|run| run.step == Step::Recorded)
	})
	.await;
	jobs.wake(LISTING);
	jobs.stop_all().await;
	assert_eq!(world.chain.ledger().submitted.len(), 1);

	// The same after a restart.
	let jobs = Jobs::new(world.worker.clone());
	jobs.start_all().await.unwrap();
	jobs.stop_all().await;
	assert_eq!(world.chain.ledger().submitted.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_period_that_others_made_final_is_not_run_and_a_later_one_on_demand_is() {
	let (world, dataset) = (World::new(), yearly());
	world.job(&dataset);
	let commitments = souk_worker::chain::Commitments {
		content_root: [1; 32],
		cipher_root: [2; 32],
		key_commitment: None,
		columns_root: None,
		schema_hash: [3; 32],
		source_digest: [4; 32],
		rows: 2,
		bytes: 5,
	};
	let last = period(&dataset);
	world.chain.make_final(last, commitments);
	see(&world);
	let jobs = Jobs::new(world.worker.clone());
	jobs.start_all().await.unwrap();
	jobs.want(LISTING, last + 5);
	until("the wanted period is recorded", || {
		world.worker.jobs.run(LISTING, last + 5).unwrap().is_some_and(|run| run.step == Step::Recorded)
	})
	.await;
	jobs.stop_all().await;
	assert!(world.worker.jobs.run(LISTING, last).unwrap().is_none());
	let run = world.worker.jobs.run(LISTING, last + 5).unwrap().unwrap();
	assert_eq!(Outputs::of(&run).outcome, Some(Outcome::Final));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_is_assigned_later_gets_the_snapshot_that_is_there() {
	let (world, dataset) = (World::new(), yearly());
	world.job(&dataset);
	see(&world);
	let jobs = Jobs::new(world.worker.clone());
	jobs.start_all().await.unwrap();
	let expected = period(&dataset);
	until("the run is recorded", || {
		world.worker.jobs.run(LISTING, expected).unwrap().is_some_and(|run| run.step == Step::Recorded)
	})
	.await;
	assert!(world.carrier.carried.lock().unwrap().is_empty());
	// The first try fails; nobody has to do anything for the second one.
	*world.carrier.answers.lock().unwrap() = vec![Err("not there yet".into())];
	*world.chain.duties.lock().unwrap() = vec![duty(vec![recipient(9)])];
	see(&world);
	until("the node has it", || *world.carrier.carried.lock().unwrap() == [([9; 32], expected)]).await;
	jobs.stop_all().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_manifest_that_cannot_be_used_quarantines_its_job() {
	let (world, dataset) = (World::new(), yearly());
	let broken = Dataset { manifest: dataset.manifest.replace("retention = 3", "retention = 0"), ..dataset };
	world.job(&broken);
	see(&world);
	let jobs = Jobs::new(world.worker.clone());
	jobs.start_all().await.unwrap();
	until("the job is quarantined", || {
		world.worker.jobs.job(LISTING).unwrap().state == JobState::Quarantined
	})
	.await;
	jobs.stop_all().await;
	assert!(world.worker.jobs.job(LISTING).unwrap().error.unwrap().contains("retention"));
}
