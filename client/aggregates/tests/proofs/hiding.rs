//! What a proof says openly tells nothing of the table: not even to whoever has guessed it and only wants to be sure.

use super::support::*;
use p3_air::BaseAir;
use p3_batch_stark::{
	BatchProof, BatchShape, BatchVerifierTranscript, Commitment, ProverData, StarkGenericConfig,
};
use p3_lookup::{LogUpGadget, LookupProtocol};
use rand10::{rngs::StdRng, SeedableRng};
use souk_aggregates::{
	check::Checker,
	commit, prove,
	trace::{hide, Trace},
};
use souk_table_proofs::{
	air::{Tables, MASKS},
	columns_root,
	config::{config, Challenge, Challenger, Config, PARAMETERS},
	verify::{decode_proof, statement_tables},
	Aggregate, Felt,
};
use std::ops::ControlFlow;

/// What the messages of each table add up to under the challenges of a proof. Everybody can compute it who knows the tables.
fn sums(tables: &Tables, traces: &[Trace], proof: &BatchProof<Config>) -> Vec<Challenge> {
	let config = config(&PARAMETERS, StdRng::from_seed([0; 32]));
	let data = ProverData::<Config>::from_airs_and_degrees(&config, &tables.airs, &proof.degree_bits)
		.expect("there are no preprocessed columns, which alone could fail");
	let shape = BatchShape {
		trace_widths: tables.airs.iter().map(BaseAir::<Felt>::width).collect(),
		public_value_counts: tables.public_values.iter().map(Vec::len).collect(),
		preprocessed_widths: vec![0; tables.airs.len()],
		has_preprocessed_commitment: false,
		num_lookup_instances: tables.airs.len(),
		lookup_pow_bits: config.lookup_proof_of_work_bits(),
		has_randomization_commitment: true,
		ood_pow_bits: config.ood_proof_of_work_bits(),
	};
	let mut challenger: Challenger = config.initialise_challenger();
	let mut transcript = BatchVerifierTranscript::<Challenger, Felt, Challenge, Commitment<Config>>::new(
		&mut challenger,
		shape,
	);
	transcript.instance_bindings(&proof.degree_bits);
	transcript.main_phase(proof.commitments.main.clone(), &tables.public_values);
	transcript.preprocessed_phase(None);
	let gadget = LogUpGadget::new();
	let challenges = transcript
		.lookup_phase(&data.common.lookups, &gadget, proof.lookup_pow_witness)
		.expect("the proof's work is done");
	transcript.abort();
	let sum = |number: usize| {
		let (_, sum) = gadget.generate_permutation::<Felt, Challenge>(
			&traces[number],
			&None,
			&tables.public_values[number],
			&data.common.lookups[number],
			&challenges[number],
		);
		sum.expect("each table is on a bus").0
	};
	(0..traces.len()).map(sum).collect()
}

#[test]
fn a_right_guess_of_the_table_is_not_confirmed_by_the_sums_over_the_buses() {
	// Of the groups that are left out, only the numbers of rows are not known: the scan's messages say nothing else.
	let (table, asked, k) = (weather(60, 7), query(vec![Aggregate::CountAll], vec![], Some(2)), 12);
	let bundle = prove(&table, &KEY, CONTEXT, &asked, k, &mut |_| ControlFlow::Continue(())).unwrap();
	let tables = statement_tables(&bundle, columns_root(bundle.rows, &commit(&table, &KEY))).unwrap();
	let proof = decode_proof(&bundle.proof).unwrap();
	let said: Vec<Challenge> = proof.lookup_terminals.iter().map(|sum| sum.unwrap().0).collect();

	let guessed = sums(&tables, &Statement::new(table, asked, k).traces, &proof);
	// The answer is public. That its sum is the same shows that the challenges are those of the proof.
	assert_eq!(said[2], guessed[2], "the answer");
	for (number, name) in [(0, "scan"), (1, "fold"), (3, "range")] {
		assert_ne!(said[number], guessed[number], "{name}");
	}
}

#[test]
fn hidden_tables_satisfy_their_constraints_and_are_others_each_time() {
	for (number, statement) in samples().into_iter().enumerate() {
		let hidden = |seed: u8| {
			let mut traces = statement.traces.clone();
			hide(&statement.plan, &mut traces, &mut StdRng::from_seed([seed; 32]));
			assert_eq!(Checker::new(&statement.tables).check(&traces), Ok(()), "sample {number}");
			traces
		};
		let (one, other) = (hidden(1), hidden(2));
		let differ = |table: usize| {
			one[table].values.iter().zip(&other[table].values).filter(|(left, right)| left != right).count()
		};
		assert_eq!([0, 1, 2, 3].map(differ), [MASKS, MASKS, 0, MASKS], "sample {number}");
	}
}
