//! Whether nodes can be reached.

use super::View;
use crate::{
	error::SdkError,
	types::{AvailabilityView, VotingPeriod},
};
use souk_custody::AccountId;

/// Availability.
impl View {
	/// Where validators ask whether a node is there, and what came of it; `None` for a node that they do not ask.
	pub async fn availability(&self, node: AccountId) -> Result<Option<AvailabilityView>, SdkError> {
		self.call("Availability", "availability", (node,)).await
	}

	/// The period in which validators vote, or that is being judged.
	pub async fn voting_period(&self) -> Result<Option<VotingPeriod>, SdkError> {
		self.call("Availability", "period", ()).await
	}
}
