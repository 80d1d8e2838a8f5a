//! A piece of a sealed chunk: a kibibyte, and what leads from it to the chunk's leaf in `cipher_root`.
//!
//! A leaf is a BLAKE3 hash, and BLAKE3 is a tree over kibibytes. So whoever has a chunk can show one kibibyte of it, and nobody can who has but
//! hashes. What is cut is the leaf's preimage: the tag, the index, the lengths, then the ciphertext.

use crate::{
	chunk::{CHUNK_BYTES, CHUNK_OVERHEAD, CIPHER_LEAF},
	hash::Digest,
};
use alloc::vec::Vec;
use blake3::{
	hazmat::{left_subtree_len, merge_subtrees_non_root, merge_subtrees_root, HasherExt, Mode},
	Hasher,
};
use codec::{Compact, Decode, DecodeWithMemTracking, Encode, Error, Input, MaxEncodedLen};
use scale_info::TypeInfo;

/// Bytes of a piece; the last one of a chunk may be shorter.
pub const PIECE_BYTES: usize = blake3::CHUNK_LEN;
/// Most hashes on the way from a piece to its chunk's leaf.
pub const MAX_STEPS: usize = 7;
/// Bytes of a leaf's preimage before its ciphertext: a length and a tag, two more lengths, the index.
const HEAD: usize = 1 + CIPHER_LEAF.len() + 8 + 4 + 8;

const _: () = assert!(
	HEAD + CHUNK_BYTES + CHUNK_OVERHEAD <= PIECE_BYTES << MAX_STEPS,
	"a chunk has more pieces than the way has steps for"
);

/// A piece, and the hashes beside the way from the leaf down to it.
///
/// Decoding refuses more bytes than [`PIECE_BYTES`] and more hashes than [`MAX_STEPS`].
#[derive(Clone, Debug, PartialEq, Eq, Encode, DecodeWithMemTracking, TypeInfo)]
pub struct Piece {
	/// The piece itself.
	pub bytes: Vec<u8>,
	/// The hashes, from the leaf down.
	pub beside: Vec<Digest>,
}

impl Decode for Piece {
	fn decode<I: Input>(input: &mut I) -> Result<Self, Error> {
		let count = |input: &mut I, most: usize, refusal: &'static str| {
			let Compact(count) = Compact::<u32>::decode(input)?;
			usize::try_from(count).ok().filter(|count| *count <= most).ok_or(Error::from(refusal))
		};
		let mut bytes = alloc::vec![0; count(input, PIECE_BYTES, "a piece has at most 1024 bytes")?];
		input.read(&mut bytes)?;
		let steps = count(input, MAX_STEPS, "the way to a piece has at most 7 steps")?;
		let beside = (0..steps).map(|_| Digest::decode(input)).collect::<Result<_, _>>()?;
		Ok(Self { bytes, beside })
	}
}

impl MaxEncodedLen for Piece {
	fn max_encoded_len() -> usize {
		// Two bytes of length for the piece, one for the hashes.
		PIECE_BYTES.saturating_add(MAX_STEPS.saturating_mul(32)).saturating_add(3)
	}
}

/// Bytes of a sealed chunk of a snapshot with so many bytes of plaintext; `None` past its end.
pub fn sealed_len(bytes: u64, index: u32) -> Option<usize> {
	let before = u64::from(index).checked_mul(u64::try_from(CHUNK_BYTES).ok()?)?;
	let left = usize::try_from(bytes.checked_sub(before).filter(|left| *left > 0)?).unwrap_or(usize::MAX);
	Some(left.min(CHUNK_BYTES).saturating_add(CHUNK_OVERHEAD))
}

/// Number of pieces of a sealed chunk with so many bytes.
pub fn pieces(sealed: usize) -> u32 {
	u32::try_from(HEAD.saturating_add(sealed).div_ceil(PIECE_BYTES)).unwrap_or(u32::MAX)
}

