//! A bundle as JSON that people read: the query in SQL, the columns with their words, the answer in digits, the proof in hex.
//!
//! Every field is either part of what was proved or follows from it, and reading it back takes no other spelling: whoever changes
//! one digit has a document that is refused, here or by its proof.

use super::values::{figure_text, parse, parse_figure, text};
use crate::{Digest, ListingId};
use codec::Encode;
use serde::{Deserialize, Serialize};
use souk_aggregates::sql::{self, Layout};
use souk_table_proofs::{
	Answer, Bundle, ColumnDescriptor, ColumnType, CommittedColumn, Context, Group, Query,
};

/// What the `format` of a document says.
pub const FORMAT: &str = "souk/proved-query/v1";

/// A proved query.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Document {
	/// `souk/proved-query/v1`.
	pub format: String,
	/// Version of the proof system.
	pub version: u8,
	/// Hash of the chain's genesis block, in hex like all other hashes.
	pub genesis: String,
	/// The listing.
	pub listing: ListingId,
	/// Period of the snapshot.
	pub period: u32,
	/// Rows of the snapshot's table.
	pub rows: u64,
	/// The commitment to its columns, as of the chain.
	pub columns_root: String,
	/// Groups of fewer rows are left out, and proved to be that small; 0 is no limit.
	pub min_group_size: u32,
	/// What was asked.
	pub sql: String,
	/// What was answered.
	pub answer: AnswerRecord,
	/// The columns that are committed to.
	pub columns: Vec<ColumnRecord>,
	/// The proof.
	pub proof: String,
}

/// The answer, a row for each group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AnswerRecord {
	/// What stands in the columns of `rows`.
	pub columns: Vec<String>,
	/// Numbers and words; null is NULL. An average is followed by what it was divided from.
	pub rows: Vec<Vec<Option<String>>>,
}

/// A column that is committed to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ColumnRecord {
	/// Its name.
	pub name: String,
	/// `decimal`, `date`, `timestamp`, `bool` or `text`.
	#[serde(rename = "type")]
	pub kind: String,
	/// Digits after the point, of a `decimal`.
	#[serde(default, skip_serializing_if = "Option::is_none")]
	pub scale: Option<u8>,
	/// The distinct words of a `text` that the query names, in the order of their bytes.
	#[serde(default, skip_serializing_if = "Option::is_none")]
	pub dictionary: Option<Vec<String>>,
	/// The hash of those words, of a `text` that the query does not name.
	#[serde(default, skip_serializing_if = "Option::is_none")]
	pub dictionary_hash: Option<String>,
	/// The commitment to its values.
	pub digest: String,
}

/// Why a document is none.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{field} is not as a proved query has it: {reason}")]
pub struct NotADocument {
	/// The field.
	pub field: &'static str,
	/// What is wrong with it.
	pub reason: String,
}

impl NotADocument {
	/// A stable, lower-case word for machines, the same where a bundle's check has one for it.
	pub fn code(&self) -> &'static str {
		match self.field {
			"the file" => "malformed",
			"format" => "version",
			"genesis" => "context",
			"answer.rows" | "answer.columns" => "answer",
			"proof" => "malformed_proof",
			field => field,
		}
	}
}

fn not(field: &'static str, reason: impl ToString) -> NotADocument {
	NotADocument { field, reason: reason.to_string() }
}

impl Document {
	/// Writes a bundle down, as the answer to `sql`. `None` where the answer has values that no word stands for, which no bundle
	/// that was checked has.
	pub fn new(bundle: &Bundle, sql: &str) -> Option<Self> {
		let columns = descriptors(&bundle.columns);
		Some(Self {
			format: FORMAT.into(),
			version: bundle.version,
			genesis: hex(bundle.context.genesis),
			listing: bundle.context.listing,
			period: bundle.context.period,
			rows: bundle.rows,
			columns_root: hex(bundle.columns_root()?),
			min_group_size: bundle.min_group_size,
			sql: sql.into(),
			answer: AnswerRecord {
				columns: labels(&bundle.query, &columns),
				rows: rows(&bundle.answer, &bundle.query, &columns)?,
			},
			columns: records(bundle),
			proof: hex(&bundle.proof),
		})
	}

