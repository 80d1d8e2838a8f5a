//! An answer as typed rows with exact values, for printers.

use std::fmt;

use souk_table_proofs::{Aggregate, Answer, ColumnDescriptor, ColumnIndex, ColumnType, Figure, Group, Query};

use crate::{
	calendar::{date_text, timestamp_text},
	decimal::{average_text, decimal_text},
	sql::{Layout, Shown},
};

/// A value of an answer. Its text is exact, but for that of an average.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
	/// NULL.
	Null,
	/// A number in decimal digits: of a column, with all digits of the column's scale; of an average, with four more
	/// ([`AVERAGE_DIGITS`](crate::decimal::AVERAGE_DIGITS)), rounded half to even.
	Number(String),
	/// `2013-01-31`.
	Date(String),
	/// `2013-01-31T05:00:00`, UTC, with three or six digits of the second where it takes them.
	Timestamp(String),
	/// A boolean.
	Bool(bool),
	/// A string.
	Text(String),
}

impl fmt::Display for Cell {
	/// NULL is empty, as in the tables of plain queries.
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		match self {
			Self::Null => Ok(()),
			Self::Number(text) | Self::Date(text) | Self::Timestamp(text) | Self::Text(text) => f.pad(text),
			Self::Bool(value) => fmt::Display::fmt(value, f),
		}
	}
}

/// An answer's columns and rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rendered {
	/// The names of the columns.
	pub names: Vec<String>,
	/// The rows, with a cell for each name.
	pub rows: Vec<Vec<Cell>>,
}

/// The answer is not one to this query over these columns. Does not happen to what a proof has been verified for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RenderError {
	/// The query or the layout names a column or a figure that is not there.
	#[error("the query names a {0} that is not there")]
	Missing(&'static str),
	/// A group has not the figures of the query's aggregates.
	#[error("row {0} of the answer has not the figures that the query asks for")]
	Figures(usize),
	/// A value is none that its column can have.
	#[error("{value} stands for no value of the column {column}")]
	Value {
		/// The column.
		column: String,
		/// The value, as it is committed.
		value: i64,
	},
}

/// An answer in the columns of `layout`.
///
/// # Errors
/// [`RenderError`], if query, layout, columns and answer do not belong together.
pub fn render(
	answer: &Answer,
	query: &Query,
	layout: &Layout,
	columns: &[ColumnDescriptor],
) -> Result<Rendered, RenderError> {
	let names = layout.columns.iter().map(|column| column.name.clone()).collect();
	let rows = answer
		.groups
		.iter()
		.enumerate()
		.map(|(at, group)| {
			let row = Row { at, group, query, columns };
			layout.columns.iter().map(|column| row.cell(column.shown)).collect()
		})
		.collect::<Result<_, _>>()?;
	Ok(Rendered { names, rows })
}

/// A value of a column.
///
/// # Errors
/// [`RenderError::Value`] where it stands for none: no boolean but 0 and 1, no string beyond the dictionary.
pub fn value_cell(column: &ColumnDescriptor, value: Option<i64>) -> Result<Cell, RenderError> {
	let Some(value) = value else { return Ok(Cell::Null) };
	let none = || RenderError::Value { column: column.name.clone(), value };
	Ok(match column.kind {
		ColumnType::Decimal { scale } => Cell::Number(decimal_text(value.into(), scale)),
		ColumnType::Date => Cell::Date(date_text(value)),
		ColumnType::Timestamp => Cell::Timestamp(timestamp_text(value)),
		ColumnType::Bool if value == 0 || value == 1 => Cell::Bool(value == 1),
		ColumnType::Bool => return Err(none()),
		ColumnType::Text => {
			let word = usize::try_from(value).ok().and_then(|rank| column.dictionary.get(rank));
			Cell::Text(word.ok_or_else(none)?.clone())
		}
	})
}

struct Row<'a> {
	at: usize,
	group: &'a Group,
	query: &'a Query,
	columns: &'a [ColumnDescriptor],
}

impl Row<'_> {
	fn column(&self, index: ColumnIndex) -> Result<&ColumnDescriptor, RenderError> {
		self.columns.get(usize::from(index)).ok_or(RenderError::Missing("column"))
	}

	fn scale(&self, index: ColumnIndex) -> Result<u8, RenderError> {
		match self.column(index)?.kind {
			ColumnType::Decimal { scale } => Ok(scale),
			_ => Err(RenderError::Missing("column of numbers")),
		}
	}

	fn cell(&self, shown: Shown) -> Result<Cell, RenderError> {
		let wrong = || RenderError::Figures(self.at);
		let at = match shown {
			Shown::Key => {
				let index = self.query.group_by.ok_or(RenderError::Missing("grouping column"))?;
				return value_cell(self.column(index)?, self.group.key.ok_or_else(wrong)?);
			}
			Shown::Figure(at) => at,
		};
		let aggregate = self.query.aggregates.get(at).ok_or(RenderError::Missing("figure"))?;
		let figure = self.group.figures.get(at).ok_or_else(wrong)?;
		match (*aggregate, *figure) {
			(Aggregate::CountAll | Aggregate::Count(_), Figure::Count(count)) => {
				Ok(Cell::Number(count.to_string()))
			}
			(Aggregate::Sum(index), Figure::Sum(sum)) => {
				let scale = self.scale(index)?;
				Ok(sum.map_or(Cell::Null, |sum| Cell::Number(decimal_text(sum, scale))))
			}
			(Aggregate::Min(index) | Aggregate::Max(index), Figure::Value(value)) => {
				value_cell(self.column(index)?, value)
			}
			(Aggregate::Avg(index), Figure::Average { sum, count }) => {
				Ok(average_text(sum, count, self.scale(index)?).map_or(Cell::Null, Cell::Number))
			}
			_ => Err(wrong()),
		}
	}
}

