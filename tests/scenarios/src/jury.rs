//! Arbitrators: each is a `souk arbitrate` that joined the pool, watches for cases, votes as it was told, and reveals on time.

use crate::{until, Process, Souk};
use anyhow::{Context, Result};
use serde_json::Value;
use std::{path::Path, time::Duration};

/// Arbitrators that watch, until this is dropped. They die with the thread that started them.
pub struct Arbitrators(Vec<Process>);

impl Arbitrators {
	/// Has each join the pool with `bond` and vote as it is told (`buyer`, `seller`, `refuse`); logs go under `dir`.
	pub fn join(who: &[(Souk, &str)], bond: &str, dir: &Path, patience: Duration) -> Result<Self> {
		std::fs::create_dir_all(dir)?;
		let mut all = Vec::new();
		for (number, (user, vote)) in who.iter().enumerate() {
			let name = format!("arbitrator {}", number + 1);
			let command = user.command(&["--json", "arbitrate", "--bond", bond, "--vote", vote])?;
			all.push(Process::start(&name, command, &dir.join(format!("{name}.log")))?);
		}
		let mut all = Self(all);
		until("arbitrators in the pool", patience, || {
			all.check_alive()?;
			Ok(all.0.iter().all(|one| one.log_tail(usize::MAX).contains("\"joined\"")).then_some(()))
		})?;
		Ok(all)
	}

	/// An error where one of them has ended.
	pub fn check_alive(&mut self) -> Result<()> {
		self.0.iter_mut().try_for_each(Process::check_alive)
	}

	/// Waits until case `number`, as `user` sees it, is in this phase. Returns the case.
	pub fn bring(&mut self, user: &Souk, number: &str, phase: &str, patience: Duration) -> Result<Value> {
		until(&format!("phase {phase:?} of case {number}"), patience, || {
			self.check_alive()?;
			let mut shown = user.json(&["dispute", "show", number])?;
			let case = shown["case"].take();
			let now = case["phase"].as_str().context("a case without a phase")?;
			Ok((now == phase).then_some(case))
		})
	}
}
