//! Phase 2: the key of one circuit. Everything but δ follows from the powers and the circuit; contributions multiply δ.
//!
//! ```text
//! powers, circuit ──> initial: δ = 1 ──> contributions: δ·x, L/x, H/x ──> beacon ──> finish: proving key, verifying key, transcript
//! ```
//!
//! γ is 1 and stays so (Bowe, Gabizon, Miers 2017): that costs nothing as long as δ is another number, and a key in which it is not is
//! refused.

mod finish;
mod initial;
mod verify;

pub use finish::Finished;

use crate::{
	beacon::Beacon,
	chain::{Chain, Name, Origin},
	circuit::Circuit,
	encoding::{FileError, Reader, Writer},
	parallel,
	points::Identity,
	powers::Powers,
	refusal::Refusal,
	toxic::Toxic,
	Error,
};
use ark_bls12_381::{g1, g2, Bls12_381, Fr, G1Affine, G1Projective};
use ark_ec::CurveGroup;
use ark_ff::Field;
use ark_groth16::{ProvingKey, VerifyingKey};
use ark_serialize::CanonicalSerialize;
use souk_proof_primitives::{
	hash::{tagged, Digest},
	statements::{Era, StatementId},
};
use zeroize::Zeroize;

/// Kind and version of the file.
const TAG: &str = "souk/ceremony-key/v1";
/// What a contribution multiplies.
pub const FACTORS: &[&str] = &["delta"];

/// The key of one circuit in the making.
#[derive(Clone, Debug, PartialEq)]
pub struct KeyCeremony {
	origin: Origins,
	key: ProvingKey<Bls12_381>,
	chain: Chain,
}

/// What a key was started from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Origins {
	/// Whose key it is to be.
	pub statement: StatementId,
	/// Of which era.
	pub era: Era,
	/// Hash of the powers' last contribution.
	pub powers: Digest,
	/// Digest of the circuit.
	pub circuit: Digest,
	/// BLAKE3 of the initial key.
	pub initial: Digest,
}

impl Origins {
	/// The hash that the first contribution names.
	pub fn start(&self) -> Digest {
		tagged(
			"souk/ceremony-key-start/v1",
			&[
				&[self.statement.code()],
				&self.era.0.to_le_bytes(),
				&self.powers,
				&self.circuit,
				&self.initial,
			],
		)
	}
}

/// BLAKE3 of a proving key as it is kept on disk, uncompressed: the digest that development keys are known by as well.
pub fn key_hash(key: &ProvingKey<Bls12_381>) -> Digest {
	*blake3::hash(&key_bytes(key)).as_bytes()
}

fn key_bytes(key: &ProvingKey<Bls12_381>) -> Vec<u8> {
	let mut bytes = Vec::with_capacity(key.uncompressed_size());
	key.serialize_uncompressed(&mut bytes).expect("a vector takes every byte");
	bytes
}

impl KeyCeremony {
	/// Computes the initial key. Powers that somebody else made are to be [verified](Powers::verify) first.
	///
	/// # Errors
	///
	/// [`Refusal::DevelopmentEra`], [`Refusal::TooFewPowers`], and where the powers' own ceremony has not ended
	/// [`Refusal::NobodyContributed`] or [`Refusal::NotEnded`].
	pub fn new(statement: StatementId, era: Era, powers: &Powers) -> Result<Self, Error> {
		if era == Era::DEVELOPMENT {
			return Err(Refusal::DevelopmentEra(era).into());
		}
		powers.chain().ended()?;
		let circuit = Circuit::of(statement)?;
		let key = initial::key(&circuit, powers)?;
		let origin = Origins {
			statement,
			era,
			powers: powers.chain().last(),
			circuit: circuit.digest(),
			initial: key_hash(&key),
		};
		Ok(Self { origin, key, chain: Chain::new(origin.start(), FACTORS) })
	}

	/// What the key was started from.
	pub fn origin(&self) -> &Origins {
		&self.origin
	}

	/// Who has contributed.
	pub fn chain(&self) -> &Chain {
		&self.chain
	}

	/// BLAKE3 of the proving key as it is now.
	pub fn hash(&self) -> Digest {
		key_hash(&self.key)
	}

	/// Multiplies δ by a new secret, which is forgotten. Returns the contribution's hash, for its maker to publish.
	///
	/// # Errors
	///
	/// [`Refusal::Ended`].
	pub fn contribute(&mut self, name: Name, typed: &[u8]) -> Result<Digest, Refusal> {
		let toxic = self.chain.draw(typed)?;
		Ok(self.apply(Origin::Contributor(name), &toxic))
	}

