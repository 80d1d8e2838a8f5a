//! What the chain says, decoded by its metadata.
//!
//! These mirror the runtime's views by the names of fields and variants; the sdk depends on no pallet. Amounts are in
//! the asset's smallest unit, times in blocks. In JSON accounts are addresses, hashes are hex and amounts are strings.

// The derive imports more than it uses.
#![allow(unused_imports)]

use crate::{decode::Text, text};
use codec::Encode as _;
use serde::Serialize;
use souk_custody::AccountId;
use souk_protocol::Digest;
use subxt::{
	config::{substrate::BlakeTwo256, Hasher as _},
	ext::scale_decode::{self, DecodeAsType},
};

/// Sequential number of a listing.
pub type ListingId = u32;
/// Index of a plan within its listing.
pub type PlanIndex = u8;
/// Minutes since the Unix epoch at which a curation job was due.
pub type Period = u32;

macro_rules! mirror {
	($(#[$meta:meta])* pub struct $name:ident $body:tt) => {
		$(#[$meta])*
		#[derive(Clone, Debug, PartialEq, Eq, Serialize, DecodeAsType)]
		#[decode_as_type(crate_path = "scale_decode")]
		pub struct $name $body
	};
	($(#[$meta:meta])* pub enum $name:ident $body:tt) => {
		$(#[$meta])*
		#[derive(Clone, Debug, PartialEq, Eq, Serialize, DecodeAsType)]
		#[decode_as_type(crate_path = "scale_decode")]
		#[serde(rename_all = "snake_case")]
		pub enum $name $body
	};
}

mod asks;
mod availability;
mod backing;
mod disputes;
mod escrow;
mod proofs;
mod reputation;
mod stakes;
mod tabs;

pub use asks::*;
pub use availability::*;
pub use backing::*;
pub use disputes::*;
pub use escrow::*;
pub use proofs::*;
pub use reputation::*;
pub use stakes::*;
pub use tabs::*;

mirror! {
	/// What a price is in.
	#[derive(Copy, Hash, PartialOrd, Ord)]
	pub enum Asset {
		/// SOUK.
		Native,
		/// A registered asset.
		WithId(u32),
	}
}

impl Asset {
	/// Its number, as documents name it; `None` is SOUK.
	pub const fn number(self) -> Option<u32> {
		match self {
			Self::Native => None,
			Self::WithId(id) => Some(id),
		}
	}
}

mirror! {
	/// An amount of one asset.
	#[derive(Copy)]
	pub struct Price {
		/// The asset.
		pub asset: Asset,
		/// How much, in its smallest unit.
		#[serde(serialize_with = "text::balance")]
		pub amount: u128,
	}
}

mirror! {
	/// How a plan is sold.
	#[derive(Copy)]
	pub enum PlanKind {
		/// Access for a number of blocks, renewable.
		Subscription {
			/// Blocks of one paid period.
			period: u32,
		},
		/// Free access for a number of blocks, once per holder.
		Trial {
			/// Blocks of the trial.
			period: u32,
		},
		/// One delivery of the whole.
		OneTime,
		/// Paid query by query.
		PayPerQuery,
	}
}

mirror! {
	/// One way to buy a listing.
	#[derive(Copy)]
	pub struct Plan {
		/// How it is sold.
		pub kind: PlanKind,
		/// Price of a period, of the whole, or of a query, by `kind`; zero for a trial.
		pub price: Price,
	}
}

mirror! {
	/// Who earns a payment after the protocol fee, in parts per million; what is left is the curator's.
	#[derive(Copy)]
	pub struct PayoutSplit {
		/// All assigned workers together.
		pub workers: u32,
		/// All assigned persistence nodes together.
		pub persistence: u32,
	}
}

mirror! {
	/// What kind of thing a listing sells.
	#[derive(Copy)]
	pub enum ListingKind {
		/// Snapshots of a dataset, and queries over them.
		DataProduct,
		/// Work.
		Service,
		/// A thing that is shipped.
		PhysicalGood,
		/// A file or key that is not a dataset.
		DigitalGood,
	}
}

mirror! {
	/// Where a listing is in its life.
	#[derive(Copy)]
	pub enum ListingState {
		/// Not for sale yet.
		Draft,
		/// For sale.
		Active,
		/// No new sales; running subscriptions are served.
		Paused,
		/// Ended by its curator.
		Retired,
		/// Ended by governance.
		TakenDown,
	}
}

mirror! {
	/// Who finds a listing.
	#[derive(Copy)]
	pub enum Visibility {
		/// Everybody.
		Public,
		/// Whoever knows the address.
		Unlisted,
	}
}

mirror! {
	/// What a query may do.
	#[derive(Copy)]
	pub struct QueryPolicy {
		/// Most rows of one result.
		pub max_rows: u32,
		/// Only aggregates.
		pub aggregate_only: bool,
		/// Smaller groups are left out; 0 and 1 mean no limit.
		pub min_group_size: u32,
	}
}

mirror! {
	/// What a node does for a listing.
	#[derive(Copy, Hash, PartialOrd, Ord)]
	pub enum NodeRole {
		/// Runs curation jobs.
		Worker,
		/// Keeps snapshots and answers queries.
		Persistence,
	}
}

/// What a curator says of a listing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Details {
	/// Hash of the metadata document.
	#[serde(serialize_with = "text::hex")]
	pub metadata_hash: Digest,
	/// SPDX licence expression, at most 64 bytes.
	pub license: String,
	/// What it is grouped by, at most 32 bytes.
	pub category: String,
	/// What it is searched by, each at most 32 bytes.
	pub tags: Vec<String>,
	/// What a query over it may do.
	pub policy: QueryPolicy,
	/// Who finds it.
	pub visibility: Visibility,
}

/// A listing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ListingView {
	/// Its number.
	pub id: ListingId,
	/// The curator.
	#[serde(serialize_with = "text::account")]
	pub owner: AccountId,
	/// Name part of its address `<account>/<name>`.
	pub name: String,
	/// What it sells.
	pub kind: ListingKind,
	/// Where it is in its life.
	pub state: ListingState,
	/// The block since which it is there.
	pub state_since: u32,
	/// Hash of the metadata document.
	#[serde(serialize_with = "text::hex")]
	pub metadata_hash: Digest,
	/// SPDX licence expression.
	pub license: String,
	/// What it is grouped by.
	pub category: String,
	/// What it is searched by.
	pub tags: Vec<String>,
	/// What queries may do.
	pub policy: QueryPolicy,
	/// Who finds it.
	pub visibility: Visibility,
	/// Ways to buy it; a plan's index is its place here.
	pub plans: Vec<Plan>,
	/// How payments are divided.
	pub payouts: PayoutSplit,
	/// Number of updates, from 1 for the created listing.
	pub version: u32,
	/// The block in which it was created.
	pub created_at: u32,
	/// What is held of the owner for its bytes, in planck.
	#[serde(serialize_with = "text::balance")]
	pub deposit: u128,
	/// How many subscriptions hold money for it.
	pub open: u32,
}

/// [`ListingView`] with its text as the chain has it.
#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "scale_decode")]
pub(crate) struct EncodedListing {
	id: ListingId,
	owner: AccountId,
	name: Text,
	kind: ListingKind,
	state: ListingState,
	state_since: u32,
	metadata_hash: Digest,
	license: Text,
	category: Text,
	tags: Vec<Text>,
	policy: QueryPolicy,
	visibility: Visibility,
	plans: Vec<Plan>,
	payouts: PayoutSplit,
	version: u32,
	created_at: u32,
	deposit: u128,
	open: u32,
}

impl From<EncodedListing> for ListingView {
	fn from(listing: EncodedListing) -> Self {
		Self {
			id: listing.id,
			owner: listing.owner,
			name: listing.name.0,
			kind: listing.kind,
			state: listing.state,
			state_since: listing.state_since,
			metadata_hash: listing.metadata_hash,
			license: listing.license.0,
			category: listing.category.0,
			tags: listing.tags.into_iter().map(|tag| tag.0).collect(),
			policy: listing.policy,
			visibility: listing.visibility,
			plans: listing.plans,
			payouts: listing.payouts,
			version: listing.version,
			created_at: listing.created_at,
			deposit: listing.deposit,
			open: listing.open,
		}
	}
}

impl ListingView {
	/// `<account>/<name>`.
	pub fn address(&self) -> String {
		format!("{}/{}", souk_custody::format_account(&self.owner), self.name)
	}
}

mirror! {
	/// Who holds an entitlement.
	#[derive(Copy)]
	pub enum Holder {
		/// A public account.
		Account(#[serde(serialize_with = "text::account")] AccountId),
		/// A commitment.
		Commitment(#[serde(serialize_with = "text::hex")] Digest),
	}
}

mirror! {
	/// A right to query, and the subscription behind it.
	pub struct EntitlementView {
		/// What it is for.
		pub listing: ListingId,
		/// Who holds it.
		pub holder: Holder,
		/// Who pays.
		#[serde(serialize_with = "text::account")]
		pub payer: AccountId,
		/// The plan it was bought under.
		pub plan: PlanIndex,
		/// What a period costs.
		pub price: Price,
		/// First block of the running period.
		pub period_start: u32,
		/// First block that is no longer paid for.
		pub paid_until: u32,
		/// First block in which queries are refused.
		pub entitled_until: u32,
		/// Whether it renews by itself.
		pub auto_renew: bool,
		/// Whether a renewal failed and the grace is running.
		pub in_grace: bool,
		/// Whether it is a free trial.
		pub trial: bool,
		/// Whether it allows a query in the block that this was read at.
		pub live: bool,
		/// Money held for the running period.
		#[serde(serialize_with = "text::balance")]
		pub held: u128,
	}
}

mirror! {
	/// What a node says of itself when it registers.
	pub struct NodeInfo {
		/// Peer id in the off-chain network, binary.
		#[serde(serialize_with = "text::hex")]
		pub peer_id: Vec<u8>,
		/// Multiaddresses as text; empty where only the DHT knows.
		#[serde(skip)]
		pub addresses: Vec<Vec<u8>>,
		/// X25519 public key.
		#[serde(serialize_with = "text::hex")]
		pub encryption_key: [u8; 32],
		/// Whether it runs curation jobs.
		pub worker: bool,
		/// Whether it keeps snapshots and answers queries.
		pub persistence: bool,
		/// Whether it takes new assignments.
		pub accepting: bool,
	}
}

mirror! {
	/// A registered node.
	pub struct NodeView {
		/// Its account.
		#[serde(serialize_with = "text::account")]
		pub account: AccountId,
		/// Peer id in the off-chain network, binary.
		#[serde(serialize_with = "text::hex")]
		pub peer_id: Vec<u8>,
		/// Where it can be reached.
		#[serde(skip)]
		pub addresses: Vec<Vec<u8>>,
		/// X25519 key to which requests and listing secrets are encrypted.
		#[serde(serialize_with = "text::hex")]
		pub encryption_key: [u8; 32],
		/// Whether it runs curation jobs.
		pub worker: bool,
		/// Whether it keeps snapshots and answers queries.
		pub persistence: bool,
		/// Whether it takes new assignments.
		pub accepting: bool,
		/// What is held as bond, in planck.
		#[serde(serialize_with = "text::balance")]
		pub bond: u128,
		/// What is held for its record, in planck.
		#[serde(serialize_with = "text::balance")]
		pub deposit: u128,
		/// Block of its registration.
		pub registered_at: u32,
	}
}

mirror! {
	/// A node at work for a listing, with what is needed to reach it.
	pub struct AssignmentView {
		/// The node.
		#[serde(serialize_with = "text::account")]
		pub node: AccountId,
		/// What it does.
		pub role: NodeRole,
		/// The listing's secret, for this node only.
		#[serde(skip)]
		pub wrapped_key: Vec<u8>,
		/// Peer id in the off-chain network, binary.
		#[serde(serialize_with = "text::hex")]
		pub peer_id: Vec<u8>,
		/// Where it can be reached.
		#[serde(skip)]
		pub addresses: Vec<Vec<u8>>,
		/// X25519 key to which requests are encrypted.
		#[serde(serialize_with = "text::hex")]
		pub encryption_key: [u8; 32],
		/// Block of the assignment.
		pub since: u32,
	}
}

mirror! {
	/// When snapshots are promised, and how many are kept.
	#[derive(Copy)]
	pub struct Schedule {
		/// Blocks between two final snapshots.
		pub every: u32,
		/// Blocks that one may be late.
		pub tolerance: u32,
		/// Snapshots kept on chain.
		pub retention: u32,
	}
}

mirror! {
	/// What a snapshot commits to.
	#[derive(Copy)]
	pub struct Commitments {
		/// Merkle root over the salted hashes of the plaintext chunks.
		#[serde(serialize_with = "text::hex")]
		pub content_root: Digest,
		/// Merkle root over the ciphertext chunks.
		#[serde(serialize_with = "text::hex")]
		pub cipher_root: Digest,
		/// Commitment to the snapshot's key.
		#[serde(serialize_with = "text::optional_hex")]
		pub key_commitment: Option<Digest>,
		/// Commitment to the columns that can be proved over.
		#[serde(serialize_with = "text::optional_hex")]
		pub columns_root: Option<Digest>,
		/// Hash of the schema.
		#[serde(serialize_with = "text::hex")]
		pub schema_hash: Digest,
		/// Hash of the source as it was fetched.
		#[serde(serialize_with = "text::hex")]
		pub source_digest: Digest,
		/// Rows.
		pub rows: u64,
		/// Bytes of the plaintext file.
		pub bytes: u64,
	}
}

impl Commitments {
	/// The hash by which submissions are compared, as the chain's events show it: `Blake2b-256("souk/commitments/v1" ‖ encoded commitments)`.
	pub fn hash(&self) -> Digest {
		let mut bytes = b"souk/commitments/v1".to_vec();
		let Self { content_root, cipher_root, key_commitment, columns_root, .. } = self;
		(content_root, cipher_root, key_commitment, columns_root).encode_to(&mut bytes);
		(&self.schema_hash, &self.source_digest, self.rows, self.bytes).encode_to(&mut bytes);
		BlakeTwo256.hash(&bytes).0
	}
}

mirror! {
	/// A final snapshot.
	#[derive(Copy)]
	pub struct SnapshotView {
		/// The period it is for.
		pub period: Period,
		/// What it commits to.
		pub commitments: Commitments,
		/// Block in which the quorum was reached.
		pub final_at: u32,
	}
}

mirror! {
	/// How fresh a listing's newest snapshot is.
	#[derive(Copy)]
	pub enum SnapshotHealth {
		/// No schedule was set.
		Unscheduled,
		/// As young as promised.
		OnTime,
		/// The next one is overdue.
		Late {
			/// By how many blocks.
			by: u32,
		},
		/// None was ever final, and the first is overdue.
		Missing {
			/// By how many blocks.
			by: u32,
		},
	}
}

mirror! {
	/// A curator's bond on a listing.
	pub struct BondView {
		/// What answers for the listing, in planck.
		#[serde(serialize_with = "text::balance")]
		pub active: u128,
		/// What is on its way out: planck, and the first block in which it can be withdrawn.
		#[serde(serialize_with = "text::unlocking")]
		pub unlocking: Vec<(u128, u32)>,
		/// What an active or paused data product needs, in planck.
		#[serde(serialize_with = "text::balance")]
		pub minimum: u128,
		/// What of `active` answers for sales that a buyer may still object to, in planck.
		#[serde(serialize_with = "text::balance")]
		pub covered: u128,
	}
}

mirror! {
	/// How a listing ranks.
	#[derive(Copy)]
	pub struct RankView {
		/// Live subscriptions that somebody outside pays for.
		pub live_paid: u32,
		/// Those of them that were paid out for at least one period.
		pub retained: u32,
		/// What to sort by.
		pub score: u64,
		/// Offences that are remembered against the listing: each has lowered the score.
		pub offences: u32,
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn commitments_are_hashed_as_the_chain_does() {
		let theirs = souk_primitives::Commitments {
			content_root: [1; 32],
			cipher_root: [2; 32],
			key_commitment: Some([3; 32]),
			columns_root: None,
			schema_hash: [4; 32],
			source_digest: [5; 32],
			rows: 6,
			bytes: u64::MAX,
		};
		let ours = Commitments {
			content_root: [1; 32],
			cipher_root: [2; 32],
			key_commitment: Some([3; 32]),
			columns_root: None,
			schema_hash: [4; 32],
			source_digest: [5; 32],
			rows: 6,
			bytes: u64::MAX,
		};
		let expected = [&b"souk/commitments/v1"[..], &theirs.encode()].concat();
		assert_eq!(ours.hash(), BlakeTwo256.hash(&expected).0);
		assert_ne!(Commitments { rows: 7, ..ours }.hash(), ours.hash());
	}
}
