//! The public inputs of each statement: their order, their encoding, and what is refused.
//!
//! Encoded, they are the scalars of [`PublicInputs::to_scalars`] in that order, 32 little-endian bytes each. There is one
//! encoding for one list of inputs: anything else is refused by a named error.

use crate::{
	point::{PointError, PublicPoint},
	scalar::{self, SCALAR_BYTES},
	statements::StatementId,
};
use alloc::{vec, vec::Vec};
use ark_bls12_381::Fr;
use ark_ff::PrimeField;
use core::fmt;

/// Why bytes or scalars are not the public inputs of a statement. `at` counts scalars from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InputError {
	/// The encoding has a byte too many or too few.
	WrongLength {
		/// Bytes that the statement's inputs have.
		expected: usize,
		/// Bytes that came.
		found: usize,
	},
	/// The list has a scalar too many or too few.
	WrongCount {
		/// Scalars that the statement's inputs are.
		expected: usize,
		/// Scalars that came.
		found: usize,
	},
	/// A number is at or above the modulus.
	NotCanonical {
		/// Which one.
		at: usize,
	},
	/// The number of a chunk is above 2³² − 1.
	IndexTooLarge,
	/// Two coordinates are not a point that may be used.
	Point {
		/// Where the first coordinate is.
		at: usize,
		/// What is wrong with the point.
		error: PointError,
	},
}

impl fmt::Display for InputError {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		match self {
			Self::WrongLength { expected, found } => {
				write!(f, "the public inputs have {found} bytes instead of {expected}")
			}
			Self::WrongCount { expected, found } => {
				write!(f, "the public inputs are {found} scalars instead of {expected}")
			}
			Self::NotCanonical { at } => write!(f, "public input {at} is at or above the modulus"),
			Self::IndexTooLarge => write!(f, "the number of the chunk is above 2^32 - 1"),
			Self::Point { at, error } => write!(f, "public inputs {at} and the next: {error}"),
		}
	}
}

impl core::error::Error for InputError {}

/// The public inputs of one statement.
pub trait PublicInputs: Sized {
	/// The statement.
	const STATEMENT: StatementId;

	/// The scalars that the verifier is given, in the statement's order.
	fn to_scalars(&self) -> Vec<Fr>;

	/// The inputs of a list of scalars.
	///
	/// # Errors
	///
	/// [`InputError`], whatever is found first.
	fn from_scalars(scalars: &[Fr]) -> Result<Self, InputError>;

	/// The canonical bytes.
	fn encode(&self) -> Vec<u8> {
		self.to_scalars().iter().flat_map(scalar::encode).collect()
	}

	/// Reads what [`Self::encode`] wrote, and nothing else.
	///
	/// # Errors
	///
	/// [`InputError`], whatever is found first.
	fn decode(bytes: &[u8]) -> Result<Self, InputError> {
		let expected = Self::STATEMENT.public_inputs().saturating_mul(SCALAR_BYTES);
		if bytes.len() != expected {
			return Err(InputError::WrongLength { expected, found: bytes.len() });
		}
		let scalars = bytes
			.chunks_exact(SCALAR_BYTES)
			.enumerate()
			.map(|(at, chunk)| {
				chunk.try_into().ok().and_then(scalar::decode).ok_or(InputError::NotCanonical { at })
			})
			.collect::<Result<Vec<_>, _>>()?;
		Self::from_scalars(&scalars)
	}
}

/// The scalars of a statement's public inputs, from their canonical bytes.
///
/// # Errors
///
/// [`InputError`], whatever is found first.
pub fn scalars_of(statement: StatementId, bytes: &[u8]) -> Result<Vec<Fr>, InputError> {
	match statement {
		StatementId::ChunkKey => ChunkKeyPublic::decode(bytes).map(|public| public.to_scalars()),
		StatementId::KeyDelivery => KeyDeliveryPublic::decode(bytes).map(|public| public.to_scalars()),
	}
}

fn wrong_count<P: PublicInputs>(scalars: &[Fr]) -> InputError {
	InputError::WrongCount { expected: P::STATEMENT.public_inputs(), found: scalars.len() }
}

