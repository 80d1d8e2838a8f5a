//! Arguments as values that subxt encodes by metadata.

use crate::types::{
	Asset, BadChunk, Commitments, CredentialId, CredentialKind, Deal, Details, Holder, KeyDelivery,
	ListingKind, ListingState, MilestoneTerms, NodeInfo, NodeRole, OrderDetails, PayoutSplit, Plan, PlanKind,
	Price, QueryPolicy, Ruling, Schedule, Visibility,
};
use souk_proof_primitives::merkle::Path;
use souk_table_proofs::{Aggregate, Condition, Predicate, Query};
use subxt::ext::scale_value::Value;

pub fn number(number: impl Into<u128>) -> Value {
	Value::u128(number.into())
}

pub fn bytes(bytes: &[u8]) -> Value {
	Value::from_bytes(bytes)
}

pub fn text(text: &str) -> Value {
	bytes(text.as_bytes())
}

fn unit(variant: &str) -> Value {
	Value::unnamed_variant(variant, [])
}

pub fn none() -> Value {
	unit("None")
}

pub fn option(value: Option<Value>) -> Value {
	value.map_or_else(none, |value| Value::unnamed_variant("Some", [value]))
}

pub fn role(role: NodeRole) -> Value {
	unit(match role {
		NodeRole::Worker => "Worker",
		NodeRole::Persistence => "Persistence",
	})
}

pub fn ruling(ruling: Ruling) -> Value {
	unit(match ruling {
		Ruling::Buyer => "Buyer",
		Ruling::Seller => "Seller",
		Ruling::Refused => "Refused",
	})
}

pub fn deal(deal: &Deal) -> Value {
	match deal {
		Deal::Order(order) => Value::unnamed_variant("Order", [number(*order)]),
		Deal::Period { listing, payer } => {
			Value::named_variant("Period", [("listing", number(*listing)), ("payer", bytes(payer))])
		}
	}
}

pub fn credential_kind(kind: CredentialKind) -> Value {
	unit(match kind {
		CredentialKind::TrustedSeller => "TrustedSeller",
		CredentialKind::ReliablePayer => "ReliablePayer",
		CredentialKind::DisputeLost => "DisputeLost",
	})
}

pub fn credential(id: CredentialId) -> Value {
	Value::named_composite([("order", number(id.order)), ("kind", credential_kind(id.kind))])
}

pub fn holder(holder: Holder) -> Value {
	match holder {
		Holder::Account(account) => Value::unnamed_variant("Account", [bytes(&account)]),
		Holder::Commitment(commitment) => Value::unnamed_variant("Commitment", [bytes(&commitment)]),
	}
}

pub fn listing_kind(kind: ListingKind) -> Value {
	unit(match kind {
		ListingKind::DataProduct => "DataProduct",
		ListingKind::Service => "Service",
		ListingKind::PhysicalGood => "PhysicalGood",
		ListingKind::DigitalGood => "DigitalGood",
	})
}

pub fn listing_state(state: ListingState) -> Value {
	unit(match state {
		ListingState::Draft => "Draft",
		ListingState::Active => "Active",
		ListingState::Paused => "Paused",
		ListingState::Retired => "Retired",
		ListingState::TakenDown => "TakenDown",
	})
}

pub fn asset(asset: Asset) -> Value {
	match asset {
		Asset::Native => unit("Native"),
		Asset::WithId(id) => Value::unnamed_variant("WithId", [number(id)]),
	}
}

pub fn price(price: Price) -> Value {
	Value::named_composite([("asset", asset(price.asset)), ("amount", number(price.amount))])
}

pub fn plan(plan: &Plan) -> Value {
	let period = |name, period: u32| Value::named_variant(name, [("period", number(period))]);
	let kind = match plan.kind {
		PlanKind::Subscription { period: blocks } => period("Subscription", blocks),
		PlanKind::Trial { period: blocks } => period("Trial", blocks),
		PlanKind::OneTime => unit("OneTime"),
		PlanKind::PayPerQuery => unit("PayPerQuery"),
	};
	Value::named_composite([("kind", kind), ("price", price(plan.price))])
}

pub fn plans(plans: &[Plan]) -> Value {
	Value::unnamed_composite(plans.iter().map(plan))
}

pub fn payouts(split: PayoutSplit) -> Value {
	Value::named_composite([("workers", number(split.workers)), ("persistence", number(split.persistence))])
}

fn policy(policy: QueryPolicy) -> Value {
	Value::named_composite([
		("max_rows", number(policy.max_rows)),
		("aggregate_only", Value::bool(policy.aggregate_only)),
		("min_group_size", number(policy.min_group_size)),
	])
}

