//! How fresh a daemon's view of the chain is.

use std::{
	sync::{Mutex, MutexGuard, PoisonError},
	time::{Duration, Instant},
};

/// A finalised head older than this means that the chain, or the way to it, stands still.
const STALE: Duration = Duration::from_secs(120);

/// The newest finalised block that was seen, and when.
#[derive(Debug)]
pub struct HeadSeen(Mutex<(u32, Instant)>);

impl Default for HeadSeen {
	/// None yet; the time counts from here.
	fn default() -> Self {
		Self(Mutex::new((0, Instant::now())))
	}
}

impl HeadSeen {
	/// A finalised block was seen. One that is not newer does not count.
	pub fn see(&self, number: u32) {
		let mut seen = self.seen();
		if number > seen.0 {
			*seen = (number, Instant::now());
		}
	}

	/// The newest block's number, and how long ago it was seen.
	pub fn newest(&self) -> (u32, Duration) {
		let seen = self.seen();
		(seen.0, seen.1.elapsed())
	}

	/// What is wrong, where it is too long ago.
	pub fn problem(&self) -> Option<String> {
		problem(self.newest().1)
	}

	fn seen(&self) -> MutexGuard<'_, (u32, Instant)> {
		// A number and a time are whole whatever became of the thread that wrote them.
		self.0.lock().unwrap_or_else(PoisonError::into_inner)
	}
}

fn problem(age: Duration) -> Option<String> {
	(age > STALE).then(|| {
		let seconds = age.as_secs();
		format!("no new finalised block for {seconds} seconds: check the chain and this machine's network")
	})
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn only_a_newer_block_is_fresh() {
		let head = HeadSeen::default();
		head.see(5);
		let (_, at) = *head.seen();
		head.see(5);
		head.see(4);
		assert_eq!(*head.seen(), (5, at));
		head.see(6);
		assert_eq!(head.newest().0, 6);
		assert_eq!(head.problem(), None);
	}

	#[test]
	fn a_chain_that_stands_still_is_a_problem() {
		assert_eq!(problem(STALE), None);
		assert!(problem(STALE + Duration::from_secs(1)).expect("a sentence").contains("121 seconds"));
	}
}
