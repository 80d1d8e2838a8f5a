//! Queries that are answered, through real executor processes, with their values.

use crate::support::{batches, read_all, rows, World};
use datafusion::arrow::datatypes::DataType;
use futures::StreamExt;
use souk_engine::{check_sql, Limits, QueryError, QueryPolicy};

#[tokio::test]
async fn queries_give_the_right_values() {
	let world = World::new(1_000);
	for (sql, expected) in [
		("SELECT id, station, temp FROM t WHERE id < 3 ORDER BY id", vec!["0|A|0.5", "1|B|1.5", "2|C|2.5"]),
		("SELECT count(*), count(temp), min(id), max(id) FROM nyc_weather", vec!["1000|900|0|999"]),
		(
			"SELECT station, count(*) AS n, avg(temp) FROM t GROUP BY station HAVING count(*) > 10 ORDER BY station LIMIT 2",
			vec!["A|250|24.5", "B|250|25.0"],
		),
		(
			"SELECT a.id, b.id FROM t a JOIN t b ON a.id = b.id + 1 WHERE a.id <= 3 ORDER BY a.id",
			vec!["1|0", "2|1", "3|2"],
		),
		(
			"SELECT id, row_number() OVER (PARTITION BY station ORDER BY id DESC) AS r FROM t ORDER BY r, id LIMIT 4",
			vec!["996|1", "997|1", "998|1", "999|1"],
		),
		("WITH x AS (SELECT id FROM t WHERE id < 5), y AS (SELECT sum(id) AS s FROM x) SELECT s FROM y", vec!["10"]),
		("SELECT id FROM t WHERE id IN (SELECT max(id) FROM t) UNION ALL SELECT 7 ORDER BY 1", vec!["7", "999"]),
		("SELECT * FROM (VALUES (1, 'x'), (2, 'y')) AS v (a, b) EXCEPT SELECT 2, 'y'", vec!["1|x"]),
		("SELECT \"Mixed Case\" FROM \"t\" WHERE id = 4", vec!["4"]),
		("SELECT upper(station) || '-' || substr(note, 1, 0) FROM T WHERE id = 1 -- a comment; not a statement", vec!["B-"]),
		(
			"WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 4) SELECT sum(i) FROM n",
			vec!["10"],
		),
		("SELECT extract(year FROM CAST('2013-07-01T00:00:00' AS TIMESTAMP))", vec!["2013"]),
		("SELECT id FROM t WHERE id < 0", vec![]),
		("SELECT 1;", vec!["1"]),
		("SELECT (SELECT max(b.id) FROM t b WHERE b.station = a.station) FROM t a WHERE a.id = 0", vec!["996"]),
		("SELECT array_agg(id ORDER BY id) FROM t WHERE id < 3", vec!["[0, 1, 2]"]),
	] {
		assert_eq!(world.query(sql).await.unwrap_or_else(|error| panic!("{sql}: {error}")), expected, "{sql}");
	}
}

#[tokio::test]
async fn values_are_sent_with_bytes_of_their_own_however_they_were_asked_for() {
	let world = World::new(10);
	let text = |sql: &str| format!("SELECT {sql} AS x FROM t WHERE id < 2 ORDER BY id");
	for (sql, kind, expected) in [
		("NULL", DataType::Utf8, "null"),
		("station", DataType::Utf8, "A"),
		("upper(station)", DataType::Utf8, "A"),
		("arrow_cast(station, 'Utf8View')", DataType::Utf8, "A"),
		("arrow_cast(station, 'Dictionary(Int32, Utf8)')", DataType::Utf8, "A"),
		("id + 1", DataType::Int64, "1"),
	] {
		let (bytes, _) = read_all(&world.pool, world.job(&text(sql))).await.unwrap();
		let batches = batches(&bytes);
		assert_eq!(batches[0].schema().field(0).data_type(), &kind, "{sql}");
		assert_eq!(rows(&bytes)[0], expected, "{sql}");
	}
}

