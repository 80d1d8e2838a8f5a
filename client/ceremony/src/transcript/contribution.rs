//! One contribution in a transcript.

use crate::{
	beacon::Beacon,
	chain::{Contribution, Name, Origin, Step},
	knowledge::Knowledge,
	points::{compressed, read_compressed, Curve},
	refusal::Refusal,
};
use ark_ec::short_weierstrass::Affine;
use serde::{Deserialize, Serialize};
use souk_proof_primitives::hash::Digest;

/// One contribution. Digests and points, compressed, are in hexadecimal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ContributionText {
	/// Hash of the one before.
	pub previous: String,
	/// By whom.
	pub by: OriginText,
	/// One for each factor of the phase.
	pub steps: Vec<StepText>,
	/// Digest of all points after it.
	pub state: String,
	/// Its own hash, which its maker has published.
	pub hash: String,
}

/// By whom a contribution is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum OriginText {
	/// A contributor.
	Contributor(String),
	/// A public value, hashed 2^`rounds` times.
	Beacon {
		/// The value.
		value: String,
		/// The logarithm of how often it is hashed.
		rounds: u8,
	},
}

/// What a contribution does to one factor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StepText {
	/// Name of the factor.
	pub factor: String,
	/// Its value afterwards, times G1's generator.
	pub after: String,
	/// The proof that the multiplier was known: a random point,
	pub base: String,
	/// the same times the multiplier,
	pub raised: String,
	/// and the challenge times the multiplier.
	pub answer: String,
}

impl ContributionText {
	/// The text of a contribution.
	pub fn of(made: &Contribution, factors: &[&str]) -> Self {
		let by = match &made.by {
			Origin::Contributor(name) => OriginText::Contributor(name.to_string()),
			Origin::Beacon(beacon) => {
				OriginText::Beacon { value: hex::encode(beacon.value()), rounds: beacon.rounds() }
			}
		};
		let steps = made
			.steps
			.iter()
			.zip(factors)
			.map(|(Step { after, knowledge: Knowledge { base, raised, answer } }, factor)| StepText {
				factor: (*factor).into(),
				after: text(after),
				base: text(base),
				raised: text(raised),
				answer: text(answer),
			})
			.collect();
		Self {
			previous: hex::encode(made.previous),
			by,
			steps,
			state: hex::encode(made.state),
			hash: hex::encode(made.hash()),
		}
	}

	/// The contribution of a text.
	///
	/// # Errors
	///
	/// [`Refusal::Transcript`] where something is not what it should be, [`Refusal::WrongHash`].
	pub fn read(&self, factors: &[&str]) -> Result<Contribution, Refusal> {
		let by = match &self.by {
			OriginText::Contributor(name) => Origin::Contributor(Name::new(name)?),
			OriginText::Beacon { value, rounds } => {
				let value =
					hex::decode(value).map_err(|_| Refusal::Transcript { what: "a beacon's value" })?;
				Origin::Beacon(Beacon::new(value, *rounds)?)
			}
		};
		if !self.steps.iter().map(|step| step.factor.as_str()).eq(factors.iter().copied()) {
			return Err(Refusal::Transcript { what: "the list of a contribution's factors" });
		}
		let steps = self
			.steps
			.iter()
			.map(|step| {
				Ok(Step {
					after: point(&step.after)?,
					knowledge: Knowledge {
						base: point(&step.base)?,
						raised: point(&step.raised)?,
						answer: point(&step.answer)?,
					},
				})
			})
			.collect::<Result<_, Refusal>>()?;
		let made = Contribution {
			previous: digest(&self.previous, "a contribution's predecessor")?,
			by,
			steps,
			state: digest(&self.state, "a contribution's state")?,
		};
		if digest(&self.hash, "a contribution's hash")? != made.hash() {
			return Err(Refusal::WrongHash { what: "a contribution's hash" });
		}
		Ok(made)
	}
}

/// Reads a digest.
pub(super) fn digest(text: &str, what: &'static str) -> Result<Digest, Refusal> {
	let mut digest = Digest::default();
	hex::decode_to_slice(text, &mut digest).map_err(|_| Refusal::Transcript { what })?;
	Ok(digest)
}

fn text<P: Curve>(point: &Affine<P>) -> String {
	hex::encode(compressed(point))
}

fn point<P: Curve>(text: &str) -> Result<Affine<P>, Refusal> {
	let wrong = Refusal::Transcript { what: "a contribution's point" };
	let bytes = hex::decode(text).map_err(|_| wrong.clone())?;
	read_compressed(&bytes).map_err(|_| wrong)
}
