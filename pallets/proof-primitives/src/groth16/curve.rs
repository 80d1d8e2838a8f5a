//! The curve, and its points as bytes.
//!
//! BLS12-381 is here twice: arkworks' own, and `sp-crypto-ec-utils`', whose multiplications and pairings are the host's
//! (RFC-163). The two differ in speed only. What stays in the runtime's wasm is field arithmetic, and of that the square roots of
//! decompression are the one dear thing: what is read often is therefore not compressed.

use super::{hosted, proof::Proof};
use alloc::vec::Vec;
use ark_bls12_381::{Fq, Fq2, Fr};
use ark_ec::{
	pairing::{MillerLoopOutput, Pairing},
	short_weierstrass::{Affine, SWCurveConfig},
	AffineRepr, CurveGroup, VariableBaseMSM,
};
use ark_ff::{BigInt, PrimeField, Zero};
use ark_serialize::{CanonicalDeserialize, CanonicalSerialize};
use core::fmt;

/// What the runtime computes with: the host's functions, or its own wasm.
#[cfg(not(feature = "wasm-crypto"))]
pub type Curve = sp_crypto_ec_utils::bls12_381::Bls12_381;
/// What the runtime computes with: the host's functions, or its own wasm.
#[cfg(feature = "wasm-crypto")]
pub type Curve = ark_bls12_381::Bls12_381;

/// Bytes of a coordinate, or of half a coordinate in G2.
const COORDINATE: usize = 48;
/// Bytes of a point of G1, compressed.
pub const G1_COMPRESSED: usize = 48;
/// Bytes of a point of G2, compressed.
pub const G2_COMPRESSED: usize = 96;
/// Bytes of a point of G1.
pub const G1_BYTES: usize = 96;
/// Bytes of a point of G2.
pub const G2_BYTES: usize = 192;
/// First byte of the identity that is not compressed; all others are zero.
const IDENTITY: u8 = 0x40;
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
	/// Reads a point of G1 that is not compressed. It may be the identity, or no point of the curve.
	///
	/// # Errors
	///
	/// [`PointFault::NotCanonical`].
	fn read_g1(bytes: &[u8]) -> Result<Self::G1Affine, PointFault>;

	/// Reads a point of G2 that is not compressed. It may be the identity, or no point of the curve.
	///
	/// # Errors
	///
	/// [`PointFault::NotCanonical`].
	fn read_g2(bytes: &[u8]) -> Result<Self::G2Affine, PointFault>;

	/// Whether a point of G1 may be used. `bytes` are the point's.
	///
	/// # Errors
	///
	/// What is wrong with it.
	fn check_g1(point: &Self::G1Affine, bytes: &[u8]) -> Result<(), PointFault>;

	/// Whether a point of G2 may be used. `bytes` are the point's.
	///
	/// # Errors
	///
	/// What is wrong with it.
	fn check_g2(point: &Self::G2Affine, bytes: &[u8]) -> Result<(), PointFault>;

	/// The product of e(zA, B) over proofs, each with its z, and of e(P, Q) over other points, before the final exponentiation.
	/// `None` where the host fails, which it does for no points.
	fn product(
		proofs: &[(&Proof<Self>, u128)],
		others: &[(Self::G1Affine, Self::G2Affine)],
	) -> Option<MillerLoopOutput<Self>>;

	/// Σ zC over proofs, each with its z. `None` as above.
	fn sum_of_c(proofs: &[(&Proof<Self>, u128)]) -> Option<Self::G1>;
}

impl Groth16Curve for ark_bls12_381::Bls12_381 {
	fn read_g1(bytes: &[u8]) -> Result<Self::G1Affine, PointFault> {
		g1(bytes)
	}

	fn read_g2(bytes: &[u8]) -> Result<Self::G2Affine, PointFault> {
		g2(bytes)
	}

	fn check_g1(point: &Self::G1Affine, _: &[u8]) -> Result<(), PointFault> {
		check(point, Affine::is_in_correct_subgroup_assuming_on_curve)
	}

	fn check_g2(point: &Self::G2Affine, _: &[u8]) -> Result<(), PointFault> {
		check(point, Affine::is_in_correct_subgroup_assuming_on_curve)
	}

	fn product(
		proofs: &[(&Proof<Self>, u128)],
		others: &[(Self::G1Affine, Self::G2Affine)],
	) -> Option<MillerLoopOutput<Self>> {
		let multiples: Vec<_> = proofs.iter().map(|(proof, z)| proof.a.mul_bigint(words(*z))).collect();
		let left = Self::G1::normalize_batch(&multiples).into_iter().chain(others.iter().map(|(p, _)| *p));
		let right = proofs.iter().map(|(proof, _)| proof.b).chain(others.iter().map(|(_, q)| *q));
		Some(Self::multi_miller_loop(left, right))
	}

