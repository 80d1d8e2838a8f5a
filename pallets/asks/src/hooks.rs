//! What happens by itself: times are up.

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

	/// Works off the queues up to block `now`, oldest first, as far as `limit` allows. What is left stays in its queue, and is
	/// done in what room the block has after its transactions, or in the next block. Returns the weight that was used.
	pub(crate) fn work_off(now: u32, limit: Weight) -> Weight {
		let mut meter = WeightMeter::with_limit(limit);
		turns::work_off::<NextDue<T>, _, _>(
			now,
			&mut meter,
			T::DbWeight::get().reads(1),
			T::WeightInfo::work_off(),
			T::WeightInfo::turn(),
			Due::<T>::iter_key_prefix,
			|key| Self::take_turn(AskId::from_be_bytes(key)),
		);
		meter.consumed()
	}

	/// An ask's turn, at or after the block in which something is due for it.
	pub(crate) fn take_turn(ask: AskId) {
		let Some(mut record) = Asks::<T>::get(ask) else { return };
		Self::unqueue(ask, &mut record);
		if record.state == AskState::Open {
			Self::deposit_event(Event::TimedOut { ask });
			record.state = AskState::Refunded;
		}
		Self::settle(ask, record);
	}
}
