//! `docs/provable-sql.md` as data.

use std::sync::Arc;

use arrow_array::{
	ArrayRef, BooleanArray, Date32Array, Decimal128Array, Int64Array, RecordBatch, StringArray,
	TimestampMicrosecondArray,
};
use souk_aggregates::{table::Declared, Table};

/// The text of the page.
pub fn page() -> String {
	let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/provable-sql.md");
	std::fs::read_to_string(path).expect("the page is there")
}

/// The fenced blocks of the page: language and text.
fn blocks(page: &str) -> Vec<(String, String)> {
	let mut blocks = Vec::new();
	let mut open: Option<(String, Vec<&str>)> = None;
	for line in page.lines() {
		match (line.strip_prefix("```"), open.take()) {
			(Some(language), None) => open = Some((language.to_owned(), Vec::new())),
			(Some(_), Some((language, lines))) => blocks.push((language, lines.join("\n"))),
			(None, Some((language, mut lines))) => {
				lines.push(line);
				open = Some((language, lines));
			}
			(None, None) => {}
		}
	}
	assert!(open.is_none(), "a block of the page has no end");
	blocks
}

/// The examples: an SQL text, and what stands under it.
pub fn examples() -> Vec<(String, String)> {
	let blocks = blocks(&page());
	let mut examples = Vec::new();
	for pair in blocks.windows(2) {
		if let [(first, text), (second, expected)] = pair {
			if first == "sql" {
				assert_eq!(second, "text", "nothing stands under {text}");
				examples.push((text.clone(), expected.clone()));
			}
		}
	}
	examples
}

/// The table of the examples, as Arrow has it.
pub fn batch() -> RecordBatch {
	let blocks = blocks(&page());
	let (_, csv) = blocks.iter().find(|(language, _)| language == "csv").expect("the page has a table");
	let mut lines = csv.lines();
	assert_eq!(lines.next(), Some("origin,day,at,temp,visitors,wet"));
	let rows: Vec<Vec<Option<&str>>> = lines
		.map(|line| line.split(',').map(|field| (!field.is_empty()).then_some(field)).collect())
		.collect();
	let column = |at: usize| rows.iter().map(move |row| row[at]);
	let days = |text: &str| {
		let day: i32 =
			text.strip_prefix("2013-01-").expect("a day of January 2013").parse().expect("a number");
		15_705 + day
	};
	let micros = |text: &str| {
		let (day, time) = text.split_once('T').expect("a day and a time");
		let time: Vec<f64> = time.split(':').map(|part| part.parse().expect("a number")).collect();
		i64::from(days(day)) * 86_400_000_000
			+ ((time[0] * 60.0 + time[1]) * 60.0 * 1e6 + time[2] * 1e6) as i64
	};
	let cents = |text: &str| text.replace('.', "").parse::<i128>().expect("two digits after the point");
	let columns: Vec<(&str, ArrayRef)> = vec![
		("origin", Arc::new(column(0).collect::<StringArray>())),
		("day", Arc::new(column(1).map(|text| text.map(days)).collect::<Date32Array>())),
		("at", Arc::new(column(2).map(|text| text.map(micros)).collect::<TimestampMicrosecondArray>())),
		(
			"temp",
			Arc::new(
				column(3)
					.map(|text| text.map(cents))
					.collect::<Decimal128Array>()
					.with_precision_and_scale(10, 2)
					.expect("they fit"),
			),
		),
		(
			"visitors",
			Arc::new(
				column(4)
					.map(|text| text.map(|text| text.parse().expect("a number")))
					.collect::<Int64Array>(),
			),
		),
		("wet", Arc::new(column(5).map(|text| text.map(|text| text == "true")).collect::<BooleanArray>())),
	];
	RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(name, array)| (name, array, true)))
		.expect("columns of one length")
}

/// The table of the examples, as it is committed to.
pub fn table() -> Table {
	let batch = batch();
	let declared: Vec<Declared> = batch
		.schema()
		.fields()
		.iter()
		.map(|field| Declared { name: field.name().clone(), scale: None })
		.collect();
	Table::from_batches(&[batch], &declared).expect("all of it can be committed to")
}
