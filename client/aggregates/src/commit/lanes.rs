//! Vectors of 32-bit numbers and what the processor does with them. Four numbers next to each other belong to one column.
//!
//! Sums and products are those of the processor, without a modulus: `poseidon` says what they mean.

use super::poseidon::{absorb, Permutation, State};
use std::arch::x86_64::{self as x86, __m256i, __m512i};

/// A vector. Whoever has one has got it from [`Lanes::load`], so that the processor has the instructions: the other methods are safe.
pub(super) trait Lanes: Copy + Send + Sync + 'static {
	/// Numbers of a vector.
	const WIDTH: usize;

	/// The first [`Self::WIDTH`] numbers.
	///
	/// # Safety
	/// The processor must have the instructions.
	unsafe fn load(numbers: &[u32]) -> Self;
	/// Writes the numbers.
	fn store(self, numbers: &mut [u32]);
	fn add(self, other: Self) -> Self;
	fn sub(self, other: Self) -> Self;
	/// The smaller numbers, without sign.
	fn min(self, other: Self) -> Self;
	fn and(self, other: Self) -> Self;
	/// The products of the numbers at even places, with sign, each in two places.
	fn mul_signed(self, other: Self) -> Self;
	/// The same without sign.
	fn mul_unsigned(self, other: Self) -> Self;
	/// Shifts each number to the right.
	fn right<const BITS: u32>(self) -> Self;
	/// The same by a number of bits for each.
	fn right_by(self, bits: Self) -> Self;
	/// To the left.
	fn left_by(self, bits: Self) -> Self;
	/// Moves numbers within each four: two bits of `ORDER` say, for each place, which is to be there.
	fn order<const ORDER: i32>(self) -> Self;
	/// These numbers, but the other's at odd places.
	fn with_odd(self, other: Self) -> Self;
	/// These numbers, but the other's at the first place of each four.
	fn with_first(self, other: Self) -> Self;
	/// [`absorb`], compiled for the processor's instructions.
	fn absorb<const VECTORS: usize>(
		permutation: &Permutation<Self>,
		states: &mut [State<Self>; VECTORS],
		numbers: &[u32],
	);
}

/// 256 bits.
#[derive(Clone, Copy)]
pub(super) struct Avx2(__m256i);

/// 512 bits.
#[derive(Clone, Copy)]
pub(super) struct Avx512(__m512i);

/// Methods that are one instruction each.
macro_rules! instructions {
	($($method:ident($($argument:ident),*) = $instruction:ident;)*) => {
		$(
			#[inline(always)]
			fn $method(self $(, $argument: Self)*) -> Self {
				// SAFETY: there is no vector where the processor does not have the instructions.
				Self(unsafe { x86::$instruction(self.0 $(, $argument.0)*) })
			}
		)*
	};
}

impl Lanes for Avx2 {
	const WIDTH: usize = 8;

	#[inline(always)]
	unsafe fn load(numbers: &[u32]) -> Self {
		let numbers: &[u32; Self::WIDTH] = numbers.first_chunk().expect("a vector has so many numbers");
		// SAFETY: the array is as long as the vector; the caller promises the instructions.
		Self(unsafe { x86::_mm256_loadu_si256(numbers.as_ptr().cast()) })
	}

	#[inline(always)]
	fn store(self, numbers: &mut [u32]) {
		let numbers: &mut [u32; Self::WIDTH] =
			numbers.first_chunk_mut().expect("a vector has so many numbers");
		// SAFETY: the array is as long as the vector, and there is no vector without the instructions.
		unsafe { x86::_mm256_storeu_si256(numbers.as_mut_ptr().cast(), self.0) }
	}

	instructions! {
		add(other) = _mm256_add_epi32;
		sub(other) = _mm256_sub_epi32;
		min(other) = _mm256_min_epu32;
		and(other) = _mm256_and_si256;
		mul_signed(other) = _mm256_mul_epi32;
		mul_unsigned(other) = _mm256_mul_epu32;
		right_by(bits) = _mm256_srlv_epi32;
		left_by(bits) = _mm256_sllv_epi32;
	}

	#[inline(always)]
	fn right<const BITS: u32>(self) -> Self {
		// SAFETY: there is no vector without the instructions.
		Self(unsafe { x86::_mm256_srl_epi32(self.0, x86::_mm_cvtsi32_si128(BITS.cast_signed())) })
	}

