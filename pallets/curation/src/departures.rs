//! Who has left a listing while somebody's money for their work is held, or while what they have signed can be reported: a list without FRAME.
//!
//! Departures of a listing are numbered. A period that is paid for gets a mark: the number of the first departure that
//! it overlaps, or of the next one. A departure is forgotten when no mark is left that is not higher than its number, and not before
//! its time.
//!
//! ```text
//!   blocks    ──┬─────────┬──────┬─────────────┬───> now
//!   periods     │ mark 0  │      │ mark 1      │ mark 2
//!   departures            └ 0           └ 1      └ 2, when it comes
//! ```

use alloc::vec::Vec;
use codec::{Decode, Encode, MaxEncodedLen};
use frame_support::{
	traits::Get, BoundedVec, CloneNoBound, DebugNoBound, DefaultNoBound, EqNoBound, PartialEqNoBound,
};
use scale_info::TypeInfo;
use souk_primitives::{Balance, NodeRole};

/// A node that has left a listing.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Departure<AccountId> {
	/// The node.
	pub node: AccountId,
	/// What it did.
	pub role: NodeRole,
	/// Block of the assignment.
	pub since: u32,
	/// Block of the departure: the first in which it earned nothing.
	pub until: u32,
	/// Whether it had agreed to the assignment.
	pub agreed: bool,
	/// Periods with this departure's number as their mark that are not settled.
	pub periods: u32,
	/// Whose deposit it is.
	pub curator: AccountId,
	/// What is held for this record's bytes, in planck: a part of the assignment's deposit.
	pub deposit: Balance,
}

/// The departures from a listing that are remembered, oldest first.
#[derive(
	CloneNoBound,
	DebugNoBound,
	DefaultNoBound,
	PartialEqNoBound,
	EqNoBound,
	Encode,
	Decode,
	MaxEncodedLen,
	TypeInfo,
)]
#[codec(mel_bound(AccountId: MaxEncodedLen, MaxTerms: Get<u32>))]
#[scale_info(skip_type_params(MaxTerms))]
pub struct Departures<AccountId: Clone + Eq + core::fmt::Debug, MaxTerms: Get<u32>> {
	/// Number of the next departure.
	pub next: u32,
	/// Periods marked with that number that are not settled.
	pub running: u32,
	/// Those that are remembered; the last one has the number before `next`.
	pub nodes: BoundedVec<Departure<AccountId>, MaxTerms>,
}

impl<AccountId: Clone + Eq + core::fmt::Debug, MaxTerms: Get<u32>> Departures<AccountId, MaxTerms> {
	/// Notes a period that begins in block `start`. Returns its mark.
	pub fn begin(&mut self, start: u32) -> u32 {
		let mut mark = self.first();
		for departure in self.nodes.iter_mut() {
			if departure.until > start {
				departure.periods = departure.periods.saturating_add(1);
				return mark;
			}
			mark = mark.saturating_add(1);
		}
		self.running = self.running.saturating_add(1);
		mark
	}

	/// Notes that a period with this mark is settled.
	pub fn settle(&mut self, mark: u32) {
		if mark >= self.next {
			self.running = self.running.saturating_sub(1);
			return;
		}
		let at = usize::try_from(mark.saturating_sub(self.first())).unwrap_or(usize::MAX);
		if let Some(departure) = self.nodes.get_mut(at) {
			departure.periods = departure.periods.saturating_sub(1);
		}
	}

	/// Remembers a departure; `periods` of it is set here. Gives it back where there is no room.
	pub fn remember(&mut self, departure: Departure<AccountId>) -> Result<(), Departure<AccountId>> {
		let periods = self.running;
		self.nodes.try_push(Departure { periods, ..departure })?;
		self.running = 0;
		self.next = self.next.saturating_add(1);
		Ok(())
	}

	/// Forgets the departures up to block `by` that no period which is not settled can overlap, and returns them.
	pub fn forget(&mut self, by: u32) -> Vec<Departure<AccountId>> {
		let is_kept = |departure: &Departure<AccountId>| departure.periods > 0 || departure.until > by;
		let kept = self.nodes.iter().position(is_kept).unwrap_or(self.nodes.len());
		let (mut old, mut left) = (Vec::new(), kept);
		self.nodes.retain(|departure| {
			let forgotten = left > 0;
			if forgotten {
				left = left.saturating_sub(1);
				old.push(departure.clone());
			}
			!forgotten
		});
		old
	}

	/// Whether no period is noted and nobody remembered.
	pub fn is_empty(&self) -> bool {
		self.running == 0 && self.nodes.is_empty()
	}

	/// Number of the oldest departure that is remembered, or of the next.
	fn first(&self) -> u32 {
		self.next.saturating_sub(u32::try_from(self.nodes.len()).unwrap_or(u32::MAX))
	}
}
