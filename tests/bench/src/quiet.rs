//! Waiting until the executors that were started in the background are ready: getting one ready takes processor time,
//! which must not be counted for a query.

use anyhow::{ensure, Result};
use std::{
	fs,
	time::{Duration, Instant},
};

/// Between two looks.
const TICK: Duration = Duration::from_millis(5);
/// Looks in a row at which nothing may have moved: for longer than an executor waits until it meets its memory.
const STILL: usize = 12;
/// No executor takes this long to get ready.
const PATIENCE: Duration = Duration::from_secs(600);

/// A child process at one moment.
#[derive(PartialEq, Eq)]
struct Look {
	pid: u32,
	asleep: bool,
	/// Ticks of processor time that it has used.
	used: u64,
}

/// Waits until this process has at least `children` child processes and all of them sleep.
pub async fn settled(children: usize) -> Result<()> {
	let start = Instant::now();
	let (mut last, mut still) = (Vec::new(), 0);
	while still < STILL {
		ensure!(start.elapsed() < PATIENCE, "the executors do not come to rest");
		tokio::time::sleep(TICK).await;
		let now = looks()?;
		let quiet = now.len() >= children && now.iter().all(|child| child.asleep) && now == last;
		still = if quiet { still + 1 } else { 0 };
		last = now;
	}
	Ok(())
}

/// Every child of every thread.
fn looks() -> Result<Vec<Look>> {
	let mut all = Vec::new();
	for thread in fs::read_dir("/proc/self/task")? {
		// A thread may end while we look.
		let Ok(children) = fs::read_to_string(thread?.path().join("children")) else { continue };
		all.extend(children.split_whitespace().filter_map(|pid| look(pid.parse().ok()?)));
	}
	all.sort_unstable_by_key(|child| child.pid);
	Ok(all)
}

fn look(pid: u32) -> Option<Look> {
	let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
	// The name before it is in parentheses and may hold anything.
	let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
	let ticks = |index: usize| fields.get(index)?.parse::<u64>().ok();
	Some(Look { pid, asleep: *fields.first()? == "S", used: ticks(11)? + ticks(12)? })
}
