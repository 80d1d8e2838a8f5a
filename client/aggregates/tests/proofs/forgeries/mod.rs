//! Forgeries: tables that claim what is not so, that one constraint refuses, and that nothing else would refuse. So no constraint can
//! be taken out without a test that fails.
//!
//! Some constraints keep cells at zero on which nothing depends: there the claim is true, and a cell is another than it must be.

mod fold;
mod rows;
mod scan;
mod values;

use super::support::*;
use p3_field::{Field, PrimeCharacteristicRing, PrimeField32};
use p3_matrix::Matrix;
use souk_aggregates::{
	check::Checker,
	commit,
	trace::{traces, Trace},
	twin, Table,
};
use souk_table_proofs::{
	air::{
		fold as fold_table, hash, range,
		scan::{self as scan_table, Layout},
		Rule, Stated, Tables,
	},
	commitment::{LANES, RATE},
	limbs::{limbs, LIMB, LIMBS},
	outcome::messages,
	plan::Plan,
	Aggregate, Answer, ColumnType, Condition, Felt, Predicate, Query,
};
use std::collections::BTreeSet;

/// What refuses a forgery: a constraint or lookup of a rule, or a bus.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum By {
	Rule(Rule),
	Bus(&'static str),
}

/// A name, what refuses it, and how it is made.
type Named = (&'static str, By, fn() -> Forgery);

fn all() -> impl Iterator<Item = &'static Named> {
	scan::FORGERIES.iter().chain(rows::FORGERIES).chain(fold::FORGERIES).chain(values::FORGERIES)
}

/// Constraints that follow from others, as their lines are written, and why.
const IMPLIED: [(&str, &str); 4] = [
	(
		"checks.bit(Rule::Boundary, rows.same.clone());",
		"F2: `same` is what is left of a bit, whether the next step is of a group, without another, `step`; with `step` it would \
		 be -1 before a step of no group, whose key is zeros, which are not above this step's, as F4 demands there",
	),
	(
		"checks.bit(Rule::Reached, reached.clone());",
		"F10: it adds up bits within a group, so that it never falls, and is a bit at the group's end",
	),
	("checks.first(Rule::Range, number.clone());", "R1: follows from the last number, the steps and the height"),
	(
		"checks.last(Rule::Range, number.clone() - AB::Expr::from_usize(NUMBERS * (RANGE_HEIGHT - 1)));",
		"R1: follows from the first number, the steps and the height",
	),
];

/// A claim about a table, and the tables of a prover who makes it.
struct Forgery {
	plan: Plan,
	tables: Tables,
	traces: Vec<Trace>,
	/// Whether how often numbers are looked up is part of the forgery.
	counted: bool,
}

impl Forgery {
	/// The tables of an honest prover.
	fn of(real: &Table, query: &Query, k: u32) -> Self {
		Self::of_lie(real, real, query, k)
	}

	/// The tables of a prover who computes with `lie` but has to show the digests and the values of `real`.
	fn of_lie(real: &Table, lie: &Table, query: &Query, k: u32) -> Self {
		let answer = twin::evaluate(lie, query, k);
		Self::with_answer(real, lie, query, k, &answer)
	}

	fn with_answer(real: &Table, lie: &Table, query: &Query, k: u32, answer: &Answer) -> Self {
		let claimed = messages(&plan_of(real, query, k), query, answer).unwrap();
		Self::with_messages(real, lie, query, k, &claimed)
	}

	/// With messages that stand for no answer, maybe: plain code refuses some of them as well.
	fn with_messages(real: &Table, lie: &Table, query: &Query, k: u32, claimed: &[Vec<Felt>]) -> Self {
		let plan = plan_of(real, query, k);
		let tables = Tables::new(&plan, &commit(real, &KEY), &[5; 32], claimed).unwrap();
		let honest = traces(&plan, &used(&plan, real), claimed);
		let mut traces = traces(&plan, &used(&plan, lie), claimed);
		let layout = Layout::new(&plan);
		for first in layout.hashes {
			for row in 0..traces[0].height() {
				for column in first..first + hash::COLUMNS {
					let value = honest[0].values[row * honest[0].width + column];
					*cell(&mut traces[0], row, column) = value;
				}
			}
		}
		Self { plan, tables, traces, counted: false }
	}

