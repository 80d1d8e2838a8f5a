//! The executor's side of a proof: one process, one proof.

use std::{io::Write, ops::ControlFlow};

use codec::{DecodeAll, Encode};
use souk_aggregates::{prove, sql, twin, ProveError, Stage, Table};
use souk_table_proofs::{
	outcome::OutcomeError,
	plan::{Plan, PlanError, MAX_GROUPS, MAX_ROWS},
	Bundle, ColumnDescriptor, ColumnType, Context, Query,
};

use super::{
	proof::{ProofProgress, ProofStep, ProveJob, Question},
	wire,
};
use crate::{
	columns::{Columns, ColumnsError, SnapshotFile},
	errors::QueryError,
};

/// Stack of a thread that proves.
const STACK: usize = 4 << 20;
/// Columns, layout, proof, check.
const STEPS: u8 = 4;

/// Proves a job's query over the open snapshot, and writes the bundle.
pub(super) fn run(
	file: SnapshotFile,
	job: &ProveJob,
	cores: usize,
	output: &mut (impl Write + Send),
) -> Result<(), QueryError> {
	tell(output, 0, ProofStep::Reading)?;
	let columns = Columns::of(file).map_err(unreadable)?;
	// What cannot be proved is refused before a number is read.
	let query = understood(&job.question, columns.descriptors())?;
	// Whoever has the proof already stops here.
	wire::write_understood(output, &query.encode())?;
	let table = columns.load().map_err(unreadable)?;
	drop(columns);
	let groups = twin::evaluate(&table, &query, job.min_group_size).groups.len() as u64;
	if groups > job.max_groups {
		return Err(QueryError::TooManyRows { limit: job.max_groups });
	}
	// Its threads are born inside the sandbox.
	let threads = rayon::ThreadPoolBuilder::new().num_threads(cores).stack_size(STACK).build();
	let threads = threads.map_err(std::io::Error::other)?;
	let bundle = threads.install(|| proved(&table, job, &query, output))?;
	// It was checked for its own columns; whether they are the chain's is still to be seen.
	if bundle.columns_root() != Some(job.columns_root) {
		return Err(QueryError::WrongColumns);
	}
	let bytes = bundle.encode();
	if bytes.len() as u64 > job.limits.result_bytes {
		return Err(QueryError::ResultTooLarge);
	}
	Ok(wire::write_piece(output, 0, &bytes)?)
}

/// The query that is asked, which has a meaning over these columns.
fn understood(question: &Question, columns: &[ColumnDescriptor]) -> Result<Query, QueryError> {
	let refused = |reason: String| Err(QueryError::NotProvable { reason });
	match question {
		Question::Sql { text, tables } => match sql::read(text, columns) {
			Err(error) => refused(error.to_string()),
			Ok(statement) if tables.iter().any(|name| name.eq_ignore_ascii_case(&statement.table)) => {
				Ok(statement.query)
			}
			Ok(statement) => refused(format!(
				"{:?} is not the snapshot's table, which is {}",
				statement.table,
				tables.join(" or ")
			)),
		},
		Question::Form(bytes) => {
			let Ok(query) = Query::decode_all(&mut &bytes[..]) else {
				return refused("what is asked is no query".into());
			};
			let kinds: Vec<ColumnType> = columns.iter().map(|column| column.kind).collect();
			// The rows are counted later; what is looked at here are the columns.
			match Plan::new(&query, &kinds, 0, 0) {
				Ok(_) => Ok(query),
				Err(error) => refused(ProveError::Plan(error).to_string()),
			}
		}
	}
}

fn proved(
	table: &Table,
	job: &ProveJob,
	query: &Query,
	output: &mut impl Write,
) -> Result<Bundle, QueryError> {
	let mut broken = Ok(());
	let mut progress = |stage: Stage| {
		let (done, step) = match stage {
			Stage::Committing => (0, ProofStep::Reading),
			Stage::Tracing => (1, ProofStep::Tracing),
			Stage::Proving => (2, ProofStep::Proving),
			Stage::Checking => (3, ProofStep::Checking),
		};
		broken = tell(output, done, step);
		// Whoever does not read any more does not wait for the proof either.
		if broken.is_ok() {
			ControlFlow::Continue(())
		} else {
			ControlFlow::Break(())
		}
	};
	let context = Context { genesis: job.genesis, listing: job.listing, period: job.period };
	let key = &job.columns_key;
	let made = prove(table, key, context, query, job.min_group_size, &mut progress);
	broken?;
	made.map_err(|error| match error {
		ProveError::Plan(PlanError::TooManyRows) => QueryError::NotProvable {
			reason: format!(
				"the snapshot has {} rows, and at most {MAX_ROWS} can be proved over",
				table.rows()
			),
		},
		ProveError::Answer(OutcomeError::TooManyGroups) => QueryError::NotProvable {
			reason: format!("the answer has more than {MAX_GROUPS} groups, the most that can be proved"),
		},
		ProveError::Plan(_) | ProveError::Answer(_) | ProveError::TooLong(_) => {
			QueryError::NotProvable { reason: error.to_string() }
		}
		other => QueryError::Execution(format!("proving failed: {other}")),
	})
}

fn tell(output: &mut impl Write, done: u8, step: ProofStep) -> Result<(), QueryError> {
	Ok(wire::write_progress(output, ProofProgress { done, of: STEPS, step })?)
}

fn unreadable(error: ColumnsError) -> QueryError {
	match error {
		ColumnsError::NotDeclared => QueryError::NotProvable { reason: error.to_string() },
		// The workers could commit to it, so the file is another one. What is wrong with it may quote a value.
		ColumnsError::Table(_) => QueryError::WrongColumns,
		ColumnsError::Read(_) => QueryError::Io(std::io::Error::other(error.to_string())),
	}
}