	/// Reads JSON. Nothing is checked yet but its form.
	///
	/// Errors: [`NotADocument`].
	pub fn parse(json: &[u8]) -> Result<Self, NotADocument> {
		serde_json::from_slice(json).map_err(|error| not("the file", error))
	}

	/// The bundle that was written down, encoded as it is checked. What the document says and no bundle holds is compared here: the
	/// words of the answer, and that the SQL means something over the columns.
	///
	/// Errors: [`NotADocument`].
	pub fn bundle(&self) -> Result<Vec<u8>, NotADocument> {
		if self.format != FORMAT {
			return Err(not("format", format!("{:?} is not {FORMAT:?}", self.format)));
		}
		let columns = self.columns.iter().map(ColumnRecord::column).collect::<Result<Vec<_>, _>>()?;
		let owned: Vec<ColumnDescriptor> = columns.iter().map(|column| column.descriptor.clone()).collect();
		let query = sql::parse(&self.sql, &owned).map_err(|error| not("sql", error))?;
		let described = descriptors(&columns);
		if labels(&query, &described) != self.answer.columns {
			return Err(not("answer.columns", "they are not the figures that the SQL asks for"));
		}
		let withheld = self.columns.iter().enumerate().filter_map(|(index, column)| {
			let hash = digest("columns", column.dictionary_hash.as_deref()?);
			// Beyond that there are no columns, which the check of the bundle says.
			Some(hash.map(|hash| (u8::try_from(index).unwrap_or(u8::MAX), hash)))
		});
		let bundle = Bundle {
			withheld: withheld.collect::<Result<_, _>>()?,
			version: self.version,
			context: Context {
				genesis: digest("genesis", &self.genesis)?,
				listing: self.listing,
				period: self.period,
			},
			rows: self.rows,
			answer: read(&self.answer, &query, &described)?,
			columns,
			query,
			min_group_size: self.min_group_size,
			proof: bytes("proof", &self.proof)?,
		};
		if Some(digest("columns_root", &self.columns_root)?) != bundle.columns_root() {
			return Err(not("columns_root", "it is not that of the columns"));
		}
		Ok(bundle.encode())
	}
}

fn records(bundle: &Bundle) -> Vec<ColumnRecord> {
	let mut withheld = bundle.withheld.iter().peekable();
	let record = |(index, column)| {
		let hash = withheld.next_if(|(number, _)| usize::from(*number) == index);
		ColumnRecord::new(column, hash.map(|(_, hash)| *hash))
	};
	bundle.columns.iter().enumerate().map(record).collect()
}

impl ColumnRecord {
	fn new(column: &CommittedColumn, withheld: Option<Digest>) -> Self {
		let ColumnDescriptor { name, kind, dictionary } = &column.descriptor;
		let (word, scale) = match kind {
			ColumnType::Decimal { scale } => ("decimal", Some(*scale)),
			ColumnType::Date => ("date", None),
			ColumnType::Timestamp => ("timestamp", None),
			ColumnType::Bool => ("bool", None),
			ColumnType::Text => ("text", None),
		};
		Self {
			name: name.clone(),
			kind: word.into(),
			scale,
			dictionary: (*kind == ColumnType::Text && withheld.is_none()).then(|| dictionary.clone()),
			dictionary_hash: withheld.map(hex),
			digest: hex(column.digest),
		}
	}

