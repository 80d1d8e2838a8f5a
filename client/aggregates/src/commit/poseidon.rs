//! The permutation of [`souk_table_proofs::commitment`], of several columns side by side.
//!
//! A state's 24 elements are six vectors of four (of each column): element 4·i + j is at place j of the column's four in vector i. So the
//! small matrix of the outer rounds works within fours, and the rest of both layers on whole vectors. Elements are below the modulus P and
//! stand for 2³² times (modulo P) what they are, as is usual (P. Montgomery, *Modular multiplication without trial division*, 1985): a
//! product of two numbers, divided by 2³² modulo P, needs no division.

use super::{lanes::Lanes, Chains};
use p3_field::PrimeField32;
use p3_koala_bear::{
	KOALABEAR_POSEIDON2_HALF_FULL_ROUNDS as HALF_FULL_ROUNDS,
	KOALABEAR_POSEIDON2_PARTIAL_ROUNDS_24 as PARTIAL_ROUNDS, KOALABEAR_POSEIDON2_RC_24_EXTERNAL_FINAL,
	KOALABEAR_POSEIDON2_RC_24_EXTERNAL_INITIAL, KOALABEAR_POSEIDON2_RC_24_INTERNAL,
};
use souk_table_proofs::{
	commitment::{salt_block, start, DIGEST, LANES, RATE, WIDTH},
	limbs::limbs,
	ColumnDigest, Felt,
};
use std::array;

/// The modulus: 2³¹ − 2²⁴ + 1.
const P: u32 = Felt::ORDER_U32;
/// P times this is 1 modulo 2³².
const INVERSE: u32 = {
	let (mut inverse, mut step) = (1u32, 0);
	while step < 5 {
		inverse = inverse.wrapping_mul(2u32.wrapping_sub(P.wrapping_mul(inverse)));
		step += 1;
	}
	inverse
};
/// Numbers of a column's part of a vector.
const FOUR: usize = 4;
/// Vectors of a state.
const PARTS: usize = WIDTH / FOUR;
/// Blocks whose numbers are written down before they are hashed: few enough for the first-level cache.
const CHUNK: usize = 32;
/// The inner rounds multiply the last three vectors by powers of 1/2 with these exponents, the last two of them with a minus.
const HALVINGS: [[u32; FOUR]; 3] = [[4, 5, 6, 24], [8, 3, 4, 5], [6, 7, 9, 24]];

/// The states of as many columns as a vector has fours.
pub(super) type State<V> = [V; PARTS];

/// What stands for a number.
const fn stands_for(number: u32) -> u32 {
	(((number as u64) << 32) % P as u64) as u32
}

/// What an element stands for.
fn number(element: u32) -> u32 {
	// Divided by 2³²: the low half of element + multiple · P is zero.
	let multiple = element.wrapping_mul(INVERSE).wrapping_neg();
	let sum = u64::from(element) + u64::from(multiple) * u64::from(P);
	((sum >> 32) as u32) % P
}

/// A number for each place, and what it takes to multiply by it.
#[derive(Clone, Copy)]
struct Factors<V> {
	even: V,
	/// Times [`INVERSE`].
	even_inverse: V,
	odd: V,
	odd_inverse: V,
}

/// The permutation's constants in vectors.
#[derive(Clone, Copy)]
pub(super) struct Permutation<V> {
	modulus: V,
	inverse: V,
	/// 2⁶⁴, which makes what stands for a number of it.
	square: Factors<V>,
	/// Less the modulus, so from −P to −1: added to an element, they make a number that the cube takes as it is.
	initial: [State<V>; HALF_FULL_ROUNDS],
	/// Of the inner rounds, then zero.
	inner: [V; PARTIAL_ROUNDS + 1],
	last: [State<V>; HALF_FULL_ROUNDS],
	/// What the inner rounds multiply the first three vectors by. Zero for the first element, which goes its own way.
	factors: [Factors<V>; 3],
	/// [`HALVINGS`].
	right: [V; 3],
	/// 32 less those.
	left: [V; 3],
	/// Zero for the first element of each four.
	not_first: V,
}

