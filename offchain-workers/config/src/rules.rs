//! `[[validate]]` and `[[privacy]]`: what must hold of a snapshot, and what happens to its columns.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// A limit of [`Rule::InRange`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Bound {
	/// A whole number.
	Integer(i64),
	/// Any number.
	Float(f64),
}

impl Bound {
	/// As a floating-point number; exact up to 2^53.
	pub fn as_f64(self) -> f64 {
		match self {
			// Rounding to the nearest is what a comparison with floats means.
			Self::Integer(value) => value as f64,
			Self::Float(value) => value,
		}
	}
}

/// What must hold of the transformed table; a snapshot that breaks a rule is not published.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "rule", rename_all = "snake_case", deny_unknown_fields)]
pub enum Rule {
	/// `value` rows or more.
	MinRows {
		/// Rows.
		value: u64,
	},
	/// `value` rows or fewer.
	MaxRows {
		/// Rows.
		value: u64,
	},
	/// No value of the column is null.
	NotNull {
		/// A column of the transformed table.
		column: String,
	},
	/// No two rows have the same value in the column, or the same values in all of several columns.
	Unique {
		/// `column = "id"` or `column = ["origin", "time_hour"]`.
		#[serde(rename = "column", deserialize_with = "one_or_many")]
		columns: Vec<String>,
	},
	/// Every value that is not null is at least `min` and at most `max`.
	InRange {
		/// A column of numbers.
		column: String,
		/// The smallest value allowed; none means any.
		#[serde(default)]
		min: Option<Bound>,
		/// The largest value allowed; none means any.
		#[serde(default)]
		max: Option<Bound>,
	},
	/// Every value that is not null matches a regular expression as a whole.
	Matches {
		/// A column of text.
		column: String,
		/// A regular expression (syntax of Rust's `regex`), anchored at both ends by itself.
		pattern: String,
	},
}

impl Rule {
	/// The word in the manifest.
	pub fn name(&self) -> &'static str {
		match self {
			Self::MinRows { .. } => "min_rows",
			Self::MaxRows { .. } => "max_rows",
			Self::NotNull { .. } => "not_null",
			Self::Unique { .. } => "unique",
			Self::InRange { .. } => "in_range",
			Self::Matches { .. } => "matches",
		}
	}

	/// The columns that it looks at.
	pub fn columns(&self) -> &[String] {
		match self {
			Self::MinRows { .. } | Self::MaxRows { .. } => &[],
			Self::Unique { columns } => columns,
			Self::NotNull { column } | Self::InRange { column, .. } | Self::Matches { column, .. } => {
				std::slice::from_ref(column)
			}
		}
	}
}

fn one_or_many<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
	#[derive(Deserialize)]
	#[serde(untagged, expecting = "a column's name or a list of them")]
	enum Columns {
		One(String),
		Many(Vec<String>),
	}
	Ok(match Columns::deserialize(deserializer)? {
		Columns::One(column) => vec![column],
		Columns::Many(columns) => columns,
	})
}

/// Which values [`PrivacyAction::Suppress`] takes out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged, expecting = "a number of rows, or a list of values")]
pub enum Below {
	/// Values that fewer rows than this have.
	Count(u64),
	/// These values, as text.
	Values(Vec<String>),
}

/// What happens to a column before anything leaves the curator's machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PrivacyAction {
	/// Nothing. For columns that are public on purpose, so that a reader of the manifest sees that somebody thought.
	Keep,
	/// The column is left out.
	Remove,
	/// Each value becomes a keyed hash: equal values stay equal, and without the listing's secret nobody can try out
	/// a small domain.
	Hash,
	/// Numbers are rounded half to even.
	Round {
		/// Decimals kept.
		precision: u32,
	},
	/// Values are replaced by broader ones.
	Generalize {
		/// From a value, as text, to what replaces it.
		mapping: BTreeMap<String, String>,
		/// What replaces values that are not in the mapping; without it they become null.
		default: Option<String>,
	},
	/// Some values become null.
	Suppress {
		/// Which.
		below: Below,
	},
}

impl PrivacyAction {
	/// The word in the manifest.
	pub fn name(&self) -> &'static str {
		match self {
			Self::Keep => "keep",
			Self::Remove => "remove",
			Self::Hash => "hash",
			Self::Round { .. } => "round",
			Self::Generalize { .. } => "generalize",
			Self::Suppress { .. } => "suppress",
		}
	}
}

/// One `[[privacy]]` entry: a column and what happens to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "WrittenRule", into = "WrittenRule")]
pub struct PrivacyRule {
	/// A column of the transformed table.
	pub column: String,
	/// What happens to it.
	pub action: PrivacyAction,
}

/// As it stands in the file: every action's keys side by side.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenRule {
	column: String,
	action: String,
	#[serde(default, skip_serializing_if = "Option::is_none")]
	precision: Option<u32>,
	#[serde(default, skip_serializing_if = "Option::is_none")]
	default: Option<String>,
	#[serde(default, skip_serializing_if = "Option::is_none")]
	below: Option<Below>,
	#[serde(default, skip_serializing_if = "Option::is_none")]
	mapping: Option<BTreeMap<String, String>>,
}

impl TryFrom<WrittenRule> for PrivacyRule {
	type Error = String;

	fn try_from(written: WrittenRule) -> Result<Self, String> {
		let WrittenRule { column, action, precision, default, below, mapping } = written;
		let given = [
			("precision", precision.is_some()),
			("default", default.is_some()),
			("below", below.is_some()),
			("mapping", mapping.is_some()),
		];
		let takes: &[&str] = match action.as_str() {
			"keep" | "remove" | "hash" => &[],
			"round" => &["precision"],
			"generalize" => &["mapping", "default"],
			"suppress" => &["below"],
			other => {
				return Err(format!(
					"unknown action {other:?} for column {column:?}, expected one of keep, remove, hash, round, generalize, suppress"
				));
			}
		};
		if let Some((key, _)) = given.iter().find(|(key, given)| *given && !takes.contains(key)) {
			return Err(format!("{key} does not belong to action {action:?} of column {column:?}"));
		}
		let missing =
			|key: &str, what: &str| format!("action {action:?} of column {column:?} needs {key}, {what}");
		let parsed = match action.as_str() {
			"keep" => PrivacyAction::Keep,
			"remove" => PrivacyAction::Remove,
			"hash" => PrivacyAction::Hash,
			"round" => PrivacyAction::Round {
				precision: precision.ok_or_else(|| missing("precision", "a number of decimals"))?,
			},
			"generalize" => PrivacyAction::Generalize {
				mapping: mapping
					.ok_or_else(|| missing("mapping", "a table from values to broader values"))?,
				default,
			},
			_ => PrivacyAction::Suppress {
				below: below.ok_or_else(|| missing("below", "a number of rows or a list of values"))?,
			},
		};
		Ok(Self { column, action: parsed })
	}
}

impl From<PrivacyRule> for WrittenRule {
	fn from(rule: PrivacyRule) -> Self {
		let written = Self { action: rule.action.name().to_owned(), column: rule.column, ..Self::default() };
		match rule.action {
			PrivacyAction::Keep | PrivacyAction::Remove | PrivacyAction::Hash => written,
			PrivacyAction::Round { precision } => Self { precision: Some(precision), ..written },
			PrivacyAction::Generalize { mapping, default } => {
				Self { mapping: Some(mapping), default, ..written }
			}
			PrivacyAction::Suppress { below } => Self { below: Some(below), ..written },
		}
	}
}
