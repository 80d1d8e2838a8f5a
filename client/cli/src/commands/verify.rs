//! `souk verify`: whether a bundle holds, with nothing but the chain's finalised record of the snapshot; or, with `--on-chain`, as the
//! chain says.

use super::{on_chain, prove::figures};
use crate::{
	context::Context,
	failure::{at_path, Failure, Kind},
	format::{self, Batches, Format, Screen},
	output::{self, Out},
	text::{self, printable},
};
use serde::Serialize;
use souk_sdk::{
	proved::{check_table, Anchor, Disbelief, Document},
	Bundle, Head,
};
use std::{
	fs::File,
	io::Read as _,
	path::{Path, PathBuf},
	time::{Duration, Instant},
};

/// A bundle is at most 1 MiB, twice that in hex; dictionaries and words are beside it.
const MOST_BYTES: u64 = 16 << 20;

/// `souk verify …`
#[derive(Clone, Debug, clap::Args)]
pub struct Args {
	/// The bundle, as `souk query --prove` writes it
	pub file: PathBuf,
	/// Have the chain check it: it says that it holds, for everybody to see, or names what is wrong. Costs a fee either way
	#[arg(long)]
	pub on_chain: bool,
}

/// A bundle that holds.
#[derive(Debug, Serialize)]
struct Report<'a> {
	verdict: &'static str,
	listing: u32,
	snapshot: u32,
	block: u32,
	table_rows: u64,
	min_group_size: u32,
	columns_root: &'a str,
	sql: &'a str,
	answer: &'a souk_sdk::proved::AnswerRecord,
	elapsed_ms: u64,
}

/// Runs it.
pub async fn run(args: Args, ctx: &Context, out: Out<'_>) -> Result<(), Failure> {
	let document = load(&args.file)?;
	// What contradicts itself needs no chain to be refused.
	let bundle = document.bundle().map_err(|error| refused(error.code(), error.to_string()))?;
	if args.on_chain {
		// The chain is asked about the query, and has never seen the SQL.
		if let Some(listing) = ctx.chain().await?.latest().await?.listing(document.listing).await? {
			check_table(&document.sql, &listing.name).map_err(|why| refused(why.code(), why.to_string()))?;
		}
		return on_chain::run(&document, bundle, ctx, out).await;
	}
	let step = ctx.progress.step("reading the snapshot's record from the chain");
	let chain = ctx.chain().await?;
	let view = chain.latest().await?;
	let listing = view.listing(document.listing).await?;
	let finals = view.snapshots(document.listing).await?;
	drop(step);
	let period = document.period;
	let anchor = match &listing {
		Some(listing) => check_table(&document.sql, &listing.name)
			.and_then(|()| Anchor::new(chain.genesis(), listing.id, &listing.policy, &finals, period)),
		None => Err(Disbelief::NoSnapshot { listing: document.listing, period }),
	};
	let started = Instant::now();
	let checked = anchor.and_then(|anchor| anchor.check(&bundle, &document.sql));
	let checked = checked.map_err(|why| refused(why.code(), why.to_string()))?;
	report(&document, &checked, view.head(), started.elapsed(), ctx, out)
}

/// A document from a file. Nothing is checked yet but its form.
pub fn load(path: &Path) -> Result<Document, Failure> {
	Document::parse(&read(path)?).map_err(|error| refused("malformed", error.to_string()))
}

fn read(path: &Path) -> Result<Vec<u8>, Failure> {
	let mut bytes = Vec::new();
	File::open(path)
		.and_then(|file| file.take(MOST_BYTES + 1).read_to_end(&mut bytes))
		.map_err(at_path("read", path))?;
	if bytes.len() as u64 > MOST_BYTES {
		return Err(refused("too_long", format!("{} is longer than any bundle", path.display())));
	}
	Ok(bytes)
}

/// A bundle that does not hold: exit code and reason are for scripts.
fn refused(code: &str, why: String) -> Failure {
	Failure::new(Kind::NotProved, format!("refused: {}", printable(&why))).with_code(code)
}

fn report(
	document: &Document,
	bundle: &Bundle,
	head: Head,
	elapsed: Duration,
	ctx: &Context,
	out: Out<'_>,
) -> Result<(), Failure> {
	if ctx.json {
		return output::json(
			out,
			&Report {
				verdict: "proved",
				listing: document.listing,
				snapshot: document.period,
				block: head.number,
				table_rows: document.rows,
				min_group_size: document.min_group_size,
				columns_root: &document.columns_root,
				sql: &document.sql,
				answer: &document.answer,
				elapsed_ms: u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX),
			},
		);
	}
	writeln!(out, "Proved: {}", printable(document.sql.trim()))?;
	let ipc = figures(bundle, &document.sql)?;
	format::write(Batches::open(&ipc[..])?, Format::Table, Screen { rows: usize::MAX, ..ctx.screen }, out)?;
	let mut facts = vec![
		("listing", document.listing.to_string()),
		("snapshot", format!("{} UTC (period {})", text::utc_minutes(document.period), document.period)),
		("rows of the table", text::grouped(document.rows.into())),
		("columns root", document.columns_root.clone()),
		("as of block", head.number.to_string()),
		("checked in", text::seconds(elapsed)),
	];
	if document.min_group_size > 0 {
		let least = document.min_group_size;
		facts.insert(3, ("left out", format!("groups of fewer than {least} rows, proved to be that small")));
	}
	output::pairs(out, &facts)
}
