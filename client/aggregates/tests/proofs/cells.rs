//! Every cell of small valid tables changed in turn, and refused; a sample of such tables through prover and verifier.

use super::support::*;
use p3_field::PrimeCharacteristicRing;
use p3_matrix::Matrix;
use souk_aggregates::{
	check::{Checker, Message},
	prove::prove_tables,
	trace::Trace,
};
use souk_table_proofs::{
	air::{fold, hash, range, scan, Tables},
	commitment::RATE,
	config::PARAMETERS,
	plan::Plan,
	verify::{decode_proof, verify_tables},
	Felt,
};

/// A cell that was changed: table, row, column, and what it held then.
type Change = (usize, usize, usize, Felt);

/// Other values for a cell, all of them different from what it holds: 0, 1, one more, one less, anything.
fn others(value: Felt, noise: &mut Noise) -> Vec<Felt> {
	let anything = Felt::from_u64(noise.next() % 2_130_706_433);
	let mut all = vec![Felt::ZERO, Felt::ONE, value + Felt::ONE, value - Felt::ONE, anything];
	all.retain(|other| *other != value);
	all
}

/// Changes of cells that the constraints of `tables` do not notice. Each cell of a table gets as many other values as `each` says for
/// that table. Also returns how many changes were tried.
fn unnoticed(tables: &Tables, traces: &[Trace], each: [usize; 4]) -> (Vec<Change>, usize) {
	let jobs: Vec<(usize, usize)> = traces
		.iter()
		.enumerate()
		.flat_map(|(table, trace)| (0..trace.height()).map(move |row| (table, row)))
		.collect();
	let halves = std::thread::scope(|scope| {
		let threads: Vec<_> = (0..2)
			.map(|thread| {
				let jobs = &jobs;
				scope.spawn(move || {
					let mut sweep = Sweep::new(tables, traces);
					jobs.iter()
						.skip(thread)
						.step_by(2)
						.for_each(|(table, row)| sweep.row(*table, *row, each[*table]));
					(sweep.unnoticed, sweep.tried)
				})
			})
			.collect();
		threads.into_iter().map(|thread| thread.join().unwrap()).collect::<Vec<_>>()
	});
	halves
		.into_iter()
		.reduce(|(mut changes, tried), (more, also)| {
			(
				{
					changes.extend(more);
					changes
				},
				tried + also,
			)
		})
		.unwrap()
}

struct Sweep<'a> {
	checker: Checker<'a>,
	traces: Vec<Trace>,
	noise: Noise,
	cell: usize,
	unnoticed: Vec<Change>,
	tried: usize,
}

impl<'a> Sweep<'a> {
	fn new(tables: &'a Tables, traces: &[Trace]) -> Self {
		let checker = Checker::new(tables);
		Self { checker, traces: traces.to_vec(), noise: Noise(3), cell: 0, unnoticed: vec![], tried: 0 }
	}

	fn row(&mut self, table: usize, row: usize, each: usize) {
		let (width, height) = (self.traces[table].width, self.traces[table].height());
		let rows = [row, (row + height - 1) % height];
		let before = self.messages(table, rows);
		for column in 0..width {
			self.cell += 1;
			let place = row * width + column;
			let value = self.traces[table].values[place];
			let others = others(value, &mut self.noise);
			for number in 0..each.min(others.len()) {
				let other = others[(self.cell + number) % others.len()];
				self.traces[table].values[place] = other;
				self.tried += 1;
				let trace = &self.traces[table];
				let broken =
					rows.iter().any(|row| self.checker.broken_constraint(table, trace, *row).is_some());
				if !broken && self.messages(table, rows) == before {
					self.unnoticed.push((table, row, column, other));
				}
				self.traces[table].values[place] = value;
			}
		}
	}

	/// The messages of two rows, summed up and in order.
	fn messages(&self, table: usize, rows: [usize; 2]) -> Vec<(String, Message)> {
		let mut all: Vec<(String, Message)> = rows
			.iter()
			.flat_map(|row| self.checker.messages(table, &self.traces[table], *row))
			.map(|(bus, message)| (bus.to_owned(), message))
			.collect();
		all.sort();
		let mut sums: Vec<(String, Message)> = Vec::new();
		for (bus, (message, times)) in all {
			match sums.last_mut() {
				Some((last, (same, sum))) if *last == bus && *same == message => *sum += times,
				_ => sums.push((bus, (message, times))),
			}
		}
		sums.retain(|(_, (_, sum))| *sum != Felt::ZERO);
		sums
	}
}

/// The values that every cell is changed to.
const VALUES: usize = 5;

