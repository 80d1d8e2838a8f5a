//! The clauses of a statement, taken apart without looking at any column. Each structure of the parser is matched field
//! by field, so that nothing that a text says can be passed over, and a field that a later parser adds stops the build.

use sqlparser::{
	ast::{
		helpers::attached_token::AttachedToken, DuplicateTreatment, Expr, Function, FunctionArg,
		FunctionArgExpr, FunctionArgumentList, FunctionArguments, GroupByExpr, Ident, ObjectName,
		ObjectNamePart, Query, Select, SelectFlavor, SelectItem, SetExpr, Spanned, Statement, TableAlias,
		TableFactor, TableWithJoins, WildcardAdditionalOptions,
	},
	keywords::Keyword,
};

use super::{
	condition::{conditions, Condition},
	error::{Part, SqlError},
	text::Source,
};

/// A provable statement whose columns are still names.
#[derive(Debug)]
pub(super) struct Shape {
	pub(super) table: String,
	pub(super) items: Vec<Item>,
	pub(super) conditions: Vec<Condition>,
	pub(super) group_by: Option<Name>,
}

/// One column of the answer.
#[derive(Debug)]
pub(super) struct Item {
	pub(super) what: What,
	pub(super) alias: Option<String>,
	pub(super) part: Part,
}

#[derive(Debug)]
pub(super) enum What {
	/// The column itself, which must be the grouping column.
	Column(Name),
	CountAll,
	Of(AggregateFunction, Name),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum AggregateFunction {
	Count,
	Sum,
	Min,
	Max,
	Avg,
}

impl AggregateFunction {
	pub(super) fn word(self) -> &'static str {
		match self {
			Self::Count => "count",
			Self::Sum => "sum",
			Self::Min => "min",
			Self::Max => "max",
			Self::Avg => "avg",
		}
	}
}

/// A column's name as SQL means it: lower case if it was not quoted.
#[derive(Debug)]
pub(super) struct Name {
	pub(super) value: String,
	pub(super) part: Part,
}

pub(super) fn shape(source: &Source<'_>) -> Result<Shape, SqlError> {
	match source.parse()? {
		Statement::Query(query) => {
			let select = only_select(*query, source)?;
			clauses(select, source)
		}
		_ => Err(source.everything().refuse("only a SELECT can be")),
	}
}

/// Refuses a clause if it is there.
fn none(there: bool, source: &Source<'_>, keywords: &[Keyword], reason: &str) -> Result<(), SqlError> {
	if there {
		return Err(source.keyword(keywords).refuse(reason));
	}
	Ok(())
}

const ORDER: &str = "the rows of an answer come in ascending order of the grouping column, NULL last";
const NO_CLAUSE: &str = "the clauses are SELECT, FROM, WHERE and GROUP BY";

fn only_select(query: Query, source: &Source<'_>) -> Result<Select, SqlError> {
	let Query {
		with,
		body,
		order_by,
		limit_clause,
		fetch,
		locks,
		for_clause,
		settings,
		format_clause,
		pipe_operators,
	} = query;
	none(
		with.is_some(),
		source,
		&[Keyword::WITH],
		"there is one SELECT over the table, and no other query in it",
	)?;
	none(order_by.is_some(), source, &[Keyword::ORDER], ORDER)?;
	none(limit_clause.is_some(), source, &[Keyword::LIMIT, Keyword::OFFSET], "an answer has all its groups")?;
	none(fetch.is_some(), source, &[Keyword::FETCH], "an answer has all its groups")?;
	none(!locks.is_empty() || for_clause.is_some(), source, &[Keyword::FOR], NO_CLAUSE)?;
	none(settings.is_some(), source, &[Keyword::SETTINGS], NO_CLAUSE)?;
	none(format_clause.is_some(), source, &[Keyword::FORMAT], NO_CLAUSE)?;
	if !pipe_operators.is_empty() {
		return Err(source.everything().refuse("a pipe (|>) is not part of the provable subset"));
	}
	match *body {
		SetExpr::Select(select) => Ok(*select),
		SetExpr::SetOperation { .. } => Err(source
			.keyword(&[Keyword::UNION, Keyword::EXCEPT, Keyword::INTERSECT, Keyword::MINUS])
			.refuse("there is one SELECT over the table: ask one query for each")),
		SetExpr::Query(_) => {
			Err(source.everything().refuse("write the SELECT without parentheses around it"))
		}
		_ => Err(source.everything().refuse("only a SELECT can be")),
	}
}

