//! Every private wire set to something else: 0, 1, w ± 1, p − 1, a random value, its neighbour's value.

use super::{value, System};
use ark_bls12_381::Fr;
use ark_ff::{One, UniformRand, Zero};
use rand_chacha::ChaCha20Rng;
use std::collections::BTreeMap;

/// Answers for a changed assignment by looking at the constraints that the changed wires are in, and nowhere else.
pub struct Changed<'a> {
	system: &'a System,
	/// Values of A, B and C for each constraint under the system's own assignment, which satisfies them.
	values: Vec<[Fr; 3]>,
	/// For each wire: constraint, matrix, coefficient.
	occurrences: Vec<Vec<(usize, usize, Fr)>>,
}

impl<'a> Changed<'a> {
	/// To change the assignment of a system.
	pub fn new(system: &'a System) -> Self {
		let values: Vec<[Fr; 3]> = (0..system.constraints())
			.map(|row| [0, 1, 2].map(|m| value(&system.matrices[m][row], &system.assignment)))
			.collect();
		assert!(values.iter().all(|[a, b, c]| *a * b == *c), "the assignment to start from does not satisfy");
		let mut occurrences = vec![Vec::new(); system.assignment.len()];
		for (m, matrix) in system.matrices.iter().enumerate() {
			for (row, combination) in matrix.iter().enumerate() {
				for &(coefficient, wire) in combination {
					occurrences[wire].push((row, m, coefficient));
				}
			}
		}
		Self { system, values, occurrences }
	}

	/// Whether the assignment with these wires changed satisfies.
	pub fn satisfies(&self, changes: &[(usize, Fr)]) -> bool {
		let mut touched: BTreeMap<usize, [Fr; 3]> = BTreeMap::new();
		for &(wire, new) in changes {
			let difference = new - self.system.assignment[wire];
			for &(row, m, coefficient) in &self.occurrences[wire] {
				touched.entry(row).or_insert(self.values[row])[m] += coefficient * difference;
			}
		}
		touched.values().all(|[a, b, c]| *a * b == *c)
	}
}

/// All changes of one private wire that change something.
pub fn changes(system: &System, wire: usize, random: Fr) -> Vec<Vec<(usize, Fr)>> {
	let w = system.assignment[wire];
	let mut all: Vec<Vec<(usize, Fr)>> =
		[Fr::zero(), Fr::one(), w + Fr::one(), w - Fr::one(), -Fr::one(), random]
			.into_iter()
			.filter(|new| *new != w)
			.map(|new| vec![(wire, new)])
			.collect();
	if let Some(&neighbour) = system.assignment.get(wire + 1).filter(|&&neighbour| neighbour != w) {
		all.push(vec![(wire, neighbour), (wire + 1, w)]);
	}
	all
}

/// Tries every change of every private wire, and returns how many were tried.
pub fn mutate(system: &System, rng: &mut ChaCha20Rng) -> usize {
	let changed = Changed::new(system);
	let mut tried = 0;
	for wire in system.public..system.assignment.len() {
		for changes in changes(system, wire, Fr::rand(rng)) {
			assert!(!changed.satisfies(&changes), "private wire {} may be {changes:?}", wire - system.public);
			tried += 1;
		}
	}
	tried
}
