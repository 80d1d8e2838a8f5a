//! Snapshots of three chunks, as an honest worker makes them and as one that cheats does; their key as sellers deliver it, and the
//! evidence that buyers and keepers have. Proofs are made in no time, with keys whose secrets are known; the chain checks them as any.

use crate::chain;
use ark_bls12_381::Fr;
use chacha20poly1305::{AeadInPlace, ChaCha20Poly1305, KeyInit};
use pallet_escrow::{BadChunk, KeyDelivery, OrderId, ProofBytes};
use rand::{rngs::StdRng, SeedableRng};
use souk_circuits::{poseidon, seal_key, BuyerSecret};
use souk_primitives::{Commitments, Digest, ListingId};
use souk_proof_primitives::{
	chunk::{cipher_leaf, content_leaf, ChunkKeys, CHUNK_BYTES},
	context::ProofContext,
	groth16::{trapdoor::Trapdoor, Curve},
	keys,
	merkle::{Merkle, Path},
	piece::{self, Piece},
	point::PublicPoint,
	public_inputs::{ChunkKeyPublic, KeyDeliveryPublic, PublicInputs},
	scalar,
	statements::{Era, StatementId},
};
use std::{cell::RefCell, collections::HashMap, sync::OnceLock};

/// The era of the keys whose secrets are known.
pub const ERA: Era = Era(1);
/// The chunk that is wrong where one is.
pub const WRONG: u32 = 1;
/// Chunks of the file; the last one is short.
const CHUNKS: u32 = 3;
const LAST_BYTES: usize = 1_000;

/// A sealed file, and what it commits to.
pub struct Snapshot {
	key: Fr,
	sealed: Vec<Vec<u8>>,
	content: Merkle,
	ciphers: Merkle,
	leaves: Vec<Digest>,
	bytes: u64,
}

/// All chunks are what the content's root promises.
pub fn honest() -> &'static Snapshot {
	static MADE: OnceLock<Snapshot> = OnceLock::new();
	MADE.get_or_init(|| Snapshot::with(|_, plain| plain))
}

/// One chunk opens to something else than is promised.
pub fn corrupted() -> &'static Snapshot {
	static MADE: OnceLock<Snapshot> = OnceLock::new();
	MADE.get_or_init(|| {
		Snapshot::with(|index, mut plain| {
			plain[0] ^= u8::from(index == WRONG);
			plain
		})
	})
}

/// The one of the two with such a root over its ciphertext.
pub fn with_root(cipher_root: &Digest) -> Option<&'static Snapshot> {
	[honest(), corrupted()].into_iter().find(|snapshot| snapshot.ciphers.root() == *cipher_root)
}

impl Snapshot {
	/// Seals of each chunk what `sealed` makes of it.
	fn with(sealed: impl Fn(u32, Vec<u8>) -> Vec<u8>) -> Self {
		let mut snapshot = Self {
			key: Fr::from(271_828u64),
			sealed: Vec::new(),
			content: Merkle::default(),
			ciphers: Merkle::default(),
			leaves: Vec::new(),
			bytes: 0,
		};
		for index in 0..CHUNKS {
			let length = if index + 1 == CHUNKS { LAST_BYTES } else { CHUNK_BYTES };
			let plain = vec![u8::try_from(index).expect("there are three") + 1; length];
			let keys = ChunkKeys::derive(&snapshot.chunk_key(index));
			let leaf = content_leaf(index, &keys.salt, &plain);
			let mut chunk = sealed(index, plain);
			let tag = ChaCha20Poly1305::new(&keys.cipher.into())
				.encrypt_in_place_detached(&Default::default(), &index.to_le_bytes(), &mut chunk)
				.expect("a chunk is short");
			chunk.extend_from_slice(&tag);
			snapshot.content.push(leaf);
			snapshot.leaves.push(leaf);
			snapshot.ciphers.push(cipher_leaf(index, &chunk));
			snapshot.sealed.push(chunk);
			snapshot.bytes += length as u64;
		}
		snapshot
	}

	fn chunk_key(&self, index: u32) -> Fr {
		keys::chunk_key(poseidon(), self.key, index)
	}

	fn key_commitment(&self) -> Fr {
		keys::key_commitment(poseidon(), self.key)
	}

