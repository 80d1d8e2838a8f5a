//! Every sequence that was worth keeping is played.

use super::{directory, sequences};
use souk_fuzz::{action, run, search, seeds, Outcome};
use std::{collections::BTreeSet, sync::OnceLock};

/// What became of each sequence of the corpus; they are played once for all tests.
pub fn played() -> &'static [(String, Outcome)] {
	static PLAYED: OnceLock<Vec<(String, Outcome)>> = OnceLock::new();
	PLAYED.get_or_init(|| {
		let sequences = sequences();
		let halves: Vec<_> = sequences.chunks(sequences.len().div_ceil(2)).collect();
		std::thread::scope(|scope| {
			let play = |half: &[(String, Vec<u8>)]| -> Vec<(String, Outcome)> {
				half.iter().map(|(name, bytes)| (name.clone(), run(bytes))).collect()
			};
			let threads: Vec<_> = halves.into_iter().map(|half| scope.spawn(move || play(half))).collect();
			threads.into_iter().flat_map(|thread| thread.join().expect("it ends")).collect()
		})
	})
}

#[test]
fn everything_holds_in_every_sequence_of_the_corpus() {
	let broken = played()
		.iter()
		.filter_map(|(name, outcome)| Some(format!("{name}: {}", outcome.violation.as_ref()?)));
	let broken: Vec<String> = broken.collect();
	assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn the_hand_written_sequences_are_in_the_corpus_as_they_are_written() {
	for (name, bytes) in seeds::all() {
		let kept = std::fs::read(directory("corpus").join(name)).unwrap_or_default();
		assert_eq!(kept, bytes, "{name}: write them anew with `souk-fuzz seeds tests/fuzz/corpus`");
	}
}

#[test]
fn the_hand_written_sequences_have_every_action() {
	let used: BTreeSet<&str> = seeds::all().iter().flat_map(|(_, bytes)| search::names(bytes)).collect();
	let missing: Vec<_> = action::NAMES.iter().filter(|name| !used.contains(*name)).collect();
	assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn bytes_are_actions_and_actions_are_bytes() {
	for (name, bytes) in seeds::all() {
		assert_eq!(action::write(&action::read(&bytes, usize::MAX)), bytes, "{name}");
	}
	let any: Vec<u8> = (0..=255).rev().collect();
	let actions = action::read(&any, usize::MAX);
	assert_eq!(action::read(&action::write(&actions), usize::MAX), actions);
}
