//! SQL that wants more than rows of its table, and processes that get out of hand.

use std::{
	process::{Command, Stdio},
	time::{Duration, Instant},
};

use crate::support::{World, PATIENCE};
use futures::StreamExt;
use souk_engine::{check_sql, ExecutorPool, Limits, QueryError};

/// What each statement is refused with: `refused` from the checks, `syntax` where the parser or planner already stops.
const HOSTILE: &[(&str, &str)] = &[
	// statements that are not SELECT
	("COPY t TO '/tmp/out.csv'", "refused"),
	("COPY (SELECT * FROM t) TO '/tmp/out.parquet' STORED AS PARQUET", "refused"),
	("COPY t FROM '/etc/passwd'", "syntax"),
	("CREATE EXTERNAL TABLE x STORED AS CSV LOCATION '/etc/passwd'", "refused"),
	("CREATE TABLE x AS SELECT * FROM t", "refused"),
	("CREATE VIEW x AS SELECT * FROM t", "refused"),
	("CREATE FUNCTION f() RETURNS INT RETURN 1", "refused"),
	("DROP TABLE t", "refused"),
	("ALTER TABLE t ADD COLUMN x INT", "refused"),
	("INSERT INTO t VALUES (1)", "refused"),
	("UPDATE t SET id = 1", "refused"),
	("DELETE FROM t", "refused"),
	("TRUNCATE TABLE t", "refused"),
	("MERGE INTO t USING t b ON true WHEN MATCHED THEN DELETE", "refused"),
	("SET datafusion.execution.batch_size = 1", "refused"),
	("SET datafusion.catalog.information_schema = true", "refused"),
	("RESET datafusion.execution.batch_size", "refused"),
	("SHOW TABLES", "refused"),
	("SHOW ALL", "refused"),
	("SHOW COLUMNS FROM t", "refused"),
	("DESCRIBE t", "refused"),
	("EXPLAIN SELECT * FROM t", "refused"),
	("EXPLAIN ANALYZE SELECT * FROM t", "refused"),
	("EXPLAIN ANALYZE VERBOSE COPY t TO 'x'", "refused"),
	("PRAGMA database_list", "refused"),
	("ATTACH DATABASE '/etc/passwd' AS x", "refused"),
	("LOAD 'libc.so'", "refused"),
	("INSTALL httpfs", "refused"),
	("CALL f()", "refused"),
	("PREPARE p AS SELECT 1", "refused"),
	("EXECUTE p", "refused"),
	("BEGIN", "refused"),
	("COMMIT", "refused"),
	("GRANT ALL ON t TO PUBLIC", "refused"),
	("USE other", "refused"),
	("KILL 1", "refused"),
	("VACUUM", "refused"),
	("LISTEN x", "syntax"),
	("TABLE t", "syntax"),
	("SELECT 1 UNION ALL TABLE t", "refused"),
	("FROM t |> WHERE id = 1", "refused"),
	("SELECT * FROM t |> DROP id", "refused"),
	// more than one
	("SELECT 1; SELECT 2", "refused"),
	("SELECT 1; DROP TABLE t", "refused"),
	("SELECT 1 /* */; /* */ COPY t TO 'x' --", "refused"),
	(";;SELECT 1;;; DELETE FROM t;", "refused"),
	("", "refused"),
	(";", "refused"),
	("-- nothing", "refused"),
	("/* SELECT 1 */", "refused"),
	// hidden in a query
	("WITH x AS (DELETE FROM t RETURNING *) SELECT * FROM x", "refused"),
	("WITH x AS (INSERT INTO t VALUES (1) RETURNING *) SELECT * FROM x", "refused"),
	("SELECT * INTO x FROM t", "refused"),
	("SELECT * FROM (SELECT * INTO x FROM t)", "refused"),
	("SELECT * FROM t FOR UPDATE", "refused"),
	("SELECT * FROM t FORMAT CSV", "refused"),
	("SELECT * FROM t SETTINGS max_threads = 1", "refused"),
	// tables that are files, catalogs or functions
	("SELECT * FROM '/etc/passwd'", "refused"),
	("SELECT * FROM \"/etc/passwd\"", "refused"),
	("SELECT * FROM `/etc/passwd`", "refused"),
	("SELECT * FROM 'file:///etc/passwd'", "refused"),
	("SELECT * FROM 'x.csv'", "refused"),
	("SELECT * FROM \"snapshot.parquet\"", "refused"),
	("SELECT * FROM 'https://example.org/x.csv'", "refused"),
	("SELECT * FROM s3.bucket", "refused"),
	("SELECT * FROM (SELECT * FROM (SELECT * FROM '/etc/shadow') a) b", "refused"),
	("SELECT 1 WHERE 1 IN (SELECT id FROM \"/etc/passwd\")", "refused"),
	("SELECT * FROM t WHERE EXISTS (SELECT 1 FROM t2)", "refused"),
	("SELECT (SELECT count(*) FROM '/proc/self/environ') FROM t", "refused"),
	("SELECT * FROM t JOIN \"../t\" ON true", "refused"),
	("SELECT * FROM t ORDER BY (SELECT 1 FROM x)", "refused"),
	("SELECT * FROM t LIMIT (SELECT 1 FROM x)", "refused"),
	("SELECT count(*) FILTER (WHERE 1 IN (SELECT 1 FROM x)) FROM t", "refused"),
	("SELECT sum(id) OVER (ORDER BY (SELECT 1 FROM x)) FROM t", "refused"),
	("SELECT CASE WHEN true THEN (SELECT 1 FROM x) END", "refused"),
	("VALUES ((SELECT 1 FROM x))", "refused"),
	("SELECT * FROM \"T\"", "refused"),
	("WITH a AS (SELECT * FROM b), b AS (SELECT 1) SELECT * FROM a", "refused"),
	("WITH \"/etc/passwd\" AS (SELECT * FROM \"/etc/passwd\") SELECT * FROM \"/etc/passwd\"", "refused"),
	("SELECT * FROM (WITH x AS (SELECT 1) SELECT * FROM x) JOIN x ON true", "refused"),
	("SELECT * FROM information_schema.tables", "refused"),
	("SELECT * FROM datafusion.public.t", "refused"),
	("SELECT * FROM public.t", "refused"),
	("SELECT * FROM pg_catalog.pg_tables", "refused"),
	("SELECT * FROM pg_stat_activity", "refused"),
	("SELECT * FROM sqlite_master", "refused"),
	("SELECT * FROM read_csv('/etc/passwd')", "refused"),
	("SELECT * FROM read_parquet('/etc/passwd')", "refused"),
	("SELECT * FROM parquet_metadata('x')", "refused"),
	("SELECT * FROM generate_series(1, 1000000000000)", "refused"),
	("SELECT * FROM range(1, 10)", "refused"),
	("SELECT * FROM t, LATERAL generate_series(1, id)", "refused"),
	("SELECT * FROM TABLE(read_csv('x'))", "refused"),
	("SELECT * FROM unnest([1, 2])", "refused"),
	("SELECT * FROM t('/etc/passwd')", "refused"),
	("SELECT * FROM t TABLESAMPLE SYSTEM (10)", "refused"),
	("SELECT * FROM t FOR SYSTEM_TIME AS OF '2020-01-01'", "syntax"),
	("SELECT * FROM IDENTIFIER('/etc/passwd')", "refused"),
	// functions
	("SELECT now()", "refused"),
	("SELECT current_timestamp", "refused"),
	("SELECT CURRENT_DATE", "refused"),
	("SELECT random()", "refused"),
	("SELECT uuid()", "refused"),
	("SELECT version()", "refused"),
	("SELECT input_file_name() FROM t", "refused"),
	("SELECT \"now\"()", "refused"),
	("SELECT id FROM t WHERE temp > random()", "refused"),
	("SELECT read_file('/etc/passwd')", "syntax"),
	("SELECT pg_read_file('/etc/passwd')", "syntax"),
	("SELECT pg_sleep(10)", "syntax"),
	("SELECT current_setting('x')", "syntax"),
	("SELECT getenv('PATH')", "syntax"),
	("SELECT current_user", "syntax"),
	("SELECT load_extension('x')", "syntax"),
	// parameters and variables
	("SELECT $1", "refused"),
	("SELECT ?", "refused"),
	("SELECT @@version", "refused"),
	("SELECT @x", "refused"),
	// not SQL
	("SELEC 1", "syntax"),
	("SELECT FROM", "syntax"),
	("SELECT 'unterminated", "syntax"),
	("SELECT nothing FROM t", "syntax"),
	("SELECT id FROM t GROUP BY station", "syntax"),
	("\0", "syntax"),
];

