//! Committing to several columns at once, in one pass over their values and in constant memory.
//!
//! ```text
//! batches of rows ─> blocks of four ─┬─ columns 1 to 4, side by side in one vector ─┬─> a digest for each
//!                                    └─ columns 5 to 8, on another thread           ┘
//! ```
//!
//! A digest is a chain of permutations: of one column, nothing can be computed before what comes before it. What can be done at once is
//! the same step of several columns, and that is what the processor's vectors are for (`lanes`, `poseidon`). Digests are those of
//! [`ColumnCommitter`], which is also what is used where the processor has no such vectors.

#[cfg(target_arch = "x86_64")]
mod lanes;
#[cfg(target_arch = "x86_64")]
mod poseidon;

#[cfg(test)]
mod tests;

use crate::Table;
use p3_maybe_rayon::prelude::*;
use souk_table_proofs::{column_salt, commitment::LANES, ColumnCommitter, ColumnDigest, CommittedColumn};

/// Columns whose next blocks are hashed together.
trait Chains: Send {
	/// Hashes the values of each column after those before. The last block is filled up with zeros: only that of all may be short.
	fn absorb(&mut self, columns: &[&[Option<i64>]]);

	/// The columns' digests.
	fn finish(self: Box<Self>) -> Vec<ColumnDigest>;
}

/// What permutations are computed with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Means {
	/// One column at a time.
	Plain,
	/// Vectors of 256 bits: two columns.
	#[cfg(target_arch = "x86_64")]
	Avx2,
	/// Vectors of 512 bits: four columns.
	#[cfg(target_arch = "x86_64")]
	Avx512,
}

impl Means {
	/// Those of this processor, the best last.
	fn available() -> Vec<Self> {
		let known = [
			Some(Self::Plain),
			#[cfg(target_arch = "x86_64")]
			is_x86_feature_detected!("avx2").then_some(Self::Avx2),
			#[cfg(target_arch = "x86_64")]
			is_x86_feature_detected!("avx512f").then_some(Self::Avx512),
		];
		known.into_iter().flatten().collect()
	}

	/// Columns that are hashed in the time of one.
	fn columns(self) -> usize {
		match self {
			Self::Plain => 1,
			#[cfg(target_arch = "x86_64")]
			Self::Avx2 => 2,
			#[cfg(target_arch = "x86_64")]
			Self::Avx512 => 4,
		}
	}

	/// Begins the digests of as many columns, or of twice as many by turns.
	fn begin(self, salts: &[[u8; 32]]) -> Box<dyn Chains> {
		match self {
			Self::Plain => {
				Box::new(Plain(salts.iter().map(|salt| ColumnCommitter::new(*salt)).collect::<Vec<_>>()))
			}
			// SAFETY: only means that the processor has are chosen.
			#[cfg(target_arch = "x86_64")]
			Self::Avx2 => unsafe { poseidon::begin::<lanes::Avx2>(salts) },
			// SAFETY: likewise.
			#[cfg(target_arch = "x86_64")]
			Self::Avx512 => unsafe { poseidon::begin::<lanes::Avx512>(salts) },
		}
	}
}

struct Plain(Vec<ColumnCommitter>);

impl Chains for Plain {
	fn absorb(&mut self, columns: &[&[Option<i64>]]) {
		for (committer, values) in self.0.iter_mut().zip(columns) {
			values.iter().for_each(|value| committer.push(*value));
		}
	}

	fn finish(self: Box<Self>) -> Vec<ColumnDigest> {
		self.0.into_iter().map(ColumnCommitter::finish).collect()
	}
}

/// Commits to all columns of a table, whose rows come in batches.
pub struct Committers {
	/// With the number of their columns.
	chains: Vec<(usize, Box<dyn Chains>)>,
	/// Of each column, values that do not fill a block yet.
	rest: Vec<Vec<Option<i64>>>,
}

impl Committers {
	/// Begins with the columns' salts, in the columns' order.
	pub fn new(salts: &[[u8; 32]]) -> Self {
		let best = Means::available().pop().unwrap_or(Means::Plain);
		Self::with(best, current_num_threads(), salts)
	}

	/// Begins with these means, for so many threads.
	fn with(means: Means, threads: usize, salts: &[[u8; 32]]) -> Self {
		// Two vectors by turns take less than twice the time of one, which waits for itself; on two threads they take its time.
		let vectors = if salts.len().div_ceil(means.columns()) > threads { 2 } else { 1 };
		let together = salts.chunks(vectors * means.columns());
		Self {
			chains: together.map(|salts| (salts.len(), means.begin(salts))).collect(),
			rest: vec![Vec::with_capacity(LANES); salts.len()],
		}
	}

	/// Takes the next rows.
	///
	/// # Panics
	/// Where there are not as many columns as salts, or they have not as many rows each.
	pub fn push(&mut self, columns: &[&[Option<i64>]]) {
		assert_eq!(columns.len(), self.rest.len(), "there is a salt for each column");
		let rows = columns.first().map_or(0, |column| column.len());
		assert!(columns.iter().all(|column| column.len() == rows), "the columns of a table are equally long");
		let kept = self.rest.first().map_or(0, Vec::len);
		let first = if kept == 0 { 0 } else { rows.min(LANES - kept) };
		let last = first + (rows - first) / LANES * LANES;
		for (rest, column) in self.rest.iter_mut().zip(columns) {
			rest.extend_from_slice(&column[..first]);
		}
		if kept + first == LANES {
			self.absorb_rest();
		}
		if first < last {
			let blocks: Vec<_> = columns.iter().map(|column| &column[first..last]).collect();
			absorb(&mut self.chains, &blocks);
		}
		for (rest, column) in self.rest.iter_mut().zip(columns) {
			rest.extend_from_slice(&column[last..]);
		}
	}

	fn absorb_rest(&mut self) {
		let block: Vec<&[Option<i64>]> = self.rest.iter().map(Vec::as_slice).collect();
		absorb(&mut self.chains, &block);
		self.rest.iter_mut().for_each(Vec::clear);
	}

	/// The digests of all values, in the columns' order.
	pub fn finish(mut self) -> Vec<ColumnDigest> {
		if self.rest.first().is_some_and(|rest| !rest.is_empty()) {
			self.absorb_rest();
		}
		self.chains.into_iter().flat_map(|(_, chains)| chains.finish()).collect()
	}
}

/// Gives each of the chains its columns.
fn absorb(chains: &mut [(usize, Box<dyn Chains>)], columns: &[&[Option<i64>]]) {
	let mut columns = columns;
	let tasks: Vec<_> = chains
		.iter_mut()
		.map(|(count, chains)| {
			let (these, others) = columns.split_at(*count);
			columns = others;
			(chains, these)
		})
		.collect();
	tasks.into_par_iter().for_each(|(chains, columns)| chains.absorb(columns));
}

/// The columns of a table with their digests. `key`: 32 bytes from which their salts are derived.
///
/// # Panics
/// Where a column has another number of rows than the first one.
pub fn commit(table: &Table, key: &[u8; 32]) -> Vec<CommittedColumn> {
	let number = |index| u8::try_from(index).expect("a table has no more than 64 columns");
	let salts: Vec<_> = (0..table.columns.len()).map(|index| column_salt(key, number(index), 0)).collect();
	let mut committers = Committers::new(&salts);
	committers.push(&table.columns.iter().map(Vec::as_slice).collect::<Vec<_>>());
	let columns = table.descriptors.iter().cloned().zip(committers.finish());
	columns.map(|(descriptor, digest)| CommittedColumn { descriptor, digest }).collect()
}
