//! `docs/provable-sql.md` says what is so: each of its examples gives what stands under it, its grammar and its limits are the code's.

use crate::support::guide;
use souk_aggregates::{
	sql::{self, GRAMMAR, MAX_NESTING, MAX_TEXT_BYTES, MAX_TOKENS},
	table::MAX_SCALE,
};
use souk_table_proofs::{
	MAX_AGGREGATES, MAX_COLUMNS, MAX_DICTIONARY, MAX_DICTIONARY_BYTES, MAX_GROUPS, MAX_PREDICATES, MAX_ROWS,
};

/// What `souk` says to a text over the page's table: rows, or a sentence.
fn outcome(text: &str, table: &souk_aggregates::Table) -> (bool, String) {
	match sql::read(text, &table.descriptors) {
		Ok(statement) => (true, crate::support::shown(&statement, table, 0)),
		Err(error) => (false, error.to_string()),
	}
}

#[test]
fn every_example_gives_what_stands_under_it() {
	let table = guide::table();
	let (mut proved, mut refused) = (0, 0);
	let mut wrong = Vec::new();
	for (text, expected) in guide::examples() {
		let (good, found) = outcome(&text, &table);
		*(if good { &mut proved } else { &mut refused }) += 1;
		if found != expected {
			wrong.push(format!("{text}\n--- the page\n{expected}\n--- the code\n{found}\n"));
		}
	}
	assert!(wrong.is_empty(), "{}", wrong.join("\n"));
	println!("{proved} proved, {refused} refused");
	assert!(proved >= 12 && refused >= 25, "{proved} proved, {refused} refused");
}

#[test]
fn the_grammar_and_the_limits_are_those_of_the_code() {
	let page = guide::page();
	assert!(page.contains(&format!("```\n{GRAMMAR}```\n")), "{GRAMMAR}");
	let thousands = |number: usize| {
		let (millions, rest) = (number / 1_000_000, number % 1_000_000);
		let rest = format!("{},{:03}", rest / 1_000, rest % 1_000);
		if millions == 0 {
			rest
		} else {
			format!("{millions},{rest:0>7}")
		}
	};
	for row in [
		format!(
			"| text | {} bytes, {} words and signs, {MAX_NESTING} brackets inside each other |",
			thousands(MAX_TEXT_BYTES),
			thousands(MAX_TOKENS)
		),
		format!("| different aggregates | {MAX_AGGREGATES} |"),
		format!("| conditions, after those on one column are merged | {MAX_PREDICATES};"),
		format!("| scale of a number | {MAX_SCALE} digits"),
		format!(
			"| strings of a column | {} different ones, of together {} bytes |",
			thousands(MAX_DICTIONARY),
			thousands(MAX_DICTIONARY_BYTES)
		),
		format!("| columns committed to | {MAX_COLUMNS} |"),
		format!("| rows of the table | {} |", thousands(MAX_ROWS as usize)),
		format!("| groups of an answer | {} |", thousands(MAX_GROUPS)),
	] {
		assert!(page.contains(&row), "{row}");
	}
}
