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
	benchmarking::{mint, PAID_IN},
	reach::{Backing as _, Curation as _, Listings as _},
	Balance, Commitments, ListingId, NodeRole, Plan, PlanKind, Price, SnapshotView,
};
use souk_proof_primitives::voucher::{SignedVoucher, Voucher};
use sp_core::{crypto::KeyTypeId, sr25519::Public};

/// What a query costs: enough for each share of it to make an account.
const PRICE: Price = Price { asset: PAID_IN, amount: 100_000_000 };
/// What answers for a listing, in planck: enough for any chain.
const BOND: Balance = 1_000_000_000_000_000;
const KEYS: KeyTypeId = KeyTypeId(*b"tabs");

fn go_to<T: Config>(block: u32) {
	frame_system::Pallet::<T>::set_block_number(BlockNumberFor::<T>::from(block));
}

/// Somebody who can pay bonds and deposits.
fn rich<T: Config>(name: &'static str, index: u32) -> T::AccountId
where
	T::Currency: Mutate<T::AccountId>,
{
	let who = account(name, index, 0);
	let plenty = BOND.saturating_mul(100).saturating_add(T::DepositBase::get().saturating_mul(1_000));
	assert_ok!(T::Currency::mint_into(&who, plenty));
	who
}

/// Who pays, the key that signs, and the listing: others for each index, and others who share in the payment.
fn world<T: Config>(index: u32) -> (T::AccountId, Public, ListingId)
where
	T::Currency: Mutate<T::AccountId>,
{
	let (curator, payer) = (rich::<T>("curator", index), rich::<T>("payer", index));
	mint::<T::Money, _>(PAID_IN, &payer, PRICE.amount.saturating_mul(1_000));
	let plan = Plan { kind: PlanKind::PayPerQuery, price: PRICE };
	let listing = T::Listings::benchmark_data_product(&curator, plan);
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
	T::Curation::benchmark_sale(listing, snapshot, BOND);
	// Only those share in the payment of a voucher who are at work in its block.
	T::Curation::benchmark_terms(listing, 0);
	T::Backing::benchmark_backing(listing);
	(payer, sp_io::crypto::sr25519_generate(KEYS, None), listing)
}

fn opened<T: Config>(payer: &T::AccountId, key: Public, listing: ListingId) -> TabId {
	let tab = NextTabId::<T>::get();
	let limit = PRICE.amount.saturating_mul(2);
	assert_ok!(Pallet::<T>::do_open_tab(payer.clone(), listing, 0, Some(key.0), limit, PRICE));
	tab
}

/// As many others have earned something of a tab as leave one place that is kept for nobody.
fn take_places<T: Config>(tab: TabId) {
	let mut record = Tabs::<T>::get(tab).expect("it was opened");
	let now = Pallet::<T>::now();
	let assigned = T::Curation::terms(record.listing, NodeRole::Persistence, now, now + 1).len() as u32;
	for index in 0..(MAX_NODES - 1).saturating_sub(assigned) {
		let earner = Earner { node: account("earner", index, 0), counter: 1, earned: 1, owed: 0 };
		record.earners.try_push(earner).expect("there is room for one more");
		record.limit += 1;
	}
	Tabs::<T>::insert(tab, record);
}

/// A tab that is over and still owes a node something. Returns its payer as well.
fn owing<T: Config>() -> (T::AccountId, TabId)
where
	T::Currency: Mutate<T::AccountId>,
{
	let (payer, key, listing) = world::<T>(0);
	let tab = opened::<T>(&payer, key, listing);
	let mut record = Tabs::<T>::get(tab).expect("it was opened");
	let (node, amount): (T::AccountId, _) = (account("node", 0, 0), PRICE.amount);
	record.phase = Phase::Over;
	record.pending_since = Some(0);
	let earner = Earner { node, counter: 1, earned: amount, owed: amount };
	record.earners.try_push(earner).expect("there is room for one");
	Tabs::<T>::insert(tab, record);
	(payer, tab)
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
		let (payer, key, listing) = world::<T>(0);
		#[extrinsic_call]
		_(RawOrigin::Signed(payer), listing, 0, Some(key.0), PRICE.amount, PRICE);
		assert!(Tabs::<T>::contains_key(0));
	}

	#[benchmark]
	fn top_up_tab() {
		let (payer, key, listing) = world::<T>(0);
		let tab = opened::<T>(&payer, key, listing);
		#[extrinsic_call]
		_(RawOrigin::Signed(payer), tab, PRICE.amount);
		assert!(Tabs::<T>::get(tab).is_some_and(|record| record.held == PRICE.amount * 3));
	}

	/// Each of another tab with one place left, by a node that has earned nothing of it and is not assigned.
	#[benchmark]
	fn settle_vouchers(n: Linear<1, MAX_BATCH>) {
		let node: T::AccountId = account("node", 0, 0);
		let of_its_own = |index| {
			let (payer, key, listing) = world::<T>(index);
			let tab = opened::<T>(&payer, key, listing);
			take_places::<T>(tab);
			voucher::<T>(tab, &node, key)
		};
		let vouchers: alloc::vec::Vec<_> = (0..n).map(of_its_own).collect();
		let vouchers: Batch = vouchers.try_into().expect("not too many");
		#[extrinsic_call]
		_(RawOrigin::Signed(node), vouchers);
		assert!(Tabs::<T>::iter_values().all(|record| record.held == PRICE.amount));
	}

	#[benchmark]
	fn close_tab() {
		let (payer, key, listing) = world::<T>(0);
		let tab = opened::<T>(&payer, key, listing);
		#[extrinsic_call]
		_(RawOrigin::Signed(payer), tab);
		assert!(Tabs::<T>::get(tab).is_some_and(|record| matches!(record.phase, Phase::Closing { .. })));
	}

	/// Of a tab with a node that could not be paid before: it is paid now, and the rest goes back.
	#[benchmark]
	fn claim_timeout() {
		let (payer, tab) = owing::<T>();
		let due = Tabs::<T>::get(tab).expect("it waits").due;
		go_to::<T>(due);
		#[extrinsic_call]
		_(RawOrigin::Signed(payer), tab);
		assert!(!Tabs::<T>::contains_key(tab));
	}

	#[benchmark]
	fn set_free_quota() {
		let (_, _, listing) = world::<T>(0);
		let curator = T::Listings::owner(listing).expect("somebody has listed it");
		assert_ok!(Pallet::<T>::do_set_free_quota(curator.clone(), listing, 1));
		#[extrinsic_call]
		_(RawOrigin::Signed(curator), listing, 2);
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
		let (_, tab) = owing::<T>();
		#[block]
		{
			Pallet::<T>::take_turn(tab);
		}
		assert!(!Tabs::<T>::contains_key(tab));
	}

	impl_benchmark_test_suite!(Pallet, crate::mock::TestExt.build(), crate::mock::Test);
}
