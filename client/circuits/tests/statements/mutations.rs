//! Every private wire set to something else: 0, 1, w ± 1, p − 1, a random value, its neighbour's value. None may pass.

use crate::support::{rng, some_chunk_key, some_key_delivery, value, System};
use ark_bls12_381::Fr;
use ark_ff::{One, UniformRand, Zero};
use souk_circuits::{ChunkKey, KeyDelivery};
use std::collections::BTreeMap;

/// Answers for a changed assignment by looking at the constraints that the changed wires are in, and nowhere else.
struct Changed<'a> {
	system: &'a System,
	/// Values of A, B and C for each constraint under the system's own assignment, which satisfies them.
	values: Vec<[Fr; 3]>,
	/// For each wire: constraint, matrix, coefficient.
	occurrences: Vec<Vec<(usize, usize, Fr)>>,
}

impl<'a> Changed<'a> {
	fn new(system: &'a System) -> Self {
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

	fn satisfies(&self, changes: &[(usize, Fr)]) -> bool {
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
fn changes(system: &System, wire: usize, random: Fr) -> Vec<Vec<(usize, Fr)>> {
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
fn mutate(system: &System, seed: u8) -> usize {
	let changed = Changed::new(system);
	let mut rng = rng(seed);
	let mut tried = 0;
	for wire in system.public..system.assignment.len() {
		for changes in changes(system, wire, Fr::rand(&mut rng)) {
			assert!(!changed.satisfies(&changes), "private wire {} may be {changes:?}", wire - system.public);
			tried += 1;
		}
	}
	tried
}

#[test]
fn none_of_100_000_changed_assignments_passes() {
	let mut tried = 0;
	for seed in 30..33 {
		let (public, private) = some_chunk_key(seed);
		tried += mutate(&System::of::<ChunkKey>(&public, &private), seed);
		let (public, private, _) = some_key_delivery(seed);
		tried += mutate(&System::of::<KeyDelivery>(&public, &private), seed);
	}
	println!("{tried} changed assignments");
	assert!(tried >= 100_000, "only {tried} assignments");
}

/// The quick answer is arkworks' own, for changes that break something and for one that does not.
#[test]
fn the_quick_answer_is_the_full_one() {
	let (public, private, _) = some_key_delivery(33);
	let system = System::of::<KeyDelivery>(&public, &private);
	let changed = Changed::new(&system);
	let mut rng = rng(33);
	for wire in (system.public..system.assignment.len()).step_by(601) {
		for changes in changes(&system, wire, Fr::rand(&mut rng)) {
			let full = system.with(&changes);
			assert_eq!(changed.satisfies(&changes), system.broken(&full).is_empty());
			assert_eq!(changed.satisfies(&changes), system.satisfied_by_arkworks(&full));
		}
	}
	assert!(changed.satisfies(&[]) && system.satisfied_by_arkworks(&system.assignment));
}

/// With one constraint less there is a free wire, and the changes find it.
#[test]
fn a_free_wire_would_be_found() {
	let (public, private) = some_chunk_key(34);
	let mut system = System::of::<ChunkKey>(&public, &private);
	let square = system.constraints() - 1;
	for matrix in &mut system.matrices {
		matrix[square].clear();
	}
	let changed = Changed::new(&system);
	let wire = system.assignment.len() - 1;
	assert!(changes(&system, wire, Fr::rand(&mut rng(34))).iter().all(|changes| changed.satisfies(changes)));
}
