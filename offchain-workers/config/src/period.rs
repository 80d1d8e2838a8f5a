//! Lengths of time as people write them, and as the chain counts them.

use std::{fmt, str::FromStr};

use serde::{de, Deserialize, Deserializer};

/// The chain's slot time, seconds.
pub const BLOCK_SECONDS: u64 = 3;

/// Why something is not a period.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PeriodError {
	/// Not a number and a unit.
	#[error("{0:?} is not a period: write a number and a unit, such as \"30d\", \"12h\", \"90m\", \"45s\" or \"100 blocks\"")]
	Malformed(String),
	/// Nothing fits into it.
	#[error("{0:?} is no time at all: a period is at least one block")]
	Zero(String),
	/// More blocks than the chain can count.
	#[error("{0:?} is longer than the chain can count")]
	TooLong(String),
}

/// The length of a subscription's period.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Period {
	/// Wall-clock time, seconds.
	Seconds(u64),
	/// Blocks.
	Blocks(u32),
}

impl Period {
	/// The length in blocks of [`BLOCK_SECONDS`], rounded up.
	pub fn blocks(&self) -> u32 {
		match *self {
			// A longer one cannot be parsed.
			Self::Seconds(seconds) => u32::try_from(seconds.div_ceil(BLOCK_SECONDS)).unwrap_or(u32::MAX),
			Self::Blocks(blocks) => blocks,
		}
	}
}

impl FromStr for Period {
	type Err = PeriodError;

	fn from_str(text: &str) -> Result<Self, PeriodError> {
		let malformed = || PeriodError::Malformed(text.to_owned());
		let too_long = || PeriodError::TooLong(text.to_owned());
		let trimmed = text.trim();
		let unit_at = trimmed.find(|c: char| !c.is_ascii_digit()).ok_or_else(malformed)?;
		let (number, unit) = trimmed.split_at(unit_at);
		if number.is_empty() {
			return Err(malformed());
		}
		let number: u64 = number.parse().map_err(|_| too_long())?;
		let seconds_each = match unit.trim_start() {
			"s" => 1,
			"m" => 60,
			"h" => 3_600,
			"d" => 86_400,
			"block" | "blocks" => {
				let blocks = u32::try_from(number).map_err(|_| too_long())?;
				return if blocks == 0 {
					Err(PeriodError::Zero(text.to_owned()))
				} else {
					Ok(Self::Blocks(blocks))
				};
			}
			_ => return Err(malformed()),
		};
		let seconds = number.checked_mul(seconds_each).ok_or_else(too_long)?;
		match seconds.div_ceil(BLOCK_SECONDS) {
			0 => Err(PeriodError::Zero(text.to_owned())),
			blocks if u32::try_from(blocks).is_err() => Err(too_long()),
			_ => Ok(Self::Seconds(seconds)),
		}
	}
}

impl fmt::Display for Period {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		match *self {
			Self::Blocks(1) => f.write_str("1 block"),
			Self::Blocks(blocks) => write!(f, "{blocks} blocks"),
			Self::Seconds(seconds) => {
				let units = [("d", 86_400), ("h", 3_600), ("m", 60)];
				match units.iter().find(|(_, each)| seconds % each == 0) {
					Some((unit, each)) => write!(f, "{}{unit}", seconds / each),
					None => write!(f, "{seconds}s"),
				}
			}
		}
	}
}

impl<'de> Deserialize<'de> for Period {
	fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
		String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
	}
}

impl serde::Serialize for Period {
	fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
		serializer.collect_str(self)
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn periods_are_counted_in_blocks() {
		for (text, blocks) in [
			("30d", 864_000),
			("12h", 14_400),
			("90 m", 1_800),
			("3s", 1),
			("4s", 2),
			("1s", 1),
			("100 blocks", 100),
			("1 block", 1),
			("100blocks", 100),
		] {
			let period: Period = text.parse().unwrap();
			assert_eq!(period.blocks(), blocks, "{text}");
			assert_eq!(period.to_string().parse::<Period>().unwrap(), period, "{text}");
		}
	}

	#[test]
	fn what_is_not_a_period_is_refused() {
		for text in ["", "30", "d", "-1d", "1.5h", "1 month", "1w", "blocks", "1 d d"] {
			assert!(matches!(text.parse::<Period>(), Err(PeriodError::Malformed(_))), "{text:?}");
		}
		for text in ["0d", "0 blocks"] {
			assert!(matches!(text.parse::<Period>(), Err(PeriodError::Zero(_))), "{text:?}");
		}
		for text in ["4294967296 blocks", "999999999999d", "99999999999999999999s", "149131d"] {
			assert!(matches!(text.parse::<Period>(), Err(PeriodError::TooLong(_))), "{text:?}");
		}
	}
}
