//! A forgery for each rule: tables that claim what is not so, that the rule refuses, and that nothing else would refuse.

use super::support::*;
use p3_field::{Field, PrimeCharacteristicRing, PrimeField32};
use p3_koala_bear::GenericPoseidon2LinearLayersKoalaBear;
use p3_matrix::Matrix;
use p3_poseidon2_air::generate_trace_rows;
use souk_aggregates::{
	check::Checker,
	commit,
	trace::{traces, Trace},
	twin, Table,
};
use souk_table_proofs::{
	air::{
		fold, hash, range,
		scan::{self, Layout},
		Rule, Tables,
	},
	commitment::{LANES, RATE, WIDTH},
	limbs::{limbs, LIMB, LIMBS},
	outcome::messages,
	plan::Plan,
	Aggregate, Answer, ColumnType, Condition, Felt, Figure, Predicate, Query,
};

/// A claim about a table, and the tables of a prover who makes it.
struct Forgery {
	plan: Plan,
	tables: Tables,
	traces: Vec<Trace>,
}

impl Forgery {
	/// The tables of a prover who computes with `lie` but has to show the digests and the values of `real`.
	fn of_lie(real: &Table, lie: &Table, query: &Query, k: u32) -> Self {
		let answer = twin::evaluate(lie, query, k);
		Self::with_answer(real, lie, query, k, &answer)
	}

	fn with_answer(real: &Table, lie: &Table, query: &Query, k: u32, answer: &Answer) -> Self {
		let kinds: Vec<_> = real.descriptors.iter().map(|descriptor| descriptor.kind).collect();
		let plan = Plan::new(query, &kinds, real.columns[0].len() as u64, k).unwrap();
		let claimed = messages(&plan, query, answer).unwrap();
		let tables = Tables::new(&plan, &commit(real, &KEY), &[5; 32], &claimed).unwrap();
		let honest = traces(&plan, &used(&plan, real), &claimed);
		let mut traces = traces(&plan, &used(&plan, lie), &claimed);
		let layout = Layout::new(&plan);
		for first in layout.hashes {
			for row in 0..traces[0].height() {
				for column in first..first + hash::COLUMNS {
					let value = honest[0].values[row * honest[0].width + column];
					*cell(&mut traces[0], row, column) = value;
				}
			}
		}
		Self { plan, tables, traces }
	}

	fn scan(&self) -> Layout {
		Layout::new(&self.plan)
	}

	fn fold(&self) -> fold::Layout {
		fold::Layout::new(&self.plan)
	}

	/// A cell of the scan.
	fn scanned(&mut self, row: usize, column: usize) -> &mut Felt {
		cell(&mut self.traces[0], row, column)
	}

	/// A cell of the fold.
	fn folded(&mut self, step: usize, column: usize) -> &mut Felt {
		let width = fold::Layout::new(&self.plan).width;
		cell(&mut self.traces[1], step / fold::STEPS, step % fold::STEPS * width + column)
	}

	/// Counts what is looked up, so that nothing is noticed by a wrong number of times.
	fn count_lookups(&mut self) {
		let mut times = vec![0u32; LIMB as usize];
		let checker = Checker::new(&self.tables);
		for table in [0, 1] {
			for row in 0..self.traces[table].height() {
				for (bus, (message, _)) in checker.messages(table, &self.traces[table], row) {
					if let ("range", Some(times)) =
						(bus, times.get_mut(message[0].as_canonical_u32() as usize))
					{
						*times += 1;
					}
				}
			}
		}
		for (row, all) in times.chunks(range::NUMBERS).enumerate() {
			for (place, times) in all.iter().enumerate() {
				*cell(&mut self.traces[3], row, range::TIMES + place) = Felt::from_u32(*times);
			}
		}
	}

	/// Refused, and not without the rule.
	fn only_by(mut self, rule: Rule) {
		self.count_lookups();
		let refused = Checker::new(&self.tables).check(&self.traces);
		assert!(refused.is_err(), "{rule:?}: not refused");
		let weak = self.tables.clone().without(rule);
		self.tables = weak;
		self.count_lookups();
		assert_eq!(
			Checker::new(&self.tables).check(&self.traces),
			Ok(()),
			"without {rule:?}, after {refused:?}"
		);
	}
}

