//! `souk subscribe`: buy access to a listing.

use crate::{
	address::ListingAddress,
	amount::Amount,
	context::{native, Context},
	failure::{Failure, Kind},
	output::{self, Out},
	records::{hex, state_name, BondRecord, PlanRecord, SubscriptionRecord},
	text::printable,
};
use souk_config::Price;
use souk_sdk::{
	calls,
	types::{self, Holder, ListingKind, ListingState, ListingView},
	View,
};

/// `souk subscribe …`
#[derive(Clone, Debug, clap::Args)]
pub struct Args {
	/// The listing: <account>/<name>, <name> or number
	pub listing: ListingAddress,
	/// Index of the plan, as `souk show` prints it [default: the only one that can be subscribed to]
	#[arg(long, value_name = "N")]
	pub plan: Option<u8>,
	/// Renew by itself when a period ends, while there is money
	#[arg(long)]
	pub auto_renew: bool,
	/// Refuse a plan that costs more, e.g. "5 wUSD"
	#[arg(long, value_name = "PRICE")]
	pub max_price: Option<Price>,
}

/// The plan that is meant, and what `takes` says of it: the plan of that number, or the only one that is taken. `otherwise` says what
/// is to be done about a plan that was named and is not taken, `none` what a listing lacks that has no other.
pub fn meant<'a, T>(
	plans: &'a [PlanRecord],
	wanted: Option<u8>,
	listing: &str,
	takes: impl Fn(&'a PlanRecord) -> Option<T>,
	otherwise: impl Fn(&PlanRecord) -> String,
	none: &str,
) -> Result<(&'a PlanRecord, T), Failure> {
	let taken = |plan: &'a PlanRecord| takes(plan).map(|what| (plan, what));
	if let Some(index) = wanted {
		let plan = plans.get(usize::from(index)).ok_or_else(|| {
			Failure::not_found(format!(
				"{listing} has no plan {index}; `souk show` lists its {} plans",
				plans.len()
			))
		})?;
		let refusal = || Failure::failed(format!("plan {index} of {listing} {}", otherwise(plan)));
		return taken(plan).ok_or_else(refusal);
	}
	let mut candidates: Vec<_> = plans.iter().filter_map(taken).collect();
	if candidates.len() > 1 {
		let offers: Vec<_> = candidates
			.iter()
			.map(|(plan, _)| format!("\n  --plan {}: {}", plan.index, plan.in_words()))
			.collect();
		return Err(Failure::usage(format!("{listing} has several plans; choose one:{}", offers.concat())));
	}
	candidates.pop().ok_or_else(|| Failure::failed(format!("{listing} has no plan that {none}")))
}

/// The plan that is meant, and the blocks of its period.
fn choose<'a>(
	plans: &'a [PlanRecord],
	wanted: Option<u8>,
	listing: &str,
) -> Result<(&'a PlanRecord, u32), Failure> {
	let otherwise = |plan: &PlanRecord| format!("{}: {}", how_sold(plan, listing), plan.in_words());
	meant(plans, wanted, listing, |plan| plan.blocks, otherwise, "can be subscribed to")
}

/// How a plan is sold, for whoever tried it in another way.
pub fn how_sold(plan: &PlanRecord, listing: &str) -> String {
	match plan.kind {
		"one_time" => "is bought with `souk buy`".to_owned(),
		"pay_per_query" => format!("is paid from a tab, with `souk tab open {listing} --limit <amount>`"),
		"subscription" | "trial" => "is bought with `souk subscribe`".to_owned(),
		_ => "cannot be bought yet".to_owned(),
	}
}

/// Whether a price is within what was asked for.
pub fn within(price: &Amount, limit: &Amount) -> Result<(), Failure> {
	if price.units == 0 || (price.asset == limit.asset && price.units <= limit.units) {
		return Ok(());
	}
	Err(Failure::failed(format!(
		"the plan costs {price}, which is not within --max-price {limit}; nothing was bought"
	)))
}

pub fn ensure_on_sale(listing: &ListingView) -> Result<(), Failure> {
	match listing.state {
		ListingState::Active => Ok(()),
		state => Err(Failure::failed(format!(
			"{} is not for sale: it is {}",
			printable(&listing.address()),
			state_name(state).replace('_', " ")
		))),
	}
}

/// Refuses what the chain would: nothing new is sold of a dataset whose bond is below the minimum.
pub async fn ensure_bonded(view: &View, listing: &ListingView) -> Result<(), Failure> {
	if listing.kind != ListingKind::DataProduct {
		return Ok(());
	}
	let bond = BondRecord::from(&view.curator_bond(listing.id).await?);
	match bond.missing() {
		None => Ok(()),
		Some(missing) => Err(Failure::failed(format!(
			"nothing new is sold of {} until its curator has bonded {missing} more: its bond is below the minimum, as it is after a slash",
			printable(&listing.address())
		))),
	}
}

