//! What can be typed.

use crate::{beacon::MAX_ROUNDS, commands};
use anyhow::Result;
use clap::{Args, Parser, Subcommand};
use souk_proof_primitives::statements::StatementId;
use std::{io::Write, path::PathBuf};

/// `souk-ceremony …`
#[derive(Debug, Parser)]
#[command(
	name = "souk-ceremony",
	about = "Makes Groth16 keys that nobody knows the secrets of, as long as one contributor forgot theirs"
)]
pub struct Cli {
	#[command(subcommand)]
	command: Command,
}

/// Phase 2, and the transcript.
#[derive(Debug, Subcommand)]
pub enum Command {
	/// Phase 1: powers of tau, for any circuit of a size
	#[command(subcommand)]
	Tau(Tau),
	/// Start the key of a statement from finished powers
	New {
		/// The statement: chunk-key or key-delivery
		#[arg(value_parser = statement)]
		statement: StatementId,
		/// Era of the key; 0 is that of the development keys
		#[arg(long)]
		era: u32,
		/// The powers, which are verified first
		#[arg(long, value_name = "FILE")]
		powers: PathBuf,
		/// Where to write the file that goes to the first contributor
		#[arg(long, value_name = "FILE")]
		out: PathBuf,
	},
	/// Contribute to a key
	Contribute(Contribute),
	/// End a key's ceremony with a public value that nobody knew before
	Beacon(AddBeacon),
	/// Verify a key's file against the powers that it was started from
	Verify {
		/// The file
		file: PathBuf,
		/// The powers
		#[arg(long, value_name = "FILE")]
		powers: PathBuf,
	},
	/// Verify a key's file, and write proving key, verifying key and transcript
	Finish {
		/// The file
		file: PathBuf,
		/// The powers
		#[arg(long, value_name = "FILE")]
		powers: PathBuf,
		/// Directory for the three
		#[arg(long, value_name = "DIRECTORY")]
		out: PathBuf,
	},
	/// Check a transcript, offline: who contributed, and that the key is what they made
	Transcript {
		/// The transcript's JSON
		file: PathBuf,
	},
}

/// Phase 1.
#[derive(Debug, Subcommand)]
pub enum Tau {
	/// Start with powers of one
	New {
		/// The logarithm of how many constraints they are for
		#[arg(long, default_value_t = 13)]
		power: u32,
		/// Where to write the file that goes to the first contributor
		#[arg(long, value_name = "FILE")]
		out: PathBuf,
	},
	/// Contribute
	Contribute(Contribute),
	/// End the phase with a public value that nobody knew before
	Beacon(AddBeacon),
	/// Verify a file
	Verify {
		/// The file
		file: PathBuf,
	},
}

/// A contribution.
#[derive(Debug, Args)]
pub struct Contribute {
	/// The file of the contributor before
	pub file: PathBuf,
	/// Where to write the file that goes to the next one
	#[arg(long, value_name = "FILE")]
	pub out: PathBuf,
	/// What you want to be called in the transcript, in public
	#[arg(long)]
	pub name: String,
	/// A file whose content is mixed into the randomness; without it a line is asked for at a terminal
	#[arg(long, value_name = "FILE")]
	pub entropy: Option<PathBuf>,
}

/// A beacon.
#[derive(Debug, Args)]
pub struct AddBeacon {
	/// The file of the last contributor
	pub file: PathBuf,
	/// Where to write the result
	#[arg(long, value_name = "FILE")]
	pub out: PathBuf,
	/// The public value, in hexadecimal
	#[arg(long, value_name = "HEX")]
	pub value: String,
	/// It is hashed two to this power times
	#[arg(long, default_value_t = 22, value_parser = clap::value_parser!(u8).range(..=i64::from(MAX_ROUNDS)))]
	pub rounds: u8,
}

fn statement(name: &str) -> Result<StatementId, String> {
	StatementId::ALL.into_iter().find(|id| id.name() == name).ok_or_else(|| {
		format!("no statement; there are {}", StatementId::ALL.map(StatementId::name).join(" and "))
	})
}

/// Runs a command. What it found is written to `out`; `ask` asks a person for a line that is mixed into the randomness.
///
/// # Errors
///
/// What kept it from being done.
pub fn run(cli: Cli, out: &mut dyn Write, ask: &mut dyn FnMut() -> Result<Vec<u8>>) -> Result<()> {
	match cli.command {
		Command::Tau(Tau::New { power, out: to }) => commands::tau::new(power, &to, out),
		Command::Tau(Tau::Contribute(args)) => commands::tau::contribute(&args, out, ask),
		Command::Tau(Tau::Beacon(args)) => commands::tau::beacon(&args, out),
		Command::Tau(Tau::Verify { file }) => commands::tau::verify(&file, out),
		Command::New { statement, era, powers, out: to } => {
			commands::key::new(statement, era, &powers, &to, out)
		}
		Command::Contribute(args) => commands::key::contribute(&args, out, ask),
		Command::Beacon(args) => commands::key::beacon(&args, out),
		Command::Verify { file, powers } => commands::key::verify(&file, &powers, out),
		Command::Finish { file, powers, out: to } => commands::key::finish(&file, &powers, &to, out),
		Command::Transcript { file } => commands::transcript::check(&file, out),
	}
}
