//! The ceremony's files: a tag that names kind and version, then sections, each with its length before it.
//!
//! ```text
//! file    = length of the tag (1 byte) ‖ tag ‖ section …
//! section = length (8 bytes, little-endian) ‖ bytes
//! ```
//!
//! Single points are compressed, lists of points uncompressed. How many points a list has is known from what was read before it: a length
//! is compared, never believed.

use crate::points::{self, compressed, Curve, Identity, PointFault};
use ark_ec::short_weierstrass::Affine;

/// Why a file is not read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FileError {
	/// Another kind of file, or another version.
	#[error("this is no file of the kind {expected}")]
	OtherKind {
		/// What it should be.
		expected: &'static str,
	},
	/// The file ends inside something.
	#[error("the file ends in {what}")]
	EndsEarly {
		/// In what.
		what: &'static str,
	},
	/// There is something after the end.
	#[error("the file goes on for {bytes} bytes after its end")]
	GoesOn {
		/// For how long.
		bytes: usize,
	},
	/// A section has another length than it must have.
	#[error("{what} has {found} bytes instead of {expected}")]
	WrongLength {
		/// What.
		what: &'static str,
		/// Bytes that it must have.
		expected: usize,
		/// Bytes that it has.
		found: usize,
	},
	/// Something has no possible value.
	#[error("{what} is nothing that this release knows")]
	Value {
		/// What.
		what: &'static str,
	},
	/// A point that is none.
	#[error("point {at} of {what} {fault}")]
	Point {
		/// Of what.
		what: &'static str,
		/// Which one, from 0.
		at: usize,
		/// What is wrong with it.
		fault: PointFault,
	},
}

/// Puts sections together.
#[derive(Default)]
pub struct Writer(Vec<u8>);

impl Writer {
	/// A file of a kind.
	pub fn file(tag: &'static str) -> Self {
		let length =
			u8::try_from(tag.len()).expect("tags are literals of the code, far shorter than 256 bytes");
		Self([&[length], tag.as_bytes()].concat())
	}

	/// Adds a section.
	pub fn section(&mut self, bytes: &[u8]) -> &mut Self {
		self.0.extend_from_slice(&(bytes.len() as u64).to_le_bytes());
		self.0.extend_from_slice(bytes);
		self
	}

	/// Adds a point.
	pub fn point<P: Curve>(&mut self, point: &Affine<P>) -> &mut Self {
		self.section(&compressed(point))
	}

	/// Adds a list of points.
	pub fn points<P: Curve>(&mut self, list: &[Affine<P>]) -> &mut Self {
		self.section(&points::uncompressed(list))
	}

	/// All bytes.
	pub fn finish(self) -> Vec<u8> {
		self.0
	}
}

