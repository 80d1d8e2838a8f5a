//! A prover for large tables, which makes the proofs that `p3-batch-stark` makes in less than half of the memory.
//!
//! ```text
//! traces ─ masked ─ committed ─ lookups ─ committed ─ quotients ─ committed ─ a random one ─ opened at a point
//!   │                  │           └── each trace is dropped here        │                       │
//!   └── no copies      └── kept on the first coset only; the others are computed again for ──────┴── each of these
//! ```
//!
//! What a polynomial is on four cosets is what is committed to, and most of the memory; the first of them says it all. It costs some
//! more Fourier transforms. The verifier notices nothing: same commitments, challenges, proof.

mod committed;
mod opening;
mod tree;

use crate::trace::Trace;
use committed::{Committed, Committer, Opener, Rows};
use opening::{open, Opened, Round};
use p3_air::{symbolic::AirLayout, BaseAir};
use p3_batch_stark::{
	config::SGC, proof::OpenedValuesWithLookups, prover::quotient_values,
	symbolic::get_log_num_quotient_chunks, BatchCommitments, BatchOpenedValues, BatchProof,
	BatchProverTranscript, BatchShape, OpenedValues, ProverData,
};
use p3_commit::{PolynomialSpace, UnivariateStarkPcs};
use p3_dft::{Radix2DitParallel, TwoAdicSubgroupDft};
use p3_field::{coset::TwoAdicMultiplicativeCoset, PrimeCharacteristicRing};
use p3_lookup::{LogUpGadget, Lookup, LookupProtocol, LookupTerminal};
use p3_matrix::{dense::RowMajorMatrix, horizontally_truncated::HorizontallyTruncated, Matrix};
use rand10::{rngs::StdRng, SeedableRng};
use souk_table_proofs::{
	air::{Table, Tables},
	config::{config, fri, trees, Challenge, Challenger, Config, Parameters, RANDOM_CODEWORDS},
	Felt,
};
use tree::Cap;

/// Cells of a trace from which on this prover is used: below, memory is no matter, and Plonky3's own is faster.
const MANY: usize = 1 << 26;
/// Rows from which on a quotient is computed coset by coset.
const HIGH: usize = 1 << 10;
/// Elements of a challenge.
const DIMENSION: usize = 4;

type Domain = TwoAdicMultiplicativeCoset<Felt>;

/// Whether these traces are large.
pub(crate) fn is_for(traces: &[Trace]) -> bool {
	traces.iter().map(|trace| trace.values.len()).sum::<usize>() >= MANY
}

/// One table, and how its quotient is cut.
struct Instance<'a> {
	air: &'a Table,
	public_values: &'a [Felt],
	lookups: &'a [Lookup<Felt>],
	/// Rows, without masks.
	height: usize,
	/// Binary logarithm of the quotient's degree, in heights.
	log_chunks: usize,
}

impl Instance<'_> {
	fn layout(&self) -> AirLayout {
		AirLayout::from_air::<Felt>(self.air)
	}

	fn domain(&self) -> Result<Domain, String> {
		domain(Felt::ONE, self.height)
	}

	/// Points at which the trace is opened: here, and where the next row is read, there.
	fn points(&self, zeta: Challenge, next: bool) -> Result<Vec<Challenge>, String> {
		let mut points = vec![zeta];
		if next {
			points.extend(self.domain()?.next_point(zeta));
		}
		Ok(points)
	}

	fn reads_next(&self) -> bool {
		!BaseAir::<Felt>::main_next_row_columns(self.air).is_empty()
	}
}

fn domain(shift: Felt, size: usize) -> Result<Domain, String> {
	Domain::new(shift, size.trailing_zeros() as usize).ok_or_else(|| "a table is too high".into())
}

