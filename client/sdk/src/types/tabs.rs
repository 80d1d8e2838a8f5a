//! Tabs: money for queries that are paid one by one.

// The derive imports more than it uses.
#![allow(unused_imports)]

use super::{text, ListingId, PlanIndex, Price};
use serde::Serialize;
use souk_custody::AccountId;
use souk_protocol::metadata::{proof_from_tab, ProofPrice};
use subxt::ext::scale_decode::{self, DecodeAsType};

/// Sequential number of a tab.
pub type TabId = u64;

mirror! {
	/// Where a tab is in its life.
	#[derive(Copy)]
	pub enum TabPhase {
		/// It pays.
		Open {
			/// First block in which it closes by itself.
			until: u32,
		},
		/// It pays for vouchers that were signed before, and closes.
		Closing {
			/// First block in which it is too late to settle one.
			until: u32,
		},
		/// It is decided whose the money is, but some of it could not be moved.
		Over,
	}
}

mirror! {
	/// What a node has of a tab.
	#[derive(Copy)]
	pub struct EarnerView {
		/// The node.
		#[serde(serialize_with = "text::account")]
		pub node: AccountId,
		/// Counter of the highest voucher that was settled.
		pub counter: u64,
		/// What of that voucher the tab had money for, in the price's smallest unit.
		#[serde(serialize_with = "text::balance")]
		pub earned: u128,
		/// What of that is still held, because it could be paid to nobody.
		#[serde(serialize_with = "text::balance")]
		pub owed: u128,
	}
}

mirror! {
	/// A tab.
	pub struct TabView {
		/// Its number.
		pub id: TabId,
		/// Whose queries it pays.
		pub listing: ListingId,
		/// Under which plan.
		pub plan: PlanIndex,
		/// Who pays.
		#[serde(serialize_with = "text::account")]
		pub payer: AccountId,
		/// The key that signs vouchers, and asks.
		#[serde(serialize_with = "text::account")]
		pub key: AccountId,
		/// What a query costs.
		pub price: Price,
		/// Block in which it was opened.
		pub opened_at: u32,
		/// Where it is in its life.
		pub phase: TabPhase,
		/// Whether a query may be paid with it.
		pub open: bool,
		/// Block in which something happens by itself.
		pub due: u32,
		/// What was put on it, in the price's smallest unit.
		#[serde(serialize_with = "text::balance")]
		pub limit: u128,
		/// What is held of that.
		#[serde(serialize_with = "text::balance")]
		pub held: u128,
		/// What nobody has earned yet.
		#[serde(serialize_with = "text::balance")]
		pub free: u128,
		/// Who has earned what.
		pub earners: Vec<EarnerView>,
		/// What is held for its record, in planck.
		#[serde(serialize_with = "text::balance")]
		pub deposit: u128,
	}
}

impl TabView {
	/// What a node has earned of it on chain, in the price's smallest unit.
	pub fn earned_by(&self, node: &AccountId) -> u128 {
		self.earners.iter().find(|earner| earner.node == *node).map_or(0, |earner| earner.earned)
	}

	/// What a proof over a snapshot of so many rows costs from it, in the price's smallest unit, where the listing's curator asks `price` for
	/// proofs.
	pub fn proof_cost(&self, price: Option<&ProofPrice>, rows: u64) -> u128 {
		proof_from_tab(self.price.amount, self.price.asset.number(), price, rows)
	}
}

mirror! {
	/// The numbers by which tabs are opened, closed and settled.
	#[derive(Copy)]
	pub struct TabSettings {
		/// Blocks from the closing of a tab in which vouchers are settled.
		pub challenge: u32,
		/// Blocks for which a tab is open, at most.
		pub lifetime: u32,
		/// Most nodes that one tab pays.
		pub max_nodes: u32,
		/// The part of a payment that goes to the treasury, in parts per million.
		pub protocol_fee: u32,
	}
}
