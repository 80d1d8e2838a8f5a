//! The numbers that an answer stands for in the proof, and which answers are refused at sight: of another shape than the query's,
//! not in order, or with figures that contradict each other.

use crate::{
	answer::{Answer, Figure, Group},
	limbs::{limbs, sum_limbs, LIMBS, SUM_LIMBS},
	plan::{Plan, PlannedValue, MAX_GROUPS},
	query::{Aggregate, Query},
	Felt,
};
use alloc::vec::Vec;
use p3_field::PrimeCharacteristicRing;

/// Why an answer is refused at sight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OutcomeError {
	/// More than [`MAX_GROUPS`] groups.
	TooManyGroups,
	/// A key where none is asked for, or the reverse.
	Key,
	/// Not in strictly ascending order of keys.
	Order,
	/// Without `GROUP BY` there is one row, or none where it may be suppressed.
	OneRow,
	/// Not one figure per aggregate, or of another kind.
	Shape,
	/// Two figures of a group contradict each other.
	Contradiction,
	/// A count of more rows than there are, or a sum that no such table has.
	OutOfRange,
}

/// Numbers of a message: how wide the answer's table is.
pub fn message_width(plan: &Plan) -> usize {
	let value = |value: &PlannedValue| {
		let least_and_greatest = usize::from(value.min).saturating_add(usize::from(value.max));
		let sum = if value.sum { SUM_LIMBS } else { 0 };
		usize::from(value.count)
			.saturating_add(usize::from(value.some))
			.saturating_add(sum)
			.saturating_add(least_and_greatest.saturating_mul(LIMBS))
	};
	let key = if plan.group.is_some() { LIMBS } else { 0 };
	let head = usize::from(plan.rows_counted).saturating_add(key);
	plan.values.iter().map(value).fold(head, usize::saturating_add)
}

/// One message per group: the key's limbs, the number of rows, and for each aggregated column its number of values, whether there
/// is one, the sum's limbs, the least and the greatest value's: of all these what is asked for.
pub fn messages(plan: &Plan, query: &Query, answer: &Answer) -> Result<Vec<Vec<Felt>>, OutcomeError> {
	if answer.groups.len() > MAX_GROUPS {
		return Err(OutcomeError::TooManyGroups);
	}
	let fixed = plan.group.is_none() && plan.threshold == 0;
	if plan.group.is_none() && answer.groups.len() > 1 || fixed && answer.groups.len() != 1 {
		return Err(OutcomeError::OneRow);
	}
	let keys = answer.groups.iter().map(|group| group.key);
	if keys.clone().any(|key| key.is_some() != plan.group.is_some()) {
		return Err(OutcomeError::Key);
	}
	let order: Vec<_> = keys.flatten().map(|key| (key.is_none(), key)).collect();
	if !order.windows(2).all(|pair| pair.first() < pair.last()) {
		return Err(OutcomeError::Order);
	}
	answer.groups.iter().map(|group| message(plan, query, group)).collect()
}

fn message(plan: &Plan, query: &Query, group: &Group) -> Result<Vec<Felt>, OutcomeError> {
	if group.figures.len() != query.aggregates.len() {
		return Err(OutcomeError::Shape);
	}
	let mut message: Vec<u32> = Vec::new();
	if let Some(key) = group.key {
		message.extend(limbs(key));
	}
	let figures = || query.aggregates.iter().zip(&group.figures);
	if plan.rows_counted {
		let mut rows = None;
		for (_, figure) in figures().filter(|(aggregate, _)| matches!(aggregate, Aggregate::CountAll)) {
			let Figure::Count(count) = figure else { return Err(OutcomeError::Shape) };
			agree(&mut rows, *count)?;
		}
		message.push(counted(plan, rows)?);
	}
	for value in &plan.values {
		let column = plan.used.get(value.slot).copied();
		let mut all = ValueFigures::default();
		for (aggregate, figure) in figures() {
			match *aggregate {
				Aggregate::Count(one)
				| Aggregate::Sum(one)
				| Aggregate::Min(one)
				| Aggregate::Max(one)
				| Aggregate::Avg(one)
					if Some(one) == column =>
				{
					all.take(aggregate, figure)?
				}
				_ => {}
			}
		}
		all.write(plan, value, &mut message)?;
	}
	Ok(message.into_iter().map(Felt::from_u32).collect())
}

/// What the figures of a group say of one column.
#[derive(Default)]
struct ValueFigures {
	count: Option<u64>,
	some: Option<bool>,
	sum: Option<i128>,
	min: Option<Option<i64>>,
	max: Option<Option<i64>>,
}

impl ValueFigures {
	fn take(&mut self, aggregate: &Aggregate, figure: &Figure) -> Result<(), OutcomeError> {
		match (aggregate, *figure) {
			(Aggregate::Count(_), Figure::Count(count)) => agree(&mut self.count, count),
			(Aggregate::Sum(_), Figure::Sum(sum)) => {
				agree(&mut self.some, sum.is_some())?;
				agree(&mut self.sum, sum.unwrap_or(0))
			}
			(Aggregate::Min(_), Figure::Value(value)) => {
				agree(&mut self.some, value.is_some())?;
				agree(&mut self.min, value)
			}
			(Aggregate::Max(_), Figure::Value(value)) => {
				agree(&mut self.some, value.is_some())?;
				agree(&mut self.max, value)
			}
			(Aggregate::Avg(_), Figure::Average { sum, count }) => {
				agree(&mut self.count, count)?;
				agree(&mut self.sum, sum)
			}
			_ => Err(OutcomeError::Shape),
		}
	}

