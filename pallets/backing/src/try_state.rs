//! What must always hold.

use crate::*;
use alloc::{collections::BTreeMap, vec::Vec};
use frame_support::{
	ensure,
	traits::{fungible::hold::Inspect as _, fungibles::hold::Inspect as _},
};
use souk_primitives::{Asset, Balance, ListingId};
use sp_runtime::TryRuntimeError;

/// What the backers of a listing have together.
#[derive(Default)]
struct Sum {
	backers: u32,
	points: Balance,
	leaving: Balance,
	worth: Balance,
	due: Vec<Balance>,
	pending: Vec<Balance>,
}

impl<T: Config> Pallet<T> {
	/// Checks the pallet's invariants:
	///
	/// 1. What is held for `Backing` on a curator's account is what backs her listings, what is on its way out, and what was taken of
	///    both and not paid yet. What is held for `Income` in an asset is what her listings' backers have earned in it and not claimed.
	///    What is held for `Deposit` is the sum of the records' deposits.
	/// 2. A listing's backers have all points of its pools, and are as many as it says. Without points there is no amount, and what
	///    points are worth together is no more than the amount.
	/// 3. What backers can count for themselves of an income is no more than what of it is unsettled. Nobody has counted what was not
	///    earned. An asset stands once in a listing's income; without points nothing is unsettled.
	/// 4. Each backer backs a listing with a record, and has something there. Nothing is left of a listing whose backing closes and
	///    that has no backer, but fines.
	pub fn do_try_state() -> Result<(), TryRuntimeError> {
		let mut backing = BTreeMap::<T::AccountId, Balance>::new();
		let mut incomes = BTreeMap::<(T::AccountId, Asset), Balance>::new();
		let mut deposits = BTreeMap::<T::AccountId, Balance>::new();
		let mut sums = BTreeMap::<ListingId, Sum>::new();

		for (who, listing, own) in Backers::<T>::iter() {
			let record = Backings::<T>::get(listing).ok_or("a backer backs nothing")?;
			ensure!(!own.is_over(), "a record of nothing was kept");
			ensure!(own.earned.len() <= record.income.len(), "a backer has earned in an unknown asset");
			add(&mut deposits, who, own.deposit);
			let sum = sums.entry(listing).or_default();
			sum.backers = sum.backers.saturating_add(1);
			sum.points = sum.points.saturating_add(own.points);
			if own.points > 0 {
				sum.worth = sum.worth.saturating_add(record.active.worth(own.points));
			}
			for chunk in &own.leaving {
				sum.leaving = sum.leaving.saturating_add(chunk.points);
			}
			let (mut counted, mut after) = (own.clone(), record.clone());
			counted.count(&mut after);
			for (place, earned) in counted.earned.iter().enumerate() {
				let before = own.earned.get(place).copied().unwrap_or_default();
				ensure!(before.per_point <= earned.per_point, "a backer has counted what was not earned");
				let pending = earned.due.saturating_sub(before.due);
				for (list, amount) in [(&mut sum.due, before.due), (&mut sum.pending, pending)] {
					if list.len() <= place {
						list.push(0);
					}
					if let Some(slot) = list.get_mut(place) {
						*slot = slot.saturating_add(amount);
					}
				}
			}
		}

		for (listing, record) in Backings::<T>::iter() {
			let sum = sums.remove(&listing).unwrap_or_default();
			ensure!(sum.backers == record.backers, "the number of backers is wrong");
			ensure!(sum.points == record.active.points, "the points behind a bond are not its backers'");
			ensure!(sum.leaving == record.leaving.points, "the points on their way out are not the backers'");
			ensure!(sum.worth <= record.active.amount, "points are worth more than there is");
			for pool in [record.active, record.leaving] {
				ensure!(pool.points > 0 || pool.amount == 0, "there is money without points");
			}
			ensure!(
				record.closes.is_none() || record.backers > 0 || record.forfeited > 0,
				"a listing's record was kept for nobody"
			);
			let all = record.total().saturating_add(record.forfeited);
			add(&mut backing, record.curator.clone(), all);
			add(&mut deposits, record.curator.clone(), record.deposit);
			for (place, income) in record.income.iter().enumerate() {
				let others = record.income.iter().filter(|other| other.asset == income.asset);
				ensure!(others.count() == 1, "an asset stands twice in an income");
				let of = |list: &Vec<Balance>| list.get(place).copied().unwrap_or(0);
				let pending = of(&sum.pending).saturating_add(income.carry);
				ensure!(pending <= income.unsettled, "backers have earned more than was set aside");
				ensure!(record.active.points > 0 || income.unsettled == 0, "an income is nobody's");
				let held = income.unsettled.saturating_add(of(&sum.due));
				add(&mut incomes, (record.curator.clone(), income.asset.clone()), held);
			}
		}

		for (curator, sum) in backing {
			let held = T::Currency::balance_on_hold(&HoldReason::Backing.into(), &curator);
			ensure!(held == sum, "what is held is not what backs the bonds");
		}
		for ((curator, asset), sum) in incomes {
			let held = T::Money::balance_on_hold(asset, &HoldReason::Income.into(), &curator);
			ensure!(held == sum, "what is held is not what backers have earned");
		}
		for (who, sum) in deposits {
			let held = T::Currency::balance_on_hold(&HoldReason::Deposit.into(), &who);
			ensure!(held == sum, "the deposit held is not the sum of the records' deposits");
		}
		Ok(())
	}
}

/// Adds to what somebody has.
fn add<Key: Ord>(sums: &mut BTreeMap<Key, Balance>, key: Key, amount: Balance) {
	let sum = sums.entry(key).or_default();
	*sum = sum.saturating_add(amount);
}
