//! Random elements, drawn on all threads: of one seed, a generator for each place.

use p3_field::PrimeCharacteristicRing;
use p3_maybe_rayon::prelude::*;
use rand10::{distr::StandardUniform, rngs::StdRng, Rng, RngExt, SeedableRng};
use souk_table_proofs::{config::SALT, Felt};
use std::{array, ops::Range};

/// Rows whose salts come from one generator. Few, for all of them are drawn again when one is opened.
const SALTED: usize = 32;
/// Elements that a thread draws at a time, about.
const TASK: usize = 1 << 14;

/// Generators, each seeded by a keyed hash of its place. Nobody else knows the key.
struct Generators([u8; 32]);

impl Generators {
	fn new(rng: &mut StdRng) -> Self {
		let mut key = [0; 32];
		rng.fill_bytes(&mut key);
		Self(key)
	}

	fn at(&self, matrix: usize, block: usize) -> StdRng {
		let mut place = [0; 16];
		place[..8].copy_from_slice(&(matrix as u64).to_le_bytes());
		place[8..].copy_from_slice(&(block as u64).to_le_bytes());
		StdRng::from_seed(*blake3::keyed_hash(&self.0, &place).as_bytes())
	}
}

/// The salts of the leaves, derived where they are needed.
pub(super) struct Salts(Generators);

impl Salts {
	pub(super) fn new(rng: &mut StdRng) -> Self {
		Self(Generators::new(rng))
	}

	/// The salts of these rows of a matrix.
	pub(super) fn of(&self, matrix: usize, rows: Range<usize>) -> Vec<[Felt; SALT]> {
		let mut salts = Vec::with_capacity(rows.len());
		for block in rows.start / SALTED..rows.end.div_ceil(SALTED) {
			let mut generator = self.0.at(matrix, block);
			for row in block * SALTED..rows.end.min((block + 1) * SALTED) {
				let salt = array::from_fn(|_| generator.random());
				if row >= rows.start {
					salts.push(salt);
				}
			}
		}
		salts
	}
}

/// Rows of so many elements, of which those from `kept` on are random. `fill` writes the others.
pub(super) fn rows(
	height: usize,
	width: usize,
	kept: usize,
	rng: &mut StdRng,
	fill: impl Fn(usize, &mut [Felt]) + Sync,
) -> Vec<Felt> {
	let generators = Generators::new(rng);
	let task = (TASK / width).max(1);
	let mut cells = Felt::zero_vec(height * width);
	cells.par_chunks_mut(task * width).enumerate().for_each(|(number, rows)| {
		let mut generator = generators.at(0, number);
		for (row, cells) in rows.chunks_exact_mut(width).enumerate() {
			let (filled, random) = cells.split_at_mut(kept);
			fill(number * task + row, filled);
			random.fill_with(|| generator.sample(StandardUniform));
		}
	});
	cells
}
