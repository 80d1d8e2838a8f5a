//! The bodies of calls. Origins are checked by the calls.

use crate::*;
use frame_support::{ensure, pallet_prelude::DispatchResult, traits::Get};
use souk_primitives::{
	reach::{Curation as _, Listings as _},
	Balance, ListingId, ListingState, PlanIndex, PlanKind, Price,
};
use souk_proof_primitives::voucher::SignedVoucher;
use sp_runtime::DispatchError;

impl<T: Config> Pallet<T> {
	pub(crate) fn do_open_tab(
		payer: T::AccountId,
		listing: ListingId,
		plan: PlanIndex,
		key: Option<[u8; 32]>,
		limit: Balance,
		max_price: Price,
	) -> DispatchResult {
		let (state, _) = T::Listings::state(listing).ok_or(Error::<T>::UnknownListing)?;
		ensure!(state == ListingState::Active, Error::<T>::NotForSale);
		let kind = T::Listings::kind(listing).ok_or(Error::<T>::UnknownListing)?;
		ensure!(T::Curation::may_activate(listing, kind), Error::<T>::BondTooSmall);
		let offer = T::Listings::plan(listing, plan).ok_or(Error::<T>::UnknownPlan)?;
		let price = offer.price;
		ensure!(offer.kind == PlanKind::PayPerQuery && price.amount > 0, Error::<T>::NotSoldHere);
		ensure!(price.asset == max_price.asset, Error::<T>::OfferGone);
		ensure!(price.amount <= max_price.amount, Error::<T>::TooExpensive);
		ensure!(limit >= price.amount, Error::<T>::LimitTooSmall);
		let now = Self::now();
		let until = now.saturating_add(T::Lifetime::get().max(1));
		let tab = Self::begin(TabRecord {
			listing,
			plan,
			key: key.unwrap_or_else(|| payer.clone().into()),
			payer: payer.clone(),
			price,
			split: T::Listings::payouts(listing).ok_or(Error::<T>::UnknownListing)?,
			opened_at: now,
			phase: Phase::Open { until },
			due: until,
			pending_since: None,
			limit,
			held: 0,
			earners: Default::default(),
			deposit: 0,
		})?;
		Self::deposit_event(Event::Opened { tab, listing, payer, plan, limit, until });
		Ok(())
	}

	pub(crate) fn do_top_up_tab(payer: T::AccountId, tab: TabId, amount: Balance) -> DispatchResult {
		let mut record = Self::open_and_paid_by(&payer, tab)?;
		ensure!(amount > 0, Error::<T>::ZeroAmount);
		let limit = record.limit.checked_add(amount).ok_or(Error::<T>::InsufficientFunds)?;
		Self::hold_money(&record.price.asset, &payer, amount)?;
		record.limit = limit;
		record.held = record.held.saturating_add(amount);
		Tabs::<T>::insert(tab, record);
		Self::deposit_event(Event::ToppedUp { tab, amount, limit });
		Ok(())
	}

	pub(crate) fn do_settle_voucher(node: T::AccountId, voucher: SignedVoucher) -> DispatchResult {
		Self::settle_one(&node, &Self::genesis(), &voucher).map_err(Error::<T>::from)?;
		Ok(())
	}

	pub(crate) fn do_settle_vouchers(node: T::AccountId, vouchers: Batch) -> DispatchResult {
		let genesis = Self::genesis();
		for signed in &vouchers {
			if let Err(reason) = Self::settle_one(&node, &genesis, signed) {
				let (tab, counter) = (signed.voucher.tab, signed.voucher.counter);
				Self::deposit_event(Event::VoucherRefused { tab, counter, reason });
			}
		}
		Ok(())
	}

	pub(crate) fn do_close_tab(payer: T::AccountId, tab: TabId) -> DispatchResult {
		let record = Self::open_and_paid_by(&payer, tab)?;
		Self::close(tab, record, Reason::ByPayer);
		Ok(())
	}

	pub(crate) fn do_claim_timeout(tab: TabId) -> DispatchResult {
		let record = Self::found(tab)?;
		let now = Self::now();
		match record.phase {
			Phase::Open { .. } if Self::listing_has_ended(record.listing) => {
				Self::close(tab, record, Reason::ListingEnded);
			}
			Phase::Open { until } if until <= now => Self::close(tab, record, Reason::Expired),
			Phase::Closing { until } if until <= now => {
				Self::finish(tab, record);
			}
			Phase::Open { .. } | Phase::Closing { .. } => return Err(Error::<T>::NothingDue.into()),
			Phase::Over => ensure!(Self::finish(tab, record), Error::<T>::SettlementPending),
		}
		Ok(())
	}

	pub(crate) fn do_set_free_quota(who: T::AccountId, listing: ListingId, queries: u32) -> DispatchResult {
		let owner = T::Listings::owner(listing).ok_or(Error::<T>::UnknownListing)?;
		ensure!(owner == who, Error::<T>::NotAuthorized);
		ensure!(!Self::listing_has_ended(listing), Error::<T>::ListingEnded);
		if let Some(before) = FreeQuotas::<T>::take(listing) {
			Self::return_deposit(&before.payer, before.deposit)?;
		}
		if queries > 0 {
			let deposit = Self::quota_deposit(listing);
			Self::hold_deposit(&who, deposit)?;
			FreeQuotas::<T>::insert(listing, QuotaRecord { queries, payer: who, deposit });
		}
		Self::deposit_event(Event::FreeQuotaSet { listing, queries });
		Ok(())
	}

	/// A tab that its payer may still change.
	fn open_and_paid_by(payer: &T::AccountId, tab: TabId) -> Result<TabRecordOf<T>, DispatchError> {
		let record = Self::found(tab)?;
		ensure!(record.payer == *payer, Error::<T>::NotAuthorized);
		let open = matches!(record.phase, Phase::Open { until } if Self::now() < until);
		ensure!(open && !Self::listing_has_ended(record.listing), Error::<T>::NotOpen);
		Ok(record)
	}

	pub(crate) fn listing_has_ended(listing: ListingId) -> bool {
		T::Listings::state(listing).is_none_or(|(state, _)| state.is_final())
	}
}
