//! `souk rate`: how satisfied one side of a deal is with the other.

use crate::{
	address::ListingAddress,
	context::{native, Context},
	failure::Failure,
	output::{self, Out},
	records::{hex, RatingsRecord},
};
use souk_custody::{format_account, AccountId};
use souk_sdk::{
	calls,
	types::{Deal, ListingId},
	View,
};

/// `souk rate …`
#[derive(Clone, Debug, clap::Args)]
pub struct Args {
	/// An order, by its number; or a subscription, by its listing: <account>/<name>
	#[arg(value_name = "ORDER|LISTING")]
	pub deal: String,
	/// From 1 (never again) to 5 (could not be better)
	#[arg(long, value_parser = clap::value_parser!(u8).range(1..=5))]
	pub score: u8,
	/// As the curator of a listing: who paid for the subscription; address or key name
	#[arg(long, value_name = "ACCOUNT")]
	pub payer: Option<String>,
}

/// Who is rated with a deal.
enum Rated {
	Listing(ListingId),
	Payer(AccountId),
}

impl Rated {
	async fn ratings(&self, view: &View) -> Result<Option<RatingsRecord>, Failure> {
		let range = match self {
			Self::Listing(listing) => view.listing_ratings(*listing).await?,
			Self::Payer(payer) => view.payer_ratings(*payer).await?,
		};
		Ok(range.map(RatingsRecord::from))
	}

	fn in_words(&self) -> String {
		match self {
			Self::Listing(listing) => format!("listing {listing}"),
			Self::Payer(payer) => format!("{} as a payer", format_account(payer)),
		}
	}
}

/// Runs it.
pub async fn run(args: Args, ctx: &Context, out: Out<'_>) -> Result<(), Failure> {
	let me = ctx.account_id()?;
	let (view, deal, rated) = meant(&args, me, ctx).await?;
	let what = in_words(&deal);
	if view.may_rate(&deal, me).await?.is_none() {
		let window = view.reputation_settings().await?.window;
		return Err(Failure::failed(format!(
			"{} may not rate {what} (any more): each of its two sides does so once, within {window} blocks after it ended and came to \
			 something (of a period, a quarter was served), and nobody rates what they bought of a listing that they own or serve; nothing was sent",
			format_account(&me)
		)));
	}
	let account = ctx.account()?;
	let step = ctx.progress.step(format!("rating {what}, waiting until it is final"));
	let done = ctx.chain().await?.submit(&account, calls::rate(&deal, args.score)).await?;
	drop(step);
	let said = format!("Rated {what} with {}", args.score);
	let read = async { rated.ratings(&ctx.view_from(done.block).await?).await };
	let ratings = read.await.map_err(|failure| failure.after(&said, &done))?;
	if ctx.json {
		let (order, listing, payer) = match deal {
			Deal::Order(order) => (Some(order), None, None),
			Deal::Period { listing, payer } => (None, Some(listing), Some(format_account(&payer))),
		};
		return output::json(
			out,
			&serde_json::json!({
				"order": order, "listing": listing, "payer": payer, "score": args.score, "ratings": ratings,
				"fee": native(done.fee), "block": done.block, "extrinsic": hex(done.extrinsic_hash),
			}),
		);
	}
	writeln!(out, "{said}, final in block {}.", done.block)?;
	let now = format!("{}: {}", rated.in_words(), RatingsRecord::or_none(ratings.as_ref()));
	output::pairs(out, &[("now", now), ("fee", native(done.fee).to_string())])
}

fn in_words(deal: &Deal) -> String {
	match deal {
		Deal::Order(order) => format!("order {order}"),
		Deal::Period { listing, payer } => {
			format!("the subscription of {} to listing {listing}", format_account(payer))
		}
	}
}

/// Which deal is meant, and who is rated with it.
async fn meant(args: &Args, me: AccountId, ctx: &Context) -> Result<(View, Deal, Rated), Failure> {
	let is_number = !args.deal.is_empty() && args.deal.bytes().all(|digit| digit.is_ascii_digit());
	if is_number {
		let order = args
			.deal
			.parse()
			.map_err(|_| Failure::usage(format!("{} is too large for an order's number", args.deal)))?;
		if args.payer.is_some() {
			return Err(Failure::usage("an order says itself who paid: --payer goes with a listing"));
		}
		let view = ctx.view().await?;
		let found = super::order::find(order, &view).await?;
		let rated = match found.seller == me {
			true => Rated::Payer(found.buyer),
			false => Rated::Listing(found.listing),
		};
		return Ok((view, Deal::Order(order), rated));
	}
	let address: ListingAddress = args.deal.parse().map_err(Failure::usage)?;
	let (view, listing) = ctx.listing(&address).await?;
	let payer = match &args.payer {
		Some(payer) => ctx.resolve_account(payer)?,
		None if listing.owner == me => {
			return Err(Failure::usage(format!(
				"{address} is yours: say with --payer whose subscription you rate"
			)))
		}
		None => me,
	};
	let rated = if payer == me { Rated::Listing(listing.id) } else { Rated::Payer(payer) };
	Ok((view, Deal::Period { listing: listing.id, payer }, rated))
}