	/// What workers submit, with the columns of a table, if any.
	pub fn commitments(&self, columns: Option<(Digest, u64)>) -> Commitments {
		Commitments {
			content_root: self.content.root(),
			cipher_root: self.ciphers.root(),
			key_commitment: Some(scalar::encode(&self.key_commitment())),
			columns_root: columns.map(|(root, _)| root),
			schema_hash: [3; 32],
			source_digest: [4; 32],
			rows: columns.map_or(26_115, |(_, rows)| rows),
			bytes: self.bytes,
		}
	}

	/// The key, sealed to the buyer of an order, with the proof that it is this one.
	pub fn delivery(&self, listing: ListingId, order: OrderId) -> KeyDelivery {
		type Made = HashMap<(u64, ListingId, OrderId), KeyDelivery>;
		thread_local!(static MADE: RefCell<Made> = RefCell::default());
		let id = (self.leaves[0][0].into(), listing, order);
		if let Some(made) = MADE.with_borrow(|made| made.get(&id).cloned()) {
			return made;
		}
		let context = context(StatementId::KeyDelivery, listing, order);
		let buyer = buyer_secret().public();
		let (sealed, _) = seal_key(self.key, &buyer, context, &mut StdRng::seed_from_u64(order));
		let public = KeyDeliveryPublic {
			key_commitment: self.key_commitment(),
			buyer,
			ephemeral: sealed.ephemeral,
			ciphertext: sealed.ciphertext,
			context,
		};
		let delivery = KeyDelivery {
			era: ERA.0,
			ephemeral: coordinates(&sealed.ephemeral),
			ciphertext: scalar::encode(&sealed.ciphertext),
			proof: proof(&public),
		};
		MADE.with_borrow_mut(|made| made.insert(id, delivery.clone()));
		delivery
	}

	/// What shows a chunk of an order's snapshot to the chain.
	pub fn evidence(&self, listing: ListingId, order: OrderId, index: u32) -> BadChunk {
		let at = index as usize;
		let public = ChunkKeyPublic {
			key_commitment: self.key_commitment(),
			index,
			chunk_key: self.chunk_key(index),
			context: context(StatementId::ChunkKey, listing, order),
		};
		BadChunk {
			index,
			chunk: self.sealed[at].clone().try_into().expect("it is a chunk"),
			cipher_path: self.ciphers.path(at).expect("there is such a chunk"),
			content_leaf: self.leaves[at],
			content_path: self.content.path(at).expect("there is such a chunk"),
			chunk_key: scalar::encode(&public.chunk_key),
			era: ERA.0,
			proof: proof(&public),
		}
	}

	/// A piece of a chunk, and what leads from the chunk to the root.
	pub fn piece(&self, chunk: u32, at: u32) -> Option<(Piece, Path)> {
		let piece = piece::cut(chunk, self.sealed.get(chunk as usize)?, at)?;
		Some((piece, self.ciphers.path(chunk as usize)?))
	}
}

/// The secret of all buyers.
pub fn buyer_secret() -> &'static BuyerSecret {
	static MADE: OnceLock<BuyerSecret> = OnceLock::new();
	MADE.get_or_init(|| BuyerSecret::generate(&mut StdRng::seed_from_u64(1_000)))
}

/// A point as calls have it.
pub fn coordinates(point: &PublicPoint) -> [u8; 64] {
	let mut bytes = [0; 64];
	bytes[..32].copy_from_slice(&scalar::encode(&point.x()));
	bytes[32..].copy_from_slice(&scalar::encode(&point.y()));
	bytes
}

fn context(statement: StatementId, listing: ListingId, order: OrderId) -> Fr {
	ProofContext { genesis: chain::genesis(), statement, era: ERA, listing, order }.scalar()
}

/// A proof of public inputs, true or not, under the key of an era whose secrets are known.
pub fn proof<P: PublicInputs>(public: &P) -> ProofBytes {
	let proof = Trapdoor::new(P::STATEMENT, ERA.0.into()).prove::<Curve>(&public.to_scalars(), 7);
	let bytes = proof.expect("the inputs are so many").to_bytes().to_vec();
	bytes.try_into().expect("proofs have one length")
}

/// A statement's key whose secrets are known, as it is registered.
pub fn known_key(statement: StatementId) -> Vec<u8> {
	Trapdoor::new(statement, ERA.0.into()).key::<Curve>().expect("it is a key").to_bytes()
}