fn point(at: usize, x: Fr, y: Fr) -> Result<PublicPoint, InputError> {
	PublicPoint::new(x, y).map_err(|error| InputError::Point { at, error })
}

/// Of [`StatementId::ChunkKey`]: key commitment, index, chunk key, context.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChunkKeyPublic {
	/// `Poseidon("souk/key-commitment/v1", k)`, from the snapshot.
	pub key_commitment: Fr,
	/// Number of the chunk, from 0.
	pub index: u32,
	/// `k_i`, which opens the chunk.
	pub chunk_key: Fr,
	/// See [`crate::context`].
	pub context: Fr,
}

impl PublicInputs for ChunkKeyPublic {
	const STATEMENT: StatementId = StatementId::ChunkKey;

	fn to_scalars(&self) -> Vec<Fr> {
		vec![self.key_commitment, Fr::from(self.index), self.chunk_key, self.context]
	}

	fn from_scalars(scalars: &[Fr]) -> Result<Self, InputError> {
		let &[key_commitment, index, chunk_key, context] = scalars else {
			return Err(wrong_count::<Self>(scalars));
		};
		let [low, 0, 0, 0] = index.into_bigint().0 else { return Err(InputError::IndexTooLarge) };
		let index = u32::try_from(low).map_err(|_| InputError::IndexTooLarge)?;
		Ok(Self { key_commitment, index, chunk_key, context })
	}
}

/// Of [`StatementId::KeyDelivery`]: key commitment, B.x, B.y, R.x, R.y, ciphertext, context.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyDeliveryPublic {
	/// `Poseidon("souk/key-commitment/v1", k)`, from the snapshot.
	pub key_commitment: Fr,
	/// The buyer's key of this order, `B`.
	pub buyer: PublicPoint,
	/// The seller's key of this delivery, `R`.
	pub ephemeral: PublicPoint,
	/// `c`, from which the buyer computes `k`.
	pub ciphertext: Fr,
	/// See [`crate::context`].
	pub context: Fr,
}

impl PublicInputs for KeyDeliveryPublic {
	const STATEMENT: StatementId = StatementId::KeyDelivery;

	fn to_scalars(&self) -> Vec<Fr> {
		vec![
			self.key_commitment,
			self.buyer.x(),
			self.buyer.y(),
			self.ephemeral.x(),
			self.ephemeral.y(),
			self.ciphertext,
			self.context,
		]
	}

