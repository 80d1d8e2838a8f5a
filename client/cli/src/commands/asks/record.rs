//! How an ask reads.

use crate::{
	amount::Amount,
	commands::order::span,
	context::{native, Context},
	failure::Failure,
	output::{self, Out},
	records::hex,
	text::{self, grouped, printable},
};
use serde::Serialize;
use souk_custody::format_account;
use souk_sdk::types::{AskState, AskView, ListingView};

/// An ask.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AskRecord {
	/// Its number.
	pub ask: u64,
	/// The listing's number.
	pub listing: u32,
	/// The listing's address, where it still can be read.
	pub address: Option<String>,
	/// Who pays.
	pub asker: String,
	/// What the answer is worth.
	pub bounty: Amount,
	/// Where it is in its life.
	pub state: &'static str,
	/// Period of the snapshot.
	pub snapshot: u32,
	/// Rows of the snapshot's table.
	pub table_rows: u64,
	/// Groups of fewer rows are left out.
	pub min_group_size: u32,
	/// Commitment to the snapshot's columns.
	pub columns_root: String,
	/// The query in its normal form, as the chain has it.
	pub query: serde_json::Value,
	/// Hash of the SQL.
	pub text_hash: Option<String>,
	/// Block in which it was made.
	pub created_at: u32,
	/// First block in which it is too late to answer.
	pub answer_until: u32,
	/// Block in which it ended.
	pub ended_at: Option<u32>,
	/// Block in which something happens by itself.
	pub due: Option<u32>,
	/// What is held.
	pub held: Amount,
	/// What of the bounty was paid out.
	pub paid: Amount,
	/// What of it came back.
	pub refunded: Amount,
	/// What is held for its record.
	pub deposit: Amount,
	/// The answer that was taken.
	pub verdict: Option<VerdictRecord>,
	/// Whether its asker may take it back.
	pub withdrawable: bool,
}

/// An answer that the chain has checked.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct VerdictRecord {
	/// Who proved it.
	pub by: String,
	/// Block in which it was checked.
	pub block: u32,
	/// Name of the bundle.
	pub bundle_hash: String,
	/// Name of the answer.
	pub answer_hash: String,
}

/// A state in a word.
pub fn state_name(state: AskState) -> &'static str {
	match state {
		AskState::Open => "open",
		AskState::Answered => "answered",
		AskState::Refunded => "refunded",
	}
}

impl AskRecord {
	/// One ask.
	pub async fn new(ask: &AskView, listing: Option<&ListingView>, ctx: &Context) -> Result<Self, Failure> {
		let asset = ask.bounty.asset;
		let view = serde_json::to_value(ask).map_err(|error| Failure::failed(error.to_string()))?;
		Ok(Self {
			ask: ask.id,
			listing: ask.listing,
			address: listing.map(ListingView::address),
			asker: format_account(&ask.asker),
			bounty: ctx.amount(asset, ask.bounty.amount).await?,
			state: state_name(ask.state),
			snapshot: ask.period,
			table_rows: ask.rows,
			min_group_size: ask.min_group_size,
			columns_root: hex(ask.columns_root),
			query: view.get("query").cloned().unwrap_or_default(),
			text_hash: ask.text_hash.map(hex),
			created_at: ask.created_at,
			answer_until: ask.answer_until,
			ended_at: ask.ended_at,
			due: ask.due,
			held: ctx.amount(asset, ask.held).await?,
			paid: ctx.amount(asset, ask.paid).await?,
			refunded: ctx.amount(asset, ask.refunded).await?,
			deposit: native(ask.deposit),
			verdict: ask.verdict.map(|verdict| VerdictRecord {
				by: format_account(&verdict.by),
				block: verdict.at,
				bundle_hash: hex(verdict.bundle_hash),
				answer_hash: hex(verdict.answer_hash),
			}),
			withdrawable: ask.withdrawable,
		})
	}

	/// The listing as a person knows it.
	pub fn what(&self) -> String {
		self.address.as_deref().map_or_else(|| format!("listing {}", self.listing), printable)
	}

	/// Everything about it, as of a block.
	pub fn describe(&self, block: u32, out: Out<'_>) -> Result<(), Failure> {
		let mut pairs = vec![
			("ask", self.ask.to_string()),
			("listing", self.what()),
			("asker", self.asker.clone()),
			("state", self.state.into()),
			("bounty", self.bounty.to_string()),
		];
		for (name, amount) in [("held", &self.held), ("paid", &self.paid), ("came back", &self.refunded)] {
			if amount.units > 0 {
				pairs.push((name, amount.to_string()));
			}
		}
		pairs.push(("deposit", self.deposit.to_string()));
		let due = text::utc_minutes(self.snapshot);
		let rows = grouped(self.table_rows.into());
		pairs.push(("snapshot", format!("{due} UTC (period {}), {rows} rows", self.snapshot)));
		if self.min_group_size > 0 {
			pairs.push(("left out", format!("groups of fewer than {} rows", self.min_group_size)));
		}
		if let Some(verdict) = &self.verdict {
			pairs.push(("proved by", verdict.by.clone()));
			pairs.push(("checked in", format!("block {}", verdict.block)));
			pairs.push(("bundle", verdict.bundle_hash.clone()));
		}
		pairs.push(("made in", format!("block {}", self.created_at)));
		pairs.push(("now", self.outlook(block)));
		output::pairs(out, &pairs)
	}

	/// What happens next, and when.
	pub fn outlook(&self, block: u32) -> String {
		if let Some(ended) = self.ended_at {
			return format!("ended in block {}", grouped(ended.into()));
		}
		if self.state != "open" {
			return "the money cannot be moved at present; it is tried again".into();
		}
		if self.withdrawable {
			return format!("nobody can answer it any more: `souk asks withdraw {}` takes it back", self.ask);
		}
		match self.answer_until.checked_sub(block) {
			Some(left) if left > 0 => format!(
				"waits for an answer; without one the bounty comes back in block {} (in about {})",
				grouped(self.answer_until.into()),
				span(left)
			),
			_ => "its time is up; the bounty comes back in the chain's next turn".into(),
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::{commands::asks::tests::ask, context::tests::offline};

	async fn record(ask: &AskView) -> AskRecord {
		let dir = tempfile::tempdir().unwrap();
		AskRecord::new(ask, None, &offline(dir.path())).await.unwrap()
	}

	#[tokio::test]
	async fn an_ask_says_what_happens_next() {
		let open = record(&ask(AskState::Open)).await;
		let mut out = Vec::new();
		open.describe(60, &mut out).unwrap();
		let text = String::from_utf8(out).unwrap();
		for part in
			["2 SOUK", "listing 3", "26,115 rows", "fewer than 5 rows", "in block 110 (in about 2 min 30 s)"]
		{
			assert!(text.contains(part), "{part:?} is not in\n{text}");
		}
		assert!(open.outlook(110).contains("time is up"));
		let ended = AskView { ended_at: Some(111), ..ask(AskState::Refunded) };
		assert_eq!(record(&ended).await.outlook(120), "ended in block 111");
		let stranded = AskView { withdrawable: true, ..ask(AskState::Open) };
		assert!(record(&stranded).await.outlook(60).contains("souk asks withdraw 7"));
	}

	#[tokio::test]
	async fn machines_get_the_query_as_the_chain_has_it() {
		let json = serde_json::to_value(record(&ask(AskState::Open)).await).unwrap();
		// One aggregate, count(*); no predicates; no grouping column.
		assert_eq!((&json["query"], &json["state"]), (&"0x04000000".into(), &"open".into()));
	}
}
