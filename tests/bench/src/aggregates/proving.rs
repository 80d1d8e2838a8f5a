//! Making proofs, each number of rows in a process of its own: so its memory is known, and nothing else is in it.

use super::{query, table, CONTEXT, KEY, MIN_GROUP_SIZE, ROWS, ROWS_QUICK};
use crate::{
	report::{grouped, Report, Table},
	stats::median,
};
use anyhow::{ensure, Context, Result};
use codec::Encode;
use souk_aggregates::prove;
use std::{
	fs,
	ops::ControlFlow,
	path::Path,
	process::{Command, ExitCode, Stdio},
	time::{Duration, Instant},
};

/// The argument with which this program makes proofs and prints what they took.
const PROVER: &str = "prove-aggregate";
/// Between these a row must not become dearer.
const FEW: usize = 10_000;
const MANY: usize = 1_000_000;
/// The same for a quick look.
const FEW_QUICK: usize = 1_000;
const MANY_QUICK: usize = 4_000;
/// Proofs of the lower numbers of rows: each takes seconds.
const MOST: usize = 5;
/// What the figures are aimed at.
const ROWS_PER_SECOND: f64 = 8_000.0;
const GROWTH: f64 = 1.3;
const BUNDLE_KIB: f64 = 500.0;
const MEMORY_GIB: f64 = 8.0;

/// What proofs over one number of rows took.
struct Proved {
	rows: usize,
	elapsed: Vec<Duration>,
	/// Of all threads together.
	processor: Vec<Duration>,
	/// The most memory that the process had, bytes.
	memory: u64,
	bundle: usize,
}

impl Proved {
	fn rows_per_second(&self) -> f64 {
		self.rows as f64 / median(&self.elapsed).as_secs_f64()
	}

	/// Microseconds, whatever of them the processors did.
	fn each_row_elapsed(&self) -> f64 {
		median(&self.elapsed).as_secs_f64() * 1e6 / self.rows as f64
	}

	/// Microseconds of processor time.
	fn each_row(&self) -> f64 {
		median(&self.processor).as_secs_f64() * 1e6 / self.rows as f64
	}

	fn gibibytes(&self) -> f64 {
		self.memory as f64 / f64::from(1 << 30)
	}
}

/// Everything that was measured here.
pub struct Figures {
	few: Proved,
	demo: Proved,
	many: Proved,
}

/// Proves three numbers of rows; the middle one's bundle is written to `bundle`.
pub fn measure(bundle: &Path, quick: bool, repetitions: usize, say: fn(&str)) -> Result<Figures> {
	let rows = if quick { [FEW_QUICK, ROWS_QUICK, MANY_QUICK] } else { [FEW, ROWS, MANY] };
	let [few, demo, many] = rows;
	let several = repetitions.min(MOST);
	let few = in_a_process(few, several, None)?;
	let demo = in_a_process(demo, several, Some(bundle))?;
	say(&format!("proving an aggregate of {} rows", grouped(many as u64)));
	let many = in_a_process(many, 1, None)?;
	Ok(Figures { few, demo, many })
}

fn in_a_process(rows: usize, repetitions: usize, bundle: Option<&Path>) -> Result<Proved> {
	let mut command = Command::new(std::env::current_exe()?);
	command.args([PROVER, &rows.to_string(), &repetitions.to_string()]).args(bundle).stderr(Stdio::inherit());
	let output = command.output()?;
	ensure!(output.status.success(), "proving {rows} rows ended with {}", output.status);
	let text = String::from_utf8(output.stdout)?;
	let mut proved = Proved { rows, elapsed: vec![], processor: vec![], memory: 0, bundle: 0 };
	for line in text.lines() {
		let figures: Vec<u64> = line.split(' ').map(str::parse).collect::<Result<_, _>>()?;
		let [elapsed, processor, memory, bundle] = figures[..] else {
			anyhow::bail!("the prover prints {line:?}");
		};
		proved.elapsed.push(Duration::from_micros(elapsed));
		proved.processor.push(Duration::from_millis(processor));
		(proved.memory, proved.bundle) = (memory, bundle as usize);
	}
	ensure!(proved.elapsed.len() == repetitions, "the prover prints {text:?}");
	Ok(proved)
}

