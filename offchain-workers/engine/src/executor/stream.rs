//! A running query, as its reader sees it.

use std::{
	os::fd::{AsRawFd, BorrowedFd},
	os::unix::process::ExitStatusExt,
	pin::Pin,
	process::ExitStatus,
	sync::Arc,
	task::{ready, Context, Poll},
	time::Instant,
};

use bytes::Bytes;
use futures::{stream, Stream, StreamExt};
use tokio::{
	io::{AsyncRead, AsyncReadExt},
	process::{Child, ChildStderr, ChildStdout},
	runtime::Handle,
	sync::oneshot,
	task::JoinHandle,
	time::timeout_at,
};
use tracing::debug;

use super::{
	pool::Shared,
	wire::{read_frame, Frame},
	IpcPiece, ProofProgress,
};
use crate::errors::QueryError;

/// As much of what an executor prints to its standard error as is kept.
const STDERR_KEPT: u64 = 4096;
/// As large as a pipe may be made without privileges on a stock kernel.
const PIPE_BYTES: libc::c_int = 1 << 20;

/// A result as it is computed: pieces of one Arrow IPC stream. The first holds the schema, the last the end-of-stream
/// marker; appended to each other they are a valid stream.
///
/// At most one piece is held here; the executor stops when the pipe to it is full. An error ends the stream. Dropping it
/// kills the executor.
#[must_use = "a stream that is not read is a query that is killed"]
pub struct QueryStream {
	pid: Option<u32>,
	pieces: Pin<Box<dyn Stream<Item = Result<IpcPiece, QueryError>> + Send>>,
}

impl std::fmt::Debug for QueryStream {
	fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
		f.debug_struct("QueryStream").field("pid", &self.pid).finish_non_exhaustive()
	}
}

impl QueryStream {
	/// Waits for the first frame, so that a query that is refused never becomes a stream.
	pub(super) async fn start(mut running: Running) -> Result<Self, QueryError> {
		let pid = running.pid;
		let Some(first) = running.next().await? else { return Err(QueryError::ExecutorDied) };
		let rest = stream::try_unfold(running, |mut running| async move {
			Ok(running.next().await?.map(|piece| (piece, running)))
		});
		// `try_unfold` must not be polled again after an error or its end; `fuse` sees to the latter, and an error
		// drops the state.
		Ok(Self { pid, pieces: Box::pin(stream::once(async { Ok(first) }).chain(rest).fuse()) })
	}

	/// The executor's process id, for logs.
	pub fn pid(&self) -> Option<u32> {
		self.pid
	}
}

impl Stream for QueryStream {
	type Item = Result<IpcPiece, QueryError>;

	fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
		let item = ready!(self.pieces.as_mut().poll_next(context));
		if matches!(item, Some(Err(_))) {
			self.pieces = Box::pin(stream::empty());
		}
		Poll::Ready(item)
	}
}

/// How a query's process ended.
struct Ending {
	late: bool,
	status: Option<ExitStatus>,
	stderr: Vec<u8>,
}

/// What an executor has sent.
pub(super) enum Sent {
	Piece(IpcPiece),
	Progress(ProofProgress),
	Understood(Bytes),
}

/// An executor with a job.
pub(super) struct Running {
	pid: Option<u32>,
	output: ChildStdout,
	/// Watches the deadline and the process; drops the process, and so kills it, when `_alive` is dropped.
	supervisor: JoinHandle<Ending>,
	_alive: oneshot::Sender<()>,
	/// The thread that started the process must outlive it.
	pool: Arc<Shared>,
	runtime: Handle,
	finished: bool,
}

impl Running {
	pub(super) fn new(mut child: Child, deadline: Instant, pool: Arc<Shared>) -> Result<Self, QueryError> {
		let (Some(output), Some(errors)) = (child.stdout.take(), child.stderr.take()) else {
			return Err(QueryError::ExecutorDied);
		};
		widen(&output);
		let pid = child.id();
		let (alive, dropped) = oneshot::channel();
		let supervisor = tokio::spawn(supervise(child, errors, deadline, dropped));
		Ok(Self { pid, output, supervisor, _alive: alive, pool, runtime: Handle::current(), finished: false })
	}

