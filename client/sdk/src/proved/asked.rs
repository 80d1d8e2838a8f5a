//! Asks: what SQL means where no bundle is at hand yet, and the names by which the chain knows queries, bundles and answers.

use super::{Anchor, Disbelief, Document};
use crate::{types::AskView, Digest};
use codec::{Decode as _, Encode as _};
use datafusion::arrow::datatypes::{DataType, Field};
use souk_aggregates::{
	sql::{self, SqlError, Statement},
	table::{check_declared, column_type, Declared},
};
use souk_protocol::metadata::Metadata;
use souk_table_proofs::{Answer, Bundle, ColumnDescriptor, ColumnType, Context};
use subxt::config::{substrate::BlakeTwo256, Hasher as _};

/// Hash of the text that an ask's query was made from: that of a query's text in attestations.
pub fn asked_text_hash(sql: &str) -> Digest {
	souk_protocol::attestation::query_hash(sql)
}

/// Name of a bundle on the chain: `Blake2b-256("souk/bundle/v1" ‖ its bytes)`.
pub fn bundle_hash(bundle: &[u8]) -> Digest {
	tagged(b"souk/bundle/v1", bundle)
}

/// Name of an answer on the chain: `Blake2b-256("souk/answer/v1" ‖ its encoding)`.
pub fn answer_hash(answer: &Answer) -> Digest {
	tagged(b"souk/answer/v1", &answer.encode())
}

fn tagged(tag: &[u8], bytes: &[u8]) -> Digest {
	BlakeTwo256.hash(&[tag, bytes].concat()).0
}

/// Why the columns of a listing's table are not known.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ColumnsUnknown {
	/// The curator's document does not say.
	#[error("the listing's metadata names no columns that can be proved over")]
	NotPublished,
	/// It says something that cannot be.
	#[error("the listing's metadata names columns that cannot be proved over: {0}")]
	Unusable(String),
	/// The bundle is none.
	#[error("the bundle cannot be used: {0}")]
	NoBundle(String),
	/// The bundle is over other columns.
	#[error("the bundle is over other columns than those that the snapshot commits to: take one over the same snapshot")]
	OtherColumns,
}

/// The columns that a snapshot commits to, as far as somebody knows them who has not got the table.
///
/// Names, order and types are in the listing's metadata. The words of text columns are not: they are part of the table, and only who
/// has a bundle that names such a column has them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownColumns {
	columns: Vec<ColumnDescriptor>,
	/// Whether the words of the column are not known.
	wordless: Vec<bool>,
}

impl KnownColumns {
	/// As the listing's document says. Nobody has checked that it is true: where it is not, what is asked is not what was written,
	/// which is noticed by whoever reads the answer.
	///
	/// Errors: [`ColumnsUnknown::NotPublished`], [`ColumnsUnknown::Unusable`].
	pub fn published(metadata: &Metadata) -> Result<Self, ColumnsUnknown> {
		if metadata.prove.is_empty() {
			return Err(ColumnsUnknown::NotPublished);
		}
		let unusable = ColumnsUnknown::Unusable;
		let declared: Vec<Declared> = metadata
			.prove
			.iter()
			.map(|column| Declared { name: column.name.clone(), scale: column.scale })
			.collect();
		check_declared(&declared).map_err(|error| unusable(error.to_string()))?;
		let mut columns = Vec::with_capacity(declared.len());
		for declared in &declared {
			let field = metadata.fields.iter().find(|field| field.name == declared.name);
			let field =
				field.ok_or_else(|| unusable(format!("the type of {} is not there", declared.name)))?;
			let kind: DataType = field
				.data_type
				.parse()
				.map_err(|_| unusable(format!("{} is of no type: {:?}", field.name, field.data_type)))?;
			let kind = column_type(&Field::new(&field.name, kind, field.nullable), declared)
				.map_err(|error| unusable(error.to_string()))?;
			columns.push(ColumnDescriptor { name: declared.name.clone(), kind, dictionary: Vec::new() });
		}
		let wordless = columns.iter().map(|column| column.kind == ColumnType::Text).collect();
		Ok(Self { columns, wordless })
	}

	/// Those of a bundle over a snapshot with this commitment, which all of them are held against. Its proof is not looked at.
	///
	/// Errors: [`ColumnsUnknown::NoBundle`], [`ColumnsUnknown::OtherColumns`].
	pub fn of_bundle(document: &Document, columns_root: Digest) -> Result<Self, ColumnsUnknown> {
		let bytes = document.bundle().map_err(|error| ColumnsUnknown::NoBundle(error.to_string()))?;
		let bundle =
			Bundle::decode(&mut &bytes[..]).map_err(|error| ColumnsUnknown::NoBundle(error.to_string()))?;
		if bundle.columns_root() != Some(columns_root) {
			return Err(ColumnsUnknown::OtherColumns);
		}
		let withheld = |index: usize| bundle.withheld.iter().any(|(column, _)| usize::from(*column) == index);
		let wordless = (0..bundle.columns.len()).map(withheld).collect();
		Ok(Self { columns: bundle.columns.into_iter().map(|column| column.descriptor).collect(), wordless })
	}

	/// What the columns are.
	pub fn descriptors(&self) -> &[ColumnDescriptor] {
		&self.columns
	}

