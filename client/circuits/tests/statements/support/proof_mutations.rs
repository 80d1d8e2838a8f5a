//! Valid proofs, changed at random: bytes, points, inputs. Whatever is changed, it is no valid proof any more.
//!
//! Left out are the changes that anybody may make: both A and B by the same sign or factor, and re-randomisation. They give
//! another proof of the same inputs.

use ark_bls12_381::{Bls12_381, Fr, G1Affine, G2Affine};
use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::UniformRand;
use rand::{Rng, RngCore};
use rand_chacha::ChaCha20Rng;
use souk_circuits::{proof::PROOF_BYTES, Proof, ProofError};
use souk_proof_primitives::groth16::{verify, VerifyingKey};

/// A key, public inputs, and two proofs of them.
pub struct Valid<'a> {
	/// What the proofs are checked with.
	pub key: &'a VerifyingKey<Bls12_381>,
	/// What they prove.
	pub inputs: Vec<Fr>,
	/// A proof.
	pub proof: Proof,
	/// A valid proof of other inputs under the same key.
	pub other: Proof,
}

/// What became of mutants.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Fate {
	/// Bytes that are no proof.
	pub unread: u64,
	/// Proofs that are not valid.
	pub invalid: u64,
	/// Valid proofs: there must be none.
	pub accepted: u64,
}

impl Fate {
	/// All of them.
	pub fn all(&self) -> u64 {
		self.unread + self.invalid + self.accepted
	}
}

impl std::ops::AddAssign for Fate {
	fn add_assign(&mut self, other: Self) {
		self.unread += other.unread;
		self.invalid += other.invalid;
		self.accepted += other.accepted;
	}
}

/// One in this many is changed as a point or an input, and goes through the pairing; the others are changed as bytes.
const PER_PAIRING: u64 = 5;

/// Makes `count` mutants and checks them.
pub fn mutate(valid: &Valid<'_>, count: u64, rng: &mut ChaCha20Rng) -> Fate {
	let mut fate = Fate::default();
	for number in 0..count {
		if number % PER_PAIRING == 0 {
			let (inputs, proof) = other_points(valid, rng);
			decide(&mut fate, verify(valid.key, &inputs, &proof), &inputs, &proof.to_bytes());
		} else {
			let bytes = other_bytes(valid, rng);
			let found = Proof::from_bytes(&bytes).and_then(|proof| verify(valid.key, &valid.inputs, &proof));
			decide(&mut fate, found, &valid.inputs, &bytes);
		}
	}
	fate
}

fn decide(fate: &mut Fate, found: Result<(), ProofError>, inputs: &[Fr], bytes: &[u8]) {
	match found {
		Ok(()) => {
			eprintln!("ACCEPTED: inputs {inputs:?}, proof {}", hex::encode(bytes));
			fate.accepted += 1;
		}
		Err(ProofError::NotValid) => fate.invalid += 1,
		Err(_) => fate.unread += 1,
	}
}

/// Other bytes than the proof's.
fn other_bytes(valid: &Valid<'_>, rng: &mut ChaCha20Rng) -> Vec<u8> {
	let proof = valid.proof.to_bytes();
	loop {
		let mut bytes = proof.to_vec();
		match rng.gen_range(0..6) {
			// A few bits.
			0 => (0..rng.gen_range(1..9))
				.for_each(|_| bytes[rng.gen_range(0..PROOF_BYTES)] ^= 1 << rng.gen_range(0..8)),
			// One byte.
			1 => bytes[rng.gen_range(0..PROOF_BYTES)] = rng.gen(),
			// A coordinate, or what is as long.
			2 => {
				let from = 48 * rng.gen_range(0..PROOF_BYTES / 48);
				rng.fill_bytes(&mut bytes[from..from + 48]);
				bytes[from] &= 0x1f;
			}
			// Two coordinates exchanged.
			3 => {
				let [a, b] = [0; 2].map(|_| 48 * rng.gen_range(0..PROOF_BYTES / 48));
				(0..48).for_each(|i| bytes.swap(a + i, b + i));
			}
			// A run of the other proof's bytes.
			4 => {
				let from = rng.gen_range(0..PROOF_BYTES);
				let to = rng.gen_range(from..PROOF_BYTES) + 1;
				bytes[from..to].copy_from_slice(&valid.other.to_bytes()[from..to]);
			}
			// Another length.
			_ => bytes.resize(rng.gen_range(0..2 * PROOF_BYTES), 0),
		}
		if bytes != proof {
			return bytes;
		}
	}
}

/// Other points, all of their groups, or other inputs.
fn other_points(valid: &Valid<'_>, rng: &mut ChaCha20Rng) -> (Vec<Fr>, Proof) {
	let (of, own) = (valid.other.points(), valid.proof.points());
	loop {
		let (mut a, mut b, mut c) = own;
		let mut inputs = valid.inputs.clone();
		match rng.gen_range(0..9) {
			0 => a = near_g1(a, rng),
			1 => c = near_g1(c, rng),
			2 => b = near_g2(b, rng),
			3 => std::mem::swap(&mut a, &mut c),
			4 => (a, b) = (of.0, of.1),
			5 => c = of.2,
			// Half of a re-randomisation.
			6 => {
				let factor = Fr::rand(rng);
				(a, c) = ((a * factor).into_affine(), (c + a * Fr::rand(rng)).into_affine());
			}
			7 => (a, b, c) = of,
			_ => {
				let at = rng.gen_range(0..inputs.len());
				inputs[at] =
					if rng.gen() { Fr::rand(rng) } else { inputs[at] + Fr::from(rng.gen_range(1..9u64)) };
			}
		}
		if (a, b, c) != own || inputs != valid.inputs {
			if let Ok(proof) = Proof::new(a, b, c) {
				return (inputs, proof);
			}
		}
	}
}

fn near_g1(point: G1Affine, rng: &mut ChaCha20Rng) -> G1Affine {
	match rng.gen_range(0..4) {
		0 => -point,
		1 => (point + G1Affine::generator() * Fr::from(rng.gen_range(1..9u64))).into_affine(),
		2 => (point * Fr::from(rng.gen_range(2..9u64))).into_affine(),
		_ => G1Affine::rand(rng),
	}
}

fn near_g2(point: G2Affine, rng: &mut ChaCha20Rng) -> G2Affine {
	match rng.gen_range(0..4) {
		0 => -point,
		1 => (point + G2Affine::generator() * Fr::from(rng.gen_range(1..9u64))).into_affine(),
		2 => (point * Fr::from(rng.gen_range(2..9u64))).into_affine(),
		_ => G2Affine::rand(rng),
	}
}
