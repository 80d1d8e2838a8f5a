//! Proved aggregates, off chain: a question in SQL over a table's committed columns, its answer, and the proof of it.
//!
//! | module | decides |
//! |---|---|
//! | [`sql`] | which text is a provable question, and which part of another one is not |
//! | [`table`] | how the columns of record batches become committed ones |
//! | [`mod@commit`] | what a table's columns are committed to by, several at once |
//! | [`twin`] | the answer, in plain code |
//! | [`trace`] | the witness: what the tables of a proof hold |
//! | [`check`] | whether a witness satisfies the constraints, without a proof |
//! | [`mod@prove`] | the proof; of large tables in little memory (`lean`) |
//! | [`soundness`] | how hard it is to prove what is not so |
//! | [`render`], [`calendar`], [`decimal`] | how an answer is shown |
//!
//! What is proved, and why: `docs/statements/aggregate.md`. The verifier, which the runtime has as well, is `souk-table-proofs`.

pub mod calendar;
pub mod check;
pub mod commit;
pub mod decimal;
mod lean;
pub mod prove;
pub mod render;
pub mod soundness;
pub mod sql;
pub mod table;
pub mod trace;
pub mod twin;

pub use commit::{commit, Committers};
pub use prove::{prove, ProveError, Stage};
pub use table::Table;
