//! The field elements that stand for a value.
//!
//! A value is biased by 2^63, so that the order of the numbers is the order of what stands for them, and cut into four 16-bit
//! limbs, least first. NULL has 65,536 as its highest limb, which no value has: it sorts after every value.

/// Limbs of a value.
pub const LIMBS: usize = 4;
/// Limbs of a sum: 96 bits.
pub const SUM_LIMBS: usize = 6;
/// One more than the greatest limb.
pub const LIMB: u32 = 1 << 16;
/// The highest limb of NULL.
pub const NULL_LIMB: u32 = LIMB;
/// Added to a sum, so that it is not negative: 2^87, of which no sum of [`crate::plan::MAX_ROWS`] values comes near.
pub const SUM_BIAS: i128 = 1 << 87;

/// The limbs of a value or NULL, least first.
#[inline]
pub fn limbs(value: Option<i64>) -> [u32; LIMBS] {
	match value {
		Some(value) => biased(value),
		None => [0, 0, 0, NULL_LIMB],
	}
}

/// The limbs of a value, least first.
#[inline]
pub fn biased(value: i64) -> [u32; LIMBS] {
	let [a, b, c, d, e, f, g, h] = (value.cast_unsigned() ^ (1 << 63)).to_le_bytes();
	[[a, b], [c, d], [e, f], [g, h]].map(|pair| u32::from(u16::from_le_bytes(pair)))
}

/// The limbs of a sum with [`SUM_BIAS`] added, least first; `None` where they do not hold it.
pub fn sum_limbs(sum: i128) -> Option<[u32; SUM_LIMBS]> {
	let biased = u128::try_from(sum.checked_add(SUM_BIAS)?).ok()?;
	let [a, b, c, d, e, f, g, h, i, j, k, l, 0, 0, 0, 0] = biased.to_le_bytes() else { return None };
	Some([[a, b], [c, d], [e, f], [g, h], [i, j], [k, l]].map(|pair| u32::from(u16::from_le_bytes(pair))))
}

#[cfg(test)]
mod tests {
	use super::*;

	fn number(limbs: &[u32]) -> i128 {
		limbs.iter().rev().fold(0, |high, limb| (high << 16) + i128::from(*limb))
	}

	#[test]
	fn the_order_of_limbs_is_the_order_of_values_and_null_is_last() {
		let values = [i64::MIN, i64::MIN + 1, -65_537, -1, 0, 1, 65_535, 65_536, i64::MAX];
		for pair in values.windows(2) {
			assert!(number(&limbs(Some(pair[0]))) < number(&limbs(Some(pair[1]))), "{pair:?}");
		}
		assert!(number(&limbs(Some(i64::MAX))) < number(&limbs(None)));
		assert_eq!(limbs(Some(0)), [0, 0, 0, 0x8000]);
		assert_eq!(limbs(None), [0, 0, 0, 0x10000]);
	}

	#[test]
	fn a_sum_is_biased_and_refused_beyond_its_limbs() {
		for sum in [0, -1, 1, i128::from(i64::MIN) << 20, i128::from(i64::MAX) << 20] {
			assert_eq!(number(&sum_limbs(sum).unwrap()), sum + SUM_BIAS);
		}
		assert_eq!(sum_limbs(-SUM_BIAS - 1), None);
		assert_eq!(sum_limbs(1 << 96), None);
	}
}
