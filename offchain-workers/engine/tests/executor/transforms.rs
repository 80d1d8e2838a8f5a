//! The curator's SQL over real files of every kind.

use std::{
	fs::File,
	io::Write,
	path::{Path, PathBuf},
};

use datafusion::arrow::{
	array::RecordBatch,
	datatypes::{DataType, TimeUnit},
	util::display::{ArrayFormatter, FormatOptions},
};
use flate2::{write::GzEncoder, Compression};
use futures::TryStreamExt;
use souk_engine::{transform, CsvOptions, SourceFormat, SourceTable, TransformError, TransformOptions};
use tempfile::TempDir;

const WEATHER: &str = "origin,time_hour,temp,gust\n\
	EWR,2013-01-01T06:00:00Z,39.02,NA\n\
	JFK,2013-01-01T06:00:00Z,NA,\n\
	LGA,2013-01-01T07:00:00Z,40,1.5\n";

struct Desk {
	directory: TempDir,
}

impl Desk {
	fn new() -> Self {
		Self { directory: tempfile::tempdir().unwrap() }
	}

	fn file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
		let path = self.directory.path().join(name);
		std::fs::write(&path, content).unwrap();
		path
	}

	fn gzip(&self, name: &str, content: &[u8]) -> PathBuf {
		let path = self.directory.path().join(name);
		let mut gzip = GzEncoder::new(File::create(&path).unwrap(), Compression::fast());
		gzip.write_all(content).unwrap();
		gzip.finish().unwrap();
		path
	}

	fn options(&self) -> TransformOptions {
		TransformOptions {
			memory_bytes: 64 << 20,
			spill_dir: self.directory.path().to_owned(),
			max_source_bytes: 1 << 30,
			order_by: None,
		}
	}

	async fn csv(&self, path: &Path, sql: &str) -> Result<Vec<RecordBatch>, TransformError> {
		let csv = CsvOptions { null_values: vec!["NA".into()], ..CsvOptions::default() };
		self.run(path, SourceFormat::Csv(csv), sql, &self.options()).await
	}

	async fn run(
		&self,
		path: &Path,
		format: SourceFormat,
		sql: &str,
		options: &TransformOptions,
	) -> Result<Vec<RecordBatch>, TransformError> {
		let stream = transform(SourceTable { path: path.to_owned(), format }, sql, options).await?;
		Ok(stream.try_collect().await?)
	}
}

fn rows(batches: &[RecordBatch]) -> Vec<String> {
	let options = FormatOptions::default().with_null("null");
	let mut rows = Vec::new();
	for batch in batches {
		let columns: Vec<_> =
			batch.columns().iter().map(|column| ArrayFormatter::try_new(column, &options).unwrap()).collect();
		for row in 0..batch.num_rows() {
			rows.push(
				columns.iter().map(|column| column.value(row).to_string()).collect::<Vec<_>>().join("|"),
			);
		}
	}
	rows
}

#[tokio::test]
async fn csv_is_typed_by_all_its_lines() {
	let desk = Desk::new();
	let path = desk.file("weather.csv", WEATHER);
	let batches = desk.csv(&path, "SELECT origin, time_hour, temp, gust FROM source").await.unwrap();
	let schema = batches[0].schema();
	let types: Vec<_> = schema.fields().iter().map(|field| field.data_type().clone()).collect();
	assert_eq!(
		types,
		[DataType::Utf8, DataType::Timestamp(TimeUnit::Second, None), DataType::Float64, DataType::Float64]
	);
	assert_eq!(
		rows(&batches),
		[
			"EWR|2013-01-01T06:00:00|39.02|null",
			"JFK|2013-01-01T06:00:00|null|null",
			"LGA|2013-01-01T07:00:00|40.0|1.5"
		]
	);
	// A whole number until line 20,001.
	let mut long = String::from("x\n");
	(0..20_000).for_each(|i| long.push_str(&format!("{i}\n")));
	long.push_str("0.5\n");
	let path = desk.file("long.csv", long);
	let batches = desk.csv(&path, "SELECT max(x), min(x), count(*) FROM source").await.unwrap();
	assert_eq!(rows(&batches), ["19999.0|0.0|20001"]);
}

#[tokio::test]
async fn csv_comes_with_other_delimiters_quotes_and_no_header() {
	let desk = Desk::new();
	let path = desk.file("odd.csv", "1;\"a;b\nc\"\n2;\"say \"\"x\"\"\"\n");
	let csv = CsvOptions { has_header: false, delimiter: b';', null_values: vec![] };
	let batches = desk
		.run(&path, SourceFormat::Csv(csv), "SELECT column_1 + 1, column_2 FROM source", &desk.options())
		.await
		.unwrap();
	assert_eq!(rows(&batches), ["2|a;b\nc", "3|say \"x\""]);
}

