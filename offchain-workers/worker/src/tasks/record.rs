//! Handed over → recorded: what the run needed and nobody needs any more goes away.

use crate::{
	error::StepError,
	work::{Outcome, Outputs},
};
use souk_store::{JobStore, SnapshotStore};
use std::path::Path;

/// Runs that stay in the database, for whoever wants to know how it went.
const KEPT_RUNS: u32 = 200;

/// The run that ends, and how.
pub struct Ending<'a> {
	/// The listing.
	pub listing: u32,
	/// The period.
	pub period: u32,
	/// How it ended.
	pub outcome: Outcome,
	/// Snapshots that are kept of the listing.
	pub retention: u32,
	/// The run's folder.
	pub dir: &'a Path,
}

/// Cleans up after a run.
///
/// # Errors
/// [`StepError::Fault`].
pub fn run(
	ending: &Ending<'_>,
	outputs: &mut Outputs,
	snapshots: &SnapshotStore,
	jobs: &JobStore,
) -> Result<(), StepError> {
	outputs.outcome = Some(ending.outcome);
	if ending.outcome == Outcome::Disagreed {
		// Nobody will ever ask for it, and offering it would look like fraud.
		snapshots.remove(ending.listing, ending.period)?;
	}
	snapshots.prune(ending.listing, ending.retention)?;
	jobs.prune_runs(ending.listing, KEPT_RUNS)?;
	match std::fs::remove_dir_all(ending.dir) {
		Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
			Err(StepError::fault(ending.dir.display(), error))
		}
		_ => Ok(()),
	}
}