/// Proves.
///
/// # Errors
/// What Plonky3 says.
pub(crate) fn prove(
	tables: &Tables,
	traces: Vec<Trace>,
	parameters: &Parameters,
	mut rng: StdRng,
) -> Result<BatchProof<Config>, String> {
	let config = config(parameters, StdRng::from_rng(&mut rng));
	let committer = Committer::new(parameters);
	let gadget = LogUpGadget::new();
	let degrees: Vec<usize> =
		traces.iter().map(|trace| trace.height().trailing_zeros() as usize + 1).collect();
	let data = ProverData::<Config>::from_airs_and_degrees(&config, &tables.airs, &degrees)
		.map_err(|error| format!("{error:?}"))?;
	let instances: Vec<Instance<'_>> = tables
		.airs
		.iter()
		.zip(&tables.public_values)
		.zip(&data.common.lookups)
		.zip(&traces)
		.map(|(((air, public_values), lookups), trace)| {
			let (height, layout) = (trace.height(), AirLayout::from_air::<Felt>(air));
			let log_chunks = get_log_num_quotient_chunks::<Felt, Challenge, _, _>(
				air, layout, height, lookups, 1, &gadget,
			);
			Instance { air, public_values, lookups, height, log_chunks }
		})
		.collect();
	if instances.iter().any(|instance| instance.lookups.is_empty()) {
		return Err("a table is on no bus".into());
	}

	let mut challenger: Challenger = config.initialise_challenger();
	let shape = BatchShape {
		trace_widths: instances.iter().map(|instance| BaseAir::<Felt>::width(instance.air)).collect(),
		public_value_counts: tables.public_values.iter().map(Vec::len).collect(),
		preprocessed_widths: vec![0; instances.len()],
		has_preprocessed_commitment: false,
		num_lookup_instances: instances.len(),
		lookup_pow_bits: config.lookup_proof_of_work_bits(),
		has_randomization_commitment: true,
		ood_pow_bits: config.ood_proof_of_work_bits(),
	};
	let mut transcript =
		BatchProverTranscript::<Challenger, Felt, Challenge, Cap>::new(&mut challenger, shape);
	transcript.instance_bindings(&degrees);

	let masked = traces.iter().map(|trace| mask(trace, &mut rng)).collect();
	let (main_cap, main) = committer.commit(masked, &mut rng);
	transcript.main_phase(main_cap.clone(), &tables.public_values);
	transcript.preprocessed_phase(None);

	let lookups: Vec<&[Lookup<Felt>]> = instances.iter().map(|instance| instance.lookups).collect();
	let (challenges, lookup_work) = transcript.lookup_phase(&lookups, &gadget);
	let mut terminals = Vec::with_capacity(instances.len());
	let mut masked = Vec::with_capacity(instances.len());
	for ((instance, trace), challenges) in instances.iter().zip(traces).zip(&challenges) {
		let (fractions, terminal) = gadget.generate_permutation::<Felt, Challenge>(
			&trace,
			&None,
			instance.public_values,
			instance.lookups,
			challenges,
		);
		drop(trace);
		terminals.push(terminal.ok_or("a bus has no end")?);
		masked.push(mask(&fractions.flatten_to_base(), &mut rng));
	}
	let (permutation_cap, permutation) = committer.commit(masked, &mut rng);
	let sums: Vec<Challenge> = terminals.iter().map(|terminal| terminal.0).collect();
	let alpha = transcript.permutation_phase(Some(permutation_cap.clone()), &sums);

	let (mut codewords, mut chunks) = (Vec::new(), Vec::new());
	for (number, instance) in instances.iter().enumerate() {
		let columns = Columns { main: &main, permutation: &permutation, number };
		let quotient = quotient(&config, instance, &columns, &terminals[number], &challenges[number], alpha)?;
		chunks.push(quotient.len());
		codewords.extend(quotient);
	}
	let (quotient_cap, quotient) = committer.commit_codewords(codewords, &mut rng);
	let random = degrees
		.iter()
		.map(|degree| Rows::rand(&mut rng, 1 << degree, RANDOM_CODEWORDS + DIMENSION))
		.collect();
	let (random_cap, random) = committer.commit(random, &mut rng);
	transcript.quotient_phase(quotient_cap.clone(), Some(random_cap.clone()));
	let (zeta, ood_work) = transcript.ood_phase();

	let points = |next: &dyn Fn(&Instance<'_>) -> bool| -> Result<Vec<Vec<Challenge>>, String> {
		instances.iter().map(|instance| instance.points(zeta, next(instance))).collect()
	};
	let rounds = vec![
		Round { committed: &random, points: points(&|_| false)? },
		Round { committed: &main, points: points(&|instance| instance.reads_next())? },
		Round { committed: &quotient, points: vec![vec![zeta]; chunks.iter().sum()] },
		Round { committed: &permutation, points: points(&|_| true)? },
	];
	let opener = Opener::new(parameters, &mut rng);
	let fri = fri(parameters, trees(parameters, StdRng::from_rng(&mut rng)));
	let opened = transcript.delegate(|challenger| open(rounds, &opener, &fri, challenger));
	let (values, opening_proof) = match opened {
		Ok(opened) => opened,
		Err(error) => {
			transcript.abort();
			return Err(error);
		}
	};
	transcript.finish();
	Ok(BatchProof {
		commitments: BatchCommitments {
			main: main_cap,
			permutation: Some(permutation_cap),
			quotient_chunks: quotient_cap,
			random: Some(random_cap),
		},
		opened_values: BatchOpenedValues { instances: by_instance(values, &chunks)? },
		opening_proof,
		lookup_terminals: terminals.into_iter().map(Some).collect(),
		degree_bits: degrees,
		lookup_pow_witness: lookup_work,
		ood_pow_witness: ood_work,
	})
}