	/// What SQL means over them.
	///
	/// Errors: [`SqlError`]; also where it compares a text column whose words are not known.
	pub fn read(&self, text: &str) -> Result<Statement, SqlError> {
		let statement = sql::read(text, &self.columns)?;
		// A string is compared by its place among the words. Where those are not known, only a comparison needs them: numbers in
		// their place can be counted and grouped as well, and compared with no string.
		let numbers = self.columns.iter().zip(&self.wordless).map(|(column, wordless)| match wordless {
			true => ColumnDescriptor { kind: ColumnType::Decimal { scale: 0 }, ..column.clone() },
			false => column.clone(),
		});
		let numbers: Vec<_> = numbers.collect();
		sql::read(text, &numbers).map_err(|error| SqlError {
			reason: "the words of this text column are not published, so that no string can be compared with it before somebody \
			         has proved something over it: group by it instead, or name a bundle over the same snapshot that has its words"
				.into(),
			..error
		})?;
		Ok(statement)
	}
}

impl Anchor {
	/// What the answer to an ask is held against: the ask has a copy of all that is needed of the snapshot.
	pub fn of_ask(genesis: Digest, ask: &AskView) -> Self {
		Self {
			context: Context { genesis, listing: ask.listing, period: ask.period },
			columns_root: ask.columns_root,
			min_group_size: ask.min_group_size,
		}
	}

	/// Checks a bundle, and that it answers the query of an ask.
	///
	/// Errors: [`Disbelief`].
	pub fn check_answer(&self, bundle: &[u8], ask: &AskView) -> Result<Bundle, Disbelief> {
		self.verify(bundle, Some(&ask.query))
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use souk_protocol::metadata::{Context as JsonLdContext, Field as Described, Provable};
	use souk_table_proofs::{Aggregate, Condition, Predicate};

	fn metadata() -> Metadata {
		let described = |(name, data_type): (&str, &str)| Described {
			name: name.into(),
			data_type: data_type.into(),
			nullable: true,
		};
		let fields = [("note", "Utf8"), ("temp", "Float64"), ("origin", "Utf8View"), ("day", "Date32")];
		Metadata {
			context: JsonLdContext::default(),
			kind: "dcat:Dataset".into(),
			identifier: "weather".into(),
			title: "Weather".into(),
			description: String::new(),
			license: "CC0-1.0".into(),
			category: "climate".into(),
			tags: vec![],
			schedule: "0 * * * *".into(),
			fields: fields.map(described).into(),
			prove: vec![provable("origin", None), provable("temp", Some(2)), provable("day", None)],
			proof_price: None,
			reproducible: false,
		}
	}

	fn provable(name: &str, scale: Option<u8>) -> Provable {
		Provable { name: name.into(), scale }
	}

	#[test]
	fn published_columns_have_the_order_and_types_of_the_snapshots() {
		let known = KnownColumns::published(&metadata()).unwrap();
		let kinds: Vec<_> = known.descriptors().iter().map(|column| (&*column.name, column.kind)).collect();
		let expected = [
			("origin", ColumnType::Text),
			("temp", ColumnType::Decimal { scale: 2 }),
			("day", ColumnType::Date),
		];
		assert_eq!(kinds, expected);
	}

	#[test]
	fn sql_is_read_over_published_columns() {
		let known = KnownColumns::published(&metadata()).unwrap();
		let sql = "SELECT origin, avg(temp), count(*) FROM t WHERE temp < 0.5 AND origin IS NOT NULL GROUP BY origin";
		let query = known.read(sql).unwrap().query;
		assert_eq!(query.aggregates, [Aggregate::Avg(1), Aggregate::CountAll]);
		let below = Condition::Within { low: i64::MIN, high: 49 };
		let expected = [
			Predicate { column: 0, condition: Condition::IsNotNull },
			Predicate { column: 1, condition: below },
		];
		assert_eq!((&query.predicates[..], query.group_by), (&expected[..], Some(0)));
	}

	#[test]
	fn no_string_is_compared_with_words_that_nobody_knows() {
		let known = KnownColumns::published(&metadata()).unwrap();
		for condition in ["origin = 'EWR'", "origin <> 'EWR'", "origin BETWEEN 'A' AND 'Z'", "origin >= ''"] {
			let error = known.read(&format!("SELECT count(*) FROM t WHERE {condition}")).unwrap_err();
			assert!(error.reason.contains("words"), "{condition}: {error}");
		}
		let error = known.read("SELECT sum(origin) FROM t").unwrap_err();
		assert!(error.reason.contains("needs numbers"), "{error}");
		let error = known.read("SELECT count(*) FROM t WHERE note = 'x'").unwrap_err();
		assert!(error.reason.contains("does not commit"), "{error}");
	}

	#[test]
	fn a_document_that_cannot_be_true_is_refused() {
		let published = |change: fn(&mut Metadata)| {
			let mut metadata = metadata();
			change(&mut metadata);
			KnownColumns::published(&metadata).unwrap_err()
		};
		assert_eq!(published(|metadata| metadata.prove.clear()), ColumnsUnknown::NotPublished);
		for change in [
			(|metadata| metadata.fields.clear()) as fn(&mut Metadata),
			|metadata| metadata.prove[1].scale = None,
			|metadata| metadata.prove.push(provable("day", None)),
			|metadata| metadata.fields[1].data_type = "Nonsense".into(),
		] {
			assert!(matches!(published(change), ColumnsUnknown::Unusable(_)));
		}
	}

	#[test]
	fn names_are_those_of_the_chain() {
		// Blake2b-256 of the tag and nothing else.
		let empty = bundle_hash(&[]);
		assert_eq!(empty, BlakeTwo256.hash(b"souk/bundle/v1").0);
		assert_ne!(empty, answer_hash(&Answer::default()));
		assert_eq!(answer_hash(&Answer::default()), BlakeTwo256.hash(b"souk/answer/v1\0").0);
	}
}
