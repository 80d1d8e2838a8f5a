//! What the chain and the provers share: the hash, the statements' numbers, their public inputs, and what a proof is for.
//!
//! | module | decides |
//! |---|---|
//! | [`poseidon`] | the hash inside the circuits |
//! | [`keys`] | what is hashed of a snapshot's key |
//! | [`statements`] | the number of each statement, the era of its keys |
//! | [`public_inputs`] | their order, and which bytes are refused |
//! | [`scalar`], [`point`] | the one encoding of a scalar; which points may be used |
//! | [`context`] | the chain, listing and order that a proof is for |
//! | [`key_id`] | the name of a verifying key |
//!
//! No prover and no randomness: everything here runs in the runtime as well.
#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

pub mod context;
pub mod key_id;
pub mod keys;
pub mod point;
pub mod poseidon;
pub mod public_inputs;
pub mod scalar;
pub mod statements;
