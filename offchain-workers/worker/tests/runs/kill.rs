//! The process is killed at every point where that could matter: the run resumes, and one snapshot is submitted.

use crate::support::{worker, Dataset, TestCarrier, TestChain, LISTING};
use souk_store::{NewJob, Step};
use souk_worker::{
	faults::Faults,
	runner::{Ended, Runner},
	work::{Outcome, Outputs},
};
use std::{
	env, fs,
	path::Path,
	process::{Command, Stdio},
	sync::Arc,
};
use tokio::sync::Notify;

const CHILD: &str = "SOUK_WORKER_KILL_TEST_DIR";
const PERIOD: u32 = 4_000_000_000;

fn dataset() -> Dataset {
	let rows: String = (0..2_000).map(|n| format!("{n},name {}\n", n % 13)).collect();
	Dataset::csv(&format!("id,who\n{rows}"), "[[privacy]]\ncolumn = \"who\"\naction = \"hash\"")
}

/// One life of a worker in `dir`; the process may end in it.
fn live(dir: &Path) -> Outputs {
	let faults = Faults::from_environment(r#"{"chainType":"Local"}"#).unwrap();
	let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
	runtime.block_on(async {
		let chain = TestChain::new(Some(dir.join("chain.json")));
		let worker = worker(dir, chain, Arc::new(TestCarrier::default()), faults);
		let job = worker.jobs.job(LISTING).unwrap();
		let run = match worker.jobs.run(LISTING, PERIOD).unwrap() {
			Some(run) => run,
			None => worker.jobs.begin(LISTING, PERIOD, 1).unwrap(),
		};
		let manifest = Arc::new(souk_config::Manifest::parse(&job.manifest).unwrap());
		let runner = Runner::new(worker.clone(), &job, manifest, &run, worker.stop.child_token());
		assert_eq!(runner.drive(run, &Notify::new()).await.unwrap(), Ended::Recorded(Outcome::Final));
		Outputs::of(&worker.jobs.run(LISTING, PERIOD).unwrap().unwrap())
	})
}

/// Not a test of its own: one life, in a process that the test below starts.
#[test]
fn child_that_lives_once() {
	if let Some(dir) = env::var_os(CHILD) {
		live(Path::new(&dir));
	}
}

fn prepare(dataset: &Dataset) -> tempfile::TempDir {
	let dir = tempfile::tempdir().unwrap();
	let world = worker(dir.path(), TestChain::new(None), Arc::new(TestCarrier::default()), Faults::NONE);
	let base_dir = dataset.dir.path().into();
	world
		.jobs
		.put_job(NewJob { listing: LISTING, manifest: dataset.manifest.clone(), base_dir, secret: None }, 1)
		.unwrap();
	dir
}

fn child(dir: &Path, stop: &str) -> std::process::ExitStatus {
	Command::new(env::current_exe().unwrap())
		.args(["--exact", "kill::child_that_lives_once"])
		.env(CHILD, dir)
		.env("SOUK_WORKER_STOP_AFTER", stop)
		.stdout(Stdio::null())
		.stderr(Stdio::null())
		.status()
		.unwrap()
}

#[test]
fn killed_at_each_step_it_resumes_and_submits_one_snapshot() {
	use std::os::unix::process::ExitStatusExt;
	let dataset = dataset();
	let expected = {
		let dir = prepare(&dataset);
		live(dir.path()).commitments.unwrap()
	};
	for step in Step::ALL.into_iter().skip(1) {
		for when in ["before-record", "after"] {
			let point = format!("{when}:{step}");
			let dir = prepare(&dataset);
			let status = child(dir.path(), &point);
			assert_eq!(status.signal(), Some(6), "{point}: the process was to abort, it ended with {status}");
			assert!(child(dir.path(), "").success(), "{point}: the second life");
			let chain = TestChain::new(Some(dir.path().join("chain.json"))).ledger();
			assert_eq!(chain.submitted, [(PERIOD, expected)], "{point}");
			let after =
				worker(dir.path(), TestChain::new(None), Arc::new(TestCarrier::default()), Faults::NONE);
			let run = after.jobs.run(LISTING, PERIOD).unwrap().unwrap();
			assert_eq!(
				(run.step, Outputs::of(&run).outcome),
				(Step::Recorded, Some(Outcome::Final)),
				"{point}"
			);
			assert_eq!(
				after.snapshots.get(LISTING, PERIOD).unwrap().unwrap().content_root,
				expected.content_root
			);
			assert!(!after.run_dir(LISTING, PERIOD).exists(), "{point}: the run's folder stays behind");
			assert_eq!(fs::read_dir(dir.path().join("unfinished")).unwrap().count(), 0, "{point}");
		}
	}
}