#[cfg(test)]
mod tests {
	use super::{render, Cell, RenderError};
	use crate::{
		sql::{self, Layout},
		twin, Table,
	};
	use souk_table_proofs::{Answer, ColumnDescriptor, ColumnType, Figure, Group};

	fn table() -> Table {
		let column = |name: &str, kind, dictionary: &[&str]| ColumnDescriptor {
			name: name.to_owned(),
			kind,
			dictionary: dictionary.iter().map(|word| (*word).to_owned()).collect(),
		};
		let descriptors = vec![
			column("origin", ColumnType::Text, &["EWR", "JFK"]),
			column("temp", ColumnType::Decimal { scale: 2 }, &[]),
			column("day", ColumnType::Date, &[]),
			column("at", ColumnType::Timestamp, &[]),
			column("wet", ColumnType::Bool, &[]),
		];
		let columns = vec![
			vec![Some(1), Some(0), Some(1), None],
			vec![Some(3902), Some(-5), Some(3899), None],
			vec![Some(15_706), Some(15_707), None, None],
			vec![Some(1_357_016_400_000_000), None, Some(1_357_016_400_500_000), None],
			vec![Some(0), Some(1), Some(1), None],
		];
		Table { descriptors, columns }
	}

	fn shown(text: &str) -> Vec<Vec<String>> {
		let table = table();
		let statement = sql::read(text, &table.descriptors).unwrap();
		let answer = twin::evaluate(&table, &statement.query, 0);
		let rendered = render(&answer, &statement.query, &statement.layout, &table.descriptors).unwrap();
		let rows = rendered.rows.iter().map(|row| row.iter().map(Cell::to_string).collect());
		std::iter::once(rendered.names.clone()).chain(rows).collect()
	}

	#[test]
	fn columns_stand_in_the_order_of_the_text() {
		let rows = shown(
			"SELECT avg(temp), origin AS \"From\", count(*) n, sum(temp), avg(temp) FROM t GROUP BY origin",
		);
		assert_eq!(rows[0], ["avg(temp)", "From", "n", "sum(temp)", "avg(temp)"]);
		assert_eq!(rows[1], ["-0.050000", "EWR", "1", "-0.05", "-0.050000"]);
		assert_eq!(rows[2], ["39.005000", "JFK", "2", "78.01", "39.005000"]);
		assert_eq!(rows[3], ["", "", "1", "", ""]);
		assert_eq!(rows.len(), 4);
	}

	#[test]
	fn each_type_has_its_text() {
		let rows =
			shown("SELECT min(origin), max(temp), min(day), max(at), min(at), max(wet), count(day) FROM t");
		let expected =
			["EWR", "39.02", "2013-01-01", "2013-01-01T05:00:00.500", "2013-01-01T05:00:00", "true", "3"];
		assert_eq!(rows[1][..6], expected[..6]);
		assert_eq!(rows[1][6], "2");
	}

	#[test]
	fn what_does_not_belong_together_is_an_error() {
		let table = table();
		let query =
			sql::parse("SELECT sum(temp), max(wet), origin FROM t GROUP BY origin", &table.descriptors)
				.unwrap();
		let layout = Layout::of(&query, &table.descriptors);
		let answer = |key, figures| Answer { groups: vec![Group { key, figures }] };
		let good = vec![Figure::Sum(Some(1)), Figure::Value(Some(1))];
		let found = |answer: &Answer| render(answer, &query, &layout, &table.descriptors);
		assert!(found(&answer(Some(Some(1)), good.clone())).is_ok());
		assert_eq!(found(&answer(None, good.clone())), Err(RenderError::Figures(0)));
		assert_eq!(found(&answer(Some(Some(1)), good[..1].to_vec())), Err(RenderError::Figures(0)));
		assert_eq!(
			found(&answer(Some(Some(1)), vec![Figure::Count(1), good[1]])),
			Err(RenderError::Figures(0))
		);
		for (key, wet) in [(2, 1), (-1, 1), (0, 2), (0, -1)] {
			let figures = vec![good[0], Figure::Value(Some(wet))];
			let error = found(&answer(Some(Some(key)), figures)).unwrap_err();
			assert!(matches!(error, RenderError::Value { .. }), "{key} {wet}");
		}
		assert_eq!(
			render(&answer(Some(Some(1)), good), &query, &layout, &table.descriptors[..1]),
			Err(RenderError::Missing("column"))
		);
	}
}
