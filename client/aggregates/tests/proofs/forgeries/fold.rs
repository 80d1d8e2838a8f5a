//! Forgeries of groups: which rows are in one, and which are answered.

use super::*;
use souk_table_proofs::{
	air::fold::{KeyLayout, ThresholdLayout},
	outcome::OutcomeError,
	Figure, Group,
};

pub(super) const FORGERIES: &[Named] = &[
	("a large group that is not answered, received in one step", By::Rule(Rule::Live), received_at_once),
	("a group split by a gap", By::Rule(Rule::Live), split_by_a_gap),
	("no seed where nothing is answered", By::Rule(Rule::Live), no_seed),
	("a row in the seed's step", By::Rule(Rule::Live), row_in_the_seed),
	("a row swallowed by a seed less", By::Rule(Rule::Live), swallowed),
	("a group split in two to stay below the threshold", By::Rule(Rule::Boundary), split_without_step),
	("a full fold whose group never ends", By::Rule(Rule::Boundary), never_ends),
	("a group's end hidden by a step less", By::Rule(Rule::Boundary), step_less),
	("a step at the end of the table", By::Rule(Rule::Boundary), step_at_the_end),
	("two groups put together to reach the threshold", By::Rule(Rule::Key), put_together),
	("a key where no group is", By::Rule(Rule::Key), key_without_group),
	("a group split in two groups of one key", By::Rule(Rule::Ascending), split_with_step),
	("a group split, by borrows that are no bits", By::Rule(Rule::Ascending), split_by_fractions),
	("a borrow within a group", By::Rule(Rule::Ascending), borrow_within_group),
	("one more row, at the beginning", By::Rule(Rule::Count), one_more_at_first),
	("one more row, later", By::Rule(Rule::Count), one_more_later),
	("a small group answered", By::Rule(Rule::Threshold), small_answered),
	("a large group not answered", By::Rule(Rule::Threshold), large_not_answered),
	("a small group answered, its gap below zero", By::Rule(Rule::Threshold), gap_below_zero),
	("a small group answered, its gap around the modulus", By::Rule(Rule::Threshold), gap_around_the_modulus),
	("a gap in parts", By::Rule(Rule::Threshold), gap_in_parts),
	("a group answered twice at once", By::Rule(Rule::Threshold), answered_twice),
	("a group answered before its end", By::Rule(Rule::Threshold), answered_before_its_end),
];

fn key(forgery: &Forgery) -> KeyLayout {
	forgery.fold().key.unwrap()
}

fn threshold(forgery: &Forgery) -> ThresholdLayout {
	forgery.fold().threshold.unwrap()
}

/// Puts a step of `count(*)` by date: `live`, `same`, rows so far, and whether another group comes.
fn put_step(forgery: &mut Forgery, step: usize, date: i64, [live, same, count, another]: [i64; 4]) {
	let (layout, key) = (forgery.fold(), key(forgery));
	forgery.put(step, layout.live, [live]);
	forgery.put(step, layout.same, [same]);
	forgery.put(step, layout.count, [count]);
	forgery.put(step, key.step, [another]);
	forgery.put_value(step, key.key, date);
}

/// 46,100 equal rows in one step, and none that follows: the gap, which is negative and multiplied by them, passes for one of 24 bits
/// beyond the modulus. Their key is four zeros, since what is not one group must have no other.
fn received_at_once() -> Forgery {
	let (rows, k) = (46_100, 2);
	let real = dates(&vec![i64::MIN; 46_100]);
	let mut forgery = Forgery::with_answer(&real, &real, &by_date(), k, &Answer::default());
	forgery.empty_fold();
	put_step(&mut forgery, 0, i64::MIN, [rows, 0, rows, 0]);
	let gap = Felt::from_i64(rows * (i64::from(k) - 1 - rows)).as_canonical_u32();
	let layout = threshold(&forgery);
	forgery.put(0, layout.gap, [gap % LIMB, gap / LIMB].map(i64::from));
	forgery
}

/// Four rows of one group, two before a step that receives nothing and two after it: none reaches three.
fn split_by_a_gap() -> Forgery {
	let real = dates(&[5; 4]);
	let mut forgery = Forgery::with_answer(&real, &real, &by_date(), 3, &Answer::default());
	forgery.empty_fold();
	for first in [0, 3] {
		put_step(&mut forgery, first, 5, [1, 1, 1, 0]);
		put_step(&mut forgery, first + 1, 5, [1, 0, 2, 0]);
	}
	let step = key(&forgery).step;
	forgery.put(2, step, [1]);
	forgery
}

