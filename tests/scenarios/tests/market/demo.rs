//! The demo is interrupted, and killed, in its middle: no process that it started is left.

use anyhow::{ensure, Context as _, Result};
use souk_scenarios::{program, until, Process};
use std::{collections::HashSet, path::Path, process::Command, time::Duration};

/// Long: everything else may be starting as well.
const PATIENCE: Duration = Duration::from_secs(300);
/// How long everything may take to end: a Ctrl-C is a request, and chain and nodes are stopped one after the other, each in
/// the time that other programs leave it. What is left after that, stays.
const ENDING: Duration = Duration::from_secs(300);
/// The same where the demo had the time to end everything itself: what is left is a moment's work of the kernel.
const SOON: Duration = Duration::from_secs(20);

/// Both, one after the other.
pub fn leaves_no_process(dir: &Path) -> Result<()> {
	let mut demo = Demo::start(&dir.join("interrupted"))?;
	let family = demo.up()?;
	demo.process.signal(libc::SIGINT)?;
	let status = demo.process.wait(ENDING)?;
	ensure!(status.code() == Some(1), "interrupted, it ended with {status}");
	let said = demo.process.log_tail(3);
	ensure!(said.contains("demo: failed: interrupted"), "interrupted, it said {said}");
	ended(&family, SOON)?;
	demo.nobody_left()?;

	let mut demo = Demo::start(&dir.join("killed"))?;
	let family = demo.up()?;
	demo.process.kill()?;
	ended(&family, ENDING)?;
	demo.nobody_left()
}

/// The kernel ends those for whom the demo did not wait, when their turn comes.
fn ended(family: &HashSet<Member>, limit: Duration) -> Result<()> {
	until("the demo's processes to end", limit, || Ok(alive(family).is_empty().then_some(())))
}

struct Demo {
	process: Process,
	/// Its folder, which all that it starts are told on their command lines.
	folder: String,
}

/// A process, and when it started: numbers are used again.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Member {
	id: u32,
	started: u64,
}

impl Demo {
	fn start(dir: &Path) -> Result<Self> {
		std::fs::create_dir_all(dir)?;
		let folder = dir.canonicalize()?.display().to_string();
		let mut command = Command::new(program("souk-demo")?);
		command.args(["--keep", &folder]);
		Ok(Self { process: Process::start("the demo", command, &dir.join("demo.log"))?, folder })
	}

	/// Waits until two validators and a daemon run; returns all processes below it.
	fn up(&mut self) -> Result<HashSet<Member>> {
		let id = self.process.id();
		until("the demo's nodes to run", PATIENCE, || {
			self.process.check_alive()?;
			let family = descendants(id);
			let run = |name: &str| {
				family
					.iter()
					.filter(|member| command_line(member.id).is_some_and(|line| line.contains(name)))
					.count()
			};
			let up = run("souk-node") == 2 && run("souk-worker") + run("souk-persistence") > 0;
			Ok(up.then_some(family))
		})
	}

	/// Nor is anything left that was started after that look.
	fn nobody_left(&self) -> Result<()> {
		let left = || -> Vec<String> {
			let lines = processes().filter_map(|(id, _, _)| command_line(id));
			lines.filter(|line| line.contains(&self.folder)).collect()
		};
		until("what the demo started last to end", ENDING, || Ok(left().is_empty().then_some(())))
			.with_context(|| format!("still there: {:?}", left()))
	}
}

fn alive(family: &HashSet<Member>) -> Vec<Member> {
	processes().map(|(id, _, started)| Member { id, started }).filter(|one| family.contains(one)).collect()
}

fn descendants(of: u32) -> HashSet<Member> {
	let all: Vec<_> = processes().collect();
	let mut family = HashSet::new();
	let mut parents = vec![of];
	while let Some(parent) = parents.pop() {
		for (id, _, started) in all.iter().filter(|(_, their_parent, _)| *their_parent == parent) {
			family.insert(Member { id: *id, started: *started });
			parents.push(*id);
		}
	}
	family
}

/// Number, parent and start of every process that has not ended.
fn processes() -> impl Iterator<Item = (u32, u32, u64)> {
	let entries = std::fs::read_dir("/proc").into_iter().flatten().flatten();
	entries.filter_map(|entry| {
		let id: u32 = entry.file_name().to_str()?.parse().ok()?;
		let stat = std::fs::read_to_string(entry.path().join("stat")).ok()?;
		// The name before it is in brackets and may contain anything.
		let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
		let ended = matches!(fields.first(), Some(&"Z" | &"X"));
		Some((id, fields.get(1)?.parse().ok()?, fields.get(19)?.parse().ok()?)).filter(|_| !ended)
	})
}

fn command_line(id: u32) -> Option<String> {
	let bytes = std::fs::read(format!("/proc/{id}/cmdline")).ok()?;
	Some(String::from_utf8_lossy(&bytes).replace('\0', " "))
}
