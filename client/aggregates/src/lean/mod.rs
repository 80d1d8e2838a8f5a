//! The prover: it makes the proofs that `p3-batch-stark` makes, faster, and of large tables in less than half of the memory.
//!
//! ```text
//! traces ─ masked ─ committed ─ lookups ─ committed ─ quotients ─ committed ─ a random one ─ opened at a point
//!   │                  │           └── each trace is dropped here        │                       │
//!   └── no copies      └── of large tables, kept on the first coset only; the others are computed again for ──┴── each of these
//! ```
//!
//! What a polynomial is on four cosets is what is committed to, and most of the memory; the first of them says it all. It costs some
//! more Fourier transforms. What is random, masks and salts, is drawn on all threads (`random`); Plonky3's prover draws it on one.
//! The verifier notices nothing of either: same commitments, challenges, proof.

mod committed;
mod opening;
mod quotient;
mod random;
mod tree;

use crate::trace::Trace;
use committed::{Committer, Opener, Rows};
use opening::{open, Opened, Round};
use p3_air::{symbolic::AirLayout, BaseAir};
use p3_batch_stark::{
	config::SGC, proof::OpenedValuesWithLookups, symbolic::get_log_num_quotient_chunks, BatchCommitments,
	BatchOpenedValues, BatchProof, BatchProverTranscript, BatchShape, OpenedValues, ProverData,
};
use p3_commit::PolynomialSpace;
use p3_field::{coset::TwoAdicMultiplicativeCoset, PrimeCharacteristicRing};
use p3_lookup::{LogUpGadget, Lookup, LookupProtocol};
use p3_matrix::{dense::RowMajorMatrix, Matrix};
use quotient::Quotient;
use rand10::{rngs::StdRng, SeedableRng};
use souk_table_proofs::{
	air::{Table, Tables},
	config::{config, fri, trees, Challenge, Challenger, Config, Parameters, RANDOM_CODEWORDS},
	Felt,
};
use tree::Cap;

/// Cells of the traces from which on matrices are computed again instead of kept: below, memory is no matter.
const MANY: usize = 1 << 26;
/// Elements of a challenge.
const DIMENSION: usize = 4;

type Domain = TwoAdicMultiplicativeCoset<Felt>;

/// What is kept of a matrix that is committed to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Keep {
	/// All of it: less time.
	All,
	/// The values on the first coset: less memory.
	First,
}

impl Keep {
	/// What suits these traces.
	pub(crate) fn of(traces: &[Trace]) -> Self {
		match traces.iter().map(|trace| trace.values.len()).sum::<usize>() < MANY {
			true => Self::All,
			false => Self::First,
		}
	}
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
	keep: Keep,
	mut rng: StdRng,
) -> Result<BatchProof<Config>, String> {
	let config = config(parameters, StdRng::from_rng(&mut rng));
	let committer = Committer::new(parameters, keep);
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
		let quotient = Quotient {
			config: &config,
			instance,
			main: &main,
			permutation: &permutation,
			number,
			terminal: &terminals[number],
			challenges: &challenges[number],
			alpha,
		};
		let pieces = quotient.codewords()?;
		chunks.push(pieces.len());
		codewords.extend(pieces);
	}
	let (quotient_cap, quotient) = committer.commit_codewords(codewords, &mut rng);
	let random = degrees
		.iter()
		.map(|degree| {
			let width = RANDOM_CODEWORDS + DIMENSION;
			Rows::new(random::rows(1 << degree, width, 0, &mut rng, |_, _| ()), width)
		})
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
	// A row and the random one after it are written as one.
	let fill = |row: usize, cells: &mut [Felt]| {
		cells.copy_from_slice(&matrix.values[row * width..(row + 1) * width]);
	};
	let both = 2 * (width + RANDOM_CODEWORDS);
	Rows::new(random::rows(matrix.height(), both, width, rng, fill), width + RANDOM_CODEWORDS)
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
