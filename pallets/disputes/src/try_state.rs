//! What must always hold.

use crate::*;
use alloc::{
	collections::{BTreeMap, BTreeSet},
	vec::Vec,
};
use frame_support::{ensure, traits::fungible::hold::Inspect as _};
use souk_primitives::{reach::Side, Balance, ListingId};
use sp_runtime::TryRuntimeError;

/// Sums by account.
type Sums<T> = BTreeMap<<T as frame_system::Config>::AccountId, Balance>;

impl<T: Config> Pallet<T> {
	/// Checks the pallet's invariants:
	///
	/// 1. What is held on an account as bond is that of its place in the pool or on the way out of it, and it has one of them at
	///    most; as fees, what its open cases say that it posted; as deposits, those of its place, of its cases, and of its reviews.
	/// 2. What is locked of a bond is the stakes of its seats on juries of cases that are not over, whose number is counted; it is
	///    never more than the bond.
	/// 3. A case that is not forgotten has exactly one place in the queues, not before the first that is not worked off; each place
	///    is such a case's.
	/// 4. Each order has one case at most, and the index knows it. The open cases about a listing are counted; the count knows of no
	///    later beginning than that of the first, and of no shorter time than that of the longest.
	/// 5. Juries, evidence and reviews belong to cases that are not forgotten. Juries are those of rounds that were begun; nobody
	///    is on two of one case, nor a side of it.
	/// 6. Nothing is held as fees for a case that is over.
	pub fn do_try_state() -> Result<(), TryRuntimeError> {
		let (mut bonds, mut fees, mut deposits) = (Sums::<T>::new(), Sums::<T>::new(), Sums::<T>::new());
		let mut stakes = BTreeMap::<T::AccountId, (Balance, u32)>::new();
		let mut places = BTreeSet::<(u32, [u8; 8])>::new();
		let mut by_order = BTreeMap::new();
		let mut by_listing = BTreeMap::<ListingId, u32>::new();

		for (key, record) in Cases::<T>::iter() {
			let case = CaseId::from_be_bytes(key);
			ensure!(case < NextCaseId::<T>::get(), "a case has a number that was not given");
			ensure!(by_order.insert(record.order, case).is_none(), "an order has two cases");
			places.insert((record.due, key));
			if record.is_open() {
				let count = by_listing.entry(record.listing).or_default();
				*count = count.saturating_add(1);
				let waits = CasesOf::<T>::get(record.listing).is_some_and(|open| {
					open.since <= record.opened_at && open.longest >= record.terms.longest()
				});
				ensure!(waits, "bonds do not wait for a case");
			}
			for side in [Side::Buyer, Side::Seller] {
				let who = record.parties.of(side);
				add(&mut fees, who, *record.fees.of(side));
				add(&mut deposits, who, *record.deposits.of(side));
			}
			Self::check_case(&record)?;
			Self::check_juries(key, &record, &mut stakes)?;
		}

		for (block, key, ()) in Due::<T>::iter() {
			ensure!(places.remove(&(block, key)), "a place in a queue belongs to nobody");
			ensure!(
				NextDue::<T>::get().is_none_or(|next| block >= next),
				"a queue was passed over before it was worked off"
			);
		}
		ensure!(places.is_empty(), "a case is not where it says it waits");
		let indexed: BTreeMap<_, _> = CaseOf::<T>::iter().collect();
		ensure!(indexed == by_order, "the index of orders is wrong");
		let counted: BTreeMap<_, _> =
			CasesOf::<T>::iter().map(|(listing, open)| (listing, open.count)).collect();
		ensure!(counted == by_listing, "the cases about a listing are miscounted");
		let owned = |key: [u8; 8]| Cases::<T>::contains_key(key);
		ensure!(Juries::<T>::iter_keys().all(|(key, _)| owned(key)), "a jury has no case");
		ensure!(Evidence::<T>::iter_keys().all(owned), "evidence has no case");
		for (key, reviews) in Reviews::<T>::iter() {
			ensure!(owned(key) && !reviews.is_empty(), "reviews have no case, or a case has none");
			for review in reviews {
				add(&mut deposits, &review.reviewer, review.deposit);
				let approved = review.approvals.len() >= usize::try_from(APPROVALS).unwrap_or(usize::MAX);
				ensure!(
					approved == review.until.is_some(),
					"access was given without approval, or not with it"
				);
			}
		}

		for seat in Pool::<T>::get() {
			ensure!(!bonds.contains_key(&seat.who), "an arbitrator has two places");
			ensure!(!LeavingPool::<T>::contains_key(&seat.who), "an arbitrator both stays and leaves");
			ensure!(seat.locked <= seat.bond, "more is at stake than is bonded");
			let staked = stakes.remove(&seat.who).unwrap_or_default();
			ensure!((seat.locked, seat.seats) == staked, "the stakes are not those of the juries");
			add(&mut bonds, &seat.who, seat.bond);
			add(&mut deposits, &seat.who, seat.deposit);
		}
		ensure!(stakes.is_empty(), "somebody sits on a jury who is not in the pool");
		for (who, leaving) in LeavingPool::<T>::iter() {
			add(&mut bonds, &who, leaving.bond);
			add(&mut deposits, &who, leaving.deposit);
		}

		for (reason, sums) in
			[(HoldReason::Bond, bonds), (HoldReason::Fee, fees), (HoldReason::Deposit, deposits)]
		{
			let reason = reason.into();
			for (who, sum) in sums {
				let held = T::Currency::balance_on_hold(&reason, &who);
				ensure!(held == sum, "what is held is not what the records say");
			}
		}
		Ok(())
	}

