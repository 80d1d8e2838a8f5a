//! From a start to a stop: what a daemon does when it is signalled, and when one of its tasks ends.

use crate::{DaemonError, Tasks};
use std::future::Future;
use tokio::signal::unix::{signal, Signal, SignalKind};

/// SIGINT and SIGTERM.
struct Signals {
	interrupt: Signal,
	terminate: Signal,
}

impl Signals {
	fn new() -> std::io::Result<Self> {
		Ok(Self { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())? })
	}

	/// Resolves with the next signal of either kind.
	async fn next(&mut self) {
		tokio::select! {
			_ = self.interrupt.recv() => {},
			_ = self.terminate.recv() => {},
		}
	}
}

/// Starts a daemon, waits for SIGINT or SIGTERM, and stops it.
///
/// `start` gives its lasting tasks to [`Tasks`] and returns what `stop` needs; `stop` brings both to an end. A signal also
/// ends a start that takes long, such as that of a light client whose chain is down.
///
/// # Errors
/// Those of `start`, and a task that ended although nobody asked it to.
pub async fn run<D, E: From<DaemonError>>(
	start: impl AsyncFnOnce(&mut Tasks) -> Result<D, E>,
	stop: impl AsyncFnOnce(D, &mut Tasks),
) -> Result<(), E> {
	let mut signals = Signals::new().map_err(DaemonError::Signals)?;
	let mut tasks = Tasks::default();
	let daemon = tokio::select! {
		started = start(&mut tasks) => started?,
		() = signals.next() => return Ok(()),
	};
	let broken = tokio::select! {
		() = signals.next() => None,
		broken = tasks.broken() => Some(broken),
	};
	stop(daemon, &mut tasks).await;
	match broken {
		None => Ok(()),
		Some(error) => Err(error.into()),
	}
}

/// Runs `work` on an async runtime with a thread for each core.
///
/// # Errors
/// [`DaemonError::Runtime`].
pub fn block_on<T>(work: impl Future<Output = T>) -> Result<T, DaemonError> {
	let runtime =
		tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(DaemonError::Runtime)?;
	Ok(runtime.block_on(work))
}

#[cfg(test)]
mod tests {
	use super::*;
	use std::sync::atomic::{AtomicBool, Ordering};

	#[tokio::test]
	async fn a_task_that_ends_by_itself_ends_the_daemon_which_is_stopped_in_order() {
		let stopped = AtomicBool::new(false);
		let ended: Result<(), DaemonError> = run(
			async |tasks: &mut Tasks| {
				tasks.spawn("the one that lasts", std::future::pending());
				tasks.spawn("the one that ends", async {});
				Ok(7)
			},
			async |daemon, tasks: &mut Tasks| {
				assert_eq!((daemon, tasks.len()), (7, 1));
				tasks.abort().await;
				assert!(tasks.is_empty());
				stopped.store(true, Ordering::Relaxed);
			},
		)
		.await;
		assert_eq!(ended.expect_err("not asked to").to_string(), "the one that ends ended by itself");
		assert!(stopped.into_inner());
	}

	#[tokio::test]
	async fn a_daemon_that_does_not_start_is_not_stopped() {
		let ended: Result<(), DaemonError> = run(
			async |_: &mut Tasks| Err::<(), _>(DaemonError::NoPassphrase),
			async |(), _: &mut Tasks| panic!("there is nothing to stop"),
		)
		.await;
		assert!(matches!(ended, Err(DaemonError::NoPassphrase)));
	}
}
