//! What must always hold.

use crate::*;
use alloc::{
	collections::{BTreeMap, BTreeSet},
	vec::Vec,
};
use frame_support::{
	ensure,
	traits::{fungible::hold::Inspect as _, fungibles::hold::Inspect as _},
};
use souk_primitives::{Asset, Balance, ListingId};
use sp_runtime::TryRuntimeError;

impl<T: Config> Pallet<T> {
	/// Checks the pallet's invariants:
	///
	/// 1. What is held for `Order` on an account in an asset is the sum of what its orders hold; what is held for `Deposit` is
	///    the sum of the deposits that the account paid.
	/// 2. Of the price of an order that was funded, each unit is held, paid or returned; of an offer, nothing is held.
	/// 3. What is held belongs to the parts that are not paid, or is decided on and could not be moved. Of data that was delivered
	///    all is held, or nothing, and only then is something of the bond set aside.
	/// 4. An order that has not ended has exactly one place in the queues, not before the first that is not worked off; each place
	///    is such an order's.
	/// 5. An order that has ended is Released or Refunded, and nothing is held or set aside for it.
	/// 6. The indexes hold the orders of each buyer and listing, and those that wait for a key; the counts are right.
	pub fn do_try_state() -> Result<(), TryRuntimeError> {
		let mut prices = BTreeMap::<(T::AccountId, Asset), Balance>::new();
		let mut deposits = BTreeMap::<T::AccountId, Balance>::new();
		let mut open = BTreeMap::<ListingId, u32>::new();
		let mut places = BTreeSet::<(u32, [u8; 8])>::new();
		let (mut by_buyer, mut by_listing, mut waiting) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());

		for (order, record) in Orders::<T>::iter() {
			ensure!(order < NextOrderId::<T>::get(), "an order has a number that was not given");
			let price = prices.entry((record.buyer.clone(), record.price.asset.clone())).or_default();
			*price = price.saturating_add(record.held);
			let deposit = deposits.entry(record.depositor.clone()).or_default();
			*deposit = deposit.saturating_add(record.deposit);
			let key = Self::key(order);
			by_buyer.insert((record.buyer.clone(), key));
			by_listing.insert((record.listing, key));
			if record.awaits_key() {
				waiting.insert((record.listing, key));
			}
			Self::check_money(&record)?;
			if record.ended_at.is_some() {
				Self::check_ended(&record)?;
				continue;
			}
			let count = open.entry(record.listing).or_default();
			*count = count.saturating_add(1);
			let due = record.due.ok_or("an order waits for nothing")?;
			places.insert((due, key));
		}

		for (block, key, ()) in Due::<T>::iter() {
			ensure!(places.remove(&(block, key)), "a place in a queue belongs to nobody");
			ensure!(
				NextDue::<T>::get().is_none_or(|next| block >= next),
				"a queue was passed over before it was worked off"
			);
		}
		ensure!(places.is_empty(), "an order is not where it says it waits");

		let indexed: BTreeSet<_> = OrdersOf::<T>::iter().map(|(buyer, key, ())| (buyer, key)).collect();
		ensure!(indexed == by_buyer, "the index of buyers is wrong");
		let indexed: BTreeSet<_> = SalesOf::<T>::iter().map(|(listing, key, ())| (listing, key)).collect();
		ensure!(indexed == by_listing, "the index of listings is wrong");
		let indexed: BTreeSet<_> = Awaiting::<T>::iter().map(|(listing, key, ())| (listing, key)).collect();
		ensure!(indexed == waiting, "the list of those that wait for a key is wrong");
		let counts: Vec<_> = Open::<T>::iter().collect();
		ensure!(counts.len() == open.len(), "a listing's count is missing, or left over");
		let right = |(listing, count): &(ListingId, u32)| open.get(listing) == Some(count);
		ensure!(counts.iter().all(right), "a listing's count is wrong");

		for ((buyer, asset), sum) in prices {
			let held = T::Money::balance_on_hold(asset, &HoldReason::Order.into(), &buyer);
			ensure!(held == sum, "what is held is not the sum of the open orders");
		}
		for (depositor, sum) in deposits {
			let held = T::Currency::balance_on_hold(&HoldReason::Deposit.into(), &depositor);
			ensure!(held == sum, "the deposit held is not the sum of the orders' deposits");
		}
		Ok(())
	}

	/// Invariants 2 and 3.
	fn check_money(record: &OrderRecordOf<T>) -> Result<(), TryRuntimeError> {
		let OrderRecord { held, paid, refunded, covered, .. } = *record;
		let total = held.saturating_add(paid).saturating_add(refunded);
		let price = if record.funded_at.is_some() { record.price.amount } else { 0 };
		ensure!(total == price, "what is held, paid and returned is not the price");
		ensure!(covered == 0 || record.data().is_some(), "a bond covers something else than data");
		let undecided = match record.pending {
			Some(Pending { owed, back, outcome, .. }) => {
				ensure!(record.state == outcome.waiting(), "pending money is in the wrong state");
				let decided = owed.saturating_add(back);
				ensure!(decided > 0 && decided <= held, "other money is pending than is held");
				let over = outcome != Outcome::NextPart || record.data().is_some();
				ensure!(!over || decided == held, "the order is over, and not all money is decided on");
				return Ok(());
			}
			None => held,
		};
		if record.ended_at.is_some() || record.state == OrderState::Created {
			return Ok(());
		}
		ensure!(record.state != OrderState::Confirmed, "a confirmed order waits for nothing");
		match &record.subject {
			Subject::Goods(goods) => {
				ensure!(goods.part().is_some(), "an order waits for a part that it does not have");
				ensure!(undecided == goods.unpaid(), "what is held is not the price of the parts to come");
			}
			Subject::Data(data) => {
				let delivered = data.delivery.is_some();
				ensure!(
					delivered == record.delivered_at.is_some(),
					"a delivery has no key, or a key no delivery"
				);
				ensure!(delivered == (record.state != OrderState::Funded), "an order is in the wrong state");
				let price = record.price.amount;
				ensure!(undecided == price || delivered && undecided == 0, "data is paid for in part");
				ensure!(covered == 0 || undecided == 0, "a bond covers what is held");
			}
		}
		Ok(())
	}

	/// Invariant 5.
	fn check_ended(record: &OrderRecordOf<T>) -> Result<(), TryRuntimeError> {
		let final_state = matches!(record.state, OrderState::Released | OrderState::Refunded);
		ensure!(final_state, "an order has ended otherwise than Released or Refunded");
		let nothing = record.held == 0 && record.covered == 0 && record.pending.is_none();
		ensure!(nothing && record.mark.is_none(), "something is left of an order that has ended");
		ensure!(record.due.is_none(), "an order that has ended waits for something");
		Ok(())
	}
}
