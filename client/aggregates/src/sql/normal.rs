//! The normal form of the conditions on one column: whatever way it was written, the same set of values comes out as the
//! same predicates.

use souk_table_proofs::Condition;

use super::condition::Operator;
use crate::decimal::Bound;

const LEAST: i128 = i64::MIN as i128;
const GREATEST: i128 = i64::MAX as i128;
/// What no value is within.
const NOTHING: Condition = Condition::Within { low: i64::MAX, high: i64::MIN };

/// What is left of a column's values, NULL among them.
#[derive(Debug)]
pub(super) struct Allowed {
	/// There is an `IS NULL`.
	null_only: bool,
	/// There is a condition that NULL does not meet.
	values_only: bool,
	low: i128,
	high: i128,
	/// Values that `<>` and `NOT BETWEEN` exclude; none is empty.
	holes: Vec<(i128, i128)>,
}

impl Allowed {
	pub(super) fn all() -> Self {
		Self { null_only: false, values_only: false, low: LEAST, high: GREATEST, holes: Vec::new() }
	}

	pub(super) fn null(&mut self) {
		self.null_only = true;
	}

	pub(super) fn not_null(&mut self) {
		self.values_only = true;
	}

	/// `value <operator> bound`.
	pub(super) fn compare(&mut self, operator: Operator, bound: Bound) {
		let Bound { floor, exact } = bound;
		let ceiling = floor + i128::from(!exact);
		match operator {
			Operator::Less => self.within(LEAST, ceiling - 1),
			Operator::LessOrEqual => self.within(LEAST, floor),
			Operator::Greater => self.within(floor + 1, GREATEST),
			Operator::GreaterOrEqual => self.within(ceiling, GREATEST),
			// Between two neighbours there is no value: an empty range.
			Operator::Equal => self.within(ceiling, floor),
			Operator::NotEqual => self.outside(ceiling, floor),
		}
	}

	/// `value BETWEEN low AND high`, or `NOT BETWEEN`.
	pub(super) fn between(&mut self, low: Bound, high: Bound, negated: bool) {
		let (low, high) = (low.floor + i128::from(!low.exact), high.floor);
		if negated {
			self.outside(low, high);
		} else {
			self.within(low, high);
		}
	}

	fn within(&mut self, low: i128, high: i128) {
		self.values_only = true;
		self.low = self.low.max(low);
		self.high = self.high.min(high);
	}

	fn outside(&mut self, low: i128, high: i128) {
		self.values_only = true;
		if low <= high {
			self.holes.push((low, high));
		}
	}

	/// The predicates, in no order; none, if everything is allowed.
	pub(super) fn conditions(self) -> Vec<Condition> {
		let Self { null_only, values_only, mut low, mut high, mut holes } = self;
		match (null_only, values_only) {
			(true, true) => return vec![NOTHING],
			(true, false) => return vec![Condition::IsNull],
			(false, false) => return Vec::new(),
			(false, true) => {}
		}
		holes.sort_unstable();
		let mut inside: Vec<(i128, i128)> = Vec::new();
		for (first, last) in holes {
			match inside.last_mut() {
				// One begins where the other ends, or before that: together they are one.
				Some((_, end)) if first <= *end + 1 => *end = last.max(*end),
				_ => inside.push((first, last)),
			}
		}
		// A hole that reaches an end moves the end. Holes are apart by now, so one at each end is all that can.
		inside.retain(|(first, last)| *last >= low && *first <= high);
		if let Some((first, last)) = inside.first().copied().filter(|(first, _)| *first <= low) {
			debug_assert!(first <= last);
			low = last + 1;
			inside.remove(0);
		}
		if let Some((first, _)) = inside.last().copied().filter(|(_, last)| *last >= high) {
			high = first - 1;
			inside.pop();
		}
		if low > high {
			return vec![NOTHING];
		}
		let mut conditions: Vec<Condition> = inside
			.into_iter()
			.map(|(low, high)| Condition::Outside { low: clip(low), high: clip(high) })
			.collect();
		match (low, high) {
			(LEAST, GREATEST) if conditions.is_empty() => conditions.push(Condition::IsNotNull),
			(LEAST, GREATEST) => {}
			_ => conditions.push(Condition::Within { low: clip(low), high: clip(high) }),
		}
		conditions
	}
}

/// What is left by now lies between the ends, which have 64 bits.
fn clip(value: i128) -> i64 {
	value.clamp(LEAST, GREATEST) as i64
}

#[cfg(test)]
mod tests {
	use super::{Allowed, NOTHING};
	use crate::{decimal::Bound, sql::condition::Operator, twin};
	use proptest::{collection::vec, prelude::*};
	use souk_table_proofs::Condition;

	fn exactly(floor: i128) -> Bound {
		Bound { floor, exact: true }
	}

	fn normal(fill: impl FnOnce(&mut Allowed)) -> Vec<Condition> {
		let mut allowed = Allowed::all();
		fill(&mut allowed);
		allowed.conditions()
	}

