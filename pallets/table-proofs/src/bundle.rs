//! What travels: an answer with its proof, and all that is needed to check it against a root.

use crate::{
	answer::Answer,
	column::{ColumnType, MAX_COLUMNS, MAX_DICTIONARY, MAX_DICTIONARY_BYTES, MAX_NAME_BYTES},
	commitment::{dictionary_hash, root_of_parts, CommittedColumn},
	plan::Plan,
	query::{ColumnIndex, Query},
};
use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode};
use scale_info::TypeInfo;

/// The format and the statement. Another number is another proof system or other constraints: 1 did not hide what its tables' messages add
/// up to (docs/statements/aggregate.md).
pub const VERSION: u8 = 2;
/// Most bytes of a bundle: looked at before anything is decoded. Some twelve columns may be named; decoding takes no more than some
/// fifty times as much memory, which the runtime has.
pub const MAX_BUNDLE_BYTES: usize = 1024 * 1024;
/// Most bytes of memory that a bundle takes when decoded, without its proof.
pub const MAX_BUNDLE_MEMORY: usize = 16 * 1024 * 1024;

/// What a proof is for: it is worth nothing elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct Context {
	/// Hash of the chain's first block.
	pub genesis: [u8; 32],
	/// The listing.
	pub listing: u32,
	/// The period of the snapshot.
	pub period: u32,
}

/// An answer with its proof.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct Bundle {
	/// [`VERSION`].
	pub version: u8,
	/// What the proof is for.
	pub context: Context,
	/// Rows of the table.
	pub rows: u64,
	/// All committed columns, in the order of the manifest.
	pub columns: Vec<CommittedColumn>,
	/// Text columns that the query does not name: their dictionaries are not in the bundle, only their hashes, by ascending
	/// column.
	pub withheld: Vec<(ColumnIndex, [u8; 32])>,
	/// The question.
	pub query: Query,
	/// Groups of fewer rows are not in the answer.
	pub min_group_size: u32,
	/// The answer.
	pub answer: Answer,
	/// The proof.
	pub proof: Vec<u8>,
}

/// What a proof's challenges depend on before anything else.
#[derive(Encode)]
struct Statement<'a> {
	version: u8,
	context: Context,
	columns_root: [u8; 32],
	query: &'a Query,
	min_group_size: u32,
	answer: &'a Answer,
}

const STATEMENT_TAG: &str = "souk/aggregate/v1";

impl Bundle {
	/// The types of the columns.
	pub fn kinds(&self) -> Vec<ColumnType> {
		self.columns.iter().map(|column| column.descriptor.kind).collect()
	}

	/// The root that the columns have. `None` where a hash is given for a column that is none, or out of order.
	pub fn columns_root(&self) -> Option<[u8; 32]> {
		let mut withheld = self.withheld.iter().peekable();
		let mut parts = Vec::with_capacity(self.columns.len());
		for (index, column) in self.columns.iter().enumerate() {
			let descriptor = &column.descriptor;
			let hash = match withheld.next_if(|(number, _)| usize::from(*number) == index) {
				Some((_, hash))
					if descriptor.kind == ColumnType::Text && descriptor.dictionary.is_empty() =>
				{
					*hash
				}
				Some(_) => return None,
				None => dictionary_hash(&descriptor.dictionary),
			};
			parts.push((descriptor.name.as_str(), descriptor.kind, hash, column.digest));
		}
		if withheld.next().is_some() {
			return None;
		}
		Some(root_of_parts(self.rows, parts.into_iter()))
	}

	/// Takes the dictionaries of the columns out that the query does not name: what strings a table has is nobody's business who
	/// did not ask for them.
	pub fn withhold(&mut self, plan: &Plan) {
		for (index, column) in self.columns.iter_mut().enumerate() {
			let Ok(index) = ColumnIndex::try_from(index) else { continue };
			if column.descriptor.kind == ColumnType::Text && !plan.used.contains(&index) {
				let dictionary = core::mem::take(&mut column.descriptor.dictionary);
				self.withheld.push((index, dictionary_hash(&dictionary)));
			}
		}
	}

	/// Whether it gives hashes in the place of dictionaries for exactly those text columns that the query does not name. Without the
	/// words of a column that it names, nobody could say which strings the numbers in the query and the answer stand for.
	pub fn withholds_what_is_unnamed(&self, plan: &Plan) -> bool {
		let unnamed = self.columns.iter().enumerate().filter_map(|(index, column)| {
			let index = ColumnIndex::try_from(index).ok()?;
			(column.descriptor.kind == ColumnType::Text && !plan.used.contains(&index)).then_some(index)
		});
		unnamed.eq(self.withheld.iter().map(|(index, _)| *index))
	}

	/// What the proof's challenges depend on: all of the bundle but the proof.
	pub fn statement(&self, columns_root: [u8; 32]) -> [u8; 32] {
		let statement = Statement {
			version: self.version,
			context: self.context,
			columns_root,
			query: &self.query,
			min_group_size: self.min_group_size,
			answer: &self.answer,
		};
		let mut hasher = blake3::Hasher::new_derive_key(STATEMENT_TAG);
		statement.using_encoded(|bytes| hasher.update(bytes));
		*hasher.finalize().as_bytes()
	}

	/// Whether names and dictionaries are within their limits, dictionaries in strictly ascending order.
	pub fn columns_in_limits(&self) -> bool {
		self.columns.len() <= MAX_COLUMNS
			&& self.columns.iter().all(|column| {
				let descriptor = &column.descriptor;
				let words = &descriptor.dictionary;
				let bytes = words.iter().fold(0, |sum: usize, word| sum.saturating_add(word.len()));
				descriptor.name.len() <= MAX_NAME_BYTES
					&& words.len() <= MAX_DICTIONARY
					&& bytes <= MAX_DICTIONARY_BYTES
					&& (words.is_empty() || descriptor.kind == ColumnType::Text)
					&& words.windows(2).all(|pair| {
						pair.first().map(|word| word.as_bytes()) < pair.last().map(|word| word.as_bytes())
					})
			})
	}
}