#[tokio::test]
async fn hostile_statements_are_refused_and_the_pool_goes_on() {
	let world = World::new(100);
	let mut wrong = Vec::new();
	for (sql, code) in HOSTILE {
		match world.query(sql).await {
			Err(error) if error.code() == *code => {}
			other => wrong.push(format!("{sql:?}: expected {code}, got {other:?}")),
		}
	}
	assert!(wrong.is_empty(), "{}", wrong.join("\n"));
	assert_eq!(world.query("SELECT count(*) FROM t").await.unwrap(), ["100"]);
}

#[tokio::test]
async fn oversized_and_overdeep_statements_are_refused_without_harm() {
	let world = World::new(10);
	let deep = |open: &str, inner: &str, close: &str, n: usize| {
		format!("SELECT {}{inner}{}", open.repeat(n), close.repeat(n))
	};
	let statements = [
		format!("SELECT '{}'", "x".repeat(1 << 20)),
		deep("(", "1", ")", 5_000),
		deep("NOT ", "true", "", 9_000),
		deep("- ", "1", "", 15_000),
		deep("abs(", "1", ")", 5_000),
		deep("CASE WHEN ", "true", " THEN 1 END", 2_000),
		deep("[", "1", "]", 9_000),
		deep("(SELECT ", "1", ")", 5_000),
		format!("SELECT 1{}", " + 1".repeat(9_000)),
		format!("SELECT true{}", " AND true".repeat(6_000)),
		format!("SELECT 1{}", " UNION ALL SELECT 1".repeat(2_500)),
		format!("SELECT * FROM {}t{}", "(".repeat(5_000), ")".repeat(5_000)),
		format!("SELECT * FROM t{}", ", t".repeat(9_990)),
		format!("SELECT CAST(1 AS {}INT{})", "ARRAY<".repeat(5_000), ">".repeat(5_000)),
		format!("SELECT CAST(NULL AS INT{})", "[]".repeat(9_000)),
		format!("SELECT {}", "x.".repeat(9_000)),
		format!("WITH {} SELECT 1", "a AS (WITH ".repeat(3_000)),
		"SELECT 1 ".repeat(7_000),
		"(".repeat(60_000),
	];
	for sql in &statements {
		let shown: String = sql.chars().take(40).collect();
		let mut job = world.job(sql);
		// A moment, also where others have most of the processor: one that took longer would be told as that.
		job.limits.wall = Duration::from_secs(30);
		let error = world.run(job).await.expect_err(&shown);
		assert!(matches!(error.code(), "refused" | "syntax"), "{shown}: {error:?}");
	}
	// What people write is far from these limits.
	let list: Vec<String> = (0..5_000).map(|i| i.to_string()).collect();
	let sql = format!("SELECT count(*) FROM t WHERE id IN ({})", list.join(", "));
	assert_eq!(world.query(&sql).await.unwrap(), ["10"]);
	let chain = vec!["id = 3"; 400].join(" OR ");
	assert_eq!(world.query(&format!("SELECT count(*) FROM t WHERE {chain}")).await.unwrap(), ["1"]);
}

