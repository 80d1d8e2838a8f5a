//! What the chain and the provers share: hashes, chunks, the statements' numbers, their public inputs, what a proof is for, and
//! the checking of proofs.
//!
//! | module | decides |
//! |---|---|
//! | [`poseidon`] | the hash inside the circuits |
//! | [`hash`], [`merkle`] | the hash outside of them; the roots over a snapshot's chunks |
//! | [`piece`] | what of a chunk is enough to show that one has it |
//! | [`chunk`] | what opens a chunk, and its leaves in the roots |
//! | [`submission`], [`attestation`] | what workers and persistence nodes sign, and answer for with their bonds |
//! | [`evidence`] | which two of these convict whoever signed them |
//! | [`keys`] | what is hashed of a snapshot's key |
//! | [`statements`] | the number of each statement, the era of its keys |
//! | [`public_inputs`] | their order, and which bytes are refused |
//! | [`scalar`], [`point`] | the one encoding of a scalar; which points may be used |
//! | [`context`] | the chain, listing and order that a proof is for |
//! | [`groth16`] | which bytes are proofs and keys; which proofs are valid, one at a time or many at once |
//! | [`key_id`], [`proof_id`] | the names of a verifying key and of what was proved |
//! | [`voucher`] | what the payer of a tab signs for a node |
//!
//! No prover and no randomness: everything here runs in the runtime as well. Feature `wasm-crypto` makes it compute pairings and
//! multiplications in its own wasm instead of calling the host.
#![cfg_attr(not(feature = "std"), no_std)]
#![cfg_attr(
	not(test),
	deny(
		clippy::arithmetic_side_effects,
		clippy::cast_possible_truncation,
		clippy::expect_used,
		clippy::indexing_slicing,
		clippy::panic,
		clippy::unwrap_used
	)
)]

extern crate alloc;

pub mod attestation;
pub mod chunk;
pub mod context;
pub mod evidence;
pub mod groth16;
pub mod hash;
pub mod key_id;
pub mod keys;
pub mod merkle;
pub mod piece;
pub mod point;
pub mod poseidon;
pub mod proof_id;
pub mod public_inputs;
pub mod scalar;
pub mod statements;
pub mod submission;
pub mod voucher;
