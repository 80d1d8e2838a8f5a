//! Points of Bandersnatch that come from outside.
//!
//! The circuits compute with the points of their public inputs and do not check them: whoever builds the public inputs does,
//! by making a [`PublicPoint`]. Bandersnatch's cofactor is 4 and its addition law has exceptions outside the subgroup of
//! prime order, so that a point that was not checked would make a circuit's answer meaningless.

use ark_bls12_381::Fr;
use ark_ec::{twisted_edwards::Affine, AffineRepr};
use ark_ed_on_bls12_381_bandersnatch::{EdwardsAffine, Fr as Order};
use ark_ff::{PrimeField, Zero};
use core::fmt;

/// What the runtime multiplies with: the host's function, or its own wasm.
#[cfg(not(feature = "wasm-crypto"))]
type Bandersnatch = sp_crypto_ec_utils::ed_on_bls12_381_bandersnatch::BandersnatchConfig;
/// What the runtime multiplies with: the host's function, or its own wasm.
#[cfg(feature = "wasm-crypto")]
type Bandersnatch = ark_ed_on_bls12_381_bandersnatch::BandersnatchConfig;

/// A point of the prime-order subgroup of Bandersnatch that is not the identity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PublicPoint(EdwardsAffine);

/// Why a pair of coordinates is not a [`PublicPoint`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PointError {
	/// The coordinates satisfy no `-5x² + y² = 1 + dx²y²`.
	NotOnCurve,
	/// The identity: every secret shared with it is known to everybody.
	Identity,
	/// The point is outside the subgroup of prime order; multiples of it say something about the factor.
	NotInSubgroup,
}

impl fmt::Display for PointError {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		f.write_str(match self {
			Self::NotOnCurve => "the point is not on the curve",
			Self::Identity => "the point is the identity",
			Self::NotInSubgroup => "the point is not in the subgroup of prime order",
		})
	}
}

impl core::error::Error for PointError {}

impl PublicPoint {
	/// The point with these coordinates. Costs a multiplication by the subgroup's order, which is the host's for the runtime.
	///
	/// # Errors
	///
	/// Whatever of [`PointError`] holds first, in that order.
	pub fn new(x: Fr, y: Fr) -> Result<Self, PointError> {
		Self::try_from(EdwardsAffine::new_unchecked(x, y))
	}

	/// The first coordinate.
	pub fn x(&self) -> Fr {
		self.0.x
	}

	/// The second coordinate.
	pub fn y(&self) -> Fr {
		self.0.y
	}

	/// The point, to compute with.
	pub fn affine(&self) -> EdwardsAffine {
		self.0
	}
}

impl TryFrom<EdwardsAffine> for PublicPoint {
	type Error = PointError;

	fn try_from(point: EdwardsAffine) -> Result<Self, PointError> {
		if !point.is_on_curve() {
			return Err(PointError::NotOnCurve);
		}
		if point == EdwardsAffine::zero() {
			return Err(PointError::Identity);
		}
		if !in_subgroup(&point) {
			return Err(PointError::NotInSubgroup);
		}
		Ok(Self(point))
	}
}

/// Whether the subgroup's order times a point of the curve is the identity.
fn in_subgroup(point: &EdwardsAffine) -> bool {
	// Arkworks' own check does not ask the host. It distrusts multiplications that reduce the factor first, and so make the
	// identity of every point; the host's does not, as the tests show.
	Affine::<Bandersnatch>::new_unchecked(point.x, point.y).mul_bigint(Order::MODULUS).is_zero()
}

#[cfg(test)]
mod tests {
	use super::*;
	use ark_ec::{AdditiveGroup, AffineRepr, CurveGroup, PrimeGroup};
	use ark_ed_on_bls12_381_bandersnatch::{EdwardsProjective, Fr as Order};
	use ark_ff::{One, Zero};

	/// Points of the curve by their second coordinate, from all cosets of the subgroup.
	fn on_curve() -> impl Iterator<Item = EdwardsAffine> {
		(2u64..).filter_map(|y| EdwardsAffine::get_point_from_y_unchecked(Fr::from(y), y % 2 == 0))
	}

	#[test]
	fn multiples_of_the_generator_are_accepted() {
		let mut point = EdwardsProjective::generator();
		for _ in 0..20 {
			let affine = point.into_affine();
			let public = PublicPoint::new(affine.x, affine.y).unwrap();
			assert_eq!((public.x(), public.y(), public.affine()), (affine.x, affine.y, affine));
			point.double_in_place();
			point += EdwardsProjective::generator();
		}
	}

	#[test]
	fn a_point_off_the_curve_the_identity_and_the_point_of_order_two_are_refused() {
		let g = EdwardsAffine::generator();
		assert_eq!(PublicPoint::new(g.x, g.y + Fr::one()), Err(PointError::NotOnCurve));
		assert_eq!(PublicPoint::new(Fr::zero(), Fr::zero()), Err(PointError::NotOnCurve));
		assert_eq!(PublicPoint::new(Fr::zero(), Fr::one()), Err(PointError::Identity));
		assert_eq!(PublicPoint::new(Fr::zero(), -Fr::one()), Err(PointError::NotInSubgroup));
	}

	/// The other way to find out: the part of a point that is in the subgroup is (1/4)·4P.
	#[test]
	fn the_subgroup_is_told_apart_from_its_cosets() {
		let quarter = Order::one() / Order::from(4u64);
		let (mut inside, mut outside) = (0, 0);
		for point in on_curve().take(64) {
			let part = (point.mul_by_cofactor_to_group() * quarter).into_affine();
			if part == point {
				inside += 1;
				assert!(PublicPoint::try_from(point).is_ok());
			} else {
				outside += 1;
				assert_eq!(PublicPoint::try_from(point), Err(PointError::NotInSubgroup));
				assert!(PublicPoint::try_from(part).is_ok());
			}
		}
		// Three of the four cosets are outside.
		assert!(inside >= 5 && outside >= 30, "{inside} inside, {outside} outside");
	}
}
