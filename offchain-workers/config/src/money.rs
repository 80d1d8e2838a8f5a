//! Amounts of money as people write them, without a floating-point number in between.

use std::{fmt, str::FromStr};

use serde::{de, Deserialize, Deserializer};

/// Digits before and after the point that an amount may have together: more than fit into 128 bits are of no use.
const MAX_DIGITS: usize = 39;

/// Why something is not a price, or not one of that asset.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PriceError {
	/// The text is not a number and the symbol of an asset.
	#[error(
		"{0:?} is not a price: write a number and an asset, such as \"5 wUSD\" or \"0.25 SOUK\", or \"0\""
	)]
	Malformed(String),
	/// Prices are not negative.
	#[error("{0:?} is negative: a price is zero or more")]
	Negative(String),
	/// The amount has digits that the asset's smallest unit cannot express.
	#[error("{amount} has more than the {decimals} decimals that the asset has")]
	TooPrecise {
		/// As it was written.
		amount: String,
		/// What the asset has.
		decimals: u8,
	},
	/// The amount does not fit into 128 bits.
	#[error("{0} is more than can be paid")]
	TooLarge(String),
}

/// An exact, non-negative decimal number.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Amount {
	/// Digits before the point, without leading zeros; empty for zero.
	whole: String,
	/// Digits after the point, without trailing zeros.
	fraction: String,
}

impl Amount {
	/// Whether it is nothing.
	pub fn is_zero(&self) -> bool {
		self.whole.is_empty() && self.fraction.is_empty()
	}

	/// The amount in the smallest unit of an asset with `decimals` decimals. Exact, or an error.
	///
	/// # Errors
	/// [`PriceError::TooPrecise`] or [`PriceError::TooLarge`].
	pub fn units(&self, decimals: u8) -> Result<u128, PriceError> {
		let width = usize::from(decimals);
		if self.fraction.len() > width {
			return Err(PriceError::TooPrecise { amount: self.to_string(), decimals });
		}
		let digits = format!("{}{:0<width$}", self.whole, self.fraction);
		if digits.is_empty() {
			return Ok(0);
		}
		digits.parse().map_err(|_| PriceError::TooLarge(self.to_string()))
	}
}

impl FromStr for Amount {
	type Err = PriceError;

	fn from_str(text: &str) -> Result<Self, PriceError> {
		let malformed = || PriceError::Malformed(text.to_owned());
		if text.starts_with('-') {
			return Err(PriceError::Negative(text.to_owned()));
		}
		let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
		let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
		if !digits(whole) || !digits(fraction) {
			return Err(malformed());
		}
		let amount = Self {
			whole: whole.trim_start_matches('0').to_owned(),
			fraction: fraction.trim_end_matches('0').to_owned(),
		};
		if amount.whole.len() + amount.fraction.len() > MAX_DIGITS {
			return Err(PriceError::TooLarge(text.to_owned()));
		}
		Ok(amount)
	}
}

impl fmt::Display for Amount {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		f.write_str(if self.whole.is_empty() { "0" } else { &self.whole })?;
		if !self.fraction.is_empty() {
			write!(f, ".{}", self.fraction)?;
		}
		Ok(())
	}
}

/// What a plan costs: an amount of an asset.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Price {
	/// How much.
	pub amount: Amount,
	/// The asset's symbol, such as `wUSD`; `None` only where the amount is zero.
	pub asset: Option<String>,
}

impl Price {
	/// Whether it costs nothing.
	pub fn is_free(&self) -> bool {
		self.amount.is_zero()
	}

	/// The price in the smallest unit of its asset, which has `decimals` decimals.
	///
	/// # Errors
	/// [`PriceError::TooPrecise`] or [`PriceError::TooLarge`].
	pub fn units(&self, decimals: u8) -> Result<u128, PriceError> {
		self.amount.units(decimals)
	}
}

impl FromStr for Price {
	type Err = PriceError;

