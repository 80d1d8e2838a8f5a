//! What can be sent to the chain: a function per call.
//!
//! Arguments go by name and are encoded by the chain's metadata, so that a runtime whose call has changed is noticed
//! before anything is signed.

mod asks;
mod availability;
mod backing;
mod disputes;
mod escrow;
mod governance;
mod proofs;
mod reputation;
mod stakes;
mod tabs;
pub(crate) mod value;

pub use asks::*;
pub use availability::*;
pub use backing::*;
pub use disputes::*;
pub use escrow::*;
pub use governance::*;
pub use proofs::*;
pub use reputation::*;
pub use stakes::*;
pub use tabs::*;

use crate::{
	types::{
		Commitments, Details, Holder, ListingId, ListingKind, ListingState, NodeInfo, NodeRole, PayoutSplit,
		Period, Plan, PlanIndex, Price, Schedule,
	},
	Asset,
};
use souk_custody::AccountId;
use std::fmt;
use subxt::{
	ext::scale_value::{Composite, Value},
	tx::DynamicPayload,
};

/// A call, ready to be signed.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
	pallet: &'static str,
	name: &'static str,
	arguments: Vec<(&'static str, Value)>,
}

impl Call {
	fn new(pallet: &'static str, name: &'static str, arguments: Vec<(&'static str, Value)>) -> Self {
		Self { pallet, name, arguments }
	}

	/// The pallet's name.
	pub fn pallet(&self) -> &'static str {
		self.pallet
	}

	/// The call's name.
	pub fn name(&self) -> &'static str {
		self.name
	}

	#[cfg(test)]
	pub(crate) fn argument(&self, name: &str) -> &Value {
		let found = self.arguments.iter().find(|(argument, _)| *argument == name);
		&found.unwrap_or_else(|| panic!("{self} has no {name}")).1
	}

	pub(crate) fn payload(self) -> DynamicPayload<Composite<()>> {
		DynamicPayload::new(self.pallet, self.name, Composite::named(self.arguments))
	}
}

impl fmt::Display for Call {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		write!(f, "{}.{}", self.pallet, self.name)
	}
}

/// Several calls in one transaction: all of them, or none.
pub fn batch_all(calls: Vec<Call>) -> Call {
	let calls = calls.into_iter().map(|call| call.payload().into_value());
	Call::new("Utility", "batch_all", vec![("calls", Value::unnamed_composite(calls))])
}

/// Creates a listing as a draft at the address `<signer>/<name>`.
pub fn listings_create(
	name: &str,
	kind: ListingKind,
	details: &Details,
	plans: &[Plan],
	payouts: PayoutSplit,
) -> Call {
	let arguments = vec![
		("name", value::text(name)),
		("kind", value::listing_kind(kind)),
		("details", value::details(details)),
		("plans", value::plans(plans)),
		("payouts", value::payouts(payouts)),
	];
	Call::new("Listings", "create", arguments)
}

/// Replaces what a listing says and costs.
pub fn listings_update(id: ListingId, details: &Details, plans: &[Plan]) -> Call {
	let arguments =
		vec![("id", value::number(id)), ("details", value::details(details)), ("plans", value::plans(plans))];
	Call::new("Listings", "update", arguments)
}

/// Puts a listing on sale (`Active`) or pauses it (`Paused`).
pub fn listings_set_state(id: ListingId, to: ListingState) -> Call {
	Call::new("Listings", "set_state", vec![("id", value::number(id)), ("to", value::listing_state(to))])
}

/// Changes who earns later payments.
pub fn listings_set_payouts(id: ListingId, payouts: PayoutSplit) -> Call {
	Call::new(
		"Listings",
		"set_payouts",
		vec![("id", value::number(id)), ("payouts", value::payouts(payouts))],
	)
}

/// Ends a listing for good.
pub fn listings_retire(id: ListingId) -> Call {
	Call::new("Listings", "retire", vec![("id", value::number(id))])
}

/// Buys a listing under one of its plans, for the signer. `period`, in blocks, and `max_price` are what the signer saw of
/// the plan: one that was given another length or another asset, or costs more when the call is included, is not bought.
pub fn subscribe(
	listing: ListingId,
	plan: PlanIndex,
	auto_renew: bool,
	period: u32,
	max_price: Price,
) -> Call {
	let arguments = vec![
		("listing", value::number(listing)),
		("plan", value::number(plan)),
		("holder", value::none()),
		("auto_renew", Value::bool(auto_renew)),
		("period", value::number(period)),
		("max_price", value::price(max_price)),
	];
	Call::new("Subscriptions", "subscribe", arguments)
}

/// Ends the signer's subscription; what was not served yet comes back.
pub fn cancel(listing: ListingId) -> Call {
	Call::new("Subscriptions", "cancel", vec![("listing", value::number(listing)), ("holder", value::none())])
}

