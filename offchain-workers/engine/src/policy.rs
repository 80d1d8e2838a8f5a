//! What may be asked: checks on the parsed statement, before anything is planned or run.
//!
//! Nothing here looks at the text for words. The text is tokenised, counted, parsed, and the tree is walked; a comment,
//! a quote or odd spelling cannot make a forbidden thing look like an allowed one.

use std::{collections::HashMap, ops::ControlFlow, time::Duration};

use datafusion::sql::{
	parser::{DFParserBuilder, Statement as DfStatement},
	sqlparser::{
		ast::{
			ArrayElemTypeDef, DataType, Expr, ObjectName, ObjectNamePart, Query, Select, SetExpr, Statement,
			TableFactor, Value, ValueWithSpan, Visit, Visitor,
		},
		dialect::GenericDialect,
		tokenizer::{Token, Tokenizer},
	},
};
use serde::{Deserialize, Serialize};

use crate::{
	budget::{Budgeted, Exhausted},
	errors::QueryError,
};

/// Nested parentheses, subqueries and function calls: what the parser itself counts.
pub(crate) const MAX_NESTING: usize = 64;
/// Depth of an expression, chains such as `a AND b AND c ...` included.
const MAX_EXPR_DEPTH: usize = 500;
/// Lists of lists in a type that a value is cast to.
const MAX_TYPE_DEPTH: usize = 16;
/// SELECTs in one statement, those of UNION chains included.
const MAX_SELECTS: usize = 128;
/// Tokens in one statement, white space and comments not counted.
const MAX_TOKENS: usize = 20_000;
/// Parsing recurses once for each nested thing, and so does freeing the tree; the deepest tree that [`MAX_TOKENS`]
/// allows must fit. Pages that are not touched cost nothing.
pub(crate) const PARSE_STACK: usize = 256 << 20;

/// Functions that exist in the engine and are not offered: their result depends on the moment, the machine, the
/// executor's version or the file behind the table, so that another node could not repeat the query and get the same.
pub(crate) const DENIED_FUNCTIONS: &[&str] = &[
	"current_date",
	"current_time",
	"current_timestamp",
	"file_row_index",
	"input_file_name",
	"localtime",
	"localtimestamp",
	"now",
	"rand",
	"random",
	"today",
	"uuid",
	"version",
];

/// What a listing's curator lets a query do: the manifest's `[policy]`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueryPolicy {
	/// Rows in a result, at most. A result with more ends with [`QueryError::TooManyRows`].
	pub max_rows: u64,
	/// Every row of a result must come from an aggregate over at least two rows of the table, never from one row.
	pub aggregate_only: bool,
	/// Groups of fewer base rows than this never reach a result. 0 and 1 are off, as in the listing's record on chain;
	/// anything else implies [`aggregate_only`](Self::aggregate_only).
	pub min_group_size: u64,
}

impl QueryPolicy {
	/// Rows that must stand behind each row of a result; `None` if rows of the table may be seen.
	///
	/// Two at least: grouped by all its columns, a table would come out as it is.
	pub fn group_size(&self) -> Option<u64> {
		(self.aggregate_only || self.min_group_size > 1).then(|| self.min_group_size.max(2))
	}
}

impl Default for QueryPolicy {
	/// 10,000 rows, no further restriction.
	fn default() -> Self {
		Self { max_rows: 10_000, aggregate_only: false, min_group_size: 0 }
	}
}

/// What one query may use up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
	/// Length of the SQL text, bytes.
	pub sql_bytes: usize,
	/// Memory of the query, bytes: the engine's own account; the process as a whole gets half as much again.
	pub memory_bytes: u64,
	/// Time from the request to the last piece read, the reader's own time included.
	pub wall: Duration,
	/// Length of the result as an Arrow IPC stream, bytes.
	pub result_bytes: u64,
}

impl Default for Limits {
	/// 64 KiB of SQL, 512 MiB of memory, 30 s, 1 GiB of result.
	fn default() -> Self {
		Self {
			sql_bytes: 64 << 10,
			memory_bytes: 512 << 20,
			wall: Duration::from_secs(30),
			result_bytes: 1 << 30,
		}
	}
}

/// A statement that passed [`check_sql`].
///
/// It keeps the text and not the tree: a tree may be deep, and freeing it on a small stack would overflow that.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckedSql {
	normalised: String,
	tables: Vec<String>,
}

