//! `[[validate]]`: each rule, kept and broken.

use crate::support::Dataset;
use souk_worker::error::StepError;

const TABLE: &str = "id,code,temp\n1,AB-1,10.5\n2,AB-2,\n3,CD-3,-4\n4,,30\n";

/// What is wrong with the table by one rule; `None` if nothing is.
fn verdict(table: &str, rule: &str) -> Option<String> {
	let dataset = Dataset::csv(table, &format!("[[validate]]\n{rule}"));
	let dir = tempfile::tempdir().unwrap();
	match dataset.encode(&dataset.work(dir.path())) {
		Ok(_) => None,
		Err(StepError::Poison(text)) => Some(text),
		Err(other) => panic!("{rule}: {other:?}"),
	}
}

#[test]
fn rules_that_hold_let_the_table_through() {
	for rule in [
		"rule = \"min_rows\"\nvalue = 4",
		"rule = \"max_rows\"\nvalue = 4",
		"rule = \"not_null\"\ncolumn = \"id\"",
		"rule = \"unique\"\ncolumn = \"id\"",
		"rule = \"unique\"\ncolumn = [\"id\", \"code\"]",
		"rule = \"in_range\"\ncolumn = \"id\"\nmin = 1\nmax = 4",
		"rule = \"in_range\"\ncolumn = \"id\"\nmin = 0.5",
		"rule = \"in_range\"\ncolumn = \"temp\"\nmin = -4\nmax = 30",
		"rule = \"matches\"\ncolumn = \"code\"\npattern = \"[A-D]{2}-[0-9]\"",
	] {
		assert_eq!(verdict(TABLE, rule), None, "{rule}");
	}
}

#[test]
fn a_broken_rule_names_the_rule_the_row_and_the_value() {
	for (rule, words) in [
		("rule = \"min_rows\"\nvalue = 5", &["min_rows", "4 rows", "5"][..]),
		("rule = \"max_rows\"\nvalue = 3", &["max_rows", "3"]),
		("rule = \"not_null\"\ncolumn = \"temp\"", &["not_null", "temp", "row 2"]),
		("rule = \"not_null\"\ncolumn = \"code\"", &["not_null", "code", "row 4"]),
		("rule = \"in_range\"\ncolumn = \"id\"\nmax = 3", &["in_range", "row 4", "4", "at most 3"]),
		("rule = \"in_range\"\ncolumn = \"id\"\nmin = 1.5", &["in_range", "row 1", "at least 1.5"]),
		(
			"rule = \"in_range\"\ncolumn = \"temp\"\nmin = -3.5\nmax = 99",
			&["in_range", "row 3", "-4", "between -3.5 and 99"],
		),
		("rule = \"in_range\"\ncolumn = \"code\"\nmin = 1", &["in_range", "code", "not numbers"]),
		// The pattern is for the whole value, not for a part of it.
		("rule = \"matches\"\ncolumn = \"code\"\npattern = \"AB\"", &["matches", "row 1", "AB-1"]),
		("rule = \"matches\"\ncolumn = \"code\"\npattern = \"AB-1|AB-2\"", &["matches", "row 3", "CD-3"]),
		("rule = \"matches\"\ncolumn = \"id\"\npattern = \".*\"", &["matches", "id", "not text"]),
	] {
		let text = verdict(TABLE, rule).unwrap_or_else(|| panic!("{rule} should be broken"));
		for word in words {
			assert!(text.contains(word), "{rule}: {text}");
		}
	}
}

#[test]
fn unique_compares_whole_keys_and_a_missing_value_is_equal_to_nothing() {
	let table = "a,b\n1,x\n2,x\n1,y\n3,\n3,\n1,x\n";
	let both = "rule = \"unique\"\ncolumn = [\"a\", \"b\"]";
	let text = verdict(table, both).expect("rows 1 and 6 are equal");
	assert!(text.contains("rows 1 and 6"), "{text}");
	assert!(verdict(table, "rule = \"unique\"\ncolumn = \"a\"")
		.expect("a has repetitions")
		.contains("rows 1 and 3"));
	assert_eq!(verdict("a,b\n1,x\n3,\n3,\n", both), None);
}
