//! The WHERE clause, taken apart without looking at any column.

use sqlparser::ast::{BinaryOperator, Expr, UnaryOperator};

use super::{
	error::{Part, SqlError},
	literal::{literal, Literal},
	shape::{column, part_of, Name, Table},
	text::Source,
};

/// What a row must be to count: one of those that AND joins.
#[derive(Debug)]
pub(super) struct Condition {
	pub(super) column: Name,
	pub(super) test: Test,
}

#[derive(Debug)]
pub(super) enum Test {
	/// The column, compared with a literal.
	Compare(Operator, Constant),
	Between {
		low: Constant,
		high: Constant,
		negated: bool,
	},
	IsNull,
	IsNotNull,
}

/// A literal, and where it stands.
#[derive(Debug)]
pub(super) struct Constant {
	pub(super) literal: Literal,
	pub(super) part: Part,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operator {
	Equal,
	NotEqual,
	Less,
	LessOrEqual,
	Greater,
	GreaterOrEqual,
}

impl Operator {
	fn of(operator: &BinaryOperator) -> Option<Self> {
		Some(match operator {
			BinaryOperator::Eq => Self::Equal,
			BinaryOperator::NotEq => Self::NotEqual,
			BinaryOperator::Lt => Self::Less,
			BinaryOperator::LtEq => Self::LessOrEqual,
			BinaryOperator::Gt => Self::Greater,
			BinaryOperator::GtEq => Self::GreaterOrEqual,
			_ => return None,
		})
	}

	/// The operator with its sides exchanged.
	fn turned(self) -> Self {
		match self {
			Self::Less => Self::Greater,
			Self::LessOrEqual => Self::GreaterOrEqual,
			Self::Greater => Self::Less,
			Self::GreaterOrEqual => Self::LessOrEqual,
			same => same,
		}
	}
}

/// The conditions that an expression joins with AND, in the order of the text.
pub(super) fn conditions(
	expr: &Expr,
	table: &Table,
	source: &Source<'_>,
) -> Result<Vec<Condition>, SqlError> {
	let mut found = Vec::new();
	// A chain of ANDs is as deep as it is long: no recursion.
	let mut open = vec![expr];
	while let Some(expr) = open.pop() {
		match expr {
			Expr::BinaryOp { left, op: BinaryOperator::And, right } => open.extend([&**right, &**left]),
			Expr::Nested(inner) => open.push(inner),
			other => found.push(condition(other, table, source)?),
		}
	}
	Ok(found)
}

fn condition(expr: &Expr, table: &Table, source: &Source<'_>) -> Result<Condition, SqlError> {
	let part = || part_of(expr, source);
	let column_of = |side: &Expr| {
		column(side, table, source).unwrap_or_else(|| {
			Err(part_of(side, source).refuse(format!("a column is expected here, {}", computed(side))))
		})
	};
	let constant_of = |side: &Expr| constant(side, source);
	match expr {
		Expr::IsNull(side) => Ok(Condition { column: column_of(side)?, test: Test::IsNull }),
		Expr::IsNotNull(side) => Ok(Condition { column: column_of(side)?, test: Test::IsNotNull }),
		Expr::Between { expr: side, negated, low, high } => Ok(Condition {
			column: column_of(side)?,
			test: Test::Between { low: constant_of(low)?, high: constant_of(high)?, negated: *negated },
		}),
		Expr::InList { expr: side, list, negated } => match list.as_slice() {
			[value] => {
				let operator = if *negated { Operator::NotEqual } else { Operator::Equal };
				Ok(Condition { column: column_of(side)?, test: Test::Compare(operator, constant_of(value)?) })
			}
			_ => Err(part().refuse("IN has one value: ask one query for each, or write BETWEEN")),
		},
		Expr::BinaryOp { left, op, right } => match Operator::of(op) {
			Some(operator) => {
				// Whatever is no literal must be the column, and is refused as such if it is not.
				let (side, operator, other) = match literal(left) {
					Some(_) => (right, operator.turned(), left),
					None => (left, operator, right),
				};
				Ok(Condition { column: column_of(side)?, test: Test::Compare(operator, constant_of(other)?) })
			}
			None => Err(part().refuse(no_operator(op))),
		},
		other => Err(part().refuse(no_condition(other))),
	}
}

fn constant(expr: &Expr, source: &Source<'_>) -> Result<Constant, SqlError> {
	let part = part_of(expr, source);
	match literal(expr) {
		Some(Ok(literal)) => Ok(Constant { literal, part }),
		Some(Err(reason)) => Err(part.refuse(reason)),
		None => Err(part.refuse(format!("a literal is expected here, {}", computed(expr)))),
	}
}

fn computed(expr: &Expr) -> &'static str {
	match expr {
		Expr::Identifier(_) | Expr::CompoundIdentifier(_) => "not another column",
		Expr::Subquery(_) => "not a query",
		Expr::Function(_) => "not a function of it",
		Expr::Value(_) | Expr::TypedString(_) => "not another literal",
		_ => "nothing computed",
	}
}

const COMPARISONS: &str =
	"conditions are comparisons (=, <>, <, <=, >, >=), BETWEEN, IN with one value, IS NULL and \
                           IS NOT NULL of a column, joined with AND";

fn no_operator(operator: &BinaryOperator) -> &'static str {
	match operator {
		BinaryOperator::Or => {
			"OR is not part of the provable subset: ask one query for each side, or write BETWEEN"
		}
		_ => COMPARISONS,
	}
}

fn no_condition(expr: &Expr) -> &'static str {
	match expr {
		Expr::UnaryOp { op: UnaryOperator::Not, .. } => {
			"NOT is not part of the provable subset: turn the comparison round (x >= 5 for NOT x < 5)"
		}
		Expr::Identifier(_)
		| Expr::CompoundIdentifier(_)
		| Expr::IsTrue(_)
		| Expr::IsFalse(_)
		| Expr::IsNotTrue(_)
		| Expr::IsNotFalse(_) => "write column = true or column = false",
		Expr::Like { .. } | Expr::ILike { .. } | Expr::SimilarTo { .. } | Expr::RLike { .. } => {
			"patterns are not part of the provable subset: strings are compared with =, <>, <, <=, >, >= and BETWEEN"
		}
		Expr::InSubquery { .. } | Expr::Exists { .. } | Expr::Subquery(_) => {
			"there is one SELECT over the table, and no other query in it"
		}
		Expr::IsDistinctFrom(..) | Expr::IsNotDistinctFrom(..) => "write =, <>, IS NULL or IS NOT NULL",
		_ => COMPARISONS,
	}
}
