//! What a transcript shows by itself.

use super::{
	contribution::{digest, ContributionText},
	transcript_hash, Transcript, FORMAT,
};
use crate::{
	chain::Chain,
	key::{self, Origins},
	powers,
	ratio::same,
	refusal::Refusal,
};
use ark_bls12_381::{Bls12_381, G1Affine, G2Affine};
use ark_ec::AffineRepr;
use ark_groth16::VerifyingKey;
use ark_serialize::CanonicalDeserialize;
use souk_proof_primitives::{
	groth16,
	hash::Digest,
	key_id::verifying_key_id,
	statements::{Era, StatementId},
};

impl Transcript {
	/// Checks everything that needs no other file. Returns the hash that is registered on the chain with the key.
	///
	/// # Errors
	///
	/// The first rule that is broken.
	pub fn check(&self) -> Result<Digest, Refusal> {
		let wrong = |what| Refusal::Transcript { what };
		if self.format != FORMAT {
			return Err(wrong("the format"));
		}
		let statement = StatementId::ALL
			.into_iter()
			.find(|id| id.name() == self.statement)
			.ok_or(wrong("the statement"))?;
		let era = Era(self.era);
		if era == Era::DEVELOPMENT {
			return Err(Refusal::DevelopmentEra(era));
		}

		let powers = chain(powers::start(self.powers.power), powers::FACTORS, &self.powers.contributions)?;
		let origin = Origins {
			statement,
			era,
			powers: powers.last(),
			circuit: digest(&self.key.circuit, "the circuit's digest")?,
			initial: digest(&self.key.initial, "the initial key's hash")?,
		};
		let key = chain(origin.start(), key::FACTORS, &self.key.contributions)?;

		let bytes = hex::decode(&self.verifying_key).map_err(|_| wrong("the verifying key"))?;
		// What the chain asks of a key before it registers it.
		groth16::VerifyingKey::<Bls12_381>::from_bytes(statement, &bytes).map_err(Refusal::NotAKey)?;
		let vk = VerifyingKey::deserialize_compressed(&bytes[..]).map_err(|_| wrong("the verifying key"))?;
		is_what_they_lead_to(&vk, &powers, &key)?;
		if digest(&self.verifying_key_id, "the verifying key's id")?
			!= verifying_key_id(statement, era, &bytes)
		{
			return Err(Refusal::WrongHash { what: "the verifying key's id" });
		}
		let proving_key = digest(&self.proving_key_hash, "the proving key's hash")?;
		key.is_about(&proving_key)?;
		let hash = transcript_hash(&key.last(), &proving_key);
		if digest(&self.transcript_hash, "the transcript's hash")? != hash {
			return Err(Refusal::WrongHash { what: "the transcript's hash" });
		}
		Ok(hash)
	}
}

/// A phase that has ended.
fn chain(
	start: Digest,
	factors: &'static [&'static str],
	contributions: &[ContributionText],
) -> Result<Chain, Refusal> {
	let contributions = contributions.iter().map(|text| text.read(factors)).collect::<Result<Vec<_>, _>>()?;
	let mut chain = Chain::new(start, factors);
	chain.extend(contributions);
	chain.verify()?;
	chain.ended()?;
	Ok(chain)
}

/// α and β are those of phase 1, δ that of phase 2, γ is 1.
fn is_what_they_lead_to(vk: &VerifyingKey<Bls12_381>, powers: &Chain, key: &Chain) -> Result<(), Refusal> {
	let (g1, g2) = (G1Affine::generator(), G2Affine::generator());
	let (&[_, alpha, beta], &[delta]) = (&powers.values()[..], &key.values()[..]) else {
		return Err(Refusal::Transcript { what: "the list of a contribution's factors" });
	};
	if vk.alpha_g1 != alpha {
		return Err(Refusal::OtherFactor { factor: "alpha" });
	}
	if !same((g1, beta), (g2, vk.beta_g2)) {
		return Err(Refusal::OtherFactor { factor: "beta" });
	}
	if vk.gamma_g2 != g2 {
		return Err(Refusal::OtherPart { part: "gamma" });
	}
	if !same((g1, delta), (g2, vk.delta_g2)) {
		return Err(Refusal::OtherFactor { factor: "delta" });
	}
	Ok(())
}