/// Cuts piece `at` out of a sealed chunk; `None` past its end.
pub fn cut(index: u32, sealed: &[u8], at: u32) -> Option<Piece> {
	let all = preimage(index, sealed);
	let start = usize::try_from(at).ok()?.checked_mul(PIECE_BYTES)?;
	let bytes = all.get(start..)?.get(..PIECE_BYTES).or_else(|| all.get(start..))?.to_vec();
	if bytes.is_empty() {
		return None;
	}
	let mut beside = Vec::new();
	let (mut from, mut rest) = (0usize, &all[..]);
	while rest.len() > PIECE_BYTES {
		let (left, right) = rest.split_at_checked(left_of(rest.len()))?;
		let middle = from.saturating_add(left.len());
		if start < middle {
			beside.push(value(middle, right)?);
			rest = left;
		} else {
			beside.push(value(from, left)?);
			(from, rest) = (middle, right);
		}
	}
	Some(Piece { bytes, beside })
}

/// The leaf in `cipher_root` that a piece leads to, as piece `at` of a sealed chunk of `sealed` bytes. `None` where it has not exactly the
/// length and the hashes of that place. Which chunk it is of is in the leaf: compare it with the path.
pub fn leaf_of(piece: &Piece, at: u32, sealed: usize) -> Option<Digest> {
	let total = HEAD.checked_add(sealed)?;
	let start = usize::try_from(at).ok()?.checked_mul(PIECE_BYTES)?;
	let length = total.checked_sub(start).filter(|left| *left > 0)?.min(PIECE_BYTES);
	if piece.bytes.len() != length {
		return None;
	}
	if total <= PIECE_BYTES {
		return piece.beside.is_empty().then(|| *blake3::hash(&piece.bytes).as_bytes());
	}
	// The way down, and at each step on which side the piece is.
	let (mut from, mut width, mut sides) = (0usize, total, Vec::new());
	while width > PIECE_BYTES {
		let left = left_of(width);
		let middle = from.checked_add(left)?;
		if start < middle {
			sides.push(true);
			width = left;
		} else {
			sides.push(false);
			(from, width) = (middle, width.checked_sub(left)?);
		}
	}
	if sides.len() != piece.beside.len() {
		return None;
	}
	// And up again.
	let mut node = value(start, &piece.bytes)?;
	let mut steps = sides.iter().zip(&piece.beside).rev().peekable();
	while let Some((on_the_left, beside)) = steps.next() {
		let (left, right) = if *on_the_left { (&node, beside) } else { (beside, &node) };
		if steps.peek().is_none() {
			return Some(*merge_subtrees_root(left, right, Mode::Hash).as_bytes());
		}
		node = merge_subtrees_non_root(left, right, Mode::Hash);
	}
	None
}

/// What is hashed for a leaf of `cipher_root`.
fn preimage(index: u32, sealed: &[u8]) -> Vec<u8> {
	let length = |bytes: usize| u64::try_from(bytes).unwrap_or(u64::MAX).to_le_bytes();
	let mut all = Vec::with_capacity(HEAD.saturating_add(sealed.len()));
	all.push(u8::try_from(CIPHER_LEAF.len()).unwrap_or(u8::MAX));
	all.extend_from_slice(CIPHER_LEAF.as_bytes());
	all.extend_from_slice(&length(4));
	all.extend_from_slice(&index.to_le_bytes());
	all.extend_from_slice(&length(sealed.len()));
	all.extend_from_slice(sealed);
	all
}

/// Bytes of the left part of `length`, which is more than one piece.
fn left_of(length: usize) -> usize {
	let left = left_subtree_len(u64::try_from(length).unwrap_or(u64::MAX));
	usize::try_from(left).unwrap_or(usize::MAX)
}