	fn from_scalars(scalars: &[Fr]) -> Result<Self, InputError> {
		let &[key_commitment, buyer_x, buyer_y, ephemeral_x, ephemeral_y, ciphertext, context] = scalars
		else {
			return Err(wrong_count::<Self>(scalars));
		};
		Ok(Self {
			key_commitment,
			buyer: point(1, buyer_x, buyer_y)?,
			ephemeral: point(3, ephemeral_x, ephemeral_y)?,
			ciphertext,
			context,
		})
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use ark_ec::{CurveGroup, PrimeGroup};
	use ark_ed_on_bls12_381_bandersnatch::{EdwardsAffine, EdwardsProjective, Fr as Order};
	use ark_ff::{BigInt, BigInteger, One, Zero};
	use std::{fmt::Debug, vec::Vec};

	fn multiple(of: u64) -> PublicPoint {
		(EdwardsProjective::generator() * Order::from(of)).into_affine().try_into().unwrap()
	}

	fn chunk_key() -> ChunkKeyPublic {
		ChunkKeyPublic {
			key_commitment: -Fr::one(),
			index: u32::MAX,
			chunk_key: Fr::from(3u64),
			context: Fr::from(4u64),
		}
	}

	fn key_delivery() -> KeyDeliveryPublic {
		KeyDeliveryPublic {
			key_commitment: Fr::from(1u64),
			buyer: multiple(5),
			ephemeral: multiple(6),
			ciphertext: Fr::from(2u64),
			context: Fr::from(3u64),
		}
	}

	/// The encoding of `scalar + modulus`. Twice the modulus is below 2²⁵⁶, so that it always has one.
	fn plus_modulus(scalar: [u8; 32]) -> [u8; 32] {
		let mut number = BigInt::<4>::new(core::array::from_fn(|i| {
			u64::from_le_bytes(scalar[8 * i..8 * i + 8].try_into().unwrap())
		}));
		assert!(!number.add_with_carry(&Fr::MODULUS));
		number.to_bytes_le().try_into().unwrap()
	}

	fn reads_only_its_own_encoding<P: PublicInputs + PartialEq + Debug>(public: P) {
		let bytes = public.encode();
		let expected = P::STATEMENT.public_inputs();
		assert_eq!(bytes.len(), expected * 32);
		assert_eq!(P::decode(&bytes).as_ref(), Ok(&public));
		assert_eq!(scalars_of(P::STATEMENT, &bytes), Ok(public.to_scalars()));

		let mut longer = bytes.clone();
		longer.push(0);
		let wrong = |found| Err(InputError::WrongLength { expected: expected * 32, found });
		assert_eq!(P::decode(&longer), wrong(bytes.len() + 1));
		assert_eq!(P::decode(&bytes[1..]), wrong(bytes.len() - 1));
		assert_eq!(P::decode(&[]), wrong(0));
		let scalars = public.to_scalars();
		assert_eq!(
			P::from_scalars(&scalars[1..]),
			Err(InputError::WrongCount { expected, found: expected - 1 })
		);

		for at in 0..expected {
			let place = at * 32..at * 32 + 32;
			let mut modulus = bytes.clone();
			modulus[place.clone()].copy_from_slice(&plus_modulus([0; 32]));
			assert_eq!(P::decode(&modulus), Err(InputError::NotCanonical { at }));
			let mut largest = bytes.clone();
			largest[place.clone()].copy_from_slice(&[0xff; 32]);
			assert_eq!(P::decode(&largest), Err(InputError::NotCanonical { at }));
			let scalar: [u8; 32] = bytes[place.clone()].try_into().unwrap();
			let mut added = bytes.clone();
			added[place].copy_from_slice(&plus_modulus(scalar));
			assert_eq!(P::decode(&added), Err(InputError::NotCanonical { at }));
		}
	}

	#[test]
	fn public_inputs_have_one_encoding() {
		reads_only_its_own_encoding(chunk_key());
		reads_only_its_own_encoding(key_delivery());
	}

	#[test]
	fn the_order_of_the_scalars_is_frozen() {
		let p = chunk_key();
		assert_eq!(p.to_scalars(), [p.key_commitment, Fr::from(u32::MAX), p.chunk_key, p.context]);
		let p = key_delivery();
		let (b, r) = (p.buyer.affine(), p.ephemeral.affine());
		assert_eq!(p.to_scalars(), [p.key_commitment, b.x, b.y, r.x, r.y, p.ciphertext, p.context]);
	}

	#[test]
	fn the_number_of_a_chunk_has_32_bits() {
		for index in [Fr::from(1u64 << 32), Fr::from(u64::MAX), -Fr::one()] {
			let scalars = [Fr::zero(), index, Fr::zero(), Fr::zero()];
			assert_eq!(ChunkKeyPublic::from_scalars(&scalars), Err(InputError::IndexTooLarge));
		}
	}

	#[test]
	fn points_that_may_not_be_used_are_refused_by_name() {
		let outside = (2u64..)
			.filter_map(|y| EdwardsAffine::get_point_from_y_unchecked(Fr::from(y), false))
			.find(|point| !point.is_in_correct_subgroup_assuming_on_curve())
			.unwrap();
		for at in [1, 3] {
			let with = |x: Fr, y: Fr| {
				let mut scalars: Vec<Fr> = key_delivery().to_scalars();
				scalars[at] = x;
				scalars[at + 1] = y;
				KeyDeliveryPublic::from_scalars(&scalars)
			};
			let refused = |error| Err(InputError::Point { at, error });
			assert_eq!(with(Fr::zero(), Fr::one()), refused(PointError::Identity));
			assert_eq!(with(Fr::one(), Fr::one()), refused(PointError::NotOnCurve));
			assert_eq!(with(outside.x, outside.y), refused(PointError::NotInSubgroup));
			let good = multiple(9);
			assert_eq!(with(good.y(), good.x()), refused(PointError::NotOnCurve));
		}
	}
}