	async fn next(&mut self) -> Result<Option<IpcPiece>, QueryError> {
		match self.frame().await? {
			Some(Sent::Piece(piece)) => Ok(Some(piece)),
			// Nothing but a proof makes progress that is told.
			Some(Sent::Progress(_) | Sent::Understood(_)) => Err(QueryError::ExecutorDied),
			None => Ok(None),
		}
	}

	/// What the executor sends next; `None` when it has said that this was all.
	pub(super) async fn frame(&mut self) -> Result<Option<Sent>, QueryError> {
		if self.finished {
			return Ok(None);
		}
		match read_frame(&mut self.output).await? {
			Some(Frame::Piece { bytes, rows }) => Ok(Some(Sent::Piece(IpcPiece { bytes, rows }))),
			Some(Frame::Progress(progress)) => Ok(Some(Sent::Progress(progress))),
			Some(Frame::Understood(query)) => Ok(Some(Sent::Understood(query))),
			Some(Frame::End) => {
				self.finished = true;
				Ok(None)
			}
			Some(Frame::Error(error)) => Err(error),
			None => Err(self.autopsy().await),
		}
	}

	/// The executor's process id.
	pub(super) fn pid(&self) -> Option<u32> {
		self.pid
	}

	/// Why the pipe ended before the result did.
	async fn autopsy(&mut self) -> QueryError {
		let Ok(ending) = (&mut self.supervisor).await else { return QueryError::ExecutorDied };
		let signal = ending.status.and_then(|status| status.signal());
		let stderr = String::from_utf8_lossy(&ending.stderr);
		debug!(pid = self.pid, status = ?ending.status, stderr = %stderr.trim(), "an executor died");
		if ending.late || signal == Some(libc::SIGXCPU) {
			QueryError::TimedOut
		} else if signal == Some(libc::SIGABRT) && stderr.contains("memory allocation of") {
			// What Rust prints before it aborts when the system has no memory for it.
			QueryError::OutOfMemory
		} else {
			QueryError::ExecutorDied
		}
	}
}

impl Drop for Running {
	fn drop(&mut self) {
		self.pool.replace(&self.runtime);
	}
}

async fn supervise(
	mut child: Child,
	errors: ChildStderr,
	deadline: Instant,
	dropped: oneshot::Receiver<()>,
) -> Ending {
	let stderr = tokio::spawn(keep_head(errors));
	let exited = async {
		tokio::select! {
			status = child.wait() => Some(status.ok()),
			_ = dropped => None,
		}
	};
	let (late, status) = match timeout_at(deadline.into(), exited).await {
		Ok(Some(status)) => (false, status),
		Ok(None) => (false, None),
		Err(_) => (true, None),
	};
	if status.is_none() {
		if let Err(error) = child.kill().await {
			debug!(%error, "an executor could not be killed, it may have ended by itself");
		}
	}
	// The process is gone, so its end of the pipe is closed.
	let stderr = stderr.await.unwrap_or_default();
	Ending { late, status, stderr }
}

/// Reads to the end, so that the writer never waits, and keeps the beginning.
async fn keep_head(mut from: impl AsyncRead + Unpin) -> Vec<u8> {
	let mut head = Vec::new();
	// What could be read before an error is what there is to show.
	let _ = (&mut from).take(STDERR_KEPT).read_to_end(&mut head).await;
	let _ = tokio::io::copy(&mut from, &mut tokio::io::sink()).await;
	head
}

/// Fewer, longer writes through the pipe. It works without.
fn widen(output: &ChildStdout) {
	let fd: BorrowedFd<'_> = std::os::fd::AsFd::as_fd(output);
	// SAFETY: the descriptor is open for as long as it is borrowed; the call changes nothing but the pipe's size.
	if unsafe { libc::fcntl(fd.as_raw_fd(), libc::F_SETPIPE_SZ, PIPE_BYTES) } < 0 {
		debug!("the pipe from an executor keeps its size");
	}
}
