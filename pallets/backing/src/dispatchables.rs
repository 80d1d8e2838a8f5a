//! The bodies of the calls.

use crate::*;
use frame_support::{
	ensure,
	pallet_prelude::DispatchResult,
	traits::{
		fungible::MutateHold,
		tokens::{Fortitude, Precision, Preservation, Restriction},
		Get,
	},
	BoundedVec,
};
use souk_primitives::{
	held,
	reach::{is_free, Bonds, Cases, Listings},
	Asset, Balance, ListingId,
};
use sp_runtime::{DispatchError, Permill};

impl<T: Config> Pallet<T> {
	pub(crate) fn do_open_backing(
		curator: T::AccountId,
		listing: ListingId,
		share: Permill,
		most: Balance,
	) -> DispatchResult {
		let owner = T::Listings::owner(listing).ok_or(Error::<T>::NotFound)?;
		ensure!(owner == curator, Error::<T>::NotAuthorized);
		ensure!(!Self::has_ended(listing), Error::<T>::ListingEnded);
		ensure!(!share.is_zero() && share <= T::MaxShare::get(), Error::<T>::InvalidShare);
		let now = Self::now();
		let (record, from) = match Backings::<T>::get(listing) {
			None => {
				let deposit = Self::backing_deposit(listing);
				Self::hold_deposit(&curator, deposit)?;
				let record = BackingRecord {
					curator,
					share,
					lowered: None,
					most,
					active: Pool::default(),
					leaving: Pool::default(),
					forfeited: 0,
					income: BoundedVec::new(),
					backers: 0,
					closes: None,
					deposit,
				};
				(record, now)
			}
			Some(mut record) => {
				ensure!(record.closes.is_none(), Error::<T>::AlreadyClosing);
				let present = record.share_at(now);
				record.most = most;
				if share < present {
					let from = Self::free_at();
					(record.share, record.lowered) = (present, Some(Lowered { share, from }));
					(record, from)
				} else {
					(record.share, record.lowered) = (share, None);
					(record, now)
				}
			}
		};
		Self::keep_backing(listing, record);
		Self::deposit_event(Event::Opened { listing, share, from, most });
		Ok(())
	}

	pub(crate) fn do_close_backing(curator: T::AccountId, listing: ListingId) -> DispatchResult {
		let record = Backings::<T>::get(listing).ok_or(Error::<T>::NotFound)?;
		ensure!(record.curator == curator, Error::<T>::NotAuthorized);
		ensure!(record.closes.is_none(), Error::<T>::AlreadyClosing);
		Self::begin_closing(listing, record);
		Ok(())
	}

	pub(crate) fn do_back(backer: T::AccountId, listing: ListingId, amount: Balance) -> DispatchResult {
		let mut record = Backings::<T>::get(listing).ok_or(Error::<T>::NotFound)?;
		ensure!(record.curator != backer, Error::<T>::OwnListing);
		ensure!(record.closes.is_none(), Error::<T>::AlreadyClosing);
		ensure!(amount >= T::MinBacking::get(), Error::<T>::BelowMinimum);
		let most = record.most.min(Self::limit(Self::own_bond(listing)));
		ensure!(record.active.amount.saturating_add(amount) <= most, Error::<T>::TooMuch);
		let wiped_out = record.active.is_wiped_out() || record.leaving.is_wiped_out();
		ensure!(!wiped_out, Error::<T>::WipedOut);

		let mut own = match Backers::<T>::get(&backer, listing) {
			Some(own) => own,
			None => {
				let deposit = Self::backer_deposit(&backer, listing);
				Self::hold_deposit(&backer, deposit)?;
				record.backers = record.backers.saturating_add(1);
				BackerRecord { deposit, ..BackerRecord::default() }
			}
		};
		own.count(&mut record);
		let points = record.active.add(amount).filter(|points| *points > 0).ok_or(Error::<T>::WipedOut)?;
		own.points = own.points.saturating_add(points);
		T::Currency::transfer_and_hold(
			&HoldReason::Backing.into(),
			&backer,
			&record.curator,
			amount,
			Precision::Exact,
			Preservation::Preserve,
			Fortitude::Polite,
		)?;
		Self::keep_backer(listing, record, &backer, own)?;
		Self::deposit_event(Event::Backed { listing, backer, amount });
		Ok(())
	}