impl CheckedSql {
	/// Names of the snapshot's table that the statement uses, sorted; empty if it reads nothing.
	pub fn tables(&self) -> &[String] {
		&self.tables
	}

	/// The statement in the parser's own spelling: no comments, one kind of white space.
	pub fn normalised(&self) -> &str {
		&self.normalised
	}
}

/// Parses `sql` and checks that it is one SELECT over `tables` and nothing else. Never runs anything.
///
/// Allowed: joins, subqueries, CTEs (also recursive), window functions, set operations, VALUES. Not allowed: any other
/// statement, a second statement, `SELECT INTO`, locks, table functions, tables that are neither one of `tables` nor a
/// CTE in scope (a quoted path is just another unknown table), parameters, variables, functions whose result cannot be
/// repeated.
///
/// # Errors
/// [`QueryError::Refused`] with a sentence that says what to change, or [`QueryError::Syntax`].
pub fn check_sql(sql: &str, tables: &[&str], limits: &Limits) -> Result<CheckedSql, QueryError> {
	if sql.len() > limits.sql_bytes {
		return Err(QueryError::refused(format!(
			"the SQL is {} bytes long, the limit is {}",
			sql.len(),
			limits.sql_bytes
		)));
	}
	// A thread of its own, because the caller's stack may be small (an async worker's) and the tree may be deep.
	let check = || {
		parse(sql, tables).map(|(statement, tables)| CheckedSql { normalised: statement.to_string(), tables })
	};
	std::thread::scope(|scope| {
		std::thread::Builder::new()
			.name("sql-check".into())
			.stack_size(PARSE_STACK)
			.spawn_scoped(scope, check)
			.map_err(QueryError::Io)?
			.join()
			.unwrap_or_else(|_| Err(QueryError::refused("the SQL could not be parsed")))
	})
}

/// The checked statement itself, and the names of the snapshot that it uses. To be called, and the statement to be
/// dropped, on a stack of [`PARSE_STACK`] bytes.
pub(crate) fn parse(sql: &str, tables: &[&str]) -> Result<(DfStatement, Vec<String>), QueryError> {
	let syntax = |message: String| QueryError::Syntax { message };
	let dialect = GenericDialect {};
	let tokens =
		Tokenizer::new(&dialect, sql).tokenize_with_location().map_err(|error| syntax(error.to_string()))?;
	let meaningful = || tokens.iter().filter(|token| !matches!(token.token, Token::Whitespace(_)));
	if meaningful().count() > MAX_TOKENS {
		return Err(QueryError::refused(format!("the SQL has more than {MAX_TOKENS} tokens")));
	}
	let verb = meaningful().find_map(|token| match &token.token {
		Token::Word(word) => Some(word.value.to_uppercase()),
		_ => None,
	});
	let mut statements = Budgeted::new(tokens.len())
		.run(|dialect| {
			DFParserBuilder::new(tokens)
				.with_dialect(dialect)
				.with_recursion_limit(MAX_NESTING)
				.build()
				.and_then(|mut parser| parser.parse_statements())
		})
		.map_err(|Exhausted| {
			QueryError::refused(
				"the SQL can be read in too many ways: nest fewer CAST(...), CASE and parentheses, and look for a missing \
				 keyword or parenthesis inside them",
			)
		})?
		.map_err(|error| match error.message() {
			text if text.contains("recursion limit") => {
				QueryError::refused(format!("the SQL is nested more than {MAX_NESTING} levels deep"))
			}
			text => syntax(text.into_owned()),
		})?;
	let statement = statements.pop_front().ok_or_else(|| QueryError::refused("the SQL has no statement"))?;
	if !statements.is_empty() {
		return Err(QueryError::refused("one SELECT statement is allowed per query, found more"));
	}
	let DfStatement::Statement(statement) = statement else {
		return Err(not_a_select(verb));
	};
	if !matches!(*statement, Statement::Query(_)) {
		return Err(not_a_select(verb));
	}

	let mut checker = Checker::new(tables);
	if let ControlFlow::Break(reason) = statement.visit(&mut checker) {
		return Err(QueryError::Refused { reason });
	}
	let mut tables = checker.used;
	tables.sort();
	tables.dedup();
	Ok((DfStatement::Statement(statement), tables))
}

fn not_a_select(verb: Option<String>) -> QueryError {
	QueryError::refused(format!(
		"only SELECT queries are allowed, not {}",
		verb.unwrap_or_else(|| "this statement".into())
	))
}

