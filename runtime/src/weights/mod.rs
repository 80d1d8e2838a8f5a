//! What the calls and the hooks of our pallets weigh, measured by `make weights` (docs/decisions/0020-weights.md).

pub mod asks;
pub mod availability;
pub mod backing;
pub mod curation;
pub mod disputes;
pub mod escrow;
pub mod listings;
pub mod proofs;
pub mod reputation;
pub mod stakes;
pub mod subscriptions;
pub mod tabs;
pub mod validators;
