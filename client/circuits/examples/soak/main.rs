//! The tests of soundness, for as long as one likes: `soak [MUTANTS [SEED]]`, a million of each kind by default.
//!
//! ```text
//! assignments   every private wire of both statements, changed in seven ways; none satisfies its circuit
//! proofs        valid proofs with other bytes, points or inputs; none is accepted
//! ```
//!
//! Ends with exit code 1 where one passes, and prints it. The seed is printed: the same one makes the same mutants.

#[allow(dead_code, reason = "the tests use the rest")]
#[path = "../../tests/statements/support/mod.rs"]
mod support;

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha20Rng;
use souk_circuits::{prove, setup::Keys, ChunkKey, KeyDelivery, Statement};
use souk_proof_primitives::public_inputs::PublicInputs;
use std::{process::ExitCode, thread, time::Instant};
use support::{
	keys,
	mutations::mutate as mutate_assignment,
	proof_mutations::{mutate as mutate_proof, Fate, Valid},
	some_chunk_key, some_key_delivery, System,
};

/// Proofs are made anew after so many mutants of the same.
const PER_PROOF: u64 = 10_000;

fn main() -> ExitCode {
	let mut numbers = std::env::args().skip(1).map(|text| text.parse::<u64>());
	let (Ok(mutants), Ok(seed)) = (
		numbers.next().unwrap_or(Ok(1_000_000)),
		numbers.next().unwrap_or_else(|| Ok(rand::thread_rng().gen())),
	) else {
		eprintln!("soak [MUTANTS [SEED]]");
		return ExitCode::FAILURE;
	};
	println!("seed {seed}");

	let start = Instant::now();
	let tried: u64 =
		shared(|thread, threads| assignments(mutants.div_ceil(threads), seed, thread)).iter().sum();
	println!("{tried} assignments changed, none satisfies its circuit ({:.0?})", start.elapsed());

	let start = Instant::now();
	keys();
	let mut fate = Fate::default();
	for part in shared(|thread, threads| proofs(mutants.div_ceil(threads), seed, thread)) {
		fate += part;
	}
	println!(
		"{} proofs changed: {} are no proofs, {} are not valid, {} accepted ({:.0?})",
		fate.all(),
		fate.unread,
		fate.invalid,
		fate.accepted,
		start.elapsed()
	);
	if fate.accepted == 0 {
		ExitCode::SUCCESS
	} else {
		ExitCode::FAILURE
	}
}

/// The results of a task on every core; each is told its number and how many there are.
fn shared<T: Send>(task: impl Fn(u64, u64) -> T + Sync) -> Vec<T> {
	let threads = thread::available_parallelism().map_or(1, usize::from) as u64;
	let task = &task;
	thread::scope(|scope| {
		let running: Vec<_> = (0..threads).map(|number| scope.spawn(move || task(number, threads))).collect();
		running.into_iter().map(|thread| thread.join().expect("a mutant was accepted")).collect()
	})
}

/// Randomness of one thread, and a number for each statement that it makes.
fn random(seed: u64, thread: u64) -> ChaCha20Rng {
	ChaCha20Rng::seed_from_u64(seed ^ thread.rotate_left(32))
}

/// Changes assignments until at least so many were tried. Panics, with the wire, where one satisfies.
fn assignments(mutants: u64, seed: u64, thread: u64) -> u64 {
	let mut rng = random(seed, thread);
	let mut tried = 0;
	while tried < mutants {
		let (public, private) = some_chunk_key(rng.gen());
		tried += mutate_assignment(&System::of::<ChunkKey>(&public, &private), &mut rng) as u64;
		let (public, private, _) = some_key_delivery(rng.gen());
		tried += mutate_assignment(&System::of::<KeyDelivery>(&public, &private), &mut rng) as u64;
	}
	tried
}

fn proofs(mutants: u64, seed: u64, thread: u64) -> Fate {
	let mut rng = random(seed, thread);
	let (chunk_keys, delivery_keys) = keys();
	let mut fate = Fate::default();
	while fate.all() < mutants {
		let count = PER_PROOF.min(mutants - fate.all());
		if rng.gen() {
			let statement = |rng: &mut ChaCha20Rng| some_chunk_key(rng.gen());
			fate += mutate_proof(&valid(chunk_keys, statement, &mut rng), count, &mut rng);
		} else {
			let statement = |rng: &mut ChaCha20Rng| {
				let (public, private, _) = some_key_delivery(rng.gen());
				(public, private)
			};
			fate += mutate_proof(&valid(delivery_keys, statement, &mut rng), count, &mut rng);
		}
	}
	fate
}

/// Two proofs of different inputs.
fn valid<'a, S: Statement>(
	keys: &'a Keys<S>,
	statement: impl Fn(&mut ChaCha20Rng) -> (S::Public, S::Private),
	rng: &mut ChaCha20Rng,
) -> Valid<'a> {
	let mut proven = || {
		let (public, private) = statement(rng);
		let inputs = public.to_scalars();
		let proof = prove(keys, &public, &private, rng).expect("the statement holds");
		(inputs, proof)
	};
	let (inputs, proof) = proven();
	let (mut others, mut other) = proven();
	while others == inputs {
		(others, other) = proven();
	}
	Valid { key: keys.verifying(), inputs, proof, other }
}