	fn from_str(text: &str) -> Result<Self, PriceError> {
		let malformed = || PriceError::Malformed(text.to_owned());
		let mut words = text.split_whitespace();
		let amount: Amount = words.next().ok_or_else(malformed)?.parse().map_err(|error| match error {
			// The whole text is what the reader looks for in the file.
			PriceError::Malformed(_) => malformed(),
			PriceError::Negative(_) => PriceError::Negative(text.to_owned()),
			other => other,
		})?;
		let asset = words.next();
		// A symbol, or a symbol and the asset's number: wUSD, wUSD#1.
		let symbol = |asset: &str| {
			let (name, id) = asset.split_once('#').unwrap_or((asset, "0"));
			(1..=16).contains(&name.len())
				&& name.bytes().all(|byte| byte.is_ascii_alphanumeric())
				&& id.bytes().all(|byte| byte.is_ascii_digit())
				&& id.parse::<u32>().is_ok()
		};
		match (asset, words.next()) {
			(None, None) if amount.is_zero() => Ok(Self { amount, asset: None }),
			(Some(asset), None) if symbol(asset) => Ok(Self { amount, asset: Some(asset.to_owned()) }),
			_ => Err(malformed()),
		}
	}
}

impl fmt::Display for Price {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		match &self.asset {
			Some(asset) => write!(f, "{} {asset}", self.amount),
			None => self.amount.fmt(f),
		}
	}
}

impl<'de> Deserialize<'de> for Price {
	fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
		String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
	}
}

impl serde::Serialize for Price {
	fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
		serializer.collect_str(self)
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use proptest::prelude::*;

	fn units(price: &str, decimals: u8) -> Result<u128, PriceError> {
		price.parse::<Price>()?.units(decimals)
	}

	#[test]
	fn prices_become_exact_units() {
		assert_eq!(units("5 wUSD", 6), Ok(5_000_000));
		assert_eq!(units("0.1 wUSD", 6), Ok(100_000));
		assert_eq!(units("  2   SOUK ", 12), Ok(2_000_000_000_000));
		assert_eq!(units("0.000001 wUSD", 6), Ok(1));
		assert_eq!(units("1.500000 wUSD", 1), Ok(15));
		assert_eq!(units("5 wUSD#1", 6), Ok(5_000_000));
		assert_eq!(units("0", 12), Ok(0));
		assert_eq!(units("0.00 wUSD", 0), Ok(0));
		assert_eq!(units("007 wUSD", 0), Ok(7));
		assert_eq!(units("340282366920938463463374607431768211455 X", 0), Ok(u128::MAX));
	}

	#[test]
	fn what_is_not_a_price_is_refused() {
		for text in [
			"",
			" ",
			"5",
			"wUSD",
			"5wUSD",
			"5 w-USD",
			"5 wUSD each",
			"1e3 wUSD",
			"1,5 wUSD",
			".5 X",
			"5. X",
			"+5 X",
			"٥ X",
			"5 abcdefghijklmnopq",
			"5 #1",
			"5 wUSD#",
			"5 wUSD#+1",
			"5 wUSD#4294967296",
		] {
			assert!(matches!(text.parse::<Price>(), Err(PriceError::Malformed(_))), "{text:?}");
		}
		assert_eq!("-5 wUSD".parse::<Price>(), Err(PriceError::Negative("-5 wUSD".into())));
		assert!(matches!(units("0.0000001 wUSD", 6), Err(PriceError::TooPrecise { decimals: 6, .. })));
		assert!(matches!(
			units("340282366920938463463374607431768211456 X", 0),
			Err(PriceError::TooLarge(_))
		));
		assert!(matches!(units("1 X", 39), Err(PriceError::TooLarge(_))));
		assert!(matches!(format!("{} X", "9".repeat(40)).parse::<Price>(), Err(PriceError::TooLarge(_))));
	}

	proptest! {
		#[test]
		fn what_is_printed_reads_back(whole in 0_u64.., fraction in 0_u32..1_000_000) {
			let price: Price = format!("{whole}.{fraction:06} wUSD").parse().unwrap();
			prop_assert_eq!(price.units(6).unwrap(), u128::from(whole) * 1_000_000 + u128::from(fraction));
			prop_assert_eq!(price.to_string().parse::<Price>().unwrap(), price);
		}
	}
}