/// Walks the tree. A break carries the reason.
struct Checker<'a> {
	tables: &'a [&'a str],
	used: Vec<String>,
	/// CTE names visible at this point, a frame for each query that encloses it.
	scopes: Vec<Vec<String>>,
	/// The bodies of CTEs whose queries are about to be walked, by address, with the name each defines.
	bodies: HashMap<*const Query, String>,
	expr_depth: usize,
	selects: usize,
}

impl<'a> Checker<'a> {
	fn new(tables: &'a [&'a str]) -> Self {
		Self {
			tables,
			used: Vec::new(),
			scopes: Vec::new(),
			bodies: HashMap::new(),
			expr_depth: 0,
			selects: 0,
		}
	}

	/// Everything a query may hold besides SELECTs joined by set operations.
	fn check_body(&mut self, body: &SetExpr) -> Result<(), &'static str> {
		let mut open = vec![body];
		while let Some(body) = open.pop() {
			match body {
				// A nested query is visited by its own hook.
				SetExpr::Select(_) | SetExpr::Values(_) | SetExpr::Query(_) => {}
				SetExpr::SetOperation { left, right, .. } => open.extend([&**left, &**right]),
				SetExpr::Table(_) => return Err("the TABLE command is not allowed, write SELECT * FROM"),
				SetExpr::Insert(_) | SetExpr::Update(_) | SetExpr::Delete(_) | SetExpr::Merge(_) => {
					return Err("only SELECT queries are allowed, not a statement that changes data")
				}
			}
		}
		Ok(())
	}

	fn check_table(&mut self, name: &ObjectName) -> Result<(), String> {
		let [ObjectNamePart::Identifier(ident)] = name.0.as_slice() else {
			return Err(self.unknown_table(name));
		};
		// As the planner does: what is not quoted is lower case.
		let table =
			if ident.quote_style.is_some() { ident.value.clone() } else { ident.value.to_lowercase() };
		if self.scopes.iter().flatten().any(|cte| *cte == table) {
			return Ok(());
		}
		if self.tables.contains(&table.as_str()) {
			self.used.push(table);
			return Ok(());
		}
		Err(self.unknown_table(name))
	}

	fn unknown_table(&self, name: &ObjectName) -> String {
		let mut shown = name.to_string();
		if shown.chars().count() > 80 {
			shown = shown.chars().take(80).chain("...".chars()).collect();
		}
		format!("there is no table {shown} here, the data is visible as: {}", self.tables.join(", "))
	}
}

fn stop(reason: impl Into<String>) -> ControlFlow<String> {
	ControlFlow::Break(reason.into())
}

/// Lists of lists of lists: the engine's work on a type grows with the square of its depth.
fn check_type(kind: &DataType) -> ControlFlow<String> {
	let mut open = vec![(kind, 0)];
	while let Some((kind, depth)) = open.pop() {
		if depth > MAX_TYPE_DEPTH {
			return stop(format!("a type is nested more than {MAX_TYPE_DEPTH} levels deep"));
		}
		match kind {
			DataType::Array(
				ArrayElemTypeDef::AngleBracket(item)
				| ArrayElemTypeDef::SquareBracket(item, _)
				| ArrayElemTypeDef::Parenthesis(item),
			) => open.push((item, depth + 1)),
			DataType::Struct(fields, _) => {
				open.extend(fields.iter().map(|field| (&field.field_type, depth + 1)))
			}
			// The planner knows no other types that hold types, and says so at the outermost.
			_ => {}
		}
	}
	ControlFlow::Continue(())
}

