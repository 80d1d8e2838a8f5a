//! `souk curator`: the bond that answers for a listing.

use crate::{
	address::ListingAddress,
	amount::Amount,
	context::{native, native_price, Context},
	failure::Failure,
	output::{self, Out},
	records::{hex, withdrawable_in_words, BondRecord},
	text::printable,
};
use souk_config::Price;
use souk_sdk::{calls, types::ListingView, Call};

/// `souk curator …`
#[derive(Clone, Debug, clap::Subcommand)]
pub enum Command {
	/// Add to the bond
	Bond {
		/// The listing: <name> or number
		listing: ListingAddress,
		/// How much, e.g. "100 SOUK"
		amount: Price,
	},
	/// Start a part of the bond on its way out
	Unbond {
		/// The listing: <name> or number
		listing: ListingAddress,
		/// How much, e.g. "100 SOUK"
		amount: Price,
	},
	/// Take back what has passed the unbonding delay
	Withdraw {
		/// The listing: <name> or number
		listing: ListingAddress,
	},
	/// The bond, and what is on its way out
	Status {
		/// The listing: <account>/<name>, <name> or number
		listing: ListingAddress,
	},
}

/// Runs it.
pub async fn run(command: Command, ctx: &Context, out: Out<'_>) -> Result<(), Failure> {
	match command {
		Command::Bond { listing, amount } => {
			let (_, view) = ctx.own_listing(&listing).await?;
			let amount = native_price(&amount)?;
			ctx.require_funds(view.owner, &amount, "the bond").await?;
			change(&view, calls::bond(view.id, amount.units), Some(&amount), ctx, out).await
		}
		Command::Unbond { listing, amount } => {
			let (_, view) = ctx.own_listing(&listing).await?;
			let amount = native_price(&amount)?;
			change(&view, calls::unbond(view.id, amount.units), Some(&amount), ctx, out).await
		}
		Command::Withdraw { listing } => {
			let (_, view) = ctx.own_listing(&listing).await?;
			change(&view, calls::withdraw_unbonded(view.id), None, ctx, out).await
		}
		Command::Status { listing } => {
			let (view, listing) = ctx.listing(&listing).await?;
			let bond = BondRecord::from(&view.curator_bond(listing.id).await?);
			let block = view.head().number;
			if ctx.json {
				return output::json(
					out,
					&serde_json::json!({
						"listing": listing.id, "address": listing.address(), "block": block, "bond": bond,
					}),
				);
			}
			writeln!(out, "{}", printable(&listing.address()))?;
			describe(&bond, block, out)
		}
	}
}

async fn change(
	listing: &ListingView,
	call: Call,
	amount: Option<&Amount>,
	ctx: &Context,
	out: Out<'_>,
) -> Result<(), Failure> {
	let account = ctx.account()?;
	let step = ctx.progress.step("waiting until the change of the bond is final");
	let done = ctx.chain().await?.submit(&account, call).await?;
	drop(step);
	let read = async {
		let view = ctx.view_from(done.block).await?;
		let bond = view.curator_bond(listing.id).await?;
		Ok::<_, Failure>((view, BondRecord::from(&bond)))
	};
	let said = format!("Changed the bond of {}", printable(&listing.address()));
	let (view, bond) = read.await.map_err(|failure| failure.after(said, &done))?;
	let fee = native(done.fee);
	if ctx.json {
		return output::json(
			out,
			&serde_json::json!({
				"listing": listing.id,
				"address": listing.address(),
				"amount": amount,
				"bond": bond,
				"fee": fee,
				"block": done.block,
				"extrinsic": hex(done.extrinsic_hash),
			}),
		);
	}
	writeln!(out, "{}, final in block {}.", printable(&listing.address()), done.block)?;
	describe(&bond, view.head().number, out)?;
	output::pairs(out, &[("fee", fee.to_string())])
}

fn describe(bond: &BondRecord, now: u32, out: Out<'_>) -> Result<(), Failure> {
	output::pairs(
		out,
		&[
			("bond", bond.active.to_string()),
			("minimum", bond.minimum.to_string()),
			("covers sales", bond.covered.to_string()),
		],
	)?;
	if let Some(missing) = bond.missing() {
		writeln!(
			out,
			"{missing} more are needed (`souk curator bond`): nothing new is sold of a dataset whose bond is below the minimum. What was sold goes on."
		)?;
	}
	for part in &bond.unlocking {
		writeln!(out, "unbonding {}: {}", part.amount, withdrawable_in_words(part.at, now))?;
	}
	Ok(())
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::records::UnlockingRecord;
	use souk_sdk::AssetInfo;

	#[test]
	fn a_bond_on_its_way_out_says_when() {
		let souk = |units| Amount { units, asset: AssetInfo::native() };
		let bond = BondRecord {
			active: souk(100_000_000_000_000),
			minimum: souk(50_000_000_000_000),
			covered: souk(5_000_000_000_000),
			unlocking: vec![
				UnlockingRecord { amount: souk(1_000_000_000_000), at: 7 },
				UnlockingRecord { amount: souk(500_000_000_000), at: 20 },
			],
		};
		let mut out = Vec::new();
		describe(&bond, 7, &mut out).unwrap();
		assert_eq!(
			String::from_utf8(out).unwrap(),
			"bond          100 SOUK\nminimum       50 SOUK\ncovers sales  5 SOUK\nunbonding 1 SOUK: can be withdrawn now, or when an open case about the listing has ended\n\
			 unbonding 0.5 SOUK: from block 20 on (13 to go)\n"
		);
	}

	#[test]
	fn a_bond_below_the_minimum_says_what_is_missing() {
		let souk = |units| Amount { units, asset: AssetInfo::native() };
		let bond = |active| BondRecord {
			active: souk(active),
			minimum: souk(50_000_000_000_000),
			covered: souk(0),
			unlocking: vec![],
		};
		let said = |active| {
			let mut out = Vec::new();
			describe(&bond(active), 7, &mut out).unwrap();
			String::from_utf8(out).unwrap()
		};
		assert!(said(45_000_000_000_000).contains("5 SOUK more are needed"));
		assert!(!said(50_000_000_000_000).contains("needed"));
	}
}