impl<V: Lanes> Permutation<V> {
	/// # Safety
	/// The processor must have the instructions.
	unsafe fn new() -> Self {
		let four = |numbers: [u32; FOUR]| {
			let numbers: Vec<u32> = numbers.into_iter().cycle().take(V::WIDTH).collect();
			// SAFETY: the caller promises the instructions.
			unsafe { V::load(&numbers) }
		};
		let factors = |numbers: [u32; FOUR]| {
			let inverse = numbers.map(|number| number.wrapping_mul(INVERSE));
			let odd = |[_, one, _, other]: [u32; FOUR]| four([one, one, other, other]);
			Factors {
				even: four(numbers),
				even_inverse: four(inverse),
				odd: odd(numbers),
				odd_inverse: odd(inverse),
			}
		};
		let outer = |round: [Felt; WIDTH]| -> State<V> {
			let below = |element: Felt| stands_for(element.as_canonical_u32()).wrapping_sub(P);
			array::from_fn(|part| four(array::from_fn(|place| below(round[part * FOUR + place]))))
		};
		let inner: [V; PARTIAL_ROUNDS + 1] = array::from_fn(|round| {
			let constant = KOALABEAR_POSEIDON2_RC_24_INTERNAL.get(round);
			four([constant.map_or(0, |constant| stands_for(constant.as_canonical_u32())); FOUR])
		});
		let halved = |times: u32| {
			(0..times).fold(1u64, |number, _| number * u64::from(P / 2 + 1) % u64::from(P)) as u32
		};
		let first_three =
			[[0, 1, 2, halved(1)], [3, 4, P - halved(1), P - 3], [P - 4, halved(8), halved(2), halved(3)]];
		Self {
			modulus: four([P; FOUR]),
			inverse: four([INVERSE; FOUR]),
			square: factors([stands_for(stands_for(1)); FOUR]),
			initial: KOALABEAR_POSEIDON2_RC_24_EXTERNAL_INITIAL.map(outer),
			inner,
			last: KOALABEAR_POSEIDON2_RC_24_EXTERNAL_FINAL.map(outer),
			factors: first_three.map(|numbers| factors(numbers.map(stands_for))),
			right: HALVINGS.map(four),
			left: HALVINGS.map(|bits| four(bits.map(|bits| 32 - bits))),
			not_first: four([0, !0, !0, !0]),
		}
	}

	/// The sum of two elements.
	#[inline(always)]
	fn add(&self, left: V, right: V) -> V {
		let sum = left.add(right);
		// Below the modulus, the difference is the larger one: it has wrapped.
		sum.min(sum.sub(self.modulus))
	}

	/// The element for a number between −P and P.
	#[inline(always)]
	fn positive(&self, number: V) -> V {
		number.min(number.add(self.modulus))
	}

	/// The sum of an element and a number between −P and P.
	#[inline(always)]
	fn plus(&self, element: V, number: V) -> V {
		self.add(self.positive(number), element)
	}

	/// What is at odd places, at even ones.
	#[inline(always)]
	fn odd(numbers: V) -> V {
		numbers.order::<0b11_11_01_01>()
	}

	/// Divides the numbers of 64 bits by 2³²: between −P and P, at odd places.
	#[inline(always)]
	fn divide(&self, product: V) -> V {
		product.sub(product.mul_signed(self.inverse).mul_signed(self.modulus))
	}

	/// The cubes of the numbers at even places, from −P to P: between −P and P, at odd places.
	#[inline(always)]
	fn cube_even(&self, number: V) -> V {
		let square = Self::odd(self.divide(number.mul_signed(number)));
		self.divide(square.mul_signed(number))
	}

	/// The cubes of numbers from −P to P.
	#[inline(always)]
	fn cube(&self, number: V) -> V {
		let (even, odd) = (self.cube_even(number), self.cube_even(Self::odd(number)));
		self.positive(Self::odd(even).with_odd(odd))
	}

	/// The products of what is at even places, between −P and P, at odd ones.
	#[inline(always)]
	fn multiply_even(&self, number: V, factor: V, inverse: V) -> V {
		let multiple = number.mul_unsigned(inverse).mul_unsigned(self.modulus);
		number.mul_unsigned(factor).sub(multiple)
	}

	/// The products, between −P and P.
	#[inline(always)]
	fn multiply(&self, number: V, factors: &Factors<V>) -> V {
		let even = self.multiply_even(number, factors.even, factors.even_inverse);
		let odd = self.multiply_even(Self::odd(number), factors.odd, factors.odd_inverse);
		Self::odd(even).with_odd(odd)
	}

	/// Elements divided by powers of two, between −P and P; the negative of it for the last two of the three vectors. With the
	/// lowest bits of an element apart, element = high · 2ⁿ + low, the quotient is high − low · (P − 1) / 2ⁿ, and P − 1 = 127 · 2²⁴.
	#[inline(always)]
	fn halve(&self, which: usize, element: V) -> V {
		let high = element.right_by(self.right[which]);
		let low = element.left_by(self.left[which]);
		let low = low.right::<1>().sub(low.right::<8>());
		if which == 0 {
			high.sub(low)
		} else {
			low.sub(high)
		}
	}

