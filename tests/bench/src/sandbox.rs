//! A query in the sandboxed executor, as a persistence node runs it, beside the same plan in bare DataFusion.
//!
//! The bare side is spared everything that can be spared: its session is built, its table registered and the file's
//! footer read before the clock starts. The executor, a process that lives for one query, does all that but the first
//! while the clock runs, and its rows come through a pipe as Arrow IPC.

use crate::{
	growth::Table,
	queries::{Question, LEAST, QUESTIONS},
	quiet,
	report::{self, grouped, Report},
	rows,
	stats::{median, millis},
};
use anyhow::{Context, Result};
use bytes::Bytes;
use datafusion::{
	arrow::{array::RecordBatch, datatypes::SchemaRef},
	physical_plan::collect,
	prelude::{ParquetReadOptions, SessionConfig, SessionContext},
};
use futures::TryStreamExt;
use souk_engine::{ExecutorPool, Limits, QueryJob, QueryPolicy};
use std::time::{Duration, Instant};

/// The argument with which this program is an executor, as the daemon's hidden subcommand is.
pub const EXECUTOR: &str = "executor";
/// Executors that wait, as by a persistence node's defaults.
const IDLE: usize = 2;
/// What the ratios are aimed at.
const MEDIAN: f64 = 1.15;
const WORST: f64 = 1.5;

/// One question, asked in both ways.
struct Answer {
	name: &'static str,
	rows: usize,
	bytes: usize,
	bare: Vec<Duration>,
	sandboxed: Vec<Duration>,
}

impl Answer {
	fn ratio(&self) -> f64 {
		median(&self.sandboxed).as_secs_f64() / median(&self.bare).as_secs_f64()
	}

	fn cells(&self) -> [String; 6] {
		[
			self.name.into(),
			grouped(self.rows as u64),
			grouped(self.bytes as u64),
			format!("{:.1}", millis(median(&self.bare))),
			format!("{:.1}", millis(median(&self.sandboxed))),
			format!("{:.2}", self.ratio()),
		]
	}
}

/// Everything that was measured here.
pub struct Figures {
	answers: Vec<Answer>,
	least: Answer,
}

/// Asks every question `repetitions` times in both ways by turns, after once to compare the rows.
pub async fn measure(table: &Table, repetitions: usize, say: fn(&str)) -> Result<Figures> {
	let pool = pool()?;
	let bare = bare(table).await?;
	let mut answers = Vec::new();
	for question in QUESTIONS.iter().chain([&LEAST]) {
		answers.push(compared(&pool, &bare, table, question).await.context(question.name)?);
	}
	say("both ways give the same rows");
	for repetition in 1..=repetitions {
		say(&format!("queries, round {repetition} of {repetitions}"));
		for (answer, question) in answers.iter_mut().zip(QUESTIONS.iter().chain([&LEAST])) {
			// Which comes first alternates, so that neither always finds the caches as the other has left them.
			for turn in [repetition % 2 == 0, repetition % 2 == 1] {
				quiet::settled(IDLE).await?;
				let start = Instant::now();
				match turn {
					true => {
						in_sandbox(&pool, table, question).await?;
						answer.sandboxed.push(start.elapsed());
					}
					false => {
						in_process(&bare, question).await?;
						answer.bare.push(start.elapsed());
					}
				}
			}
		}
	}
	let least = answers.pop().context("no question was asked")?;
	Ok(Figures { answers, least })
}

/// The whole table as a result, in the pieces that the executor cuts it into.
pub async fn whole_table(table: &Table) -> Result<Vec<Bytes>> {
	in_sandbox(&pool()?, table, &Question { name: "everything", sql: "SELECT * FROM t" }).await
}

fn pool() -> Result<ExecutorPool> {
	Ok(ExecutorPool::new(std::env::current_exe()?, vec![EXECUTOR.into()], IDLE))
}

async fn bare(table: &Table) -> Result<SessionContext> {
	let cores = std::thread::available_parallelism().map_or(1, usize::from);
	let context = SessionContext::new_with_config(SessionConfig::new().with_target_partitions(cores));
	let path = table.path.to_str().context("the table's path is not text")?;
	context.register_parquet("t", path, ParquetReadOptions::default()).await?;
	Ok(context)
}

async fn compared(
	pool: &ExecutorPool,
	bare: &SessionContext,
	table: &Table,
	question: &Question,
) -> Result<Answer> {
	let stream = in_sandbox(pool, table, question).await?.concat();
	let ours = rows::of_ipc(&stream)?;
	let (schema, theirs) = in_process(bare, question).await?;
	rows::ensure_same(&ours, &schema, &theirs)?;
	Ok(Answer {
		name: question.name,
		rows: ours.num_rows(),
		bytes: stream.len(),
		bare: vec![],
		sandboxed: vec![],
	})
}

async fn in_sandbox(pool: &ExecutorPool, table: &Table, question: &Question) -> Result<Vec<Bytes>> {
	let job = QueryJob {
		sql: question.sql.into(),
		parquet: table.path.clone(),
		tables: vec!["t".into(), "nyc_weather".into()],
		// Without a limit on rows, which would be a node more in the plan.
		policy: QueryPolicy { max_rows: u64::MAX, ..QueryPolicy::default() },
		limits: Limits { wall: Duration::from_secs(120), ..Limits::default() },
		reproducible: false,
		conceal: false,
	};
	let result = pool.run(job).await?;
	Ok(result.map_ok(|piece| piece.bytes).try_collect().await?)
}

async fn in_process(context: &SessionContext, question: &Question) -> Result<(SchemaRef, Vec<RecordBatch>)> {
	let plan = context.sql(question.sql).await?.create_physical_plan().await?;
	Ok((plan.schema(), collect(plan, context.task_ctx()).await?))
}

impl Figures {
	/// Adds the table and its targets.
	pub fn report(&self, table: &Table, report: &mut Report) {
		let mut lines = report::Table::new(
			format!("Sandboxed executor ÷ bare DataFusion, {} rows", grouped(table.rows)),
			&["query", "rows", "bytes", "bare, ms", "sandboxed, ms", "ratio"],
		);
		let mut ratios: Vec<f64> = self.answers.iter().map(Answer::ratio).collect();
		ratios.sort_unstable_by(f64::total_cmp);
		self.answers.iter().for_each(|answer| lines.row(answer.cells()));
		lines.row(self.least.cells());
		let fixed = median(&self.least.sandboxed).saturating_sub(median(&self.least.bare));
		lines.note(format!(
			"Medians of {} by turns; both ways gave the same rows. What a query costs however small it is, seen on \
			 {}, which is not among the ten: {:.1} ms more than bare (a process takes the job, locks itself in, reads the \
			 file's footer and pipes the rows).",
			self.least.bare.len(),
			self.least.name,
			millis(fixed)
		));
		report.add(lines);
		let middle = ratios.len() / 2;
		let median = (ratios[(ratios.len() - 1) / 2] + ratios[middle]) / 2.0;
		report.at_most("sandboxed ÷ bare, median of ten queries", median, MEDIAN);
		report.at_most("sandboxed ÷ bare, worst of ten queries", ratios[ratios.len() - 1], WORST);
	}
}
