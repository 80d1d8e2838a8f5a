//! One benchmark for what others cause, and one per step of the hooks.

use crate::*;
use frame_benchmarking::v2::*;
use frame_support::{
	assert_ok,
	traits::{
		fungible::{Inspect, Mutate},
		Get,
	},
	weights::WeightMeter,
	BoundedVec,
};
use frame_system::pallet_prelude::BlockNumberFor;
use souk_primitives::{
	reach::{Bonds, Listings, Offences, Subscribers},
	Asset, Balance, Bond, ListingId, Offence, OffenceKind, Plan, PlanKind, Price,
};

const KIND: OffenceKind = OffenceKind::ConflictingSnapshots;

/// Enough for each share of it to make an account.
fn plenty<T: Config>() -> Balance {
	T::Currency::minimum_balance().saturating_mul(1_000)
}

fn rich<T: Config>(name: &'static str) -> T::AccountId
where
	T::Currency: Mutate<T::AccountId>,
{
	let who = account(name, 0, 0);
	assert_ok!(T::Currency::mint_into(&who, plenty::<T>().saturating_mul(1_000)));
	who
}

fn go_to<T: Config>(block: u32) {
	frame_system::Pallet::<T>::set_block_number(BlockNumberFor::<T>::from(block));
}

/// A listing and a node with a bond each.
fn at_stake<T: Config>() -> (ListingId, T::AccountId)
where
	T::Currency: Mutate<T::AccountId>,
{
	let price = Price { asset: Asset::Native, amount: plenty::<T>() };
	let plan = Plan { kind: PlanKind::Subscription { period: 1_000 }, price };
	let listing = T::Listings::benchmark_listing(&rich::<T>("curator"), plan);
	let node = rich::<T>("node");
	for bond in [Bond::Listing(listing), Bond::Node(node.clone())] {
		T::Bonds::benchmark_bond(&bond, plenty::<T>());
	}
	(listing, node)
}

/// A fine out of both bonds, in block 10.
fn fine<T: Config>(stage: Stage<T::AccountId>) -> FineRecordOf<T>
where
	T::Currency: Mutate<T::AccountId>,
{
	let (listing, node) = at_stake::<T>();
	let mut sources = BoundedVec::new();
	for bond in [Bond::Listing(listing), Bond::Node(node)] {
		let left = T::Bonds::forfeit(&bond, plenty::<T>() / 2);
		assert!(sources.try_push(Source { bond, left }).is_ok());
	}
	go_to::<T>(10);
	FineRecord {
		listing,
		at: 10,
		sources,
		subscribers: plenty::<T>() * 3 / 4,
		reporter: Some((rich::<T>("reporter"), plenty::<T>() / 4)),
		stage,
		waiting: None,
	}
}

/// Fills what is remembered against a bond.
fn remember<T: Config>(bond: &Bond<T::AccountId>) {
	for number in 0..T::MaxRemembered::get() {
		go_to::<T>(number + 1);
		let record = OffenceRecord {
			kind: KIND,
			listing: 0,
			node: Some(account("node", 0, 0)),
			reporter: Some(account("reporter", 0, 0)),
			evidence: [1; 32],
			at: number,
			until: Pallet::<T>::remembered_until(),
			taken: 1,
		};
		Pallet::<T>::remember(bond, record);
	}
}

#[benchmarks(where T: Config, T::Currency: Mutate<T::AccountId>)]
mod benchmarks {
	use super::*;

	#[benchmark]
	fn commit() {
		let (listing, node) = at_stake::<T>();
		let treasury = T::Treasury::get();
		assert_ok!(T::Currency::mint_into(&treasury, plenty::<T>()));
		for bond in [Bond::Listing(listing), Bond::Node(node.clone())] {
			remember::<T>(&bond);
		}
		let offence = Offence {
			kind: KIND,
			listing,
			node: Some(node),
			curator_answers: true,
			reporter: Some(rich::<T>("reporter")),
			evidence: [2; 32],
		};
		#[block]
		{
			<Pallet<T> as Offences<T::AccountId>>::commit(offence);
		}
		let history = History::<T>::get(Bond::<T::AccountId>::Listing(listing));
		assert_eq!(history.last().map(|record| record.evidence), Some([2; 32]));
	}

	#[benchmark]
	fn work_off() {
		NextDue::<T>::put(5);
		#[block]
		{
			Pallet::<T>::work_off(5, T::DbWeight::get().reads(1).saturating_add(T::WeightInfo::work_off()));
		}
		assert_eq!(NextDue::<T>::get(), Some(6));
	}

	#[benchmark]
	fn forget() {
		let bond = Bond::Node(account("node", 0, 0));
		remember::<T>(&bond);
		let until = Pallet::<T>::remembered_until();
		go_to::<T>(until);
		#[block]
		{
			Pallet::<T>::take_turn(until, Turn::Forget(bond.clone()));
		}
		assert!(!History::<T>::contains_key(bond));
	}

	#[benchmark]
	fn next_fine() {
		let mut record = fine::<T>(Stage::Rest);
		record.waiting = Some(Waiting { since: 1, until: 100 });
		Fines::<T>::insert(Pallet::<T>::key(0), record);
		let mut meter = WeightMeter::with_limit(T::WeightInfo::next_fine());
		#[block]
		{
			Pallet::<T>::divide(10, &mut meter);
		}
		assert!(Fines::<T>::contains_key(Pallet::<T>::key(0)));
	}

	#[benchmark]
	fn count() {
		let record = fine::<T>(Stage::Counting { after: None, claims: 0 });
		go_to::<T>(1);
		T::Subscribers::benchmark_subscriber(record.listing, &rich::<T>("subscriber"));
		let stage;
		#[block]
		{
			stage = Pallet::<T>::count(&record, None, 0);
		}
		assert!(matches!(stage, Stage::Counting { after: Some(_), claims } if claims > 0));
	}

	#[benchmark]
	fn pay_next() {
		// Out of both bonds.
		let mut record = fine::<T>(Stage::Rest);
		go_to::<T>(1);
		T::Subscribers::benchmark_subscriber(record.listing, &rich::<T>("subscriber"));
		let (part, left) = (record.subscribers, record.left());
		#[block]
		{
			Pallet::<T>::pay_next(&mut record, None, part, part);
		}
		assert!(record.left() < left);
	}

	#[benchmark]
	fn pay_rest() {
		let mut record = fine::<T>(Stage::Rest);
		let treasury = T::Treasury::get();
		assert_ok!(T::Currency::mint_into(&treasury, plenty::<T>()));
		#[block]
		{
			Pallet::<T>::pay_rest(&mut record);
		}
		assert_eq!(record.left(), 0);
	}

	impl_benchmark_test_suite!(Pallet, crate::mock::TestExt::default().build(), crate::mock::Test);
}
