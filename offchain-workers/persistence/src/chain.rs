//! What the daemon reads from the chain, and nothing more: the whole query path runs over this trait, so that it can be
//! tried without a chain.

use async_trait::async_trait;
use souk_protocol::{AccountId, Digest};
use tokio::sync::watch;

pub use souk_daemon::NodeFacts;
pub use souk_sdk::Head;

/// What a persistence node needs to know of a listing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListingFacts {
	/// Who owns it: the account part of its address.
	pub owner: AccountId,
	/// The name part of its address.
	pub name: String,
	/// Whether its subscribers are served: it has not ended.
	pub served: bool,
	/// Rows in a result, at most.
	pub max_rows: u64,
	/// Only aggregates, never rows.
	pub aggregate_only: bool,
	/// Smallest group in a result, in rows; 0 is no limit.
	pub min_group_size: u64,
	/// Hash of its metadata document.
	pub metadata: Digest,
}

/// What the chain says about a final snapshot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FinalSnapshot {
	/// Its period.
	pub period: u32,
	/// Over the salted plaintext chunks.
	pub content_root: Digest,
	/// Over the ciphertext chunks.
	pub cipher_root: Digest,
	/// To the key of the snapshot, where the workers said one.
	pub key_commitment: Option<Digest>,
	/// Rows of the table.
	pub rows: u64,
	/// Bytes of the plaintext file.
	pub bytes: u64,
}

/// A listing that this node is assigned to keep.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Duty {
	/// The listing.
	pub listing: u32,
	/// Its secret, encrypted to this node by the curator; `None` where she has not done so yet.
	pub wrapped_secret: Option<Vec<u8>>,
}

/// Why the chain could not be read. The request it was read for fails; the daemon goes on.
#[derive(Clone, Debug, thiserror::Error)]
#[error("reading {what} at block {block} failed: {reason}")]
pub struct ChainError {
	/// What was read.
	pub what: &'static str,
	/// At which block.
	pub block: u32,
	/// Why it failed.
	pub reason: String,
}

/// The chain at its finalised heads.
///
/// Implementations answer repeated questions about one block from memory: dozens of requests ask the same at once.
#[async_trait]
pub trait ChainReads: Send + Sync + 'static {
	/// Hash of the genesis block.
	fn genesis(&self) -> Digest;
	/// Follows the finalised head.
	fn heads(&self) -> watch::Receiver<Head>;
	/// The listing, or `None` where there is none.
	async fn listing(&self, at: Head, listing: u32) -> Result<Option<ListingFacts>, ChainError>;
	/// First block in which the holder's queries are refused, or `None` without an entitlement.
	async fn entitled_until(
		&self,
		at: Head,
		listing: u32,
		holder: AccountId,
	) -> Result<Option<u32>, ChainError>;
	/// The final snapshots that the chain keeps for a listing, oldest first.
	async fn snapshots(&self, at: Head, listing: u32) -> Result<Vec<FinalSnapshot>, ChainError>;
	/// A node's entry.
	async fn node(&self, at: Head, account: AccountId) -> Result<Option<NodeFacts>, ChainError>;
	/// The peer id that a worker of the listing is registered with, or `None` where the account is not assigned to the
	/// listing as a worker.
	async fn worker_peer(
		&self,
		at: Head,
		listing: u32,
		account: AccountId,
	) -> Result<Option<Vec<u8>>, ChainError>;
	/// The listings that the account is assigned to as a persistence node.
	async fn duties(&self, at: Head, account: AccountId) -> Result<Vec<Duty>, ChainError>;
}
