//! How things read: the chain's records with amounts in their assets, accounts as addresses, hashes as hex.

use crate::{
	amount::Amount,
	context::{native, Context},
	failure::Failure,
	text::{self, printable},
};
use serde::Serialize;
use souk_config::BLOCK_SECONDS;
use souk_custody::{format_account, AccountId};
use souk_protocol::{Outcome, SignedAttestation};
use souk_sdk::types::{
	AssignmentView, AvailabilityView, BondView, EntitlementView, ListingKind, ListingState, ListingView,
	NodeRole, NodeView, Plan, PlanKind, RatingRange, SnapshotHealth, SnapshotView,
};
use std::time::Duration;

/// `0x` and hexadecimal digits.
pub fn hex(bytes: impl AsRef<[u8]>) -> String {
	format!("0x{}", hex::encode(bytes))
}

/// A plan.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PlanRecord {
	/// What `--plan` takes.
	pub index: usize,
	/// `subscription`, `trial`, `one_time` or `pay_per_query`.
	pub kind: &'static str,
	/// Price of a period, of the whole, or of a query.
	pub price: Amount,
	/// Length of a period, in blocks.
	#[serde(skip_serializing_if = "Option::is_none")]
	pub blocks: Option<u32>,
	/// The same in seconds.
	#[serde(skip_serializing_if = "Option::is_none")]
	pub seconds: Option<u64>,
}

impl PlanRecord {
	/// One plan of a listing.
	pub async fn new(index: usize, plan: &Plan, ctx: &Context) -> Result<Self, Failure> {
		let (kind, blocks) = match plan.kind {
			PlanKind::Subscription { period } => ("subscription", Some(period)),
			PlanKind::Trial { period } => ("trial", Some(period)),
			PlanKind::OneTime => ("one_time", None),
			PlanKind::PayPerQuery => ("pay_per_query", None),
		};
		let price = ctx.amount(plan.price.asset, plan.price.amount).await?;
		let seconds = blocks.map(|blocks| u64::from(blocks).saturating_mul(BLOCK_SECONDS));
		Ok(Self { index, kind, price, blocks, seconds })
	}

	/// All plans of a listing.
	pub async fn all(listing: &ListingView, ctx: &Context) -> Result<Vec<Self>, Failure> {
		let mut plans = Vec::with_capacity(listing.plans.len());
		for (index, plan) in listing.plans.iter().enumerate() {
			plans.push(Self::new(index, plan, ctx).await?);
		}
		Ok(plans)
	}

	/// E.g. `5 wUSD for 30 d 0 h`.
	pub fn in_words(&self) -> String {
		let span =
			self.seconds.map(|seconds| text::seconds(Duration::from_secs(seconds))).unwrap_or_default();
		match self.kind {
			"subscription" => format!("{} for {span}, renewable", self.price),
			"trial" => format!("free for {span}, once"),
			"one_time" => format!("{} once and for all", self.price),
			_ => format!("{} a query, paid one by one", self.price),
		}
	}
}

/// A listing as search results show it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ListingRecord {
	/// Number.
	pub id: u32,
	/// `<account>/<name>`.
	pub address: String,
	/// The curator.
	pub owner: String,
	/// Name part of the address.
	pub name: String,
	/// What it sells.
	pub kind: &'static str,
	/// Where it is in its life.
	pub state: &'static str,
	/// Category.
	pub category: String,
	/// Tags.
	pub tags: Vec<String>,
	/// SPDX licence expression.
	pub license: String,
	/// Ways to buy it.
	pub plans: Vec<PlanRecord>,
}

impl ListingRecord {
	/// One listing.
	pub async fn new(listing: &ListingView, ctx: &Context) -> Result<Self, Failure> {
		Ok(Self {
			id: listing.id,
			address: listing.address(),
			owner: format_account(&listing.owner),
			name: listing.name.to_string(),
			kind: kind_name(listing.kind),
			state: state_name(listing.state),
			category: listing.category.to_string(),
			tags: listing.tags.iter().map(ToString::to_string).collect(),
			license: listing.license.to_string(),
			plans: PlanRecord::all(listing, ctx).await?,
		})
	}
}

