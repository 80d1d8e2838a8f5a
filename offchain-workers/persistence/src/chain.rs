//! What the daemon reads from the chain and sends to it, and nothing more: everything runs over these traits, so that it can be
//! tried without a chain.

use async_trait::async_trait;
use souk_proof_primitives::{merkle::Path, piece::Piece};
use souk_protocol::{AccountId, Digest, EncryptionKey, SignedSubmission, SignedVoucher};
use tokio::sync::watch;

pub use souk_daemon::NodeFacts;
pub use souk_sdk::{AskId, Asset, Head, KeyDelivery, OrderId, Price};

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
	/// Whether a plan sells its snapshots whole.
	pub sold_whole: bool,
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
	/// To the columns over which aggregates can be proved, where the curator named some.
	pub columns_root: Option<Digest>,
	/// Hash of all that it commits to, as workers sign it.
	pub commitments: Digest,
	/// Rows of the table.
	pub rows: u64,
	/// Bytes of the plaintext file.
	pub bytes: u64,
}

/// A piece of a snapshot that this node has to show.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Challenge {
	/// Of which listing.
	pub listing: u32,
	/// Which snapshot.
	pub period: u32,
	/// Which chunk of it.
	pub chunk: u32,
	/// Which piece of that.
	pub piece: u32,
	/// First block in which it is too late.
	pub answer_until: u32,
}

/// A listing that this node is assigned to keep.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Duty {
	/// The listing.
	pub listing: u32,
	/// Its secret, encrypted to this node by the curator; `None` where she has not done so yet.
	pub wrapped_secret: Option<Vec<u8>>,
}

/// An order of a snapshot that was paid into escrow and awaits the snapshot's key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AwaitingOrder {
	/// Its number.
	pub id: OrderId,
	/// The listing.
	pub listing: u32,
	/// Which snapshot.
	pub period: u32,
	/// Whom the key is for: a point of Bandersnatch, x and y as scalars in canonical little-endian bytes.
	pub buyer_key: [u8; 64],
	/// To the key, as of the snapshot.
	pub key_commitment: Digest,
	/// The block in which it was paid into escrow.
	pub funded_at: u32,
	/// The first block in which the key is too late: the buyer has her money back.
	pub deliver_until: u32,
}

/// A query with a bounty that waits for whoever proves its answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WaitingAsk {
	/// Its number.
	pub id: AskId,
	/// Whose table is asked.
	pub listing: u32,
	/// Which snapshot.
	pub period: u32,
	/// What whoever answers gets: the bounty less the protocol fee.
	pub reward: Price,
	/// Commitment to the snapshot's columns.
	pub columns_root: Digest,
	/// Groups of fewer rows are to be left out, as proofs say it; 0 leaves out none.
	pub min_group_size: u32,
	/// The query in its normal form, SCALE-encoded.
	pub query: Vec<u8>,
	/// The block in which it was made.
	pub created_at: u32,
	/// The first block in which an answer is too late.
	pub answer_until: u32,
}

/// A dispute, as far as its evidence is concerned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseFacts {
	/// Buyer and seller.
	pub sides: [AccountId; 2],
	/// Whether it will still be ruled on.
	pub open: bool,
	/// Hashes of the evidence that was shown.
	pub evidence: Vec<Digest>,
	/// Who sits on its juries, with the key to which evidence is encrypted for them while they are in the pool.
	pub jurors: Vec<(AccountId, Option<EncryptionKey>)>,
	/// Who from outside asks for access, or has it.
	pub reviewers: Vec<ReviewerFacts>,
}

/// Somebody from outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReviewerFacts {
	/// Who.
	pub account: AccountId,
	/// The key to which evidence is encrypted then.
	pub key: EncryptionKey,
	/// First block in which the access is over; `None` before two jurors have given it.
	pub until: Option<u32>,
}

impl ReviewerFacts {
	/// Whether the access is given in a block.
	pub fn is_open(&self, block: u32) -> bool {
		self.until.is_some_and(|until| block < until)
	}
}

/// A tab, as far as queries that it pays need it; amounts in the smallest unit of its asset.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TabFacts {
	/// Its number.
	pub id: u64,
	/// Whose queries it pays.
	pub listing: u32,
	/// The key that signs vouchers, and asks.
	pub key: AccountId,
	/// What a query costs.
	pub price: u128,
	/// The asset.
	pub asset: Asset,
	/// Whether a query may be paid with it.
	pub open: bool,
	/// First block in which it closes, or in which it is too late to settle.
	pub closes: u32,
	/// What nobody has earned yet.
	pub free: u128,
	/// What this node has earned.
	pub earned: u128,
	/// Whether this node can earn something: it has before, or has a place that is kept for none of those who come before it.
	pub has_room: bool,
}

/// Vouchers that are settled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settled {
	/// The block, which is final.
	pub block: u32,
	/// The tabs whose vouchers the chain did not take although others that came with them were, and why.
	pub refused: Vec<(u64, String)>,
}

/// Vouchers could not be settled. They are tried again.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the vouchers could not be settled: {0}")]
pub struct NotSettled(pub String);

/// A conflict that the chain has taken note of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConflictReported {
	/// The block, which is final.
	pub block: u32,
	/// What it took of bonds, in planck.
	pub taken: u128,
}

