//! The whole marketplace on one machine with real data, told to a newcomer. Every step is checked.
//!
//! Usage: `souk-demo [--keep DIR]`. With `--keep`, keys, data and logs stay in that folder.

mod asked;
mod expected;
mod fakes;
mod proved;
mod report;
mod sales;
mod story;

use souk_scenarios::{interrupt, telling};

fn main() {
	interrupt::install();
	// Everything that was started is ended when the story's world goes out of scope, before the last line is printed.
	let tell = |dir: &std::path::Path| story::tell(dir).map(|report| report.print());
	std::process::exit(telling::told("demo", tell));
}
