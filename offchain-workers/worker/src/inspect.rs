//! The columns that a manifest's table will have, before there is a table: what a curator publishes with the offer, so that
//! a subscriber knows what to ask before paying.
//!
//! ```text
//! source ─ types ─> SQL, planned ─> rules fit ─> privacy actions, on no rows ─> Parquet has the types, [prove] fits ─> columns
//! ```
//!
//! The steps of a run are asked, each for what it would make of the columns; so the answer is that of a run, and so are the
//! errors. What only shows in a row, such as a division by zero or a rule that is broken, does not show here.

use crate::{
	error::StepError,
	table::canonical_schema,
	tasks::{encode, privacy, transform, validate},
};
use serde::{Deserialize, Serialize};
use souk_config::{Manifest, PrivacyAction, Rule};
use souk_protocol::metadata::Field;
use std::path::{Path, PathBuf};

/// What is known of a table beforehand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inspection {
	/// Its columns, in order.
	pub columns: Vec<Field>,
}

/// Inspects a manifest whose relative paths start from `base_dir`. `scratch` is an existing folder for a source that has to
/// be decompressed.
///
/// # Errors
/// Those of a run, as far as they show without rows.
pub async fn inspect(
	manifest: &Manifest,
	base_dir: &Path,
	memory_bytes: u64,
	scratch: PathBuf,
) -> Result<Inspection, StepError> {
	let schema = transform::columns(manifest, base_dir, memory_bytes, scratch).await?;
	let schema = canonical_schema(&schema)?;
	validate::fit(&manifest.rules, &schema)?;
	let left = privacy::columns(&manifest.privacy, &schema)?;
	let schema = canonical_schema(&left)?;
	encode::fit(manifest, &schema)?;
	let columns = schema.fields().iter().map(|field| Field {
		name: field.name().clone(),
		data_type: field.data_type().to_string(),
		nullable: may_be_null(manifest, field.name()),
	});
	Ok(Inspection { columns: columns.collect() })
}

/// Whether a value of the column may be missing: unless a rule forbids it, and no privacy action takes values away after
/// the rules were checked.
fn may_be_null(manifest: &Manifest, column: &str) -> bool {
	let forbidden =
		manifest.rules.iter().any(|rule| matches!(rule, Rule::NotNull { column: of } if of == column));
	let taken = manifest.privacy.iter().filter(|rule| rule.column == column).any(|rule| {
		matches!(
			rule.action,
			PrivacyAction::Suppress { .. } | PrivacyAction::Generalize { default: None, .. }
		)
	});
	!forbidden || taken
}
