//! A table several times larger than the worker's memory limit: sorted, sealed and served, in bounded memory.

use crate::world::{manifest, publish, query, start_all, World};
use anyhow::{ensure, Result};
use souk_scenarios::Worker;
use std::{
	fs::File,
	io::{BufWriter, Write as _},
	path::Path,
};

const MIB: u64 = 1 << 20;
/// The worker's limit.
const LIMIT: u64 = 16 * MIB;
/// Rows of 114 bytes.
const ROWS: u64 = 2_000_000;
/// What the process may grow by. The limit is for sorting, grouping and joining; on top come the program's own pages, the
/// group of rows that Parquet is written in, and what the allocator keeps. None of it depends on the table's length: a
/// table of 306 MiB costs as much as one of 75.
const GROWTH: u64 = 176 * MIB;

/// One worker of its own, with little memory.
pub fn stays_bounded(world: &World) -> Result<()> {
	let dir = world.folder("memory")?;
	let source = dir.join("large.csv");
	write(&source)?;
	let length = source.metadata()?.len();
	ensure!(length > GROWTH + 40 * MIB, "the table has {length} bytes only");
	let mut worker =
		Worker::prepare("worker with little memory", &dir.join("worker"), &world.spec, "//memory//worker")?;
	worker.configure(&format!("[limits]\nmemory_bytes = {LIMIT}"))?;
	start_all(&mut [&mut worker])?;

	worker.process().forget_peak_memory()?;
	let before = worker.process().peak_memory()?;
	let rest = "[transform]\nsql = \"SELECT text, id FROM source ORDER BY text\"\n\n\
	            [[plan]]\nkind = \"trial\"\nprice = \"0\"\nperiod = \"1h\"\n";
	let manifest = manifest(&dir, "large", "kind = \"csv\"\nlocation = \"large.csv\"", rest)?;
	let listing = publish(&world.user("//memory//curator"), &manifest, &worker, &[&world.nodes[1]])?;
	let grown = worker.process().peak_memory()?.saturating_sub(before);
	println!(
		"memory: {} MiB of CSV with a limit of {} MiB: the worker grew by {} MiB from {} MiB",
		length / MIB,
		LIMIT / MIB,
		grown / MIB,
		before / MIB
	);
	ensure!(grown < GROWTH, "the worker grew by {} MiB", grown / MIB);

	ensure!(listing.report["snapshot"]["rows"] == ROWS, "{}", listing.report);
	let buyer = world.user("//memory//buyer");
	buyer.json(&["subscribe", &listing.address])?;
	let sql = "SELECT count(*), sum(id), count(DISTINCT id) FROM t";
	let (_, rows) = query(&buyer, &listing.address, sql, &dir)?;
	ensure!(rows == [format!("{ROWS},{},{ROWS}", ROWS * (ROWS - 1) / 2)], "{rows:?}");
	Ok(())
}

fn write(path: &Path) -> Result<()> {
	let mut file = BufWriter::new(File::create(path)?);
	writeln!(file, "id,text")?;
	for id in 0..ROWS {
		// Spread over all texts, so that sorting has something to do, and nothing compresses.
		let mixed = id.wrapping_mul(0x9e37_79b9_7f4a_7c15);
		let other = mixed.rotate_left(17).wrapping_mul(0xbf58_476d_1ce4_e5b9);
		writeln!(
			file,
			"{id},{mixed:016x}{other:016x}{mixed:016x}{other:016x}{mixed:016x}{other:016x}0123456789"
		)?;
	}
	Ok(file.flush()?)
}
