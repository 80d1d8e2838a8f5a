//! The bodies of calls. Origins are checked by the calls.

use crate::*;
use codec::Encode;
use frame_support::{
	ensure,
	pallet_prelude::DispatchResult,
	traits::{fungible::hold::Mutate as _, fungibles::Inspect as _, tokens::Precision, Get},
	BoundedVec,
};
use souk_primitives::{
	reach::{Curation as _, OnListingState as _},
	Balance, Digest, ListingId, ListingKind, ListingState, PayoutSplit, Plan, PlanKind, Visibility,
};
use sp_runtime::{traits::UniqueSaturatedInto, DispatchError};

impl<T: Config> Pallet<T> {
	pub(crate) fn do_create(
		who: T::AccountId,
		name: Name,
		kind: ListingKind,
		details: DetailsOf<T>,
		plans: BoundedVec<Plan, T::MaxPlans>,
		payouts: PayoutSplit,
	) -> DispatchResult {
		ensure!(is_valid_name(&name), Error::<T>::InvalidName);
		ensure!(!Addresses::<T>::contains_key(&who, &name), Error::<T>::NameTaken);
		Self::ensure_valid_plans(&plans)?;
		ensure!(payouts.curator().is_some(), Error::<T>::InvalidPayouts);

		let id = NextListingId::<T>::get();
		NextListingId::<T>::put(id.checked_add(1).ok_or(Error::<T>::TooManyListings)?);
		Addresses::<T>::insert(&who, &name, id);
		let now = Self::now();
		let record = ListingRecord {
			owner: who.clone(),
			name: name.clone(),
			kind,
			state: ListingState::Draft,
			state_since: now,
			details,
			plans,
			payouts,
			version: 1,
			created_at: now,
			policy_changes: Default::default(),
			deposit: 0,
		};
		Self::write(id, record)?;
		Self::deposit_event(Event::Created { listing: id, owner: who, name, kind });
		Ok(())
	}

	pub(crate) fn do_update(
		who: T::AccountId,
		id: ListingId,
		details: DetailsOf<T>,
		plans: BoundedVec<Plan, T::MaxPlans>,
	) -> DispatchResult {
		let mut record = Self::owned(&who, id)?;
		ensure!(!record.state.is_final(), Error::<T>::Ended);
		ensure!(record.state == ListingState::Draft || !plans.is_empty(), Error::<T>::NoPlans);
		Self::ensure_valid_plans(&plans)?;
		if details.policy != record.details.policy {
			let [newest, second, third, _] = record.policy_changes;
			record.policy_changes = [Self::now(), newest, second, third];
		}
		record.details = details;
		record.plans = plans;
		record.version = record.version.saturating_add(1);
		let version = record.version;
		Self::write(id, record)?;
		Self::deposit_event(Event::Updated { listing: id, version });
		Ok(())
	}

	pub(crate) fn do_set_state(who: T::AccountId, id: ListingId, to: ListingState) -> DispatchResult {
		let mut record = Self::owned(&who, id)?;
		ensure!(
			to != ListingState::Retired && record.state.curator_may_move_to(to),
			Error::<T>::InvalidTransition
		);
		if to == ListingState::Active {
			ensure!(!record.plans.is_empty(), Error::<T>::NoPlans);
			ensure!(T::Curation::may_activate(id, record.kind), Error::<T>::BondMissing);
		}
		Self::enter(id, &mut record, to);
		Self::write(id, record)
	}

	pub(crate) fn do_set_payouts(who: T::AccountId, id: ListingId, payouts: PayoutSplit) -> DispatchResult {
		let mut record = Self::owned(&who, id)?;
		ensure!(!record.state.is_final(), Error::<T>::Ended);
		ensure!(payouts.curator().is_some(), Error::<T>::InvalidPayouts);
		record.payouts = payouts;
		Self::write(id, record)?;
		Self::deposit_event(Event::PayoutsChanged { listing: id, payouts });
		Ok(())
	}

	pub(crate) fn do_retire(who: T::AccountId, id: ListingId) -> DispatchResult {
		let record = Self::owned(&who, id)?;
		ensure!(record.state.curator_may_move_to(ListingState::Retired), Error::<T>::Ended);
		Self::end(id, record, ListingState::Retired)
	}

	pub(crate) fn do_take_down(id: ListingId, reason_hash: Digest) -> DispatchResult {
		let record = Listings::<T>::get(id).ok_or(Error::<T>::NotFound)?;
		ensure!(!record.state.is_final(), Error::<T>::Ended);
		ensure!(record.state != ListingState::Draft, Error::<T>::InvalidTransition);
		Self::end(id, record, ListingState::TakenDown)?;
		Self::deposit_event(Event::TakenDown { listing: id, reason_hash });
		Ok(())
	}

	/// The current block.
	pub(crate) fn now() -> u32 {
		frame_system::Pallet::<T>::block_number().unique_saturated_into()
	}