fn clauses(select: Select, source: &Source<'_>) -> Result<Shape, SqlError> {
	let Select {
		select_token: AttachedToken(_),
		optimizer_hints,
		distinct,
		select_modifiers,
		top,
		top_before_distinct: _, // only where there is a TOP or a DISTINCT
		projection,
		exclude,
		into,
		from,
		lateral_views,
		prewhere,
		selection,
		connect_by,
		group_by,
		cluster_by,
		distribute_by,
		sort_by,
		having,
		named_window,
		qualify,
		window_before_qualify: _, // only where there is a WINDOW or a QUALIFY
		value_table_mode,
		flavor,
	} = select;
	if !optimizer_hints.is_empty() {
		return Err(source.everything().refuse("there are no hints (comments that begin with +)"));
	}
	none(
		distinct.is_some(),
		source,
		&[Keyword::DISTINCT, Keyword::ALL],
		"each group is in the answer once anyway",
	)?;
	none(select_modifiers.is_some(), source, &[Keyword::SELECT], "SELECT has no modifiers")?;
	none(top.is_some(), source, &[Keyword::TOP], "an answer has all its groups")?;
	none(exclude.is_some(), source, &[Keyword::EXCLUDE], NO_CLAUSE)?;
	none(into.is_some(), source, &[Keyword::INTO], NO_CLAUSE)?;
	none(!lateral_views.is_empty(), source, &[Keyword::LATERAL], NO_CLAUSE)?;
	none(prewhere.is_some(), source, &[Keyword::PREWHERE], "write WHERE")?;
	none(!connect_by.is_empty(), source, &[Keyword::CONNECT, Keyword::START], NO_CLAUSE)?;
	none(!cluster_by.is_empty(), source, &[Keyword::CLUSTER], NO_CLAUSE)?;
	none(!distribute_by.is_empty(), source, &[Keyword::DISTRIBUTE], NO_CLAUSE)?;
	none(!sort_by.is_empty(), source, &[Keyword::SORT], ORDER)?;
	none(
		having.is_some(),
		source,
		&[Keyword::HAVING],
		"groups are not filtered by their figures: leave HAVING out",
	)?;
	none(!named_window.is_empty(), source, &[Keyword::WINDOW], "there are no windows")?;
	none(qualify.is_some(), source, &[Keyword::QUALIFY], "there are no windows")?;
	none(value_table_mode.is_some(), source, &[Keyword::AS], "SELECT has no modifiers")?;
	if flavor != SelectFlavor::Standard {
		return Err(source.everything().refuse("write SELECT first, FROM after it"));
	}
	let table = one_table(&from, source)?;
	let items =
		projection.iter().map(|item| answer_column(item, &table, source)).collect::<Result<_, _>>()?;
	let conditions = match &selection {
		Some(expr) => conditions(expr, &table, source)?,
		None => Vec::new(),
	};
	let group_by = grouping(&group_by, &table, source)?;
	Ok(Shape { table: table.name, items, conditions, group_by })
}

/// The table of the FROM clause.
pub(super) struct Table {
	name: String,
	/// What columns may be qualified with.
	qualifier: String,
}

/// What an identifier means, to the engine as well: quotes keep its case, and only ASCII has one.
fn meaning(ident: &Ident) -> String {
	match ident.quote_style {
		Some(_) => ident.value.clone(),
		None => ident.value.to_ascii_lowercase(),
	}
}