#[tokio::test]
async fn gzip_is_recognised_by_its_content_and_bounded() {
	let desk = Desk::new();
	let path = desk.gzip("weather.data", WEATHER.as_bytes());
	let count = || desk.csv(&path, "SELECT count(*) FROM source");
	assert_eq!(rows(&count().await.unwrap()), ["3"]);
	let left: Vec<_> = std::fs::read_dir(desk.directory.path()).unwrap().collect();
	assert_eq!(left.len(), 1, "the decompressed copy is gone: {left:?}");

	let bomb = desk.gzip("bomb.gz", &vec![b'1'; 8 << 20]);
	let options = TransformOptions { max_source_bytes: 1 << 20, ..desk.options() };
	let csv = SourceFormat::Csv(CsvOptions::default());
	let error = desk.run(&bomb, csv.clone(), "SELECT * FROM source", &options).await.unwrap_err();
	assert!(matches!(error, TransformError::TooLarge { limit: 1_048_576, .. }), "{error}");
	let plain = desk.file("large.csv", vec![b'1'; 2 << 20]);
	assert!(matches!(
		desk.run(&plain, csv, "SELECT * FROM source", &options).await,
		Err(TransformError::TooLarge { .. })
	));

	let mut cut = std::fs::read(&path).unwrap();
	cut.truncate(cut.len() / 2);
	let cut = desk.file("cut.gz", cut);
	let error = desk.csv(&cut, "SELECT * FROM source").await.unwrap_err();
	assert!(error.to_string().contains("not a complete gzip file"), "{error}");
}

#[tokio::test]
async fn json_lines_have_the_same_columns_every_time() {
	let desk = Desk::new();
	let text = "{\"b\": 1, \"a\": \"x\", \"n\": {\"z\": 1, \"y\": true}}\n\n{\"a\": \"y\", \"c\": [1, 2], \"b\": 2.5}\n";
	let path = desk.gzip("events.jsonl", text.as_bytes());
	for _ in 0..5 {
		let batches =
			desk.run(&path, SourceFormat::JsonLines, "SELECT * FROM source", &desk.options()).await.unwrap();
		let schema = batches[0].schema();
		let names: Vec<_> = schema.fields().iter().map(|field| field.name().as_str()).collect();
		assert_eq!(names, ["a", "b", "c", "n"]);
		assert_eq!(rows(&batches), ["x|1.0|null|{y: true, z: 1}", "y|2.5|[1, 2]|null"]);
	}
	let path = desk.file("bad.jsonl", "{\"a\": 1}\n{\"a\": 2\n{\"a\": 3}\n");
	let error =
		desk.run(&path, SourceFormat::JsonLines, "SELECT a FROM source", &desk.options()).await.unwrap_err();
	assert!(error.to_string().contains("bad.jsonl, line 2"), "{error}");
	let path = desk.file("array.json", "[{\"a\": 1}]");
	let error =
		desk.run(&path, SourceFormat::JsonLines, "SELECT a FROM source", &desk.options()).await.unwrap_err();
	assert!(error.to_string().contains("line 1"), "{error}");
}

#[tokio::test]
async fn ragged_csv_is_named_by_its_line() {
	let desk = Desk::new();
	for (text, line, words) in [
		("a,b\n1,2\n3\n4,5\n", 3, "1 values where the lines before have 2"),
		("a,b\n1,2\n3,4,5\n", 3, "3 values where the lines before have 2"),
	] {
		let path = desk.file("ragged.csv", text);
		let error = desk.csv(&path, "SELECT * FROM source").await.unwrap_err();
		assert!(
			matches!(error, TransformError::Source { line: Some(found), .. } if found == line),
			"{error}"
		);
		assert!(error.to_string().contains(words), "{error}");
		assert!(error.to_string().contains("ragged.csv, line 3"), "{error}");
	}
	let path = desk.file("twice.csv", "a,b,a\n1,2,3\n");
	let error = desk.csv(&path, "SELECT * FROM source").await.unwrap_err();
	assert!(error.to_string().contains("two columns are named \"a\""), "{error}");
	let path = desk.file("empty.csv", "");
	assert!(desk.csv(&path, "SELECT * FROM source").await.unwrap_err().to_string().contains("empty"));
	let path = desk.file("latin1.csv", b"a\n\xe9\n");
	let error = desk.csv(&path, "SELECT * FROM source").await.unwrap_err();
	assert!(error.to_string().contains("UTF-8"), "{error}");
}

