//! Shows the values of committed polynomials at points outside, and that they are polynomials: the same proof as that of Plonky3's
//! `HidingFriPcs`, of large tables made coset by coset.

use super::committed::{Committed, Opener};
use p3_commit::OpeningRequest;
use p3_field::{
	batch_multiplicative_inverse, coset::TwoAdicMultiplicativeCoset, dot_product, ExtensionField, Field,
	PackedFieldExtension, PrimeCharacteristicRing,
};
use p3_fri::{
	prover::prove_fri, BatchMultiOpening, FriParameters, FriProof, PcsProverTranscript, PcsShape,
	TwoAdicFriFolding, TwoAdicFriFoldingForMmcs,
};
use p3_matrix::{
	bitrev::BitReversibleMatrix,
	dense::RowMajorMatrix,
	interpolation::{compute_adjusted_weights, Interpolate},
	Matrix,
};
use p3_maybe_rayon::prelude::*;
use souk_table_proofs::{
	config::{Challenge, ChallengeMmcs, Challenger, ValueMmcs, RANDOM_CODEWORDS},
	Felt,
};
use std::{collections::BTreeMap, marker::PhantomData};

type Packed = <Challenge as ExtensionField<Felt>>::ExtensionPacking;
/// Values by commitment, matrix and point.
pub(super) type Opened = Vec<Vec<Vec<Vec<Challenge>>>>;
type Fri<M> = FriProof<Challenge, ChallengeMmcs, Felt, Vec<BatchMultiOpening<Felt, M>>>;

/// What is committed to, and for each matrix the points.
pub(super) struct Round<'a> {
	pub(super) committed: &'a Committed,
	pub(super) points: Vec<Vec<Challenge>>,
}

/// Opens everything. Returns the values without those of the random codewords, which are in the proof.
pub(super) fn open(
	rounds: Vec<Round<'_>>,
	opener: &Opener,
	fri: &FriParameters<ChallengeMmcs>,
	challenger: &mut Challenger,
) -> Result<(Opened, (Opened, Fri<ValueMmcs>)), String> {
	let inverses = Inverses::new(&rounds);
	let mut values: Opened = rounds
		.iter()
		.map(|round| {
			let points = round.points.iter().enumerate();
			points
				.map(|(matrix, points)| {
					let rows = round.committed.first(matrix);
					let value = |point: &Challenge| {
						let weights = compute_adjusted_weights(*point, &inverses.of(point)[..rows.height()]);
						rows.interpolate_coset_with_precomputation(Felt::GENERATOR, *point, &weights)
					};
					points.iter().map(value).collect()
				})
				.collect()
		})
		.collect();

	let mut transcript = PcsProverTranscript::<Challenger, Felt, Challenge>::new(
		challenger,
		PcsShape::from_opened_values(fri, &values),
	);
	transcript.claimed_openings(&values);
	let (alpha, work) = transcript.batch_phase();
	let quotients = quotients(&rounds, &values, &inverses, alpha);
	drop(inverses);

	let highest = quotients.first().map_or(1, Vec::len).trailing_zeros() as usize;
	let requests: Vec<_> = rounds
		.into_iter()
		.map(|round| OpeningRequest { prover_data: round.committed, points: round.points })
		.collect();
	let folding: TwoAdicFriFoldingForMmcs<Felt, Opener> = TwoAdicFriFolding(PhantomData);
	let proof = transcript.delegate(|challenger| {
		prove_fri(
			&folding,
			fri,
			quotients,
			challenger,
			highest,
			&requests,
			opener,
			work.unwrap_or(Felt::ZERO),
		)
	});
	let proof = match proof {
		Ok(proof) => proof,
		Err(error) => {
			transcript.abort();
			return Err(format!("{error:?}"));
		}
	};
	transcript.finish();
	let random = split_random(&mut values);
	Ok((values, (random, as_verified(proof))))
}

/// 1 / (z − x) for each point z and each x of the largest domain that is opened there, in bit-reversed order: of a smaller domain, the
/// first ones.
struct Inverses(Vec<(Challenge, Vec<Challenge>)>);