#[tokio::test]
async fn a_large_result_streams_in_pieces_of_a_bounded_size() {
	let world = World::new(200_000);
	let mut job = world.job("SELECT * FROM t");
	job.policy.max_rows = 1_000_000;
	let (ipc, pieces) = read_all(&world.pool, job).await.unwrap();
	assert_eq!(pieces.first().unwrap().1, 0, "the schema has no rows");
	assert_eq!(*pieces.last().unwrap(), (8, 0), "the end has no rows");
	assert_eq!(pieces.iter().map(|(_, rows)| rows).sum::<u64>(), 200_000);
	let inner = &pieces[1..pieces.len() - 1];
	assert!(inner.iter().all(|(size, _)| *size <= 256 << 10), "{inner:?}");
	let small = inner.iter().filter(|(size, _)| *size < 64 << 10).count();
	assert!(small <= 1, "{small} of {} pieces are small", inner.len());

	let batches = batches(&ipc);
	assert_eq!(batches.iter().map(|batch| batch.num_rows()).sum::<usize>(), 200_000);
	// Plain types, whatever the engine holds values in.
	assert_eq!(batches[0].column(1).data_type(), &DataType::Utf8);
}

#[tokio::test]
async fn many_queries_run_at_the_same_time() {
	let world = World::new(10_000);
	let queries = (0..12).map(|i| {
		let world = &world;
		async move { world.query(&format!("SELECT count(*) + {i} FROM t")).await.unwrap() }
	});
	let results = futures::future::join_all(queries).await;
	for (i, result) in results.into_iter().enumerate() {
		assert_eq!(result, [(10_000 + i).to_string()]);
	}
}

#[tokio::test]
async fn a_stream_outlives_the_pool_that_it_came_from() {
	let World { directory: _directory, parquet, pool } = World::new(100_000);
	let world = World { directory: tempfile::tempdir().unwrap(), parquet, pool: pool.clone() };
	let mut job = world.job("SELECT id, note FROM t");
	job.policy.max_rows = u64::MAX;
	let mut stream = pool.run(job).await.unwrap();
	drop((pool, world));
	let mut rows = 0;
	while let Some(piece) = stream.next().await {
		rows += piece.unwrap().rows;
	}
	assert_eq!(rows, 100_000);
}

#[test]
fn a_checked_statement_says_what_it_reads() {
	let checked = check_sql(
		"select /* x */ 1 from T join \"t\" on true -- y\n where 1 in (select id from nyc_weather)",
		&["t", "nyc_weather"],
		&Limits::default(),
	)
	.unwrap();
	assert_eq!(checked.tables(), ["nyc_weather", "t"]);
	assert!(checked.normalised().starts_with("SELECT 1 FROM T JOIN"), "{}", checked.normalised());
}