/// Why something about stakes is not on chain.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StakeError {
	/// The chain took the transaction and refused what was in it.
	#[error("the chain refused it: {reason} ({code})")]
	Refused {
		/// The error's name, as `Pallet.Error`.
		code: String,
		/// What it means.
		reason: String,
	},
	/// It did not get there, or nothing was heard of it.
	#[error("it could not be sent: {0}")]
	NotSent(String),
}

/// The key under which the chain checks deliveries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeliveryKey {
	/// Its era.
	pub era: u32,
	/// Its id.
	pub id: Digest,
}

/// Deliveries that are on chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivered {
	/// The block, which is final.
	pub block: u32,
	/// Those that the chain did not take although others that came with them were, and why.
	pub refused: Vec<(OrderId, String)>,
}

/// Why nothing was delivered.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
	/// The chain took the transaction and refused what was in it.
	#[error("the chain refused the delivery: {reason} ({code})")]
	Refused {
		/// The error's name, as `Pallet.Error`.
		code: String,
		/// What it means.
		reason: String,
	},
	/// It did not get there, or nothing was heard of it.
	#[error("the delivery could not be sent: {0}")]
	Unavailable(String),
}

/// Why an answer to an ask was not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AnswerError {
	/// The chain took the transaction and refused what was in it.
	#[error("the chain refused the answer: {reason} ({code})")]
	Refused {
		/// The error's name, as `Pallet.Error`.
		code: String,
		/// What it means.
		reason: String,
	},
	/// It did not get there, and will not.
	#[error("the answer could not be sent: {0}")]
	NotSent(String),
	/// Nothing was heard of it: it may still get there.
	#[error("nothing was heard of the answer: {0}")]
	InDoubt(String),
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
	/// The persistence nodes that are assigned to the listing.
	async fn keepers(&self, at: Head, listing: u32) -> Result<Vec<AccountId>, ChainError>;
	/// The orders of these listings that await a key, oldest first.
	async fn awaiting(&self, at: Head, listings: &[u32]) -> Result<Vec<AwaitingOrder>, ChainError>;
	/// The key that proofs of a delivery are to be made for; `None` while the chain takes none.
	async fn delivery_key(&self, at: Head) -> Result<Option<DeliveryKey>, ChainError>;
	/// The asks of these listings that wait for an answer, oldest first.
	async fn asks(&self, at: Head, listings: &[u32]) -> Result<Vec<WaitingAsk>, ChainError>;
	/// A whole one of an asset, in its smallest unit.
	async fn whole_unit(&self, at: Head, asset: Asset) -> Result<u128, ChainError>;
	/// Those of these tabs that there are, as `node` sees them.
	async fn tabs(&self, at: Head, node: AccountId, ids: &[u64]) -> Result<Vec<TabFacts>, ChainError>;
	/// Free queries of a listing for each key that has an open tab.
	async fn free_quota(&self, at: Head, listing: u32) -> Result<u32, ChainError>;
	/// A dispute, while the chain keeps it.
	async fn case(&self, at: Head, id: u64) -> Result<Option<CaseFacts>, ChainError>;
	/// Some disputes that the chain keeps, in the order of their numbers, from the first after `after` on; none where there are no more.
	async fn cases(&self, at: Head, after: Option<u64>) -> Result<Vec<(u64, CaseFacts)>, ChainError>;
	/// What the account has to show.
	async fn challenges(&self, at: Head, account: AccountId) -> Result<Vec<Challenge>, ChainError>;
}

/// What is sent to the chain, as the node's account.
#[async_trait]
pub trait ChainWrites: Send + Sync + 'static {
	/// Sends keys to their buyers, at most [`MAX_BATCH`] at once, and waits until that is final.
	async fn deliver(&self, deliveries: &[(OrderId, KeyDelivery)]) -> Result<Delivered, SendError>;
	/// Posts the answer to an ask, and waits until that is final. Returns the block. No block after `last`, which is [`ANSWER_SPAN`]
	/// after the newest one at least, can have the transaction.
	async fn answer(&self, ask: AskId, bundle: Vec<u8>, last: u32) -> Result<u32, AnswerError>;
	/// What posting an answer of so many bytes costs, in planck, by the chain's estimate.
	async fn answer_fee(&self, bytes: usize) -> Result<u128, AnswerError>;
	/// Settles vouchers, at most [`MAX_BATCH`] at once, and waits until that is final.
	async fn settle(&self, vouchers: &[SignedVoucher]) -> Result<Settled, NotSettled>;
}

/// What is sent to the chain about stakes, as the node's account.
#[async_trait]
pub trait StakeWrites: Send + Sync + 'static {
	/// Shows the piece of a listing's snapshot that was drawn, and waits until that is final. Returns the block.
	async fn show(&self, listing: u32, piece: &Piece, path: &Path) -> Result<u32, StakeError>;
	/// Reports two submissions of one worker: announces it, then makes it, and waits until each is final.
	async fn report_conflict(
		&self,
		first: &SignedSubmission,
		second: &SignedSubmission,
	) -> Result<ConflictReported, StakeError>;
}

/// Blocks for which a transaction with an answer is valid, at most: those of any transaction, and some that come while it is signed.
pub const ANSWER_SPAN: u32 = souk_sdk::MORTALITY + 16;

/// Deliveries, or vouchers, that go into one transaction, at most: what the chain checks together.
pub const MAX_BATCH: usize = 64;
