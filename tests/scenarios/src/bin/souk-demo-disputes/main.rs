//! A lying curator is caught in every way that there is, on this machine, with real programs; and who paid what to whom.
//!
//! Usage: `souk-demo-disputes [--keep DIR]`. With `--keep`, keys, data and logs stay in that folder.

mod absence;
mod bad_chunk;
mod fines;
mod lies;
mod purses;
mod ruling;
mod stage;

use anyhow::Result;
use souk_scenarios::{interrupt, telling};
use std::path::Path;

fn main() {
	interrupt::install();
	std::process::exit(telling::told("demo-disputes", tell));
}

fn tell(dir: &Path) -> Result<()> {
	println!("Souk: what it costs to lie, on this machine only.");
	println!("Nothing here is simulated; everything that is started is ended again.");
	let mut stage = stage::begin(dir)?;
	let before = stage.purses()?;
	let case = stage.is_disputed()?;
	stage.sells_a_bad_chunk()?;
	stage.signs_two_snapshots()?;
	stage.gives_two_answers()?;
	stage.is_switched_off()?;
	let report = stage.is_ruled_on(case)?;
	stage.is_remembered(&report)?;
	let fined = stage.fines(&report)?;
	let after = stage.purses()?;
	let later = stage.fines(&report)?;
	purses::compare(&before, &after)?;
	fines::tell(&before, &after, &fined, &later)
}
