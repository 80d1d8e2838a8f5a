//! The steps that need nobody else: same source and manifest, same bytes.

use crate::support::{secret, Dataset, LISTING};
use datafusion::{
	arrow::{
		array::{Float64Array, Int64Array, RecordBatch, StringArray},
		datatypes::{DataType, Field, Schema},
	},
	parquet::arrow::{arrow_reader::ParquetRecordBatchReaderBuilder, ArrowWriter},
};
use flate2::{write::GzEncoder, Compression};
use souk_protocol::{hash::StreamHasher, seal_file, Digest, ListingSecret};
use souk_store::SnapshotStore;
use souk_worker::{error::StepError, tasks::seal};
use std::{fs, io::Write, sync::Arc};

const SQL: &str = "[transform]\nsql = \"SELECT id, who, temp FROM source\"";

fn csv(rows: u64) -> String {
	let mut text = String::from("id,who,temp\n");
	for n in 0..rows {
		let temp = if n % 7 == 3 { String::new() } else { format!("{}.{}", n % 40, n % 10) };
		text += &format!("{n},person {},{temp}\n", n % 97);
	}
	text
}

/// The hash that needs nothing but the source.
fn source_digest(text: &str) -> Digest {
	let mut hasher = StreamHasher::new("souk/source/v1");
	hasher.update(text.as_bytes());
	hasher.finish()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
	let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
	encoder.write_all(bytes).unwrap();
	encoder.finish().unwrap()
}

#[test]
fn two_workers_come_to_the_same_bytes_with_different_folders_and_memory() {
	let rest = format!(
		"{SQL}\n\n[[privacy]]\ncolumn = \"who\"\naction = \"hash\"\n\n[[privacy]]\ncolumn = \"temp\"\naction = \"round\"\nprecision = 0"
	);
	let (first, second) = (Dataset::csv(&csv(50_000), &rest), Dataset::csv(&csv(50_000), &rest));
	let (a, b) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
	let (work_a, mut work_b) = (first.work(a.path()), second.work(b.path()));
	work_b.memory_bytes = 8 << 20;
	let (mut out_a, mut out_b) = (first.encode(&work_a).unwrap(), second.encode(&work_b).unwrap());
	let bytes = fs::read(work_a.snapshot_file()).unwrap();
	assert!(bytes == fs::read(work_b.snapshot_file()).unwrap(), "the Parquet files differ");

	let (store_a, store_b) = (SnapshotStore::open(a.path()).unwrap(), SnapshotStore::open(b.path()).unwrap());
	seal::run(&work_a, &mut out_a, &store_a).unwrap();
	seal::run(&work_b, &mut out_b, &store_b).unwrap();
	let commitments = out_a.commitments.unwrap();
	assert_eq!(out_a, out_b);
	assert_eq!((commitments.rows, commitments.bytes), (50_000, bytes.len() as u64));

	let stored = store_a.get(LISTING, 1000).unwrap().unwrap();
	let mut sealed = Vec::new();
	let roots = seal_file(&secret().snapshot_key(LISTING, 1000), &mut &bytes[..], &mut sealed).unwrap();
	assert_eq!(fs::read(stored.sealed.as_ref().unwrap()).unwrap(), sealed);
	assert_eq!((roots.content_root, roots.cipher_root), (commitments.content_root, commitments.cipher_root));
	// Whoever guesses the source cannot tell from the chain that the guess is right.
	assert_ne!(Some(commitments.source_digest), out_a.source_digest);
	assert_eq!(out_a.source_digest, Some(source_digest(&csv(50_000))));
	let mut guessed = first.work(a.path());
	guessed.secret = ListingSecret::from_bytes([8; 32]).unwrap();
	assert_ne!(commitments.source_digest, seal::keyed(&guessed, source_digest(&csv(50_000))));
	assert_eq!(commitments.source_digest, seal::keyed(&work_a, source_digest(&csv(50_000))));
	// Sealing again, as after a kill, changes nothing.
	seal::run(&work_a, &mut out_a, &store_a).unwrap();
	assert_eq!(out_a, out_b);
}

