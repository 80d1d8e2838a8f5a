//! No wire is free: the public inputs, `k` and the bits of `r` determine all others, one after the other.
//!
//! The solver knows nothing of the circuits' values. It goes through the constraints once, and takes from each the one wire that is
//! still unknown in it and that the constraint gives a single value.

use crate::{
	key_delivery::SCALAR_WIRE,
	support::{some_chunk_key, some_key_delivery, System},
};
use ark_bls12_381::Fr;
use ark_ff::{Field, One, Zero};
use souk_circuits::{Check, ChunkKey, KeyDelivery};
use souk_proof_primitives::statements::StatementId;

/// All wires, from those that are known and from the constraints but those of one check. `None` where a wire stays unknown.
pub fn solve(system: &System, known: &[(usize, Fr)], without: Option<Check>) -> Option<Vec<Fr>> {
	let mut wires: Vec<Option<Fr>> = vec![None; system.assignment.len()];
	wires[0] = Some(Fr::one());
	for &(wire, value) in known {
		wires[wire] = Some(value);
	}
	let left_out = system.groups.iter().find(|g| Some(g.check) == without).map(|g| g.constraints.clone());
	for row in 0..system.constraints() {
		if !left_out.as_ref().is_some_and(|rows| rows.contains(&row)) {
			determine(system, row, &mut wires);
		}
	}
	wires.into_iter().collect()
}

/// Where one wire of a constraint `(a₀ + a₁w)(b₀ + b₁w) = c₀ + c₁w` is unknown, and the constraint is linear in it, computes it.
fn determine(system: &System, row: usize, wires: &mut [Option<Fr>]) {
	let mut unknown = None;
	let mut combinations = [(Fr::zero(), Fr::zero()); 3];
	for (matrix, (constant, slope)) in system.matrices.iter().zip(&mut combinations) {
		for &(coefficient, wire) in &matrix[row] {
			match (wires[wire], unknown) {
				(Some(value), _) => *constant += coefficient * value,
				(None, None) => {
					unknown = Some(wire);
					*slope += coefficient;
				}
				(None, Some(same)) if same == wire => *slope += coefficient,
				(None, Some(_)) => return,
			}
		}
	}
	let Some(wire) = unknown else { return };
	let [(a, a_slope), (b, b_slope), (c, c_slope)] = combinations;
	if !(a_slope * b_slope).is_zero() {
		return;
	}
	if let Some(inverse) = (a * b_slope + a_slope * b - c_slope).inverse() {
		wires[wire] = Some((c - a * b) * inverse);
	}
}

#[test]
fn every_wire_of_chunk_key_follows_from_the_key() {
	let (public, private) = some_chunk_key(20);
	let system = System::of::<ChunkKey>(&public, &private);
	let known: Vec<_> = (1..=system.public).map(|wire| (wire, system.assignment[wire])).collect();
	assert_eq!(known.last(), Some(&(StatementId::ChunkKey.public_inputs() + 1, private.key)));
	assert_eq!(solve(&system, &known, None), Some(system.assignment.clone()));
	assert_eq!(solve(&system, &known[..known.len() - 1], None), None, "the key is not determined by solving");
}

#[test]
fn every_wire_of_key_delivery_follows_from_the_key_and_the_scalar() {
	for seed in 20..24 {
		let (public, private, _) = some_key_delivery(seed);
		let system = System::of::<KeyDelivery>(&public, &private);
		let known: Vec<_> = (1..SCALAR_WIRE + 253).map(|wire| (wire, system.assignment[wire])).collect();
		assert_eq!(solve(&system, &known, None), Some(system.assignment.clone()));
	}
}
