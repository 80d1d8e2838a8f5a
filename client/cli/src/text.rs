//! Text from strangers, made safe for a terminal.

use chrono::{DateTime, Datelike as _, Utc};
use std::fmt::Write as _;

/// Escapes what could move the cursor, change colours or hide text: control characters, and marks that change the
/// direction of writing. Everything else, whatever the script, stays as it is.
pub fn printable(text: &str) -> String {
	let mut out = String::with_capacity(text.len());
	for c in text.chars() {
		match c {
			'\n' => out.push_str("\\n"),
			'\r' => out.push_str("\\r"),
			'\t' => out.push_str("\\t"),
			c if c.is_control() || is_direction_mark(c) => {
				// Writing to a String does not fail.
				let _ = write!(out, "\\u{{{:x}}}", u32::from(c));
			}
			c => out.push(c),
		}
	}
	out
}

fn is_direction_mark(c: char) -> bool {
	matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Cuts `text` to at most `limit` characters; the last of them then is an ellipsis.
pub fn shortened(text: &str, limit: usize) -> String {
	if text.chars().count() <= limit {
		return text.to_owned();
	}
	text.chars().take(limit.saturating_sub(1)).chain(['…']).collect()
}

/// A number of bytes for a person.
pub fn bytes(count: u64) -> String {
	const UNITS: [&str; 4] = ["KiB", "MiB", "GiB", "TiB"];
	if count < 1024 {
		return format!("{count} B");
	}
	let (mut whole, mut unit) = (u128::from(count) * 10 / 1024, 0);
	while whole >= 10240 && unit + 1 < UNITS.len() {
		whole /= 1024;
		unit += 1;
	}
	format!("{}.{} {}", whole / 10, whole % 10, UNITS[unit])
}

/// A whole number with thin groups of three digits.
pub fn grouped(number: u128) -> String {
	let digits = number.to_string();
	let mut out = String::with_capacity(digits.len() * 4 / 3);
	for (place, digit) in digits.chars().enumerate() {
		if place > 0 && (digits.len() - place).is_multiple_of(3) {
			out.push(',');
		}
		out.push(digit);
	}
	out
}

/// Seconds for a person, from whole days down to tenths of a second.
pub fn seconds(duration: std::time::Duration) -> String {
	let whole = duration.as_secs();
	match whole {
		0..60 => format!("{}.{} s", whole, duration.subsec_millis() / 100),
		60..3600 => format!("{} min {} s", whole / 60, whole % 60),
		3600..86400 => format!("{} h {} min", whole / 3600, whole % 3600 / 60),
		_ => format!("{} d {} h", whole / 86400, whole % 86400 / 3600),
	}
}

/// Minutes since the Unix epoch (the number of a period) as UTC, e.g. `2013-01-01 06:00`.
pub fn utc_minutes(minutes: u32) -> String {
	let (at, year) = point_in_time(u64::from(minutes) * 60_000);
	format!("{year:04}-{}", at.format("%m-%d %H:%M"))
}

/// Milliseconds since the Unix epoch as UTC in RFC 3339, to the second, e.g. `2026-11-28T23:10:00Z`.
pub fn utc_time(milliseconds: u64) -> String {
	let (at, year) = point_in_time(milliseconds);
	format!("{year:04}-{}", at.format("%m-%dT%H:%M:%SZ"))
}

/// Milliseconds since the Unix epoch as a point in time, at most the last one that there is, and its year: by itself, since `%Y` gives
/// one of five digits a sign.
fn point_in_time(milliseconds: u64) -> (DateTime<Utc>, i32) {
	let at = i64::try_from(milliseconds).ok().and_then(DateTime::from_timestamp_millis);
	let at = at.unwrap_or(DateTime::<Utc>::MAX_UTC);
	(at, at.year())
}

#[cfg(test)]
mod tests {
	use super::*;
	use std::time::Duration;

	#[test]
	fn escape_sequences_of_a_stranger_do_not_reach_the_terminal() {
		assert_eq!(printable("a\u{1b}[2Jb\nc\u{202e}d"), "a\\u{1b}[2Jb\\nc\\u{202e}d");
		assert_eq!(printable("Zürich 東京 🌦"), "Zürich 東京 🌦");
	}

	#[test]
	fn long_text_ends_in_an_ellipsis() {
		assert_eq!(shortened("weather", 7), "weather");
		assert_eq!(shortened("weather", 4), "wea…");
	}

	#[test]
	fn sizes_and_numbers_are_readable() {
		assert_eq!(bytes(1023), "1023 B");
		assert_eq!(bytes(1536), "1.5 KiB");
		assert_eq!(bytes(64 << 20), "64.0 MiB");
		assert_eq!(grouped(0), "0");
		assert_eq!(grouped(26_115), "26,115");
		assert_eq!(grouped(1_000_000), "1,000,000");
	}

	#[test]
	fn a_period_is_a_point_in_time() {
		assert_eq!(utc_minutes(0), "1970-01-01 00:00");
		assert_eq!(utc_minutes(22_617_000), "2013-01-01 06:00");
		assert_eq!(utc_minutes(29_920_500), "2026-11-21 03:00");
		assert_eq!(utc_minutes(1_709_251_140 / 60), "2024-02-29 23:59");
		assert_eq!(utc_minutes(u32::MAX), "10136-02-16 04:15");
	}

	#[test]
	fn a_blocks_time_is_rfc_3339() {
		assert_eq!(utc_time(0), "1970-01-01T00:00:00Z");
		assert_eq!(utc_time(1_795_907_399_999), "2026-11-28T23:09:59Z");
		assert_eq!(utc_time(1_709_251_199_000), "2024-02-29T23:59:59Z");
		assert_eq!(utc_time(253_402_300_800_000), "10000-01-01T00:00:00Z");
		// What no clock says is a time all the same.
		assert!(utc_time(u64::MAX).starts_with("262142-12-31T"));
	}

	#[test]
	fn durations_are_readable() {
		assert_eq!(seconds(Duration::from_millis(3_250)), "3.2 s");
		assert_eq!(seconds(Duration::from_secs(125)), "2 min 5 s");
		assert_eq!(seconds(Duration::from_secs(30 * 86400)), "30 d 0 h");
	}
}
