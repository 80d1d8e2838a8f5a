//! The range table: each 16-bit number, and how often it is looked up. Eight numbers to a row, that the table is no higher than
//! the others.

use super::checks::{Checks, Rule};
use crate::{limbs::LIMB, plan::RANGE_HEIGHT, Felt};
use p3_air::WindowAccess;
use p3_field::PrimeCharacteristicRing;
use p3_lookup::InteractionBuilder;

/// The row's first number.
pub const NUMBER: usize = 0;
/// How often the row's numbers are looked up: eight columns.
pub const TIMES: usize = 1;
/// Numbers of a row.
pub const NUMBERS: usize = LIMB as usize / RANGE_HEIGHT;
/// Columns.
pub const WIDTH: usize = TIMES + NUMBERS;

pub(super) fn eval<AB: InteractionBuilder<F = Felt>>(checks: &mut Checks<'_, AB>) {
	let main = checks.builder.main();
	let (here, next) = (main.current_slice(), main.next_slice());
	let number: AB::Expr = here[NUMBER].into();

	// R1: from 0 in steps of eight. The height is checked by the verifier; the last number as well, here.
	checks.first(Rule::Range, number.clone());
	checks.between(Rule::Range, next[NUMBER].into() - number.clone() - AB::Expr::from_usize(NUMBERS));
	checks.last(Rule::Range, number.clone() - AB::Expr::from_usize(NUMBERS * (RANGE_HEIGHT - 1)));

	for place in 0..NUMBERS {
		let times: AB::Expr = here[TIMES + place].into();
		checks.provide(number.clone() + AB::Expr::from_usize(place), times);
	}
}
