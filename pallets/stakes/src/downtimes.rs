//! Who said in time that they would be away.

use crate::*;
use codec::MaxEncodedLen;
use frame_support::{ensure, pallet_prelude::DispatchResult, traits::Get};
use souk_primitives::{reach::Bonds, Bond};

impl<T: Config> Pallet<T> {
	pub(crate) fn do_announce_downtime(node: T::AccountId, from: u32, blocks: u32) -> DispatchResult {
		ensure!(T::Bonds::bonded(&Bond::Node(node.clone())) > 0, Error::<T>::NothingAtStake);
		ensure!((1..=T::MaxDowntime::get()).contains(&blocks), Error::<T>::BadDowntime);
		let noticed = Self::now().saturating_add(T::DowntimeNotice::get());
		ensure!(
			from >= noticed && from <= noticed.saturating_add(T::DowntimeEvery::get()),
			Error::<T>::BadDowntime
		);
		ensure!(!Downtimes::<T>::contains_key(&node), Error::<T>::AwayTooOften);

		let deposit = Self::downtime_deposit(&node);
		Self::hold_deposit(&node, deposit)?;
		let until = from.saturating_add(blocks);
		let next = from.saturating_add(T::DowntimeEvery::get());
		Due::<T>::insert(next, Turn::Downtime(node.clone()), ());
		Downtimes::<T>::insert(&node, DowntimeRecord { from, until, next, deposit });
		Self::deposit_event(Event::DowntimeAnnounced { node, from, until });
		Ok(())
	}

	/// Whether a node said that it would be away in any block from `from` up to, not including, `until`.
	pub(crate) fn said_away(node: &T::AccountId, from: u32, until: u32) -> bool {
		Downtimes::<T>::get(node).is_some_and(|downtime| downtime.from < until && from < downtime.until)
	}

	/// Forgets a downtime so that the next one can be announced, and returns its deposit. Where that cannot be, it is tried again.
	pub(crate) fn end_downtime(node: T::AccountId) {
		let Some(mut record) = Downtimes::<T>::get(&node) else { return };
		if Self::return_deposit(&node, record.deposit).is_ok() {
			Downtimes::<T>::remove(&node);
			return;
		}
		record.next = Self::now().saturating_add(T::RetryEvery::get().max(1));
		Due::<T>::insert(record.next, Turn::Downtime(node.clone()), ());
		Downtimes::<T>::insert(&node, record);
	}

	/// What the bytes of a downtime cost, with its turn; in planck.
	pub(crate) fn downtime_deposit(node: &T::AccountId) -> souk_primitives::Balance {
		Self::deposit_for([
			Downtimes::<T>::hashed_key_for(node).len(),
			DowntimeRecord::max_encoded_len(),
			Due::<T>::hashed_key_for(0, Turn::Downtime(node.clone())).len(),
		])
	}
}
