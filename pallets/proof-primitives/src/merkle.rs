//! Merkle roots over an ordered list of leaf hashes, and paths from a leaf to the root.
//!
//! Leaves and inner nodes have different tags, an odd node moves up unchanged (nothing is duplicated), and the root binds
//! the number of leaves; so two different lists never share a root.
//!
//! A [`Path`] does not say which leaf it is about: the index is the verifier's own. Index and number of leaves alone decide
//! on which side each sibling is and where there is none, so that there is one path for a leaf and no other.

use crate::{
	chunk::MAX_CHUNKS,
	hash::{tagged, Digest},
};
use alloc::vec::Vec;
use codec::{Compact, Decode, DecodeWithMemTracking, Encode, Error, Input, MaxEncodedLen};
use scale_info::TypeInfo;

const NODE: &str = "souk/merkle-node/v1";
const ROOT: &str = "souk/merkle-root/v1";

/// Most siblings of a path: those of a tree with [`MAX_CHUNKS`] leaves.
pub const MAX_SIBLINGS: usize = 22;

/// Collects leaf hashes, 32 bytes each, and computes root and paths.
#[derive(Default, Clone)]
pub struct Merkle {
	leaves: Vec<Digest>,
}

/// What leads from a leaf to the root: the siblings of the nodes on the way that have one, from the bottom.
///
/// Decoding refuses more siblings than [`MAX_SIBLINGS`].
#[derive(Clone, Debug, PartialEq, Eq, Encode, DecodeWithMemTracking, TypeInfo)]
pub struct Path {
	/// Number of leaves of the whole tree.
	pub leaves: u32,
	/// Siblings, from the bottom.
	pub siblings: Vec<Digest>,
}

impl Decode for Path {
	fn decode<I: Input>(input: &mut I) -> Result<Self, Error> {
		let leaves = u32::decode(input)?;
		let Compact(count) = Compact::<u32>::decode(input)?;
		let count = usize::try_from(count).unwrap_or(usize::MAX);
		if count > MAX_SIBLINGS {
			return Err("a path has at most 22 siblings".into());
		}
		let siblings = (0..count).map(|_| Digest::decode(input)).collect::<Result<_, _>>()?;
		Ok(Self { leaves, siblings })
	}
}

impl MaxEncodedLen for Path {
	fn max_encoded_len() -> usize {
		// Four bytes of leaves, one of length.
		MAX_SIBLINGS.saturating_mul(32).saturating_add(5)
	}
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
		seal(u64::try_from(self.leaves.len()).unwrap_or(u64::MAX), level.first())
	}

	/// The path of leaf `index`, or `None` past the end, or where there are more leaves than [`MAX_CHUNKS`].
	pub fn path(&self, index: usize) -> Option<Path> {
		let leaves = u32::try_from(self.leaves.len()).ok().filter(|leaves| *leaves <= MAX_CHUNKS)?;
		self.leaves.get(index)?;
		let (mut level, mut at, mut siblings) = (self.leaves.clone(), index, Vec::new());
		while level.len() > 1 {
			siblings.extend(level.get(at ^ 1));
			level = level.chunks(2).map(parent).collect();
			at >>= 1;
		}
		Some(Path { leaves, siblings })
	}
}

impl FromIterator<Digest> for Merkle {
	fn from_iter<I: IntoIterator<Item = Digest>>(leaves: I) -> Self {
		Self { leaves: leaves.into_iter().collect() }
	}
}

/// Root, and the path of one leaf, of leaves that pass by once: keeps a node for each level, and no leaf.
#[derive(Default, Clone)]
pub struct MerkleStream {
	/// The roots of full trees, the largest first, each half as large as the one before or less.
	peaks: Vec<Peak>,
	leaves: u64,
	wanted: Option<u64>,
	siblings: Vec<Digest>,
}

/// The root of a full tree in a [`MerkleStream`].
#[derive(Clone, Copy)]
struct Peak {
	level: u32,
	node: Digest,
	/// Whether the leaf whose path is wanted is below.
	wanted: bool,
}

