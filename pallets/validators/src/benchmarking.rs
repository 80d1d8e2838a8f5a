//! One benchmark per call.

use crate::*;
use codec::Decode;
use frame_benchmarking::v2::*;
use frame_support::{
	assert_ok,
	traits::{fungible::Mutate, Get},
};
use frame_system::RawOrigin;
use pallet_session::SessionInterface;
use souk_primitives::Balance;
use sp_runtime::traits::TrailingZeroInput;

/// Registers session keys for `who`. All zeros decode as keys of any kind.
fn register_keys<T: Config>(who: &T::AccountId) {
	let keys = Decode::decode(&mut TrailingZeroInput::zeroes()).expect("zeros are keys");
	assert_ok!(T::SessionInterface::set_keys(who, keys));
}

fn endowed<T: Config>(index: u32) -> T::AccountId
where
	T::Currency: Mutate<T::AccountId>,
{
	let who: T::AccountId = account("validator", index, 0);
	let plenty = T::MinBond::get().saturating_mul(1_000).saturating_add(1_000_000_000_000_000);
	assert_ok!(T::Currency::mint_into(&who, plenty));
	who
}

fn bonded<T: Config>(index: u32, bond: Balance) -> T::AccountId
where
	T::Currency: Mutate<T::AccountId>,
{
	let who = endowed::<T>(index);
	assert_ok!(Pallet::<T>::do_bond(who.clone(), bond));
	who
}

fn listed<T: Config>(index: u32, bond: Balance) -> T::AccountId
where
	T::Currency: Mutate<T::AccountId>,
{
	let who = bonded::<T>(index, bond);
	Candidates::<T>::mutate(|candidates| {
		let at = candidates.binary_search(&who).unwrap_err();
		candidates.try_insert(at, who.clone()).expect("there is room");
	});
	who
}

#[benchmarks(where T: Config, T::Currency: Mutate<T::AccountId>)]
mod benchmarks {
	use super::*;

	#[benchmark]
	fn bond() {
		let who = endowed::<T>(0);
		let amount = T::MinBond::get();
		#[extrinsic_call]
		_(RawOrigin::Signed(who.clone()), amount);
		assert!(Ledgers::<T>::contains_key(&who));
	}

	#[benchmark]
	fn bond_extra() {
		let who = bonded::<T>(0, T::MinBond::get());
		#[extrinsic_call]
		_(RawOrigin::Signed(who.clone()), 1);
		assert_eq!(Pallet::<T>::active_bond(&who), T::MinBond::get().saturating_add(1));
	}

	#[benchmark]
	fn unbond() {
		let who = bonded::<T>(0, T::MinBond::get().saturating_mul(2));
		let amount = T::MinBond::get();
		#[extrinsic_call]
		_(RawOrigin::Signed(who.clone()), amount);
		assert_eq!(Pallet::<T>::active_bond(&who), amount);
	}

	#[benchmark]
	fn withdraw_unbonded() {
		let who = bonded::<T>(0, T::MinBond::get());
		assert_ok!(Pallet::<T>::do_unbond(who.clone(), T::MinBond::get()));
		CurrentSession::<T>::put(u32::MAX);
		#[extrinsic_call]
		_(RawOrigin::Signed(who.clone()));
		assert!(!Ledgers::<T>::contains_key(&who));
	}

	/// The list is as full as `c` says; at its bound, somebody makes room.
	#[benchmark]
	fn validate(c: Linear<0, { T::MaxCandidates::get() }>) {
		Candidates::<T>::kill();
		for index in 0..c {
			listed::<T>(index.saturating_add(1), T::MinBond::get());
		}
		let who = bonded::<T>(0, T::MinBond::get().saturating_mul(2));
		register_keys::<T>(&who);
		#[extrinsic_call]
		_(RawOrigin::Signed(who.clone()));
		assert!(Pallet::<T>::is_candidate(&who));
	}

	#[benchmark]
	fn chill() {
		Candidates::<T>::kill();
		let who = listed::<T>(0, T::MinBond::get());
		#[extrinsic_call]
		_(RawOrigin::Signed(who.clone()));
		assert!(!Pallet::<T>::is_candidate(&who));
	}

	#[benchmark]
	fn force_chill() {
		Candidates::<T>::kill();
		let who = listed::<T>(0, T::MinBond::get());
		#[extrinsic_call]
		_(RawOrigin::Root, who.clone());
		assert!(!Pallet::<T>::is_candidate(&who));
	}

	impl_benchmark_test_suite!(Pallet, crate::mock::TestExt::default().build(), crate::mock::Test);
}
