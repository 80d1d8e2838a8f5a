//! One Poseidon2 permutation in a row: Plonky3's own constraints, over the permutation of [`crate::commitment`].

use crate::{commitment::WIDTH, Felt};
use p3_air::Air;
use p3_koala_bear::{
	GenericPoseidon2LinearLayersKoalaBear, KOALABEAR_POSEIDON2_HALF_FULL_ROUNDS as HALF_FULL_ROUNDS,
	KOALABEAR_POSEIDON2_PARTIAL_ROUNDS_24 as PARTIAL_ROUNDS, KOALABEAR_POSEIDON2_RC_24_EXTERNAL_FINAL,
	KOALABEAR_POSEIDON2_RC_24_EXTERNAL_INITIAL, KOALABEAR_POSEIDON2_RC_24_INTERNAL,
};
use p3_lookup::InteractionBuilder;
use p3_poseidon2_air::{num_cols, Poseidon2Air, RoundConstants};
use p3_uni_stark::SubAirBuilder;

/// The S-box is the cube, of degree three: no columns of its own.
const CUBE: u64 = 3;

/// The permutation's constraints.
pub type PermutationAir = Poseidon2Air<
	Felt,
	GenericPoseidon2LinearLayersKoalaBear,
	WIDTH,
	CUBE,
	0,
	HALF_FULL_ROUNDS,
	PARTIAL_ROUNDS,
>;
/// The constants of its rounds.
pub type Constants = RoundConstants<Felt, WIDTH, HALF_FULL_ROUNDS, PARTIAL_ROUNDS>;

/// The degree of the constraints: the S-box's.
pub const DEGREE: usize = 3;
/// Columns of a permutation: its inputs, then what its rounds compute, its outputs last.
pub const COLUMNS: usize = num_cols::<WIDTH, CUBE, 0, HALF_FULL_ROUNDS, PARTIAL_ROUNDS>();
/// The first of the columns with the outputs.
pub const OUTPUTS: usize = COLUMNS - WIDTH;

/// The published constants for KoalaBear and width 24.
pub fn constants() -> Constants {
	RoundConstants::new(
		KOALABEAR_POSEIDON2_RC_24_EXTERNAL_INITIAL,
		KOALABEAR_POSEIDON2_RC_24_INTERNAL,
		KOALABEAR_POSEIDON2_RC_24_EXTERNAL_FINAL,
	)
}

/// The constraints of a permutation whose columns begin at `first`.
pub(super) fn eval<AB: InteractionBuilder<F = Felt>>(air: &PermutationAir, builder: &mut AB, first: usize) {
	let mut part = SubAirBuilder::<AB, PermutationAir, AB::Var>::new(builder, first..first + COLUMNS);
	air.eval(&mut part);
}
