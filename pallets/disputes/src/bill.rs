//! Who pays whom when a case is over: plain arithmetic, no FRAME.

use alloc::vec::Vec;
use souk_primitives::{reach::Side, Balance};

use crate::Sides;

/// Whose money is moved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source<AccountId> {
	/// What a side posted as fees.
	Fee(Side),
	/// A juror's stake.
	Stake(AccountId),
}

/// A part of the bill.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item<AccountId> {
	/// Whose money it is.
	pub from: Source<AccountId>,
	/// Whose it will be.
	pub to: AccountId,
	/// How much, in planck.
	pub amount: Balance,
}

/// What is known when a case is over.
#[derive(Clone, Debug)]
pub struct Costs<AccountId> {
	/// What both sides have posted, in planck.
	pub fees: Sides<Balance>,
	/// Which side pays first; both alike where it is neither.
	pub loser: Option<Side>,
	/// What each of those who served earns, in planck.
	pub juror_fee: Balance,
	/// Who served.
	pub served: Vec<AccountId>,
	/// Who is fined, and how much, in planck.
	pub fines: Vec<(AccountId, Balance)>,
	/// Gets what nobody else does.
	pub treasury: AccountId,
}

impl<AccountId: Clone + PartialEq> Costs<AccountId> {
	/// The items, of which there are no more than those who pay and those who are paid together.
	///
	/// Those who served earn their fees: out of what the loser posted, then out of the fines, then out of what the winner posted. What is
	/// left of the fines is theirs as well, in equal parts; what cannot be divided, or is earned by nobody, is the treasury's. What is
	/// left of what was posted is nobody's but whose it was.
	pub fn items(&self) -> Vec<Item<AccountId>> {
		let served = Balance::try_from(self.served.len()).unwrap_or(Balance::MAX);
		let owed = self.juror_fee.saturating_mul(served);
		let fined = self.fines.iter().fold(0, |sum: Balance, (_, fine)| sum.saturating_add(*fine));
		let first = self.first_payments(owed);
		let left = owed.saturating_sub(first.buyer).saturating_sub(first.seller);
		let of_fines = left.min(fined);
		let last = self.last_payments(&first, left.saturating_sub(of_fines));

		let paid = |side| first.of(side).saturating_add(*last.of(side));
		let fees = [Side::Buyer, Side::Seller].map(|side| (Source::Fee(side), paid(side)));
		let stakes = self.fines.iter().map(|(who, fine)| (Source::Stake(who.clone()), *fine));
		let debits = fees.into_iter().chain(stakes).collect();
		let all = paid(Side::Buyer).saturating_add(paid(Side::Seller)).saturating_add(fined);
		let each = if served == 0 {
			0
		} else {
			// Where there is less than is owed, everybody has the same part of it.
			all.checked_div(served).unwrap_or(0)
		};
		let rest = all.saturating_sub(each.saturating_mul(served));
		let credits = self.served.iter().map(|who| (who.clone(), each));
		let credits = credits.chain([(self.treasury.clone(), rest)]).collect();
		matched(debits, credits)
	}

	/// What the sides pay of `owed` before fines are used.
	fn first_payments(&self, owed: Balance) -> Sides<Balance> {
		let Sides { buyer, seller } = self.fees;
		match self.loser {
			Some(Side::Buyer) => Sides { buyer: owed.min(buyer), seller: 0 },
			Some(Side::Seller) => Sides { buyer: 0, seller: owed.min(seller) },
			None => {
				let half = owed / 2;
				Sides { buyer: owed.saturating_sub(half).min(buyer), seller: half.min(seller) }
			}
		}
	}

	/// What they pay of `left` after that.
	fn last_payments(&self, first: &Sides<Balance>, left: Balance) -> Sides<Balance> {
		let buyer = left.min(self.fees.buyer.saturating_sub(first.buyer));
		let seller = left.saturating_sub(buyer).min(self.fees.seller.saturating_sub(first.seller));
		Sides { buyer, seller }
	}
}

/// Pays the credits out of the debits, which have the same sum, one after the other.
fn matched<AccountId: Clone>(
	debits: Vec<(Source<AccountId>, Balance)>,
	credits: Vec<(AccountId, Balance)>,
) -> Vec<Item<AccountId>> {
	let mut items = Vec::new();
	let mut credits = credits.into_iter().filter(|(_, amount)| *amount > 0);
	let mut credit = credits.next();
	for (from, mut left) in debits {
		while left > 0 {
			let Some((to, due)) = credit.as_mut() else { break };
			let amount = left.min(*due);
			items.push(Item { from: from.clone(), to: to.clone(), amount });
			left = left.saturating_sub(amount);
			*due = due.saturating_sub(amount);
			if *due == 0 {
				credit = credits.next();
			}
		}
	}
	items
}

