//! The bodies of calls, by subject. Origins are checked by the calls.

mod data;
mod ends;
mod goods;

use crate::{orders::Sides, *};
use frame_support::{ensure, pallet_prelude::DispatchResult, traits::Get, BoundedVec};
use souk_primitives::{
	reach::{Curation as _, Listings as _},
	ListingId, ListingKind, ListingState, PlanIndex, PlanKind, Price,
};
use sp_runtime::DispatchError;

impl<T: Config> Pallet<T> {
	pub(crate) fn do_order(
		buyer: T::AccountId,
		listing: ListingId,
		plan: PlanIndex,
		max_price: Price,
		details: OrderDetails,
	) -> DispatchResult {
		let seller = Self::seller_to(&buyer, listing)?;
		let offer = T::Listings::plan(listing, plan).ok_or(Error::<T>::UnknownPlan)?;
		ensure!(offer.kind == PlanKind::OneTime, Error::<T>::NotSoldHere);
		let price = offer.price;
		ensure!(price.asset == max_price.asset, Error::<T>::OfferGone);
		ensure!(price.amount <= max_price.amount, Error::<T>::TooExpensive);
		let (subject, deliver_within) = match (Self::kind_of(listing)?, details) {
			(ListingKind::DataProduct, OrderDetails::Data { period, buyer_key }) => {
				(Self::snapshot_to(listing, period, buyer_key)?, T::DeliveryTimeout::get())
			}
			(ListingKind::DataProduct, OrderDetails::Goods { .. }) | (_, OrderDetails::Data { .. }) => {
				return Err(Error::<T>::WrongDetails.into())
			}
			(_, OrderDetails::Goods { terms }) => {
				let deliver_within = T::GoodsTimeout::get();
				let confirm_within = T::ConfirmTimeout::get();
				let whole = MilestoneTerms { amount: price.amount, deliver_within, confirm_within };
				let milestones = BoundedVec::truncate_from(alloc::vec![whole.into()]);
				(Subject::Goods(GoodsRecord { terms, milestones, current: 0 }), deliver_within)
			}
		};
		let sides = Sides { buyer: buyer.clone(), seller, depositor: buyer.clone() };
		let (order, record) = Self::create(listing, sides, price, subject)?;
		Self::deposit_event(Event::Ordered { order, listing, buyer });
		Self::begin(order, record, deliver_within)
	}

	/// The curator of a listing that is on sale, if she is somebody else than the buyer.
	fn seller_to(buyer: &T::AccountId, listing: ListingId) -> Result<T::AccountId, DispatchError> {
		let seller = T::Listings::owner(listing).ok_or(Error::<T>::UnknownListing)?;
		let on_sale = matches!(T::Listings::state(listing), Some((ListingState::Active, _)));
		ensure!(on_sale, Error::<T>::NotForSale);
		ensure!(seller != *buyer, Error::<T>::OwnListing);
		let answers = T::Curation::may_activate(listing, Self::kind_of(listing)?);
		ensure!(answers, Error::<T>::BondTooSmall);
		Ok(seller)
	}

	fn kind_of(listing: ListingId) -> Result<ListingKind, DispatchError> {
		T::Listings::kind(listing).ok_or_else(|| Error::<T>::UnknownListing.into())
	}
}
