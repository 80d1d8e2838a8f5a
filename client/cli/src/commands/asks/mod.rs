//! `souk asks`: queries with a bounty, and what their askers do about them.

pub mod answer;
mod record;

pub use record::AskRecord;

use super::query::{sql_of, writable};
use crate::{
	address::ListingAddress,
	context::{native, Context},
	failure::Failure,
	output::{self, Out},
	records::hex,
};
use souk_custody::{format_account, AccountId};
use souk_sdk::{
	calls,
	types::{AskId, AskState, AskView, ListingId, ListingView},
	Call, SdkError, View,
};
use std::{
	collections::{hash_map::Entry, HashMap},
	path::PathBuf,
};

/// `souk asks …`
#[derive(Clone, Debug, clap::Subcommand)]
pub enum Command {
	/// One's own asks
	List {
		/// Those of a listing, whoever asked, instead of one's own
		#[arg(long, value_name = "LISTING")]
		of: Option<ListingAddress>,
	},
	/// Everything about an ask, with the figures once it is answered
	Show {
		/// Its number
		ask: u64,
		/// The SQL that was asked, to name the figures as it does, and for --bundle
		#[arg(value_name = "SQL", conflicts_with = "file")]
		sql: Option<String>,
		/// Read the SQL from a file; - for standard input
		#[arg(long, value_name = "FILE")]
		file: Option<PathBuf>,
		/// Write the bundle of figures and proof, which `souk verify` checks; needs the SQL
		#[arg(long, value_name = "FILE")]
		bundle: Option<PathBuf>,
	},
	/// Take back an ask that nobody can answer any more: the bounty comes back
	Withdraw {
		/// Its number
		ask: u64,
	},
	/// Have done what is due, without waiting for the chain's turn
	Claim {
		/// Its number
		ask: u64,
	},
	/// Remove the record of an ask that has ended; its deposit goes back to the asker
	Forget {
		/// Its number
		ask: u64,
	},
}

/// Runs it.
pub async fn run(command: Command, ctx: &Context, out: Out<'_>) -> Result<(), Failure> {
	match command {
		Command::List { of } => list(of.as_ref(), ctx, out).await,
		Command::Show { ask, sql, file, bundle } => {
			let sql = match (&sql, &file) {
				(None, None) => None,
				_ => Some(sql_of(sql.as_ref(), file.as_deref())?),
			};
			show(ask, sql.as_deref(), bundle, ctx, out).await
		}
		Command::Withdraw { ask } => change(ask, Change::Withdraw, ctx, out).await,
		Command::Claim { ask } => change(ask, Change::Claim, ctx, out).await,
		Command::Forget { ask } => change(ask, Change::Forget, ctx, out).await,
	}
}

/// An ask that is on the chain.
pub async fn find(id: AskId, view: &View) -> Result<AskView, Failure> {
	Ok(view.ask(id).await?.ok_or(SdkError::AskNotFound { ask: id })?)
}

async fn list(of: Option<&ListingAddress>, ctx: &Context, out: Out<'_>) -> Result<(), Failure> {
	let mut listings: HashMap<ListingId, Option<ListingView>> = HashMap::new();
	let (view, asks) = match of {
		Some(address) => {
			let (view, listing) = ctx.listing(address).await?;
			let asks = view.all_asks_of(listing.id).await?;
			listings.insert(listing.id, Some(listing));
			(view, asks)
		}
		None => {
			let view = ctx.view().await?;
			let asks = view.all_asks_by(ctx.account_id()?).await?;
			(view, asks)
		}
	};
	let block = view.head().number;
	let mut records = Vec::with_capacity(asks.len());
	for ask in &asks {
		if let Entry::Vacant(unknown) = listings.entry(ask.listing) {
			unknown.insert(view.listing(ask.listing).await?);
		}
		let listing = listings.get(&ask.listing).and_then(Option::as_ref);
		records.push(AskRecord::new(ask, listing, ctx).await?);
	}
	if ctx.json {
		return output::json(out, &serde_json::json!({ "block": block, "asks": records }));
	}
	if records.is_empty() {
		writeln!(out, "No asks. `souk ask <address> --bounty \"2 wUSD\" \"SELECT …\"` makes one.")?;
		return Ok(());
	}
	let rows = records.iter().map(|record| {
		vec![
			record.ask.to_string(),
			record.what(),
			record.bounty.to_string(),
			record.state.to_owned(),
			record.outlook(block),
		]
	});
	output::table(out, ctx.screen.width, &["ask", "listing", "bounty", "state", "outlook"], rows.collect())
}

async fn show(
	id: AskId,
	sql: Option<&str>,
	bundle: Option<PathBuf>,
	ctx: &Context,
	out: Out<'_>,
) -> Result<(), Failure> {
	if let Some(path) = &bundle {
		writable(path)?;
		if sql.is_none() {
			return Err(Failure::usage(
				"a bundle says which SQL it answers, and the chain has only its normal form: give the SQL as well",
			));
		}
	}
	let view = ctx.view().await?;
	let ask = find(id, &view).await?;
	if ask.verdict.is_some() {
		let keep = sql.map(|sql| (sql, bundle.as_deref()));
		return answer::print(&ask, keep, ctx, out).await;
	}
	let listing = view.listing(ask.listing).await?;
	let record = AskRecord::new(&ask, listing.as_ref(), ctx).await?;
	if ctx.json {
		return output::json(out, &serde_json::json!({ "ask": record }));
	}
	record.describe(view.head().number, out)
}

/// What is done about an ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Change {
	Withdraw,
	Claim,
	Forget,
}

