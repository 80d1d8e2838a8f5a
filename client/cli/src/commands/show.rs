//! `souk show`: everything about a listing.

use super::back::BackingRecord;
use crate::{
	address::ListingAddress,
	amount::Amount,
	commands::history::HistoryRecord,
	context::Context,
	failure::Failure,
	output::{self, Out},
	records::{
		availability_in_words, health_in_words, hex, AssignmentRecord, BondRecord, ListingRecord,
		RatingsRecord, SnapshotRecord, SubscriptionRecord,
	},
	text::{grouped, printable},
};
use serde::Serialize;
use souk_config::BLOCK_SECONDS;
use souk_protocol::{
	metadata::{Metadata, ProofPrice, Provable},
	request::{table_name, TABLE},
};
use souk_sdk::{
	metadata::fetch_metadata,
	types::{
		Asset, AssignmentView, Holder, ListingState, ListingView, NodeRole, QueryPolicy, RankView, Schedule,
		SnapshotHealth,
	},
	View,
};
use std::time::Duration;
use tokio::time::timeout;

/// Time for the metadata: everything else is known from the chain.
const LOOKUP_TIME: Duration = Duration::from_secs(15);
/// Snapshots that are listed for a person.
const SHOWN_SNAPSHOTS: usize = 5;

/// `souk show …`
#[derive(Clone, Debug, clap::Args)]
pub struct Args {
	/// The listing: <account>/<name>, <name> or number
	pub listing: ListingAddress,
	/// Do not ask the off-chain network for title and columns
	#[arg(long)]
	pub chain_only: bool,
	/// What is remembered against the listing and its nodes: offences, what they cost, and who got it
	#[arg(long)]
	pub history: bool,
}

#[derive(Debug, Serialize)]
struct Shown {
	block: u32,
	#[serde(flatten)]
	listing: ListingRecord,
	table: String,
	version: u32,
	policy: QueryPolicy,
	metadata_hash: String,
	metadata: Option<Metadata>,
	/// What an ask must bring at least for a proof over a million rows, and what one costs from a tab.
	#[serde(skip_serializing_if = "Option::is_none")]
	proof_price: Option<Amount>,
	bond: BondRecord,
	/// What backs the bond, where its curator lets others.
	backing: Option<BackingRecord>,
	rank: RankView,
	/// What was said of it; nothing where nobody has said anything.
	ratings: Option<RatingsRecord>,
	schedule: Option<Schedule>,
	health: SnapshotHealth,
	assignments: Vec<AssignmentRecord>,
	snapshots: Vec<SnapshotRecord>,
	subscription: Option<SubscriptionRecord>,
	#[serde(skip_serializing_if = "Option::is_none")]
	history: Option<HistoryRecord>,
}

/// Runs it.
pub async fn run(args: Args, ctx: &Context, out: Out<'_>) -> Result<(), Failure> {
	let (view, listing) = ctx.listing(&args.listing).await?;
	let assignments = view.assignments(listing.id).await?;
	let subscription = match ctx.any_account_id()? {
		Some(account) => view.entitlement(listing.id, Holder::Account(account)).await?,
		None => None,
	};
	let metadata = match args.chain_only {
		true => None,
		false => look_up(LOOKUP_TIME, &listing, &assignments, ctx).await,
	};
	let shown = Shown {
		block: view.head().number,
		table: table_name(&listing.name),
		version: listing.version,
		policy: listing.policy,
		metadata_hash: hex(listing.metadata_hash),
		proof_price: match metadata.as_ref().and_then(|metadata| metadata.proof_price.as_ref()) {
			Some(price) => Some(proof_price(price, ctx).await?),
			None => None,
		},
		metadata,
		bond: BondRecord::from(&view.curator_bond(listing.id).await?),
		backing: match view.backing(listing.id).await? {
			Some(backing) => Some(BackingRecord::new(&backing, ctx).await?),
			None => None,
		},
		rank: view.rank(listing.id).await?,
		ratings: view.listing_ratings(listing.id).await?.map(RatingsRecord::from),
		schedule: view.schedule(listing.id).await?,
		health: view.health(listing.id).await?,
		assignments: at_work(&view, &assignments).await?,
		snapshots: view.snapshots(listing.id).await?.iter().map(SnapshotRecord::from).collect(),
		subscription: match subscription {
			Some(subscription) => Some(SubscriptionRecord::new(&subscription, Some(&listing), ctx).await?),
			None => None,
		},
		history: match args.history {
			true => Some(HistoryRecord::read(&view, &listing, &assignments).await?),
			false => None,
		},
		listing: ListingRecord::new(&listing, ctx).await?,
	};
	if ctx.json {
		return output::json(out, &shown);
	}
	describe(&shown, listing.state, ctx.screen.width, out)
}

