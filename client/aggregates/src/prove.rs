//! The prover.

use crate::{
	commit::commit,
	lean::{self, Keep},
	trace::{hide, traces, Trace, UsedColumn},
	twin, Table,
};
use p3_batch_stark::{prove_batch, ProverData, StarkInstance};
use rand10::{rngs::StdRng, rngs::SysRng, SeedableRng};
use souk_table_proofs::{
	air::Tables,
	bundle::VERSION,
	column_salt, columns_root,
	config::{config, Parameters, PARAMETERS},
	outcome::{messages, OutcomeError},
	plan::{Plan, PlanError},
	verify::{encode_proof, verify_proof, VerifyError},
	Bundle, Context, Query, MAX_BUNDLE_BYTES,
};
use std::ops::ControlFlow;

/// What the prover does next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
	/// Hashing the columns.
	Committing,
	/// Writing down what is proved.
	Tracing,
	/// Proving: nearly all of the time.
	Proving,
	/// Checking the proof, as everyone else will.
	Checking,
}

/// Why there is no proof.
#[derive(Debug, thiserror::Error)]
pub enum ProveError {
	/// The query does not fit the table.
	#[error("the query cannot be proved over this table: {0:?}")]
	Plan(PlanError),
	/// The answer cannot be proved: it has too many groups.
	#[error("the answer cannot be proved: {0:?}")]
	Answer(OutcomeError),
	/// A column has another number of rows than the first one.
	#[error("column {0} has another number of rows than the first column")]
	Ragged(usize),
	/// The caller said so.
	#[error("stopped before {0:?}")]
	Stopped(Stage),
	/// The operating system has no randomness.
	#[error("the operating system gives no randomness: {0}")]
	NoRandomness(String),
	/// The prover failed.
	#[error("the prover failed: {0}")]
	Failed(String),
	/// The bundle is longer than a verifier takes: fewer columns in one query help.
	#[error("the bundle has {0} bytes; verifiers take {MAX_BUNDLE_BYTES}. Name fewer columns in one query")]
	TooLong(usize),
	/// The proof does not hold: a fault of this program.
	#[error("the proof that was just made does not hold ({0:?}); please report this")]
	Refused(VerifyError),
}

/// Proves the answer to a query over a table. `key`: 32 bytes from which the salts of its columns are derived. `progress` is told
/// what comes next and may stop it.
pub fn prove(
	table: &Table,
	key: &[u8; 32],
	context: Context,
	query: &Query,
	min_group_size: u32,
	progress: &mut dyn FnMut(Stage) -> ControlFlow<()>,
) -> Result<Bundle, ProveError> {
	prove_with(table, key, context, query, min_group_size, &PARAMETERS, progress)
}

/// Proves with other parameters than those that [`souk_table_proofs::verify()`] demands: to compare them.
pub fn prove_with(
	table: &Table,
	key: &[u8; 32],
	context: Context,
	query: &Query,
	min_group_size: u32,
	parameters: &Parameters,
	progress: &mut dyn FnMut(Stage) -> ControlFlow<()>,
) -> Result<Bundle, ProveError> {
	let mut next = |stage| match progress(stage) {
		ControlFlow::Continue(()) => Ok(()),
		ControlFlow::Break(()) => Err(ProveError::Stopped(stage)),
	};
	let rows = table.columns.first().map_or(0, Vec::len);
	if let Some(ragged) = table.columns.iter().position(|column| column.len() != rows) {
		return Err(ProveError::Ragged(ragged));
	}
	let kinds: Vec<_> = table.descriptors.iter().map(|descriptor| descriptor.kind).collect();
	let plan = Plan::new(query, &kinds, rows as u64, min_group_size).map_err(ProveError::Plan)?;

	next(Stage::Committing)?;
	let columns = commit(table, key);
	let answer = twin::evaluate(table, query, min_group_size);
	let messages = messages(&plan, query, &answer).map_err(ProveError::Answer)?;
	let root = columns_root(rows as u64, &columns);
	let mut bundle = Bundle {
		version: VERSION,
		context,
		rows: rows as u64,
		columns,
		withheld: Vec::new(),
		query: query.clone(),
		min_group_size,
		answer,
		proof: Vec::new(),
	};
	bundle.withhold(&plan);
	let tables = Tables::new(&plan, &bundle.columns, &bundle.statement(root), &messages)
		.expect("digests that were just computed are canonical");

	next(Stage::Tracing)?;
	let used: Vec<_> = plan
		.used
		.iter()
		.map(|column| UsedColumn {
			salt: column_salt(key, *column, 0),
			values: &table.columns[usize::from(*column)],
		})
		.collect();
	let mut traces = traces(&plan, &used, &messages);
	hide(&plan, &mut traces, &mut randomness()?);

	next(Stage::Proving)?;
	let keep = Keep::of(&traces);
	bundle.proof = proved(&tables, traces, parameters, keep)?;
	let bytes = codec::Encode::encoded_size(&bundle);
	if bytes > MAX_BUNDLE_BYTES {
		return Err(ProveError::TooLong(bytes));
	}

	next(Stage::Checking)?;
	verify_proof(&bundle, root, parameters).map_err(ProveError::Refused)?;
	Ok(bundle)
}

/// A proof's bytes, from the tables and what they hold, made by Plonky3's own prover: to compare with.
pub fn prove_tables(
	tables: &Tables,
	traces: &[Trace],
	parameters: &Parameters,
) -> Result<Vec<u8>, ProveError> {
	let config = config(parameters, randomness()?);
	let references: Vec<_> = traces.iter().collect();
	let instances = StarkInstance::new_multiple(&tables.airs, &references, &tables.public_values);
	let data = ProverData::from_instances(&config, &instances)
		.map_err(|error| ProveError::Failed(format!("{error:?}")))?;
	let proof =
		prove_batch(&config, &instances, &data).map_err(|error| ProveError::Failed(format!("{error:?}")))?;
	encode_proof(&proof).ok_or_else(|| ProveError::Failed("the proof has no bytes".into()))
}

/// The same in less time. Another proof that the same verifier accepts.
pub fn prove_tables_quickly(
	tables: &Tables,
	traces: Vec<Trace>,
	parameters: &Parameters,
) -> Result<Vec<u8>, ProveError> {
	proved(tables, traces, parameters, Keep::All)
}

/// The same in much less memory: for large tables. Another proof that the same verifier accepts.
pub fn prove_tables_leanly(
	tables: &Tables,
	traces: Vec<Trace>,
	parameters: &Parameters,
) -> Result<Vec<u8>, ProveError> {
	proved(tables, traces, parameters, Keep::First)
}

fn proved(
	tables: &Tables,
	traces: Vec<Trace>,
	parameters: &Parameters,
	keep: Keep,
) -> Result<Vec<u8>, ProveError> {
	let proof = lean::prove(tables, traces, parameters, keep, randomness()?).map_err(ProveError::Failed)?;
	encode_proof(&proof).ok_or_else(|| ProveError::Failed("the proof has no bytes".into()))
}

fn randomness() -> Result<StdRng, ProveError> {
	StdRng::try_from_rng(&mut SysRng).map_err(|error| ProveError::NoRandomness(error.to_string()))
}
