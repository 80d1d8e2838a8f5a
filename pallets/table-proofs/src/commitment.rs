//! The commitment to a column, computed in one pass over its values in constant memory, and the root over a snapshot's columns.
//!
//! A column's digest is a chain of Poseidon2 permutations of width 24 (KoalaBear, the published constants of Plonky3): eight
//! elements are carried from block to block, sixteen are overwritten with the next block. The first block is the column's salt,
//! which hides the column; each later one holds four values; the last one is filled with zeros. The number of rows is not in the
//! digest but beside it in the root.

use crate::{
	column::ColumnDescriptor,
	limbs::{limbs, LIMBS},
	ColumnIndex, ColumnType, Felt,
};
use alloc::{string::String, vec::Vec};
use codec::{Decode, DecodeWithMemTracking, Encode};
use p3_field::{PrimeCharacteristicRing, PrimeField32};
use p3_koala_bear::{default_koalabear_poseidon2_24, Poseidon2KoalaBear};
use p3_symmetric::Permutation;
use scale_info::TypeInfo;

/// Elements of the permutation's state.
pub const WIDTH: usize = 24;
/// Elements that a block overwrites.
pub const RATE: usize = 16;
/// Elements that are carried from block to block.
pub const CAPACITY: usize = WIDTH.saturating_sub(RATE);
/// Values of a block.
pub const LANES: usize = RATE / LIMBS;
/// Elements of a digest.
pub const DIGEST: usize = 8;
/// What the carried elements are before the salt: `souk/column/v1` in ASCII, three bytes to an element.
pub const START: [u32; CAPACITY] = [0x75_6f73, 0x63_2f6b, 0x75_6c6f, 0x2f_6e6d, 0x00_3176, 0, 0, 0];

/// The digest of a column: eight canonical field elements, each in four bytes, least first.
pub type ColumnDigest = [u8; 32];

const SALT_TAG: &str = "souk 2026-11 table proofs: salt of a column";
const ROOT_TAG: &str = "souk/columns/v1";

/// The salt of a column: every worker of a snapshot derives the same from the 32 bytes that they share.
pub fn column_salt(key: &[u8; 32], column: ColumnIndex, segment: u32) -> [u8; 32] {
	let mut hasher = blake3::Hasher::new_derive_key(SALT_TAG);
	hasher.update(key).update(&[column]).update(&segment.to_le_bytes());
	*hasher.finalize().as_bytes()
}

/// The block that a salt fills: two bytes to an element.
pub fn salt_block(salt: &[u8; 32]) -> [Felt; RATE] {
	let mut block = [Felt::ZERO; RATE];
	for (element, pair) in block.iter_mut().zip(salt.chunks_exact(2)) {
		if let Ok(pair) = pair.try_into() {
			*element = Felt::from_u16(u16::from_le_bytes(pair));
		}
	}
	block
}

/// The state before the salt's block.
pub fn start() -> [Felt; WIDTH] {
	let mut state = [Felt::ZERO; WIDTH];
	for (element, tag) in state.iter_mut().skip(RATE).zip(START) {
		*element = Felt::from_u32(tag);
	}
	state
}

/// Commits to a column whose values come one by one.
#[derive(Clone)]
pub struct ColumnCommitter {
	permutation: Poseidon2KoalaBear<WIDTH>,
	state: [Felt; WIDTH],
	filled: usize,
}

impl ColumnCommitter {
	/// Begins with the column's salt.
	pub fn new(salt: [u8; 32]) -> Self {
		let permutation = default_koalabear_poseidon2_24();
		let mut state = start();
		for (element, word) in state.iter_mut().zip(salt_block(&salt)) {
			*element = word;
		}
		permutation.permute_mut(&mut state);
		Self { permutation, state, filled: 0 }
	}

	/// Takes the next row's value, NULL being `None`.
	pub fn push(&mut self, value: Option<i64>) {
		if self.filled == 0 {
			for element in self.state.iter_mut().take(RATE) {
				*element = Felt::ZERO;
			}
		}
		for (element, limb) in self.state.iter_mut().skip(self.filled).zip(limbs(value)) {
			*element = Felt::from_u32(limb);
		}
		self.filled = self.filled.saturating_add(LIMBS);
		if self.filled == RATE {
			self.permutation.permute_mut(&mut self.state);
			self.filled = 0;
		}
	}

	/// The digest of all values.
	pub fn finish(mut self) -> ColumnDigest {
		if self.filled != 0 {
			self.permutation.permute_mut(&mut self.state);
		}
		digest_bytes(&self.state)
	}
}

/// The digest in a final state.
pub fn digest_bytes(state: &[Felt; WIDTH]) -> ColumnDigest {
	let mut digest = [0; 32];
	for (bytes, element) in digest.chunks_exact_mut(4).zip(state) {
		bytes.copy_from_slice(&element.as_canonical_u32().to_le_bytes());
	}
	digest
}

/// The elements of a digest; `None` where bytes are not canonical.
pub fn digest_elements(digest: &ColumnDigest) -> Option<[Felt; DIGEST]> {
	let mut elements = [Felt::ZERO; DIGEST];
	for (element, bytes) in elements.iter_mut().zip(digest.chunks_exact(4)) {
		let number = u32::from_le_bytes(bytes.try_into().ok()?);
		if number >= Felt::ORDER_U32 {
			return None;
		}
		*element = Felt::from_u32(number);
	}
	Some(elements)
}