fn cell(trace: &mut Trace, row: usize, column: usize) -> &mut Felt {
	let width = trace.width;
	&mut trace.values[row * width + column]
}

/// A table of one number column `x` and one date column `g`.
fn table(x: &[Option<i64>], g: &[i64]) -> Table {
	Table {
		descriptors: vec![
			descriptor("x", ColumnType::Decimal { scale: 0 }),
			descriptor("g", ColumnType::Date),
		],
		columns: vec![x.to_vec(), g.iter().map(|value| Some(*value)).collect()],
	}
}

/// Twelve rows: `x` is 10 to 21, `g` 5 for all.
fn twelve() -> Table {
	table(&(10..22).map(Some).collect::<Vec<_>>(), &[5; 12])
}

fn with(mut table: Table, row: usize, value: Option<i64>) -> Table {
	table.columns[0][row] = value;
	table
}

fn counted() -> Query {
	query(vec![Aggregate::CountAll], vec![within(0, 12, i64::MAX)], None)
}

fn is_null() -> Query {
	query(vec![Aggregate::CountAll], vec![Predicate { column: 0, condition: Condition::IsNull }], None)
}

#[test]
fn head_a_second_salt_row() {
	let real = twelve();
	let mut forgery = Forgery::of_lie(&real, &real, &counted(), 0);
	let head = forgery.scan().head;
	*forgery.scanned(3, head) = Felt::ONE;
	forgery.only_by(Rule::Head);
}

#[test]
fn lanes_a_row_dropped_and_one_of_the_padding_taken_instead() {
	let real = with(table(&[Some(1); 6], &[5; 6]), 2, None);
	// To the prover's liking, the NULL is none.
	let mut forgery = Forgery::of_lie(&real, &with(real_copy(&real), 2, Some(i64::MIN)), &is_null(), 0);
	let Layout { real: lanes, seen, .. } = forgery.scan();
	*forgery.scanned(1, lanes + 2) = Felt::ZERO;
	*forgery.scanned(2, lanes + 2) = Felt::ONE;
	*forgery.scanned(1, seen) = Felt::from_u32(3);
	forgery.only_by(Rule::Lanes);
}

fn real_copy(table: &Table) -> Table {
	Table { descriptors: table.descriptors.clone(), columns: table.columns.clone() }
}

#[test]
fn row_count_rows_that_are_not_there() {
	let (real, asked) = (twelve(), counted());
	let mut forgery = Forgery::of_lie(&real, &real, &asked, 0);
	let kinds = [ColumnType::Decimal { scale: 0 }, ColumnType::Date];
	let longer = Plan::new(&asked, &kinds, 13, 0).unwrap();
	let claimed = messages(&longer, &asked, &twin::evaluate(&real, &asked, 0)).unwrap();
	forgery.tables = Tables::new(&longer, &commit(&real, &KEY), &[5; 32], &claimed).unwrap();
	forgery.only_by(Rule::RowCount);
}

/// A value changed in the second block. What the block's permutation computes is left to the caller.
fn changed_value() -> (Table, Forgery) {
	let real = twelve();
	let mut forgery = Forgery::of_lie(&real, &with(twelve(), 5, Some(3)), &counted(), 0);
	let first = forgery.scan().hashes[0];
	for (place, limb) in limbs(Some(3)).into_iter().enumerate() {
		*forgery.scanned(2, first + LIMBS + place) = Felt::from_u32(limb);
	}
	(real, forgery)
}

#[test]
fn permutation_a_value_changed_and_the_digest_kept() {
	changed_value().1.only_by(Rule::Permutation);
}

#[test]
fn chain_a_block_exchanged() {
	let (_, mut forgery) = changed_value();
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
	forgery.only_by(Rule::Chain);
}

