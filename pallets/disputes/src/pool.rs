//! The pool of arbitrators: the only writer of bonds and of what seats lock of them.

use crate::*;
use codec::MaxEncodedLen;
use frame_support::{
	ensure,
	pallet_prelude::DispatchResult,
	traits::{fungible::MutateHold, Get},
};
use souk_primitives::Balance;
use sp_runtime::DispatchError;

impl<T: Config> Pallet<T> {
	pub(crate) fn do_join_pool(who: T::AccountId, bond: Balance, key: [u8; 32]) -> DispatchResult {
		let mut pool = Pool::<T>::get();
		ensure!(!pool.iter().any(|seat| seat.who == who), Error::<T>::AlreadyJoined);
		ensure!(!LeavingPool::<T>::contains_key(&who), Error::<T>::StillLeaving);
		ensure!(bond > 0 && bond >= T::MinBond::get(), Error::<T>::BondTooSmall);
		ensure!(key != [0; 32], Error::<T>::InvalidKey);
		if u32::try_from(pool.len()).unwrap_or(u32::MAX) >= T::MaxArbitrators::get() {
			let free = pool.iter().enumerate().filter(|(_, seat)| seat.seats == 0);
			let smallest = free.min_by_key(|(_, seat)| seat.bond).filter(|(_, seat)| bond >= seat.outbid());
			let (smallest, _) = smallest.ok_or(Error::<T>::PoolFull)?;
			Self::evict(pool.remove(smallest))?;
		}
		Self::hold_bond(&who, bond)?;
		let deposit = Self::arbitrator_deposit(&who);
		Self::hold_deposit(&who, deposit)?;
		let since = Self::now();
		let seat = Arbitrator { who: who.clone(), key, bond, locked: 0, seats: 0, since, deposit };
		pool.try_push(seat).map_err(|_| Error::<T>::PoolFull)?;
		Pool::<T>::put(pool);
		Self::deposit_event(Event::Joined { who, bond });
		Ok(())
	}

	pub(crate) fn do_bond_extra(who: T::AccountId, amount: Balance) -> DispatchResult {
		ensure!(amount > 0, Error::<T>::ZeroAmount);
		Pool::<T>::try_mutate(|pool| {
			let seat = pool.iter_mut().find(|seat| seat.who == who).ok_or(Error::<T>::NotJoined)?;
			Self::hold_bond(&who, amount)?;
			seat.bond = seat.bond.saturating_add(amount);
			seat.since = Self::now();
			Ok::<(), DispatchError>(())
		})?;
		Self::deposit_event(Event::BondAdded { who, amount });
		Ok(())
	}

	pub(crate) fn do_leave_pool(who: T::AccountId) -> DispatchResult {
		Pool::<T>::try_mutate(|pool| {
			let at = pool.iter().position(|seat| seat.who == who).ok_or(Error::<T>::NotJoined)?;
			ensure!(pool.get(at).is_none_or(|seat| seat.seats == 0), Error::<T>::OnJury);
			Self::start_leaving(pool.remove(at));
			Ok(())
		})
	}

	pub(crate) fn do_withdraw(who: T::AccountId) -> DispatchResult {
		let Leaving { bond, deposit, at } = LeavingPool::<T>::get(&who).ok_or(Error::<T>::NotLeaving)?;
		ensure!(Self::now() >= at, Error::<T>::TooEarly);
		LeavingPool::<T>::remove(&who);
		Self::release(HoldReason::Bond, &who, bond);
		Self::release(HoldReason::Deposit, &who, deposit);
		Self::deposit_event(Event::Withdrawn { who, amount: bond });
		Ok(())
	}

	/// Pushes an arbitrator without a seat out of the pool, for whom there was no room. The bond is free at once: it answers for nothing, and
	/// who was pushed out may come back with more.
	///
	/// Not more often than a drawing looks for randomness: who knows it before the look cannot push out one lucky arbitrator after the other by
	/// then, but one, and not one of their choice. To spare all who might be drawn, each join would have to look at all drawings.
	fn evict(seat: Arbitrator<T::AccountId>) -> DispatchResult {
		let now = Self::now();
		let lately = LastEviction::<T>::get().is_some_and(|last| now < last.saturating_add(DRAW_EVERY));
		ensure!(!lately, Error::<T>::EvictedLately);
		LastEviction::<T>::put(now);
		Self::let_go(seat, now);
		Ok(())
	}

	/// Starts the bond of an arbitrator who has left the pool on its way out.
	fn start_leaving(seat: Arbitrator<T::AccountId>) {
		let wait = T::Unbonding::get().max(Self::terms().longest());
		Self::let_go(seat, Self::now().saturating_add(wait));
	}

	/// Keeps the bond of an arbitrator who is not in the pool any more for withdrawal from block `at` on.
	fn let_go(seat: Arbitrator<T::AccountId>, at: u32) {
		let Arbitrator { who, bond, deposit, .. } = seat;
		LeavingPool::<T>::insert(&who, Leaving { bond, deposit, at });
		Self::deposit_event(Event::Left { who, at });
	}

	fn hold_bond(who: &T::AccountId, amount: Balance) -> DispatchResult {
		T::Currency::hold(&HoldReason::Bond.into(), who, amount)
			.map_err(|_| Error::<T>::InsufficientFunds.into())
	}

	/// What an arbitrator's bytes cost: in the pool, or, which is less, on the way out of it.
	fn arbitrator_deposit(who: &T::AccountId) -> Balance {
		let in_pool = Arbitrator::<T::AccountId>::max_encoded_len();
		let leaving = LeavingPool::<T>::hashed_key_for(who).len().saturating_add(Leaving::max_encoded_len());
		T::DepositBase::get().saturating_add(Self::deposit_for(in_pool.max(leaving)))
	}
}