/// Makes proofs, where the arguments say that this program is to; `None` where they do not.
pub fn prover(mut arguments: impl Iterator<Item = String>) -> Option<ExitCode> {
	if arguments.next()? != PROVER {
		return None;
	}
	let mut number = || arguments.next().and_then(|text| text.parse().ok());
	let (Some(rows), Some(repetitions)) = (number(), number()) else { return Some(ExitCode::FAILURE) };
	match prove_and_print(rows, repetitions, arguments.next().as_deref()) {
		Ok(()) => Some(ExitCode::SUCCESS),
		Err(error) => {
			eprintln!("souk-bench: proving {rows} rows failed: {error:#}");
			Some(ExitCode::FAILURE)
		}
	}
}

fn prove_and_print(rows: usize, repetitions: usize, bundle: Option<&str>) -> Result<()> {
	let (table, query) = (table(rows), query());
	for _ in 0..repetitions {
		let (start, used) = (Instant::now(), processor_millis()?);
		let go_on = &mut |_| ControlFlow::Continue(());
		let bytes = prove(&table, &KEY, CONTEXT, &query, MIN_GROUP_SIZE, go_on)?.encode();
		let (elapsed, used) = (start.elapsed().as_micros(), processor_millis()? - used);
		println!("{elapsed} {used} {} {}", most_memory()?, bytes.len());
		if let Some(path) = bundle {
			fs::write(path, bytes)?;
		}
	}
	Ok(())
}

/// What all threads of this process have used.
fn processor_millis() -> Result<u64> {
	let stat = fs::read_to_string("/proc/self/stat")?;
	// The name before it is in parentheses and may hold anything.
	let fields = stat.rsplit_once(')').context("/proc/self/stat")?.1;
	let ticks = fields.split_whitespace().skip(11).take(2).map(str::parse::<u64>);
	// A hundred ticks a second, whatever the kernel's own clock is.
	Ok(10 * ticks.sum::<Result<u64, _>>()?)
}

/// The most memory that this process has had, bytes.
fn most_memory() -> Result<u64> {
	let status = fs::read_to_string("/proc/self/status")?;
	let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).context("/proc/self/status")?;
	Ok(line.trim().trim_end_matches(" kB").parse::<u64>()? << 10)
}

impl Figures {
	/// Adds the table and its targets.
	pub fn report(&self, report: &mut Report) {
		let mut lines = Table::new(
			"Proving COUNT and SUM with a range over another column",
			&["rows", "s", "rows/s", "CPU s", "CPU µs/row", "memory, GiB", "bundle, KiB"],
		);
		for proved in [&self.few, &self.demo, &self.many] {
			lines.row([
				grouped(proved.rows as u64),
				format!("{:.2}", median(&proved.elapsed).as_secs_f64()),
				grouped(proved.rows_per_second() as u64),
				format!("{:.1}", median(&proved.processor).as_secs_f64()),
				format!("{:.0}", proved.each_row()),
				format!("{:.2}", proved.gibibytes()),
				format!("{:.0}", kibibytes(proved.bundle)),
			]);
		}
		lines.note(format!(
			"Medians of {}; the most rows once. Each in a process of its own, on all cores; commitment to three columns and the check \
			 of the proof included. Where the machine does other things, CPU time tells more.",
			self.demo.elapsed.len()
		));
		// Heights are powers of two: a row of the fewest carries the most padding, which hides what a row costs more where there are many.
		for fewer in [&self.few, &self.demo] {
			lines.note(format!(
				"A row of {} took {:.2} times the CPU time, and {:.2} times the time, of a row of {}.",
				grouped(self.many.rows as u64),
				self.many.each_row() / fewer.each_row(),
				self.many.each_row_elapsed() / fewer.each_row_elapsed(),
				grouped(fewer.rows as u64)
			));
		}
		report.add(lines);
		report.at_least("rows proved in a second", self.demo.rows_per_second(), ROWS_PER_SECOND);
		report.at_most(
			"a row's CPU time, a million ÷ 10,000 rows",
			self.many.each_row() / self.few.each_row(),
			GROWTH,
		);
		report.at_most("memory of a proof over a million rows, GiB", self.many.gibibytes(), MEMORY_GIB);
		report.at_most("bundle, KiB", kibibytes(self.demo.bundle), BUNDLE_KIB);
	}
}

fn kibibytes(bytes: usize) -> f64 {
	bytes as f64 / 1024.0
}
