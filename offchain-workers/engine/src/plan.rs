//! What may run: checks on the logical plan, and the rewrites that enforce the listing's policy.
//!
//! # `aggregate_only`
//!
//! Each node of the plan gets a class:
//!
//! - **constant**: no base row reaches it (`VALUES`, `SELECT 1`);
//! - **aggregated**: each of its rows comes from an aggregate over base rows, or from several such rows;
//! - **base**: some of its rows come from base rows, though perhaps filtered, joined, sorted or deduplicated.
//!
//! A scan of the snapshot is base. An aggregate whose input is base is aggregated. Everything else has the highest class
//! among its inputs and the subqueries in its expressions, and so has an aggregate for what stands in its expressions: a
//! subquery there is handed through, not aggregated. The root must not be base. So plain projections,
//! `SELECT DISTINCT`, window functions over base rows, `WHERE x IN (SELECT ...)` above an aggregate and
//! `max((SELECT ...))` are refused; windows and joins over aggregated rows are fine. Recursion over base rows is refused.
//!
//! An aggregate over a group of one row is that row. So `aggregate_only` comes with groups of at least two rows.
//!
//! # `min_group_size = k`
//!
//! For `k` above 1, implies `aggregate_only`. Each aggregate over base rows gets a hidden `count(*)`, and groups that
//! count fewer than `k` are dropped right above it, a global aggregate's only group included. The count says how many
//! *persons or things* stand behind a group only if each base row is counted once and every row weighs the same, so
//! between such an aggregate and the scan there may be nothing but filters, projections, sorting, limits and aliases: no
//! joins, unions, windows, `DISTINCT`, `unnest`, nor subqueries that read base rows or refer to the outer row. The
//! aggregates are those of [`COUNTABLE_AGGREGATES`], without `FILTER` or `ORDER BY`, and what they are given is linear in
//! one column of the table at most: `max(temp - 1e9 * (id - 5) * (id - 5))` would look at one row only.
//!
//! # What this does not hide
//!
//! This is a threshold, not differential privacy. `min`, `max` and `median` show one row's value. Two queries whose rows
//! differ by one can be subtracted. Whether a query fails is one bit, and a query may be made to fail by one row
//! (`WHERE CASE WHEN id = 5 THEN 1 / (temp - 20) ... `), though what the engine says about it is not passed on. A curator
//! who needs more must generalise or remove the column.

use std::{collections::BTreeSet, fmt, sync::Arc};

use datafusion::{
	catalog::{cte_worktable::CteWorkTable, TableProvider},
	common::{
		tree_node::{Transformed, TreeNode, TreeNodeRecursion},
		Column,
	},
	datasource::source_as_provider,
	error::{DataFusionError, Result as DfResult},
	functions_aggregate::expr_fn::count,
	logical_expr::{
		lit, Aggregate, Expr, Filter, LogicalPlan, LogicalPlanBuilder, Operator, Projection, Subquery,
		TableScan,
	},
};

use crate::{errors::QueryError, policy::QueryPolicy, session::is_repeatable};

/// Name of the hidden count, made longer where a query has a column of that name: an unqualified reference would find
/// the first of them.
const GROUP_ROWS: &str = "__souk_group_rows";

/// Aggregates over base rows: all rows weigh the same in them, and none hands out more than one value.
const COUNTABLE_AGGREGATES: &[&str] =
	&["avg", "count", "max", "median", "min", "stddev", "stddev_pop", "sum", "var", "var_pop"];

/// Refuses a plan that does anything but read `table`, then applies `policy`: group sizes and the row limit.
///
/// The plan that comes out fetches at most `max_rows + 1` rows, so that the caller can tell a full result from one that
/// is too long.
pub(crate) fn enforce(
	plan: LogicalPlan,
	table: &Arc<dyn TableProvider>,
	policy: &QueryPolicy,
) -> Result<LogicalPlan, QueryError> {
	check_nodes(&plan, table)?;
	let plan = match policy.group_size() {
		Some(rows) => {
			check_aggregated(&plan, table)?;
			drop_small_groups(plan, table, rows)?
		}
		None => plan,
	};
	// A limit is an i64 to the engine. Nobody waits for a trillion rows, so beyond that there is none.
	match usize::try_from(policy.max_rows) {
		Ok(max_rows) if max_rows < 1 << 40 => {
			Ok(LogicalPlanBuilder::from(plan).limit(0, Some(max_rows + 1))?.build()?)
		}
		_ => Ok(plan),
	}
}

