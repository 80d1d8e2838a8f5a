//! An answer is plain: every value of it has bytes of its own.
//!
//! Arrow can say much with little: views of which all rows are the same bytes, runs, dictionaries, columns of nothing but nulls, lists of
//! those, columns that share their bytes. Who takes that in can be made to write terabytes by a node that sent a kilobyte. Nodes send none of
//! it (their engine casts it away), so an answer with any of it is refused, by the heads of its messages alone: nothing is decoded before, and
//! nothing is allocated by what they claim.
//!
//! ```text
//! schema ── each field has bytes in the head; no type whose values come out of nothing ──> Columns
//! batch  ── each column has the bytes that its rows need; none of them are another's   ──> may be decoded
//! ```
//!
//! How deep fields are nested is bounded where a head is read, by the verifier of flatbuffers.

use datafusion::arrow::ipc::{self, DateUnit, IntervalUnit, Precision, TimeUnit, Type};
use std::vec::IntoIter;

/// Fewest bytes of a field in a head, besides its words: its place among the others, its table, its name's length, its type.
const FIELD: usize = 24;
/// Fewest bytes of a pair of metadata in a head, besides its words.
const PAIR: usize = 20;

/// The columns of an answer, as far as bytes are concerned.
#[derive(Debug)]
pub(crate) struct Columns(Vec<Kind>);

/// How the values of a column, or of a part of it, lie there.
#[derive(Debug)]
enum Kind {
	/// So many bits each.
	Fixed(u64),
	/// Text or bytes, and where each ends, in so many bytes.
	Text(u64),
	/// Lists, and where each ends, in so many bytes.
	List(u64, Box<Kind>),
	/// So many items each.
	Array(u64, Box<Kind>),
	/// One of each.
	Struct(Vec<Kind>),
}

impl Columns {
	/// The columns of a schema, whose head has `head` bytes.
	///
	/// The error says what is not plain.
	pub fn of(schema: &ipc::Schema<'_>, head: usize) -> Result<Self, String> {
		let mut left = head;
		spend(&mut left, pairs(schema.custom_metadata().into_iter().flatten()))?;
		let fields = schema.fields().ok_or("its schema has no columns")?;
		let mut kinds = Vec::new();
		for (place, field) in fields.iter().enumerate() {
			kinds.push(kind(&field, &mut left).map_err(|why| in_column(place, &why))?);
		}
		Ok(Self(kinds))
	}

	/// Rows of a batch with these columns, whose body has `body` bytes.
	///
	/// The error says what is not plain.
	pub fn rows(&self, batch: &ipc::RecordBatch<'_>, body: u64) -> Result<u64, String> {
		let rows = count(batch.length())?;
		if self.0.is_empty() && rows > 0 {
			return Err(format!("it has {rows} rows without a column"));
		}
		let nodes = batch.nodes().into_iter().flatten().collect::<Vec<_>>().into_iter();
		let buffers = batch.buffers().into_iter().flatten().collect::<Vec<_>>().into_iter();
		let mut parts = Parts { nodes, buffers, taken: 0, body };
		for (place, kind) in self.0.iter().enumerate() {
			parts.take(kind, rows).map_err(|why| in_column(place, &why))?;
		}
		match (parts.nodes.next(), parts.buffers.next()) {
			(None, None) => Ok(rows),
			_ => Err("a batch has more than its columns".into()),
		}
	}
}

/// What a batch has, in the order in which columns take it.
struct Parts<'a> {
	nodes: IntoIter<&'a ipc::FieldNode>,
	buffers: IntoIter<&'a ipc::Buffer>,
	/// Where the last bytes end that were taken.
	taken: u64,
	/// Where the body ends.
	body: u64,
}

