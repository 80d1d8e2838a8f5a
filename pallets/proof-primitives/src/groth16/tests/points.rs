//! Bytes of points that may not be used.

use ark_bls12_381::{Fq, Fq2, G1Affine, G2Affine};
use ark_ec::AffineRepr;
use ark_ff::{BigInt, BigInteger, Field, PrimeField};
use ark_serialize::CanonicalSerialize;

pub fn bytes(point: &impl CanonicalSerialize) -> Vec<u8> {
	let mut bytes = Vec::new();
	point.serialize_uncompressed(&mut bytes).unwrap();
	bytes
}

pub fn compressed(point: &impl CanonicalSerialize) -> Vec<u8> {
	let mut bytes = Vec::new();
	point.serialize_compressed(&mut bytes).unwrap();
	bytes
}

/// A point of the first curve outside the subgroup.
pub fn outside_g1() -> G1Affine {
	(1u64..)
		.filter_map(|x| G1Affine::get_point_from_x_unchecked(Fq::from(x), false))
		.find(|point| !point.is_in_correct_subgroup_assuming_on_curve())
		.unwrap()
}

/// A point of the second curve outside the subgroup.
pub fn outside_g2() -> G2Affine {
	(1u64..)
		.filter_map(|x| G2Affine::get_point_from_x_unchecked(Fq2::from_base_prime_field(Fq::from(x)), false))
		.find(|point| !point.is_in_correct_subgroup_assuming_on_curve())
		.unwrap()
}

/// A first coordinate that no point of the first curve has, as it would be compressed.
pub fn no_g1() -> Vec<u8> {
	let x = (1u64..).map(Fq::from).find(|x| G1Affine::get_ys_from_x_unchecked(*x).is_none()).unwrap();
	let mut bytes = x.into_bigint().to_bytes_be();
	bytes[0] |= 0x80;
	bytes
}

/// A first coordinate that no point of the second curve has, as it would be compressed.
pub fn no_g2() -> Vec<u8> {
	let x = (1u64..)
		.map(Fq::from)
		.find(|x| G2Affine::get_ys_from_x_unchecked(Fq2::from_base_prime_field(*x)).is_none())
		.unwrap();
	let mut bytes = [[0; 48].to_vec(), x.into_bigint().to_bytes_be()].concat();
	bytes[0] |= 0x80;
	bytes
}

/// The same number, written above the modulus.
pub fn plus_modulus(coordinate: &[u8]) -> Vec<u8> {
	let mut number = BigInt::<6>::new(core::array::from_fn(|i| {
		u64::from_be_bytes(coordinate[40 - 8 * i..48 - 8 * i].try_into().unwrap())
	}));
	assert!(!number.add_with_carry(&Fq::MODULUS));
	number.to_bytes_be()
}

#[test]
fn the_points_are_what_they_are_said_to_be() {
	assert!(outside_g1().is_on_curve() && !outside_g1().is_zero());
	assert!(outside_g2().is_on_curve() && !outside_g2().is_zero());
	assert_eq!((no_g1().len(), no_g2().len()), (48, 96));
}