fn no_seed() -> Forgery {
	let asked = query(vec![Aggregate::CountAll], vec![within(0, 100, i64::MAX)], None);
	let mut forgery = Forgery::of(&twelve(), &asked, 2);
	let (seed, gap) = (forgery.fold().seed.unwrap(), threshold(&forgery).gap);
	forgery.put(0, seed, [0]);
	forgery.put(0, gap, [0]);
	forgery
}

/// One row matches, and three would be answered.
fn row_in_the_seed() -> Forgery {
	let asked = query(vec![Aggregate::CountAll], vec![within(0, 21, i64::MAX)], None);
	let mut forgery = Forgery::of(&twelve(), &asked, 3);
	forgery.empty_fold();
	let layout = forgery.fold();
	let gap = threshold(&forgery).gap;
	forgery.put(0, layout.seed.unwrap(), [1]);
	forgery.put(0, layout.live, [1]);
	forgery.put(0, layout.count, [1]);
	// The step is open twice, so that the group ends twice there.
	forgery.put(0, gap, [2]);
	forgery
}

/// The last row is received by a step that is of no group: it is live, and its seed is -1.
fn swallowed() -> Forgery {
	let asked = of_all(Aggregate::CountAll);
	let mut answer = twin::evaluate(&twelve(), &asked, 0);
	answer.groups[0].figures[0] = Figure::Count(11);
	let mut forgery = Forgery::with_answer(&twelve(), &twelve(), &asked, 0, &answer);
	let layout = forgery.fold();
	forgery.put(11, layout.same, [0]);
	forgery.put(12, layout.seed.unwrap(), [-1]);
	forgery.put(12, layout.count, [1]);
	forgery
}

/// Four rows of one group said to be two of two, of which none reaches three.
fn split(step: bool) -> Forgery {
	let mut forgery = Forgery::of_lie(&dates(&[5; 4]), &dates(&[5, 5, 6, 6]), &by_date(), 3);
	let key = key(&forgery);
	for row in [2, 3] {
		forgery.put_value(row, key.key, 5);
	}
	*forgery.folded(1, key.step) = Felt::from_bool(step);
	forgery
}

fn split_without_step() -> Forgery {
	split(false)
}

fn split_with_step() -> Forgery {
	split(true)
}

fn split_by_fractions() -> Forgery {
	let mut forgery = split(true);
	let borrows = key(&forgery).borrows;
	for (place, borrow) in false_borrows().into_iter().enumerate() {
		*forgery.folded(1, borrows + place) = borrow;
	}
	forgery
}

/// As many rows as fill the fold: what comes after the last step is of no table.
fn never_ends() -> Forgery {
	let (real, asked) = (numbers(0..1_023), of_all(Aggregate::CountAll));
	let mut forgery = Forgery::with_answer(&real, &real, &asked, 2, &Answer::default());
	let (layout, threshold) = (forgery.fold(), threshold(&forgery));
	forgery.put(1_023, layout.same, [1]);
	forgery.put(1_023, threshold.answered, [0]);
	forgery.put(1_023, threshold.gap, [0, 0]);
	forgery
}

/// Four rows whose key is four zeros, which is what a step of no group has: one of them is split off and too small, the others are said
/// to go on into what is no group, to which there is a step less. Where keys do not ascend, -1 is looked up; where there is a step less,
/// it is looked up a time less.
fn step_less() -> Forgery {
	let real = dates(&[i64::MIN; 4]);
	let mut forgery = Forgery::with_answer(&real, &real, &by_date(), 2, &Answer::default());
	forgery.empty_fold();
	put_step(&mut forgery, 0, i64::MIN, [1, 0, 1, 1]);
	put_step(&mut forgery, 1, i64::MIN, [1, 1, 1, 0]);
	put_step(&mut forgery, 2, i64::MIN, [1, 1, 2, 0]);
	put_step(&mut forgery, 3, i64::MIN, [1, 1, 3, -1]);
	put_step(&mut forgery, 4, i64::MIN, [0, 0, 3, 0]);
	forgery
}

/// The first key is after the last one's nothing.
fn step_at_the_end() -> Forgery {
	let mut forgery = Forgery::of(&dates(&[5; 4]), &by_date(), 0);
	let step = key(&forgery).step;
	forgery.put(1_023, step, [1]);
	forgery
}

fn put_together() -> Forgery {
	let mut forgery = Forgery::of_lie(&dates(&[5, 5, 6, 6]), &dates(&[6; 4]), &by_date(), 3);
	let key = key(&forgery);
	for row in [0, 1] {
		forgery.put_value(row, key.key, 5);
	}
	forgery
}

