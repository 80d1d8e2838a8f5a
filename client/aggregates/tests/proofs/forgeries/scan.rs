//! Forgeries that the scan's constraints refuse, and the range table's.

use super::*;
use p3_koala_bear::GenericPoseidon2LinearLayersKoalaBear;
use p3_poseidon2_air::generate_trace_rows;
use souk_table_proofs::commitment::WIDTH;

pub(super) const FORGERIES: &[Named] = &[
	("a value changed and the digest kept", By::Rule(Rule::Permutation), value_changed),
	("a block exchanged", By::Rule(Rule::Chain), block_exchanged),
	("blocks of one column in another order", By::Rule(Rule::Chain), blocks_of_one_column_in_another_order),
	("the first rows cut off", By::Rule(Rule::Start), first_rows_cut_off),
	("another table", By::Rule(Rule::Digest), another_table),
	("rows of one column in another order", By::Rule(Rule::Digest), one_column_in_another_order),
	("another table whose last row is the scan's", By::Rule(Rule::Digest), another_full_table),
	("a null counted as a value", By::Rule(Rule::Null), null_counted),
	("a value that is some part null", By::Rule(Rule::Null), part_null),
	("a null where no row is", By::Rule(Rule::Null), null_without_row),
	("a matching row left out", By::Rule(Rule::Difference), left_out),
	("a matching row left out by borrows that are no bits", By::Rule(Rule::Borrow), left_out_by_fractions),
	("a borrow where no row is", By::Rule(Rule::Borrow), borrow_without_row),
	("a matching row left out although its borrows are right", By::Rule(Rule::Match), left_out_plainly),
	("a matching row left out with a number of seventeen bits", By::Rule(Rule::Range), seventeen_bits),
	("a number provided that nobody looks up", By::Bus("range"), provided_once_more),
];

/// A value changed in the second block. What the block's permutation computes is left as it was.
fn value_changed() -> Forgery {
	let mut forgery = Forgery::of_lie(&twelve(), &with(twelve(), 5, Some(3)), &counted(), 0);
	let first = forgery.scan().hashes[0];
	for (place, limb) in limbs(Some(3)).into_iter().enumerate() {
		*forgery.scanned(2, first + LIMBS + place) = Felt::from_u32(limb);
	}
	forgery
}

fn block_exchanged() -> Forgery {
	let mut forgery = value_changed();
	let first = forgery.scan().hashes[0];
	let input: [Felt; WIDTH] = std::array::from_fn(|place| *forgery.scanned(2, first + place));
	let filled = generate_trace_rows::<_, GenericPoseidon2LinearLayersKoalaBear, WIDTH, 3, 0, 4, 23>(
		vec![input],
		&hash::constants(),
		0,
	);
	for (place, value) in filled.values.into_iter().enumerate() {
		*forgery.scanned(2, first + place) = value;
	}
	forgery
}

/// Eight rows, under the digest of twelve.
fn first_rows_cut_off() -> Forgery {
	let (real, short) = (twelve(), numbers(14..22));
	let longer = Forgery::of(&real, &counted(), 0);
	let mut forgery = Forgery::of(&short, &counted(), 0).under(
		&real,
		&KEY,
		&counted(),
		&twin::evaluate(&short, &counted(), 0),
	);
	let first = forgery.scan().hashes[0];
	for row in 0..forgery.traces[0].height() - 1 {
		for place in 0..hash::COLUMNS {
			let value = longer.traces[0].values[(row + 1) * longer.traces[0].width + first + place];
			*forgery.scanned(row, first + place) = value;
		}
	}
	forgery
}

fn another_table() -> Forgery {
	let other = with(twelve(), 5, Some(3));
	Forgery::of(&other, &counted(), 0).under(
		&twelve(),
		&KEY,
		&counted(),
		&twin::evaluate(&other, &counted(), 0),
	)
}

