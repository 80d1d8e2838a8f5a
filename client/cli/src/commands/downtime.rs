//! `souk node downtime`: says in time that a node will be away, so that it is not challenged meanwhile, and no snapshot of a worker is missed.

use crate::{
	context::{native, Context},
	failure::Failure,
	output::{self, Out},
	records::hex,
	span,
};
use chrono::NaiveDateTime;
use souk_config::BLOCK_SECONDS;
use souk_custody::format_account;
use souk_sdk::calls;
use std::str::FromStr;

/// `souk node downtime …`
#[derive(Clone, Debug, clap::Args)]
pub struct Args {
	/// When it begins: in so many blocks, in a time such as 2h, or at a date such as 2026-12-24T18:00 (UTC)
	#[arg(long, value_name = "BLOCKS|TIME|DATE")]
	pub from: Begin,
	/// How long it takes: a number of blocks, or a time such as 30m
	#[arg(long = "for", value_name = "BLOCKS|TIME")]
	pub length: Span,
}

/// A number of blocks, or a span of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span(u32);

impl FromStr for Span {
	type Err = String;

	fn from_str(text: &str) -> Result<Self, String> {
		span::blocks(text, "it has one block at least").map(Self)
	}
}

/// When something begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Begin {
	/// In so many blocks.
	In(Span),
	/// At a time, in milliseconds since the Unix epoch.
	At(u64),
}

impl FromStr for Begin {
	type Err = String;

	fn from_str(text: &str) -> Result<Self, String> {
		match date(text) {
			Some(at) => Ok(Self::At(at)),
			None => text.parse().map(Self::In).map_err(|error: String| {
				format!("{error}; a date is written as 2026-12-24 or 2026-12-24T18:00, in UTC")
			}),
		}
	}
}

impl Begin {
	/// The block that it means, at a chain whose block `now` was made at `time`, in milliseconds. `None` where it is over.
	fn block(self, now: u32, time: u64) -> Option<u32> {
		let blocks = match self {
			Self::In(Span(blocks)) => blocks,
			Self::At(at) => {
				let ahead = at.checked_sub(time)?.div_ceil(BLOCK_SECONDS.saturating_mul(1_000));
				u32::try_from(ahead).ok()?
			}
		};
		now.checked_add(blocks)
	}
}

/// A date with or without hours and minutes, UTC, as milliseconds since the Unix epoch.
fn date(text: &str) -> Option<u64> {
	const FORM: &str = "%Y-%m-%dT%H:%M";
	let text = text.strip_suffix('Z').unwrap_or(text);
	let whole = if text.contains('T') { text.to_owned() } else { format!("{text}T00:00") };
	let at = NaiveDateTime::parse_from_str(&whole, FORM).ok()?;
	// The parser takes fewer digits, signs and spaces as well.
	if at.format(FORM).to_string() != whole {
		return None;
	}
	u64::try_from(at.and_utc().timestamp_millis()).ok()
}

/// Runs it, as the node's account.
pub async fn run(args: Args, ctx: &Context, out: Out<'_>) -> Result<(), Failure> {
	let view = ctx.view().await?;
	let now = view.head().number;
	let from = args.from.block(now, view.time().await?);
	let from = from.ok_or_else(|| Failure::usage("--from is over, or further away than block numbers go"))?;
	let node = ctx.account_id()?;
	if view.node(node).await?.is_none() {
		return Err(Failure::not_found(format!(
			"{} is no registered node; say with --account which node is going to be away",
			format_account(&node)
		)));
	}
	let account = ctx.account()?;
	let step = ctx.progress.step("announcing the downtime, waiting until it is final");
	let done =
		ctx.chain().await?.submit(&account, calls::stakes_announce_downtime(from, args.length.0)).await?;
	drop(step);
	let read = async {
		let downtime = ctx.view_from(done.block).await?.downtime(node).await?;
		downtime.ok_or_else(|| Failure::failed("the node has no downtime there"))
	};
	let downtime = read.await.map_err(|failure| failure.after("Announced", &done))?;
	if ctx.json {
		return output::json(
			out,
			&serde_json::json!({
				"node": format_account(&node), "downtime": downtime, "fee": native(done.fee), "block": done.block,
				"extrinsic": hex(done.extrinsic_hash),
			}),
		);
	}
	writeln!(out, "Announced, final in block {}.", done.block)?;
	output::pairs(
		out,
		&[
			("away from", format!("block {}", downtime.from)),
			("back in", format!("block {}", downtime.until)),
			("next one", format!("can be announced from block {} on", downtime.next)),
			("deposit", native(downtime.deposit).to_string()),
			("fee", native(done.fee).to_string()),
		],
	)
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn a_beginning_is_blocks_a_time_or_a_date() {
		assert_eq!("1200".parse(), Ok(Begin::In(Span(1_200))));
		assert_eq!("2h".parse(), Ok(Begin::In(Span(2_400))));
		assert_eq!("2026-11-21T03:00".parse(), Ok(Begin::At(29_920_500 * 60_000)));
		assert_eq!("2024-02-29T23:59Z".parse(), Ok(Begin::At(1_709_251_140_000)));
		assert_eq!("1970-01-01".parse(), Ok(Begin::At(0)));
		for bad in [
			"0",
			"soon",
			"2026-02-29",
			"2026-13-01",
			"2026-00-01",
			"2026-01-01T24:00",
			"26-1-1",
			"2026-1-1",
			"2026-01-01-01",
			"2026-01-01T3:00",
			"2026-01-01T03:00:00",
			"2026-01-01T03:60",
			"2026-01-01 T03:00",
			"+2026-01-01",
			"12026-01-01",
			"1969-12-31",
			"2026-01-01T",
		] {
			assert!(bad.parse::<Begin>().is_err(), "{bad}");
		}
	}

	#[test]
	fn a_date_is_the_first_block_that_is_not_before_it() {
		let at = |milliseconds| Begin::At(milliseconds).block(100, 60_000);
		assert_eq!(
			[at(60_000), at(60_001), at(63_000), at(63_001)],
			[Some(100), Some(101), Some(101), Some(102)]
		);
		assert_eq!((at(59_999), at(u64::MAX)), (None, None));
		assert_eq!(Begin::In(Span(7)).block(100, 0), Some(107));
		assert_eq!(Begin::In(Span(u32::MAX)).block(100, 0), None);
	}
}
