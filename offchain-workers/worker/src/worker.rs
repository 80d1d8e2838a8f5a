//! What the daemon's tasks share.

use crate::{
	carrier::Carrier,
	chain::{ChainPort, Duty},
	error::StepError,
	faults::Faults,
	metrics::Metrics,
};
use souk_config::WorkerLimits;
use souk_protocol::{AccountId, EncryptionSecret, ListingSecret};
use souk_store::{JobStore, SnapshotStore};
use std::{path::PathBuf, sync::Arc, time::Duration};
use tokio::sync::{watch, Notify, Semaphore};
use tokio_util::sync::CancellationToken;

/// How long is waited for others.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
	/// Between two attempts at first; twice as long each time.
	pub first: Duration,
	/// Between two attempts at most.
	pub most: Duration,
	/// For the other workers, at least; until the next period begins if that is later.
	pub quorum: Duration,
	/// For persistence nodes, before the run is recorded; what is missing then is delivered later.
	pub delivery: Duration,
	/// For a step that is to stop, before it is left to itself.
	pub stuck: Duration,
	/// For an assignment that was made a moment ago to become final here, while an operator waits.
	pub assignment: Duration,
}

impl Default for Patience {
	fn default() -> Self {
		Self {
			first: Duration::from_secs(1),
			most: Duration::from_secs(60),
			quorum: Duration::from_secs(600),
			delivery: Duration::from_secs(60),
			stuck: Duration::from_secs(5),
			assignment: Duration::from_secs(12),
		}
	}
}

impl Patience {
	/// How long to wait after so many failures in a row.
	pub fn after(&self, failures: u32) -> Duration {
		self.first.saturating_mul(1 << failures.saturating_sub(1).min(16)).min(self.most)
	}
}

/// The daemon.
pub struct Worker {
	/// The worker's account.
	pub account: AccountId,
	/// What listing secrets are wrapped to.
	pub secret: EncryptionSecret,
	/// The chain.
	pub chain: Arc<dyn ChainPort>,
	/// The way to persistence nodes.
	pub carrier: Arc<dyn Carrier>,
	/// Sealed snapshots.
	pub snapshots: SnapshotStore,
	/// Jobs and runs.
	pub jobs: Arc<JobStore>,
	/// Where runs have their folders.
	pub runs_dir: PathBuf,
	/// What runs may use.
	pub limits: WorkerLimits,
	/// Waiting times.
	pub patience: Patience,
	/// Fault injection.
	pub faults: Faults,
	/// Counters.
	pub metrics: Metrics,
	/// Runs that transform and encode at the same time.
	pub places: Semaphore,
	/// The listings that this worker is assigned to, as of some finalised head; `None` before the first look.
	pub duties: watch::Sender<Option<Arc<Vec<Duty>>>>,
	/// Asks for a fresh look at the assignments.
	pub refresh: Notify,
	/// Ends everything.
	pub stop: CancellationToken,
}

impl Worker {
	/// Runs blocking work on the job database.
	///
	/// # Errors
	/// Those of `work`, and [`StepError::Fault`] where it panics.
	pub async fn db<T: Send + 'static, E: Send + 'static + Into<StepError>>(
		&self,
		work: impl FnOnce(&JobStore) -> Result<T, E> + Send + 'static,
	) -> Result<T, StepError> {
		let jobs = self.jobs.clone();
		match tokio::task::spawn_blocking(move || work(&jobs)).await {
			Ok(done) => done.map_err(Into::into),
			Err(error) => Err(StepError::fault("the job database", error)),
		}
	}

	/// What is known of the assignment to a listing.
	pub fn duty(&self, listing: u32) -> Option<Duty> {
		self.duties.borrow().as_ref()?.iter().find(|duty| duty.listing == listing).cloned()
	}

	/// Opens a listing's secret.
	///
	/// # Errors
	/// [`StepError::Transient`] where the curator has to act first.
	pub fn open_secret(&self, duty: &Duty) -> Result<ListingSecret, StepError> {
		let Some(wrapped) = &duty.wrapped_secret else {
			return Err(StepError::Transient(format!(
				"the curator has not wrapped the secret of {} to this worker yet",
				duty.address
			)));
		};
		ListingSecret::unwrap(wrapped, &self.secret, duty.listing).map_err(|_| {
			StepError::Transient(format!(
				"the secret of {} was not wrapped to this worker's key: the curator has to assign it again",
				duty.address
			))
		})
	}

	/// Folder of a run.
	pub fn run_dir(&self, listing: u32, period: u32) -> PathBuf {
		self.runs_dir.join(listing.to_string()).join(period.to_string())
	}
}
