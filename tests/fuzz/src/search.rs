//! A search for sequences that do something new, without anything that is built for it: it goes by what happened (which calls ended how, which
//! events came). What is found is what the corpus consists of, beside the hand-written sequences. `make fuzz` searches by the code that
//! was reached.

use crate::{
	action::{self, Action, NAMES},
	play::{run, Outcome},
};
use rand::{rngs::StdRng, seq::SliceRandom, Rng, SeedableRng};
use std::{
	collections::BTreeSet,
	time::{Duration, Instant},
};

/// Most actions of a sequence that is made up.
const LENGTH: usize = 60;

/// A search.
pub struct Search {
	random: StdRng,
	corpus: Vec<Vec<u8>>,
	seen: BTreeSet<u64>,
	/// How many sequences were played.
	pub played: u64,
}

/// What a search has found.
pub enum Found {
	/// Something does not hold.
	Violation(Vec<u8>, String),
	/// Nothing, within the time.
	Nothing,
}

impl Search {
	/// A search that begins with a corpus, and is the same for the same seed.
	pub fn new(seed: u64, corpus: Vec<Vec<u8>>) -> Self {
		Self { random: StdRng::seed_from_u64(seed), corpus, seen: BTreeSet::new(), played: 0 }
	}

	/// Plays the corpus, then what is made of it, for so long or so many. Calls `news` with each sequence that did something new.
	pub fn go(&mut self, time: Duration, most: u64, mut news: impl FnMut(&[u8])) -> Found {
		let began = Instant::now();
		for bytes in self.corpus.clone() {
			if let Some(violation) = self.play(&bytes).violation {
				return Found::Violation(bytes, violation);
			}
		}
		while began.elapsed() < time && self.played < most {
			let bytes = self.make_up();
			let seen = self.seen.len();
			if let Some(violation) = self.play(&bytes).violation {
				return Found::Violation(bytes, violation);
			}
			if self.seen.len() > seen {
				news(&bytes);
				self.corpus.push(bytes);
			}
		}
		Found::Nothing
	}

	fn play(&mut self, bytes: &[u8]) -> Outcome {
		let outcome = run(bytes);
		self.seen.extend(outcome.features.iter().copied());
		self.played += 1;
		outcome
	}

	/// A new sequence: of the corpus with changes, or of chance alone.
	fn make_up(&mut self) -> Vec<u8> {
		let random = &mut self.random;
		let mut actions = match self.corpus.choose(random) {
			Some(bytes) if random.gen_bool(0.85) => action::read(bytes, usize::MAX),
			_ => (0..random.gen_range(8..LENGTH)).map(|_| any_action(random)).collect(),
		};
		for _ in 0..random.gen_range(1..6) {
			change(&mut actions, &self.corpus, random);
		}
		actions.truncate(2 * LENGTH);
		action::write(&actions)
	}
}

fn any_action(random: &mut StdRng) -> Action {
	let bytes: [u8; 6] = random.gen();
	action::read(&bytes, 1)[0]
}

/// One change.
fn change(actions: &mut Vec<Action>, corpus: &[Vec<u8>], random: &mut StdRng) {
	let at = random.gen_range(0..=actions.len());
	match random.gen_range(0..8) {
		0 | 1 => actions.insert(at, any_action(random)),
		2 if at < actions.len() => {
			actions.remove(at);
		}
		3 if at < actions.len() => {
			let again = actions[at];
			actions.insert(random.gen_range(at..=actions.len()), again);
		}
		4 if at < actions.len() => {
			let other = random.gen_range(0..actions.len());
			actions.swap(at, other);
		}
		5 => {
			// A part of another sequence.
			let Some(other) = corpus.choose(random) else { return };
			let other = action::read(other, usize::MAX);
			let from = random.gen_range(0..=other.len());
			let to = random.gen_range(from..=other.len()).min(from + 12);
			actions.splice(at..at, other[from..to].iter().copied());
		}
		_ if at < actions.len() => {
			// Another byte of one action, but its code.
			let mut bytes = action::write(&actions[at..=at]);
			if bytes.len() > 1 {
				let which = random.gen_range(1..bytes.len());
				bytes[which] = match random.gen_range(0..3) {
					0 => random.gen(),
					1 => bytes[which].wrapping_add(1),
					_ => random.gen_range(0..8),
				};
				actions[at] = action::read(&bytes, 1)[0];
			}
		}
		_ => {}
	}
}

/// The shortest sequence, as far as it is easy to find, in which the same does not hold.
pub fn minimise(bytes: &[u8]) -> Vec<u8> {
	let what = |outcome: Outcome| outcome.violation.and_then(|text| text.lines().next().map(kind_of));
	let mut actions = action::read(bytes, usize::MAX);
	let Some(broken) = what(run(bytes)) else { return bytes.to_vec() };
	let same = |actions: &[Action]| what(run(&action::write(actions))).as_ref() == Some(&broken);
	let mut size = actions.len().div_ceil(2).max(1);
	loop {
		let mut at = 0;
		while at < actions.len() {
			let mut fewer = actions.clone();
			fewer.drain(at..(at + size).min(fewer.len()));
			if same(&fewer) {
				actions = fewer;
			} else {
				at += size;
			}
		}
		if size == 1 {
			return action::write(&actions);
		}
		size = size.div_ceil(2);
	}
}

/// What is said to be broken, without numbers: the same thing has others in another sequence.
fn kind_of(text: &str) -> String {
	text.chars().filter(|letter| !letter.is_ascii_digit()).take(60).collect()
}

/// The names of the actions of a sequence.
pub fn names(bytes: &[u8]) -> Vec<&'static str> {
	action::read(bytes, usize::MAX).iter().map(|action| NAMES[usize::from(action.code())]).collect()
}