/// Carries a refusal through DataFusion's tree walks.
#[derive(Debug)]
struct Refusal(String);

impl fmt::Display for Refusal {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		f.write_str(&self.0)
	}
}

impl std::error::Error for Refusal {}

fn refuse<T>(reason: impl Into<String>) -> DfResult<T> {
	Err(DataFusionError::External(Box::new(Refusal(reason.into()))))
}

/// Turns what [`refuse`] made back into a refusal; other errors stay what they are.
fn unwrap_refusal(error: DataFusionError) -> QueryError {
	if let DataFusionError::External(inner) = error.find_root() {
		if let Some(Refusal(reason)) = inner.downcast_ref() {
			return QueryError::refused(reason.clone());
		}
	}
	error.into()
}

fn is_snapshot(scan: &TableScan, table: &Arc<dyn TableProvider>) -> bool {
	source_as_provider(&scan.source).is_ok_and(|provider| Arc::ptr_eq(&provider, table))
}

fn is_work_table(scan: &TableScan) -> bool {
	source_as_provider(&scan.source).is_ok_and(|provider| provider.downcast_ref::<CteWorkTable>().is_some())
}

/// Only nodes that read and compute, only scans of the snapshot, only functions whose result can be repeated.
pub(crate) fn check_nodes(plan: &LogicalPlan, table: &Arc<dyn TableProvider>) -> Result<(), QueryError> {
	plan.apply_with_subqueries(|node| {
		match node {
			LogicalPlan::Projection(_)
			| LogicalPlan::Filter(_)
			| LogicalPlan::Window(_)
			| LogicalPlan::Aggregate(_)
			| LogicalPlan::Sort(_)
			| LogicalPlan::Join(_)
			| LogicalPlan::Repartition(_)
			| LogicalPlan::Union(_)
			| LogicalPlan::EmptyRelation(_)
			| LogicalPlan::Subquery(_)
			| LogicalPlan::SubqueryAlias(_)
			| LogicalPlan::Limit(_)
			| LogicalPlan::Values(_)
			| LogicalPlan::Distinct(_)
			| LogicalPlan::Unnest(_)
			| LogicalPlan::RecursiveQuery(_) => {}
			LogicalPlan::TableScan(scan) if is_snapshot(scan, table) || is_work_table(scan) => {}
			LogicalPlan::TableScan(scan) => {
				return refuse(format!("the table {} is not part of this listing", scan.table_name));
			}
			LogicalPlan::Statement(_)
			| LogicalPlan::Explain(_)
			| LogicalPlan::Analyze(_)
			| LogicalPlan::Extension(_)
			| LogicalPlan::Dml(_)
			| LogicalPlan::Ddl(_)
			| LogicalPlan::Copy(_)
			| LogicalPlan::DescribeTable(_) => return refuse("only SELECT queries are allowed"),
		}
		node.apply_expressions(|expr| expr.apply(check_expression))
	})
	.map_err(unwrap_refusal)?;
	Ok(())
}

fn check_expression(expr: &Expr) -> DfResult<TreeNodeRecursion> {
	match expr {
		Expr::ScalarFunction(call) if !is_repeatable(&call.func) => refuse(format!(
			"the function {} is not allowed: its result could not be repeated",
			call.func.name()
		)),
		Expr::ScalarVariable(..) => refuse("variables are not allowed"),
		Expr::Placeholder(_) => refuse("parameters are not allowed"),
		_ => Ok(TreeNodeRecursion::Continue),
	}
}

/// See the module's text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Class {
	Constant,
	Aggregated,
	Base,
}

/// Subqueries that stand in this node's expressions.
pub(crate) fn subqueries_of(node: &LogicalPlan) -> DfResult<Vec<Subquery>> {
	let mut found = Vec::new();
	node.apply_expressions(|expr| {
		expr.apply(|expr| {
			match expr {
				Expr::ScalarSubquery(subquery) => found.push(subquery.clone()),
				Expr::Exists(exists) => found.push(exists.subquery.clone()),
				Expr::InSubquery(within) => found.push(within.subquery.clone()),
				Expr::SetComparison(comparison) => found.push(comparison.subquery.clone()),
				_ => {}
			}
			Ok(TreeNodeRecursion::Continue)
		})
	})?;
	Ok(found)
}