/// What a listing sells, as `--kind` takes it.
pub const fn kind_name(kind: ListingKind) -> &'static str {
	match kind {
		ListingKind::DataProduct => "data",
		ListingKind::Service => "service",
		ListingKind::PhysicalGood => "physical",
		ListingKind::DigitalGood => "digital",
	}
}

/// A listing's state in a word.
pub const fn state_name(state: ListingState) -> &'static str {
	match state {
		ListingState::Draft => "draft",
		ListingState::Active => "active",
		ListingState::Paused => "paused",
		ListingState::Retired => "retired",
		ListingState::TakenDown => "taken_down",
	}
}

/// A role in words.
pub const fn role_name(role: NodeRole) -> &'static str {
	match role {
		NodeRole::Worker => "worker",
		NodeRole::Persistence => "persistence",
	}
}

/// A final snapshot.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SnapshotRecord {
	/// What `--snapshot` takes.
	pub period: u32,
	/// When it was due, UTC.
	pub due: String,
	/// Rows of the table.
	pub rows: u64,
	/// Bytes of the file.
	pub bytes: u64,
	/// Block in which it became final.
	pub final_at: u32,
	/// Root over its content.
	pub content_root: String,
	/// Hash of its schema.
	pub schema_hash: String,
	/// Hash of its source.
	pub source_digest: String,
}

impl From<&SnapshotView> for SnapshotRecord {
	fn from(snapshot: &SnapshotView) -> Self {
		let commitments = &snapshot.commitments;
		Self {
			period: snapshot.period,
			due: text::utc_minutes(snapshot.period),
			rows: commitments.rows,
			bytes: commitments.bytes,
			final_at: snapshot.final_at,
			content_root: hex(commitments.content_root),
			schema_hash: hex(commitments.schema_hash),
			source_digest: hex(commitments.source_digest),
		}
	}
}

impl SnapshotRecord {
	/// E.g. `26,115 rows, 1.2 MiB, due 2026-11-21 03:00 UTC (period 29920500), final in block 12`.
	pub fn in_words(&self) -> String {
		format!(
			"{} rows, {}, due {} UTC (period {}), final in block {}",
			text::grouped(self.rows.into()),
			text::bytes(self.bytes),
			self.due,
			self.period,
			self.final_at
		)
	}
}

/// Whether validators reach a persistence node, in words.
pub fn availability_in_words(availability: Option<&AvailabilityView>) -> String {
	let Some(known) = availability else { return "not probed: no health address".into() };
	let Some(last) = known.last else { return "not voted on yet".into() };
	let answered = format!("reached by {} of {} validators", last.reachable, last.voters);
	let missed =
		format!("{answered}, not reached by {}, in the blocks up to {}", last.unreachable, last.until);
	match (last.unreachable, last.offence) {
		(0, _) => format!("{answered} in the blocks up to {}", last.until),
		(_, true) => format!("{missed}: an offence"),
		(_, false) => missed,
	}
}

/// When what leaves a bond, or what backs one, can be withdrawn, in words: its time comes in block `at`, seen from block `now`.
pub fn withdrawable_in_words(at: u32, now: u32) -> String {
	match at.checked_sub(now) {
		None | Some(0) => "can be withdrawn now, or when an open case about the listing has ended".into(),
		Some(left) => format!("from block {at} on ({left} to go)"),
	}
}

/// How fresh a listing is, in words.
pub fn health_in_words(health: &SnapshotHealth) -> String {
	match health {
		SnapshotHealth::Unscheduled => "no schedule".into(),
		SnapshotHealth::OnTime => "on time".into(),
		SnapshotHealth::Late { by } => format!("late by {by} blocks"),
		SnapshotHealth::Missing { by } => format!("nothing was ever delivered, overdue by {by} blocks"),
	}
}

