//! Executors in waiting.

use std::{
	collections::VecDeque,
	io,
	path::PathBuf,
	process::Stdio,
	sync::{mpsc, Arc, Mutex, MutexGuard, PoisonError, Weak},
	thread,
	time::Instant,
};

use tokio::{
	io::AsyncWriteExt,
	process::{Child, Command},
	runtime::Handle,
	sync::oneshot,
};
use tracing::{debug, warn};

use super::{
	proof::{ProofRun, Question},
	stream::{QueryStream, Running},
	wire::{self, Job, Order},
	ProveJob, QueryJob,
};
use crate::{errors::QueryError, policy::check_sql};

/// How the C library's allocator is to get memory from the system: in large pieces and large pages, giving nothing back.
/// A process that lives for one query meets all of its memory for the first time, and faults for every 4 KiB of it took
/// up to a third of a query's time (docs/benchmarks.md). One arena, so that what was met while waiting (`memory.rs`) is there
/// for each thread. Other C libraries ignore it.
const ALLOCATOR: &str =
	"glibc.malloc.hugetlb=1:glibc.malloc.arena_max=1:glibc.malloc.mmap_threshold=33554432:\
	glibc.malloc.trim_threshold=1073741824:glibc.malloc.top_pad=16777216";

/// Keeps a few started, idle, sandbox-ready executors: one query for each, then it is discarded and replaced in the
/// background.
///
/// Cheap to clone; clones share the executors. All executors die with the last clone, and with the process in any case.
#[derive(Clone)]
pub struct ExecutorPool {
	shared: Arc<Shared>,
	allow_unsandboxed: bool,
}

/// What the clones of a pool share; running queries hold it as well.
pub(super) struct Shared {
	idle: Mutex<VecDeque<Child>>,
	target: usize,
	spawner: mpsc::Sender<Request>,
}

/// What the spawning thread is asked for.
struct Request {
	runtime: Handle,
	/// Where the executor goes; without it, into the pool.
	reply: Option<oneshot::Sender<io::Result<Child>>>,
}

impl ExecutorPool {
	/// A pool of `idle` executors, each started as `program args...`; daemons pass their own executable and the
	/// subcommand that calls [`executor_main`](super::executor_main). At least one is kept.
	///
	/// Inside a tokio runtime the executors are started at once, otherwise with the first query.
	pub fn new(program: PathBuf, args: Vec<String>, idle: usize) -> Self {
		let target = idle.max(1);
		let (spawner, requests) = mpsc::channel();
		let shared = Arc::new(Shared { idle: Mutex::new(VecDeque::new()), target, spawner });
		let pool = Arc::downgrade(&shared);
		// An executor asks the kernel to be killed when the *thread* that started it ends, and async runtimes end
		// threads when they like. This one ends with the pool.
		let started = thread::Builder::new()
			.name("executor-spawner".into())
			.spawn(move || spawn_on_request(&program, &args, &requests, &pool));
		if let Err(error) = started {
			// Requests will find their channel closed, and queries end with an error that says so.
			warn!(%error, "cannot start the thread that starts executors");
		}
		if let Ok(runtime) = Handle::try_current() {
			shared.request_idle(&runtime, target);
		}
		Self { shared, allow_unsandboxed: false }
	}

	/// Whether queries run on kernels without Landlock or seccomp. Off by default: there they are refused.
	pub fn allow_unsandboxed(mut self, allow: bool) -> Self {
		self.allow_unsandboxed = allow;
		self
	}

	/// Runs one query. Returns when the plan has passed all checks and its schema is known; rows come from the stream.
	///
	/// # Errors
	/// Any [`QueryError`]. An executor that died while idle is replaced and not reported.
	pub async fn run(&self, job: QueryJob) -> Result<QueryStream, QueryError> {
		let deadline = Instant::now() + job.limits.wall;
		let tables: Vec<&str> = job.tables.iter().map(String::as_str).collect();
		check_sql(&job.sql, &tables, &job.limits)?;
		QueryStream::start(self.start(Job::Query(job), deadline).await?).await
	}

