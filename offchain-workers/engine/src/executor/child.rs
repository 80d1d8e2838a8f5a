//! The executor's side: one process, one query.

use std::{
	fs::File,
	io::{self, Write},
	os::fd::FromRawFd,
	path::Path,
	sync::Arc,
	thread,
	time::Duration,
};

use datafusion::{
	arrow::{
		array::RecordBatch,
		compute::concat_batches,
		datatypes::{Schema, SchemaRef},
		ipc::writer::StreamWriter,
	},
	datasource::listing::ListingTableUrl,
	logical_expr::LogicalPlan,
	physical_plan::execute_stream,
	prelude::SessionContext,
};
use futures::StreamExt;

use super::{
	memory,
	object::{self, Content},
	plain::{plain_batch, plain_schema},
	prove, warm_up,
	wire::{self, Job, MAX_FRAME},
	QueryJob,
};
use crate::{
	columns::SnapshotFile,
	errors::QueryError,
	plan, policy,
	sandbox::{self, Detached, Sandbox},
	session,
};

/// A piece is sent when it has at least this many bytes, and batches are cut so that it has about twice that.
const PIECE_BYTES: usize = 96 << 10;
/// Stack of a thread that runs operators: expressions are evaluated recursively.
const WORKER_STACK: usize = 8 << 20;

/// What a daemon's hidden `executor` subcommand calls, and all that it calls: **before** it starts an async runtime or
/// any other thread, because a sandbox binds single threads.
///
/// Gets ready, waits for one job on standard input, locks itself in, runs the query, writes framed pieces to standard
/// output and ends the process. Without a job it ends when its input does.
pub fn executor_main() -> ! {
	let code = match serve() {
		Ok(()) => 0,
		Err(error) => {
			eprintln!("executor: {error}");
			1
		}
	};
	// Nothing is left to be flushed, and destructors of a process that shares its code with a daemon have no business
	// here.
	// SAFETY: ends the process; always sound.
	unsafe { libc::_exit(code) }
}

fn serve() -> io::Result<()> {
	let process = sandbox::detach()?;
	let cores = thread::available_parallelism().map_or(1, usize::from);
	let (context, pool) = session::executor_session(cores).map_err(io::Error::other)?;
	warm_up::run(&context).map_err(io::Error::other)?;
	memory::meet_while_waiting(libc::STDIN_FILENO)?;
	let Some(order) = wire::read_order(&mut io::stdin().lock())? else { return Ok(()) };
	// Not `io::stdout()`, which looks through everything for ends of lines.
	// SAFETY: the descriptor is the pipe from the parent, open for the life of this process, and nothing else here
	// writes to it.
	let mut output = unsafe { File::from_raw_fd(libc::STDOUT_FILENO) };
	let unsandboxed = order.allow_unsandboxed;
	let result = match &order.job {
		Job::Query(job) => {
			pool.set_limit(job.limits.memory_bytes);
			// The engine's own account is exact for what it tracks and blind for the rest, hence the half on top.
			let memory = job.limits.memory_bytes.saturating_add(job.limits.memory_bytes / 2);
			open(&job.parquet).and_then(|file| {
				let url = object::register(&context, "snapshot.parquet", Content::File(file))?;
				lock_in(process, memory, job.limits.wall, unsandboxed, cores)?;
				apart(|| run(&context, url, job, cores, &mut output))
			})
		}
		Job::Prove(job) => open(&job.parquet).and_then(|file| {
			let file = SnapshotFile::new(file)?;
			lock_in(process, job.limits.memory_bytes, job.limits.wall, unsandboxed, cores)?;
			apart(|| prove::run(file, job, cores, &mut output))
		}),
	};
	match result {
		Ok(()) => wire::write_end(&mut output),
		Err(error) => wire::write_error(&mut output, &error),
	}
}

/// Does the work on a thread of its own: planning recurses as deep as the statement, so it gets the stack that parsing gets.
fn apart(work: impl FnOnce() -> Result<(), QueryError> + Send) -> Result<(), QueryError> {
	thread::scope(|scope| {
		thread::Builder::new()
			.name("query".into())
			.stack_size(policy::PARSE_STACK)
			.spawn_scoped(scope, work)?
			.join()
			.unwrap_or_else(|_| Err(QueryError::Execution("the query made the executor panic".into())))
	})
}

/// Opens the snapshot, which is the last thing that is opened.
fn open(snapshot: &Path) -> Result<File, QueryError> {
	let file = File::open(snapshot)?;
	if !file.metadata()?.is_file() {
		return Err(io::Error::new(io::ErrorKind::InvalidInput, "the snapshot is not a file").into());
	}
	Ok(file)
}

/// Closes the sandbox: `memory` bytes and `wall` for the work, and what the threads need on top.
fn lock_in(
	process: Detached,
	memory: u64,
	wall: Duration,
	allow_unsandboxed: bool,
	cores: usize,
) -> Result<(), QueryError> {
	let stacks = (policy::PARSE_STACK + threads(cores) * WORKER_STACK) as u64;
	let memory_bytes = memory.saturating_add(stacks + (64 << 20));
	let cpu = wall.saturating_mul(u32::try_from(cores).unwrap_or(u32::MAX));
	Sandbox { memory_bytes, cpu, allow_unsandboxed }
		.enter(process)
		.map_err(|error| QueryError::SandboxUnavailable { reason: error.to_string() })
}

/// Worker threads, and as many for what an operator runs beside them.
fn threads(cores: usize) -> usize {
	cores * 2
}