	#[test]
	fn the_ends_of_the_numbers_are_no_special_case() {
		let (least, greatest) = (i128::from(i64::MIN), i128::from(i64::MAX));
		let within = |low, high| vec![Condition::Within { low, high }];
		let compare =
			|operator, floor, exact| normal(|allowed| allowed.compare(operator, Bound { floor, exact }));
		assert_eq!(compare(Operator::Less, least, true), vec![NOTHING]);
		assert_eq!(compare(Operator::LessOrEqual, least, true), within(i64::MIN, i64::MIN));
		assert_eq!(compare(Operator::Greater, greatest, true), vec![NOTHING]);
		assert_eq!(compare(Operator::GreaterOrEqual, least, true), vec![Condition::IsNotNull]);
		assert_eq!(compare(Operator::Greater, least - 1, true), vec![Condition::IsNotNull]);
		assert_eq!(compare(Operator::NotEqual, least, true), within(i64::MIN + 1, i64::MAX));
		assert_eq!(compare(Operator::NotEqual, greatest + 1, true), vec![Condition::IsNotNull]);
		assert_eq!(compare(Operator::Equal, greatest + 1, true), vec![NOTHING]);
		assert_eq!(compare(Operator::Equal, 7, false), vec![NOTHING]);
		assert_eq!(compare(Operator::NotEqual, 7, false), vec![Condition::IsNotNull]);
		assert_eq!(compare(Operator::Less, 7, false), within(i64::MIN, 7));
		assert_eq!(compare(Operator::GreaterOrEqual, 7, false), within(8, i64::MAX));
	}

	#[test]
	fn holes_that_meet_are_one_and_those_at_the_ends_are_none() {
		let holes = normal(|allowed| {
			allowed.between(exactly(0), exactly(100), false);
			allowed.between(exactly(5), exactly(10), true);
			allowed.between(exactly(11), exactly(12), true);
			allowed.between(exactly(-5), exactly(0), true);
			allowed.between(exactly(100), exactly(200), true);
			allowed.between(exactly(500), exactly(600), true);
			allowed.between(exactly(7), exactly(3), true);
		});
		let expected = [Condition::Outside { low: 5, high: 12 }, Condition::Within { low: 1, high: 99 }];
		assert_eq!(holes, expected);
		let nothing = normal(|allowed| {
			allowed.between(exactly(0), exactly(9), false);
			allowed.between(exactly(0), exactly(4), true);
			allowed.between(exactly(5), exactly(9), true);
		});
		assert_eq!(nothing, [NOTHING]);
	}

	#[test]
	fn null_is_a_value_of_its_own() {
		assert_eq!(normal(|_| {}), []);
		assert_eq!(normal(Allowed::null), [Condition::IsNull]);
		assert_eq!(normal(Allowed::not_null), [Condition::IsNotNull]);
		let both = normal(|allowed| {
			allowed.null();
			allowed.compare(Operator::NotEqual, exactly(3));
		});
		assert_eq!(both, [NOTHING]);
	}

	fn operators() -> impl Strategy<Value = Operator> {
		prop_oneof![
			Just(Operator::Equal),
			Just(Operator::NotEqual),
			Just(Operator::Less),
			Just(Operator::LessOrEqual),
			Just(Operator::Greater),
			Just(Operator::GreaterOrEqual),
		]
	}

	/// Compares in halves: a bound that is not exact lies half way to the next.
	fn meets(value: i64, operator: Operator, bound: Bound) -> bool {
		let (value, bound) = (2 * i128::from(value), 2 * bound.floor + i128::from(!bound.exact));
		match operator {
			Operator::Equal => value == bound,
			Operator::NotEqual => value != bound,
			Operator::Less => value < bound,
			Operator::LessOrEqual => value <= bound,
			Operator::Greater => value > bound,
			Operator::GreaterOrEqual => value >= bound,
		}
	}

	proptest! {
		/// Six comparisons of small numbers: the normal form allows exactly the values that all of them allow, and it is
		/// the same for every order of them.
		#[test]
		fn the_normal_form_means_what_the_comparisons_mean(
			comparisons in vec((operators(), -6_i128..6, any::<bool>()), 1..6),
		) {
			let fill = |allowed: &mut Allowed, turned: bool| {
				let mut all = comparisons.clone();
				if turned {
					all.reverse();
				}
				for (operator, floor, exact) in all {
					allowed.compare(operator, Bound { floor, exact });
				}
			};
			let conditions = normal(|allowed| fill(allowed, false));
			prop_assert_eq!(&conditions, &normal(|allowed| fill(allowed, true)));
			for value in -9..9 {
				let expected = comparisons
					.iter()
					.all(|(operator, floor, exact)| meets(value, *operator, Bound { floor: *floor, exact: *exact }));
				let found = conditions.iter().all(|condition| twin::matches(*condition, Some(value)));
				prop_assert_eq!(found, expected, "{} {:?}", value, conditions);
			}
			prop_assert!(!conditions.iter().all(|condition| twin::matches(*condition, None)));
		}
	}
}