fn one_table(from: &[TableWithJoins], source: &Source<'_>) -> Result<Table, SqlError> {
	let (first, more) = match from {
		[] => return Err(source.everything().refuse("it has no FROM, and an aggregate is over a table")),
		[first, more @ ..] => (first, more),
	};
	if let Some(second) = more.first() {
		return Err(source.part(second.span()).refuse("FROM names one table"));
	}
	let TableWithJoins { relation, joins } = first;
	if let Some(join) = joins.first() {
		return Err(source.part(join.span()).refuse("FROM names one table, and nothing is joined to it"));
	}
	let refuse = |reason: &str| Err(source.part(relation.span()).refuse(reason));
	let TableFactor::Table {
		name,
		alias,
		args,
		with_hints,
		version,
		with_ordinality,
		partitions,
		json_path,
		sample,
		index_hints,
	} = relation
	else {
		return refuse("FROM names a table; there is no query or function in its place");
	};
	if args.is_some() {
		return refuse("FROM names a table, not a function");
	}
	if !with_hints.is_empty()
		|| version.is_some()
		|| *with_ordinality
		|| !partitions.is_empty()
		|| json_path.is_some()
		|| sample.is_some()
		|| !index_hints.is_empty()
	{
		return refuse(
			"FROM has the table's name, and an alias if you like; the whole table is always meant",
		);
	}
	let ObjectName(parts) = name;
	let [ObjectNamePart::Identifier(ident)] = parts.as_slice() else {
		return refuse("the table's name has one part");
	};
	let name = meaning(ident);
	let qualifier = match alias {
		None => name.clone(),
		Some(TableAlias { explicit: _, name, columns, at: None }) if columns.is_empty() => meaning(name),
		Some(_) => return refuse("an alias is a single name"),
	};
	Ok(Table { name, qualifier })
}

/// An expression's part of the text. The parser's spans leave out what stands before some of them.
pub(super) fn part_of(expr: &Expr, source: &Source<'_>) -> Part {
	match expr {
		Expr::UnaryOp { .. } | Expr::Subquery(_) => source.part_after_sign(expr.span()),
		_ => source.part(expr.span()),
	}
}

/// The column that an expression names, if it is nothing but a name.
pub(super) fn column(expr: &Expr, table: &Table, source: &Source<'_>) -> Option<Result<Name, SqlError>> {
	let part = || source.part(expr.span());
	match expr {
		Expr::Nested(inner) => column(inner, table, source),
		Expr::Identifier(ident) => Some(Ok(Name { value: meaning(ident), part: part() })),
		Expr::CompoundIdentifier(idents) => Some(match idents.as_slice() {
			[qualifier, ident] if meaning(qualifier) == table.qualifier => {
				Ok(Name { value: meaning(ident), part: part() })
			}
			_ => Err(part().refuse(format!("a column is named alone or after {}.", table.qualifier))),
		}),
		_ => None,
	}
}

fn answer_column(item: &SelectItem, table: &Table, source: &Source<'_>) -> Result<Item, SqlError> {
	const EVERYTHING: &str =
		"rows of the table are not shown: SELECT has aggregates, and the grouping column";
	let (expr, alias) = match item {
		SelectItem::UnnamedExpr(expr) => (expr, None),
		SelectItem::ExprWithAlias { expr, alias } => (expr, Some(meaning(alias))),
		SelectItem::ExprWithAliases { expr, aliases: _ } => {
			return Err(source.part(expr.span()).refuse("an aggregate has one name"))
		}
		SelectItem::QualifiedWildcard(..) => return Err(source.part(item.span()).refuse(EVERYTHING)),
		SelectItem::Wildcard(WildcardAdditionalOptions { wildcard_token, .. }) => {
			return Err(source.part(wildcard_token.0.span).refuse(EVERYTHING))
		}
	};
	let part = part_of(expr, source);
	let what = match (column(expr, table, source), expr) {
		(Some(name), _) => What::Column(name?),
		(None, Expr::Function(function)) => aggregate(function, &part, table, source)?,
		(None, _) => {
			return Err(part.refuse(
				"SELECT has count(*), count, sum, min, max and avg of a column, and the grouping column, nothing computed from them",
			))
		}
	};
	Ok(Item { what, alias, part })
}