/// The hash of a part that begins at byte `from`, a place where BLAKE3's tree has a part of that length.
fn value(from: usize, part: &[u8]) -> Option<Digest> {
	let mut hasher = Hasher::new();
	hasher.set_input_offset(u64::try_from(from).ok()?);
	Some(hasher.update(part).finalize_non_root())
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::chunk::cipher_leaf;
	use proptest::prelude::*;

	fn sealed(length: usize) -> Vec<u8> {
		(0..length).map(|i| (i * 7 + i / 1024) as u8).collect()
	}

	#[test]
	fn every_piece_of_a_chunk_leads_to_its_leaf() {
		for length in [16, 17, 900, 983, 984, 2_007, 2_008, 5_000, CHUNK_BYTES, CHUNK_BYTES + CHUNK_OVERHEAD]
		{
			let chunk = sealed(length);
			let leaf = cipher_leaf(9, &chunk);
			for at in 0..pieces(length) {
				let piece = cut(9, &chunk, at).unwrap();
				assert_eq!(leaf_of(&piece, at, length), Some(leaf), "piece {at} of {length} bytes");
				assert!(piece.encoded_size() <= Piece::max_encoded_len());
				assert_eq!(Piece::decode(&mut &piece.encode()[..]), Ok(piece));
			}
			assert_eq!(cut(9, &chunk, pieces(length)), None);
		}
	}

	#[test]
	fn the_largest_chunk_has_the_longest_way() {
		let length = CHUNK_BYTES + CHUNK_OVERHEAD;
		assert_eq!(pieces(length), 65);
		let piece = cut(0, &sealed(length), 3).unwrap();
		assert_eq!((piece.bytes.len(), piece.beside.len()), (PIECE_BYTES, MAX_STEPS));
		assert_eq!(piece.encoded_size(), Piece::max_encoded_len());
	}

	#[test]
	fn a_piece_passes_for_no_other() {
		let length = 20_000;
		let chunk = sealed(length);
		let leaf = cipher_leaf(1, &chunk);
		let piece = cut(1, &chunk, 5).unwrap();
		for at in (0..pieces(length) + 2).filter(|at| *at != 5) {
			assert_ne!(leaf_of(&piece, at, length), Some(leaf));
		}
		// A length at which there is no such piece has none. Which length it is says the chain.
		for other in [0, 5 * PIECE_BYTES - HEAD, usize::MAX] {
			assert_eq!(leaf_of(&piece, 5, other), None);
		}
		// Nor for one of another chunk with the same bytes.
		assert_ne!(leaf_of(&cut(2, &chunk, 0).unwrap(), 0, length), Some(leaf));
	}

	#[test]
	fn a_way_has_neither_a_step_too_few_nor_one_too_many() {
		let chunk = sealed(20_000);
		let piece = cut(1, &chunk, 5).unwrap();
		let mut shorter = piece.clone();
		shorter.beside.pop();
		let mut longer = piece.clone();
		longer.beside.push([0; 32]);
		let mut cropped = piece.clone();
		cropped.bytes.pop();
		for bad in [shorter, longer, cropped, Piece { bytes: Vec::new(), beside: Vec::new() }] {
			assert_eq!(leaf_of(&bad, 5, 20_000), None);
		}
		let short = Piece { beside: alloc::vec![[0; 32]], ..cut(1, &sealed(100), 0).unwrap() };
		assert_eq!(leaf_of(&short, 0, 100), None);
	}

	#[test]
	fn decoding_is_bounded() {
		let long = Piece { bytes: alloc::vec![0; PIECE_BYTES + 1], beside: Vec::new() };
		assert!(Piece::decode(&mut &long.encode()[..]).is_err());
		let many = Piece { bytes: Vec::new(), beside: alloc::vec![[0; 32]; MAX_STEPS + 1] };
		assert!(Piece::decode(&mut &many.encode()[..]).is_err());
	}

	#[test]
	fn a_snapshots_last_chunk_is_as_long_as_what_is_left() {
		let chunk = CHUNK_BYTES as u64;
		let full = Some(CHUNK_BYTES + CHUNK_OVERHEAD);
		assert_eq!([0, 1, 2].map(|index| sealed_len(2 * chunk, index)), [full, full, None]);
		assert_eq!(
			[0, 1, 2].map(|index| sealed_len(chunk + 5, index)),
			[full, Some(5 + CHUNK_OVERHEAD), None]
		);
		assert_eq!(sealed_len(0, 0), None);
		assert_eq!(sealed_len(u64::MAX, u32::MAX), full);
	}

	proptest! {
		#[test]
		fn a_byte_changed_anywhere_leads_elsewhere(length in 16usize..70_000, at: u32, byte: usize, bit in 0u8..8) {
			let length = length.min(CHUNK_BYTES + CHUNK_OVERHEAD);
			let chunk = sealed(length);
			let at = at % pieces(length);
			let mut piece = cut(4, &chunk, at).unwrap();
			let leaf = cipher_leaf(4, &chunk);
			prop_assert_eq!(leaf_of(&piece, at, length), Some(leaf));
			let byte = byte % (piece.bytes.len() + piece.beside.len() * 32);
			match byte.checked_sub(piece.bytes.len()) {
				None => piece.bytes[byte] ^= 1 << bit,
				Some(rest) => piece.beside[rest / 32][rest % 32] ^= 1 << bit,
			}
			prop_assert_ne!(leaf_of(&piece, at, length), Some(leaf));
		}
	}
}