#[test]
fn start_the_first_rows_cut_off() {
	let real = twelve();
	let asked = counted();
	let short = Table {
		descriptors: real.descriptors.clone(),
		columns: real.columns.iter().map(|column| column[4..].to_vec()).collect(),
	};
	let longer = Forgery::of_lie(&real, &real, &asked, 0);
	let mut forgery = Forgery::of_lie(&short, &short, &asked, 0);
	let claimed = messages(&forgery.plan, &asked, &twin::evaluate(&short, &asked, 0)).unwrap();
	// Eight rows, under the digest of twelve.
	forgery.tables = Tables::new(&forgery.plan, &commit(&real, &KEY), &[5; 32], &claimed).unwrap();
	let first = forgery.scan().hashes[0];
	for row in 0..forgery.traces[0].height() - 1 {
		for place in 0..hash::COLUMNS {
			let value = longer.traces[0].values[(row + 1) * longer.traces[0].width + first + place];
			*forgery.scanned(row, first + place) = value;
		}
	}
	forgery.only_by(Rule::Start);
}

#[test]
fn digest_another_table() {
	let (real, other) = (twelve(), with(twelve(), 5, Some(3)));
	let mut forgery = Forgery::of_lie(&other, &other, &counted(), 0);
	let claimed = messages(&forgery.plan, &counted(), &twin::evaluate(&other, &counted(), 0)).unwrap();
	forgery.tables = Tables::new(&forgery.plan, &commit(&real, &KEY), &[5; 32], &claimed).unwrap();
	forgery.only_by(Rule::Digest);
}

#[test]
fn null_a_null_counted_as_a_value() {
	let real = with(twelve(), 3, None);
	let asked = query(vec![Aggregate::Count(0)], vec![], None);
	let mut forgery = Forgery::of_lie(&real, &with(twelve(), 3, Some(i64::MIN)), &asked, 0);
	// The fourth row comes in the fifth step: the first is the seed.
	let value = forgery.fold().values[0].value;
	*forgery.folded(4, value + LIMBS - 1) = Felt::from_u32(LIMB);
	forgery.only_by(Rule::Null);
}

/// A row that matches left out: 15, row 5, is said to be below 12.
fn left_out() -> Forgery {
	let (real, lie) = (twelve(), with(twelve(), 5, Some(3)));
	let mut forgery = Forgery::of_lie(&real, &lie, &counted(), 0);
	let low = forgery.scan().predicates[0].low.unwrap();
	for place in 0..LIMBS {
		*forgery.scanned(2, low + LIMBS + place) = Felt::from_bool(place == LIMBS - 1);
	}
	forgery
}

#[test]
fn difference_a_matching_row_left_out() {
	left_out().only_by(Rule::Difference);
}

#[test]
fn range_a_matching_row_left_out_with_a_number_of_seventeen_bits() {
	let mut forgery = left_out();
	forgery.count_lookups();
	// 15 - 12 with a borrow that nobody lent: the highest limb of the difference is 2^16. Put where no number is looked up.
	let unused = (1..forgery.traces[3].height() - 1)
		.find(|row| {
			(0..range::NUMBERS)
				.all(|place| *cell(&mut forgery.traces[3], *row, range::TIMES + place) == Felt::ZERO)
		})
		.unwrap();
	*cell(&mut forgery.traces[3], unused, range::NUMBER) = Felt::from_u32(LIMB);
	*cell(&mut forgery.traces[3], unused, range::TIMES) = Felt::ONE;
	assert!(Checker::new(&forgery.tables).check(&forgery.traces).is_err());
	let weak = forgery.tables.clone().without(Rule::Range);
	assert_eq!(Checker::new(&weak).check(&forgery.traces), Ok(()));
}

#[test]
fn borrow_a_matching_row_left_out_by_borrows_that_are_no_bits() {
	let mut forgery = left_out();
	let low = forgery.scan().predicates[0].low.unwrap() + LIMBS;
	let (value, bound) = (limbs(Some(15)).map(Felt::from_u32), limbs(Some(12)).map(Felt::from_u32));
	// All differences have 16 bits: the second is 1, the third what is left of the next multiple of 2^16, the fourth 2^16 less
	// that multiple.
	let second = (Felt::ONE + bound[1] - value[1]) * Felt::from_u32(LIMB).inverse();
	let rest = (second - value[2] + bound[2]).as_canonical_u32();
	let third = rest.div_ceil(LIMB);
	*forgery.scanned(2, low + 1) = second;
	*forgery.scanned(2, low + 2) = Felt::from_u32(third);
	forgery.only_by(Rule::Borrow);
}

