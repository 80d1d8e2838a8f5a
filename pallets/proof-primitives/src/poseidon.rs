//! Poseidon over the scalar field of BLS12-381: width 3 (rate 2, capacity 1), x⁵, 8 full and 57 partial rounds.
//!
//! Round constants and matrix come from the Grain LFSR of the Poseidon paper (Grassi et al., USENIX Security 2021), in
//! arkworks' implementation. This is the only definition in the project; the tests freeze its output.

use alloc::vec::Vec;
use ark_bls12_381::Fr;
use ark_crypto_primitives::sponge::poseidon::{find_poseidon_ark_and_mds, PoseidonConfig};
use ark_ff::{AdditiveGroup, Field, PrimeField};

/// The field that is hashed in.
pub type Scalar = Fr;

/// Full rounds.
pub const FULL_ROUNDS: usize = 8;
/// Partial rounds.
pub const PARTIAL_ROUNDS: usize = 57;
/// Exponent of the S-box.
pub const ALPHA: u64 = 5;
/// Field elements absorbed per permutation.
pub const RATE: usize = 2;
/// Field elements never touched from outside.
pub const CAPACITY: usize = 1;
/// Longest tag, in bytes; the two bytes above it hold the number of inputs and stay below the modulus.
pub const MAX_TAG: usize = 30;

const WIDTH: usize = RATE + CAPACITY;

/// The hash with its constants. Making one costs milliseconds, hashing ten microseconds or so: keep it.
#[derive(Clone)]
pub struct Poseidon {
	config: PoseidonConfig<Fr>,
	/// The same constants, in arrays.
	rounds: Vec<[Fr; WIDTH]>,
	matrix: [[Fr; WIDTH]; WIDTH],
}

/// A hash of two inputs, the first of which is in already: for whoever hashes many pairs that begin alike.
#[derive(Clone, Copy)]
pub struct Begun {
	state: [Fr; WIDTH],
}

impl Default for Poseidon {
	fn default() -> Self {
		Self::new()
	}
}

impl Poseidon {
	/// Derives the constants.
	pub fn new() -> Self {
		let (ark, mds) = find_poseidon_ark_and_mds::<Fr>(
			u64::from(Fr::MODULUS_BIT_SIZE),
			RATE,
			FULL_ROUNDS as u64,
			PARTIAL_ROUNDS as u64,
			0,
		);
		let rounds = ark.iter().map(|round| row(round)).collect();
		let mut matrix = [[Fr::ZERO; WIDTH]; WIDTH];
		for (to, from) in matrix.iter_mut().zip(&mds) {
			*to = row(from);
		}
		let config = PoseidonConfig::new(FULL_ROUNDS, PARTIAL_ROUNDS, ALPHA, mds, ark, RATE, CAPACITY);
		Self { config, rounds, matrix }
	}

	/// The constants, for a circuit that computes the same.
	pub fn config(&self) -> &PoseidonConfig<Fr> {
		&self.config
	}

	/// Hashes a domain tag (at most [`MAX_TAG`] bytes are used) and field elements to one field element.
	///
	/// The tag and the number of inputs are absorbed first, packed into one element, so that no list of inputs is a
	/// prefix of another one's encoding.
	pub fn hash(&self, tag: &str, inputs: &[Fr]) -> Fr {
		let (first, rest) = match inputs.split_first() {
			Some((first, rest)) => (*first, rest),
			None => (Fr::ZERO, inputs),
		};
		let mut state = [Fr::ZERO, tag_element(tag, inputs.len()), first];
		for pair in rest.chunks(RATE) {
			self.permute(&mut state);
			absorb(&mut state, pair);
		}
		self.permute(&mut state);
		let [_, output, _] = state;
		output
	}

	/// Begins [`Self::hash`] of two inputs with the first.
	pub fn begin(&self, tag: &str, first: Fr) -> Begun {
		let mut state = [Fr::ZERO, tag_element(tag, 2), first];
		self.permute(&mut state);
		Begun { state }
	}

	/// [`Self::hash`] of two inputs, the first of which is in already.
	pub fn finish(&self, begun: &Begun, second: Fr) -> Fr {
		let mut state = begun.state;
		absorb(&mut state, &[second]);
		self.permute(&mut state);
		let [_, output, _] = state;
		output
	}

	/// Hashes two field elements to one, with a single permutation: for trees, of which a proof contains many nodes.
	///
	/// The tag is where [`Self::hash`] starts with zero, so that neither gives what the other does.
	pub fn compress(&self, tag: &str, left: Fr, right: Fr) -> Fr {
		let mut state = [tag_element(tag, 2), left, right];
		self.permute(&mut state);
		let [_, output, _] = state;
		output
	}

	/// The permutation: what `ark-crypto-primitives` computes, without its allocations, three times as fast.
	// In a field nothing overflows.
	#[allow(clippy::arithmetic_side_effects)]
	fn permute(&self, state: &mut [Fr; WIDTH]) {
		for (number, constants) in self.rounds.iter().enumerate() {
			let [a, b, c] = state;
			let [to_a, to_b, to_c] = constants;
			*a = s_box(*a + to_a);
			*b += to_b;
			*c += to_c;
			if !(FULL_ROUNDS / 2..FULL_ROUNDS / 2 + PARTIAL_ROUNDS).contains(&number) {
				*b = s_box(*b);
				*c = s_box(*c);
			}
			let [to_a, to_b, to_c] = &self.matrix;
			*state = [
				Fr::sum_of_products(to_a, state),
				Fr::sum_of_products(to_b, state),
				Fr::sum_of_products(to_c, state),
			];
		}
	}
}

