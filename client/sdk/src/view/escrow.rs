//! Orders and the keys of their proofs.

use super::View;
use crate::{
	error::SdkError,
	types::{EscrowSettings, ListingId, OrderId, OrderView, ProofKeyView},
};
use souk_custody::AccountId;

/// Orders in one page of [`View::all_orders_of`].
const PAGE: u32 = 64;

/// Orders.
impl View {
	/// One order, while its record is kept.
	pub async fn order(&self, id: OrderId) -> Result<Option<OrderView>, SdkError> {
		self.call("Escrow", "order_details", (id,)).await
	}

	/// A page of an account's orders as a buyer, by number, after `start_after`. An empty page is the end.
	pub async fn orders_of(
		&self,
		buyer: AccountId,
		start_after: Option<OrderId>,
		limit: u32,
	) -> Result<Vec<OrderView>, SdkError> {
		self.call("Escrow", "orders_of", (buyer, start_after, limit)).await
	}

	/// All orders of an account as a buyer, by number.
	pub async fn all_orders_of(&self, buyer: AccountId) -> Result<Vec<OrderView>, SdkError> {
		let mut orders: Vec<OrderView> = Vec::new();
		loop {
			let page = self.orders_of(buyer, orders.last().map(|last| last.id), PAGE).await?;
			if page.is_empty() {
				return Ok(orders);
			}
			orders.extend(page);
		}
	}

	/// A page of a listing's orders, by number, after `start_after`. An empty page is the end.
	pub async fn sales_of(
		&self,
		listing: ListingId,
		start_after: Option<OrderId>,
		limit: u32,
	) -> Result<Vec<OrderView>, SdkError> {
		self.call("Escrow", "sales_of", (listing, start_after, limit)).await
	}

	/// All orders of a listing, by number.
	pub async fn all_sales_of(&self, listing: ListingId) -> Result<Vec<OrderView>, SdkError> {
		let mut orders: Vec<OrderView> = Vec::new();
		loop {
			let page = self.sales_of(listing, orders.last().map(|last| last.id), PAGE).await?;
			if page.is_empty() {
				return Ok(orders);
			}
			orders.extend(page);
		}
	}

	/// A page of the orders of these listings that wait for their snapshot's key, by number, after `start_after`; at most 64.
	pub async fn awaiting(
		&self,
		listings: Vec<ListingId>,
		start_after: Option<OrderId>,
		limit: u32,
	) -> Result<Vec<OrderView>, SdkError> {
		self.call("Escrow", "awaiting", (listings, start_after, limit)).await
	}

	/// The spans of an order's life.
	pub async fn escrow_settings(&self) -> Result<EscrowSettings, SdkError> {
		self.call("Escrow", "settings", ()).await
	}
}

/// Verifying keys.
impl View {
	/// The verifying key of a statement in an era.
	pub async fn proof_key(&self, statement: u8, era: u32) -> Result<Option<ProofKeyView>, SdkError> {
		self.call("Proofs", "key", (statement, era)).await
	}

	/// The verifying key that new proofs of a statement should be made for; the statement may be paused all the same.
	pub async fn current_proof_key(&self, statement: u8) -> Result<Option<ProofKeyView>, SdkError> {
		self.call("Proofs", "current", (statement,)).await
	}
}
