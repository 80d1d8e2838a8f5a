//! What happens by itself: times are up, and listings end.

use crate::*;
use frame_support::{
	traits::Get,
	weights::{Weight, WeightMeter},
};
use souk_primitives::turns;

impl<T: Config> Pallet<T> {
	/// The most weight that the hook takes before a block's transactions: a sixteenth of a block.
	pub(crate) fn hook_limit() -> Weight {
		turns::part_of_block(T::BlockWeights::get().max_block, 16)
	}

	/// Works off the queues up to block `now`, oldest first, and then the tabs of listings that have ended, as far as `limit` allows.
	/// What is left is done in what room the block has after its transactions, or in the next block. Returns the weight that was used.
	pub(crate) fn work_off(now: u32, limit: Weight) -> Weight {
		let mut meter = WeightMeter::with_limit(limit);
		let room = turns::work_off::<NextDue<T>, _, _>(
			now,
			&mut meter,
			T::DbWeight::get().reads(2),
			T::WeightInfo::work_off(),
			T::WeightInfo::turn(),
			Due::<T>::iter_key_prefix,
			|key| Self::take_turn(TabId::from_be_bytes(key)),
		);
		if room {
			Self::close_tabs_of_ended(&mut meter);
		}
		meter.consumed()
	}

	/// A tab's turn, at or after the block in which something is due for it.
	pub(crate) fn take_turn(tab: TabId) {
		let Some(record) = Tabs::<T>::get(tab) else { return };
		match record.phase {
			Phase::Open { .. } => Self::close(tab, record, Reason::Expired),
			Phase::Closing { .. } | Phase::Over => {
				Self::finish(tab, record);
			}
		}
	}

	/// Closes the tabs of listings that have ended.
	fn close_tabs_of_ended(meter: &mut WeightMeter) {
		while let Some((listing, mut last)) = Endings::<T>::iter().next() {
			// It is read again after each listing.
			if meter.try_consume(T::WeightInfo::work_off()).is_err() {
				return;
			}
			let tabs = match last {
				None => TabsOf::<T>::iter_key_prefix(listing),
				Some(tab) => {
					let start = TabsOf::<T>::hashed_key_for(listing, Self::key(tab));
					TabsOf::<T>::iter_key_prefix_from(listing, start)
				}
			};
			for key in tabs {
				if meter.try_consume(T::WeightInfo::turn()).is_err() {
					Endings::<T>::insert(listing, last);
					return;
				}
				let tab = TabId::from_be_bytes(key);
				last = Some(tab);
				if let Some(record) = Tabs::<T>::get(tab) {
					if matches!(record.phase, Phase::Open { .. }) {
						Self::close(tab, record, Reason::ListingEnded);
					}
				}
			}
			Endings::<T>::remove(listing);
		}
	}
}
