//! The bodies of calls and of genesis. Origins are checked by the calls.

use crate::{election::rank, *};
use alloc::vec::Vec;
use frame_support::{
	ensure,
	pallet_prelude::DispatchResult,
	traits::{fungible::MutateHold, tokens::Precision, Get},
};
use souk_primitives::Balance;
use sp_runtime::DispatchError;

impl<T: Config> Pallet<T> {
	/// Holds the bonds of the first validators and lists them as candidates. The session pallet's genesis elects them.
	pub(crate) fn do_genesis(validators: &[(T::AccountId, Balance)]) {
		let enough = u32::try_from(validators.len()).is_ok_and(|count| count >= T::MinValidators::get());
		assert!(validators.is_empty() || enough, "genesis has fewer validators than MinValidators");
		GenesisSize::<T>::put(u32::try_from(validators.len()).unwrap_or(u32::MAX));
		for (account, bond) in validators {
			assert!(Self::do_bond(account.clone(), *bond).is_ok(), "a genesis validator cannot bond");
			assert!(
				Self::list_candidate(account).is_ok(),
				"a genesis validator is listed twice, or one too many"
			);
		}
	}

	pub(crate) fn do_bond(who: T::AccountId, amount: Balance) -> DispatchResult {
		ensure!(!Ledgers::<T>::contains_key(&who), Error::<T>::AlreadyBonded);
		ensure!(amount >= T::MinBond::get(), Error::<T>::BelowMinimum);
		T::Currency::hold(&HoldReason::Bond.into(), &who, amount)?;
		Ledgers::<T>::insert(&who, LedgerRecord { active: amount, unlocking: Default::default() });
		Self::deposit_event(Event::Bonded { validator: who, amount });
		Ok(())
	}

	pub(crate) fn do_bond_extra(who: T::AccountId, amount: Balance) -> DispatchResult {
		ensure!(amount > 0, Error::<T>::ZeroAmount);
		Ledgers::<T>::try_mutate(&who, |slot| -> DispatchResult {
			let ledger = slot.as_mut().ok_or(Error::<T>::NotBonded)?;
			T::Currency::hold(&HoldReason::Bond.into(), &who, amount)?;
			ledger.active = ledger.active.saturating_add(amount);
			Ok(())
		})?;
		Self::deposit_event(Event::Bonded { validator: who, amount });
		Ok(())
	}

	pub(crate) fn do_unbond(who: T::AccountId, amount: Balance) -> DispatchResult {
		ensure!(amount > 0, Error::<T>::ZeroAmount);
		let now = CurrentSession::<T>::get();
		// The next session is planned already, so that the money is exposed in it too.
		let until = now.saturating_add(1).saturating_add(T::UnbondingSessions::get());
		Ledgers::<T>::try_mutate(&who, |slot| -> DispatchResult {
			let ledger = slot.as_mut().ok_or(Error::<T>::NotBonded)?;
			let remaining = ledger.active.checked_sub(amount).ok_or(Error::<T>::InsufficientBond)?;
			if remaining < T::MinBond::get() {
				let bound = Self::is_candidate(&who) || Self::is_exposed(&who);
				ensure!(!bound, Error::<T>::StillValidating);
			}
			ledger.start_unlocking(amount, now, until).map_err(|NoRoom| Error::<T>::TooManyUnlocking)?;
			Ok(())
		})?;
		Self::deposit_event(Event::Unbonded { validator: who, amount, until });
		Ok(())
	}

	pub(crate) fn do_withdraw_unbonded(who: T::AccountId) -> DispatchResult {
		let amount = Ledgers::<T>::try_mutate_exists(&who, |slot| -> Result<Balance, DispatchError> {
			let ledger = slot.as_mut().ok_or(Error::<T>::NotBonded)?;
			let amount = ledger.take_unlocked(CurrentSession::<T>::get());
			ensure!(amount > 0, Error::<T>::TooEarly);
			T::Currency::release(&HoldReason::Bond.into(), &who, amount, Precision::Exact)?;
			if ledger.total() == 0 {
				*slot = None;
			}
			Ok(amount)
		})?;
		Self::deposit_event(Event::Withdrawn { validator: who, amount });
		Ok(())
	}

