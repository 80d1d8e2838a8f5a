//! One benchmark per call.

use crate::{
	fixture::{details, name_of, payouts},
	*,
};
use frame_benchmarking::v2::*;
use frame_support::{
	assert_ok,
	traits::{fungible::Mutate, Get},
	BoundedVec,
};
use frame_system::RawOrigin;
use souk_primitives::{
	reach::OnListingState, Asset, Balance, ListingId, ListingKind, ListingState, PayoutSplit, Plan, PlanKind,
	Price,
};
use sp_runtime::Permill;

fn plans<T: Config>(count: u32) -> BoundedVec<Plan, T::MaxPlans> {
	let plan = Plan {
		kind: PlanKind::Subscription { period: MIN_PERIOD },
		price: Price { asset: Asset::Native, amount: 1 },
	};
	(0..count).map(|_| plan.clone()).collect::<alloc::vec::Vec<_>>().try_into().expect("at most MaxPlans")
}

fn endowed<T: Config>() -> T::AccountId
where
	T::Currency: Mutate<T::AccountId>,
{
	let who = account("curator", 0, 0);
	let bytes: Balance = 10_000;
	let plenty = T::DepositBase::get()
		.saturating_add(T::DepositPerByte::get().saturating_mul(bytes))
		.saturating_mul(10)
		.saturating_add(1_000_000_000_000_000);
	assert_ok!(T::Currency::mint_into(&who, plenty));
	who
}

/// A draft with as much in it as there may be.
fn drafted<T: Config>() -> (T::AccountId, ListingId)
where
	T::Currency: Mutate<T::AccountId>,
{
	let (who, id) = (endowed::<T>(), NextListingId::<T>::get());
	let plans = plans::<T>(T::MaxPlans::get());
	assert_ok!(Pallet::<T>::do_create(
		who.clone(),
		name_of(id),
		ListingKind::Service,
		details::<T>(),
		plans,
		payouts()
	));
	(who, id)
}

#[benchmarks(where T: Config, T::Currency: Mutate<T::AccountId>)]
mod benchmarks {
	use super::*;

	#[benchmark]
	fn create(p: Linear<0, { T::MaxPlans::get() }>) {
		let who = endowed::<T>();
		#[extrinsic_call]
		_(
			RawOrigin::Signed(who.clone()),
			name_of(0),
			ListingKind::Service,
			details::<T>(),
			plans::<T>(p),
			payouts(),
		);
		assert!(Addresses::<T>::contains_key(who, name_of(0)));
	}

	#[benchmark]
	fn update(p: Linear<0, { T::MaxPlans::get() }>) {
		let (who, id) = drafted::<T>();
		#[extrinsic_call]
		_(RawOrigin::Signed(who), id, details::<T>(), plans::<T>(p));
		assert!(Listings::<T>::get(id).is_some_and(|record| record.version == 2));
	}

	#[benchmark]
	fn set_state() {
		let (who, id) = drafted::<T>();
		T::OnState::benchmark_on_state(id);
		#[extrinsic_call]
		_(RawOrigin::Signed(who), id, ListingState::Active);
		assert!(Listings::<T>::get(id).is_some_and(|record| record.state == ListingState::Active));
	}

	#[benchmark]
	fn set_payouts() {
		let (who, id) = drafted::<T>();
		let none = PayoutSplit { workers: Permill::zero(), persistence: Permill::zero() };
		#[extrinsic_call]
		_(RawOrigin::Signed(who), id, none);
		assert!(Listings::<T>::get(id).is_some_and(|record| record.payouts == none));
	}

	#[benchmark]
	fn retire() {
		let (who, id) = drafted::<T>();
		T::OnState::benchmark_on_state(id);
		#[extrinsic_call]
		_(RawOrigin::Signed(who), id);
		assert!(Listings::<T>::get(id).is_some_and(|record| record.state == ListingState::Retired));
	}

	#[benchmark]
	fn take_down() {
		let (who, id) = drafted::<T>();
		assert_ok!(Pallet::<T>::do_set_state(who, id, ListingState::Active));
		T::OnState::benchmark_on_state(id);
		#[extrinsic_call]
		_(RawOrigin::Root, id, [9; 32]);
		assert!(Listings::<T>::get(id).is_some_and(|record| record.state == ListingState::TakenDown));
	}

	impl_benchmark_test_suite!(Pallet, crate::mock::TestExt.build(), crate::mock::Test);
}
