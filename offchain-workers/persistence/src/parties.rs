//! Who has a part in which dispute, as the chain said last, so that strangers cannot keep the light client from them: who has is looked up at once, and
//! for all others there are a few places.

use crate::chain::CaseFacts;
use souk_protocol::AccountId;
use std::{
	collections::BTreeMap,
	sync::{Mutex, MutexGuard, PoisonError},
};

/// Disputes that are remembered at a time: of more, those that were opened last.
const MOST: usize = 4_096;

/// The memory. It says who does not wait, and never who may read: that is what the chain says then.
#[derive(Default)]
pub(crate) struct Parties(Mutex<BTreeMap<u64, CaseFacts>>);

impl Parties {
	/// Remembers what the chain says about a case: nothing, where it does not have it.
	pub(crate) fn note(&self, case: u64, facts: Option<CaseFacts>) {
		let mut known = self.known();
		match facts {
			Some(facts) => known.insert(case, facts),
			None => known.remove(&case),
		};
		if known.len() > MOST {
			known.pop_first();
		}
	}

	/// Whether an account was seen to have a part in a case that it has at a block.
	pub(crate) fn has(&self, case: u64, account: &AccountId, block: u32) -> bool {
		self.known().get(&case).is_some_and(|facts| facts.part_of(account, block).is_some())
	}

	fn known(&self) -> MutexGuard<'_, BTreeMap<u64, CaseFacts>> {
		// A map that a panicking task left behind is still a map.
		self.0.lock().unwrap_or_else(PoisonError::into_inner)
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::chain::ReviewerFacts;

	fn case(juror: u8, until: Option<u32>) -> CaseFacts {
		CaseFacts {
			sides: [[1; 32], [2; 32]],
			open: true,
			evidence: Vec::new(),
			jurors: vec![([juror; 32], None)],
			reviewers: vec![ReviewerFacts { account: [4; 32], key: [0; 32], until }],
		}
	}

	#[test]
	fn whoever_had_a_part_at_the_last_look_is_known() {
		let parties = Parties::default();
		let known = |block| [1, 2, 3, 4, 5].map(|who| parties.has(7, &[who; 32], block));
		assert_eq!(known(10), [false; 5]);
		parties.note(7, Some(case(3, None)));
		assert_eq!(known(10), [true, true, true, false, false], "asking for access is nothing yet");
		assert!(!parties.has(8, &[1; 32], 10), "another case");
		parties.note(7, Some(case(5, Some(11))));
		assert_eq!(known(10), [true, true, false, true, true]);
		assert_eq!(known(11), [true, true, false, false, true], "the access is over");
		parties.note(7, None);
		assert_eq!(known(10), [false; 5]);
	}

	#[test]
	fn the_newest_cases_are_remembered() {
		let parties = Parties::default();
		for id in (0..=MOST as u64).rev() {
			parties.note(id, Some(case(3, None)));
		}
		let known = |id| parties.has(id, &[1; 32], 1);
		assert_eq!([0, 1, MOST as u64].map(known), [false, true, true]);
	}
}