/// x⁵
// In a field nothing overflows.
#[allow(clippy::arithmetic_side_effects)]
fn s_box(x: Fr) -> Fr {
	x.square().square() * x
}

/// Adds one or two elements to what may be touched from outside.
// In a field nothing overflows.
#[allow(clippy::arithmetic_side_effects)]
fn absorb(state: &mut [Fr; WIDTH], elements: &[Fr]) {
	for (place, element) in state.iter_mut().skip(CAPACITY).zip(elements) {
		*place += element;
	}
}

fn row(elements: &[Fr]) -> [Fr; WIDTH] {
	elements.first_chunk().copied().unwrap_or_default()
}

/// What is absorbed before the inputs: `tag` as little-endian bytes plus `inputs × 2²⁴⁰`.
pub fn tag_element(tag: &str, inputs: usize) -> Fr {
	let mut bytes = [0u8; 32];
	for (to, from) in bytes.iter_mut().take(MAX_TAG).zip(tag.as_bytes()) {
		*to = *from;
	}
	bytes[MAX_TAG] = u8::try_from(inputs).unwrap_or(u8::MAX);
	Fr::from_le_bytes_mod_order(&bytes)
}

#[cfg(test)]
mod tests {
	use super::*;
	use ark_crypto_primitives::sponge::{poseidon::PoseidonSponge, CryptographicSponge};
	use ark_ff::{BigInteger, Zero};

	fn hex_of(f: Fr) -> std::string::String {
		hex::encode(f.into_bigint().to_bytes_be())
	}

	#[test]
	fn output_is_frozen() {
		let p = Poseidon::new();
		assert_eq!(
			[
				hex_of(p.hash("souk/test/v1", &[])),
				hex_of(p.hash("souk/test/v1", &[Fr::from(1u64)])),
				hex_of(p.hash("souk/test/v1", &[Fr::from(1u64), Fr::from(2u64)])),
			],
			FROZEN
		);
	}

	/// Made by this implementation on the day it was written; a change here is a change of every snapshot key.
	const FROZEN: [&str; 3] = [
		"2c2a407bc98ad5fa43f5a55f6178cf59a844862dd4bde2de7ee216cbb9cf803a",
		"5b7a4f9b1a6a19187c621d275a4c7a8b936c880cc7f9ae02d745e804568a8bd0",
		"01938fdfaba00507038b23af2e858d42ea728d85668a9115dbd12bcba7913fdf",
	];

	/// The sponge of `ark-crypto-primitives`, which the circuits have gadgets of.
	fn by_arkworks(p: &Poseidon, capacity: Fr, elements: &[Fr]) -> Fr {
		let mut sponge = PoseidonSponge::new(p.config());
		sponge.state[0] = capacity;
		sponge.absorb(&elements.to_vec());
		sponge.squeeze_field_elements::<Fr>(1)[0]
	}

	#[test]
	fn it_is_arkworks_sponge() {
		let p = Poseidon::new();
		let inputs: Vec<Fr> = (1u64..8).map(|i| -Fr::from(i * i)).collect();
		for count in 0..inputs.len() {
			let elements = [&[tag_element("souk/test/v1", count)], &inputs[..count]].concat();
			assert_eq!(p.hash("souk/test/v1", &inputs[..count]), by_arkworks(&p, Fr::zero(), &elements));
		}
		let node = p.compress("souk/test/v1", inputs[0], inputs[1]);
		assert_eq!(node, by_arkworks(&p, tag_element("souk/test/v1", 2), &inputs[..2]));
	}

	#[test]
	fn a_hash_that_was_begun_is_finished_as_the_whole() {
		let p = Poseidon::new();
		let begun = p.begin("souk/test/v1", Fr::from(5u64));
		for second in [0u64, 1, u64::MAX] {
			let inputs = [Fr::from(5u64), Fr::from(second)];
			assert_eq!(p.finish(&begun, inputs[1]), p.hash("souk/test/v1", &inputs));
		}
	}

	#[test]
	fn a_node_of_a_tree_is_no_hash_and_its_sides_are_not_exchanged() {
		let p = Poseidon::new();
		let [left, right] = [Fr::from(1u64), Fr::from(2u64)];
		let node = p.compress("souk/test/v1", left, right);
		assert_eq!(hex_of(node), NODE);
		assert_ne!(node, p.hash("souk/test/v1", &[left, right]));
		assert_ne!(node, p.compress("souk/test/v1", right, left));
		assert_ne!(node, p.compress("souk/other/v1", left, right));
	}

	/// Made on the day it was written.
	const NODE: &str = "2d8978a5cd79182dac12a44a7ee12dd0b9208f98896c63c86d195e732c9be23e";

	#[test]
	fn tags_and_lengths_separate() {
		let p = Poseidon::new();
		let zero = Fr::zero();
		assert_ne!(p.hash("souk/a/v1", &[zero]), p.hash("souk/b/v1", &[zero]));
		assert_ne!(p.hash("souk/a/v1", &[zero]), p.hash("souk/a/v1", &[zero, zero]));
		assert_ne!(p.hash("souk/a/v1", &[]), p.hash("souk/a/v1", &[zero]));
	}
}
