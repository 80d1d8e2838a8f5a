//! A snapshot of three chunks, as an honest worker makes it and as one that cheats does; its key as sellers deliver it, and the
//! evidence that buyers have.

use crate::*;
use ark_bls12_381::Fr;
use chacha20poly1305::{AeadInPlace, ChaCha20Poly1305, KeyInit};
use pallet_escrow::{BadChunk, KeyDelivery, OrderId};
use rand::{rngs::StdRng, SeedableRng};
use souk_circuits::{
	poseidon, prove, seal_key,
	setup::{cache, Keys},
	BuyerSecret, ChunkKeyPrivate, Statement,
};
use souk_primitives::{Commitments, Digest, ListingId};
use souk_proof_primitives::{
	chunk::{cipher_leaf, content_leaf, ChunkKeys, CHUNK_BYTES},
	context::ProofContext,
	groth16::{trapdoor::Trapdoor, Curve},
	keys,
	merkle::{self, Merkle},
	piece::{self, Piece},
	public_inputs::{ChunkKeyPublic, KeyDeliveryPublic, PublicInputs},
	scalar,
	statements::{Era, StatementId},
};
use std::{path::Path, sync::OnceLock};

/// The chunk that is wrong where one is.
pub const WRONG: u32 = 1;
/// Chunks of the file; the last one is short.
const CHUNKS: u32 = 3;
const LAST_BYTES: usize = 1_000;

/// How proofs are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Prover {
	/// As everybody makes them, under the development keys.
	Real,
	/// In no time, under keys of an era whose secrets are known: [`known_key`].
	Known(Era),
}

/// A sealed file, and what it commits to.
pub struct Snapshot {
	key: Fr,
	sealed: Vec<Vec<u8>>,
	content: Merkle,
	ciphers: Merkle,
	leaves: Vec<Digest>,
	bytes: u64,
}

impl Snapshot {
	/// All chunks are what the content's root promises.
	pub fn honest() -> Self {
		Self::with(|_, plain| plain)
	}

	/// One chunk opens to something else than is promised.
	pub fn corrupted() -> Self {
		Self::with(|index, mut plain| {
			plain[0] ^= u8::from(index == WRONG);
			plain
		})
	}