	/// Multiplies by the circulant of 2, 3, 1, 1.
	#[inline(always)]
	fn mix_four(&self, four: V) -> V {
		let next = four.order::<0b00_11_10_01>();
		let pair = self.add(four, next);
		let all = self.add(pair, pair.order::<0b01_00_11_10>());
		self.add(self.add(pair, next), all)
	}

	/// The sum of all vectors.
	#[inline(always)]
	fn sum(&self, [a, b, c, d, e, f]: State<V>) -> V {
		self.add(self.add(self.add(a, b), self.add(c, d)), self.add(e, f))
	}

	/// The outer rounds' matrix.
	#[inline(always)]
	fn mix(&self, [a, b, c, d, e, f]: State<V>) -> State<V> {
		// Written out: as a loop the vectors would go through memory.
		let mixed = [
			self.mix_four(a),
			self.mix_four(b),
			self.mix_four(c),
			self.mix_four(d),
			self.mix_four(e),
			self.mix_four(f),
		];
		let sum = self.sum(mixed);
		let [a, b, c, d, e, f] = mixed;
		[
			self.add(a, sum),
			self.add(b, sum),
			self.add(c, sum),
			self.add(d, sum),
			self.add(e, sum),
			self.add(f, sum),
		]
	}

	#[inline(always)]
	fn outer_round(&self, [a, b, c, d, e, f]: State<V>, constants: &State<V>) -> State<V> {
		let [u, v, w, x, y, z] = *constants;
		self.mix([
			self.cube(a.add(u)),
			self.cube(b.add(v)),
			self.cube(c.add(w)),
			self.cube(d.add(x)),
			self.cube(e.add(y)),
			self.cube(f.add(z)),
		])
	}

	/// `first`: the first element and this round's constant, at the first place of each four, where the state has zero. Returns the next
	/// one's.
	#[inline(always)]
	fn inner_round(&self, state: &mut State<V>, first: V, next_constant: V) -> V {
		let cube = self.positive(self.cube_even(first).order::<0b01_01_01_01>());
		// Of all elements but the first. It does not wait for the cube.
		let sum = self.sum(*state);
		let pairs = self.add(sum, sum.order::<0b00_11_10_01>());
		let others = self.add(pairs, pairs.order::<0b01_00_11_10>());
		let all = self.add(others, cube);
		let [a, b, c, d, e, f] = *state;
		*state = [
			self.plus(all, self.multiply(a, &self.factors[0])).and(self.not_first),
			self.plus(all, self.multiply(b, &self.factors[1])),
			self.plus(all, self.multiply(c, &self.factors[2])),
			self.plus(all, self.halve(0, d)),
			self.plus(all, self.halve(1, e)),
			self.plus(all, self.halve(2, f)),
		];
		// The first element is multiplied by −2.
		self.add(others, next_constant).sub(cube)
	}

	/// Permutes the states, which wait for themselves, by turns.
	#[inline(always)]
	fn permute<const VECTORS: usize>(&self, states: &mut [State<V>; VECTORS]) {
		for state in states.iter_mut() {
			*state = self.mix(*state);
		}
		for constants in &self.initial {
			for state in states.iter_mut() {
				*state = self.outer_round(*state, constants);
			}
		}
		let mut first: [V; VECTORS] = array::from_fn(|vector| {
			let element = states[vector][0];
			states[vector][0] = element.and(self.not_first);
			element.add(self.inner[0]).sub(self.modulus)
		});
		for next_constant in &self.inner[1..] {
			for (state, first) in states.iter_mut().zip(&mut first) {
				*first = self.inner_round(state, *first, *next_constant);
			}
		}
		for (state, first) in states.iter_mut().zip(first) {
			state[0] = state[0].with_first(self.positive(first));
		}
		for constants in &self.last {
			for state in states.iter_mut() {
				*state = self.outer_round(*state, constants);
			}
		}
	}
}

/// Hashes blocks. `numbers`: block by block and vector by vector, what goes into the state's first four parts.
#[inline(always)]
pub(super) fn absorb<V: Lanes, const VECTORS: usize>(
	permutation: &Permutation<V>,
	states: &mut [State<V>; VECTORS],
	numbers: &[u32],
) {
	for block in numbers.chunks_exact(VECTORS * LANES * V::WIDTH) {
		for (state, block) in states.iter_mut().zip(block.chunks_exact(LANES * V::WIDTH)) {
			for (part, numbers) in state.iter_mut().zip(block.chunks_exact(V::WIDTH)) {
				// SAFETY: there is no permutation where the processor does not have the instructions.
				let numbers = unsafe { V::load(numbers) };
				*part = permutation.positive(permutation.multiply(numbers, &permutation.square));
			}
		}
		permutation.permute(states);
	}
}