/// A subscription.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SubscriptionRecord {
	/// The listing's number.
	pub listing: u32,
	/// Its address, where it still can be read.
	pub address: Option<String>,
	/// Index of the plan.
	pub plan: u8,
	/// What a period costs.
	pub price: Amount,
	/// Whether queries are answered now.
	pub live: bool,
	/// Whether it is a free trial.
	pub trial: bool,
	/// First block of the running period.
	pub period_start: u32,
	/// First block that is not paid for.
	pub paid_until: u32,
	/// First block in which queries are refused.
	pub entitled_until: u32,
	/// Whether it renews by itself.
	pub auto_renew: bool,
	/// Whether a renewal failed and the grace is running.
	pub in_grace: bool,
	/// Money held for the running period.
	pub held: Amount,
}

impl SubscriptionRecord {
	/// One subscription.
	pub async fn new(
		entitlement: &EntitlementView,
		listing: Option<&ListingView>,
		ctx: &Context,
	) -> Result<Self, Failure> {
		Ok(Self {
			listing: entitlement.listing,
			address: listing.map(ListingView::address),
			plan: entitlement.plan,
			price: ctx.amount(entitlement.price.asset, entitlement.price.amount).await?,
			live: entitlement.live,
			trial: entitlement.trial,
			period_start: entitlement.period_start,
			paid_until: entitlement.paid_until,
			entitled_until: entitlement.entitled_until,
			auto_renew: entitlement.auto_renew,
			in_grace: entitlement.in_grace,
			held: ctx.amount(entitlement.price.asset, entitlement.held).await?,
		})
	}

	/// What it is in, in a word or two.
	pub fn standing(&self) -> &'static str {
		match (self.live, self.in_grace, self.trial) {
			(false, ..) => "lapsed",
			(true, true, _) => "in grace",
			(true, false, true) => "trial",
			(true, false, false) => "live",
		}
	}
}

/// What was said of a listing, or of an account as a payer: ranges, and never by whom.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RatingsRecord {
	/// There are as many ratings, or more.
	pub at_least: u32,
	/// There are fewer than that; nothing for very many.
	pub below: Option<u32>,
	/// Between which scores their mean is; nothing where there are few.
	pub mean: Option<[String; 2]>,
}

impl From<RatingRange> for RatingsRecord {
	fn from(range: RatingRange) -> Self {
		let RatingRange { at_least, below, mean } = range;
		let tenths = |tenths: u32| format!("{}.{}", tenths / 10, tenths % 10);
		Self { at_least, below, mean: mean.map(|(from, to)| [tenths(from), tenths(to)]) }
	}
}

impl RatingsRecord {
	/// E.g. `20–49 ratings, 4.2–4.6`.
	pub fn in_words(&self) -> String {
		let count = match (self.below, &self.mean) {
			(Some(below), None) => return format!("fewer than {below} ratings"),
			(Some(below), _) => {
				format!("{}–{}", text::grouped(self.at_least.into()), text::grouped(u128::from(below) - 1))
			}
			(None, _) => format!("{} or more", text::grouped(self.at_least.into())),
		};
		let mean = self.mean.as_ref().map(|[from, to]| format!(", {from}–{to}")).unwrap_or_default();
		format!("{count} ratings{mean}")
	}

	/// The same of what may be nothing.
	pub fn or_none(ratings: Option<&Self>) -> String {
		ratings.map_or_else(|| "none yet".into(), Self::in_words)
	}
}

/// A curator's bond.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct BondRecord {
	/// What answers for the listing.
	pub active: Amount,
	/// What an active listing needs.
	pub minimum: Amount,
	/// What of it answers for sales that a buyer may still object to.
	pub covered: Amount,
	/// What is on its way out.
	pub unlocking: Vec<UnlockingRecord>,
}

/// A part of a bond on its way out.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct UnlockingRecord {
	/// How much.
	pub amount: Amount,
	/// First block in which it can be withdrawn.
	pub at: u32,
}

impl BondRecord {
	/// What is missing to the minimum, without which nothing new is sold of a data product.
	pub fn missing(&self) -> Option<Amount> {
		let units = self.minimum.units.checked_sub(self.active.units).filter(|units| *units > 0)?;
		Some(native(units))
	}
}