#[test]
fn every_cell_changed_is_noticed() {
	let samples = samples();
	let cells = |traces: &[Trace]| traces.iter().map(|trace| trace.values.len()).sum::<usize>();
	let smallest = samples.iter().map(|sample| cells(&sample.traces)).min().unwrap();
	let mut tried = 0;
	for (number, statement) in samples.iter().enumerate() {
		// All five values for the fold, and for all of the smallest sample; elsewhere each cell has one of them in turn.
		let each = if cells(&statement.traces) == smallest { [VALUES; 4] } else { [1, VALUES, 1, 1] };
		let (unnoticed, more) = unnoticed(&statement.tables, &statement.traces, each);
		assert!(
			unnoticed.is_empty(),
			"sample {number}: {} of {more}: {:?}",
			unnoticed.len(),
			&unnoticed[..4.min(unnoticed.len())]
		);
		tried += more;
	}
	println!("{tried} changes of cells, all noticed");
	assert!(tried >= 1_000_000, "{tried}");
}

/// Columns of the fold's first step and of the scan, one of each kind.
fn kinds_of_columns(plan: &Plan) -> Vec<(usize, usize)> {
	let fold = fold::Layout::new(plan);
	let mut columns = vec![(1, fold.live), (1, fold.same), (1, fold.count), (1, fold.mask)];
	columns.extend(fold.seed.map(|seed| (1, seed)));
	if let Some(key) = &fold.key {
		columns.extend([key.step, key.key, key.borrows].map(|column| (1, column)));
	}
	if let Some(threshold) = &fold.threshold {
		columns.extend([threshold.answered, threshold.gap, threshold.gap + 1].map(|column| (1, column)));
	}
	for value in &fold.values {
		columns.extend([value.value, value.null].map(|column| (1, column)));
		columns.extend(value.count.iter().chain(&value.some).map(|column| (1, *column)));
		if let Some((limbs, carries)) = value.sum {
			columns.extend([limbs, carries].map(|column| (1, column)));
		}
		for extreme in value.min.iter().chain(&value.max) {
			let all = [extreme.extreme, extreme.borrows, extreme.hit, extreme.reached];
			columns.extend(all.map(|column| (1, column)));
		}
	}
	let scan = scan::Layout::new(plan);
	columns.extend([scan.head, scan.real, scan.seen, scan.mask].map(|column| (0, column)));
	for hash in &scan.hashes {
		// Of a permutation: a limb, what is carried on, what it computes, and what comes out.
		let all = [0, RATE, hash::COLUMNS / 2, hash::OUTPUTS];
		columns.extend(all.map(|column| (0, hash + column)));
	}
	columns.extend(scan.nulls.iter().flatten().map(|column| (0, *column)));
	for predicate in &scan.predicates {
		columns.extend(predicate.low.iter().chain(&predicate.high).map(|column| (0, *column)));
		columns.push((0, predicate.matched));
	}
	columns.extend([(2, 0), (2, 1), (3, range::NUMBER), (3, range::TIMES)]);
	columns
}

/// All kinds of columns of the first sample, which has most of them; of each other sample every third one, the seed of a fold without
/// groups among them: each is a proof of its own.
fn columns_to_change(number: usize, plan: &Plan) -> Vec<(usize, usize)> {
	let all = kinds_of_columns(plan);
	if number == 0 {
		return all;
	}
	let some: Vec<_> = all.into_iter().skip(1).step_by(3).collect();
	assert!(fold::Layout::new(plan).seed.is_none_or(|seed| some.contains(&(1, seed))), "the seed");
	some
}

#[test]
fn a_prover_that_changes_a_cell_has_no_valid_proof() {
	let mut noise = Noise(8);
	for (number, statement) in samples().iter().enumerate() {
		let verified = |traces: &[Trace]| {
			let proof = prove_tables(&statement.tables, traces, &PARAMETERS).unwrap();
			verify_tables(&statement.tables, &decode_proof(&proof).unwrap(), &PARAMETERS)
		};
		let columns = columns_to_change(number, &statement.plan);
		println!("sample {number}: cells of {} columns", columns.len());
		for (table, column) in columns {
			let mut traces = statement.traces.clone();
			let trace = &mut traces[table];
			let place = noise.below(trace.height() as u64) as usize * trace.width + column;
			let others = others(trace.values[place], &mut noise);
			trace.values[place] = others[noise.below(others.len() as u64) as usize];
			assert!(verified(&traces).is_err(), "cell {place} of table {table}, sample {number}");
		}
		assert_eq!(verified(&statement.traces), Ok(()), "sample {number}");
	}
}