/// What this process has had of the processors so far, to a hundredth of a second: how long it has waited for them says
/// nothing of a statement.
fn processor_time() -> Duration {
	let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
	let (_, rest) = stat.rsplit_once(')').unwrap();
	let ticks: u64 =
		rest.split_whitespace().skip(11).take(2).map(|ticks| ticks.parse::<u64>().unwrap()).sum();
	Duration::from_millis(ticks * 10)
}

#[test]
fn a_statement_that_can_be_read_in_many_ways_costs_no_more_than_another() {
	let openers = [
		"CAST(",
		"TRY_CAST(",
		"SAFE_CAST(",
		"CONVERT(",
		"TRY_CONVERT(",
		"EXTRACT(",
		"EXTRACT(DAY FROM ",
		"CEIL(",
		"FLOOR(",
		"SUBSTRING(",
		"SUBSTR(",
		"OVERLAY(",
		"POSITION(",
		"TRIM(",
		"TRIM(BOTH FROM ",
		"CASE ",
		"CASE WHEN ",
		"INTERVAL ",
		"INTERVAL (",
		"MAP {1: ",
		"MAP(",
		"STRUCT(",
		"STRUCT<a INT>(",
		"STRUCT<a ",
		"ARRAY[",
		"ARRAY(",
		"ARRAY<",
		"[",
		"{",
		"{'a': ",
		"{fn f(",
		"{d ",
		"NOT ",
		"EXISTS (",
		"NOT EXISTS (",
		"(",
		"(SELECT ",
		"(1, ",
		"ROW(",
		"f(",
		"f(SELECT ",
		"f(x -> ",
		"f(x => ",
		"(a, b) -> ",
		"f() FILTER (WHERE ",
		"f() OVER (ORDER BY ",
		"x IN (",
		"x IN (SELECT ",
		"x IN UNNEST(",
		"x BETWEEN ",
		"x[",
		"x::",
		"PRIOR ",
		"CONNECT_BY_ROOT ",
		"MATCH (a) AGAINST (",
		"DATE ",
		"TIMESTAMP ",
		"BINARY ",
		"x COLLATE ",
		"GROUPING SETS (",
		"XMLELEMENT(",
		"JSON_OBJECT(",
		"JSON_ARRAY(",
		"LISTAGG(",
		"DICTIONARY(",
		"DISTINCT ON (",
		"WITH x AS (",
		"WITH x AS (SELECT ",
		"x = ANY (",
		"x = ALL (SELECT ",
		"LEFT(",
		"REPLACE(",
		"IF(",
		"VALUES (",
		"TABLE(",
		"- ",
		"x < ",
		"RAISE ",
		"XML ",
		"DOUBLE PRECISION ",
		// in FROM
		"* FROM (",
		"* FROM ((",
		"* FROM (SELECT ",
		"* FROM (SELECT * FROM ((",
		"FROM (SELECT FROM ((",
		"1 FROM t JOIN (",
		"1 FROM (t JOIN ",
		"1 FROM ((SELECT 1) UNION (SELECT ",
		"* FROM (t CROSS JOIN (",
		"* FROM LATERAL (SELECT ",
		"* FROM TABLE(",
		"* FROM (VALUES (",
		"* FROM UNNEST(",
		"* FROM f(",
		"* FROM t MATCH_RECOGNIZE (",
		"* FROM t PIVOT (",
		"* FROM t TABLESAMPLE (",
		"* FROM (FROM (",
		"1 UNION (SELECT ",
		"1 LIMIT (SELECT ",
		"1 ORDER BY (SELECT ",
		"1 GROUP BY ((",
		"1 FROM t WHERE (",
		"1 FROM (t) JOIN ((",
	];
	let (limits, start) = (Limits::default(), processor_time());
	let (mut statements, mut slowest) = (0, (Duration::ZERO, String::new()));
	let mut check = |sql: String| {
		let timed = || {
			let before = processor_time();
			let _ = check_sql(&sql, &["t"], &limits);
			processor_time().saturating_sub(before)
		};
		statements += 1;
		// Other tests of this process may have worked meanwhile: the quickest of a few times counts.
		let mut took = timed();
		for _ in 0..3 {
			if took > Duration::from_secs(1) {
				took = took.min(timed());
			}
		}
		if took > slowest.0 {
			slowest = (took, sql.chars().take(80).collect());
		}
	};
	for opener in openers {
		for depth in [10, 20, 30, 40, 50, 63, 2_000] {
			for (inner, closer) in
				[("1", ")"), ("", ""), ("t x y", " AS INT)"), ("1", " END)"), ("a b", "}"), ("1 1", "]")]
			{
				check(format!("SELECT {}{inner}{}", opener.repeat(depth), closer.repeat(depth)));
			}
		}
		for other in openers {
			check(format!("SELECT {}1{}", format!("{opener}{other}").repeat(28), "))".repeat(28)));
		}
	}
	// All the text that is allowed in one token, tried again and again.
	let name = "x".repeat(60_000);
	check(format!("SELECT {}'{name}'{}", "CAST(".repeat(60), ")".repeat(60)));
	check(format!("SELECT {}{name} {name}", "CAST(".repeat(60)).chars().take(limits.sql_bytes).collect());
	// Processors differ, by a factor and not by an exponent.
	assert!(slowest.0 < Duration::from_secs(10), "{slowest:?}");
	let took = processor_time().saturating_sub(start);
	assert!(took < Duration::from_secs(600), "{statements} statements took {took:?}, slowest {slowest:?}");
	println!("{statements} statements in {took:?}, slowest {slowest:?}");

	let sql = format!("SELECT {}1{}", "CAST(".repeat(50), ")".repeat(50));
	let error = check_sql(&sql, &["t"], &limits).unwrap_err();
	assert!(error.to_string().contains("too many ways"), "{error}");
	let sql = format!("SELECT {}1{}", "CAST(".repeat(50), " AS INT)".repeat(50));
	check_sql(&sql, &["t"], &limits).unwrap();
}

