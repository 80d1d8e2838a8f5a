//! The curation daemon.

mod daemon;

use anyhow::Context;
use clap::{Parser, Subcommand};
use souk_config::{DaemonConfig, WorkerConfig};
use souk_worker::configured::Configured;
use std::path::{Path, PathBuf};

/// Runs the curation jobs of the listings that it is assigned to: fetches, checks, seals and submits their snapshots.
#[derive(Parser)]
#[command(version)]
struct Options {
	/// Configuration file.
	#[arg(long, short, global = true, default_value = "worker.toml")]
	config: PathBuf,
	#[command(subcommand)]
	command: Option<Command>,
}

#[derive(Subcommand, Clone, Copy, PartialEq, Eq)]
enum Command {
	/// Run until SIGINT or SIGTERM; what happens without a command.
	Run,
	/// Read the configuration and its manifests, say what is wrong with them, and end.
	CheckConfig,
}

fn main() -> anyhow::Result<()> {
	let options = Options::parse();
	match options.command.unwrap_or(Command::Run) {
		Command::CheckConfig => {
			let config = load(&options.config)?;
			for manifest in Configured::all(&config.manifests).map_err(anyhow::Error::msg)? {
				manifest.read().map_err(anyhow::Error::msg)?;
			}
			println!("{} is good", options.config.display());
			Ok(())
		}
		Command::Run => {
			souk_daemon::log::init();
			let config = load(&options.config)?;
			souk_daemon::block_on(daemon::run(config))?
		}
	}
}

fn load(path: &Path) -> anyhow::Result<WorkerConfig> {
	WorkerConfig::load(path).with_context(|| format!("{} cannot be used", path.display()))
}
