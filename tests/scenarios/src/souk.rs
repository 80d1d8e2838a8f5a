//! `souk`, as a user types it.

use crate::{process::die_with_parent, program};
use anyhow::{Context, Result};
use serde_json::Value;
use std::{
	io::{Read as _, Seek as _, SeekFrom},
	path::{Path, PathBuf},
	process::{Command, Stdio},
	time::{Duration, Instant},
};

/// One user: an account, a home folder, and the chain spec. No node, no RPC server.
#[derive(Clone)]
pub struct Souk {
	home: PathBuf,
	spec: PathBuf,
	account: String,
}

/// How a command ended.
#[derive(Debug)]
pub struct Ended {
	/// Exit code.
	pub code: i32,
	/// Standard output.
	pub out: String,
	/// Standard error.
	pub err: String,
	/// How long it took.
	pub took: Duration,
}

impl Souk {
	/// A user with this account (a key's name or a development uri).
	pub fn new(home: &Path, spec: &Path, account: &str) -> Self {
		Self { home: home.into(), spec: spec.into(), account: account.into() }
	}

	/// Where their keys and files are.
	pub fn home(&self) -> &Path {
		&self.home
	}

	/// SS58 address of a user whose account is a development uri.
	pub fn address(&self) -> Result<String> {
		address_of(&self.account)
	}

	/// The command with its global options, for what needs more than [`Self::run`].
	pub fn command(&self, args: &[&str]) -> Result<Command> {
		let mut command = Command::new(program("souk")?);
		command
			.env("SOUK_HOME", &self.home)
			.env("SOUK_CHAIN_SPEC", &self.spec)
			.env("SOUK_ACCOUNT", &self.account)
			.env("SOUK_PASSWORD", "demo password")
			.args(args)
			.stdin(Stdio::null());
		die_with_parent(&mut command);
		Ok(command)
	}

	/// Runs a command to its end, whatever that is.
	pub fn run(&self, args: &[&str]) -> Result<Ended> {
		let start = Instant::now();
		// Files instead of pipes, so that nothing has to be read while we wait for the end or for a signal.
		let (mut out, mut err) = (tempfile::tempfile()?, tempfile::tempfile()?);
		let mut child =
			self.command(args)?.stdout(out.try_clone()?).stderr(err.try_clone()?).spawn().context("souk")?;
		let status = loop {
			if let Some(status) = child.try_wait()? {
				break status;
			}
			if let Err(error) = crate::interrupt::check() {
				child.kill()?;
				child.wait()?;
				return Err(error);
			}
			std::thread::sleep(Duration::from_millis(20));
		};
		let read = |file: &mut std::fs::File| -> Result<String> {
			let mut bytes = Vec::new();
			file.seek(SeekFrom::Start(0))?;
			file.read_to_end(&mut bytes)?;
			Ok(String::from_utf8_lossy(&bytes).into_owned())
		};
		Ok(Ended {
			code: status.code().unwrap_or(-1),
			out: read(&mut out)?,
			err: read(&mut err)?,
			took: start.elapsed(),
		})
	}

	/// Runs a command that must succeed, with `--json`, and returns its document.
	pub fn json(&self, args: &[&str]) -> Result<Value> {
		let mut all = vec!["--json"];
		all.extend_from_slice(args);
		let ended = self.run(&all)?;
		anyhow::ensure!(
			ended.code == 0,
			"souk {} ended with {}:\n{}{}",
			args.join(" "),
			ended.code,
			ended.out,
			ended.err
		);
		serde_json::from_str(&ended.out)
			.with_context(|| format!("souk {} printed no JSON:\n{}", args.join(" "), ended.out))
	}
}

/// SS58 address of a development uri such as `//Charlie`.
pub fn address_of(uri: &str) -> Result<String> {
	let account = souk_custody::Account::from_uri(uri).map_err(|e| anyhow::anyhow!("{uri}: {e}"))?;
	Ok(account.ss58())
}
