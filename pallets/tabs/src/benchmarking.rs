//! One benchmark per call, and one per step of the hooks.

use crate::*;
use frame_benchmarking::v2::*;
use frame_support::{
	assert_ok,
	traits::{
		fungible::{Inspect, Mutate},
		Get,
	},
};
use frame_system::{pallet_prelude::BlockNumberFor, RawOrigin};
use souk_primitives::{
	reach::{Backing as _, Curation as _, Listings as _},
	Asset, Balance, Commitments, ListingId, Plan, PlanKind, Price, SnapshotView,
};
use souk_proof_primitives::voucher::{SignedVoucher, Voucher};
use sp_core::{crypto::KeyTypeId, sr25519::Public};

/// Enough for each share of it to make an account.
const PRICE: Price = Price { asset: Asset::Native, amount: 100_000_000_000_000 };
const KEYS: KeyTypeId = KeyTypeId(*b"tabs");

fn go_to<T: Config>(block: u32) {
	frame_system::Pallet::<T>::set_block_number(BlockNumberFor::<T>::from(block));
}

/// Who pays, the key that signs, and the listing.
fn world<T: Config>() -> (T::AccountId, Public, ListingId)
where
	T::Currency: Mutate<T::AccountId>,
{
	let payer: T::AccountId = account("payer", 0, 0);
	let plenty =
		PRICE.amount.saturating_mul(1_000).saturating_add(T::DepositBase::get().saturating_mul(1_000));
	assert_ok!(T::Currency::mint_into(&payer, plenty));
	let plan = Plan { kind: PlanKind::PayPerQuery, price: PRICE };
	let listing = T::Listings::benchmark_data_product(&payer, plan);
	let commitments = Commitments {
		content_root: [1; 32],
		cipher_root: [2; 32],
		key_commitment: None,
		columns_root: None,
		schema_hash: [4; 32],
		source_digest: [5; 32],
		rows: 1,
		bytes: 1,
	};
	// With a bond that allows it to be sold.
	let snapshot = SnapshotView { period: 0, commitments, final_at: 0 };
	T::Curation::benchmark_sale(listing, snapshot, PRICE.amount.saturating_mul(10));
	T::Curation::benchmark_terms(listing);
	T::Backing::benchmark_backing(listing);
	(payer, sp_io::crypto::sr25519_generate(KEYS, None), listing)
}

fn opened<T: Config>(payer: &T::AccountId, key: Public, listing: ListingId) -> TabId {
	let tab = NextTabId::<T>::get();
	let limit = PRICE.amount.saturating_mul(2);
	assert_ok!(Pallet::<T>::do_open_tab(payer.clone(), listing, 0, Some(key.0), limit, PRICE));
	tab
}

fn voucher<T: Config>(tab: TabId, node: &T::AccountId, key: Public) -> SignedVoucher {
	let voucher = Voucher { tab, node: node.clone().into(), counter: 1, amount: PRICE.amount };
	let digest = voucher.digest(&Pallet::<T>::genesis());
	let signature = sp_io::crypto::sr25519_sign(KEYS, &key, &digest).expect("the key is in the keystore");
	SignedVoucher { voucher, signature: signature.0 }
}

#[benchmarks(where T: Config, T::Currency: Mutate<T::AccountId> + Inspect<T::AccountId, Balance = Balance>)]
mod benchmarks {
	use super::*;

	#[benchmark]
	fn open_tab() {
		let (payer, key, listing) = world::<T>();
		#[extrinsic_call]
		_(RawOrigin::Signed(payer), listing, 0, Some(key.0), PRICE.amount, PRICE);
		assert!(Tabs::<T>::contains_key(0));
	}

	#[benchmark]
	fn top_up_tab() {
		let (payer, key, listing) = world::<T>();
		let tab = opened::<T>(&payer, key, listing);
		#[extrinsic_call]
		_(RawOrigin::Signed(payer), tab, PRICE.amount);
		assert!(Tabs::<T>::get(tab).is_some_and(|record| record.held == PRICE.amount * 3));
	}

	#[benchmark]
	fn settle_vouchers(n: Linear<1, MAX_BATCH>) {
		let (payer, key, listing) = world::<T>();
		let node: T::AccountId = account("node", 0, 0);
		let vouchers: alloc::vec::Vec<_> =
			(0..n).map(|_| voucher::<T>(opened::<T>(&payer, key, listing), &node, key)).collect();
		let vouchers: Batch = vouchers.try_into().expect("not too many");
		#[extrinsic_call]
		_(RawOrigin::Signed(node), vouchers);
		assert!(Tabs::<T>::iter_values().all(|record| record.held == PRICE.amount));
	}

	#[benchmark]
	fn close_tab() {
		let (payer, key, listing) = world::<T>();
		let tab = opened::<T>(&payer, key, listing);
		#[extrinsic_call]
		_(RawOrigin::Signed(payer), tab);
		assert!(Tabs::<T>::get(tab).is_some_and(|record| matches!(record.phase, Phase::Closing { .. })));
	}

	#[benchmark]
	fn claim_timeout() {
		let (payer, key, listing) = world::<T>();
		let tab = opened::<T>(&payer, key, listing);
		assert_ok!(Pallet::<T>::do_close_tab(payer.clone(), tab));
		let due = Tabs::<T>::get(tab).expect("it waits").due;
		go_to::<T>(due);
		#[extrinsic_call]
		_(RawOrigin::Signed(payer), tab);
		assert!(!Tabs::<T>::contains_key(tab));
	}

	#[benchmark]
	fn set_free_quota() {
		let (payer, _, listing) = world::<T>();
		assert_ok!(Pallet::<T>::do_set_free_quota(payer.clone(), listing, 1));
		#[extrinsic_call]
		_(RawOrigin::Signed(payer), listing, 2);
		assert!(FreeQuotas::<T>::get(listing).is_some_and(|quota| quota.queries == 2));
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
		let (payer, key, listing) = world::<T>();
		let tab = opened::<T>(&payer, key, listing);
		let mut record = Tabs::<T>::get(tab).expect("it was opened");
		let (node, amount): (T::AccountId, _) = (account("node", 0, 0), PRICE.amount);
		record.phase = Phase::Over;
		record.pending_since = Some(0);
		let earner = Earner { node, counter: 1, earned: amount, owed: amount };
		record.earners.try_push(earner).expect("there is room for one");
		Tabs::<T>::insert(tab, record);
		#[block]
		{
			Pallet::<T>::take_turn(tab);
		}
		assert!(!Tabs::<T>::contains_key(tab));
	}

	impl_benchmark_test_suite!(Pallet, crate::mock::TestExt.build(), crate::mock::Test);
}