impl MerkleStream {
	/// Starts without a leaf; notes the path of leaf `index` when it comes.
	pub fn with_path_of(index: u32) -> Self {
		Self { wanted: Some(index.into()), ..Self::default() }
	}

	/// Adds the next leaf's hash.
	pub fn push(&mut self, leaf: Digest) {
		let mut peak = Peak { level: 0, node: leaf, wanted: self.wanted == Some(self.leaves) };
		self.leaves = self.leaves.saturating_add(1);
		while let Some(left) = self.peaks.pop_if(|left| left.level == peak.level) {
			peak = join(left, peak, &mut self.siblings);
		}
		self.peaks.push(peak);
	}

	/// Number of leaves so far.
	pub fn leaves(&self) -> u64 {
		self.leaves
	}

	/// The root, as [`Merkle::root`] has it.
	pub fn root(&self) -> Digest {
		seal(self.leaves, self.top(&mut Vec::new()).as_ref())
	}

	/// The path that was asked for, as [`Merkle::path`] has it; `None` where that leaf has not come.
	pub fn path(&self) -> Option<Path> {
		let leaves = u32::try_from(self.leaves).ok().filter(|leaves| *leaves <= MAX_CHUNKS)?;
		self.wanted.filter(|wanted| *wanted < self.leaves)?;
		let mut siblings = self.siblings.clone();
		self.top(&mut siblings);
		Some(Path { leaves, siblings })
	}

	/// The node above all peaks: the last one moves up until it meets the one before.
	fn top(&self, siblings: &mut Vec<Digest>) -> Option<Digest> {
		let joined = self.peaks.iter().rev().copied().reduce(|right, left| join(left, right, siblings));
		joined.map(|peak| peak.node)
	}
}

/// The peak over two; notes the sibling of the one that is on the path.
fn join(left: Peak, right: Peak, siblings: &mut Vec<Digest>) -> Peak {
	if left.wanted {
		siblings.push(right.node);
	} else if right.wanted {
		siblings.push(left.node);
	}
	Peak {
		level: left.level.saturating_add(1),
		node: parent(&[left.node, right.node]),
		wanted: left.wanted || right.wanted,
	}
}

/// The root that `path` leads to from `leaf`, as leaf number `index`.
///
/// `None` where the path has not exactly the siblings that this leaf has in a tree of that many leaves, or where the tree has
/// more leaves than [`MAX_CHUNKS`].
pub fn root_of(leaf: Digest, index: u32, path: &Path) -> Option<Digest> {
	if index >= path.leaves || path.leaves > MAX_CHUNKS {
		return None;
	}
	let (mut at, mut width, mut node) = (index, path.leaves, leaf);
	let mut siblings = path.siblings.iter();
	while width > 1 {
		// The last node of an odd level has none, and moves up as it is.
		if at ^ 1 < width {
			let sibling = siblings.next()?;
			node = if at & 1 == 0 { parent(&[node, *sibling]) } else { parent(&[*sibling, node]) };
		}
		at >>= 1;
		width = width.div_ceil(2);
	}
	siblings.next().is_none().then(|| seal(path.leaves.into(), Some(&node)))
}

/// The node above one or two nodes.
fn parent(nodes: &[Digest]) -> Digest {
	match nodes {
		[left, right] => tagged(NODE, &[left, right]),
		_ => nodes.first().copied().unwrap_or_default(),
	}
}

fn seal(leaves: u64, top: Option<&Digest>) -> Digest {
	tagged(ROOT, &[&leaves.to_le_bytes(), top.map_or(&[][..], |t| &t[..])])
}

#[cfg(test)]
mod tests {
	use super::*;

	fn leaf(i: u32) -> Digest {
		let mut leaf = [7; 32];
		leaf[..4].copy_from_slice(&i.to_le_bytes());
		leaf
	}

	fn tree(n: u32) -> Merkle {
		(0..n).map(leaf).collect()
	}