	pub(crate) fn do_unback(backer: T::AccountId, listing: ListingId, amount: Balance) -> DispatchResult {
		let (mut record, mut own) = Self::backer_of(listing, &backer)?;
		ensure!(record.closes.is_none(), Error::<T>::AlreadyClosing);
		ensure!(amount > 0, Error::<T>::ZeroAmount);
		let worth = record.active.worth(own.points);
		let rest = worth.checked_sub(amount).ok_or(Error::<T>::InsufficientBacking)?;
		ensure!(rest == 0 || rest >= T::MinBacking::get(), Error::<T>::BelowMinimum);
		let points = match rest {
			0 => own.points,
			_ => record.active.points_for(amount).ok_or(Error::<T>::WipedOut)?.min(own.points),
		};
		let amount = if points == own.points { worth } else { amount };
		own.count(&mut record);
		let amount = own.leave(&mut record, points, amount);
		let points = record.leaving.add(amount).ok_or(Error::<T>::WipedOut)?;
		let at = Self::free_at();
		match own.leaving.iter_mut().find(|chunk| chunk.at == at) {
			Some(chunk) => chunk.points = chunk.points.saturating_add(points),
			None => {
				own.leaving.try_push(LeavingChunk { points, at }).map_err(|_| Error::<T>::TooManyLeaving)?
			}
		}
		Self::keep_backer(listing, record, &backer, own)?;
		Self::deposit_event(Event::Unbacked { listing, backer, amount, at });
		Ok(())
	}

	pub(crate) fn do_withdraw_unbacked(listing: ListingId, backer: T::AccountId) -> DispatchResult {
		let (mut record, mut own) = Self::backer_of(listing, &backer)?;
		let now = Self::now();
		let pending = T::Cases::pending(listing);
		let closed = record.is_free(now, pending);
		let mut amount: Balance = 0;

		let wiped_out = record.leaving.is_wiped_out();
		let (free, waiting): (alloc::vec::Vec<_>, _) = core::mem::take(&mut own.leaving)
			.into_iter()
			.partition(|chunk| closed || wiped_out || is_free(chunk.at, now, pending));
		for chunk in &free {
			let worth = record.leaving.worth(chunk.points);
			amount = amount.saturating_add(record.leaving.remove(chunk.points, worth));
		}
		own.leaving = BoundedVec::truncate_from(waiting);

		let worth = record.active.worth(own.points);
		let leaves = own.points > 0 && (closed || worth == 0);
		if leaves {
			own.count(&mut record);
			let points = own.points;
			amount = amount.saturating_add(own.leave(&mut record, points, worth));
		}
		if !leaves && free.is_empty() {
			let has = own.points > 0 || !own.leaving.is_empty();
			let ripe = (has && record.is_closed(now)) || own.leaving.iter().any(|chunk| chunk.at <= now);
			let error = if ripe { Error::<T>::CaseOpen } else { Error::<T>::TooEarly };
			return Err(error.into());
		}
		if amount > 0 {
			T::Currency::transfer_on_hold(
				&HoldReason::Backing.into(),
				&record.curator,
				&backer,
				amount,
				Precision::Exact,
				Restriction::Free,
				// It is the backer's; a freeze of the curator's account does not keep it.
				Fortitude::Force,
			)?;
		}
		Self::keep_backer(listing, record, &backer, own)?;
		Self::deposit_event(Event::Withdrawn { listing, backer, amount });
		Ok(())
	}

	pub(crate) fn do_claim_income(listing: ListingId, asset: Asset, backer: T::AccountId) -> DispatchResult {
		let (mut record, mut own) = Self::backer_of(listing, &backer)?;
		own.count(&mut record);
		let place = record.income.iter().position(|income| income.asset == asset);
		let earned = place.and_then(|place| own.earned.get_mut(place)).ok_or(Error::<T>::NothingEarned)?;
		let amount = core::mem::take(&mut earned.due);
		ensure!(amount > 0, Error::<T>::NothingEarned);
		let (curator, reason) = (record.curator.clone(), HoldReason::Income.into());
		let pay = |to: &T::AccountId| held::pay::<T::Money, _>(asset.clone(), &reason, &curator, to, amount);
		let paid = pay(&backer);
		if !paid {
			let overdue = record
				.closes
				.is_some_and(|closes| closes.saturating_add(T::Bonds::unbonding_period()) <= Self::now());
			ensure!(overdue, Error::<T>::CannotBePaid);
			let gone = pay(&T::Treasury::get())
				|| held::give_back::<T::Money, _>(asset.clone(), &reason, &curator, amount);
			ensure!(gone, Error::<T>::CannotBePaid);
		}
		Self::keep_backer(listing, record, &backer, own)?;
		Self::deposit_event(match paid {
			true => Event::IncomeClaimed { listing, backer, asset, amount },
			false => Event::IncomeForsaken { listing, backer, asset, amount },
		});
		Ok(())
	}

	/// Whether a listing has ended.
	pub(crate) fn has_ended(listing: ListingId) -> bool {
		T::Listings::state(listing).is_some_and(|(state, _)| state.is_final())
	}

	/// The records of a listing and of one of its backers.
	fn backer_of(
		listing: ListingId,
		backer: &T::AccountId,
	) -> Result<(BackingRecordOf<T>, BackerRecord), DispatchError> {
		let record = Backings::<T>::get(listing).ok_or(Error::<T>::NotFound)?;
		let own = Backers::<T>::get(backer, listing).ok_or(Error::<T>::NotFound)?;
		Ok((record, own))
	}
}