#[test]
fn matched_a_matching_row_left_out() {
	let mut forgery = left_out();
	let low = forgery.scan().predicates[0].low.unwrap();
	*forgery.scanned(2, low + LIMBS + LIMBS - 1) = Felt::ZERO;
	forgery.only_by(Rule::Match);
}

/// Counts one more than there is, from the first step on.
fn one_more(aggregate: Aggregate, column: impl Fn(&fold::Layout) -> usize) -> Forgery {
	let real = twelve();
	let asked = query(vec![aggregate], vec![], None);
	let mut answer = twin::evaluate(&real, &asked, 0);
	answer.groups[0].figures[0] = Figure::Count(13);
	// Of thirteen rows, one is not there: the plan knows of thirteen, so that the count is not refused at sight.
	let longer = table(&(10..23).map(Some).collect::<Vec<_>>(), &[5; 13]);
	let lie = Predicate { column: 0, condition: Condition::Within { low: i64::MIN, high: 21 } };
	let asked = query(vec![aggregate], vec![lie], None);
	let mut forgery = Forgery::with_answer(&longer, &longer, &asked, 0, &answer);
	let column = column(&forgery.fold());
	for step in 0..=12 {
		*forgery.folded(step, column) += Felt::ONE;
	}
	forgery
}

#[test]
fn count_one_more() {
	one_more(Aggregate::CountAll, |layout| layout.count).only_by(Rule::Count);
}

#[test]
fn values_one_more() {
	one_more(Aggregate::Count(0), |layout| layout.values[0].count.unwrap()).only_by(Rule::Values);
}

#[test]
fn live_a_value_that_nobody_sent() {
	let mut forgery = one_more(Aggregate::Count(0), |layout| layout.values[0].count.unwrap());
	let null = forgery.fold().values[0].null;
	*forgery.folded(0, null) = Felt::ZERO;
	forgery.only_by(Rule::Live);
}

/// Four rows of one group said to be two of two, of which none reaches three.
fn split(step: bool) -> Forgery {
	let real = table(&[Some(1); 4], &[5; 4]);
	let lie = table(&[Some(1); 4], &[5, 5, 6, 6]);
	let asked = query(vec![Aggregate::CountAll], vec![], Some(1));
	let mut forgery = Forgery::of_lie(&real, &lie, &asked, 3);
	let key = forgery.fold().key.unwrap();
	for row in [2, 3] {
		*forgery.folded(row, key.key) = Felt::from_u32(5);
	}
	*forgery.folded(1, key.step) = Felt::from_bool(step);
	forgery
}

#[test]
fn boundary_a_group_split_in_two_to_stay_below_the_threshold() {
	split(false).only_by(Rule::Boundary);
}

#[test]
fn ascending_a_group_split_in_two_to_stay_below_the_threshold() {
	split(true).only_by(Rule::Ascending);
}

#[test]
fn key_two_groups_put_together_to_reach_the_threshold() {
	let real = table(&[Some(1); 4], &[5, 5, 6, 6]);
	let lie = table(&[Some(1); 4], &[6; 4]);
	let asked = query(vec![Aggregate::CountAll], vec![], Some(1));
	let mut forgery = Forgery::of_lie(&real, &lie, &asked, 3);
	let key = forgery.fold().key.unwrap();
	for row in [0, 1] {
		*forgery.folded(row, key.key) = Felt::from_u32(5);
	}
	forgery.only_by(Rule::Key);
}

#[test]
fn sum_one_more() {
	let real = twelve();
	let asked = query(vec![Aggregate::Sum(0)], vec![], None);
	let mut answer = twin::evaluate(&real, &asked, 0);
	let Figure::Sum(Some(sum)) = &mut answer.groups[0].figures[0] else { panic!("a sum") };
	*sum += 1;
	let mut forgery = Forgery::with_answer(&real, &real, &asked, 0, &answer);
	let (limbs, _) = forgery.fold().values[0].sum.unwrap();
	*forgery.folded(12, limbs) += Felt::ONE;
	forgery.only_by(Rule::Sum);
}

