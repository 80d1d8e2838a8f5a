//! The ledger's sums: who owns what, and how a payment is divided.

use super::*;

impl Ledger {
	pub fn held(&self, asset: &Asset, account: AccountId) -> Balance {
		let theirs = |order: &&Order| order.buyer == account && order.asset == *asset;
		self.orders.values().filter(theirs).map(|order| order.held).sum()
	}

	pub fn deposits_of(&self, account: AccountId) -> Balance {
		let theirs = self.orders.values().filter(|order| order.depositor == account);
		theirs.map(|order| order.deposit).sum()
	}

	/// Moves what is held for an order, all of `amount` or nothing.
	fn pay(&mut self, id: OrderId, to: AccountId, amount: Balance) -> bool {
		let asset = self.orders[&id].asset.clone();
		let possible = amount == 0 || self.money.can_receive(&asset, to, amount);
		if possible {
			self.order_mut(id).held -= amount;
			self.money.give(&asset, to, amount);
		}
		possible
	}

	pub fn give_back(&mut self, id: OrderId, amount: Balance) -> bool {
		let buyer = self.orders[&id].buyer;
		self.pay(id, buyer, amount)
	}

	/// Who has how much of `amount`; nobody for nothing. Each block is worth the same, and is divided equally among those who
	/// were there in a role.
	pub fn shares(&self, id: OrderId, amount: Balance) -> BTreeMap<AccountId, Balance> {
		let order = &self.orders[&id];
		let last = order.delivered.or(order.pending.map(|pending| pending.2)).unwrap_or(self.now);
		let blocks = order.earned_from..last.max(order.earned_from) + 1;
		let fee = amount * self.fee_percent / 100;
		let mut shares = BTreeMap::from([(TREASURY, fee)]);
		for (role, percent) in [(0, order.split.0), (1, order.split.1)] {
			let part = (amount - fee) * percent / 100;
			let mut served = BTreeMap::<(AccountId, Balance), Balance>::new();
			for block in blocks.clone() {
				let there = self.listing_of(id).served.range(..=block).next_back();
				let there = there.map(|(_, roles)| roles[role].as_slice()).unwrap_or_default();
				for account in there {
					*served.entry((*account, there.len() as Balance)).or_default() += 1;
				}
			}
			for ((account, among), times) in served {
				*shares.entry(account).or_default() += part * times / (blocks.len() as Balance * among);
			}
		}
		let others: Balance = shares.values().sum();
		shares.insert(CURATOR, amount - others);
		shares.retain(|_, share| *share > 0);
		shares
	}

	/// Pays `amount` of what is held to the seller's side, and returns what nobody could be paid.
	pub fn pay_out(&mut self, id: OrderId, amount: Balance) -> Balance {
		if amount == 0 {
			return 0;
		}
		let mut left = 0;
		for (account, share) in self.shares(id, amount) {
			if !self.pay(id, account, share) {
				left += share;
			}
		}
		if self.pay(id, TREASURY, left) || self.give_back(id, left) {
			0
		} else {
			left
		}
	}

	/// Takes up to `amount` of a bond for `to`: of what covers nothing, and of the rest only if `all` says so.
	pub fn slash(&mut self, listing: ListingId, amount: Balance, all: bool, to: AccountId) {
		let record = &mut self.listings[listing as usize];
		let most = if all { record.bond } else { record.bond - record.covered };
		let taken = amount.min(most);
		record.bond -= taken;
		record.covered = record.covered.min(record.bond);
		self.money.take(&SOUK, BONDS, taken);
		self.money.give(&SOUK, to, taken);
	}
}
