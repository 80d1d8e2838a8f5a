//! proof-of-sql on the CPU, with each of the commitment schemes that it has there.

use crate::{
	weather::{Answer, Weather},
	Turn,
};
use anyhow::{anyhow, bail, Context, Result};
use nova_snark::{
	provider::hyperkzg::{CommitmentEngine, CommitmentKey, EvaluationEngine, VerifierKey},
	traits::{commitment::CommitmentEngineTrait, evaluation::EvaluationEngineTrait},
};
use proof_of_sql::{
	base::{
		commitment::{CommitmentEvaluationProof, QueryCommitments, QueryCommitmentsExt},
		database::{
			owned_table_utility::{bigint, owned_table},
			ColumnRef, ColumnType, LiteralValue, OwnedColumn, OwnedTable, OwnedTableTestAccessor, TableRef,
		},
		scalar::Scalar,
		try_standard_binary_deserialization, try_standard_binary_serialization,
	},
	proof_primitive::{
		dory::{
			DoryEvaluationProof, DoryProverPublicSetup, DoryVerifierPublicSetup, DynamicDoryEvaluationProof,
			ProverSetup, PublicParameters, VerifierSetup,
		},
		hyperkzg::{
			nova_commitment_key_to_hyperkzg_public_setup, HyperKZGCommitmentEvaluationProof, HyperKZGEngine,
			HyperKZGPublicSetupOwned,
		},
	},
	sql::{
		proof::VerifiableQueryResult,
		proof_exprs::{AliasedDynProofExpr, DynProofExpr, TableExpr},
		proof_plans::DynProofPlan,
	},
};
use serde::{de::DeserializeOwned, Serialize};
use std::time::{Duration, Instant};

/// Making a proof and checking it, once.
pub type Side<'a> = Box<dyn FnMut() -> Result<Turn> + 'a>;

/// The schemes' public parameters for a number of rows.
pub struct Setups {
	/// Powers of a secret that was drawn here and dropped, which is for benchmarks; in use they are a ceremony's.
	powers: HyperKZGPublicSetupOwned,
	verifier_key: VerifierKey<HyperKZGEngine>,
	/// What making the powers took.
	pub hyperkzg_took: Duration,
	/// Random points, about which nobody knows a secret.
	points: PublicParameters,
	verifier_setup: VerifierSetup,
	/// What drawing the points took, and the pairings that the verifier has of them.
	pub dory_took: Duration,
	/// The points in either group are two to this power.
	log_points: usize,
	/// A table is seen as a matrix with two to this power as columns, and about as many rows.
	sigma: usize,
}

impl Setups {
	/// For tables of up to so many rows.
	pub fn make(rows: usize) -> Self {
		let length = rows.next_power_of_two();
		let begin = Instant::now();
		let key: CommitmentKey<HyperKZGEngine> = CommitmentEngine::setup(b"bench", length);
		let powers = nova_commitment_key_to_hyperkzg_public_setup(&key);
		let (_, verifier_key) = EvaluationEngine::setup(&key);
		let hyperkzg_took = begin.elapsed();

		let log_length = length.ilog2() as usize;
		let log_points = log_length / 2 + 1;
		let begin = Instant::now();
		let points = PublicParameters::rand(log_points, &mut rand::rngs::OsRng);
		let verifier_setup = VerifierSetup::from(&points);
		let dory_took = begin.elapsed();
		let sigma = log_length.div_ceil(2);
		Self { powers, verifier_key, hyperkzg_took, points, verifier_setup, dory_took, log_points, sigma }
	}

