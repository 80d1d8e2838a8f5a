//! Membership paths: their constraints, and that no other leaf, side or sibling passes.

use crate::support::{mutations::mutate, rng, System};
use ark_bls12_381::Fr;
use ark_ff::{Field, One, UniformRand};
use ark_r1cs_std::{alloc::AllocVar, eq::EqGadget, fields::fp::FpVar};
use souk_circuits::gadgets::membership::{node, MembershipPath, MembershipPathVar};

/// Wires: the one, root and leaf; then side and sibling of each level.
const ROOT_WIRE: usize = 1;
const LEAF_WIRE: usize = 2;
const SIDE_WIRE: usize = 3;
const SIBLING_WIRE: usize = 4;
/// Of a path of two levels: the first wire that is computed.
const PRODUCT_WIRE: usize = 7;

/// "This leaf, which I do not show, is under this root."
fn system(root: Fr, leaf: Fr, path: &MembershipPath) -> System {
	System::synthesized(|cs| {
		let root = FpVar::new_input(cs.clone(), || Ok(root)).unwrap();
		let leaf = FpVar::new_witness(cs.clone(), || Ok(leaf)).unwrap();
		let path = MembershipPathVar::new_private(cs, Some(path), path.siblings.len()).unwrap();
		path.root(cs, &leaf).unwrap().enforce_equal(&root).unwrap();
		Vec::new()
	})
}

fn some_path(depth: usize, seed: u8) -> (Fr, MembershipPath) {
	let mut rng = rng(seed);
	let index = u64::rand(&mut rng) & ((1 << depth) - 1);
	(Fr::rand(&mut rng), MembershipPath { index, siblings: (0..depth).map(|_| Fr::rand(&mut rng)).collect() })
}

#[test]
fn a_level_has_242_constraints() {
	for depth in [1, 2, 5, 20, 32] {
		let (leaf, path) = some_path(depth, depth as u8);
		let system = system(path.root(leaf).unwrap(), leaf, &path);
		assert!(system.satisfied_by_arkworks(&system.assignment), "depth {depth}");
		// The last one compares the root.
		assert_eq!(system.constraints(), 242 * depth + 1);
		assert!(
			5 * system.constraints() <= 6 * 243 * depth,
			"depth {depth}: above 1.2 times a permutation a level"
		);
	}
}

/// A tree of eight leaves, built from the bottom.
#[test]
fn every_leaf_of_a_tree_has_its_path_and_no_other_has() {
	let leaves: Vec<Fr> = (1..=8u64).map(Fr::from).collect();
	let mut levels = vec![leaves.clone()];
	while let [_, _, ..] = levels[levels.len() - 1][..] {
		let above = levels[levels.len() - 1].chunks(2).map(|pair| node(pair[0], pair[1])).collect();
		levels.push(above);
	}
	let root = levels[3][0];
	for (index, leaf) in leaves.iter().enumerate() {
		let siblings = (0..3).map(|level| levels[level][(index >> level) ^ 1]).collect();
		let path = MembershipPath { index: index as u64, siblings };
		assert_eq!(path.root(*leaf), Some(root));
		let right = system(root, *leaf, &path);
		assert!(right.satisfied_by_arkworks(&right.assignment));
		for other in (0..8).filter(|other| *other != index) {
			let moved = MembershipPath { index: other as u64, ..path.clone() };
			assert_ne!(moved.root(*leaf), Some(root));
			for (leaf, path) in [(leaf, &moved), (&leaves[other], &path)] {
				let wrong = system(root, *leaf, path);
				assert!(!wrong.satisfied_by_arkworks(&wrong.assignment), "{index}, {other}");
			}
		}
		assert_eq!(MembershipPath { index: 8, ..path }.root(*leaf), None, "the tree has no ninth leaf");
	}
}

#[test]
fn no_wire_of_a_path_may_be_changed() {
	let mut tried = 0;
	for seed in 40..43 {
		let (leaf, path) = some_path(6, seed);
		tried += mutate(&system(path.root(leaf).unwrap(), leaf, &path), &mut rng(seed));
	}
	assert!(tried > 28_000, "only {tried} assignments");
}

/// Why a side has to be 0 or 1: the two nodes may be mixed in any proportion otherwise, and a leaf of one's own is mixed with a
/// sibling such that the nodes of the tree come out.
#[test]
fn a_side_that_is_no_bit_would_put_any_leaf_into_the_tree() {
	let (leaf, path) = some_path(2, 44);
	let system = system(path.root(leaf).unwrap(), leaf, &path);
	let (side, sibling) = (system.assignment[SIDE_WIRE], system.assignment[SIBLING_WIRE]);
	let (left, right) = if side == Fr::one() { (sibling, leaf) } else { (leaf, sibling) };
	let mine = Fr::from(12_345u64);
	let beside = left + right - mine;
	let mixed = (left - mine) * (beside - mine).inverse().unwrap();
	let changes = [(LEAF_WIRE, mine), (SIDE_WIRE, mixed), (SIBLING_WIRE, beside)];

	// Of all wires that are computed from these, only the product that picks the left node becomes another.
	assert_eq!(system.assignment[PRODUCT_WIRE], left - leaf);
	let forged = system.with(&[&changes[..], &[(PRODUCT_WIRE, left - mine)]].concat());
	let broken = system.broken(&forged);
	assert_eq!(broken, [0], "the first constraint is the first side's");
	assert_eq!(forged[ROOT_WIRE], system.assignment[ROOT_WIRE]);
	assert!(!system.satisfied_by_arkworks(&forged));
}
