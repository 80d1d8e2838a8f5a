//! When a job is due: pure functions over a manifest's cron pattern.
//!
//! A period's number is the minute, since the Unix epoch, of the tick that it begins with. Workers agree on it because
//! they read the same pattern in UTC.

use souk_config::Schedule;
use std::time::{SystemTime, UNIX_EPOCH};

/// Milliseconds since the Unix epoch.
pub fn now_millis() -> u64 {
	let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
	u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

/// The period that a tick begins.
pub fn period_of(tick_seconds: u64) -> u32 {
	u32::try_from(tick_seconds / 60).unwrap_or(u32::MAX)
}

/// The period that is due: that of the last tick. Ticks before it were missed and stay so, because their source is gone.
pub fn due(schedule: &Schedule, now_millis: u64) -> Option<u32> {
	schedule.previous_tick(now_millis / 1_000).map(period_of)
}

/// When the next period begins, in milliseconds since the Unix epoch.
pub fn next_tick(schedule: &Schedule, now_millis: u64) -> Option<u64> {
	schedule.next_tick(now_millis / 1_000).map(|seconds| seconds.saturating_mul(1_000))
}

/// When the period after `period` begins, in milliseconds since the Unix epoch.
pub fn end_of(schedule: &Schedule, period: u32) -> Option<u64> {
	next_tick(schedule, u64::from(period) * 60_000)
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn a_period_is_the_minute_of_its_tick_and_ends_with_the_next() {
		let hourly: Schedule = "0 * * * *".parse().unwrap();
		let tick = 1_700_002_800; // a full hour
		assert_eq!(tick % 3_600, 0);
		let period = u32::try_from(tick / 60).unwrap();
		assert_eq!(due(&hourly, tick * 1_000), Some(period));
		assert_eq!(due(&hourly, tick * 1_000 + 3_599_999), Some(period));
		assert_eq!(due(&hourly, tick * 1_000 - 1), Some(period - 60));
		assert_eq!(next_tick(&hourly, tick * 1_000), Some((tick + 3_600) * 1_000));
		assert_eq!(end_of(&hourly, period), Some((tick + 3_600) * 1_000));
	}
}
