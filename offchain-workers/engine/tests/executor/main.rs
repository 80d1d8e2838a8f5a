//! The engine as its users have it: in its own processes, sandboxed.

mod hostile;
mod proofs;
mod queries;
#[path = "../support/mod.rs"]
mod support;
mod transforms;
