//! What both tests need: the page's table and examples, and an answer as text.
#![allow(dead_code)] // each test has its own copy and uses a part

pub mod guide;
pub mod random;

use souk_aggregates::{
	render::{render, Cell},
	sql::Statement,
	twin, Table,
};

/// The answer to a statement, a row a line.
pub fn shown(statement: &Statement, table: &Table, min_group_size: u32) -> String {
	let answer = twin::evaluate(table, &statement.query, min_group_size);
	let rendered = render(&answer, &statement.query, &statement.layout, &table.descriptors)
		.expect("they belong together");
	let cell = |cell: &Cell| match cell {
		Cell::Null => "NULL".to_owned(),
		other => other.to_string(),
	};
	let rows = rendered.rows.iter().map(|row| row.iter().map(cell).collect::<Vec<_>>().join(" | "));
	std::iter::once(rendered.names.join(" | ")).chain(rows).collect::<Vec<_>>().join("\n")
}
