//! The processes that this one has started. For tests that are the only one in their process.

use std::fs;

/// Their ids.
pub fn children() -> Vec<String> {
	let tasks = fs::read_dir(format!("/proc/{}/task", std::process::id())).expect("this process has threads");
	tasks
		.filter_map(|task| fs::read_to_string(task.ok()?.path().join("children")).ok())
		.flat_map(|pids| pids.split_whitespace().map(str::to_owned).collect::<Vec<_>>())
		.collect()
}
