//! Dates and times of day as numbers, and back. UTC, the proleptic Gregorian calendar, no leap seconds.

/// Microseconds in a day.
const DAY_MICROS: i128 = 86_400_000_000;
/// Nanoseconds in a day.
pub(crate) const DAY_NANOS: i128 = DAY_MICROS * 1_000;

/// Days from 1970-01-01 to a day of the calendar.
/// Source: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms".
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
	let year = if month <= 2 { year - 1 } else { year };
	let era = year.div_euclid(400);
	let year_of_era = year.rem_euclid(400);
	let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
	let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
	era * 146_097 + day_of_era - 719_468
}

/// Year, month and day of a number of days since 1970-01-01; the inverse of the above.
fn civil_from_days(days: i128) -> (i128, i128, i128) {
	let days = days + 719_468;
	let era = days.div_euclid(146_097);
	let day_of_era = days.rem_euclid(146_097);
	let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
	let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	let shifted = (5 * day_of_year + 2) / 153;
	let day = day_of_year - (153 * shifted + 2) / 5 + 1;
	let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
	let year = year_of_era + era * 400 + i128::from(month <= 2);
	(year, month, day)
}

/// Exactly `length` digits.
fn digits(text: &str, length: usize) -> Option<i64> {
	(text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit()))
		.then(|| text.parse().ok())
		.flatten()
}

/// Days since 1970-01-01 of `2013-01-31`.
pub fn parse_date(text: &str) -> Option<i64> {
	let mut parts = text.splitn(3, '-');
	let (year, month, day) =
		(digits(parts.next()?, 4)?, digits(parts.next()?, 2)?, digits(parts.next()?, 2)?);
	let days = days_from_civil(year, month, day);
	// The day exists if it comes back as it went in.
	(civil_from_days(days.into()) == (year.into(), month.into(), day.into())).then_some(days)
}

/// Nanoseconds since 1970-01-01 UTC of `2013-01-31`, `2013-01-31 05:00:00`, `2013-01-31T05:00:00.123456789Z` or
/// `2013-01-31 05:00:00+02:00`. Without an offset it is UTC.
pub fn parse_timestamp(text: &str) -> Option<i128> {
	let (date, time) = match text.split_once(['T', ' ']) {
		Some((date, time)) => (date, Some(time)),
		None => (text, None),
	};
	let midnight = i128::from(parse_date(date)?) * DAY_NANOS;
	match time {
		None => Some(midnight),
		Some(time) => {
			let (time, offset_minutes) = split_offset(time)?;
			Some(midnight + parse_time(time)? - offset_minutes * 60 * 1_000_000_000)
		}
	}
}

/// The time of day, and how many minutes its clock is ahead of UTC.
fn split_offset(time: &str) -> Option<(&str, i128)> {
	if let Some(time) = time.strip_suffix('Z') {
		return Some((time, 0));
	}
	let Some(at) = time.find(['+', '-']) else { return Some((time, 0)) };
	let (time, offset) = time.split_at(at);
	let (hours, minutes) = offset.get(1..)?.split_once(':')?;
	let (hours, minutes) = (digits(hours, 2)?, digits(minutes, 2)?);
	if hours > 23 || minutes > 59 {
		return None;
	}
	let ahead = i128::from(hours * 60 + minutes);
	Some((time, if offset.starts_with('-') { -ahead } else { ahead }))
}

/// Nanoseconds since midnight of `05:00:00` or `05:00:00.123456789`.
fn parse_time(text: &str) -> Option<i128> {
	let (clock, fraction) = match text.split_once('.') {
		Some((clock, fraction)) if (1..=9).contains(&fraction.len()) => (clock, fraction),
		Some(_) => return None,
		None => (text, "0"),
	};
	let mut parts = clock.splitn(3, ':');
	let (hours, minutes, seconds) =
		(digits(parts.next()?, 2)?, digits(parts.next()?, 2)?, digits(parts.next()?, 2)?);
	if hours > 23 || minutes > 59 || seconds > 59 {
		return None;
	}
	let nanos = digits(&format!("{fraction:0<9}"), 9)?;
	Some(i128::from((hours * 60 + minutes) * 60 + seconds) * 1_000_000_000 + i128::from(nanos))
}

/// `2013-01-31`. Years beyond four digits have a sign, as in ISO 8601.
pub fn date_text(days: i64) -> String {
	civil_text(days.into())
}

fn civil_text(days: i128) -> String {
	let (year, month, day) = civil_from_days(days);
	let sign = match year {
		..0 => "-",
		0..10_000 => "",
		_ => "+",
	};
	format!("{sign}{:04}-{month:02}-{day:02}", year.unsigned_abs())
}

