//! How hard it is to prove what is not so, in bits, by Plonky3's own accounting (`p3-security`).

use p3_air::{symbolic::AirLayout, Air, BaseAir};
use p3_batch_stark::{
	num_batched_openings, symbolic::get_log_num_quotient_chunks, symbolic::get_symbolic_constraints,
	ProverData,
};
use p3_lookup::{InteractionSymbolicBuilder, LogUpGadget};
use p3_security::{
	fri::FriRegime,
	logup::{security_term, LogUpAir},
	stark::{conjectured_security_report, proven_security_report},
	GrindingSites, InstanceShape, StarkAirParams,
};
use p3_uni_stark::OpeningShape;
use rand10::{rngs::StdRng, SeedableRng};
use souk_table_proofs::{
	air::Tables,
	config::{config, Challenge, Parameters, RANDOM_CODEWORDS},
	Felt,
};

/// Bits of soundness of one proof.
#[derive(Clone, Debug)]
pub struct Soundness {
	/// Under the conjecture that codes are close to nothing beyond their rate but for the entropy bound (after the refutation of
	/// the earlier one, up to capacity).
	pub conjectured: f64,
	/// What limits it.
	pub conjectured_by: &'static str,
	/// Proved, by unique decoding.
	pub unique_decoding: f64,
	/// Proved, by list decoding up to the Johnson bound.
	pub list_decoding: Option<f64>,
	/// All terms under the conjecture.
	pub terms: Vec<(&'static str, f64)>,
}

/// Bits of the challenges' field, rounded down: four times log2 of the modulus.
const CHALLENGE_BITS: usize = 123;
/// Bits to find a collision of the hash, Keccak with 256 bits.
const COLLISION_BITS: usize = 128;

/// The soundness of proofs with these tables.
pub fn soundness(tables: &Tables, parameters: &Parameters) -> Soundness {
	let config = config(parameters, StdRng::from_seed([0; 32]));
	let heights: Vec<usize> =
		tables.heights.iter().map(|height| height.trailing_zeros() as usize + 1).collect();
	let data = ProverData::from_airs_and_degrees(&config, &tables.airs, &heights)
		.expect("there are no preprocessed columns, which alone could fail");
	let gadget = LogUpGadget::new();
	let (mut constraints, mut chunks, mut openings, mut messages, mut message_width) = (0, 1, 0, 0, 1);
	for ((air, lookups), height) in tables.airs.iter().zip(&data.common.lookups).zip(&tables.heights) {
		let layout = AirLayout::from_air::<Felt>(air);
		let (base, extension) =
			get_symbolic_constraints::<Felt, Challenge, _, _>(air, layout, lookups, &gadget);
		constraints += base.len() + extension.len();
		let log_chunks =
			get_log_num_quotient_chunks::<Felt, Challenge, _, _>(air, layout, *height, lookups, 1, &gadget);
		let table_chunks = 2 << log_chunks;
		chunks = chunks.max(table_chunks);
		openings += num_batched_openings(
			air.width(),
			!BaseAir::<Felt>::main_next_row_columns(air).is_empty(),
			0,
			false,
			table_chunks,
			lookups.len(),
			4,
			OpeningShape::hiding(RANDOM_CODEWORDS),
		);
		let mut builder = InteractionSymbolicBuilder::<Felt, Felt>::new(layout);
		air.eval(&mut builder);
		messages += builder.global_interactions().len() * height;
		message_width =
			builder.global_interactions().iter().map(|one| one.fields.len()).fold(message_width, usize::max);
	}
	let tallest = heights.iter().copied().max().unwrap_or_default();
	let regime = FriRegime {
		log_blowup: parameters.log_blowup,
		num_queries: parameters.queries,
		log_final_poly_len: parameters.log_final_length,
		max_log_arity: parameters.log_arity,
		commit_pow_bits: parameters.challenge_work,
		query_pow_bits: parameters.query_work,
	};
	let grinding = GrindingSites {
		out_of_domain: parameters.challenge_work,
		batch_combination: parameters.challenge_work,
		lookup_challenge: parameters.challenge_work,
	};
	let air = StarkAirParams {
		num_constraints: constraints,
		max_constraint_degree: 4,
		num_quotient_chunks: chunks,
		max_combo: 2,
	};
	let shape = InstanceShape {
		log_trace_length: tallest,
		modulus_bits: CHALLENGE_BITS,
		collision_resistance: COLLISION_BITS,
		num_batched_functions: openings,
	};
	let logup =
		LogUpAir { num_interactions: messages.div_ceil(1 << tallest), max_message_width: message_width };
	let extras: Vec<_> = security_term(&logup, &shape, &grinding).into_iter().collect();
	let conjectured = conjectured_security_report(&regime, &air, &shape, &extras, &grinding);
	let proven = proven_security_report(&regime, &air, &shape, &extras, &grinding);
	Soundness {
		conjectured: conjectured.security_bits(),
		conjectured_by: conjectured.binding().label,
		unique_decoding: proven.udr.security_bits(),
		list_decoding: proven.ldr.as_ref().map(|report| report.security_bits()),
		terms: conjectured.terms().iter().map(|term| (term.label, term.bits.bits())).collect(),
	}
}
