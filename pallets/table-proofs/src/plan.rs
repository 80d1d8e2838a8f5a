//! Which tables a query is proved with, how wide and how high they are. Follows from what is public, never from the rows.

use crate::{
	air::fold::STEPS,
	column::{ColumnType, MAX_COLUMNS},
	commitment::LANES,
	config::PARAMETERS,
	limbs::{biased, LIMBS},
	query::{Aggregate, ColumnIndex, Condition, Query, MAX_AGGREGATES, MAX_PREDICATES},
};
use alloc::vec::Vec;

/// Most rows that are proved at once. Sums then need 84 bits and have 96; counts are far below the field's modulus.
pub const MAX_ROWS: u64 = 1 << 20;
/// Most groups of an answer.
pub const MAX_GROUPS: usize = 1 << 12;
/// Rows of the lowest table: the masks of the proof system need so many to hide what its queries open.
pub const MIN_HEIGHT: usize = 256;
// A query opens one value of a column, and two points outside of the domain have four coordinates each. With twice as many
// random rows the rest stays hidden.
const _: () = assert!(2 * (PARAMETERS.queries + 2 * 4) <= MIN_HEIGHT);
/// Rows of the range table, each of which has eight numbers.
pub const RANGE_HEIGHT: usize = 1 << 13;

/// Why a query cannot be proved over a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlanError {
	/// No aggregate, or more than [`MAX_AGGREGATES`].
	Aggregates,
	/// More than [`MAX_PREDICATES`], or not in strictly ascending order.
	Predicates,
	/// The query names a column that is not there.
	NoSuchColumn(ColumnIndex),
	/// A sum or an average of a column that is no number.
	NotANumber(ColumnIndex),
	/// More than [`MAX_ROWS`] rows.
	TooManyRows,
	/// More than [`MAX_COLUMNS`] columns.
	TooManyColumns,
}

/// A predicate on the column in a slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlannedPredicate {
	/// Place of the column among [`Plan::used`].
	pub slot: usize,
	/// What is proved of its value.
	pub test: Test,
}

/// What a predicate proves of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Test {
	/// Between two values, both included (`outside`: not so), and not NULL. A side without limbs is open.
	Range {
		/// Limbs of the least value, where there is one.
		low: Option<[u32; LIMBS]>,
		/// Limbs of the greatest value, where there is one.
		high: Option<[u32; LIMBS]>,
		/// Whether the values outside are meant.
		outside: bool,
	},
	/// NULL.
	Null,
	/// Not NULL.
	NotNull,
}

/// An aggregated column and what is asked of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlannedValue {
	/// Place of the column among [`Plan::used`].
	pub slot: usize,
	/// Its number of values.
	pub count: bool,
	/// Its sum.
	pub sum: bool,
	/// Its least value.
	pub min: bool,
	/// Its greatest value.
	pub max: bool,
	/// Whether there is a value at all: for sums, least and greatest values, which may be NULL.
	pub some: bool,
}

/// What a statement is proved with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
	/// Rows of the committed table.
	pub rows: u32,
	/// The columns that the query names, ascending. A column's place here is its slot.
	pub used: Vec<ColumnIndex>,
	/// The predicates, in the query's order.
	pub predicates: Vec<PlannedPredicate>,
	/// The slot of the grouping column.
	pub group: Option<usize>,
	/// The aggregated columns, ascending by slot.
	pub values: Vec<PlannedValue>,
	/// Whether `count(*)` is asked for.
	pub rows_counted: bool,
	/// Groups of fewer rows are not answered; 0 where every group is.
	pub threshold: u32,
}