	/// What Dory's prover reads.
	pub fn dory_prover(&self) -> ProverSetup<'_> {
		ProverSetup::from(&self.points)
	}

	/// Points of BN254, 64 bytes each, that HyperKZG's prover reads.
	pub fn hyperkzg_bytes(&self) -> usize {
		self.powers.len() * 64
	}

	/// Points of BLS12-381, 96 and 192 bytes, that Dory's prover reads.
	pub fn dory_bytes(&self) -> usize {
		(96 + 192) << self.log_points
	}

	/// Each scheme with its name. The table is committed to before the first turn.
	pub fn sides<'a>(
		&'a self,
		weather: &Weather,
		dory: &'a ProverSetup<'a>,
	) -> Result<Vec<(&'static str, Side<'a>)>> {
		Ok(vec![
			(
				"proof-of-sql, HyperKZG",
				side::<HyperKZGCommitmentEvaluationProof>(weather, &self.powers, &self.verifier_key)?,
			),
			(
				"proof-of-sql, Dory",
				side::<DoryEvaluationProof>(
					weather,
					DoryProverPublicSetup::new(dory, self.sigma),
					DoryVerifierPublicSetup::new(&self.verifier_setup, self.sigma),
				)?,
			),
			(
				"proof-of-sql, dynamic Dory",
				side::<DynamicDoryEvaluationProof>(weather, dory, &self.verifier_setup)?,
			),
		])
	}
}

fn side<'a, P>(
	weather: &Weather,
	prover: P::ProverPublicSetup<'a>,
	verifier: P::VerifierPublicSetup<'a>,
) -> Result<Side<'a>>
where
	P: CommitmentEvaluationProof + Serialize + DeserializeOwned + 'a,
	P::Commitment: Serialize + DeserializeOwned,
	P::Scalar: Serialize + DeserializeOwned,
{
	let table = TableRef::new("", "weather");
	let column = |name: &str| ColumnRef::new(table.clone(), name.into(), ColumnType::BigInt);
	let (temp, humid) = (column("temp"), column("humid"));
	let plan = plan(&table, &temp, &humid, weather.range)?;
	let rows = owned_table([
		bigint("temp", weather.temp.iter().copied()),
		bigint("humid", weather.humid.iter().copied()),
	]);
	let accessor = OwnedTableTestAccessor::<P>::new_from_table(table, rows, 0, prover);
	let commitments =
		QueryCommitments::<P::Commitment>::from_accessor_with_max_bounds([temp, humid], &accessor);
	Ok(Box::new(move || {
		let begin = Instant::now();
		let proved = VerifiableQueryResult::<P>::new(&plan, &accessor, &prover, &[])
			.map_err(|error| anyhow!("proof-of-sql does not prove the query: {error}"))?;
		let bytes = try_standard_binary_serialization(&proved)?;
		let proving = begin.elapsed();

		let begin = Instant::now();
		let (received, _): (VerifiableQueryResult<P>, _) = try_standard_binary_deserialization(&bytes)?;
		let verified = received
			.verify(&plan, &commitments, &verifier, &[])
			.map_err(|error| anyhow!("proof-of-sql refuses its own proof: {error}"))?;
		let verifying = begin.elapsed();

		Ok(Turn { proving, verifying, bytes: bytes.len(), answer: answer(&verified.table)? })
	}))
}

/// `SELECT sum(temp), count(*) FROM weather WHERE humid BETWEEN low AND high`, as a plan: the package's parser brings DataFusion.
/// A comparison is a commitment for each bit that differs, whether it is strict or negated; the conjunction is one more.
fn plan(
	table: &TableRef,
	temp: &ColumnRef,
	humid: &ColumnRef,
	(low, high): (i64, i64),
) -> Result<DynProofPlan> {
	let value = |number| DynProofExpr::new_literal(LiteralValue::BigInt(number));
	let humid = || DynProofExpr::new_column(humid.clone());
	let above = DynProofExpr::try_new_inequality(humid(), value(low - 1), false)?;
	let below = DynProofExpr::try_new_inequality(humid(), value(high + 1), true)?;
	let sum = AliasedDynProofExpr { expr: DynProofExpr::new_column(temp.clone()), alias: "sum".into() };
	DynProofPlan::try_new_group_by(
		vec![],
		vec![sum],
		"count".into(),
		TableExpr { table_ref: table.clone() },
		DynProofExpr::try_new_and(above, below)?,
	)
	.context("proof-of-sql has no such plan")
}

fn answer<S: Scalar>(table: &OwnedTable<S>) -> Result<Answer> {
	let figure = |name: &str| match table.inner_table().get(&sqlparser::ast::Ident::from(name)) {
		Some(OwnedColumn::BigInt(figures)) if figures.len() == 1 => Ok(figures[0]),
		other => bail!("proof-of-sql answers {other:?} for {name}"),
	};
	Ok(Answer { count: figure("count")?, sum: figure("sum")? })
}