/// The digest that is at a state's beginning.
fn digest_of(elements: [u32; DIGEST]) -> ColumnDigest {
	let bytes = elements.map(|element| number(element).to_le_bytes());
	array::from_fn(|byte| bytes[byte / 4][byte % 4])
}

/// Columns in one or two vectors.
struct Side<V, const VECTORS: usize> {
	permutation: Permutation<V>,
	columns: usize,
	states: [State<V>; VECTORS],
	/// What is hashed next.
	numbers: Vec<u32>,
}

/// Begins digests with their salts.
///
/// # Safety
/// The processor must have the instructions.
pub(super) unsafe fn begin<V: Lanes>(salts: &[[u8; 32]]) -> Box<dyn Chains> {
	if salts.len() * FOUR > V::WIDTH {
		// SAFETY: as the caller promises.
		Box::new(unsafe { Side::<V, 2>::new(salts) })
	} else {
		// SAFETY: likewise.
		Box::new(unsafe { Side::<V, 1>::new(salts) })
	}
}

impl<V: Lanes, const VECTORS: usize> Side<V, VECTORS> {
	/// # Safety
	/// The processor must have the instructions.
	unsafe fn new(salts: &[[u8; 32]]) -> Self {
		let elements: Vec<[u32; WIDTH]> = salts
			.iter()
			.map(|salt| {
				let mut state = start();
				state[..RATE].copy_from_slice(&salt_block(salt));
				state.map(|element| stands_for(element.as_canonical_u32()))
			})
			.collect();
		let part = |vector: usize, part: usize| {
			let mut numbers = vec![0; V::WIDTH];
			let columns = elements.chunks(V::WIDTH / FOUR).nth(vector).unwrap_or_default();
			for (four, elements) in numbers.chunks_exact_mut(FOUR).zip(columns) {
				four.copy_from_slice(&elements[part * FOUR..(part + 1) * FOUR]);
			}
			// SAFETY: the caller promises the instructions.
			unsafe { V::load(&numbers) }
		};
		// SAFETY: likewise.
		let permutation = unsafe { Permutation::new() };
		let mut states: [State<V>; VECTORS] =
			array::from_fn(|vector| array::from_fn(|number| part(vector, number)));
		permutation.permute(&mut states);
		let numbers = vec![0; CHUNK * VECTORS * LANES * V::WIDTH];
		Self { permutation, columns: salts.len(), states, numbers }
	}
}

impl<V: Lanes, const VECTORS: usize> Chains for Side<V, VECTORS> {
	fn absorb(&mut self, columns: &[&[Option<i64>]]) {
		let rows = columns.first().map_or(0, |column| column.len());
		let (block, vector) = (VECTORS * LANES * V::WIDTH, LANES * V::WIDTH);
		for first in (0..rows).step_by(CHUNK * LANES) {
			let after = rows.min(first + CHUNK * LANES);
			let blocks = (after - first).div_ceil(LANES);
			for (number, column) in columns.iter().enumerate() {
				let (side, four) = (number / (V::WIDTH / FOUR), number % (V::WIDTH / FOUR));
				for (values, numbers) in
					column[first..after].chunks(LANES).zip(self.numbers.chunks_exact_mut(block))
				{
					let lanes = &mut numbers[side * vector..(side + 1) * vector];
					if values.len() < LANES {
						// All that is left of the last block.
						lanes
							.chunks_exact_mut(V::WIDTH)
							.for_each(|lane| lane[four * FOUR..(four + 1) * FOUR].fill(0));
					}
					for (lane, value) in lanes.chunks_exact_mut(V::WIDTH).zip(values) {
						lane[four * FOUR..(four + 1) * FOUR].copy_from_slice(&limbs(*value));
					}
				}
			}
			V::absorb(&self.permutation, &mut self.states, &self.numbers[..blocks * block]);
		}
	}

	fn finish(self: Box<Self>) -> Vec<ColumnDigest> {
		let mut numbers = vec![0; V::WIDTH];
		let mut elements = vec![[0; DIGEST]; VECTORS * V::WIDTH / FOUR];
		for (state, columns) in self.states.iter().zip(elements.chunks_exact_mut(V::WIDTH / FOUR)) {
			for (number, part) in state.iter().take(DIGEST / FOUR).enumerate() {
				part.store(&mut numbers);
				for (elements, four) in columns.iter_mut().zip(numbers.chunks_exact(FOUR)) {
					elements[number * FOUR..(number + 1) * FOUR].copy_from_slice(four);
				}
			}
		}
		elements.into_iter().take(self.columns).map(digest_of).collect()
	}
}
