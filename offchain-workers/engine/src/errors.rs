//! What can go wrong with a query, with codes that are stable on the wire.

use datafusion::{arrow::error::ArrowError, error::DataFusionError};

/// Why a query was refused or did not finish.
///
/// [`code`](Self::code) and [`detail`](Self::detail) are what travels; [`from_code`](Self::from_code) is the way back.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum QueryError {
	/// The statement is not something that may run here: not a single SELECT, an unknown table, a function that is not
	/// allowed, or a shape that the listing's policy forbids.
	#[error("query refused: {reason}")]
	Refused {
		/// A sentence for the author of the query.
		reason: String,
	},
	/// The statement is not valid SQL for this table.
	#[error("the SQL is not valid: {message}")]
	Syntax {
		/// What the parser or the planner said.
		message: String,
	},
	/// What is to be proved cannot be: the SQL is outside of the provable subset, or the snapshot commits to no columns.
	#[error("{reason}")]
	NotProvable {
		/// Which part, and what can be.
		reason: String,
	},
	/// The file's columns are not those that the chain has a commitment to.
	#[error("the columns of this node's snapshot are not those that the chain has a commitment to: ask another node")]
	WrongColumns,
	/// The result has more rows than the listing allows.
	#[error("the result has more than {limit} rows, the most this listing allows: add LIMIT, a filter or GROUP BY")]
	TooManyRows {
		/// Rows allowed.
		limit: u64,
	},
	/// The query needed more memory than it may use.
	#[error(
		"the query needs more memory than it is allowed: select fewer columns, filter earlier or sort less"
	)]
	OutOfMemory,
	/// The query ran longer than it may.
	#[error("the query did not finish in the time it is allowed")]
	TimedOut,
	/// The result has more bytes than it may.
	#[error("the result has more bytes than it is allowed: select fewer columns or add LIMIT")]
	ResultTooLarge,
	/// The executor process ended without finishing the result. The query may be sent again.
	#[error("the query's executor process died before the result was complete")]
	ExecutorDied,
	/// The executor could not lock itself in, so nothing was run.
	#[error("the executor's sandbox is not available, so the query was not run: {reason}")]
	SandboxUnavailable {
		/// Which part of the sandbox failed, and how.
		reason: String,
	},
	/// The query failed while it ran: a division by zero, a cast that does not fit.
	#[error("the query failed: {0}")]
	Execution(String),
	/// Reading the snapshot or talking to the executor failed.
	#[error("input or output failed: {0}")]
	Io(#[from] std::io::Error),
}

/// What is said instead of the engine's own words where they could quote what is not to be seen, or not for nothing.
const CONCEALED: &str =
	"a value does not fit a cast, a date or a calculation; which one is not said, because the listing \
	answers aggregates only, or is paid by the query: use TRY_CAST, and NULLIF for divisors";

