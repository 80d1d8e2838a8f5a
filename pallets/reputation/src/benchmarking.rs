//! One benchmark per call, and one per step of the hooks.

use crate::*;
use frame_benchmarking::v2::*;
use frame_support::{
	assert_ok,
	traits::{fungible::Mutate, Get},
};
use frame_system::{pallet_prelude::BlockNumberFor, RawOrigin};
use souk_primitives::{
	reach::{Deals as _, Dispute, Rulings as _, Side},
	Balance, OrderId,
};

/// Enough for what others sell here, with all deposits.
const PLENTY: Balance = 1_000_000_000_000_000_000;

fn endowed<T: Config>(name: &'static str) -> T::AccountId
where
	T::Currency: Mutate<T::AccountId>,
{
	let who = account(name, 0, 0);
	assert_ok!(T::Currency::mint_into(
		&who,
		PLENTY.saturating_add(T::DepositBase::get().saturating_mul(1_000))
	));
	who
}

/// A curator, who was paid, a payer, and the order.
fn completed<T: Config>() -> (T::AccountId, T::AccountId, OrderId)
where
	T::Currency: Mutate<T::AccountId>,
{
	let (curator, payer) = (endowed::<T>("curator"), endowed::<T>("payer"));
	let order = T::Orders::benchmark_completed(&curator, &payer);
	(curator, payer, order)
}

/// A dispute about the order, which its opener, the buyer, has lost.
fn lost<T: Config>(seller: &T::AccountId, buyer: &T::AccountId, order: OrderId) {
	let listing = T::Orders::completed(order).expect("it is").listing;
	let (buyer, seller) = (buyer.clone(), seller.clone());
	let (opener, evidence) = (Side::Buyer, [1; 32]);
	let dispute = Dispute { order, listing, buyer, seller, opener, window_until: None, evidence };
	T::Rulings::benchmark_lost(dispute);
}

/// The payer's credential for the curator, and the payer.
fn issued<T: Config>() -> (T::AccountId, CredentialId)
where
	T::Currency: Mutate<T::AccountId>,
{
	let (_, payer, order) = completed::<T>();
	let kind = CredentialKind::TrustedSeller;
	assert_ok!(Pallet::<T>::do_issue_credential(payer.clone(), order, kind, [1; 32]));
	(payer, CredentialId { order, kind })
}

fn go_to<T: Config>(block: u32) {
	frame_system::Pallet::<T>::set_block_number(BlockNumberFor::<T>::from(block));
}

#[benchmarks(where T: Config, T::Currency: Mutate<T::AccountId>)]
mod benchmarks {
	use super::*;

	/// The second rating of a listing, so that the deposit of the first returns; of an order about which there was a case.
	#[benchmark]
	fn rate() {
		let (curator, payer, order) = completed::<T>();
		lost::<T>(&curator, &payer, order);
		let listing = T::Orders::completed(order).expect("it is").listing;
		let (deal, rated) = (Deal::Order(order), Rated::Listing(listing));
		assert_ok!(Pallet::<T>::add(rated.clone(), 1, curator));
		#[extrinsic_call]
		_(RawOrigin::Signed(payer), deal.clone(), 5);
		assert!(Rights::<T>::get(deal).is_some_and(|right| right.payer_rated));
		assert_eq!(Tallies::<T>::get(rated).expect("it is rated").scores, [1, 0, 0, 0, 1]);
	}

	/// The one for which the ruling is read as well.
	#[benchmark]
	fn issue_credential() {
		let (seller, buyer, order) = completed::<T>();
		lost::<T>(&seller, &buyer, order);
		let kind = CredentialKind::DisputeLost;
		#[extrinsic_call]
		_(RawOrigin::Signed(seller), order, kind, [2; 32]);
		assert!(Credentials::<T>::contains_key(CredentialId { order, kind }));
	}

	#[benchmark]
	fn revoke_credential() {
		let (issuer, id) = issued::<T>();
		#[extrinsic_call]
		_(RawOrigin::Signed(issuer), id);
		assert!(Credentials::<T>::get(id).is_some_and(|record| record.revoked_at.is_some()));
	}

	#[benchmark]
	fn remove_credential() {
		let (issuer, id) = issued::<T>();
		assert_ok!(Pallet::<T>::do_revoke_credential(issuer.clone(), id));
		go_to::<T>(Credentials::<T>::get(id).expect("it was issued").final_at);
		#[extrinsic_call]
		_(RawOrigin::Signed(issuer), id);
		assert!(!Credentials::<T>::contains_key(id));
	}

	#[benchmark]
	fn work_off() {
		NextDue::<T>::put(5);
		#[block]
		{
			Pallet::<T>::work_off(5, Pallet::<T>::hook_limit());
		}
		assert_eq!(NextDue::<T>::get(), Some(6));
	}

	#[benchmark]
	fn turn() {
		let (_, id) = issued::<T>();
		#[block]
		{
			Pallet::<T>::take_turn(Turn::Credential(id));
		}
		assert!(!Credentials::<T>::contains_key(id));
	}

	impl_benchmark_test_suite!(Pallet, crate::mock::TestExt.build(), crate::mock::Test);
}