impl Parts<'_> {
	/// Takes what belongs to a column, or to a part of one, that has at least so many values.
	fn take(&mut self, kind: &Kind, least: u64) -> Result<(), String> {
		let node = self.nodes.next().ok_or("nothing says how many values it has")?;
		let (values, nulls) = (count(node.length())?, count(node.null_count())?);
		if values < least || nulls > values {
			return Err(format!("it has {values} values and {nulls} nulls where {least} values belong"));
		}
		let validity = self.buffer()?;
		if nulls > 0 {
			enough(validity, values, 1)?;
		}
		match kind {
			Kind::Fixed(bits) => enough(self.buffer()?, values, *bits),
			Kind::Text(width) => {
				self.ends(values, *width)?;
				// That each has bytes of its own there is seen where they are decoded: ends do not go back, nor beyond the last byte.
				self.buffer()?;
				Ok(())
			}
			Kind::List(width, item) => {
				self.ends(values, *width)?;
				self.take(item, 0)
			}
			Kind::Array(each, item) => {
				let items = values.checked_mul(*each).ok_or("it has more items than can be")?;
				self.take(item, items)
			}
			Kind::Struct(fields) => fields.iter().try_for_each(|field| self.take(field, values)),
		}
	}

	/// Takes where so many values end, and where the first one starts.
	fn ends(&mut self, values: u64, width: u64) -> Result<(), String> {
		let bytes = self.buffer()?;
		match values {
			0 => Ok(()),
			values => enough(bytes, values.saturating_add(1), 8 * width),
		}
	}

	/// Takes the next bytes, which nobody else has: how many they are.
	fn buffer(&mut self) -> Result<u64, String> {
		let buffer = self.buffers.next().ok_or("it has no bytes")?;
		let (start, bytes) = (count(buffer.offset())?, count(buffer.length())?);
		let end = start.checked_add(bytes).filter(|end| *end <= self.body);
		let end = end.ok_or("its bytes are not there")?;
		if bytes > 0 {
			if start < self.taken {
				return Err("its bytes are another column's as well".into());
			}
			self.taken = end;
		}
		Ok(bytes)
	}
}

/// Whether so many values of so many bits fit into so many bytes.
fn enough(bytes: u64, values: u64, bits: u64) -> Result<(), String> {
	if u128::from(bytes) * 8 >= u128::from(values) * u128::from(bits) {
		return Ok(());
	}
	Err(format!("it claims {values} values in {bytes} bytes"))
}

fn count(number: i64) -> Result<u64, String> {
	u64::try_from(number).map_err(|_| format!("a number in its head is {number}"))
}

fn in_column(place: usize, why: &str) -> String {
	format!("column {} is not plain: {why}", place.saturating_add(1))
}

/// How the values of a field lie. `left` are the bytes of the head that no field was counted for yet: one table in a head can stand for any
/// number of fields.
fn kind(field: &ipc::Field<'_>, left: &mut usize) -> Result<Kind, String> {
	let name = field.name().map_or(0, str::len);
	let kept = pairs(field.custom_metadata().into_iter().flatten());
	spend(left, FIELD.saturating_add(name).saturating_add(kept))?;
	if field.dictionary().is_some() {
		return Err("it is a dictionary, of which any number of rows can be the same word".into());
	}
	let unknown = || "its type is none that Arrow has".to_owned();
	let bits = match field.type_type() {
		Type::Bool => Some(1),
		Type::Int => field.type_as_int().and_then(|int| among(int.bitWidth(), &[8, 16, 32, 64])),
		Type::FloatingPoint => field.type_as_floating_point().and_then(|float| match float.precision() {
			Precision::HALF => Some(16),
			Precision::SINGLE => Some(32),
			Precision::DOUBLE => Some(64),
			_ => None,
		}),
		Type::Decimal => field.type_as_decimal().and_then(|decimal| {
			let digits = u8::try_from(decimal.precision()).is_ok() && i8::try_from(decimal.scale()).is_ok();
			among(decimal.bitWidth(), &[32, 64, 128, 256]).filter(|_| digits)
		}),
		Type::Date => field.type_as_date().and_then(|date| match date.unit() {
			DateUnit::DAY => Some(32),
			DateUnit::MILLISECOND => Some(64),
			_ => None,
		}),
		Type::Time => field.type_as_time().and_then(|time| match (time.bitWidth(), time.unit()) {
			(32, TimeUnit::SECOND | TimeUnit::MILLISECOND) => Some(32),
			(64, TimeUnit::MICROSECOND | TimeUnit::NANOSECOND) => Some(64),
			_ => None,
		}),
		Type::Timestamp => {
			let timestamp = field.type_as_timestamp().ok_or_else(unknown)?;
			spend(left, timestamp.timezone().map_or(0, str::len))?;
			unit(timestamp.unit())
		}
		Type::Duration => field.type_as_duration().and_then(|duration| unit(duration.unit())),
		Type::Interval => field.type_as_interval().and_then(|interval| match interval.unit() {
			IntervalUnit::YEAR_MONTH => Some(32),
			IntervalUnit::DAY_TIME => Some(64),
			IntervalUnit::MONTH_DAY_NANO => Some(128),
			_ => None,
		}),
		Type::FixedSizeBinary => {
			let binary = field.type_as_fixed_size_binary().ok_or_else(unknown)?;
			Some(8 * positive(binary.byteWidth())?)
		}
		_ => return nested(field, left),
	};
	bits.map(Kind::Fixed).ok_or_else(unknown)
}

