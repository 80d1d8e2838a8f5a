//! What happens by itself: rights, tallies and credentials end.

use crate::*;
use frame_support::{
	traits::Get,
	weights::{Weight, WeightMeter},
};
use souk_primitives::turns;

impl<T: Config> Pallet<T> {
	/// The most weight that the hook takes before a block's transactions: a thirty-second of a block. Nobody waits for it but
	/// deposits.
	pub(crate) fn hook_limit() -> Weight {
		turns::part_of_block(T::BlockWeights::get().max_block, 32)
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
			Self::take_turn,
		);
		meter.consumed()
	}

	/// The end of whatever has it now.
	pub(crate) fn take_turn(turn: TurnOf<T>) {
		match turn {
			Turn::Right(deal) => Self::end_right(deal),
			Turn::Tally(rated) => Self::end_tally(rated),
			Turn::Credential(id) => Self::end_credential(id),
		}
	}
}
