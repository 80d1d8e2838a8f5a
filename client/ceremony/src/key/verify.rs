//! Whether a key is that of its circuit, from these powers, by those who are named.

use super::{initial, key_hash, KeyCeremony};
use crate::{
	circuit::Circuit,
	powers::Powers,
	ratio::{of_lists, same},
	refusal::Refusal,
	Error,
};
use ark_bls12_381::{Bls12_381, G1Affine, G2Affine};
use ark_ec::AffineRepr;
use ark_groth16::ProvingKey;

impl KeyCeremony {
	/// Checks everything, the powers included: whoever trusts one of the contributors to each phase can trust the key. Takes as long
	/// as making the initial key does, which is made again.
	///
	/// # Errors
	///
	/// The first rule that is broken.
	pub fn verify(&self, powers: &Powers) -> Result<(), Error> {
		powers.verify()?;
		powers.chain().ended()?;
		let circuit = Circuit::of(self.origin.statement)?;
		self.is_for(powers, &circuit)?;
		self.is_made_of(&initial::key(&circuit, powers)?)?;
		Ok(())
	}

	/// Whether it names these powers and this circuit, and whether its contributions are right.
	pub(super) fn is_for(&self, powers: &Powers, circuit: &Circuit) -> Result<(), Refusal> {
		if self.origin.powers != powers.chain().last() {
			return Err(Refusal::OtherPowers);
		}
		if self.origin.circuit != circuit.digest() {
			return Err(Refusal::OtherCircuit(circuit.statement()));
		}
		self.chain.verify()
	}

	/// Whether its points are what the contributions have made of the initial ones.
	pub(super) fn is_made_of(&self, initial: &ProvingKey<Bls12_381>) -> Result<(), Refusal> {
		if self.origin.initial != key_hash(initial) {
			return Err(Refusal::OtherPart { part: "the initial key's hash" });
		}
		self.follows_from(initial)?;
		self.delta_is_of_the_contributions()?;
		self.is_divided(initial)?;
		self.chain.is_about(&self.hash())
	}

	/// Everything that contributions leave alone.
	fn follows_from(&self, initial: &ProvingKey<Bls12_381>) -> Result<(), Refusal> {
		let key = &self.key;
		let parts = [
			("alpha", key.vk.alpha_g1 == initial.vk.alpha_g1),
			("beta in G1", key.beta_g1 == initial.beta_g1),
			("beta in G2", key.vk.beta_g2 == initial.vk.beta_g2),
			("gamma", key.vk.gamma_g2 == initial.vk.gamma_g2),
			("the list of the public inputs' points", key.vk.gamma_abc_g1 == initial.vk.gamma_abc_g1),
			("A", key.a_query == initial.a_query),
			("B in G1", key.b_g1_query == initial.b_g1_query),
			("B in G2", key.b_g2_query == initial.b_g2_query),
		];
		match parts.into_iter().find(|(_, same)| !same) {
			Some((part, _)) => Err(Refusal::OtherPart { part }),
			None => Ok(()),
		}
	}

	/// δ is the product of the contributions' factors, the same in both groups, and not γ.
	fn delta_is_of_the_contributions(&self) -> Result<(), Refusal> {
		let (g1, g2) = (G1Affine::generator(), G2Affine::generator());
		let key = &self.key;
		if self.chain.values() != [key.delta_g1] {
			return Err(Refusal::OtherFactor { factor: "delta" });
		}
		if !same((g1, key.delta_g1), (g2, key.vk.delta_g2)) {
			return Err(Refusal::TwoDeltas);
		}
		// Two points with one first coordinate are the same up to their sign.
		let made = !self.chain.contributions().is_empty();
		if made && key.vk.delta_g2.x == key.vk.gamma_g2.x {
			return Err(Refusal::GammaIsDelta);
		}
		Ok(())
	}

	/// δ·L and δ·H are what they were at first.
	fn is_divided(&self, initial: &ProvingKey<Bls12_381>) -> Result<(), Refusal> {
		let by_delta = (G2Affine::generator(), self.key.vk.delta_g2);
		for (query, now, first) in
			[("L", &self.key.l_query, &initial.l_query), ("H", &self.key.h_query, &initial.h_query)]
		{
			if now.len() != first.len() || !same(of_lists(now, first), by_delta) {
				return Err(Refusal::NotDivided { query });
			}
		}
		Ok(())
	}
}
