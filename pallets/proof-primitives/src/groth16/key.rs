//! A verifying key: the bytes it is registered by, the bytes it is kept as, and which keys are none.
//!
//! ```text
//! registered: α β γ δ, number of input points (8 bytes LE), input points      compressed, arkworks' own layout
//! kept:       α β γ δ e(α, β), input points                                   both coordinates, nothing to compute
//! ```
//!
//! A key is checked once, when it is registered. What is kept is read without a check, by the chain that wrote it.

use super::{
	curve::{
		read_compressed, written, written_compressed, Curve, Groth16Curve, PointFault, G1_BYTES,
		G1_COMPRESSED, G2_BYTES, G2_COMPRESSED, TARGET_BYTES,
	},
	proof::ProofError,
};
use crate::statements::StatementId;
use alloc::vec::Vec;
use ark_bls12_381::Fr;
use ark_ec::AffineRepr;
use ark_serialize::CanonicalDeserialize;
use core::fmt;

/// Most bytes of a key as it is registered.
pub const KEY_BYTES_BOUND: u32 = 1_024;
/// Most bytes of a key as it is kept.
pub const PREPARED_KEY_BYTES_BOUND: u32 = 2_048;

/// Bytes before the number of input points.
const HEAD: usize = G1_COMPRESSED + 3 * G2_COMPRESSED;
/// Bytes of that number.
const COUNT: usize = 8;
/// Bytes before the input points of a key as it is kept.
const PREPARED_HEAD: usize = G1_BYTES + 3 * G2_BYTES + TARGET_BYTES;

/// A key that was checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifyingKey<E: Groth16Curve = Curve> {
	pub(super) alpha: E::G1Affine,
	pub(super) beta: E::G2Affine,
	pub(super) gamma: E::G2Affine,
	pub(super) delta: E::G2Affine,
	/// e(α, β).
	pub(super) alpha_beta: E::TargetField,
	/// Of the constant 1, and of each public input.
	pub(super) inputs: Vec<E::G1Affine>,
}

/// A point of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyPart {
	/// α, in G1.
	Alpha,
	/// β, in G2.
	Beta,
	/// γ, in G2.
	Gamma,
	/// δ, in G2.
	Delta,
	/// Of a public input, counted from 1; 0 is that of the constant.
	Input(usize),
}

impl fmt::Display for KeyPart {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		match self {
			Self::Alpha => f.write_str("alpha"),
			Self::Beta => f.write_str("beta"),
			Self::Gamma => f.write_str("gamma"),
			Self::Delta => f.write_str("delta"),
			Self::Input(0) => f.write_str("the point of the constant"),
			Self::Input(at) => write!(f, "the point of public input {at}"),
		}
	}
}

/// Why bytes are not a key of a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyError {
	/// A byte too many or too few.
	WrongLength {
		/// Bytes that the statement's key has.
		expected: usize,
		/// Bytes that came.
		found: usize,
	},
	/// The key is for another number of public inputs than the statement has.
	WrongCount {
		/// Inputs of the statement.
		expected: usize,
		/// Input points of the key, less that of the constant.
		found: usize,
	},
	/// One of the points may not be used.
	Point {
		/// Which.
		part: KeyPart,
		/// What is wrong with it.
		fault: PointFault,
	},
	/// γ is δ, or −δ: whoever sees the key could prove anything under it.
	GammaIsDelta,
}

impl fmt::Display for KeyError {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		match self {
			Self::WrongLength { expected, found } => {
				write!(f, "the key has {found} bytes instead of {expected}")
			}
			Self::WrongCount { expected, found } => {
				write!(f, "the key takes {found} public inputs, and the statement has {expected}")
			}
			Self::Point { part, fault } => write!(f, "{part} {fault}"),
			Self::GammaIsDelta => f.write_str("gamma and delta are the same point, up to its sign"),
		}
	}
}

impl core::error::Error for KeyError {}

impl<E: Groth16Curve> VerifyingKey<E> {
	/// The key of a statement with these points; `inputs` begins with that of the constant.
	///
	/// # Errors
	///
	/// [`KeyError`], whatever is found first.
	pub fn new(
		statement: StatementId,
		alpha: E::G1Affine,
		beta: E::G2Affine,
		gamma: E::G2Affine,
		delta: E::G2Affine,
		inputs: Vec<E::G1Affine>,
	) -> Result<Self, KeyError> {
		right_count(statement, inputs.len())?;
		let at = |part| move |fault| KeyError::Point { part, fault };
		E::check_g1(&alpha, &written(&alpha)).map_err(at(KeyPart::Alpha))?;
		E::check_g2(&beta, &written(&beta)).map_err(at(KeyPart::Beta))?;
		E::check_g2(&gamma, &written(&gamma)).map_err(at(KeyPart::Gamma))?;
		E::check_g2(&delta, &written(&delta)).map_err(at(KeyPart::Delta))?;
		for (i, input) in inputs.iter().enumerate() {
			E::check_g1(input, &written(input)).map_err(at(KeyPart::Input(i)))?;
		}
		// Two points with one first coordinate are the same up to their sign.
		if gamma.x() == delta.x() {
			return Err(KeyError::GammaIsDelta);
		}
		Ok(Self { alpha, beta, gamma, delta, alpha_beta: E::pairing(alpha, beta).0, inputs })
	}

