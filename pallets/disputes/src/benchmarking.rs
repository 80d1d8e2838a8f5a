//! One benchmark per call, one for the opening of a case, and one per step of the hooks.

use crate::*;
use alloc::vec::Vec;
use frame_benchmarking::v2::*;
use frame_support::{
	assert_ok,
	traits::{
		fungible::{Inspect, Mutate},
		Get,
	},
	BoundedVec,
};
use frame_system::{pallet_prelude::BlockNumberFor, RawOrigin};
use souk_primitives::{
	reach::{Dispute, Disputed as _, Juries as _, Ruling, Side},
	Balance, OrderId,
};

const SALT: [u8; 32] = [7; 32];

fn endowed<T: Config>(name: &'static str, index: u32) -> T::AccountId
where
	T::Currency: Mutate<T::AccountId>,
{
	let who = account(name, index, 0);
	let most = T::MinBond::get()
		.saturating_add(T::JurorStake::get())
		.saturating_add(T::JurorFee::get())
		.saturating_add(T::DepositBase::get())
		.saturating_add(T::DepositPerByte::get());
	assert_ok!(T::Currency::mint_into(&who, most.saturating_mul(100_000)));
	who
}

fn go_to<T: Config>(block: u32) {
	frame_system::Pallet::<T>::set_block_number(BlockNumberFor::<T>::from(block));
}

fn bond<T: Config>() -> Balance {
	T::MinBond::get().max(T::JurorStake::get()).saturating_mul(4).max(1)
}

fn join<T: Config>(index: u32) -> T::AccountId
where
	T::Currency: Mutate<T::AccountId>,
{
	let who = endowed::<T>("arbitrator", index);
	assert_ok!(Pallet::<T>::do_join_pool(who.clone(), bond::<T>(), [1; 32]));
	who
}

/// A full pool.
fn pool<T: Config>() -> Vec<T::AccountId>
where
	T::Currency: Mutate<T::AccountId>,
{
	(0..T::MaxArbitrators::get()).map(|index| join::<T>(index)).collect()
}

/// A case that its buyer has opened. Returns the buyer, the seller and the case.
fn opened<T: Config>() -> (T::AccountId, T::AccountId, CaseId)
where
	T::Currency: Mutate<T::AccountId>,
{
	let (buyer, seller) = (endowed::<T>("buyer", 0), endowed::<T>("seller", 0));
	let case = NextCaseId::<T>::get();
	let opened = Pallet::<T>::open(dispute::<T>(&buyer, &seller));
	assert!(opened.is_ok_and(|longest| longest.is_some()), "a jury can be drawn");
	(buyer, seller, case)
}

fn dispute<T: Config>(buyer: &T::AccountId, seller: &T::AccountId) -> Dispute<T::AccountId> {
	Dispute {
		order: T::Orders::benchmark_disputed(buyer, seller),
		listing: 0,
		buyer: buyer.clone(),
		seller: seller.clone(),
		opener: Side::Buyer,
		window_until: None,
		evidence: [1; 32],
	}
}

/// Some have a part in an order: nobody of them may rule on it, and each of them is asked for.
fn concern<T: Config>(order: OrderId, arbitrators: &[T::AccountId]) {
	for who in arbitrators {
		T::Orders::benchmark_concerned(order, who);
		assert!(T::Orders::concerns(order, who));
	}
}

/// All but the last `free` of them.
fn all_but<AccountId>(arbitrators: &[AccountId], free: u32) -> &[AccountId] {
	&arbitrators[..arbitrators.len() - free as usize]
}

fn record<T: Config>(case: CaseId) -> CaseRecordOf<T> {
	Pallet::<T>::found(case).expect("it is not forgotten")
}

/// A case in its last round, whose juries are as large as can be, after `votes` of the last one were revealed (and all committed
/// to). Returns the buyer, the seller, the jurors of the last round and the case.
fn last_round<T: Config>(phase: Phase, votes: u32) -> (T::AccountId, T::AccountId, Vec<T::AccountId>, CaseId)
where
	T::Currency: Mutate<T::AccountId>,
{
	let all = pool::<T>();
	let (buyer, seller, case) = opened::<T>();
	assert_ok!(Pallet::<T>::do_answer(seller.clone(), case));
	let mut record = record::<T>(case);
	let was = record.due;
	for round in 1..3 {
		assert_ok!(Pallet::<T>::post_fee(&mut record, Side::Buyer, round));
	}
	let mut free = all.into_iter();
	let mut last = Vec::new();
	let stake = record.terms.juror_stake;
	for round in 0..3 {
		let seats = jury_size(round).expect("there is such a round");
		let drawn: Vec<_> = free.by_ref().take(2 * seats as usize).collect();
		Pool::<T>::mutate(|pool| {
			for seat in pool.iter_mut().filter(|seat| drawn.contains(&seat.who)) {
				seat.locked = seat.locked.saturating_add(stake);
				seat.seats = seat.seats.saturating_add(1);
			}
		});
		let seated = drawn.iter().cloned().enumerate().map(|(at, who)| {
			let (at, absent) = (at as u32, (at as u32) < seats);
			let revealed = round < 2 || at < seats + votes;
			let commitment = commitment(case, round, &who, Ruling::Buyer, &SALT);
			Juror {
				who,
				commitment: (!absent && (round < 2 || phase != Phase::Commit)).then_some(commitment),
				vote: (!absent && revealed && phase != Phase::Commit).then_some(Ruling::Buyer),
				replaced: absent,
			}
		});
		let jurors = BoundedVec::truncate_from(seated.collect());
		Juries::<T>::insert(Pallet::<T>::key(case), [round], Jury { seats, jurors, verdict: None });
		last = drawn.into_iter().skip(seats as usize).collect();
	}
	record.round = 2;
	record.redrawn = true;
	Pallet::<T>::enter(&mut record, phase, 10);
	Pallet::<T>::store(case, was, record);
	(buyer, seller, last, case)
}

#[benchmarks(where T: Config, T::Currency: Mutate<T::AccountId> + Inspect<T::AccountId, Balance = Balance>)]
mod benchmarks {
	use super::*;

	#[benchmark]
	fn join_pool() {
		// The pool is full: the smallest bond makes room, and it is not the first time.
		let smallest = pool::<T>().pop().expect("it has many");
		LastEviction::<T>::put(0);
		go_to::<T>(DRAW_EVERY);
		Pool::<T>::mutate(|pool| {
			for seat in pool.iter_mut().filter(|seat| seat.who == smallest) {
				seat.bond = seat.bond.saturating_sub(1);
			}
		});
		let who = endowed::<T>("joins", 0);
		#[extrinsic_call]
		_(RawOrigin::Signed(who.clone()), bond::<T>().saturating_mul(2), [1; 32]);
		assert!(Pool::<T>::get().iter().any(|seat| seat.who == who));
		assert!(LeavingPool::<T>::contains_key(&smallest));
	}

	#[benchmark]
	fn bond_extra() {
		let who = pool::<T>().pop().expect("it has many");
		#[extrinsic_call]
		_(RawOrigin::Signed(who), 1);
	}

	#[benchmark]
	fn leave_pool() {
		let who = pool::<T>().pop().expect("it has many");
		#[extrinsic_call]
		_(RawOrigin::Signed(who.clone()));
		assert!(LeavingPool::<T>::contains_key(&who));
	}

	#[benchmark]
	fn withdraw() {
		let who = join::<T>(0);
		assert_ok!(Pallet::<T>::do_leave_pool(who.clone()));
		go_to::<T>(LeavingPool::<T>::get(&who).expect("it leaves").at);
		#[extrinsic_call]
		_(RawOrigin::Signed(who.clone()));
		assert!(!LeavingPool::<T>::contains_key(&who));
	}

	#[benchmark]
	fn answer() {
		pool::<T>();
		let (_, seller, case) = opened::<T>();
		#[extrinsic_call]
		_(RawOrigin::Signed(seller), case);
		assert_eq!(record::<T>(case).phase, Phase::Evidence);
	}

	#[benchmark]
	fn submit_evidence() {
		pool::<T>();
		let (buyer, seller, case) = opened::<T>();
		for piece in 2..=MAX_EVIDENCE as u8 {
			assert_ok!(Pallet::<T>::do_submit_evidence(seller.clone(), case, [piece; 32]));
			assert_ok!(Pallet::<T>::do_submit_evidence(buyer.clone(), case, [piece; 32]));
		}
		#[extrinsic_call]
		_(RawOrigin::Signed(seller), case, [99; 32]);
	}

	#[benchmark]
	fn commit_vote() {
		let (.., jurors, case) = last_round::<T>(Phase::Commit, 0);
		#[extrinsic_call]
		_(RawOrigin::Signed(jurors[0].clone()), case, [1; 32]);
	}

	#[benchmark]
	fn reveal_vote() {
		let votes = JURIES[2] - 1;
		let (.., jurors, case) = last_round::<T>(Phase::Reveal, votes);
		let who = jurors[votes as usize].clone();
		#[extrinsic_call]
		_(RawOrigin::Signed(who), case, Ruling::Buyer, SALT);
		assert_eq!(record::<T>(case).ended, Some((Ending::Ruled, Ruling::Buyer)));
	}

	#[benchmark]
	fn appeal() {
		let (_, seller, _, case) = last_round::<T>(Phase::Appeal, JURIES[2]);
		let key = Pallet::<T>::key(case);
		Juries::<T>::remove(key, [2]);
		let verdict = Some(Verdict { ruling: Ruling::Buyer, decided: true });
		Cases::<T>::mutate(key, |slot| {
			if let Some(record) = slot {
				record.round = 1;
				record.verdict = verdict;
			}
		});
		// Of those who were not drawn before, but as many may be as one seat more than the last jury had needs.
		let disputed = record::<T>(case);
		let before = Pallet::<T>::all_jurors(case, &disputed);
		let others = Pool::<T>::get().into_iter().map(|seat| seat.who);
		let others: Vec<_> = others.filter(|who| !before.contains(who)).collect();
		concern::<T>(disputed.order, all_but(&others, JURIES[1] + 1));
		#[extrinsic_call]
		_(RawOrigin::Signed(seller), case);
		assert_eq!(record::<T>(case).phase, Phase::Drawing);
	}

	#[benchmark]
	fn request_review() {
		let (.., case) = last_round::<T>(Phase::Commit, 0);
		for index in 0..MAX_REVIEWS {
			let who = endowed::<T>("reviewer", index);
			assert_ok!(Pallet::<T>::do_request_review(who, case, [1; 32]));
		}
		let who = endowed::<T>("reviewer", MAX_REVIEWS);
		#[extrinsic_call]
		_(RawOrigin::Signed(who), case, [1; 32]);
	}

	#[benchmark]
	fn approve_review() {
		let (.., jurors, case) = last_round::<T>(Phase::Commit, 0);
		let who = endowed::<T>("reviewer", 0);
		assert_ok!(Pallet::<T>::do_request_review(who.clone(), case, [1; 32]));
		assert_ok!(Pallet::<T>::do_approve_review(jurors[0].clone(), case, who.clone()));
		#[extrinsic_call]
		_(RawOrigin::Signed(jurors[1].clone()), case, who);
	}

	#[benchmark]
	fn execute() {
		let (buyer, _, _, case) = last_round::<T>(Phase::Reveal, JURIES[2]);
		go_to::<T>(record::<T>(case).due);
		#[extrinsic_call]
		_(RawOrigin::Signed(buyer), case);
		assert_eq!(record::<T>(case).ended, Some((Ending::Ruled, Ruling::Buyer)));
	}

	#[benchmark]
	fn open() {
		let pool = pool::<T>();
		let (buyer, seller) = (endowed::<T>("buyer", 0), endowed::<T>("seller", 0));
		let dispute = dispute::<T>(&buyer, &seller);
		// Three may rule on it, who are asked for last.
		concern::<T>(dispute.order, all_but(&pool, FIRST_JURY));
		#[block]
		{
			assert!(Pallet::<T>::open(dispute).is_ok_and(|longest| longest.is_some()));
		}
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
		let (.., case) = last_round::<T>(Phase::Reveal, JURIES[2]);
		go_to::<T>(record::<T>(case).due);
		#[block]
		{
			Pallet::<T>::take_turn(case);
		}
		assert_eq!(record::<T>(case).ended, Some((Ending::Ruled, Ruling::Buyer)));
	}

	impl_benchmark_test_suite!(Pallet, crate::mock::TestExt::default().build(), crate::mock::Test);
}
