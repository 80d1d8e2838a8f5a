//! `souk cancel`: end a subscription and get back what was not used.

use crate::{
	address::ListingAddress,
	context::{native, Context},
	failure::Failure,
	output::{self, Out},
	records::hex,
	text::printable,
};
use souk_sdk::{calls, types::Holder, EventRecord, Included};

/// `souk cancel …`
#[derive(Clone, Debug, clap::Args)]
pub struct Args {
	/// The listing: <account>/<name>, <name> or number
	pub listing: ListingAddress,
}

/// Runs it.
pub async fn run(args: Args, ctx: &Context, out: Out<'_>) -> Result<(), Failure> {
	let (view, listing) = ctx.listing(&args.listing).await?;
	let address = printable(&listing.address());
	let account = ctx.account()?;
	let running = view.entitlement(listing.id, Holder::Account(account.id())).await?.ok_or_else(|| {
		Failure::not_found(format!("you are not subscribed to {address}; nothing was changed"))
	})?;
	let step = ctx.progress.step("waiting until the cancellation is final");
	let done = ctx.chain().await?.submit(&account, calls::cancel(listing.id)).await?;
	drop(step);
	let said = format!("Cancelled {address}");
	let refund = ctx.amount(running.price.asset, refund_of(&done, listing.id)).await;
	let refund = refund.map_err(|failure| failure.after(&said, &done))?;
	let fee = native(done.fee);
	if ctx.json {
		return output::json(
			out,
			&serde_json::json!({
				"listing": listing.id,
				"address": listing.address(),
				"refund": refund,
				"fee": fee,
				"block": done.block,
				"extrinsic": hex(done.extrinsic_hash),
			}),
		);
	}
	writeln!(out, "{said}, final in block {}.", done.block)?;
	output::pairs(out, &[("refund", refund.to_string()), ("fee", fee.to_string())])
}

/// What came back to the payer, in the smallest unit of the plan's asset: the sum over all events that say so.
fn refund_of(done: &Included, listing: u32) -> u128 {
	let is_refund = |event: &&EventRecord| {
		event.pallet == "Subscriptions" && event.name == "Refunded" && event.fields["listing"] == listing
	};
	done.events.iter().filter(is_refund).filter_map(|event| units(&event.fields["amount"])).sum()
}

/// An amount in an event. Balances are decimal strings; small numbers may come as such.
pub fn units(value: &serde_json::Value) -> Option<u128> {
	match value {
		serde_json::Value::String(text) => text.parse().ok(),
		other => other.as_u64().map(u128::from),
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn the_refund_is_what_the_events_say() {
		let event = |name: &str, listing: u32, amount: serde_json::Value| EventRecord {
			pallet: "Subscriptions".into(),
			name: name.into(),
			fields: serde_json::json!({ "listing": listing, "amount": amount }),
		};
		let done = Included {
			block: 1,
			block_hash: [0; 32],
			extrinsic_hash: [0; 32],
			fee: 1,
			events: vec![
				event("Refunded", 7, "340282366920938463463374607431768211454".into()),
				event("PaidOut", 7, "5".into()),
				event("Refunded", 8, "5".into()),
				event("Refunded", 7, 1.into()),
			],
		};
		assert_eq!(refund_of(&done, 7), u128::MAX);
		assert_eq!(refund_of(&done, 9), 0);
	}
}
