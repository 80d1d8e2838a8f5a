//! Proofs through real executor processes: the figures are those that the engine computes, and hold for the file's own columns.

use std::{fs::File, path::PathBuf, sync::Arc, time::Duration};

use crate::support::{World, PATIENCE};
use codec::{DecodeAll, Encode};
use datafusion::{
	arrow::{
		array::{ArrayRef, BooleanArray, Date32Array, Float64Array, Int64Array, RecordBatch, StringArray},
		datatypes::{DataType, Field, Schema},
	},
	parquet::{arrow::ArrowWriter, file::properties::WriterProperties},
};
use souk_aggregates::{
	render::{render, Cell},
	sql,
};
use souk_engine::{
	columns::{self, Columns, ColumnsError, Declared, SnapshotFile},
	ExecutorPool, Limits, ProofEvent, ProofStep, ProveJob, QueryError, Question,
};
use souk_table_proofs::{verify, Aggregate, Bundle, Context, Expected, Query};

const KEY: [u8; 32] = [4; 32];

/// `id`, `station` (null on each eleventh row), `temp` with two digits (null on each seventh), `day`, `late`.
fn write_table(path: &PathBuf, rows: i64) {
	let schema = Arc::new(Schema::new(vec![
		Field::new("id", DataType::Int64, false),
		Field::new("station", DataType::Utf8, true),
		Field::new("temp", DataType::Float64, true),
		Field::new("day", DataType::Date32, false),
		Field::new("late", DataType::Boolean, false),
	]));
	let declared = |name: &str, scale| Declared { name: name.into(), scale };
	let noted = columns::metadata(&[
		declared("station", None),
		declared("temp", Some(2)),
		declared("day", None),
		declared("late", None),
		declared("id", None),
	]);
	let properties = WriterProperties::builder().set_key_value_metadata(Some(vec![noted])).build();
	let file = File::create(path).unwrap();
	let mut writer = ArrowWriter::try_new(file, Arc::clone(&schema), Some(properties)).unwrap();
	let ids = 0..rows;
	// Neither in order nor on a grid.
	let mixed = |id: i64| id.wrapping_mul(7_919) % 10_007;
	let arrays: Vec<ArrayRef> = vec![
		Arc::new(Int64Array::from_iter_values(ids.clone())),
		Arc::new(StringArray::from_iter(
			ids.clone()
				.map(|id| (id % 11 != 0).then_some(["Oslo", "Łódź", "Lima"][(mixed(id) % 3) as usize])),
		)),
		Arc::new(Float64Array::from_iter(
			ids.clone().map(|id| (id % 7 != 0).then_some((mixed(id) - 5_000) as f64 / 100.0)),
		)),
		Arc::new(Date32Array::from_iter_values(ids.clone().map(|id| 19_000 + (mixed(id) % 365) as i32))),
		Arc::new(ids.map(|id| Some(mixed(id) % 5 == 0)).collect::<BooleanArray>()),
	];
	writer.write(&RecordBatch::try_new(schema, arrays).unwrap()).unwrap();
	writer.close().unwrap();
}

/// A table whose columns are committed to.
fn world(rows: i64) -> (World, [u8; 32]) {
	let mut world = World::new(1);
	world.parquet = world.directory.path().join("committed.parquet");
	write_table(&world.parquet, rows);
	let file = SnapshotFile::new(File::open(&world.parquet).unwrap()).unwrap();
	let columns = Columns::of(file).unwrap();
	let root = columns.commit::<ColumnsError>(&KEY, || Ok(())).unwrap().root();
	(world, root)
}

fn job(world: &World, root: [u8; 32], sql: &str) -> ProveJob {
	ProveJob {
		question: Question::Sql { text: sql.into(), tables: vec!["t".into()] },
		parquet: world.parquet.clone(),
		columns_key: KEY,
		columns_root: root,
		genesis: [1; 32],
		listing: 2,
		period: 3,
		min_group_size: 0,
		max_groups: 1_000,
		limits: Limits { memory_bytes: 4 << 30, wall: PATIENCE, ..Limits::default() },
	}
}

