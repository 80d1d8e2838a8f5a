//! Whose turn comes when.

use crate::*;
use codec::Encode;
use souk_primitives::{Holder, ListingId};
use sp_io::hashing::blake2_256;

/// How many queues one after the other a renewal looks at for a place.
pub(crate) const NEAR: u32 = 48;
/// How many others after that, which nobody knows before. Together they are no more than the queues that anything else looks at.
const FAR: u32 = 16;

impl<T: Config> Pallet<T> {
	/// Gives `holder`'s subscription to `listing` its turn in the first block from `at` on that has room, and never in
	/// this block or before it. Returns that block, or `None` where the next [`LOOK_AHEAD`] queues are full.
	pub(crate) fn enqueue(at: u32, holder: &Holder<T::AccountId>, listing: ListingId) -> Option<u32> {
		let first = Self::first_from(at);
		let last = first.saturating_add(LOOK_AHEAD);
		(first..=last).find(|block| Self::takes(*block, holder, listing))
	}

	/// The same of a turn without which the subscription lapses. Where the next queues are full, it is anywhere in the `reach` blocks from `at`
	/// on.
	pub(crate) fn enqueue_within(
		at: u32,
		reach: u32,
		holder: &Holder<T::AccountId>,
		listing: ListingId,
	) -> Option<u32> {
		Self::places(Self::first_from(at), reach, holder, listing)
			.find(|block| Self::takes(*block, holder, listing))
	}

	/// The queues that [`Self::enqueue_within`] looks at. Whoever would have somebody's subscription lapse cannot fill those that are drawn: all
	/// within reach, or none. Where it reaches no further than the first ones, the others are the next.
	pub(crate) fn places<'a>(
		first: u32,
		reach: u32,
		holder: &'a Holder<T::AccountId>,
		listing: ListingId,
	) -> impl Iterator<Item = u32> + 'a {
		let after = first.saturating_add(NEAR);
		let span = reach.saturating_sub(NEAR);
		let far = (0..FAR).map(move |number| {
			let away = Self::draw(holder, listing, number).checked_rem(span).unwrap_or(number);
			after.saturating_add(away)
		});
		(first..after).chain(far)
	}

	/// A number that nobody knows before the block.
	fn draw(holder: &Holder<T::AccountId>, listing: ListingId, number: u32) -> u32 {
		let parent = frame_system::Pallet::<T>::parent_hash();
		let hash = blake2_256(&(b"souk/turn/v1", parent, holder, listing, number).encode());
		let [a, b, c, d, ..] = hash;
		u32::from_le_bytes([a, b, c, d])
	}

	fn first_from(at: u32) -> u32 {
		at.max(Self::now().saturating_add(1))
	}

	/// Whether a block's queue has had room for it.
	fn takes(block: u32, holder: &Holder<T::AccountId>, listing: ListingId) -> bool {
		Due::<T>::try_append(block, (holder.clone(), listing)).is_ok()
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
