//! How the worker and its jobs are doing, as the admin interface and `/health` tell it.

use crate::{
	schedule::next_tick,
	work::{Outcome, Outputs},
};
use serde::{Deserialize, Serialize};
use souk_config::Manifest;
use souk_daemon::observe;
pub use souk_daemon::Registration;
use souk_store::{Job, JobState, Run, Step};

/// How the daemon is doing: `/health`, and `worker_status` of the admin interface.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Condition {
	/// Whether it can do its work.
	pub healthy: bool,
	/// What is wrong, a sentence each.
	pub problems: Vec<String>,
	/// Number of the newest finalised block seen.
	pub finalised_block: u32,
	/// Seconds since it was seen.
	pub head_age_seconds: u64,
	/// How the registration on chain compares with this node.
	pub registration: Registration,
	/// Whether there is an entry in the registry for this account.
	pub registered: bool,
	/// Listings assigned to this worker, as `<account>/<name>`.
	pub assigned: Vec<String>,
	/// Jobs.
	pub jobs: u64,
	/// Jobs in quarantine.
	pub quarantined: u64,
	/// Runs under way.
	pub running: u64,
}

impl observe::Condition for Condition {
	fn is_healthy(&self) -> bool {
		self.healthy
	}
}

/// A job, as `worker_jobs` tells it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct JobStatus {
	/// The listing's number.
	pub listing: u32,
	/// Its address, where the worker is assigned to it.
	pub address: Option<String>,
	/// Whether it runs.
	pub state: JobState,
	/// Why it does not, or what the run under way or the last one failed with.
	pub error: Option<String>,
	/// The manifest's cron pattern.
	pub schedule: Option<String>,
	/// When it is due next, in seconds since the Unix epoch.
	pub next_due: Option<u64>,
	/// The newest run.
	pub run: Option<RunStatus>,
}

/// A run, as part of [`JobStatus`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunStatus {
	/// Its period.
	pub period: u32,
	/// The step done last.
	pub step: Step,
	/// How it ended, if it has.
	pub outcome: Option<Outcome>,
	/// When it began, in milliseconds since the Unix epoch.
	pub started: u64,
	/// When it last changed, in milliseconds since the Unix epoch.
	pub updated: u64,
	/// Failed attempts at the next step.
	pub attempts: u32,
	/// What the last one failed with.
	pub error: Option<String>,
	/// What has been found out so far.
	pub outputs: Outputs,
}

impl JobStatus {
	/// Of a job and its newest run.
	pub fn of(job: Job, run: Option<Run>, address: Option<String>, now_millis: u64) -> Self {
		let manifest = Manifest::parse(&job.manifest).ok();
		let schedule = manifest.as_ref().map(|manifest| &manifest.dataset.schedule);
		let run = run.map(|run| RunStatus {
			outcome: Outputs::of(&run).outcome,
			outputs: Outputs::of(&run),
			period: run.period,
			step: run.step,
			started: run.started,
			updated: run.updated,
			attempts: run.attempts,
			error: run.error,
		});
		Self {
			listing: job.listing,
			address,
			state: job.state,
			error: job.error.or_else(|| run.as_ref().and_then(|run| run.error.clone())),
			next_due: schedule
				.and_then(|schedule| next_tick(schedule, now_millis))
				.map(|millis| millis / 1_000),
			schedule: schedule.map(ToString::to_string),
			run,
		}
	}
}
