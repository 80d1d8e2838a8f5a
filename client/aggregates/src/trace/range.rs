//! The witness of the range table.

use super::{Lookups, Rows, Trace};
use p3_field::PrimeCharacteristicRing;
use souk_table_proofs::{
	air::range::{NUMBER, NUMBERS, TIMES, WIDTH},
	Felt,
};

pub(super) fn trace(lookups: &Lookups) -> Trace {
	let mut rows = Rows::new(lookups.0.len() / NUMBERS, WIDTH);
	for (number, all) in lookups.0.chunks_exact(NUMBERS).enumerate() {
		let row = rows.row(number);
		row[NUMBER] = Felt::from_usize(number * NUMBERS);
		for (cell, times) in row[TIMES..].iter_mut().zip(all) {
			*cell = Felt::from_u32(*times);
		}
	}
	rows.finish()
}