fn run(
	context: &SessionContext,
	url: ListingTableUrl,
	job: &QueryJob,
	cores: usize,
	output: &mut impl Write,
) -> Result<(), QueryError> {
	// Started here and not before, so that its threads are born inside the sandbox.
	let runtime = tokio::runtime::Builder::new_multi_thread()
		.worker_threads(cores)
		.max_blocking_threads(threads(cores) - cores)
		.thread_stack_size(WORKER_STACK)
		.enable_time()
		.build()?;
	let result = runtime.block_on(query(context, url, job, output));
	// Operators may still compute; the process ends in a moment and need not wait for them.
	runtime.shutdown_background();
	result
}

/// Everything between a job and its rows, on the Parquet file at `url`.
pub(super) async fn query(
	context: &SessionContext,
	url: ListingTableUrl,
	job: &QueryJob,
	output: &mut impl Write,
) -> Result<(), QueryError> {
	let reproducible = job.reproducible.then(|| session::reproducible(context));
	let context = reproducible.as_ref().unwrap_or(context);
	let tables: Vec<&str> = job.tables.iter().map(String::as_str).collect();
	let (statement, _) = policy::parse(&job.sql, &tables)?;
	let table = session::register_snapshot(context, url, &job.tables).await?;
	let state = context.state();
	let plan = state.statement_to_plan(statement).await?;
	let plan = plan::enforce(plan, &table, &job.policy)?;
	let result = answer(context, plan, job, output).await;
	// From here on values of the table are looked at, also by the optimiser.
	if job.conceal || job.policy.group_size().is_some() {
		result.map_err(QueryError::without_values)
	} else {
		result
	}
}

/// Runs a plan and writes its rows.
async fn answer(
	context: &SessionContext,
	plan: LogicalPlan,
	job: &QueryJob,
	output: &mut impl Write,
) -> Result<(), QueryError> {
	let state = context.state();
	let physical = state.create_physical_plan(&plan).await?;
	let mut batches = execute_stream(physical, context.task_ctx())?;
	let mut pieces = PieceWriter::new(&batches.schema(), job, output)?;
	while let Some(batch) = batches.next().await {
		pieces.push(batch?)?;
	}
	pieces.finish()
}

/// Cuts and joins batches to pieces and writes them as an Arrow IPC stream.
struct PieceWriter<'a, W> {
	ipc: StreamWriter<Vec<u8>>,
	schema: SchemaRef,
	output: &'a mut W,
	pending: Vec<RecordBatch>,
	pending_bytes: usize,
	rows: u64,
	max_rows: u64,
	bytes: u64,
	max_bytes: u64,
}

impl<'a, W: Write> PieceWriter<'a, W> {
	fn new(schema: &Schema, job: &QueryJob, output: &'a mut W) -> Result<Self, QueryError> {
		let schema = Arc::new(plain_schema(schema)?);
		let mut writer = Self {
			ipc: StreamWriter::try_new(Vec::with_capacity(4 * PIECE_BYTES), &schema)?,
			schema,
			output,
			pending: Vec::new(),
			pending_bytes: 0,
			rows: 0,
			max_rows: job.policy.max_rows,
			bytes: 0,
			max_bytes: job.limits.result_bytes,
		};
		writer.send(0)?;
		Ok(writer)
	}

	/// Writes what the IPC writer has produced.
	fn send(&mut self, rows: u64) -> Result<(), QueryError> {
		let bytes = self.ipc.get_mut();
		self.bytes = self.bytes.saturating_add(bytes.len() as u64);
		if self.bytes > self.max_bytes || bytes.len() > MAX_FRAME {
			return Err(QueryError::ResultTooLarge);
		}
		wire::write_piece(self.output, rows, bytes)?;
		bytes.clear();
		Ok(())
	}

	fn push(&mut self, batch: RecordBatch) -> Result<(), QueryError> {
		self.rows = self.rows.saturating_add(batch.num_rows() as u64);
		if self.rows > self.max_rows {
			return Err(QueryError::TooManyRows { limit: self.max_rows });
		}
		if batch.num_rows() == 0 {
			return Ok(());
		}
		// Views share buffers with the batch they were cut from, so a size is known only once they are plain.
		let batch = plain_batch(&batch, &self.schema)?;
		let size = bytes_of(&batch);
		let parts = size.div_ceil(2 * PIECE_BYTES).clamp(1, batch.num_rows());
		let rows_each = batch.num_rows().div_ceil(parts);
		let mut start = 0;
		while start < batch.num_rows() {
			let length = rows_each.min(batch.num_rows() - start);
			self.pending.push(batch.slice(start, length));
			self.pending_bytes += size / parts;
			if self.pending_bytes >= PIECE_BYTES {
				self.flush()?;
			}
			start += length;
		}
		Ok(())
	}

	fn flush(&mut self) -> Result<(), QueryError> {
		let batch = match self.pending.as_slice() {
			[] => return Ok(()),
			[one] => one.clone(),
			many => concat_batches(&self.schema, many)?,
		};
		self.pending.clear();
		self.pending_bytes = 0;
		self.ipc.write(&batch)?;
		self.send(batch.num_rows() as u64)
	}

	fn finish(mut self) -> Result<(), QueryError> {
		self.flush()?;
		self.ipc.finish()?;
		self.send(0)
	}
}

fn bytes_of(batch: &RecordBatch) -> usize {
	batch.columns().iter().map(|column| column.to_data().get_slice_memory_size().unwrap_or(0)).sum()
}
