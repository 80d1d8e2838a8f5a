//! The hashes of a Merkle tree's leaves and nodes, in two ways: by Keccak-f as a sponge over words, which is the hash of proofs over
//! tables, and by a hash over bytes, which the host could compute. Each hash depends on the one before.

use alloc::{vec, vec::Vec};
use p3_keccak::KeccakF;
use p3_symmetric::{
	CompressionFunctionFromHasher, CryptographicHasher, PaddingFreeSponge, PseudoCompressionFunction,
};

/// Leaves, bytes of each, and nodes.
pub type Work = (u32, u32, u32);

type Sponge = PaddingFreeSponge<KeccakF, 25, 17, 4>;

/// By the sponge. Whether the last digest is not zero: so that none is left out.
pub fn sponge((leaves, leaf_bytes, nodes): Work) -> bool {
	let sponge = Sponge::new(KeccakF {});
	let node = CompressionFunctionFromHasher::<Sponge, 2, 4>::new(sponge);
	let mut words: Vec<u64> = vec![1; leaf_bytes.div_ceil(8).max(1) as usize];
	let mut digest = [0u64; 4];
	for _ in 0..leaves {
		if let (Some(first), [changed, ..]) = (words.first_mut(), digest) {
			*first = changed;
		}
		digest = sponge.hash_iter(words.iter().copied());
	}
	for _ in 0..nodes {
		digest = node.compress([digest, digest]);
	}
	digest != [0; 4]
}

/// By a hash over bytes.
pub fn bytes((leaves, leaf_bytes, nodes): Work, hash: impl Fn(&[u8]) -> [u8; 32]) -> bool {
	let mut leaf: Vec<u8> = vec![1; leaf_bytes.max(32) as usize];
	let mut digest = [0u8; 32];
	for _ in 0..leaves {
		leaf.iter_mut().zip(digest).for_each(|(byte, changed)| *byte = changed);
		digest = hash(&leaf);
	}
	for _ in 0..nodes {
		let mut pair = [0u8; 64];
		pair.iter_mut().zip(digest.iter().chain(&digest)).for_each(|(byte, one)| *byte = *one);
		digest = hash(&pair);
	}
	digest != [0; 32]
}
