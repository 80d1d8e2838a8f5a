//! The statements: what each has in common with the others. One file each below.
//!
//! A statement is added as a [`Statement`], a page in `docs/statements/` whose headings are those of its [`Check`]s, and a
//! development key in [`crate::setup`].

pub mod chunk_key;
pub mod key_delivery;

use ark_bls12_381::Fr;
use ark_r1cs_std::{alloc::AllocVar, fields::fp::FpVar};
use ark_relations::gr1cs::{ConstraintSynthesizer, ConstraintSystemRef, SynthesisError};
use souk_proof_primitives::{public_inputs::PublicInputs, statements::StatementId};
use std::{fmt, ops::Range};

/// One numbered check of a statement: the same in the page, in the circuit's comments and in the twin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Check {
	/// Its number, from 1.
	pub number: u8,
	/// Its heading.
	pub heading: &'static str,
}

impl fmt::Display for Check {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		write!(f, "{}. {}", self.number, self.heading)
	}
}

/// The first check of a statement that does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the statement {statement} does not hold: check {check} fails")]
pub struct CheckFailed {
	/// Which statement.
	pub statement: StatementId,
	/// Which check of it.
	pub check: Check,
}

/// The constraints of one check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConstraintGroup {
	/// The check.
	pub check: Check,
	/// Its constraints, by their place in the system.
	pub constraints: Range<usize>,
}

/// A statement, as circuit and as plain function.
pub trait Statement: Sized {
	/// What everybody sees. Says which statement this is.
	type Public: PublicInputs;
	/// What the prover alone knows.
	type Private;
	/// All its checks, by number.
	const CHECKS: &'static [Check];

	/// The twin: whether the statement holds.
	///
	/// # Errors
	///
	/// The first check that fails.
	fn holds(public: &Self::Public, private: &Self::Private) -> Result<(), CheckFailed>;

	/// The circuit. Without values, for the setup; with them, for a proof. Returns the constraints of each check, in the order of
	/// the circuit.
	///
	/// # Errors
	///
	/// Those of the constraint system.
	fn synthesize(
		cs: &ConstraintSystemRef<Fr>,
		public: Option<&Self::Public>,
		private: Option<&Self::Private>,
	) -> Result<Vec<ConstraintGroup>, SynthesisError>;
}

/// The id of a statement.
pub fn id_of<S: Statement>() -> StatementId {
	<S::Public as PublicInputs>::STATEMENT
}

fn fails<S: Statement>(check: Check) -> CheckFailed {
	CheckFailed { statement: id_of::<S>(), check }
}

/// A statement's circuit in the form that arkworks takes.
pub struct Circuit<'a, S: Statement> {
	values: Option<(&'a S::Public, &'a S::Private)>,
}

impl<'a, S: Statement> Circuit<'a, S> {
	/// The circuit of one proof.
	pub fn new(public: &'a S::Public, private: &'a S::Private) -> Self {
		Self { values: Some((public, private)) }
	}

	/// The circuit without values.
	pub fn blank() -> Self {
		Self { values: None }
	}
}

impl<S: Statement> ConstraintSynthesizer<Fr> for Circuit<'_, S> {
	/// Nobody logs meanwhile: arkworks' gadgets are `tracing` spans that describe their arguments, which is the whole constraint
	/// system with its private wires, at each of thousands of operations. A process that logs at level info would print secrets,
	/// and use up all memory before.
	fn generate_constraints(self, cs: ConstraintSystemRef<Fr>) -> Result<(), SynthesisError> {
		tracing::subscriber::with_default(tracing::subscriber::NoSubscriber::default(), || {
			S::synthesize(&cs, self.values.map(|v| v.0), self.values.map(|v| v.1)).map(|_| ())
		})
	}
}

/// Allocates the public inputs, in the order of [`PublicInputs::to_scalars`].
fn public_inputs<P: PublicInputs, const N: usize>(
	cs: &ConstraintSystemRef<Fr>,
	public: Option<&P>,
) -> Result<[FpVar<Fr>; N], SynthesisError> {
	let values = public.map(P::to_scalars);
	let value = |i: usize| values.as_ref().and_then(|values| values.get(i).copied());
	(0..N)
		.map(|i| FpVar::new_input(cs.clone(), || value(i).ok_or(SynthesisError::AssignmentMissing)))
		.collect::<Result<Vec<_>, _>>()?
		.try_into()
		.map_err(|_| SynthesisError::Unsatisfiable)
}

/// Allocates a private input.
fn private_input(cs: &ConstraintSystemRef<Fr>, value: Option<Fr>) -> Result<FpVar<Fr>, SynthesisError> {
	FpVar::new_witness(cs.clone(), || value.ok_or(SynthesisError::AssignmentMissing))
}

/// Notes which constraints belong to which check.
struct Headings {
	cs: ConstraintSystemRef<Fr>,
	groups: Vec<ConstraintGroup>,
	from: usize,
}

impl Headings {
	fn new(cs: &ConstraintSystemRef<Fr>) -> Self {
		Self { cs: cs.clone(), groups: Vec::new(), from: cs.num_constraints() }
	}

	/// Everything since the last check belongs to this one.
	fn close(&mut self, check: Check) {
		let to = self.cs.num_constraints();
		self.groups.push(ConstraintGroup { check, constraints: self.from..to });
		self.from = to;
	}
}

#[cfg(test)]
mod tests {
	use super::{chunk_key::ChunkKey, *};
	use ark_relations::gr1cs::ConstraintSystem;
	use std::sync::{
		atomic::{AtomicUsize, Ordering},
		Arc,
	};
	use tracing::{
		span::{Attributes, Id, Record},
		subscriber::with_default,
		Event, Metadata, Subscriber,
	};

	/// Listens to everything, and counts the spans.
	#[derive(Clone, Default)]
	struct Listener(Arc<AtomicUsize>);

	impl Subscriber for Listener {
		fn enabled(&self, _: &Metadata<'_>) -> bool {
			true
		}

		fn new_span(&self, _: &Attributes<'_>) -> Id {
			self.0.fetch_add(1, Ordering::SeqCst);
			Id::from_u64(1)
		}

		fn record(&self, _: &Id, _: &Record<'_>) {}
		fn record_follows_from(&self, _: &Id, _: &Id) {}
		fn event(&self, _: &Event<'_>) {}
		fn enter(&self, _: &Id) {}
		fn exit(&self, _: &Id) {}
	}

	fn heard(work: impl FnOnce(ConstraintSystemRef<Fr>)) -> usize {
		let listener = Listener::default();
		with_default(listener.clone(), || work(ConstraintSystem::new_ref()));
		listener.0.load(Ordering::SeqCst)
	}

	#[test]
	fn a_circuit_says_nothing_to_whoever_logs() {
		let open = heard(|cs| drop(ChunkKey::synthesize(&cs, None, None)));
		assert!(open > 0, "arkworks' gadgets are spans no more: nothing has to be silenced");
		let silent = heard(|cs| {
			let _ = Circuit::<ChunkKey>::blank().generate_constraints(cs);
		});
		assert_eq!(silent, 0);
	}
}
