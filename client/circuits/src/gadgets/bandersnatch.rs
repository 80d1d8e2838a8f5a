//! Multiples of Bandersnatch points in constraints.
//!
//! Bandersnatch's coefficient a = −5 is no square, so that the addition law has exceptions: pairs of points whose sum or
//! difference is one of the two points at infinity. Those have order 2. Multiples of one point of the subgroup, whose order is an
//! odd prime, never differ by a point of order 2: between them the law is complete, with denominators that are never zero. The
//! gadgets therefore demand points of the subgroup, the identity included, and stay in it.

use ark_bls12_381::Fr;
use ark_ec::{AdditiveGroup, PrimeGroup};
use ark_ed_on_bls12_381_bandersnatch::{constraints::EdwardsVar, EdwardsProjective, Fr as Order};
use ark_ff::{BigInteger, PrimeField};
use ark_r1cs_std::{alloc::AllocVar, boolean::Boolean, groups::CurveVar};
use ark_relations::gr1cs::{ConstraintSystemRef, SynthesisError};

/// Bits of a scalar: as many as the subgroup's order has.
pub const SCALAR_BITS: usize = Order::MODULUS_BIT_SIZE as usize;

/// The bits of a private scalar, the lowest first; a constraint each.
///
/// The number that they are may be above the subgroup's order: its multiples are those of the remainder.
///
/// # Errors
///
/// [`SynthesisError::AssignmentMissing`] where values are wanted and there is no scalar.
pub fn scalar_bits(
	cs: &ConstraintSystemRef<Fr>,
	scalar: Option<&Order>,
) -> Result<Vec<Boolean<Fr>>, SynthesisError> {
	let bits = scalar.map(|scalar| scalar.into_bigint());
	(0..SCALAR_BITS)
		.map(|i| {
			Boolean::new_witness(cs.clone(), || {
				bits.map(|bits| bits.get_bit(i)).ok_or(SynthesisError::AssignmentMissing)
			})
		})
		.collect()
}

/// A multiple of the generator: four constraints a bit.
///
/// # Errors
///
/// None of its own; those of the constraint system.
pub fn mul_generator(bits: &[Boolean<Fr>]) -> Result<EdwardsVar, SynthesisError> {
	let multiples: Vec<EdwardsProjective> =
		std::iter::successors(Some(EdwardsProjective::generator()), |last| Some(last.double()))
			.take(bits.len())
			.collect();
	let mut result = EdwardsVar::zero();
	result.precomputed_base_scalar_mul_le(bits.iter().zip(&multiples))?;
	Ok(result)
}

/// A multiple of a point that is known to be in the subgroup: 13 constraints a bit.
///
/// # Errors
///
/// None of its own; those of the constraint system.
pub fn mul(point: &EdwardsVar, bits: &[Boolean<Fr>]) -> Result<EdwardsVar, SynthesisError> {
	point.scalar_mul_le(bits.iter())
}

#[cfg(test)]
mod tests {
	use super::*;
	use ark_ec::{twisted_edwards::TECurveConfig, CurveGroup};
	use ark_ed_on_bls12_381_bandersnatch::BandersnatchConfig;
	use ark_ff::{Field, One, UniformRand, Zero};
	use ark_r1cs_std::{fields::fp::FpVar, GR1CSVar};
	use ark_relations::gr1cs::ConstraintSystem;
	use rand::SeedableRng;
	use rand_chacha::ChaCha20Rng;

	fn both(base: EdwardsProjective, scalar: Order) {
		let cs = ConstraintSystem::new_ref();
		let bits = scalar_bits(&cs, Some(&scalar)).unwrap();
		assert_eq!(bits.len(), 253);
		let affine = base.into_affine();
		let point = EdwardsVar::new(
			FpVar::new_input(cs.clone(), || Ok(affine.x)).unwrap(),
			FpVar::new_input(cs.clone(), || Ok(affine.y)).unwrap(),
		);
		for (var, plain) in [
			(mul_generator(&bits).unwrap(), EdwardsProjective::generator() * scalar),
			(mul(&point, &bits).unwrap(), base * scalar),
		] {
			let plain = plain.into_affine();
			assert_eq!((var.x.value().unwrap(), var.y.value().unwrap()), (plain.x, plain.y));
		}
		assert!(cs.is_satisfied().unwrap());
	}

	#[test]
	fn the_gadgets_give_what_the_curve_gives() {
		let mut rng = ChaCha20Rng::from_seed([2; 32]);
		let base = EdwardsProjective::generator() * Order::rand(&mut rng);
		for scalar in [Order::rand(&mut rng), Order::zero(), Order::one(), -Order::one(), Order::from(6u64)] {
			both(base, scalar);
		}
		// A base for which the sums inside repeat the generator's own.
		both(EdwardsProjective::generator(), Order::rand(&mut rng));
		both(-EdwardsProjective::generator(), -Order::one());
	}

	#[test]
	fn the_addition_law_has_its_exceptions_at_points_of_order_two_only() {
		// Twice a point: −a no square. Points at infinity of order 4: d would have to be one. The order is odd.
		let (a, d) = (<BandersnatchConfig as TECurveConfig>::COEFF_A, BandersnatchConfig::COEFF_D);
		assert!(a.legendre().is_qnr() && (-a).legendre().is_qnr() && d.legendre().is_qnr());
		assert!(Order::MODULUS.is_odd());
	}
}
