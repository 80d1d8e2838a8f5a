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
	air::Tables,
	config::PARAMETERS,
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

/// Changes of cells that the constraints of `tables` do not notice. Every `stride`-th cell gets `each` other values. Also returns
/// how many changes were tried.
fn unnoticed(tables: &Tables, traces: &[Trace], stride: usize, each: usize) -> (Vec<Change>, usize) {
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
						.for_each(|(table, row)| sweep.row(*table, *row, stride, each));
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

	fn row(&mut self, table: usize, row: usize, stride: usize, each: usize) {
		let (width, height) = (self.traces[table].width, self.traces[table].height());
		let rows = [row, (row + height - 1) % height];
		let before = self.messages(table, rows);
		for column in 0..width {
			self.cell += 1;
			if !self.cell.is_multiple_of(stride) {
				continue;
			}
			let place = row * width + column;
			let value = self.traces[table].values[place];
			let others = others(value, &mut self.noise);
			for number in 0..each.min(others.len()) {
				let other = others[(self.cell / stride + number) % others.len()];
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

#[test]
fn every_cell_changed_is_noticed() {
	let mut tried = 0;
	for (number, statement) in samples().iter().enumerate() {
		let (unnoticed, more) = unnoticed(&statement.tables, &statement.traces, 1, 1);
		assert!(
			unnoticed.is_empty(),
			"sample {number}: {} of {more}: {:?}",
			unnoticed.len(),
			&unnoticed[..4.min(unnoticed.len())]
		);
		tried += more;
	}
	println!("{tried} changes of cells, all noticed");
	assert!(tried >= 100_000, "{tried}");
}

#[test]
fn a_prover_that_changes_a_cell_has_no_valid_proof() {
	let statement = &samples()[0];
	let mut noise = Noise(8);
	for _ in 0..12 {
		let mut traces = statement.traces.clone();
		let trace = &mut traces[noise.below(4) as usize];
		let place = noise.below(trace.values.len() as u64) as usize;
		let others = others(trace.values[place], &mut noise);
		trace.values[place] = others[noise.below(others.len() as u64) as usize];
		let proof = decode_proof(&prove_tables(&statement.tables, &traces, &PARAMETERS).unwrap()).unwrap();
		assert!(verify_tables(&statement.tables, &proof, &PARAMETERS).is_err(), "cell {place}");
	}
	let proof =
		decode_proof(&prove_tables(&statement.tables, &statement.traces, &PARAMETERS).unwrap()).unwrap();
	assert_eq!(verify_tables(&statement.tables, &proof, &PARAMETERS), Ok(()));
}