/// Twelve rows in two groups, and the same values with two blocks of `x` exchanged while `g` keeps its order: `x` by `g` has other sums.
fn in_order_and_not() -> (Table, Table, Query) {
	let of = |x: [i64; 12]| table(&x.map(Some), &[5, 5, 5, 5, 6, 6, 6, 6, 6, 6, 6, 6]);
	let real = of([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
	let lie = of([5, 6, 7, 8, 1, 2, 3, 4, 9, 10, 11, 12]);
	let asked = query(vec![Aggregate::Sum(0)], vec![], Some(1));
	assert_ne!(twin::evaluate(&real, &asked, 0), twin::evaluate(&lie, &asked, 0));
	(real, lie, asked)
}

/// The scan computes the digest of another order than was committed to.
fn one_column_in_another_order() -> Forgery {
	let (real, lie, asked) = in_order_and_not();
	Forgery::of(&lie, &asked, 0).under(&real, &KEY, &asked, &twin::evaluate(&lie, &asked, 0))
}

/// Each permutation of the digest is computed, the last one comes last, and two before it are exchanged.
fn blocks_of_one_column_in_another_order() -> Forgery {
	let (real, lie, asked) = in_order_and_not();
	let mut forgery = Forgery::of_lie(&real, &lie, &asked, 0);
	let first = forgery.scan().hashes[0];
	let scan = &mut forgery.traces[0];
	for column in first..first + hash::COLUMNS {
		scan.values.swap(scan.width + column, 2 * scan.width + column);
	}
	forgery
}

/// With as many rows as fill the scan, no row comes after the last one.
fn another_full_table() -> Forgery {
	let (real, asked) = (numbers(0..1_020), of_all(Aggregate::Sum(0)));
	let other = with(numbers(0..1_020), 5, Some(3));
	Forgery::of(&other, &asked, 0).under(&real, &KEY, &asked, &twin::evaluate(&other, &asked, 0))
}

fn null_counted() -> Forgery {
	let (real, lie) = (with(twelve(), 3, None), with(twelve(), 3, Some(i64::MIN)));
	let mut forgery = Forgery::of_lie(&real, &lie, &of_all(Aggregate::Count(0)), 0);
	// The fourth row comes in the fifth step: the first is the seed.
	let value = forgery.fold().values[0].value;
	*forgery.folded(4, value + LIMBS - 1) = Felt::from_u32(LIMB);
	forgery
}

/// 15, row 5, is said to be 15 - 2^48, one less in the highest limb: because 2^16 times a part of NULL is taken from it.
fn part_null() -> Forgery {
	let lie = with(twelve(), 5, Some(15 - (1 << 48)));
	let mut forgery = Forgery::of_lie(&twelve(), &lie, &counted(), 0);
	let null = forgery.scan().nulls[0].unwrap();
	*forgery.scanned(2, null + 1) = fraction();
	forgery
}

fn null_without_row() -> Forgery {
	let mut forgery = Forgery::of(&twelve(), &counted(), 0);
	let null = forgery.scan().nulls[0].unwrap();
	*forgery.scanned(4, null) = Felt::ONE;
	forgery
}

/// A row that matches left out: 15, row 5, is said to be below 12.
fn left_out() -> Forgery {
	let mut forgery = Forgery::of_lie(&twelve(), &with(twelve(), 5, Some(3)), &counted(), 0);
	let low = forgery.scan().predicates[0].low.unwrap();
	for place in 0..LIMBS {
		*forgery.scanned(2, low + LIMBS + place) = Felt::from_bool(place == LIMBS - 1);
	}
	forgery
}

fn left_out_by_fractions() -> Forgery {
	let mut forgery = left_out();
	let low = forgery.scan().predicates[0].low.unwrap() + LIMBS;
	let (value, bound) = (limbs(Some(15)).map(Felt::from_u32), limbs(Some(12)).map(Felt::from_u32));
	// All differences have 16 bits: the second is 1, the third what is left of the next multiple of 2^16, the fourth 2^16 less
	// that multiple.
	let second = (Felt::ONE + bound[1] - value[1]) * fraction();
	let rest = (second - value[2] + bound[2]).as_canonical_u32();
	*forgery.scanned(2, low + 1) = second;
	*forgery.scanned(2, low + 2) = Felt::from_u32(rest.div_ceil(LIMB));
	forgery
}

fn borrow_without_row() -> Forgery {
	let mut forgery = Forgery::of(&twelve(), &counted(), 0);
	let low = forgery.scan().predicates[0].low.unwrap();
	*forgery.scanned(4, low) = Felt::ONE;
	forgery
}

fn left_out_plainly() -> Forgery {
	let mut forgery = left_out();
	let low = forgery.scan().predicates[0].low.unwrap();
	*forgery.scanned(2, low + LIMBS + LIMBS - 1) = Felt::ZERO;
	forgery
}

/// 15 - 12 with a borrow that nobody lent: the highest limb of the difference is 2^16. Put where no number is looked up.
fn seventeen_bits() -> Forgery {
	let mut forgery = left_out();
	forgery.count_lookups();
	let unused = unused_numbers(&mut forgery);
	*cell(&mut forgery.traces[3], unused, range::NUMBER) = Felt::from_u32(LIMB);
	*cell(&mut forgery.traces[3], unused, range::TIMES) = Felt::ONE;
	forgery.counted = true;
	forgery
}

fn provided_once_more() -> Forgery {
	let mut forgery = Forgery::of(&twelve(), &counted(), 0);
	let unused = unused_numbers(&mut forgery);
	*cell(&mut forgery.traces[3], unused, range::TIMES) = Felt::ONE;
	forgery.counted = true;
	forgery
}

/// A row of the range table, neither the first nor the last, of whose numbers none is looked up.
fn unused_numbers(forgery: &mut Forgery) -> usize {
	let range = &mut forgery.traces[3];
	(1..range.height() - 1)
		.find(|row| (0..range::NUMBERS).all(|place| *cell(range, *row, range::TIMES + place) == Felt::ZERO))
		.unwrap()
}