/// Rows of random elements between those of a matrix, and random columns beside both: so the few that are opened tell nothing.
fn mask(matrix: &RowMajorMatrix<Felt>, rng: &mut StdRng) -> Rows {
	let width = matrix.width();
	let mut masked = matrix.with_random_cols(width + 2 * RANDOM_CODEWORDS, rng);
	masked.width = width + RANDOM_CODEWORDS;
	masked
}

/// What a table's quotient is computed from.
struct Columns<'a> {
	main: &'a Committed,
	permutation: &'a Committed,
	number: usize,
}

/// The codewords of a table's quotient, in pieces of the table's height.
fn quotient(
	config: &Config,
	instance: &Instance<'_>,
	columns: &Columns<'_>,
	terminal: &LookupTerminal<Challenge>,
	challenges: &[Challenge],
	alpha: Challenge,
) -> Result<Vec<Rows>, String> {
	let pcs = config.pcs();
	let (dft, gadget) = (Radix2DitParallel::<Felt>::default(), LogUpGadget::new());
	let size = instance.height << (1 + instance.log_chunks);
	let whole = domain(Felt::ONE, 2 * instance.height)?.create_disjoint_domain(size);
	// A coset at a time, where the whole is large.
	let parts = if instance.height >= HIGH { 1 << instance.log_chunks } else { 1 };
	let main = columns.main.coefficients(columns.number);
	let permutation = columns.permutation.coefficients(columns.number);
	let mut values = vec![Challenge::ZERO; size];
	for (part, place) in whole.split_domains(parts).into_iter().enumerate() {
		let on_part = |coefficients: &Rows| {
			let mut coefficients = coefficients.clone();
			let width = coefficients.width();
			coefficients.values.resize(place.size() * width, Felt::ZERO);
			let rows = dft.coset_dft_batch(coefficients, place.shift());
			HorizontallyTruncated::new(rows, width - RANDOM_CODEWORDS).ok_or("a matrix has no columns")
		};
		let part_values = quotient_values::<Config, Table, _, _>(
			pcs,
			instance.air,
			instance.public_values,
			instance.layout(),
			instance.domain()?,
			place,
			&on_part(&main)?,
			Some(&on_part(&permutation)?),
			instance.lookups,
			&[terminal.0],
			&gadget,
			challenges,
			None,
			alpha,
		);
		for (value, all) in part_values.into_iter().zip(values.iter_mut().skip(part).step_by(parts)) {
			*all = value;
		}
	}
	drop((main, permutation));
	let chunks = 2 << instance.log_chunks;
	let flat = RowMajorMatrix::new_col(values).flatten_to_base();
	let pieces = whole.split_domains(chunks).into_iter().zip(whole.split_evals(chunks, flat));
	UnivariateStarkPcs::<Challenge, Challenger>::get_quotient_ldes(pcs, pieces, chunks)
		.map_err(|error| format!("{error:?}"))
}

/// The opened values, table by table. `chunks`: how many pieces each quotient has.
fn by_instance(values: Opened, chunks: &[usize]) -> Result<Vec<OpenedValuesWithLookups<Challenge>>, String> {
	let missing = || String::from("a value was not opened");
	let mut rounds = values.into_iter().map(Vec::into_iter);
	let mut round = || rounds.next().ok_or_else(missing);
	let (mut random, mut main, mut quotient, mut permutation) = (round()?, round()?, round()?, round()?);
	let mut instances = Vec::with_capacity(chunks.len());
	for chunks in chunks {
		let mut random = random.next().ok_or_else(missing)?.into_iter();
		let mut main = main.next().ok_or_else(missing)?.into_iter();
		let mut permutation = permutation.next().ok_or_else(missing)?.into_iter();
		let base_opened_values = OpenedValues {
			trace_local: main.next().ok_or_else(missing)?,
			trace_next: main.next(),
			preprocessed: None,
			quotient_chunks: quotient.by_ref().take(*chunks).flatten().collect(),
			random: Some(random.next().ok_or_else(missing)?),
		};
		instances.push(OpenedValuesWithLookups {
			base_opened_values,
			permutation_local: permutation.next().ok_or_else(missing)?,
			permutation_next: permutation.next().ok_or_else(missing)?,
		});
	}
	Ok(instances)
}
