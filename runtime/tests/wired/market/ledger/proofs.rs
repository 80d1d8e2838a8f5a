//! The keys of the proofs in the ledger: which there are, and which statements are paused.

use super::*;
use deeds::ProofsAct;
use souk_proof_primitives::statements::{Era, StatementId};

/// What there is of one statement.
#[derive(Default)]
pub struct Provable {
	/// Eras whose keys are not retired, without that of the development keys; and the last one that there ever was.
	live: BTreeSet<u32>,
	last: u32,
	/// From which block on it is paused, or is not, in their order.
	turns: Vec<(u32, bool)>,
}

impl Provable {
	pub(super) fn is_paused(&self, block: u32) -> bool {
		self.turns.iter().rev().find(|(from, _)| *from <= block).is_some_and(|(_, paused)| *paused)
	}
}

impl Ledger {
	/// The era under whose key proofs are made; that of the development keys, whose secrets nobody has here, where all others
	/// are retired.
	pub fn newest_era(&self, statement: StatementId) -> Era {
		Era(self.proofs[&statement].live.last().copied().unwrap_or(0))
	}

	pub fn next_era(&self, statement: StatementId) -> Era {
		Era(self.proofs[&statement].last + 1)
	}

	/// The keys that a market starts with.
	pub(super) fn first_keys() -> BTreeMap<StatementId, Provable> {
		let first = || Provable { live: BTreeSet::from([1]), last: 1, turns: Vec::new() };
		StatementId::ALL.into_iter().map(|statement| (statement, first())).collect()
	}

	/// Whether proofs of a statement are taken in this block that can be made here.
	pub(super) fn proves(&self, statement: StatementId) -> bool {
		self.newest_era(statement).0 > 0 && !self.proofs[&statement].is_paused(self.now)
	}

	pub fn may_do_with_proofs(&self, act: ProofsAct) -> bool {
		let next = |statement: StatementId| self.proofs[&statement].is_paused(self.now + 1);
		match act {
			ProofsAct::Register(_) => true,
			ProofsAct::Retire(statement) => !self.proofs[&statement].live.is_empty(),
			ProofsAct::Pause(statement) => !next(statement),
			ProofsAct::Resume(statement) => next(statement),
			ProofsAct::Verify { right } => right && self.proves(StatementId::ChunkKey),
		}
	}

	pub(super) fn do_with_proofs(&mut self, act: ProofsAct) {
		let next = self.now + 1;
		let (ProofsAct::Register(statement)
		| ProofsAct::Retire(statement)
		| ProofsAct::Pause(statement)
		| ProofsAct::Resume(statement)) = act
		else {
			return;
		};
		let provable = self.proofs.get_mut(&statement).expect("there are two");
		match act {
			ProofsAct::Register(_) => {
				provable.last += 1;
				provable.live.insert(provable.last);
			}
			ProofsAct::Retire(_) => {
				provable.live.pop_last();
			}
			ProofsAct::Pause(_) => provable.turns.push((next, true)),
			ProofsAct::Resume(_) => provable.turns.push((next, false)),
			ProofsAct::Verify { .. } => {}
		}
	}
}
