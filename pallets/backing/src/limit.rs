//! How much may back a bond: a pure function.

use sp_runtime::{traits::Bounded, FixedPointNumber, FixedU128, PerThing, Permill};

/// The most that may answer beside a bond, in multiples of it, so that no curator gains by an offence of her own, where she may get back
/// up to `returned` of what it takes: as the subscribers that only she knows to be hers, and as her own reporter.
///
/// With a bond `b`, `n · b` behind it and a penalty `p`, she loses `p · b` and gets back `returned · p · (b + n · b)` at most. That is
/// no more than she loses where `n ≤ (1 - returned) / returned`.
pub fn without_gain(returned: Permill) -> FixedU128 {
	let kept = returned.left_from_one().deconstruct();
	match returned.deconstruct() {
		0 => FixedU128::max_value(),
		returned => FixedU128::checked_from_rational(kept, returned).unwrap_or_default(),
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use proptest::prelude::*;

	proptest! {
		#[test]
		fn nobody_gains_by_an_offence_at_the_limit(
			returned in 1u32..=1_000_000, bond in 0u64.., part in 0u32..=1_000_000,
		) {
			let (returned, part) = (Permill::from_parts(returned), Permill::from_parts(part));
			let backing = without_gain(returned).saturating_mul_int(u128::from(bond));
			let loss = part * u128::from(bond);
			// The fine is no larger than the part of both together, rounded up.
			let back = returned.mul_floor(part.mul_ceil(u128::from(bond) + backing));
			prop_assert!(back <= loss + 1, "{back} for {loss}");
		}
	}

	#[test]
	fn half_of_a_fine_for_others_allows_as_much_as_the_bond() {
		assert_eq!(without_gain(Permill::from_percent(50)), FixedU128::from_u32(1));
		assert_eq!(without_gain(Permill::from_percent(20)), FixedU128::from_u32(4));
		assert_eq!(without_gain(Permill::one()), FixedU128::from_u32(0));
		assert_eq!(without_gain(Permill::zero()), FixedU128::max_value());
	}
}
