//! Queries that are answered with a proof: what must hold of a bundle before a figure of it is believed.
//!
//! ```text
//! bundle ─ size, form ─ chain, listing, period ─ columns: columns_root of the final snapshot
//!        ─ min_group_size: the listing's ─ query: what the SQL means over these columns ─ proof: of this answer
//! ```
//!
//! Nobody has to be trusted: not the node that made it, nor whoever passed it on. What is asked of the chain is one finalised
//! record.

mod asked;
mod document;
mod figures;
#[cfg(test)]
mod tests;
mod values;

pub use asked::{answer_hash, asked_text_hash, bundle_hash, ColumnsUnknown, KnownColumns};
pub use document::{AnswerRecord, ColumnRecord, Document, NotADocument, FORMAT};
pub use figures::batch;
pub use souk_aggregates::sql::{Layout, SqlError, Statement, GRAMMAR};
pub use souk_table_proofs::{Aggregate, Query as TableQuery};

use crate::{
	types::{ListingId, QueryPolicy, SnapshotView},
	Digest,
};
use souk_aggregates::sql;
use souk_protocol::request::{group_size, table_name, TABLE};
use souk_table_proofs::{Bundle, Context, Expected, Query, VerifyError};

/// Why a bundle is not believed. Each is one rule.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Disbelief {
	/// The chain has no final snapshot of that period, or not any more.
	#[error("the chain has no final snapshot of period {period} of listing {listing}: it never was, or is older than what the listing keeps")]
	NoSnapshot {
		/// The listing.
		listing: u32,
		/// The period.
		period: u32,
	},
	/// The snapshot commits to no columns.
	#[error("the snapshot of period {period} of listing {listing} commits to no columns: nothing over it can be proved")]
	NoColumns {
		/// The listing.
		listing: u32,
		/// The period.
		period: u32,
	},
	/// The SQL that is said to be answered cannot be proved over the bundle's columns.
	#[error("the SQL has no provable meaning over these columns: {0}")]
	Sql(SqlError),
	/// The SQL names another table than the listing's.
	#[error("the SQL is about {table:?}, and the listing's table is {TABLE} or {own}")]
	Table {
		/// What it names.
		table: String,
		/// The listing's name, as a table.
		own: String,
	},
	/// The proof does not hold for what is said to be proved.
	#[error("{}", rule(*.0).1)]
	Verify(VerifyError),
}

impl Disbelief {
	/// A stable, lower-case word for machines.
	pub fn code(&self) -> &'static str {
		match self {
			Self::NoSnapshot { .. } => "no_snapshot",
			Self::NoColumns { .. } => "no_columns",
			Self::Sql(_) => "sql",
			Self::Table { .. } => "table",
			Self::Verify(error) => rule(*error).0,
		}
	}
}

impl From<VerifyError> for Disbelief {
	fn from(error: VerifyError) -> Self {
		Self::Verify(error)
	}
}

/// A word for machines and a sentence for people.
const fn rule(error: VerifyError) -> (&'static str, &'static str) {
	match error {
		VerifyError::TooLong => ("too_long", "the bundle is longer than any that can hold"),
		VerifyError::Malformed => ("malformed", "this is no bundle, or not written as bundles are"),
		VerifyError::Version => ("version", "the bundle is of a version that this program does not know"),
		VerifyError::Context => ("context", "the bundle is for another chain, listing or period"),
		VerifyError::Query => ("query", "the bundle proves the answer to another query than this SQL"),
		VerifyError::MinGroupSize => (
			"min_group_size",
			"the bundle was made for another least size of a group than the listing has: the policy changed, or it is a forgery",
		),
		VerifyError::Columns => ("columns", "the bundle's columns are not written as committed columns are"),
		VerifyError::ColumnsRoot => (
			"columns_root",
			"the bundle's columns are not those that the chain's snapshot commits to",
		),
		VerifyError::Withheld => (
			"withheld",
			"the bundle leaves out the words of a column that its query names, or has those of one that it does not name",
		),
		VerifyError::Plan(_) => ("plan", "no such query can be proved over a table of these columns and rows"),
		VerifyError::Answer(_) => ("answer", "what is said to be the answer cannot be one to this query"),
		VerifyError::MalformedProof => ("malformed_proof", "the proof is none, or not written as proofs are"),
		VerifyError::Heights => ("heights", "the proof is for a table of another length"),
		VerifyError::Invalid => (
			"invalid",
			"the proof does not hold: these are not the figures of this query over that snapshot",
		),
	}
}

