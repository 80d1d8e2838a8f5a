//! That a leaf is in a tree: a Merkle path over Poseidon, in constraints and plain.
//!
//! ```text
//! node = Poseidon::compress("souk/membership-node/v1", left, right)        one permutation a level
//! ```
//!
//! A tree is complete, of a depth that the statement fixes: a path has as many siblings, and which side a node is on is the bit of
//! the leaf's index at that level. What a leaf is, and how an empty place is told from a leaf, is the statement's to say.

use crate::{gadgets::poseidon, poseidon as constants};
use ark_bls12_381::Fr;
use ark_r1cs_std::{alloc::AllocVar, boolean::Boolean, fields::fp::FpVar};
use ark_relations::gr1cs::{ConstraintSystemRef, SynthesisError};

/// Tag of an inner node.
pub const NODE: &str = "souk/membership-node/v1";

/// The way from a leaf to the root.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MembershipPath {
	/// Place of the leaf, from 0.
	pub index: u64,
	/// The other node of each level, from the bottom.
	pub siblings: Vec<Fr>,
}

/// The node above two others.
pub fn node(left: Fr, right: Fr) -> Fr {
	constants().compress(NODE, left, right)
}

impl MembershipPath {
	/// The root that this path leads to from `leaf`; `None` for an index that a tree of this depth does not have.
	pub fn root(&self, leaf: Fr) -> Option<Fr> {
		if self.index.checked_shr(u32::try_from(self.siblings.len()).ok()?).unwrap_or(0) != 0 {
			return None;
		}
		let mut at = self.index;
		Some(self.siblings.iter().fold(leaf, |current, &sibling| {
			let right = at & 1 == 1;
			at >>= 1;
			if right {
				node(sibling, current)
			} else {
				node(current, sibling)
			}
		}))
	}
}

/// A path in constraints: private sides and siblings.
pub struct MembershipPathVar {
	/// Whether the node is the right one, level by level.
	sides: Vec<Boolean<Fr>>,
	siblings: Vec<FpVar<Fr>>,
}

impl MembershipPathVar {
	/// Allocates a path of a depth; a constraint a level, that a side is one of two.
	///
	/// # Errors
	///
	/// [`SynthesisError::AssignmentMissing`] where values are wanted and there is no path of this depth.
	pub fn new_private(
		cs: &ConstraintSystemRef<Fr>,
		path: Option<&MembershipPath>,
		depth: usize,
	) -> Result<Self, SynthesisError> {
		let path = path.filter(|path| path.siblings.len() == depth);
		let value = |level: usize| {
			let path = path.ok_or(SynthesisError::AssignmentMissing)?;
			let side = u32::try_from(level).ok().and_then(|level| path.index.checked_shr(level)).unwrap_or(0);
			let sibling = path.siblings.get(level).ok_or(SynthesisError::AssignmentMissing)?;
			Ok((side & 1 == 1, *sibling))
		};
		let (mut sides, mut siblings) = (Vec::with_capacity(depth), Vec::with_capacity(depth));
		for level in 0..depth {
			sides.push(Boolean::new_witness(cs.clone(), || Ok(value(level)?.0))?);
			siblings.push(FpVar::new_witness(cs.clone(), || Ok(value(level)?.1))?);
		}
		Ok(Self { sides, siblings })
	}

	/// The root that the path leads to: a constraint a level for the side, 240 for the node.
	///
	/// # Errors
	///
	/// None of its own; those of the constraint system.
	pub fn root(&self, cs: &ConstraintSystemRef<Fr>, leaf: &FpVar<Fr>) -> Result<FpVar<Fr>, SynthesisError> {
		let mut current = leaf.clone();
		for (side, sibling) in self.sides.iter().zip(&self.siblings) {
			// The two exchange places, or do not: left + right is the same.
			let left = &current + FpVar::from(side.clone()) * (sibling - &current);
			let right = &current + sibling - &left;
			current = poseidon::compress(cs, NODE, left, right)?;
		}
		Ok(current)
	}
}