/// A column and the digest of its values.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct CommittedColumn {
	/// What the column is.
	pub descriptor: ColumnDescriptor,
	/// The digest of its values.
	pub digest: ColumnDigest,
}

/// The hash of a dictionary, which stands for it in the root.
pub fn dictionary_hash(dictionary: &[String]) -> [u8; 32] {
	let mut hasher = blake3::Hasher::new_derive_key("souk/dictionary/v1");
	dictionary.using_encoded(|bytes| hasher.update(bytes));
	*hasher.finalize().as_bytes()
}

/// The root over a snapshot's committed columns, in their order.
pub fn columns_root(rows: u64, columns: &[CommittedColumn]) -> [u8; 32] {
	root_of_parts(
		rows,
		columns.iter().map(|column| {
			let ColumnDescriptor { name, kind, dictionary } = &column.descriptor;
			(name.as_str(), *kind, dictionary_hash(dictionary), column.digest)
		}),
	)
}

/// The root over columns whose dictionaries are known by their hashes only.
pub fn root_of_parts<'a>(
	rows: u64,
	columns: impl Iterator<Item = (&'a str, ColumnType, [u8; 32], ColumnDigest)>,
) -> [u8; 32] {
	let columns: Vec<_> = columns.collect();
	let mut hasher = blake3::Hasher::new_derive_key(ROOT_TAG);
	(1u8, rows, columns).using_encoded(|bytes| hasher.update(bytes));
	*hasher.finalize().as_bytes()
}

#[cfg(test)]
mod tests {
	use super::*;
	use alloc::{string::ToString, vec};

	fn digest(values: &[Option<i64>]) -> ColumnDigest {
		let mut committer = ColumnCommitter::new(column_salt(&[7; 32], 0, 0));
		values.iter().for_each(|value| committer.push(*value));
		committer.finish()
	}

	#[test]
	fn every_value_null_and_the_order_are_bound() {
		let values = [Some(1), Some(2), None, Some(-4), Some(5)];
		let whole = digest(&values);
		assert_eq!(digest_bytes_round_trip(&whole), whole);
		for row in 0..values.len() {
			let mut other = values;
			other[row] = other[row].map_or(Some(0), |_| None);
			assert_ne!(digest(&other), whole, "row {row}");
		}
		assert_ne!(digest(&[Some(2), Some(1), None, Some(-4), Some(5)]), whole);
		assert_ne!(digest(&values[..4]), whole);
		assert_ne!(digest(&[]), digest(&[Some(0)]));
	}

	fn digest_bytes_round_trip(bytes: &ColumnDigest) -> ColumnDigest {
		let mut state = [Felt::ZERO; WIDTH];
		state[..DIGEST].copy_from_slice(&digest_elements(bytes).unwrap());
		digest_bytes(&state)
	}

	#[test]
	fn bytes_that_are_no_canonical_elements_are_no_digest() {
		let mut bytes = [0; 32];
		bytes[..4].copy_from_slice(&Felt::ORDER_U32.to_le_bytes());
		assert_eq!(digest_elements(&bytes), None);
	}

	#[test]
	fn the_salt_is_of_the_key_the_column_and_the_segment() {
		let salt = column_salt(&[1; 32], 2, 3);
		for other in [column_salt(&[2; 32], 2, 3), column_salt(&[1; 32], 3, 3), column_salt(&[1; 32], 2, 4)] {
			assert_ne!(salt, other);
		}
	}

	#[test]
	fn the_root_binds_rows_names_types_dictionaries_digests_and_their_order() {
		let column = |name: &str, kind, words: &[&str], digest| CommittedColumn {
			descriptor: ColumnDescriptor {
				name: name.to_string(),
				kind,
				dictionary: words.iter().map(ToString::to_string).collect(),
			},
			digest,
		};
		let (a, b) = (
			column("a", ColumnType::Decimal { scale: 2 }, &[], [1; 32]),
			column("b", ColumnType::Text, &["x", "y"], [2; 32]),
		);
		let root = columns_root(9, &[a.clone(), b.clone()]);
		let others = [
			columns_root(8, &[a.clone(), b.clone()]),
			columns_root(9, &[b.clone(), a.clone()]),
			columns_root(9, core::slice::from_ref(&a)),
			columns_root(9, &[column("c", ColumnType::Decimal { scale: 2 }, &[], [1; 32]), b.clone()]),
			columns_root(9, &[column("a", ColumnType::Decimal { scale: 3 }, &[], [1; 32]), b.clone()]),
			columns_root(9, &[column("a", ColumnType::Decimal { scale: 2 }, &[], [3; 32]), b]),
			columns_root(9, &[a.clone(), column("b", ColumnType::Text, &["x"], [2; 32])]),
			columns_root(9, &[a, column("b", ColumnType::Text, &["xy"], [2; 32])]),
		];
		for (number, other) in others.iter().enumerate() {
			assert_ne!(*other, root, "{number}");
		}
		assert_eq!(
			vec![root],
			vec![columns_root(
				9,
				&[
					column("a", ColumnType::Decimal { scale: 2 }, &[], [1; 32]),
					column("b", ColumnType::Text, &["x", "y"], [2; 32]),
				]
			)]
		);
	}
}
