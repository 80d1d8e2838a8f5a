//! Snapshots that are really sealed: good ones, and ones with a chunk that is not what was promised.

use super::*;
use ark_bls12_381::Fr;
use souk_circuits::poseidon;
use souk_primitives::Commitments;
use souk_proof_primitives::{
	chunk::{cipher_leaf, content_leaf, seal_chunk, ChunkKeys, CHUNK_BYTES},
	keys::{chunk_key, key_commitment},
	merkle::Merkle,
	scalar,
};

/// A sealed file with everything that a buyer who has the key knows of it.
#[derive(Clone)]
pub struct Snapshot {
	/// `k`.
	pub key: Fr,
	pub commitments: Commitments,
	sealed: Vec<Vec<u8>>,
	leaves: Vec<Digest>,
}

impl Snapshot {
	/// Three chunks, the last one short, all of them good.
	pub fn good() -> Self {
		Self::new(&[1, 2, 3], &[1, 2, 3], &[])
	}

	/// The same, but the chunk in the middle opens to something else than was promised.
	pub fn corrupt() -> Self {
		Self::new(&[1, 2, 3], &[1, 9, 3], &[])
	}

	/// The same, but the chunk in the middle does not open.
	pub fn unopenable() -> Self {
		Self::new(&[1, 2, 3], &[1, 2, 3], &[1])
	}

	/// A file of as many chunks, filled with these bytes: what is promised, and what is sealed. `damaged` are changed after that.
	fn new(promised: &[u8], sealed: &[u8], damaged: &[usize]) -> Self {
		let key = Fr::from(4_242u64);
		let last = promised.len() - 1;
		let plain = |at: usize, fill: u8| vec![fill; if at == last { 1_000 } else { CHUNK_BYTES }];
		let (mut leaves, mut chunks) = (Vec::new(), Vec::new());
		for (at, (promised, filled)) in promised.iter().zip(sealed).enumerate() {
			let index = at as u32;
			let keys = ChunkKeys::derive(&chunk_key(poseidon(), key, index));
			leaves.push(content_leaf(index, &keys.salt, &plain(at, *promised)));
			let mut chunk = plain(at, *filled);
			seal_chunk(&keys, index, &mut chunk).expect("it is no longer than a chunk");
			if damaged.contains(&at) {
				chunk[77] ^= 1;
			}
			chunks.push(chunk);
		}
		let content: Merkle = leaves.iter().copied().collect();
		let ciphers = ciphers(&chunks);
		let commitments = Commitments {
			content_root: content.root(),
			cipher_root: ciphers.root(),
			key_commitment: Some(scalar::encode(&key_commitment(poseidon(), key))),
			columns_root: None,
			schema_hash: [5; 32],
			source_digest: [6; 32],
			rows: 10,
			bytes: (last * CHUNK_BYTES + 1_000) as u64,
		};
		Self { key, commitments, sealed: chunks, leaves }
	}

	/// What a buyer shows of a chunk, without a proof.
	pub fn evidence(&self, index: u32) -> BadChunk {
		let at = index as usize;
		let content: Merkle = self.leaves.iter().copied().collect();
		BadChunk {
			index,
			chunk: self.sealed[at].clone().try_into().expect("a chunk is not too long"),
			cipher_path: ciphers(&self.sealed).path(at).expect("the chunk exists"),
			content_leaf: self.leaves[at],
			content_path: content.path(at).expect("the chunk exists"),
			chunk_key: scalar::encode(&chunk_key(poseidon(), self.key, index)),
			era: ERA,
			proof: Default::default(),
		}
	}
}

fn ciphers(chunks: &[Vec<u8>]) -> Merkle {
	chunks.iter().enumerate().map(|(at, chunk)| cipher_leaf(at as u32, chunk)).collect()
}
