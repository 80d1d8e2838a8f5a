//! Proves one aggregate over the demo's table by `souk-aggregates` and by the Rust package `proof-of-sql` on the CPU, by turns, and
//! prints the times in a markdown table. `--quick` proves once over 1,000 rows, to see that it works; `--wide` takes values of 54 bits.
//!
//! ```text
//! SELECT count(*), sum(temp) FROM weather WHERE humid BETWEEN 50.00 AND 80.00
//! ```

mod ours;
mod theirs;
mod weather;

use anyhow::{bail, ensure, Result};
use ours::Ours;
use std::{io::Write, time::Duration};
use theirs::Setups;
use weather::{Answer, Weather};

/// Rows of a table, and turns of each side.
const SIZES: [(usize, usize); 2] = [(10_000, 7), (100_000, 5)];
const QUICK: [(usize, usize); 1] = [(1_000, 1)];

/// One proof.
pub struct Turn {
	/// From the table to the proof's bytes.
	pub proving: Duration,
	/// From the bytes to yes or no.
	pub verifying: Duration,
	/// Answer and proof.
	pub bytes: usize,
	/// What was proved.
	pub answer: Answer,
}

fn main() -> Result<()> {
	let (mut sizes, mut wide) = (&SIZES[..], false);
	for argument in std::env::args().skip(1) {
		match argument.as_str() {
			"--quick" => sizes = &QUICK,
			"--wide" => wide = true,
			other => bail!("{other}: there are --quick and --wide"),
		}
	}
	let mut notes = Vec::new();
	println!("| rows | bits | who | proving, ms | ours ÷ theirs | verifying, ms | bytes |");
	println!("| ---: | ---: | --- | ---: | ---: | ---: | ---: |");
	for (rows, turns) in sizes {
		notes.push(measure(*rows, wide, *turns)?);
	}
	println!("\n{}", notes.join("\n"));
	Ok(())
}

/// Prints the table's rows; gives back what to say about the parameters.
fn measure(rows: usize, wide: bool, turns: usize) -> Result<String> {
	let weather = Weather::read(rows)?;
	let (weather, bits) = if wide { (weather.widened(), 54) } else { (weather, 14) };
	let answer = weather.answer();
	let setups = Setups::make(rows);
	let dory = setups.dory_prover();
	let mut sides = setups.sides(&weather, &dory)?;
	let mut ours = Ours::start(&weather)?;
	let mut seen: Vec<Vec<Turn>> = (0..=sides.len()).map(|_| Vec::new()).collect();
	for turn in 0..turns {
		seen[0].push(ours.turn()?);
		for (side, seen) in sides.iter_mut().zip(&mut seen[1..]) {
			seen.push(side.1()?);
		}
		eprintln!("{rows} rows, {bits} bits: {} of {turns} turns", turn + 1);
	}
	ours.stop()?;
	ensure!(seen.iter().flatten().all(|turn| turn.answer == answer), "the answers are not {answer:?}");

	let proved = median(&seen[0], |turn| turn.proving);
	let names = std::iter::once("souk-aggregates").chain(sides.iter().map(|(name, _)| *name));
	for (place, (name, turns)) in names.zip(&seen).enumerate() {
		let proving = median(turns, |turn| turn.proving);
		let ratio = if place == 0 { String::new() } else { format!("{:.2}", proved / proving) };
		println!(
			"| {rows} | {bits} | {name} | {proving:.0} | {ratio} | {:.1} | {} |",
			median(turns, |turn| turn.verifying),
			turns[0].bytes,
		);
	}
	std::io::stdout().flush()?;
	Ok(format!(
		"{rows} rows, {bits} bits: medians of {turns} by turns. Parameters, made beforehand: HyperKZG {:.2} s, {} bytes; Dory {:.2} s, {} bytes.",
		setups.hyperkzg_took.as_secs_f64(),
		setups.hyperkzg_bytes(),
		setups.dory_took.as_secs_f64(),
		setups.dory_bytes(),
	))
}

fn median(turns: &[Turn], figure: impl Fn(&Turn) -> Duration) -> f64 {
	let mut times: Vec<_> = turns.iter().map(figure).collect();
	times.sort_unstable();
	times[(times.len() - 1) / 2].as_secs_f64() * 1e3
}