	/// Seals of each chunk what `sealed` makes of it.
	fn with(sealed: impl Fn(u32, Vec<u8>) -> Vec<u8>) -> Self {
		let key = Fr::from(271_828u64);
		let mut snapshot = Self {
			key,
			sealed: Vec::new(),
			content: Merkle::default(),
			ciphers: Merkle::default(),
			leaves: Vec::new(),
			bytes: 0,
		};
		for index in 0..CHUNKS {
			let length = if index + 1 == CHUNKS { LAST_BYTES } else { CHUNK_BYTES };
			let plain = vec![index as u8 + 1; length];
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

	/// What workers submit.
	pub fn commitments(&self) -> Commitments {
		Commitments {
			content_root: self.content.root(),
			cipher_root: self.ciphers.root(),
			key_commitment: Some(scalar::encode(&self.key_commitment())),
			columns_root: None,
			schema_hash: [3; 32],
			source_digest: [4; 32],
			rows: 26_115,
			bytes: self.bytes,
		}
	}

	/// A piece of a chunk, and what leads from the chunk to the root.
	pub fn piece(&self, chunk: u32, at: u32) -> Option<(Piece, merkle::Path)> {
		let piece = piece::cut(chunk, self.sealed.get(chunk as usize)?, at)?;
		Some((piece, self.ciphers.path(chunk as usize)?))
	}

	/// The key, sealed to the buyer of an order, with the proof that it is this one.
	pub fn delivery(
		&self,
		prover: Prover,
		listing: ListingId,
		order: OrderId,
		buyer: &BuyerSecret,
	) -> KeyDelivery {
		let context = prover.context(StatementId::KeyDelivery, listing, order);
		let mut rng = StdRng::seed_from_u64(order);
		let (sealed, private) = seal_key(self.key, &buyer.public(), context, &mut rng);
		let public = KeyDeliveryPublic {
			key_commitment: self.key_commitment(),
			buyer: buyer.public(),
			ephemeral: sealed.ephemeral,
			ciphertext: sealed.ciphertext,
			context,
		};
		KeyDelivery {
			era: prover.era().0,
			ephemeral: coordinates(&sealed.ephemeral),
			ciphertext: scalar::encode(&sealed.ciphertext),
			proof: prover.proof(delivery_keys, &public, &private),
		}
	}

	/// What shows a chunk of an order's snapshot to the chain.
	pub fn evidence(&self, prover: Prover, listing: ListingId, order: OrderId, index: u32) -> BadChunk {
		let at = index as usize;
		let public = ChunkKeyPublic {
			key_commitment: self.key_commitment(),
			index,
			chunk_key: self.chunk_key(index),
			context: prover.context(StatementId::ChunkKey, listing, order),
		};
		let private = ChunkKeyPrivate { key: self.key };
		BadChunk {
			index,
			chunk: self.sealed[at].clone().try_into().expect("it is a chunk"),
			cipher_path: self.ciphers.path(at).expect("there is such a chunk"),
			content_leaf: self.leaves[at],
			content_path: self.content.path(at).expect("there is such a chunk"),
			chunk_key: scalar::encode(&public.chunk_key),
			era: prover.era().0,
			proof: prover.proof(chunk_keys, &public, &private),
		}
	}
}

/// A buyer's secret; the same number gives the same one.
pub fn buyer_secret(number: u64) -> BuyerSecret {
	BuyerSecret::generate(&mut StdRng::seed_from_u64(1_000 + number))
}

/// A point as calls have it.
pub fn coordinates(point: &souk_proof_primitives::point::PublicPoint) -> [u8; 64] {
	let mut bytes = [0; 64];
	bytes[..32].copy_from_slice(&scalar::encode(&point.x()));
	bytes[32..].copy_from_slice(&scalar::encode(&point.y()));
	bytes
}

impl Prover {
	fn era(self) -> Era {
		match self {
			Self::Real => Era::DEVELOPMENT,
			Self::Known(era) => era,
		}
	}

	fn context(self, statement: StatementId, listing: ListingId, order: OrderId) -> Fr {
		let genesis = System::block_hash(0).0;
		ProofContext { genesis, statement, era: self.era(), listing, order }.scalar()
	}

	fn proof<S: Statement>(
		self,
		keys: fn() -> &'static Keys<S>,
		public: &S::Public,
		private: &S::Private,
	) -> pallet_escrow::ProofBytes {
		let bytes = match self {
			Self::Real => {
				let mut rng = StdRng::seed_from_u64(7);
				prove(keys(), public, private, &mut rng).expect("the statement holds").to_bytes().to_vec()
			}
			Self::Known(era) => return known_proof(public, era),
		};
		bytes.try_into().expect("proofs have one length")
	}
}

/// A proof of public inputs, true or not, under the key of an era whose secrets are known.
pub fn known_proof<P: PublicInputs>(public: &P, era: Era) -> pallet_escrow::ProofBytes {
	let proof = known(P::STATEMENT, era).prove::<Curve>(&public.to_scalars(), 7);
	let bytes = proof.expect("the inputs are so many").to_bytes().to_vec();
	bytes.try_into().expect("proofs have one length")
}

/// The secrets of a statement's key of an era.
fn known(statement: StatementId, era: Era) -> Trapdoor {
	Trapdoor::new(statement, era.0.into())
}

/// A statement's key of an era whose secrets are known, as it is registered.
pub fn known_key(statement: StatementId, era: Era) -> Vec<u8> {
	known(statement, era).key::<Curve>().expect("it is a key").to_bytes()
}

/// Made once, and kept beside the other products of the build.
fn load<S: Statement>() -> Keys<S> {
	cache::load(Path::new(env!("CARGO_TARGET_TMPDIR"))).expect("the development keys can be made")
}

pub fn delivery_keys() -> &'static Keys<souk_circuits::KeyDelivery> {
	static KEYS: OnceLock<Keys<souk_circuits::KeyDelivery>> = OnceLock::new();
	KEYS.get_or_init(load)
}

pub fn chunk_keys() -> &'static Keys<souk_circuits::ChunkKey> {
	static KEYS: OnceLock<Keys<souk_circuits::ChunkKey>> = OnceLock::new();
	KEYS.get_or_init(load)
}
