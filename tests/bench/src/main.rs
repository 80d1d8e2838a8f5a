//! Ratios, measured side by side in one run: what the sandboxed executor costs beside bare DataFusion, what sending an
//! encrypted result costs beside encrypting it, what proofs cost beside the arithmetic in them, what sealing a snapshot costs beside
//! hashing it, what proofs over tables cost, how long a full block takes, and how long a subscriber waits for one row.
//!
//! ```text
//! souk-bench              everything; exit code 1 where a target is missed
//! souk-bench --markdown   the same, and the tables once more as docs/benchmarks.md keeps them
//! souk-bench --quick      a small table, two repetitions, no chain: whether it works, not how fast
//! ```

mod aggregates;
mod blob;
mod block;
mod bulk;
mod growth;
mod machine;
mod proofs;
mod queries;
mod quiet;
mod report;
mod requests;
mod rows;
mod sandbox;
mod sending;
mod stats;

use anyhow::{Context, Result};
use clap::Parser;
use report::Report;
use std::{path::Path, process::ExitCode};

/// Years that the table is grown to: 26,115 rows each, a million in all.
const YEARS: u32 = 39;
/// The same for a quick look.
const YEARS_QUICK: u32 = 3;

/// What to measure, and how to print it.
#[derive(Parser)]
#[command(
	about = "Measures ratios: sandbox, encryption, network and proofs beside the same work without them"
)]
struct Options {
	/// A small table, two repetitions, no chain: shows that everything runs and gives the same rows; judges no target
	#[arg(long)]
	quick: bool,
	/// Print the tables in markdown as well
	#[arg(long)]
	markdown: bool,
	/// Measure only this part
	#[arg(long, value_enum)]
	only: Option<Part>,
	/// Repetitions of each query and each transfer
	#[arg(long, value_name = "N")]
	repetitions: Option<usize>,
}

/// A part of the measurement.
#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Part {
	/// A query in the sandboxed executor beside bare DataFusion.
	Sandbox,
	/// Encrypting and sending a result beside encrypting it.
	Sending,
	/// Checking and making proofs.
	Proofs,
	/// Proofs over tables: making, checking, committing.
	Aggregates,
	/// Importing a block that is as full as it may be.
	Block,
	/// Sealing a snapshot's file beside hashing it.
	Bulk,
	/// From a request to its decrypted result, through a real chain and node.
	Requests,
}

impl Options {
	fn wants(&self, part: Part) -> bool {
		match self.only {
			Some(only) => only == part,
			None => !(self.quick && part == Part::Requests),
		}
	}

	fn repetitions(&self) -> usize {
		self.repetitions.unwrap_or(if self.quick { 2 } else { 11 }).max(1)
	}
}

fn main() -> ExitCode {
	// Before any thread is started: a sandbox binds single threads.
	if std::env::args().nth(1).as_deref() == Some(sandbox::EXECUTOR) {
		souk_engine::executor_main();
	}
	if let Some(done) = aggregates::prover(std::env::args().skip(1)) {
		return done;
	}
	let options = Options::parse();
	match run(&options) {
		Ok(met) if met || options.quick => ExitCode::SUCCESS,
		Ok(_) => ExitCode::FAILURE,
		Err(error) => {
			eprintln!("souk-bench: failed: {error:#}");
			ExitCode::FAILURE
		}
	}
}

/// Measures and prints; returns whether every target was met.
fn run(options: &Options) -> Result<bool> {
	let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
	let dir = tempfile::tempdir()?;
	let mut report = Report::new(machine::describe());
	if options.wants(Part::Sandbox) || options.wants(Part::Sending) {
		let years = if options.quick { YEARS_QUICK } else { YEARS };
		say(&format!("growing the weather table to {years} years"));
		let table = growth::grow(dir.path(), years, &runtime).context("growing the table")?;
		say(&format!("{} rows, {} bytes of Parquet", table.rows, table.bytes));
		measure_table(options, &table, &runtime, &mut report)?;
	}
	if options.wants(Part::Proofs) {
		proofs::measure(dir.path(), options.repetitions(), say)?.report(&mut report);
	}
	if options.wants(Part::Aggregates) {
		let figures = aggregates::measure(dir.path(), options.quick, options.repetitions(), say);
		figures.context("proofs over tables")?.report(&mut report);
	}
	if options.wants(Part::Block) {
		let figures = block::measure(options.quick, options.repetitions(), say);
		if let Some(figures) = figures.context("importing full blocks")? {
			figures.report(&mut report);
		}
	}
	if options.wants(Part::Bulk) {
		say("sealing a snapshot");
		let figures = bulk::measure(dir.path(), options.quick, options.repetitions());
		figures.context("sealing a snapshot")?.report(&mut report);
	}
	if options.wants(Part::Requests) {
		let figures = in_chain(dir.path(), &runtime).context("requests through a real chain")?;
		figures.report(&mut report);
	}
	report.print();
	if options.markdown {
		println!("\n{}", report.markdown());
	}
	Ok(report.met())
}

fn measure_table(
	options: &Options,
	table: &growth::Table,
	runtime: &tokio::runtime::Runtime,
	report: &mut Report,
) -> Result<()> {
	if options.wants(Part::Sandbox) {
		let measured = sandbox::measure(table, options.repetitions(), say);
		runtime.block_on(measured).context("the sandboxed executor")?.report(table, report);
	}
	if options.wants(Part::Sending) {
		say("sending a result");
		let measured = async {
			let pieces = sandbox::whole_table(table).await?;
			sending::measure(&pieces, options.repetitions()).await
		};
		runtime.block_on(measured).context("sending a result")?.report(report);
	}
	Ok(())
}

fn in_chain(dir: &Path, runtime: &tokio::runtime::Runtime) -> Result<requests::Figures> {
	// Here and not at the start: without children, the default way of ending is the right one.
	souk_scenarios::interrupt::install();
	let market = requests::Market::open(dir, say)?;
	let figures = runtime.block_on(market.measure(say));
	drop(market);
	figures
}

/// Progress, apart from the tables.
fn say(what: &str) {
	eprintln!("souk-bench: {what}");
}