	fn write(self, plan: &Plan, value: &PlannedValue, message: &mut Vec<u32>) -> Result<(), OutcomeError> {
		if value.count {
			message.push(counted(plan, self.count)?);
		}
		if value.some {
			message.push(u32::from(self.some.ok_or(OutcomeError::Shape)?));
		}
		if value.sum {
			let sum = self.sum.ok_or(OutcomeError::Shape)?;
			message.extend(sum_limbs(sum).ok_or(OutcomeError::OutOfRange)?);
		}
		if value.min {
			message.extend(value_or_zeros(self.min.ok_or(OutcomeError::Shape)?));
		}
		if value.max {
			message.extend(value_or_zeros(self.max.ok_or(OutcomeError::Shape)?));
		}
		Ok(())
	}
}

/// A least or greatest value that does not exist is four zeros in the proof.
fn value_or_zeros(value: Option<i64>) -> [u32; LIMBS] {
	value.map_or([0; LIMBS], |value| limbs(Some(value)))
}

/// A count, which is a field element: no more than the rows, so that it stands for one number only.
fn counted(plan: &Plan, count: Option<u64>) -> Result<u32, OutcomeError> {
	let count = count.ok_or(OutcomeError::Shape)?;
	u32::try_from(count).ok().filter(|count| *count <= plan.rows).ok_or(OutcomeError::OutOfRange)
}

fn agree<T: PartialEq>(known: &mut Option<T>, said: T) -> Result<(), OutcomeError> {
	match known {
		Some(known) if *known != said => Err(OutcomeError::Contradiction),
		Some(_) => Ok(()),
		None => {
			*known = Some(said);
			Ok(())
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::ColumnType;
	use alloc::vec;

	const NUMBER: ColumnType = ColumnType::Decimal { scale: 0 };

	fn grouped() -> (Plan, Query) {
		let aggregates = vec![
			Aggregate::CountAll,
			Aggregate::Count(0),
			Aggregate::Sum(0),
			Aggregate::Min(0),
			Aggregate::Max(0),
			Aggregate::Avg(0),
		];
		let query = Query { aggregates, predicates: vec![], group_by: Some(1) };
		(Plan::new(&query, &[NUMBER, ColumnType::Text], 100, 3).unwrap(), query)
	}

	fn group(key: Option<i64>) -> Group {
		let figures = vec![
			Figure::Count(5),
			Figure::Count(4),
			Figure::Sum(Some(-10)),
			Figure::Value(Some(-7)),
			Figure::Value(Some(2)),
			Figure::Average { sum: -10, count: 4 },
		];
		Group { key: Some(key), figures }
	}

	#[test]
	fn a_message_has_the_planned_width() {
		let (plan, query) = grouped();
		let answer = Answer { groups: vec![group(Some(0)), group(Some(3)), group(None)] };
		for message in messages(&plan, &query, &answer).unwrap() {
			assert_eq!(message.len(), message_width(&plan));
		}
	}

	#[test]
	fn answers_of_another_shape_order_or_sense_are_refused() {
		let (plan, query) = grouped();
		let refused = |groups: Vec<Group>| messages(&plan, &query, &Answer { groups }).unwrap_err();
		assert_eq!(refused(vec![group(Some(3)), group(Some(0))]), OutcomeError::Order);
		assert_eq!(refused(vec![group(Some(3)), group(Some(3))]), OutcomeError::Order);
		assert_eq!(refused(vec![group(None), group(Some(3))]), OutcomeError::Order);
		assert_eq!(refused(vec![Group { key: None, ..group(None) }]), OutcomeError::Key);
		let changed = |place: usize, figure: Figure| {
			let mut one = group(Some(0));
			one.figures[place] = figure;
			refused(vec![one])
		};
		assert_eq!(changed(0, Figure::Sum(None)), OutcomeError::Shape);
		assert_eq!(changed(0, Figure::Count(101)), OutcomeError::OutOfRange);
		assert_eq!(changed(1, Figure::Count(3)), OutcomeError::Contradiction);
		assert_eq!(changed(2, Figure::Sum(None)), OutcomeError::Contradiction);
		assert_eq!(changed(5, Figure::Average { sum: -9, count: 4 }), OutcomeError::Contradiction);
		let mut short = group(Some(0));
		short.figures.pop();
		assert_eq!(refused(vec![short]), OutcomeError::Shape);
		assert_eq!(refused(vec![group(Some(0)); MAX_GROUPS + 1]), OutcomeError::TooManyGroups);
	}

	#[test]
	fn without_grouping_there_is_one_row_unless_it_may_be_suppressed() {
		let query = Query { aggregates: vec![Aggregate::CountAll], predicates: vec![], group_by: None };
		let one = Group { key: None, figures: vec![Figure::Count(1)] };
		let of = |k, groups| {
			let plan = Plan::new(&query, &[], 9, k).unwrap();
			messages(&plan, &query, &Answer { groups }).map(|messages| messages.len())
		};
		assert_eq!(of(1, vec![one.clone()]), Ok(1));
		assert_eq!(of(1, vec![]), Err(OutcomeError::OneRow));
		assert_eq!(of(2, vec![]), Ok(0));
		assert_eq!(of(2, vec![one.clone(), one]), Err(OutcomeError::OneRow));
	}
}