pub fn details(details: &Details) -> Value {
	let visibility = unit(match details.visibility {
		Visibility::Public => "Public",
		Visibility::Unlisted => "Unlisted",
	});
	Value::named_composite([
		("metadata_hash", bytes(&details.metadata_hash)),
		("license", text(&details.license)),
		("category", text(&details.category)),
		("tags", Value::unnamed_composite(details.tags.iter().map(|tag| text(tag)))),
		("policy", policy(details.policy)),
		("visibility", visibility),
	])
}

pub fn node_info(info: &NodeInfo) -> Value {
	Value::named_composite([
		("peer_id", bytes(&info.peer_id)),
		("addresses", Value::unnamed_composite(info.addresses.iter().map(|address| bytes(address)))),
		("encryption_key", bytes(&info.encryption_key)),
		("worker", Value::bool(info.worker)),
		("persistence", Value::bool(info.persistence)),
		("accepting", Value::bool(info.accepting)),
	])
}

pub fn schedule(schedule: Schedule) -> Value {
	Value::named_composite([
		("every", number(schedule.every)),
		("tolerance", number(schedule.tolerance)),
		("retention", number(schedule.retention)),
	])
}

pub fn optional_digest(digest: Option<[u8; 32]>) -> Value {
	option(digest.map(|digest| bytes(&digest)))
}

pub fn query(query: &Query) -> Value {
	Value::named_composite([
		("aggregates", Value::unnamed_composite(query.aggregates.iter().map(aggregate))),
		("predicates", Value::unnamed_composite(query.predicates.iter().map(predicate))),
		("group_by", option(query.group_by.map(number))),
	])
}

fn aggregate(aggregate: &Aggregate) -> Value {
	let over = |name, column: &u8| Value::unnamed_variant(name, [number(*column)]);
	match aggregate {
		Aggregate::CountAll => unit("CountAll"),
		Aggregate::Count(column) => over("Count", column),
		Aggregate::Sum(column) => over("Sum", column),
		Aggregate::Min(column) => over("Min", column),
		Aggregate::Max(column) => over("Max", column),
		Aggregate::Avg(column) => over("Avg", column),
	}
}

fn predicate(predicate: &Predicate) -> Value {
	let between = |name, low: i64, high: i64| {
		Value::named_variant(name, [("low", Value::i128(low.into())), ("high", Value::i128(high.into()))])
	};
	let condition = match predicate.condition {
		Condition::Within { low, high } => between("Within", low, high),
		Condition::Outside { low, high } => between("Outside", low, high),
		Condition::IsNull => unit("IsNull"),
		Condition::IsNotNull => unit("IsNotNull"),
	};
	Value::named_composite([("column", number(predicate.column)), ("condition", condition)])
}

pub fn order_details(details: OrderDetails) -> Value {
	match details {
		OrderDetails::Data { period, buyer_key } => {
			Value::named_variant("Data", [("period", number(period)), ("buyer_key", bytes(&buyer_key))])
		}
		OrderDetails::Goods { terms } => Value::named_variant("Goods", [("terms", optional_digest(terms))]),
	}
}

pub fn milestone(terms: &MilestoneTerms) -> Value {
	Value::named_composite([
		("amount", number(terms.amount)),
		("deliver_within", number(terms.deliver_within)),
		("confirm_within", number(terms.confirm_within)),
	])
}

pub fn key_delivery(delivery: &KeyDelivery) -> Value {
	Value::named_composite([
		("era", number(delivery.era)),
		("ephemeral", bytes(&delivery.ephemeral)),
		("ciphertext", bytes(&delivery.ciphertext)),
		("proof", bytes(&delivery.proof)),
	])
}

pub fn path(path: &Path) -> Value {
	let siblings = Value::unnamed_composite(path.siblings.iter().map(|sibling| bytes(sibling)));
	Value::named_composite([("leaves", number(path.leaves)), ("siblings", siblings)])
}

pub fn bad_chunk(evidence: &BadChunk) -> Value {
	Value::named_composite([
		("index", number(evidence.index)),
		("chunk", bytes(&evidence.chunk)),
		("cipher_path", path(&evidence.cipher_path)),
		("content_leaf", bytes(&evidence.content_leaf)),
		("content_path", path(&evidence.content_path)),
		("chunk_key", bytes(&evidence.chunk_key)),
		("era", number(evidence.era)),
		("proof", bytes(&evidence.proof)),
	])
}

pub fn commitments(commitments: &Commitments) -> Value {
	let optional = optional_digest;
	Value::named_composite([
		("content_root", bytes(&commitments.content_root)),
		("cipher_root", bytes(&commitments.cipher_root)),
		("key_commitment", optional(commitments.key_commitment)),
		("columns_root", optional(commitments.columns_root)),
		("schema_hash", bytes(&commitments.schema_hash)),
		("source_digest", bytes(&commitments.source_digest)),
		("rows", number(commitments.rows)),
		("bytes", number(commitments.bytes)),
	])
}