#[tokio::test]
async fn the_sql_is_held_to_the_source() {
	let desk = Desk::new();
	let path = desk.file("weather.csv", WEATHER);
	for sql in [
		"SELECT * FROM other",
		"SELECT * FROM '/etc/passwd'",
		"COPY source TO '/tmp/x'",
		"SELECT now() FROM source",
		"SELECT random() FROM source",
		"SELECT missing FROM source",
		"SELEC",
	] {
		let error = desk.csv(&path, sql).await.unwrap_err();
		assert!(matches!(error, TransformError::Sql(_)), "{sql}: {error}");
	}
	let error = desk.csv(&desk.directory.path().join("none.csv"), "SELECT 1").await.unwrap_err();
	assert!(matches!(&error, TransformError::Io { .. }) && error.to_string().contains("none.csv"), "{error}");
}

#[tokio::test]
async fn rows_keep_the_file_s_order_or_are_sorted() {
	let desk = Desk::new();
	let mut text = String::from("id,half,name\n");
	(0..50_000).for_each(|i| text.push_str(&format!("{i},{},n{}\n", i / 2, i % 7)));
	let path = desk.file("rows.csv", text);
	let batches = desk.csv(&path, "SELECT id FROM source WHERE id % 2 = 0").await.unwrap();
	let expected: Vec<String> = (0..50_000).step_by(2).map(|i| i.to_string()).collect();
	assert_eq!(rows(&batches), expected);

	let csv = SourceFormat::Csv(CsvOptions::default());
	let ordered = |columns: &[&str]| TransformOptions {
		order_by: Some(columns.iter().map(ToString::to_string).collect()),
		..desk.options()
	};
	let sql = "SELECT name, max(id) AS m, nullif(name, 'n3') AS x FROM source GROUP BY name";
	let batches = desk.run(&path, csv.clone(), sql, &ordered(&["x", "m"])).await.unwrap();
	let sorted = rows(&batches);
	assert_eq!(sorted[0], "n0|49994|n0");
	assert_eq!(sorted[6], "n3|49997|null", "nulls last");
	let error = desk.run(&path, csv, sql, &ordered(&["id"])).await.unwrap_err();
	assert!(error.to_string().contains("no column id, it has: name, m, x"), "{error}");
}

#[tokio::test]
async fn a_file_larger_than_the_memory_limit_is_sorted_and_grouped() {
	let desk = Desk::new();
	let path = desk.directory.path().join("large.csv");
	let mut file = std::io::BufWriter::new(File::create(&path).unwrap());
	writeln!(file, "id,text").unwrap();
	let count = 600_000_u64;
	for i in 0..count {
		let mixed = i.wrapping_mul(0x9e37_79b9_7f4a_7c15);
		writeln!(file, "{i},{mixed:016x}{mixed:016x}{mixed:016x}").unwrap();
	}
	file.flush().unwrap();
	drop(file);
	let options = TransformOptions { memory_bytes: 12 << 20, ..desk.options() };
	assert!(std::fs::metadata(&path).unwrap().len() > 2 * options.memory_bytes);

	let csv = SourceFormat::Csv(CsvOptions::default());
	let source = SourceTable { path, format: csv };
	let mut sorted =
		transform(source.clone(), "SELECT text, id FROM source ORDER BY text", &options).await.unwrap();
	let (mut rows, mut last) = (0, String::new());
	while let Some(batch) = sorted.try_next().await.unwrap() {
		let texts = batch.column(0).as_any().downcast_ref::<datafusion::arrow::array::StringArray>().unwrap();
		for text in texts.iter().flatten() {
			assert!(text >= last.as_str());
			text.clone_into(&mut last);
			rows += 1;
		}
	}
	assert_eq!(rows, count);
	drop(sorted);
	let grouped =
		transform(source, "SELECT text, count(*) AS n FROM source GROUP BY text", &options).await.unwrap();
	let groups: Vec<RecordBatch> = grouped.try_collect().await.unwrap();
	assert_eq!(groups.iter().map(|batch| batch.num_rows() as u64).sum::<u64>(), count);
}

