//! From names to columns: the normal form of a statement over a table.

use std::collections::BTreeMap;

use souk_table_proofs::{
	Aggregate, ColumnDescriptor, ColumnIndex, ColumnType, Predicate, Query, MAX_AGGREGATES, MAX_PREDICATES,
};

use super::{
	condition::{Condition, Constant, Test},
	error::SqlError,
	layout::{Layout, OutputColumn, Shown},
	normal::Allowed,
	shape::{AggregateFunction, Item, Name, Shape, What},
	Statement,
};
use crate::decimal::Bound;

pub(super) fn resolve(shape: Shape, columns: &[ColumnDescriptor]) -> Result<Statement, SqlError> {
	let Shape { table, items, conditions, group_by } = shape;
	let group_by = group_by.map(|name| find(&name, columns)).transpose()?.map(|(index, _)| index);
	let (aggregates, layout) = answer_columns(items, group_by, columns)?;
	let predicates = predicates(&conditions, columns)?;
	Ok(Statement { table, query: Query { aggregates, predicates, group_by }, layout })
}

fn find<'a>(
	name: &Name,
	columns: &'a [ColumnDescriptor],
) -> Result<(ColumnIndex, &'a ColumnDescriptor), SqlError> {
	let position = columns.iter().position(|column| column.name == name.value);
	match position.and_then(|at| Some((ColumnIndex::try_from(at).ok()?, columns.get(at)?))) {
		Some(found) => Ok(found),
		None => Err(name.part.refuse(unknown(&name.value, columns))),
	}
}

fn unknown(name: &str, columns: &[ColumnDescriptor]) -> String {
	let spelled_otherwise = columns.iter().find(|column| column.name.to_lowercase() == name.to_lowercase());
	if let Some(column) = spelled_otherwise {
		return format!("there is \"{}\"; a name without quotes is read in lower case", column.name);
	}
	if columns.is_empty() {
		return "the snapshot commits to no columns: its manifest has no [prove]".to_owned();
	}
	let names: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
	format!("the snapshot does not commit to such a column, it does to {}", names.join(", "))
}

fn answer_columns(
	items: Vec<Item>,
	group_by: Option<ColumnIndex>,
	columns: &[ColumnDescriptor],
) -> Result<(Vec<Aggregate>, Layout), SqlError> {
	let mut aggregates: Vec<Aggregate> = Vec::new();
	let mut shown = Vec::new();
	for Item { what, alias, part } in items {
		let (aggregate, name) = match what {
			What::Column(name) => {
				let (index, column) = find(&name, columns)?;
				if group_by != Some(index) {
					return Err(part.refuse("of columns themselves, SELECT has the one that GROUP BY names"));
				}
				shown.push(OutputColumn {
					name: alias.unwrap_or_else(|| column.name.clone()),
					shown: Shown::Key,
				});
				continue;
			}
			What::CountAll => (Aggregate::CountAll, "count(*)".to_owned()),
			What::Of(function, name) => {
				let (index, column) = find(&name, columns)?;
				let aggregate = match function {
					AggregateFunction::Count => Aggregate::Count(index),
					AggregateFunction::Min => Aggregate::Min(index),
					AggregateFunction::Max => Aggregate::Max(index),
					AggregateFunction::Sum => Aggregate::Sum(index),
					AggregateFunction::Avg => Aggregate::Avg(index),
				};
				let needs_numbers = matches!(function, AggregateFunction::Sum | AggregateFunction::Avg);
				if needs_numbers && !matches!(column.kind, ColumnType::Decimal { .. }) {
					let reason = format!("{} needs numbers, and {} has none", function.word(), column.name);
					return Err(part.refuse(reason));
				}
				(aggregate, format!("{}({})", function.word(), column.name))
			}
		};
		// A figure that is asked for twice is proved once.
		let figure = aggregates.iter().position(|known| *known == aggregate).unwrap_or_else(|| {
			aggregates.push(aggregate);
			aggregates.len() - 1
		});
		if aggregates.len() > MAX_AGGREGATES {
			return Err(part.refuse(format!("a query has at most {MAX_AGGREGATES} different aggregates")));
		}
		shown.push(OutputColumn { name: alias.unwrap_or(name), shown: Shown::Figure(figure) });
	}
	if aggregates.is_empty() {
		return Err(SqlError::whole("it has no aggregate: SELECT at least one, such as count(*)"));
	}
	Ok((aggregates, Layout { columns: shown }))
}

fn predicates(conditions: &[Condition], columns: &[ColumnDescriptor]) -> Result<Vec<Predicate>, SqlError> {
	let mut allowed: BTreeMap<ColumnIndex, Allowed> = BTreeMap::new();
	for Condition { column: name, test } in conditions {
		let (index, column) = find(name, columns)?;
		let allowed = allowed.entry(index).or_insert_with(Allowed::all);
		match test {
			Test::IsNull => allowed.null(),
			Test::IsNotNull => allowed.not_null(),
			Test::Compare(operator, constant) => allowed.compare(*operator, bound(constant, column)?),
			Test::Between { low, high, negated } => {
				allowed.between(bound(low, column)?, bound(high, column)?, *negated)
			}
		}
	}
	let mut predicates: Vec<Predicate> = allowed
		.into_iter()
		.flat_map(|(column, allowed)| {
			allowed.conditions().into_iter().map(move |condition| Predicate { column, condition })
		})
		.collect();
	predicates.sort_unstable();
	let found = predicates.len();
	if found > MAX_PREDICATES {
		let reason = format!(
			"its WHERE comes to {found} conditions, the limit is {MAX_PREDICATES} (ranges of one column count as one)"
		);
		return Err(SqlError::whole(reason));
	}
	Ok(predicates)
}

fn bound(constant: &Constant, column: &ColumnDescriptor) -> Result<Bound, SqlError> {
	constant.literal.in_column(column).map_err(|reason| constant.part.refuse(reason))
}
