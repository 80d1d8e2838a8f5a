//! `souk listing create`: what is sold and is no dataset. Those are published from a manifest, with nodes that serve them.

use crate::{
	amount::Amount,
	context::{native, Context},
	failure::Failure,
	output::{self, Out},
	records::{hex, state_name},
	text::printable,
};
use souk_config::Price;
use souk_protocol::metadata::{metadata_hash, Context as JsonLdContext, Metadata, MAX_METADATA};
use souk_sdk::{
	calls, metadata,
	types::{
		self, Details, ListingKind, ListingState, ListingView, PayoutSplit, Plan, PlanKind, QueryPolicy,
		Visibility,
	},
};

/// `souk listing create …`
#[derive(Clone, Debug, clap::Args)]
pub struct Args {
	/// Name part of its address: a-z, 0-9 and '-'
	pub name: String,
	/// What is sold
	#[arg(long, value_enum)]
	pub kind: Kind,
	/// One line that says what it is
	#[arg(long)]
	pub title: String,
	/// More about it
	#[arg(long, default_value = "")]
	pub description: String,
	/// Licence or terms, an SPDX expression
	#[arg(long, default_value = "LicenseRef-agreed-terms")]
	pub license: String,
	/// One word that it is grouped by
	#[arg(long, default_value = "other")]
	pub category: String,
	/// A word that it is found by; may be repeated
	#[arg(long)]
	pub tag: Vec<String>,
	/// Price of the whole, e.g. "5 wUSD"; a plan for each. Another price, or parts, are agreed on with `souk order offer`
	#[arg(long, value_name = "PRICE", required = true)]
	pub price: Vec<Price>,
	/// Leave it a draft; `souk listing resume` puts it on sale
	#[arg(long)]
	pub no_activate: bool,
}

/// What is sold and is no dataset.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Kind {
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
			Kind::Service => Self::Service,
			Kind::Physical => Self::PhysicalGood,
			Kind::Digital => Self::DigitalGood,
		}
	}
}

/// What people read about it.
fn document(args: &Args) -> Result<Vec<u8>, Failure> {
	let kind = match args.kind {
		Kind::Service => "schema:Service",
		Kind::Physical | Kind::Digital => "schema:Product",
	};
	let metadata = Metadata {
		context: JsonLdContext::default(),
		kind: kind.into(),
		identifier: args.name.clone(),
		title: args.title.clone(),
		description: args.description.clone(),
		license: args.license.clone(),
		category: args.category.clone(),
		tags: args.tag.clone(),
		schedule: String::new(),
		fields: Vec::new(),
		prove: Vec::new(),
		proof_price: None,
		reproducible: false,
	};
	let document = serde_json::to_vec(&metadata).map_err(|error| Failure::failed(error.to_string()))?;
	if document.len() > MAX_METADATA {
		return Err(Failure::usage(format!(
			"title and description make a document of {} bytes, the limit is {MAX_METADATA}; shorten the description",
			document.len()
		)));
	}
	Ok(document)
}

fn details(args: &Args, document: &[u8]) -> Details {
	Details {
		metadata_hash: metadata_hash(document),
		license: args.license.clone(),
		category: args.category.clone(),
		tags: args.tag.clone(),
		// Nothing of it is queried.
		policy: QueryPolicy { max_rows: 0, aggregate_only: false, min_group_size: 0 },
		visibility: Visibility::Public,
	}
}

fn plan(price: &Amount) -> Plan {
	Plan { kind: PlanKind::OneTime, price: types::Price { asset: price.asset.id, amount: price.units } }
}

/// Texts that the chain would refuse, named before a fee is paid for it.
fn check(args: &Args) -> Result<(), Failure> {
	let lengths = [("--license", &args.license, 64), ("--category", &args.category, 32)];
	let tags = args.tag.iter().map(|tag| ("--tag", tag, 32));
	for (option, text, limit) in lengths.into_iter().chain(tags) {
		if text.is_empty() || text.len() > limit {
			return Err(Failure::usage(format!(
				"{option} {text:?} has {} bytes; write 1 to {limit}",
				text.len()
			)));
		}
	}
	Ok(())
}

