//! The client against nodes and chains of every kind.

mod downloads;
mod light_client;
mod proofs;
mod queries;
