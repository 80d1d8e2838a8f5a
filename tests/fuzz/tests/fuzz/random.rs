//! Sequences of chance, the same in every run.

use super::sequences;
use souk_fuzz::search::{Found, Search};
use std::time::Duration;

/// Sequences for each of two threads.
const EACH: u64 = 700;

#[test]
fn everything_holds_in_sequences_of_chance() {
	let known: Vec<Vec<u8>> = souk_fuzz::seeds::all().into_iter().map(|(_, bytes)| bytes).collect();
	assert!(sequences().len() >= known.len());
	std::thread::scope(|scope| {
		for seed in [1, 2] {
			let known = known.clone();
			scope.spawn(move || {
				let mut search = Search::new(seed, known);
				if let Found::Violation(bytes, broken) = search.go(Duration::MAX, EACH, |_| {}) {
					panic!("{broken}\n  in the sequence {bytes:?}");
				}
			});
		}
	});
}
