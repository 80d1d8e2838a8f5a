//! Values of committed columns in words, and back.

use souk_aggregates::{
	calendar::{date_text, parse_date, parse_timestamp, timestamp_text},
	decimal::{average_text, decimal_text},
};
use souk_table_proofs::{Aggregate, ColumnDescriptor, ColumnType, Figure};

/// A value of a column in words. `None` where no word stands for it.
pub(super) fn text(value: i64, column: &ColumnDescriptor) -> Option<String> {
	match column.kind {
		ColumnType::Decimal { scale } => Some(decimal_text(value.into(), scale)),
		ColumnType::Date => Some(date_text(value)),
		ColumnType::Timestamp => Some(timestamp_text(value)),
		ColumnType::Bool => match value {
			0 => Some("false".into()),
			1 => Some("true".into()),
			_ => None,
		},
		ColumnType::Text => column.dictionary.get(usize::try_from(value).ok()?).cloned(),
	}
}

/// The way back; only what [`text`] writes is taken.
pub(super) fn parse(words: &str, column: &ColumnDescriptor) -> Option<i64> {
	let value = match column.kind {
		ColumnType::Decimal { scale } => i64::try_from(parse_decimal(words, scale)?).ok()?,
		ColumnType::Date => parse_date(words)?,
		ColumnType::Timestamp => {
			let nanos = parse_timestamp(words)?;
			i64::try_from(nanos.div_euclid(1_000)).ok()?
		}
		ColumnType::Bool => i64::from(words == "true"),
		ColumnType::Text => {
			let rank = column.dictionary.binary_search_by(|word| word.as_bytes().cmp(words.as_bytes()));
			i64::try_from(rank.ok()?).ok()?
		}
	};
	(text(value, column).as_deref() == Some(words)).then_some(value)
}

/// Only what [`decimal_text`] writes is taken.
fn parse_decimal(words: &str, scale: u8) -> Option<i128> {
	let units = words.replacen('.', "", 1).parse().ok()?;
	(decimal_text(units, scale) == words).then_some(units)
}

/// The column of an aggregate; `None` for `count(*)`.
pub(super) fn column_of<'a>(
	aggregate: &Aggregate,
	columns: &'a [&ColumnDescriptor],
) -> Option<&'a ColumnDescriptor> {
	let index = match aggregate {
		Aggregate::CountAll => return None,
		Aggregate::Count(index)
		| Aggregate::Sum(index)
		| Aggregate::Min(index)
		| Aggregate::Max(index)
		| Aggregate::Avg(index) => *index,
	};
	columns.get(usize::from(index)).copied()
}

fn scale(column: Option<&ColumnDescriptor>) -> Option<u8> {
	match column?.kind {
		ColumnType::Decimal { scale } => Some(scale),
		_ => None,
	}
}

/// A figure in words; an average with what it was divided from, because that is what was proved. The outer `None` where there is
/// no word for it, the inner one for NULL.
pub(super) fn figure_text(
	figure: &Figure,
	aggregate: &Aggregate,
	columns: &[&ColumnDescriptor],
) -> Option<Option<String>> {
	let column = column_of(aggregate, columns);
	Some(match figure {
		Figure::Count(count) => Some(count.to_string()),
		Figure::Sum(None) | Figure::Value(None) | Figure::Average { count: 0, .. } => None,
		Figure::Sum(Some(sum)) => Some(decimal_text(*sum, scale(column)?)),
		Figure::Value(Some(value)) => Some(text(*value, column?)?),
		Figure::Average { sum, count } => {
			let scale = scale(column)?;
			let average = average_text(*sum, *count, scale)?;
			Some(format!("{average} = {} / {count}", decimal_text(*sum, scale)))
		}
	})
}

