//! What it was measured on.

use std::fs;

/// Processor model, cores and memory, in one line.
pub fn describe() -> String {
	let cpu = line("/proc/cpuinfo", "model name").unwrap_or_else(|| std::env::consts::ARCH.into());
	let cores = std::thread::available_parallelism().map_or(1, usize::from);
	let memory = line("/proc/meminfo", "MemTotal")
		.and_then(|text| text.split_whitespace().next()?.parse::<u64>().ok())
		.map_or(0, |kib| (kib + (1 << 19)) >> 20);
	format!("{cpu}, {cores} cores, {memory} GiB")
}

fn line(file: &str, key: &str) -> Option<String> {
	let text = fs::read_to_string(file).ok()?;
	let line = text.lines().find(|line| line.starts_with(key))?;
	Some(line.split_once(':')?.1.trim().to_owned())
}