async fn prove(pool: &ExecutorPool, job: ProveJob) -> Result<(Vec<u8>, Vec<ProofStep>), QueryError> {
	let mut run = pool.prove(job).await?;
	let (mut steps, mut understood) = (Vec::new(), None);
	loop {
		match run.next().await? {
			Some(ProofEvent::Progress(progress)) => {
				assert!(progress.done < progress.of, "{progress:?}");
				steps.push(progress.step);
			}
			Some(ProofEvent::Understood(query)) => {
				assert_eq!(
					steps,
					[ProofStep::Reading],
					"it is understood before anything is read of the columns"
				);
				assert_eq!(understood.replace(query), None, "it is understood once");
			}
			Some(ProofEvent::Bundle(bundle)) => {
				assert_eq!(run.next().await?, None, "nothing comes after the bundle");
				let proved = Bundle::decode_all(&mut &bundle[..]).unwrap().query.encode();
				assert_eq!(understood.as_deref(), Some(&proved[..]));
				return Ok((bundle.to_vec(), steps));
			}
			None => panic!("an end without a bundle"),
		}
	}
}

/// What is proved, in the words that the engine would use; after the proof was checked.
fn shown(bytes: &[u8], job: &ProveJob) -> Vec<String> {
	let Question::Sql { text, .. } = &job.question else { panic!("a statement is asked") };
	let context = Context { genesis: job.genesis, listing: job.listing, period: job.period };
	let expected =
		Expected { context, columns_root: job.columns_root, query: None, min_group_size: job.min_group_size };
	let bundle: Bundle = verify(bytes, &expected).unwrap_or_else(|error| panic!("{text}: {error:?}"));
	let columns: Vec<_> = bundle.columns.iter().map(|column| column.descriptor.clone()).collect();
	let statement = sql::read(text, &columns).unwrap();
	assert_eq!(statement.query, bundle.query);
	let rendered = render(&bundle.answer, &bundle.query, &statement.layout, &columns).unwrap();
	let cell = |cell: &Cell| match cell {
		Cell::Null => "null".to_owned(),
		other => other.to_string(),
	};
	rendered.rows.iter().map(|row| row.iter().map(cell).collect::<Vec<_>>().join("|")).collect()
}

#[tokio::test]
async fn proved_figures_are_those_of_the_engine() {
	let (world, root) = world(3_000);
	// The engine's decimals are exact as well.
	for (proved, computed) in [
		("SELECT count(*), count(temp), min(temp), max(temp), sum(id) FROM t", None),
		("SELECT station, count(*), max(id) FROM t WHERE temp > -12.34 GROUP BY station", None),
		("SELECT count(*), min(day), max(day) FROM t WHERE station = 'Łódź' AND late = true", None),
		("SELECT count(*), min(station), max(late) FROM t WHERE day BETWEEN '2022-03-01' AND '2022-03-31'", None),
		("SELECT count(*), sum(id), min(id) FROM t WHERE id < 0", None),
		("SELECT station, count(*) FROM t WHERE temp IS NULL GROUP BY station", None),
		(
			"SELECT sum(temp), count(temp) FROM t WHERE station <> 'Oslo'",
			Some("SELECT sum(x), count(x) FROM (SELECT CAST(temp AS DECIMAL(18, 2)) AS x, station FROM t) WHERE station <> 'Oslo'"),
		),
	] {
		let job = job(&world, root, proved);
		let (bundle, steps) = prove(&world.pool, job.clone()).await.unwrap_or_else(|error| panic!("{proved}: {error}"));
		for step in [ProofStep::Reading, ProofStep::Tracing, ProofStep::Proving, ProofStep::Checking] {
			assert!(steps.contains(&step), "{step:?}: {steps:?}");
		}
		let mut expected = world.query(computed.unwrap_or(proved)).await.unwrap();
		let mut shown = shown(&bundle, &job);
		// Floats are printed without the zeros of a scale.
		let plain = |row: &mut String| {
			let cells = row.split('|').map(|cell| match cell.parse::<f64>() {
				Ok(number) if cell.contains('.') => number.to_string(),
				_ => cell.to_owned(),
			});
			*row = cells.collect::<Vec<_>>().join("|");
		};
		expected.iter_mut().chain(&mut shown).for_each(plain);
		expected.sort();
		shown.sort();
		assert_eq!(shown, expected, "{proved}");
	}
}