impl Plan {
	/// The plan of a query over columns of these types.
	pub fn new(
		query: &Query,
		kinds: &[ColumnType],
		rows: u64,
		min_group_size: u32,
	) -> Result<Self, PlanError> {
		let rows = u32::try_from(rows)
			.ok()
			.filter(|rows| u64::from(*rows) <= MAX_ROWS)
			.ok_or(PlanError::TooManyRows)?;
		if kinds.len() > MAX_COLUMNS {
			return Err(PlanError::TooManyColumns);
		}
		if query.aggregates.is_empty() || query.aggregates.len() > MAX_AGGREGATES {
			return Err(PlanError::Aggregates);
		}
		let ascending = query.predicates.windows(2).all(|pair| pair.first() < pair.last());
		if query.predicates.len() > MAX_PREDICATES || !ascending {
			return Err(PlanError::Predicates);
		}
		let aggregated = query.aggregates.iter().filter_map(column_of);
		let filtered = query.predicates.iter().map(|predicate| predicate.column);
		let mut used: Vec<ColumnIndex> = aggregated.chain(filtered).chain(query.group_by).collect();
		used.sort_unstable();
		used.dedup();
		if let Some(unknown) = used.iter().find(|column| kinds.get(usize::from(**column)).is_none()) {
			return Err(PlanError::NoSuchColumn(*unknown));
		}
		let slot = |column: ColumnIndex| used.iter().position(|one| *one == column).unwrap_or_default();
		for aggregate in &query.aggregates {
			if let Aggregate::Sum(column) | Aggregate::Avg(column) = aggregate {
				if !matches!(kinds.get(usize::from(*column)), Some(ColumnType::Decimal { .. })) {
					return Err(PlanError::NotANumber(*column));
				}
			}
		}
		let predicates = query
			.predicates
			.iter()
			.map(|predicate| PlannedPredicate {
				slot: slot(predicate.column),
				test: test(&predicate.condition),
			})
			.collect();
		let values = used
			.iter()
			.enumerate()
			.filter_map(|(slot, column)| planned_value(&query.aggregates, slot, *column))
			.collect();
		Ok(Self {
			rows,
			predicates,
			group: query.group_by.map(slot),
			values,
			rows_counted: query.aggregates.contains(&Aggregate::CountAll),
			threshold: if min_group_size <= 1 { 0 } else { min_group_size.min(rows.saturating_add(1)) },
			used,
		})
	}

	/// Rows of the scan: the salt's block and a block for every four rows.
	pub fn scan_height(&self) -> usize {
		let blocks = usize_of(self.rows).div_ceil(LANES).saturating_add(1);
		blocks.next_power_of_two().max(MIN_HEIGHT)
	}

	/// Rows of the fold, four steps each: every row might match, and one step begins the group of a query without `GROUP BY`.
	pub fn fold_height(&self) -> usize {
		let steps = usize_of(self.rows).saturating_add(1);
		steps.div_ceil(STEPS).next_power_of_two().max(MIN_HEIGHT)
	}

	/// Rows of the answer's table.
	pub fn answer_height(&self, groups: usize) -> usize {
		groups.next_power_of_two().max(MIN_HEIGHT)
	}

	/// Whether a slot's NULLs matter: not where it is only grouped by, NULL being a key like others.
	pub fn nulls_matter(&self, slot: usize) -> bool {
		self.predicates.iter().any(|predicate| predicate.slot == slot)
			|| self.values.iter().any(|value| value.slot == slot)
	}
}

fn usize_of(rows: u32) -> usize {
	usize::try_from(rows).unwrap_or(usize::MAX)
}

fn column_of(aggregate: &Aggregate) -> Option<ColumnIndex> {
	match *aggregate {
		Aggregate::CountAll => None,
		Aggregate::Count(column)
		| Aggregate::Sum(column)
		| Aggregate::Min(column)
		| Aggregate::Max(column)
		| Aggregate::Avg(column) => Some(column),
	}
}

fn test(condition: &Condition) -> Test {
	let range = |low: i64, high: i64, outside| Test::Range {
		low: (low != i64::MIN).then(|| biased(low)),
		high: (high != i64::MAX).then(|| biased(high)),
		outside,
	};
	match *condition {
		Condition::Within { low, high } => range(low, high, false),
		Condition::Outside { low, high } => range(low, high, true),
		Condition::IsNull => Test::Null,
		Condition::IsNotNull => Test::NotNull,
	}
}

