//! One benchmark per call.

use crate::*;
use frame_benchmarking::v2::*;
use frame_support::{
	assert_ok,
	traits::{
		fungible::{Inspect, Mutate},
		fungibles::hold::Mutate as _,
		Get,
	},
};
use frame_system::{pallet_prelude::BlockNumberFor, RawOrigin};
use souk_primitives::{
	benchmarking::{mint, PAID_IN},
	reach::{Bonds as _, Cases as _, Listings as _},
	Asset, Balance, Bond, ListingId, Plan, PlanKind, Price,
};
use sp_runtime::Permill;

/// Much more than the least that backs a bond.
fn plenty<T: Config>() -> Balance {
	T::MinBacking::get().saturating_mul(100)
}

fn rich<T: Config>(name: &'static str) -> T::AccountId
where
	T::Currency: Mutate<T::AccountId>,
{
	let who = account(name, 0, 0);
	let deposits = Pallet::<T>::backing_deposit(0).saturating_add(Pallet::<T>::backer_deposit(&who, 0));
	let amount = plenty::<T>().saturating_mul(1_000).saturating_add(deposits.saturating_mul(10));
	assert_ok!(T::Currency::mint_into(&who, amount));
	who
}

fn share() -> Permill {
	Permill::from_percent(20)
}

/// A curator, and a listing with a bond.
fn world<T: Config>() -> (T::AccountId, ListingId)
where
	T::Currency: Mutate<T::AccountId>,
{
	let curator = rich::<T>("curator");
	let price = Price { asset: Asset::Native, amount: T::MinBacking::get() };
	let plan = Plan { kind: PlanKind::Subscription { period: 1_000 }, price };
	let listing = T::Listings::benchmark_listing(&curator, plan);
	T::Bonds::benchmark_bond(&Bond::Listing(listing), plenty::<T>());
	(curator, listing)
}

/// The same, with a backer who has `plenty` behind the bond, portions on the way out, and earned in as many assets as can be.
fn backed<T: Config>() -> (T::AccountId, ListingId, T::AccountId)
where
	T::Currency: Mutate<T::AccountId>,
{
	let (curator, listing) = world::<T>();
	fixture::put_behind::<T>(listing, plenty::<T>() / 2);
	let backer = rich::<T>("backer");
	assert_eq!(backer, fixture::backer::<T>());
	(curator, listing, backer)
}

#[benchmarks(where T: Config, T::Currency: Mutate<T::AccountId> + Inspect<T::AccountId, Balance = Balance>)]
mod benchmarks {
	use super::*;

	#[benchmark]
	fn open_backing() {
		let (curator, listing) = world::<T>();
		#[extrinsic_call]
		_(RawOrigin::Signed(curator), listing, share(), plenty::<T>());
		assert!(Backings::<T>::contains_key(listing));
	}

	#[benchmark]
	fn close_backing() {
		let (curator, listing) = world::<T>();
		assert_ok!(Pallet::<T>::do_open_backing(curator.clone(), listing, share(), plenty::<T>()));
		#[extrinsic_call]
		_(RawOrigin::Signed(curator), listing);
		assert!(!Backings::<T>::contains_key(listing));
	}

	#[benchmark]
	fn back() {
		let (_, listing, _) = backed::<T>();
		let other = rich::<T>("other");
		#[extrinsic_call]
		_(RawOrigin::Signed(other.clone()), listing, T::MinBacking::get());
		assert!(Backers::<T>::get(other, listing).is_some_and(|own| own.points > 0));
	}

	#[benchmark]
	fn unback() {
		let (_, listing, backer) = backed::<T>();
		#[extrinsic_call]
		_(RawOrigin::Signed(backer.clone()), listing, T::MinBacking::get());
		let full = usize::try_from(MAX_LEAVING).ok();
		assert!(Backers::<T>::get(backer, listing).is_some_and(|own| Some(own.leaving.len()) == full));
	}

	#[benchmark]
	fn withdraw_unbacked() {
		let (_, listing, backer) = backed::<T>();
		Backings::<T>::mutate(listing, |slot| slot.as_mut().expect("it is there").closes = Some(20));
		T::Cases::benchmark_pending(listing);
		// It has waited for as long as the case keeps it.
		frame_system::Pallet::<T>::set_block_number(BlockNumberFor::<T>::from(21u32));
		#[extrinsic_call]
		_(RawOrigin::Signed(backer.clone()), listing, backer.clone());
		assert!(Backers::<T>::get(backer, listing).is_some_and(|own| own.points == 0));
	}

	#[benchmark]
	fn claim_income() {
		let (curator, listing, backer) = backed::<T>();
		let amount = T::MinBacking::get();
		mint::<T::Money, _>(PAID_IN, &curator, amount.saturating_mul(2));
		assert_ok!(T::Money::hold(PAID_IN, &HoldReason::Income.into(), &curator, amount));
		Backings::<T>::mutate(listing, |slot| {
			assert!(slot.as_mut().expect("it is there").earn(&PAID_IN, amount));
		});
		#[extrinsic_call]
		_(RawOrigin::Signed(curator), listing, PAID_IN, backer.clone());
		let own = Backers::<T>::get(backer, listing).expect("it has more");
		assert!(own.earned.last().is_some_and(|earned| earned.due == 0 && earned.per_point > 0));
	}

	impl_benchmark_test_suite!(Pallet, crate::mock::TestExt.build(), crate::mock::Test);
}
