//! One benchmark per call.

use crate::*;
use alloc::vec;
use frame_benchmarking::v2::*;
use frame_support::{
	assert_ok,
	traits::{fungible::Mutate, Get, UnixTime},
};
use frame_system::RawOrigin;
use souk_primitives::{
	reach::{Bonds, Cases, Listings, OnKeepers},
	Asset, Balance, Bond, Commitments, ListingId, NodeRole, Period, Plan, PlanKind, Price,
};

fn endowed<T: Config>(name: &'static str, index: u32) -> T::AccountId
where
	T::Currency: Mutate<T::AccountId>,
{
	let who: T::AccountId = account(name, index, 0);
	assert_ok!(T::Currency::mint_into(&who, Balance::MAX / 1_000_000));
	who
}

/// The longest thing that a node can say of itself.
fn info() -> NodeInfo {
	let address: Address = vec![2; 128].try_into().expect("it fits");
	NodeInfo {
		peer_id: vec![1; 64].try_into().expect("it fits"),
		addresses: vec![address; 8].try_into().expect("they fit"),
		encryption_key: [3; 32],
		worker: true,
		persistence: true,
		accepting: true,
	}
}

fn key() -> WrappedKey {
	vec![7; 128].try_into().expect("it fits")
}

fn registered<T: Config>(index: u32) -> T::AccountId
where
	T::Currency: Mutate<T::AccountId>,
{
	let node = endowed::<T>("node", index);
	assert_ok!(Pallet::<T>::do_register_node(node.clone(), info()));
	node
}

/// An active data product and its curator.
fn listed<T: Config>() -> (T::AccountId, ListingId)
where
	T::Currency: Mutate<T::AccountId>,
{
	let curator = endowed::<T>("curator", 0);
	let plan = Plan {
		kind: PlanKind::Subscription { period: 100 },
		price: Price { asset: Asset::Native, amount: 1_000_000_000_000 },
	};
	let listing = T::Listings::benchmark_data_product(&curator, plan);
	(curator, listing)
}

fn commitments(n: u8) -> Commitments {
	Commitments {
		content_root: [n; 32],
		cipher_root: [2; 32],
		key_commitment: Some([3; 32]),
		columns_root: Some([4; 32]),
		schema_hash: [5; 32],
		source_digest: [6; 32],
		rows: u64::MAX,
		bytes: u64::MAX,
	}
}

fn minutes<T: Config>() -> Period {
	u32::try_from(T::UnixTime::now().as_secs() / 60).unwrap_or(u32::MAX)
}

fn schedule(retention: u32) -> Schedule {
	Schedule { every: 10, tolerance: 1, retention }
}

/// Gives a listing so many workers, who all submit something for as many periods as can be open, but the first of them nothing for the last: in
/// each period the last `agree` of them say the same, and all others something else. Returns them, and the last period.
fn contested<T: Config>(
	curator: &T::AccountId,
	listing: ListingId,
	count: u32,
	agree: u32,
) -> (alloc::vec::Vec<T::AccountId>, Period)
where
	T::Currency: Mutate<T::AccountId>,
{
	assert_ok!(Pallet::<T>::do_set_schedule(curator.clone(), listing, schedule(T::MaxRetention::get())));
	let workers: alloc::vec::Vec<_> = (0..count).map(registered::<T>).collect();
	for worker in &workers {
		assert_ok!(Pallet::<T>::do_assign(curator.clone(), listing, worker.clone(), NodeRole::Worker, key()));
	}
	let first = minutes::<T>();
	let last = first + T::MaxOpenPeriods::get() - 1;
	for period in first..=last {
		for (n, worker) in (0..count).zip(&workers).skip(usize::from(period == last)) {
			let says = if n >= count - agree { 0 } else { u8::try_from(n + 1).unwrap_or(u8::MAX) };
			let result = Pallet::<T>::do_submit_snapshot(worker.clone(), listing, period, commitments(says));
			assert_ok!(result);
		}
	}
	(workers, last)
}

/// A worker of a listing whose open periods all become final when it leaves, while as many snapshots are kept as can be; and the last of those
/// periods. One less than an even number of workers needs a smaller quorum.
fn one_too_many<T: Config>(curator: &T::AccountId, listing: ListingId) -> (T::AccountId, Period)
where
	T::Currency: Mutate<T::AccountId>,
{
	let count = T::MaxAssigned::get() / 2 * 2;
	let (workers, last) = contested::<T>(curator, listing, count, count / 2);
	keep::<T>(listing, T::MaxRetention::get());
	(workers[0].clone(), last)
}

/// Has as many nodes left a listing in block 1 as it can have terms, but for `but`, each with a deposit; `settled` says whether they
/// can be forgotten in their time.
fn departed<T: Config>(curator: &T::AccountId, listing: ListingId, but: u32, settled: bool)
where
	T::Currency: Mutate<T::AccountId>,
{
	let deposit = T::DepositBase::get().max(1);
	let mut departures = Departures::default();
	for index in 0..T::MaxTerms::get().saturating_sub(but) {
		assert_ok!(Pallet::<T>::adjust_deposit(curator, 0, deposit));
		let departure = Departure {
			node: endowed::<T>("departed", index),
			role: if index % 2 == 0 { NodeRole::Worker } else { NodeRole::Persistence },
			since: 0,
			until: 1,
			agreed: true,
			periods: 0,
			curator: curator.clone(),
			deposit,
		};
		assert!(departures.remember(departure).is_ok());
	}
	if !settled {
		departures.begin(0);
	}
	departures.running = 1;
	Departed::<T>::insert(listing, departures);
}

/// Goes on to a block in which who left in block 1 is forgotten, and who was assigned before has worked.
fn go_on<T: Config>() {
	let block = T::RememberedFor::get().max(1).saturating_add(1);
	frame_system::Pallet::<T>::set_block_number(block.into());
}

/// Records `count` snapshots of periods for which nobody submits anything, as if they had become final.
fn keep<T: Config>(listing: ListingId, count: u32) {
	SnapshotPeriods::<T>::mutate(listing, |periods| {
		for period in (0..count).map(|at| u32::MAX - at) {
			let commitments = commitments(1);
			let record = SnapshotRecord { commitments, final_at: 1, signers: 1, quorum: 1, before: Some(1) };
			Snapshots::<T>::insert(listing, period, record);
			assert!(periods.try_push(period).is_ok());
		}
	});
}

#[benchmarks(where T: Config, T::Currency: Mutate<T::AccountId>)]
mod benchmarks {
	use super::*;

	#[benchmark]
	fn register_node() {
		let node = endowed::<T>("node", 0);
		#[extrinsic_call]
		_(RawOrigin::Signed(node.clone()), info());
		assert!(Nodes::<T>::contains_key(&node));
	}

	#[benchmark]
	fn update_node() {
		let node = registered::<T>(0);
		T::OnKeepers::benchmark_gone(&node);
		let info = NodeInfo { persistence: false, addresses: Default::default(), ..info() };
		#[extrinsic_call]
		_(RawOrigin::Signed(node.clone()), info);
		assert!(NodeUnlocking::<T>::contains_key(&node));
	}

	#[benchmark]
	fn deregister_node() {
		let node = registered::<T>(0);
		T::OnKeepers::benchmark_gone(&node);
		#[extrinsic_call]
		_(RawOrigin::Signed(node.clone()));
		assert!(!Nodes::<T>::contains_key(&node));
	}

	#[benchmark]
	fn withdraw_node_bond() {
		let node = registered::<T>(0);
		assert_ok!(Pallet::<T>::do_deregister_node(node.clone()));
		frame_system::Pallet::<T>::set_block_number(Pallet::<T>::unlocked_at().into());
		#[extrinsic_call]
		_(RawOrigin::Signed(node.clone()));
		assert!(!NodeUnlocking::<T>::contains_key(&node));
	}

	#[benchmark]
	fn bond() {
		let (curator, listing) = listed::<T>();
		let before = CuratorBonds::<T>::get(listing).map_or(0, |record| record.active);
		let amount = T::MinCuratorBond::get();
		#[extrinsic_call]
		_(RawOrigin::Signed(curator), listing, amount);
		assert_eq!(CuratorBonds::<T>::get(listing).map(|record| record.active), Some(before + amount));
	}

	#[benchmark]
	fn unbond() {
		let (curator, listing) = listed::<T>();
		let amount = T::MinCuratorBond::get();
		assert_ok!(Pallet::<T>::do_bond(curator.clone(), listing, amount.saturating_mul(2)));
		#[extrinsic_call]
		_(RawOrigin::Signed(curator), listing, amount);
		assert!(CuratorBonds::<T>::get(listing).is_some_and(|record| record.unlocking.total() == amount));
	}

	#[benchmark]
	fn withdraw_unbonded() {
		let (curator, listing) = listed::<T>();
		let amount = T::MinCuratorBond::get();
		assert_ok!(Pallet::<T>::do_bond(curator.clone(), listing, amount.saturating_mul(2)));
		assert_ok!(Pallet::<T>::do_unbond(curator.clone(), listing, amount));
		T::Cases::benchmark_pending(listing);
		// It has waited for as long as the case keeps it.
		frame_system::Pallet::<T>::set_block_number((Pallet::<T>::unlocked_at() + 1).into());
		#[extrinsic_call]
		_(RawOrigin::Signed(curator), listing);
		assert!(CuratorBonds::<T>::get(listing).is_some_and(|record| record.unlocking.total() == 0));
	}

	// Of a persistence node that was assigned before.
	#[benchmark]
	fn assign() {
		let (curator, listing) = listed::<T>();
		let node = registered::<T>(0);
		departed::<T>(&curator, listing, 0, true);
		go_on::<T>();
		#[extrinsic_call]
		_(RawOrigin::Signed(curator), listing, node.clone(), NodeRole::Persistence, key());
		assert!(AssignmentsOf::<T>::contains_key(&node));
		assert!(Departed::<T>::get(listing).is_some_and(|departures| departures.nodes.is_empty()));
	}

	// Of a worker: what it had submitted is far more than what others are told of a persistence node. The others agree without it.
	#[benchmark]
	fn unassign() {
		let (curator, listing) = listed::<T>();
		let (worker, last) = one_too_many::<T>(&curator, listing);
		departed::<T>(&curator, listing, T::MaxAssigned::get(), true);
		go_on::<T>();
		#[extrinsic_call]
		_(RawOrigin::Signed(curator), listing, worker.clone(), NodeRole::Worker);
		assert!(!AssignmentsOf::<T>::contains_key(&worker));
		assert!(Departed::<T>::get(listing).is_some_and(|departures| departures.nodes.len() == 1));
		assert_eq!(Newest::<T>::get(listing), Some(last));
	}

	#[benchmark]
	fn resign() {
		let (curator, listing) = listed::<T>();
		let (worker, last) = one_too_many::<T>(&curator, listing);
		departed::<T>(&curator, listing, T::MaxAssigned::get(), true);
		go_on::<T>();
		#[extrinsic_call]
		_(RawOrigin::Signed(worker.clone()), listing, NodeRole::Worker);
		assert!(!AssignmentsOf::<T>::contains_key(&worker));
		assert!(Departed::<T>::get(listing).is_some_and(|departures| departures.nodes.len() == 1));
		assert_eq!(Newest::<T>::get(listing), Some(last));
	}

	#[benchmark]
	fn set_schedule(p: Linear<0, { T::MaxRetention::get() - 1 }>) {
		let (curator, listing) = listed::<T>();
		let most = schedule(T::MaxRetention::get());
		assert_ok!(Pallet::<T>::do_set_schedule(curator.clone(), listing, most));
		keep::<T>(listing, p + 1);
		#[extrinsic_call]
		_(RawOrigin::Signed(curator), listing, schedule(1));
		assert_eq!(SnapshotPeriods::<T>::get(listing).len(), 1);
	}

	// The one that is missing to the quorum of the last period: all earlier ones are dropped, and the oldest snapshot.
	#[benchmark]
	fn submit_snapshot() {
		let (curator, listing) = listed::<T>();
		let count = T::MaxAssigned::get();
		let (workers, last) = contested::<T>(&curator, listing, count, count / 2);
		keep::<T>(listing, T::MaxRetention::get());
		let worker = workers[0].clone();
		#[extrinsic_call]
		_(RawOrigin::Signed(worker), listing, last, commitments(0));
		assert_eq!(Newest::<T>::get(listing), Some(last));
		assert_eq!(Submissions::<T>::iter_prefix(listing).count(), 0);
	}

	#[benchmark]
	fn clear_listing(p: Linear<0, { T::MaxRetention::get() }>) {
		let (curator, listing) = listed::<T>();
		let (workers, _) = contested::<T>(&curator, listing, T::MaxAssigned::get(), 0);
		for worker in &workers {
			let assigned = Pallet::<T>::do_assign(
				curator.clone(),
				listing,
				worker.clone(),
				NodeRole::Persistence,
				key(),
			);
			assert_ok!(assigned);
		}
		departed::<T>(&curator, listing, T::MaxAssigned::get().saturating_mul(2), false);
		keep::<T>(listing, p);
		// The listing's own end is the listings pallet's to measure; its state is one read.
		#[block]
		{
			assert_ok!(Pallet::<T>::remove_all(listing));
		}
		assert!(!Schedules::<T>::contains_key(listing));
	}

	#[benchmark]
	fn restore_node_bond() {
		let node = registered::<T>(0);
		let of_node = Bond::Node(node.clone());
		let whole = Pallet::<T>::bonded(&of_node);
		assert_eq!(Pallet::<T>::forfeit(&of_node, whole / 2), whole / 2);
		#[extrinsic_call]
		_(RawOrigin::Signed(node));
		assert_eq!(Pallet::<T>::bonded(&of_node), whole);
	}

	impl_benchmark_test_suite!(Pallet, crate::mock::TestExt::default().build(), crate::mock::Test);
}
