//! The contributions of one phase, each bound to the one before it.
//!
//! ```text
//! start ──> contribution 1 ──> contribution 2 ──> … ──> beacon
//!           previous           previous                 previous        hash of the one before, or the start
//!           by                 by                       by              a name, or the beacon's value
//!           steps              steps                    steps           per factor: value after, proof of knowledge
//!           state              state                    state           digest of all points afterwards
//! ```
//!
//! A factor's value starts as the generator. Each contribution multiplies it, and shows that it knew what by: as long as one
//! contributor has forgotten theirs, nobody knows the product.

use crate::{
	beacon::Beacon,
	encoding::{FileError, Reader, Writer},
	knowledge::Knowledge,
	points::compressed,
	refusal::Refusal,
	toxic::Toxic,
};
use ark_bls12_381::{G1Affine, G1Projective};
use ark_ec::{AffineRepr, CurveGroup};
use souk_proof_primitives::hash::{tagged, Digest};
use std::fmt;

/// Longest name, in bytes.
const MAX_NAME: usize = 64;

/// What a contributor wants to be called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name(String);

impl Name {
	/// A name that can be printed.
	///
	/// # Errors
	///
	/// [`Refusal::Name`].
	pub fn new(name: &str) -> Result<Self, Refusal> {
		let printable = !name.is_empty()
			&& name.len() <= MAX_NAME
			&& name.trim() == name
			&& !name.chars().any(char::is_control);
		printable.then(|| Self(name.to_owned())).ok_or(Refusal::Name)
	}
}

impl fmt::Display for Name {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		f.write_str(&self.0)
	}
}

/// Where a contribution's factors came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
	/// A person's or a machine's randomness.
	Contributor(Name),
	/// A public value.
	Beacon(Beacon),
}

impl Origin {
	fn write(&self, to: &mut Writer) {
		match self {
			Self::Contributor(name) => to.section(&[0]).section(name.0.as_bytes()),
			Self::Beacon(beacon) => to.section(&[1, beacon.rounds()]).section(beacon.value()),
		};
	}

	fn read(from: &mut Reader) -> Result<Self, FileError> {
		let wrong = |_| FileError::Value { what: "who a contribution is by" };
		match (from.section("who a contribution is by")?, from.section("who a contribution is by")?) {
			([0], name) => std::str::from_utf8(name)
				.map_err(|_| Refusal::Name)
				.and_then(Name::new)
				.map(Self::Contributor)
				.map_err(wrong),
			([1, rounds], value) => Beacon::new(value.to_vec(), *rounds).map(Self::Beacon).map_err(wrong),
			_ => Err(FileError::Value { what: "who a contribution is by" }),
		}
	}
}

/// What one contribution does to one factor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
	/// The factor's value afterwards, times G1's generator.
	pub after: G1Affine,
	/// That the multiplier was known.
	pub knowledge: Knowledge,
}

/// One contribution.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contribution {
	/// Hash of the one before.
	pub previous: Digest,
	/// By whom.
	pub by: Origin,
	/// One for each factor of the phase.
	pub steps: Vec<Step>,
	/// Digest of all points after it.
	pub state: Digest,
}

impl Contribution {
	/// Makes one: multiplies the values `before` it by the factors.
	fn make(previous: Digest, by: Origin, before: &[G1Affine], toxic: &Toxic, state: Digest) -> Self {
		let after: Vec<G1Affine> = before
			.iter()
			.zip(toxic.factors())
			.map(|(before, factor)| (G1Projective::from(*before) * factor).into_affine())
			.collect();
		let steps = after
			.iter()
			.zip(toxic.factors().iter().zip(toxic.nonces()))
			.enumerate()
			.map(|(number, (&value, (factor, nonce)))| Step {
				after: value,
				knowledge: Knowledge::show(factor, nonce, &bound(&previous, &by, &after, &state, number)),
			})
			.collect();
		Self { previous, by, steps, state }
	}

