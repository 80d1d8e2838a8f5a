//! Runs the real thing on loopback: a chain of several validators, workers, persistence nodes, and `souk` as a user types
//! it. The demo and the scenario tests are built on this.
//!
//! Nothing survives: every process dies with the handle that started it, and, should this process be killed, with its
//! parent. Conditions are awaited, within a limit; there are no fixed pauses.

pub mod chain;
pub mod contradiction;
pub mod crook;
pub mod daemon;
pub mod http;
pub mod interrupt;
pub mod jury;
pub mod liar;
pub mod ports;
pub mod process;
pub mod souk;
mod stand_in;
pub mod telling;
pub mod wait;
pub mod withholder;

pub use chain::Chain;
pub use daemon::{Daemon, Kind, Persistence, Worker};
pub use jury::Arbitrators;
pub use liar::Liar;
pub use process::Process;
pub use souk::Souk;
pub use wait::until;
pub use withholder::Withholder;

use std::path::PathBuf;

/// A program of this workspace, built beside the running one.
pub fn program(name: &str) -> anyhow::Result<PathBuf> {
	let here = std::env::current_exe()?;
	let found = here.ancestors().skip(1).take(2).map(|dir| dir.join(name)).find(|path| path.is_file());
	found.ok_or_else(|| anyhow::anyhow!("{name} is not built: run `cargo build --workspace --bins` first"))
}

/// The repository's root, for its data and examples.
pub fn repository() -> PathBuf {
	PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..").components().collect()
}