/// Who works for a listing, and whether validators reach those who answer queries.
async fn at_work(view: &View, assignments: &[AssignmentView]) -> Result<Vec<AssignmentRecord>, Failure> {
	let mut records = Vec::new();
	for assignment in assignments {
		let availability = match assignment.role {
			NodeRole::Persistence => view.availability(assignment.node).await?,
			NodeRole::Worker => None,
		};
		records.push(AssignmentRecord { availability, ..assignment.into() });
	}
	Ok(records)
}

/// What a curator asks for proofs over a million rows.
pub async fn proof_price(price: &ProofPrice, ctx: &Context) -> Result<Amount, Failure> {
	ctx.amount(price.asset.map_or(Asset::Native, Asset::WithId), price.amount).await
}

/// The metadata, if somebody has it within `time`.
pub async fn look_up(
	time: Duration,
	listing: &ListingView,
	assignments: &[AssignmentView],
	ctx: &Context,
) -> Option<Metadata> {
	let step = ctx.progress.step("asking the off-chain network for the metadata");
	let work = async {
		ctx.reach_bootnodes().await?;
		ctx.reach(assignments.iter().filter_map(|assignment| assignment.peer())).await?;
		Ok::<_, Failure>(fetch_metadata(ctx.network().await?, ctx.chain().await?, listing).await?)
	};
	match timeout(time, work).await {
		Ok(Ok(metadata)) => Some(metadata),
		Ok(Err(failure)) => {
			step.done(format!("no metadata: {failure}"));
			None
		}
		Err(_) => {
			step.done("no metadata: nobody answered in time");
			None
		}
	}
}

