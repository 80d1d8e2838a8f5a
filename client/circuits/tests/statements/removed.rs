//! Each check removed in turn: something wrong passes that no other check finds. So each check is needed, and each has a negative
//! test that fails without it.

use crate::{
	determined::solve,
	key_delivery::{
		BUYER_WIRE, CIPHERTEXT_WIRE, CONTEXT_WIRE, EPHEMERAL_WIRE, KEY_COMMITMENT_WIRE, KEY_WIRE, SCALAR_WIRE,
	},
	support::{some_chunk_key, some_key_delivery, System},
};
use ark_bls12_381::Fr;
use ark_ff::One;
use souk_circuits::{
	statements::{chunk_key, key_delivery},
	Check, ChunkKey, KeyDelivery, Statement,
};
use souk_proof_primitives::{
	point::PublicPoint,
	public_inputs::{ChunkKeyPublic, KeyDeliveryPublic},
};

/// Something wrong: the check that finds it, what it is, all wires.
type Wrong = (Check, &'static str, Vec<Fr>);

/// Asserts that each of these assignments is refused by the whole circuit and by the circuit without any other check, and
/// accepted by the circuit without its own; and that there is one for each check of the statement.
fn each_is_found_by_its_check_alone<S: Statement>(system: &System, wrong: &[Wrong]) {
	for check in S::CHECKS {
		assert!(wrong.iter().any(|(found_by, ..)| found_by == check), "nothing needs check {check}");
	}
	for (found_by, what, assignment) in wrong {
		assert_eq!(system.broken_checks(assignment), [*found_by], "{what}");
		assert!(!system.satisfied_by_arkworks(assignment), "{what} passes");
		for removed in S::CHECKS {
			let passes = system.satisfied_without(*removed, assignment);
			assert_eq!(passes, removed == found_by, "{what}, without check {removed}");
		}
	}
}

#[test]
fn without_a_check_of_chunk_key_something_wrong_would_pass() {
	let (public, private) = some_chunk_key(7);
	let system = System::of::<ChunkKey>(&public, &private);
	// Public wires in the order of the page, from 1: the wires of one proof beside the inputs of another.
	let changed = |wire: usize| system.with(&[(wire, system.assignment[wire] + Fr::one())]);
	each_is_found_by_its_check_alone::<ChunkKey>(
		&system,
		&[
			(chunk_key::KEY_COMMITMENT, "another snapshot's key commitment", changed(1)),
			(chunk_key::CHUNK_KEY, "another chunk's number", changed(2)),
			(chunk_key::CHUNK_KEY, "any chunk key", changed(3)),
			(chunk_key::CONTEXT, "another order's context", changed(4)),
		],
	);
}

#[test]
fn without_a_check_of_key_delivery_something_wrong_would_pass() {
	let (public, private, _) = some_key_delivery(11);
	let (other, ..) = some_key_delivery(12);
	let system = System::of::<KeyDelivery>(&public, &private);
	let changed = |wire: usize| system.with(&[(wire, system.assignment[wire] + Fr::one())]);
	let ephemeral = [(EPHEMERAL_WIRE, other.ephemeral.x()), (EPHEMERAL_WIRE + 1, other.ephemeral.y())];
	let buyer = [(BUYER_WIRE, other.buyer.x()), (BUYER_WIRE + 1, other.buyer.y())];
	each_is_found_by_its_check_alone::<KeyDelivery>(
		&system,
		&[
			(key_delivery::SCALAR, "an R that is no multiple of G", bits_that_are_none(&system)),
			(key_delivery::EPHEMERAL_KEY, "another R", system.with(&ephemeral)),
			(key_delivery::SHARED_POINT, "another buyer", system.with(&buyer)),
			(key_delivery::CIPHERTEXT, "any ciphertext", changed(CIPHERTEXT_WIRE)),
			(key_delivery::CIPHERTEXT, "another order's context", changed(CONTEXT_WIRE)),
			(key_delivery::KEY_COMMITMENT, "another snapshot's key commitment", changed(KEY_COMMITMENT_WIRE)),
		],
	);
}

/// Without the first check a prover may use "bits" like 2, and get an R that is no multiple of the generator at all. Everything that
/// the circuit computes from the bits is solved for.
fn bits_that_are_none(system: &System) -> Vec<Fr> {
	let computed = [KEY_COMMITMENT_WIRE, EPHEMERAL_WIRE, EPHEMERAL_WIRE + 1, CIPHERTEXT_WIRE];
	let mut known: Vec<_> = (1..SCALAR_WIRE + 253)
		.filter(|wire| !computed.contains(wire))
		.map(|wire| (wire, system.assignment[wire]))
		.collect();
	assert!(known.iter().any(|(wire, _)| *wire == KEY_WIRE));
	// The solver finds the statement's own public values where the bits are bits.
	let without = Some(key_delivery::SCALAR);
	assert_eq!(solve(system, &known, without), Some(system.assignment.clone()));

	let lowest = known.iter_mut().find(|(wire, _)| *wire == SCALAR_WIRE).unwrap();
	lowest.1 = Fr::from(2u64);
	let wrong = solve(system, &known, without).expect("every wire is determined");
	assert!(PublicPoint::new(wrong[EPHEMERAL_WIRE], wrong[EPHEMERAL_WIRE + 1]).is_err());
	wrong
}

/// The negative tests of the statements, in short: inputs for which the twin names a check. Without that check's constraints the circuit
/// would accept what it computes from them, so that the test would fail.
#[test]
fn what_the_twin_refuses_passes_without_the_check_that_it_names() {
	fn fails_without<S: Statement>(public: &S::Public, private: &S::Private) -> Check {
		let check = S::holds(public, private).unwrap_err().check;
		let system = System::of::<S>(public, private);
		assert!(!system.satisfied_by_arkworks(&system.assignment));
		assert!(system.satisfied_without(check, &system.assignment), "check {check}");
		check
	}
	let (public, private) = some_chunk_key(8);
	let key_commitment = public.key_commitment + Fr::one();
	let index = public.index + 1;
	for (public, check) in [
		(ChunkKeyPublic { key_commitment, ..public }, chunk_key::KEY_COMMITMENT),
		(ChunkKeyPublic { index, ..public }, chunk_key::CHUNK_KEY),
	] {
		assert_eq!(fails_without::<ChunkKey>(&public, &private), check);
	}

	let (public, private, _) = some_key_delivery(13);
	let (other, ..) = some_key_delivery(14);
	let key_commitment = public.key_commitment + Fr::one();
	let ciphertext = public.ciphertext + Fr::one();
	for (public, check) in [
		(KeyDeliveryPublic { ephemeral: other.ephemeral, ..public }, key_delivery::EPHEMERAL_KEY),
		(KeyDeliveryPublic { buyer: other.buyer, ..public }, key_delivery::CIPHERTEXT),
		(KeyDeliveryPublic { ciphertext, ..public }, key_delivery::CIPHERTEXT),
		(KeyDeliveryPublic { key_commitment, ..public }, key_delivery::KEY_COMMITMENT),
	] {
		assert_eq!(fails_without::<KeyDelivery>(&public, &private), check);
	}
}