impl From<&BondView> for BondRecord {
	fn from(bond: &BondView) -> Self {
		let unlocking = bond.unlocking.iter();
		Self {
			active: native(bond.active),
			minimum: native(bond.minimum),
			covered: native(bond.covered),
			unlocking: unlocking
				.map(|(amount, at)| UnlockingRecord { amount: native(*amount), at: *at })
				.collect(),
		}
	}
}

/// A node at work for a listing.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AssignmentRecord {
	/// The node's account.
	pub node: String,
	/// What it does.
	pub role: &'static str,
	/// Where it can be reached.
	pub addresses: Vec<String>,
	/// Block of the assignment.
	pub since: u32,
	/// Where validators ask whether a persistence node is there, and what came of it; none where they do not ask.
	pub availability: Option<AvailabilityView>,
}

impl From<&AssignmentView> for AssignmentRecord {
	fn from(assignment: &AssignmentView) -> Self {
		Self {
			node: format_account(&assignment.node),
			role: role_name(assignment.role),
			addresses: addresses(&assignment.addresses),
			since: assignment.since,
			availability: None,
		}
	}
}

/// A registered node.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct NodeRecord {
	/// Its account.
	pub account: String,
	/// What it does.
	pub roles: Vec<&'static str>,
	/// Where it can be reached.
	pub addresses: Vec<String>,
	/// X25519 key to which it is written.
	pub encryption_key: String,
	/// Whether it takes new assignments.
	pub accepting: bool,
	/// What is held as bond.
	pub bond: Amount,
	/// What is held for its record.
	pub deposit: Amount,
	/// Block of its registration.
	pub registered_at: u32,
}

impl From<&NodeView> for NodeRecord {
	fn from(node: &NodeView) -> Self {
		let roles = [(node.worker, "worker"), (node.persistence, "persistence")];
		Self {
			account: format_account(&node.account),
			roles: roles.into_iter().filter_map(|(has, role)| has.then_some(role)).collect(),
			addresses: addresses(&node.addresses),
			encryption_key: hex(node.encryption_key),
			accepting: node.accepting,
			bond: native(node.bond),
			deposit: native(node.deposit),
			registered_at: node.registered_at,
		}
	}
}

/// Addresses are text on chain; what is not, is shown as hex.
fn addresses(raw: &[Vec<u8>]) -> Vec<String> {
	raw.iter().map(|bytes| std::str::from_utf8(bytes).map_or_else(|_| hex(bytes), printable)).collect()
}

/// What a provider signed, for people and for whoever checks it again.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AttestationRecord {
	/// The claim, SCALE-encoded with its signature; everything else here can be read out of it.
	pub signed: String,
	/// Hash of the chain's genesis block.
	pub genesis: String,
	/// The listing's number.
	pub listing: u32,
	/// Account of the node that signed.
	pub node: String,
	/// Digest of the request.
	pub request: String,
	/// Hash of the SQL.
	pub query: String,
	/// Period of the snapshot.
	pub period: u32,
	/// The snapshot's `content_root`.
	pub content_root: String,
	/// Hash of the result, where there is one.
	pub result: Option<String>,
	/// Rows of the result.
	pub rows: Option<u64>,
	/// Bytes of the result as an Arrow stream.
	pub bytes: Option<u64>,
	/// Code of the refusal, where it is one.
	pub code: Option<String>,
	/// The refusal in words.
	pub message: Option<String>,
	/// Finalised block at which the right to query was checked.
	pub block: u32,
	/// By which rules the same query over the same snapshot has the same bytes each time, where that is promised.
	#[serde(skip_serializing_if = "Option::is_none")]
	pub reproducible: Option<u32>,
	/// sr25519 signature over the claim's digest.
	pub signature: String,
}

