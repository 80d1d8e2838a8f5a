//! Whether pairs of points have the same ratio, which a pairing tells without anybody knowing the ratio.

use crate::points::{weights, Curve};
use ark_bls12_381::{Bls12_381, Fr, G1Affine, G1Projective, G2Affine};
use ark_ec::{
	pairing::Pairing,
	short_weierstrass::{Affine, Projective},
	AffineRepr, CurveGroup, VariableBaseMSM,
};
use ark_ff::Zero;

/// Whether `g1.1 = x·g1.0` and `g2.1 = x·g2.0` for one and the same `x`. Pairs with the identity in them have no ratio.
pub fn same(g1: (G1Affine, G1Affine), g2: (G2Affine, G2Affine)) -> bool {
	if g1.0.is_zero() || g1.1.is_zero() || g2.0.is_zero() || g2.1.is_zero() {
		return false;
	}
	// e(g1.0, g2.1) = e(g1.1, g2.0)
	Bls12_381::multi_pairing([g1.0, -g1.1], [g2.1, g2.0]).is_zero()
}

/// For two lists whose items have all one ratio, a pair that has it as well. Where a single item has another ratio, so has the pair:
/// the weights are random, and a list that was made to fool them would have to know them.
pub fn of_lists<P: Curve>(from: &[Affine<P>], to: &[Affine<P>]) -> (Affine<P>, Affine<P>)
where
	Projective<P>: VariableBaseMSM<MulBase = Affine<P>, ScalarField = Fr>,
{
	assert_eq!(from.len(), to.len(), "the caller compares the lengths");
	let weights = weights(from.len());
	(combine(from, &weights), combine(to, &weights))
}

/// The ratio between the neighbours of a list, in the same way.
pub fn of_neighbours<P: Curve>(list: &[Affine<P>]) -> (Affine<P>, Affine<P>)
where
	Projective<P>: VariableBaseMSM<MulBase = Affine<P>, ScalarField = Fr>,
{
	of_lists(&list[..list.len() - 1], &list[1..])
}

fn combine<P: Curve>(points: &[Affine<P>], weights: &[Fr]) -> Affine<P>
where
	Projective<P>: VariableBaseMSM<MulBase = Affine<P>, ScalarField = Fr>,
{
	Projective::<P>::msm_unchecked(points, weights).into_affine()
}

/// A multiple of G1's generator.
pub fn multiple_g1(scalar: &Fr) -> G1Affine {
	(G1Projective::from(G1Affine::generator()) * scalar).into_affine()
}

#[cfg(test)]
mod tests {
	use super::*;
	use ark_bls12_381::G2Projective;

	fn g1(scalar: u64) -> G1Affine {
		multiple_g1(&Fr::from(scalar))
	}

	fn g2(scalar: u64) -> G2Affine {
		(G2Projective::from(G2Affine::generator()) * Fr::from(scalar)).into_affine()
	}

	#[test]
	fn one_ratio_is_told_from_another() {
		assert!(same((g1(2), g1(6)), (g2(5), g2(15))));
		assert!(!same((g1(2), g1(6)), (g2(5), g2(16))));
		assert!(!same((g1(6), g1(2)), (g2(5), g2(15))));
		assert!(!same((G1Affine::zero(), G1Affine::zero()), (g2(5), g2(15))));
		assert!(!same((g1(2), g1(6)), (G2Affine::zero(), G2Affine::zero())));
	}

	#[test]
	fn a_single_wrong_item_of_a_list_is_found() {
		let powers: Vec<G1Affine> = (0..10).map(|i| g1(3u64.pow(i))).collect();
		let ratio = (g2(1), g2(3));
		assert!(same(of_neighbours(&powers), ratio));
		let tripled: Vec<G1Affine> = (0..10).map(|i| g1(3u64.pow(i + 1))).collect();
		assert!(same(of_lists(&powers, &tripled), ratio));
		for at in 0..10 {
			let mut wrong = powers.clone();
			wrong[at] = g1(7);
			assert!(!same(of_neighbours(&wrong), ratio), "item {at}");
			assert!(!same(of_lists(&wrong, &tripled), ratio), "item {at}");
		}
		// Two errors that cancel each other in a plain sum.
		let mut swapped = powers.clone();
		swapped.swap(3, 4);
		assert!(!same(of_lists(&swapped, &tripled), ratio));
	}
}
