//! Whose turn comes when.

use crate::*;
use souk_primitives::{Holder, ListingId};

impl<T: Config> Pallet<T> {
	/// Gives `holder`'s subscription to `listing` its turn in the first block from `at` on that has room, and never in
	/// this block or before it. Returns that block, or `None` where the next [`LOOK_AHEAD`] queues are full.
	pub(crate) fn enqueue(at: u32, holder: &Holder<T::AccountId>, listing: ListingId) -> Option<u32> {
		let first = at.max(Self::now().saturating_add(1));
		let last = first.saturating_add(LOOK_AHEAD);
		(first..=last).find(|block| Due::<T>::try_append(block, (holder.clone(), listing)).is_ok())
	}

	/// Takes a subscription out of the queue it waits in.
	pub(crate) fn unqueue(
		record: &mut SubscriptionRecordOf<T>,
		holder: &Holder<T::AccountId>,
		listing: ListingId,
	) {
		let Some(block) = record.queued_at.take() else { return };
		Due::<T>::mutate_exists(block, |slot| {
			if let Some(queue) = slot {
				queue.retain(|(other, id)| other != holder || *id != listing);
				if queue.is_empty() {
					*slot = None;
				}
			}
		});
	}
}
