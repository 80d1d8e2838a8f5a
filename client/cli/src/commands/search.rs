//! `souk search`: find listings.
//!
//! Name, category, tags, kind and price are read from the chain; titles and descriptions from the DHT, where it can be
//! reached, each checked against its hash on chain.

use crate::{
	amount::Amount,
	context::Context,
	failure::Failure,
	output::{self, Out},
	records::{ListingRecord, PlanRecord},
	text::{printable, shortened},
};
use futures::{future, StreamExt as _};
use serde::Serialize;
use souk_config::Price;
use souk_protocol::metadata::Metadata;
use souk_sdk::{
	metadata::fetch_metadata,
	types::{ListingId, ListingKind, ListingState, ListingView, RankView},
	Chain, View,
};
use std::{collections::HashMap, time::Duration};
use tokio::time::timeout;

/// Listings on a page of the chain's registry.
const PAGE: u32 = 100;
/// Most listings that are looked at.
const MOST: usize = 10_000;
/// Most listings whose metadata is looked up.
const MOST_LOOKUPS: usize = 100;
/// Look-ups at a time.
const LOOKUPS: usize = 8;
/// Time for all look-ups together: the chain's answer is worth more than a complete one.
const LOOKUP_TIME: Duration = Duration::from_secs(15);

/// The rank of a listing that never sold.
const UNRANKED: RankView = RankView { live_paid: 0, retained: 0, score: 0, offences: 0 };

/// `souk search …`
#[derive(Clone, Debug, clap::Args)]
pub struct Args {
	/// Words that all have to occur in name, title, description, category or tags
	pub words: Vec<String>,
	/// Only this category
	#[arg(long)]
	pub category: Option<String>,
	/// Only with this tag; may be repeated
	#[arg(long)]
	pub tag: Vec<String>,
	/// Only where some plan costs no more, e.g. "5 wUSD"
	#[arg(long, value_name = "PRICE")]
	pub max_price: Option<Price>,
	/// Only what is sold as this
	#[arg(long, value_enum)]
	pub kind: Option<Kind>,
	/// Most results
	#[arg(long, default_value_t = 20)]
	pub limit: usize,
	/// Do not ask the off-chain network for titles
	#[arg(long)]
	pub chain_only: bool,
}

/// What is sold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Kind {
	/// Snapshots of a dataset, and queries over them
	Data,
	/// Work
	Service,
	/// A thing that is shipped
	Physical,
	/// A file or key that is not a dataset
	Digital,
}

impl From<Kind> for ListingKind {
	fn from(kind: Kind) -> Self {
		match kind {
			Kind::Data => Self::DataProduct,
			Kind::Service => Self::Service,
			Kind::Physical => Self::PhysicalGood,
			Kind::Digital => Self::DigitalGood,
		}
	}
}

#[derive(Debug, Serialize)]
struct Found {
	#[serde(flatten)]
	listing: ListingRecord,
	title: Option<String>,
	description: Option<String>,
	rank: RankView,
}

/// Runs it.
pub async fn run(args: Args, ctx: &Context, out: Out<'_>) -> Result<(), Failure> {
	let limit = match &args.max_price {
		Some(price) => Some(ctx.priced(price).await?),
		None => None,
	};
	let view = ctx.view().await?;
	let step = ctx.progress.step("searching");
	let mut candidates = all(&view).await?;
	candidates
		.retain(|listing| listing.state == ListingState::Active && fits(listing, &args, limit.as_ref()));
	let ranks = ranks(&view).await?;
	let rank_of = |listing: &ListingView| ranks.get(&listing.id).copied().unwrap_or(UNRANKED);
	candidates.sort_by_key(|listing| (std::cmp::Reverse(rank_of(listing).score), listing.id));
	let metadata = match args.chain_only {
		true => HashMap::new(),
		false => lookups(&view, &candidates, ctx).await?,
	};
	candidates.retain(|listing| says(listing, metadata.get(&listing.id), &args.words));
	drop(step);
	let total = candidates.len();
	candidates.truncate(args.limit);
	let mut found = Vec::with_capacity(candidates.len());
	for listing in &candidates {
		let metadata = metadata.get(&listing.id);
		found.push(Found {
			listing: ListingRecord::new(listing, ctx).await?,
			title: metadata.map(|metadata| metadata.title.clone()),
			description: metadata.map(|metadata| metadata.description.clone()),
			rank: rank_of(listing),
		});
	}
	if ctx.json {
		let document = serde_json::json!({ "block": view.head().number, "total": total, "listings": found });
		return output::json(out, &document);
	}
	describe(&found, total, ctx, out)
}