impl Visitor for Checker<'_> {
	type Break = String;

	fn pre_visit_statement(&mut self, statement: &Statement) -> ControlFlow<String> {
		match statement {
			Statement::Query(_) => ControlFlow::Continue(()),
			_ => stop("only SELECT queries are allowed, also inside WITH"),
		}
	}

	fn pre_visit_query(&mut self, query: &Query) -> ControlFlow<String> {
		if let Err(reason) = self.check_body(&query.body) {
			return stop(reason);
		}
		if !query.locks.is_empty() {
			return stop("FOR UPDATE and FOR SHARE are not allowed");
		}
		if query.for_clause.is_some() || query.settings.is_some() || query.format_clause.is_some() {
			return stop("FOR XML, FOR JSON, SETTINGS and FORMAT are not allowed");
		}
		if !query.pipe_operators.is_empty() {
			return stop("the pipe operator |> is not allowed");
		}
		let mut visible = Vec::new();
		if let Some(with) = &query.with {
			for cte in &with.cte_tables {
				if cte.from.is_some() {
					return stop("WITH ... FROM is not allowed");
				}
				let ident = &cte.alias.name;
				let name = if ident.quote_style.is_some() {
					ident.value.clone()
				} else {
					ident.value.to_lowercase()
				};
				if with.recursive {
					visible.push(name);
				} else {
					// Not in scope before its own body has been walked.
					self.bodies.insert(&*cte.query, name);
				}
			}
		}
		self.scopes.push(visible);
		ControlFlow::Continue(())
	}

	fn post_visit_query(&mut self, query: &Query) -> ControlFlow<String> {
		self.scopes.pop();
		if let Some(name) = self.bodies.remove(&std::ptr::from_ref(query)) {
			if let Some(enclosing) = self.scopes.last_mut() {
				enclosing.push(name);
			}
		}
		ControlFlow::Continue(())
	}

	fn pre_visit_select(&mut self, select: &Select) -> ControlFlow<String> {
		self.selects += 1;
		if self.selects > MAX_SELECTS {
			return stop(format!("more than {MAX_SELECTS} SELECTs in one statement"));
		}
		if select.into.is_some() {
			return stop("SELECT INTO is not allowed");
		}
		if !select.lateral_views.is_empty() || !select.connect_by.is_empty() || select.prewhere.is_some() {
			return stop("LATERAL VIEW, CONNECT BY and PREWHERE are not allowed");
		}
		ControlFlow::Continue(())
	}

	fn pre_visit_table_factor(&mut self, factor: &TableFactor) -> ControlFlow<String> {
		match factor {
			TableFactor::Table { args: Some(_), name, .. } => {
				stop(format!("table functions are not allowed, found {name}(...)"))
			}
			TableFactor::Table {
				version,
				with_hints,
				partitions,
				json_path,
				sample,
				with_ordinality,
				..
			} if version.is_some()
				|| !with_hints.is_empty()
				|| !partitions.is_empty()
				|| json_path.is_some()
				|| sample.is_some()
				|| *with_ordinality =>
			{
				stop("a table is named plainly here: no hints, versions, partitions, samples or paths")
			}
			TableFactor::Derived { sample: Some(_), .. } => stop("TABLESAMPLE is not allowed"),
			TableFactor::Table { .. } | TableFactor::Derived { .. } | TableFactor::NestedJoin { .. } => {
				ControlFlow::Continue(())
			}
			_ => stop("only tables, subqueries and joins are allowed in FROM, no table functions"),
		}
	}

	fn pre_visit_relation(&mut self, relation: &ObjectName) -> ControlFlow<String> {
		match self.check_table(relation) {
			Ok(()) => ControlFlow::Continue(()),
			Err(reason) => stop(reason),
		}
	}

	fn pre_visit_expr(&mut self, expr: &Expr) -> ControlFlow<String> {
		self.expr_depth += 1;
		if self.expr_depth > MAX_EXPR_DEPTH {
			return stop(format!(
				"an expression is more than {MAX_EXPR_DEPTH} levels deep, write long chains of OR as IN (...)"
			));
		}
		match expr {
			Expr::Function(function) => {
				let last = function.name.0.last().and_then(ObjectNamePart::as_ident);
				let name = last.map(|ident| ident.value.to_lowercase()).unwrap_or_default();
				if DENIED_FUNCTIONS.contains(&name.as_str()) {
					return stop(format!(
						"the function {name} is not allowed: its result could not be repeated"
					));
				}
			}
			Expr::Cast { data_type, .. } => return check_type(data_type),
			Expr::TypedString(typed) => return check_type(&typed.data_type),
			Expr::Identifier(ident) if ident.value.starts_with('@') => {
				return stop(format!("variables are not allowed, found {ident}"));
			}
			Expr::CompoundIdentifier(parts)
				if parts.first().is_some_and(|part| part.value.starts_with('@')) =>
			{
				return stop("variables are not allowed");
			}
			_ => {}
		}
		ControlFlow::Continue(())
	}

	fn post_visit_expr(&mut self, _: &Expr) -> ControlFlow<String> {
		self.expr_depth -= 1;
		ControlFlow::Continue(())
	}

	fn pre_visit_value(&mut self, value: &ValueWithSpan) -> ControlFlow<String> {
		match &value.value {
			Value::Placeholder(name) => stop(format!("parameters are not allowed, found {name}")),
			_ => ControlFlow::Continue(()),
		}
	}
}