	/// Proves one query. Returns when an executor has taken the job; how far it is, and the bundle, come from the
	/// [`ProofRun`].
	///
	/// # Errors
	/// [`QueryError::Refused`] and [`QueryError::Syntax`] as for a query, and where no executor could be started.
	pub async fn prove(&self, job: ProveJob) -> Result<ProofRun, QueryError> {
		let deadline = Instant::now() + job.limits.wall;
		if let Question::Sql { text, tables } = &job.question {
			let tables: Vec<&str> = tables.iter().map(String::as_str).collect();
			check_sql(text, &tables, &job.limits)?;
		}
		Ok(ProofRun::new(self.start(Job::Prove(job), deadline).await?))
	}

	async fn start(&self, job: Job, deadline: Instant) -> Result<Running, QueryError> {
		let order = wire::encode_order(&Order { job, allow_unsandboxed: self.allow_unsandboxed })?;
		let child = self.hand_over(&order).await?;
		Running::new(child, deadline, Arc::clone(&self.shared))
	}

	/// Gives the order to the first executor that takes it.
	async fn hand_over(&self, order: &[u8]) -> Result<Child, QueryError> {
		let runtime = Handle::current();
		loop {
			let idle = self.shared.idle().pop_front();
			let fresh = idle.is_none();
			let mut child = match idle {
				Some(child) => child,
				None => self.shared.start(&runtime).await?,
			};
			if self.shared.idle().is_empty() {
				self.shared.request_idle(&runtime, 1);
			}
			let Some(mut input) = child.stdin.take() else { return Err(QueryError::ExecutorDied) };
			match input.write_all(order).await {
				Ok(()) => return Ok(child),
				Err(error) if fresh => {
					warn!(%error, "an executor that was just started does not take a job");
					return Err(QueryError::ExecutorDied);
				}
				Err(error) => debug!(%error, "an idle executor is gone, taking the next"),
			}
		}
	}
}

impl Shared {
	fn idle(&self) -> MutexGuard<'_, VecDeque<Child>> {
		// A queue of processes cannot be left half changed by a panic.
		self.idle.lock().unwrap_or_else(PoisonError::into_inner)
	}

	/// Called when a query has ended: getting an executor ready takes processor time, which queries have first call on.
	pub(super) fn replace(&self, runtime: &Handle) {
		let missing = self.target.saturating_sub(self.idle().len());
		self.request_idle(runtime, missing);
	}

	fn request_idle(&self, runtime: &Handle, count: usize) {
		for _ in 0..count {
			// Without the spawning thread there is nothing to do; the next query reports it.
			let _ = self.spawner.send(Request { runtime: runtime.clone(), reply: None });
		}
	}

	async fn start(&self, runtime: &Handle) -> Result<Child, QueryError> {
		let (reply, child) = oneshot::channel();
		let gone = || io::Error::other("the thread that starts executors has ended");
		self.spawner.send(Request { runtime: runtime.clone(), reply: Some(reply) }).map_err(|_| gone())?;
		Ok(child.await.map_err(|_| gone())??)
	}
}

fn spawn_on_request(
	program: &PathBuf,
	args: &[String],
	requests: &mpsc::Receiver<Request>,
	pool: &Weak<Shared>,
) {
	for Request { runtime, reply } in requests {
		let Some(pool) = pool.upgrade() else { return };
		if reply.is_none() && pool.idle().len() >= pool.target {
			continue;
		}
		// The runtime watches the pipes and the process's end.
		let _guard = runtime.enter();
		let child = spawn(program, args);
		match (child, reply) {
			// Whoever asked may have given up; dropping the executor kills it.
			(child, Some(reply)) => drop(reply.send(child)),
			(Ok(child), None) => pool.idle().push_back(child),
			(Err(error), None) => warn!(%error, program = %program.display(), "cannot start an executor"),
		}
	}
}

fn spawn(program: &PathBuf, args: &[String]) -> io::Result<Child> {
	let mut command = Command::new(program);
	command
		.args(args)
		.env_clear()
		.env("GLIBC_TUNABLES", ALLOCATOR)
		.current_dir("/")
		.stdin(Stdio::piped())
		.stdout(Stdio::piped())
		.stderr(Stdio::piped())
		// A signal from the terminal is for the daemon, which lets running queries finish.
		.process_group(0)
		.kill_on_drop(true);
	command.spawn()
}
