//! The figures of a proved answer as a table.

use super::values::column_of;
use datafusion::arrow::{
	array::{
		ArrayRef, BooleanArray, Date32Array, Decimal128Array, Int64Array, RecordBatch, StringArray,
		TimestampMicrosecondArray, UInt64Array,
	},
	datatypes::{Field, Schema},
};
use souk_aggregates::{
	decimal::{average_text, AVERAGE_DIGITS},
	sql::{Layout, Shown},
};
use souk_table_proofs::{Aggregate, Bundle, ColumnDescriptor, ColumnType, Figure};
use std::sync::Arc;

/// Digits of a decimal, at most.
const DIGITS: u8 = 38;

/// The answer of a checked bundle with a column's own type for each figure: sums and averages are decimals. Columns stand as in
/// `layout`. `None` for what no checked bundle holds.
pub fn batch(bundle: &Bundle, layout: &Layout) -> Option<RecordBatch> {
	let columns: Vec<_> = bundle.columns.iter().map(|column| &column.descriptor).collect();
	let (query, groups) = (&bundle.query, &bundle.answer.groups);
	let (mut fields, mut arrays) = (Vec::new(), Vec::new());
	for output in &layout.columns {
		let array: ArrayRef = match output.shown {
			Shown::Key => {
				let keys: Vec<Option<i64>> = groups.iter().map(|group| group.key).collect::<Option<_>>()?;
				values(&keys, columns.get(usize::from(query.group_by?))?)?
			}
			Shown::Figure(place) => {
				let aggregate = query.aggregates.get(place)?;
				let figures = groups.iter().map(|group| group.figures.get(place));
				let figures: Vec<&Figure> = figures.collect::<Option<_>>()?;
				figures_of(&figures, aggregate, column_of(aggregate, &columns))?
			}
		};
		fields.push(Field::new(&output.name, array.data_type().clone(), true));
		arrays.push(array);
	}
	RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays).ok()
}

fn figures_of(
	figures: &[&Figure],
	aggregate: &Aggregate,
	column: Option<&ColumnDescriptor>,
) -> Option<ArrayRef> {
	let scale = || match column?.kind {
		ColumnType::Decimal { scale } => Some(scale),
		_ => None,
	};
	match aggregate {
		Aggregate::CountAll | Aggregate::Count(_) => {
			let counts = figures.iter().map(|figure| match figure {
				Figure::Count(count) => Some(*count),
				_ => None,
			});
			Some(Arc::new(UInt64Array::from(counts.collect::<Option<Vec<_>>>()?)))
		}
		Aggregate::Sum(_) => {
			let sums = figures.iter().map(|figure| match figure {
				Figure::Sum(sum) => Some(*sum),
				_ => None,
			});
			decimals(sums.collect::<Option<_>>()?, scale()?)
		}
		Aggregate::Avg(_) => {
			let scale = scale()?;
			let averages = figures.iter().map(|figure| match figure {
				Figure::Average { count: 0, .. } => Some(None),
				Figure::Average { sum, count } => {
					let digits = average_text(*sum, *count, scale)?.replace('.', "");
					Some(Some(digits.parse::<i128>().ok()?))
				}
				_ => None,
			});
			decimals(averages.collect::<Option<_>>()?, scale.checked_add(AVERAGE_DIGITS)?)
		}
		Aggregate::Min(_) | Aggregate::Max(_) => {
			let found = figures.iter().map(|figure| match figure {
				Figure::Value(value) => Some(*value),
				_ => None,
			});
			values(&found.collect::<Option<Vec<_>>>()?, column?)
		}
	}
}

fn decimals(units: Vec<Option<i128>>, scale: u8) -> Option<ArrayRef> {
	let array = Decimal128Array::from(units).with_precision_and_scale(DIGITS, i8::try_from(scale).ok()?);
	Some(Arc::new(array.ok()?))
}

fn values(values: &[Option<i64>], column: &ColumnDescriptor) -> Option<ArrayRef> {
	let some = values.iter().copied();
	Some(match column.kind {
		ColumnType::Decimal { scale: 0 } => Arc::new(Int64Array::from_iter(some)),
		ColumnType::Decimal { scale } => decimals(some.map(|value| value.map(i128::from)).collect(), scale)?,
		ColumnType::Date => {
			let days = some.map(|value| value.map(i32::try_from).transpose());
			Arc::new(Date32Array::from(days.collect::<Result<Vec<_>, _>>().ok()?))
		}
		ColumnType::Timestamp => Arc::new(TimestampMicrosecondArray::from_iter(some)),
		ColumnType::Bool => {
			Arc::new(some.map(|value| value.map(|value| value == 1)).collect::<BooleanArray>())
		}
		ColumnType::Text => {
			let word = |rank: i64| column.dictionary.get(usize::try_from(rank).ok()?).map(String::as_str);
			let words = some.map(|rank| match rank {
				Some(rank) => word(rank).map(Some),
				None => Some(None),
			});
			Arc::new(StringArray::from(words.collect::<Option<Vec<_>>>()?))
		}
	})
}