fn describe(shown: &Shown, state: ListingState, width: Option<u16>, out: Out<'_>) -> Result<(), Failure> {
	let listing = &shown.listing;
	writeln!(out, "{}", printable(&listing.address))?;
	if let Some(metadata) = &shown.metadata {
		writeln!(out, "{}", printable(&metadata.title))?;
		if !metadata.description.is_empty() {
			writeln!(out, "{}", printable(&metadata.description))?;
		}
	}
	writeln!(out)?;
	let tags: Vec<_> = listing.tags.iter().map(|tag| printable(tag)).collect();
	let policy = shown.policy;
	let mut rules = vec![format!("at most {} rows a result", grouped(policy.max_rows.into()))];
	if policy.aggregate_only {
		rules.push("aggregates only".into());
	}
	if policy.min_group_size > 1 {
		rules.push(format!("no group of fewer than {} rows", policy.min_group_size));
	}
	if shown.metadata.as_ref().is_some_and(|metadata| metadata.reproducible) {
		rules.push("answers are the same each time".into());
	}
	let schedule = shown.schedule.map_or("none".to_owned(), |schedule| {
		let every = Duration::from_secs(u64::from(schedule.every).saturating_mul(BLOCK_SECONDS));
		format!("a snapshot every {}, {} kept", crate::text::seconds(every), schedule.retention)
	});
	output::pairs(
		out,
		&[
			("listing", listing.id.to_string()),
			("kind", listing.kind.into()),
			("state", listing.state.replace('_', " ")),
			("licence", printable(&listing.license)),
			("category", printable(&listing.category)),
			("tags", tags.join(", ")),
			("policy", rules.join(", ")),
			("bond", format!("{} (minimum {})", shown.bond.active, shown.bond.minimum)),
			("backed with", shown.backing.as_ref().map_or("nothing".to_owned(), BackingRecord::in_words)),
			("schedule", schedule),
			("freshness", health_in_words(&shown.health)),
			("subscribers", format!("{} ({} retained)", shown.rank.live_paid, shown.rank.retained)),
			("ratings", RatingsRecord::or_none(shown.ratings.as_ref())),
		],
	)?;
	writeln!(out, "\nPlans")?;
	for plan in &listing.plans {
		writeln!(out, "  {}: {}", plan.index, plan.in_words())?;
	}
	writeln!(out, "\nNodes")?;
	if shown.assignments.is_empty() {
		writeln!(out, "  none: nobody can answer queries")?;
	}
	for node in &shown.assignments {
		writeln!(out, "  {:<11} {}", node.role, node.node)?;
		if node.role == "persistence" {
			writeln!(out, "  {:<11} {}", "", availability_in_words(node.availability.as_ref()))?;
		}
	}
	writeln!(out, "\nSnapshots")?;
	if shown.snapshots.is_empty() {
		writeln!(out, "  none yet")?;
	}
	for snapshot in shown.snapshots.iter().take(SHOWN_SNAPSHOTS) {
		writeln!(out, "  {}", snapshot.in_words())?;
	}
	if shown.snapshots.len() > SHOWN_SNAPSHOTS {
		writeln!(out, "  and {} older", shown.snapshots.len() - SHOWN_SNAPSHOTS)?;
	}
	if let Some(metadata) = shown.metadata.as_ref().filter(|metadata| !metadata.fields.is_empty()) {
		writeln!(out, "\nColumns of {} (or {TABLE})", printable(&shown.table))?;
		let rows = metadata
			.fields
			.iter()
			.map(|field| {
				let null = if field.nullable { "yes" } else { "no" };
				let proved = match metadata.prove.iter().find(|column| column.name == field.name) {
					Some(Provable { scale: Some(digits), .. }) => {
						format!("yes, with {digits} digits after the point")
					}
					Some(_) => "yes".into(),
					None => "no".into(),
				};
				vec![printable(&field.name), printable(&field.data_type), null.into(), proved]
			})
			.collect();
		output::table(out, width, &["column", "type", "may be null", "can be proved over"], rows)?;
	}
	if let Some(price) = &shown.proof_price {
		writeln!(
			out,
			"\nProofs: {price} for a million rows by souk ask or from a tab, less for fewer; subscribers have them included"
		)?;
	}
	match &shown.history {
		Some(history) => history.describe(out)?,
		None if shown.rank.offences > 0 => writeln!(
			out,
			"\n{} offences are remembered against it: souk show {} --history",
			shown.rank.offences, listing.id
		)?,
		None => {}
	}
	writeln!(out)?;
	match &shown.subscription {
		Some(subscription) if subscription.live => writeln!(
			out,
			"You are subscribed ({}) until block {}: souk query {} \"SELECT * FROM t LIMIT 10\"",
			subscription.standing(),
			subscription.entitled_until,
			listing.id
		)?,
		_ if state == ListingState::Active => {
			if let Some(missing) = shown.bond.missing().filter(|_| listing.kind == "data") {
				return Ok(writeln!(
					out,
					"Nothing new is sold of it until its curator has bonded {missing} more: its bond is below the minimum."
				)?);
			}
			for line in ways_in(listing) {
				writeln!(out, "{line}")?;
			}
		}
		_ => writeln!(out, "It is not for sale.")?,
	}
	Ok(())
}

