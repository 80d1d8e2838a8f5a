//! What a purchase needs from the chain; small enough to be played in a test.

use crate::{
	calls::Call,
	chain::Chain,
	error::SdkError,
	reads::{ChainReads, ChainSource},
	submit::Included,
	types::{OrderId, OrderView, ProofKeyView},
	view::View,
};
use async_trait::async_trait;
use souk_custody::{Account, AccountId};
use souk_proof_primitives::statements::StatementId;
use std::{sync::Arc, time::Duration};

/// Reads at one finalised block.
#[async_trait]
pub trait MarketReads: ChainReads {
	/// One order, while its record is kept.
	async fn order(&self, id: OrderId) -> Result<Option<OrderView>, SdkError>;
	/// All orders of a buyer, by number.
	async fn orders_of(&self, buyer: AccountId) -> Result<Vec<OrderView>, SdkError>;
	/// The verifying key that new proofs of a statement should be made for.
	async fn current_proof_key(&self, statement: StatementId) -> Result<Option<ProofKeyView>, SdkError>;
}

/// Where reads come from, and calls go to.
#[async_trait]
pub trait Market: ChainSource {
	/// Reads at the newest finalised block, once that is at least `block`; waits for it no longer than `patience`.
	async fn market_from(&self, block: u32, patience: Duration) -> Result<Arc<dyn MarketReads>, SdkError>;
	/// When a finalised block was made, in milliseconds since 1970; `None` where that cannot be read any more.
	async fn time_of(&self, block: u32) -> Result<Option<u64>, SdkError>;
	/// Sends a call and waits until it is final. Nothing is sent that could be included after block `last`. An error says whether it may be
	/// on its way: [`SdkError::is_in_doubt`].
	async fn submit_until(&self, signer: &Account, call: Call, last: u32) -> Result<Included, SdkError>;
	/// Lets so much time pass, after a trouble that may pass with it.
	async fn pause(&self, pause: Duration);
}

#[async_trait]
impl MarketReads for View {
	async fn order(&self, id: OrderId) -> Result<Option<OrderView>, SdkError> {
		View::order(self, id).await
	}

	async fn orders_of(&self, buyer: AccountId) -> Result<Vec<OrderView>, SdkError> {
		self.all_orders_of(buyer).await
	}

	async fn current_proof_key(&self, statement: StatementId) -> Result<Option<ProofKeyView>, SdkError> {
		View::current_proof_key(self, statement.code()).await
	}
}

#[async_trait]
impl Market for Chain {
	async fn market_from(&self, block: u32, patience: Duration) -> Result<Arc<dyn MarketReads>, SdkError> {
		let head = self.reached(block, patience).await?;
		Ok(Arc::new(self.at(head)))
	}

	async fn time_of(&self, block: u32) -> Result<Option<u64>, SdkError> {
		self.time_of_block(block).await
	}

	async fn submit_until(&self, signer: &Account, call: Call, last: u32) -> Result<Included, SdkError> {
		Chain::submit_until(self, signer, call, last).await
	}

	async fn pause(&self, pause: Duration) {
		tokio::time::sleep(pause).await;
	}
}
