//! What can go wrong with durable state.

use std::path::PathBuf;

/// An error of a store. Each says what happened and to what.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
	/// Reading or writing a file failed.
	#[error("{what} {path}: {source}")]
	Io {
		/// What was tried.
		what: &'static str,
		/// On which file or folder.
		path: PathBuf,
		/// What the operating system said.
		source: std::io::Error,
	},
	/// The database failed.
	#[error("the database {path}: {source}")]
	Database {
		/// Its file.
		path: PathBuf,
		/// What SQLite said.
		source: rusqlite::Error,
	},
	/// Another process has the store open, also some seconds later.
	#[error("{path} is in use by another process: stop it, or configure another folder")]
	InUse {
		/// The database.
		path: PathBuf,
	},
	/// The database was written by a later version of this program.
	#[error(
		"{path} has schema version {found}, this program knows versions up to {known}: use the newer program"
	)]
	NewerSchema {
		/// The database.
		path: PathBuf,
		/// Its version.
		found: u32,
		/// The newest version known here.
		known: u32,
	},
	/// A record that this program cannot have written.
	#[error("the database {path} holds {what} that makes no sense: {value}")]
	Corrupt {
		/// The database.
		path: PathBuf,
		/// What kind of record.
		what: &'static str,
		/// What stands there.
		value: String,
	},
	/// What was written has another length than what it was said to be.
	#[error("{what} has {written} bytes, {expected} were to be written")]
	WrongLength {
		/// Which file.
		what: String,
		/// Bytes written.
		written: u64,
		/// Bytes expected.
		expected: u64,
	},
	/// There is no such job.
	#[error("there is no job for listing {listing}")]
	NoSuchJob {
		/// The listing.
		listing: u32,
	},
	/// There is no such run.
	#[error("listing {listing} has no run for period {period}")]
	NoSuchRun {
		/// The listing.
		listing: u32,
		/// The period.
		period: u32,
	},
	/// A run exists for the period, or another one is under way.
	#[error("listing {listing} cannot begin period {period}: it has a run for that period, or another one is under way")]
	RunExists {
		/// The listing.
		listing: u32,
		/// The period.
		period: u32,
	},
	/// A run is not at the step that it was to be moved from.
	#[error("the run of listing {listing} for period {period} is at step {actual}, not {expected}")]
	WrongStep {
		/// The listing.
		listing: u32,
		/// The period.
		period: u32,
		/// The step that the caller took it to be at.
		expected: crate::Step,
		/// The step that it is at.
		actual: crate::Step,
	},
}