#[tokio::test]
async fn a_result_with_too_many_rows_ends_with_an_error() {
	let world = World::new(50_000);
	// 2.5 * 10^9 rows, and 10^14.
	for sql in [
		"SELECT a.id FROM t a CROSS JOIN t b",
		"SELECT a.note FROM t a, t b, t c",
		"SELECT id FROM t ORDER BY note",
	] {
		let error = world.query(sql).await.unwrap_err();
		assert!(matches!(error, QueryError::TooManyRows { limit: 10_000 }), "{sql}: {error:?}");
		assert!(error.to_string().contains("add LIMIT"), "{error}");
	}
	assert_eq!(world.query("SELECT id FROM t LIMIT 10000").await.unwrap().len(), 10_000);
}

#[tokio::test]
async fn a_result_with_too_many_bytes_ends_with_an_error() {
	let world = World::new(50_000);
	let mut job = world.job("SELECT * FROM t");
	job.policy.max_rows = u64::MAX;
	job.limits.result_bytes = 1 << 20;
	assert!(matches!(world.run(job).await, Err(QueryError::ResultTooLarge)));
}

#[tokio::test]
async fn what_runs_too_long_is_stopped_at_the_deadline() {
	let world = World::new(50_000);
	for sql in [
		"WITH RECURSIVE r AS (SELECT 1 AS i UNION ALL SELECT i FROM r) SELECT count(*) FROM r",
		"WITH RECURSIVE r AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM r) SELECT i FROM r WHERE i < 0",
		// 6 * 10^18 pairs of which none passes
		"SELECT count(*) FROM t a, t b, t c, t d WHERE a.id + b.id + c.id + d.id < 0",
	] {
		let mut job = world.job(sql);
		job.limits.wall = Duration::from_secs(2);
		// By itself, none of them would end in that time either.
		let ended = tokio::time::timeout(PATIENCE, world.run(job)).await.expect("it is stopped");
		let error = ended.unwrap_err();
		assert!(matches!(error, QueryError::TimedOut), "{sql}: {error:?}");
	}
	assert_eq!(world.query("SELECT count(*) FROM t").await.unwrap(), ["50000"]);
}

