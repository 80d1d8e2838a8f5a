//! Transformed → validated: every rule of the manifest holds, or the snapshot is not published.

use crate::{
	error::StepError,
	groups::{fingerprint, Groups},
	table::{column, Table},
	work::{Outputs, Work},
};
use datafusion::arrow::{
	array::{Array, ArrayRef, AsArray, RecordBatch},
	compute::cast,
	datatypes::{DataType, Float64Type, Int64Type, SchemaRef},
	row::{RowConverter, SortField},
};
use regex::Regex;
use souk_config::{Bound, Rule};
use std::path::Path;

/// Checks all rules in one pass over the table.
///
/// # Errors
/// [`StepError::Poison`] with the first rule that is broken, the row and the value.
pub fn run(work: &Work, outputs: &mut Outputs) -> Result<(), StepError> {
	let table = Table::open(&work.transformed_file())?;
	let scratch = work.scratch()?;
	let mut checks = work
		.manifest
		.rules
		.iter()
		.map(|rule| Check::new(rule, table.schema(), &scratch))
		.collect::<Result<Vec<_>, _>>()?;
	let mut rows = 0;
	for batch in table.batches(&work.budget)? {
		let batch = batch?;
		for check in &mut checks {
			check.look(&batch, rows)?;
		}
		rows += batch.num_rows() as u64;
	}
	for check in checks {
		check.finish(rows)?;
	}
	outputs.rows = Some(rows);
	Ok(())
}

/// Whether the rules can be applied to a table with these columns.
///
/// # Errors
/// [`StepError::Poison`] for a rule over a column that is not there, or that holds something else.
pub fn fit(rules: &[Rule], schema: &SchemaRef) -> Result<(), StepError> {
	// No row is looked at, so nothing is spilled either.
	rules.iter().try_for_each(|rule| Check::new(rule, schema, Path::new("")).map(|_| ()))
}

