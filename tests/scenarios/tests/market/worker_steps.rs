//! A worker is killed at each step of a run, before and after it is recorded: it resumes, and submits one snapshot. Then it
//! is stopped and started in the ordinary way.

use crate::world::{manifest, publish, start_all, World, PATIENCE, PLAN};
use anyhow::{ensure, Context, Result};
use serde_json::{json, Value};
use souk_scenarios::{http, until, Daemon, Worker};
use souk_store::Step;
use std::{fmt::Write as _, os::unix::process::ExitStatusExt as _};

const STOP_AFTER: &str = "SOUK_WORKER_STOP_AFTER";
const ROWS: u64 = 2_000;

/// One worker of its own; a first snapshot in peace, a second one in eighteen lives.
pub fn resumes(world: &World) -> Result<()> {
	let dir = world.folder("steps")?;
	let mut worker = Worker::prepare("mortal worker", &dir.join("worker"), &world.spec, "//steps//worker")?;
	start_all(&mut [&mut worker])?;
	let mut text = String::from("id,who\n");
	(0..ROWS).try_for_each(|id| writeln!(text, "{id},name {}", id % 13))?;
	std::fs::write(dir.join("people.csv"), text)?;
	let rest = format!("[[privacy]]\ncolumn = \"who\"\naction = \"hash\"\n\n{PLAN}");
	let manifest = manifest(&dir, "mortal", "kind = \"csv\"\nlocation = \"people.csv\"", &rest)?;
	let curator = world.user("//steps//curator");
	let listing = publish(&curator, &manifest, &worker, &[&world.nodes[0]])?;
	let first = listing.report["snapshot"]["period"].as_u64().context("no first snapshot")?;
	until("the first run to be recorded", PATIENCE, || recorded(&worker, listing.id, first))?;
	let transactions = nonce(world, &worker)?;
	let stopped = worker.stop()?;
	ensure!(stopped.success(), "stopped, it ended with {stopped}");

	for (number, point) in points().iter().enumerate() {
		worker.set_env(STOP_AFTER, Some(point));
		worker.start()?;
		if number == 0 {
			worker.wait_up(PATIENCE)?;
			// It may end before it could answer.
			until("the second run to begin", PATIENCE, || {
				let ended = worker.process().check_alive().is_err();
				let begun = worker.admin("worker_runNow", json!([listing.id, null])).is_ok();
				Ok((ended || begun).then_some(()))
			})?;
		}
		let ended = worker.process().wait(PATIENCE).with_context(|| point.clone())?;
		ensure!(ended.signal() == Some(libc::SIGABRT), "{point}: it was to abort, and ended with {ended}");
	}
	worker.set_env(STOP_AFTER, None);
	worker.start()?;
	worker.wait_up(PATIENCE)?;

	let last = until("the last life to see the run recorded", PATIENCE, || {
		let run = run(&worker, listing.id)?;
		let period = run["period"].as_u64().context("a run without a period")?;
		ensure!(period > first, "the second run was forgotten: {run}");
		recorded(&worker, listing.id, period)
	})?;
	ensure!(last["outcome"] == "final" || last["outputs"]["outcome"].is_null(), "{last}");
	let shown = curator.json(&["show", &listing.address, "--chain-only"])?;
	let periods: Vec<_> =
		shown["snapshots"].as_array().into_iter().flatten().map(|one| &one["period"]).collect();
	ensure!(periods == [&last["period"], &json!(first)], "one snapshot for each period: {shown}");
	ensure!(shown["snapshots"][0]["rows"] == ROWS, "{shown}");
	let sent = nonce(world, &worker)? - transactions;
	ensure!(sent == 1, "the snapshot was submitted {sent} times");
	until("the node to have the second snapshot", PATIENCE, || {
		let held = world.nodes[0].admin("persistence_snapshots", json!([]))?;
		let has = |one: &Value| one["listing"] == listing.id && one["period"] == last["period"];
		Ok(held.as_array().into_iter().flatten().any(has).then_some(()))
	})?;

	let stopped = worker.stop()?;
	ensure!(stopped.success(), "stopped, it ended with {stopped}");
	worker.start()?;
	worker.wait_up(PATIENCE)?;
	worker.wait_healthy(PATIENCE)
}

/// Every point at which it can be killed, in the order in which a run passes them.
fn points() -> Vec<String> {
	let steps = Step::ALL.iter().filter(|step| **step != Step::Due);
	steps.flat_map(|step| [format!("before-record:{step}"), format!("after:{step}")]).collect()
}

/// The newest run of a job.
fn run(worker: &Daemon, listing: u32) -> Result<Value> {
	let jobs = worker.admin("worker_jobs", json!([]))?;
	let job = jobs.as_array().into_iter().flatten().find(|job| job["listing"] == listing);
	Ok(job.context("the job is gone")?["run"].clone())
}

fn recorded(worker: &Daemon, listing: u32, period: u64) -> Result<Option<Value>> {
	let run = run(worker, listing)?;
	Ok((run["period"] == period && run["step"] == "recorded").then_some(run))
}

/// How many transactions its account has sent.
fn nonce(world: &World, worker: &Daemon) -> Result<u64> {
	let port = world.chain.lock().map_err(|_| anyhow::anyhow!("the chain is poisoned"))?.rpc_port(0);
	let nonce = http::rpc(port, "system_accountNextIndex", json!([worker.address()?]))?;
	nonce.as_u64().context("no nonce")
}