	/// What the proof of knowledge of factor `number` is bound to.
	fn bound(&self, number: usize) -> Digest {
		let after: Vec<G1Affine> = self.steps.iter().map(|step| step.after).collect();
		bound(&self.previous, &self.by, &after, &self.state, number)
	}

	/// The hash that the next contribution names, and that its maker publishes.
	pub fn hash(&self) -> Digest {
		let mut bytes = Writer::default();
		self.write(&mut bytes);
		tagged("souk/ceremony-contribution/v1", &[&bytes.finish()])
	}

	fn write(&self, to: &mut Writer) {
		to.section(&self.previous);
		self.by.write(to);
		for Step { after, knowledge: Knowledge { base, raised, answer } } in &self.steps {
			to.point(after).point(base).point(raised).point(answer);
		}
		to.section(&self.state);
	}

	fn read(from: &mut Reader, factors: usize) -> Result<Self, FileError> {
		let previous = from.fixed("a contribution's predecessor")?;
		let by = Origin::read(from)?;
		let steps = (0..factors)
			.map(|_| {
				let what = "a contribution's points";
				Ok(Step {
					after: from.point(what)?,
					knowledge: Knowledge {
						base: from.point(what)?,
						raised: from.point(what)?,
						answer: from.point(what)?,
					},
				})
			})
			.collect::<Result<_, FileError>>()?;
		Ok(Self { previous, by, steps, state: from.fixed("a contribution's state")? })
	}
}

fn bound(previous: &Digest, by: &Origin, after: &[G1Affine], state: &Digest, number: usize) -> Digest {
	let mut who = Writer::default();
	by.write(&mut who);
	let values: Vec<u8> = after.iter().flat_map(compressed).collect();
	let number = (number as u64).to_le_bytes();
	tagged("souk/ceremony-knowledge/v1", &[previous, &who.finish(), &values, state, &number])
}

/// All contributions of one phase.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chain {
	start: Digest,
	factors: &'static [&'static str],
	contributions: Vec<Contribution>,
}

