//! Which bundles are accepted.

use crate::{
	air::Tables,
	bundle::{Bundle, Context, MAX_BUNDLE_BYTES, MAX_BUNDLE_MEMORY, VERSION},
	config::{config, Config, Parameters, PARAMETERS},
	outcome::{messages, OutcomeError},
	plan::{Plan, PlanError},
	query::Query,
};
use alloc::vec::Vec;
use codec::{DecodeWithMemLimit, Encode};
use p3_batch_stark::{verify_batch, BatchProof, ProverData};
use rand10::{rngs::StdRng, SeedableRng};

/// What a bundle must be for.
#[derive(Clone, Debug)]
pub struct Expected<'a> {
	/// The chain, listing and period.
	pub context: Context,
	/// The root over the snapshot's columns, as the chain has it.
	pub columns_root: [u8; 32],
	/// The question, where it is known beforehand.
	pub query: Option<&'a Query>,
	/// The listing's least size of a group.
	pub min_group_size: u32,
}

/// Why a bundle is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VerifyError {
	/// More than [`MAX_BUNDLE_BYTES`].
	TooLong,
	/// The bytes are not a bundle, or not the only ones that stand for it.
	Malformed,
	/// Of another version.
	Version,
	/// For another chain, listing or period.
	Context,
	/// The question is another one.
	Query,
	/// The least size of a group is another one.
	MinGroupSize,
	/// A name or dictionary is too long, or a dictionary is not in order.
	Columns,
	/// The columns are not those of the snapshot.
	ColumnsRoot,
	/// The words of a column that the query names are left out, or those of one that it does not name are there.
	Withheld,
	/// The query cannot be proved over such a table.
	Plan(PlanError),
	/// The answer is not one to this query.
	Answer(OutcomeError),
	/// The proof's bytes are not a proof, or not the only ones that stand for it.
	MalformedProof,
	/// The proof's tables have other heights than the number of rows demands.
	Heights,
	/// The proof does not hold.
	Invalid,
}

/// Checks a bundle's bytes. Returns what they stand for, if the proof holds for what is expected.
pub fn verify(bytes: &[u8], expected: &Expected<'_>) -> Result<Bundle, VerifyError> {
	if bytes.len() > MAX_BUNDLE_BYTES {
		return Err(VerifyError::TooLong);
	}
	let mut rest = bytes;
	let bundle =
		Bundle::decode_with_mem_limit(&mut rest, MAX_BUNDLE_MEMORY).map_err(|_| VerifyError::Malformed)?;
	if !rest.is_empty() || bundle.encode() != bytes {
		return Err(VerifyError::Malformed);
	}
	if bundle.version != VERSION {
		return Err(VerifyError::Version);
	}
	if bundle.context != expected.context {
		return Err(VerifyError::Context);
	}
	if expected.query.is_some_and(|query| *query != bundle.query) {
		return Err(VerifyError::Query);
	}
	if bundle.min_group_size != expected.min_group_size {
		return Err(VerifyError::MinGroupSize);
	}
	if !bundle.columns_in_limits() {
		return Err(VerifyError::Columns);
	}
	if bundle.columns_root() != Some(expected.columns_root) {
		return Err(VerifyError::ColumnsRoot);
	}
	verify_proof(&bundle, expected.columns_root, &PARAMETERS)?;
	Ok(bundle)
}

/// Checks a bundle's proof for its own statement, under a root that the caller has compared already.
pub fn verify_proof(
	bundle: &Bundle,
	columns_root: [u8; 32],
	parameters: &Parameters,
) -> Result<(), VerifyError> {
	let tables = statement_tables(bundle, columns_root)?;
	let proof = decode_proof(&bundle.proof).ok_or(VerifyError::MalformedProof)?;
	verify_tables(&tables, &proof, parameters)
}

/// The tables that a bundle's statement demands.
pub fn statement_tables(bundle: &Bundle, columns_root: [u8; 32]) -> Result<Tables, VerifyError> {
	let plan = Plan::new(&bundle.query, &bundle.kinds(), bundle.rows, bundle.min_group_size)
		.map_err(VerifyError::Plan)?;
	if !bundle.withholds_what_is_unnamed(&plan) {
		return Err(VerifyError::Withheld);
	}
	let messages = messages(&plan, &bundle.query, &bundle.answer).map_err(VerifyError::Answer)?;
	Tables::new(&plan, &bundle.columns, &bundle.statement(columns_root), &messages)
		.ok_or(VerifyError::Columns)
}

/// Checks a proof for these tables.
pub fn verify_tables(
	tables: &Tables,
	proof: &BatchProof<Config>,
	parameters: &Parameters,
) -> Result<(), VerifyError> {
	// Masks double the height of a table.
	let heights: Vec<usize> =
		tables.heights.iter().map(|height| height.trailing_zeros().saturating_add(1) as usize).collect();
	if proof.degree_bits != heights {
		return Err(VerifyError::Heights);
	}
	let config = config(parameters, StdRng::from_seed([0; 32]));
	let data = ProverData::from_airs_and_degrees(&config, &tables.outlines(), &heights)
		.map_err(|_| VerifyError::Invalid)?;
	verify_batch(&config, &tables.airs, proof, &tables.public_values, &data.common)
		.map_err(|_| VerifyError::Invalid)
}

/// A proof from its bytes; `None` where they are not the ones that it is written as.
pub fn decode_proof(bytes: &[u8]) -> Option<BatchProof<Config>> {
	let (proof, rest) = postcard::take_from_bytes::<BatchProof<Config>>(bytes).ok()?;
	(rest.is_empty() && encode_proof(&proof)? == bytes).then_some(proof)
}

/// A proof's bytes.
pub fn encode_proof(proof: &BatchProof<Config>) -> Option<Vec<u8>> {
	postcard::to_allocvec(proof).ok()
}