#[tokio::test]
async fn memory_decides_nothing_about_the_rows() {
	let desk = Desk::new();
	let mut text = String::from("id,mixed,few,half\n");
	for i in 0..300_000_u64 {
		let mixed = i.wrapping_mul(0x9e37_79b9_7f4a_7c15);
		text.push_str(&format!("{i},{mixed:016x}{mixed:016x},{},{}.5\n", mixed >> 61, i % 1000));
	}
	let path = desk.file("large.csv", text);
	let csv = SourceFormat::Csv(CsvOptions::default());
	let little = TransformOptions { memory_bytes: 10 << 20, ..desk.options() };
	let much = TransformOptions { memory_bytes: 1 << 30, ..desk.options() };
	for sql in [
		"SELECT substr(mixed, 1, 4) AS k, count(*), sum(id), max(few) FROM source GROUP BY 1",
		"SELECT mixed, sum(id), sum(CAST(half AS DECIMAL(10, 1))) FROM source GROUP BY mixed",
		"SELECT few, count(DISTINCT id) FROM source GROUP BY few",
		"SELECT DISTINCT mixed, few FROM source",
		"SELECT few, id FROM source ORDER BY few",
		"SELECT mixed FROM source ORDER BY few DESC, half",
		"SELECT id FROM source ORDER BY few LIMIT 1000",
		"SELECT mixed, count(*) AS n FROM source GROUP BY mixed LIMIT 10",
		"SELECT mixed, count(*) AS n FROM source GROUP BY mixed ORDER BY n LIMIT 10",
		"SELECT count(*), sum(id) FROM (SELECT id FROM source ORDER BY few LIMIT 777)",
		"SELECT few, id FROM source UNION ALL SELECT 7, id FROM source",
	] {
		let run = |options| desk.run(&path, csv.clone(), sql, options);
		let first = run(&much).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
		let second = run(&little).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
		assert!(rows(&first) == rows(&second), "{sql}");
	}
}

#[tokio::test]
async fn rows_that_have_no_order_are_sorted_by_all_columns() {
	let desk = Desk::new();
	let path = desk.file("few.csv", "k,v\nb,2\na,9\nc,1\na,3\n,5\n");
	for (sql, expected) in [
		("SELECT k, count(*) AS n FROM source GROUP BY k", vec!["a|2", "b|1", "c|1", "null|1"]),
		("SELECT DISTINCT k FROM source", vec!["a", "b", "c", "null"]),
		(
			"SELECT count(*) AS n, k FROM source GROUP BY k ORDER BY n DESC",
			vec!["2|a", "1|b", "1|c", "1|null"],
		),
		(
			"SELECT a.v, b.v FROM source a JOIN source b ON a.k = b.k",
			vec!["1|1", "2|2", "3|3", "3|9", "9|3", "9|9"],
		),
		("SELECT v FROM source UNION ALL SELECT 4", vec!["1", "2", "3", "4", "5", "9"]),
		("SELECT v FROM source WHERE k IN (SELECT max(k) FROM source GROUP BY k)", vec!["1", "2", "3", "9"]),
		("SELECT v FROM source ORDER BY k", vec!["3", "9", "2", "1", "5"]),
		("SELECT v + 1 FROM (SELECT * FROM source LIMIT 3) x WHERE v > 1", vec!["3", "10"]),
	] {
		let batches = desk.csv(&path, sql).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
		assert_eq!(rows(&batches), expected, "{sql}");
	}
	let options = TransformOptions { order_by: Some(vec!["k".into()]), ..desk.options() };
	let batches = desk
		.run(&path, SourceFormat::Csv(CsvOptions::default()), "SELECT v, k FROM source", &options)
		.await
		.unwrap();
	assert_eq!(rows(&batches), ["3|a", "9|a", "2|b", "1|c", "5|null"], "ties are broken");

	// Lists and structs, beside other columns and alone.
	let text = "{\"s\": {\"b\": 2}, \"l\": [2], \"i\": 1}\n{\"s\": {\"b\": 1}, \"l\": [1, 3], \"i\": 1}\n";
	let path = desk.file("nested.jsonl", text);
	for (sql, expected) in [
		(
			"SELECT i, l, s FROM source UNION ALL SELECT i, l, s FROM source WHERE false",
			vec!["1|[1, 3]|{b: 1}", "1|[2]|{b: 2}"],
		),
		("SELECT DISTINCT s, l FROM source", vec!["{b: 1}|[1, 3]", "{b: 2}|[2]"]),
	] {
		let batches = desk
			.run(&path, SourceFormat::JsonLines, sql, &desk.options())
			.await
			.unwrap_or_else(|error| panic!("{sql}: {error}"));
		assert_eq!(rows(&batches), expected, "{sql}");
	}
	for sql in ["SELECT s FROM source GROUP BY s", "SELECT l FROM source GROUP BY l"] {
		let batches = desk
			.run(&path, SourceFormat::JsonLines, sql, &desk.options())
			.await
			.unwrap_or_else(|error| panic!("{sql}: {error}"));
		assert_eq!(rows(&batches).len(), 2, "{sql}");
	}
}