	fn owned(who: &T::AccountId, id: ListingId) -> Result<ListingRecordOf<T>, DispatchError> {
		let record = Listings::<T>::get(id).ok_or(Error::<T>::NotFound)?;
		ensure!(record.owner == *who, Error::<T>::NotAuthorized);
		Ok(record)
	}

	fn ensure_valid_plans(plans: &[Plan]) -> DispatchResult {
		for plan in plans {
			let in_bounds = period_of(plan).is_none_or(|period| (MIN_PERIOD..=MAX_PERIOD).contains(&period));
			ensure!(in_bounds, Error::<T>::InvalidPeriod);
			let trial = matches!(plan.kind, PlanKind::Trial { .. });
			ensure!(!trial || plan.price.amount == 0, Error::<T>::TrialNotFree);
			// It would renew for ever, at everybody's cost.
			let subscription = matches!(plan.kind, PlanKind::Subscription { .. });
			ensure!(!subscription || plan.price.amount > 0, Error::<T>::FreeSubscription);
			ensure!(T::Assets::asset_exists(plan.price.asset.clone()), Error::<T>::UnknownAsset);
		}
		Ok(())
	}

	/// Moves `record` to `to` and tells everybody, but does not store it.
	fn enter(id: ListingId, record: &mut ListingRecordOf<T>, to: ListingState) {
		let from = core::mem::replace(&mut record.state, to);
		record.state_since = Self::now();
		T::OnState::on_state(id, to);
		Self::deposit_event(Event::StateChanged { listing: id, from, to });
	}

	/// Ends a listing. What nobody needs any more is dropped; owner, name, state and payouts stay.
	fn end(id: ListingId, mut record: ListingRecordOf<T>, to: ListingState) -> DispatchResult {
		record.plans = Default::default();
		record.details.tags = Default::default();
		Self::enter(id, &mut record, to);
		Self::write(id, record)
	}

	/// Stores `record`, lists it where it can be searched for, and brings its deposit to what its bytes cost. A record that
	/// does not grow asks for nothing, whatever bytes cost by now: a listing can always be paused, ended and taken down.
	fn write(id: ListingId, mut record: ListingRecordOf<T>) -> DispatchResult {
		let grows =
			Listings::<T>::get(id).is_none_or(|old| Self::bytes_of(id, &record) > Self::bytes_of(id, &old));
		let searchable = record.is_searchable();
		if searchable {
			Searchable::<T>::insert(id.to_be_bytes(), ());
		} else {
			Searchable::<T>::remove(id.to_be_bytes());
		}

		let required = Self::deposit_for(id, &record);
		let reason = HoldReason::Deposit.into();
		let missing = required.saturating_sub(record.deposit);
		let excess = record.deposit.saturating_sub(required);
		if missing > 0 && grows {
			T::Currency::hold(&reason, &record.owner, missing).map_err(|_| Error::<T>::DepositUnpaid)?;
			record.deposit = required;
		}
		if excess > 0 {
			// An account that cannot take its deposit back (less than the existential deposit, onto nothing) must not keep
			// a listing from being taken down. What is not returned stays part of the deposit.
			let returned =
				T::Currency::release(&reason, &record.owner, excess, Precision::Exact).unwrap_or(0);
			record.deposit = record.deposit.saturating_sub(returned);
		}
		Listings::<T>::insert(id, record);
		Ok(())
	}

	/// The deposit for the bytes of a listing, in planck.
	pub(crate) fn deposit_for(id: ListingId, record: &ListingRecordOf<T>) -> Balance {
		let bytes = Balance::try_from(Self::bytes_of(id, record)).unwrap_or(Balance::MAX);
		T::DepositBase::get().saturating_add(T::DepositPerByte::get().saturating_mul(bytes))
	}

	/// What a listing stores: the record, its address and its place in searches, keys included; in bytes.
	fn bytes_of(id: ListingId, record: &ListingRecordOf<T>) -> usize {
		let record_bytes = Listings::<T>::hashed_key_for(id).len().saturating_add(record.encoded_size());
		let address_bytes = Addresses::<T>::hashed_key_for(&record.owner, &record.name)
			.len()
			.saturating_add(id.encoded_size());
		let search_bytes =
			if record.is_searchable() { Searchable::<T>::hashed_key_for(id.to_be_bytes()).len() } else { 0 };
		record_bytes.saturating_add(address_bytes).saturating_add(search_bytes)
	}
}

impl<AccountId, MaxTags, MaxPlans> ListingRecord<AccountId, MaxTags, MaxPlans>
where
	AccountId: Clone + core::fmt::Debug + Eq,
	MaxTags: Get<u32>,
	MaxPlans: Get<u32>,
{
	/// Whether a search finds it.
	pub fn is_searchable(&self) -> bool {
		self.details.visibility == Visibility::Public && !self.state.is_final()
	}
}
