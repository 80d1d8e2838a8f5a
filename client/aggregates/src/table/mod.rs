//! Typed columns in committed units, and the way there from Arrow.
//!
//! Three steps, so that a worker that commits need never hold the table: [`column_type`] from the schema alone,
//! [`DictionaryBuilder`] over the batches of each text column, [`encode`] over all batches. [`Table::from_batches`] does them for a
//! table in memory.

mod dictionary;
mod encode;
mod error;

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use arrow_array::RecordBatch;
use arrow_schema::{DataType, Field, TimeUnit};
use serde::{Deserialize, Serialize};
use souk_table_proofs::{ColumnDescriptor, ColumnType, MAX_COLUMNS, MAX_NAME_BYTES};

pub use dictionary::DictionaryBuilder;
pub use encode::encode;
pub use error::TableError;

/// Most digits after the point.
pub const MAX_SCALE: u8 = 18;

/// A column as the manifest's `[prove]` names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Declared {
	/// Its name in the table.
	pub name: String,
	/// Digits after the point, for numbers. Floating-point columns must say it; whole numbers have 0 and decimals their own
	/// scale where it is not said.
	#[serde(default)]
	pub scale: Option<u8>,
}

/// The committed columns of a table, in memory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
	/// What the columns are.
	pub descriptors: Vec<ColumnDescriptor>,
	/// The values of each, all of one length, in the units of its type; `None` is NULL.
	pub columns: Vec<Vec<Option<i64>>>,
}

impl Table {
	/// Rows; 0 for a table without columns.
	pub fn rows(&self) -> usize {
		self.columns.first().map_or(0, Vec::len)
	}

	/// The declared columns of these batches, in the order of the declaration.
	///
	/// # Errors
	/// [`TableError`], for columns that cannot be committed to and for the first value that is not exactly representable.
	pub fn from_batches(batches: &[RecordBatch], declared: &[Declared]) -> Result<Self, TableError> {
		check_declared(declared)?;
		let (mut descriptors, mut columns) = (Vec::new(), Vec::new());
		for declared in declared {
			let missing = || TableError::Missing { column: declared.name.clone() };
			let arrays: Vec<_> = batches
				.iter()
				.map(|batch| batch.column_by_name(&declared.name).ok_or_else(missing))
				.collect::<Result<_, _>>()?;
			let schema = batches.first().map(RecordBatch::schema).ok_or_else(missing)?;
			let field = schema.field_with_name(&declared.name).map_err(|_| missing())?;
			let kind = column_type(field, declared)?;
			let mut dictionary = DictionaryBuilder::new(&declared.name);
			if kind == ColumnType::Text {
				for array in &arrays {
					dictionary.add(array)?;
				}
			}
			let descriptor =
				ColumnDescriptor { name: declared.name.clone(), kind, dictionary: dictionary.finish() };
			let mut values = Vec::with_capacity(arrays.iter().map(|array| array.len()).sum());
			for array in arrays {
				encode(array, &descriptor, values.len() as u64, &mut values)?;
			}
			descriptors.push(descriptor);
			columns.push(values);
		}
		Ok(Self { descriptors, columns })
	}
}

/// Number and names of the declared columns.
///
/// # Errors
/// [`TableError`] where there are too many, or a name is too long or there twice.
pub fn check_declared(declared: &[Declared]) -> Result<(), TableError> {
	if declared.len() > MAX_COLUMNS {
		return Err(TableError::TooMany { found: declared.len() });
	}
	let mut names = BTreeSet::new();
	for Declared { name, scale: _ } in declared {
		if name.is_empty() || name.len() > MAX_NAME_BYTES {
			return Err(TableError::Name { column: name.clone() });
		}
		if !names.insert(name) {
			return Err(TableError::Twice { column: name.clone() });
		}
	}
	Ok(())
}

/// What a column will be committed as, from its Arrow type and its declaration; no row is looked at.
///
/// # Errors
/// [`TableError`] for a type that cannot be committed to, and a scale that is missing, too large or makes no sense.
pub fn column_type(field: &Field, declared: &Declared) -> Result<ColumnType, TableError> {
	let column = || declared.name.clone();
	let kind = match field.data_type() {
		DataType::Int8
		| DataType::Int16
		| DataType::Int32
		| DataType::Int64
		| DataType::UInt8
		| DataType::UInt16
		| DataType::UInt32
		| DataType::UInt64 => ColumnType::Decimal { scale: declared.scale.unwrap_or(0) },
		DataType::Float32 | DataType::Float64 => {
			let scale = declared.scale.ok_or_else(|| TableError::NoScale { column: column() })?;
			ColumnType::Decimal { scale }
		}
		DataType::Decimal32(_, own)
		| DataType::Decimal64(_, own)
		| DataType::Decimal128(_, own)
		| DataType::Decimal256(_, own) => {
			// A scale below zero says that the last digits are zeros.
			let own = u8::try_from((*own).max(0)).unwrap_or(0);
			ColumnType::Decimal { scale: declared.scale.unwrap_or(own) }
		}
		DataType::Date32 | DataType::Date64 => ColumnType::Date,
		DataType::Timestamp(
			TimeUnit::Second | TimeUnit::Millisecond | TimeUnit::Microsecond | TimeUnit::Nanosecond,
			zone,
		) => match zone.as_deref() {
			None | Some("UTC" | "Z" | "+00:00") => ColumnType::Timestamp,
			Some(zone) => return Err(TableError::Zone { column: column(), zone: zone.to_owned() }),
		},
		DataType::Boolean => ColumnType::Bool,
		DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => ColumnType::Text,
		found => return Err(TableError::Type { column: column(), found: found.to_string() }),
	};
	match (kind, declared.scale) {
		(ColumnType::Decimal { scale }, _) if scale > MAX_SCALE => {
			Err(TableError::Scale { column: column(), scale })
		}
		(ColumnType::Decimal { .. }, _) | (_, None) => Ok(kind),
		(_, Some(_)) => Err(TableError::NotANumber { column: column() }),
	}
}
