//! Proofs of deliveries: found in the chain's blocks, written down, and shown to the chain once more.
//!
//! ```text
//! order ─ delivered in block n ─> hash of n ─> its transactions ─> the delivery ─> checked here ─> ProofDocument
//!                                                                                                      │
//!                                 valid, or what is wrong with it, by name <── Proofs.verify <─────────┘
//! ```
//!
//! The chain keeps what a delivery said (the encrypted key, the name of what was proved) and not the proof itself, whose bytes
//! stand in the transaction that posted it. A light client has no old blocks, but anybody who has one can be asked: its hash
//! is the chain's, and its transactions are those that the hash is of.

pub(crate) mod block;
mod document;
mod find;
mod show;

pub use document::{Input, Origin, ProofDocument, VERSION};
pub use show::{Shown, Verdict};