impl QueryError {
	/// A stable, lower-case word for the wire.
	pub fn code(&self) -> &'static str {
		match self {
			Self::Refused { .. } => "refused",
			Self::Syntax { .. } => "syntax",
			Self::NotProvable { .. } => "not_provable",
			Self::WrongColumns => "wrong_columns",
			Self::TooManyRows { .. } => "too_many_rows",
			Self::OutOfMemory => "out_of_memory",
			Self::TimedOut => "timed_out",
			Self::ResultTooLarge => "result_too_large",
			Self::ExecutorDied => "executor_died",
			Self::SandboxUnavailable { .. } => "sandbox_unavailable",
			Self::Execution(_) => "execution",
			Self::Io(_) => "io",
		}
	}

	/// What belongs to the code: the reason, the message, or the number of rows allowed; empty where the code says all.
	pub fn detail(&self) -> String {
		match self {
			Self::Refused { reason } | Self::NotProvable { reason } | Self::SandboxUnavailable { reason } => {
				reason.clone()
			}
			Self::Syntax { message } => message.clone(),
			Self::TooManyRows { limit } => limit.to_string(),
			Self::Execution(message) => message.clone(),
			Self::Io(error) => error.to_string(),
			Self::WrongColumns
			| Self::OutOfMemory
			| Self::TimedOut
			| Self::ResultTooLarge
			| Self::ExecutorDied => String::new(),
		}
	}

	/// The error behind a [`code`](Self::code) and a [`detail`](Self::detail). A code of a later version becomes
	/// [`Execution`](Self::Execution) with both in its text.
	pub fn from_code(code: &str, detail: &str) -> Self {
		let text = detail.to_owned();
		match code {
			"refused" => Self::Refused { reason: text },
			"syntax" => Self::Syntax { message: text },
			"not_provable" => Self::NotProvable { reason: text },
			"wrong_columns" => Self::WrongColumns,
			"too_many_rows" => Self::TooManyRows { limit: detail.parse().unwrap_or(0) },
			"out_of_memory" => Self::OutOfMemory,
			"timed_out" => Self::TimedOut,
			"result_too_large" => Self::ResultTooLarge,
			"executor_died" => Self::ExecutorDied,
			"sandbox_unavailable" => Self::SandboxUnavailable { reason: text },
			"execution" => Self::Execution(text),
			"io" => Self::Io(std::io::Error::other(text)),
			other => Self::Execution(format!("{other}: {text}")),
		}
	}

	/// The same error without anything that a value of the table could stand in: what the engine says about a cast or a
	/// date quotes the value.
	pub(crate) fn without_values(self) -> Self {
		match self {
			Self::Execution(_) | Self::Syntax { .. } => Self::Execution(CONCEALED.into()),
			Self::Io(error) => Self::Io(error.kind().into()),
			other => other,
		}
	}

	pub(crate) fn refused(reason: impl Into<String>) -> Self {
		Self::Refused { reason: reason.into() }
	}
}

impl From<DataFusionError> for QueryError {
	fn from(error: DataFusionError) -> Self {
		match error.find_root() {
			DataFusionError::ResourcesExhausted(_) => Self::OutOfMemory,
			DataFusionError::ArrowError(inner, _) if matches!(**inner, ArrowError::MemoryError(_)) => {
				Self::OutOfMemory
			}
			DataFusionError::SQL(..)
			| DataFusionError::Plan(_)
			| DataFusionError::SchemaError(..)
			| DataFusionError::NotImplemented(_) => Self::Syntax { message: error.strip_backtrace() },
			DataFusionError::IoError(inner) => Self::Io(std::io::Error::new(inner.kind(), inner.to_string())),
			_ => Self::Execution(error.strip_backtrace()),
		}
	}
}

impl From<ArrowError> for QueryError {
	fn from(error: ArrowError) -> Self {
		DataFusionError::from(error).into()
	}
}

#[cfg(test)]
mod tests {
	use super::QueryError;

	#[test]
	fn every_error_survives_the_wire() {
		let all = [
			QueryError::Refused { reason: "no".into() },
			QueryError::Syntax { message: "near FORM".into() },
			QueryError::NotProvable { reason: "OR".into() },
			QueryError::WrongColumns,
			QueryError::TooManyRows { limit: 10_000 },
			QueryError::OutOfMemory,
			QueryError::TimedOut,
			QueryError::ResultTooLarge,
			QueryError::ExecutorDied,
			QueryError::SandboxUnavailable { reason: "no Landlock".into() },
			QueryError::Execution("division by zero".into()),
			QueryError::Io(std::io::Error::other("disk")),
		];
		for error in all {
			let back = QueryError::from_code(error.code(), &error.detail());
			assert_eq!(back.code(), error.code());
			assert_eq!(back.to_string(), error.to_string());
		}
		assert!(QueryError::from_code("of_tomorrow", "x").to_string().contains("of_tomorrow: x"));
	}
}
