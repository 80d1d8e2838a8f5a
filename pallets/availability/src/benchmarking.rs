//! One benchmark per call, and one per step of the hooks.

use crate::{fixture::longest, *};
use alloc::{vec, vec::Vec};
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
use frame_system::{pallet_prelude::BlockNumberFor, RawOrigin};
use souk_primitives::{
	reach::{Keepers, Listings},
	Asset, Balance, Plan, PlanKind, Price,
};
use sp_runtime::RuntimeAppPublic;

/// The first block of the period.
const FROM: u32 = 10;
/// Its last one, and one.
const UNTIL: u32 = 20;

fn plenty<T: Config>() -> Balance {
	T::Currency::minimum_balance().saturating_mul(1_000_000)
}

fn rich<T: Config>(name: &'static str, index: u32) -> T::AccountId
where
	T::Currency: Mutate<T::AccountId>,
{
	let who = account(name, index, 0);
	// Whatever bonds and deposits cost.
	assert_ok!(T::Currency::mint_into(&who, plenty::<T>().max(Balance::from(u64::MAX))));
	who
}

fn go_to<T: Config>(block: u32) {
	frame_system::Pallet::<T>::set_block_number(BlockNumberFor::<T>::from(block));
}

/// A persistence node with a listing that it keeps, as long as lists can be.
fn keeper<T: Config>(index: u32) -> T::AccountId
where
	T::Currency: Mutate<T::AccountId>,
{
	let price = Price { asset: Asset::Native, amount: plenty::<T>() };
	let plan = Plan { kind: PlanKind::Subscription { period: 1_000 }, price };
	let listing = T::Listings::benchmark_listing(&rich::<T>("curator", index), plan);
	let node = rich::<T>("node", index);
	T::Keepers::benchmark_keeper(listing, &node);
	node
}

/// A persistence node with a health address.
fn asked<T: Config>(index: u32) -> T::AccountId
where
	T::Currency: Mutate<T::AccountId>,
{
	let node = keeper::<T>(index);
	assert_ok!(Pallet::<T>::do_set_health(node.clone(), longest()));
	node
}

/// As many listings that a node has left as there can be; none that anybody keeps.
fn left() -> LeftListings {
	BoundedVec::truncate_from((0..MAX_LEFT).map(|index| u32::MAX - index).collect())
}

/// A period with as many nodes and validators as can be; `first` is the first node of its list. Returns the validators' keys.
fn open<T: Config>(first: T::AccountId) -> Vec<T::AuthorityId> {
	let others = (1..T::MaxNodes::get()).map(|index| account("listed", index, 0));
	let nodes: Vec<T::AccountId> = [first].into_iter().chain(others).collect();
	let tally = |node| TallyRecord { node, reachable: 0, unreachable: 0 };
	let tallies = BoundedVec::<_, T::MaxNodes>::truncate_from(nodes.into_iter().map(tally).collect());
	let keys: Vec<_> = (0..T::MaxVoters::get()).map(|_| T::AuthorityId::generate_pair(None)).collect();
	let voters = keys.iter().map(|key| VoterRecord { key: key.clone(), voted: false });
	let voters = BoundedVec::<_, T::MaxVoters>::truncate_from(voters.collect());
	Current::<T>::put(PeriodRecord {
		number: 0,
		from: FROM,
		until: UNTIL,
		nodes: tallies.len() as u32,
		digest: periods::list_digest(0, &tallies),
		voters: voters.len() as u32,
		voted: 0,
		judging: Judging::default(),
	});
	Next::<T>::put(NextRecord { number: 1, after: None });
	Tallies::<T>::put(tallies);
	Voters::<T>::put(voters);
	go_to::<T>(FROM + 1);
	keys
}

/// The last validator's vote against everybody.
fn vote_of<T: Config>(keys: &[T::AuthorityId]) -> (Ballot, <T::AuthorityId as RuntimeAppPublic>::Signature) {
	let period = Current::<T>::get().expect("it runs");
	let findings = vec![Finding::Unreachable; period.nodes as usize];
	let ballot =
		Ballot { period: 0, voter: period.voters - 1, findings: BoundedVec::truncate_from(findings) };
	let key = keys.last().expect("there are some");
	let signature = key.sign(&ballot.message(&Pallet::<T>::genesis(), &period.digest)).expect("it signs");
	(ballot, signature)
}

/// Everybody votes against the first node.
fn condemn<T: Config>() {
	Tallies::<T>::mutate(|tallies| tallies[0].unreachable = T::MaxVoters::get());
	Voters::<T>::mutate(|voters| voters.iter_mut().for_each(|voter| voter.voted = true));
	Current::<T>::mutate(|period| period.as_mut().expect("it runs").voted = T::MaxVoters::get());
	go_to::<T>(UNTIL);
}

#[benchmarks(where T::Currency: Mutate<T::AccountId>)]
mod benches {
	use super::*;

	#[benchmark]
	fn set_health() {
		let node = keeper::<T>(0);
		#[extrinsic_call]
		_(RawOrigin::Signed(node.clone()), longest());
		assert!(Health::<T>::contains_key(node));
	}

	#[benchmark]
	fn clear_health() {
		let node = asked::<T>(0);
		open::<T>(account("listed", 0, 0));
		#[extrinsic_call]
		_(RawOrigin::Signed(node.clone()));
		assert!(!Health::<T>::contains_key(node));
	}

	#[benchmark]
	fn vote() {
		let keys = open::<T>(account("listed", 0, 0));
		let (ballot, signature) = vote_of::<T>(&keys);
		#[extrinsic_call]
		_(RawOrigin::Authorized, ballot, signature);
		assert_eq!(Current::<T>::get().expect("it runs").voted, 1);
	}

	#[benchmark]
	fn authorize_vote() {
		let keys = open::<T>(account("listed", 0, 0));
		let (ballot, signature) = vote_of::<T>(&keys);
		let taken;
		#[block]
		{
			taken = Pallet::<T>::check_vote(&ballot, &signature);
		}
		assert!(taken.is_ok());
	}

	#[benchmark]
	fn look() {
		open::<T>(account("listed", 0, 0));
		Current::<T>::mutate(|period| period.as_mut().expect("it runs").until = u32::MAX);
		#[block]
		{
			Pallet::<T>::go_on(FROM, T::WeightInfo::look());
		}
		// Unless periods are off, it is shorter now.
		assert!(T::Every::get() == 0 || Current::<T>::get().expect("it runs").until < u32::MAX);
	}

	#[benchmark]
	fn begin() {
		for index in 0..T::MaxNodes::get() {
			asked::<T>(index);
		}
		go_to::<T>(FROM);
		#[block]
		{
			Pallet::<T>::begin(FROM, 10);
		}
		assert!(Current::<T>::get().expect("it runs").nodes > 0);
	}

	#[benchmark]
	fn judging() {
		open::<T>(account("listed", 0, 0));
		condemn::<T>();
		let sentence = Sentence { first: 0, after: None, left: left(), answered: false, evidence: [1; 32] };
		let begun = Judging { next: 1, unreachable: 1, sentence: Some(sentence) };
		Current::<T>::mutate(|period| period.as_mut().expect("it runs").judging = begun.clone());
		let period = Current::<T>::get().expect("it runs");
		let fixed = T::WeightInfo::judging().saturating_add(T::WeightInfo::close());
		let mut meter = WeightMeter::with_limit(fixed);
		#[block]
		{
			Pallet::<T>::judge(period, &mut meter);
		}
		assert_eq!(Current::<T>::get().expect("it runs").judging, begun);
	}

	#[benchmark]
	fn judge() {
		let node = asked::<T>(0);
		open::<T>(node.clone());
		condemn::<T>();
		Health::<T>::mutate(&node, |record| record.as_mut().expect("it is set").leaving = true);
		Left::<T>::insert(&node, left());
		let period = Current::<T>::get().expect("it runs");
		let tally = Tallies::<T>::get()[0].clone();
		let sentence;
		#[block]
		{
			sentence = Pallet::<T>::judge_node(&period, &tally);
		}
		assert!(sentence.is_some() && !Health::<T>::contains_key(node));
	}

	#[benchmark]
	fn punish() {
		let node = asked::<T>(0);
		open::<T>(node.clone());
		condemn::<T>();
		let period = Current::<T>::get().expect("it runs");
		let tally = Tallies::<T>::get()[0].clone();
		// The last one is not assigned on the listing's side, so that no offence is measured with it.
		let first = T::Keepers::kept_by(&node).into_iter().max().expect("it keeps some");
		let mut sentence = Sentence { first, after: None, left: left(), answered: true, evidence: [1; 32] };
		let looked;
		#[block]
		{
			looked = Pallet::<T>::punish(&period, &tally, &mut sentence);
		}
		assert!(looked);
	}

	#[benchmark]
	fn close() {
		open::<T>(account("listed", 0, 0));
		condemn::<T>();
		let period = Current::<T>::get().expect("it runs");
		#[block]
		{
			Pallet::<T>::close(&period);
		}
		assert!(!Current::<T>::exists());
	}

	impl_benchmark_test_suite!(Pallet, crate::mock::TestExt::default().nodes(0).build(), crate::mock::Test);
}
