//! Ratings and credentials.

use super::View;
use crate::{
	calls::value,
	error::SdkError,
	types::{CredentialId, CredentialView, Deal, ListingId, RatingRange, ReputationSettings},
};
use souk_custody::AccountId;

/// Credentials in one page: the most that the runtime gives.
const PAGE: u32 = 64;

/// Ratings and credentials.
impl View {
	/// What was said of a listing, in ranges; `None` for nothing.
	pub async fn listing_ratings(&self, listing: ListingId) -> Result<Option<RatingRange>, SdkError> {
		self.call("Reputation", "listing_ratings", (listing,)).await
	}

	/// What was said of an account as a payer, likewise.
	pub async fn payer_ratings(&self, payer: AccountId) -> Result<Option<RatingRange>, SdkError> {
		self.call("Reputation", "payer_ratings", (payer,)).await
	}

	/// First block in which it is too late for an account to rate a deal; `None` where it may not.
	pub async fn may_rate(&self, deal: &Deal, who: AccountId) -> Result<Option<u32>, SdkError> {
		self.call("Reputation", "may_rate", (value::deal(deal), who)).await
	}

	/// A credential, while it is on the chain.
	pub async fn credential(&self, id: CredentialId) -> Result<Option<CredentialView>, SdkError> {
		self.call("Reputation", "credential", (value::credential(id),)).await
	}

	/// All credentials that an account has issued or that are about it, by order.
	pub async fn all_credentials_of(&self, who: AccountId) -> Result<Vec<CredentialView>, SdkError> {
		let mut credentials: Vec<CredentialView> = Vec::new();
		loop {
			let last = value::option(credentials.last().map(|last| value::credential(last.id)));
			let page: Vec<CredentialView> =
				self.call("Reputation", "credentials_of", (who, last, PAGE)).await?;
			if page.is_empty() {
				return Ok(credentials);
			}
			credentials.extend(page);
		}
	}

	/// The numbers that hold for what is rated or issued now.
	pub async fn reputation_settings(&self) -> Result<ReputationSettings, SdkError> {
		self.call("Reputation", "settings", ()).await
	}
}
