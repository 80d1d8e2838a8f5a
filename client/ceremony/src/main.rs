//! `souk-ceremony`: what is typed, what is printed. Everything else is in the library.

use anyhow::{Context, Result};
use clap::Parser;
use souk_ceremony::cli::{run, Cli};
use std::{
	io::{self, IsTerminal, Read},
	process::ExitCode,
};

fn main() -> ExitCode {
	match run(Cli::parse(), &mut io::stdout(), &mut ask) {
		Ok(()) => ExitCode::SUCCESS,
		Err(error) => {
			eprintln!("souk-ceremony: {error:#}");
			ExitCode::FAILURE
		}
	}
}

/// Whatever a person types is mixed into the randomness. Without a terminal it is the system's alone.
fn ask() -> Result<Vec<u8>> {
	if !io::stdin().is_terminal() {
		return Ok(Vec::new());
	}
	eprintln!("Type anything at random, then Enter. It is mixed into the randomness of this machine:");
	let mut typed = Vec::with_capacity(4096);
	for byte in io::stdin().lock().take(4096).bytes() {
		match byte.context("standard input cannot be read")? {
			b'\n' => break,
			byte => typed.push(byte),
		}
	}
	Ok(typed)
}
