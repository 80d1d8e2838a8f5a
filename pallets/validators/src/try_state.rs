//! What must always hold.

use crate::*;
use alloc::vec::Vec;
use frame_support::{
	ensure,
	traits::{fungible::InspectHold, Get},
};
use sp_runtime::TryRuntimeError;

impl<T: Config> Pallet<T> {
	/// Checks the pallet's invariants:
	///
	/// 1. What is held for `Bond` on a validator's account is its active bond plus all that is on its way out, and no
	///    ledger is empty.
	/// 2. Candidates are sorted, listed once, and bonded.
	/// 3. No set is empty once there was a first one. (It has `MinValidators` members at least as long as no member removes
	///    its session keys; the session pallet lets it do so without asking.)
	/// 4. Exposures are remembered for the planned session and `HistoryDepth` before it, and for no others.
	pub fn do_try_state() -> Result<(), TryRuntimeError> {
		for (account, ledger) in Ledgers::<T>::iter() {
			let held = T::Currency::balance_on_hold(&HoldReason::Bond.into(), &account);
			ensure!(held == ledger.total(), "a validator's hold is not the sum of its bond");
			ensure!(held > 0, "an empty ledger was kept");
		}

		let candidates = Candidates::<T>::get();
		ensure!(
			candidates.iter().zip(candidates.iter().skip(1)).all(|(a, b)| a < b),
			"candidates are not sorted, or one is listed twice"
		);
		ensure!(candidates.iter().all(Ledgers::<T>::contains_key), "a candidate has no bond");

		let planned = CurrentSession::<T>::get().saturating_add(1);
		let oldest = planned.saturating_sub(T::HistoryDepth::get());
		let mut sets: Vec<_> = Exposures::<T>::iter().collect();
		sets.sort_by_key(|(session, _)| *session);
		ensure!(
			sets.iter().all(|(session, _)| (oldest..=planned).contains(session)),
			"an exposure outlived the history"
		);
		let mut since_first = sets.iter().skip_while(|(_, set)| set.is_empty());
		ensure!(since_first.all(|(_, set)| !set.is_empty()), "a set is empty");
		Ok(())
	}
}
