//! The witness of the scan.

use super::{subtract, value_limbs, Lookups, Rows, Trace, UsedColumn};
use p3_field::PrimeCharacteristicRing;
use p3_koala_bear::{default_koalabear_poseidon2_24, GenericPoseidon2LinearLayersKoalaBear};
use p3_maybe_rayon::prelude::*;
use p3_poseidon2_air::generate_trace_rows;
use p3_symmetric::Permutation;
use souk_table_proofs::{
	air::{
		hash,
		scan::{Layout, PredicateLayout},
	},
	commitment::{start, LANES, RATE, WIDTH},
	limbs::LIMBS,
	plan::{Plan, PlannedPredicate, Test},
	Felt,
};

/// The scan, and the numbers of the rows that match, ascending.
pub(super) fn trace(
	plan: &Plan,
	layout: &Layout,
	columns: &[UsedColumn<'_>],
	lookups: &mut Lookups,
) -> (Trace, Vec<usize>) {
	let height = plan.scan_height();
	let mut rows = Rows::new(height, layout.width);
	let inputs: Vec<Vec<[Felt; WIDTH]>> = columns.par_iter().map(|column| inputs(plan, column)).collect();
	for (first, inputs) in layout.hashes.iter().zip(inputs) {
		permutations(*first, inputs, &mut rows);
	}
	let table_rows = plan.rows as usize;
	rows.row(0)[layout.head] = Felt::ONE;
	let mut matched = Vec::new();
	for block in 1..height {
		let row = rows.row(block);
		for lane in 0..LANES {
			let number = (block - 1) * LANES + lane;
			if number >= table_rows {
				break;
			}
			row[layout.real + lane] = Felt::ONE;
			for (slot, nulls) in layout.nulls.iter().enumerate() {
				if let Some(nulls) = nulls {
					let value = columns[slot].value(number);
					row[nulls + lane] = Felt::from_bool(value.is_none());
					lookups.count(i64::from(value_limbs(value)[LIMBS - 1]));
				}
			}
			let mut matches = true;
			for (predicate, layout) in plan.predicates.iter().zip(&layout.predicates) {
				let value = columns[predicate.slot].value(number);
				matches &= test(predicate, layout, lane, value, row, lookups);
				row[layout.matched + lane] = Felt::from_bool(matches);
			}
			if matches {
				matched.push(number);
			}
		}
		row[layout.seen] = Felt::from_usize((block * LANES).min(table_rows));
	}
	(rows.finish(), matched)
}

/// Fills a predicate's borrows. Whether the value passes.
fn test(
	predicate: &PlannedPredicate,
	layout: &PredicateLayout,
	lane: usize,
	value: Option<i64>,
	row: &mut [Felt],
	lookups: &mut Lookups,
) -> bool {
	let Test::Range { low, high, outside } = &predicate.test else {
		return value.is_none() == (predicate.test == Test::Null);
	};
	let limbs = value_limbs(value);
	let mut lower = |columns: Option<usize>, left: [u32; LIMBS], right: [u32; LIMBS]| {
		let Some(columns) = columns else { return false };
		let (differences, borrows) = subtract(left, right, 0);
		for place in 0..LIMBS {
			row[columns + lane * LIMBS + place] = Felt::from_bool(borrows[place]);
			lookups.count(differences[place]);
		}
		borrows[LIMBS - 1]
	};
	let below = low.is_some_and(|low| lower(layout.low, limbs, low));
	let above = high.is_some_and(|high| lower(layout.high, high, limbs));
	value.is_some() && (below || above) == *outside
}

/// What goes into the permutations of a column's digest, which go on beyond its last block with blocks of zeros.
fn inputs(plan: &Plan, column: &UsedColumn<'_>) -> Vec<[Felt; WIDTH]> {
	let (height, table_rows) = (plan.scan_height(), plan.rows as usize);
	let permutation = default_koalabear_poseidon2_24();
	let mut state = start();
	state[..RATE].copy_from_slice(&column.salt());
	let mut inputs = Vec::with_capacity(height);
	inputs.push(state);
	for block in 1..height {
		permutation.permute_mut(&mut state);
		for lane in 0..LANES {
			let number = (block - 1) * LANES + lane;
			let limbs = if number < table_rows { column.limbs(number) } else { [0; LIMBS] };
			for (element, limb) in state[lane * LIMBS..].iter_mut().zip(limbs) {
				*element = Felt::from_u32(limb);
			}
		}
		inputs.push(state);
	}
	inputs
}

/// Fills the permutations of a column's digest.
fn permutations(first: usize, inputs: Vec<[Felt; WIDTH]>, rows: &mut Rows) {
	let filled = generate_trace_rows::<_, GenericPoseidon2LinearLayersKoalaBear, WIDTH, 3, 0, 4, 23>(
		inputs,
		&hash::constants(),
		0,
	);
	rows.cells
		.par_chunks_exact_mut(rows.width)
		.zip(filled.values.par_chunks_exact(hash::COLUMNS))
		.for_each(|(row, cells)| row[first..first + hash::COLUMNS].copy_from_slice(cells));
}
