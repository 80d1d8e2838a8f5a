//! Statements that hold, and circuits as matrices that can be asked one constraint at a time.

pub mod mutations;
pub mod proof_mutations;

use ark_bls12_381::Fr;
use ark_ff::{UniformRand, Zero};
use ark_relations::gr1cs::{
	ConstraintSystem, ConstraintSystemRef, LinearCombination, Matrix, OptimizationGoal, SynthesisMode,
	Variable, R1CS_PREDICATE_LABEL,
};
use rand::SeedableRng;
use rand_chacha::ChaCha20Rng;
use souk_circuits::{
	poseidon, seal_key, setup::cache, setup::Keys, BuyerSecret, Check, ChunkKey, ChunkKeyPrivate,
	ConstraintGroup, KeyDelivery, KeyDeliveryPrivate, Statement,
};
use souk_proof_primitives::{
	context::ProofContext,
	keys::{chunk_key, key_commitment},
	public_inputs::{ChunkKeyPublic, KeyDeliveryPublic, PublicInputs},
	statements::{Era, StatementId},
};
use std::sync::OnceLock;

/// Randomness that is the same in every run.
pub fn rng(seed: u8) -> ChaCha20Rng {
	ChaCha20Rng::from_seed([seed; 32])
}

/// An order's context.
pub fn context(statement: StatementId, order: u64) -> ProofContext {
	ProofContext { genesis: [9; 32], statement, era: Era::DEVELOPMENT, listing: 4, order }
}

/// A `ChunkKey` that holds.
pub fn some_chunk_key(seed: u8) -> (ChunkKeyPublic, ChunkKeyPrivate) {
	let key = Fr::rand(&mut rng(seed));
	let index = 1000 + u32::from(seed);
	let public = ChunkKeyPublic {
		key_commitment: key_commitment(poseidon(), key),
		index,
		chunk_key: chunk_key(poseidon(), key, index),
		context: context(StatementId::ChunkKey, u64::from(seed)).scalar(),
	};
	(public, ChunkKeyPrivate { key })
}

/// A `KeyDelivery` that holds, and the secret of its buyer.
pub fn some_key_delivery(seed: u8) -> (KeyDeliveryPublic, KeyDeliveryPrivate, BuyerSecret) {
	let mut rng = rng(seed);
	let key = Fr::rand(&mut rng);
	let secret = BuyerSecret::generate(&mut rng);
	let context = context(StatementId::KeyDelivery, u64::from(seed)).scalar();
	let (sealed, private) = seal_key(key, &secret.public(), context, &mut rng);
	let public = KeyDeliveryPublic {
		key_commitment: key_commitment(poseidon(), key),
		buyer: secret.public(),
		ephemeral: sealed.ephemeral,
		ciphertext: sealed.ciphertext,
		context,
	};
	(public, private, secret)
}

/// The keys of both statements, made once per run in a directory of their own.
pub fn keys() -> &'static (Keys<ChunkKey>, Keys<KeyDelivery>) {
	static KEYS: OnceLock<(Keys<ChunkKey>, Keys<KeyDelivery>)> = OnceLock::new();
	KEYS.get_or_init(|| {
		let directory = tempfile::tempdir().unwrap();
		(cache::load(directory.path()).unwrap(), cache::load(directory.path()).unwrap())
	})
}

/// A circuit with an assignment. Wires are numbered as in the matrices: one, the public inputs, the private wires.
pub struct System {
	cs: ConstraintSystemRef<Fr>,
	/// The constraints of each check.
	pub groups: Vec<ConstraintGroup>,
	/// A, B and C, a row for each constraint.
	pub matrices: Vec<Matrix<Fr>>,
	/// The one and the public inputs.
	pub public: usize,
	/// What the circuit computed.
	pub assignment: Vec<Fr>,
}

impl System {
	/// The circuit with the values that it computes from these inputs, right or wrong.
	pub fn of<S: Statement>(public: &S::Public, private: &S::Private) -> Self {
		let system = Self::synthesized(|cs| S::synthesize(cs, Some(public), Some(private)).unwrap());
		assert_eq!(system.public, <S::Public as PublicInputs>::STATEMENT.public_inputs() + 1);
		system
	}

	/// Whatever a function makes constraints of.
	pub fn synthesized(synthesize: impl FnOnce(&ConstraintSystemRef<Fr>) -> Vec<ConstraintGroup>) -> Self {
		let cs = ConstraintSystem::new_ref();
		cs.set_optimization_goal(OptimizationGoal::Constraints);
		// As the prover does: no value is kept of a linear combination, so that none is left over from another assignment.
		cs.set_mode(SynthesisMode::Prove { construct_matrices: true, generate_lc_assignments: false });
		let groups = synthesize(&cs);
		cs.finalize();
		let matrices = cs.to_matrices().unwrap().remove(R1CS_PREDICATE_LABEL).unwrap();
		let public = cs.num_instance_variables();
		let assignment = [cs.instance_assignment().unwrap(), cs.witness_assignment().unwrap()].concat();
		Self { cs, groups, matrices, public, assignment }
	}