/// What to type, for each kind of plan that there is.
fn ways_in(listing: &ListingRecord) -> Vec<String> {
	let (id, plans) = (listing.id, &listing.plans);
	let sold = |kind: &str| plans.iter().any(|plan| plan.kind == kind);
	let mut ways = Vec::new();
	if sold("subscription") || sold("trial") {
		ways.push(format!("To subscribe: souk subscribe {id} --plan <number>"));
	}
	let by_query: Vec<_> = plans.iter().filter(|plan| plan.kind == "pay_per_query").collect();
	for plan in &by_query {
		let ten = Amount { units: plan.price.units.saturating_mul(10), ..plan.price.clone() };
		let mut way = format!("To pay query by query: souk tab open {id} --limit \"{ten}\"");
		if by_query.len() > 1 {
			way.push_str(&format!(" --plan {}", plan.index));
		}
		ways.push(way);
	}
	if sold("one_time") {
		ways.push(format!("To buy once and for all: souk buy {id}"));
	}
	ways
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::{context::native, records::PlanRecord};
	use souk_protocol::metadata::Field;
	use souk_sdk::types::{AvailabilityOutcome, AvailabilityView};

	fn plan(kind: &'static str) -> PlanRecord {
		PlanRecord { index: 0, kind, price: native(5), blocks: None, seconds: None }
	}

	fn shown() -> Shown {
		let metadata = Metadata {
			context: souk_protocol::metadata::Context::default(),
			kind: "dcat:Dataset".into(),
			identifier: "nyc-weather".into(),
			title: "Hourly \u{1b}[31mweather".into(),
			description: String::new(),
			license: "CC0-1.0".into(),
			category: "climate".into(),
			tags: vec![],
			schedule: "0 * * * *".into(),
			fields: vec![Field { name: "temp".into(), data_type: "Float64".into(), nullable: true }],
			prove: vec![Provable { name: "temp".into(), scale: Some(2) }],
			proof_price: Some(ProofPrice { asset: None, amount: 500_000_000_000 }),
			reproducible: true,
		};
		Shown {
			block: 10,
			listing: ListingRecord {
				id: 1,
				address: "5F/nyc-weather".into(),
				owner: "5F".into(),
				name: "nyc-weather".into(),
				kind: "data",
				state: "active",
				category: "climate".into(),
				tags: vec!["weather".into()],
				license: "CC0-1.0".into(),
				plans: ["subscription", "one_time"].map(plan).into(),
			},
			table: "nyc_weather".into(),
			version: 1,
			policy: QueryPolicy { max_rows: 10_000, aggregate_only: false, min_group_size: 5 },
			metadata_hash: hex([1; 32]),
			metadata: Some(metadata),
			proof_price: Some(native(500_000_000_000)),
			bond: BondRecord { active: native(5), minimum: native(5), covered: native(0), unlocking: vec![] },
			backing: None,
			rank: RankView { live_paid: 3, retained: 2, score: 9, offences: 0 },
			ratings: Some(RatingsRecord {
				at_least: 20,
				below: Some(50),
				mean: Some(["4.2".into(), "4.6".into()]),
			}),
			history: None,
			schedule: Some(Schedule { every: 1_200, tolerance: 120, retention: 24 }),
			health: SnapshotHealth::OnTime,
			assignments: vec![],
			snapshots: vec![],
			subscription: None,
		}
	}

	#[test]
	fn a_listing_reads_as_an_offer_and_hides_no_escape_codes() {
		let mut out = Vec::new();
		describe(&shown(), ListingState::Active, None, &mut out).unwrap();
		let text = String::from_utf8(out).unwrap();
		for part in [
			"Hourly \\u{1b}[31mweather",
			"at most 10,000 rows a result, no group of fewer than 5 rows, answers are the same each time",
			"a snapshot every 1 h 0 min, 24 kept",
			"Columns of nyc_weather (or t)",
			"yes, with 2 digits after the point",
			"Proofs: 0.5 SOUK for a million rows",
			"nobody can answer queries",
			"20–49 ratings, 4.2–4.6",
			"backed with  nothing",
			"souk subscribe 1 --plan",
			"souk buy 1",
		] {
			assert!(text.contains(part), "{part:?} is not in\n{text}");
		}
		assert!(!text.contains('\u{1b}'));
	}

	#[test]
	fn each_way_of_paying_is_shown_as_it_is_typed() {
		let plan = |kind| PlanRecord { kind, ..shown().listing.plans[0].clone() };
		let ways = |kinds: &[&'static str]| {
			let plans = kinds.iter().map(|kind| plan(*kind)).collect();
			ways_in(&ListingRecord { plans, ..shown().listing })
		};
		let price = &shown().listing.plans[0].price;
		let ten = Amount { units: price.units * 10, ..price.clone() };
		let by_query = format!("To pay query by query: souk tab open 1 --limit \"{ten}\"");
		assert_eq!(ways(&["pay_per_query"]), std::slice::from_ref(&by_query));
		assert_eq!(ways(&["trial"]), ["To subscribe: souk subscribe 1 --plan <number>"]);
		let all = ways(&["one_time", "pay_per_query", "subscription"]);
		assert_eq!((all.len(), &all[1], &all[2][..]), (3, &by_query, "To buy once and for all: souk buy 1"));
		// Which of several is meant has to be said, or nothing is opened.
		let plans = [0, 2].map(|index| PlanRecord { index, ..plan("pay_per_query") }).into();
		assert_eq!(
			ways_in(&ListingRecord { plans, ..shown().listing }),
			[0, 2].map(|index| format!("{by_query} --plan {index}"))
		);
	}

	#[test]
	fn whether_validators_reach_a_node_stands_under_it() {
		let node = |role, availability| AssignmentRecord {
			node: "5G".into(),
			role,
			addresses: vec![],
			since: 1,
			availability,
		};
		let outcome = |reachable, unreachable, offence| AvailabilityView {
			url: b"http://8.8.8.8/health".into(),
			deposit: 1,
			leaving: false,
			listed: true,
			last: Some(AvailabilityOutcome {
				period: 1,
				until: 9,
				voters: 4,
				reachable,
				unreachable,
				offence,
			}),
		};
		let told = |role, availability| {
			let mut out = Vec::new();
			let shown = Shown { assignments: vec![node(role, availability)], ..shown() };
			describe(&shown, ListingState::Active, None, &mut out).unwrap();
			String::from_utf8(out).unwrap()
		};
		assert!(told("persistence", None).contains("not probed: no health address"));
		assert!(!told("worker", None).contains("not probed"));
		for (outcome, part) in [
			(outcome(4, 0, false), "reached by 4 of 4 validators in the blocks up to 9"),
			(outcome(1, 2, false), "reached by 1 of 4 validators, not reached by 2, in the blocks up to 9\n"),
			(outcome(0, 4, true), "not reached by 4, in the blocks up to 9: an offence"),
			(AvailabilityView { last: None, ..outcome(0, 0, false) }, "not voted on yet"),
		] {
			let text = told("persistence", Some(outcome));
			assert!(text.contains(part), "{part:?} is not in\n{text}");
		}
	}

	#[test]
	fn who_buys_is_told_that_something_is_remembered() {
		let told = |offences| {
			let mut out = Vec::new();
			let rank = RankView { offences, ..shown().rank };
			describe(&Shown { rank, ..shown() }, ListingState::Active, None, &mut out).unwrap();
			String::from_utf8(out).unwrap().contains("souk show 1 --history")
		};
		assert_eq!((told(0), told(2)), (false, true));
	}

	#[test]
	fn a_dataset_whose_bond_is_too_small_is_not_offered() {
		let mut shown = shown();
		shown.bond.minimum = native(7_000_000_000_005);
		let mut out = Vec::new();
		describe(&shown, ListingState::Active, None, &mut out).unwrap();
		let text = String::from_utf8(out).unwrap();
		assert!(text.contains("until its curator has bonded 7 SOUK more"), "{text}");
		assert!(!text.contains("souk buy 1"), "{text}");
	}

	#[test]
	fn machines_get_one_flat_object() {
		let value = serde_json::to_value(shown()).unwrap();
		assert_eq!((&value["id"], &value["address"]), (&1.into(), &"5F/nyc-weather".into()));
		assert_eq!(value["metadata"]["cr:field"][0]["name"], "temp");
		assert_eq!(value["health"], "on_time");
		assert_eq!(
			(&value["ratings"]["at_least"], &value["ratings"]["mean"][1]),
			(&20.into(), &"4.6".into())
		);
		assert_eq!(value["schedule"]["every"], 1_200);
	}
}