impl Chain {
	/// A phase without contributions. `start` is the hash of what it starts from.
	pub fn new(start: Digest, factors: &'static [&'static str]) -> Self {
		Self { start, factors, contributions: Vec::new() }
	}

	/// The contributions so far.
	pub fn contributions(&self) -> &[Contribution] {
		&self.contributions
	}

	/// The names of what is multiplied.
	pub fn factors(&self) -> &'static [&'static str] {
		self.factors
	}

	/// Hash of the last contribution, or of what the phase starts from.
	pub fn last(&self) -> Digest {
		self.contributions.last().map_or(self.start, Contribution::hash)
	}

	/// What the factors are now, times G1's generator.
	pub fn values(&self) -> Vec<G1Affine> {
		match self.contributions.last() {
			Some(last) => last.steps.iter().map(|step| step.after).collect(),
			None => vec![G1Affine::generator(); self.factors.len()],
		}
	}

	/// The factors of the next contribution.
	///
	/// # Errors
	///
	/// [`Refusal::Ended`].
	pub fn draw(&self, typed: &[u8]) -> Result<Toxic, Refusal> {
		self.open()?;
		Ok(Toxic::random(self.factors.len(), typed))
	}

	/// The factors that a beacon gives at this place.
	///
	/// # Errors
	///
	/// [`Refusal::NobodyContributed`], [`Refusal::Ended`].
	pub fn draw_beacon(&self, beacon: &Beacon) -> Result<Toxic, Refusal> {
		self.open()?;
		if self.contributions.is_empty() {
			return Err(Refusal::NobodyContributed);
		}
		Ok(self.of_beacon(beacon, &self.last()))
	}

	fn of_beacon(&self, beacon: &Beacon, previous: &Digest) -> Toxic {
		Toxic::public(self.factors.len(), &beacon.result(previous))
	}

	/// Adds a contribution of these factors, which have made the points whose digest is `state`. Returns its hash.
	pub fn add(&mut self, by: Origin, toxic: &Toxic, state: Digest) -> Digest {
		let contribution = Contribution::make(self.last(), by, &self.values(), toxic, state);
		self.contributions.push(contribution);
		self.last()
	}

	/// Takes over contributions from a file or a transcript, unchecked.
	pub fn extend(&mut self, contributions: impl IntoIterator<Item = Contribution>) {
		self.contributions.extend(contributions);
	}

	fn open(&self) -> Result<(), Refusal> {
		match self.contributions.last() {
			Some(Contribution { by: Origin::Beacon(_), .. }) => Err(Refusal::Ended),
			_ => Ok(()),
		}
	}

	/// Checks every contribution: its place, its proofs of knowledge, and that the values are multiplied by what is known.
	///
	/// # Errors
	///
	/// The first [`Refusal`] of the first contribution that is not right.
	pub fn verify(&self) -> Result<(), Refusal> {
		let mut previous = self.start;
		let mut before = vec![G1Affine::generator(); self.factors.len()];
		let mut ended = false;
		for (made, contribution) in (1..).zip(&self.contributions) {
			if contribution.previous != previous {
				return Err(Refusal::NotFromTheLast { contribution: made });
			}
			if ended {
				return Err(Refusal::AfterTheBeacon { contribution: made });
			}
			self.verify_steps(made, contribution, &before)?;
			if let Origin::Beacon(beacon) = &contribution.by {
				let toxic = self.of_beacon(beacon, &previous);
				let by = contribution.by.clone();
				if Contribution::make(previous, by, &before, &toxic, contribution.state) != *contribution {
					return Err(Refusal::WrongBeacon { contribution: made });
				}
				ended = true;
			}
			previous = contribution.hash();
			before = contribution.steps.iter().map(|step| step.after).collect();
		}
		Ok(())
	}

	fn verify_steps(
		&self,
		made: usize,
		contribution: &Contribution,
		before: &[G1Affine],
	) -> Result<(), Refusal> {
		for (number, ((&factor, step), &before)) in
			self.factors.iter().zip(&contribution.steps).zip(before).enumerate()
		{
			if step.after == before {
				return Err(Refusal::ChangesNothing { contribution: made, factor });
			}
			let bound = contribution.bound(number);
			if !step.knowledge.holds(&bound) {
				return Err(Refusal::WrongProofOfKnowledge { contribution: made, factor });
			}
			if !step.knowledge.is_of(&bound, before, step.after) {
				return Err(Refusal::WrongFactor { contribution: made, factor });
			}
		}
		Ok(())
	}

	/// Checks that somebody has contributed, and that the beacon has ended it.
	///
	/// # Errors
	///
	/// [`Refusal::NobodyContributed`], [`Refusal::NotEnded`].
	pub fn ended(&self) -> Result<(), Refusal> {
		if !self.contributions.iter().any(|made| matches!(made.by, Origin::Contributor(_))) {
			return Err(Refusal::NobodyContributed);
		}
		match self.open() {
			Ok(()) => Err(Refusal::NotEnded),
			Err(_) => Ok(()),
		}
	}

	/// Checks that the last contribution, if there is one, is about the points with this digest.
	///
	/// # Errors
	///
	/// [`Refusal::OtherPoints`].
	pub fn is_about(&self, state: &Digest) -> Result<(), Refusal> {
		match self.contributions.last() {
			Some(last) if last.state != *state => Err(Refusal::OtherPoints),
			_ => Ok(()),
		}
	}

	/// All contributions as bytes.
	pub fn to_bytes(&self) -> Vec<u8> {
		let mut bytes = Writer::default();
		for contribution in &self.contributions {
			contribution.write(&mut bytes);
		}
		bytes.finish()
	}

	/// Reads the contributions of a phase, unchecked.
	///
	/// # Errors
	///
	/// [`FileError`].
	pub fn read(start: Digest, factors: &'static [&'static str], bytes: &[u8]) -> Result<Self, FileError> {
		let mut chain = Self::new(start, factors);
		let mut reader = Reader::of(bytes);
		while !reader.is_empty() {
			chain.contributions.push(Contribution::read(&mut reader, factors.len())?);
		}
		Ok(chain)
	}
}

#[cfg(test)]
#[path = "chain/tests.rs"]
mod tests;
