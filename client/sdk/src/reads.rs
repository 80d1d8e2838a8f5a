//! What checking an answer needs from the chain; small enough to be played in a test.

use crate::{
	chain::{Chain, Head},
	error::SdkError,
	types::{AssignmentView, ListingId, SnapshotView},
	view::View,
};
use async_trait::async_trait;
use souk_protocol::Digest;
use std::{sync::Arc, time::Duration};

/// Reads at one finalised block.
#[async_trait]
pub trait ChainReads: Send + Sync {
	/// The block.
	fn head(&self) -> Head;
	/// The nodes at work for a listing; each is registered.
	async fn assignments(&self, listing: ListingId) -> Result<Vec<AssignmentView>, SdkError>;
	/// The final snapshots that are kept, newest first.
	async fn snapshots(&self, listing: ListingId) -> Result<Vec<SnapshotView>, SdkError>;
}

/// Where reads come from.
#[async_trait]
pub trait ChainSource: Send + Sync {
	/// Hash of the genesis block.
	fn genesis(&self) -> Digest;
	/// Reads at the newest finalised block, once that is at least `block`; waits for it no longer than `patience`.
	async fn reads_from(&self, block: u32, patience: Duration) -> Result<Arc<dyn ChainReads>, SdkError>;
}

#[async_trait]
impl ChainReads for View {
	fn head(&self) -> Head {
		View::head(self)
	}

	async fn assignments(&self, listing: ListingId) -> Result<Vec<AssignmentView>, SdkError> {
		View::assignments(self, listing).await
	}

	async fn snapshots(&self, listing: ListingId) -> Result<Vec<SnapshotView>, SdkError> {
		View::snapshots(self, listing).await
	}
}

#[async_trait]
impl ChainSource for Chain {
	fn genesis(&self) -> Digest {
		Chain::genesis(self)
	}

	async fn reads_from(&self, block: u32, patience: Duration) -> Result<Arc<dyn ChainReads>, SdkError> {
		let head = self.reached(block, patience).await?;
		Ok(Arc::new(self.at(head)))
	}
}
