//! A dialect that bounds the parser's work.
//!
//! Where the grammar is ambiguous, the parser tries one reading and then another: `CAST(...)` as a cast and then as a call
//! of a function of that name, `(...)` in FROM as a subquery and then as a join. Nested, and failing at the innermost
//! place, that doubles with each level: 300 bytes would take years. The parser has a limit of depth and none of work, but it
//! asks its dialect a question at nearly every step, so the dialect counts.

use std::{
	any::TypeId,
	cell::Cell,
	panic::{catch_unwind, resume_unwind, AssertUnwindSafe},
};

use datafusion::sql::sqlparser::{
	ast::{Expr, Statement},
	dialect::{Dialect, GenericDialect},
	parser::{Parser, ParserError},
};

/// Questions that any statement may cost, and more for each of its tokens. What people write costs one to three a token.
const STEPS: u64 = 5_000;
const STEPS_PER_TOKEN: u64 = 32;

/// The parser did not come to an end within its budget.
#[derive(Debug)]
pub(crate) struct Exhausted;

/// The generic dialect, with a budget.
#[derive(Debug)]
pub(crate) struct Budgeted {
	generic: GenericDialect,
	left: Cell<u64>,
}

impl Budgeted {
	/// For a statement of so many tokens.
	pub(crate) fn new(tokens: usize) -> Self {
		let left = (tokens as u64).saturating_mul(STEPS_PER_TOKEN).saturating_add(STEPS);
		Self { generic: GenericDialect {}, left: Cell::new(left) }
	}

	/// Runs the parser.
	///
	/// # Errors
	/// [`Exhausted`] if that takes more than the budget.
	pub(crate) fn run<T>(&self, parse: impl FnOnce(&Self) -> T) -> Result<T, Exhausted> {
		catch_unwind(AssertUnwindSafe(|| parse(self))).map_err(|payload| match payload.downcast() {
			Ok(exhausted) => *exhausted,
			Err(other) => resume_unwind(other),
		})
	}

	fn step(&self) {
		match self.left.get().checked_sub(1) {
			Some(left) => self.left.set(left),
			// An error would only make the parser try the next reading. This is not a panic: no hook, no message.
			None => resume_unwind(Box::new(Exhausted)),
		}
	}
}

/// Everything that the generic dialect answers otherwise than dialects do by default.
macro_rules! as_the_generic_dialect {
	($($question:ident)+) => {
		$(fn $question(&self) -> bool {
			self.step();
			self.generic.$question()
		})+
	};
}

impl Dialect for Budgeted {
	/// The parser takes this for the generic dialect itself.
	fn dialect(&self) -> TypeId {
		self.step();
		TypeId::of::<GenericDialect>()
	}

	fn is_delimited_identifier_start(&self, character: char) -> bool {
		self.generic.is_delimited_identifier_start(character)
	}

	fn is_identifier_start(&self, character: char) -> bool {
		self.generic.is_identifier_start(character)
	}

	fn is_identifier_part(&self, character: char) -> bool {
		self.generic.is_identifier_part(character)
	}

	fn parse_prefix(&self, _: &mut Parser) -> Option<Result<Expr, ParserError>> {
		self.step();
		None
	}

	fn get_next_precedence(&self, _: &Parser) -> Option<Result<u8, ParserError>> {
		self.step();
		None
	}

	fn parse_statement(&self, _: &mut Parser) -> Option<Result<Statement, ParserError>> {
		self.step();
		None
	}

	as_the_generic_dialect! {
		allow_extract_custom
		allow_extract_single_quotes
		support_map_literal_syntax
		supports_array_join_syntax
		supports_array_typedef_with_brackets
		supports_asc_desc_in_column_definition
		supports_bitwise_shift_operators
		supports_comma_separated_set_assignments
		supports_comma_separated_trim
		supports_comment_on
		supports_comment_optimizer_hint
		supports_connect_by
		supports_constraint_keyword_without_name
		supports_create_index_with_clause
		supports_create_view_comment_syntax
		supports_cte_without_as
		supports_data_type_signed_suffix
		supports_detach
		supports_dictionary_syntax
		supports_empty_projections
		supports_explain_with_utility_options
		supports_extract_comma_syntax
		supports_filter_during_aggregation
		supports_from_first_select
		supports_group_by_expr
		supports_group_by_with_modifier
		supports_install
		supports_interpolate
		supports_interval_options
		supports_key_column_option
		supports_left_associative_joins_without_parens
		supports_limit_by
		supports_limit_comma
		supports_load_extension
		supports_match_against
		supports_match_recognize
		supports_multiline_comment_hints
		supports_named_fn_args_with_assignment_operator
		supports_nested_comments
		supports_optimize_table
		supports_parens_around_table_factor
		supports_parenthesized_set_variables
		supports_partition_by_after_order_by
		supports_pipe_operator
		supports_prewhere
		supports_projection_trailing_commas
		supports_quote_delimited_string
		supports_select_format
		supports_select_item_multi_column_alias
		supports_select_wildcard_except
		supports_select_wildcard_exclude
		supports_select_wildcard_ilike
		supports_select_wildcard_rename
		supports_select_wildcard_replace
		supports_set_names
		supports_settings
		supports_start_transaction_modifier
		supports_string_escape_constant
		supports_struct_literal
		supports_try_convert
		supports_unicode_string_literal
		supports_update_order_by
		supports_user_host_grantee
		supports_values_as_table_factor
		supports_window_clause_named_window_reference
		supports_window_function_null_treatment_arg
		supports_with_fill
		supports_xml_expressions
	}
}

