//! A persistence node is killed in the middle of a large result: the client gets the whole of it from the other one. Then
//! both are stopped and started in the ordinary way.

use crate::world::{manifest, publish, query, start_all, Listing, World, PATIENCE, PLAN, TIMEOUT};
use anyhow::{ensure, Context, Result};
use datafusion::{
	arrow::array::{AsArray as _, RecordBatch},
	arrow::datatypes::Int64Type,
	parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder,
};
use serde_json::Value;
use souk_scenarios::{http, until, Daemon, Persistence, Souk};
use std::{fmt::Write as _, fs::File, path::Path};

/// How often it is tried to kill a node in time.
const ATTEMPTS: usize = 5;
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

	let (mut nodes, out) = ([first, second], dir.join("all.parquet"));
	let (report, which) = killed_amid_its_answer(&buyer, &listing, &mut nodes, &out)?;
	let [first, second] = nodes;
	let (mut killed, mut other) = if which == 0 { (first, second) } else { (second, first) };
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

/// Asks for the large result, and kills whichever node answers as soon as it has sent the first bytes of 144 million. Returns the report, and
/// which node that was. Where all of it had been sent by then, it is asked again.
fn killed_amid_its_answer(
	buyer: &Souk,
	listing: &Listing,
	nodes: &mut [Daemon; 2],
	out: &Path,
) -> Result<(Value, usize)> {
	let path = out.display().to_string();
	let query =
		["query", &listing.address, LARGE, "--format", "parquet", "--out", &path, "--timeout", TIMEOUT];
	for _ in 0..ATTEMPTS {
		let before = [sent(&nodes[0])?, sent(&nodes[1])?];
		let (report, killed) = std::thread::scope(|scope| -> Result<_> {
			let asking = scope.spawn(|| buyer.json(&query));
			let answering = until("a node to send the first bytes", 2 * PATIENCE, || {
				for (number, before) in before.iter().enumerate() {
					if sent(&nodes[number])? > *before {
						return Ok(Some(Some(number)));
					}
				}
				Ok(asking.is_finished().then_some(None))
			})?;
			if let Some(number) = answering {
				nodes[number].kill()?;
			}
			let report = asking.join().map_err(|_| anyhow::anyhow!("asking panicked"))??;
			Ok((report, answering))
		})?;
		let Some(number) = killed else { continue };
		if report["tried"].as_array().is_some_and(|tried| !tried.is_empty()) {
			return Ok((report, number));
		}
		nodes[number].start()?;
		nodes[number].wait_up(PATIENCE)?;
		nodes[number].wait_healthy(PATIENCE)?;
	}
	anyhow::bail!("{ATTEMPTS} times a node had sent everything before it was killed")
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