	/// Invariant 6, and that each phase has what belongs to it.
	fn check_case(record: &CaseRecordOf<T>) -> Result<(), TryRuntimeError> {
		let closed = record.phase == Phase::Closed;
		ensure!(closed == record.ended.is_some(), "a case is over and goes on, or is not and does not");
		let posted = record.fees.buyer.saturating_add(record.fees.seller);
		ensure!(!closed || posted == 0, "fees are held for a case that is over");
		ensure!(record.due <= record.until, "a case waits longer than it has time");
		let first = record.terms.fee(0);
		let opener = *record.fees.of(record.opener);
		let other = *record.fees.of(record.opener.other());
		ensure!(closed || opener >= first, "the opener has not posted the fee");
		let answered = !closed && record.phase != Phase::Opened;
		ensure!(!answered || other >= first, "the other side has not posted the fee");
		ensure!(
			record.phase != Phase::Appeal || record.verdict.is_some(),
			"an appeal is open and there is no ruling"
		);
		Ok(())
	}

	/// Invariants 2 and 5, for one case.
	fn check_juries(
		key: [u8; 8],
		record: &CaseRecordOf<T>,
		stakes: &mut BTreeMap<T::AccountId, (Balance, u32)>,
	) -> Result<(), TryRuntimeError> {
		let mut seen = BTreeSet::new();
		for ([round], jury) in Juries::<T>::iter_prefix(key).collect::<Vec<_>>() {
			ensure!(round <= record.round, "a jury was drawn before its round");
			let most = jury_size(round).ok_or("there is no such round")?;
			let sitting = u32::try_from(jury.sitting().count()).unwrap_or(u32::MAX);
			ensure!(jury.seats <= most && sitting <= jury.seats, "a jury has too many seats");
			for juror in &jury.jurors {
				ensure!(seen.insert(juror.who.clone()), "somebody sits on two juries of a case");
				ensure!(record.side_of(&juror.who).is_none(), "a side sits on its own jury");
				ensure!(
					juror.vote.is_none() || juror.commitment.is_some(),
					"a vote was revealed that nobody committed to"
				);
				if record.is_open() {
					let (stake, seats) = stakes.entry(juror.who.clone()).or_default();
					*stake = stake.saturating_add(record.terms.juror_stake);
					*seats = seats.saturating_add(1);
				}
			}
		}
		Ok(())
	}
}

fn add<AccountId: Ord + Clone>(sums: &mut BTreeMap<AccountId, Balance>, who: &AccountId, amount: Balance) {
	let sum = sums.entry(who.clone()).or_default();
	*sum = sum.saturating_add(amount);
}