/// Turns automatic renewal of the signer's subscription on or off.
pub fn set_auto_renew(listing: ListingId, enabled: bool) -> Call {
	let arguments = vec![
		("listing", value::number(listing)),
		("holder", value::none()),
		("enabled", Value::bool(enabled)),
	];
	Call::new("Subscriptions", "set_auto_renew", arguments)
}

/// Pays a late period of the signer's subscription.
pub fn renew(listing: ListingId) -> Call {
	Call::new("Subscriptions", "renew", vec![("listing", value::number(listing)), ("holder", value::none())])
}

/// Settles somebody's subscription without waiting for its turn.
pub fn settle(listing: ListingId, holder: Holder) -> Call {
	let arguments = vec![("listing", value::number(listing)), ("holder", value::holder(holder))];
	Call::new("Subscriptions", "settle", arguments)
}

/// Registers the signer as a node.
pub fn register_node(info: &NodeInfo) -> Call {
	Call::new("Curation", "register_node", vec![("info", value::node_info(info))])
}

/// Replaces what the signing node says of itself.
pub fn update_node(info: &NodeInfo) -> Call {
	Call::new("Curation", "update_node", vec![("info", value::node_info(info))])
}

/// Takes the signing node off the registry.
pub fn deregister_node() -> Call {
	Call::new("Curation", "deregister_node", Vec::new())
}

/// Releases what of the signing node's bond has passed the unbonding period.
pub fn withdraw_node_bond() -> Call {
	Call::new("Curation", "withdraw_node_bond", Vec::new())
}

/// Adds `amount` planck to the bond on a listing of the signer.
pub fn bond(listing: ListingId, amount: u128) -> Call {
	Call::new("Curation", "bond", vec![("listing", value::number(listing)), ("amount", Value::u128(amount))])
}

/// Starts `amount` planck of a listing's bond on its way out.
pub fn unbond(listing: ListingId, amount: u128) -> Call {
	Call::new(
		"Curation",
		"unbond",
		vec![("listing", value::number(listing)), ("amount", Value::u128(amount))],
	)
}

/// Releases what of a listing's bond has passed the unbonding period.
pub fn withdraw_unbonded(listing: ListingId) -> Call {
	Call::new("Curation", "withdraw_unbonded", vec![("listing", value::number(listing))])
}

/// Assigns a node to a listing, with the listing's secret wrapped to the node's encryption key.
pub fn assign(listing: ListingId, node: AccountId, role: NodeRole, wrapped_key: &[u8]) -> Call {
	let arguments = vec![
		("listing", value::number(listing)),
		("node", value::bytes(&node)),
		("role", value::role(role)),
		("wrapped_key", value::bytes(wrapped_key)),
	];
	Call::new("Curation", "assign", arguments)
}

/// Ends a node's assignment to a listing of the signer.
pub fn unassign(listing: ListingId, node: AccountId, role: NodeRole) -> Call {
	let arguments =
		vec![("listing", value::number(listing)), ("node", value::bytes(&node)), ("role", value::role(role))];
	Call::new("Curation", "unassign", arguments)
}

/// Ends the signing node's own assignment.
pub fn resign(listing: ListingId, role: NodeRole) -> Call {
	Call::new("Curation", "resign", vec![("listing", value::number(listing)), ("role", value::role(role))])
}

/// Sets the schedule of a listing of the signer.
pub fn set_schedule(listing: ListingId, schedule: Schedule) -> Call {
	let arguments = vec![("listing", value::number(listing)), ("schedule", value::schedule(schedule))];
	Call::new("Curation", "set_schedule", arguments)
}

/// Submits what a period's snapshot commits to, as an assigned worker.
pub fn submit_snapshot(listing: ListingId, period: Period, commitments: &Commitments) -> Call {
	let arguments = vec![
		("listing", value::number(listing)),
		("period", value::number(period)),
		("commitments", value::commitments(commitments)),
	];
	Call::new("Curation", "submit_snapshot", arguments)
}

/// Removes what is left of a listing that has ended and owes nobody anything.
pub fn clear_listing(listing: ListingId) -> Call {
	Call::new("Curation", "clear_listing", vec![("listing", value::number(listing))])
}

/// Sends an amount of an asset, in its smallest unit, to an account. The sender's account stays alive.
pub fn transfer(asset: Asset, to: AccountId, amount: u128) -> Call {
	let to = Value::unnamed_variant("Id", [value::bytes(&to)]);
	match asset {
		Asset::Native => {
			Call::new("Balances", "transfer_keep_alive", vec![("dest", to), ("value", Value::u128(amount))])
		}
		Asset::WithId(id) => {
			let arguments = vec![("id", value::number(id)), ("target", to), ("amount", Value::u128(amount))];
			Call::new("Assets", "transfer_keep_alive", arguments)
		}
	}
}
