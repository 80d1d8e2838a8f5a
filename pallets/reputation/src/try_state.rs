//! What must always hold.

use crate::*;
use alloc::collections::{BTreeMap, BTreeSet};
use codec::Encode;
use frame_support::ensure;
use souk_primitives::Balance;
use sp_runtime::TryRuntimeError;

impl<T: Config> Pallet<T> {
	/// Checks the pallet's invariants:
	///
	/// 1. What is held on an account is the sum of the deposits of its rights, tallies and credentials.
	/// 2. Each of them has exactly one place in the queues, in the block in which it ends, not before the first that is not worked
	///    off; each place is such a one's.
	/// 3. The right to an order is stored only once it was used.
	/// 4. Somebody was said something of, where a tally is kept.
	/// 5. A credential is not by and about the same account, and the index holds those of each issuer and subject.
	pub fn do_try_state() -> Result<(), TryRuntimeError> {
		let mut deposits = BTreeMap::<T::AccountId, Balance>::new();
		let mut places = BTreeSet::new();
		let mut deposit = |who: &T::AccountId, amount: Balance| {
			let sum = deposits.entry(who.clone()).or_default();
			*sum = sum.saturating_add(amount);
		};

		for (deal, right) in Rights::<T>::iter() {
			deposit(&right.depositor, right.deposit);
			let used = right.payer_rated || right.curator_rated;
			ensure!(used || matches!(deal, Deal::Period { .. }), "a right to an order is stored for nothing");
			places.insert((right.until, Turn::Right(deal).encode()));
		}
		for (rated, tally) in Tallies::<T>::iter() {
			deposit(&tally.depositor, tally.deposit);
			ensure!(range_of(&tally.scores).is_some(), "a tally is kept of nothing");
			places.insert((tally.until, Turn::Tally(rated).encode()));
		}
		let mut index = BTreeSet::new();
		for (id, record) in Credentials::<T>::iter() {
			deposit(&record.issuer, record.deposit);
			ensure!(record.issuer != record.subject, "a credential is by and about the same account");
			index.insert((record.issuer, id.key()));
			index.insert((record.subject, id.key()));
			places.insert((record.until, TurnOf::<T>::Credential(id).encode()));
		}

		for (block, turn, ()) in Due::<T>::iter() {
			ensure!(places.remove(&(block, turn.encode())), "a place in a queue belongs to nobody");
			ensure!(
				NextDue::<T>::get().is_none_or(|next| block >= next),
				"a queue was passed over before it was worked off"
			);
		}
		ensure!(places.is_empty(), "something is not where it waits for its end");
		let indexed: BTreeSet<_> = CredentialsOf::<T>::iter().map(|(who, key, ())| (who, key)).collect();
		ensure!(indexed == index, "the index of credentials is wrong");
		for (who, sum) in deposits {
			ensure!(Self::held(&who) == sum, "what is held is not the sum of the deposits");
		}
		Ok(())
	}
}
