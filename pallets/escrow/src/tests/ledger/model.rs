//! The ledger's orders: what becomes of them, in plain steps. It shares no code with the pallet.

use super::*;

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Outcome {
	NextPart,
	Released,
	Refunded,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum State {
	Created,
	Funded,
	Delivered,
	Disputed,
	/// For money to move; then this.
	Waiting(Outcome),
	Ended(Outcome),
}

#[derive(Clone)]
pub struct Order {
	pub listing: ListingId,
	pub buyer: AccountId,
	pub depositor: AccountId,
	pub deposit: Balance,
	pub asset: Asset,
	pub data: bool,
	/// Amount, blocks to deliver, blocks to object.
	parts: Vec<(Balance, u32, u32)>,
	current: usize,
	funded: bool,
	pub split: (Balance, Balance),
	pub state: State,
	pub held: Balance,
	pub covered: Balance,
	/// What the seller's side got.
	paid: Balance,
	pub earned_from: u32,
	pub delivered: Option<u32>,
	window: Option<u32>,
	pub due: Option<u32>,
	/// The seller's side's, the buyer's, and since when.
	pub pending: Option<(Balance, Balance, u32)>,
	pub ended: Option<u32>,
}

impl Order {
	/// What the next payment is.
	fn part(&self) -> Balance {
		if self.data {
			self.held
		} else {
			self.parts[self.current].0
		}
	}

	/// Which part that is.
	pub fn part_number(&self) -> u32 {
		self.current as u32
	}

	fn undecided(&self) -> bool {
		!matches!(self.state, State::Waiting(_) | State::Ended(_))
	}
}

impl Ledger {
	// --- calls ---------------------------------------------------------------------------------

	pub fn order(&mut self, buyer: AccountId, listing: ListingId, deposit: Balance) -> bool {
		let Listing { data, state, ref asset, price, .. } = self.listings[listing as usize];
		let asset = asset.clone();
		let souk = deposit + if asset == SOUK { price } else { 0 };
		let pays = self.money.can_hold(&SOUK, buyer, souk) && self.money.can_hold(&asset, buyer, price);
		if state != ListingState::Active || !pays {
			return false;
		}
		let parts = vec![(price, if data { DELIVERY } else { GOODS }, CONFIRM)];
		let id = self.create(listing, buyer, buyer, deposit, asset, parts);
		self.begin(id);
		true
	}

	pub fn offer(
		&mut self,
		buyer: AccountId,
		listing: ListingId,
		asset: Asset,
		parts: &[MilestoneTerms],
		deposit: Balance,
	) -> bool {
		let offered = &self.listings[listing as usize];
		let on_sale = offered.state == ListingState::Active && !offered.data;
		if !on_sale || parts.is_empty() || !self.money.can_hold(&SOUK, CURATOR, deposit) {
			return false;
		}
		let parts =
			parts.iter().map(|part| (part.amount, part.deliver_within, part.confirm_within)).collect();
		let id = self.create(listing, buyer, CURATOR, deposit, asset, parts);
		self.order_mut(id).due = Some(self.now + OFFER);
		true
	}

	fn create(
		&mut self,
		listing: ListingId,
		buyer: AccountId,
		depositor: AccountId,
		deposit: Balance,
		asset: Asset,
		parts: Vec<(Balance, u32, u32)>,
	) -> OrderId {
		self.money.take(&SOUK, depositor, deposit);
		let (id, data) = (self.next, self.listings[listing as usize].data);
		self.next += 1;
		let order = Order {
			listing,
			buyer,
			depositor,
			deposit,
			asset,
			data,
			parts,
			current: 0,
			funded: false,
			split: (0, 0),
			state: State::Created,
			held: 0,
			covered: 0,
			paid: 0,
			earned_from: self.now,
			delivered: None,
			window: None,
			due: None,
			pending: None,
			ended: None,
		};
		self.orders.insert(id, order);
		id
	}

	fn begin(&mut self, id: OrderId) {
		let (now, split) = (self.now, self.listing_of(id).split);
		let Order { buyer, asset, parts, .. } = self.orders[&id].clone();
		let price = parts.iter().map(|part| part.0).sum();
		self.money.take(&asset, buyer, price);
		let order = self.order_mut(id);
		(order.held, order.split, order.funded) = (price, split, true);
		(order.state, order.earned_from, order.due) = (State::Funded, now, Some(now + parts[0].1));
	}

	pub fn fund(&mut self, id: OrderId) -> bool {
		let order = &self.orders[&id];
		let price = order.parts.iter().map(|part| part.0).sum();
		let possible = order.state == State::Created
			&& order.due > Some(self.now)
			&& !self.ended(order.listing)
			&& self.money.can_hold(&order.asset, order.buyer, price);
		if possible {
			self.begin(id);
		}
		possible
	}

	pub fn deliver(&mut self, id: OrderId, good: bool) -> bool {
		self.take_key(id, good, usize::MAX).is_some()
	}

	pub fn deliver_batch(&mut self, batch: &[(OrderId, bool)]) -> bool {
		let mut room = 4 * batch.len();
		let mut taken = false;
		for (id, good) in batch {
			if let Some(paid) = self.take_key(*id, *good, room) {
				room -= paid;
				taken = true;
			}
		}
		taken
	}

	/// Takes a key, and pays where the bond covers it. Returns how many were paid, if the key was taken.
	fn take_key(&mut self, id: OrderId, good: bool, room: usize) -> Option<usize> {
		let now = self.now;
		let order = self.order_mut(id);
		if !good || order.state != State::Funded || order.due <= Some(now) {
			return None;
		}
		(order.state, order.delivered) = (State::Delivered, Some(now));
		(order.window, order.due) = (Some(now + WINDOW), Some(now + WINDOW));
		let recipients = self.shares(id, self.orders[&id].held).len();
		if self.worth(id).is_some() && recipients > room {
			self.order_mut(id).due = Some(now + 1);
			return Some(0);
		}
		Some(if self.pay_early(id) { recipients } else { 0 })
	}

	fn worth(&self, id: OrderId) -> Option<Balance> {
		let order = &self.orders[&id];
		let worth = if order.asset == SOUK { order.held } else { order.held * self.rate? };
		(worth > 0).then_some(worth)
	}

	/// Pays everybody early, or nobody.
	fn pay_early(&mut self, id: OrderId) -> bool {
		let Some(worth) = self.worth(id) else { return false };
		let listing = self.orders[&id].listing as usize;
		if self.listings[listing].bond - self.listings[listing].covered < worth {
			return false;
		}
		let before = (self.money.clone(), self.orders[&id].clone());
		let price = self.orders[&id].held;
		let buyers = self.money.free(&before.1.asset, before.1.buyer);
		if self.pay_out(id, price) > 0 {
			self.money = before.0;
			self.orders.insert(id, before.1);
			return false;
		}
		self.listings[listing].covered += worth;
		let returned = self.money.free(&before.1.asset, before.1.buyer) - buyers;
		let order = self.order_mut(id);
		(order.covered, order.paid) = (worth, price - returned);
		true
	}

	pub fn mark(&mut self, id: OrderId, milestone: u32) -> bool {
		let now = self.now;
		let order = self.order_mut(id);
		let in_turn = !order.data && order.state == State::Funded && order.current == milestone as usize;
		if !in_turn || order.due <= Some(now) {
			return false;
		}
		let until = Some(now + order.parts[order.current].2);
		(order.state, order.delivered) = (State::Delivered, Some(now));
		(order.window, order.due) = (until, until);
		true
	}

	pub fn confirm(&mut self, id: OrderId, milestone: u32) -> bool {
		let now = self.now;
		let order = self.order_mut(id);
		let funded = order.undecided() && order.state != State::Created;
		let ready = if order.data { order.delivered.is_some() } else { true };
		if !funded || !ready || order.current != milestone as usize {
			return false;
		}
		order.delivered = order.delivered.or(Some(now));
		let part = order.part();
		self.decide(id, part, 0, Outcome::NextPart);
		true
	}

	pub fn cancel(&mut self, id: OrderId, sells: bool) -> bool {
		let order = &self.orders[&id];
		let possible = match order.state {
			State::Created => true,
			State::Funded if order.data => sells,
			State::Funded => sells || order.current == 0,
			State::Delivered | State::Disputed => sells && !order.data,
			State::Waiting(_) | State::Ended(_) => false,
		};
		if possible {
			let held = order.held;
			self.decide(id, 0, held, Outcome::Refunded);
		}
		possible
	}

	pub fn claim(&mut self, id: OrderId) -> bool {
		let State::Waiting(outcome) = self.orders[&id].state else {
			// The hooks did whatever was due.
			return false;
		};
		let before = (self.money.clone(), self.orders[&id].clone());
		let (owed, back, _) = before.1.pending.expect("it waits for money");
		let moved = self.decide(id, owed, back, outcome);
		if !moved {
			self.money = before.0;
			self.orders.insert(id, before.1);
		}
		moved
	}

	pub fn prove(&mut self, id: OrderId, index: u32) -> bool {
		let order = self.orders[&id].clone();
		let open = matches!(order.state, State::Delivered | State::Disputed) && order.window > Some(self.now);
		if !open || !self.listing_of(id).corrupt || index != 1 {
			return false;
		}
		let price = order.parts[0].0;
		let owed = (order.covered * order.paid).div_ceil(price.max(1));
		let listing = &mut self.listings[order.listing as usize];
		if !std::mem::replace(&mut listing.proved, true) {
			// The fine comes first, of all of the bond, and takes nothing that covers a sale, this one included.
			let fine = listing.bond / 10;
			self.slash(order.listing, fine, false, TREASURY);
		}
		self.uncover(id);
		self.slash(order.listing, owed, true, order.buyer);
		self.decide(id, 0, order.held, Outcome::Refunded);
		true
	}

	fn uncover(&mut self, id: OrderId) {
		let covered = std::mem::take(&mut self.order_mut(id).covered);
		let listing = self.orders[&id].listing as usize;
		self.listings[listing].covered -= covered;
	}

	pub fn dispute(&mut self, id: OrderId, sells: bool) -> bool {
		let now = self.now;
		let order = self.order_mut(id);
		let possible = match order.state {
			State::Funded => !sells && !order.data && order.due > Some(now),
			State::Delivered => order.held > 0 && order.window > Some(now),
			_ => false,
		};
		if possible {
			(order.state, order.due) = (State::Disputed, Some(now + DISPUTE));
		}
		possible
	}

	pub fn resolve(&mut self, id: OrderId, buyer_percent: Balance) -> bool {
		let possible = self.orders[&id].state == State::Disputed;
		if possible {
			self.divide(id, buyer_percent);
		}
		possible
	}

	fn divide(&mut self, id: OrderId, buyer_percent: Balance) {
		let order = &self.orders[&id];
		let (held, part) = (order.held, order.part());
		let owed = part - part * buyer_percent / 100;
		let outcome = if owed > 0 { Outcome::Released } else { Outcome::Refunded };
		self.decide(id, owed, held - owed, outcome);
	}

	pub fn forget(&mut self, id: OrderId, by_buyer: bool) -> bool {
		let order = self.orders[&id].clone();
		let Some(ended) = order.ended else { return false };
		let possible = by_buyer || !order.funded || self.now >= ended + KEEP;
		if possible {
			self.money.give(&SOUK, order.depositor, order.deposit);
			self.orders.remove(&id);
		}
		possible
	}

	// --- time ----------------------------------------------------------------------------------

	pub fn next_block(&mut self) {
		self.now += 1;
		let due = |order: &Order| order.due == Some(self.now);
		let turns: Vec<_> = self.orders.iter().filter(|(_, order)| due(order)).map(|(id, _)| *id).collect();
		for id in turns {
			self.take_turn(id);
		}
	}

	fn take_turn(&mut self, id: OrderId) {
		let order = self.orders[&id].clone();
		match order.state {
			State::Created => {
				self.decide(id, 0, 0, Outcome::Refunded);
			}
			State::Funded => {
				self.decide(id, 0, order.held, Outcome::Refunded);
			}
			State::Delivered if order.window > Some(self.now) => {
				self.pay_early(id);
				self.order_mut(id).due = order.window;
			}
			State::Delivered => {
				self.decide(id, order.part(), 0, Outcome::NextPart);
			}
			State::Disputed => self.divide(id, if order.data { 0 } else { 50 }),
			State::Waiting(outcome) => {
				let (owed, back, _) = order.pending.expect("it waits for money");
				self.decide(id, owed, back, outcome);
			}
			State::Ended(_) => unreachable!("what has ended has no turn"),
		}
	}

	// --- steps ---------------------------------------------------------------------------------

	/// Moves what can be moved, and goes on if it was all. Says whether it was.
	fn decide(&mut self, id: OrderId, owed: Balance, back: Balance, outcome: Outcome) -> bool {
		let now = self.now;
		let since = self.orders[&id].pending.map_or(now, |pending| pending.2);
		self.order_mut(id).pending = Some((owed, back, since));
		let unpaid = self.pay_out(id, owed);
		let back = if self.give_back(id, back) { 0 } else { back };
		let order = self.order_mut(id);
		if unpaid + back > 0 {
			order.pending = Some((unpaid, back, since));
			order.state = State::Waiting(outcome);
			order.due = Some(now + (now - since).max(1));
			return false;
		}
		order.pending = None;
		if outcome == Outcome::NextPart && !order.data {
			order.current += 1;
			if let Some(part) = order.parts.get(order.current) {
				(order.state, order.due) = (State::Funded, Some(now + part.1));
				(order.earned_from, order.delivered, order.window) = (now, None, None);
				return true;
			}
		}
		let outcome = if outcome == Outcome::Refunded { outcome } else { Outcome::Released };
		(order.state, order.due, order.ended) = (State::Ended(outcome), None, Some(now));
		self.uncover(id);
		true
	}
}