fn class_of(node: &LogicalPlan, table: &Arc<dyn TableProvider>) -> DfResult<Class> {
	let mut class = match node {
		LogicalPlan::TableScan(scan) => {
			// A work table's rows are judged where the recursion is.
			if is_snapshot(scan, table) {
				Class::Base
			} else {
				Class::Constant
			}
		}
		_ => Class::Constant,
	};
	for input in node.inputs() {
		class = class.max(class_of(input, table)?);
	}
	match node {
		LogicalPlan::Aggregate(_) if class == Class::Base => class = Class::Aggregated,
		LogicalPlan::RecursiveQuery(_) if class == Class::Base => {
			return refuse(
				"this listing answers aggregates only: WITH RECURSIVE over its rows is not allowed",
			)
		}
		_ => {}
	}
	// Below the lift of an aggregate's input: what an expression asks for comes out as it is.
	for subquery in subqueries_of(node)? {
		class = class.max(class_of(&subquery.subquery, table)?);
	}
	Ok(class)
}

fn check_aggregated(plan: &LogicalPlan, table: &Arc<dyn TableProvider>) -> Result<(), QueryError> {
	match class_of(plan, table).map_err(unwrap_refusal)? {
		Class::Base => Err(QueryError::refused(
			"this listing answers aggregates only: every row of the result must come from an aggregate such as \
			 count, sum or avg, with GROUP BY for more than one row",
		)),
		Class::Aggregated | Class::Constant => Ok(()),
	}
}

/// Puts the hidden count and its filter above each aggregate over base rows.
fn drop_small_groups(
	plan: LogicalPlan,
	table: &Arc<dyn TableProvider>,
	min_group_size: u64,
) -> Result<LogicalPlan, QueryError> {
	plan.transform_up_with_subqueries(|node| match node {
		LogicalPlan::Aggregate(aggregate) if class_of(&aggregate.input, table)? == Class::Base => {
			check_countable(&aggregate, table)?;
			with_threshold(aggregate, min_group_size).map(Transformed::yes)
		}
		other => {
			let lateral =
				matches!(&other, LogicalPlan::Subquery(inner) if !inner.outer_ref_columns.is_empty());
			if lateral || subqueries_of(&other)?.iter().any(|inner| !inner.outer_ref_columns.is_empty()) {
				return refuse(threshold("subqueries that refer to the outer query are not allowed"));
			}
			Ok(Transformed::no(other))
		}
	})
	.map(|rewritten| rewritten.data)
	.map_err(unwrap_refusal)
}

fn threshold(what: &str) -> String {
	format!("this listing answers aggregates only, over groups whose rows can be counted: {what}")
}

/// Each base row must reach the aggregate once at most, and be no more than counted, summed or compared there.
fn check_countable(aggregate: &Aggregate, table: &Arc<dyn TableProvider>) -> DfResult<()> {
	let mut node: &LogicalPlan = &aggregate.input;
	loop {
		for subquery in subqueries_of(node)? {
			if !subquery.outer_ref_columns.is_empty() || class_of(&subquery.subquery, table)? == Class::Base {
				return refuse(threshold(
					"below an aggregate, a subquery may only be an aggregate of its own",
				));
			}
		}
		node = match node {
			LogicalPlan::TableScan(_) => break,
			LogicalPlan::Projection(inner) => {
				// An unnest is planned as a node of its own; nothing else in a projection multiplies rows.
				&inner.input
			}
			LogicalPlan::Filter(inner) => &inner.input,
			LogicalPlan::Sort(inner) => &inner.input,
			LogicalPlan::Limit(inner) => &inner.input,
			LogicalPlan::SubqueryAlias(inner) => &inner.input,
			LogicalPlan::Subquery(inner) => &inner.subquery,
			LogicalPlan::Repartition(inner) => &inner.input,
			LogicalPlan::Join(_) => return refuse(threshold("no joins below an aggregate")),
			LogicalPlan::Union(_) => {
				return refuse(threshold("no UNION, INTERSECT or EXCEPT below an aggregate"))
			}
			LogicalPlan::Window(_) => return refuse(threshold("no window functions below an aggregate")),
			LogicalPlan::Distinct(_) => return refuse(threshold("no SELECT DISTINCT below an aggregate")),
			LogicalPlan::Unnest(_) => return refuse(threshold("no unnest below an aggregate")),
			_ => return refuse(threshold("only filters and projections are allowed below an aggregate")),
		};
	}
	let node = LogicalPlan::Aggregate(aggregate.clone());
	if !subqueries_of(&node)?.is_empty() {
		return refuse(threshold("no subqueries inside GROUP BY or an aggregate"));
	}
	for expr in &aggregate.aggr_expr {
		expr.apply(|expr| {
			let Expr::AggregateFunction(call) = expr else { return Ok(TreeNodeRecursion::Continue) };
			if call.params.filter.is_some() {
				return refuse(threshold("an aggregate may not have a FILTER, use WHERE"));
			}
			if !call.params.order_by.is_empty() {
				return refuse(threshold("an aggregate may not have an ORDER BY"));
			}
			if !COUNTABLE_AGGREGATES.contains(&call.func.name()) {
				return refuse(threshold(&format!(
					"the aggregates are count, sum, avg, min, max, median, stddev and var, not {}",
					call.func.name()
				)));
			}
			check_arguments(&call.params.args, &aggregate.input)?;
			Ok(TreeNodeRecursion::Jump)
		})?;
	}
	Ok(())
}

