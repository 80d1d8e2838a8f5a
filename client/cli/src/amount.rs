//! Exact amounts of an asset. They are read by [`souk_config::Price`]; floats occur nowhere.

use crate::failure::Failure;
use serde::Serialize;
use souk_config::Price;
use souk_sdk::AssetInfo;
use std::fmt;

/// An exact amount of one asset.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Amount {
	/// In the asset's smallest unit.
	pub units: u128,
	/// The asset.
	pub asset: AssetInfo,
}

impl Amount {
	/// What was written, in `asset`'s smallest unit. Digits beyond its last place are an error, not a rounding.
	pub fn of(written: &Price, asset: AssetInfo) -> Result<Self, Failure> {
		let units = written.units(asset.decimals).map_err(|error| Failure::usage(error.to_string()))?;
		Ok(Self { units, asset })
	}

	/// The number alone, with a decimal point.
	pub fn decimal(&self) -> String {
		decimal(self.units, self.asset.decimals)
	}
}

impl fmt::Display for Amount {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		write!(f, "{} {}", self.decimal(), self.asset.symbol)
	}
}

/// As text, and in smallest units as a string: JSON numbers lose digits.
impl Serialize for Amount {
	fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
		use serde::ser::SerializeStruct as _;
		let mut fields = serializer.serialize_struct("Amount", 3)?;
		fields.serialize_field("amount", &self.decimal())?;
		fields.serialize_field("symbol", &self.asset.symbol)?;
		fields.serialize_field("units", &self.units.to_string())?;
		fields.end()
	}
}

/// `units / 10^places`, exactly, without needless zeros.
fn decimal(units: u128, places: u8) -> String {
	let places = usize::from(places);
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

	fn asset(symbol: &str, decimals: u8) -> AssetInfo {
		AssetInfo { symbol: symbol.into(), decimals, ..AssetInfo::native() }
	}

	#[test]
	fn amounts_are_written_exactly() {
		let amount = |units, decimals| Amount { units, asset: asset("X", decimals) }.to_string();
		assert_eq!(amount(5_000_000, 6), "5 X");
		assert_eq!(amount(1, 12), "0.000000000001 X");
		assert_eq!(amount(u128::MAX, 0), "340282366920938463463374607431768211455 X");
		assert_eq!(amount(1_500_000_000_000, 12), "1.5 X");
		assert_eq!(amount(0, 6), "0 X");
		assert_eq!(amount(1, 255).len(), 2 + 255 + 2);
		// a float would have made this …0992
		assert_eq!(amount(9_007_199_254_740_993, 6), "9007199254.740993 X");
	}

	#[test]
	fn machines_get_text_and_smallest_units() {
		let amount = Amount { units: u128::MAX, asset: asset("SOUK", 12) };
		assert_eq!(
			serde_json::to_string(&amount).unwrap(),
			concat!(
				r#"{"amount":"340282366920938463463374607.431768211455","symbol":"SOUK","#,
				r#""units":"340282366920938463463374607431768211455"}"#
			)
		);
	}

	#[test]
	fn reading_what_was_written_gives_the_same() {
		for value in [0, 1, 999_999, 1_000_000, u128::MAX] {
			let amount = Amount { units: value, asset: asset("wUSD", 6) };
			let written: Price = amount.to_string().parse().unwrap();
			assert_eq!(Amount::of(&written, amount.asset.clone()).unwrap(), amount);
		}
	}

	#[test]
	fn more_digits_than_the_asset_has_are_a_usage_error() {
		let written: Price = "0.0000001 wUSD".parse().unwrap();
		let failure = Amount::of(&written, asset("wUSD", 6)).unwrap_err();
		assert_eq!(failure.kind, crate::failure::Kind::Usage);
	}
}
