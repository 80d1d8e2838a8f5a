//! SQL over snapshots: policy checks and a sandboxed executor process around DataFusion.
//!
//! A query never runs in the process that talks to the network. It goes through this pipeline, and each stage refuses
//! what the one before it could not see:
//!
//! ```text
//!   daemon                                         executor (a child process, one query, then gone)
//!   ------                                         -------------------------------------------------
//!   SQL text
//!     |  policy::check_sql        size, one SELECT,
//!     |                           known tables, functions
//!     v
//!   ExecutorPool::run --- job over stdin --------> executor_main   (idle, DataFusion already built)
//!                                                    |  sandbox     rlimits, Landlock, seccomp
//!                                                    |  policy      the same checks, now behind the sandbox
//!                                                    |  session     the Parquet file as the only table
//!                                                    |  plan        nodes, functions, aggregates, group sizes
//!                                                    v
//!   QueryStream <------- framed pieces, stdout ---  Arrow IPC, 64 to 256 KiB a piece
//!     |  deadline, kill on drop
//!     v
//!   IpcPiece { bytes, rows }
//! ```
//!
//! The worker's side is [`transform`]: the curator's own SQL over the curator's own source file, in bounded memory,
//! in the worker's process.

mod budget;
pub mod columns;
mod errors;
pub mod executor;
mod order;
mod plan;
mod policy;
pub mod sandbox;
mod session;
mod source;
pub mod transform;

pub use errors::QueryError;
pub use executor::{
	executor_main, ExecutorPool, IpcPiece, ProofEvent, ProofProgress, ProofRun, ProofStep, ProveJob,
	QueryJob, QueryStream, Question,
};
pub use policy::{check_sql, CheckedSql, Limits, QueryPolicy};
pub use session::reproducible_by;
pub use transform::{
	transform, CsvOptions, SourceFormat, SourceTable, TransformError, TransformOptions, SHARED_MEMORY_BYTES,
};
