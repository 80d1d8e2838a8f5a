//! The steps of a run, a file each, in this order:
//!
//! ```text
//! due ─fetch─> fetched ─transform─> transformed ─validate─> validated ─privacy─> privatised ─encode─> encoded
//!     source         transformed.arrow                            privatised.arrow        snapshot.parquet
//!
//! ─seal─> sealed ─submit─> submitted ─hand_over─> handed over ─record─> recorded
//!      store, commitments    chain          quorum, persistence nodes
//! ```
//!
//! A step reads what the one before it left on disk, so that a run goes on where it was when the process ended. Up to
//! `seal` a step may be done twice without anybody noticing; `submit` looks at the chain before it sends anything.

pub mod encode;
pub mod fetch;
pub mod hand_over;
pub mod privacy;
pub mod record;
pub mod seal;
pub mod submit;
pub mod transform;
pub mod validate;
