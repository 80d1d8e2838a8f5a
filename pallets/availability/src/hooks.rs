//! What happens by itself: periods begin, and are judged when they are over.

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

	/// Begins a period where none runs, and judges one that is over, as far as `limit` allows. What is left is done in what room the block
	/// has after its transactions, or in the next block. Returns the weight that was used.
	pub(crate) fn go_on(now: u32, limit: Weight) -> Weight {
		let mut meter = WeightMeter::with_limit(limit);
		if meter.try_consume(T::WeightInfo::look()).is_err() {
			return meter.consumed();
		}
		let every = T::Every::get();
		match Current::<T>::get() {
			Some(period) if now < period.until => Self::shorten(now, every, period),
			Some(period) => Self::judge(period, &mut meter),
			None => {
				if every > 0 && meter.try_consume(T::WeightInfo::begin()).is_ok() {
					Self::begin(now, every);
				}
			}
		}
		meter.consumed()
	}
}