	/// Reads a key as it is registered, and checks it.
	///
	/// # Errors
	///
	/// [`KeyError`], whatever is found first.
	pub fn from_bytes(statement: StatementId, bytes: &[u8]) -> Result<Self, KeyError> {
		let length =
			|points: usize| HEAD.saturating_add(COUNT).saturating_add(points.saturating_mul(G1_COMPRESSED));
		let (expected, found) = (length(statement.public_inputs().saturating_add(1)), bytes.len());
		let wrong_length = KeyError::WrongLength { expected, found };
		let (head, rest) = bytes.split_at_checked(HEAD).ok_or(wrong_length)?;
		let (count, inputs) = rest.split_first_chunk::<COUNT>().ok_or(wrong_length)?;
		let count = usize::try_from(u64::from_le_bytes(*count)).unwrap_or(usize::MAX);
		if found != expected && found != length(count) {
			return Err(wrong_length);
		}
		// It may be a sound key, but then of another statement.
		right_count(statement, count)?;
		let (alpha, head) = head.split_at_checked(G1_COMPRESSED).ok_or(wrong_length)?;
		let (beta, head) = head.split_at_checked(G2_COMPRESSED).ok_or(wrong_length)?;
		let (gamma, delta) = head.split_at_checked(G2_COMPRESSED).ok_or(wrong_length)?;
		let at = |part| move |fault| KeyError::Point { part, fault };
		Self::new(
			statement,
			read_compressed(alpha).map_err(at(KeyPart::Alpha))?,
			read_compressed(beta).map_err(at(KeyPart::Beta))?,
			read_compressed(gamma).map_err(at(KeyPart::Gamma))?,
			read_compressed(delta).map_err(at(KeyPart::Delta))?,
			inputs
				.chunks_exact(G1_COMPRESSED)
				.enumerate()
				.map(|(i, input)| read_compressed(input).map_err(at(KeyPart::Input(i))))
				.collect::<Result<_, _>>()?,
		)
	}

	/// The key as it is registered: what [`Self::from_bytes`] reads, and what its id is made of.
	pub fn to_bytes(&self) -> Vec<u8> {
		let mut bytes = written_compressed(&self.alpha);
		for point in [&self.beta, &self.gamma, &self.delta] {
			bytes.extend(written_compressed(point));
		}
		bytes.extend(u64::try_from(self.inputs.len()).unwrap_or(u64::MAX).to_le_bytes());
		bytes.extend(self.inputs.iter().flat_map(written_compressed));
		bytes
	}

	/// The key as it is kept: what [`Self::from_prepared`] reads.
	pub fn to_prepared(&self) -> Vec<u8> {
		let mut bytes = written(&self.alpha);
		for point in [&self.beta, &self.gamma, &self.delta] {
			bytes.extend(written(point));
		}
		bytes.extend(written(&self.alpha_beta));
		bytes.extend(self.inputs.iter().flat_map(written));
		bytes
	}

	/// Reads what [`Self::to_prepared`] wrote, without checking its points: for bytes that nobody else can have written.
	/// `None` where they are of another shape.
	pub fn from_prepared(bytes: &[u8]) -> Option<Self> {
		let (head, inputs) = bytes.split_at_checked(PREPARED_HEAD)?;
		if inputs.is_empty() || inputs.len() % G1_BYTES != 0 {
			return None;
		}
		let (alpha, head) = head.split_at_checked(G1_BYTES)?;
		let (beta, head) = head.split_at_checked(G2_BYTES)?;
		let (gamma, head) = head.split_at_checked(G2_BYTES)?;
		let (delta, alpha_beta) = head.split_at_checked(G2_BYTES)?;
		Some(Self {
			alpha: E::read_g1(alpha).ok()?,
			beta: E::read_g2(beta).ok()?,
			gamma: E::read_g2(gamma).ok()?,
			delta: E::read_g2(delta).ok()?,
			alpha_beta: E::TargetField::deserialize_uncompressed_unchecked(alpha_beta).ok()?,
			inputs: inputs
				.chunks_exact(G1_BYTES)
				.map(|input| E::read_g1(input).ok())
				.collect::<Option<_>>()?,
		})
	}

	/// How many public inputs the key takes.
	pub fn public_inputs(&self) -> usize {
		self.inputs.len().saturating_sub(1)
	}

	/// Whether the key takes as many inputs. `ark-groth16` 0.6 takes missing ones for zero and leaves out surplus ones.
	pub(super) fn takes(&self, inputs: &[Fr]) -> Result<(), ProofError> {
		let (expected, found) = (self.public_inputs(), inputs.len());
		(expected == found).then_some(()).ok_or(ProofError::WrongCount { expected, found })
	}
}

fn right_count(statement: StatementId, points: usize) -> Result<(), KeyError> {
	let (expected, found) = (statement.public_inputs(), points.saturating_sub(1));
	(points > 0 && expected == found).then_some(()).ok_or(KeyError::WrongCount { expected, found })
}
