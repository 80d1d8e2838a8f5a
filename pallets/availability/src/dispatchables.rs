//! The bodies of calls. Origins are checked by the calls.

use crate::*;
use codec::MaxEncodedLen;
use frame_support::{
	ensure,
	pallet_prelude::DispatchResult,
	traits::{fungible::hold::Mutate, tokens::Precision, Get},
};
use souk_primitives::{reach::Keepers, Balance, Digest};
use sp_runtime::{
	traits::{UniqueSaturatedInto, Zero},
	RuntimeAppPublic,
};

impl<T: Config> Pallet<T> {
	pub(crate) fn do_set_health(node: T::AccountId, url: HealthUrl) -> DispatchResult {
		let endpoint = Endpoint::parse(&url).ok_or(Error::<T>::BadUrl)?;
		ensure!(Self::may_be_asked(&endpoint), Error::<T>::NotPublic);
		ensure!(T::Keepers::keeps(&node), Error::<T>::NotPersistence);
		let record = match Health::<T>::get(&node) {
			Some(known) => HealthRecord { url: url.clone(), leaving: false, ..known },
			None => {
				let deposit = Self::deposit_of(&node);
				T::Currency::hold(&HoldReason::Deposit.into(), &node, deposit)
					.map_err(|_| Error::<T>::DepositUnpaid)?;
				HealthRecord { url: url.clone(), deposit, leaving: false, last: None }
			}
		};
		Health::<T>::insert(&node, record);
		Self::deposit_event(Event::HealthSet { node, url });
		Ok(())
	}

	pub(crate) fn do_clear_health(node: T::AccountId) -> DispatchResult {
		let record = Health::<T>::get(&node).ok_or(Error::<T>::NotFound)?;
		// Who is probed in this period is judged by it.
		let judged = Current::<T>::get().map_or(0, |period| period.judging.next);
		let judged = usize::try_from(judged).unwrap_or(usize::MAX);
		if Tallies::<T>::get().iter().skip(judged).any(|tally| tally.node == node) {
			Health::<T>::insert(&node, HealthRecord { leaving: true, ..record });
			Self::deposit_event(Event::HealthLeaving { node });
			return Ok(());
		}
		Self::forget(node, &record)
	}

	/// Forgets where a node was asked, and returns its deposit.
	pub(crate) fn forget(node: T::AccountId, record: &HealthRecord) -> DispatchResult {
		if record.deposit > 0 {
			T::Currency::release(&HoldReason::Deposit.into(), &node, record.deposit, Precision::Exact)?;
		}
		Health::<T>::remove(&node);
		Self::deposit_event(Event::HealthCleared { node });
		Ok(())
	}

	pub(crate) fn do_vote(ballot: &Ballot) -> DispatchResult {
		let mut period = Self::open_period(ballot).map_err(Error::<T>::from)?;
		let voter = usize::try_from(ballot.voter).map_err(|_| Error::<T>::NotValidator)?;
		Voters::<T>::try_mutate(|voters| {
			let voter = voters.get_mut(voter).ok_or(Error::<T>::NotValidator)?;
			ensure!(!voter.voted, Error::<T>::AlreadyVoted);
			voter.voted = true;
			Ok::<_, Error<T>>(())
		})?;
		period.voted = period.voted.saturating_add(1);
		Current::<T>::put(&period);
		Tallies::<T>::mutate(|tallies| {
			for (tally, finding) in tallies.iter_mut().zip(&ballot.findings) {
				tally.count(*finding);
			}
		});
		let said = |what: Finding| {
			let count = ballot.findings.iter().filter(|finding| **finding == what).count();
			u32::try_from(count).unwrap_or(u32::MAX)
		};
		Self::deposit_event(Event::Voted {
			period: ballot.period,
			voter: ballot.voter,
			reachable: said(Finding::Reachable),
			unreachable: said(Finding::Unreachable),
		});
		Ok(())
	}

	/// All that a vote must be, cheapest first. Returns for how many blocks it still can be included.
	pub(crate) fn check_vote(
		ballot: &Ballot,
		signature: &<T::AuthorityId as RuntimeAppPublic>::Signature,
	) -> Result<u32, Refusal> {
		let period = Self::open_period(ballot)?;
		let voters = Voters::<T>::get();
		let place = usize::try_from(ballot.voter).map_err(|_| Refusal::NotValidator)?;
		let voter = voters.get(place).ok_or(Refusal::NotValidator)?;
		ensure!(!voter.voted, Refusal::AlreadyVoted);
		let message = ballot.message(&Self::genesis(), &period.digest);
		ensure!(voter.key.verify(&message, signature), Refusal::BadSignature);
		Ok(period.until.saturating_sub(Self::now()).max(1))
	}

	/// The period that a vote is for, where votes are taken and this one has the right form.
	fn open_period(ballot: &Ballot) -> Result<PeriodRecord, Refusal> {
		let period = Current::<T>::get().ok_or(Refusal::NotOpen)?;
		ensure!(ballot.period >= period.number, Refusal::PeriodOver);
		ensure!(ballot.period == period.number, Refusal::PeriodAhead);
		let now = Self::now();
		ensure!(period.from < now && now < period.until, Refusal::NotOpen);
		ensure!(u32::try_from(ballot.findings.len()) == Ok(period.nodes), Refusal::WrongLength);
		let says = ballot.findings.iter().any(|finding| *finding != Finding::NotProbed);
		ensure!(says, Refusal::SaysNothing);
		Ok(period)
	}

	/// Whether validators may connect to it.
	pub(crate) fn may_be_asked(endpoint: &Endpoint) -> bool {
		endpoint.is_public() || AllowPrivate::<T>::get()
	}

	/// What a health address costs, however long it is; in planck.
	pub(crate) fn deposit_of(node: &T::AccountId) -> Balance {
		let bytes = Health::<T>::hashed_key_for(node).len().saturating_add(HealthRecord::max_encoded_len());
		let bytes = Balance::try_from(bytes).unwrap_or(Balance::MAX);
		T::DepositBase::get().saturating_add(T::DepositPerByte::get().saturating_mul(bytes))
	}

	/// The running block.
	pub(crate) fn now() -> u32 {
		frame_system::Pallet::<T>::block_number().unique_saturated_into()
	}

	/// Hash of the chain's genesis block.
	pub(crate) fn genesis() -> Digest {
		let mut genesis = [0; 32];
		let block = frame_system::pallet_prelude::BlockNumberFor::<T>::zero();
		let hash = frame_system::Pallet::<T>::block_hash(block);
		for (to, from) in genesis.iter_mut().zip(hash.as_ref()) {
			*to = *from;
		}
		genesis
	}
}
