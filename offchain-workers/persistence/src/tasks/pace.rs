//! How often a task that keeps something in line with the chain looks again.

use std::time::Duration;

/// How long to wait before what did not work is tried again; twice as long each time, up to [`REFRESH`].
const RETRY: Duration = Duration::from_secs(1);
/// How often to look for what nothing notifies of.
const REFRESH: Duration = Duration::from_secs(300);

/// The next pause.
pub(super) struct Pace(Duration);

impl Default for Pace {
	fn default() -> Self {
		Self(RETRY)
	}
}

impl Pace {
	/// How long to wait after a round that was `complete`, or was not.
	pub(super) fn after(&mut self, complete: bool) -> Duration {
		if complete {
			self.0 = RETRY;
			return REFRESH;
		}
		let now = self.0;
		self.0 = (now * 2).min(REFRESH);
		now
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn failures_are_tried_again_ever_later_and_a_success_begins_anew() {
		let mut pace = Pace::default();
		let seconds: Vec<u64> = (0..11).map(|_| pace.after(false).as_secs()).collect();
		assert_eq!(seconds, [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]);
		assert_eq!((pace.after(true), pace.after(false)), (REFRESH, RETRY));
	}
}