	/// The same tables, under the digests of `real`, another table of as many rows, and with `answer` claimed.
	fn under(mut self, real: &Table, key: &[u8; 32], query: &Query, answer: &Answer) -> Self {
		let claimed = messages(&self.plan, query, answer).unwrap();
		self.tables = Tables::new(&self.plan, &commit(real, key), &[5; 32], &claimed).unwrap();
		self
	}

	fn scan(&self) -> Layout {
		Layout::new(&self.plan)
	}

	fn fold(&self) -> fold_table::Layout {
		fold_table::Layout::new(&self.plan)
	}

	/// A cell of the scan.
	fn scanned(&mut self, row: usize, column: usize) -> &mut Felt {
		cell(&mut self.traces[0], row, column)
	}

	/// A cell of the fold.
	fn folded(&mut self, step: usize, column: usize) -> &mut Felt {
		let width = fold_table::Layout::new(&self.plan).width;
		cell(&mut self.traces[1], step / fold_table::STEPS, step % fold_table::STEPS * width + column)
	}

	/// Puts numbers into cells of a step of the fold that follow each other.
	fn put<const N: usize>(&mut self, step: usize, column: usize, numbers: [i64; N]) {
		for (place, number) in numbers.into_iter().enumerate() {
			*self.folded(step, column + place) = Felt::from_i64(number);
		}
	}

	/// Puts a value's limbs into four cells.
	fn put_value(&mut self, step: usize, column: usize, value: i64) {
		self.put(step, column, limbs(Some(value)).map(i64::from));
	}

	/// A fold that receives nothing. Right where no column is aggregated.
	fn empty_fold(&mut self) {
		self.traces[1].values.fill(Felt::ZERO);
	}

	/// Counts what is looked up, so that nothing is noticed by a wrong number of times.
	fn count_lookups(&mut self) {
		if self.counted {
			return;
		}
		let mut times = vec![Felt::ZERO; LIMB as usize];
		let checker = Checker::new(&self.tables);
		for table in [0, 1] {
			for row in 0..self.traces[table].height() {
				for (bus, (message, more)) in checker.messages(table, &self.traces[table], row) {
					if let ("range", Some(times)) =
						(bus, times.get_mut(message[0].as_canonical_u32() as usize))
					{
						*times += more;
					}
				}
			}
		}
		for (row, all) in times.chunks(range::NUMBERS).enumerate() {
			for (place, times) in all.iter().enumerate() {
				*cell(&mut self.traces[3], row, range::TIMES + place) = *times;
			}
		}
	}

	/// All that it breaks.
	fn broken(&mut self) -> BTreeSet<Stated> {
		self.count_lookups();
		Checker::new(&self.tables).all_broken(&self.traces)
	}
}