#[tokio::test]
async fn aggregates_only() {
	let world = World::new(1_000);
	let job = |sql: &str| {
		let mut job = world.job(sql);
		job.policy = QueryPolicy { aggregate_only: true, ..QueryPolicy::default() };
		job
	};
	for (sql, expected) in [
		("SELECT count(*) FROM t", vec!["1000"]),
		("SELECT station, max(temp) FROM t GROUP BY station ORDER BY 1 LIMIT 1", vec!["A|48.5"]),
		("SELECT avg(n) FROM (SELECT station, count(*) AS n FROM t GROUP BY station)", vec!["250.0"]),
		(
			"SELECT station, rank() OVER (ORDER BY count(*)) FROM t WHERE station = 'A' GROUP BY station",
			vec!["A|1"],
		),
		("SELECT 1 + 1", vec!["2"]),
		("SELECT count(*) FROM t UNION ALL SELECT min(id) FROM t ORDER BY 1", vec!["0", "1000"]),
		// A group of one row is that row.
		("SELECT id, station, temp, note FROM t GROUP BY id, station, temp, note", vec![]),
		("SELECT id, count(*) FROM t GROUP BY id", vec![]),
		("SELECT max(note) FROM t WHERE id = 5", vec![]),
		("SELECT count(*) FROM t WHERE id < 2", vec!["2"]),
		("SELECT (SELECT max(id) FROM t) - 1", vec!["998"]),
	] {
		assert_eq!(
			world.run(job(sql)).await.unwrap_or_else(|error| panic!("{sql}: {error}")),
			expected,
			"{sql}"
		);
	}
	for sql in [
		"SELECT id FROM t",
		"SELECT * FROM t LIMIT 1",
		"SELECT DISTINCT station FROM t",
		"SELECT DISTINCT ON (station) station, id FROM t",
		"SELECT count(*) OVER () FROM t",
		"SELECT first_value(id) OVER (ORDER BY id) FROM t",
		"SELECT array_agg(id) FROM t",
		"SELECT string_agg(note, ',') FROM t",
		"SELECT first_value(note ORDER BY id) FROM t",
		"SELECT nth_value(note, 3) FROM t",
		"SELECT count(*) FROM t UNION ALL SELECT id FROM t",
		"SELECT (SELECT note FROM t LIMIT 1)",
		"SELECT (SELECT note FROM t WHERE id = 5), count(*) FROM t",
		"SELECT n FROM (SELECT count(*) AS n FROM t) WHERE n IN (SELECT id FROM t)",
		"SELECT a.n FROM (SELECT count(*) AS n FROM t) a JOIN t ON true",
		"SELECT count(*) FROM t HAVING EXISTS (SELECT 1 FROM t WHERE id = 5 AND temp > 3)",
		"WITH RECURSIVE r AS (SELECT id FROM t UNION ALL SELECT id FROM r) SELECT count(*) FROM r",
		"SELECT 1 WHERE EXISTS (SELECT 1 FROM t WHERE id = 5)",
		"SELECT id FROM t EXCEPT SELECT 1",
		"(SELECT id FROM t) INTERSECT (SELECT count(*) FROM t)",
		"VALUES ((SELECT min(note) FROM t), (SELECT note FROM t LIMIT 1))",
		"SELECT unnest(array_agg(id)) FROM t",
		"SELECT x FROM (SELECT count(*) AS x FROM t) ORDER BY (SELECT temp FROM t LIMIT 1)",
		"SELECT count(*) FROM t a JOIN t b ON a.id = b.id",
		"SELECT count(*) FROM (SELECT DISTINCT id FROM t)",
		// An aggregate over constants, which hands a row through.
		"SELECT max((SELECT note FROM t WHERE id = 5))",
		"SELECT count(1) FILTER (WHERE (SELECT temp FROM t WHERE id = 5) > 20)",
		"SELECT count(1) FILTER (WHERE EXISTS (SELECT 1 FROM t WHERE id = 5 AND temp > 5))",
		"SELECT count(*) FROM (VALUES (1)) v GROUP BY (SELECT note FROM t WHERE id = 5)",
		"SELECT max(x) FROM (SELECT max((SELECT note FROM t WHERE id = 5)) AS x)",
		"SELECT max((SELECT note FROM t WHERE id = 5)) FROM (SELECT count(*) FROM t)",
		"SELECT sum(n) FROM (SELECT count(*) AS n FROM t) WHERE 1 IN (SELECT id FROM t)",
	] {
		let reason = world.refusal(job(sql)).await;
		assert!(reason.contains("aggregates only"), "{sql}: {reason}");
	}
}

