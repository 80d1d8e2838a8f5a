//! The prover, for large tables and for others: its proofs are those that the verifier takes, and no others.

use super::support::*;
use p3_field::PrimeCharacteristicRing;
use souk_aggregates::{
	prove::{prove_tables, prove_tables_leanly, prove_tables_quickly},
	trace::Trace,
	ProveError,
};
use souk_table_proofs::{
	air::Tables,
	config::{Parameters, PARAMETERS},
	verify::{decode_proof, verify_tables},
	Aggregate, Felt, VerifyError,
};

/// Of large tables, and of others.
const PROVERS: [fn(&Tables, Vec<Trace>, &Parameters) -> Result<Vec<u8>, ProveError>; 2] =
	[prove_tables_leanly, prove_tables_quickly];

fn verified(tables: &Tables, proof: &[u8], parameters: &Parameters) -> Result<(), VerifyError> {
	verify_tables(tables, &decode_proof(proof).expect("a proof"), parameters)
}

#[test]
fn its_proofs_hold_for_their_statement_only_and_are_as_long_as_the_others() {
	let samples = samples();
	for (number, statement) in samples.iter().enumerate() {
		let usual = prove_tables(&statement.tables, &statement.traces, &PARAMETERS).unwrap();
		assert_eq!(verified(&statement.tables, &usual, &PARAMETERS), Ok(()), "{number}");
		for prove in PROVERS {
			let proof = prove(&statement.tables, statement.traces.clone(), &PARAMETERS).unwrap();
			assert_eq!(verified(&statement.tables, &proof, &PARAMETERS), Ok(()), "{number}");
			let other = &samples[(number + 1) % samples.len()];
			assert!(verified(&other.tables, &proof, &PARAMETERS).is_err(), "{number}");
			let ratio = proof.len() as f64 / usual.len() as f64;
			assert!((0.9..1.1).contains(&ratio), "{} and {} bytes", proof.len(), usual.len());
		}
	}
}

#[test]
fn of_tables_that_are_cut_the_proofs_hold_too_also_with_other_parameters() {
	let statement = Statement::new(
		weather(5_000, 8),
		query(vec![Aggregate::CountAll, Aggregate::Sum(0)], vec![within(1, -12, 15)], Some(2)),
		9,
	);
	let others = Parameters { log_blowup: 3, cap_height: 2, log_arity: 1, queries: 30, ..PARAMETERS };
	for parameters in [PARAMETERS, others] {
		for prove in PROVERS {
			let proof = prove(&statement.tables, statement.traces.clone(), &parameters).unwrap();
			assert_eq!(verified(&statement.tables, &proof, &parameters), Ok(()), "{parameters:?}");
		}
	}
}

#[test]
fn two_proofs_of_one_statement_have_nothing_in_common() {
	let statement = samples().remove(1);
	for prove in PROVERS {
		let prove = || prove(&statement.tables, statement.traces.clone(), &PARAMETERS).unwrap();
		let (one, other) = (prove(), prove());
		// Commitments, opened values and salts are all masked anew. What has the same place in both is so by chance.
		let same = one.iter().zip(&other).filter(|(left, right)| left == right).count();
		assert!(same * 10 < one.len(), "{same} of {} bytes are the same", one.len());
	}
}

#[test]
fn what_does_not_satisfy_the_constraints_is_not_proved() {
	let statement = samples().remove(2);
	for (table, trace) in statement.traces.iter().enumerate() {
		let mut traces = statement.traces.clone();
		traces[table].values[trace.values.len() / 2] += Felt::ONE;
		for prove in PROVERS {
			if let Ok(proof) = prove(&statement.tables, traces.clone(), &PARAMETERS) {
				assert!(verified(&statement.tables, &proof, &PARAMETERS).is_err(), "table {table}");
			}
		}
	}
}
