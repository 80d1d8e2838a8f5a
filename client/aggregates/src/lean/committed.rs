//! Matrices that are committed to. Of large ones, a quarter of what is committed to is kept (at a blow-up of four): the values on the
//! first coset, from which the polynomials follow. The others are computed, hashed, and computed again when they are needed.

use super::{
	random::Salts,
	tree::{Cap, Digest, Tree},
	Domain, Keep,
};
use p3_commit::{BatchOpening, BatchOpeningRef, Mmcs};
use p3_dft::{Radix2DitParallel, TwoAdicSubgroupDft};
use p3_field::{Field, PrimeCharacteristicRing, TwoAdicField};
use p3_keccak::VECTOR_LEN;
use p3_matrix::{
	bitrev::{BitReversedMatrixView, BitReversibleMatrix},
	dense::{RowMajorMatrix, RowMajorMatrixView},
	Dimensions, Matrix,
};
use p3_maybe_rayon::prelude::*;
use p3_merkle_tree::{MerkleTreeError, PrunedMerklePaths};
use p3_symmetric::CryptographicHasher;
use rand10::{rngs::StdRng, SeedableRng};
use souk_table_proofs::{
	config::{hashes, trees, LeafHash, NodeHash, Parameters, ValueMmcs, SALT},
	Felt,
};
use std::{array, collections::BTreeMap, ops::Range};

/// Rows that a thread hashes at a time.
const TASK: usize = 256;

/// Rows, masks included.
pub(super) type Rows = RowMajorMatrix<Felt>;
/// Some of them.
pub(super) type View<'a> = RowMajorMatrixView<'a, Felt>;

/// What it takes to commit.
pub(super) struct Committer {
	dft: Radix2DitParallel<Felt>,
	leaf: LeafHash,
	node: NodeHash,
	log_blowup: usize,
	cap_height: usize,
	keep: Keep,
}

/// Matrices that are committed to.
pub(super) struct Committed {
	/// Of each, the rows that are kept, in bit-reversed order.
	kept: Vec<Rows>,
	keep: Keep,
	salts: Salts,
	tree: Tree,
	dft: Radix2DitParallel<Felt>,
	log_blowup: usize,
}

impl Committer {
	pub(super) fn new(parameters: &Parameters, keep: Keep) -> Self {
		let (leaf, node) = hashes();
		let Parameters { log_blowup, cap_height, .. } = *parameters;
		Self { dft: Radix2DitParallel::default(), leaf, node, log_blowup, cap_height, keep }
	}

	/// Commits to polynomials by their values on the subgroup.
	pub(super) fn commit(&self, matrices: Vec<Rows>, rng: &mut StdRng) -> (Cap, Committed) {
		if self.keep == Keep::All {
			let codeword =
				|rows| self.dft.coset_lde_batch(rows, self.log_blowup, Felt::GENERATOR).bit_reverse_rows();
			return self.commit_codewords(matrices.into_iter().map(codeword).collect(), rng);
		}
		let salts = Salts::new(rng);
		let classes = by_height(matrices);
		let mut first = BTreeMap::new();
		let mut digests = Vec::new();
		for class in classes.into_values().rev() {
			let (numbers, coefficients): (Vec<usize>, Vec<Rows>) =
				class.into_iter().map(|(number, rows)| (number, self.dft.idft_batch(rows))).unzip();
			let mut leaves = Vec::new();
			for coset in 0..1 << self.log_blowup {
				let rows: Vec<Rows> = coefficients
					.iter()
					.map(|matrix| on_coset(&self.dft, matrix, self.log_blowup, coset))
					.collect();
				self.hash(&numbers, &rows, &salts, &mut leaves);
				if coset == 0 {
					first.extend(numbers.iter().copied().zip(rows));
				}
			}
			digests.push(leaves);
		}
		self.finish(first, digests, salts)
	}

	/// Commits to codewords, whole and in bit-reversed order.
	pub(super) fn commit_codewords(&self, matrices: Vec<Rows>, rng: &mut StdRng) -> (Cap, Committed) {
		let salts = Salts::new(rng);
		let mut kept = BTreeMap::new();
		let mut digests = Vec::new();
		for class in by_height(matrices).into_values().rev() {
			let (numbers, rows): (Vec<usize>, Vec<Rows>) = class.into_iter().unzip();
			let mut leaves = Vec::new();
			self.hash(&numbers, &rows, &salts, &mut leaves);
			digests.push(leaves);
			for (number, mut rows) in numbers.into_iter().zip(rows) {
				if self.keep == Keep::First {
					rows.values.truncate(rows.values.len() >> self.log_blowup);
					rows.values.shrink_to_fit();
				}
				kept.insert(number, rows);
			}
		}
		self.finish(kept, digests, salts)
	}