/// The way back; only what [`figure_text`] writes is taken.
pub(super) fn parse_figure(
	words: Option<&str>,
	aggregate: &Aggregate,
	columns: &[&ColumnDescriptor],
) -> Option<Figure> {
	let column = column_of(aggregate, columns);
	let figure = match (aggregate, words) {
		(Aggregate::CountAll | Aggregate::Count(_), words) => Figure::Count(words?.parse().ok()?),
		(Aggregate::Sum(_), None) => Figure::Sum(None),
		(Aggregate::Sum(_), Some(words)) => Figure::Sum(Some(parse_decimal(words, scale(column)?)?)),
		(Aggregate::Min(_) | Aggregate::Max(_), None) => Figure::Value(None),
		(Aggregate::Min(_) | Aggregate::Max(_), Some(words)) => Figure::Value(Some(parse(words, column?)?)),
		(Aggregate::Avg(_), None) => Figure::Average { sum: 0, count: 0 },
		(Aggregate::Avg(_), Some(words)) => {
			let (_, fraction) = words.split_once(" = ")?;
			let (sum, count) = fraction.split_once(" / ")?;
			Figure::Average { sum: parse_decimal(sum, scale(column)?)?, count: count.parse().ok()? }
		}
	};
	(figure_text(&figure, aggregate, columns)?.as_deref() == words).then_some(figure)
}

#[cfg(test)]
mod tests {
	use super::*;

	fn column(kind: ColumnType, dictionary: &[&str]) -> ColumnDescriptor {
		ColumnDescriptor {
			name: "c".into(),
			kind,
			dictionary: dictionary.iter().map(|word| (*word).into()).collect(),
		}
	}

	#[test]
	fn values_are_written_as_people_write_them_and_read_back() {
		let (whole, cents) = (ColumnType::Decimal { scale: 0 }, ColumnType::Decimal { scale: 2 });
		for (kind, value, words) in [
			(whole, 0, "0"),
			(whole, i64::MIN, "-9223372036854775808"),
			(cents, 3902, "39.02"),
			(cents, -5, "-0.05"),
			(cents, 0, "0.00"),
			(ColumnType::Date, 0, "1970-01-01"),
			(ColumnType::Date, -1, "1969-12-31"),
			(ColumnType::Date, 19_782, "2024-02-29"),
			(ColumnType::Timestamp, 1_357_020_000_000_000, "2013-01-01T06:00:00"),
			(ColumnType::Timestamp, -1, "1969-12-31T23:59:59.999999"),
			(ColumnType::Bool, 1, "true"),
			(ColumnType::Text, 1, "Oslo"),
		] {
			let column = column(kind, &["Lima", "Oslo", "Rome"]);
			assert_eq!(text(value, &column).as_deref(), Some(words));
			assert_eq!(parse(words, &column), Some(value), "{words}");
		}
	}

	#[test]
	fn another_spelling_is_not_taken() {
		let cents = column(ColumnType::Decimal { scale: 2 }, &[]);
		for words in ["39.2", "39.020", "039.02", "+39.02", "-0.00", "39,02", "", ".02", "1e2", "3.9.02"] {
			assert_eq!(parse(words, &cents), None, "{words}");
		}
		let date = column(ColumnType::Date, &[]);
		for words in ["1970-1-1", "1970-02-30", "1970-13-01", "70-01-01", "1970-01", "x"] {
			assert_eq!(parse(words, &date), None, "{words}");
		}
		let time = column(ColumnType::Timestamp, &[]);
		for words in ["2013-01-01 06:00:00", "2013-01-01T06:00:00Z", "2013-01-01", "2013-01-01T06:00:00.000"]
		{
			assert_eq!(parse(words, &time), None, "{words}");
		}
		assert_eq!(parse("TRUE", &column(ColumnType::Bool, &[])), None);
		assert_eq!(parse("Paris", &column(ColumnType::Text, &["Oslo"])), None);
		assert_eq!(text(1, &column(ColumnType::Text, &["Oslo"])), None);
	}

	#[test]
	fn an_average_says_what_it_was_divided_from() {
		let cents = column(ColumnType::Decimal { scale: 2 }, &[]);
		let (columns, average) = ([&cents], Aggregate::Avg(0));
		let figure = Figure::Average { sum: 1000, count: 3 };
		let words = figure_text(&figure, &average, &columns).unwrap();
		assert_eq!(words.as_deref(), Some("3.333333 = 10.00 / 3"));
		assert_eq!(parse_figure(words.as_deref(), &average, &columns), Some(figure));
		for changed in
			["3.333334 = 10.00 / 3", "3.333333 = 10.01 / 3", "3.333333 = 10.00 / 4", "3.333333", "10.00 / 3"]
		{
			assert_eq!(parse_figure(Some(changed), &average, &columns), None, "{changed}");
		}
		let nothing = Figure::Average { sum: 0, count: 0 };
		assert_eq!(figure_text(&nothing, &average, &columns), Some(None));
		assert_eq!(parse_figure(None, &average, &columns), Some(nothing));
	}
}
