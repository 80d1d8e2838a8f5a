//! Orders.

use super::{value, Call};
use crate::{
	types::{BadChunk, KeyDelivery, ListingId, MilestoneTerms, OrderDetails, OrderId, PlanIndex, Price},
	Asset, Digest,
};
use souk_custody::AccountId;
use subxt::ext::scale_value::Value;

/// Orders a listing under one of its one-time plans and pays the price into escrow. `max_price` is what the signer saw of the
/// plan: one that is in another asset, or costs more when the call is included, is not ordered.
pub fn order(listing: ListingId, plan: PlanIndex, max_price: Price, details: OrderDetails) -> Call {
	let arguments = vec![
		("listing", value::number(listing)),
		("plan", value::number(plan)),
		("max_price", value::price(max_price)),
		("details", value::order_details(details)),
	];
	Call::new("Escrow", "order", arguments)
}

/// Offers a listing of the signer, which is no data product, to one buyer, in parts that are delivered and paid one by one.
pub fn offer(
	listing: ListingId,
	buyer: AccountId,
	asset: Asset,
	milestones: &[MilestoneTerms],
	terms: Option<Digest>,
) -> Call {
	let arguments = vec![
		("listing", value::number(listing)),
		("buyer", value::bytes(&buyer)),
		("asset", value::asset(asset)),
		("milestones", Value::unnamed_composite(milestones.iter().map(value::milestone))),
		("terms", value::optional_digest(terms)),
	];
	Call::new("Escrow", "offer", arguments)
}

/// Takes an offer and pays its price into escrow.
pub fn fund(order: OrderId) -> Call {
	Call::new("Escrow", "fund", vec![("order", value::number(order))])
}

/// Posts the key of an ordered snapshot, encrypted to its buyer. Anybody may who can prove it; the fee comes back.
pub fn deliver(order: OrderId, delivery: &KeyDelivery) -> Call {
	let arguments = vec![("order", value::number(order)), ("delivery", value::key_delivery(delivery))];
	Call::new("Escrow", "deliver", arguments)
}

/// Posts the keys of up to 64 orders, checked together. A bad one among them is named by an event and stops no other.
pub fn deliver_batch(deliveries: &[(OrderId, KeyDelivery)]) -> Call {
	let pair = |(order, delivery): &(OrderId, KeyDelivery)| {
		Value::unnamed_composite([value::number(*order), value::key_delivery(delivery)])
	};
	let deliveries = Value::unnamed_composite(deliveries.iter().map(pair));
	Call::new("Escrow", "deliver_batch", vec![("deliveries", deliveries)])
}

/// Says, as the seller, that a part of an order was delivered.
pub fn mark_delivered(order: OrderId, milestone: u32, evidence: Option<Digest>) -> Call {
	let arguments = vec![
		("order", value::number(order)),
		("milestone", value::number(milestone)),
		("evidence", value::optional_digest(evidence)),
	];
	Call::new("Escrow", "mark_delivered", arguments)
}

/// Confirms, as the buyer, that a part of an order is as it was agreed on. It is paid out.
pub fn confirm(order: OrderId, milestone: u32) -> Call {
	let arguments = vec![("order", value::number(order)), ("milestone", value::number(milestone))];
	Call::new("Escrow", "confirm", arguments)
}

/// Gives up an order; what is held goes back to the buyer.
pub fn cancel_order(order: OrderId) -> Call {
	Call::new("Escrow", "cancel", vec![("order", value::number(order))])
}

/// Does what is due for an order without waiting for its turn.
pub fn claim_timeout(order: OrderId) -> Call {
	Call::new("Escrow", "claim_timeout", vec![("order", value::number(order))])
}

/// Shows the chain a chunk that is not what its snapshot promises. The buyer is refunded, the curator's bond slashed.
pub fn prove_bad_chunk(order: OrderId, evidence: &BadChunk) -> Call {
	let arguments = vec![("order", value::number(order)), ("evidence", value::bad_chunk(evidence))];
	Call::new("Escrow", "prove_bad_chunk", arguments)
}

/// Says that one does not agree; the money stays held. `evidence` is the hash of what will be shown to whoever rules on it.
pub fn dispute(order: OrderId, evidence: Digest) -> Call {
	let arguments = vec![("order", value::number(order)), ("evidence", value::bytes(&evidence))];
	Call::new("Escrow", "dispute", arguments)
}

/// Removes the record of an order that has ended; its deposit goes back to who paid it.
pub fn forget(order: OrderId) -> Call {
	Call::new("Escrow", "forget", vec![("order", value::number(order))])
}
