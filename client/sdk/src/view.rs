//! Everything that can be read at one finalised block, by the runtime's view functions.

mod asks;
mod availability;
mod backing;
mod disputes;
mod escrow;
mod reputation;
mod stakes;
mod tabs;

use crate::{
	calls::value,
	chain::{view_parameters, Block, Chain, Head},
	error::SdkError,
	types::{EncodedListing, *},
};
use codec::DecodeAll;
use souk_custody::AccountId;
use souk_protocol::Digest;
use std::{fmt, sync::Arc};
use subxt::ext::{
	frame_decode::view_functions::{
		decode_view_function_response, encode_view_function_inputs, IntoEncodableValues,
	},
	scale_decode::DecodeAsType,
};

/// The chain at one finalised block. Reads are cached for the block; clones share the cache.
#[derive(Clone)]
pub struct View {
	pub(crate) chain: Chain,
	head: Head,
	block: Option<Arc<Block>>,
}

impl fmt::Debug for View {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		f.debug_struct("View").field("head", &self.head).finish_non_exhaustive()
	}
}

/// What the runtime answers where it does not run the function.
#[derive(codec::Decode, Debug, thiserror::Error)]
enum ViewFunctionError {
	#[error("the runtime has no view functions")]
	NotImplemented,
	#[error("the runtime has no view function 0x{}", hex::encode(.0))]
	NotFound([u8; 32]),
	#[error("the runtime cannot read the arguments")]
	Codec,
}

impl View {
	pub(crate) fn new(chain: Chain, head: Head, block: Option<Arc<Block>>) -> Self {
		Self { chain, head, block }
	}

	/// The block.
	pub fn head(&self) -> Head {
		self.head
	}

	/// When the block was made: milliseconds since 1970.
	///
	/// Errors: [`SdkError::Read`], [`SdkError::HeadGone`].
	pub async fn time(&self) -> Result<u64, SdkError> {
		let missing = || SdkError::Incompatible {
			what: "Timestamp.Now".into(),
			reason: "the block has no time".into(),
		};
		self.stored("Timestamp", "Now", ()).await?.ok_or_else(missing)
	}

	pub(crate) fn block(&self) -> Result<&Arc<Block>, SdkError> {
		self.block.as_ref().ok_or(SdkError::HeadGone { number: self.head.number })
	}

	/// Calls a view function and decodes what it returns by the chain's metadata.
	pub(crate) async fn call<R: DecodeAsType>(
		&self,
		pallet: &str,
		function: &str,
		arguments: impl IntoEncodableValues,
	) -> Result<R, SdkError> {
		let block = self.block()?;
		let at = self.chain.client_at(block).await?;
		let what = format!("{pallet}.{function}");
		let incompatible = |reason: String| SdkError::Incompatible { what: what.clone(), reason };
		let metadata = at.metadata_ref();
		let encoded = encode_view_function_inputs(pallet, function, arguments, metadata, metadata.types())
			.map_err(|e| incompatible(e.to_string()))?;
		let parameters = view_parameters(&encoded);
		let answer = match block.cached(&parameters) {
			Some(answer) => answer,
			None => {
				let function = "RuntimeViewFunction_execute_view_function";
				let raw = self.chain.call_raw(&what, block, function, &parameters).await?;
				let answer = <Result<Vec<u8>, ViewFunctionError>>::decode_all(&mut &raw[..])
					.map_err(|e| incompatible(e.to_string()))?
					.map_err(|e| incompatible(e.to_string()))?;
				let answer: Arc<[u8]> = answer.into();
				block.cache(parameters, answer.clone());
				answer
			}
		};
		decode_view_function_response(
			pallet,
			function,
			&mut &answer[..],
			metadata,
			metadata.types(),
			R::into_visitor(),
		)
		.map_err(|e| incompatible(e.to_string()))
	}
}

/// Listings.
impl View {
	/// One listing, ended ones too.
	pub async fn listing(&self, id: ListingId) -> Result<Option<ListingView>, SdkError> {
		let found: Option<EncodedListing> = self.call("Listings", "listing", (id,)).await?;
		Ok(found.map(ListingView::from))
	}

	/// The listing at `<owner>/<name>`, ended ones too.
	pub async fn listing_by_address(
		&self,
		owner: AccountId,
		name: &str,
	) -> Result<Option<ListingView>, SdkError> {
		let found: Option<EncodedListing> =
			self.call("Listings", "listing_by_address", (owner, name.as_bytes().to_vec())).await?;
		Ok(found.map(ListingView::from))
	}

