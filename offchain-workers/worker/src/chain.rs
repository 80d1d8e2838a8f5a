//! What the worker reads from the chain and sends to it: the whole state machine runs over this trait, so that it can
//! be tried without a chain.

use crate::{
	error::StepError,
	work::{hex_digest, hex_option},
};
use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use souk_protocol::{AccountId, Digest};
use tokio::sync::watch;

pub use souk_daemon::NodeFacts;

/// What a snapshot commits to, as on chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Commitments {
	/// Over the salted hashes of the plaintext chunks.
	#[serde(with = "hex_digest")]
	pub content_root: Digest,
	/// Over the ciphertext chunks.
	#[serde(with = "hex_digest")]
	pub cipher_root: Digest,
	/// Of the snapshot's key.
	#[serde(with = "hex_option", default)]
	pub key_commitment: Option<Digest>,
	/// To the columns under `[prove]`, where there are some.
	#[serde(with = "hex_option", default)]
	pub columns_root: Option<Digest>,
	/// Of the table's columns.
	#[serde(with = "hex_digest")]
	pub schema_hash: Digest,
	/// Of the source's bytes, keyed with the listing's secret.
	#[serde(with = "hex_digest")]
	pub source_digest: Digest,
	/// Rows.
	pub rows: u64,
	/// Bytes of the plaintext file.
	pub bytes: u64,
}

/// A snapshot that a quorum agreed on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FinalSnapshot {
	/// The period.
	pub period: u32,
	/// What was agreed on.
	pub commitments: Commitments,
	/// In which block.
	pub final_at: u32,
}

/// A persistence node that is assigned to a listing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recipient {
	/// Its account.
	pub account: AccountId,
	/// Its libp2p peer id, in bytes.
	pub peer_id: Vec<u8>,
	/// Where it says it is, multiaddresses in binary form or as text.
	pub addresses: Vec<Vec<u8>>,
}

/// A listing that this worker is assigned to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Duty {
	/// Its number.
	pub listing: u32,
	/// `<account>/<name>`.
	pub address: String,
	/// The name part of it.
	pub name: String,
	/// Whether it has ended, so that nothing is done for it any more.
	pub ended: bool,
	/// The listing's secret, encrypted to this worker; `None` where the curator has not wrapped it yet.
	pub wrapped_secret: Option<Vec<u8>>,
	/// Who keeps its snapshots.
	pub recipients: Vec<Recipient>,
	/// Rows that its policy wants behind each group that a query shows; 0 is no limit.
	pub group_size: u32,
}

/// Why the chain was not read or did not do what it was asked to.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChainError {
	/// It could not be reached, or would not take a transaction now.
	#[error("{0}")]
	Unavailable(String),
	/// It took the transaction and refused what was in it.
	#[error("{reason} ({code})")]
	Refused {
		/// The error's name, as `Pallet.Error`.
		code: String,
		/// What it means.
		reason: String,
	},
}

/// Refusals that the curator, or time, puts right: she has not set the schedule or assigned the worker yet, or this
/// machine's clock is ahead.
const PASSING: [&str; 3] = ["Curation.NoSchedule", "Curation.NotAssigned", "Curation.PeriodAhead"];

impl From<ChainError> for StepError {
	fn from(error: ChainError) -> Self {
		match &error {
			ChainError::Unavailable(_) => Self::Transient(format!("the chain: {error}")),
			ChainError::Refused { code, .. } if PASSING.contains(&code.as_str()) => {
				Self::Transient(format!("the chain does not take the submission yet: {error}"))
			}
			ChainError::Refused { .. } => Self::Poison(format!("the chain refused the submission: {error}")),
		}
	}
}

/// The chain, as a worker with an account of its own sees it. All reads are at the newest finalised block.
#[async_trait]
pub trait ChainPort: Send + Sync + 'static {
	/// Hash of the genesis block.
	fn genesis(&self) -> Digest;
	/// Follows the number of the newest finalised block.
	fn heads(&self) -> watch::Receiver<u32>;
	/// The worker's own entry in the registry.
	async fn node(&self) -> Result<Option<NodeFacts>, ChainError>;
	/// The listings that the worker is assigned to.
	async fn duties(&self) -> Result<Vec<Duty>, ChainError>;
	/// One of them.
	async fn duty(&self, listing: u32) -> Result<Option<Duty>, ChainError>;
	/// The final snapshots of a listing that the chain keeps, oldest first.
	async fn finals(&self, listing: u32) -> Result<Vec<FinalSnapshot>, ChainError>;
	/// Who has submitted something for a period that is not final, and the hash of what.
	async fn submissions(&self, listing: u32, period: u32) -> Result<Vec<(AccountId, Digest)>, ChainError>;
	/// Submits a snapshot as the worker and waits until that is final. Returns the block.
	async fn submit(&self, listing: u32, period: u32, commitments: &Commitments) -> Result<u32, ChainError>;
}
