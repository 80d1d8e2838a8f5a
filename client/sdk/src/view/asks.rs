//! Asks.

use super::View;
use crate::{
	error::SdkError,
	types::{AskId, AskSettings, AskView, EncodedAsk, ListingId, WaitingAsk},
};
use souk_custody::AccountId;

/// Asks in one page, and listings that are asked about at once: the most that the runtime gives.
const PAGE: u32 = 64;
const LISTINGS: usize = 64;

fn views(found: Vec<EncodedAsk>) -> Vec<AskView> {
	found.into_iter().map(AskView::from).collect()
}

/// Asks.
impl View {
	/// One ask, while its record is kept.
	pub async fn ask(&self, id: AskId) -> Result<Option<AskView>, SdkError> {
		let found: Option<EncodedAsk> = self.call("Asks", "ask_details", (id,)).await?;
		Ok(found.map(AskView::from))
	}

	/// A page of an account's asks, by number, after `start_after`. An empty page is the end.
	pub async fn asks_by(
		&self,
		asker: AccountId,
		start_after: Option<AskId>,
		limit: u32,
	) -> Result<Vec<AskView>, SdkError> {
		self.call("Asks", "asks_by", (asker, start_after, limit)).await.map(views)
	}

	/// All asks of an account, by number.
	pub async fn all_asks_by(&self, asker: AccountId) -> Result<Vec<AskView>, SdkError> {
		let mut asks: Vec<AskView> = Vec::new();
		loop {
			let page = self.asks_by(asker, asks.last().map(|last| last.id), PAGE).await?;
			if page.is_empty() {
				return Ok(asks);
			}
			asks.extend(page);
		}
	}

	/// A page of a listing's asks, by number, after `start_after`. An empty page is the end.
	pub async fn asks_of(
		&self,
		listing: ListingId,
		start_after: Option<AskId>,
		limit: u32,
	) -> Result<Vec<AskView>, SdkError> {
		self.call("Asks", "asks_of", (listing, start_after, limit)).await.map(views)
	}

	/// All asks of a listing, by number.
	pub async fn all_asks_of(&self, listing: ListingId) -> Result<Vec<AskView>, SdkError> {
		let mut asks: Vec<AskView> = Vec::new();
		loop {
			let page = self.asks_of(listing, asks.last().map(|last| last.id), PAGE).await?;
			if page.is_empty() {
				return Ok(asks);
			}
			asks.extend(page);
		}
	}

	/// All asks of these listings that wait for an answer; of up to 64 listings, oldest first.
	pub async fn asks_waiting(&self, listings: &[ListingId]) -> Result<Vec<WaitingAsk>, SdkError> {
		let mut asks = Vec::new();
		for some in listings.chunks(LISTINGS) {
			let mut last = None;
			loop {
				let found: Vec<EncodedAsk> =
					self.call("Asks", "waiting", (some.to_vec(), last, PAGE)).await?;
				let page = views(found);
				let Some(end) = page.last() else { break };
				last = Some(end.id);
				asks.extend(page);
			}
		}
		Ok(asks)
	}

	/// The numbers by which asks are made and settled.
	pub async fn ask_settings(&self) -> Result<AskSettings, SdkError> {
		self.call("Asks", "settings", ()).await
	}
}