/// [`kind`] of a field whose values are of different lengths, or are made of others.
fn nested(field: &ipc::Field<'_>, left: &mut usize) -> Result<Kind, String> {
	let mut item = || only(field).and_then(|item| kind(&item, left)).map(Box::new);
	Ok(match field.type_type() {
		Type::Utf8 | Type::Binary => Kind::Text(4),
		Type::LargeUtf8 | Type::LargeBinary => Kind::Text(8),
		Type::List => Kind::List(4, item()?),
		Type::LargeList => Kind::List(8, item()?),
		Type::Map => match item()? {
			entry if matches!(&*entry, Kind::Struct(fields) if fields.len() == 2) => Kind::List(4, entry),
			_ => return Err("it is a map of other than keys and values".into()),
		},
		Type::FixedSizeList => {
			let list = field.type_as_fixed_size_list().ok_or("its type is not said")?;
			Kind::Array(positive(list.listSize())?, item()?)
		}
		Type::Struct_ => {
			let fields = field.children().into_iter().flatten();
			let fields: Vec<_> = fields.map(|field| kind(&field, left)).collect::<Result<_, _>>()?;
			if fields.is_empty() {
				return Err("its values have no bytes".into());
			}
			Kind::Struct(fields)
		}
		other => return Err(out_of_nothing(other).into()),
	})
}

/// Why values of a type need not have bytes of their own.
fn out_of_nothing(other: Type) -> &'static str {
	match other {
		Type::Utf8View | Type::BinaryView | Type::ListView | Type::LargeListView => {
			"it is a view, of which any number of rows can be the same few bytes"
		}
		Type::RunEndEncoded => "it is made of runs, of which any number of rows can be one value",
		Type::Union => "it is a union, of which any number of rows can be one value",
		Type::Null => "it is nothing but nulls, of which any number has no bytes",
		_ => "its type is none that Arrow has",
	}
}

/// What a list is of.
fn only<'a>(field: &ipc::Field<'a>) -> Result<ipc::Field<'a>, String> {
	let mut children = field.children().into_iter().flatten();
	match (children.next(), children.next()) {
		(Some(item), None) => Ok(item),
		_ => Err("it is a list of other than one kind of items".into()),
	}
}

fn among(bits: i32, widths: &[u64]) -> Option<u64> {
	u64::try_from(bits).ok().filter(|bits| widths.contains(bits))
}

/// Bits of a count of units of time.
fn unit(unit: TimeUnit) -> Option<u64> {
	let is_one = [TimeUnit::SECOND, TimeUnit::MILLISECOND, TimeUnit::MICROSECOND, TimeUnit::NANOSECOND]
		.contains(&unit);
	is_one.then_some(64)
}

fn positive(size: i32) -> Result<u64, String> {
	u64::try_from(size).ok().filter(|size| *size > 0).ok_or_else(|| "its values have no bytes".into())
}

/// Fewest bytes of metadata in a head.
fn pairs<'a>(pairs: impl Iterator<Item = ipc::KeyValue<'a>>) -> usize {
	let each = |pair: ipc::KeyValue<'a>| {
		let words = pair.key().map_or(0, str::len).saturating_add(pair.value().map_or(0, str::len));
		words.saturating_add(PAIR)
	};
	pairs.map(each).fold(0, usize::saturating_add)
}

/// Counts bytes of the head for a field: what is said with fewer bytes than it takes was said once and stands for many.
fn spend(left: &mut usize, bytes: usize) -> Result<(), String> {
	*left = left.checked_sub(bytes).ok_or("its schema has more columns than bytes to say them")?;
	Ok(())
}

#[cfg(test)]
mod tests;
