//! A proof that is being made, as its reader sees it.

use std::path::PathBuf;

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use super::stream::{Running, Sent};
use crate::{errors::QueryError, policy::Limits};

/// What is to be answered with a proof.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Question {
	/// A statement.
	Sql {
		/// As the subscriber sent it.
		text: String,
		/// Every name under which the snapshot is visible to the statement, in lower case.
		tables: Vec<String>,
	},
	/// A query in its normal form, as the chain has it: a [`souk_table_proofs::Query`], SCALE-encoded. Its columns are numbers.
	Form(Vec<u8>),
}

/// One query over one snapshot, to be answered with a proof.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProveJob {
	/// The query.
	pub question: Question,
	/// The snapshot's plaintext Parquet file.
	pub parquet: PathBuf,
	/// Key of the salts under which the columns were committed to.
	pub columns_key: [u8; 32],
	/// The commitment to the columns that the chain has.
	pub columns_root: [u8; 32],
	/// Hash of the chain's genesis block.
	pub genesis: [u8; 32],
	/// The listing.
	pub listing: u32,
	/// The snapshot's period.
	pub period: u32,
	/// Groups of fewer rows are proved to be so, and nothing else is told of them. 0 and 1 are off.
	pub min_group_size: u32,
	/// Groups in an answer, at most.
	pub max_groups: u64,
	/// The node's limits.
	pub limits: Limits,
}

/// What is being done for a proof.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProofStep {
	/// The columns are read.
	Reading,
	/// What is proved is laid out.
	Tracing,
	/// It is being proved.
	Proving,
	/// The proof is checked.
	Checking,
}

/// How far a proof is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProofProgress {
	/// Steps that are done.
	pub done: u8,
	/// Steps in all.
	pub of: u8,
	/// What is being done.
	pub step: ProofStep,
}

/// What comes of a proof's executor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProofEvent {
	/// How far it is.
	Progress(ProofProgress),
	/// The query in its normal form, a [`souk_table_proofs::Query`], SCALE-encoded: before its columns are read. Comes once.
	Understood(Bytes),
	/// The bundle: answer and proof. Nothing comes after it.
	Bundle(Bytes),
}

/// A proof that is being made. Dropping it kills the executor.
#[must_use = "a proof that nobody waits for is killed"]
pub struct ProofRun {
	running: Running,
}

impl ProofRun {
	pub(super) fn new(running: Running) -> Self {
		Self { running }
	}

	/// Waits for what comes next; `None` after the bundle. Not to be given up and called again: a part of a frame
	/// may have been read.
	///
	/// # Errors
	/// [`QueryError::NotProvable`], [`QueryError::WrongColumns`], and what can become of an executor.
	pub async fn next(&mut self) -> Result<Option<ProofEvent>, QueryError> {
		Ok(self.running.frame().await?.map(|sent| match sent {
			Sent::Progress(progress) => ProofEvent::Progress(progress),
			Sent::Understood(query) => ProofEvent::Understood(query),
			Sent::Piece(piece) => ProofEvent::Bundle(piece.bytes),
		}))
	}

	/// The executor's process id, for logs.
	pub fn pid(&self) -> Option<u32> {
		self.running.pid()
	}
}