/// What a bundle is held against: the chain's word on one snapshot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Anchor {
	/// Chain, listing and period.
	pub context: Context,
	/// The commitment to the snapshot's columns.
	pub columns_root: Digest,
	/// The listing's least number of rows behind a group.
	pub min_group_size: u32,
}

impl Anchor {
	/// From what was read at one finalised block.
	///
	/// Errors: [`Disbelief::NoSnapshot`], [`Disbelief::NoColumns`].
	pub fn new(
		genesis: Digest,
		listing: ListingId,
		policy: &QueryPolicy,
		finals: &[SnapshotView],
		period: u32,
	) -> Result<Self, Disbelief> {
		let found = finals.iter().find(|snapshot| snapshot.period == period);
		let snapshot = found.ok_or(Disbelief::NoSnapshot { listing, period })?;
		let columns_root = snapshot.commitments.columns_root;
		let columns_root = columns_root.ok_or(Disbelief::NoColumns { listing, period })?;
		Ok(Self {
			context: Context { genesis, listing, period },
			columns_root,
			min_group_size: group_size(policy.aggregate_only, policy.min_group_size),
		})
	}

	/// Checks a bundle, and that it answers `sql`.
	///
	/// Errors: [`Disbelief`].
	pub fn check(&self, bundle: &[u8], sql: &str) -> Result<Bundle, Disbelief> {
		// The columns are the chain's once the proof holds; what the SQL means is asked of them and nobody else.
		let bundle = self.verify(bundle, None)?;
		// A bundle has the words of all columns that its query names, so that SQL over its columns means what it means over the table:
		// a column that is compared is one that the query names, whatever it is compared with.
		if meaning(&bundle, sql)?.query != bundle.query {
			return Err(VerifyError::Query.into());
		}
		Ok(bundle)
	}

	fn verify(&self, bundle: &[u8], query: Option<&Query>) -> Result<Bundle, Disbelief> {
		let expected = Expected {
			context: self.context,
			columns_root: self.columns_root,
			query,
			min_group_size: self.min_group_size,
		};
		Ok(souk_table_proofs::verify(bundle, &expected)?)
	}
}

/// Refuses SQL that cannot be proved whatever the columns are.
///
/// Errors: [`SqlError`], which names the part.
pub fn check_sql(sql: &str) -> Result<(), SqlError> {
	sql::check(sql).map(drop)
}

/// Refuses SQL that names another table than the listing of this name has. A bundle says what was computed over a snapshot; of what the
/// table is called it knows nothing.
///
/// Errors: [`Disbelief::Table`], [`Disbelief::Sql`].
pub fn check_table(sql: &str, listing: &str) -> Result<(), Disbelief> {
	let (table, own) = (sql::check(sql).map_err(Disbelief::Sql)?, table_name(listing));
	if table.eq_ignore_ascii_case(TABLE) || table.eq_ignore_ascii_case(&own) {
		return Ok(());
	}
	Err(Disbelief::Table { table, own })
}

/// How the answer of a bundle is laid out where its SQL is not there: the grouping column, then all figures.
pub fn layout(bundle: &Bundle) -> Layout {
	let columns: Vec<_> = bundle.columns.iter().map(|column| column.descriptor.clone()).collect();
	Layout::of(&bundle.query, &columns)
}

/// What SQL means over a bundle's columns, and how its answer is laid out.
///
/// Errors: [`Disbelief::Sql`].
pub fn meaning(bundle: &Bundle, sql: &str) -> Result<Statement, Disbelief> {
	let columns: Vec<_> = bundle.columns.iter().map(|column| column.descriptor.clone()).collect();
	sql::read(sql, &columns).map_err(Disbelief::Sql)
}
