//! Backing.

use super::View;
use crate::{
	error::SdkError,
	types::{BackedView, BackingView, ListingId},
};
use souk_custody::AccountId;

/// Listings in one page: the most that the runtime gives.
const PAGE: u32 = 100;

/// Backing.
impl View {
	/// What backs a listing's bond, if its curator lets others.
	pub async fn backing(&self, listing: ListingId) -> Result<Option<BackingView>, SdkError> {
		self.call("Backing", "backing", (listing,)).await
	}

	/// All that an account backs.
	pub async fn all_backed_by(&self, account: AccountId) -> Result<Vec<BackedView>, SdkError> {
		let mut backed: Vec<BackedView> = Vec::new();
		loop {
			let last = backed.last().map(|last| last.listing);
			let page: Vec<BackedView> = self.call("Backing", "backed_by", (account, last, PAGE)).await?;
			if page.is_empty() {
				return Ok(backed);
			}
			backed.extend(page);
		}
	}
}
