//! Medians and percentiles of durations.

use std::time::Duration;

/// The middle one. Zero of none.
pub fn median(times: &[Duration]) -> Duration {
	percentile(times, 50)
}

/// The smallest that `percent` of all are not above. Zero of none.
pub fn percentile(times: &[Duration], percent: usize) -> Duration {
	let mut sorted = times.to_vec();
	sorted.sort_unstable();
	let place = (sorted.len() * percent).div_ceil(100).max(1) - 1;
	sorted.get(place).copied().unwrap_or_default()
}

/// In milliseconds, for tables.
pub fn millis(time: Duration) -> f64 {
	time.as_secs_f64() * 1e3
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn percentiles_are_by_nearest_rank() {
		let times: Vec<_> = (1..=100).rev().map(Duration::from_millis).collect();
		assert_eq!(percentile(&times, 50), Duration::from_millis(50));
		assert_eq!(percentile(&times, 99), Duration::from_millis(99));
		assert_eq!(percentile(&times, 100), Duration::from_millis(100));
		assert_eq!(median(&times[..3]), Duration::from_millis(99));
		assert_eq!(median(&[]), Duration::ZERO);
	}
}
