//! Whether powers are powers, and made by those who are named.

use super::Powers;
use crate::{
	ratio::{of_neighbours, same},
	refusal::Refusal,
};
use ark_bls12_381::{G1Affine, G2Affine};
use ark_ec::AffineRepr;

impl Powers {
	/// Checks everything: the contributions, and that the points are powers of what they lead to.
	///
	/// # Errors
	///
	/// The first rule that is broken.
	pub fn verify(&self) -> Result<(), Refusal> {
		self.chain.verify()?;
		let (g1, g2) = (G1Affine::generator(), G2Affine::generator());
		// A power is at least one: each list has two items.
		let of_tau = (g2, self.tau_g2[1]);
		let lists = [
			("tau in G1", &self.tau_g1, g1),
			("tau times alpha", &self.alpha_g1, self.alpha_g1[0]),
			("tau times beta", &self.beta_g1, self.beta_g1[0]),
		];
		for (list, points, first) in lists {
			if points[0] != first || !same(of_neighbours(points), of_tau) {
				return Err(Refusal::NotPowers { list });
			}
		}
		let in_g2 = of_neighbours(&self.tau_g2);
		if self.tau_g2[0] != g2 || !same((g1, self.tau_g1[1]), in_g2) {
			return Err(Refusal::NotPowers { list: "tau in G2" });
		}
		if !same((g1, self.beta_g1[0]), (g2, self.beta_g2)) {
			return Err(Refusal::NotPowers { list: "beta in G2" });
		}
		let values = [self.tau_g1[1], self.alpha_g1[0], self.beta_g1[0]];
		for ((factor, expected), found) in self.chain.factors().iter().zip(self.chain.values()).zip(values) {
			if expected != found {
				return Err(Refusal::OtherFactor { factor });
			}
		}
		self.chain.is_about(&self.state())
	}
}
