//! The order of a transform's rows where neither the file nor the SQL says all of it.
//!
//! Several workers must come to the same bytes. A scan yields the file's order, but a group, a join, a set operation or a
//! window comes in an order that depends on how much was spilled, and so do rows that a sort takes for equal. So every
//! sort gets all other columns of its input as tie-breakers, and what has no order is sorted by all its columns: for the
//! result, and for what a LIMIT cuts. Rows that are equal in all columns may change places unseen.
//!
//! What an order decides inside a query remains: sums of floats, and functions that look at neighbours. See
//! [`depends_on_memory`].

use std::sync::Arc;

use datafusion::{
	arrow::datatypes::DataType,
	common::tree_node::{Transformed, TreeNodeRecursion},
	error::Result as DfResult,
	logical_expr::{expr::Sort as SortExpr, Aggregate, Distinct, Expr, Limit, LogicalPlan, Sort},
};

use crate::plan::subqueries_of;

/// The plan with rows in an order that the data alone decide. `order_by` goes before what the plan says itself.
pub(crate) fn decide(plan: LogicalPlan, order_by: Vec<Expr>) -> DfResult<LogicalPlan> {
	let plan = plan
		.transform_up_with_subqueries(|node| match node {
			LogicalPlan::Sort(sort) => {
				let expr = with_ties_broken(sort.expr, &sort.input);
				Ok(Transformed::yes(LogicalPlan::Sort(Sort { expr, ..sort })))
			}
			LogicalPlan::Limit(limit) if !is_decided(&limit.input)? => {
				let input = Arc::new(sorted(Vec::new(), limit.input));
				Ok(Transformed::yes(LogicalPlan::Limit(Limit { input, ..limit })))
			}
			other => Ok(Transformed::no(other)),
		})?
		.data;
	if order_by.is_empty() && is_decided(&plan)? {
		return Ok(plan);
	}
	let order_by = order_by.into_iter().map(ascending).collect();
	Ok(sorted(order_by, Arc::new(plan)))
}

fn ascending(expr: Expr) -> SortExpr {
	expr.sort(true, false)
}

/// `input` sorted by `first`, then by all its columns; as it is if none of them can be sorted by.
fn sorted(first: Vec<SortExpr>, input: Arc<LogicalPlan>) -> LogicalPlan {
	let expr = with_ties_broken(first, &input);
	if expr.is_empty() {
		return Arc::unwrap_or_clone(input);
	}
	LogicalPlan::Sort(Sort { expr, input, fetch: None })
}

fn with_ties_broken(mut sort: Vec<SortExpr>, input: &LogicalPlan) -> Vec<SortExpr> {
	let schema = input.schema();
	let columns: Vec<_> = schema.columns().into_iter().zip(schema.fields()).collect();
	// The engine sorts by a struct only as one of several columns.
	let alone = sort.is_empty() && columns.len() == 1;
	for (column, field) in columns {
		let expr = Expr::Column(column);
		let kind = field.data_type();
		if is_sortable(kind) && !(alone && kind.is_nested()) && !sort.iter().any(|term| term.expr == expr) {
			sort.push(ascending(expr));
		}
	}
	sort
}

fn is_sortable(kind: &DataType) -> bool {
	match kind {
		DataType::List(item) | DataType::LargeList(item) | DataType::FixedSizeList(item, _) => {
			is_sortable(item.data_type())
		}
		DataType::Struct(fields) => fields.iter().all(|field| is_sortable(field.data_type())),
		other => !other.is_nested(),
	}
}

fn is_decided(plan: &LogicalPlan) -> DfResult<bool> {
	Ok(is_sorted(plan)? || is_in_file_order(plan)?)
}

fn is_sorted(plan: &LogicalPlan) -> DfResult<bool> {
	let mut node = plan;
	loop {
		node = match node {
			LogicalPlan::Sort(_) => return Ok(true),
			// A subquery is planned as a join.
			_ if !subqueries_of(node)?.is_empty() => return Ok(false),
			LogicalPlan::Projection(inner) => &inner.input,
			LogicalPlan::Filter(inner) => &inner.input,
			LogicalPlan::SubqueryAlias(inner) => &inner.input,
			LogicalPlan::Limit(inner) => &inner.input,
			_ => return Ok(false),
		};
	}
}

fn is_in_file_order(plan: &LogicalPlan) -> DfResult<bool> {
	let mut node = plan;
	loop {
		node = match node {
			_ if !subqueries_of(node)?.is_empty() => return Ok(false),
			LogicalPlan::TableScan(_) | LogicalPlan::Values(_) | LogicalPlan::EmptyRelation(_) => {
				return Ok(true)
			}
			LogicalPlan::Projection(inner) => &inner.input,
			LogicalPlan::Filter(inner) => &inner.input,
			LogicalPlan::SubqueryAlias(inner) => &inner.input,
			LogicalPlan::Limit(inner) => &inner.input,
			LogicalPlan::Unnest(inner) => &inner.input,
			_ => return Ok(false),
		};
	}
}

/// Aggregates that are the same in whatever order they see their rows.
const ORDERLESS: &[&str] =
	&["bit_and", "bit_or", "bit_xor", "bool_and", "bool_or", "count", "grouping", "max", "median", "min"];

/// Whether values, and not only the order of rows, depend on the order in which rows meet inside the query, and so on
/// how much of them fits into memory: sums and averages of floats, `array_agg` and its like, window functions,
/// `DISTINCT ON`.
pub(crate) fn depends_on_memory(plan: &LogicalPlan) -> DfResult<bool> {
	let mut depends = false;
	plan.apply_with_subqueries(|node| {
		depends |= match node {
			LogicalPlan::Window(_) | LogicalPlan::Distinct(Distinct::On(_)) => true,
			LogicalPlan::Aggregate(aggregate) => !is_orderless(aggregate),
			_ => false,
		};
		Ok(if depends { TreeNodeRecursion::Stop } else { TreeNodeRecursion::Continue })
	})?;
	Ok(depends)
}

fn is_orderless(aggregate: &Aggregate) -> bool {
	let fields = aggregate.schema.fields().iter().rev();
	aggregate.aggr_expr.iter().rev().zip(fields).all(|(expr, field)| {
		let mut expr = expr;
		while let Expr::Alias(alias) = expr {
			expr = &alias.expr;
		}
		let Expr::AggregateFunction(call) = expr else { return false };
		let exact = !field.data_type().is_floating();
		ORDERLESS.contains(&call.func.name()) || exact && ["avg", "sum"].contains(&call.func.name())
	})
}