#[tokio::test]
async fn what_needs_too_much_memory_is_refused_memory() {
	let world = World::new(300_000);
	for sql in [
		"SELECT * FROM t ORDER BY note, temp LIMIT 10000 OFFSET 100000",
		"SELECT note, id, count(*) FROM t GROUP BY note, id ORDER BY 3 LIMIT 5",
		"SELECT count(*) FROM (SELECT a.note, b.note FROM t a JOIN t b ON a.note = b.note || '' ORDER BY 1, 2 LIMIT 1000000)",
		"SELECT length(string_agg(repeat(note, 100), '')) FROM t",
		"SELECT length(repeat('x', 2000000000))",
		"SELECT length(repeat(note, 1000000)) FROM t",
	] {
		let mut job = world.job(sql);
		job.limits.memory_bytes = 16 << 20;
		let error = world.run(job).await.unwrap_err();
		assert!(matches!(error, QueryError::OutOfMemory), "{sql}: {error:?}");
	}
	assert_eq!(world.query("SELECT count(*) FROM t").await.unwrap(), ["300000"]);
}

#[tokio::test]
async fn a_killed_executor_is_reported_and_replaced() {
	let world = World::new(300_000);
	let mut job = world.job("SELECT * FROM t");
	job.policy.max_rows = u64::MAX;
	let mut stream = world.pool.run(job).await.unwrap();
	assert!(stream.next().await.unwrap().is_ok());
	let pid = stream.pid().unwrap().to_string();
	assert!(Command::new("kill").args(["-9", &pid]).status().unwrap().success());
	let mut last = None;
	while let Some(piece) = stream.next().await {
		last = Some(piece);
	}
	assert!(matches!(last, Some(Err(QueryError::ExecutorDied))), "{last:?}");
	assert!(stream.next().await.is_none(), "an error ends the stream");
	assert_eq!(world.query("SELECT count(*) FROM t").await.unwrap(), ["300000"]);
}

