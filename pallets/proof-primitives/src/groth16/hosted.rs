//! BLS12-381 with the host's multiplications, called directly.
//!
//! The points of `sp-crypto-ec-utils` call the host by themselves. They also encode and decode whatever they hand over, with an
//! allocation for each number, and multiply twice where once would do. For what is done with each proof, that would cost the
//! runtime more than the multiplications. Here a point goes to the host as the bytes that it is, and comes back as bytes.
//!
//! Which points are in the subgroups is decided as in arkworks (Scott, ePrint 2021/1130), by an endomorphism that multiplies the
//! points of the subgroup, and no others of the curve, by a short number. With X the number that the curve comes from, negative:
//!
//! ```text
//! G1: φ(x, y) = (βx, y),           P in G1  ⟺  φ(P) = −[X²]P
//! G2: ψ(x, y) = (c·x̄, d·ȳ),        P in G2  ⟺  ψ(P) = [X]P
//! ```

use super::{
	curve::{g1, g2, written, G1_BYTES, G2_BYTES, TARGET_BYTES},
	proof::Proof,
};
use crate::scalar::SCALAR_BYTES;
use alloc::vec::Vec;
use ark_bls12_381::{g1::BETA, Fq, Fq2};
use ark_ec::pairing::MillerLoopOutput;
use ark_ff::{Field, MontFp};
use ark_serialize::CanonicalDeserialize;
use sp_crypto_ec_utils::bls12_381::{host_calls, Bls12_381, G1Affine, G2Affine, TargetField};

/// The absolute value of X.
const X: u64 = 0xd201_0000_0001_0000;
/// c = 1 ÷ (1 + u)^((q − 1) ÷ 3), which has this and no real part.
const PSI_X: Fq = MontFp!(
	"4002409555221667392624310435006688643935503118305586438271171395842971157480381377015405980053539358417135540939437"
);
/// d = 1 ÷ (1 + u)^((q − 1) ÷ 2).
const PSI_Y: Fq2 = Fq2::new(
	MontFp!(
		"2973677408986561043442465346520108879172042883009249989176415018091420807192182638567116318576472649347015917690530"
	),
	MontFp!(
		"1028732146235106349975324479215795277384839936929757896155643118032610843298655225875571310552543014690878354869257"
	),
);

/// Whether a point of the first curve, not the identity, is in the subgroup. `bytes` are the point's.
// In a field nothing overflows, and X² has 128 bits.
#[allow(clippy::arithmetic_side_effects)]
pub(super) fn is_in_g1(point: &G1Affine, bytes: &[u8]) -> bool {
	const X_SQUARED: u128 = (X as u128) * (X as u128);
	let expected = G1Affine::new_unchecked(BETA * point.x, -point.y);
	multiple_of_g1(bytes, X_SQUARED).and_then(|found| g1(&found).ok()) == Some(expected)
}

/// Whether a point of the second curve, not the identity, is in the subgroup. `bytes` are the point's.
// In a field nothing overflows.
#[allow(clippy::arithmetic_side_effects)]
pub(super) fn is_in_g2(point: &G2Affine, bytes: &[u8]) -> bool {
	let (mut x, mut y) = (point.x, point.y);
	x.frobenius_map_in_place(1);
	y.frobenius_map_in_place(1);
	// −ψ(P), since X is negative. The first factor has no real part: (a + bu)·cu = −bc + ac·u.
	let x = Fq2::new(-(x.c1 * PSI_X), x.c0 * PSI_X);
	let expected = G2Affine::new_unchecked(x, -(y * PSI_Y));
	let mut found = [0; G2_BYTES];
	host_calls::bls12_381_mul_g2(bytes, &factor(X.into()), &mut found).is_ok() && g2(&found) == Ok(expected)
}

/// A multiple of a point of the first curve, both as bytes. The factor is not reduced by anything.
fn multiple_of_g1(bytes: &[u8], by: u128) -> Option<[u8; G1_BYTES]> {
	let mut found = [0; G1_BYTES];
	host_calls::bls12_381_mul_g1(bytes, &factor(by), &mut found).ok()?;
	Some(found)
}

/// The product of e(zA, B) over proofs and of e(P, Q) over other points, in one call. What the host multiplied goes back to it as
/// it came.
pub(super) fn product(
	proofs: &[(&Proof<Bls12_381>, u128)],
	others: &[(G1Affine, G2Affine)],
) -> Option<MillerLoopOutput<Bls12_381>> {
	let count = proofs.len().checked_add(others.len())?;
	let (mut left, mut right) = (list(count, G1_BYTES), list(count, G2_BYTES));
	for (proof, z) in proofs {
		left.extend_from_slice(&multiple_of_g1(&proof.written.a, *z)?);
		right.extend_from_slice(&proof.written.b);
	}
	for (p, q) in others {
		left.extend(written(p));
		right.extend(written(q));
	}
	let mut found = [0; TARGET_BYTES];
	host_calls::bls12_381_multi_miller_loop(&left, &right, &mut found).ok()?;
	TargetField::deserialize_uncompressed_unchecked(&found[..]).ok().map(MillerLoopOutput)
}

/// Σ zC over proofs, in one call.
pub(super) fn sum_of_c(proofs: &[(&Proof<Bls12_381>, u128)]) -> Option<G1Affine> {
	let (mut points, mut scalars) = (list(proofs.len(), G1_BYTES), list(proofs.len(), SCALAR_BYTES));
	for (proof, z) in proofs {
		points.extend_from_slice(&proof.written.c);
		scalars.extend_from_slice(&z.to_le_bytes());
		scalars.extend_from_slice(&[0; SCALAR_BYTES / 2]);
	}
	let mut found = [0; G1_BYTES];
	host_calls::bls12_381_msm_g1(&points, &scalars, &mut found).ok()?;
	g1(&found).ok()
}

/// Room for a list as the host reads it, and its head: how many there are, little-endian.
fn list(count: usize, each: usize) -> Vec<u8> {
	let mut bytes = Vec::with_capacity(count.saturating_mul(each).saturating_add(8));
	bytes.extend_from_slice(&u64::try_from(count).unwrap_or(u64::MAX).to_le_bytes());
	bytes
}

/// A number as the host reads it: how many words it has, and the words, all little-endian.
fn factor(number: u128) -> [u8; 24] {
	let mut bytes = [0; 24];
	let (count, words) = bytes.split_at_mut(8);
	count.copy_from_slice(&2u64.to_le_bytes());
	words.copy_from_slice(&number.to_le_bytes());
	bytes
}
