//! The curve, and its points as bytes.
//!
//! BLS12-381 is here twice: arkworks' own, and `sp-crypto-ec-utils`', whose multiplications and pairings are the host's
//! (RFC-163). The two differ in speed only. What stays in the runtime's wasm is field arithmetic, and of that the square roots of
//! decompression are the one dear thing: what is read often is therefore not compressed.

use alloc::vec::Vec;
use ark_bls12_381::Fr;
use ark_ec::{
	pairing::Pairing,
	short_weierstrass::{Affine, SWCurveConfig},
	AffineRepr,
};
use ark_serialize::{CanonicalDeserialize, CanonicalSerialize};
use core::fmt;

/// What the runtime computes with: the host's functions, or its own wasm.
#[cfg(not(feature = "wasm-crypto"))]
pub type Curve = sp_crypto_ec_utils::bls12_381::Bls12_381;
/// What the runtime computes with: the host's functions, or its own wasm.
#[cfg(feature = "wasm-crypto")]
pub type Curve = ark_bls12_381::Bls12_381;

/// Bytes of a point of G1, compressed.
pub const G1_COMPRESSED: usize = 48;
/// Bytes of a point of G2, compressed.
pub const G2_COMPRESSED: usize = 96;
/// Bytes of a point of G1.
pub const G1_BYTES: usize = 96;
/// Bytes of a point of G2.
pub const G2_BYTES: usize = 192;
/// Bytes of what a pairing gives.
pub const TARGET_BYTES: usize = 576;

/// Why bytes or coordinates are not a point that may be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PointFault {
	/// The bytes are not the one encoding of a point: a flag is wrong, or a coordinate at or above the modulus.
	NotCanonical,
	/// The coordinates do not satisfy the curve's equation. Of a compressed point: there is no second coordinate.
	NotOnCurve,
	/// The identity.
	Identity,
	/// The point is outside the subgroup of prime order.
	NotInSubgroup,
}

impl fmt::Display for PointFault {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		f.write_str(match self {
			Self::NotCanonical => "is not encoded as a point is",
			Self::NotOnCurve => "is not on its curve",
			Self::Identity => "is the identity",
			Self::NotInSubgroup => "is not in the subgroup of prime order",
		})
	}
}

/// An implementation of BLS12-381.
pub trait Groth16Curve: Pairing<ScalarField = Fr> {
	/// Whether a point of G1 may be used.
	///
	/// # Errors
	///
	/// What is wrong with it.
	fn check_g1(point: &Self::G1Affine) -> Result<(), PointFault>;

	/// Whether a point of G2 may be used.
	///
	/// # Errors
	///
	/// What is wrong with it.
	fn check_g2(point: &Self::G2Affine) -> Result<(), PointFault>;
}

impl Groth16Curve for ark_bls12_381::Bls12_381 {
	fn check_g1(point: &Self::G1Affine) -> Result<(), PointFault> {
		check(point)
	}

	fn check_g2(point: &Self::G2Affine) -> Result<(), PointFault> {
		check(point)
	}
}

impl Groth16Curve for sp_crypto_ec_utils::bls12_381::Bls12_381 {
	fn check_g1(point: &Self::G1Affine) -> Result<(), PointFault> {
		check(point)
	}

	fn check_g2(point: &Self::G2Affine) -> Result<(), PointFault> {
		check(point)
	}
}

fn check<C: SWCurveConfig>(point: &Affine<C>) -> Result<(), PointFault> {
	if point.is_zero() {
		return Err(PointFault::Identity);
	}
	if !point.is_on_curve() {
		return Err(PointFault::NotOnCurve);
	}
	point.is_in_correct_subgroup_assuming_on_curve().then_some(()).ok_or(PointFault::NotInSubgroup)
}

/// Reads a point that is not compressed. It may be no point of the curve.
pub(super) fn read<P: CanonicalDeserialize + CanonicalSerialize>(bytes: &[u8]) -> Result<P, PointFault> {
	let point = P::deserialize_uncompressed_unchecked(bytes).map_err(|_| PointFault::NotCanonical)?;
	// Flags that arkworks overlooks, and coordinates of the identity.
	(written(&point) == bytes).then_some(point).ok_or(PointFault::NotCanonical)
}

/// Reads a compressed point. It is on the curve, but may be outside the subgroup.
pub(super) fn read_compressed<P: CanonicalDeserialize + CanonicalSerialize>(
	bytes: &[u8],
) -> Result<P, PointFault> {
	let point = P::deserialize_compressed_unchecked(bytes).map_err(|_| fault_of_compressed(bytes))?;
	(written_compressed(&point) == bytes).then_some(point).ok_or(PointFault::NotCanonical)
}

/// Why arkworks does not take a compressed point: it says only that it does not.
fn fault_of_compressed(bytes: &[u8]) -> PointFault {
	// The flags of a point that is compressed, and not the identity.
	let flags = bytes.first().map(|first| first & 0xc0);
	let mut coordinates = bytes.chunks_exact(G1_COMPRESSED).enumerate();
	let below_modulus = coordinates.all(|(at, coordinate)| {
		let mut number: Vec<u8> = coordinate.iter().rev().copied().collect();
		if let (0, Some(highest)) = (at, number.last_mut()) {
			*highest &= 0x1f;
		}
		ark_bls12_381::Fq::deserialize_uncompressed(&number[..]).is_ok()
	});
	if flags == Some(0x80) && below_modulus {
		PointFault::NotOnCurve
	} else {
		PointFault::NotCanonical
	}
}

/// The bytes of a point, or of what a pairing gives.
pub(super) fn written(value: &impl CanonicalSerialize) -> Vec<u8> {
	let mut bytes = Vec::with_capacity(value.uncompressed_size());
	// A vector takes every byte.
	let taken = value.serialize_uncompressed(&mut bytes);
	debug_assert!(taken.is_ok());
	bytes
}

/// The bytes of a compressed point.
pub(super) fn written_compressed(value: &impl CanonicalSerialize) -> Vec<u8> {
	let mut bytes = Vec::with_capacity(value.compressed_size());
	// A vector takes every byte.
	let taken = value.serialize_compressed(&mut bytes);
	debug_assert!(taken.is_ok());
	bytes
}
