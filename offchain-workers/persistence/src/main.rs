//! The daemon that keeps snapshots and answers queries.

mod daemon;

use clap::{Parser, Subcommand};
use souk_config::{DaemonConfig, PersistenceConfig};
use std::path::PathBuf;

/// Keeps the snapshots of the listings that it is assigned to, and answers their subscribers' queries.
#[derive(Parser)]
#[command(version)]
struct Options {
	/// Configuration file.
	#[arg(long, short, global = true, default_value = "persistence.toml")]
	config: PathBuf,
	#[command(subcommand)]
	command: Option<Command>,
}

#[derive(Subcommand, Clone, Copy, PartialEq, Eq)]
enum Command {
	/// Run until SIGINT or SIGTERM; what happens without a command.
	Run,
	/// Read the configuration, say what is wrong with it, and end.
	CheckConfig,
	/// One query, or one proof, in a sandbox; started by the daemon itself.
	#[command(hide = true)]
	Executor,
}

fn main() -> anyhow::Result<()> {
	let options = Options::parse();
	match options.command.unwrap_or(Command::Run) {
		// Before anything else: a sandbox has to be entered while the process has a single thread.
		Command::Executor => souk_engine::executor_main(),
		Command::CheckConfig => {
			load(&options.config)?;
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

fn load(path: &std::path::Path) -> anyhow::Result<PersistenceConfig> {
	Ok(PersistenceConfig::load(path)?)
}
