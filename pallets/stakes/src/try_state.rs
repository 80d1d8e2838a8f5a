//! What must always hold.

use crate::*;
use alloc::collections::{BTreeMap, BTreeSet};
use codec::Encode;
use frame_support::{
	ensure,
	traits::{fungible::InspectHold, Get},
};
use souk_primitives::{reach::Bonds, Balance, Bond};
use sp_runtime::TryRuntimeError;

impl<T: Config> Pallet<T> {
	/// Checks the pallet's invariants:
	///
	/// 1. What is forfeited of a bond is what the fines have left of it. A fine has something left, no more of it is for subscribers
	///    and reporter than that, its number was given out, and its harm could be seen in its block at the latest.
	/// 2. At most `MaxRemembered` offences are remembered against a bond, in the order in which they are forgotten, and none that was to be
	///    forgotten before the first queue that is not worked off.
	/// 3. For each block in which something against a bond is forgotten, each case, announcement, challenge and downtime there is one place in the
	///    queues, and no other place.
	/// 4. What is held on an account for reports and downtimes is the sum of the deposits of its announcement, its cases and its downtime.
	pub fn do_try_state() -> Result<(), TryRuntimeError> {
		Self::try_fines()?;
		Self::try_queues()?;
		Self::try_deposits()
	}

	fn try_deposits() -> Result<(), TryRuntimeError> {
		let mut deposits = BTreeMap::<T::AccountId, Balance>::new();
		let announced = Announcements::<T>::iter().map(|(reporter, record)| (reporter, record.deposit));
		let cases = Cases::<T>::iter_values().map(|record| (record.reporter, record.deposit));
		let away = Downtimes::<T>::iter().map(|(node, record)| (node, record.deposit));
		for (reporter, deposit) in announced.chain(cases).chain(away) {
			let sum = deposits.entry(reporter).or_default();
			*sum = sum.saturating_add(deposit);
		}
		for (reporter, sum) in deposits {
			let held = T::Currency::balance_on_hold(&HoldReason::Deposit.into(), &reporter);
			ensure!(held == sum, "what is held for reports is not the sum of their deposits");
		}
		Ok(())
	}

	fn try_fines() -> Result<(), TryRuntimeError> {
		let mut left = BTreeMap::<Bond<T::AccountId>, Balance>::new();
		for (key, fine) in Fines::<T>::iter() {
			ensure!(FineId::from_be_bytes(key) < NextFineId::<T>::get(), "a fine has a number of the future");
			ensure!(fine.left() > 0, "a fine of which nothing is left was kept");
			ensure!(fine.began <= fine.at, "the harm could be seen after the offence");
			let promised = fine.reporter.as_ref().map_or(0, |(_, amount)| *amount);
			let promised = match fine.stage {
				Stage::Rest => promised,
				_ => promised.saturating_add(fine.subscribers),
			};
			ensure!(promised <= fine.left(), "more of a fine is promised than is left");
			for source in fine.sources {
				let sum = left.entry(source.bond).or_default();
				*sum = sum.saturating_add(source.left);
			}
		}
		for (bond, sum) in left {
			ensure!(
				T::Bonds::forfeited(&bond) == sum,
				"what is forfeited of a bond is not what fines have left"
			);
		}
		Ok(())
	}

	fn try_queues() -> Result<(), TryRuntimeError> {
		let mut turns = BTreeSet::new();
		let next = NextDue::<T>::get().unwrap_or(0);
		for (bond, history) in History::<T>::iter() {
			ensure!(!history.is_empty(), "an empty history was kept");
			let count = u32::try_from(history.len()).unwrap_or(u32::MAX);
			ensure!(count <= T::MaxRemembered::get(), "more is remembered than there is room for");
			ensure!(
				history.iter().zip(history.iter().skip(1)).all(|(a, b)| a.until <= b.until),
				"a history is not sorted"
			);
			for record in history {
				ensure!(record.until >= next, "an offence was to be forgotten");
				turns.insert((record.until, Turn::Forget(bond.clone()).encode()));
			}
		}
		for (reporter, record) in Announcements::<T>::iter() {
			ensure!(record.at < record.until, "an announcement was never worth anything");
			turns.insert((record.until, Turn::Announcement(reporter).encode()));
		}
		for (node, listing, record) in Challenges::<T>::iter() {
			ensure!(record.at < record.until, "a challenge could never be answered");
			turns.insert((record.until, Turn::Challenge(node, listing).encode()));
		}
		for (node, record) in Downtimes::<T>::iter() {
			ensure!(record.from < record.until && record.until <= record.next, "a downtime is none");
			turns.insert((record.next, Turn::Downtime(node).encode()));
		}
		for (case, record) in Cases::<T>::iter() {
			turns.insert((record.until, Turn::<T::AccountId>::Case(case).encode()));
		}
		let queued: BTreeSet<_> = Due::<T>::iter_keys().map(|(block, turn)| (block, turn.encode())).collect();
		ensure!(queued == turns, "the queues do not have what is due");
		Ok(())
	}
}
