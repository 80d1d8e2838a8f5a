//! How the answer to an ask reads.

use super::AskRecord;
use crate::{
	commands::{prove, query::print_figures},
	context::Context,
	failure::Failure,
	format::Format,
	output::Out,
	text,
};
use serde::Serialize;
use souk_sdk::{proved, types::AskView, Bundle};
use std::path::{Path, PathBuf};

/// What is known besides the figures.
#[derive(Debug, Serialize)]
struct Report {
	ask: AskRecord,
	bundle: Option<PathBuf>,
}

/// Prints the figures of an ask that was answered, as its SQL lays them out where that is given; with a file, the bundle is kept.
pub async fn print(
	ask: &AskView,
	sql: Option<(&str, Option<&Path>)>,
	ctx: &Context,
	out: Out<'_>,
) -> Result<(), Failure> {
	let chain = ctx.chain().await?;
	let step = ctx.progress.step("fetching the answer from its block, and checking it");
	let bundle = chain.ask_answer(ask).await?;
	let view = ctx.view().await?;
	let listing = view.listing(ask.listing).await?;
	drop(step);
	let record = AskRecord::new(ask, listing.as_ref(), ctx).await?;
	let (ipc, file) = match sql {
		Some((sql, path)) => {
			answers(&bundle, sql)?;
			if let Some(path) = path {
				prove::write_bundle(&bundle, sql, path)?;
			}
			(prove::figures(&bundle, sql)?, path)
		}
		None => (prove::figures_in_order(&bundle)?, None),
	};
	let format = if ctx.json { Format::Json } else { Format::Table };
	let report = Report { ask: record, bundle: file.map(Path::to_owned) };
	print_figures(&ipc, format, None, &report, ctx, out)?;
	if !ctx.json {
		tell(&report, ask);
	}
	Ok(())
}

/// Refuses SQL that means something else than what was asked: its figures would be named wrongly.
fn answers(bundle: &Bundle, sql: &str) -> Result<(), Failure> {
	let meaning = proved::meaning(bundle, sql).map_err(|error| Failure::usage(error.to_string()))?;
	if meaning.query != bundle.query {
		return Err(Failure::usage(
			"the ask was answered, but what was asked is not this SQL over the columns of the snapshot: either it is the SQL of another \
			 ask, or the listing's metadata named other columns than the snapshot has. `souk asks show` without SQL shows the figures",
		)
		.with_code("query"));
	}
	Ok(())
}

/// What a person wants to know of the answer, on stderr.
fn tell(report: &Report, ask: &AskView) {
	let record = &report.ask;
	if let Some(verdict) = &record.verdict {
		eprintln!(
			"proved over all {} rows by {}, and checked by the chain in block {}, and here",
			text::grouped(record.table_rows.into()),
			verdict.by,
			verdict.block
		);
	}
	if ask.min_group_size > 0 {
		eprintln!(
			"groups of fewer than {} rows are left out; that they are so small is proved",
			ask.min_group_size
		);
	}
	eprintln!("ask {}: {} was paid out of the bounty of {}", record.ask, record.paid, record.bounty);
	if let Some(path) = &report.bundle {
		let path = path.display();
		eprintln!("bundle written to {path}: whoever has it can check it with `souk verify {path}`");
	}
}
