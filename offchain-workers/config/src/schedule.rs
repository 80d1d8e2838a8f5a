//! When a curation job runs: a cron pattern, read in UTC.

use std::{fmt, str::FromStr};

use chrono::{DateTime, Utc};
use croner::Cron;
use serde::{de, Deserialize, Deserializer};

/// Why something is not a schedule.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{pattern:?} is not a cron pattern of five fields (minute, hour, day, month, weekday): {reason}")]
pub struct ScheduleError {
	/// As it was written.
	pub pattern: String,
	/// What is wrong with it.
	pub reason: String,
}

/// A cron pattern in UTC. Its ticks are the periods of a dataset's snapshots, the same on every worker.
#[derive(Clone, Debug)]
pub struct Schedule {
	pattern: String,
	cron: Cron,
}

impl Schedule {
	/// The last tick at or before `now`, as seconds since 1970. `None` if there never was one.
	pub fn previous_tick(&self, now: u64) -> Option<u64> {
		let tick = self.cron.find_previous_occurrence(&moment(now)?, true).ok()?;
		u64::try_from(tick.timestamp()).ok()
	}

	/// The first tick after `now`, as seconds since 1970. `None` if there will be none.
	pub fn next_tick(&self, now: u64) -> Option<u64> {
		let tick = self.cron.find_next_occurrence(&moment(now)?, false).ok()?;
		u64::try_from(tick.timestamp()).ok()
	}

	/// As it was written.
	pub fn as_str(&self) -> &str {
		&self.pattern
	}
}

impl PartialEq for Schedule {
	fn eq(&self, other: &Self) -> bool {
		self.pattern == other.pattern
	}
}

impl Eq for Schedule {}

impl FromStr for Schedule {
	type Err = ScheduleError;

	fn from_str(text: &str) -> Result<Self, ScheduleError> {
		let wrong = |reason: String| ScheduleError { pattern: text.to_owned(), reason };
		// The parser also takes seconds and years; a job that is due every second is never done.
		let fields = text.split_whitespace().count();
		if fields != 5 && !text.trim_start().starts_with('@') {
			return Err(wrong(format!("it has {fields} fields")));
		}
		let cron = Cron::from_str(text).map_err(|error| wrong(error.to_string()))?;
		let schedule = Self { pattern: text.to_owned(), cron };
		// 2024-01-01: leap years and all weekdays are within reach of it.
		if schedule.next_tick(1_704_067_200).is_none() {
			return Err(wrong("it never comes".into()));
		}
		Ok(schedule)
	}
}

impl fmt::Display for Schedule {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		f.write_str(&self.pattern)
	}
}

impl<'de> Deserialize<'de> for Schedule {
	fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
		String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
	}
}

impl serde::Serialize for Schedule {
	fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
		serializer.serialize_str(&self.pattern)
	}
}

/// Seconds since 1970 as a point in time. `None` where calendars do not reach.
fn moment(seconds: u64) -> Option<DateTime<Utc>> {
	DateTime::from_timestamp(i64::try_from(seconds).ok()?, 0)
}

#[cfg(test)]
mod tests {
	use super::*;

	/// 2026-11-21T10:20:30Z, a Saturday.
	const NOW: u64 = 1_795_256_430;

	fn ticks(pattern: &str) -> (u64, u64) {
		let schedule: Schedule = pattern.parse().unwrap();
		(schedule.previous_tick(NOW).unwrap(), schedule.next_tick(NOW).unwrap())
	}

	#[test]
	fn ticks_lie_around_now() {
		let hour = NOW - 20 * 60 - 30;
		assert_eq!(ticks("0 * * * *"), (hour, hour + 3_600));
		assert_eq!(ticks("* * * * *"), (NOW - 30, NOW + 30));
		let midnight = hour - 10 * 3_600;
		assert_eq!(ticks("0 0 * * *"), (midnight, midnight + 86_400));
		assert_eq!(ticks("0 0 * * MON"), (midnight - 5 * 86_400, midnight + 2 * 86_400));
		assert_eq!(ticks("@daily"), (midnight, midnight + 86_400));
		// 29 February 2024 and 2028
		assert_eq!(ticks("0 0 29 2 *"), (1_709_164_800, 1_835_395_200));
	}

	#[test]
	fn a_tick_belongs_to_the_period_that_it_begins() {
		let schedule: Schedule = "0 * * * *".parse().unwrap();
		let tick = NOW - NOW % 3_600;
		assert_eq!(schedule.previous_tick(tick), Some(tick));
		assert_eq!(schedule.previous_tick(tick - 1), Some(tick - 3_600));
		assert_eq!(schedule.next_tick(tick), Some(tick + 3_600));
	}

	#[test]
	fn what_is_not_a_schedule_is_refused() {
		for text in
			["", "hourly", "60 * * * *", "* * * *", "* * * * * *", "0 0 30 2 *", "a b c d e", "*/0 * * * *"]
		{
			assert!(text.parse::<Schedule>().is_err(), "{text:?}");
		}
	}

	#[test]
	fn where_calendars_end_there_are_no_ticks() {
		let schedule: Schedule = "0 * * * *".parse().unwrap();
		assert_eq!((schedule.previous_tick(u64::MAX), schedule.next_tick(u64::MAX)), (None, None));
		assert_eq!((schedule.previous_tick(0), schedule.next_tick(0)), (Some(0), Some(3_600)));
	}
}