async fn change(id: AskId, change: Change, ctx: &Context, out: Out<'_>) -> Result<(), Failure> {
	let view = ctx.view().await?;
	let ask = find(id, &view).await?;
	let call = call(change, &ask, ctx.account_id()?)?;
	let account = ctx.account()?;
	let step = ctx.progress.step(format!("{call}, waiting until it is final"));
	let done = ctx.chain().await?.submit(&account, call).await?;
	drop(step);
	let read = async {
		let after = ctx.view_from(done.block).await?;
		let record = match after.ask(id).await? {
			Some(ask) => {
				let listing = after.listing(ask.listing).await?;
				Some(AskRecord::new(&ask, listing.as_ref(), ctx).await?)
			}
			None => None,
		};
		Ok::<_, Failure>((after, record))
	};
	let said = match change {
		Change::Withdraw => format!("Ask {id} is taken back"),
		Change::Claim => format!("Ask {id}: what was due is done"),
		Change::Forget => format!("The record of ask {id} is removed"),
	};
	let (after, record) = read.await.map_err(|failure| failure.after(&said, &done))?;
	if ctx.json {
		return output::json(
			out,
			&serde_json::json!({
				"ask": record, "fee": native(done.fee), "block": done.block, "extrinsic": hex(done.extrinsic_hash),
			}),
		);
	}
	writeln!(out, "{said}, final in block {}.", done.block)?;
	match record {
		Some(record) => record.describe(after.head().number, out)?,
		None => writeln!(out, "The deposit of {} is free again.", native(ask.deposit))?,
	}
	output::pairs(out, &[("fee", native(done.fee).to_string())])
}

/// The call, or why it cannot be done. Money and rights are the chain's to check; what is said here saves a fee.
fn call(change: Change, ask: &AskView, me: AccountId) -> Result<Call, Failure> {
	let id = ask.id;
	Ok(match change {
		Change::Withdraw => {
			if ask.asker != me {
				return Err(Failure::failed(format!(
					"only the asker of ask {id}, {}, takes it back, and you are {}; --account acts as another",
					format_account(&ask.asker),
					format_account(&me)
				)));
			}
			if ask.state != AskState::Open {
				return Err(Failure::failed(format!(
					"ask {id} is decided: {}",
					record::state_name(ask.state)
				)));
			}
			if !ask.withdrawable {
				return Err(Failure::failed(format!(
					"a node may be computing the answer to ask {id}; without one the bounty comes back by itself in block {}",
					ask.answer_until
				)));
			}
			calls::asks_withdraw(id)
		}
		Change::Claim => {
			if ask.ended_at.is_some() {
				return Err(Failure::failed(format!(
					"ask {id} has ended, and nothing is due for it any more"
				)));
			}
			calls::asks_claim_timeout(id)
		}
		Change::Forget => {
			if ask.ended_at.is_none() {
				return Err(Failure::failed(format!(
					"ask {id} has not ended; `souk asks show {id}` shows what it waits for"
				)));
			}
			calls::asks_forget(id)
		}
	})
}

#[cfg(test)]
pub(super) mod tests {
	use super::*;
	use souk_sdk::{
		proved::{Aggregate, TableQuery},
		types::{Asset, Price},
	};

	const ASKER: AccountId = [1; 32];

	pub(in crate::commands) fn ask(state: AskState) -> AskView {
		AskView {
			id: 7,
			listing: 3,
			asker: ASKER,
			bounty: Price { asset: Asset::Native, amount: 2_000_000_000_000 },
			period: 29_920_500,
			columns_root: [5; 32],
			rows: 26_115,
			min_group_size: 5,
			query: TableQuery { aggregates: vec![Aggregate::CountAll], predicates: vec![], group_by: None },
			text_hash: None,
			state,
			created_at: 10,
			answer_until: 110,
			ended_at: None,
			due: Some(110),
			held: 2_000_000_000_000,
			paid: 0,
			refunded: 0,
			deposit: 9,
			verdict: None,
			withdrawable: false,
		}
	}

	fn name(change: Change, ask: &AskView, me: AccountId) -> Result<&'static str, String> {
		call(change, ask, me).map(|call| call.name()).map_err(|failure| failure.message)
	}

	#[test]
	fn an_ask_is_taken_back_by_its_asker_when_nobody_can_answer_it() {
		let open = ask(AskState::Open);
		assert!(name(Change::Withdraw, &open, ASKER)
			.unwrap_err()
			.contains("comes back by itself in block 110"));
		let stranded = AskView { withdrawable: true, ..open.clone() };
		assert_eq!(name(Change::Withdraw, &stranded, ASKER), Ok("withdraw"));
		assert!(name(Change::Withdraw, &stranded, [2; 32]).unwrap_err().contains("only the asker of ask 7"));
		let answered = AskView { withdrawable: true, ..ask(AskState::Answered) };
		assert!(name(Change::Withdraw, &answered, ASKER).unwrap_err().contains("answered"));
	}

	#[test]
	fn what_has_ended_is_only_forgotten() {
		let open = ask(AskState::Open);
		let ended = AskView { ended_at: Some(120), ..ask(AskState::Refunded) };
		assert_eq!(name(Change::Claim, &open, [9; 32]), Ok("claim_timeout"));
		assert!(name(Change::Claim, &ended, ASKER).is_err());
		assert_eq!(name(Change::Forget, &ended, [9; 32]), Ok("forget"));
		assert!(name(Change::Forget, &open, ASKER).unwrap_err().contains("has not ended"));
	}
}
