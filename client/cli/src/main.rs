//! `souk`: options → sdk → writer.
//!
//! ```text
//! cli (what can be typed) ──> commands/* ──> context (home, keys, light client, network) ──> souk-sdk
//!                                 └──> output, format ──> stdout      progress, log, errors ──> stderr
//! ```
//!
//! Results go to stdout, everything else to stderr. With `--json` stdout carries exactly one JSON document, an error
//! included. Exit codes are those of [`failure::Kind`].

mod address;
mod admin;
mod amount;
mod cli;
mod commands;
mod context;
mod failure;
mod format;
mod home;
mod output;
mod password;
mod progress;
mod receipt;
mod records;
mod span;
mod terminal;
mod text;

use clap::Parser as _;
use cli::{Cli, Command};
use context::{Context, Environment};
use failure::Failure;
use std::{
	io::{BufWriter, Write as _},
	process::ExitCode,
	time::Duration,
};

fn main() -> ExitCode {
	let cli = Cli::parse();
	log_to_stderr(cli.global.verbose);
	let json = cli.global.json;
	match run(cli) {
		Ok(()) => ExitCode::SUCCESS,
		// Whoever read our output has seen enough, e.g. `head`.
		Err(failure) if failure.is_closed_pipe() => ExitCode::SUCCESS,
		Err(failure) => {
			if json {
				println!("{}", failure.to_json());
			}
			eprintln!("error: {failure}");
			ExitCode::from(failure.kind.exit_code())
		}
	}
}

fn run(cli: Cli) -> Result<(), Failure> {
	let ctx = Context::new(cli.global, Environment::of_process())?;
	let runtime = tokio::runtime::Builder::new_multi_thread()
		.enable_all()
		.build()
		.map_err(|error| Failure::failed(format!("cannot start the asynchronous runtime: {error}")))?;
	let result = runtime.block_on(async {
		let mut out = BufWriter::new(std::io::stdout());
		let result = tokio::select! {
			result = dispatch(cli.command, &ctx, &mut out) => result,
			() = interrupted() => Err(Failure::failed("interrupted")),
		};
		// The command's own failure matters more than that of the flush.
		result.and(out.flush().map_err(Failure::from))
	});
	// The light client has tasks that never end by themselves.
	runtime.shutdown_timeout(Duration::from_secs(1));
	result
}

/// Ends at the first Ctrl-C, so that temporary files go away. The second one ends the process on the spot: formatting
/// a result is not interruptible.
async fn interrupted() {
	let (tell, told) = tokio::sync::oneshot::channel();
	tokio::spawn(async move {
		// Where no handler can be installed the signal keeps its ordinary effect.
		if tokio::signal::ctrl_c().await.is_ok() {
			// The command may have ended in this moment; then nobody listens any more.
			let _ = tell.send(());
			if tokio::signal::ctrl_c().await.is_ok() {
				std::process::exit(130);
			}
		}
	});
	if told.await.is_err() {
		std::future::pending::<()>().await;
	}
}

async fn dispatch(command: Command, ctx: &Context, out: output::Out<'_>) -> Result<(), Failure> {
	use commands::*;
	match command {
		Command::Key(command) => key::run(command, ctx, out).await,
		Command::Status(args) => status::run(args, ctx, out).await,
		Command::Balance(args) => balance::run(args, ctx, out).await,
		Command::Transfer(args) => transfer::run(args, ctx, out).await,
		Command::Publish(args) => publish::run(args, ctx, out).await,
		Command::Listing(command) => listing::run(command, ctx, out).await,
		Command::Search(args) => search::run(args, ctx, out).await,
		Command::Show(args) => show::run(args, ctx, out).await,
		Command::Subscribe(args) => subscribe::run(args, ctx, out).await,
		Command::Subscriptions(args) => subscriptions::run(args, ctx, out).await,
		Command::Cancel(args) => cancel::run(args, ctx, out).await,
		Command::Tab(command) => tab::run(command, ctx, out).await,
		Command::Query(args) => query::run(args, ctx, out).await,
		Command::Verify(args) => verify::run(args, ctx, out).await,
		Command::Ask(args) => ask::run(args, ctx, out).await,
		Command::Asks(command) => asks::run(command, ctx, out).await,
		Command::Buy(args) => buy::run(args, ctx, out).await,
		Command::Order(command) => order::run(command, ctx, out).await,
		Command::Dispute(command) => dispute::run(command, ctx, out).await,
		Command::Arbitrate(args) => arbitrate::run(args, ctx, out).await,
		Command::Report(command) => report::run(command, ctx, out).await,
		Command::Proof(command) => proof::run(command, ctx, out).await,
		Command::Rate(args) => rate::run(args, ctx, out).await,
		Command::Credential(command) => credential::run(command, ctx, out).await,
		Command::Receipts(args) => receipts::run(args, ctx, out).await,
		Command::Curator(command) => curator::run(command, ctx, out).await,
		Command::Back(args) => back::run(args, ctx, out).await,
		Command::Node(command) => node::run(command, ctx, out).await,
	}
}

fn log_to_stderr(verbose: u8) {
	let level = match verbose {
		0 => "error",
		1 => "warn,souk=info,souk_sdk=info,souk_network=info",
		2 => "info,souk=debug,souk_sdk=debug,souk_network=debug",
		_ => "debug",
	};
	let filter = tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| level.into());
	tracing_subscriber::fmt()
		.with_env_filter(filter)
		.with_writer(std::io::stderr)
		// What cannot be written would else be complained of by a macro that panics for the same reason, e.g. where the terminal is gone.
		.log_internal_errors(false)
		.init();
}

#[cfg(test)]
mod tests {
	use super::*;

	#[cfg(target_os = "linux")]
	#[test]
	fn a_log_that_cannot_be_written_ends_nothing() {
		const CHILD: &str = "SOUK_TEST_OF_A_FULL_LOG";
		if std::env::var_os(CHILD).is_some() {
			log_to_stderr(0);
			tracing::error!("there is no room for this");
			return;
		}
		let full = std::fs::OpenOptions::new().write(true).open("/dev/full").expect("Linux has it");
		let child = std::process::Command::new(std::env::current_exe().expect("this is a program"))
			.args(["--exact", "tests::a_log_that_cannot_be_written_ends_nothing", "--nocapture"])
			.env(CHILD, "1")
			.env_remove("RUST_LOG")
			.stderr(full)
			.output()
			.expect("it starts");
		let said = String::from_utf8_lossy(&child.stdout);
		assert!(child.status.success() && said.contains("1 passed"), "{said}");
	}
}
