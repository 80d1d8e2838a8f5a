//! Forgeries of what is made of a group's values.

use super::{fold::one_more, *};
use souk_table_proofs::{
	air::fold::{ExtremeLayout, ValueLayout},
	Figure,
};

pub(super) const FORGERIES: &[Named] = &[
	("a least value that nobody sent", By::Rule(Rule::Live), value_nobody_sent),
	("a value counted that nobody sent", By::Rule(Rule::Live), counted_nobody_sent),
	("a part of a sum that nobody sent", By::Rule(Rule::Live), limb_nobody_sent),
	("one more value, at the beginning", By::Rule(Rule::Values), one_more_at_first),
	("one more value, later", By::Rule(Rule::Values), one_more_later),
	("a sum of no rows", By::Rule(Rule::Values), sum_of_no_rows),
	("a sum of nulls", By::Rule(Rule::Values), sum_of_nulls),
	("one more than the sum, at the beginning", By::Rule(Rule::Sum), sum_begins_at_one),
	("one more than the sum, at the end", By::Rule(Rule::Sum), sum_ends_with_one_more),
	("a sum with carries that are fractions", By::Rule(Rule::Sum), fractions_carried),
	("a sum with a high carry around the modulus", By::Rule(Rule::Sum), carry_around_the_modulus),
	("a carry kept back", By::Rule(Rule::SumLimbs), carry_kept_back),
	("a least value that is not the least", By::Rule(Rule::Bound), not_the_least),
	("a greatest value that is not the greatest", By::Rule(Rule::Bound), not_the_greatest),
	("a least value by borrows that are no bits", By::Rule(Rule::Bound), least_by_fractions),
	("a least value exchanged at the end", By::Rule(Rule::Bound), exchanged_at_the_end),
	("a borrow where no value is", By::Rule(Rule::Bound), borrow_without_value),
	("a least value that no row has", By::Rule(Rule::Reached), hit_by_none),
	("a least value that is a null", By::Rule(Rule::Reached), hit_by_null),
	("a least value hit by another one", By::Rule(Rule::Reached), hit_by_another),
	("a least value hit once less than twice", By::Rule(Rule::Reached), hit_once_less),
	("a least value reached beforehand", By::Rule(Rule::Reached), reached_beforehand),
	("a least value reached by no hit", By::Rule(Rule::Reached), reached_by_no_hit),
	("a least value where no group is", By::Rule(Rule::Reached), least_without_group),
];

fn value(forgery: &Forgery) -> ValueLayout {
	forgery.fold().values[0].clone()
}

fn min(forgery: &Forgery) -> ExtremeLayout {
	value(forgery).min.unwrap()
}

fn carries(forgery: &Forgery) -> (usize, usize) {
	value(forgery).sum.unwrap()
}

/// The tables of an honest prover, with another figure claimed.
fn claimed(real: &Table, aggregate: Aggregate, figure: Figure) -> Forgery {
	let asked = of_all(aggregate);
	let mut answer = twin::evaluate(real, &asked, 0);
	answer.groups[0].figures[0] = figure;
	Forgery::with_answer(real, real, &asked, 0, &answer)
}

/// The seed, which receives nothing, has the least value there is.
fn value_nobody_sent() -> Forgery {
	let least = Figure::Value(Some(i64::MIN));
	let mut forgery = claimed(&twelve(), Aggregate::Min(0), least);
	let (layout, min) = (value(&forgery), min(&forgery));
	for step in 0..=12 {
		forgery.put_value(step, min.extreme, i64::MIN);
		forgery.put(step, min.hit, [i64::from(step == 0)]);
		forgery.put(step, min.reached, [1]);
	}
	forgery.put(0, layout.null, [0]);
	forgery.put(0, layout.some.unwrap(), [1]);
	forgery
}

fn counted_nobody_sent() -> Forgery {
	let mut forgery = one_more_at_first();
	let null = value(&forgery).null;
	forgery.put(0, null, [0]);
	forgery
}

