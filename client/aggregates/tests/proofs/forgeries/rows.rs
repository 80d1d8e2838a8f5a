//! Forgeries of which rows there are, and of what the tables send each other.

use super::*;
use souk_table_proofs::{column_salt, commitment::salt_block, Figure};

pub(super) const FORGERIES: &[Named] = &[
	("no salt's row, and another digest of no rows", By::Rule(Rule::Head), no_head),
	("a second salt's row", By::Rule(Rule::Head), second_head),
	("a row left out and the one before it twice", By::Rule(Rule::Lanes), lane_twice),
	("the salt taken for a row", By::Rule(Rule::Lanes), salt_as_row),
	("a row dropped from a block and one of the padding taken", By::Rule(Rule::Lanes), gap_in_a_block),
	("a block's last row dropped and one of the padding taken", By::Rule(Rule::Lanes), gap_between_blocks),
	("the last row left out, counted beforehand", By::Rule(Rule::RowCount), counted_beforehand),
	("the last row left out, counted in its place", By::Rule(Rule::RowCount), counted_in_its_place),
	("rows that are not there", By::Rule(Rule::RowCount), rows_that_are_not_there),
	("another answer", By::Rule(Rule::Answer), another_answer),
	("another answer, in the answer's table too", By::Bus("groups"), another_answer_in_its_table),
	("a row twice, another one not", By::Bus("matched"), row_twice),
	("a row in another group", By::Bus("matched"), row_in_another_group),
	("a null received as a value", By::Bus("matched"), null_received_as_value),
];

/// Where nothing is said to begin, no digest is compared.
fn no_head() -> Forgery {
	let (none, asked) = (numbers([]), of_all(Aggregate::Min(0)));
	let mut forgery =
		Forgery::of(&none, &asked, 0).under(&none, &[8; 32], &asked, &twin::evaluate(&none, &asked, 0));
	let head = forgery.scan().head;
	*forgery.scanned(0, head) = Felt::ZERO;
	forgery
}

fn second_head() -> Forgery {
	let mut forgery = Forgery::of(&twelve(), &counted(), 0);
	let head = forgery.scan().head;
	*forgery.scanned(3, head) = Felt::ONE;
	forgery
}

/// Lanes that hold 1, 2, 0 and 0 rows.
fn lane_twice() -> Forgery {
	let asked = of_all(Aggregate::Sum(0));
	let mut forgery = Forgery::of_lie(&numbers([1, 2, 3]), &numbers([1, 2, 2]), &asked, 0);
	let lanes = forgery.scan().real;
	*forgery.scanned(1, lanes + 1) = Felt::TWO;
	*forgery.scanned(1, lanes + 2) = Felt::ZERO;
	forgery
}

/// Of a table without rows, the least value is said to be the salt's first four words.
fn salt_as_row() -> Forgery {
	let asked = of_all(Aggregate::Min(0));
	let salt = salt_block(&column_salt(&KEY, 0, 0));
	let value =
		salt[..LIMBS].iter().rev().fold(0u64, |high, limb| (high << 16) + u64::from(limb.as_canonical_u32()));
	let lie = numbers([(value ^ (1 << 63)).cast_signed()]);
	let mut forgery =
		Forgery::with_answer(&numbers([]), &numbers([]), &asked, 0, &twin::evaluate(&lie, &asked, 0));
	forgery.traces[1] = Forgery::of(&lie, &asked, 0).traces.swap_remove(1);
	let lanes = forgery.scan().real;
	*forgery.scanned(0, lanes) = Felt::ONE;
	forgery
}

/// Six rows, one of them NULL. To the prover's liking, it is none.
fn gap(null: usize, seen_before: u32) -> Forgery {
	let real = with(numbers([1; 6]), null, None);
	let mut forgery = Forgery::of_lie(&real, &with(numbers([1; 6]), null, Some(i64::MIN)), &is_null(), 0);
	let Layout { real: lanes, seen, .. } = forgery.scan();
	*forgery.scanned(1, lanes + null) = Felt::ZERO;
	*forgery.scanned(2, lanes + 2) = Felt::ONE;
	*forgery.scanned(1, seen) = Felt::from_u32(seen_before);
	forgery
}

fn gap_in_a_block() -> Forgery {
	gap(2, 3)
}

fn gap_between_blocks() -> Forgery {
	gap(3, 3)
}

/// Six rows, of which the scan shows five.
fn last_left_out() -> Forgery {
	let asked = of_all(Aggregate::Sum(0));
	let (real, short) = (numbers(1..7), numbers(1..6));
	let mut forgery = Forgery::with_answer(&real, &real, &asked, 0, &twin::evaluate(&short, &asked, 0));
	forgery.traces[1] = Forgery::of(&short, &asked, 0).traces.swap_remove(1);
	let lanes = forgery.scan().real;
	*forgery.scanned(2, lanes + 1) = Felt::ZERO;
	forgery
}

fn counted_beforehand() -> Forgery {
	let mut forgery = last_left_out();
	let seen = forgery.scan().seen;
	for row in [0, 1] {
		*forgery.scanned(row, seen) += Felt::ONE;
	}
	forgery
}

fn counted_in_its_place() -> Forgery {
	last_left_out()
}

fn rows_that_are_not_there() -> Forgery {
	let (real, asked) = (twelve(), counted());
	let longer = plan_of(&numbers(10..23), &asked, 0);
	let claimed = messages(&longer, &asked, &twin::evaluate(&real, &asked, 0)).unwrap();
	let tables = Tables::new(&longer, &commit(&real, &KEY), &[5; 32], &claimed).unwrap();
	Forgery { tables, ..Forgery::of(&real, &asked, 0) }
}

/// Eleven instead of ten.
fn another() -> Answer {
	let mut other = twin::evaluate(&twelve(), &counted(), 0);
	other.groups[0].figures[0] = Figure::Count(11);
	other
}

fn another_answer() -> Forgery {
	Forgery::of(&twelve(), &counted(), 0).under(&twelve(), &KEY, &counted(), &another())
}

fn another_answer_in_its_table() -> Forgery {
	Forgery::with_answer(&twelve(), &twelve(), &counted(), 0, &another())
}

/// The fold of a lie over the scan of what is real.
fn received(real: &Table, lie: &Table, query: &Query) -> Forgery {
	let mut forgery = Forgery::of_lie(real, lie, query, 0);
	forgery.traces[0] = Forgery::of(real, query, 0).traces.swap_remove(0);
	forgery
}

fn row_twice() -> Forgery {
	received(&twelve(), &with(twelve(), 0, Some(15)), &of_all(Aggregate::Sum(0)))
}

fn row_in_another_group() -> Forgery {
	received(&dates(&[5, 5, 6, 6]), &dates(&[5, 5, 5, 6]), &by_date())
}

fn null_received_as_value() -> Forgery {
	let lie = with(twelve(), 3, Some(i64::MIN));
	received(&with(twelve(), 3, None), &lie, &of_all(Aggregate::Count(0)))
}
