//! SQL to the normal form of a provable query. The subset, with what each part of it means, is `docs/provable-sql.md`.
//!
//! ```text
//! text ── limits, tokens (text) ── sqlparser ──> tree ── clauses (shape, condition, literal) ──> names
//!      names + committed columns ── resolve ──> query ── normal ──> predicates in normal form
//! ```
//!
//! It is parsed by the parser, and in the dialect, of the engine that answers queries without a proof, so that a text
//! is read alike by both. Everything outside the subset is refused by name, and no text makes this panic or take more than a
//! moment and some megabytes.

mod condition;
mod error;
mod layout;
mod literal;
mod normal;
mod resolve;
mod shape;
mod text;

#[cfg(test)]
mod tests;

use souk_table_proofs::{ColumnDescriptor, Query};

pub use error::{Position, SqlError, GUIDE};
pub use layout::{Layout, OutputColumn, Shown};

/// Most bytes of a text, as of any other query.
pub const MAX_TEXT_BYTES: usize = 64 * 1024;
/// Most words and signs of a text.
pub const MAX_TOKENS: usize = 1_000;
/// Most brackets inside each other.
pub const MAX_NESTING: usize = 8;

/// The subset, for people.
pub const GRAMMAR: &str = "\
SELECT item [AS name], …
FROM table [AS name]
[WHERE condition AND …]
[GROUP BY column]

item       count(*) | count(column) | sum(column) | min(column) | max(column) | avg(column) | the grouping column
condition  column = | <> | < | <= | > | >= literal          (or literal and column exchanged)
           column [NOT] BETWEEN literal AND literal
           column [NOT] IN (literal)
           column IS [NOT] NULL
literal    12.5 | 'text' | DATE '2013-01-31' | TIMESTAMP '2013-01-31 05:00:00' | true | false
";

/// A statement that can be proved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
	/// The table that it names. That it is the snapshot's is for the caller to see.
	pub table: String,
	/// Its normal form.
	pub query: Query,
	/// The columns of its answer.
	pub layout: Layout,
}

/// Reads a text whose table has these committed columns.
///
/// # Errors
/// [`SqlError`] for everything that is not in the subset, or names a column that is not committed to.
pub fn read(text: &str, columns: &[ColumnDescriptor]) -> Result<Statement, SqlError> {
	resolve::resolve(shape::shape(&text::Source::new(text)?)?, columns)
}

/// The query of [`read`].
///
/// # Errors
/// As [`read`].
pub fn parse(text: &str, columns: &[ColumnDescriptor]) -> Result<Query, SqlError> {
	read(text, columns).map(|statement| statement.query)
}

/// Refuses what [`read`] would refuse whatever the columns are. Returns the table that the text names.
///
/// # Errors
/// [`SqlError`].
pub fn check(text: &str) -> Result<String, SqlError> {
	Ok(shape::shape(&text::Source::new(text)?)?.table)
}
