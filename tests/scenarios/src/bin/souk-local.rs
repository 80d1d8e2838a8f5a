//! A marketplace to try things on: a chain of two validators, a worker and two persistence nodes on this machine, until
//! Ctrl-C.
//!
//! Usage: `souk-local [DIR]`. Data, keys and logs go under DIR (default: a temporary folder, removed at the end). `DIR/env` sets
//! up another terminal. All accounts are the well-known development ones: nothing here is worth anything.

use anyhow::{Context, Result};
use souk_scenarios::{interrupt, program, until, Chain, Persistence, Worker};
use std::{
	path::{Path, PathBuf},
	time::Duration,
};

/// Long enough for a busy machine; everything is awaited.
const PATIENCE: Duration = Duration::from_secs(300);
/// Until Ctrl-C, in effect.
const FOREVER: Duration = Duration::from_secs(10 * 365 * 24 * 3600);

fn main() {
	interrupt::install();
	if let Err(error) = run() {
		eprintln!("\nsouk-local: {error:#}");
		std::process::exit(1);
	}
}

fn run() -> Result<()> {
	let mut args = std::env::args().skip(1);
	let dir = match (args.next(), args.next()) {
		(None, _) => None,
		(Some(dir), None) if !dir.starts_with('-') => Some(PathBuf::from(dir)),
		_ => anyhow::bail!("usage: souk-local [DIR]"),
	};
	let temporary = tempfile::tempdir()?;
	let dir = match &dir {
		Some(dir) => {
			std::fs::create_dir_all(dir).with_context(|| format!("cannot make {}", dir.display()))?;
			dir.canonicalize()?
		}
		None => temporary.path().to_path_buf(),
	};

	println!("A chain of two validators starts ...");
	let mut chain = Chain::start(&dir.join("chain"), "local")?;
	chain.wait_finalized(2, PATIENCE)?;
	println!("A worker and two persistence nodes start and register ...");
	let spec = chain.spec().to_path_buf();
	let mut daemons = [
		Worker::start("worker", &dir.join("worker"), &spec, "//Dave")?,
		Persistence::start("node 1", &dir.join("node-1"), &spec, "//Ferdie")?,
		Persistence::start("node 2", &dir.join("node-2"), &spec, "//Bob//stash")?,
	];
	for daemon in &mut daemons {
		daemon.wait_up(PATIENCE)?;
	}
	std::thread::scope(|scope| -> Result<()> {
		let registered: Vec<_> = daemons.iter().map(|daemon| scope.spawn(|| daemon.register())).collect();
		registered
			.into_iter()
			.try_for_each(|thread| thread.join().map_err(|_| anyhow::anyhow!("a registration panicked"))?)
	})?;

	let programs = program("souk")?.parent().context("souk is in no folder")?.display().to_string();
	let env = dir.join("env");
	let lines = [
		format!("export PATH={}:\"$PATH\"", quoted(Path::new(&programs))),
		format!("export SOUK_CHAIN_SPEC={}", quoted(&spec)),
		format!("export SOUK_HOME={}", quoted(&dir.join("home"))),
		format!("export WORKER={}", daemons[0].admin_url()),
		format!("export NODE1={} NODE2={}", daemons[1].admin_url(), daemons[2].admin_url()),
	];
	std::fs::write(&env, lines.join("\n") + "\n")?;
	println!("It runs until Ctrl-C. In another terminal:\n");
	println!("  . {}", quoted(&env));
	println!("  souk status\n");
	let ended = until("Ctrl-C", FOREVER, || {
		for daemon in &mut daemons {
			daemon.process().check_alive()?;
		}
		// An error where a validator has gone.
		chain.heights(0)?;
		chain.heights(1)?;
		Ok(None::<()>)
	});
	match ended {
		Err(_) if interrupt::check().is_err() => {
			println!("stopping");
			Ok(())
		}
		other => other,
	}
}

/// A path as a word for the shell.
fn quoted(path: &Path) -> String {
	format!("'{}'", path.display().to_string().replace('\'', "'\\''"))
}