fn plan_of(table: &Table, query: &Query, k: u32) -> Plan {
	let kinds: Vec<_> = table.descriptors.iter().map(|descriptor| descriptor.kind).collect();
	Plan::new(query, &kinds, table.columns[0].len() as u64, k).unwrap()
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

/// Rows of these `x`; `g` is 5 for all.
fn numbers(x: impl IntoIterator<Item = i64>) -> Table {
	let x: Vec<_> = x.into_iter().map(Some).collect();
	let g = vec![5; x.len()];
	table(&x, &g)
}

/// Rows of these `g`; `x` is 1 for all.
fn dates(g: &[i64]) -> Table {
	table(&vec![Some(1); g.len()], g)
}

/// Twelve rows: `x` is 10 to 21, `g` 5 for all.
fn twelve() -> Table {
	numbers(10..22)
}

fn with(mut table: Table, row: usize, value: Option<i64>) -> Table {
	table.columns[0][row] = value;
	table
}

/// Of all rows.
fn of_all(aggregate: Aggregate) -> Query {
	query(vec![aggregate], vec![], None)
}

/// `count(*)` by `g`.
fn by_date() -> Query {
	query(vec![Aggregate::CountAll], vec![], Some(1))
}

/// How many are 12 or more.
fn counted() -> Query {
	query(vec![Aggregate::CountAll], vec![within(0, 12, i64::MAX)], None)
}

fn is_null() -> Query {
	query(vec![Aggregate::CountAll], vec![Predicate { column: 0, condition: Condition::IsNull }], None)
}

/// 1 / 2^16: what 2^16 times is one, although it is no bit.
fn fraction() -> Felt {
	Felt::from_u32(LIMB).inverse()
}

/// Borrows that are no bits, of a subtraction whose lowest limbs differ by -1 or -2 and whose others are equal: all differences have 16
/// bits, and nothing is borrowed at the end.
fn false_borrows() -> [Felt; LIMBS - 1] {
	// The second borrow is a fraction, which as a number has two limbs: the last two differences.
	let second = fraction();
	let rest = (-second).as_canonical_u32();
	[Felt::ONE, second, -Felt::from_u32(rest / LIMB)]
}

/// The text of a line that states something.
fn line(stated: &Stated) -> String {
	let (Stated::Constraint(_, file, line) | Stated::Lookup(_, file, line)) = stated else {
		return String::new();
	};
	let path = std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../..")).join(file);
	let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
	text.lines().nth(*line as usize - 1).unwrap().trim().to_owned()
}

#[test]
fn each_rule_has_a_forgery_that_nothing_else_refuses() {
	let mut without = Rule::ALL.to_vec();
	for (name, by, make) in all() {
		let By::Rule(rule) = *by else { continue };
		without.retain(|one| *one != rule);
		let mut forgery = make();
		forgery.count_lookups();
		let refused = Checker::new(&forgery.tables).check(&forgery.traces);
		assert!(refused.is_err(), "{name}: not refused");
		forgery.tables = forgery.tables.without(rule);
		forgery.count_lookups();
		let accepted = Checker::new(&forgery.tables).check(&forgery.traces);
		assert_eq!(accepted, Ok(()), "{name}: without {rule:?}, after {refused:?}");
	}
	assert_eq!(without, [], "rules that refuse no forgery");
}

#[test]
fn each_constraint_has_a_forgery_that_nothing_else_refuses() {
	let mut stated: BTreeSet<Stated> =
		samples().iter().flat_map(|sample| Checker::new(&sample.tables).stated()).collect();
	let mut refuses = BTreeSet::new();
	let mut wrong = Vec::new();
	for (name, by, make) in all() {
		let mut forgery = make();
		stated.extend(Checker::new(&forgery.tables).stated());
		let broken: Vec<Stated> = forgery.broken().into_iter().collect();
		let right = match (by, broken.as_slice()) {
			(By::Rule(rule), [Stated::Constraint(by, ..) | Stated::Lookup(by, ..)]) => rule == by,
			(By::Rule(rule), [Stated::Permutation]) => *rule == Rule::Permutation,
			(By::Bus(bus), [Stated::Message(by)]) => bus == by,
			_ => false,
		};
		if right {
			refuses.extend(broken);
		} else {
			wrong.push(format!("{name}, by {by:?}: {broken:#?}"));
		}
	}
	assert!(wrong.is_empty(), "refused by something else, or by more than one:\n{}", wrong.join("\n"));
	let implied = |stated: &Stated| IMPLIED.iter().any(|(text, _)| line(stated) == *text);
	let (implied, left): (Vec<Stated>, Vec<Stated>) =
		stated.difference(&refuses).partition(|stated| implied(stated));
	let left: Vec<_> = left.iter().map(|stated| format!("{stated:?}: {}", line(stated))).collect();
	assert!(left.is_empty(), "of these nothing is known that they alone refuse:\n{}", left.join("\n"));
	assert_eq!(implied.len(), IMPLIED.len(), "a constraint that follows from others is not there any more");
	println!(
		"{} constraints, lookups and buses, {} of which follow from others",
		stated.len(),
		implied.len()
	);
}

#[test]
fn the_sizes_that_the_forgeries_rely_on() {
	assert_eq!((LANES, RATE, fold_table::STEPS, scan_table::STATEMENT), (4, 16, 4, 16));
}