/// Runs it.
pub async fn run(args: Args, ctx: &Context, out: Out<'_>) -> Result<(), Failure> {
	check(&args)?;
	let document = document(&args)?;
	let account = ctx.account()?;
	let mut plans = Vec::with_capacity(args.price.len());
	for price in &args.price {
		plans.push(plan(&ctx.priced(price).await?));
	}
	let view = ctx.view().await?;
	if let Some(taken) = view.listing_by_address(account.id(), &args.name).await? {
		return Err(Failure::failed(format!(
			"you have, or had, a listing {}: it is listing {} and {}; an address is used once, choose another name",
			args.name,
			taken.id,
			state_name(taken.state)
		)));
	}
	let chain = ctx.chain().await?;
	let step = ctx.progress.step(format!("creating the listing {}, waiting until it is final", args.name));
	let payouts = PayoutSplit { workers: 0, persistence: 0 };
	let call =
		calls::listings_create(&args.name, args.kind.into(), &details(&args, &document), &plans, payouts);
	let mut done = chain.submit(&account, call).await?;
	let mut fee = done.fee;
	let read = async {
		let view = ctx.view_from(done.block).await?;
		let created = view.listing_by_address(account.id(), &args.name).await?;
		created.ok_or_else(|| Failure::failed("the listing is not there; look at the block's events"))
	};
	let said = format!("Created the listing {}", args.name);
	let listing = read.await.map_err(|failure| failure.after(said, &done))?;
	if !args.no_activate {
		let call = calls::listings_set_state(listing.id, ListingState::Active);
		done = chain.submit(&account, call).await.map_err(|error| {
			Failure::from(error).while_doing(format!(
				"listing {} exists, but is not on sale (`souk listing resume {}` tries again)",
				listing.id, listing.id
			))
		})?;
		fee = fee.saturating_add(done.fee);
	}
	step.done(format!("listing {} is there", listing.id));
	let published = publish(&listing, &document, ctx).await;
	let read = async {
		let after = ctx.view_from(done.block).await?.listing(listing.id).await?;
		after.ok_or_else(|| Failure::not_found(format!("listing {} is gone", listing.id)))
	};
	let said = format!("Created {} as listing {}", args.name, listing.id);
	let listing = read.await.map_err(|failure| failure.after(said, &done))?;
	if ctx.json {
		return output::json(
			out,
			&serde_json::json!({
				"listing": listing.id,
				"address": listing.address(),
				"state": state_name(listing.state),
				"metadata": hex(listing.metadata_hash),
				"metadata_published": published,
				"deposit": native(listing.deposit),
				"fees": native(fee),
				"block": done.block,
			}),
		);
	}
	writeln!(out, "Created {} as listing {}.", printable(&listing.address()), listing.id)?;
	output::pairs(
		out,
		&[
			("state", state_name(listing.state).to_owned()),
			("deposit", native(listing.deposit).to_string()),
			("fees", native(fee).to_string()),
		],
	)?;
	match listing.state {
		ListingState::Active => writeln!(
			out,
			"Offer it to somebody: souk order offer {} --to <account> --part \"5 wUSD,3d,7d\"",
			listing.id
		)?,
		_ => writeln!(out, "Put it on sale: souk listing resume {}", listing.id)?,
	}
	Ok(())
}

/// Puts what people read about it into the DHT, where somebody is reached. Not a reason to fail: it is sold without.
async fn publish(listing: &ListingView, document: &[u8], ctx: &Context) -> bool {
	let step = ctx.progress.step("publishing what people read about it");
	let published = async {
		if ctx.reach_bootnodes().await? == 0 {
			return Err(Failure::unavailable(
				"no node of the off-chain network was reached; name one with --bootnode",
			));
		}
		metadata::publish_metadata(ctx.network().await?, ctx.chain().await?, listing, document).await?;
		Ok::<_, Failure>(())
	};
	match published.await {
		Ok(()) => {
			step.done("published");
			true
		}
		Err(failure) => {
			step.done(format!("title and description could not be published: {failure}"));
			false
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use clap::Parser as _;

	#[derive(clap::Parser)]
	struct Line {
		#[command(flatten)]
		args: Args,
	}

	fn args(more: &[&str]) -> Args {
		let words = ["create", "plumbing", "--kind", "service", "--title", "Plumbing", "--price", "5 wUSD"];
		Line::try_parse_from(words.iter().chain(more)).unwrap().args
	}

	#[test]
	fn the_hash_on_chain_is_that_of_the_document() {
		let args = args(&["--tag", "pipes", "--category", "home"]);
		let document = document(&args).unwrap();
		let details = details(&args, &document);
		assert_eq!(details.metadata_hash, metadata_hash(&document));
		assert_eq!((details.category.as_str(), details.tags.as_slice()), ("home", &["pipes".to_owned()][..]));
		let read: Metadata = serde_json::from_slice(&document).unwrap();
		assert_eq!((read.title.as_str(), read.kind.as_str()), ("Plumbing", "schema:Service"));
	}

	#[test]
	fn what_is_too_long_for_the_chain_is_said_before_it_costs_a_fee() {
		check(&args(&[])).unwrap();
		for (option, limit) in [("--license", 64), ("--category", 32), ("--tag", 32)] {
			check(&args(&[option, &"x".repeat(limit)])).unwrap();
			for wrong in ["x".repeat(limit + 1), String::new()] {
				let failure = check(&args(&[option, &wrong])).unwrap_err();
				assert!(
					failure.message.contains(option) && failure.kind == crate::failure::Kind::Usage,
					"{failure}"
				);
			}
		}
		let long = document(&args(&["--description", &"x".repeat(MAX_METADATA)])).unwrap_err();
		assert!(long.message.contains("shorten"));
	}

	#[test]
	fn a_price_is_a_plan_that_is_bought_once() {
		let plan = plan(&native(5));
		assert_eq!(plan.kind, PlanKind::OneTime);
		assert_eq!(plan.price, types::Price { asset: types::Asset::Native, amount: 5 });
	}
}