	/// A page of the public listings that have not ended, by number, after `start_after`. An empty page is the end.
	pub async fn listings(
		&self,
		start_after: Option<ListingId>,
		limit: u32,
	) -> Result<Vec<ListingView>, SdkError> {
		let found: Vec<EncodedListing> = self.call("Listings", "listings", (start_after, limit)).await?;
		Ok(found.into_iter().map(ListingView::from).collect())
	}

	/// An account's listings, ended ones too.
	pub async fn listings_of(&self, owner: AccountId) -> Result<Vec<ListingView>, SdkError> {
		let found: Vec<EncodedListing> = self.call("Listings", "listings_of", (owner,)).await?;
		Ok(found.into_iter().map(ListingView::from).collect())
	}
}

/// Nodes and snapshots.
impl View {
	/// A registered node.
	pub async fn node(&self, account: AccountId) -> Result<Option<NodeView>, SdkError> {
		self.call("Curation", "node", (account,)).await
	}

	/// A page of the nodes that offer a role, after `start_after`.
	pub async fn nodes(
		&self,
		role: NodeRole,
		start_after: Option<AccountId>,
		limit: u32,
	) -> Result<Vec<NodeView>, SdkError> {
		self.call("Curation", "nodes", (value::role(role), start_after, limit)).await
	}

	/// Who works for a listing, workers first.
	pub async fn assignments(&self, listing: ListingId) -> Result<Vec<AssignmentView>, SdkError> {
		self.call("Curation", "assignments", (listing,)).await
	}

	/// What a node is assigned to.
	pub async fn assignments_of(&self, account: AccountId) -> Result<Vec<(ListingId, NodeRole)>, SdkError> {
		self.call("Curation", "assignments_of", (account,)).await
	}

	/// A listing's newest final snapshot.
	pub async fn newest_snapshot(&self, listing: ListingId) -> Result<Option<SnapshotView>, SdkError> {
		self.call("Curation", "newest_snapshot", (listing,)).await
	}

	/// The final snapshot of a period, while it is kept.
	pub async fn snapshot(
		&self,
		listing: ListingId,
		period: Period,
	) -> Result<Option<SnapshotView>, SdkError> {
		self.call("Curation", "snapshot", (listing, period)).await
	}

	/// The final snapshots that are kept, newest first.
	pub async fn snapshots(&self, listing: ListingId) -> Result<Vec<SnapshotView>, SdkError> {
		self.call("Curation", "snapshots", (listing,)).await
	}

	/// Who submitted what (the hash of the commitments) for a period that is not final.
	pub async fn submissions(
		&self,
		listing: ListingId,
		period: Period,
	) -> Result<Vec<(AccountId, Digest)>, SdkError> {
		self.call("Curation", "submissions", (listing, period)).await
	}

	/// A listing's schedule.
	pub async fn schedule(&self, listing: ListingId) -> Result<Option<Schedule>, SdkError> {
		self.call("Curation", "schedule", (listing,)).await
	}

	/// How fresh a listing is.
	pub async fn health(&self, listing: ListingId) -> Result<SnapshotHealth, SdkError> {
		self.call("Curation", "health", (listing,)).await
	}

	/// The curator's bond on a listing.
	pub async fn curator_bond(&self, listing: ListingId) -> Result<BondView, SdkError> {
		self.call("Curation", "curator_bond", (listing,)).await
	}
}

/// Subscriptions.
impl View {
	/// A holder's right to query a listing, as of this block.
	pub async fn entitlement(
		&self,
		listing: ListingId,
		holder: Holder,
	) -> Result<Option<EntitlementView>, SdkError> {
		self.call("Subscriptions", "entitlement", (listing, value::holder(holder))).await
	}

	/// What an account itself may query.
	pub async fn subscriptions_of(&self, account: AccountId) -> Result<Vec<EntitlementView>, SdkError> {
		self.call("Subscriptions", "subscriptions_of", (account,)).await
	}

	/// How a listing ranks; zero throughout for one that has ended or never sold.
	pub async fn rank(&self, listing: ListingId) -> Result<RankView, SdkError> {
		self.call("Subscriptions", "rank", (listing,)).await
	}

	/// A page of the ranks of listings that have sold, by number, after `start_after`. An empty page is the end.
	pub async fn ranking(
		&self,
		start_after: Option<ListingId>,
		limit: u32,
	) -> Result<Vec<(ListingId, RankView)>, SdkError> {
		self.call("Subscriptions", "ranking", (start_after, limit)).await
	}
}