/// Whether a process is there and not a zombie.
fn is_alive(pid: u32) -> bool {
	std::fs::read_to_string(format!("/proc/{pid}/stat"))
		.is_ok_and(|stat| stat.rsplit(')').next().and_then(|rest| rest.trim().chars().next()) != Some('Z'))
}

async fn until_dead(pid: u32) {
	let deadline = Instant::now() + PATIENCE;
	while is_alive(pid) {
		assert!(Instant::now() < deadline, "process {pid} lives on");
		tokio::task::yield_now().await;
	}
}

#[tokio::test]
async fn dropping_a_stream_kills_its_executor() {
	let world = World::new(300_000);
	let mut job = world.job("SELECT * FROM t");
	job.policy.max_rows = u64::MAX;
	let mut stream = world.pool.run(job).await.unwrap();
	assert!(stream.next().await.unwrap().is_ok());
	let pid = stream.pid().unwrap();
	assert!(is_alive(pid));
	drop(stream);
	until_dead(pid).await;
}

#[tokio::test]
async fn an_unread_stream_holds_its_executor_back() {
	let world = World::new(300_000);
	let mut job = world.job("SELECT * FROM t a CROSS JOIN t b");
	job.policy.max_rows = u64::MAX;
	// Enough to begin and to fill the pipe on a busy machine.
	job.limits.wall = Duration::from_secs(15);
	let mut stream = world.pool.run(job).await.unwrap();
	let pid = stream.pid().unwrap();
	until_dead(pid).await;
	// A full pipe of pieces is left, and then the deadline.
	let mut read = 0;
	let error = loop {
		match stream.next().await.unwrap() {
			Ok(piece) => read += piece.bytes.len(),
			Err(error) => break error,
		}
	};
	assert!(matches!(error, QueryError::TimedOut), "{error:?}");
	assert!(read < 4 << 20, "{read} bytes were buffered");
}