/// Whether `expr` depends on a column; refused unless it is linear in its columns, casts aside.
fn check_linear(expr: &Expr) -> DfResult<bool> {
	match expr {
		Expr::Column(_) => Ok(true),
		Expr::Literal(..) => Ok(false),
		Expr::Alias(alias) => check_linear(&alias.expr),
		Expr::Cast(cast) => check_linear(&cast.expr),
		Expr::TryCast(cast) => check_linear(&cast.expr),
		Expr::Negative(inner) => check_linear(inner),
		Expr::BinaryExpr(binary) => {
			let (left, right) = (check_linear(&binary.left)?, check_linear(&binary.right)?);
			match binary.op {
				Operator::Plus | Operator::Minus => Ok(left || right),
				Operator::Multiply if !(left && right) => Ok(left || right),
				_ => refuse(threshold(NOT_LINEAR)),
			}
		}
		_ => refuse(threshold(NOT_LINEAR)),
	}
}

const NOT_LINEAR: &str =
	"an aggregate's argument may only be one column, with numbers added to it or multiplied by it, and casts; use WHERE \
	 to choose rows";

/// All that an aggregate is given, followed through the projections below it, is linear in one column of the table.
fn check_arguments(arguments: &[Expr], input: &LogicalPlan) -> DfResult<()> {
	let mut columns = BTreeSet::new();
	for argument in arguments {
		check_linear(argument)?;
		columns.extend(argument.column_refs().into_iter().cloned());
	}
	let mut node = input;
	loop {
		node = match node {
			LogicalPlan::Projection(projection) => {
				let mut sources = BTreeSet::new();
				for column in columns {
					let source = projection.expr.get(projection.schema.index_of_column(&column)?);
					let Some(source) = source else { return refuse(threshold(NOT_LINEAR)) };
					check_linear(source)?;
					sources.extend(source.column_refs().into_iter().cloned());
				}
				columns = sources;
				&projection.input
			}
			// An alias renames the relation; columns keep their places.
			LogicalPlan::SubqueryAlias(alias) => {
				let mut sources = BTreeSet::new();
				for column in columns {
					let index = alias.schema.index_of_column(&column)?;
					sources.insert(Column::from(alias.input.schema().qualified_field(index)));
				}
				columns = sources;
				&alias.input
			}
			// The others have the columns of their only input, as `check_countable` has seen.
			other => match other.inputs().first() {
				Some(inner) => inner,
				None => break,
			},
		};
	}
	if columns.len() > 1 {
		return refuse(threshold(NOT_LINEAR));
	}
	Ok(())
}

/// `Projection(the aggregate's own columns, Filter(count >= k, Aggregate(..., count)))`.
fn with_threshold(aggregate: Aggregate, min_group_size: u64) -> DfResult<LogicalPlan> {
	let columns: Vec<Expr> = aggregate.schema.columns().into_iter().map(Expr::Column).collect();
	let schema = Arc::clone(&aggregate.schema);
	let mut group_rows = GROUP_ROWS.to_owned();
	while schema.fields().iter().any(|field| *field.name() == group_rows) {
		group_rows.push('_');
	}
	let mut aggregates = aggregate.aggr_expr;
	aggregates.push(count(lit(1_i64)).alias(&group_rows));
	let counted =
		LogicalPlan::Aggregate(Aggregate::try_new(aggregate.input, aggregate.group_expr, aggregates)?);
	// A count is an i64: a threshold beyond that is never reached.
	let enough = Expr::Column(Column::new_unqualified(group_rows))
		.gt_eq(lit(i64::try_from(min_group_size).unwrap_or(i64::MAX)));
	let filtered = LogicalPlan::Filter(Filter::try_new(enough, Arc::new(counted))?);
	Ok(LogicalPlan::Projection(Projection::try_new_with_schema(columns, Arc::new(filtered), schema)?))
}