async fn all(view: &View) -> Result<Vec<ListingView>, Failure> {
	let mut listings: Vec<ListingView> = Vec::new();
	while listings.len() < MOST {
		let page = view.listings(listings.last().map(|last| last.id), PAGE).await?;
		if page.is_empty() {
			break;
		}
		listings.extend(page);
	}
	Ok(listings)
}

async fn ranks(view: &View) -> Result<HashMap<ListingId, RankView>, Failure> {
	let mut ranks = HashMap::new();
	let mut last = None;
	while ranks.len() < MOST {
		let page = view.ranking(last, PAGE).await?;
		let Some((id, _)) = page.last() else { break };
		last = Some(*id);
		ranks.extend(page);
	}
	Ok(ranks)
}

/// Whether a listing passes the filters that the chain can answer.
fn fits(listing: &ListingView, args: &Args, limit: Option<&Amount>) -> bool {
	let is = |text: &str, wanted: &str| text.eq_ignore_ascii_case(wanted);
	args.category.as_ref().is_none_or(|category| is(&listing.category, category))
		&& args.tag.iter().all(|wanted| listing.tags.iter().any(|tag| is(tag, wanted)))
		&& args.kind.is_none_or(|kind| listing.kind == kind.into())
		&& limit.is_none_or(|limit| {
			listing.plans.iter().any(|plan| {
				let price = &plan.price;
				price.amount == 0 || (price.asset == limit.asset.id && price.amount <= limit.units)
			})
		})
}

/// Whether all words occur in what is said of a listing.
fn says(listing: &ListingView, metadata: Option<&Metadata>, words: &[String]) -> bool {
	let mut text = format!("{} {}", &*listing.name, &*listing.category);
	for tag in &listing.tags {
		text.push(' ');
		text.push_str(tag);
	}
	if let Some(metadata) = metadata {
		text = format!("{text} {} {}", metadata.title, metadata.description);
	}
	let text = text.to_lowercase();
	words.iter().all(|word| text.contains(&word.to_lowercase()))
}

/// The metadata of the first listings. What cannot be had in time is missing.
async fn lookups(
	view: &View,
	listings: &[ListingView],
	ctx: &Context,
) -> Result<HashMap<ListingId, Metadata>, Failure> {
	let network = ctx.network().await?;
	let chain: &Chain = ctx.chain().await?;
	let mut found = HashMap::new();
	let work = async {
		let mut connected = ctx.reach_bootnodes().await.unwrap_or(0);
		for listing in listings.iter().take(MOST_LOOKUPS) {
			// One node leads to the others.
			if connected > 0 {
				break;
			}
			let assignments = view.assignments(listing.id).await.unwrap_or_default();
			connected =
				ctx.reach(assignments.iter().filter_map(|assignment| assignment.peer())).await.unwrap_or(0);
		}
		if connected == 0 {
			return;
		}
		let answers = futures::stream::iter(listings.iter().take(MOST_LOOKUPS))
			.map(|listing| async move { (listing.id, fetch_metadata(network, chain, listing).await) })
			.buffer_unordered(LOOKUPS)
			.filter_map(|(id, metadata)| future::ready(metadata.ok().map(|metadata| (id, metadata))));
		let mut answers = std::pin::pin!(answers);
		while let Some((id, metadata)) = answers.next().await {
			found.insert(id, metadata);
		}
	};
	// What was found until then is kept.
	let _ = timeout(LOOKUP_TIME, work).await;
	Ok(found)
}

