//! Groth16 on BLS12-381 (Groth, EUROCRYPT 2016): reading proofs and keys, and checking the one with the other.
//!
//! | file | what |
//! |---|---|
//! | [`curve`] | the curve, in the runtime's implementation or in arkworks' own; which points may be used |
//! | `hosted` | the host's multiplications, called directly |
//! | [`proof`] | the bytes of a proof |
//! | [`key`] | the bytes of a verifying key, and which keys are no keys |
//! | [`verify`](mod@verify) | one proof |
//! | [`batch`] | many at once |
//! | `trapdoor` | keys whose secrets are known, for benchmarks and tests |
//!
//! Everything is generic over the implementation of the curve: provers, the runtime and whoever compares them run the same code.
//! What is read is checked: arkworks' own decoding takes uncompressed points off the curve, and `ark-groth16` 0.6 takes any number
//! of public inputs.

pub mod batch;
pub mod curve;
mod hosted;
pub mod key;
pub mod proof;
#[cfg(test)]
mod tests;
#[cfg(any(feature = "std", feature = "runtime-benchmarks"))]
pub mod trapdoor;
pub mod verify;

pub use batch::verify_batch;
pub use curve::{Curve, Groth16Curve, PointFault};
pub use key::{KeyError, KeyPart, VerifyingKey, KEY_BYTES_BOUND, PREPARED_KEY_BYTES_BOUND};
pub use proof::{Proof, ProofError, ProofPoint, PROOF_BYTES, PROOF_BYTES_BOUND};
pub use verify::verify;