#[test]
fn a_table_is_the_same_whatever_file_it_comes_in() {
	let rows = 3_000u64;
	let text = csv(rows);
	let json: String = text
		.lines()
		.skip(1)
		.map(|line| {
			let cells: Vec<&str> = line.split(',').collect();
			let temp = if cells[2].is_empty() { "null" } else { cells[2] };
			format!("{{\"id\":{},\"who\":\"{}\",\"temp\":{temp}}}\n", cells[0], cells[1])
		})
		.collect();
	let cells = || text.lines().skip(1).map(|line| line.split(',').collect::<Vec<_>>());
	let schema = Arc::new(Schema::new(vec![
		Field::new("id", DataType::Int64, true),
		Field::new("who", DataType::Utf8, true),
		Field::new("temp", DataType::Float64, true),
	]));
	let batch = RecordBatch::try_new(
		schema.clone(),
		vec![
			Arc::new(cells().map(|c| c[0].parse::<i64>().ok()).collect::<Int64Array>()),
			Arc::new(cells().map(|c| Some(c[1].to_owned())).collect::<StringArray>()),
			Arc::new(cells().map(|c| c[2].parse::<f64>().ok()).collect::<Float64Array>()),
		],
	)
	.unwrap();
	let mut parquet = Vec::new();
	let mut writer = ArrowWriter::try_new(&mut parquet, schema, None).unwrap();
	writer.write(&batch).unwrap();
	writer.close().unwrap();

	let expected = Dataset::csv(&text, SQL).parquet();
	let table = ParquetRecordBatchReaderBuilder::try_new(axum::body::Bytes::from(expected.clone())).unwrap();
	assert_eq!(table.metadata().file_metadata().num_rows(), rows as i64);
	for (kind, file, content) in [
		("csv", "trips.csv.gz", gzip(text.as_bytes())),
		("json", "trips.json", json.clone().into_bytes()),
		("json", "trips.jsonl.gz", gzip(json.as_bytes())),
		("parquet", "trips.parquet", parquet.clone()),
		("parquet", "trips.parquet.gz", gzip(&parquet)),
	] {
		let dataset = Dataset::new(kind, file, &content, SQL);
		assert!(dataset.parquet() == expected, "{file} gives another table");
	}
}

#[test]
fn a_table_larger_than_the_memory_limit_is_sorted_all_the_same() {
	let rest = "[transform]\nsql = \"SELECT who, temp, id FROM source\"\n\n[[validate]]\nrule = \"unique\"\ncolumn = \"id\"";
	let mut dataset = Dataset::csv(&csv(400_000), rest);
	dataset.manifest = dataset.manifest.replace("retention", "order_by = [\"who\", \"id\"]\nretention");
	let encoded = |memory_bytes: u64| {
		let dir = tempfile::tempdir().unwrap();
		let mut work = dataset.work(dir.path());
		work.memory_bytes = memory_bytes;
		let outputs = dataset.encode(&work).unwrap();
		assert_eq!(outputs.rows, Some(400_000));
		fs::read(work.snapshot_file()).unwrap()
	};
	assert!(encoded(4 << 20) == encoded(512 << 20), "spilling changes the table");
}

#[test]
fn an_empty_table_is_a_snapshot_too() {
	let dataset = Dataset::csv("id,who\n1,a\n", "[transform]\nsql = \"SELECT id FROM source WHERE id > 5\"");
	let reader =
		ParquetRecordBatchReaderBuilder::try_new(axum::body::Bytes::from(dataset.parquet())).unwrap();
	assert_eq!(reader.metadata().file_metadata().num_rows(), 0);
}

#[test]
fn a_ragged_source_is_poison_and_its_line_is_named() {
	let error = Dataset::csv("id,who\n1,a\n2,b,c\n3,d\n", "").error();
	let StepError::Poison(text) = error else { panic!("{error:?}") };
	assert!(text.contains("trips.csv, line 3"), "{text}");
}

#[test]
fn what_the_manifest_gets_wrong_is_poison() {
	for (rest, word) in [
		("[transform]\nsql = \"SELECT nothing FROM source\"", "nothing"),
		("[transform]\nsql = \"SELECT id, who AS id FROM source\"", "id"),
		("[transform]\nsql = \"DROP TABLE source\"", "sql"),
		("[transform]\nsql = \"SELECT 1 / (id - 1) AS x FROM source\"", "zero"),
		("[[privacy]]\ncolumn = \"nobody\"\naction = \"hash\"", "nobody"),
		("[[validate]]\nrule = \"not_null\"\ncolumn = \"nobody\"", "nobody"),
	] {
		let error = Dataset::csv("id,who\n1,a\n2,b\n", rest).error();
		let StepError::Poison(text) = &error else { panic!("{rest}: {error:?}") };
		assert!(text.to_lowercase().contains(word), "{rest}: {text}");
	}
	let mut missing = Dataset::csv("id\n1\n", "");
	missing.manifest = missing.manifest.replace("trips.csv", "gone.csv");
	assert!(matches!(missing.error(), StepError::Poison(text) if text.contains("gone.csv")));
	let mut small = Dataset::csv(&csv(1_000), "");
	small.manifest = small.manifest.replace("location", "max_bytes = 500\nlocation");
	assert!(matches!(small.error(), StepError::Poison(text) if text.contains("500 bytes")));
}
