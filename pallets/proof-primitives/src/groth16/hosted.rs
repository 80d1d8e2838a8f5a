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

use super::curve::{written, G1_BYTES, G2_BYTES};
use ark_bls12_381::{g1::BETA, Fq, Fq2};
use ark_ff::{AdditiveGroup, Field, MontFp};
use sp_crypto_ec_utils::bls12_381::{host_calls, G1Affine, G2Affine};

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

/// Whether a point of the first curve, not the identity, is in the subgroup.
// In a field nothing overflows, and X² has 128 bits.
#[allow(clippy::arithmetic_side_effects)]
pub(super) fn is_in_g1(point: &G1Affine) -> bool {
	const X_SQUARED: u128 = (X as u128) * (X as u128);
	let expected = G1Affine::new_unchecked(BETA * point.x, -point.y);
	multiple_of_g1(point, X_SQUARED).is_some_and(|found| found[..] == written(&expected)[..])
}

/// Whether a point of the second curve, not the identity, is in the subgroup.
// In a field nothing overflows.
#[allow(clippy::arithmetic_side_effects)]
pub(super) fn is_in_g2(point: &G2Affine) -> bool {
	let (mut x, mut y) = (point.x, point.y);
	x.frobenius_map_in_place(1);
	y.frobenius_map_in_place(1);
	// −ψ(P), since X is negative.
	let expected = G2Affine::new_unchecked(x * Fq2::new(Fq::ZERO, PSI_X), -(y * PSI_Y));
	let mut found = [0; G2_BYTES];
	host_calls::bls12_381_mul_g2(&written(point), &factor(X.into()), &mut found).is_ok()
		&& found[..] == written(&expected)[..]
}

/// A multiple of a point of the first curve, as bytes. The factor is not reduced by anything.
pub(super) fn multiple_of_g1(point: &G1Affine, by: u128) -> Option<[u8; G1_BYTES]> {
	let mut found = [0; G1_BYTES];
	host_calls::bls12_381_mul_g1(&written(point), &factor(by), &mut found).ok()?;
	Some(found)
}

/// A number as the host reads it: how many words it has, and the words, all little-endian.
fn factor(number: u128) -> [u8; 24] {
	let mut bytes = [0; 24];
	let (count, words) = bytes.split_at_mut(8);
	count.copy_from_slice(&2u64.to_le_bytes());
	words.copy_from_slice(&number.to_le_bytes());
	bytes
}
