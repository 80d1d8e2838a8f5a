//! Offences, challenges and downtimes.

use super::View;
use crate::{
	error::SdkError,
	types::{ChallengeView, DowntimeRecord, FineView, ListingId, OffenceKind, OffenceRecord, Penalty},
};
use souk_custody::AccountId;

/// Fines in one page: the most that the runtime gives.
const PAGE: u32 = 100;
/// Pages of fines that are read, at most.
const MOST_PAGES: usize = 16;

/// Offences.
impl View {
	/// What is remembered against a listing, newest first.
	pub async fn offences(&self, listing: ListingId) -> Result<Vec<OffenceRecord>, SdkError> {
		self.call("Stakes", "history", (listing,)).await
	}

	/// What is remembered against a node, newest first.
	pub async fn node_offences(&self, node: AccountId) -> Result<Vec<OffenceRecord>, SdkError> {
		self.call("Stakes", "node_history", (node,)).await
	}

	/// What each kind of offence costs.
	pub async fn penalties(&self) -> Result<Vec<(OffenceKind, Penalty)>, SdkError> {
		self.call("Stakes", "penalties", ()).await
	}

	/// The fines that are being divided, oldest first; of very many the oldest.
	pub async fn fines(&self) -> Result<Vec<FineView>, SdkError> {
		let mut fines: Vec<FineView> = Vec::new();
		for _ in 0..MOST_PAGES {
			let last = fines.last().map(|last| last.id);
			let page: Vec<FineView> = self.call("Stakes", "fines", (last, PAGE)).await?;
			let full = page.len() == PAGE as usize;
			fines.extend(page);
			if !full {
				break;
			}
		}
		Ok(fines)
	}

	/// What a node has to show, of each listing that it keeps.
	pub async fn challenges(&self, node: AccountId) -> Result<Vec<ChallengeView>, SdkError> {
		self.call("Stakes", "challenges", (node,)).await
	}

	/// When a node is away, or was, until it can announce the next downtime.
	pub async fn downtime(&self, node: AccountId) -> Result<Option<DowntimeRecord>, SdkError> {
		self.call("Stakes", "downtime", (node,)).await
	}
}
