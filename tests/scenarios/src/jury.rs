//! Arbitrators: each is a `souk arbitrate` that joined the pool, watches for cases, votes as it was told, and reveals on time.

use crate::{until, Process, Souk};
use anyhow::{Context, Result};
use serde_json::Value;
use std::{
	path::{Path, PathBuf},
	time::Duration,
};

/// How long one of them may take to stop, on a busy machine.
const STOPPING: Duration = Duration::from_secs(120);

/// Arbitrators that watch, until this is dropped. They die with the thread that started them.
pub struct Arbitrators(Vec<Arbitrator>);

struct Arbitrator {
	name: String,
	user: Souk,
	bond: String,
	vote: String,
	log: PathBuf,
	/// `None` while it is stopped.
	process: Option<Process>,
}

impl Arbitrator {
	fn start(&mut self) -> Result<()> {
		let command =
			self.user.command(&["--json", "arbitrate", "--bond", &self.bond, "--vote", &self.vote])?;
		self.process = Some(Process::start(&self.name, command, &self.log)?);
		Ok(())
	}

	fn has_joined(&self) -> bool {
		self.process.as_ref().is_some_and(|process| process.log_tail(usize::MAX).contains("\"joined\""))
	}
}

impl Arbitrators {
	/// Has each join the pool with `bond` and vote as it is told (`buyer`, `seller`, `refuse`); logs go under `dir`.
	pub fn join(who: &[(Souk, &str)], bond: &str, dir: &Path, patience: Duration) -> Result<Self> {
		std::fs::create_dir_all(dir)?;
		let mut all = Vec::new();
		for (number, (user, vote)) in who.iter().enumerate() {
			let name = format!("arbitrator {}", number + 1);
			let log = dir.join(format!("{name}.log"));
			let (user, bond, vote) = (user.clone(), bond.to_owned(), (*vote).to_owned());
			let mut one = Arbitrator { name, user, bond, vote, log, process: None };
			one.start()?;
			all.push(one);
		}
		let mut all = Self(all);
		until("arbitrators in the pool", patience, || {
			all.check_alive()?;
			Ok(all.0.iter().all(Arbitrator::has_joined).then_some(()))
		})?;
		Ok(all)
	}

	/// Stops one of them, by its place in the list: it stays in the pool and does nothing.
	pub fn stop(&mut self, place: usize) -> Result<()> {
		let one = self.0.get_mut(place).context("no such arbitrator")?;
		if let Some(mut process) = one.process.take() {
			process.stop(STOPPING)?;
		}
		Ok(())
	}

	/// Starts one again that was stopped. It goes on where it was.
	pub fn start(&mut self, place: usize) -> Result<()> {
		self.0.get_mut(place).context("no such arbitrator")?.start()
	}

	/// An error where one of them has ended by itself.
	pub fn check_alive(&mut self) -> Result<()> {
		self.0.iter_mut().filter_map(|one| one.process.as_mut()).try_for_each(Process::check_alive)
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