	fn finish(
		&self,
		kept: BTreeMap<usize, Rows>,
		digests: Vec<Vec<Digest>>,
		salts: Salts,
	) -> (Cap, Committed) {
		let tree = Tree::new(digests, &self.node, self.cap_height);
		let cap = tree.cap();
		let kept = kept.into_values().collect();
		let Self { keep, log_blowup, .. } = *self;
		(cap, Committed { kept, keep, salts, tree, dft: self.dft.clone(), log_blowup })
	}

	/// Hashes rows of matrices of one height, side by side, and adds the digests to `leaves`.
	fn hash(&self, numbers: &[usize], matrices: &[Rows], salts: &Salts, leaves: &mut Vec<Digest>) {
		let before = leaves.len();
		let height = matrices.first().map_or(0, Matrix::height);
		leaves.resize(before + height, [0; 4]);
		leaves[before..].par_chunks_mut(TASK).enumerate().for_each(|(task, digests)| {
			let first = before + task * TASK;
			let salts: Vec<_> =
				numbers.iter().map(|number| salts.of(*number, first..first + digests.len())).collect();
			// Several rows at once, as many as the hash has lanes.
			let mut cells: Vec<[Felt; VECTOR_LEN]> = Vec::new();
			for (group, digests) in digests.chunks_mut(VECTOR_LEN).enumerate() {
				let row = task * TASK + group * VECTOR_LEN;
				cells.clear();
				for (salts, matrix) in salts.iter().zip(matrices) {
					let width = matrix.width;
					// The heights are powers of two above the number of lanes.
					let rows: [&[Felt]; VECTOR_LEN] =
						array::from_fn(|lane| &matrix.values[(row + lane) * width..(row + lane + 1) * width]);
					cells.extend((0..width).map(|column| array::from_fn(|lane| rows[lane][column])));
					let salts = &salts[group * VECTOR_LEN..][..VECTOR_LEN];
					cells.extend((0..SALT).map(|element| array::from_fn(|lane| salts[lane][element])));
				}
				let hashed: [[u64; VECTOR_LEN]; 4] = self.leaf.hash_iter(cells.iter().copied());
				for (lane, digest) in digests.iter_mut().enumerate() {
					*digest = array::from_fn(|word| hashed[word][lane]);
				}
			}
		});
	}
}

/// The matrices with their numbers, by height.
fn by_height(matrices: Vec<Rows>) -> BTreeMap<usize, Vec<(usize, Rows)>> {
	let mut classes: BTreeMap<usize, Vec<(usize, Rows)>> = BTreeMap::new();
	for (number, matrix) in matrices.into_iter().enumerate() {
		classes.entry(matrix.height()).or_default().push((number, matrix));
	}
	classes
}

/// The values on a coset of those that make up what is committed to, in bit-reversed order: its rows follow one another there.
fn on_coset(dft: &Radix2DitParallel<Felt>, coefficients: &Rows, log_blowup: usize, coset: usize) -> Rows {
	let generator = Felt::two_adic_generator(coefficients.height().trailing_zeros() as usize + log_blowup);
	let power = coset.reverse_bits() >> (usize::BITS as usize - log_blowup);
	let shift = Felt::GENERATOR * generator.exp_u64(power as u64);
	dft.coset_dft_batch(coefficients.clone(), shift).bit_reverse_rows()
}

impl Committed {
	pub(super) fn len(&self) -> usize {
		self.kept.len()
	}

