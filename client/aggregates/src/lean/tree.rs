//! A Merkle tree over the rows of matrices, of which the digests are kept and nothing else. It has the shape, and its openings the
//! order, of Plonky3's: leaves are hashed over the rows of the highest matrices, side by side; a lower matrix's rows come in where the
//! layers are as long as it is high.

use p3_keccak::VECTOR_LEN;
use p3_maybe_rayon::prelude::*;
use p3_merkle_tree::{MerkleCap, PrunedMerklePaths};
use p3_symmetric::PseudoCompressionFunction;
use souk_table_proofs::{config::NodeHash, Felt};
use std::{array, collections::BTreeSet};

/// A digest.
pub(super) type Digest = [u64; 4];
/// What a tree is committed to by.
pub(super) type Cap = MerkleCap<Felt, Digest>;

/// Hashes pairs: as many at once as the hash has lanes, or one by one where there are fewer.
fn compress(node: &NodeHash, nodes: &mut [Digest], pair: impl Fn(usize) -> [Digest; 2]) {
	if nodes.len() < VECTOR_LEN {
		for (number, digest) in nodes.iter_mut().enumerate() {
			*digest = node.compress(pair(number));
		}
		return;
	}
	let pairs: [[Digest; 2]; VECTOR_LEN] = array::from_fn(pair);
	let side = |side: usize| -> [[u64; VECTOR_LEN]; 4] {
		array::from_fn(|word| array::from_fn(|lane| pairs[lane][side][word]))
	};
	let hashed = node.compress([side(0), side(1)]);
	for (lane, digest) in nodes.iter_mut().enumerate() {
		*digest = array::from_fn(|word| hashed[word][lane]);
	}
}

pub(super) struct Tree {
	/// From the leaves to the root.
	layers: Vec<Vec<Digest>>,
	/// Layers above the one that is made known.
	cap_height: usize,
}

impl Tree {
	/// Builds the tree. `classes`: the digests of the rows of all matrices of a height, highest first; heights are powers of two.
	pub(super) fn new(classes: Vec<Vec<Digest>>, node: &NodeHash, cap_height: usize) -> Self {
		let mut classes = classes.into_iter().peekable();
		let mut layers: Vec<Vec<Digest>> = classes.next().into_iter().collect();
		while let Some(below) = layers.last().filter(|layer| layer.len() > 1) {
			let mut layer: Vec<Digest> = vec![[0; 4]; below.len() / 2];
			layer.par_chunks_mut(VECTOR_LEN).zip(below.par_chunks(2 * VECTOR_LEN)).for_each(
				|(nodes, below)| compress(node, nodes, |number| [below[2 * number], below[2 * number + 1]]),
			);
			if let Some(rows) = classes.next_if(|rows| rows.len() == layer.len()) {
				layer.par_chunks_mut(VECTOR_LEN).zip(rows.par_chunks(VECTOR_LEN)).for_each(
					|(nodes, rows)| {
						let before: [Digest; VECTOR_LEN] =
							array::from_fn(|number| nodes.get(number).copied().unwrap_or_default());
						compress(node, nodes, |number| [before[number], rows[number]]);
					},
				);
			}
			layers.push(layer);
		}
		Self { layers, cap_height }
	}

	/// Which layer is made known.
	fn cap_layer(&self) -> usize {
		self.layers.len().saturating_sub(1 + self.cap_height)
	}

	/// What the tree is committed to by.
	pub(super) fn cap(&self) -> Cap {
		MerkleCap::new(self.layers[self.cap_layer()].clone())
	}

	/// The digests that whoever knows the leaves of these numbers needs to compute the cap: layer by layer, from left to right, each
	/// that does not follow from others.
	pub(super) fn open(&self, leaves: &[usize]) -> PrunedMerklePaths<u64, 4> {
		let mut known: BTreeSet<usize> = leaves.iter().copied().collect();
		let mut sibling_hashes = Vec::new();
		for layer in &self.layers[..self.cap_layer()] {
			let missing = known.iter().map(|node| node ^ 1).filter(|sibling| !known.contains(sibling));
			sibling_hashes.extend(missing.map(|sibling| layer[sibling]));
			known = known.into_iter().map(|node| node / 2).collect();
		}
		PrunedMerklePaths { sibling_hashes }
	}
}
