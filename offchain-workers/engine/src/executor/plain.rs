//! What is sent is plain: every value of it has bytes of its own.
//!
//! Views, runs and dictionaries are how the engine holds values, not what the values are. Sent as they are they would drag along buffers of
//! which a piece needs a few bytes; and clients take nothing by which a few bytes can claim to be any number of values, since a node that lies
//! could make them write without end.

use std::sync::Arc;

use datafusion::arrow::{
	array::{ArrayRef, RecordBatch, RecordBatchOptions},
	compute::cast,
	datatypes::{DataType, Field, FieldRef, Fields, Schema, SchemaRef},
	error::ArrowError,
};

use crate::errors::QueryError;

/// The schema that a result is sent with.
///
/// # Errors
/// [`QueryError::Refused`] where there is no column, or one of a type that no cast makes plain.
pub(super) fn plain_schema(schema: &Schema) -> Result<Schema, QueryError> {
	if schema.fields().is_empty() {
		return Err(QueryError::refused("the query selects no column, and rows of nothing are not sent"));
	}
	// Metadata of the source file stays behind: it is not part of the result.
	let plain = Schema::new(schema.fields().iter().map(|field| plain_field(field)).collect::<Fields>());
	match plain.fields().iter().find(|field| !has_bytes(field.data_type())) {
		None => Ok(plain),
		Some(field) => Err(QueryError::refused(format!(
			"the values of column {:?} have no bytes of their own, being of type {}: CAST it to another type",
			field.name(),
			field.data_type()
		))),
	}
}

/// A batch with the columns of a [`plain_schema`].
pub(super) fn plain_batch(batch: &RecordBatch, schema: &SchemaRef) -> Result<RecordBatch, ArrowError> {
	let columns: Result<Vec<ArrayRef>, ArrowError> = batch
		.columns()
		.iter()
		.zip(schema.fields())
		.map(|(column, field)| {
			if column.data_type() == field.data_type() {
				Ok(Arc::clone(column))
			} else {
				cast(column, field.data_type())
			}
		})
		.collect();
	let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
	RecordBatch::try_new_with_options(Arc::clone(schema), columns?, &options)
}

/// The type that a column is sent with. Nulls of no type are text that is missing, as they are in a table.
fn plain_type(kind: &DataType) -> DataType {
	let field = |field: &FieldRef| Arc::new(plain_field(field));
	match kind {
		DataType::Utf8View | DataType::Null => DataType::Utf8,
		DataType::BinaryView => DataType::Binary,
		DataType::Dictionary(_, value) => plain_type(value),
		DataType::RunEndEncoded(_, value) => plain_type(value.data_type()),
		DataType::List(item) | DataType::ListView(item) => DataType::List(field(item)),
		DataType::LargeList(item) | DataType::LargeListView(item) => DataType::LargeList(field(item)),
		DataType::FixedSizeList(item, length) => DataType::FixedSizeList(field(item), *length),
		DataType::Struct(fields) => DataType::Struct(fields.iter().map(field).collect::<Fields>()),
		DataType::Map(entries, sorted) => DataType::Map(field(entries), *sorted),
		other => other.clone(),
	}
}

fn plain_field(field: &Field) -> Field {
	let nullable = match field.data_type() {
		DataType::Null => true,
		// The values that its keys stand for may be nulls themselves.
		DataType::Dictionary(..) => true,
		// Whether there are nulls is said of the values of its runs.
		DataType::RunEndEncoded(_, value) => {
			field.is_nullable() || value.is_nullable() || *value.data_type() == DataType::Null
		}
		_ => field.is_nullable(),
	};
	field.clone().with_data_type(plain_type(field.data_type())).with_nullable(nullable)
}

