//! Decimal numbers, exactly: as they are written in SQL, as they are committed to, and as they are printed.

/// A magnitude beyond every 64-bit number, at which numbers that are larger still are cut off.
const FAR: i128 = 10i128.pow(FAR_DIGITS as u32);
const FAR_DIGITS: i64 = 30;

/// Digits that the text of an average has beyond the scale of its column.
pub const AVERAGE_DIGITS: u8 = 4;

/// A decimal number as somebody wrote it: `digits × 10^exponent`, of any size.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Decimal {
	negative: bool,
	/// Without zeros at either end; empty is 0.
	digits: String,
	exponent: i64,
}

/// Where a number lies among the whole ones: at `floor`, or between it and the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Bound {
	/// The greatest whole number that is not above it, or one beyond all 64-bit numbers on its side.
	pub(crate) floor: i128,
	/// It is that number.
	pub(crate) exact: bool,
}

impl Decimal {
	/// Reads `12`, `12.5`, `.5`, `5.`, `1.25e-3`, with or without a sign. `None` is no number, or one whose exponent
	/// has more than six digits.
	pub(crate) fn parse(text: &str) -> Option<Self> {
		let (negative, text) = match text.strip_prefix('-') {
			Some(rest) => (true, rest),
			None => (false, text.strip_prefix('+').unwrap_or(text)),
		};
		let (mantissa, exponent) = match text.split_once(['e', 'E']) {
			Some((mantissa, exponent)) => (mantissa, parse_exponent(exponent)?),
			None => (text, 0),
		};
		let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
		let all = whole.bytes().chain(fraction.bytes());
		if whole.len() + fraction.len() == 0 || !all.clone().all(|byte| byte.is_ascii_digit()) {
			return None;
		}
		let digits: String = all.map(char::from).collect();
		let kept = digits.trim_end_matches('0');
		let exponent = exponent - fraction.len() as i64 + (digits.len() - kept.len()) as i64;
		let digits = kept.trim_start_matches('0').to_owned();
		Some(Self { negative: negative && !digits.is_empty(), digits, exponent })
	}

	/// The same number below zero.
	pub(crate) fn negated(self) -> Self {
		Self { negative: !self.negative && !self.digits.is_empty(), ..self }
	}

	/// Where it lies among the numbers that a column of this scale can hold, counted in the column's units.
	pub(crate) fn in_units(&self, scale: u8) -> Bound {
		if self.digits.is_empty() {
			return Bound { floor: 0, exact: true };
		}
		let shift = self.exponent + i64::from(scale);
		// How many digits stand before the point.
		let whole = self.digits.len() as i64 + shift;
		let (magnitude, exact) = if whole > FAR_DIGITS {
			(FAR, true)
		} else if whole <= 0 {
			(0, false)
		} else if shift >= 0 {
			(number(&self.digits) * 10i128.pow(shift as u32), true)
		} else {
			// The last digit is not 0, so something is left behind the point.
			(number(&self.digits[..whole as usize]), false)
		};
		match (self.negative, exact) {
			(false, _) => Bound { floor: magnitude, exact },
			(true, true) => Bound { floor: -magnitude, exact },
			(true, false) => Bound { floor: -magnitude - 1, exact },
		}
	}

	/// The number in units of `10^-scale`, if it is a whole number of them and has 64 bits.
	pub(crate) fn exactly(&self, scale: u8) -> Option<i64> {
		let Bound { floor, exact } = self.in_units(scale);
		i64::try_from(floor).ok().filter(|_| exact)
	}
}

fn parse_exponent(text: &str) -> Option<i64> {
	let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
	let plausible = (1..=6).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
	plausible.then(|| text.parse().ok()).flatten()
}

/// At most [`FAR_DIGITS`] digits, so that it fits.
fn number(digits: &str) -> i128 {
	digits.bytes().fold(0, |number, digit| number * 10 + i128::from(digit - b'0'))
}

/// `units × 10^-scale` with all of its `scale` digits after the point.
pub fn decimal_text(units: i128, scale: u8) -> String {
	with_point(units < 0, &units.unsigned_abs().to_string(), scale.into())
}

/// `sum × 10^-scale / count`, with [`AVERAGE_DIGITS`] digits more than the column has, rounded half to even.
/// `None` if there is nothing to divide by.
pub fn average_text(sum: i128, count: u64, scale: u8) -> Option<String> {
	const MORE: u128 = 10u128.pow(AVERAGE_DIGITS as u32);
	let divisor = (count != 0).then_some(u128::from(count))?;
	let (mut whole, rest) = (sum.unsigned_abs() / divisor, sum.unsigned_abs() % divisor);
	// The rest is below 2^64: no step of this comes near 128 bits.
	let (mut part, left) = (rest * MORE / divisor, rest * MORE % divisor);
	let odd = part % 2 == 1;
	if 2 * left > divisor || (2 * left == divisor && odd) {
		part += 1;
	}
	if part == MORE {
		(whole, part) = (whole + 1, 0);
	}
	let digits = format!("{whole}{part:0width$}", width = usize::from(AVERAGE_DIGITS));
	let negative = sum < 0 && (whole, part) != (0, 0);
	Some(with_point(
		negative,
		digits.trim_start_matches('0'),
		usize::from(scale) + usize::from(AVERAGE_DIGITS),
	))
}

