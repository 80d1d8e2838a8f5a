//! The answer's table: its columns are known to the verifier, row by row.

use super::checks::{Checks, Rule, GROUPS};
use crate::Felt;
use alloc::{vec, vec::Vec};
use p3_air::WindowAccess;
use p3_field::PrimeCharacteristicRing;
use p3_lookup::InteractionBuilder;

/// The answer, as columns: first whether the row is a group's, then the message.
#[derive(Clone)]
pub struct AnswerTable {
	columns: Vec<Vec<Felt>>,
}

impl AnswerTable {
	/// The table of these messages.
	pub fn new(messages: &[Vec<Felt>], width: usize, height: usize) -> Self {
		let mut columns = vec![vec![Felt::ZERO; height]; width + 1];
		for (row, message) in messages.iter().enumerate() {
			for (column, value) in columns.iter_mut().zip(core::iter::once(&Felt::ONE).chain(message)) {
				column[row] = *value;
			}
		}
		Self { columns }
	}

	/// Number of columns.
	pub fn width(&self) -> usize {
		self.columns.len()
	}

	/// The columns.
	pub fn columns(&self) -> &[Vec<Felt>] {
		&self.columns
	}

	pub(super) fn eval<AB: InteractionBuilder<F = Felt>>(&self, checks: &mut Checks<'_, AB>) {
		let main = checks.builder.main();
		let here = main.current_slice();
		let public: Vec<AB::Expr> =
			checks.builder.periodic_values().iter().map(|value| (*value).into()).collect();

		// A1: the table holds the public answer.
		for (cell, value) in here.iter().zip(public) {
			checks.zero(Rule::Answer, (*cell).into() - value);
		}
		let message = here[1..].iter().map(|cell| (*cell).into()).collect();
		checks.receive(GROUPS, message, here[0].into());
	}
}
