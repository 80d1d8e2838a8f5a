//! What the circuits are made of: arkworks' gadgets, set up for this project's hash and curve.

pub mod bandersnatch;
pub mod membership;
pub mod poseidon;