fn planned_value(aggregates: &[Aggregate], slot: usize, column: ColumnIndex) -> Option<PlannedValue> {
	let asked = |wanted: &[Aggregate]| aggregates.iter().any(|aggregate| wanted.contains(aggregate));
	let (count, sum) = (Aggregate::Count(column), Aggregate::Sum(column));
	let (min, max, avg) = (Aggregate::Min(column), Aggregate::Max(column), Aggregate::Avg(column));
	asked(&[count, sum, min, max, avg]).then(|| PlannedValue {
		slot,
		count: asked(&[count, avg]),
		sum: asked(&[sum, avg]),
		min: asked(&[min]),
		max: asked(&[max]),
		some: asked(&[sum, min, max]),
	})
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::Predicate;
	use alloc::vec;

	const NUMBER: ColumnType = ColumnType::Decimal { scale: 0 };

	fn query(aggregates: Vec<Aggregate>, predicates: Vec<Predicate>, group_by: Option<u8>) -> Query {
		Query { aggregates, predicates, group_by }
	}

	#[test]
	fn a_query_beyond_the_limits_or_the_table_is_refused_by_name() {
		let plan = |query: Query, rows| Plan::new(&query, &[NUMBER, ColumnType::Text], rows, 1);
		let count = vec![Aggregate::CountAll];
		let null = |column| Predicate { column, condition: Condition::IsNull };
		assert_eq!(plan(query(vec![], vec![], None), 1), Err(PlanError::Aggregates));
		assert_eq!(plan(query(vec![Aggregate::CountAll; 17], vec![], None), 1), Err(PlanError::Aggregates));
		assert_eq!(plan(query(count.clone(), vec![null(0), null(0)], None), 1), Err(PlanError::Predicates));
		assert_eq!(plan(query(count.clone(), vec![null(1), null(0)], None), 1), Err(PlanError::Predicates));
		assert_eq!(plan(query(count.clone(), vec![null(2)], None), 1), Err(PlanError::NoSuchColumn(2)));
		assert_eq!(plan(query(count.clone(), vec![], Some(3)), 1), Err(PlanError::NoSuchColumn(3)));
		assert_eq!(plan(query(vec![Aggregate::Sum(1)], vec![], None), 1), Err(PlanError::NotANumber(1)));
		assert_eq!(plan(query(vec![Aggregate::Avg(1)], vec![], None), 1), Err(PlanError::NotANumber(1)));
		assert_eq!(plan(query(count.clone(), vec![], None), MAX_ROWS + 1), Err(PlanError::TooManyRows));
		assert!(plan(query(vec![Aggregate::Min(1)], vec![null(0)], Some(1)), MAX_ROWS).is_ok());
	}

	#[test]
	fn heights_follow_from_the_number_of_rows() {
		let plan = |rows| Plan::new(&query(vec![Aggregate::CountAll], vec![], None), &[], rows, 1).unwrap();
		assert_eq!((plan(0).scan_height(), plan(0).fold_height()), (256, 256));
		assert_eq!((plan(1020).scan_height(), plan(1023).fold_height()), (256, 256));
		assert_eq!((plan(1021).scan_height(), plan(1024).fold_height()), (512, 512));
		assert_eq!((plan(26_115).scan_height(), plan(26_115).fold_height()), (8192, 8192));
	}

	#[test]
	fn a_threshold_over_all_rows_suppresses_all_and_one_suppresses_none() {
		let plan =
			|k| Plan::new(&query(vec![Aggregate::CountAll], vec![], None), &[], 10, k).unwrap().threshold;
		assert_eq!([plan(0), plan(1), plan(2), plan(10), plan(11), plan(u32::MAX)], [0, 0, 2, 10, 11, 11]);
	}
}
