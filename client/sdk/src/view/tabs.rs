//! Tabs.

use super::View;
use crate::{
	error::SdkError,
	types::{ListingId, TabId, TabSettings, TabView},
};
use souk_custody::AccountId;

/// Tabs in one page: the most that the runtime gives.
const PAGE: u32 = 64;

/// Tabs.
impl View {
	/// One tab, until it has ended.
	pub async fn tab(&self, id: TabId) -> Result<Option<TabView>, SdkError> {
		self.call("Tabs", "tab_details", (id,)).await
	}

	/// Those of these tabs that there are.
	pub async fn tabs(&self, ids: &[TabId]) -> Result<Vec<TabView>, SdkError> {
		let mut tabs = Vec::new();
		for some in ids.chunks(PAGE as usize) {
			let found: Vec<TabView> = self.call("Tabs", "tabs_details", (some.to_vec(),)).await?;
			tabs.extend(found);
		}
		Ok(tabs)
	}

	/// All tabs of an account, by number.
	pub async fn all_tabs_by(&self, payer: AccountId) -> Result<Vec<TabView>, SdkError> {
		let mut tabs: Vec<TabView> = Vec::new();
		loop {
			let last = tabs.last().map(|last| last.id);
			let page: Vec<TabView> = self.call("Tabs", "tabs_by", (payer, last, PAGE)).await?;
			if page.is_empty() {
				return Ok(tabs);
			}
			tabs.extend(page);
		}
	}

	/// How many queries of a listing each node answers for nothing to each key that has an open tab.
	pub async fn free_quota(&self, listing: ListingId) -> Result<u32, SdkError> {
		self.call("Tabs", "free_quota", (listing,)).await
	}

	/// The numbers by which tabs are opened, closed and settled.
	pub async fn tab_settings(&self) -> Result<TabSettings, SdkError> {
		self.call("Tabs", "settings", ()).await
	}
}
