//! Checking a proof over a table: natively and in wasm, beside the weight that the chain charges for it; and what its hashes would cost
//! if the host computed them.

use super::{table, CONTEXT, KEY, MIN_GROUP_SIZE, ROWS, ROWS_QUICK};
use crate::{
	blob::Blob,
	report::{Report, Table},
	stats::{median, millis},
};
use anyhow::{ensure, Context, Result};
use codec::Decode;
use frame_support::dispatch::GetDispatchInfo;
use rayon::ThreadPoolBuilder;
use souk_aggregates::commit;
use souk_bench_verifier::{
	hashes::{self, Work},
	TableClaim,
};
use souk_runtime::{Asks, RuntimeBlockWeights, RuntimeCall};
use souk_table_proofs::{columns_root, config::PARAMETERS, Bundle};
use std::{
	path::Path,
	time::{Duration, Instant},
};

/// A check's share of a block.
const SHARE: f64 = 0.1;
/// A check's time ÷ the time that the chain charges for before it has read the bundle.
const CHARGED: f64 = 1.0;
/// Picoseconds of a millisecond, in which the chain counts.
const MILLISECOND: f64 = 1e9;

/// Everything that was measured here.
pub struct Figures {
	native: Vec<Duration>,
	charges: Charges,
	wasm: Option<Wasm>,
}

/// Milliseconds of weight.
struct Charges {
	/// That the chain charges for a check when it takes a bundle, of which it knows the length only.
	before: f64,
	/// That are left of it after the refund, by what the bundle holds.
	after: f64,
	/// Of a block.
	block: f64,
}

/// What needs the blob.
#[derive(Default)]
struct Wasm {
	checked: Vec<Duration>,
	sponge: Vec<Duration>,
	keccak: Vec<Duration>,
	blake2: Vec<Duration>,
}

/// Checks the bundle in the file `repetitions` times each way, by turns.
pub fn measure(bundle: &Path, quick: bool, repetitions: usize) -> Result<Figures> {
	let rows = if quick { ROWS_QUICK } else { ROWS };
	let bytes = std::fs::read(bundle).context("the bundle that was just made")?;
	let work = hash_work(bytes.len(), rows);
	let root = columns_root(rows as u64, &commit(&table(rows), &KEY));
	let charges = charges(bytes.clone())?;
	let claim: TableClaim = (bytes, CONTEXT, root, MIN_GROUP_SIZE);
	// A digit of the answer, or whatever else is in the middle.
	let mut wrong = claim.clone();
	let middle = wrong.0.len() / 2;
	wrong.0[middle] ^= 1;

	let blob = Blob::new();
	// A runtime has one thread.
	let one_thread = ThreadPoolBuilder::new().num_threads(1).build()?;
	let native = |claim: &TableClaim| {
		let start = Instant::now();
		let valid = one_thread.install(|| souk_bench_verifier::table(claim));
		(start.elapsed(), valid)
	};
	ensure!(
		native(&claim).1 && !native(&wrong).1,
		"natively, a valid bundle is refused or a changed one taken"
	);
	if let Some(blob) = &blob {
		// The blob is compiled here.
		ensure!(blob.call("table_in_wasm", &claim)?.1, "in wasm, a valid bundle is refused");
		ensure!(!blob.call("table_in_wasm", &wrong)?.1, "in wasm, a changed bundle is taken");
	}
	ensure!(hashes::sponge(work), "a digest is zero");
	let mut figures = Figures { native: vec![], charges, wasm: blob.as_ref().map(|_| Wasm::default()) };
	for _ in 0..repetitions {
		figures.native.push(native(&claim).0);
		if let (Some(blob), Some(wasm)) = (&blob, &mut figures.wasm) {
			wasm.checked.push(blob.valid("table_in_wasm", &claim)?);
			wasm.sponge.push(blob.valid("hashes_in_wasm", &work)?);
			wasm.keccak.push(blob.valid("hashes_with_keccak", &work)?);
			wasm.blake2.push(blob.valid("hashes_with_blake2", &work)?);
		}
	}
	Ok(figures)
}

/// What the chain charges for the check of a bundle.
fn charges(bundle: Vec<u8>) -> Result<Charges> {
	let length = u32::try_from(bundle.len()).context("a bundle's length")?;
	let shape = pallet_asks::Shape::of(&Bundle::decode(&mut &bundle[..])?, length);
	let call = pallet_asks::Call::check {
		listing: CONTEXT.listing,
		period: CONTEXT.period,
		bundle: pallet_asks::BundleBytes::truncate_from(bundle),
	};
	let before = RuntimeCall::Asks(call).get_dispatch_info().call_weight;
	let (after, block) = (Asks::check_weight(shape), RuntimeBlockWeights::get().max_block);
	let [before, after, block] = [before, after, block].map(|weight| weight.ref_time() as f64 / MILLISECOND);
	Ok(Charges { before, after, block })
}

/// What is hashed for a check, at most: all bytes of the bundle as leaves, one for each query and tree, and four trees' paths, none of
/// which has a node in common with another.
fn hash_work(bundle: usize, rows: usize) -> Work {
	const TREES: usize = 4;
	let leaves = PARAMETERS.queries * TREES;
	let height = (rows.div_ceil(4) + 1).next_power_of_two() << (1 + PARAMETERS.log_blowup);
	let nodes = leaves * height.trailing_zeros() as usize;
	(leaves as u32, (bundle / leaves) as u32, nodes as u32)
}

impl Figures {
	/// Adds the table and its targets.
	pub fn report(&self, report: &mut Report) {
		let native = millis(median(&self.native));
		let mut lines =
			Table::new("Checking a proof over a table, from bytes to answer", &["what", "ms", "÷ native"]);
		let mut row = |what: &str, time: f64| {
			lines.row([what.into(), format!("{time:.2}"), format!("{:.2}", time / native)]);
		};
		row("natively, one thread", native);
		if let Some(wasm) = &self.wasm {
			let of = |times: &[Duration]| millis(median(times));
			row("in the runtime's wasm", of(&wasm.checked));
			row("its hashes alone, at most: Keccak-f in wasm, as it is", of(&wasm.sponge));
			row("the same by the host's Keccak-256", of(&wasm.keccak));
			row("the same by the host's BLAKE2b-256", of(&wasm.blake2));
		}
		let Charges { before, after, block } = self.charges;
		row("what the chain charges for", before);
		row("what is left of it after the refund", after);
		row("a block", block);
		lines.note(format!(
			"Medians of {} by turns. The chain charges for the largest shape that a bundle of so many bytes can have, and gives back the \
			 rest.",
			self.native.len()
		));
		let checked = self.wasm.as_ref().map(|wasm| millis(median(&wasm.checked)));
		if let Some(checked) = checked {
			lines.note(format!(
				"In wasm a check takes {:.2} of what is charged for, and {:.2} of what is left of it after the refund.",
				checked / before,
				checked / after
			));
		}
		report.add(lines);
		report.at_most("weight of a check ÷ a block's", before / block, SHARE);
		if let Some(checked) = checked {
			report.at_most("check in wasm ÷ a block", checked / block, SHARE);
			report.at_most(
				"check in wasm ÷ what is charged for, before the refund",
				checked / before,
				CHARGED,
			);
		}
	}
}
