//! What is proved with Groth16 on BLS12-381: circuits, keys, proofs.
//!
//! A **statement** is three things that say the same: a page in `docs/statements/`, a circuit, and a plain-Rust twin
//! ([`Statement::holds`]). All three go through the same numbered [`Check`]s.
//!
//! | statement | proves |
//! |---|---|
//! | [`ChunkKey`] | a key opens chunk *i* of a snapshot |
//! | [`KeyDelivery`] | a ciphertext opens, with the buyer's key, to a snapshot's key |
//!
//! Life of a delivery:
//!
//! ```text
//! seller   seal_key(k, B, context)       → R, c, r
//!          prove::<KeyDelivery>(public: key commitment, B, R, c, context; private: k, r)
//! chain    verify::<KeyDelivery>, with the context that it computed itself
//! buyer    open_key(R, c, b, context)    → k
//! ```
//!
//! Public inputs, their encoding and the context are in `souk-proof-primitives`, since the chain needs them as well.
//! Proving takes a second or so of two cores: away from async threads.

pub mod gadgets;
pub mod proof;
pub mod sealed_key;
pub mod setup;
pub mod statements;

pub use proof::{prove, verify, Proof, ProofError, ProveError};
pub use sealed_key::{open_key, seal_key, BuyerSecret, SealedKey};
pub use statements::{
	chunk_key::{ChunkKey, ChunkKeyPrivate},
	key_delivery::{KeyDelivery, KeyDeliveryPrivate},
	Check, CheckFailed, Circuit, ConstraintGroup, Statement,
};

use souk_proof_primitives::poseidon::Poseidon;
use std::sync::OnceLock;

/// The project's one Poseidon, with its constants derived once.
pub fn poseidon() -> &'static Poseidon {
	static CONSTANTS: OnceLock<Poseidon> = OnceLock::new();
	CONSTANTS.get_or_init(Poseidon::new)
}
