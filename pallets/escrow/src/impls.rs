//! What other pallets see of this one.

use crate::*;
use frame_support::weights::Weight;
use souk_primitives::{
	reach::{self, Backing as _, Completed, Curation as _, Juries as _, Listings as _, Ruling},
	ListingId,
};
use sp_runtime::Permill;

impl<T: Config> reach::Orders for Pallet<T> {
	fn open(listing: ListingId) -> u32 {
		Open::<T>::get(listing)
	}
}

impl<T: Config> reach::Disputed<T::AccountId> for Pallet<T> {
	fn rule(order: OrderId, ruling: Ruling) {
		let Some(record) = Orders::<T>::get(order) else { return };
		if record.state != OrderState::Disputed {
			return;
		}
		let buyer_share = match ruling {
			Ruling::Buyer => Permill::one(),
			Ruling::Seller => Permill::zero(),
			Ruling::Refused => Self::share_without_ruling(&record),
		};
		Self::deposit_event(Event::Resolved { order, buyer_share });
		Self::divide_disputed(order, record, buyer_share);
	}

	fn concerns(order: OrderId, who: &T::AccountId) -> bool {
		Orders::<T>::get(order).is_some_and(|record| {
			record.buyer == *who
				|| record.seller == *who
				|| T::Listings::owner(record.listing).as_ref() == Some(who)
				// Whoever has not agreed is there because the seller says so: else she would strike arbitrators by assigning their nodes.
				|| T::Curation::has_agreed(record.listing, who)
				// They lose with her.
				|| T::Backing::backs(record.listing, who)
		})
	}

	fn is_delivered(order: OrderId) -> bool {
		Orders::<T>::get(order).is_some_and(|record| record.delivered_at.is_some())
	}

	fn is_proved(order: OrderId) -> bool {
		let record = Orders::<T>::get(order);
		record.is_some_and(|record| record.data().is_some_and(|data| data.delivery.is_some()))
	}

	fn weight() -> Weight {
		T::WeightInfo::resolve()
	}

	#[cfg(any(feature = "std", feature = "runtime-benchmarks"))]
	fn benchmark_disputed(buyer: &T::AccountId, seller: &T::AccountId) -> OrderId {
		let order = Self::benchmark_order(seller, buyer);
		if let Some(mut record) = Orders::<T>::get(order) {
			record.state = OrderState::Disputed;
			Self::store(order, record);
		}
		order
	}

	#[cfg(any(feature = "std", feature = "runtime-benchmarks"))]
	fn benchmark_concerned(order: OrderId, who: &T::AccountId) {
		// This is asked for last.
		if let Some(record) = Orders::<T>::get(order) {
			T::Backing::benchmark_backer(record.listing, who);
		}
	}
}

impl<T: Config> reach::Deals<T::AccountId> for Pallet<T> {
	fn completed(order: OrderId) -> Option<Completed<T::AccountId>> {
		let record = Orders::<T>::get(order)?;
		let (since, ended_at) = record.funded_at.zip(record.ended_at)?;
		// Of what was given back before anything was delivered there is nothing to say that would have cost anybody anything; a jury does.
		// It is asked first: so every benchmark of this measures the case as well.
		let came_to_something =
			T::Juries::has_ruled(order) || record.delivered_at.is_some() || record.paid > 0;
		(came_to_something && record.price.amount > 0).then_some(Completed {
			listing: record.listing,
			payer: record.buyer,
			curator: record.seller,
			since,
			ended_at,
			released: record.state == OrderState::Released,
		})
	}

	#[cfg(any(feature = "std", feature = "runtime-benchmarks"))]
	fn benchmark_completed(curator: &T::AccountId, payer: &T::AccountId) -> OrderId {
		let order = Self::benchmark_order(curator, payer);
		frame_support::assert_ok!(Self::do_confirm(payer.clone(), order, 0));
		order
	}
}

#[cfg(any(feature = "std", feature = "runtime-benchmarks"))]
impl<T: Config> Pallet<T> {
	/// An order of goods from as many nodes as can serve a listing.
	fn benchmark_order(curator: &T::AccountId, payer: &T::AccountId) -> OrderId {
		use souk_primitives::{
			benchmarking::{mint, PAID_IN},
			Plan, PlanKind, Price,
		};
		let price = Price { asset: PAID_IN, amount: 100_000_000 };
		mint::<T::Money, _>(PAID_IN, payer, price.amount.saturating_mul(2));
		let plan = Plan { kind: PlanKind::OneTime, price: price.clone() };
		let listing = T::Listings::benchmark_listing(curator, plan);
		T::Curation::benchmark_terms(listing, u32::MAX);
		T::Backing::benchmark_backing(listing);
		let order = NextOrderId::<T>::get();
		let details = OrderDetails::Goods { terms: None };
		frame_support::assert_ok!(Self::do_order(payer.clone(), listing, 0, price, details));
		order
	}
}