	fn sum_of_c(proofs: &[(&Proof<Self>, u128)]) -> Option<Self::G1> {
		let (points, scalars): (Vec<_>, Vec<_>) =
			proofs.iter().map(|(proof, z)| (proof.c, Fr::from(*z))).unzip();
		Self::G1::msm(&points, &scalars).ok()
	}
}

impl Groth16Curve for sp_crypto_ec_utils::bls12_381::Bls12_381 {
	fn read_g1(bytes: &[u8]) -> Result<Self::G1Affine, PointFault> {
		g1(bytes)
	}

	fn read_g2(bytes: &[u8]) -> Result<Self::G2Affine, PointFault> {
		g2(bytes)
	}

	fn check_g1(point: &Self::G1Affine, bytes: &[u8]) -> Result<(), PointFault> {
		check(point, |point| hosted::is_in_g1(point, bytes))
	}

	fn check_g2(point: &Self::G2Affine, bytes: &[u8]) -> Result<(), PointFault> {
		check(point, |point| hosted::is_in_g2(point, bytes))
	}

	fn product(
		proofs: &[(&Proof<Self>, u128)],
		others: &[(Self::G1Affine, Self::G2Affine)],
	) -> Option<MillerLoopOutput<Self>> {
		hosted::product(proofs, others)
	}

	fn sum_of_c(proofs: &[(&Proof<Self>, u128)]) -> Option<Self::G1> {
		hosted::sum_of_c(proofs).map(Into::into)
	}
}

fn check<C: SWCurveConfig>(
	point: &Affine<C>,
	is_in_subgroup: impl Fn(&Affine<C>) -> bool,
) -> Result<(), PointFault> {
	if point.is_zero() {
		return Err(PointFault::Identity);
	}
	if !point.is_on_curve() {
		return Err(PointFault::NotOnCurve);
	}
	is_in_subgroup(point).then_some(()).ok_or(PointFault::NotInSubgroup)
}

/// A number's lower and upper half.
fn words(number: u128) -> [u64; 2] {
	let low = |number: u128| u64::try_from(number & u128::from(u64::MAX)).unwrap_or(u64::MAX);
	[low(number), low(number >> 64)]
}

pub(super) fn g1<C: SWCurveConfig<BaseField = Fq>>(bytes: &[u8]) -> Result<Affine<C>, PointFault> {
	Ok(coordinates(bytes)?.map_or(Affine::zero(), |[x, y]| Affine::new_unchecked(x, y)))
}

pub(super) fn g2<C: SWCurveConfig<BaseField = Fq2>>(bytes: &[u8]) -> Result<Affine<C>, PointFault> {
	Ok(coordinates(bytes)?
		.map_or(Affine::zero(), |[x1, x0, y1, y0]| Affine::new_unchecked(Fq2::new(x0, x1), Fq2::new(y0, y1))))
}

/// The coordinates of a point, in one encoding, or `None` for the identity. Arkworks' own reading allocates for each number,
/// which costs the runtime more than all the arithmetic; and leaves flags unread.
fn coordinates<const N: usize>(bytes: &[u8]) -> Result<Option<[Fq; N]>, PointFault> {
	let (first, rest) = bytes.split_first().ok_or(PointFault::NotCanonical)?;
	if bytes.len() != N.saturating_mul(COORDINATE) {
		return Err(PointFault::NotCanonical);
	}
	if *first == IDENTITY && rest.iter().all(|byte| *byte == 0) {
		return Ok(None);
	}
	let mut coordinates = [Fq::zero(); N];
	for (coordinate, bytes) in coordinates.iter_mut().zip(bytes.chunks_exact(COORDINATE)) {
		// With a flag set, the number is above the modulus.
		*coordinate = number(bytes).ok_or(PointFault::NotCanonical)?;
	}
	// Arkworks takes these for the identity.
	if coordinates.iter().all(Fq::is_zero) {
		return Err(PointFault::NotCanonical);
	}
	Ok(Some(coordinates))
}

/// The number of 48 big-endian bytes, if it is below the modulus.
fn number(bytes: &[u8]) -> Option<Fq> {
	let mut limbs = [0; 6];
	for (limb, bytes) in limbs.iter_mut().rev().zip(bytes.chunks_exact(8)) {
		*limb = u64::from_be_bytes(bytes.try_into().ok()?);
	}
	Fq::from_bigint(BigInt::new(limbs))
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
	let mut without_flags = bytes.to_vec();
	if let Some(first) = without_flags.first_mut() {
		*first &= 0x1f;
	}
	let below_modulus = without_flags.chunks_exact(COORDINATE).all(|bytes| number(bytes).is_some());
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
