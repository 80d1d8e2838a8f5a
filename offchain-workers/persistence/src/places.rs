//! How many queries, or looks at the chain for strangers, run at a time, and how many may wait for their turn.

use std::{sync::Arc, time::Instant};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// A bounded number of running queries with a bounded, fair queue before it.
pub struct Places {
	running: Arc<Semaphore>,
	all: Arc<Semaphore>,
	most_running: usize,
	most: usize,
}

/// A query's place; given back on drop.
#[derive(Debug)]
pub struct Place {
	// The order matters: whoever is woken by the running place finds the queue's place free as well.
	_running: OwnedSemaphorePermit,
	_all: OwnedSemaphorePermit,
}

/// Why there is no place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoPlace {
	/// Everything is taken, the queue too.
	Full,
	/// The turn did not come in time.
	TooLate,
}

impl Places {
	/// `running` queries at a time and `waiting` before them.
	pub fn new(running: usize, waiting: usize) -> Self {
		let most_running = running.clamp(1, Semaphore::MAX_PERMITS / 2);
		let most = most_running.saturating_add(waiting).min(Semaphore::MAX_PERMITS);
		Self {
			running: Arc::new(Semaphore::new(most_running)),
			all: Arc::new(Semaphore::new(most)),
			most_running,
			most,
		}
	}

	/// Waits for a place until `until`.
	pub async fn take(&self, until: Instant) -> Result<Place, NoPlace> {
		let all = self.all.clone().try_acquire_owned().map_err(|_| NoPlace::Full)?;
		match tokio::time::timeout_at(until.into(), self.running.clone().acquire_owned()).await {
			Ok(Ok(running)) => Ok(Place { _running: running, _all: all }),
			// The semaphore is never closed; and if it were, there would be no place.
			Ok(Err(_)) => Err(NoPlace::Full),
			Err(_) => Err(NoPlace::TooLate),
		}
	}

	/// Queries that run now.
	pub fn running(&self) -> usize {
		self.most_running.saturating_sub(self.running.available_permits())
	}

	/// Queries that wait now.
	pub fn waiting(&self) -> usize {
		self.most.saturating_sub(self.all.available_permits()).saturating_sub(self.running())
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use std::time::Duration;

	#[tokio::test]
	async fn beyond_the_queue_there_is_no_place_and_a_freed_one_goes_to_whoever_waits() {
		let places = Arc::new(Places::new(1, 1));
		let far = Instant::now() + Duration::from_secs(300);
		let first = places.take(far).await.expect("runs");
		let waiting = tokio::spawn({
			let places = places.clone();
			async move { places.take(far).await }
		});
		while places.waiting() == 0 {
			tokio::task::yield_now().await;
		}
		assert_eq!(places.take(far).await.expect_err("full"), NoPlace::Full);
		assert_eq!((places.running(), places.waiting()), (1, 1));
		drop(first);
		let second = waiting.await.expect("no panic").expect("its turn");
		assert_eq!((places.running(), places.waiting()), (1, 0));
		assert_eq!(places.take(Instant::now()).await.expect_err("no time"), NoPlace::TooLate);
		drop(second);
		assert_eq!((places.running(), places.waiting()), (0, 0));
	}
}