/// Takes sections apart.
pub struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
	/// Sections without a tag before them.
	pub fn of(bytes: &'a [u8]) -> Self {
		Self(bytes)
	}

	/// A file of a kind.
	///
	/// # Errors
	///
	/// [`FileError::OtherKind`].
	pub fn file(bytes: &'a [u8], tag: &'static str) -> Result<Self, FileError> {
		let start = Writer::file(tag).finish();
		bytes.strip_prefix(&start[..]).map(Self).ok_or(FileError::OtherKind { expected: tag })
	}

	/// The next section.
	///
	/// # Errors
	///
	/// [`FileError::EndsEarly`].
	pub fn section(&mut self, what: &'static str) -> Result<&'a [u8], FileError> {
		let early = FileError::EndsEarly { what };
		let (length, rest) = self.0.split_first_chunk::<8>().ok_or(early.clone())?;
		let length = usize::try_from(u64::from_le_bytes(*length)).map_err(|_| early.clone())?;
		let (section, rest) = rest.split_at_checked(length).ok_or(early)?;
		self.0 = rest;
		Ok(section)
	}

	/// The next section, of `N` bytes.
	///
	/// # Errors
	///
	/// [`FileError::WrongLength`], and those of [`Self::section`].
	pub fn fixed<const N: usize>(&mut self, what: &'static str) -> Result<[u8; N], FileError> {
		let section = self.section(what)?;
		section.try_into().map_err(|_| FileError::WrongLength { what, expected: N, found: section.len() })
	}

	/// The next section, a point that is not the identity.
	///
	/// # Errors
	///
	/// [`FileError::Point`], and those of [`Self::section`].
	pub fn point<P: Curve>(&mut self, what: &'static str) -> Result<Affine<P>, FileError> {
		points::read_compressed(self.section(what)?).map_err(|fault| FileError::Point { what, at: 0, fault })
	}

	/// The next section, a list of `count` points.
	///
	/// # Errors
	///
	/// [`FileError::WrongLength`], [`FileError::Point`], and those of [`Self::section`].
	pub fn points<P: Curve>(
		&mut self,
		what: &'static str,
		count: usize,
		identity: Identity,
	) -> Result<Vec<Affine<P>>, FileError> {
		let section = self.section(what)?;
		let expected = count * points::uncompressed_bytes::<P>();
		if section.len() != expected {
			return Err(FileError::WrongLength { what, expected, found: section.len() });
		}
		points::read_uncompressed(section, identity).map_err(|(at, fault)| FileError::Point {
			what,
			at,
			fault,
		})
	}

	/// Whether everything was read.
	pub fn is_empty(&self) -> bool {
		self.0.is_empty()
	}

	/// Checks that everything was read.
	///
	/// # Errors
	///
	/// [`FileError::GoesOn`].
	pub fn end(self) -> Result<(), FileError> {
		self.is_empty().then_some(()).ok_or(FileError::GoesOn { bytes: self.0.len() })
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use ark_bls12_381::{g1, G1Affine};
	use ark_ec::AffineRepr;

	const TAG: &str = "souk/test-file/v1";

	fn file() -> Vec<u8> {
		let mut writer = Writer::file(TAG);
		writer.section(&[1, 2]).point(&G1Affine::generator()).points(&[G1Affine::generator(); 2]);
		writer.finish()
	}

	fn read(bytes: &[u8]) -> Result<(), FileError> {
		let mut reader = Reader::file(bytes, TAG)?;
		assert_eq!(reader.fixed::<2>("a pair")?, [1, 2]);
		assert_eq!(reader.point::<g1::Config>("a point")?, G1Affine::generator());
		let list = reader.points::<g1::Config>("a list", 2, Identity::Impossible)?;
		assert_eq!(list, [G1Affine::generator(); 2]);
		reader.end()
	}

	#[test]
	fn a_file_that_is_cut_goes_on_or_is_of_another_kind_is_refused() {
		let bytes = file();
		assert_eq!(read(&bytes), Ok(()));
		for length in 0..bytes.len() {
			assert!(read(&bytes[..length]).is_err(), "the first {length} bytes");
		}
		assert_eq!(read(&[&bytes[..], &[0; 3]].concat()), Err(FileError::GoesOn { bytes: 3 }));
		let mut other = bytes.clone();
		other[TAG.len()] += 1;
		assert_eq!(read(&other), Err(FileError::OtherKind { expected: TAG }));
		let mut longer = bytes;
		longer[TAG.len() + 1..TAG.len() + 9].fill(0xff);
		assert_eq!(read(&longer), Err(FileError::EndsEarly { what: "a pair" }));
	}

	#[test]
	fn lengths_are_compared_and_not_believed() {
		let bytes = file();
		let mut reader = Reader::file(&bytes, TAG).unwrap();
		assert_eq!(
			reader.fixed::<3>("a pair"),
			Err(FileError::WrongLength { what: "a pair", expected: 3, found: 2 })
		);
		assert!(reader.point::<g1::Config>("a point").is_ok());
		assert_eq!(
			reader.points::<g1::Config>("a list", 3, Identity::Impossible),
			Err(FileError::WrongLength { what: "a list", expected: 288, found: 192 })
		);
	}
}
