//! A statement's circuit as the matrices that its key is made of.

use ark_bls12_381::Fr;
use ark_relations::gr1cs::{
	ConstraintSynthesizer, ConstraintSystem, Matrix, OptimizationGoal, SynthesisError, SynthesisMode,
	R1CS_PREDICATE_LABEL,
};
use souk_circuits::{statements::Circuit as Synthesizer, ChunkKey, KeyDelivery, Statement};
use souk_proof_primitives::{
	hash::{Digest, TaggedHasher},
	scalar,
	statements::StatementId,
};

/// The circuit of a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Circuit {
	statement: StatementId,
	/// A, B and C, a row for each constraint.
	matrices: [Matrix<Fr>; 3],
	public: usize,
	wires: usize,
}

impl Circuit {
	/// The circuit of this release.
	///
	/// # Errors
	///
	/// Those of the constraint system.
	pub fn of(statement: StatementId) -> Result<Self, SynthesisError> {
		match statement {
			StatementId::ChunkKey => Self::synthesize::<ChunkKey>(statement),
			StatementId::KeyDelivery => Self::synthesize::<KeyDelivery>(statement),
		}
	}

	/// As `ark-groth16` does it for the setup: the prover gets the same matrices.
	fn synthesize<S: Statement>(statement: StatementId) -> Result<Self, SynthesisError> {
		let cs = ConstraintSystem::new_ref();
		cs.set_optimization_goal(OptimizationGoal::Constraints);
		cs.set_mode(SynthesisMode::Setup);
		Synthesizer::<S>::blank().generate_constraints(cs.clone())?;
		cs.finalize();
		let matrices = cs
			.to_matrices()?
			.remove(R1CS_PREDICATE_LABEL)
			.and_then(|matrices| matrices.try_into().ok())
			.ok_or(SynthesisError::Unsatisfiable)?;
		let public = cs.num_instance_variables();
		Ok(Self { statement, matrices, public, wires: public + cs.num_witness_variables() })
	}

	/// Whose circuit it is.
	pub fn statement(&self) -> StatementId {
		self.statement
	}

	/// A, B and C.
	pub fn matrices(&self) -> &[Matrix<Fr>; 3] {
		&self.matrices
	}

	/// Constraints.
	pub fn constraints(&self) -> usize {
		self.matrices[0].len()
	}

	/// The one and the public inputs.
	pub fn public(&self) -> usize {
		self.public
	}

	/// All wires, those of the public inputs and the one included.
	pub fn wires(&self) -> usize {
		self.wires
	}

	/// The logarithm of how many powers its key needs: arkworks adds a row for each public input.
	pub fn power(&self) -> u32 {
		(self.constraints() + self.public).next_power_of_two().ilog2()
	}

	/// What is hashed is all of it, so that another circuit has another digest.
	pub fn digest(&self) -> Digest {
		let number = |number: usize| (number as u64).to_le_bytes();
		let mut hasher = TaggedHasher::new("souk/ceremony-circuit/v1");
		hasher.part(&[self.statement.code()]).part(&number(self.public)).part(&number(self.wires));
		for matrix in &self.matrices {
			hasher.part(&number(matrix.len()));
			for row in matrix {
				let entries: Vec<u8> = row
					.iter()
					.flat_map(|(coefficient, wire)| {
						[&number(*wire)[..], &scalar::encode(coefficient)].concat()
					})
					.collect();
				hasher.part(&entries);
			}
		}
		hasher.finish()
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn circuits_are_those_of_the_statements() {
		let chunk_key = Circuit::of(StatementId::ChunkKey).unwrap();
		assert_eq!((chunk_key.constraints(), chunk_key.public(), chunk_key.power()), (720, 5, 10));
		let delivery = Circuit::of(StatementId::KeyDelivery).unwrap();
		assert_eq!((delivery.constraints(), delivery.public(), delivery.power()), (5270, 8, 13));
		assert_eq!(Circuit::of(StatementId::ChunkKey).unwrap(), chunk_key);
	}

	#[test]
	fn another_circuit_has_another_digest() {
		let circuit = Circuit::of(StatementId::ChunkKey).unwrap();
		let digest = circuit.digest();
		let changed = |change: &dyn Fn(&mut Circuit)| {
			let mut other = circuit.clone();
			change(&mut other);
			assert_ne!(other.digest(), digest);
		};
		changed(&|c| c.statement = StatementId::KeyDelivery);
		changed(&|c| c.public += 1);
		changed(&|c| c.wires += 1);
		changed(&|c| c.matrices.swap(0, 2));
		changed(&|c| c.matrices[2][719][0].1 += 1);
		changed(&|c| c.matrices[0][3][0].0 += Fr::from(1u64));
		changed(&|c| {
			let entry = c.matrices[1][5].pop().unwrap();
			c.matrices[1][6].push(entry);
		});
	}
}