	fn column(&self) -> Result<CommittedColumn, NotADocument> {
		let words = (self.dictionary.is_some(), self.dictionary_hash.is_some());
		let kind = match (self.kind.as_str(), self.scale, words) {
			("decimal", Some(scale), (false, false)) => ColumnType::Decimal { scale },
			("date", None, (false, false)) => ColumnType::Date,
			("timestamp", None, (false, false)) => ColumnType::Timestamp,
			("bool", None, (false, false)) => ColumnType::Bool,
			("text", None, (true, false) | (false, true)) => ColumnType::Text,
			_ => return Err(not("columns", format!("the type of {:?} is none", self.name))),
		};
		let dictionary = self.dictionary.clone().unwrap_or_default();
		let descriptor = ColumnDescriptor { name: self.name.clone(), kind, dictionary };
		Ok(CommittedColumn { descriptor, digest: digest("columns", &self.digest)? })
	}
}

/// The grouping column, and then the figures in the order of the query's normal form, whatever of them the text shows and how it
/// calls them: what is read back is all of the answer.
fn labels(query: &Query, columns: &[&ColumnDescriptor]) -> Vec<String> {
	let columns: Vec<_> = columns.iter().map(|column| (*column).clone()).collect();
	Layout::of(query, &columns).columns.into_iter().map(|column| column.name).collect()
}

fn descriptors(columns: &[CommittedColumn]) -> Vec<&ColumnDescriptor> {
	columns.iter().map(|column| &column.descriptor).collect()
}

/// The answer in words.
pub(super) fn rows(
	answer: &Answer,
	query: &Query,
	columns: &[&ColumnDescriptor],
) -> Option<Vec<Vec<Option<String>>>> {
	let row = |group: &Group| {
		let mut cells = Vec::with_capacity(1 + group.figures.len());
		if let (Some(index), Some(key)) = (query.group_by, group.key) {
			let column = columns.get(usize::from(index))?;
			cells.push(match key {
				Some(value) => Some(text(value, column)?),
				None => None,
			});
		}
		for (figure, aggregate) in group.figures.iter().zip(&query.aggregates) {
			cells.push(figure_text(figure, aggregate, columns)?);
		}
		Some(cells)
	};
	answer.groups.iter().map(row).collect()
}

fn read(answer: &AnswerRecord, query: &Query, columns: &[&ColumnDescriptor]) -> Result<Answer, NotADocument> {
	let wrong = |row: usize, words: Option<&str>| {
		not("answer.rows", format!("{:?} in row {} cannot stand there", words.unwrap_or("null"), row + 1))
	};
	let mut groups = Vec::with_capacity(answer.rows.len());
	for (number, row) in answer.rows.iter().enumerate() {
		if row.len() != answer.columns.len() {
			return Err(not("answer.rows", format!("row {} has {} cells", number + 1, row.len())));
		}
		let mut cells = row.iter().map(Option::as_deref);
		let key = match query.group_by.and_then(|index| columns.get(usize::from(index))) {
			None => None,
			Some(column) => Some(match cells.next().flatten() {
				None => None,
				Some(words) => Some(parse(words, column).ok_or_else(|| wrong(number, Some(words)))?),
			}),
		};
		let figures = query.aggregates.iter().zip(cells).map(|(aggregate, words)| {
			parse_figure(words, aggregate, columns).ok_or_else(|| wrong(number, words))
		});
		groups.push(Group { key, figures: figures.collect::<Result<_, _>>()? });
	}
	Ok(Answer { groups })
}

fn hex(bytes: impl AsRef<[u8]>) -> String {
	format!("0x{}", hex::encode(bytes))
}

/// Lower-case digits after `0x`, as [`hex`] writes them.
fn bytes(field: &'static str, text: &str) -> Result<Vec<u8>, NotADocument> {
	let digits = text.strip_prefix("0x").ok_or_else(|| not(field, "it does not start with 0x"))?;
	if digits.bytes().any(|digit| digit.is_ascii_uppercase()) {
		return Err(not(field, "hex is in lower case"));
	}
	hex::decode(digits).map_err(|error| not(field, error))
}

fn digest(field: &'static str, text: &str) -> Result<Digest, NotADocument> {
	bytes(field, text)?.try_into().map_err(|_| not(field, "it has not got 32 bytes"))
}