	/// A matrix on the first coset, in bit-reversed order.
	pub(super) fn first(&self, matrix: usize) -> View<'_> {
		let height = self.height(matrix) >> self.log_blowup;
		self.kept[matrix].split_rows(height).0
	}

	/// A matrix on this domain, if it is at hand.
	pub(super) fn on(&self, matrix: usize, domain: Domain) -> Option<BitReversedMatrixView<View<'_>>> {
		let size = domain.size();
		let at_hand = domain.shift() == Felt::GENERATOR && self.kept[matrix].height() >= size;
		at_hand.then(|| self.kept[matrix].split_rows(size).0.bit_reverse_rows())
	}

	/// The coefficients of a matrix's polynomials.
	pub(super) fn coefficients(&self, matrix: usize) -> Rows {
		let natural = self.first(matrix).bit_reverse_rows().to_row_major_matrix();
		self.dft.coset_idft_batch(natural, Felt::GENERATOR)
	}

	/// Height of what is committed to.
	pub(super) fn height(&self, matrix: usize) -> usize {
		let kept = self.kept[matrix].height();
		match self.keep {
			Keep::All => kept,
			Keep::First => kept << self.log_blowup,
		}
	}

	/// Goes through a matrix in parts, which are cosets unless all of it is at hand: those whose rows are wanted.
	pub(super) fn each_part(
		&self,
		matrix: usize,
		wanted: impl Fn(Range<usize>) -> bool,
		mut each: impl FnMut(Range<usize>, View<'_>),
	) {
		let kept = self.kept[matrix].height();
		if wanted(0..kept) {
			each(0..kept, self.kept[matrix].as_view());
		}
		let rows = |coset: usize| coset * kept..(coset + 1) * kept;
		let others = 1..self.height(matrix) / kept;
		if !others.clone().any(|coset| wanted(rows(coset))) {
			return;
		}
		let coefficients = self.coefficients(matrix);
		for coset in others.filter(|coset| wanted(rows(*coset))) {
			each(rows(coset), on_coset(&self.dft, &coefficients, self.log_blowup, coset).as_view());
		}
	}

	/// How far a leaf's number is shifted to get a row's.
	fn shift(&self, matrix: usize) -> u32 {
		let highest = (0..self.len()).map(|one| self.height(one)).max().unwrap_or(1);
		highest.trailing_zeros() - self.height(matrix).trailing_zeros()
	}

	/// The rows at these leaves: of each leaf, one of each matrix.
	fn rows(&self, leaves: &[usize]) -> Vec<Vec<Vec<Felt>>> {
		let mut opened = vec![vec![Vec::new(); self.len()]; leaves.len()];
		for matrix in 0..self.len() {
			let shift = self.shift(matrix);
			let row = |leaf: usize| leaf >> shift;
			let wanted = |part: Range<usize>| leaves.iter().any(|leaf| part.contains(&row(*leaf)));
			self.each_part(matrix, wanted, |part, rows| {
				for (leaf, opened) in leaves.iter().zip(&mut opened) {
					let row = row(*leaf);
					if part.contains(&row) {
						let start = (row - part.start) * rows.width;
						opened[matrix] = rows.values[start..start + rows.width].to_vec();
					}
				}
			});
		}
		opened
	}

	fn salts(&self, leaf: usize) -> Vec<Vec<Felt>> {
		let salt = |matrix: usize| {
			let row = leaf >> self.shift(matrix);
			self.salts.of(matrix, row..row + 1).concat()
		};
		(0..self.len()).map(salt).collect()
	}
}

/// Opens what is committed to, as the trees of the verifier have it.
#[derive(Clone)]
pub(super) struct Opener {
	trees: ValueMmcs,
}

impl Opener {
	pub(super) fn new(parameters: &Parameters, rng: &mut StdRng) -> Self {
		Self { trees: trees(parameters, StdRng::from_rng(rng)) }
	}
}

/// Salts and digests of one opening.
type Proof = <ValueMmcs as Mmcs<Felt>>::Proof;
/// Salts and digests of several.
type MultiProof = <ValueMmcs as Mmcs<Felt>>::MultiProof;

impl Mmcs<Felt> for Opener {
	/// The matrices are made again when they are opened.
	type ProverData<M> = Committed;
	type Commitment = Cap;
	type Proof = Proof;
	type MultiProof = MultiProof;
	type Error = MerkleTreeError;

	fn commit<M: Matrix<Felt>>(&self, _: Vec<M>) -> (Cap, Committed) {
		unreachable!("what is opened was committed to by a `Committer`")
	}

	fn open_batch<M: Matrix<Felt>>(&self, index: usize, data: &Committed) -> BatchOpening<Felt, Self> {
		let rows = data.rows(&[index]).pop().unwrap_or_default();
		BatchOpening::new(rows, (data.salts(index), data.tree.open(&[index]).sibling_hashes))
	}

	fn get_matrices<'a, M: Matrix<Felt>>(&self, _: &'a Committed) -> Vec<&'a M> {
		Vec::new()
	}

	fn get_matrix_heights<M: Matrix<Felt>>(&self, data: &Committed) -> Vec<usize> {
		(0..data.len()).map(|matrix| data.height(matrix)).collect()
	}

	fn verify_batch(
		&self,
		commit: &Cap,
		dimensions: &[Dimensions],
		index: usize,
		opening: BatchOpeningRef<'_, Felt, Self>,
	) -> Result<(), MerkleTreeError> {
		let (rows, proof) = opening.unpack();
		self.trees.verify_batch(commit, dimensions, index, BatchOpeningRef::new(rows, proof))
	}

	fn open_multi_batch<M: Matrix<Felt>>(
		&self,
		indices: &[usize],
		data: &Committed,
	) -> (Vec<Vec<Vec<Felt>>>, MultiProof) {
		let salts = indices.iter().map(|leaf| data.salts(*leaf)).collect();
		let paths: PrunedMerklePaths<u64, 4> = data.tree.open(indices);
		(data.rows(indices), (salts, paths))
	}

	fn verify_multi_batch<R: AsRef<[Felt]> + PartialEq>(
		&self,
		commit: &Cap,
		dimensions: &[Dimensions],
		indices: &[usize],
		rows: &[Vec<R>],
		proof: &MultiProof,
	) -> Result<(), MerkleTreeError> {
		self.trees.verify_multi_batch(commit, dimensions, indices, rows, proof)
	}
}