/// The seed has a limb although it has no value.
fn limb_nobody_sent() -> Forgery {
	let sum = (10..22).sum::<i128>() + 5;
	let mut forgery = claimed(&twelve(), Aggregate::Sum(0), Figure::Sum(Some(sum)));
	let (layout, (limbs, _)) = (value(&forgery), carries(&forgery));
	forgery.put(0, layout.value, [5]);
	for step in 0..=12 {
		*forgery.folded(step, limbs) += Felt::from_u32(5);
	}
	forgery
}

fn one_more_at_first() -> Forgery {
	one_more(Aggregate::Count(0), 0, |layout| layout.values[0].count.unwrap())
}

fn one_more_later() -> Forgery {
	one_more(Aggregate::Count(0), 5, |layout| layout.values[0].count.unwrap())
}

/// 0 instead of NULL.
fn sum_of_no_rows() -> Forgery {
	let asked = query(vec![Aggregate::Sum(0)], vec![within(0, 100, i64::MAX)], None);
	let mut answer = twin::evaluate(&twelve(), &asked, 0);
	answer.groups[0].figures[0] = Figure::Sum(Some(0));
	let mut forgery = Forgery::with_answer(&twelve(), &twelve(), &asked, 0, &answer);
	let some = value(&forgery).some.unwrap();
	forgery.put(0, some, [1]);
	forgery
}

/// 0 instead of NULL.
fn sum_of_nulls() -> Forgery {
	let mut forgery = claimed(&table(&[None; 2], &[5; 2]), Aggregate::Sum(0), Figure::Sum(Some(0)));
	let some = value(&forgery).some.unwrap();
	for step in [1, 2] {
		forgery.put(step, some, [1]);
	}
	forgery
}

/// The sum of twelve rows, one more from a step on.
fn one_more_from(first: usize) -> Forgery {
	let sum = (10..22).sum::<i128>() + 1;
	let mut forgery = claimed(&twelve(), Aggregate::Sum(0), Figure::Sum(Some(sum)));
	let (limbs, _) = carries(&forgery);
	for step in first..=12 {
		*forgery.folded(step, limbs) += Felt::ONE;
	}
	forgery
}

fn sum_begins_at_one() -> Forgery {
	one_more_from(0)
}

fn sum_ends_with_one_more() -> Forgery {
	one_more_from(12)
}

/// 9 in the lowest limb of the sum of 10: a fraction is carried, which as a number has two limbs. The lower one stays in the second limb
/// of the sum, the other is carried into the third.
fn fractions_carried() -> Forgery {
	let carried = fraction().as_canonical_u32();
	let (second, third) = (i64::from(carried % LIMB), i64::from(carried / LIMB));
	let sum = 9 + (i128::from(second) << 16) + (i128::from(third) << 32);
	let mut forgery = claimed(&numbers([10]), Aggregate::Sum(0), Figure::Sum(Some(sum)));
	let (limbs, carries) = carries(&forgery);
	forgery.put(1, limbs, [9, second, third]);
	*forgery.folded(1, carries) = fraction();
	forgery.put(1, carries + 1, [third]);
	forgery
}

/// 2^16 times 0x7F00 is -1: taken from the fourth limb, it is one more.
fn carry_around_the_modulus() -> Forgery {
	let sum = 10 + (1 << 48) + (0x7F00 << 64);
	let mut forgery = claimed(&numbers([10]), Aggregate::Sum(0), Figure::Sum(Some(sum)));
	let (limbs, carries) = carries(&forgery);
	forgery.put(1, limbs + 3, [1, 0x7F00]);
	forgery.put(1, carries + 3, [0x7F00]);
	forgery
}

