//! How long a run may work, and whether it should stop.

use crate::error::StepError;
use std::{
	io::{self, Read},
	time::{Duration, Instant},
};
use tokio_util::sync::CancellationToken;

/// Time that one step may work, and the daemon's wish to stop. Work in threads asks it between two pieces.
#[derive(Clone, Debug)]
pub struct Budget {
	until: Instant,
	stop: CancellationToken,
}

impl Budget {
	/// `limit` from now, less where `stop` is cancelled before.
	pub fn new(limit: Duration, stop: CancellationToken) -> Self {
		Self { until: Instant::now() + limit, stop }
	}

	/// Whether there is time to go on.
	///
	/// # Errors
	/// [`StepError::Stopped`], or [`StepError::Fault`] past the time.
	pub fn check(&self) -> Result<(), StepError> {
		if self.stop.is_cancelled() {
			return Err(StepError::Stopped);
		}
		if Instant::now() >= self.until {
			return Err(StepError::Fault(
				"the job took longer than it may: raise job_seconds in [limits], or make its SQL cheaper"
					.into(),
			));
		}
		Ok(())
	}

	/// What [`check`](Self::check) says when there is no time to go on; waits until then.
	pub async fn ended(&self) -> StepError {
		loop {
			tokio::select! {
				() = self.stop.cancelled() => {},
				() = tokio::time::sleep_until(self.until.into()) => {},
			}
			if let Err(error) = self.check() {
				return error;
			}
		}
	}

	/// A reader that ends with an error when the budget does.
	pub fn reader<R: Read>(&self, inner: R) -> BudgetReader<'_, R> {
		BudgetReader { budget: self, inner }
	}
}

/// See [`Budget::reader`].
pub struct BudgetReader<'a, R> {
	budget: &'a Budget,
	inner: R,
}

impl<R: Read> Read for BudgetReader<'_, R> {
	fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
		self.budget.check().map_err(io::Error::other)?;
		self.inner.read(buffer)
	}
}