#[tokio::test]
async fn a_program_that_is_no_executor_is_an_error() {
	let world = World::new(10);
	for program in ["/bin/true", "/no/such/program"] {
		let pool = ExecutorPool::new(program.into(), vec![], 1);
		let error = pool.run(world.job("SELECT 1")).await.unwrap_err();
		assert!(matches!(error, QueryError::ExecutorDied | QueryError::Io(_)), "{program}: {error:?}");
	}
}

#[tokio::test]
async fn a_snapshot_that_is_not_there_or_broken_is_an_error() {
	let world = World::new(10);
	let mut job = world.job("SELECT 1 FROM t");
	job.parquet = world.directory.path().join("missing");
	assert!(matches!(world.run(job.clone()).await, Err(QueryError::Io(_))));
	std::fs::write(&job.parquet, b"PAR1 this is no parquet PAR1").unwrap();
	let error = world.run(job.clone()).await.unwrap_err();
	assert!(matches!(error, QueryError::Execution(_)), "{error:?}");
	job.parquet = world.directory.path().to_owned();
	assert!(matches!(world.run(job).await, Err(QueryError::Io(_))));
}

#[tokio::test]
async fn mistakes_of_values_are_said() {
	let world = World::new(10);
	for (sql, words) in
		[("SELECT 1 / (id - id) FROM t", "ivide by zero"), ("SELECT CAST(note AS INT) FROM t", "ast")]
	{
		let error = world.query(sql).await.unwrap_err();
		assert!(matches!(&error, QueryError::Execution(text) if text.contains(words)), "{sql}: {error:?}");
	}
}

#[test]
fn the_sandbox_lets_nothing_out() {
	let directory = tempfile::tempdir().unwrap();
	let (snapshot, other) = (directory.path().join("snapshot"), directory.path().join("secret"));
	std::fs::write(&snapshot, "rows").unwrap();
	std::fs::write(&other, "secret").unwrap();
	let output = Command::new(env!("CARGO_BIN_EXE_souk-executor"))
		.arg("probe")
		.args([&snapshot, &other])
		.stdin(Stdio::null())
		.output()
		.unwrap();
	let text = String::from_utf8(output.stdout).unwrap();
	assert!(output.status.success(), "{text}{}", String::from_utf8_lossy(&output.stderr));
	let results: Vec<(&str, &str)> = text.lines().map(|line| line.split_once(": ").unwrap()).collect();
	assert!(results.len() >= 25, "{text}");
	for (what, result) in results {
		let expected = ["read the open snapshot", "start a thread"].contains(&what);
		assert_eq!(result == "allowed", expected, "{what}: {result}\n{text}");
	}
	assert_eq!(std::fs::read_to_string(other).unwrap(), "secret");
}

#[test]
fn an_executor_without_a_job_ends_with_its_input() {
	let status = Command::new(env!("CARGO_BIN_EXE_souk-executor")).stdin(Stdio::null()).status().unwrap();
	assert!(status.success());
}

#[test]
fn sql_is_measured_before_it_is_parsed() {
	let limits = Limits::default();
	let error = check_sql(&"x".repeat(limits.sql_bytes + 1), &["t"], &limits).unwrap_err();
	assert!(error.to_string().contains("65537 bytes"), "{error}");
}