#[tokio::test]
async fn small_groups_stay_hidden() {
	let world = World::new(1_000);
	let job = |sql: &str, min_group_size| {
		let mut job = world.job(sql);
		job.policy = QueryPolicy { min_group_size, ..QueryPolicy::default() };
		job
	};
	for (sql, k, expected) in [
		// 250 rows each; `id < 10` leaves 3, 3, 2, 2.
		("SELECT station, count(*) FROM t WHERE id < 10 GROUP BY station ORDER BY station", 3, vec!["A|3", "B|3"]),
		("SELECT station FROM t WHERE id < 10 GROUP BY station ORDER BY station", 3, vec!["A", "B"]),
		("SELECT count(*) FROM t WHERE id < 4", 5, vec![]),
		("SELECT sum(id) FROM t WHERE id < 5", 5, vec!["10"]),
		("SELECT max(temp) FROM t WHERE id = 5", 2, vec![]),
		("SELECT sum(n) FROM (SELECT station, count(*) AS n FROM t WHERE id < 10 GROUP BY station)", 3, vec!["6"]),
		("SELECT station, count(*) FROM t WHERE id < 10 GROUP BY ROLLUP (station) ORDER BY 2, 1", 3, vec!["A|3", "B|3", "null|10"]),
		("SELECT count(*) FROM (SELECT id FROM t ORDER BY id LIMIT 3)", 4, vec![]),
		("SELECT sum(x) FROM (SELECT id * 2 AS x FROM t WHERE id < 5) s", 5, vec!["20"]),
		("SELECT count(*) FROM t WHERE temp > (SELECT avg(temp) FROM t)", 5, vec!["440"]),
		("SELECT count(DISTINCT station), sum(id + 1), avg(-id) FROM t WHERE id < 4", 4, vec!["4|10|-1.5"]),
		("SELECT a.n - b.n FROM (SELECT count(*) n FROM t) a CROSS JOIN (SELECT count(*) n FROM t WHERE id < 2) b", 3, vec![]),
		// A column that looks like the hidden count changes nothing.
		(
			"SELECT max(temp) FROM (SELECT temp, 1000 AS __souk_group_rows FROM t WHERE id = 5) s GROUP BY __souk_group_rows",
			3,
			vec![],
		),
		("SELECT 1", 5, vec!["1"]),
	] {
		let result = world.run(job(sql, k)).await;
		assert_eq!(result.unwrap_or_else(|error| panic!("{sql}: {error}")), expected, "{sql}");
	}
	// Shapes in which a row could count more than once, or a group be made to look at one row.
	for sql in [
		"SELECT max(b.temp) FROM t a CROSS JOIN (SELECT * FROM t WHERE id = 5) b",
		"SELECT count(*) FROM t JOIN (VALUES (1), (2), (3)) v ON true WHERE id = 5",
		"SELECT max(temp) FROM (SELECT * FROM t WHERE id = 5 UNION ALL SELECT * FROM t WHERE id = 5)",
		"SELECT max(temp) FILTER (WHERE id = 5) FROM t",
		"SELECT sum(CASE WHEN id = 5 THEN temp END) FROM t",
		"SELECT sum(x) FROM (SELECT CASE WHEN id = 5 THEN temp END AS x FROM t)",
		"SELECT sum(s.x) FROM (SELECT y AS x FROM (SELECT nullif(temp, 3) AS y FROM t) q) s",
		"SELECT sum(temp * CAST(id = 5 AS INT)) FROM t",
		"SELECT max(w) FROM (SELECT first_value(temp) OVER (ORDER BY id) AS w FROM t)",
		"SELECT count(*) FROM t WHERE EXISTS (SELECT 1 FROM t b WHERE b.id = 5 AND b.temp > 3)",
		"SELECT count(*) FROM (SELECT unnest([1, 2, 3]) FROM t WHERE id = 5)",
		"SELECT count(*) FROM (SELECT DISTINCT id FROM t)",
		"SELECT (SELECT max(b.temp) FROM t b WHERE b.id = a.n) FROM (SELECT count(*) AS n FROM t) a",
		"SELECT a.n, l.m FROM (SELECT count(*) AS n FROM t) a, LATERAL (SELECT max(temp) AS m FROM t WHERE id < a.n) l",
		"SELECT id FROM t",
		// Two columns in an argument, or one of them squared, can single out a row.
		"SELECT max(temp - 1e9 * (id - 5) * (id - 5)) FROM t",
		"SELECT max(-(id - 5) * (id - 5)) FROM t",
		"SELECT sum(temp * id) FROM t",
		"SELECT max(temp + id) FROM t",
		"SELECT max(temp - x) FROM (SELECT temp, 1e9 * id AS x FROM t)",
		"SELECT max(y) FROM (SELECT temp - x AS y FROM (SELECT temp, id AS x FROM t) a) b",
		"SELECT max(x * x) FROM (SELECT id - 5 AS x FROM t)",
		"SELECT covar_pop(temp, id) FROM t",
		"SELECT corr(temp, id) FROM t",
		"SELECT approx_percentile_cont_with_weight(temp, id, 0.5) FROM t",
		"SELECT array_agg(temp) FROM t",
		"SELECT bit_xor(id) FROM t",
	] {
		world.refusal(job(sql, 3)).await;
	}
	let reason = world.refusal(job("SELECT bit_xor(id) FROM t", 3)).await;
	assert!(reason.contains("count, sum, avg, min, max, median, stddev and var, not bit_xor"), "{reason}");
	for sql in [
		"SELECT median(temp), stddev(temp), stddev_pop(temp), var_samp(temp), var_pop(temp), mean(temp) FROM t",
		"SELECT sum(2 * x - 1 + x) FROM (SELECT CAST(id AS DOUBLE) * 0.5 AS x, temp FROM t WHERE id < 10) s",
	] {
		assert_eq!(world.run(job(sql, 3)).await.unwrap_or_else(|error| panic!("{sql}: {error}")).len(), 1, "{sql}");
	}
	assert_eq!(world.run(job("SELECT id FROM t WHERE id = 3", 1)).await.unwrap(), ["3"], "1 is no limit");
}

