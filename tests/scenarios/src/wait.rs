//! Awaiting a condition.

use anyhow::Result;
use std::time::{Duration, Instant};

/// Polls `condition` until it yields something, at most for `limit`. Its errors end the wait at once.
pub fn until<T>(what: &str, limit: Duration, mut condition: impl FnMut() -> Result<Option<T>>) -> Result<T> {
	let start = Instant::now();
	loop {
		crate::interrupt::check()?;
		if let Some(value) = condition()? {
			return Ok(value);
		}
		anyhow::ensure!(start.elapsed() < limit, "waited {limit:?} in vain for {what}");
		std::thread::sleep(Duration::from_millis(100));
	}
}
