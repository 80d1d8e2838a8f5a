//! The whole marketplace on one machine with real data, told to a newcomer. Every step is checked.
//!
//! Usage: `souk-demo [--keep DIR]`. With `--keep`, keys, data and logs stay in that folder.

mod expected;
mod fakes;
mod proved;
mod report;
mod sales;
mod story;

use anyhow::Result;
use souk_scenarios::interrupt;
use std::path::PathBuf;

fn main() {
	interrupt::install();
	let code = match run() {
		Ok(()) => 0,
		Err(error) => {
			eprintln!("\ndemo: failed: {error:#}");
			1
		}
	};
	std::process::exit(code);
}

fn run() -> Result<()> {
	let mut args = std::env::args().skip(1);
	let keep = match (args.next().as_deref(), args.next()) {
		(None, _) => None,
		(Some("--keep"), Some(dir)) => Some(PathBuf::from(dir)),
		_ => anyhow::bail!("usage: souk-demo [--keep DIR]"),
	};
	let temporary = tempfile::tempdir()?;
	let dir = match &keep {
		Some(dir) => {
			std::fs::create_dir_all(dir)?;
			dir.canonicalize()?
		}
		None => temporary.path().to_path_buf(),
	};
	// Everything that was started is ended when the story's world goes out of scope, before the last line is printed.
	let report = story::tell(&dir)?;
	report.print();
	println!("demo: ok");
	Ok(())
}
