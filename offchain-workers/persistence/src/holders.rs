//! What is remembered of those who ask, so that strangers cannot keep the light client from subscribers: whoever was seen
//! entitled is looked up at once; for all others there are a few places, one for each of them; and who was seen to have no
//! right at a head is not looked up again at that head.

use crate::{
	chain::Head,
	places::{NoPlace, Place, Places},
};
use souk_protocol::AccountId;
use std::{
	collections::HashMap,
	sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
	time::{Duration, Instant},
};
use tokio::sync::OnceCell;

/// A listing, and who would query it.
pub type Question = (u32, AccountId);

/// Questions remembered at a time, of either kind.
const MOST: usize = 65_536;

/// What is known of a question at a head.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
	/// The right was seen, and does not end before this head.
	Entitled,
	/// The chain was read at this very head, and there is no right: the block at which one ended, if there was one.
	Refused(Option<u32>),
	/// Nothing.
	Unknown,
}

/// A stranger's place, shared by all requests with the same question.
pub struct Turn(OnceCell<Place>);

/// The memory.
pub struct Holders {
	places: Places,
	patience: Duration,
	known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
	/// First block without the right, as read last.
	entitled: HashMap<Question, u32>,
	/// Those without a right at `at`.
	refused: HashMap<Question, Option<u32>>,
	at: Option<Head>,
	turns: HashMap<Question, Weak<Turn>>,
}

impl Holders {
	/// Looks for `looking` strangers at a time, with `waiting` before them, each of whom waits for `patience`.
	pub fn new(looking: usize, waiting: usize, patience: Duration) -> Self {
		Self { places: Places::new(looking, waiting), patience, known: Mutex::default() }
	}

	/// What is known at `head`.
	pub fn standing(&self, question: Question, head: Head) -> Standing {
		let known = self.known();
		match known.refused.get(&question) {
			Some(ended) if known.at == Some(head) => Standing::Refused(*ended),
			_ if known.entitled.get(&question).is_some_and(|until| head.number < *until) => {
				Standing::Entitled
			}
			_ => Standing::Unknown,
		}
	}

	/// Remembers what the chain says at `head`: the first block without the right.
	pub fn note(&self, question: Question, head: Head, until: Option<u32>) {
		let mut known = self.known();
		if let Some(until) = until.filter(|until| head.number < *until) {
			if known.entitled.len() >= MOST {
				known.entitled.retain(|_, until| head.number < *until);
			}
			if known.entitled.len() < MOST {
				known.entitled.insert(question, until);
			}
			return;
		}
		known.entitled.remove(&question);
		if known.at != Some(head) {
			(known.at, known.refused) = (Some(head), HashMap::new());
		}
		if known.refused.len() < MOST {
			known.refused.insert(question, until);
		}
	}

	/// Waits for a stranger's place.
	pub async fn turn(&self, question: Question) -> Result<Arc<Turn>, NoPlace> {
		let turn = {
			let mut known = self.known();
			match known.turns.get(&question).and_then(Weak::upgrade) {
				Some(turn) => turn,
				None => {
					known.turns.retain(|_, turn| turn.strong_count() > 0);
					let turn = Arc::new(Turn(OnceCell::new()));
					known.turns.insert(question, Arc::downgrade(&turn));
					turn
				}
			}
		};
		turn.0.get_or_try_init(|| self.places.take(Instant::now() + self.patience)).await?;
		Ok(turn)
	}

	/// Strangers that are being looked up, and those that wait for it, now.
	pub fn queue(&self) -> (usize, usize) {
		(self.places.running(), self.places.waiting())
	}

	fn known(&self) -> MutexGuard<'_, Known> {
		// Maps that a panicking task left behind are still maps.
		self.known.lock().unwrap_or_else(PoisonError::into_inner)
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	const fn head(number: u32) -> Head {
		Head { number, hash: [number as u8; 32] }
	}

	const ONE: Question = (7, [1; 32]);

	#[test]
	fn a_right_is_remembered_until_it_ends_and_its_lack_for_one_head() {
		let holders = Holders::new(1, 1, Duration::ZERO);
		assert_eq!(holders.standing(ONE, head(5)), Standing::Unknown);
		holders.note(ONE, head(5), None);
		assert_eq!(holders.standing(ONE, head(5)), Standing::Refused(None));
		assert_eq!(holders.standing((8, ONE.1), head(5)), Standing::Unknown, "another listing");
		assert_eq!(holders.standing(ONE, head(6)), Standing::Unknown, "it may have been bought by then");
		holders.note(ONE, head(6), Some(8));
		assert_eq!(holders.standing(ONE, head(7)), Standing::Entitled);
		assert_eq!(holders.standing(ONE, head(8)), Standing::Unknown);
		holders.note(ONE, head(8), Some(8));
		assert_eq!(holders.standing(ONE, head(8)), Standing::Refused(Some(8)));
	}

	#[tokio::test]
	async fn strangers_have_a_few_places_and_each_of_them_one() {
		let holders = Holders::new(1, 0, Duration::from_secs(300));
		let first = holders.turn(ONE).await.expect("a place");
		let again = holders.turn(ONE).await.expect("the same place");
		assert_eq!(holders.turn((7, [2; 32])).await.err(), Some(NoPlace::Full));
		drop(first);
		assert_eq!(holders.turn((7, [2; 32])).await.err(), Some(NoPlace::Full));
		drop(again);
		holders.turn((7, [2; 32])).await.expect("free again");
	}

	#[tokio::test]
	async fn a_stranger_waits_for_a_while() {
		let holders = Holders::new(1, 1, Duration::from_millis(20));
		let _first = holders.turn(ONE).await.expect("a place");
		assert_eq!(holders.turn((7, [2; 32])).await.err(), Some(NoPlace::TooLate));
	}
}
