//! A proof, and the 384 bytes that it is.
//!
//! Its three points are written with both coordinates. Compressed they would be half as long, but reading them would take the
//! runtime, which has no host function for square roots, half as long again as checking the proof takes.
//!
//! Anybody can turn a proof into another valid one for the same public inputs. Its bytes are therefore no identity of anything;
//! what a proof is for is in the public inputs, in the context.

use super::curve::{written, Curve, Groth16Curve, PointFault, G1_BYTES, G2_BYTES};
use core::fmt;

/// Bytes of a proof: A and C in G1, B in G2 between them.
pub const PROOF_BYTES: usize = 2 * G1_BYTES + G2_BYTES;
/// The bound of a vector for a proof that comes from outside. It has room for more than a proof: one that is a byte too long is
/// refused by name, and charged, and not thrown away undecoded.
pub const PROOF_BYTES_BOUND: u32 = 512;

/// A proof whose points are in their groups and none of them the identity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Proof<E: Groth16Curve = Curve> {
	pub(super) a: E::G1Affine,
	pub(super) b: E::G2Affine,
	pub(super) c: E::G1Affine,
}

/// One of the three points of a proof.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProofPoint {
	/// The first, in G1.
	A,
	/// The second, in G2.
	B,
	/// The third, in G1.
	C,
}

impl fmt::Display for ProofPoint {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		f.write_str(match self {
			Self::A => "A",
			Self::B => "B",
			Self::C => "C",
		})
	}
}

/// Why bytes are not a proof, or a proof not one of these inputs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProofError {
	/// A byte too many or too few.
	WrongLength {
		/// Bytes that came.
		found: usize,
	},
	/// One of the points may not be used.
	Point {
		/// Which.
		point: ProofPoint,
		/// What is wrong with it.
		fault: PointFault,
	},
	/// The key is for another number of public inputs.
	WrongCount {
		/// Inputs that the key takes.
		expected: usize,
		/// Inputs that came.
		found: usize,
	},
	/// Everything is well formed, and the proof does not prove these inputs under this key.
	NotValid,
}

impl fmt::Display for ProofError {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		match self {
			Self::WrongLength { found } => write!(f, "a proof has {PROOF_BYTES} bytes; these are {found}"),
			Self::Point { point, fault } => write!(f, "point {point} of the proof {fault}"),
			Self::WrongCount { expected, found } => {
				write!(f, "the key takes {expected} public inputs; these are {found}")
			}
			Self::NotValid => f.write_str("the proof is not valid for these public inputs"),
		}
	}
}

impl core::error::Error for ProofError {}

impl<E: Groth16Curve> Proof<E> {
	/// The proof of these points.
	///
	/// # Errors
	///
	/// [`ProofError::Point`], for the first point that may not be used.
	pub fn new(a: E::G1Affine, b: E::G2Affine, c: E::G1Affine) -> Result<Self, ProofError> {
		let at = |point| move |fault| ProofError::Point { point, fault };
		E::check_g1(&a).map_err(at(ProofPoint::A))?;
		E::check_g2(&b).map_err(at(ProofPoint::B))?;
		E::check_g1(&c).map_err(at(ProofPoint::C))?;
		Ok(Self { a, b, c })
	}

	/// A, B and C: each coordinate 48 bytes, big-endian, the higher half of those of B first, as BLS12-381 has them.
	pub fn to_bytes(&self) -> [u8; PROOF_BYTES] {
		let mut bytes = [0; PROOF_BYTES];
		let points = [written(&self.a), written(&self.b), written(&self.c)];
		for (to, from) in bytes.iter_mut().zip(points.iter().flatten()) {
			*to = *from;
		}
		bytes
	}

	/// Reads what [`Self::to_bytes`] wrote, and nothing else.
	///
	/// # Errors
	///
	/// [`ProofError::WrongLength`], or [`ProofError::Point`] for a point that is not what it should be: where several are not,
	/// for the first that is not canonical, and only then for the first with another fault.
	pub fn from_bytes(bytes: &[u8]) -> Result<Self, ProofError> {
		let bytes: &[u8; PROOF_BYTES] =
			bytes.try_into().map_err(|_| ProofError::WrongLength { found: bytes.len() })?;
		let (a, rest) = bytes.split_at(G1_BYTES);
		let (b, c) = rest.split_at(G2_BYTES);
		let at = |point| move |fault| ProofError::Point { point, fault };
		Self::new(
			E::read_g1(a).map_err(at(ProofPoint::A))?,
			E::read_g2(b).map_err(at(ProofPoint::B))?,
			E::read_g1(c).map_err(at(ProofPoint::C))?,
		)
	}

	/// The points A, B and C.
	pub fn points(&self) -> (E::G1Affine, E::G2Affine, E::G1Affine) {
		(self.a, self.b, self.c)
	}
}
