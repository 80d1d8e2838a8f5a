//! What a manifest says, in the chain's words. No chain, no network.

use crate::{context::Context, failure::Failure};
use souk_config::{Manifest, PlanKind as ManifestPlanKind, Schedule as Cron, BLOCK_SECONDS};
use souk_protocol::metadata::{
	metadata_hash, Context as JsonLdContext, Field, Metadata, ProofPrice, Provable, MAX_METADATA,
	MAX_PROOF_PRICE,
};
use souk_sdk::types::{
	Details, ListingView, PayoutSplit, Plan, PlanKind, Price, QueryPolicy, Schedule, Visibility,
};
use std::path::Path;

/// Ticks of a cron pattern that are looked at for its longest pause: a week of hours.
const TICKS: usize = 168;
/// Parts per million in a percent.
const PPM_PER_PERCENT: u32 = 10_000;

/// An offer, ready to be put on chain.
#[derive(Clone, Debug)]
pub struct Offer {
	/// Name part of the address.
	pub name: String,
	/// What is said of it.
	pub details: Details,
	/// Ways to buy it.
	pub plans: Vec<Plan>,
	/// How payments are divided.
	pub payouts: PayoutSplit,
	/// When snapshots are promised.
	pub schedule: Schedule,
	/// The table's columns, as far as they are known.
	pub columns: Vec<Field>,
	/// The metadata document, as it is hashed.
	pub document: Vec<u8>,
}

impl Offer {
	/// The offer of a manifest. `columns` are the table's as far as they are known, `now` is in seconds since 1970.
	pub async fn new(
		manifest: &Manifest,
		columns: Vec<Field>,
		now: u64,
		ctx: &Context,
	) -> Result<Self, Failure> {
		let document = document(manifest, columns.clone(), proof_price(manifest, ctx).await?)?;
		let mut plans = Vec::with_capacity(manifest.plans.len());
		for plan in &manifest.plans {
			let price = ctx.priced(&plan.price).await?;
			let period = plan.period.map_or(0, |period| period.blocks());
			plans.push(Plan {
				kind: match plan.kind {
					ManifestPlanKind::Subscription => PlanKind::Subscription { period },
					ManifestPlanKind::Trial => PlanKind::Trial { period },
					ManifestPlanKind::OneTime => PlanKind::OneTime,
					ManifestPlanKind::PayPerQuery => PlanKind::PayPerQuery,
				},
				price: Price { asset: price.asset.id, amount: price.units },
			});
		}
		Ok(Self {
			name: manifest.dataset.name.clone(),
			details: details(manifest, &document),
			plans,
			payouts: payouts(manifest),
			schedule: schedule(&manifest.dataset.schedule, manifest.dataset.retention, now),
			columns,
			document,
		})
	}

	/// Whether a listing says and costs the same already.
	pub fn is_said_by(&self, listing: &ListingView) -> bool {
		let details = &self.details;
		listing.metadata_hash == details.metadata_hash
			&& listing.license == details.license
			&& listing.category == details.category
			&& listing.tags == details.tags
			&& listing.policy == details.policy
			&& listing.visibility == details.visibility
			&& listing.plans == self.plans
	}
}

/// Whether the manifest's source is there to be read, before anything is paid for it.
pub fn check_source(manifest: &Manifest, base: &Path) -> Result<(), Failure> {
	let path = manifest.source.path(base);
	let unusable = |why: String| {
		Failure::usage(format!("source.location: {} {why}; correct the manifest or the file", path.display()))
	};
	let file = std::fs::File::open(&path).map_err(|error| unusable(format!("cannot be opened ({error})")))?;
	let found = file.metadata().map_err(|error| unusable(format!("cannot be read ({error})")))?;
	if !found.is_file() {
		return Err(unusable("is no file".into()));
	}
	if found.len() == 0 {
		return Err(unusable("is empty".into()));
	}
	Ok(())
}

fn document(
	manifest: &Manifest,
	fields: Vec<Field>,
	proof_price: Option<ProofPrice>,
) -> Result<Vec<u8>, Failure> {
	let dataset = &manifest.dataset;
	let metadata = Metadata {
		context: JsonLdContext::default(),
		kind: "dcat:Dataset".into(),
		identifier: dataset.name.clone(),
		title: dataset.title.clone(),
		description: dataset.description.clone().unwrap_or_default(),
		license: dataset.license.clone(),
		category: dataset.category.clone(),
		tags: dataset.tags.clone(),
		schedule: dataset.schedule.to_string(),
		fields,
		prove: provable(manifest),
		proof_price,
		reproducible: manifest.policy.reproducible,
	};
	let document = serde_json::to_vec(&metadata).map_err(|error| Failure::failed(error.to_string()))?;
	if document.len() > MAX_METADATA {
		return Err(Failure::usage(format!(
			"title, description and columns make a metadata document of {} bytes, the limit is {MAX_METADATA}; \
			 shorten the description, or select fewer columns",
			document.len()
		)));
	}
	Ok(document)
}