fn describe(found: &[Found], total: usize, ctx: &Context, out: Out<'_>) -> Result<(), Failure> {
	if found.is_empty() {
		writeln!(out, "Nothing found. Fewer words or filters find more.")?;
		return Ok(());
	}
	let rows = found
		.iter()
		.map(|found| {
			let listing = &found.listing;
			let title = found.title.as_deref().unwrap_or(&listing.name);
			vec![
				listing.id.to_string(),
				shortened(&printable(title), ctx.screen.cell),
				printable(&listing.category),
				offer_in_words(&listing.plans),
				format!("{} ({} retained)", found.rank.live_paid, found.rank.retained),
				printable(&listing.address),
			]
		})
		.collect();
	output::table(
		out,
		ctx.screen.width,
		&["id", "title", "category", "from", "subscribers", "address"],
		rows,
	)?;
	if total > found.len() {
		writeln!(out, "{} more; --limit {total} shows all.", total - found.len())?;
	}
	Ok(())
}

/// The first plan, and how many more there are.
fn offer_in_words(plans: &[PlanRecord]) -> String {
	match plans {
		[] => "no plan".into(),
		[only] => only.in_words(),
		[first, more @ ..] => format!("{} (+{})", first.in_words(), more.len()),
	}
}

#[cfg(test)]
pub(crate) mod tests {
	use super::*;
	use clap::Parser as _;
	use souk_sdk::types::{Asset, PayoutSplit, Plan, PlanKind, Price as ChainPrice, QueryPolicy, Visibility};
	use souk_sdk::AssetInfo;

	#[derive(clap::Parser)]
	struct Line {
		#[command(flatten)]
		args: Args,
	}

	fn args(words: &[&str]) -> Args {
		Line::try_parse_from(["search"].iter().chain(words)).unwrap().args
	}

	pub(crate) fn listing() -> ListingView {
		ListingView {
			id: 1,
			owner: [1; 32],
			name: "nyc-weather".into(),
			kind: ListingKind::DataProduct,
			state: ListingState::Active,
			state_since: 1,
			metadata_hash: [2; 32],
			license: "CC0-1.0".into(),
			category: "climate".into(),
			tags: vec!["weather".into(), "airports".into()],
			policy: QueryPolicy { max_rows: 10, aggregate_only: false, min_group_size: 0 },
			visibility: Visibility::Public,
			plans: vec![Plan {
				kind: PlanKind::Subscription { period: 10 },
				price: ChainPrice { asset: Asset::WithId(1), amount: 5_000_000 },
			}],
			payouts: PayoutSplit { workers: 0, persistence: 0 },
			version: 1,
			created_at: 1,
			deposit: 0,
			open: 0,
		}
	}

	fn metadata() -> Metadata {
		serde_json::from_value(serde_json::json!({
			"@context": souk_protocol::metadata::Context::default(),
			"@type": "dcat:Dataset",
			"dct:identifier": "nyc-weather",
			"dct:title": "Hourly observations",
			"dct:description": "Wind at Newark",
			"dct:license": "CC0-1.0",
			"dcat:theme": "climate",
			"dcat:keyword": [],
			"dct:accrualPeriodicity": "0 * * * *",
		}))
		.unwrap()
	}

	#[test]
	fn filters_are_what_the_chain_says() {
		let fit = |words: &[&str]| fits(&listing(), &args(words), None);
		assert!(fit(&[]));
		assert!(fit(&["--category", "Climate", "--tag", "weather", "--tag", "airports", "--kind", "data"]));
		assert!(!fit(&["--category", "finance"]));
		assert!(!fit(&["--tag", "weather", "--tag", "trains"]));
		assert!(!fit(&["--kind", "service"]));
	}

	#[test]
	fn a_price_limit_compares_one_asset() {
		let limit = |units, id| Amount { units, asset: AssetInfo { id, ..AssetInfo::native() } };
		let fit = |limit: Amount| fits(&listing(), &args(&[]), Some(&limit));
		assert!(fit(limit(5_000_000, Asset::WithId(1))));
		assert!(!fit(limit(4_999_999, Asset::WithId(1))));
		assert!(!fit(limit(u128::MAX, Asset::Native)));
	}

	#[test]
	fn all_words_have_to_occur_somewhere() {
		let said = |words: &[&str]| {
			let words: Vec<_> = words.iter().map(|word| (*word).to_owned()).collect();
			says(&listing(), Some(&metadata()), &words)
		};
		assert!(said(&[]));
		assert!(said(&["NYC", "hourly", "newark", "climate", "airports"]));
		assert!(!said(&["nyc", "trains"]));
		assert!(!says(&listing(), None, &["hourly".into()]));
	}
}
