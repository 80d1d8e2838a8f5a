//! Points of G1 and G2 as bytes: one encoding each, on the curve, in the subgroup of prime order.

use crate::parallel;
use ark_bls12_381::Fr;
use ark_ec::{
	short_weierstrass::{Affine, SWCurveConfig},
	AffineRepr,
};
use ark_serialize::{CanonicalDeserialize, CanonicalSerialize, Compress, Validate};

/// Either of the two curves.
pub trait Curve: SWCurveConfig<ScalarField = Fr> {}
impl<P: SWCurveConfig<ScalarField = Fr>> Curve for P {}

/// What is wrong with a point.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PointFault {
	/// The bytes are not the one encoding of a point of the curve.
	#[error("is no canonical encoding of a point of its curve")]
	NotAPoint,
	/// The point is on the curve and outside the subgroup.
	#[error("is not in the subgroup of prime order")]
	NotInSubgroup,
	/// The point is the identity, where that is no possible value.
	#[error("is the identity")]
	Identity,
}

/// Whether the identity is a possible value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Identity {
	/// A wire that is on no left side has this as its point, for instance.
	Possible,
	/// Multiples of a generator by secrets that are not zero.
	Impossible,
}

/// Bytes of a compressed point.
pub fn compressed_bytes<P: Curve>() -> usize {
	P::serialized_size(Compress::Yes)
}

/// Bytes of an uncompressed point.
pub fn uncompressed_bytes<P: Curve>() -> usize {
	P::serialized_size(Compress::No)
}

/// A single point, compressed.
pub fn compressed<P: Curve>(point: &Affine<P>) -> Vec<u8> {
	let mut bytes = Vec::with_capacity(compressed_bytes::<P>());
	point.serialize_compressed(&mut bytes).expect("a vector takes every byte");
	bytes
}

/// Many points, uncompressed, which are read several times faster.
pub fn uncompressed<P: Curve>(points: &[Affine<P>]) -> Vec<u8> {
	let mut bytes = Vec::with_capacity(points.len() * uncompressed_bytes::<P>());
	for point in points {
		point.serialize_uncompressed(&mut bytes).expect("a vector takes every byte");
	}
	bytes
}

/// Reads what [`compressed`] wrote. The identity is refused.
///
/// # Errors
///
/// [`PointFault`], whatever is found first.
pub fn read_compressed<P: Curve>(bytes: &[u8]) -> Result<Affine<P>, PointFault> {
	if bytes.len() != compressed_bytes::<P>() {
		return Err(PointFault::NotAPoint);
	}
	let point = Affine::deserialize_with_mode(bytes, Compress::Yes, Validate::No)
		.map_err(|_| PointFault::NotAPoint)?;
	usable(&point, Identity::Impossible)?;
	// Flags that arkworks may overlook.
	(compressed(&point) == bytes).then_some(point).ok_or(PointFault::NotAPoint)
}

/// Reads what [`uncompressed`] wrote.
///
/// # Errors
///
/// The first point that is not what it should be, and what is wrong with it.
pub fn read_uncompressed<P: Curve>(
	bytes: &[u8],
	identity: Identity,
) -> Result<Vec<Affine<P>>, (usize, PointFault)> {
	let pieces: Vec<&[u8]> = bytes.chunks(uncompressed_bytes::<P>()).collect();
	parallel::map(&pieces, |at, piece| {
		let point = Affine::deserialize_with_mode(*piece, Compress::No, Validate::No)
			.map_err(|_| (at, PointFault::NotAPoint))?;
		usable(&point, identity).map_err(|fault| (at, fault))?;
		(uncompressed(&[point]) == *piece).then_some(point).ok_or((at, PointFault::NotAPoint))
	})
	.into_iter()
	.collect()
}

fn usable<P: Curve>(point: &Affine<P>, identity: Identity) -> Result<(), PointFault> {
	if point.is_zero() {
		return match identity {
			Identity::Possible => Ok(()),
			Identity::Impossible => Err(PointFault::Identity),
		};
	}
	if !point.is_on_curve() {
		return Err(PointFault::NotAPoint);
	}
	point.is_in_correct_subgroup_assuming_on_curve().then_some(()).ok_or(PointFault::NotInSubgroup)
}

/// Scalars that nobody could foresee, of 128 bits: weights of random linear combinations.
pub fn weights(count: usize) -> Vec<Fr> {
	(0..count).map(|_| Fr::from(rand::random::<u128>())).collect()
}

#[cfg(test)]
mod tests {
	use super::*;
	use ark_bls12_381::{g1, g2, Fq, G1Affine, G2Affine};
	use ark_ff::Field;

	fn outside() -> (G1Affine, G2Affine) {
		let g1 = (1u64..)
			.filter_map(|x| G1Affine::get_point_from_x_unchecked(Fq::from(x), false))
			.find(|point| !point.is_in_correct_subgroup_assuming_on_curve())
			.unwrap();
		let g2 = (1u64..)
			.filter_map(|x| {
				G2Affine::get_point_from_x_unchecked(Field::from_base_prime_field(Fq::from(x)), false)
			})
			.find(|point| !point.is_in_correct_subgroup_assuming_on_curve())
			.unwrap();
		(g1, g2)
	}

	fn read_as_written<P: Curve>(outside: Affine<P>) {
		let generator = Affine::<P>::generator();
		let bytes = compressed(&generator);
		assert_eq!(read_compressed(&bytes), Ok(generator));
		assert_eq!(read_compressed::<P>(&bytes[1..]), Err(PointFault::NotAPoint));
		assert_eq!(read_compressed::<P>(&compressed(&Affine::<P>::zero())), Err(PointFault::Identity));
		assert_eq!(read_compressed::<P>(&compressed(&outside)), Err(PointFault::NotInSubgroup));
		let mut flags = bytes.clone();
		flags[0] ^= 0x80;
		assert_eq!(read_compressed::<P>(&flags), Err(PointFault::NotAPoint));
		assert_eq!(read_compressed::<P>(&vec![0x9f; bytes.len()]), Err(PointFault::NotAPoint));

		let list = [generator, Affine::<P>::zero(), generator];
		let bytes = uncompressed(&list);
		assert_eq!(read_uncompressed(&bytes, Identity::Possible), Ok(list.to_vec()));
		assert_eq!(read_uncompressed::<P>(&bytes, Identity::Impossible), Err((1, PointFault::Identity)));
		let bytes = uncompressed(&[generator, outside]);
		assert_eq!(read_uncompressed::<P>(&bytes, Identity::Possible), Err((1, PointFault::NotInSubgroup)));
		assert_eq!(
			read_uncompressed::<P>(&bytes[1..], Identity::Possible).unwrap_err().1,
			PointFault::NotAPoint
		);
		let mut off = bytes.clone();
		let last = uncompressed_bytes::<P>() - 1;
		off[last] ^= 1;
		assert_eq!(read_uncompressed::<P>(&off, Identity::Possible), Err((0, PointFault::NotAPoint)));
	}

	#[test]
	fn a_point_has_one_encoding_and_nothing_else_is_read() {
		let (g1, g2) = outside();
		read_as_written::<g1::Config>(g1);
		read_as_written::<g2::Config>(g2);
	}
}