#[test]
fn sum_limbs_a_carry_kept_back() {
	// The third value carries from the lowest limb; nothing is answered, there being fewer than fifty rows.
	let real = table(&[Some(40_000), Some(20_000), Some(10_000)], &[5; 3]);
	let mut forgery = Forgery::of_lie(&real, &real, &query(vec![Aggregate::Sum(0)], vec![], None), 4);
	let (limbs, carries) = forgery.fold().values[0].sum.unwrap();
	assert_eq!(*forgery.folded(3, carries), Felt::ONE);
	*forgery.folded(3, carries) = Felt::ZERO;
	*forgery.folded(3, limbs) += Felt::from_u32(LIMB);
	*forgery.folded(3, limbs + 1) -= Felt::ONE;
	forgery.only_by(Rule::SumLimbs);
}

#[test]
fn bound_a_least_value_that_is_not_the_least() {
	let asked = query(vec![Aggregate::Min(0)], vec![], None);
	let mut forgery = Forgery::of_lie(&twelve(), &with(twelve(), 0, Some(18)), &asked, 0);
	let layout = forgery.fold();
	for (place, limb) in limbs(Some(10)).into_iter().enumerate() {
		*forgery.folded(1, layout.values[0].value + place) = Felt::from_u32(limb);
	}
	forgery.only_by(Rule::Bound);
}

#[test]
fn reached_a_least_value_that_no_row_has() {
	let asked = query(vec![Aggregate::Min(0)], vec![], None);
	let mut answer = twin::evaluate(&twelve(), &asked, 0);
	answer.groups[0].figures[0] = Figure::Value(Some(5));
	let mut forgery = Forgery::with_answer(&twelve(), &twelve(), &asked, 0, &answer);
	let extreme = forgery.fold().values[0].min.clone().unwrap();
	for step in 0..=12 {
		*forgery.folded(step, extreme.extreme) = Felt::from_u32(5);
		*forgery.folded(step, extreme.hit) = Felt::ZERO;
		*forgery.folded(step, extreme.reached) = Felt::ZERO;
	}
	forgery.only_by(Rule::Reached);
}

#[test]
fn threshold_a_small_group_answered_and_a_large_one_not() {
	let real = table(&[Some(1); 6], &[5, 5, 6, 6, 6, 6]);
	let asked = query(vec![Aggregate::CountAll], vec![], Some(1));
	let all = twin::evaluate(&real, &asked, 0);
	let only = |number: usize| Answer { groups: vec![all.groups[number].clone()] };
	// Asked with a threshold of three: the first group is too small, the second is not.
	for (answer, changed) in [(all.clone(), 1), (Answer::default(), 5)] {
		let mut forgery = Forgery::with_answer(&real, &real, &asked, 3, &answer);
		let layout = forgery.fold().threshold.unwrap();
		let answered = forgery.folded(changed, layout.answered);
		*answered = Felt::ONE - *answered;
		forgery.only_by(Rule::Threshold);
	}
	assert_eq!(twin::evaluate(&real, &asked, 3), only(1));
}

#[test]
fn answer_another_one() {
	let real = twelve();
	let mut forgery = Forgery::of_lie(&real, &real, &counted(), 0);
	let mut other = twin::evaluate(&real, &counted(), 0);
	other.groups[0].figures[0] = Figure::Count(11);
	let claimed = messages(&forgery.plan, &counted(), &other).unwrap();
	forgery.tables = Tables::new(&forgery.plan, &commit(&real, &KEY), &[5; 32], &claimed).unwrap();
	forgery.only_by(Rule::Answer);
}

#[test]
fn a_row_twice_is_refused_by_the_bus() {
	let real = twelve();
	let asked = query(vec![Aggregate::CountAll, Aggregate::Sum(0)], vec![within(0, 12, i64::MAX)], None);
	// Row 0 does not match; a lie makes it a second row 5.
	let mut forgery = Forgery::of_lie(&real, &with(twelve(), 0, Some(15)), &asked, 0);
	let honest = Forgery::of_lie(&real, &real, &asked, 0);
	forgery.traces[0] = honest.traces[0].clone();
	forgery.count_lookups();
	assert_eq!(
		Checker::new(&forgery.tables).check(&forgery.traces),
		Err(souk_aggregates::check::Broken::Bus("matched".into()))
	);
}

#[test]
fn the_sizes_that_the_forgeries_rely_on() {
	assert_eq!((LANES, RATE, fold::STEPS, scan::STATEMENT), (4, 16, 4, 16));
}