/// `2013-01-31T05:00:00`, with three or six digits of the second where it takes them.
pub fn timestamp_text(micros: i64) -> String {
	let micros = i128::from(micros);
	let date = civil_text(micros.div_euclid(DAY_MICROS));
	let in_day = micros.rem_euclid(DAY_MICROS);
	let (seconds, fraction) = (in_day / 1_000_000, in_day % 1_000_000);
	let (hours, minutes, seconds) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
	let fraction = match fraction {
		0 => String::new(),
		whole if whole % 1_000 == 0 => format!(".{:03}", whole / 1_000),
		other => format!(".{other:06}"),
	};
	format!("{date}T{hours:02}:{minutes:02}:{seconds:02}{fraction}")
}

#[cfg(test)]
mod tests {
	use super::{civil_from_days, date_text, days_from_civil, parse_date, parse_timestamp, timestamp_text};

	#[test]
	fn known_days() {
		assert_eq!(parse_date("1970-01-01"), Some(0));
		assert_eq!(parse_date("2000-02-29"), Some(11_016));
		assert_eq!(parse_date("1969-12-31"), Some(-1));
		assert_eq!(parse_date("0000-03-01"), Some(-719_468));
		assert_eq!(parse_date("9999-12-31"), Some(2_932_896));
		for text in [
			"2013-02-29",
			"1900-02-29",
			"2013-13-01",
			"2013-00-01",
			"2013-04-31",
			"2013-1-1",
			"13-01-01",
			"",
			"-",
			"2013-01-01-01",
			"+013-01-01",
			"２013-01-01",
		] {
			assert_eq!(parse_date(text), None, "{text}");
		}
	}

	#[test]
	fn every_day_of_two_cycles_comes_back_and_follows_the_one_before() {
		let mut before = civil_from_days(-146_098);
		for days in -146_097..=146_097_i64 {
			let (year, month, day) = civil_from_days(days.into());
			let next = (before.0, before.1, before.2 + 1);
			let month_begins = day == 1 && before.2 >= 28;
			assert!((year, month, day) == next || month_begins, "{days}");
			assert_eq!(days_from_civil(year as i64, month as i64, day as i64), days);
			before = (year, month, day);
		}
	}

	#[test]
	fn times_are_read_to_the_nanosecond() {
		let second = 1_000_000_000;
		assert_eq!(parse_timestamp("1970-01-02"), Some(86_400 * second));
		assert_eq!(parse_timestamp("1970-01-01 00:00:01"), Some(second));
		assert_eq!(parse_timestamp("1970-01-01T00:01:00.5Z"), Some(60 * second + second / 2));
		assert_eq!(parse_timestamp("1970-01-01T00:00:00.000000001"), Some(1));
		assert_eq!(parse_timestamp("1970-01-01T02:00:00+02:00"), Some(0));
		assert_eq!(parse_timestamp("1969-12-31T22:30:00-01:30"), Some(0));
		for text in [
			"1970-01-01 24:00:00",
			"1970-01-01 23:60:00",
			"1970-01-01 23:59:60",
			"1970-01-01 1:00:00",
			"1970-01-01 00:00",
			"1970-01-01  00:00:00",
			"1970-01-01 00:00:00.",
			"1970-01-01 00:00:00.1234567890",
			"1970-01-01 00:00:00 UTC",
			"1970-01-01 00:00:00+2",
			"1970-01-01 00:00:00+24:00",
			"1970-01-01T",
			"noon",
		] {
			assert_eq!(parse_timestamp(text), None, "{text}");
		}
	}

	#[test]
	fn what_is_printed_reads_back() {
		for micros in [
			0,
			1,
			-1,
			999_999,
			1_500_000,
			-62_135_596_800_000_000,
			253_402_300_799_999_999,
			1_363_000_000_123_000,
		] {
			assert_eq!(
				parse_timestamp(&timestamp_text(micros)),
				Some(i128::from(micros) * 1_000),
				"{micros}"
			);
		}
		assert_eq!(timestamp_text(1_363_000_000_123_000), "2013-03-11T11:06:40.123");
		assert_eq!(date_text(15_706), "2013-01-01");
	}

	#[test]
	fn no_value_is_beyond_printing() {
		assert_eq!(date_text(i64::MAX), "+25252734927768524-07-27");
		assert_eq!(date_text(i64::MIN), "-25252734927764585-06-07");
		assert!(timestamp_text(i64::MIN).starts_with("-290308-12-21T19:59:05"));
		assert_eq!(timestamp_text(i64::MAX), "+294247-01-10T04:00:54.775807");
	}
}
