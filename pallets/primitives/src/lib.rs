//! Ids, records and the traits through which the pallets of Souk reach each other. No storage, no calls.
//!
//! One idea per file: [`listing`] is what a curator offers, [`money`] is prices, plans and payout splits as pure
//! functions, [`held`] moves held money, [`snapshot`] is what workers commit to, [`node`] is who runs workers and persistence nodes,
//! [`entitlement`] is the right to query, [`offence`] is what a bond answers for, [`turns`] is what happens by itself, [`reach`] holds the traits between pallets, and
//! `benchmarking` is what benchmarks pay with.
#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

#[cfg(any(feature = "std", feature = "runtime-benchmarks"))]
pub mod benchmarking;
pub mod entitlement;
pub mod held;
pub mod listing;
pub mod money;
pub mod node;
pub mod offence;
pub mod reach;
pub mod snapshot;
pub mod turns;

pub use entitlement::{EntitlementView, Holder};
pub use listing::{ListingKind, ListingState, QueryPolicy, Visibility};
pub use money::{Asset, PayoutSplit, Plan, PlanKind, Price};
pub use node::{quorum, NodeRole, Term};
pub use offence::{Basis, Bond, Offence, OffenceKind};
pub use snapshot::{Commitments, SnapshotHealth, SnapshotView};

/// Sequential number of a listing. Its human name is the address `<account>/<name>`.
pub type ListingId = u32;
/// Sequential number of an order.
pub type OrderId = u64;
/// Index of a plan within its listing.
pub type PlanIndex = u8;
/// Number of a curation period: minutes since the Unix epoch at which the job was due. Strictly increasing per listing.
pub type Period = u32;
/// Balance of any asset in its smallest unit (`planck` for SOUK, micro-dollars for wUSD).
pub type Balance = u128;
/// 32 bytes of a commitment or hash.
pub type Digest = [u8; 32];
