//! What a runtime has to have room for. It is looked at when the runtime is tested.

use crate::*;
use frame_support::{dispatch::DispatchClass, traits::Get};

impl<T: Config> Pallet<T> {
	/// Panics if a block has no room for one turn of the hooks, or for a full batch.
	pub(crate) fn assert_room() {
		let one = T::WeightInfo::work_off().saturating_add(T::WeightInfo::turn());
		assert!(one.all_lte(Self::hook_limit()), "a block has no room for a single turn");
		let batch = T::WeightInfo::deliver_batch(MAX_BATCH, MAX_ERAS);
		let room = T::BlockWeights::get().get(DispatchClass::Normal).max_extrinsic;
		assert!(
			room.is_none_or(|room| batch.all_lte(room)),
			"a block has no room for a full batch: {batch:?} in {room:?}"
		);
	}
}
