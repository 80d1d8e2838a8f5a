//! How orders end otherwise than by delivery: given up, disputed, timed out, forgotten.

use crate::*;
use frame_support::{ensure, pallet_prelude::DispatchResult, traits::Get};
use souk_primitives::{
	reach::{Dispute, Juries as _, Ratings as _, Side},
	Digest,
};
use sp_runtime::Permill;

impl<T: Config> Pallet<T> {
	pub(crate) fn do_cancel(who: T::AccountId, order: OrderId) -> DispatchResult {
		let record = Self::found(order)?;
		let sells = record.seller == who;
		ensure!(sells || record.buyer == who, Error::<T>::NotAuthorized);
		Self::ensure_undecided(&record)?;
		match record.state {
			OrderState::Created => {
				Self::deposit_event(Event::Cancelled { order, by: who });
				Self::end(order, record, OrderState::Refunded);
				return Ok(());
			}
			// The key may be on its way; and what was proved has been earned by those who serve the listing.
			_ if record.data().is_some() => {
				ensure!(record.state == OrderState::Funded, Error::<T>::AlreadyDelivered);
				ensure!(sells, Error::<T>::KeyOnItsWay);
			}
			// What goes back is the seller's to give.
			_ if sells => {}
			OrderState::Funded => {
				let begun = record.goods().is_none_or(|goods| goods.current > 0);
				ensure!(!begun, Error::<T>::AlreadyDelivered);
			}
			_ => return Err(Error::<T>::AlreadyDelivered.into()),
		}
		Self::deposit_event(Event::Cancelled { order, by: who });
		Self::give_in(order, &record, Side::Seller);
		let held = record.held;
		Self::decide(order, record, 0, held, Outcome::Refunded);
		Ok(())
	}

	pub(crate) fn do_dispute(who: T::AccountId, order: OrderId, evidence: Digest) -> DispatchResult {
		let mut record = Self::found(order)?;
		let sells = record.seller == who;
		ensure!(sells || record.buyer == who, Error::<T>::NotAuthorized);
		Self::ensure_undecided(&record)?;
		ensure!(record.state != OrderState::Disputed, Error::<T>::AlreadyDisputed);
		ensure!(record.held > 0, Error::<T>::NothingHeld);
		if record.state == OrderState::Funded {
			// Nobody gets a share of what is held without having delivered; and the buyer of a snapshot could have seen the key.
			ensure!(!sells && record.data().is_none(), Error::<T>::NotDelivered);
		}
		let in_time = match record.state {
			OrderState::Delivered => record.window_until.is_some_and(|until| Self::now() < until),
			_ => Self::in_time(&record),
		};
		ensure!(in_time, Error::<T>::Expired);
		let dispute = Dispute {
			order,
			listing: record.listing,
			buyer: record.buyer.clone(),
			seller: record.seller.clone(),
			opener: if sells { Side::Seller } else { Side::Buyer },
			window_until: record.window_until,
			evidence,
		};
		// A case ends by itself before that; where there is none, the dispute does.
		let longest = T::Juries::open(dispute)?.unwrap_or(0).max(T::DisputeTimeout::get());
		record.state = OrderState::Disputed;
		record.evidence = Some(evidence);
		let until = Self::now().saturating_add(longest);
		let until = Self::queue(order, &mut record, until);
		Self::store(order, record);
		Self::deposit_event(Event::Disputed { order, by: who, evidence, until });
		Ok(())
	}

	pub(crate) fn do_resolve(order: OrderId, buyer_share: Permill) -> DispatchResult {
		let record = Self::found(order)?;
		Self::ensure_undecided(&record)?;
		ensure!(record.state == OrderState::Disputed, Error::<T>::NotDisputed);
		ensure!(!T::Juries::is_open(order), Error::<T>::CaseOpen);
		Self::deposit_event(Event::Resolved { order, buyer_share });
		Self::divide_disputed(order, record, buyer_share);
		Ok(())
	}

	/// Tells the jury of a disputed order, if there is one, that a side has given in, or was proved wrong.
	pub(crate) fn give_in(order: OrderId, record: &OrderRecordOf<T>, side: Side) {
		if record.state == OrderState::Disputed {
			T::Juries::settled(order, side.other());
		}
	}

	pub(crate) fn do_claim_timeout(order: OrderId) -> DispatchResult {
		let record = Self::found(order)?;
		ensure!(record.ended_at.is_none(), Error::<T>::Ended);
		if let Some(Pending { owed, back, outcome, .. }) = record.pending {
			let moved = Self::decide(order, record, owed, back, outcome);
			ensure!(moved, Error::<T>::SettlementPending);
			return Ok(());
		}
		ensure!(!Self::in_time(&record) && !Self::awaits_ruling(order, &record), Error::<T>::NothingDue);
		Self::take_turn(order);
		Ok(())
	}

	pub(crate) fn do_forget(who: T::AccountId, order: OrderId) -> DispatchResult {
		let record = Self::found(order)?;
		let ended_at = record.ended_at.ok_or(Error::<T>::NotEnded)?;
		// The buyer may need the key and the receipt for a while.
		let kept = record.funded_at.is_some() && Self::now() < ended_at.saturating_add(T::KeepFor::get());
		ensure!(!kept || record.buyer == who, Error::<T>::TooEarly);
		// Nobody gets around a rating by having the order forgotten.
		ensure!(!T::Ratings::awaited(order), Error::<T>::TooEarly);
		Self::remove(order, record)
	}
}