#[tokio::test]
async fn an_error_says_nothing_of_rows_that_may_not_be_seen() {
	let world = World::new(1_000);
	let queries = [
		"SELECT count(*) FROM t WHERE CASE WHEN id = 5 THEN CAST(concat(note, '|', station) AS INT) END > 0",
		"SELECT count(*) FROM t WHERE CASE WHEN id = 5 THEN CAST(concat(note, '|', station) AS DATE) END > '2000-01-01'",
		"SELECT count(*) FROM t WHERE to_timestamp(concat(note, '|', station)) > '2000-01-01'",
		"SELECT CAST(concat(max(station), '|B') AS INT) FROM t",
	];
	for sql in queries {
		let error = world.query(sql).await.unwrap_err().to_string();
		assert!(error.contains("|B") || error.contains("|A"), "the test shows nothing: {error}");
		for (policy, conceal) in [
			(QueryPolicy { aggregate_only: true, ..QueryPolicy::default() }, false),
			(QueryPolicy { min_group_size: 5, ..QueryPolicy::default() }, false),
			(QueryPolicy::default(), true),
		] {
			let mut job = world.job(sql);
			(job.policy, job.conceal) = (policy, conceal);
			let error = world.run(job).await.unwrap_err();
			assert!(matches!(error, QueryError::Execution(_)), "{error:?}");
			let error = error.to_string();
			assert!(!error.contains('|') && error.contains("TRY_CAST"), "{error}");
		}
	}
}

#[tokio::test]
async fn a_reproducible_result_is_the_same_bytes_each_time() {
	let world = World::new(100_000);
	for sql in [
		"SELECT station, sum(temp), count(*) FROM t GROUP BY station",
		"SELECT id % 1000 AS k, sum(temp / 3) FROM t GROUP BY k",
		"SELECT station, id FROM t ORDER BY station LIMIT 50",
		"SELECT a.id, b.station FROM t a JOIN t b ON a.id = b.id + 1 WHERE a.id % 7 = 0",
		"SELECT DISTINCT id % 5000 FROM t",
		"SELECT array_agg(id) FROM t WHERE id < 2000",
	] {
		let mut first = None;
		for _ in 0..3 {
			let mut job = world.job(sql);
			job.policy.max_rows = 1_000_000;
			job.reproducible = true;
			let (bytes, _) =
				read_all(&world.pool, job).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
			assert_eq!(first.get_or_insert_with(|| bytes.clone()), &bytes, "{sql}");
		}
	}
}
