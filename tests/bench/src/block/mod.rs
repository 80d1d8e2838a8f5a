//! A block that is as full as it may be with what takes longest for its weight: how long the node's executor needs for it.
//!
//! First there is a block for each kind of call, full of it alone, with nothing for the hooks to do. That shows which kinds take longest
//! for their weight. Then there is one with all of them, the slowest first, and with more work for the hooks than a block has room for. Calls
//! that have a part of each block to themselves come last: then it has most.

mod chain;
mod work;

use crate::{
	report::{Report, Table},
	stats::{median, millis},
};
use anyhow::{ensure, Context, Result};
use chain::{Chain, Genesis, Signed};
use souk_runtime::{RuntimeBlockWeights, SLOT_MILLIS};
use std::time::Duration;
use work::Kind;

/// The part of a slot in which a full block has to be imported.
const SHARE: f64 = 2.0 / 3.0;
/// Picoseconds of a millisecond, in which the chain counts.
const MILLISECOND: f64 = 1e9;

/// Everything that was measured here.
pub struct Figures {
	kinds: Vec<Line>,
	mix: Line,
	/// How many transactions of each kind are in the mix.
	mixed: Vec<(Kind, usize)>,
}

/// One full block.
struct Line {
	what: String,
	transactions: usize,
	bytes: usize,
	/// Milliseconds of weight.
	weight: f64,
	imported: Vec<Duration>,
}

impl Line {
	fn took(&self) -> f64 {
		millis(median(&self.imported))
	}

	/// Milliseconds for each millisecond of weight.
	fn ratio(&self) -> f64 {
		self.took() / self.weight
	}
}

/// Fills blocks and imports each of them `repetitions` times. `None` where the runtime's wasm was left out of the build.
pub fn measure(quick: bool, repetitions: usize, say: fn(&str)) -> Result<Option<Figures>> {
	let Some(code) = souk_runtime::WASM_BINARY else { return Ok(None) };
	let genesis = Genesis::new(code)?;
	let count = if quick { 3 } else { usize::MAX };
	let mut kinds = vec![];
	for kind in Kind::ALL {
		say(&format!("a block full of {}", kind.name()));
		let mut chain = genesis.chain();
		let work = chain.prepare(|| kind.prepare(count))?;
		let line = full(&mut chain, kind.name(), &[(kind, work)], repetitions)
			.with_context(|| format!("a block full of {}", kind.name()))?;
		kinds.push((kind, line.0));
	}
	kinds.sort_by(|(_, one), (_, other)| other.ratio().total_cmp(&one.ratio()));
	say("a block full of everything");
	let mut chain = genesis.chain();
	let order: Vec<Kind> = kinds.iter().map(|(kind, _)| *kind).collect();
	let work = chain.prepare(|| {
		// The first listing is the one that the bundle is about.
		let mut work: Vec<(Kind, Vec<Signed>)> =
			Kind::ALL.into_iter().map(|kind| (kind, kind.prepare(count))).collect();
		work::due(quick);
		let place = |kind: &Kind| order.iter().position(|other| other == kind);
		work.sort_by_key(|(kind, _)| (kind.is_operational(), place(kind)));
		work
	})?;
	let (mix, mixed) = full(&mut chain, "the worst mix, and hooks", &work, repetitions)?;
	Ok(Some(Figures { kinds: kinds.into_iter().map(|(_, line)| line).collect(), mix, mixed }))
}

/// Builds a block out of the work, kind after kind, as much of it as there is room for, and imports it.
fn full(
	chain: &mut Chain,
	what: &str,
	work: &[(Kind, Vec<Signed>)],
	repetitions: usize,
) -> Result<(Line, Vec<(Kind, usize)>)> {
	let (mut builder, mut mixed) = (chain.build()?, vec![]);
	for (kind, calls) in work {
		let mut taken = 0;
		for signed in calls {
			if !builder.push(signed)? {
				break;
			}
			taken += 1;
		}
		mixed.push((*kind, taken));
	}
	let block = builder.finish()?;
	let weight = block.weight.ref_time() as f64 / MILLISECOND;
	let (transactions, bytes) = (mixed.iter().map(|(_, taken)| taken).sum(), block.bytes.len());
	ensure!(transactions > 0, "nothing was taken");
	// The first import compiles the runtime.
	chain.import(&block)?;
	let imported = (0..repetitions).map(|_| chain.import(&block)).collect::<Result<_>>()?;
	Ok((Line { what: what.into(), transactions, bytes, weight, imported }, mixed))
}

impl Figures {
	/// Adds the table and its targets.
	pub fn report(&self, report: &mut Report) {
		let slot = SLOT_MILLIS as f64;
		let block = RuntimeBlockWeights::get().max_block.ref_time() as f64 / MILLISECOND;
		let mut lines = Table::new(
			"Importing full blocks",
			&["block full of", "transactions", "KiB", "weight, ms", "import, ms", "import ÷ weight"],
		);
		for line in self.kinds.iter().chain([&self.mix]) {
			lines.row([
				line.what.clone(),
				line.transactions.to_string(),
				(line.bytes / 1024).to_string(),
				format!("{:.0}", line.weight),
				format!("{:.0}", line.took()),
				format!("{:.2}", line.ratio()),
			]);
		}
		let mixed: Vec<String> = self
			.mixed
			.iter()
			.filter(|(_, taken)| *taken > 0)
			.map(|(kind, taken)| format!("{taken} {}", kind.name()))
			.collect();
		lines.note(format!(
			"Medians of {} imports by the node's executor, state in memory. A block has {block:.0} ms of weight, in a slot of {slot:.0} \
			 ms. The mix: {}; hooks take the rest.",
			self.mix.imported.len(),
			mixed.join(", "),
		));
		report.add(lines);
		report.at_least("the worst mix: weight ÷ a block's", self.mix.weight / block, 0.9);
		let longest = self.kinds.iter().chain([&self.mix]).map(Line::took).fold(0.0, f64::max);
		report.at_most("import of a full block ÷ a slot", longest / slot, SHARE);
	}
}
