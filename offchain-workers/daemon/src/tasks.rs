//! The tasks that a daemon consists of. None of them ends before the daemon does.

use crate::DaemonError;
use std::future::Future;
use tokio::task::JoinSet;

/// Tasks with names.
#[derive(Debug, Default)]
pub struct Tasks(JoinSet<&'static str>);

impl Tasks {
	/// Starts a task.
	pub fn spawn(&mut self, name: &'static str, task: impl Future<Output = ()> + Send + 'static) {
		self.0.spawn(async move {
			task.await;
			name
		});
	}

	/// How many have not ended.
	pub fn len(&self) -> usize {
		self.0.len()
	}

	/// Whether all have ended.
	pub fn is_empty(&self) -> bool {
		self.0.is_empty()
	}

	/// Waits until all have ended.
	pub async fn ended(&mut self) {
		while self.0.join_next().await.is_some() {}
	}

	/// Aborts what has not ended.
	pub async fn abort(&mut self) {
		self.0.shutdown().await;
	}

	/// Waits until one ends by itself, and says which; for ever where there is none.
	pub(crate) async fn broken(&mut self) -> DaemonError {
		match self.0.join_next().await {
			Some(Ok(name)) => DaemonError::TaskEnded(name),
			Some(Err(error)) => DaemonError::TaskPanicked(error),
			None => std::future::pending().await,
		}
	}
}
