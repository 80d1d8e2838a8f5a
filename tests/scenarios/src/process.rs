//! A child process that does not outlive its handle.

use anyhow::{Context, Result};
use std::{
	fs::File,
	os::unix::process::CommandExt,
	path::{Path, PathBuf},
	process::{Child, Command, ExitStatus, Stdio},
	time::{Duration, Instant},
};

/// A running program whose output goes to a log file.
pub struct Process {
	name: String,
	child: Child,
	log: PathBuf,
}

impl Process {
	/// Starts `command`; standard output and error go to `log`, which is truncated.
	pub fn start(name: &str, mut command: Command, log: &Path) -> Result<Self> {
		let file = File::create(log).with_context(|| format!("cannot write {}", log.display()))?;
		command.stdin(Stdio::null()).stdout(file.try_clone()?).stderr(file);
		// A group of its own, so that a Ctrl-C at the terminal reaches only us, and we end the children in order.
		command.process_group(0);
		die_with_parent(&mut command);
		let child = command.spawn().with_context(|| format!("cannot start {name}: {command:?}"))?;
		Ok(Self { name: name.into(), child, log: log.into() })
	}

	/// Its name in messages.
	pub fn name(&self) -> &str {
		&self.name
	}

	/// Its process id.
	pub fn id(&self) -> u32 {
		self.child.id()
	}

	/// An error with the end of the log where it has exited.
	pub fn check_alive(&mut self) -> Result<()> {
		if let Some(status) = self.child.try_wait()? {
			anyhow::bail!("{} exited ({status}); its last words:\n{}", self.name, self.log_tail(20));
		}
		Ok(())
	}

	/// The last lines of its output.
	pub fn log_tail(&self, lines: usize) -> String {
		let text = std::fs::read(&self.log).unwrap_or_default();
		let text = String::from_utf8_lossy(&text);
		let all: Vec<&str> = text.lines().collect();
		all[all.len().saturating_sub(lines)..].join("\n")
	}

	/// Most memory that it has had resident since its start or [`Self::forget_peak_memory`], in bytes.
	pub fn peak_memory(&self) -> Result<u64> {
		let status = std::fs::read_to_string(format!("/proc/{}/status", self.id()))?;
		let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
		let kib = line.and_then(|line| line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok());
		Ok(kib.with_context(|| format!("no VmHWM of {}", self.name))? * 1024)
	}

	/// Measures [`Self::peak_memory`] from now on.
	pub fn forget_peak_memory(&self) -> Result<()> {
		Ok(std::fs::write(format!("/proc/{}/clear_refs", self.id()), "5")?)
	}

	/// Sends a signal.
	pub fn signal(&mut self, signal: libc::c_int) -> Result<()> {
		self.check_alive()?;
		// SAFETY: sends a signal to a child that was not waited for yet, so that its id cannot have been reused.
		let sent = unsafe { libc::kill(self.child.id() as libc::pid_t, signal) };
		anyhow::ensure!(sent == 0, "{}: {}", self.name, std::io::Error::last_os_error());
		Ok(())
	}

	/// `kill -9`, and waits for the end.
	pub fn kill(&mut self) -> Result<ExitStatus> {
		// An error means that it has ended already.
		let _ = self.child.kill();
		Ok(self.child.wait()?)
	}

	/// Asks it to stop (SIGTERM) and waits up to `limit`, then kills it.
	pub fn stop(&mut self, limit: Duration) -> Result<ExitStatus> {
		// An error means that it has ended already.
		let _ = self.signal(libc::SIGTERM);
		match self.ended_within(limit)? {
			Some(status) => Ok(status),
			None => self.kill(),
		}
	}

	/// Waits up to `limit` for it to end by itself.
	pub fn wait(&mut self, limit: Duration) -> Result<ExitStatus> {
		self.ended_within(limit)?.with_context(|| {
			format!("{} is still running after {limit:?}; its last words:\n{}", self.name, self.log_tail(10))
		})
	}

	fn ended_within(&mut self, limit: Duration) -> Result<Option<ExitStatus>> {
		let end = Instant::now() + limit;
		while Instant::now() < end {
			if let Some(status) = self.child.try_wait()? {
				return Ok(Some(status));
			}
			std::thread::sleep(Duration::from_millis(20));
		}
		Ok(None)
	}
}

impl Drop for Process {
	fn drop(&mut self) {
		let _ = self.stop(Duration::from_secs(5));
	}
}

/// Makes the kernel kill the child when this process goes away, however it goes.
///
/// The kernel watches the *thread* that started the child: start processes from a thread that lives as long as they do.
pub fn die_with_parent(command: &mut Command) {
	// SAFETY: prctl is async-signal-safe and touches only the child.
	unsafe {
		command.pre_exec(|| {
			if libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL) != 0 {
				return Err(std::io::Error::last_os_error());
			}
			Ok(())
		});
	}
}
