//! No private wire may be set to something else. `make soak` does it a million times (`examples/soak`).

use crate::support::{
	mutations::{changes, mutate, Changed},
	rng, some_chunk_key, some_key_delivery, System,
};
use ark_bls12_381::Fr;
use ark_ff::UniformRand;
use souk_circuits::{ChunkKey, KeyDelivery};

#[test]
fn none_of_100_000_changed_assignments_passes() {
	let mut tried = 0;
	for seed in 30..33 {
		let (public, private) = some_chunk_key(seed);
		tried += mutate(&System::of::<ChunkKey>(&public, &private), &mut rng(seed));
		let (public, private, _) = some_key_delivery(seed);
		tried += mutate(&System::of::<KeyDelivery>(&public, &private), &mut rng(seed));
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