	#[test]
	fn every_path_leads_to_the_root_and_no_other_leaf_does() {
		for n in 1..40 {
			let (tree, root) = (tree(n), tree(n).root());
			for i in 0..n {
				let path = tree.path(i as usize).unwrap();
				assert_eq!(root_of(leaf(i), i, &path), Some(root));
				assert_ne!(root_of(leaf(i + 1), i, &path), Some(root));
				for j in (0..n + 2).filter(|j| *j != i) {
					assert_ne!(root_of(leaf(i), j, &path), Some(root), "leaf {i} of {n} passes for {j}");
				}
			}
			assert_eq!(tree.path(n as usize), None);
		}
	}

	#[test]
	fn a_path_has_neither_a_sibling_too_few_nor_one_too_many() {
		for n in 1..40 {
			for i in 0..n {
				let path = tree(n).path(i as usize).unwrap();
				let mut longer = path.clone();
				longer.siblings.push([1; 32]);
				assert_eq!(root_of(leaf(i), i, &longer), None);
				let mut shorter = path.clone();
				if shorter.siblings.pop().is_some() {
					assert_eq!(root_of(leaf(i), i, &shorter), None);
				}
			}
		}
	}

	#[test]
	fn a_path_of_another_number_of_leaves_leads_elsewhere() {
		for n in 1..40u32 {
			for i in 0..n {
				let path = tree(n).path(i as usize).unwrap();
				for leaves in (0..80).filter(|leaves| *leaves != n) {
					let other = Path { leaves, ..path.clone() };
					assert_ne!(root_of(leaf(i), i, &other), Some(tree(n).root()));
				}
			}
		}
	}

	#[test]
	fn a_stream_of_leaves_has_the_same_root_and_paths() {
		for n in 0..70 {
			let tree = tree(n);
			let mut stream = MerkleStream::default();
			(0..n).for_each(|i| stream.push(leaf(i)));
			assert_eq!((stream.root(), stream.leaves(), stream.path()), (tree.root(), n.into(), None));
			for wanted in 0..n + 2 {
				let mut stream = MerkleStream::with_path_of(wanted);
				(0..n).for_each(|i| stream.push(leaf(i)));
				assert_eq!(stream.path(), tree.path(wanted as usize), "leaf {wanted} of {n}");
				assert_eq!(stream.root(), tree.root());
			}
		}
	}

	#[test]
	fn duplicated_last_leaves_change_the_root() {
		let (mut a, b) = (tree(3), tree(3));
		a.push(leaf(2));
		assert_ne!(a.root(), b.root());
		assert_ne!(tree(0).root(), tree(1).root());
	}

	#[test]
	fn the_largest_tree_has_the_most_siblings() {
		let full = Path { leaves: MAX_CHUNKS, siblings: vec![[3; 32]; MAX_SIBLINGS] };
		assert!(root_of([1; 32], 0, &full).is_some());
		assert!(root_of([1; 32], MAX_CHUNKS - 1, &full).is_some());
		assert_eq!(root_of([1; 32], MAX_CHUNKS, &full), None);
		assert_eq!(root_of([1; 32], 0, &Path { leaves: MAX_CHUNKS + 1, ..full.clone() }), None);
		assert_eq!(full.encoded_size(), Path::max_encoded_len());
		assert_eq!(Path::decode(&mut &full.encode()[..]), Ok(full.clone()));
		let longer = Path { siblings: vec![[3; 32]; MAX_SIBLINGS + 1], ..full };
		assert!(Path::decode(&mut &longer.encode()[..]).is_err());
	}

	#[test]
	fn roots_are_frozen() {
		let hex = [0, 1, 2, 5].map(|n| hex::encode(tree(n).root()));
		assert_eq!(hex, FROZEN);
	}

	/// Made by this implementation on the day it was written; a change here is a change of every snapshot's roots.
	const FROZEN: [&str; 4] = [
		"4ed571975b1cfe3d82c272fb0b7fbafb2a0f5c22e14eaa549394cf340a9e3170",
		"a0883d686824a34a91cd355819f419c55024ba480020c442cf830b67209fdc0e",
		"5e69653ef60a100fa70c6e3fefe3e4fef44eb5cac275213591f4a26206095fb2",
		"93a115ba035e3f3a856f24c7cb116f63143594d5dd487c92a2e07a8860939fb8",
	];
}
