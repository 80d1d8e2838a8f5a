//! A snapshot's file on its way into the store: read, cut into chunks, encrypted and committed to, as the worker does it, beside
//! reading the file and hashing it once.

use crate::{
	report::{grouped, Report, Table},
	stats::{median, millis},
};
use anyhow::{ensure, Result};
use rand::RngCore;
use souk_protocol::{seal_file, ListingSecret, SealedFile, SnapshotKey};
use std::{
	fs::File,
	io::{self, BufWriter, Read, Write},
	path::{Path, PathBuf},
	time::{Duration, Instant},
};

/// What the ratio is aimed at.
const RATIO: f64 = 4.0;
/// Bytes of the file.
const BYTES: usize = 256 << 20;
/// The same for a quick look.
const BYTES_QUICK: usize = 8 << 20;
/// Read at a time by whoever only hashes.
const BUFFER: usize = 1 << 20;

/// Everything that was measured here.
pub struct Figures {
	bytes: usize,
	hashed: Vec<Duration>,
	sealed: Vec<Duration>,
	written: Vec<Duration>,
}

/// Makes a file under `dir`, hashes it and seals it `repetitions` times, by turns.
pub fn measure(dir: &Path, quick: bool, repetitions: usize) -> Result<Figures> {
	let bytes = if quick { BYTES_QUICK } else { BYTES };
	let plain = dir.join("snapshot");
	make(&plain, bytes)?;
	let key = ListingSecret::generate().snapshot_key(1, 1);
	let mut figures = Figures { bytes, hashed: vec![], sealed: vec![], written: vec![] };
	let first = seal(&key, &plain, &mut io::sink())?.1;
	ensure!(first.bytes == bytes as u64, "{} of {bytes} bytes were sealed", first.bytes);
	for _ in 0..repetitions {
		figures.hashed.push(hash(&plain)?);
		let (took, sealed) = seal(&key, &plain, &mut io::sink())?;
		ensure!(sealed == first, "the same file was sealed to something else");
		figures.sealed.push(took);
		figures.written.push(seal_to_disk(&key, &plain, &dir.join("sealed"))?);
	}
	Ok(figures)
}

/// Bytes that nothing can guess or shorten.
fn make(path: &Path, bytes: usize) -> Result<()> {
	let mut file = File::create(path)?;
	let mut buffer = vec![0; BUFFER];
	for _ in 0..bytes / BUFFER {
		rand::thread_rng().fill_bytes(&mut buffer);
		file.write_all(&buffer)?;
	}
	file.sync_all()?;
	Ok(())
}

fn hash(path: &Path) -> Result<Duration> {
	let mut buffer = vec![0; BUFFER];
	let start = Instant::now();
	let mut file = File::open(path)?;
	let mut hasher = blake3::Hasher::new();
	loop {
		match file.read(&mut buffer)? {
			0 => break,
			read => hasher.update(&buffer[..read]),
		};
	}
	std::hint::black_box(hasher.finalize());
	Ok(start.elapsed())
}

fn seal(key: &SnapshotKey, path: &Path, to: &mut impl Write) -> Result<(Duration, SealedFile)> {
	let start = Instant::now();
	let sealed = seal_file(key, &mut File::open(path)?, to)?;
	Ok((start.elapsed(), sealed))
}

/// With the file that comes out, in the page cache.
fn seal_to_disk(key: &SnapshotKey, path: &Path, to: &PathBuf) -> Result<Duration> {
	let start = Instant::now();
	let mut writer = BufWriter::with_capacity(256 << 10, File::create(to)?);
	seal_file(key, &mut File::open(path)?, &mut writer)?;
	writer.flush()?;
	let took = start.elapsed();
	std::fs::remove_file(to)?;
	Ok(took)
}

impl Figures {
	/// Adds the table and its target.
	pub fn report(&self, report: &mut Report) {
		let one = median(&self.hashed).as_secs_f64();
		let ratio = |times: &[Duration]| median(times).as_secs_f64() / one;
		let mut lines = Table::new(
			format!("Sealing a snapshot of {} bytes", grouped(self.bytes as u64)),
			&["what", "ms", "MB/s", "÷ read and hashed"],
		);
		for (what, times) in [
			("read, and hashed once with blake3", &self.hashed),
			("read, cut into chunks, encrypted, committed to", &self.sealed),
			("the same, and written to a file", &self.written),
		] {
			lines.row([
				what.into(),
				format!("{:.1}", millis(median(times))),
				format!("{:.0}", self.bytes as f64 / median(times).as_secs_f64() / 1e6),
				format!("{:.2}", ratio(times)),
			]);
		}
		lines.note(format!(
			"Medians of {} by turns, the file in the page cache. Whoever hashes once has one thread; sealing has a thread per core, \
			 and hashes each byte twice (plaintext and ciphertext).",
			self.hashed.len()
		));
		report.add(lines);
		report.at_most("seal a snapshot ÷ read and hash it once", ratio(&self.sealed), RATIO);
	}
}
