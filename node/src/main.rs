//! `souk-node`: the validator and full node. No market logic: that is the runtime's.

mod chain_spec;
mod cli;
mod command;
mod live;
mod rpc;
mod service;

fn main() -> sc_cli::Result<()> {
	command::run()
}
