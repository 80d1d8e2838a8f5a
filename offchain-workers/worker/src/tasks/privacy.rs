//! Validated → privatised: the manifest's privacy actions, before anything leaves the curator's machine.
//!
//! Actions are applied in the manifest's order. What a value is compared and hashed by is its text, so that `5` and
//! `"5"` are the same person whatever a reader took the column for. Values that are missing stay missing.

use crate::{
	decimal::{round_f32, round_f64, round_i128},
	error::StepError,
	groups::{fingerprint, Fingerprint, Groups},
	table::{column, Table, TableWriter},
	work::{Outputs, Work},
};
use datafusion::arrow::{
	array::{Array, ArrayRef, AsArray, BooleanArray, PrimitiveArray, RecordBatch, StringArray},
	compute::{cast, nullif},
	datatypes::{DataType, Decimal128Type, Field, Float32Type, Float64Type, Schema, SchemaRef},
};
use souk_config::{Below, PrivacyAction, PrivacyRule};
use souk_protocol::{hash::tagged, Digest, ListingSecret};
use std::{
	collections::{BTreeMap, HashSet},
	sync::Arc,
};

/// Digits of a decimal, at most.
const MAX_DIGITS: u8 = 38;
/// Bytes of a hashed value: 128 bits are enough for no two values to meet.
const HASH_BYTES: usize = 16;

/// Applies the actions and writes the result.
///
/// # Errors
/// [`StepError::Poison`] for an action that does not fit its column.
pub fn run(work: &Work, outputs: &mut Outputs) -> Result<(), StepError> {
	let table = Table::open(&work.transformed_file())?;
	let key = hash_key(&work.secret, work.listing);
	let mut actions: Vec<Action<'_>> = Vec::with_capacity(work.manifest.privacy.len());
	for rule in &work.manifest.privacy {
		let action = Action::new(rule, &key, |least| frequent(rule, least, &actions, &table, work))?;
		actions.push(action);
	}
	let mut writer: Option<TableWriter> = None;
	for batch in table.batches(&work.budget)? {
		let batch = apply_all(&actions, batch?)?;
		let writer = match &mut writer {
			Some(writer) => writer,
			None => writer.insert(TableWriter::create(&work.privatised_file(), &batch.schema())?),
		};
		writer.write(&batch)?;
	}
	let writer = match writer {
		Some(writer) => writer,
		None => {
			let empty = apply_all(&actions, RecordBatch::new_empty(table.schema().clone()))?;
			TableWriter::create(&work.privatised_file(), &empty.schema())?
		}
	};
	outputs.rows = Some(writer.finish()?);
	Ok(())
}

/// The columns that a table with the columns `schema` has after the actions. No row is needed for that, and no key.
///
/// # Errors
/// As [`run`].
pub fn columns(rules: &[PrivacyRule], schema: &SchemaRef) -> Result<SchemaRef, StepError> {
	let none = |_| Ok(HashSet::new());
	let actions =
		rules.iter().map(|rule| Action::new(rule, &[0; 32], none)).collect::<Result<Vec<_>, _>>()?;
	Ok(apply_all(&actions, RecordBatch::new_empty(schema.clone()))?.schema())
}

/// The key of a listing's hashes. It comes from the listing's secret, which its workers have in common, so that they
/// agree, and nobody else can try out the values of a small domain. Columns share it: a value keeps its equals across
/// columns and snapshots for as long as the secret lives.
fn hash_key(secret: &ListingSecret, listing: u32) -> Digest {
	tagged("souk/privacy-hash-key/v1", &[&secret.to_bytes(), &listing.to_le_bytes()])
}

fn apply_all(actions: &[Action<'_>], batch: RecordBatch) -> Result<RecordBatch, StepError> {
	actions.iter().try_fold(batch, |batch, action| action.apply(&batch))
}

/// An action at work.
struct Action<'a> {
	rule: &'a PrivacyRule,
	what: What<'a>,
}

enum What<'a> {
	Keep,
	Remove,
	Hash(Digest),
	Round(u32),
	Generalize {
		mapping: &'a BTreeMap<String, String>,
		default: Option<&'a str>,
	},
	/// Values that go.
	SuppressValues(HashSet<&'a str>),
	/// Values that stay, because enough rows have them.
	SuppressRare(HashSet<Fingerprint>),
}

impl<'a> Action<'a> {
	/// `frequent` finds the values that at least so many rows have.
	fn new(
		rule: &'a PrivacyRule,
		key: &Digest,
		frequent: impl FnOnce(u64) -> Result<HashSet<Fingerprint>, StepError>,
	) -> Result<Self, StepError> {
		let what = match &rule.action {
			PrivacyAction::Keep => What::Keep,
			PrivacyAction::Remove => What::Remove,
			PrivacyAction::Hash => What::Hash(*key),
			PrivacyAction::Round { precision } => What::Round(*precision),
			PrivacyAction::Generalize { mapping, default } => {
				What::Generalize { mapping, default: default.as_deref() }
			}
			PrivacyAction::Suppress { below: Below::Values(values) } => {
				What::SuppressValues(values.iter().map(String::as_str).collect())
			}
			PrivacyAction::Suppress { below: Below::Count(least) } => What::SuppressRare(frequent(*least)?),
		};
		Ok(Self { rule, what })
	}

	fn wrong(&self, sentence: impl std::fmt::Display) -> StepError {
		wrong(self.rule, sentence)
	}

