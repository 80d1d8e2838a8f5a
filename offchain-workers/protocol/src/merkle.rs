//! Merkle roots over an ordered list of leaf hashes, with paths.
//!
//! Leaves and inner nodes have different tags, an odd node moves up unchanged (nothing is duplicated), and the root binds
//! the number of leaves; so two different lists never share a root.

use crate::hash::{tagged, Digest};

const NODE: &str = "souk/merkle-node/v1";
const ROOT: &str = "souk/merkle-root/v1";

/// Collects leaf hashes, 32 bytes each, and computes root and paths.
#[derive(Default, Clone)]
pub struct Merkle {
	leaves: Vec<Digest>,
}

/// Siblings from a leaf to the top. `None` where the node moved up without one.
#[derive(Clone, Debug, PartialEq, Eq, codec::Encode, codec::Decode)]
pub struct MerklePath {
	/// Index of the leaf.
	pub index: u64,
	/// Number of leaves.
	pub leaves: u64,
	/// Siblings, from the bottom.
	pub siblings: Vec<Option<Digest>>,
}

impl Merkle {
	/// Appends a leaf's hash.
	pub fn push(&mut self, leaf: Digest) {
		self.leaves.push(leaf);
	}

	/// Number of leaves.
	pub fn len(&self) -> usize {
		self.leaves.len()
	}

	/// Whether there is no leaf.
	pub fn is_empty(&self) -> bool {
		self.leaves.is_empty()
	}

	/// The root. The root of no leaves is a hash as well.
	pub fn root(&self) -> Digest {
		let mut level = self.leaves.clone();
		while level.len() > 1 {
			level = level.chunks(2).map(parent).collect();
		}
		seal(self.leaves.len() as u64, level.first())
	}

	/// The path of leaf `index`, or `None` past the end.
	pub fn path(&self, index: usize) -> Option<MerklePath> {
		(index < self.leaves.len()).then(|| {
			let (mut level, mut at, mut siblings) = (self.leaves.clone(), index, Vec::new());
			while level.len() > 1 {
				siblings.push(level.get(at ^ 1).copied());
				level = level.chunks(2).map(parent).collect();
				at /= 2;
			}
			MerklePath { index: index as u64, leaves: self.leaves.len() as u64, siblings }
		})
	}
}

impl MerklePath {
	/// The root that this path leads to from `leaf`.
	///
	/// Returns `None` where the path's shape is not that of a tree with its number of leaves, so that an index cannot be
	/// disguised by leaving siblings out.
	pub fn root(&self, leaf: Digest) -> Option<Digest> {
		let (mut at, mut width, mut node) = (self.index, self.leaves, leaf);
		if at >= width {
			return None;
		}
		for sibling in &self.siblings {
			if width <= 1 {
				return None;
			}
			node = match (sibling, at % 2) {
				(Some(s), 0) if at + 1 < width => parent(&[node, *s]),
				(Some(s), 1) => parent(&[*s, node]),
				(None, 0) if at + 1 == width => node,
				_ => return None,
			};
			at /= 2;
			width = width.div_ceil(2);
		}
		(width == 1).then(|| seal(self.leaves, Some(&node)))
	}
}

fn parent(pair: &[Digest]) -> Digest {
	match pair {
		[left, right] => tagged(NODE, &[left, right]),
		[only] => *only,
		_ => unreachable!("chunks(2) yields one or two"),
	}
}

fn seal(leaves: u64, top: Option<&Digest>) -> Digest {
	tagged(ROOT, &[&leaves.to_le_bytes(), top.map_or(&[][..], |t| &t[..])])
}

#[cfg(test)]
mod tests {
	use super::*;

	fn tree(n: u8) -> Merkle {
		let mut m = Merkle::default();
		(0..n).for_each(|i| m.push([i; 32]));
		m
	}

	#[test]
	fn every_path_leads_to_the_root_and_no_other_leaf_does() {
		for n in 1..20u8 {
			let m = tree(n);
			for i in 0..n {
				let path = m.path(i.into()).expect("inside");
				assert_eq!(path.root([i; 32]), Some(m.root()));
				assert_ne!(path.root([i ^ 1; 32]), Some(m.root()));
				let mut moved = path.clone();
				moved.index = (moved.index + 1) % u64::from(n);
				assert!(n == 1 || moved.root([i; 32]) != Some(m.root()));
				let mut shorter = path.clone();
				assert!(shorter.siblings.pop().is_none() || shorter.root([i; 32]).is_none());
			}
		}
	}

	#[test]
	fn duplicated_last_leaves_change_the_root() {
		let (mut a, b) = (tree(3), tree(3));
		a.push([2; 32]);
		assert_ne!(a.root(), b.root());
		assert_ne!(tree(0).root(), tree(1).root());
	}
}
