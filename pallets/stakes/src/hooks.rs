//! What happens by itself: challenges are made and missed, fines are divided, offences are forgotten.

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

	/// Works off the queues up to block `now`, then goes on with the round and with the fines, all oldest first, as far as `limit` allows. What is left
	/// is done in what room the block has after its transactions, or in the next block. Returns the weight that was used.
	pub(crate) fn work_off(now: u32, limit: Weight) -> Weight {
		let mut meter = WeightMeter::with_limit(limit);
		let room = turns::work_off::<NextDue<T>, _, _>(
			now,
			&mut meter,
			T::DbWeight::get().reads(1),
			T::WeightInfo::work_off(),
			T::WeightInfo::turn(),
			|block| Due::<T>::iter_key_prefix(block).map(move |turn| (block, turn)),
			|(block, turn)| Self::take_turn(block, turn),
		);
		if room {
			Self::go_round(now, &mut meter);
			Self::divide(now, &mut meter);
		}
		meter.consumed()
	}

	/// Does what is due, at or after the block in whose queue it waits.
	pub(crate) fn take_turn(block: u32, turn: Turn<T::AccountId>) {
		Due::<T>::remove(block, &turn);
		match turn {
			Turn::Forget(bond) => Self::forget(&bond),
			Turn::Case(case) => Self::close_case(case),
			Turn::Announcement(reporter) => Self::expire_announcement(reporter),
			Turn::Challenge(node, listing) => Self::miss(node, listing),
			Turn::Downtime(node) => Self::end_downtime(node),
		}
	}
}