fn aggregate(function: &Function, part: &Part, table: &Table, source: &Source<'_>) -> Result<What, SqlError> {
	let Function { name, uses_odbc_syntax, parameters, args, filter, null_treatment, over, within_group } =
		function;
	let ObjectName(parts) = name;
	let called = match parts.as_slice() {
		[ObjectNamePart::Identifier(ident)] => meaning(ident),
		_ => String::new(),
	};
	let function = match called.as_str() {
		"count" => AggregateFunction::Count,
		"sum" => AggregateFunction::Sum,
		"min" => AggregateFunction::Min,
		"max" => AggregateFunction::Max,
		"avg" => AggregateFunction::Avg,
		_ => return Err(part.refuse("the aggregates are count, sum, min, max and avg")),
	};
	if *uses_odbc_syntax || *parameters != FunctionArguments::None {
		return Err(part.refuse("an aggregate is written like sum(column)"));
	}
	if over.is_some() {
		return Err(part.refuse("there are no windows (OVER)"));
	}
	if filter.is_some() {
		return Err(
			part.refuse("FILTER is not part of the provable subset: ask a query of its own with a WHERE")
		);
	}
	if null_treatment.is_some() || !within_group.is_empty() {
		return Err(part.refuse("an aggregate has a column in its parentheses and nothing after them"));
	}
	let FunctionArguments::List(FunctionArgumentList { duplicate_treatment, args, clauses }) = args else {
		return Err(part.refuse("an aggregate has a column in its parentheses"));
	};
	match duplicate_treatment {
		None => {}
		Some(DuplicateTreatment::Distinct) => {
			return Err(part.refuse("DISTINCT is not part of the provable subset"));
		}
		Some(DuplicateTreatment::All) => {
			return Err(part.refuse("leave ALL out: it is what is meant without it"))
		}
	}
	if !clauses.is_empty() {
		return Err(part.refuse("an aggregate has a column in its parentheses, and nothing else"));
	}
	match (function, args.as_slice()) {
		(AggregateFunction::Count, [FunctionArg::Unnamed(FunctionArgExpr::Wildcard)]) => Ok(What::CountAll),
		(_, [FunctionArg::Unnamed(FunctionArgExpr::Expr(expr))]) => match column(expr, table, source) {
			Some(name) => Ok(What::Of(function, name?)),
			None if function == AggregateFunction::Count => {
				Err(part.refuse("count takes * or one column, and nothing computed"))
			}
			None => Err(part.refuse(format!("{} takes one column, and nothing computed", function.word()))),
		},
		(AggregateFunction::Count, _) => Err(part.refuse("count takes * or one column")),
		_ => Err(part.refuse(format!("{} takes one column", function.word()))),
	}
}

fn grouping(group_by: &GroupByExpr, table: &Table, source: &Source<'_>) -> Result<Option<Name>, SqlError> {
	let (exprs, modifiers) = match group_by {
		GroupByExpr::Expressions(exprs, modifiers) => (exprs, modifiers),
		GroupByExpr::All(_) => {
			return Err(source.keyword(&[Keyword::GROUP]).refuse("GROUP BY names one column"));
		}
	};
	if !modifiers.is_empty() {
		return Err(source
			.keyword(&[Keyword::GROUP])
			.refuse("GROUP BY names one column, and has nothing after it"));
	}
	match exprs.as_slice() {
		[] => Ok(None),
		[expr] => match column(expr, table, source) {
			Some(name) => name.map(Some),
			None => Err(source.part(expr.span()).refuse("GROUP BY names one column, and nothing computed")),
		},
		[_, second, ..] => Err(source.part(second.span()).refuse("GROUP BY names one column")),
	}
}
