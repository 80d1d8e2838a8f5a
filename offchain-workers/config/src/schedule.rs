//! When a curation job runs: a cron pattern, read in UTC.

use std::{cmp::Ordering, fmt, str::FromStr};

use croner::{errors::CronError, CivilDate, CivilDateTime, Cron, CronDateTime, Resolution, Weekday};
use serde::{de, Deserialize, Deserializer};

const DAY: i64 = 86_400;

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
		let now = Utc(i64::try_from(now).ok()?);
		let tick = self.cron.find_previous_occurrence(&now, true).ok()?;
		u64::try_from(tick.0).ok()
	}

	/// The first tick after `now`, as seconds since 1970. `None` if there will be none.
	pub fn next_tick(&self, now: u64) -> Option<u64> {
		let now = Utc(i64::try_from(now).ok()?);
		let tick = self.cron.find_next_occurrence(&now, false).ok()?;
		u64::try_from(tick.0).ok()
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

/// Seconds since 1970-01-01T00:00:00Z, as something that cron patterns can be searched over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Utc(i64);

/// The civil date of a day counted from 1970-01-01, in the proleptic Gregorian calendar.
///
/// Years are counted from March, so that the leap day is a year's last; 400 of them have 146,097 days.
fn date_of(day: i64) -> (i32, u32, u32) {
	let shifted = day + 719_468;
	let era = shifted.div_euclid(146_097);
	let day_of_era = shifted.rem_euclid(146_097);
	let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
	let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	let month_from_march = (5 * day_of_year + 2) / 153;
	let day_of_month = day_of_year - (153 * month_from_march + 2) / 5 + 1;
	let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
	let year = year_of_era + era * 400 + i64::from(month <= 2);
	// Month and day are in range by construction; a year beyond an i32 cannot come from seconds in an i64 that a
	// search starts from.
	(year as i32, month as u32, day_of_month as u32)
}

/// The day, counted from 1970-01-01, of a civil date: the inverse of [`date_of`].
fn day_of(year: i32, month: u32, day: u32) -> i64 {
	let year = i64::from(year) - i64::from(month <= 2);
	let era = year.div_euclid(400);
	let year_of_era = year.rem_euclid(400);
	let month_from_march = if month > 2 { month - 3 } else { month + 9 };
	let day_of_year = (153 * i64::from(month_from_march) + 2) / 5 + i64::from(day) - 1;
	let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
	era * 146_097 + day_of_era - 719_468
}

impl CronDateTime for Utc {
	fn to_civil(&self) -> CivilDateTime {
		let (year, month, day) = date_of(self.0.div_euclid(DAY));
		// In range by the remainder.
		let second = self.0.rem_euclid(DAY) as u32;
		CivilDateTime::new(
			CivilDate::from_parts_unchecked(year, month, day),
			croner::CivilTime::from_parts_unchecked(second / 3_600, second / 60 % 60, second % 60),
		)
	}

	fn civil_weekday(&self) -> Weekday {
		// 1970-01-01 was a Thursday.
		Weekday::from_days_from_sunday((self.0.div_euclid(DAY) + 4).rem_euclid(7) as u32)
	}

	fn resolve_civil(&self, civil: CivilDateTime) -> Result<Resolution<Self>, CronError> {
		let time = i64::from(civil.hour() * 3_600 + civil.minute() * 60 + civil.second());
		Ok(Resolution::Single(Self(day_of(civil.year(), civil.month(), civil.day()) * DAY + time)))
	}

	fn checked_add_seconds(&self, seconds: i64) -> Option<Self> {
		self.0.checked_add(seconds).map(Self)
	}

	fn cmp_instant(&self, other: &Self) -> Ordering {
		self.0.cmp(&other.0)
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use proptest::prelude::*;

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

	proptest! {
		#[test]
		fn days_and_dates_are_inverse(day in -1_000_000_i64..1_000_000) {
			let (year, month, of_month) = date_of(day);
			prop_assert!((1..=12).contains(&month) && (1..=31).contains(&of_month));
			prop_assert_eq!(day_of(year, month, of_month), day);
		}
	}
}