/// The columns of `[prove]`, in its order.
fn provable(manifest: &Manifest) -> Vec<Provable> {
	let Some(prove) = &manifest.prove else { return Vec::new() };
	let column = |name: &String| Provable { name: name.clone(), scale: prove.scale.get(name).copied() };
	prove.columns.iter().map(column).collect()
}

/// The price of proofs, in the smallest unit of its asset.
async fn proof_price(manifest: &Manifest, ctx: &Context) -> Result<Option<ProofPrice>, Failure> {
	let written = manifest.prove.as_ref().and_then(|prove| prove.price_per_million_rows.as_ref());
	let Some(written) = written else { return Ok(None) };
	let price = ctx.priced(written).await?;
	if price.units > MAX_PROOF_PRICE {
		return Err(Failure::usage(format!(
			"prove.price_per_million_rows: {written} is more than anybody will pay; correct the manifest"
		)));
	}
	Ok(Some(ProofPrice { asset: price.asset.id.number(), amount: price.units }))
}

fn details(manifest: &Manifest, document: &[u8]) -> Details {
	let dataset = &manifest.dataset;
	Details {
		metadata_hash: metadata_hash(document),
		license: dataset.license.as_str().into(),
		category: dataset.category.as_str().into(),
		tags: dataset.tags.iter().map(|tag| tag.as_str().into()).collect(),
		policy: QueryPolicy {
			max_rows: manifest.policy.max_rows,
			aggregate_only: manifest.policy.aggregate_only,
			min_group_size: manifest.policy.min_group_size,
		},
		visibility: Visibility::Public,
	}
}

fn payouts(manifest: &Manifest) -> PayoutSplit {
	PayoutSplit {
		workers: u32::from(manifest.payouts.workers) * PPM_PER_PERCENT,
		persistence: u32::from(manifest.payouts.persistence) * PPM_PER_PERCENT,
	}
}

/// The promise that a cron pattern makes: its longest pause, in blocks, and a tenth of that (from one minute up to half
/// an hour, and no longer than the pause) for the work itself.
fn schedule(cron: &Cron, retention: u32, now: u64) -> Schedule {
	let mut ticks = std::iter::successors(cron.next_tick(now), |tick| cron.next_tick(*tick)).take(TICKS + 1);
	let mut longest = 0;
	if let Some(mut last) = ticks.next() {
		for tick in ticks {
			longest = longest.max(tick - last);
			last = tick;
		}
	}
	let every = u32::try_from(longest.div_ceil(BLOCK_SECONDS)).unwrap_or(u32::MAX).max(1);
	Schedule { every, tolerance: (every / 10).clamp(20, 600).min(every), retention }
}

#[cfg(test)]
mod tests {
	use super::*;

	/// 2026-11-21T10:20:30Z, a Saturday.
	const NOW: u64 = 1_795_256_430;

	const SUBSCRIPTION: &str = r#"
		[[plan]]
		kind = "subscription"
		price = "5 wUSD"
		period = "30d"
	"#;

	const MANIFEST: &str = r#"
		[dataset]
		name = "nyc-weather"
		title = "Hourly weather"
		license = "CC0-1.0"
		category = "climate"
		tags = ["weather"]
		schedule = "0 * * * *"

		[source]
		kind = "csv"
		location = "{location}"

		[payouts]
		curator = 70
		workers = 10
		persistence = 20

		[[plan]]
		kind = "subscription"
		price = "5 wUSD"
		period = "30d"
	"#;

	fn manifest(location: &str) -> Manifest {
		Manifest::parse(&MANIFEST.replace("{location}", location)).unwrap()
	}

	#[test]
	fn the_document_on_chain_is_the_one_that_is_published() {
		let manifest = manifest("x.csv");
		let field = Field { name: "temp".into(), data_type: "Float64".into(), nullable: true };
		let document = document(&manifest, vec![field.clone()], None).unwrap();
		assert_eq!(details(&manifest, &document).metadata_hash, metadata_hash(&document));
		let read: Metadata = serde_json::from_slice(&document).unwrap();
		assert_eq!((read.title.as_str(), read.fields), ("Hourly weather", vec![field]));
	}