fn key_without_group() -> Forgery {
	let mut forgery = Forgery::of(&dates(&[5; 4]), &by_date(), 0);
	let key = key(&forgery);
	forgery.put(10, key.key, [1]);
	forgery
}

fn borrow_within_group() -> Forgery {
	let mut forgery = Forgery::of(&dates(&[5; 4]), &by_date(), 0);
	let key = key(&forgery);
	forgery.put(1, key.borrows, [1]);
	forgery
}

/// Twelve of thirteen rows match, and thirteen are claimed: no more than there are, so that it is not refused at sight.
pub(super) fn one_more(
	aggregate: Aggregate,
	first: usize,
	column: impl Fn(&fold_table::Layout) -> usize,
) -> Forgery {
	let real = numbers(10..23);
	let asked = query(vec![aggregate], vec![within(0, i64::MIN, 21)], None);
	let answer = Answer { groups: vec![Group { key: None, figures: vec![Figure::Count(13)] }] };
	let mut forgery = Forgery::with_answer(&real, &real, &asked, 0, &answer);
	let column = column(&forgery.fold());
	for step in first..=12 {
		*forgery.folded(step, column) += Felt::ONE;
	}
	forgery
}

fn one_more_at_first() -> Forgery {
	one_more(Aggregate::CountAll, 0, |layout| layout.count)
}

fn one_more_later() -> Forgery {
	one_more(Aggregate::CountAll, 5, |layout| layout.count)
}

/// Groups of two and of four rows, of which three are asked for.
fn two_and_four() -> Table {
	dates(&[5, 5, 6, 6, 6, 6])
}

fn small_answered() -> Forgery {
	let all = twin::evaluate(&two_and_four(), &by_date(), 0);
	let mut forgery = Forgery::with_answer(&two_and_four(), &two_and_four(), &by_date(), 3, &all);
	let layout = threshold(&forgery);
	forgery.put(1, layout.answered, [1]);
	forgery
}

fn large_not_answered() -> Forgery {
	let none = Answer::default();
	let mut forgery = Forgery::with_answer(&two_and_four(), &two_and_four(), &by_date(), 3, &none);
	let layout = threshold(&forgery);
	forgery.put(5, layout.answered, [0]);
	forgery
}

fn gap_below_zero() -> Forgery {
	let mut forgery = small_answered();
	let layout = threshold(&forgery);
	forgery.put(1, layout.gap, [-1, 0]);
	forgery
}

/// 0x7F00 times 2^16 is -1.
fn gap_around_the_modulus() -> Forgery {
	let mut forgery = small_answered();
	let layout = threshold(&forgery);
	forgery.put(1, layout.gap, [0, 0x7F00]);
	forgery
}

/// 258 as 2 and 2^16 times 1/256.
fn gap_in_parts() -> Forgery {
	let mut forgery = Forgery::of(&dates(&[5; 260]), &by_date(), 2);
	let layout = threshold(&forgery);
	forgery.put(259, layout.gap, [2]);
	*forgery.folded(259, layout.gap + 1) = Felt::from_u32(256).inverse();
	forgery
}

/// Groups of one key, of these sizes: what plain code refuses, were it an answer.
fn of_one_key(sizes: [u64; 2]) -> Forgery {
	let (real, asked) = (two_and_four(), by_date());
	let plan = plan_of(&real, &asked, 3);
	let group = |size| Group { key: Some(Some(6)), figures: vec![Figure::Count(size)] };
	let one = |size| messages(&plan, &asked, &Answer { groups: vec![group(size)] }).unwrap();
	assert_eq!(
		messages(&plan, &asked, &Answer { groups: sizes.map(group).to_vec() }),
		Err(OutcomeError::Order)
	);
	Forgery::with_messages(&real, &real, &asked, 3, &sizes.map(one).concat())
}

fn answered_twice() -> Forgery {
	let mut forgery = of_one_key([4, 4]);
	let layout = threshold(&forgery);
	forgery.put(5, layout.answered, [2]);
	// 2 · (4 - 3) + (1 - 2) · (3 - 1 - 4)
	forgery.put(5, layout.gap, [4]);
	forgery
}

fn answered_before_its_end() -> Forgery {
	let mut forgery = of_one_key([3, 4]);
	let layout = threshold(&forgery);
	forgery.put(4, layout.answered, [1]);
	// 1 · (3 - 3) + (0 - 1) · (3 - 1 - 3)
	forgery.put(4, layout.gap, [1]);
	forgery
}