impl From<&SignedAttestation> for AttestationRecord {
	fn from(signed: &SignedAttestation) -> Self {
		let claim = &signed.attestation;
		let (result, rows, bytes, code, message) = match &claim.outcome {
			Outcome::Complete { result, rows, bytes } => {
				(Some(hex(result)), Some(*rows), Some(*bytes), None, None)
			}
			Outcome::Proved { bundle, bytes } => (Some(hex(bundle)), None, Some(*bytes), None, None),
			Outcome::Failed { code, message } => {
				(None, None, None, Some(code.clone()), Some(message.clone()))
			}
		};
		Self {
			signed: hex(codec::Encode::encode(signed)),
			genesis: hex(claim.genesis),
			listing: claim.listing,
			node: format_account(&claim.node),
			request: hex(claim.request),
			query: hex(claim.query),
			period: claim.period,
			content_root: hex(claim.content_root),
			result,
			rows,
			bytes,
			code,
			message,
			block: claim.block,
			reproducible: claim.reproducible,
			signature: hex(signed.signature),
		}
	}
}

/// A provider that was asked in vain.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TriedRecord {
	/// Its account.
	pub provider: String,
	/// Why it gave no result.
	pub reason: String,
}

impl TriedRecord {
	/// One of an answer's failed attempts.
	pub fn new((provider, reason): &(AccountId, String)) -> Self {
		Self { provider: format_account(provider), reason: reason.clone() }
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use souk_protocol::{
		attestation::{query_hash, Attestation},
		Sign as _, Verify as _,
	};
	use souk_sdk::AssetInfo;

	fn usd(units: u128) -> Amount {
		Amount { units, asset: AssetInfo { symbol: "wUSD".into(), decimals: 6, ..AssetInfo::native() } }
	}

	#[test]
	fn a_plan_reads_as_an_offer() {
		let plan = PlanRecord {
			index: 0,
			kind: "subscription",
			price: usd(5_000_000),
			blocks: Some(864_000),
			seconds: Some(2_592_000),
		};
		assert_eq!(plan.in_words(), "5 wUSD for 30 d 0 h, renewable");
		assert_eq!(
			serde_json::to_value(&plan).unwrap(),
			serde_json::json!({
				"index": 0, "kind": "subscription", "blocks": 864_000, "seconds": 2_592_000,
				"price": { "amount": "5", "symbol": "wUSD", "units": "5000000" },
			})
		);
	}

	#[test]
	fn ratings_read_as_ranges() {
		let said = |at_least, below, mean| RatingsRecord::from(RatingRange { at_least, below, mean });
		assert_eq!(said(1, Some(5), None).in_words(), "fewer than 5 ratings");
		assert_eq!(said(20, Some(50), Some((42, 46))).in_words(), "20–49 ratings, 4.2–4.6");
		assert_eq!(said(1_000, Some(2_000), Some((46, 50))).in_words(), "1,000–1,999 ratings, 4.6–5.0");
		assert_eq!(said(1_000_000, None, Some((10, 14))).in_words(), "1,000,000 or more ratings, 1.0–1.4");
		assert_eq!(RatingsRecord::or_none(None), "none yet");
		let json = serde_json::to_value(said(5, Some(10), Some((46, 50)))).unwrap();
		assert_eq!(json, serde_json::json!({ "at_least": 5, "below": 10, "mean": ["4.6", "5.0"] }));
	}

	#[test]
	fn an_attestation_can_be_checked_from_its_record() {
		let node = souk_custody::Account::from_uri("//Alice").unwrap();
		let claim = Attestation {
			genesis: [1; 32],
			listing: 1,
			node: node.id(),
			request: [2; 32],
			query: query_hash("SELECT 1"),
			period: 3,
			content_root: [4; 32],
			outcome: Outcome::Complete { result: [5; 32], rows: 1, bytes: 2 },
			block: 6,
			reproducible: None,
		};
		let record = AttestationRecord::from(&claim.sign(&node));
		let bytes = hex::decode(record.signed.trim_start_matches("0x")).unwrap();
		let signed: SignedAttestation = souk_protocol::decode_exact(&bytes, "attestation").unwrap();
		signed.verify().unwrap();
		assert_eq!(AttestationRecord::from(&signed), record);
		assert_eq!((record.rows, record.code), (Some(1), None));
	}
}
