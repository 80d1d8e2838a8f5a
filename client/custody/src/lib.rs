//! Keys: at rest, unlocked, and what is derived from them. No networking.
//!
//! A [`Keystore`] is a directory with one file per key; each file is readable by its owner only and encrypted with a
//! password ([`sealed`]). Unlocking one gives an [`Account`], which signs and from which a node's other keys follow:
//!
//! ```text
//! secret uri ──> sr25519 account ──tag──> X25519 secret   (queries and listing secrets are encrypted to it)
//!                                ├──tag──> ed25519 seed    (the node's identity in the network)
//!                                └──tag, context──> 32 bytes (secrets of one purchase and the like, never stored)
//! ```
//!
//! Addresses are SS58 with prefix 42 ([`address`]).

pub mod account;
pub mod address;
pub mod error;
pub mod keystore;
pub mod sealed;

pub use account::Account;
pub use address::{format_account, parse_account, SS58_PREFIX};
pub use error::CustodyError;
pub use keystore::{KeyInfo, Keystore};
pub use souk_protocol::signing::AccountId;