	fn apply(&self, batch: &RecordBatch) -> Result<RecordBatch, StepError> {
		let at = place(self.rule, &batch.schema())?;
		let old = batch.column(at);
		let new: ArrayRef = match &self.what {
			What::Keep => return Ok(batch.clone()),
			What::Remove => {
				let left: Vec<usize> = (0..batch.num_columns()).filter(|other| *other != at).collect();
				if left.is_empty() {
					return Err(self.wrong("it is the only column, and nothing would be left"));
				}
				return batch.project(&left).map_err(|error| self.wrong(error));
			}
			What::Hash(key) => {
				let hash = |text: &str| {
					let mut hash = blake3::keyed_hash(key, text.as_bytes()).to_hex();
					hash.truncate(2 * HASH_BYTES);
					hash
				};
				Arc::new(texts(self.rule, old)?.iter().map(|text| text.map(hash)).collect::<StringArray>())
			}
			What::Round(digits) => self.round(old, *digits)?,
			What::Generalize { mapping, default } => {
				let broader = |text: &str| mapping.get(text).map(String::as_str).or(*default);
				Arc::new(
					texts(self.rule, old)?.iter().map(|text| text.and_then(broader)).collect::<StringArray>(),
				)
			}
			What::SuppressValues(values) => self.suppress(old, |text| values.contains(text))?,
			What::SuppressRare(stay) => {
				self.suppress(old, |text| !stay.contains(&fingerprint(text.as_bytes())))?
			}
		};
		let schema = batch.schema();
		let fields = schema.fields().iter().enumerate().map(|(index, field)| match index == at {
			true => Arc::new(Field::new(field.name(), new.data_type().clone(), true)),
			false => field.clone(),
		});
		let schema = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
		let mut columns = batch.columns().to_vec();
		if let Some(column) = columns.get_mut(at) {
			*column = new;
		}
		RecordBatch::try_new(schema, columns).map_err(|error| self.wrong(error))
	}

	fn suppress(&self, old: &ArrayRef, gone: impl Fn(&str) -> bool) -> Result<ArrayRef, StepError> {
		let texts = texts(self.rule, old)?;
		let mask: BooleanArray = texts.iter().map(|text| Some(text.is_some_and(&gone))).collect();
		nullif(old, &mask).map_err(|error| self.wrong(error))
	}

	fn round(&self, old: &ArrayRef, digits: u32) -> Result<ArrayRef, StepError> {
		match old.data_type() {
			DataType::Float64 => {
				let values: PrimitiveArray<Float64Type> =
					old.as_primitive::<Float64Type>().unary(|value| round_f64(value, digits));
				Ok(Arc::new(values))
			}
			DataType::Float32 => {
				let values: PrimitiveArray<Float32Type> =
					old.as_primitive::<Float32Type>().unary(|value| round_f32(value, digits));
				Ok(Arc::new(values))
			}
			DataType::Decimal128(precision, scale) => {
				// 9.99 becomes 10.00: one more digit.
				let precision = precision.saturating_add(1).min(MAX_DIGITS);
				let values: PrimitiveArray<Decimal128Type> = old
					.as_primitive::<Decimal128Type>()
					.iter()
					.map(|value| match value {
						Some(value) => round_i128(value, *scale, digits)
							.map(Some)
							.ok_or_else(|| self.wrong("a rounded value has more than 38 digits")),
						None => Ok(None),
					})
					.collect::<Result<PrimitiveArray<_>, _>>()?;
				let values =
					values.with_precision_and_scale(precision, *scale).map_err(|error| self.wrong(error))?;
				values.validate_decimal_precision(precision).map_err(|error| self.wrong(error))?;
				Ok(Arc::new(values))
			}
			// A whole number has no decimals to lose.
			kind if kind.is_integer() => Ok(old.clone()),
			kind => Err(self.wrong(format!("it holds {kind}, which cannot be rounded: use numbers"))),
		}
	}
}

fn wrong(rule: &PrivacyRule, sentence: impl std::fmt::Display) -> StepError {
	StepError::Poison(format!("[[privacy]] {}: column {:?}: {sentence}", rule.action.name(), rule.column))
}

fn place(rule: &PrivacyRule, schema: &Schema) -> Result<usize, StepError> {
	column(schema, &rule.column)
		.map_err(|error| StepError::Poison(format!("[[privacy]] {}: {error}", rule.action.name())))
}

/// The text of each value.
fn texts(rule: &PrivacyRule, values: &ArrayRef) -> Result<StringArray, StepError> {
	let texts = cast(values, &DataType::Utf8)
		.map_err(|_| wrong(rule, format!("it holds {}, which has no text", values.data_type())))?;
	Ok(texts.as_string::<i32>().clone())
}

/// The values that `least` rows or more have, after the actions before this one.
fn frequent(
	rule: &PrivacyRule,
	least: u64,
	before: &[Action<'_>],
	table: &Table,
	work: &Work,
) -> Result<HashSet<Fingerprint>, StepError> {
	let mut groups = Groups::new(&work.scratch()?);
	let mut row = 0;
	for batch in table.batches(&work.budget)? {
		let batch = apply_all(before, batch?)?;
		let at = place(rule, &batch.schema())?;
		for text in texts(rule, batch.column(at))?.iter() {
			row += 1;
			if let Some(text) = text {
				groups.push(fingerprint(text.as_bytes()), row)?;
			}
		}
	}
	// At most one in `least` rows is remembered here.
	let mut stay = HashSet::new();
	groups.each(|group| {
		if group.count >= least {
			stay.insert(group.fingerprint);
		}
		Ok(())
	})?;
	Ok(stay)
}
