//! What happens by itself: times are up.

use crate::*;
use frame_support::{
	traits::Get,
	weights::{Weight, WeightMeter},
};
use souk_primitives::{reach::Juries as _, turns};
use sp_runtime::Permill;

impl<T: Config> Pallet<T> {
	/// The most weight that the hook takes before a block's transactions: an eighth of a block.
	pub(crate) fn hook_limit() -> Weight {
		turns::part_of_block(T::BlockWeights::get().max_block, 8)
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
			|key| Self::take_turn(OrderId::from_be_bytes(key)),
		);
		meter.consumed()
	}

	/// An order's turn, at or after the block in which something is due for it.
	pub(crate) fn take_turn(order: OrderId) {
		let Some(mut record) = Orders::<T>::get(order) else { return };
		Self::unqueue(order, &mut record);
		if let Some(Pending { owed, back, outcome, .. }) = record.pending {
			Self::decide(order, record, owed, back, outcome);
			return;
		}
		match record.state {
			OrderState::Delivered if record.window_until.is_some_and(|until| Self::now() < until) => {
				Self::pay_what_a_batch_left(order, record);
			}
			OrderState::Disputed if Self::awaits_ruling(order, &record) => {
				// The case ends by itself; blocks had no room for it yet.
				let later = Self::now().saturating_add(T::RetryEvery::get());
				Self::queue(order, &mut record, later);
				Self::store(order, record);
			}
			OrderState::Created | OrderState::Funded | OrderState::Delivered | OrderState::Disputed => {
				Self::time_out(order, record);
			}
			// An order in one of these waits for money that is pending, or for nothing.
			OrderState::Confirmed | OrderState::Refunded | OrderState::Released => Self::store(order, record),
		}
	}

	/// Whether a jury will rule on an order.
	pub(crate) fn awaits_ruling(order: OrderId, record: &OrderRecordOf<T>) -> bool {
		record.state == OrderState::Disputed && T::Juries::is_open(order)
	}

	/// Nobody did in time what an order was waiting for.
	fn time_out(order: OrderId, record: OrderRecordOf<T>) {
		Self::deposit_event(Event::TimedOut { order, state: record.state });
		let (held, part) = (record.held, record.part_amount());
		match record.state {
			// Nobody took the offer.
			OrderState::Created => Self::end(order, record, OrderState::Refunded),
			// Nothing was delivered.
			OrderState::Funded => {
				Self::decide(order, record, 0, held, Outcome::Refunded);
			}
			// Nobody objected to what was.
			OrderState::Delivered => {
				Self::decide(order, record, part, 0, Outcome::NextPart);
			}
			// Nobody ruled.
			OrderState::Disputed => {
				let buyer_share = Self::share_without_ruling(&record);
				Self::divide_disputed(order, record, buyer_share);
			}
			OrderState::Confirmed | OrderState::Refunded | OrderState::Released => {}
		}
	}

	/// What the buyer gets back of what is disputed where nobody rules. What was delivered of data is proved: there is no doubt to
	/// be divided.
	pub(crate) fn share_without_ruling(record: &OrderRecordOf<T>) -> Permill {
		if record.goods().is_some() {
			T::DisputeBuyerShare::get()
		} else {
			Permill::zero()
		}
	}

	/// Pays a delivery that was in a batch with more recipients than one call pays.
	fn pay_what_a_batch_left(order: OrderId, mut record: OrderRecordOf<T>) {
		Self::pay_early(order, &mut record, u32::MAX);
		let until = record.window_until.unwrap_or_else(Self::now);
		Self::queue(order, &mut record, until);
		Self::store(order, record);
	}
}
