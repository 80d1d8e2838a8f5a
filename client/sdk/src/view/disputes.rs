//! Disputes.

use super::View;
use crate::{
	error::SdkError,
	types::{ArbitratorView, CaseId, CaseView, DisputeSettings, OrderId},
};
use souk_custody::AccountId;

/// Cases in one page: the most that the runtime gives.
const PAGE: u32 = 16;

/// Disputes.
impl View {
	/// One case, while it is kept.
	pub async fn case(&self, id: CaseId) -> Result<Option<CaseView>, SdkError> {
		self.call("Disputes", "case_details", (id,)).await
	}

	/// The case about an order, while it is kept.
	pub async fn case_about(&self, order: OrderId) -> Result<Option<CaseView>, SdkError> {
		self.call("Disputes", "case_about", (order,)).await
	}

	/// All cases that are kept, by number.
	pub async fn all_cases(&self) -> Result<Vec<CaseView>, SdkError> {
		let mut cases: Vec<CaseView> = Vec::new();
		loop {
			let page = self.cases_after(cases.last().map(|last| last.id)).await?;
			if page.is_empty() {
				return Ok(cases);
			}
			cases.extend(page);
		}
	}

	/// A page of the cases that are kept, by number, from the first after `after` on; empty where there are no more.
	pub async fn cases_after(&self, after: Option<CaseId>) -> Result<Vec<CaseView>, SdkError> {
		self.call("Disputes", "cases", (after, PAGE)).await
	}

	/// An arbitrator of the pool, or one whose bond is on its way out.
	pub async fn arbitrator(&self, who: AccountId) -> Result<Option<ArbitratorView>, SdkError> {
		self.call("Disputes", "arbitrator", (who,)).await
	}

	/// How many arbitrators the pool has.
	pub async fn pool_size(&self) -> Result<u32, SdkError> {
		self.call("Disputes", "pool_size", ()).await
	}

	/// The numbers by which cases go that are opened now.
	pub async fn dispute_settings(&self) -> Result<DisputeSettings, SdkError> {
		self.call("Disputes", "settings", ()).await
	}
}
