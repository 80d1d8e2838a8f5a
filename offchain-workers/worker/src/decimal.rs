//! Rounding in decimal arithmetic, half to even, the same on every machine.
//!
//! The decimal of a floating-point number is its shortest decimal representation: the fewest digits that lead back to
//! the same number, which is what people wrote and see. So 2.675 is a tie at two digits and becomes 2.68, although the
//! double nearest to it lies a little below the tie.

/// Rounds a double to `digits` decimals, half to even. Infinities and NaN stay what they are, and zero has no sign.
pub fn round_f64(value: f64, digits: u32) -> f64 {
	if !value.is_finite() {
		return value;
	}
	// `Display` gives the shortest representation, without an exponent; what is left of it is a number.
	let rounded: f64 = round_text(&value.to_string(), digits).parse().unwrap_or(value);
	rounded + 0.0
}

/// [`round_f64`] for single precision; the shortest representation is that of the single.
pub fn round_f32(value: f32, digits: u32) -> f32 {
	if !value.is_finite() {
		return value;
	}
	let rounded: f32 = round_text(&value.to_string(), digits).parse().unwrap_or(value);
	rounded + 0.0
}

/// Rounds `unscaled × 10^-scale` to `digits` decimals, half to even, and returns the unscaled result at the same scale.
/// `None` where it does not fit.
pub fn round_i128(unscaled: i128, scale: i8, digits: u32) -> Option<i128> {
	let dropped = i64::from(scale) - i64::from(digits);
	if dropped <= 0 {
		return Some(unscaled);
	}
	let Some(unit) = u32::try_from(dropped).ok().and_then(|exponent| 10i128.checked_pow(exponent)) else {
		// More digits than any number of this type has: everything is below half a unit.
		return Some(0);
	};
	let (quotient, rest) = (unscaled / unit, unscaled % unit);
	// The rest is below the unit, which is below 10^38: twice that fits into 128 bits as unsigned numbers.
	let twice = rest.unsigned_abs() * 2;
	let up = twice > unit.unsigned_abs() || (twice == unit.unsigned_abs() && quotient % 2 != 0);
	let away = if up { unscaled.signum() } else { 0 };
	quotient.checked_add(away)?.checked_mul(unit)
}

/// Rounds a number written as `[-]digits[.digits]`.
fn round_text(text: &str, digits: u32) -> String {
	let (sign, magnitude) = match text.strip_prefix('-') {
		Some(magnitude) => ("-", magnitude),
		None => ("", text),
	};
	let (whole, fraction) = magnitude.split_once('.').unwrap_or((magnitude, ""));
	let keep = digits as usize;
	let Some((kept, dropped)) = fraction.split_at_checked(keep) else { return text.to_owned() };
	let mut number: Vec<u8> = whole.bytes().chain(kept.bytes()).collect();
	let half = match dropped.as_bytes().split_first() {
		None => return text.to_owned(),
		Some((b'5', rest)) if rest.iter().all(|digit| *digit == b'0') => {
			number.last().is_some_and(|last| (last - b'0') % 2 == 1)
		}
		Some((first, _)) => *first >= b'5',
	};
	if half {
		let mut carry = true;
		for digit in number.iter_mut().rev() {
			if *digit == b'9' {
				*digit = b'0';
			} else {
				*digit += 1;
				carry = false;
				break;
			}
		}
		if carry {
			number.insert(0, b'1');
		}
	}
	let point = number.len() - keep;
	let (whole, fraction) = number.split_at(point);
	// Digits of a number are ASCII.
	let text = |digits: &[u8]| String::from_utf8_lossy(digits).into_owned();
	match keep {
		0 => format!("{sign}{}", text(whole)),
		_ => format!("{sign}{}.{}", text(whole), text(fraction)),
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn ties_go_to_the_even_neighbour_of_the_number_as_it_is_written() {
		for (value, digits, expected) in [
			(0.5, 0, 0.0),
			(1.5, 0, 2.0),
			(2.5, 0, 2.0),
			(3.5, 0, 4.0),
			(-0.5, 0, 0.0),
			(-1.5, 0, -2.0),
			(-2.5, 0, -2.0),
			(2.675, 2, 2.68),
			(2.665, 2, 2.66),
			(1.005, 2, 1.0),
			(1.015, 2, 1.02),
			(0.125, 2, 0.12),
			(0.375, 2, 0.38),
			(10.35702, 1, 10.4),
			(10.35, 1, 10.4),
			(10.25, 1, 10.2),
			(10.250001, 1, 10.3),
			(9.995, 2, 10.0),
			(99.5, 0, 100.0),
			(0.05, 1, 0.0),
			(0.15, 1, 0.2),
			(0.049_999, 1, 0.0),
			(-0.04, 1, 0.0),
			(123_456_789.987_654_3, 3, 123_456_789.988),
			(1e300, 2, 1e300),
			(1e-300, 5, 0.0),
			(5e-324, 15, 0.0),
			(7.0, 3, 7.0),
		] {
			assert_eq!(round_f64(value, digits), expected, "{value} to {digits}");
		}
		assert!(round_f64(f64::NAN, 1).is_nan());
		assert_eq!(round_f64(f64::INFINITY, 1), f64::INFINITY);
		assert!(round_f64(-0.04, 1).is_sign_positive(), "zero has no sign");
	}

	#[test]
	fn singles_have_their_own_shortest_representation() {
		for (value, digits, expected) in
			[(2.675f32, 2, 2.68f32), (0.15, 1, 0.2), (0.25, 1, 0.2), (16_777_216.0, 1, 16_777_216.0)]
		{
			assert_eq!(round_f32(value, digits), expected, "{value} to {digits}");
		}
	}

	#[test]
	fn decimals_are_rounded_exactly() {
		for (unscaled, scale, digits, expected) in [
			(25, 1, 0, 20),
			(35, 1, 0, 40),
			(-25, 1, 0, -20),
			(-35, 1, 0, -40),
			(2_675, 3, 2, 2_680),
			(2_665, 3, 2, 2_660),
			(2_666, 3, 2, 2_670),
			(999, 2, 1, 1_000),
			(7, 0, 3, 7),
			(7, -2, 0, 7),
			(49, 2, 0, 0),
			(51, 2, 0, 100),
		] {
			assert_eq!(
				round_i128(unscaled, scale, digits),
				Some(expected),
				"{unscaled}e-{scale} to {digits}"
			);
		}
		assert_eq!(round_i128(i128::MAX, 1, 0), None, "rounding up would leave the type");
		assert_eq!(round_i128(5, 60, 0), Some(0));
	}
}
