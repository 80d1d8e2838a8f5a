//! Amounts of money as people write them: exact decimals and a symbol, never a float.

use crate::failure::Failure;
use serde::Serialize;
use std::{fmt, str::FromStr};

/// What was written, e.g. `5.25 wUSD`: not yet in the asset's smallest unit, whose size only the chain knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
	/// The digits, without the point.
	digits: u128,
	/// How many of them stand behind the point.
	scale: u32,
	/// The asset's symbol.
	pub symbol: String,
}

/// An asset as the chain describes it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Unit {
	/// Symbol, e.g. `SOUK`.
	pub symbol: String,
	/// Places behind the decimal point.
	pub decimals: u8,
}

/// An exact amount of one asset.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Amount {
	/// In the asset's smallest unit.
	pub units: u128,
	/// The asset.
	pub unit: Unit,
}

impl FromStr for Written {
	type Err = String;

	fn from_str(text: &str) -> Result<Self, String> {
		let wrong = |why: &str| format!("{text:?} is not an amount ({why}); write a number and a symbol, e.g. \"5 wUSD\"");
		let text_trimmed = text.trim();
		let split = text_trimmed
			.find(|c: char| !(c.is_ascii_digit() || c == '.' || c == '_'))
			.ok_or_else(|| wrong("the symbol is missing"))?;
		let (number, symbol) = text_trimmed.split_at(split);
		let symbol = symbol.trim_start();
		if symbol.is_empty() || !symbol.chars().all(|c| c.is_ascii_alphanumeric()) {
			return Err(wrong("the symbol must be letters and digits"));
		}
		let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
		if !whole.starts_with(|c: char| c.is_ascii_digit()) || !fraction.starts_with(|c: char| c.is_ascii_digit()) {
			return Err(wrong("digits are missing"));
		}
		let fraction = fraction.trim_end_matches(['0', '_']);
		let mut digits = 0u128;
		for c in whole.chars().chain(fraction.chars()).filter(|c| *c != '_') {
			let digit = c.to_digit(10).ok_or_else(|| wrong("more than one decimal point"))?;
			digits = digits
				.checked_mul(10)
				.and_then(|d| d.checked_add(u128::from(digit)))
				.ok_or_else(|| wrong("it is too large"))?;
		}
		let scale = fraction.chars().filter(|c| *c != '_').count();
		let scale = u32::try_from(scale).map_err(|_| wrong("it has too many digits"))?;
		Ok(Self { digits, scale, symbol: symbol.to_owned() })
	}
}

impl fmt::Display for Written {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		write!(f, "{} {}", decimal(self.digits, self.scale), self.symbol)
	}
}

impl Written {
	/// The amount in `unit`'s smallest unit. Digits beyond the asset's last place are an error, not a rounding.
	pub fn resolve(&self, unit: &Unit) -> Result<Amount, Failure> {
		let places = u32::from(unit.decimals);
		let units = places
			.checked_sub(self.scale)
			.ok_or_else(|| {
				Failure::usage(format!("{self} is finer than {} has decimals; use at most {places}", unit.symbol))
			})
			.and_then(|shift| {
				10u128
					.checked_pow(shift)
					.and_then(|factor| self.digits.checked_mul(factor))
					.ok_or_else(|| Failure::usage(format!("{self} is more than there can be")))
			})?;
		Ok(Amount { units, unit: unit.clone() })
	}
}

impl fmt::Display for Amount {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		write!(f, "{} {}", decimal(self.units, u32::from(self.unit.decimals)), self.unit.symbol)
	}
}

/// As text, and in smallest units as a string: JSON numbers lose digits.
impl Serialize for Amount {
	fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
		use serde::ser::SerializeStruct as _;
		let mut fields = serializer.serialize_struct("Amount", 3)?;
		fields.serialize_field("amount", &decimal(self.units, u32::from(self.unit.decimals)))?;
		fields.serialize_field("symbol", &self.unit.symbol)?;
		fields.serialize_field("units", &self.units.to_string())?;
		fields.end()
	}
}

/// `units / 10^places`, exactly, without needless zeros.
fn decimal(units: u128, places: u32) -> String {
	let places = usize::try_from(places).unwrap_or(usize::MAX).min(64);
	let digits = format!("{units:0>width$}", width = places + 1);
	let (whole, fraction) = digits.split_at(digits.len() - places);
	match fraction.trim_end_matches('0') {
		"" => whole.to_owned(),
		fraction => format!("{whole}.{fraction}"),
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	fn unit(symbol: &str, decimals: u8) -> Unit {
		Unit { symbol: symbol.into(), decimals }
	}

	fn units(text: &str, decimals: u8) -> Result<u128, String> {
		text.parse::<Written>().and_then(|w| w.resolve(&unit(&w.symbol, decimals)).map(|a| a.units).map_err(|e| e.message))
	}

	#[test]
	fn amounts_are_read_exactly() {
		assert_eq!(units("5 wUSD", 6), Ok(5_000_000));
		assert_eq!(units("5wUSD", 6), Ok(5_000_000));
		assert_eq!(units("0.000001 wUSD", 6), Ok(1));
		assert_eq!(units("1_000.50 wUSD", 6), Ok(1_000_500_000));
		assert_eq!(units("123456789.123456789012 SOUK", 12), Ok(123_456_789_123_456_789_012));
		assert_eq!(units(" 0 SOUK ", 12), Ok(0));
		// a float would have made this …1007
		assert_eq!(units("9007199254.740993 wUSD", 6), Ok(9_007_199_254_740_993));
	}

	#[test]
	fn what_is_not_an_exact_amount_is_refused() {
		for text in ["", "5", "wUSD", "-5 wUSD", "5.0.0 wUSD", ".5 wUSD", "5. wUSD", "1e3 w$", "5 wUSD!", "_5 wUSD"] {
			assert!(units(text, 6).is_err(), "{text:?}");
		}
		assert!(units("0.0000001 wUSD", 6).unwrap_err().contains("finer"));
		assert!(units("340282366920938463463374607431768211456 SOUK", 0).is_err());
		assert!(units("340282366920938463463374607431768211455 SOUK", 12).unwrap_err().contains("more than"));
	}

	#[test]
	fn amounts_are_written_exactly() {
		let amount = |units, decimals| Amount { units, unit: unit("X", decimals) }.to_string();
		assert_eq!(amount(5_000_000, 6), "5 X");
		assert_eq!(amount(1, 12), "0.000000000001 X");
		assert_eq!(amount(u128::MAX, 0), "340282366920938463463374607431768211455 X");
		assert_eq!(amount(1_500_000_000_000, 12), "1.5 X");
		assert_eq!(amount(0, 6), "0 X");
	}

	#[test]
	fn machines_get_text_and_smallest_units() {
		let amount = Amount { units: u128::MAX, unit: unit("SOUK", 12) };
		assert_eq!(
			serde_json::to_string(&amount).unwrap(),
			r#"{"amount":"340282366920938463463374607.431768211455","symbol":"SOUK","units":"340282366920938463463374607431768211455"}"#
		);
	}

	#[test]
	fn reading_what_was_written_gives_the_same() {
		for value in [0, 1, 999_999, 1_000_000, u128::MAX] {
			let amount = Amount { units: value, unit: unit("wUSD", 6) };
			let written: Written = amount.to_string().parse().unwrap();
			assert_eq!(written.resolve(&amount.unit).unwrap(), amount);
		}
	}
}
