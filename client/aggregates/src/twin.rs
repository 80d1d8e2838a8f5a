//! What a proved answer must be, in plain Rust.

use std::collections::BTreeMap;

use souk_table_proofs::{Aggregate, Answer, ColumnIndex, Condition, Figure, Group, Query};

use crate::Table;

/// Answers a query over a table as the proof's statement says: SQL's meaning of NULL, exact sums, and no group of fewer
/// than `min_group_size` rows. 0 and 1 suppress nothing, not even the one row of a query without `GROUP BY` over no rows.
///
/// # Panics
/// If the query names a column that the table does not have.
pub fn evaluate(table: &Table, query: &Query, min_group_size: u32) -> Answer {
	let column = |index: ColumnIndex| table.columns[usize::from(index)].as_slice();
	let rows = table.rows();
	// NULL after all values, as in the answer.
	let mut groups: BTreeMap<(bool, Option<i64>), Running> = BTreeMap::new();
	if query.group_by.is_none() {
		groups.insert((false, None), Running::new(query));
	}
	for row in 0..rows {
		let matched = query
			.predicates
			.iter()
			.all(|predicate| matches(predicate.condition, column(predicate.column)[row]));
		if matched {
			let key = query.group_by.map_or((false, None), |index| {
				let value = column(index)[row];
				(value.is_none(), value)
			});
			groups.entry(key).or_insert_with(|| Running::new(query)).add(query, |index| column(index)[row]);
		}
	}
	let least = if min_group_size > 1 { u64::from(min_group_size) } else { 0 };
	let groups = groups
		.into_iter()
		.filter(|(_, running)| running.rows >= least)
		.map(|((_, value), running)| Group { key: query.group_by.map(|_| value), figures: running.figures })
		.collect();
	Answer { groups }
}

/// Whether a value meets a condition. NULL meets `IS NULL` and nothing else.
pub(crate) fn matches(condition: Condition, value: Option<i64>) -> bool {
	match (condition, value) {
		(Condition::IsNull, value) => value.is_none(),
		(_, None) => false,
		(Condition::IsNotNull, Some(_)) => true,
		(Condition::Within { low, high }, Some(value)) => low <= value && value <= high,
		(Condition::Outside { low, high }, Some(value)) => value < low || value > high,
	}
}

/// The figures of a group so far.
struct Running {
	rows: u64,
	figures: Vec<Figure>,
}

impl Running {
	fn new(query: &Query) -> Self {
		let none = |aggregate: &Aggregate| match aggregate {
			Aggregate::CountAll | Aggregate::Count(_) => Figure::Count(0),
			Aggregate::Sum(_) => Figure::Sum(None),
			Aggregate::Min(_) | Aggregate::Max(_) => Figure::Value(None),
			Aggregate::Avg(_) => Figure::Average { sum: 0, count: 0 },
		};
		Self { rows: 0, figures: query.aggregates.iter().map(none).collect() }
	}

	fn add(&mut self, query: &Query, value: impl Fn(ColumnIndex) -> Option<i64>) {
		self.rows += 1;
		for (aggregate, figure) in query.aggregates.iter().zip(&mut self.figures) {
			let value = match aggregate {
				Aggregate::CountAll => {
					*figure = Figure::Count(self.rows);
					continue;
				}
				Aggregate::Count(index)
				| Aggregate::Sum(index)
				| Aggregate::Min(index)
				| Aggregate::Max(index)
				| Aggregate::Avg(index) => value(*index),
			};
			let Some(value) = value else { continue };
			*figure = match (*aggregate, *figure) {
				(_, Figure::Count(count)) => Figure::Count(count + 1),
				// 2^64 values of 64 bits each: 128 are enough.
				(_, Figure::Sum(sum)) => Figure::Sum(Some(sum.unwrap_or(0) + i128::from(value))),
				(Aggregate::Max(_), Figure::Value(known)) => {
					Figure::Value(Some(known.map_or(value, |known| known.max(value))))
				}
				(_, Figure::Value(known)) => {
					Figure::Value(Some(known.map_or(value, |known| known.min(value))))
				}
				(_, Figure::Average { sum, count }) => {
					Figure::Average { sum: sum + i128::from(value), count: count + 1 }
				}
			};
		}
	}
}

#[cfg(test)]
mod tests {
	use super::evaluate;
	use crate::Table;
	use souk_table_proofs::{
		Aggregate, ColumnDescriptor, ColumnType, Condition, Figure, Group, Predicate, Query,
	};

	const KEY: u8 = 0;
	const VALUE: u8 = 1;