	pub(crate) fn do_validate(who: T::AccountId) -> DispatchResult {
		let ledger = Ledgers::<T>::get(&who).ok_or(Error::<T>::NotBonded)?;
		ensure!(ledger.active >= T::MinBond::get(), Error::<T>::BelowMinimum);
		ensure!(T::KeysRegistered::digest_of(&who).is_some(), Error::<T>::NoSessionKeys);
		ensure!(!Self::is_candidate(&who), Error::<T>::AlreadyCandidate);

		if Candidates::<T>::decode_len().unwrap_or(0) >= Self::max_candidates() {
			let (last, bond) = Self::ranked_candidates().pop().ok_or(Error::<T>::TooManyCandidates)?;
			ensure!(bond < ledger.active, Error::<T>::TooManyCandidates);
			Self::do_chill(last)?;
		}
		Self::list_candidate(&who)
	}

	pub(crate) fn do_chill(who: T::AccountId) -> DispatchResult {
		Candidates::<T>::try_mutate(|candidates| -> DispatchResult {
			let at = candidates.binary_search(&who).map_err(|_| Error::<T>::NotCandidate)?;
			candidates.remove(at);
			Ok(())
		})?;
		Self::deposit_event(Event::Chilled { validator: who });
		Ok(())
	}

	/// Puts a bonded account on the list, which stays sorted.
	fn list_candidate(who: &T::AccountId) -> DispatchResult {
		Candidates::<T>::try_mutate(|candidates| -> DispatchResult {
			match candidates.binary_search(who) {
				Ok(_) => Err(Error::<T>::AlreadyCandidate.into()),
				Err(at) => {
					candidates.try_insert(at, who.clone()).map_err(|_| Error::<T>::TooManyCandidates)?;
					Ok(())
				}
			}
		})?;
		Self::deposit_event(Event::CandidacyDeclared { validator: who.clone() });
		Ok(())
	}

	fn max_candidates() -> usize {
		usize::try_from(T::MaxCandidates::get()).unwrap_or(usize::MAX)
	}

	/// The fewest and the most validators of the next set.
	pub(crate) fn set_bounds() -> (u32, u32) {
		let limit = T::MaxValidators::get();
		let min = T::MinValidators::get().max(1).min(limit);
		let size = [T::SetSize::get(), GenesisSize::<T>::get(), limit].into_iter().find(|size| *size > 0);
		(min, size.unwrap_or(limit).max(min).min(limit))
	}

	/// Whether `who` stands for election.
	pub(crate) fn is_candidate(who: &T::AccountId) -> bool {
		Candidates::<T>::get().binary_search(who).is_ok()
	}

	/// Whether `who` is in the running or in the planned set.
	pub(crate) fn is_exposed(who: &T::AccountId) -> bool {
		let now = CurrentSession::<T>::get();
		[now, now.saturating_add(1)]
			.iter()
			.any(|session| Exposures::<T>::get(session).iter().any(|record| &record.validator == who))
	}

	/// The active bond of `who`, zero where it has none.
	pub(crate) fn active_bond(who: &T::AccountId) -> Balance {
		Ledgers::<T>::get(who).map_or(0, |ledger| ledger.active)
	}

	/// The candidates with their active bonds, largest first, ties by account.
	pub(crate) fn ranked_candidates() -> Vec<(T::AccountId, Balance)> {
		let mut candidates: Vec<_> = Candidates::<T>::get()
			.into_iter()
			.map(|account| {
				let bond = Self::active_bond(&account);
				(account, bond)
			})
			.collect();
		rank(&mut candidates);
		candidates
	}

	/// What clients see of `who`.
	pub(crate) fn view_of(who: &T::AccountId) -> Option<ValidatorView> {
		Ledgers::<T>::get(who).map(|ledger| ValidatorView {
			bond: ledger.active,
			unlocking: ledger.unlocking.iter().map(|chunk| (chunk.amount, chunk.until)).collect(),
			candidate: Self::is_candidate(who),
			active: Exposures::<T>::get(CurrentSession::<T>::get())
				.iter()
				.any(|record| &record.validator == who),
		})
	}
}
