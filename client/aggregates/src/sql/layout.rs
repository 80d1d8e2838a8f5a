//! How the answer's columns stand beside each other, which the query's normal form does not keep.

use souk_table_proofs::{Aggregate, ColumnDescriptor, ColumnIndex, Query};

/// The columns of the answer, in the order of the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
	/// One for each item of SELECT.
	pub columns: Vec<OutputColumn>,
}

/// A column of the answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutputColumn {
	/// The alias, or the item itself: `sum(temp)`, `origin`.
	pub name: String,
	/// What is in it.
	pub shown: Shown,
}

/// What a column of the answer has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
	/// The value of the grouping column.
	Key,
	/// The query's aggregate of this index. Two columns can have the same one.
	Figure(usize),
}

impl Layout {
	/// The layout of a query whose text is not there, as in a bundle: the grouping column, then all aggregates.
	pub fn of(query: &Query, columns: &[ColumnDescriptor]) -> Self {
		let name = |index: ColumnIndex| match columns.get(usize::from(index)) {
			Some(column) => column.name.clone(),
			None => format!("column {index}"),
		};
		let key = query.group_by.map(|index| OutputColumn { name: name(index), shown: Shown::Key });
		let figures = query.aggregates.iter().enumerate().map(|(at, aggregate)| {
			let name = match *aggregate {
				Aggregate::CountAll => "count(*)".to_owned(),
				Aggregate::Count(index) => format!("count({})", name(index)),
				Aggregate::Sum(index) => format!("sum({})", name(index)),
				Aggregate::Min(index) => format!("min({})", name(index)),
				Aggregate::Max(index) => format!("max({})", name(index)),
				Aggregate::Avg(index) => format!("avg({})", name(index)),
			};
			OutputColumn { name, shown: Shown::Figure(at) }
		});
		Self { columns: key.into_iter().chain(figures).collect() }
	}
}