	#[test]
	fn the_columns_that_can_be_proved_over_are_published_in_their_order() {
		let prove = "[prove]\ncolumns = [\"origin\", \"temp\"]\nscale = { temp = 2 }\n";
		let text = format!("{}{prove}", MANIFEST.replace("{location}", "x.csv"));
		let document = document(&Manifest::parse(&text).unwrap(), vec![], None).unwrap();
		let read: Metadata = serde_json::from_slice(&document).unwrap();
		let column = |name: &str, scale| Provable { name: name.into(), scale };
		assert_eq!(read.prove, [column("origin", None), column("temp", Some(2))]);
	}

	#[tokio::test]
	async fn the_price_of_proofs_is_published_in_the_smallest_unit() {
		let dir = tempfile::tempdir().unwrap();
		let ctx = crate::context::tests::offline(dir.path());
		let of = |price: &str| {
			let prove = format!("[prove]\ncolumns = [\"temp\"]\nprice_per_million_rows = \"{price}\"\n");
			Manifest::parse(&format!("{}{prove}", MANIFEST.replace("{location}", "x.csv"))).unwrap()
		};
		let published = proof_price(&of("0.25 SOUK"), &ctx).await.unwrap();
		assert_eq!(published, Some(ProofPrice { asset: None, amount: 250_000_000_000 }));
		let document = document(&of("0.25 SOUK"), vec![], published.clone()).unwrap();
		assert_eq!(serde_json::from_slice::<Metadata>(&document).unwrap().proof_price, published);
		let failure = proof_price(&of("99999999 SOUK"), &ctx).await.unwrap_err();
		assert!(failure.message.contains("more than anybody will pay"), "{failure}");
		assert_eq!(proof_price(&manifest("x.csv"), &ctx).await.unwrap(), None);
	}

	#[test]
	fn percents_become_parts_per_million() {
		assert_eq!(payouts(&manifest("x.csv")), PayoutSplit { workers: 100_000, persistence: 200_000 });
	}

	#[tokio::test]
	async fn every_kind_of_plan_gets_to_the_chain() {
		let dir = tempfile::tempdir().unwrap();
		let ctx = crate::context::tests::offline(dir.path());
		let plans = r#"
			[[plan]]
			kind = "subscription"
			price = "5 SOUK"
			period = "300s"

			[[plan]]
			kind = "trial"
			price = "0"
			period = "100 blocks"

			[[plan]]
			kind = "one_time"
			price = "50 SOUK"

			[[plan]]
			kind = "pay_per_query"
			price = "0.01 SOUK"
		"#;
		let text = MANIFEST.replace("{location}", "x.csv").replace(SUBSCRIPTION, plans);
		let offer = Offer::new(&Manifest::parse(&text).unwrap(), vec![], NOW, &ctx).await.unwrap();
		let price = |amount| Price { asset: souk_sdk::types::Asset::Native, amount };
		assert_eq!(
			offer.plans,
			[
				Plan { kind: PlanKind::Subscription { period: 100 }, price: price(5_000_000_000_000) },
				Plan { kind: PlanKind::Trial { period: 100 }, price: price(0) },
				Plan { kind: PlanKind::OneTime, price: price(50_000_000_000_000) },
				Plan { kind: PlanKind::PayPerQuery, price: price(10_000_000_000) },
			]
		);
	}

	#[test]
	fn a_promise_is_as_long_as_the_longest_pause() {
		let of = |cron: &str| schedule(&cron.parse().unwrap(), 24, NOW);
		assert_eq!(of("0 * * * *"), Schedule { every: 1_200, tolerance: 120, retention: 24 });
		assert_eq!(of("* * * * *"), Schedule { every: 20, tolerance: 20, retention: 24 });
		assert_eq!(of("0 0 * * *").tolerance, 600);
		// nothing from Friday to Monday
		assert_eq!(of("0 0 * * 1-5").every, 3 * 86_400 / 3);
		assert_eq!(of("0 0 1 1 *").every, 366 * 86_400 / 3);
	}

	#[test]
	fn a_source_that_cannot_be_read_is_named() {
		let dir = tempfile::tempdir().unwrap();
		std::fs::write(dir.path().join("empty.csv"), "").unwrap();
		std::fs::write(dir.path().join("good.csv"), "a\n1\n").unwrap();
		for (location, what) in
			[("none.csv", "cannot be opened"), (".", "is no file"), ("empty.csv", "is empty")]
		{
			let failure = check_source(&manifest(location), dir.path()).unwrap_err();
			assert!(failure.message.contains(what) && failure.message.contains(location), "{failure}");
			assert_eq!(failure.kind, crate::failure::Kind::Usage);
		}
		assert!(check_source(&manifest("good.csv"), dir.path()).is_ok());
	}
}
