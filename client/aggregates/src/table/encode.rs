//! Arrow values in committed units, exactly or not at all.

use std::fmt::Display;

use arrow_array::{
	cast::AsArray,
	types::{
		ArrowPrimitiveType, Date32Type, Date64Type, Decimal128Type, Decimal256Type, Decimal32Type,
		Decimal64Type, Float32Type, Float64Type, Int16Type, Int32Type, Int64Type, Int8Type,
		TimestampMicrosecondType, TimestampMillisecondType, TimestampNanosecondType, TimestampSecondType,
		UInt16Type, UInt32Type, UInt64Type, UInt8Type,
	},
	Array,
};
use arrow_schema::{DataType, TimeUnit};
use souk_table_proofs::{ColumnDescriptor, ColumnType};

use super::{dictionary::for_each_string, TableError};
use crate::decimal::{decimal_text, Decimal};

const DAY_MILLIS: i64 = 86_400_000;
/// Below this, a number of at most 15 digits, no two decimals of the same scale are the same `f64`.
const SURELY_APART: f64 = 1e15;

/// Appends the values of an array to `out`. `first_row` is how many rows of the column came before it.
///
/// # Errors
/// [`TableError::Value`] with column, row and value for the first that has no exact committed form;
/// [`TableError::Changed`] if the array is not of a type that [`column_type`](super::column_type) makes `descriptor`'s type of.
pub fn encode(
	array: &dyn Array,
	descriptor: &ColumnDescriptor,
	first_row: u64,
	out: &mut Vec<Option<i64>>,
) -> Result<(), TableError> {
	let mut sink = Sink { descriptor, first_row, out };
	match descriptor.kind {
		ColumnType::Decimal { scale } => numbers(array, scale, &mut sink),
		ColumnType::Date => dates(array, &mut sink),
		ColumnType::Timestamp => timestamps(array, &mut sink),
		ColumnType::Bool => match array.data_type() {
			DataType::Boolean => {
				sink.out.extend(array.as_boolean().iter().map(|value| value.map(i64::from)));
				Ok(())
			}
			found => Err(sink.changed(found)),
		},
		ColumnType::Text => for_each_string(array, &descriptor.name, |row, word| {
			let rank = word.map(|word| {
				let rank = descriptor.dictionary.binary_search_by(|known| known.as_str().cmp(word));
				rank.map(|rank| rank as i64)
					.map_err(|_| sink.refuse(row, format!("{word:?}"), "is not in the dictionary"))
			});
			sink.out.push(rank.transpose()?);
			Ok(())
		}),
	}
}

/// Where values go, and what an error about them says.
struct Sink<'a> {
	descriptor: &'a ColumnDescriptor,
	first_row: u64,
	out: &'a mut Vec<Option<i64>>,
}

impl Sink<'_> {
	fn refuse(&self, row: usize, value: impl Display, reason: impl Into<String>) -> TableError {
		// A value of a hostile source can be long.
		let value = value.to_string().chars().take(100).collect();
		let row = self.first_row.saturating_add(row as u64).saturating_add(1);
		TableError::Value { column: self.descriptor.name.clone(), row, value, reason: reason.into() }
	}

	fn changed(&self, found: &DataType) -> TableError {
		TableError::Changed { column: self.descriptor.name.clone(), found: found.to_string() }
	}

	/// All values of an array; `convert` says why one has no committed form, and how to show it.
	fn all<T: ArrowPrimitiveType>(
		&mut self,
		array: &dyn Array,
		convert: impl Fn(T::Native) -> Result<i64, (String, String)>,
	) -> Result<(), TableError> {
		let array = array.as_primitive::<T>();
		self.out.reserve(array.len());
		for (row, value) in array.iter().enumerate() {
			let value = value.map(&convert).transpose();
			let value = value.map_err(|(value, reason)| self.refuse(row, value, reason))?;
			self.out.push(value);
		}
		Ok(())
	}
}

fn numbers(array: &dyn Array, scale: u8, sink: &mut Sink<'_>) -> Result<(), TableError> {
	match array.data_type() {
		DataType::Int8 => whole::<Int8Type>(array, scale, sink),
		DataType::Int16 => whole::<Int16Type>(array, scale, sink),
		DataType::Int32 => whole::<Int32Type>(array, scale, sink),
		DataType::Int64 => whole::<Int64Type>(array, scale, sink),
		DataType::UInt8 => whole::<UInt8Type>(array, scale, sink),
		DataType::UInt16 => whole::<UInt16Type>(array, scale, sink),
		DataType::UInt32 => whole::<UInt32Type>(array, scale, sink),
		DataType::UInt64 => whole::<UInt64Type>(array, scale, sink),
		DataType::Decimal32(_, own) => {
			let own = *own;
			sink.all::<Decimal32Type>(array, |value| rescaled(value.into(), own, scale))
		}
		DataType::Decimal64(_, own) => {
			let own = *own;
			sink.all::<Decimal64Type>(array, |value| rescaled(value.into(), own, scale))
		}
		DataType::Decimal128(_, own) => {
			let own = *own;
			sink.all::<Decimal128Type>(array, |value| rescaled(value, own, scale))
		}
		DataType::Decimal256(_, own) => {
			let own = *own;
			sink.all::<Decimal256Type>(array, |value| match value.to_i128() {
				Some(value) => rescaled(value, own, scale),
				None => Err((format!("{value}e-{own}"), OUT_OF_RANGE.to_owned())),
			})
		}
		DataType::Float32 => sink.all::<Float32Type>(array, |value| {
			if !value.is_finite() {
				return Err((value.to_string(), NOT_FINITE.to_owned()));
			}
			shortest(&value, scale)
		}),
		DataType::Float64 => sink.all::<Float64Type>(array, |value| float(value, scale)),
		found => Err(sink.changed(found)),
	}
}

