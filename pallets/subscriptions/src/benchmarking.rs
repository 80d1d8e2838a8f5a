//! One benchmark per call, and one per step of the hook.

use crate::*;
use frame_benchmarking::v2::*;
use frame_support::{
	assert_ok,
	traits::{fungible::Mutate, Get},
	BoundedVec,
};
use frame_system::{pallet_prelude::BlockNumberFor, RawOrigin};
use souk_primitives::{
	benchmarking::{mint, PAID_IN},
	reach::{Backing as _, Curation as _, Listings as _},
	Balance, Holder, ListingId, Plan, PlanKind, Price,
};

/// Long enough to be far from any other subscription's end.
const PERIOD: u32 = 1_000;

fn endowed<T: Config>(name: &'static str) -> T::AccountId
where
	T::Currency: Mutate<T::AccountId>,
{
	let who = account(name, 0, 0);
	let plenty = T::DepositBase::get().saturating_mul(1_000).saturating_add(DEPOSITS);
	assert_ok!(T::Currency::mint_into(&who, plenty));
	who
}

/// Who can pay for many periods.
fn subscriber<T: Config>() -> T::AccountId
where
	T::Currency: Mutate<T::AccountId>,
{
	let who = endowed::<T>("subscriber");
	mint::<T::Money, _>(PAID_IN, &who, PRICE.amount.saturating_mul(1_000));
	who
}

/// The price of a period: enough for each share of it to make an account.
const PRICE: Price = Price { asset: PAID_IN, amount: 100_000_000 };
/// What deposits for bytes cost at most, in planck.
const DEPOSITS: Balance = 100_000_000_000_000_000;

/// A listing on sale for [`PRICE`] a period, served by as many nodes as can be.
fn on_sale<T: Config>() -> ListingId
where
	T::Currency: Mutate<T::AccountId>,
{
	let plan = Plan { kind: PlanKind::Subscription { period: PERIOD }, price: PRICE };
	let listing = T::Listings::benchmark_listing(&endowed::<T>("curator"), plan);
	T::Curation::benchmark_terms(listing, u32::MAX);
	T::Backing::benchmark_backing(listing);
	listing
}

fn subscribed<T: Config>(auto_renew: bool) -> (T::AccountId, ListingId)
where
	T::Currency: Mutate<T::AccountId>,
{
	let (who, listing) = (subscriber::<T>(), on_sale::<T>());
	let holder = Holder::Account(who.clone());
	assert_ok!(Pallet::<T>::do_subscribe(who.clone(), listing, 0, holder, auto_renew, PERIOD, PRICE));
	(who, listing)
}

/// Fills queues.
fn fill<T: Config>(queues: impl IntoIterator<Item = u32>) {
	let place = |index| (Holder::Account(account("crowd", index, 0)), ListingId::MAX);
	let full: alloc::vec::Vec<_> = (0..T::MaxDuePerBlock::get()).map(place).collect();
	let full = BoundedVec::<_, T::MaxDuePerBlock>::truncate_from(full);
	for block in queues {
		Due::<T>::insert(block, full.clone());
	}
}

/// Fills as many queues as the search for a renewal's next place may find full, where a period from `at` on is over.
fn crowd<T: Config>(at: u32, who: &T::AccountId, listing: ListingId) {
	let holder = Holder::Account(who.clone());
	let places = Pallet::<T>::places(at.saturating_add(PERIOD), PERIOD / 10, &holder, listing);
	let mut places: alloc::vec::Vec<u32> = places.collect();
	let last = places.pop();
	fill::<T>(places.into_iter().filter(|place| Some(*place) != last));
}

fn go_to<T: Config>(block: u32) {
	frame_system::Pallet::<T>::set_block_number(BlockNumberFor::<T>::from(block));
}

/// A subscription in the grace, and its payer with money again.
fn in_grace<T: Config>() -> (T::AccountId, ListingId)
where
	T::Currency: Mutate<T::AccountId>,
{
	let (who, listing) = subscribed::<T>(true);
	let holder = Holder::Account(who.clone());
	let mut record = Subscriptions::<T>::get(&holder, listing).expect("it was bought");
	let unpaid = Pallet::<T>::settle_period(listing, &mut record, 0);
	assert_eq!(unpaid, 0);
	record.phase = Phase::Grace { until: record.paid_until.saturating_add(PERIOD) };
	go_to::<T>(record.paid_until);
	Pallet::<T>::store(listing, &holder, Some(record));
	(who, listing)
}

#[benchmarks(where T: Config, T::Currency: Mutate<T::AccountId>)]
mod benchmarks {
	use super::*;

	#[benchmark]
	fn subscribe() {
		let who = subscriber::<T>();
		let listing = on_sale::<T>();
		let due = Pallet::<T>::now().saturating_add(PERIOD);
		fill::<T>(due..due.saturating_add(LOOK_AHEAD));
		#[extrinsic_call]
		_(RawOrigin::Signed(who.clone()), listing, 0, None, true, PERIOD, PRICE);
		assert!(Subscriptions::<T>::contains_key(Holder::Account(who), listing));
	}

	#[benchmark]
	fn cancel() {
		let (who, listing) = subscribed::<T>(true);
		go_to::<T>(PERIOD / 2);
		#[extrinsic_call]
		_(RawOrigin::Signed(who.clone()), listing, None);
		assert!(!Subscriptions::<T>::contains_key(Holder::Account(who), listing));
	}

	#[benchmark]
	fn set_auto_renew() {
		let (who, listing) = in_grace::<T>();
		#[extrinsic_call]
		_(RawOrigin::Signed(who.clone()), listing, None, false);
		assert!(!Subscriptions::<T>::contains_key(Holder::Account(who), listing));
	}

	#[benchmark]
	fn renew() {
		let (who, listing) = in_grace::<T>();
		crowd::<T>(Pallet::<T>::now(), &who, listing);
		#[extrinsic_call]
		_(RawOrigin::Signed(who.clone()), listing, None);
		let record = Subscriptions::<T>::get(Holder::Account(who), listing).expect("it was renewed");
		assert_eq!(record.phase, Phase::Running);
	}

	#[benchmark]
	fn settle() {
		let (who, listing) = subscribed::<T>(true);
		let holder = Holder::Account(who.clone());
		let until = Subscriptions::<T>::get(&holder, listing).expect("it was bought").paid_until;
		go_to::<T>(until);
		crowd::<T>(until, &who, listing);
		#[extrinsic_call]
		_(RawOrigin::Signed(who), listing, holder.clone());
		let record = Subscriptions::<T>::get(&holder, listing).expect("it was renewed");
		assert_eq!(record.period_start, until);
	}

	#[benchmark]
	fn clear_trial() {
		let who = endowed::<T>("subscriber");
		// A listing that does not exist has ended.
		let (listing, holder) = (ListingId::MAX, Holder::Account(who.clone()));
		let deposit = T::DepositBase::get();
		assert_ok!(Pallet::<T>::hold_deposit(&who, deposit));
		TrialsUsed::<T>::insert(listing, &holder, TrialRecord { payer: who.clone(), deposit });
		#[extrinsic_call]
		_(RawOrigin::Signed(who), listing, holder.clone());
		assert!(!TrialsUsed::<T>::contains_key(listing, holder));
	}

	#[benchmark]
	fn work_off() {
		NextDue::<T>::put(5);
		#[block]
		{
			Pallet::<T>::work_off(5);
		}
		assert_eq!(NextDue::<T>::get(), Some(6));
	}

	#[benchmark]
	fn turn() {
		let (who, listing) = subscribed::<T>(true);
		let holder = Holder::Account(who.clone());
		let mut record = Subscriptions::<T>::get(&holder, listing).expect("it was bought");
		let until = record.paid_until;
		Pallet::<T>::unqueue(&mut record, &holder, listing);
		go_to::<T>(until);
		crowd::<T>(until, &who, listing);
		#[block]
		{
			Pallet::<T>::take_turn(until, listing, &holder);
		}
		let record = Subscriptions::<T>::get(&holder, listing).expect("it was renewed");
		assert_eq!(record.period_start, until);
	}

	impl_benchmark_test_suite!(Pallet, crate::mock::TestExt.build(), crate::mock::Test);
}
