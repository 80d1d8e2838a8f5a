//! Options and subcommands.

use sc_cli::RunCmd;

/// A validator or full node of a Souk chain.
#[derive(Debug, clap::Parser)]
pub struct Cli {
	#[command(subcommand)]
	pub subcommand: Option<Subcommand>,
	#[clap(flatten)]
	pub run: RunCmd,
}

/// What the node does instead of running.
#[derive(Debug, clap::Subcommand)]
#[allow(clippy::large_enum_variant)]
pub enum Subcommand {
	/// Keys: generate, inspect, insert into a keystore.
	#[command(subcommand)]
	Key(sc_cli::KeySubcommand),
	/// Write the chain spec as JSON; with `--raw`, the form that light clients read.
	ExportChainSpec(sc_cli::ExportChainSpecCmd),
	/// Validate blocks.
	CheckBlock(sc_cli::CheckBlockCmd),
	/// Write blocks to a file.
	ExportBlocks(sc_cli::ExportBlocksCmd),
	/// Write a block's state as a chain spec.
	ExportState(sc_cli::ExportStateCmd),
	/// Read blocks from a file.
	ImportBlocks(sc_cli::ImportBlocksCmd),
	/// Remove the whole chain's data.
	PurgeChain(sc_cli::PurgeChainCmd),
	/// Go back to an earlier block.
	Revert(sc_cli::RevertCmd),
	/// Figures of the database.
	ChainInfo(sc_cli::ChainInfoCmd),
}