/// The second value carries from the lowest limb.
fn carry_kept_back() -> Forgery {
	let asked = of_all(Aggregate::Sum(0));
	// Nothing is answered, there being fewer rows than are asked for.
	let mut forgery = Forgery::of(&numbers([40_000, 20_000, 10_000]), &asked, 4);
	let (limbs, carries) = carries(&forgery);
	assert_eq!(*forgery.folded(3, carries), Felt::ONE);
	forgery.put(3, carries, [0]);
	*forgery.folded(3, limbs) += Felt::from_u32(LIMB);
	*forgery.folded(3, limbs + 1) -= Felt::ONE;
	forgery
}

fn not_the_least() -> Forgery {
	let lie = with(twelve(), 0, Some(18));
	let mut forgery = Forgery::of_lie(&twelve(), &lie, &of_all(Aggregate::Min(0)), 0);
	let layout = value(&forgery);
	forgery.put_value(1, layout.value, 10);
	forgery
}

fn not_the_greatest() -> Forgery {
	let lie = with(twelve(), 11, Some(18));
	let mut forgery = Forgery::of_lie(&twelve(), &lie, &of_all(Aggregate::Max(0)), 0);
	let layout = value(&forgery);
	forgery.put_value(12, layout.value, 21);
	forgery
}

fn least_by_fractions() -> Forgery {
	let mut forgery = not_the_least();
	let borrows = min(&forgery).borrows;
	for (place, borrow) in false_borrows().into_iter().enumerate() {
		*forgery.folded(1, borrows + place) = borrow;
	}
	forgery
}

/// A least value of 5 from a step on.
fn five_from(first: usize) -> Forgery {
	let mut forgery = claimed(&twelve(), Aggregate::Min(0), Figure::Value(Some(5)));
	let min = min(&forgery);
	for step in first..=12 {
		forgery.put_value(step, min.extreme, 5);
	}
	forgery
}

fn exchanged_at_the_end() -> Forgery {
	five_from(12)
}

fn borrow_without_value() -> Forgery {
	let mut forgery = Forgery::of(&twelve(), &of_all(Aggregate::Min(0)), 0);
	let borrows = min(&forgery).borrows;
	forgery.put(0, borrows, [1]);
	forgery
}

/// A least value of 5 that no step hits, reached from a step on.
fn reached_from(first: usize) -> Forgery {
	let mut forgery = five_from(0);
	let min = min(&forgery);
	for step in 0..=12 {
		forgery.put(step, min.hit, [0]);
		forgery.put(step, min.reached, [i64::from(step >= first)]);
	}
	forgery
}

fn hit_by_none() -> Forgery {
	reached_from(13)
}

fn reached_beforehand() -> Forgery {
	reached_from(0)
}

fn reached_by_no_hit() -> Forgery {
	reached_from(7)
}

/// NULL's cells are those of the least value there is.
fn hit_by_null() -> Forgery {
	let least = Figure::Value(Some(i64::MIN));
	let mut forgery = claimed(&with(twelve(), 3, None), Aggregate::Min(0), least);
	let min = min(&forgery);
	for step in 0..=12 {
		forgery.put_value(step, min.extreme, i64::MIN);
		forgery.put(step, min.hit, [i64::from(step == 4)]);
		forgery.put(step, min.reached, [i64::from(step >= 4)]);
	}
	forgery
}

fn hit_by_another() -> Forgery {
	five_from(0)
}

/// Of three least values, the second takes back what the first one hit.
fn hit_once_less() -> Forgery {
	let mut forgery = Forgery::of(&numbers([7; 3]), &of_all(Aggregate::Min(0)), 0);
	let min = min(&forgery);
	for (step, (hit, reached)) in [(1, (1, 1)), (2, (-1, 0)), (3, (1, 1))] {
		forgery.put(step, min.hit, [hit]);
		forgery.put(step, min.reached, [reached]);
	}
	forgery
}

fn least_without_group() -> Forgery {
	let mut forgery = Forgery::of(&twelve(), &of_all(Aggregate::Min(0)), 0);
	let min = min(&forgery);
	forgery.put(20, min.extreme, [1]);
	forgery
}