	fn table(rows: &[(Option<i64>, Option<i64>)]) -> Table {
		let column = |name: &str| ColumnDescriptor {
			name: name.to_owned(),
			kind: ColumnType::Decimal { scale: 0 },
			dictionary: Vec::new(),
		};
		let (keys, values) = rows.iter().copied().unzip();
		Table { descriptors: vec![column("key"), column("value")], columns: vec![keys, values] }
	}

	fn everything(group_by: Option<u8>, predicates: Vec<Predicate>) -> Query {
		let aggregates = vec![
			Aggregate::CountAll,
			Aggregate::Count(VALUE),
			Aggregate::Sum(VALUE),
			Aggregate::Min(VALUE),
			Aggregate::Max(VALUE),
			Aggregate::Avg(VALUE),
		];
		Query { aggregates, predicates, group_by }
	}

	fn figures(rows: u64, count: u64, sum: i128, least: Option<i64>, greatest: Option<i64>) -> Vec<Figure> {
		vec![
			Figure::Count(rows),
			Figure::Count(count),
			Figure::Sum((count > 0).then_some(sum)),
			Figure::Value(least),
			Figure::Value(greatest),
			Figure::Average { sum, count },
		]
	}

	#[test]
	fn no_rows_are_one_row_without_group_by_and_none_with_it() {
		let one = evaluate(&table(&[]), &everything(None, vec![]), 0);
		assert_eq!(one.groups, [Group { key: None, figures: figures(0, 0, 0, None, None) }]);
		assert_eq!(evaluate(&table(&[]), &everything(None, vec![]), 1), one);
		assert_eq!(evaluate(&table(&[]), &everything(None, vec![]), 2).groups, []);
		assert_eq!(evaluate(&table(&[]), &everything(Some(KEY), vec![]), 0).groups, []);
	}

	#[test]
	fn null_is_ignored_by_figures_and_a_group_of_its_own_at_the_end() {
		let table = table(&[
			(None, Some(7)),
			(Some(2), None),
			(Some(-1), Some(4)),
			(Some(2), Some(-9)),
			(None, None),
			(Some(2), Some(1)),
		]);
		let answer = evaluate(&table, &everything(Some(KEY), vec![]), 0);
		let expected = [
			Group { key: Some(Some(-1)), figures: figures(1, 1, 4, Some(4), Some(4)) },
			Group { key: Some(Some(2)), figures: figures(3, 2, -8, Some(-9), Some(1)) },
			Group { key: Some(None), figures: figures(2, 1, 7, Some(7), Some(7)) },
		];
		assert_eq!(answer.groups, expected);
	}

	#[test]
	fn a_group_is_suppressed_by_its_rows_not_by_its_values() {
		let table =
			table(&[(Some(1), None), (Some(1), None), (Some(2), Some(5)), (None, Some(6)), (None, Some(6))]);
		let keys = |k| -> Vec<_> {
			evaluate(&table, &everything(Some(KEY), vec![]), k).groups.iter().map(|group| group.key).collect()
		};
		assert_eq!(keys(0), [Some(Some(1)), Some(Some(2)), Some(None)]);
		assert_eq!(keys(1), keys(0));
		assert_eq!(keys(2), [Some(Some(1)), Some(None)]);
		assert_eq!(keys(3), []);
	}

	#[test]
	fn a_comparison_with_null_is_no_match_either_way() {
		let rows = table(&[(Some(1), None), (Some(2), Some(5)), (Some(3), Some(6))]);
		let count = |condition| {
			let query = everything(None, vec![Predicate { column: VALUE, condition }]);
			evaluate(&rows, &query, 0).groups[0].figures[0]
		};
		assert_eq!(count(Condition::Within { low: 5, high: 5 }), Figure::Count(1));
		assert_eq!(count(Condition::Outside { low: 5, high: 5 }), Figure::Count(1));
		assert_eq!(count(Condition::Outside { low: 9, high: 1 }), Figure::Count(2));
		assert_eq!(count(Condition::Within { low: 9, high: 1 }), Figure::Count(0));
		assert_eq!(count(Condition::IsNull), Figure::Count(1));
		assert_eq!(count(Condition::IsNotNull), Figure::Count(2));
	}

	#[test]
	fn sums_go_past_64_bits() {
		let rows = vec![(None, Some(i64::MIN)); 1_000];
		let answer = evaluate(&table(&rows), &everything(None, vec![]), 0);
		let sum = i128::from(i64::MIN) * 1_000;
		assert_eq!(answer.groups[0].figures, figures(1_000, 1_000, sum, Some(i64::MIN), Some(i64::MIN)));
	}
}
