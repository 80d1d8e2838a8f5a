//! Queries, and proofs of their results, in processes of their own.
//!
//! A pool keeps a few executors that have started, built their session and wait. A query takes one, and another is
//! started in its place. An executor serves one query and ends, so that nothing of one query is left for the next.
//!
//! ```text
//!   run(job) -> take an idle executor -> write the job -> read the first frame -> QueryStream
//!                      |                                                            | poll: read a frame
//!                      v                                                            | drop: kill
//!               start another one                                          supervisor task: deadline, exit status
//! ```

mod child;
mod memory;
mod object;
mod plain;
mod pool;
mod proof;
mod prove;
mod stream;
mod warm_up;
mod wire;

use std::path::PathBuf;

use bytes::Bytes;
use serde::{Deserialize, Serialize};

pub use child::executor_main;
pub use pool::ExecutorPool;
pub use proof::{ProofEvent, ProofProgress, ProofRun, ProofStep, ProveJob, Question};
pub use stream::QueryStream;

use crate::policy::{Limits, QueryPolicy};

/// One query over one snapshot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueryJob {
	/// The statement, as the subscriber sent it.
	pub sql: String,
	/// The snapshot's plaintext Parquet file.
	pub parquet: PathBuf,
	/// Every name under which the snapshot is visible to the statement, in lower case.
	pub tables: Vec<String>,
	/// The listing's policy.
	pub policy: QueryPolicy,
	/// The node's limits.
	pub limits: Limits,
	/// Whether the result is to be the same bytes each time: see [`reproducible_by`](crate::reproducible_by).
	#[serde(default)]
	pub reproducible: bool,
	/// Whether errors are to quote no values of the table, as where the policy lets nobody see rows.
	#[serde(default)]
	pub conceal: bool,
}

/// A part of a result: one message, or a few, of an Arrow IPC stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IpcPiece {
	/// Bytes of the stream, to be appended to the piece before.
	pub bytes: Bytes,
	/// Rows in them. Zero for the schema and for the end-of-stream marker.
	pub rows: u64,
}