	pub fn constraints(&self) -> usize {
		self.matrices[0].len()
	}

	/// The constraints that an assignment breaks.
	pub fn broken(&self, assignment: &[Fr]) -> Vec<usize> {
		(0..self.constraints())
			.filter(|&row| {
				let [a, b, c] = [0, 1, 2].map(|m| value(&self.matrices[m][row], assignment));
				a * b != c
			})
			.collect()
	}

	/// The checks that an assignment breaks, in the order of the circuit.
	pub fn broken_checks(&self, assignment: &[Fr]) -> Vec<Check> {
		let mut checks: Vec<Check> =
			self.broken(assignment).into_iter().map(|row| self.check_of(row)).collect();
		checks.dedup();
		checks
	}

	fn check_of(&self, row: usize) -> Check {
		self.groups
			.iter()
			.find(|group| group.constraints.contains(&row))
			.expect("no constraint is without a check")
			.check
	}

	/// Whether arkworks finds an assignment satisfying.
	pub fn satisfied_by_arkworks(&self, assignment: &[Fr]) -> bool {
		let mut inner = self.cs.borrow_mut().unwrap();
		inner.assignments.instance_assignment = assignment[..self.public].to_vec();
		inner.assignments.witness_assignment = assignment[self.public..].to_vec();
		inner.is_satisfied().unwrap()
	}

	/// Whether arkworks would find an assignment satisfying if the circuit had no constraints for one check.
	pub fn satisfied_without(&self, check: Check, assignment: &[Fr]) -> bool {
		let cs = ConstraintSystem::new_ref();
		let wires: Vec<Variable> = (0..assignment.len())
			.map(|wire| match wire {
				0 => Variable::One,
				wire if wire < self.public => cs.new_input_variable(|| Ok(assignment[wire])).unwrap(),
				wire => cs.new_witness_variable(|| Ok(assignment[wire])).unwrap(),
			})
			.collect();
		let combination = |matrix: usize, row: usize| {
			let entries = self.matrices[matrix][row].iter();
			LinearCombination(entries.map(|&(coefficient, wire)| (coefficient, wires[wire])).collect())
		};
		for row in (0..self.constraints()).filter(|row| self.check_of(*row) != check) {
			cs.enforce_r1cs_constraint(
				|| combination(0, row),
				|| combination(1, row),
				|| combination(2, row),
			)
			.unwrap();
		}
		assert!(cs.num_constraints() < self.constraints(), "nothing was left out");
		cs.is_satisfied().unwrap()
	}

	/// The assignment with some wires set to something else.
	pub fn with(&self, changes: &[(usize, Fr)]) -> Vec<Fr> {
		let mut assignment = self.assignment.clone();
		for &(wire, value) in changes {
			assert_ne!(assignment[wire], value, "nothing is changed");
			assignment[wire] = value;
		}
		assignment
	}
}

/// A linear combination's value.
pub fn value(row: &[(Fr, usize)], assignment: &[Fr]) -> Fr {
	row.iter().fold(Fr::zero(), |sum, (coefficient, wire)| sum + *coefficient * assignment[*wire])
}

/// Twin and circuit agree that a statement holds.
#[track_caller]
pub fn holds<S: Statement>(public: &S::Public, private: &S::Private) -> System {
	S::holds(public, private).unwrap();
	let system = System::of::<S>(public, private);
	assert!(system.broken(&system.assignment).is_empty());
	assert!(system.satisfied_by_arkworks(&system.assignment));
	// Every constraint belongs to a check, and the checks are those of the statement.
	let ends: Vec<usize> = system.groups.iter().map(|group| group.constraints.end).collect();
	let starts: Vec<usize> = system.groups.iter().map(|group| group.constraints.start).collect();
	assert_eq!(starts, [&[0][..], &ends[..ends.len() - 1]].concat());
	assert_eq!(ends.last(), Some(&system.constraints()));
	let checks: Vec<Check> = system.groups.iter().map(|group| group.check).collect();
	assert_eq!(checks, S::CHECKS);
	system
}

/// Twin and circuit agree on the first check that fails.
#[track_caller]
pub fn fails<S: Statement>(public: &S::Public, private: &S::Private, check: Check) {
	assert_eq!(S::holds(public, private).unwrap_err().check, check);
	let system = System::of::<S>(public, private);
	assert_eq!(system.broken_checks(&system.assignment).first(), Some(&check));
	assert!(!system.satisfied_by_arkworks(&system.assignment));
}