#[cfg(test)]
mod tests {
	use super::*;
	use proptest::prelude::*;
	use std::collections::BTreeMap;

	const TREASURY: u64 = 1_000;

	fn costs(
		fees: (Balance, Balance),
		loser: Option<Side>,
		served: &[u64],
		fines: &[(u64, Balance)],
	) -> Costs<u64> {
		Costs {
			fees: Sides { buyer: fees.0, seller: fees.1 },
			loser,
			juror_fee: 10,
			served: served.to_vec(),
			fines: fines.to_vec(),
			treasury: TREASURY,
		}
	}

	/// What each side has paid, and what each account got.
	fn sums(items: &[Item<u64>]) -> (Balance, Balance, BTreeMap<u64, Balance>) {
		let of =
			|side| items.iter().filter(|item| item.from == Source::Fee(side)).map(|item| item.amount).sum();
		let mut got = BTreeMap::new();
		for item in items {
			*got.entry(item.to).or_default() += item.amount;
		}
		(of(Side::Buyer), of(Side::Seller), got)
	}

	#[test]
	fn the_loser_pays_those_who_served_and_fines_are_theirs_as_well() {
		let items = costs((30, 30), Some(Side::Seller), &[1, 2], &[(3, 9)]).items();
		assert_eq!(sums(&items), (0, 20, BTreeMap::from([(1, 14), (2, 14), (TREASURY, 1)])));
	}

	#[test]
	fn a_winner_pays_only_what_neither_the_loser_nor_the_fines_have() {
		let served = [1, 2, 3, 4, 5, 6];
		let items = costs((100, 30), Some(Side::Seller), &served, &[(7, 20)]).items();
		let (buyer, seller, got) = sums(&items);
		assert_eq!((buyer, seller), (10, 30));
		assert_eq!(got, served.map(|who| (who, 10)).into());
	}

	#[test]
	fn after_a_refusal_both_pay_half() {
		let items = costs((30, 30), None, &[1, 2, 3], &[]).items();
		assert_eq!((sums(&items).0, sums(&items).1), (15, 15));
		let items = costs((100, 30), None, &[1, 2, 3, 4, 5, 6, 7, 8], &[]).items();
		assert_eq!((sums(&items).0, sums(&items).1), (50, 30));
	}

	#[test]
	fn where_nobody_served_nobody_pays_and_fines_are_the_treasurys() {
		let items = costs((30, 30), None, &[], &[(3, 9), (4, 9)]).items();
		assert_eq!(sums(&items), (0, 0, BTreeMap::from([(TREASURY, 18)])));
	}

	proptest! {
		#[test]
		fn nobody_pays_more_than_there_is_and_all_that_is_paid_arrives(
			fees in (0u128..500, 0u128..500),
			loser in prop_oneof![Just(None), Just(Some(Side::Buyer)), Just(Some(Side::Seller))],
			served in 0u64..40,
			fines in proptest::collection::vec(0u128..50, 0..40),
			juror_fee in 0u128..30,
		) {
			let served: Vec<u64> = (0..served).collect();
			let fines: Vec<_> = fines.into_iter().enumerate().map(|(at, fine)| (100 + at as u64, fine)).collect();
			let costs = Costs { juror_fee, ..costs(fees, loser, &served, &fines) };
			let items = costs.items();
			prop_assert!(items.len() <= served.len() + fines.len() + 3);
			let (buyer, seller, got) = sums(&items);
			prop_assert!(buyer <= fees.0 && seller <= fees.1);
			for (who, fine) in &fines {
				let paid: Balance =
					items.iter().filter(|item| item.from == Source::Stake(*who)).map(|item| item.amount).sum();
				prop_assert_eq!(paid, *fine);
			}
			let fined: Balance = fines.iter().map(|(_, fine)| fine).sum();
			prop_assert_eq!(got.values().sum::<Balance>(), buyer + seller + fined);
			// Everybody who served has the same, and at least the fee where there is enough.
			let owed = juror_fee * served.len() as Balance;
			for who in &served {
				let has = got.get(who).copied().unwrap_or(0);
				prop_assert_eq!(has, got.get(&0).copied().unwrap_or(0));
				prop_assert!(has >= juror_fee || owed > fees.0 + fees.1 + fined);
			}
			// No side pays more than is owed, and a winner nothing that a loser or fines could.
			prop_assert!(buyer + seller <= owed);
			if let Some(loser) = loser {
				let (lost, won) = if loser == Side::Buyer { (buyer, seller) } else { (seller, buyer) };
				let posted = *costs.fees.of(loser);
				let all_used = lost == posted && lost + won + fined <= owed;
				prop_assert!(won == 0 || all_used);
			}
		}
	}
}