fn with_point(negative: bool, digits: &str, scale: usize) -> String {
	let padded = format!("{digits:0>width$}", width = scale + 1);
	let (whole, fraction) = padded.split_at(padded.len() - scale);
	let sign = if negative { "-" } else { "" };
	let point = if scale == 0 { "" } else { "." };
	format!("{sign}{whole}{point}{fraction}")
}

#[cfg(test)]
mod tests {
	use super::{average_text, decimal_text, Bound, Decimal, FAR};

	fn units(text: &str, scale: u8) -> (i128, bool) {
		let Bound { floor, exact } = Decimal::parse(text).unwrap().in_units(scale);
		(floor, exact)
	}

	#[test]
	fn numbers_lie_where_they_lie() {
		assert_eq!(units("0", 0), (0, true));
		assert_eq!(units("-0.000", 2), (0, true));
		assert_eq!(units("12", 2), (1200, true));
		assert_eq!(units("12.5", 2), (1250, true));
		assert_eq!(units("12.500000000000000000000000000000000000", 2), (1250, true));
		assert_eq!(units("1.234", 2), (123, false));
		assert_eq!(units("-1.234", 2), (-124, false));
		assert_eq!(units("-1.23", 2), (-123, true));
		assert_eq!(units("0.001", 2), (0, false));
		assert_eq!(units("-0.001", 2), (-1, false));
		assert_eq!(units("1e-400000", 18), (0, false));
		assert_eq!(units("-1e-400000", 18), (-1, false));
		assert_eq!(units("1e400000", 0), (FAR, true));
		assert_eq!(units("-123e400000", 0), (-FAR, true));
		assert_eq!(units("123456789012345678901234567890", 0), (123456789012345678901234567890, true));
		assert_eq!(units("1234567890123456789012345678901.5", 0), (FAR, true));
		assert_eq!(units("1.5E+3", 0), (1500, true));
		assert_eq!(units(".5", 1), (5, true));
		assert_eq!(units("5.", 1), (50, true));
		assert_eq!(units("+0012.50", 1), (125, true));
	}

	#[test]
	fn what_is_no_number_is_refused() {
		for text in [
			"",
			".",
			"-",
			"+-1",
			"--1",
			"1e",
			"1e+",
			"e5",
			"1.2.3",
			"1_000",
			"0x10",
			"1e1234567",
			"١",
			"1 ",
			"NaN",
		] {
			assert_eq!(Decimal::parse(text), None, "{text}");
		}
	}

	#[test]
	fn only_whole_units_of_64_bits_are_exact() {
		let exactly = |text: &str, scale| Decimal::parse(text).unwrap().exactly(scale);
		assert_eq!(exactly("9223372036854775807", 0), Some(i64::MAX));
		assert_eq!(exactly("9223372036854775808", 0), None);
		assert_eq!(exactly("-9223372036854775808", 0), Some(i64::MIN));
		assert_eq!(exactly("-92233720368547758.08", 2), Some(i64::MIN));
		assert_eq!(exactly("0.125", 2), None);
		assert_eq!(exactly("0.125", 3), Some(125));
	}

	#[test]
	fn decimals_print_all_their_digits() {
		assert_eq!(decimal_text(0, 0), "0");
		assert_eq!(decimal_text(0, 2), "0.00");
		assert_eq!(decimal_text(-5, 2), "-0.05");
		assert_eq!(decimal_text(1250, 2), "12.50");
		assert_eq!(decimal_text(-1250, 0), "-1250");
		assert_eq!(decimal_text(i128::MIN, 18), "-170141183460469231731.687303715884105728");
	}

	#[test]
	fn averages_round_half_to_even() {
		let average = |sum, count, scale| average_text(sum, count, scale).unwrap();
		assert_eq!(average_text(5, 0, 0), None);
		assert_eq!(average(0, 3, 0), "0.0000");
		assert_eq!(average(1, 3, 0), "0.3333");
		assert_eq!(average(2, 3, 0), "0.6667");
		assert_eq!(average(-2, 3, 1), "-0.06667");
		assert_eq!(average(1, 20_000, 0), "0.0000"); // 0.00005
		assert_eq!(average(-1, 20_000, 0), "0.0000");
		assert_eq!(average(3, 20_000, 0), "0.0002"); // 0.00015
		assert_eq!(average(19_999, 20_000, 0), "1.0000"); // 0.99995
		assert_eq!(average(-19_999, 20_000, 2), "-0.010000");
		assert_eq!(average(10, 4, 2), "0.025000");
		assert_eq!(average(i128::MIN, 1, 0), "-170141183460469231731687303715884105728.0000");
		assert_eq!(average(i128::MAX, u64::MAX, 0), "9223372036854775808.5000");
	}
}