	#[inline(always)]
	fn order<const ORDER: i32>(self) -> Self {
		// SAFETY: there is no vector without the instructions.
		Self(unsafe { x86::_mm256_shuffle_epi32::<ORDER>(self.0) })
	}

	#[inline(always)]
	fn with_odd(self, other: Self) -> Self {
		// SAFETY: there is no vector without the instructions.
		Self(unsafe { x86::_mm256_blend_epi32::<0b1010_1010>(self.0, other.0) })
	}

	#[inline(always)]
	fn with_first(self, other: Self) -> Self {
		// SAFETY: there is no vector without the instructions.
		Self(unsafe { x86::_mm256_blend_epi32::<0b0001_0001>(self.0, other.0) })
	}

	fn absorb<const VECTORS: usize>(
		permutation: &Permutation<Self>,
		states: &mut [State<Self>; VECTORS],
		numbers: &[u32],
	) {
		#[target_feature(enable = "avx2")]
		fn compiled<const VECTORS: usize>(
			permutation: &Permutation<Avx2>,
			states: &mut [State<Avx2>; VECTORS],
			numbers: &[u32],
		) {
			absorb(permutation, states, numbers);
		}
		// SAFETY: there is no permutation without the instructions.
		unsafe { compiled(permutation, states, numbers) }
	}
}

impl Lanes for Avx512 {
	const WIDTH: usize = 16;

	#[inline(always)]
	unsafe fn load(numbers: &[u32]) -> Self {
		let numbers: &[u32; Self::WIDTH] = numbers.first_chunk().expect("a vector has so many numbers");
		// SAFETY: the array is as long as the vector; the caller promises the instructions.
		Self(unsafe { x86::_mm512_loadu_si512(numbers.as_ptr().cast()) })
	}

	#[inline(always)]
	fn store(self, numbers: &mut [u32]) {
		let numbers: &mut [u32; Self::WIDTH] =
			numbers.first_chunk_mut().expect("a vector has so many numbers");
		// SAFETY: the array is as long as the vector, and there is no vector without the instructions.
		unsafe { x86::_mm512_storeu_si512(numbers.as_mut_ptr().cast(), self.0) }
	}

	instructions! {
		add(other) = _mm512_add_epi32;
		sub(other) = _mm512_sub_epi32;
		min(other) = _mm512_min_epu32;
		and(other) = _mm512_and_si512;
		mul_signed(other) = _mm512_mul_epi32;
		mul_unsigned(other) = _mm512_mul_epu32;
		right_by(bits) = _mm512_srlv_epi32;
		left_by(bits) = _mm512_sllv_epi32;
	}

	#[inline(always)]
	fn right<const BITS: u32>(self) -> Self {
		// SAFETY: there is no vector without the instructions.
		Self(unsafe { x86::_mm512_srli_epi32::<BITS>(self.0) })
	}

	#[inline(always)]
	fn order<const ORDER: i32>(self) -> Self {
		// SAFETY: there is no vector without the instructions.
		Self(unsafe { x86::_mm512_shuffle_epi32::<ORDER>(self.0) })
	}

	#[inline(always)]
	fn with_odd(self, other: Self) -> Self {
		// SAFETY: there is no vector without the instructions.
		Self(unsafe { x86::_mm512_mask_blend_epi32(0b1010_1010_1010_1010, self.0, other.0) })
	}

	#[inline(always)]
	fn with_first(self, other: Self) -> Self {
		// SAFETY: there is no vector without the instructions.
		Self(unsafe { x86::_mm512_mask_blend_epi32(0b0001_0001_0001_0001, self.0, other.0) })
	}

	fn absorb<const VECTORS: usize>(
		permutation: &Permutation<Self>,
		states: &mut [State<Self>; VECTORS],
		numbers: &[u32],
	) {
		#[target_feature(enable = "avx512f")]
		fn compiled<const VECTORS: usize>(
			permutation: &Permutation<Avx512>,
			states: &mut [State<Avx512>; VECTORS],
			numbers: &[u32],
		) {
			absorb(permutation, states, numbers);
		}
		// SAFETY: there is no permutation without the instructions.
		unsafe { compiled(permutation, states, numbers) }
	}
}
