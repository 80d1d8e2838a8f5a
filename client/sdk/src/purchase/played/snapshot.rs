//! Snapshots that are made up.

use super::{LISTING, PERIOD};
use crate::{purchase::sealed::Wanted, types::*};
use souk_protocol::{
	chunk::{cipher_leaf, content_leaf, CHUNK_BYTES},
	download::piece,
	merkle::Merkle,
	ListingSecret, SnapshotKey,
};

const LEAF_BYTES: usize = 32;

/// A snapshot that was made up, as its pieces are sent.
#[derive(Clone)]
pub(crate) struct Made {
	pub wanted: Wanted,
	pub pieces: Vec<Vec<u8>>,
	pub plain: Vec<u8>,
	pub key: SnapshotKey,
	/// The first bad chunk.
	pub bad: Option<u32>,
}

/// A good snapshot of so many bytes.
pub(crate) fn snapshot(bytes: usize) -> Made {
	let key = ListingSecret::from_bytes([5; 32]).unwrap().snapshot_key(LISTING, PERIOD);
	let plain: Vec<u8> = (0..bytes).map(|i| (i * 7 + i / 251) as u8).collect();
	let pieces: Vec<_> = plain
		.chunks(CHUNK_BYTES)
		.enumerate()
		.map(|(index, chunk)| piece(&key, u32::try_from(index).unwrap(), &mut chunk.to_vec()))
		.collect();
	let wanted = Wanted {
		listing: LISTING,
		period: PERIOD,
		content_root: [0; 32],
		cipher_root: [0; 32],
		key_commitment: key.commitment(),
		bytes: bytes as u64,
		chunks: u32::try_from(pieces.len()).unwrap(),
	};
	Made { wanted, pieces, plain, key, bad: None }.committed()
}

impl Made {
	/// The chain has the roots of these pieces.
	fn committed(mut self) -> Self {
		let (mut content, mut ciphers) = (Merkle::default(), Merkle::default());
		for (index, piece) in self.pieces.iter().enumerate() {
			let (leaf, sealed) = piece.split_first_chunk::<LEAF_BYTES>().unwrap();
			content.push(*leaf);
			ciphers.push(cipher_leaf(u32::try_from(index).unwrap(), sealed));
		}
		self.wanted.content_root = content.root();
		self.wanted.cipher_root = ciphers.root();
		self
	}

	fn first_bad(&mut self, index: u32) {
		self.bad = Some(self.bad.map_or(index, |bad| bad.min(index)));
	}

	/// The workers agreed on a content root over something else than what they sealed.
	pub fn with_other_content(mut self, index: u32) -> Self {
		let keys = self.key.chunk(index);
		let leaf = content_leaf(index, &keys.salt, b"what was listed");
		self.pieces[index as usize][..LEAF_BYTES].copy_from_slice(&leaf);
		self.first_bad(index);
		self.committed()
	}

	/// The workers agreed on a sealed chunk that does not open.
	pub fn with_broken_seal(mut self, index: u32) -> Self {
		self.pieces[index as usize][LEAF_BYTES] ^= 1;
		self.first_bad(index);
		self.committed()
	}

	/// As it is on the chain.
	pub fn view(&self) -> SnapshotView {
		let Wanted { content_root, cipher_root, key_commitment, bytes, period, .. } = self.wanted;
		let commitments = Commitments {
			content_root,
			cipher_root,
			key_commitment: Some(key_commitment),
			columns_root: None,
			schema_hash: [0; 32],
			source_digest: [0; 32],
			rows: 1,
			bytes,
		};
		SnapshotView { period, commitments, final_at: 1 }
	}

	pub fn of_period(mut self, period: Period) -> Self {
		self.wanted.period = period;
		self
	}
}
