//! souk-aggregates, in a process of its own (`ours/`): it and proof-of-sql cannot be linked into one program.

use crate::{
	weather::{Answer, Weather},
	Turn,
};
use anyhow::{bail, Context, Result};
use std::{
	io::{BufRead, BufReader, BufWriter, Write},
	process::{Child, ChildStdin, ChildStdout, Command, Stdio},
	time::Duration,
};

/// The process; it has no work between two turns.
pub struct Ours {
	child: Child,
	asks: BufWriter<ChildStdin>,
	answers: BufReader<ChildStdout>,
}

impl Ours {
	/// Starts it and gives it the table.
	pub fn start(weather: &Weather) -> Result<Self> {
		let program = std::env::current_exe()?.with_file_name("souk-bench-aggregates");
		let mut child = Command::new(&program)
			.stdin(Stdio::piped())
			.stdout(Stdio::piped())
			.spawn()
			.with_context(|| format!("{} has to be built first: see README.md", program.display()))?;
		let asks = child.stdin.take().context("the process has no input")?;
		let answers = child.stdout.take().context("the process has no output")?;
		let mut ours = Self { child, asks: BufWriter::new(asks), answers: BufReader::new(answers) };
		writeln!(ours.asks, "{} {} {}", weather.temp.len(), weather.range.0, weather.range.1)?;
		for (x, y) in weather.temp.iter().zip(&weather.humid) {
			writeln!(ours.asks, "{x} {y}")?;
		}
		ours.asks.flush()?;
		Ok(ours)
	}

	/// Proves once.
	pub fn turn(&mut self) -> Result<Turn> {
		writeln!(self.asks, "turn")?;
		self.asks.flush()?;
		let mut line = String::new();
		self.answers.read_line(&mut line)?;
		let figures: Vec<i64> = line
			.split_whitespace()
			.map(|figure| figure.parse().with_context(|| format!("{figure} is no number")))
			.collect::<Result<_>>()?;
		let [proving, verifying, bytes, count, sum] = figures[..] else {
			bail!("our process ended without an answer")
		};
		Ok(Turn {
			proving: Duration::from_micros(proving.try_into()?),
			verifying: Duration::from_micros(verifying.try_into()?),
			bytes: bytes.try_into()?,
			answer: Answer { count, sum },
		})
	}

	/// Ends it.
	pub fn stop(self) -> Result<()> {
		let Self { mut child, asks, answers } = self;
		drop((asks, answers));
		child.wait()?;
		Ok(())
	}
}