#[cfg(test)]
mod tests {
	use super::{Budgeted, STEPS, STEPS_PER_TOKEN};
	use datafusion::sql::sqlparser::{dialect::GenericDialect, parser::Parser};

	/// What dialects differ in, one thing a statement.
	const STATEMENTS: &[&str] = &[
		"SELECT count(*) FILTER (WHERE a > 1), sum(a) OVER w, lag(a IGNORE NULLS) OVER () FROM t WINDOW w AS (PARTITION BY b), v AS w",
		"SELECT * EXCLUDE (a) REPLACE (b AS c) RENAME (d AS e) FROM t",
		"SELECT * EXCEPT (a) FROM t",
		"SELECT * ILIKE 'a%' FROM t",
		"SELECT {'a': 1}, MAP {'a': 1}, STRUCT(1 AS a), [1, 2], ARRAY[1], x -> 'a'",
		"SELECT EXTRACT(year, a), EXTRACT('year' FROM a), EXTRACT(anything FROM a)",
		"SELECT a, FROM t",
		"SELECT FROM t",
		"FROM t",
		"FROM t SELECT a",
		"FROM t |> WHERE a > 1",
		"SELECT a FROM t LIMIT 1, 2",
		"SELECT a FROM t LIMIT 1 BY b",
		"SELECT a FROM t GROUP BY a WITH ROLLUP",
		"SELECT a FROM t GROUP BY GROUPING SETS ((a), ())",
		"SELECT a FROM t ORDER BY a WITH FILL FROM 1 TO 2 INTERPOLATE (b AS b + 1)",
		"SELECT a FROM t PREWHERE b SETTINGS x = 1 FORMAT CSV",
		"SELECT a FROM t START WITH a = 1 CONNECT BY PRIOR a = b",
		"SELECT * FROM ((t)) AS a, (VALUES (1)) AS b, t AS c NATURAL JOIN t AS d",
		"SELECT * FROM t ARRAY JOIN u",
		"SELECT a << 2 >> 1, U&'x', E'\\n', q'[x]', f(a := 1), trim(a, b), a::INT UNSIGNED, INTERVAL '1' DAY",
		"SELECT MATCH (a) AGAINST ('x'), TRY_CONVERT(INT, a), INTERVAL 1 DAY, XMLELEMENT(NAME a)",
		"WITH x (SELECT 1) SELECT * FROM x",
		"SELECT f() AS (a, b)",
		"SELECT /*+ hint */ a /* nested /* comment */ */ FROM t",
		"SET NAMES utf8",
		"LOAD x",
		"INSTALL x",
		"DETACH x",
		"OPTIMIZE TABLE x",
		"COMMENT ON TABLE x IS 'y'",
		"SELECT a FROM",
	];

	#[test]
	fn it_reads_what_the_generic_dialect_reads() {
		for sql in STATEMENTS {
			let (budgeted, generic) = (Budgeted::new(1_000), GenericDialect {});
			let ours = budgeted.run(|dialect| Parser::parse_sql(dialect, sql)).unwrap();
			assert_eq!(ours, Parser::parse_sql(&generic, sql), "{sql}");
		}
	}

	#[test]
	fn what_people_write_costs_a_fraction_of_the_budget() {
		let list: Vec<String> = (0..5_000).map(|i| format!("'{i}'")).collect();
		let columns: Vec<String> = (0..500)
			.map(|i| format!("CAST(nullif(trim(c{i}), 'NA') AS DECIMAL(10, 2)) AS \"column {i}\""))
			.collect();
		let cases: Vec<String> =
			(0..300).map(|i| format!("WHEN a = {i} AND (b > {i} OR c IS NULL) THEN 'x{i}'")).collect();
		for sql in [
			format!("SELECT * FROM t WHERE a IN ({})", list.join(", ")),
			format!("SELECT {} FROM t", columns.join(", ")),
			format!("SELECT CASE {} ELSE 'none' END FROM t GROUP BY 1 ORDER BY 1", cases.join(" ")),
			vec![
				"SELECT a, sum(b) OVER (PARTITION BY c ORDER BY d) FROM (SELECT * FROM t JOIN u USING (x)) y";
				100
			]
			.join(" UNION ALL "),
			format!("SELECT {}1{}", "(".repeat(40), ")".repeat(40)),
			format!("SELECT {}1{}", "CAST(".repeat(40), " AS INT)".repeat(40)),
			format!("SELECT * FROM {}t{}", "(SELECT * FROM ".repeat(15), ") AS x".repeat(15)),
		] {
			let tokens = sql.split_inclusive(|letter: char| !letter.is_alphanumeric()).count();
			let budgeted = Budgeted::new(tokens);
			budgeted.run(|dialect| Parser::parse_sql(dialect, &sql)).unwrap().unwrap();
			let all = tokens as u64 * STEPS_PER_TOKEN + STEPS;
			let used = all - budgeted.left.get();
			println!("{used} of {all}, {} a token: {}", used / tokens as u64, &sql[..40]);
			assert!(used < all / 4, "{used} of {all}: {sql}");
		}
	}
}
