//! Literals, and where they lie among the values of a column.

use souk_table_proofs::{ColumnDescriptor, ColumnType};
use sqlparser::ast::{DataType, Expr, TimezoneInfo, TypedString, UnaryOperator, Value};

use crate::{
	calendar::{parse_date, parse_timestamp, DAY_NANOS},
	decimal::{Bound, Decimal},
};

/// A constant as it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Literal {
	Number(Decimal),
	Text(String),
	/// Days since 1970-01-01.
	Date(i64),
	/// Nanoseconds since 1970-01-01.
	Timestamp(i128),
	Bool(bool),
}

/// `None` if it is no literal; an error, if it is one that cannot be used.
pub(super) fn literal(expr: &Expr) -> Option<Result<Literal, String>> {
	match expr {
		Expr::Nested(inner) => literal(inner),
		Expr::UnaryOp { op: UnaryOperator::Minus, expr } => match &**expr {
			Expr::Value(value) if matches!(value.value, Value::Number(..)) => {
				Some(constant(&value.value).map(|literal| match literal {
					Literal::Number(number) => Literal::Number(number.negated()),
					other => other,
				}))
			}
			_ => None,
		},
		Expr::UnaryOp { op: UnaryOperator::Plus, expr } => match &**expr {
			Expr::Value(value) if matches!(value.value, Value::Number(..)) => Some(constant(&value.value)),
			_ => None,
		},
		Expr::Value(value) => Some(constant(&value.value)),
		Expr::TypedString(typed) => Some(typed_string(typed)),
		_ => None,
	}
}

fn constant(value: &Value) -> Result<Literal, String> {
	match value {
		Value::Number(digits, false) => Decimal::parse(digits)
			.map(Literal::Number)
			.ok_or_else(|| "a number is written like 12, -12.5 or 1.25e3".to_owned()),
		Value::SingleQuotedString(text) => Ok(Literal::Text(text.clone())),
		Value::Boolean(value) => Ok(Literal::Bool(*value)),
		Value::Null => Err("a comparison with NULL is never true: write IS NULL or IS NOT NULL".to_owned()),
		Value::Placeholder(_) => {
			Err("there is nothing to put in place of a parameter: write the value".to_owned())
		}
		_ => Err("a literal is a number, a string in single quotes, DATE '…', TIMESTAMP '…', true or false"
			.to_owned()),
	}
}

fn typed_string(typed: &TypedString) -> Result<Literal, String> {
	let TypedString { data_type, value, uses_odbc_syntax } = typed;
	let Value::SingleQuotedString(text) = &value.value else {
		return Err("the text of a date or a timestamp stands in single quotes".to_owned());
	};
	match data_type {
		_ if *uses_odbc_syntax => Err("write DATE '…' or TIMESTAMP '…'".to_owned()),
		DataType::Date => parse_date(text).map(Literal::Date).ok_or_else(|| NO_DATE.to_owned()),
		DataType::Timestamp(None, TimezoneInfo::None) => moment(text).map(Literal::Timestamp),
		_ => Err("of typed literals there are DATE '…' and TIMESTAMP '…'".to_owned()),
	}
}

const NO_DATE: &str = "a date is written like '2013-01-31'";
const NO_TIMESTAMP: &str =
	"a timestamp is written like '2013-01-31 05:00:00', with up to six digits of the second \
                            and an offset from UTC, where there is one, like +02:00";

/// Nanoseconds since 1970-01-01. What is finer than a column's microseconds is refused: the engine of plain queries cuts it
/// off, so that it would match other rows there.
fn moment(text: &str) -> Result<i128, String> {
	let nanos = parse_timestamp(text).filter(|nanos| nanos.rem_euclid(1_000) == 0);
	nanos.ok_or_else(|| NO_TIMESTAMP.to_owned())
}

impl Literal {
	/// Where it lies among the committed values of the column.
	///
	/// # Errors
	/// What to write instead, if it cannot be compared with the column.
	pub(super) fn in_column(&self, column: &ColumnDescriptor) -> Result<Bound, String> {
		let whole = |value: i64| Ok(Bound { floor: value.into(), exact: true });
		let in_days = |nanos: i128| Bound {
			floor: nanos.div_euclid(DAY_NANOS),
			exact: nanos.rem_euclid(DAY_NANOS) == 0,
		};
		let in_micros =
			|nanos: i128| Bound { floor: nanos.div_euclid(1_000), exact: nanos.rem_euclid(1_000) == 0 };
		match (column.kind, self) {
			(ColumnType::Decimal { scale }, Self::Number(number)) => Ok(number.in_units(scale)),
			(ColumnType::Bool, Self::Bool(value)) => whole((*value).into()),
			(ColumnType::Date, Self::Date(days)) => whole(*days),
			(ColumnType::Date, Self::Text(text)) => {
				parse_date(text).ok_or_else(|| NO_DATE.to_owned()).and_then(whole)
			}
			(ColumnType::Date, Self::Timestamp(nanos)) => Ok(in_days(*nanos)),
			(ColumnType::Timestamp, Self::Date(days)) => Ok(in_micros(i128::from(*days) * DAY_NANOS)),
			(ColumnType::Timestamp, Self::Timestamp(nanos)) => Ok(in_micros(*nanos)),
			(ColumnType::Timestamp, Self::Text(text)) => moment(text).map(in_micros),
			(ColumnType::Text, Self::Text(text)) => {
				let rank = column.dictionary.partition_point(|word| word.as_str() < text.as_str());
				let exact = column.dictionary.get(rank) == Some(text);
				// A string that no row has lies between two that are there.
				Ok(Bound { floor: rank as i128 - i128::from(!exact), exact })
			}
			(kind, _) => Err(format!("the column {} has {}", column.name, written(kind))),
		}
	}
}

/// How values of a type are written.
fn written(kind: ColumnType) -> &'static str {
	match kind {
		ColumnType::Decimal { .. } => "numbers, and they are written without quotes",
		ColumnType::Date => "dates, and they are written like DATE '2013-01-31'",
		ColumnType::Timestamp => "timestamps, and they are written like TIMESTAMP '2013-01-31 05:00:00'",
		ColumnType::Bool => "booleans, and they are written true and false",
		ColumnType::Text => "strings, and they are written in single quotes",
	}
}