	/// Ends the ceremony with a public value.
	///
	/// # Errors
	///
	/// [`Refusal::NobodyContributed`], [`Refusal::Ended`].
	pub fn end(&mut self, beacon: Beacon) -> Result<Digest, Refusal> {
		let toxic = self.chain.draw_beacon(&beacon)?;
		Ok(self.apply(Origin::Beacon(beacon), &toxic))
	}

	fn apply(&mut self, by: Origin, toxic: &Toxic) -> Digest {
		for factor in toxic.factors() {
			self.multiply(factor);
		}
		let state = self.hash();
		self.chain.add(by, toxic, state)
	}

	fn multiply(&mut self, factor: &Fr) {
		let mut inverse = factor.inverse().expect("no factor is zero");
		let key = &mut self.key;
		key.delta_g1 = (key.delta_g1 * factor).into_affine();
		key.vk.delta_g2 = (key.vk.delta_g2 * factor).into_affine();
		for query in [&mut key.l_query, &mut key.h_query] {
			let divided = parallel::map(query, |_, point: &G1Affine| G1Projective::from(*point) * inverse);
			*query = G1Projective::normalize_batch(&divided);
		}
		inverse.zeroize();
	}

	/// The file.
	pub fn to_bytes(&self) -> Vec<u8> {
		let mut file = Writer::file(TAG);
		let Origins { statement, era, powers, circuit, initial } = &self.origin;
		file.section(&[statement.code()])
			.section(&era.0.to_le_bytes())
			.section(powers)
			.section(circuit)
			.section(initial)
			.section(&self.chain.to_bytes());
		let ProvingKey { vk, beta_g1, delta_g1, a_query, b_g1_query, b_g2_query, h_query, l_query } =
			&self.key;
		file.point(&vk.alpha_g1)
			.point(beta_g1)
			.point(&vk.beta_g2)
			.point(&vk.gamma_g2)
			.point(delta_g1)
			.point(&vk.delta_g2)
			.points(&vk.gamma_abc_g1)
			.points(a_query)
			.points(b_g1_query)
			.points(b_g2_query)
			.points(h_query)
			.points(l_query);
		file.finish()
	}

	/// Reads a file. Its points are points, as many as the statement's circuit has; what they are, [`Self::verify`] says.
	///
	/// # Errors
	///
	/// [`FileError`], or that of the circuit.
	pub fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
		let mut file = Reader::file(bytes, TAG)?;
		let [code] = file.fixed("the statement")?;
		let statement = StatementId::from_code(code).ok_or(FileError::Value { what: "the statement" })?;
		let origin = Origins {
			statement,
			era: Era(u32::from_le_bytes(file.fixed("the era")?)),
			powers: file.fixed("the powers' hash")?,
			circuit: file.fixed("the circuit's digest")?,
			initial: file.fixed("the initial key's hash")?,
		};
		let chain = Chain::read(origin.start(), FACTORS, file.section("the contributions")?)?;
		let key = read_key(&mut file, &Circuit::of(statement)?)?;
		file.end()?;
		Ok(Self { origin, key, chain })
	}
}

fn read_key(file: &mut Reader, circuit: &Circuit) -> Result<ProvingKey<Bls12_381>, FileError> {
	let (public, wires) = (circuit.public(), circuit.wires());
	let alpha_g1 = file.point::<g1::Config>("alpha")?;
	let beta_g1 = file.point::<g1::Config>("beta in G1")?;
	let beta_g2 = file.point::<g2::Config>("beta in G2")?;
	let gamma_g2 = file.point::<g2::Config>("gamma")?;
	let delta_g1 = file.point::<g1::Config>("delta in G1")?;
	let delta_g2 = file.point::<g2::Config>("delta in G2")?;
	let gamma_abc_g1 = file.points("the public inputs' points", public, Identity::Impossible)?;
	Ok(ProvingKey {
		vk: VerifyingKey { alpha_g1, beta_g2, gamma_g2, delta_g2, gamma_abc_g1 },
		beta_g1,
		delta_g1,
		a_query: file.points("A", wires, Identity::Possible)?,
		b_g1_query: file.points("B in G1", wires, Identity::Possible)?,
		b_g2_query: file.points("B in G2", wires, Identity::Possible)?,
		h_query: file.points("H", (1 << circuit.power()) - 1, Identity::Impossible)?,
		l_query: file.points("L", wires - public, Identity::Impossible)?,
	})
}

#[cfg(test)]
mod tests;
