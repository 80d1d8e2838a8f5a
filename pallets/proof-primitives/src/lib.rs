//! What the chain and the provers share. Today that is the Poseidon hash; statement ids, public inputs and `verify` join
//! it with the proofs.
//!
//! No prover and no randomness: everything here runs in the runtime as well.
#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

pub mod poseidon;
