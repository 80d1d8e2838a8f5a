//! What a curator is told of a table before there is one: its columns, or why there will be none.

use crate::{admin::Daemon, support::Dataset};
use datafusion::parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use flate2::{write::GzEncoder, Compression};
use jsonrpsee::{core::client::ClientT, rpc_params};
use serde_json::Value;
use souk_protocol::metadata::Field;
use souk_worker::inspect::Inspection;
use std::{fs, io::Write};

async fn inspect(daemon: &Daemon, dataset: &Dataset) -> Result<Vec<Field>, String> {
	dataset.write("manifest.toml", dataset.manifest.as_bytes());
	let answer: Result<Inspection, _> =
		daemon.client.request("worker_inspect", rpc_params![dataset.path()]).await;
	answer.map(|inspection| inspection.columns).map_err(|error| error.to_string())
}

/// Names and types of the snapshot that a run makes.
async fn of_a_run(dataset: Dataset) -> Vec<(String, String)> {
	// A run works on threads of its own.
	let bytes = tokio::task::spawn_blocking(move || dataset.parquet()).await.unwrap();
	let table = ParquetRecordBatchReaderBuilder::try_new(axum::body::Bytes::from(bytes)).unwrap();
	let fields = table.schema().fields().iter();
	fields.map(|field| (field.name().clone(), field.data_type().to_string())).collect()
}

fn names_and_types(columns: &[Field]) -> Vec<(String, String)> {
	columns.iter().map(|column| (column.name.clone(), column.data_type.clone())).collect()
}

/// Every action, on columns of several types. The last row makes `km` a number with decimals.
const SOURCE: &str =
	"id,who,town,km,day,plate,note\n1,a,Rome,2,2026-01-01,x1,\n2,b,Oslo,3.5,2026-01-02,x2,\n";
const REST: &str = r#"
[transform]
sql = "SELECT id, who, town, km, CAST(km AS DECIMAL(6, 2)) AS exact, day, plate, note, id > 1 AS late FROM source"

[[validate]]
rule = "not_null"
column = "id"

[[validate]]
rule = "not_null"
column = "town"

[[validate]]
rule = "unique"
column = ["id", "plate"]

[[validate]]
rule = "in_range"
column = "km"
min = 0

[[validate]]
rule = "matches"
column = "plate"
pattern = "x[0-9]"

[[privacy]]
column = "id"
action = "hash"

[[privacy]]
column = "who"
action = "remove"

[[privacy]]
column = "town"
action = "generalize"
mapping = { Rome = "south" }

[[privacy]]
column = "exact"
action = "round"
precision = 1

[[privacy]]
column = "plate"
action = "suppress"
below = 2
"#;