#[tokio::test]
async fn what_cannot_be_proved_is_refused_with_a_sentence() {
	let (world, root) = world(100);
	for (sql, part) in [
		("SELECT stddev(temp) FROM t", "stddev"),
		("SELECT count(*) FROM t WHERE temp > id", "id"),
		("SELECT sum(note) FROM t", "note"),
		("SELECT sum(station) FROM t", "station"),
	] {
		let error = prove(&world.pool, job(&world, root, sql)).await.expect_err(sql);
		assert_eq!(error.code(), "not_provable", "{sql}: {error}");
		assert!(error.to_string().contains(part), "{sql}: {error}");
	}
	for sql in ["SELECT count(*) FROM other", "DROP TABLE t"] {
		assert_eq!(prove(&world.pool, job(&world, root, sql)).await.expect_err(sql).code(), "refused");
	}
	let many =
		ProveJob { max_groups: 3, ..job(&world, root, "SELECT station, count(*) FROM t GROUP BY station") };
	assert_eq!(prove(&world.pool, many).await.expect_err("four groups").code(), "too_many_rows");
	// A file that declares nothing.
	let plain = World::new(10);
	let refused =
		prove(&plain.pool, job(&plain, root, "SELECT count(*) FROM t")).await.expect_err("no columns");
	assert_eq!(refused.code(), "not_provable");
}

#[tokio::test]
async fn a_query_in_its_normal_form_is_proved_as_the_statement_that_means_it() {
	let (world, root) = world(500);
	let text = "SELECT station, count(*), sum(temp) FROM t WHERE id >= 20 GROUP BY station";
	let stated = job(&world, root, text);
	let (bundle, _) = prove(&world.pool, stated.clone()).await.unwrap();
	let query = Bundle::decode_all(&mut &bundle[..]).unwrap().query;
	let asked = ProveJob { question: Question::Form(query.encode()), ..stated.clone() };
	let (again, _) = prove(&world.pool, asked.clone()).await.unwrap();
	assert_eq!(shown(&again, &stated), shown(&bundle, &stated));

	let other = |change: &dyn Fn(&mut Query)| {
		let mut query = query.clone();
		change(&mut query);
		Question::Form(query.encode())
	};
	let no_such_column = other(&|query| query.group_by = Some(5));
	let sum_of_text = other(&|query| query.aggregates = vec![Aggregate::Sum(0)]);
	let nothing = other(&|query| query.aggregates.clear());
	let mut longer = query.encode();
	longer.push(0);
	for question in [no_such_column, sum_of_text, nothing, Question::Form(longer), Question::Form(Vec::new())]
	{
		let job = ProveJob { question, ..asked.clone() };
		assert_eq!(prove(&world.pool, job).await.expect_err("refused").code(), "not_provable");
	}
}

#[tokio::test]
async fn other_columns_than_the_chain_s_are_not_proved_over() {
	let (world, root) = world(100);
	let sql = "SELECT count(*) FROM t";
	let other_root = job(&world, [0; 32], sql);
	assert_eq!(prove(&world.pool, other_root).await.expect_err("another root").code(), "wrong_columns");
	let other_key = ProveJob { columns_key: [5; 32], ..job(&world, root, sql) };
	assert_eq!(prove(&world.pool, other_key).await.expect_err("another key").code(), "wrong_columns");
	assert!(prove(&world.pool, job(&world, root, sql)).await.is_ok());
}

#[tokio::test]
async fn memory_and_time_are_bounded_and_a_dropped_proof_is_killed() {
	let (world, root) = world(50_000);
	let sql = "SELECT station, count(*), sum(temp) FROM t GROUP BY station";
	let mut small = job(&world, root, sql);
	small.limits.memory_bytes = 64 << 20;
	assert_eq!(prove(&world.pool, small).await.expect_err("no memory").code(), "out_of_memory");
	let mut short = job(&world, root, sql);
	short.limits.wall = Duration::from_millis(200);
	assert_eq!(prove(&world.pool, short).await.expect_err("no time").code(), "timed_out");

	let mut run = world.pool.prove(job(&world, root, sql)).await.unwrap();
	let proc = PathBuf::from(format!("/proc/{}", run.pid().unwrap()));
	while !matches!(
		run.next().await.unwrap(),
		Some(ProofEvent::Progress(progress)) if progress.step == ProofStep::Proving
	) {}
	assert!(proc.exists());
	drop(run);
	let gone = async {
		while proc.exists() {
			tokio::time::sleep(Duration::from_millis(5)).await;
		}
	};
	tokio::time::timeout(PATIENCE, gone).await.expect("it is killed");
	assert!(world.query("SELECT count(*) FROM t").await.is_ok());
}
