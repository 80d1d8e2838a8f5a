//! A persistence node is killed in the middle of a large result: the client gets the whole of it from the other one. Then
//! both are stopped and started in the ordinary way.

use crate::world::{manifest, publish, query, start_all, World, PATIENCE, PLAN, TIMEOUT};
use anyhow::{ensure, Context, Result};
use datafusion::{
	arrow::array::{AsArray as _, RecordBatch},
	arrow::datatypes::Int64Type,
	parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder,
};
use souk_scenarios::{http, until, Daemon, Persistence};
use std::{fmt::Write as _, fs::File, path::Path};

/// Rows of the table; of the result, their square.
const ROWS: usize = 3_000;
const LARGE: &str = "SELECT a.id AS a, b.id AS b FROM t a CROSS JOIN t b";

/// Two nodes of its own.
pub fn fails_over(world: &World) -> Result<()> {
	let dir = world.folder("failover")?;
	let node = |name: &str| {
		let account = format!("//failover//{name}");
		let name_of_node = format!("failover's {name} node");
		let mut node = Persistence::prepare(&name_of_node, &dir.join(name), &world.spec, &account)?;
		// The large result takes a while on a busy machine.
		node.configure("[limits]\nquery_seconds = 240")?;
		anyhow::Ok(node)
	};
	let (mut first, mut second) = (node("first")?, node("second")?);
	start_all(&mut [&mut first, &mut second])?;
	let mut text = String::from("id\n");
	(0..ROWS).try_for_each(|id| writeln!(text, "{id}"))?;
	std::fs::write(dir.join("numbers.csv"), text)?;
	let rest = format!("[policy]\nmax_rows = {}\n\n{PLAN}", ROWS * ROWS);
	let manifest = manifest(&dir, "numbers", "kind = \"csv\"\nlocation = \"numbers.csv\"", &rest)?;
	let listing = publish(&world.user("//failover//curator"), &manifest, &world.worker, &[&first, &second])?;
	let buyer = world.user("//failover//buyer");
	buyer.json(&["subscribe", &listing.address, "--plan", "0"])?;
	for node in [&first, &second] {
		until("both nodes to have the snapshot", PATIENCE, || has_snapshot(node))?;
	}

	// Killed as soon as it has sent the first bytes of 144 million.
	let out = dir.join("all.parquet");
	let (report, mut killed, mut other) = std::thread::scope(|scope| -> Result<_> {
		let path = out.display().to_string();
		let (buyer, address) = (&buyer, &listing.address);
		let asking = scope.spawn(move || {
			buyer.json(&[
				"query",
				address,
				LARGE,
				"--format",
				"parquet",
				"--out",
				&path,
				"--timeout",
				TIMEOUT,
			])
		});
		let answering = until("a node to send the first bytes", PATIENCE, || {
			ensure!(!asking.is_finished(), "the query ended without a byte");
			Ok(match (sent(&first)? > 0, sent(&second)? > 0) {
				(true, _) => Some(true),
				(_, true) => Some(false),
				_ => None,
			})
		})?;
		let (mut killed, other) = if answering { (first, second) } else { (second, first) };
		killed.kill()?;
		let report = asking.join().map_err(|_| anyhow::anyhow!("asking panicked"))??;
		Ok((report, killed, other))
	})?;
	let failed = &report["tried"][0];
	ensure!(
		failed["provider"] == killed.address()?,
		"it was to fail over from {}: {report}",
		killed.address()?
	);
	ensure!(report["provider"] == other.address()?, "{report}");
	ensure!(report["rows"] == ROWS * ROWS, "{report}");
	every_pair_once(&out)?;
	println!("failover: {} bytes; the first node failed with: {}", report["bytes"], failed["reason"]);

	// Started again it has what it had, and the other one may stop.
	killed.start()?;
	killed.wait_up(PATIENCE)?;
	killed.wait_healthy(PATIENCE)?;
	let stopped = other.stop()?;
	ensure!(stopped.success(), "stopped, it ended with {stopped}");
	let count = |by: &Daemon| -> Result<()> {
		let (report, rows) = query(&buyer, &listing.address, "SELECT count(*), sum(id) FROM t", &dir)?;
		ensure!(rows == [format!("{ROWS},{}", ROWS * (ROWS - 1) / 2)], "{rows:?}");
		ensure!(report["provider"] == by.address()?, "{report}");
		Ok(())
	};
	count(&killed)?;
	other.start()?;
	other.wait_up(PATIENCE)?;
	other.wait_healthy(PATIENCE)?;
	let stopped = killed.stop()?;
	ensure!(stopped.success(), "stopped, it ended with {stopped}");
	count(&other)
}

fn sent(node: &Daemon) -> Result<u64> {
	let sent = http::metric(&node.metrics()?, "souk_result_bytes_total");
	Ok(sent.context("no counter of bytes")? as u64)
}

fn has_snapshot(node: &Daemon) -> Result<Option<()>> {
	Ok(http::metric(&node.metrics()?, "souk_snapshots").filter(|held| *held > 0.0).map(|_| ()))
}

/// Each pair of numbers is there, and none of them twice.
fn every_pair_once(path: &Path) -> Result<()> {
	let mut seen = vec![false; ROWS * ROWS];
	for batch in ParquetRecordBatchReaderBuilder::try_new(File::open(path)?)?.build()? {
		let batch: RecordBatch = batch?;
		let (a, b) =
			(batch.column(0).as_primitive::<Int64Type>(), batch.column(1).as_primitive::<Int64Type>());
		for (a, b) in a.values().iter().zip(b.values()) {
			let place = usize::try_from(a * ROWS as i64 + b)?;
			let before =
				std::mem::replace(seen.get_mut(place).context("a number that was not asked for")?, true);
			ensure!(!before, "the pair {a}, {b} came twice");
		}
	}
	ensure!(seen.iter().all(|seen| *seen), "pairs are missing");
	Ok(())
}
