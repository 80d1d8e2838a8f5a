//! Proved aggregates: a table's columns are committed to, and an answer to a query over them is checked against a proof, without
//! a row being seen.
//!
//! | module | decides |
//! |---|---|
//! | [`column`], [`query`], [`answer`] | what is committed, asked and answered |
//! | [`limbs`] | the field elements that stand for a value |
//! | [`commitment`] | the digest of a column, and the root over a snapshot's columns |
//! | [`plan`] | which tables a query is proved with, how wide and how high they are |
//! | [`outcome`] | the numbers that an answer stands for in the proof; which answers are refused at sight |
//! | [`air`] | the constraints, in the order of `docs/statements/aggregate.md` |
//! | [`config`] | field, hash, code rate, queries: the proof system's parameters |
//! | [`bundle`] | what travels, and how many bytes it may have |
//! | [`mod@verify`] | which bundles are accepted |
//!
//! No prover here, and nothing draws randomness: everything runs in the runtime as well. The prover is `souk-aggregates`.
#![cfg_attr(not(feature = "std"), no_std)]
#![cfg_attr(
	not(test),
	deny(
		clippy::arithmetic_side_effects,
		clippy::cast_possible_truncation,
		clippy::expect_used,
		clippy::indexing_slicing,
		clippy::panic,
		clippy::unwrap_used
	)
)]

extern crate alloc;

pub mod air;
pub mod answer;
pub mod bundle;
pub mod column;
pub mod commitment;
pub mod config;
pub mod limbs;
pub mod outcome;
pub mod plan;
pub mod query;
pub mod verify;

pub use answer::{Answer, Figure, Group};
pub use bundle::{Bundle, Context, MAX_BUNDLE_BYTES};
pub use column::{
	ColumnDescriptor, ColumnType, MAX_COLUMNS, MAX_DICTIONARY, MAX_DICTIONARY_BYTES, MAX_NAME_BYTES,
};
pub use commitment::{column_salt, columns_root, ColumnCommitter, ColumnDigest, CommittedColumn};
pub use plan::{MAX_GROUPS, MAX_ROWS};
pub use query::{Aggregate, ColumnIndex, Condition, Predicate, Query, MAX_AGGREGATES, MAX_PREDICATES};
pub use verify::{verify, Expected, VerifyError};

/// The field of the proofs: integers modulo 2^31 - 2^24 + 1.
pub type Felt = p3_koala_bear::KoalaBear;
