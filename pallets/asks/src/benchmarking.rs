//! One benchmark per call, and one per step of the hooks.
//!
//! Nobody makes proofs in the runtime: the bundle that is checked here was made before. `SOUK_WRITE_BUNDLE=1 cargo test -p
//! pallet-asks --lib the_bundle` makes another one, after a change of what is proved.

use crate::*;
use codec::Decode;
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
	reach::{Curation as _, Listings as _},
	Balance, Commitments, ListingId, NodeRole, Plan, PlanKind, Price, SnapshotView,
};
use souk_table_proofs::Bundle;

/// A bundle about the first listing of a chain: five figures for each of three groups under two predicates.
pub(crate) const BUNDLE: &[u8] = include_bytes!("benchmarking/aggregate.bundle");

/// Enough for each share of it to make an account.
const BOUNTY: Price = Price { asset: PAID_IN, amount: 100_000_000 };
/// What answers for the listing, in planck: enough for any chain.
const BOND: Balance = 100_000_000_000_000;
const WAIT: u32 = 10;

fn bundle() -> Bundle {
	Bundle::decode(&mut &BUNDLE[..]).expect("it is a bundle")
}

fn bytes() -> BundleBytes {
	BundleBytes::truncate_from(BUNDLE.to_vec())
}

fn go_to<T: Config>(block: u32) {
	frame_system::Pallet::<T>::set_block_number(BlockNumberFor::<T>::from(block));
}

/// The chain that the bundle is for, with its listing and a node of it. Returns who asks, the node and the listing.
fn world<T: Config>() -> (T::AccountId, T::AccountId, ListingId)
where
	T::Currency: Mutate<T::AccountId>,
{
	let bundle = bundle();
	let (asker, curator): (T::AccountId, T::AccountId) = (account("asker", 0, 0), account("curator", 0, 0));
	let plenty = BOND.saturating_mul(100).saturating_add(T::DepositBase::get().saturating_mul(100));
	for who in [&asker, &curator] {
		assert_ok!(T::Currency::mint_into(who, plenty));
	}
	mint::<T::Money, _>(PAID_IN, &asker, BOUNTY.amount.saturating_mul(100));
	let genesis = T::Hash::decode(&mut &bundle.context.genesis[..]).expect("a hash has 32 bytes");
	frame_system::BlockHash::<T>::insert(BlockNumberFor::<T>::from(0u32), genesis);
	let plan = Plan { kind: PlanKind::OneTime, price: BOUNTY };
	let listing = T::Listings::benchmark_data_product(&curator, plan);
	assert_eq!(listing, bundle.context.listing, "the chain has listings already");
	let commitments = Commitments {
		content_root: [1; 32],
		cipher_root: [2; 32],
		key_commitment: None,
		columns_root: bundle.columns_root(),
		schema_hash: [4; 32],
		source_digest: [5; 32],
		rows: bundle.rows,
		bytes: 1,
	};
	let snapshot = SnapshotView { period: bundle.context.period, commitments, final_at: 0 };
	T::Curation::benchmark_sale(listing, snapshot, BOND);
	// Only who is at work answers.
	T::Curation::benchmark_terms(listing, 0);
	let nodes = T::Curation::terms(listing, NodeRole::Persistence, 0, 1);
	let node = nodes.first().expect("there is a node").node.clone();
	(asker, node, listing)
}

fn asked<T: Config>(asker: &T::AccountId, listing: ListingId) -> AskId {
	let ask = NextAskId::<T>::get();
	let query = bundle().query;
	assert_ok!(Pallet::<T>::do_ask(asker.clone(), listing, None, query, None, 0, BOUNTY, WAIT));
	ask
}

/// An ask that is answered, and of which nobody could be paid.
fn owing<T: Config>(asker: &T::AccountId, node: T::AccountId, listing: ListingId) -> AskId {
	let id = asked::<T>(asker, listing);
	let mut record = Asks::<T>::get(id).expect("it was asked");
	record.state = AskState::Answered;
	record.verdict =
		Some(Verdict { by: node, at: 1, version: 1, bundle_hash: [1; 32], answer_hash: [2; 32] });
	Pallet::<T>::store(id, record);
	id
}

fn state<T: Config>(ask: AskId) -> AskState {
	Asks::<T>::get(ask).expect("the ask is not forgotten").state
}

#[benchmarks(where T: Config, T::Currency: Mutate<T::AccountId> + Inspect<T::AccountId, Balance = Balance>)]
mod benchmarks {
	use super::*;

	#[benchmark]
	fn ask() {
		let (asker, _, listing) = world::<T>();
		let query = bundle().query;
		#[extrinsic_call]
		_(RawOrigin::Signed(asker), listing, None, query, Some([1; 32]), 0, BOUNTY, WAIT);
		assert_eq!(state::<T>(0), AskState::Open);
	}

	#[benchmark]
	fn answer() {
		let (asker, node, listing) = world::<T>();
		let id = asked::<T>(&asker, listing);
		#[extrinsic_call]
		_(RawOrigin::Signed(node), id, bytes());
		assert_eq!(state::<T>(id), AskState::Answered);
	}

	#[benchmark]
	fn answer_not_read() {
		let (asker, _, listing) = world::<T>();
		let id = asked::<T>(&asker, listing);
		#[block]
		{
			assert!(Pallet::<T>::do_answer(asker, id, BUNDLE).is_err());
		}
		assert_eq!(state::<T>(id), AskState::Open);
	}

	#[benchmark]
	fn check() {
		let (asker, _, listing) = world::<T>();
		#[extrinsic_call]
		_(RawOrigin::Signed(asker), listing, bundle().context.period, bytes());
	}

	#[benchmark]
	fn check_not_read() {
		let (asker, _, listing) = world::<T>();
		#[block]
		{
			assert!(Pallet::<T>::do_check(asker, listing, 0, BUNDLE).is_err());
		}
	}

	#[benchmark]
	fn withdraw() {
		let (asker, _, listing) = world::<T>();
		let id = asked::<T>(&asker, listing);
		Asks::<T>::mutate(id, |record| {
			if let Some(record) = record {
				record.min_group_size = u32::MAX;
			}
		});
		#[extrinsic_call]
		_(RawOrigin::Signed(asker), id);
		assert_eq!(state::<T>(id), AskState::Refunded);
	}

	/// Of an ask whose bounty could not be paid before: it is paid now.
	#[benchmark]
	fn claim_timeout() {
		let (asker, node, listing) = world::<T>();
		let id = owing::<T>(&asker, node, listing);
		let due = Asks::<T>::get(id).and_then(|record| record.due).expect("it waits");
		go_to::<T>(due);
		#[extrinsic_call]
		_(RawOrigin::Signed(asker), id);
		assert!(Asks::<T>::get(id).is_some_and(|record| record.held == 0 && record.paid == BOUNTY.amount));
	}

	#[benchmark]
	fn forget() {
		let (asker, node, listing) = world::<T>();
		let id = asked::<T>(&asker, listing);
		assert!(Pallet::<T>::do_answer(node, id, BUNDLE).is_ok());
		#[extrinsic_call]
		_(RawOrigin::Signed(asker), id);
		assert!(!Asks::<T>::contains_key(id));
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
		let (asker, node, listing) = world::<T>();
		let id = owing::<T>(&asker, node, listing);
		#[block]
		{
			Pallet::<T>::take_turn(id);
		}
		assert!(Asks::<T>::get(id).is_some_and(|record| record.held == 0 && record.paid == BOUNTY.amount));
	}

	impl_benchmark_test_suite!(Pallet, crate::mock::TestExt.build(), crate::mock::Test);
}
