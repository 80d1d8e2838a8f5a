//! A proof, and the 384 bytes that it is.
//!
//! Its three points are written with both coordinates. Compressed they would be half as long, but reading them would take the
//! runtime, which has no host function for square roots, half as long again as checking the proof takes.
//!
//! Anybody can turn a proof into another valid one for the same public inputs. Its bytes are therefore no identity of anything;
//! what a proof is for is in the public inputs, in the context.

use super::curve::{written, Curve, Groth16Curve, PointFault, G1_BYTES, G2_BYTES};
use ark_serialize::CanonicalSerialize;
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
	/// The same points as bytes: what the host is called with. Writing them anew costs the runtime more than keeping them.
	pub(super) written: Written,
}

/// The bytes of each point of a proof.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Written {
	pub(super) a: [u8; G1_BYTES],
	pub(super) b: [u8; G2_BYTES],
	pub(super) c: [u8; G1_BYTES],
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
		Self { a, b, c, written: Written { a: array(&a), b: array(&b), c: array(&c) } }.checked()
	}

	fn checked(self) -> Result<Self, ProofError> {
		let at = |point| move |fault| ProofError::Point { point, fault };
		E::check_g1(&self.a, &self.written.a).map_err(at(ProofPoint::A))?;
		E::check_g2(&self.b, &self.written.b).map_err(at(ProofPoint::B))?;
		E::check_g1(&self.c, &self.written.c).map_err(at(ProofPoint::C))?;
		Ok(self)
	}

	/// A, B and C: each coordinate 48 bytes, big-endian, the higher half of those of B first, as BLS12-381 has them.
	pub fn to_bytes(&self) -> [u8; PROOF_BYTES] {
		let mut bytes = [0; PROOF_BYTES];
		let Written { a, b, c } = &self.written;
		for (to, from) in bytes.iter_mut().zip(a.iter().chain(b).chain(c)) {
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
		let wrong_length = ProofError::WrongLength { found: bytes.len() };
		let (a, rest) = bytes.split_first_chunk::<G1_BYTES>().ok_or(wrong_length)?;
		let (b, c) = rest.split_first_chunk::<G2_BYTES>().ok_or(wrong_length)?;
		let written = Written { a: *a, b: *b, c: c.try_into().map_err(|_| wrong_length)? };
		let at = |point| move |fault| ProofError::Point { point, fault };
		Self {
			a: E::read_g1(&written.a).map_err(at(ProofPoint::A))?,
			b: E::read_g2(&written.b).map_err(at(ProofPoint::B))?,
			c: E::read_g1(&written.c).map_err(at(ProofPoint::C))?,
			written,
		}
		.checked()
	}

	/// The points A, B and C.
	pub fn points(&self) -> (E::G1Affine, E::G2Affine, E::G1Affine) {
		(self.a, self.b, self.c)
	}
}

/// The bytes of a point whose length is known.
fn array<const N: usize>(point: &impl CanonicalSerialize) -> [u8; N] {
	let mut bytes = [0; N];
	for (to, from) in bytes.iter_mut().zip(written(point)) {
		*to = from;
	}
	bytes
}