/// Whether each value of a [`plain_type`] has bytes.
fn has_bytes(kind: &DataType) -> bool {
	match kind {
		DataType::Union(..) => false,
		DataType::FixedSizeBinary(width) => *width > 0,
		DataType::FixedSizeList(item, length) => *length > 0 && has_bytes(item.data_type()),
		DataType::List(item) | DataType::LargeList(item) | DataType::Map(item, _) => {
			has_bytes(item.data_type())
		}
		DataType::Struct(fields) => {
			!fields.is_empty() && fields.iter().all(|field| has_bytes(field.data_type()))
		}
		_ => true,
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use datafusion::arrow::{
		array::{
			Array, BinaryViewArray, DictionaryArray, Int32Array, ListArray, NullArray, RunArray, StringArray,
			StringViewArray, StructArray,
		},
		buffer::OffsetBuffer,
		datatypes::{Int32Type, UnionFields, UnionMode},
	};

	fn text() -> StringArray {
		StringArray::from(vec![Some("A"), Some("A"), None, Some("B")])
	}

	#[test]
	fn each_way_to_hold_values_is_sent_as_the_values() {
		let runs = RunArray::<Int32Type>::try_new(
			&Int32Array::from(vec![2, 3, 4]),
			&StringArray::from(vec![Some("A"), None, Some("B")]),
		);
		let dictionary: DictionaryArray<Int32Type> = text().iter().collect();
		let columns: [ArrayRef; 4] = [
			Arc::new(text()),
			Arc::new(StringViewArray::from_iter(text().iter())),
			Arc::new(dictionary),
			Arc::new(runs.unwrap()),
		];
		for column in columns {
			let kind = column.data_type().clone();
			let within = StructArray::new(
				Fields::from(vec![Field::new("a", kind.clone(), true)]),
				vec![Arc::clone(&column)],
				None,
			);
			let batch = RecordBatch::try_from_iter_with_nullable([
				("flat", column, true),
				("within", Arc::new(within) as ArrayRef, true),
			]);
			let batch = batch.unwrap();
			let schema = Arc::new(plain_schema(&batch.schema()).unwrap());
			let sent = plain_batch(&batch, &schema).unwrap();
			assert_eq!(sent.column(0).to_data(), text().to_data(), "{kind}");
			let within = sent.column(1).as_any().downcast_ref::<StructArray>().unwrap();
			assert_eq!(within.column(0).to_data(), text().to_data(), "{kind}");
		}
	}

	#[test]
	fn nulls_of_no_type_are_sent_as_missing_text() {
		let item = Arc::new(Field::new("item", DataType::Null, true));
		let list =
			ListArray::new(item, OffsetBuffer::from_lengths([2, 1]), Arc::new(NullArray::new(3)), None);
		let bytes = BinaryViewArray::from_iter_values([b"a", b"b"]);
		let columns: [(&str, ArrayRef); 3] =
			[("flat", Arc::new(NullArray::new(2))), ("list", Arc::new(list)), ("bytes", Arc::new(bytes))];
		let batch =
			RecordBatch::try_from_iter_with_nullable(columns.map(|(name, column)| (name, column, true)));
		let batch = batch.unwrap();
		let schema = Arc::new(plain_schema(&batch.schema()).unwrap());
		let kinds: Vec<_> = schema.fields().iter().map(|field| field.data_type().clone()).collect();
		let list = DataType::List(Arc::new(Field::new("item", DataType::Utf8, true)));
		assert_eq!(kinds, [DataType::Utf8, list, DataType::Binary]);
		let sent = plain_batch(&batch, &schema).unwrap();
		assert_eq!((sent.num_rows(), sent.column(0).null_count()), (2, 2));
		let lists = sent.column(1).as_any().downcast_ref::<ListArray>().unwrap();
		assert_eq!((lists.value(0).null_count(), lists.value(1).null_count()), (2, 1));
	}

	#[test]
	fn what_no_cast_makes_plain_is_refused() {
		let item = |kind: DataType| Arc::new(Field::new("item", kind, true));
		let union = UnionFields::from_fields([Field::new("a", DataType::Int64, true)]);
		for kind in [
			DataType::Union(union, UnionMode::Sparse),
			DataType::FixedSizeBinary(0),
			DataType::FixedSizeList(item(DataType::Int64), 0),
			DataType::Struct(Fields::empty()),
			DataType::List(item(DataType::Struct(Fields::empty()))),
		] {
			let schema = Schema::new(vec![Field::new("x", kind, true)]);
			let refused = plain_schema(&schema);
			assert!(matches!(refused, Err(QueryError::Refused { .. })), "{refused:?}");
		}
		assert!(matches!(plain_schema(&Schema::empty()), Err(QueryError::Refused { .. })));
	}
}