const OUT_OF_RANGE: &str = "is too large for 64 bits at this scale";
const NOT_FINITE: &str = "is no number: make it NULL in [transform]";

fn too_fine(scale: u8) -> String {
	format!(
		"has more than {scale} digits after the point: declare a larger scale, or round it in [transform]"
	)
}

fn whole<T>(array: &dyn Array, scale: u8, sink: &mut Sink<'_>) -> Result<(), TableError>
where
	T: ArrowPrimitiveType,
	T::Native: Into<i128>,
{
	sink.all::<T>(array, |value| rescaled(value.into(), 0, scale))
}

/// `value × 10^-own` in units of `10^-scale`.
fn rescaled(value: i128, own: i8, scale: u8) -> Result<i64, (String, String)> {
	let shift = i32::from(scale) - i32::from(own);
	let factor = 10_i128.checked_pow(shift.unsigned_abs());
	let shown = || match u8::try_from(own) {
		Ok(own) => decimal_text(value, own),
		Err(_) => format!("{value}e{}", -i32::from(own)),
	};
	let units = match factor {
		_ if value == 0 => Some(0),
		Some(factor) if shift >= 0 => value.checked_mul(factor),
		Some(factor) if value % factor == 0 => Some(value / factor),
		None if shift >= 0 => None,
		_ => return Err((shown(), too_fine(scale))),
	};
	units.and_then(|units| i64::try_from(units).ok()).ok_or_else(|| (shown(), OUT_OF_RANGE.to_owned()))
}

/// A floating-point number stands for the shortest decimal that reads back as the same number: 0.1 for 0.1, although no
/// binary fraction is a tenth.
fn float(value: f64, scale: u8) -> Result<i64, (String, String)> {
	if !value.is_finite() {
		return Err((value.to_string(), NOT_FINITE.to_owned()));
	}
	// Division rounds to the nearest, so it gives `value` back exactly if `units` at this scale reads as `value`; up to 15
	// digits, then, those are the shortest. 10^18 is exact in an f64.
	let divisor = 10_f64.powi(scale.into());
	let units = (value * divisor).round();
	if units.abs() < SURELY_APART && units / divisor == value {
		return Ok(units as i64);
	}
	shortest(&value, scale)
}

fn shortest(value: &(impl Display + std::fmt::LowerExp), scale: u8) -> Result<i64, (String, String)> {
	// `{:e}` has the shortest digits that read back, in a form whose length does not depend on the size of the number.
	let text = format!("{value:e}");
	let bound = Decimal::parse(&text).map(|number| (number.exactly(scale), number.in_units(scale)));
	match bound {
		Some((Some(units), _)) => Ok(units),
		Some((None, bound)) if bound.exact => Err((text, OUT_OF_RANGE.to_owned())),
		_ => Err((text, too_fine(scale))),
	}
}

fn dates(array: &dyn Array, sink: &mut Sink<'_>) -> Result<(), TableError> {
	match array.data_type() {
		DataType::Date32 => sink.all::<Date32Type>(array, |days| Ok(days.into())),
		DataType::Date64 => sink.all::<Date64Type>(array, |millis| {
			if millis % DAY_MILLIS == 0 {
				Ok(millis / DAY_MILLIS)
			} else {
				Err((format!("{millis} ms"), "is a time within a day, in a column of dates".to_owned()))
			}
		}),
		found => Err(sink.changed(found)),
	}
}

fn timestamps(array: &dyn Array, sink: &mut Sink<'_>) -> Result<(), TableError> {
	let micros = |value: i64, factor: i64, unit: &str| {
		let out = || {
			(
				format!("{value} {unit}"),
				"is out of range: microseconds since 1970 must have 64 bits".to_owned(),
			)
		};
		value.checked_mul(factor).ok_or_else(out)
	};
	match array.data_type() {
		DataType::Timestamp(TimeUnit::Second, _) => {
			sink.all::<TimestampSecondType>(array, |value| micros(value, 1_000_000, "s"))
		}
		DataType::Timestamp(TimeUnit::Millisecond, _) => {
			sink.all::<TimestampMillisecondType>(array, |value| micros(value, 1_000, "ms"))
		}
		DataType::Timestamp(TimeUnit::Microsecond, _) => sink.all::<TimestampMicrosecondType>(array, Ok),
		DataType::Timestamp(TimeUnit::Nanosecond, _) => sink.all::<TimestampNanosecondType>(array, |nanos| {
			if nanos % 1_000 == 0 {
				Ok(nanos / 1_000)
			} else {
				Err((
					format!("{nanos} ns"),
					"is not a whole number of microseconds: round it in [transform]".to_owned(),
				))
			}
		}),
		found => Err(sink.changed(found)),
	}
}