#[tokio::test(flavor = "multi_thread")]
async fn the_columns_are_those_of_a_run_and_no_job_comes_of_it() {
	let daemon = Daemon::new(Vec::new()).await;
	let dataset = Dataset::csv(SOURCE, REST);
	let columns = inspect(&daemon, &dataset).await.unwrap();
	assert_eq!(names_and_types(&columns), of_a_run(dataset).await);
	let names: Vec<_> = columns.iter().map(|column| column.name.as_str()).collect();
	assert_eq!(names, ["id", "town", "km", "exact", "day", "plate", "note", "late"]);
	let of = |name: &str| columns.iter().find(|column| column.name == name).unwrap();
	assert_eq!((of("id").data_type.as_str(), of("km").data_type.as_str()), ("Utf8", "Float64"));
	// A rule forbids it for `id`; for `town` as well, but an action takes values away afterwards.
	assert!(!of("id").nullable && of("town").nullable && of("km").nullable);
	let jobs: Vec<Value> = daemon.client.request("worker_jobs", rpc_params![]).await.unwrap();
	assert!(jobs.is_empty());
	daemon.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_kind_of_source_is_inspected_where_it_is() {
	let daemon = Daemon::new(Vec::new()).await;
	let json = "{\"b\":\"x\",\"a\":1}\n{\"a\":2.5}\n";
	let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
	gzip.write_all(json.as_bytes()).unwrap();
	let dataset = Dataset::new("json", "trips.jsonl.gz", &gzip.finish().unwrap(), "");
	let columns = inspect(&daemon, &dataset).await.unwrap();
	let expected = [("a", "Float64"), ("b", "Utf8")].map(|(name, kind)| (name.to_owned(), kind.to_owned()));
	assert_eq!(names_and_types(&columns), expected);
	let scratch = daemon.world.worker.runs_dir.join("inspection");
	assert_eq!(fs::read_dir(scratch).unwrap().count(), 0, "the decompressed source stays behind");

	let parquet = tokio::task::spawn_blocking(move || dataset.parquet()).await.unwrap();
	let again = Dataset::new("parquet", "trips.parquet", &parquet, "");
	assert_eq!(inspect(&daemon, &again).await.unwrap(), columns);
	daemon.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_is_said_in_words() {
	let daemon = Daemon::new(Vec::new()).await;
	let source = "id,who\n1,a\n2,b\n";
	let with = |rest: &str| Dataset::csv(source, rest);
	let changed = |from: &str, to: &str| {
		let dataset = Dataset::csv(source, "");
		Dataset { manifest: dataset.manifest.replace(from, to), ..dataset }
	};
	let mut silent = Vec::new();
	for (dataset, words) in [
		(with("[transform]\nsql = \"SELECT nothing FROM source\""), ["sql", "nothing"]),
		(with("[transform]\nsql = \"DROP TABLE source\""), ["sql", "SELECT"]),
		(with("[transform]\nsql = \"SELECT id, who AS id FROM source\""), ["sql", "ambiguous"]),
		(with("[[privacy]]\ncolumn = \"nobody\"\naction = \"hash\""), ["[[privacy]] hash", "nobody"]),
		(with("[[privacy]]\ncolumn = \"who\"\naction = \"round\"\nprecision = 1"), ["who", "Utf8"]),
		(with("[[validate]]\nrule = \"not_null\"\ncolumn = \"nobody\""), ["[[validate]] not_null", "nobody"]),
		(with("[[validate]]\nrule = \"in_range\"\ncolumn = \"who\"\nmin = 1"), ["who", "not numbers"]),
		(with("[[validate]]\nrule = \"matches\"\ncolumn = \"id\"\npattern = \"x\""), ["id", "not text"]),
		(changed("trips.csv", "gone.csv"), ["gone.csv", "no such file"]),
		(changed("\"csv\"", "\"parquet\""), ["[source] trips.csv", "arquet"]),
		(changed("\"csv\"", "\"postgres\""), ["postgres", "csv"]),
		(with("[prove]\ncolumns = [\"nobody\"]"), ["[prove]", "nobody"]),
		(with("[prove]\ncolumns = [\"who\"]\nscale = { who = 1 }"), ["[prove]", "who has no numbers"]),
		(changed("retention = 3", "retention = \"three\""), ["manifest.toml", "three"]),
		(changed("retention = 3", "order_by = [\"nobody\"]"), ["order_by", "nobody"]),
		(changed("location", "max_bytes = 5\nlocation"), ["trips.csv", "5 bytes"]),
		(Dataset::csv("id,who\n1,a\n2,b,c\n", ""), ["trips.csv, line 3", "3 values"]),
		(Dataset::csv("", ""), ["trips.csv", "empty"]),
	] {
		let refused = inspect(&daemon, &dataset).await.expect_err(words[1]);
		if !words.iter().all(|word| refused.contains(word)) {
			silent.push((words, refused));
		}
	}
	assert!(silent.is_empty(), "{silent:#?}");
	let gone = daemon.client.request::<Inspection, _>("worker_inspect", rpc_params!["/nowhere.toml"]).await;
	assert!(gone.unwrap_err().to_string().contains("/nowhere.toml"));
	daemon.end().await;
}