/// Runs it.
pub async fn run(args: Args, ctx: &Context, out: Out<'_>) -> Result<(), Failure> {
	let (view, listing) = ctx.listing(&args.listing).await?;
	ensure_on_sale(&listing)?;
	ensure_bonded(&view, &listing).await?;
	let address = printable(&listing.address());
	let plans = PlanRecord::all(&listing, ctx).await?;
	let (plan, period) = choose(&plans, args.plan, &address)?;
	let index = u8::try_from(plan.index).map_err(|_| {
		Failure::failed(format!("plan {} of {address} has a number that cannot be sent", plan.index))
	})?;
	if let Some(limit) = &args.max_price {
		within(&plan.price, &ctx.priced(limit).await?)?;
	}
	let account = ctx.account()?;
	let holder = Holder::Account(account.id());
	if let Some(running) = view.entitlement(listing.id, holder).await?.filter(|running| running.live) {
		return Err(Failure::failed(format!(
			"you are subscribed to {address} until block {} already; `souk subscriptions` shows it",
			running.entitled_until
		)));
	}
	ctx.require_funds(account.id(), &plan.price, &format!("plan {index} of {address}")).await?;
	let step = ctx.progress.step(format!("buying {}, waiting until it is final", plan.in_words()));
	let chain = ctx.chain().await?;
	// As it was seen: the chain refuses the plan if it was changed meanwhile.
	let price = types::Price { asset: plan.price.asset.id, amount: plan.price.units };
	let call = calls::subscribe(listing.id, index, args.auto_renew, period, price);
	let done = chain.submit(&account, call).await?;
	drop(step);
	let said = format!("Subscribed to {address}");
	let bought = bought(done.block, &listing, holder, ctx).await;
	let record = bought.map_err(|failure| failure.after(&said, &done))?;
	let fee = native(done.fee);
	if ctx.json {
		return output::json(
			out,
			&serde_json::json!({
				"subscription": record, "fee": fee, "block": done.block, "extrinsic": hex(done.extrinsic_hash),
			}),
		);
	}
	writeln!(out, "{said}, final in block {}.", done.block)?;
	output::pairs(
		out,
		&[
			("plan", format!("{index}: {}", plan.in_words())),
			("held", record.held.to_string()),
			("served until", format!("block {}", record.entitled_until)),
			("renews by itself", if record.auto_renew { "yes" } else { "no" }.into()),
			("fee", fee.to_string()),
		],
	)?;
	writeln!(out, "Next: souk query {} \"SELECT * FROM t LIMIT 10\"", listing.id)?;
	Ok(())
}

/// A subscription as it stands in a block.
async fn bought(
	block: u32,
	listing: &ListingView,
	holder: Holder,
	ctx: &Context,
) -> Result<SubscriptionRecord, Failure> {
	let after = ctx.view_from(block).await?;
	let entitlement = after
		.entitlement(listing.id, holder)
		.await?
		.ok_or_else(|| Failure::new(Kind::Failed, format!("block {block} has no subscription of yours")))?;
	SubscriptionRecord::new(&entitlement, Some(listing), ctx).await
}

#[cfg(test)]
mod tests {
	use super::*;
	use souk_sdk::AssetInfo;

	fn amount(units: u128, symbol: &str) -> Amount {
		Amount { units, asset: AssetInfo { symbol: symbol.into(), decimals: 6, ..AssetInfo::native() } }
	}

	fn plan(index: usize, kind: &'static str, blocks: Option<u32>) -> PlanRecord {
		PlanRecord {
			index,
			kind,
			price: amount(5, "wUSD"),
			blocks,
			seconds: blocks.map(|b| u64::from(b) * 3),
		}
	}

	#[test]
	fn the_only_plan_needs_no_option() {
		let plans = [plan(0, "one_time", None), plan(1, "subscription", Some(10))];
		let (only, period) = choose(&plans, None, "x").unwrap();
		assert_eq!((only.index, period), (1, 10));
		assert_eq!(choose(&plans, Some(1), "x").unwrap().0.index, 1);
		assert!(choose(&plans, Some(0), "x").unwrap_err().message.contains("souk buy"));
		assert_eq!(choose(&plans, Some(2), "x").unwrap_err().kind, Kind::NotFound);
		assert!(choose(&plans[..1], None, "x").is_err());
		let by_query = choose(&[plan(0, "pay_per_query", None)], Some(0), "x").unwrap_err();
		assert!(by_query.message.contains("souk tab open x --limit"), "{by_query}");
	}

	#[test]
	fn several_plans_have_to_be_chosen_from() {
		let plans = [plan(0, "trial", Some(10)), plan(1, "subscription", Some(10))];
		let failure = choose(&plans, None, "x").unwrap_err();
		assert_eq!(failure.kind, Kind::Usage);
		assert!(failure.message.contains("--plan 0") && failure.message.contains("--plan 1"));
	}

	#[test]
	fn a_price_limit_holds_in_its_own_asset_only() {
		assert!(within(&amount(5, "wUSD"), &amount(5, "wUSD")).is_ok());
		assert!(within(&amount(6, "wUSD"), &amount(5, "wUSD")).is_err());
		assert!(within(&amount(1, "SOUK"), &amount(5, "wUSD")).is_err());
		assert!(within(&amount(0, "SOUK"), &amount(5, "wUSD")).is_ok());
	}
}