/// A rule at work.
enum Check<'a> {
	MinRows(u64),
	MaxRows(u64),
	NotNull { column: &'a str, at: usize },
	Unique { columns: &'a [String], at: Vec<usize>, rows: RowConverter, groups: Groups },
	InRange { column: &'a str, at: usize, range: Range },
	Matches { column: &'a str, at: usize, pattern: &'a str, regex: Regex },
}

#[derive(Clone, Copy)]
struct Range {
	min: Option<Bound>,
	max: Option<Bound>,
	/// Whether the column holds whole numbers, which are compared exactly.
	whole: bool,
}

fn broken(rule: &str, column: &str, sentence: impl std::fmt::Display) -> StepError {
	StepError::Poison(format!("[[validate]] {rule}: column {column:?}: {sentence}"))
}

impl<'a> Check<'a> {
	/// For a table with these columns; what does not fit into memory goes to `scratch`.
	fn new(rule: &'a Rule, schema: &SchemaRef, scratch: &Path) -> Result<Self, StepError> {
		let place = |name: &str| {
			column(schema, name)
				.map_err(|error| StepError::Poison(format!("[[validate]] {}: {error}", rule.name())))
		};
		let kind = |at: usize| schema.field(at).data_type().clone();
		Ok(match rule {
			Rule::MinRows { value } => Self::MinRows(*value),
			Rule::MaxRows { value } => Self::MaxRows(*value),
			Rule::NotNull { column } => Self::NotNull { column, at: place(column)? },
			Rule::Unique { columns } => {
				let at = columns.iter().map(|column| place(column)).collect::<Result<Vec<_>, _>>()?;
				let rows = row_converter(schema, &at)
					.map_err(|error| broken(rule.name(), &columns.join(", "), error))?;
				Self::Unique { columns, at, rows, groups: Groups::new(scratch) }
			}
			Rule::InRange { column, min, max } => {
				let at = place(column)?;
				let whole = kind(at).is_integer() && kind(at) != DataType::UInt64;
				if !kind(at).is_numeric() {
					let sentence = format!("it holds {}, not numbers", kind(at));
					return Err(broken(rule.name(), column, sentence));
				}
				Self::InRange { column, at, range: Range { min: *min, max: *max, whole } }
			}
			Rule::Matches { column, pattern } => {
				let at = place(column)?;
				if kind(at) != DataType::Utf8 {
					return Err(broken(rule.name(), column, format!("it holds {}, not text", kind(at))));
				}
				let regex = Regex::new(&format!("^(?:{pattern})$"))
					.map_err(|error| broken(rule.name(), column, error))?;
				Self::Matches { column, at, pattern, regex }
			}
		})
	}

	/// Looks at a batch; `before` rows came before it.
	fn look(&mut self, batch: &RecordBatch, before: u64) -> Result<(), StepError> {
		let row = |index: usize| before + index as u64 + 1;
		match self {
			Self::MinRows(_) => Ok(()),
			Self::MaxRows(most) => {
				let rows = before + batch.num_rows() as u64;
				if rows > *most {
					return Err(StepError::Poison(format!(
						"[[validate]] max_rows: the table has more than {most} rows"
					)));
				}
				Ok(())
			}
			Self::NotNull { column, at } => match (0..batch.num_rows())
				.find(|i| batch.column(*at).is_null(*i))
			{
				Some(index) => Err(broken("not_null", column, format!("row {} has no value", row(index)))),
				None => Ok(()),
			},
			Self::Unique { at, rows, groups, .. } => {
				let columns: Vec<ArrayRef> = at.iter().map(|at| batch.column(*at).clone()).collect();
				let encoded = rows
					.convert_columns(&columns)
					.map_err(|error| StepError::poison(format!("[[validate]] unique: {error}")))?;
				for (index, value) in encoded.iter().enumerate() {
					// As in SQL: what has no value is equal to nothing.
					if columns.iter().all(|column| column.is_valid(index)) {
						groups.push(fingerprint(value.as_ref()), row(index))?;
					}
				}
				Ok(())
			}
			Self::InRange { column, at, range } => match range.outside(batch.column(*at)) {
				Ok(None) => Ok(()),
				Ok(Some((index, value))) => {
					let sentence =
						format!("row {} has {value}, which is not {}", row(index), range.sentence());
					Err(broken("in_range", column, sentence))
				}
				Err(error) => Err(broken("in_range", column, error)),
			},
			Self::Matches { column, at, pattern, regex } => {
				let texts = batch.column(*at).as_string::<i32>();
				let wrong =
					texts.iter().enumerate().find(|(_, text)| text.is_some_and(|text| !regex.is_match(text)));
				match wrong {
					Some((index, text)) => {
						let text: String = text.unwrap_or_default().chars().take(80).collect();
						let sentence =
							format!("row {} has {text:?}, which does not match {pattern}", row(index));
						Err(broken("matches", column, sentence))
					}
					None => Ok(()),
				}
			}
		}
	}

	/// What only the end of the table shows.
	fn finish(self, rows: u64) -> Result<(), StepError> {
		match self {
			Self::MinRows(least) if rows < least => Err(StepError::Poison(format!(
				"[[validate]] min_rows: the table has {rows} rows, {least} are needed"
			))),
			Self::Unique { columns, groups, .. } => {
				// The earliest repetition, so that every worker names the same one.
				let mut earliest: Option<(u64, u64)> = None;
				groups.each(|group| {
					if group.count > 1 && earliest.is_none_or(|(_, second)| group.second < second) {
						earliest = Some((group.first, group.second));
					}
					Ok(())
				})?;
				match earliest {
					Some((first, second)) => Err(broken(
						"unique",
						&columns.join(", "),
						format!("rows {first} and {second} have the same value"),
					)),
					None => Ok(()),
				}
			}
			_ => Ok(()),
		}
	}
}

fn row_converter(
	schema: &SchemaRef,
	at: &[usize],
) -> Result<RowConverter, datafusion::arrow::error::ArrowError> {
	RowConverter::new(at.iter().map(|at| SortField::new(schema.field(*at).data_type().clone())).collect())
}

impl Range {
	fn sentence(&self) -> String {
		let text = |bound: Bound| match bound {
			Bound::Integer(value) => value.to_string(),
			Bound::Float(value) => value.to_string(),
		};
		match (self.min, self.max) {
			(Some(min), Some(max)) => format!("between {} and {}", text(min), text(max)),
			(Some(min), None) => format!("at least {}", text(min)),
			(None, Some(max)) => format!("at most {}", text(max)),
			(None, None) => "anything".into(),
		}
	}

	/// The first value outside.
	fn outside(
		&self,
		column: &ArrayRef,
	) -> Result<Option<(usize, String)>, datafusion::arrow::error::ArrowError> {
		if self.whole {
			let values = cast(column, &DataType::Int64)?;
			let mut values = values.as_primitive::<Int64Type>().iter().enumerate();
			let found =
				values.find_map(|(index, value)| value.filter(|v| !self.has_whole(*v)).map(|v| (index, v)));
			return Ok(found.map(|(index, value)| (index, value.to_string())));
		}
		let values = cast(column, &DataType::Float64)?;
		let mut values = values.as_primitive::<Float64Type>().iter().enumerate();
		let found = values.find_map(|(index, value)| value.filter(|v| !self.has(*v)).map(|v| (index, v)));
		Ok(found.map(|(index, value)| (index, value.to_string())))
	}

	fn has_whole(&self, value: i64) -> bool {
		let least = self.min.is_none_or(|min| match min {
			Bound::Integer(min) => value >= min,
			Bound::Float(min) => value as f64 >= min,
		});
		let most = self.max.is_none_or(|max| match max {
			Bound::Integer(max) => value <= max,
			Bound::Float(max) => value as f64 <= max,
		});
		least && most
	}

	/// Also false for what is not a number.
	fn has(&self, value: f64) -> bool {
		!value.is_nan()
			&& self.min.is_none_or(|min| value >= min.as_f64())
			&& self.max.is_none_or(|max| value <= max.as_f64())
	}
}