impl Inverses {
	fn new(rounds: &[Round<'_>]) -> Self {
		let mut heights: Vec<(Challenge, usize)> = Vec::new();
		for round in rounds {
			for (matrix, points) in round.points.iter().enumerate() {
				let height = round.committed.height(matrix);
				for point in points {
					match heights.iter_mut().find(|(known, _)| known == point) {
						Some((_, highest)) => *highest = height.max(*highest),
						None => heights.push((*point, height)),
					}
				}
			}
		}
		Self(heights.into_iter().map(|(point, height)| (point, inverses(point, height))).collect())
	}

	fn of(&self, point: &Challenge) -> &[Challenge] {
		self.0.iter().find(|(known, _)| known == point).map_or(&[], |(_, inverses)| inverses)
	}
}

fn inverses(point: Challenge, height: usize) -> Vec<Challenge> {
	let domain = TwoAdicMultiplicativeCoset::new(Felt::GENERATOR, height.trailing_zeros() as usize);
	let places = RowMajorMatrix::new_col(domain.map_or_else(Vec::new, |domain| domain.iter().collect()));
	let places: Vec<Felt> = places.bit_reverse_rows().to_row_major_matrix().values;
	let differences: Vec<Challenge> = places.par_iter().map(|place| point - *place).collect();
	batch_multiplicative_inverse(&differences)
}

/// For each height, highest first, the sum over all polynomials p of that height and their points z of (p(z) − p(x)) / (z − x), each times
/// the next power of alpha.
fn quotients(
	rounds: &[Round<'_>],
	values: &Opened,
	inverses: &Inverses,
	alpha: Challenge,
) -> Vec<Vec<Challenge>> {
	let widths =
		|round: &Round<'_>| (0..round.points.len()).map(|matrix| round.committed.first(matrix).width()).max();
	let widest = rounds.iter().filter_map(widths).max();
	let powers: Vec<Packed> = Packed::packed_ext_powers_capped(alpha, widest.unwrap_or_default()).collect();
	let mut sums: BTreeMap<usize, (Vec<Challenge>, u64)> = BTreeMap::new();
	for (round, values) in rounds.iter().zip(values) {
		for (matrix, (points, values)) in round.points.iter().zip(values).enumerate() {
			let (committed, width) = (round.committed, round.committed.first(matrix).width());
			let height = committed.height(matrix);
			let (sum, used) = sums.entry(height).or_insert_with(|| (vec![Challenge::ZERO; height], 0));
			// By point: the power of alpha before it, and the combination of its values.
			let weights: Vec<(Challenge, Challenge)> = values
				.iter()
				.map(|values| {
					let before = alpha.exp_u64(*used);
					*used += width as u64;
					(before, before * dot_product::<Challenge, _, _>(alpha.powers(), values.iter().copied()))
				})
				.collect();
			committed.each_part(
				matrix,
				|_| true,
				|places, rows| {
					let combined: Vec<Challenge> =
						rows.rowwise_packed_dot_product::<Challenge>(&powers).collect();
					for (point, (before, value)) in points.iter().zip(&weights) {
						sum[places.clone()]
							.par_iter_mut()
							.zip(&combined)
							.zip(&inverses.of(point)[places.clone()])
							.for_each(|((sum, row), inverse)| *sum += (*value - *before * *row) * *inverse);
					}
				},
			);
		}
	}
	sums.into_values().rev().map(|(sum, _)| sum).collect()
}

/// Takes the values of the random codewords out, which are the last ones.
fn split_random(values: &mut Opened) -> Opened {
	let split = |values: &mut Vec<Challenge>| values.split_off(values.len() - RANDOM_CODEWORDS);
	values
		.iter_mut()
		.map(|round| round.iter_mut().map(|matrix| matrix.iter_mut().map(split).collect()).collect())
		.collect()
}

/// The same proof, for the verifier's trees.
fn as_verified(proof: Fri<Opener>) -> Fri<ValueMmcs> {
	let same = |opening: BatchMultiOpening<Felt, Opener>| BatchMultiOpening {
		opened_values: opening.opened_values,
		opening_proof: opening.opening_proof,
	};
	FriProof {
		batch_pow_witness: proof.batch_pow_witness,
		commit_phase_commits: proof.commit_phase_commits,
		commit_pow_witnesses: proof.commit_pow_witnesses,
		input_openings: proof.input_openings.into_iter().map(same).collect(),
		commit_phase_openings: proof.commit_phase_openings,
		final_poly: proof.final_poly,
		query_pow_witness: proof.query_pow_witness,
	}
}
