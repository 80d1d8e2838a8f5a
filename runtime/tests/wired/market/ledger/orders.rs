//! Orders in the ledger: who holds what for which, and what becomes of it by whose word and by time alone.

use super::*;
use deeds::{OrderAct, Part};
use pallet_escrow::OrderState;

/// Recipients that are paid in the call for each delivery of a batch.
const ROOM_EACH: usize = 4;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
	Offered,
	Funded,
	Delivered,
	Disputed,
	Over { refunded: bool },
}

impl State {
	fn shown(self) -> OrderState {
		match self {
			Self::Offered => OrderState::Created,
			Self::Funded => OrderState::Funded,
			Self::Delivered => OrderState::Delivered,
			Self::Disputed => OrderState::Disputed,
			Self::Over { refunded: true } => OrderState::Refunded,
			Self::Over { refunded: false } => OrderState::Released,
		}
	}
}

pub struct Order {
	listing: ListingId,
	buyer: Who,
	seller: Who,
	wusd: bool,
	data: bool,
	parts: Vec<Part>,
	/// Which part is next to be paid.
	current: usize,
	split: [Balance; 2],
	state: State,
	/// First block that earns the next payment, and the last one once it is delivered.
	earned: (u32, Option<u32>),
	/// The block in which something happens by itself.
	due: u32,
	/// First block in which a bad chunk is not proved any more.
	window: u32,
	/// The period of the snapshot, as the chain knows it when its key is delivered.
	period: Option<u32>,
	held: Balance,
	paid: Balance,
	back: Balance,
	covered: Balance,
	funded: bool,
	ended: u32,
}

impl Order {
	fn over(&self) -> bool {
		matches!(self.state, State::Over { .. })
	}

	fn price(&self) -> Balance {
		self.parts.iter().map(|part| part.amount).sum()
	}

	/// What the next payment is.
	fn part(&self) -> Balance {
		if self.data {
			self.held
		} else {
			self.parts[self.current].amount
		}
	}

	/// What its price is worth in planck, for what a bond covers.
	fn worth(&self) -> Balance {
		self.price() * if self.wusd { SOUK / ONE_WUSD } else { 1 }
	}
}

impl Ledger {
	// --- what there is -------------------------------------------------------------------------

	pub fn one_order(&self, which: usize) -> Option<OrderId> {
		self.orders.keys().nth(which % self.orders.len().max(1)).copied()
	}

	pub fn all_orders(&self) -> Vec<OrderId> {
		self.orders.keys().copied().collect()
	}

	/// Whether an order has not ended.
	pub fn is_open(&self, order: OrderId) -> bool {
		!self.orders[&order].over()
	}

	/// Buyer and seller.
	pub fn sides(&self, order: OrderId) -> Option<(Who, Who)> {
		self.orders.get(&order).map(|order| (order.buyer, order.seller))
	}

	pub fn listing_of(&self, order: OrderId) -> ListingId {
		self.orders[&order].listing
	}

	pub fn current_part(&self, order: OrderId) -> u32 {
		self.orders[&order].current as u32
	}

	/// Orders that wait for a key.
	pub fn awaiting(&self) -> Vec<OrderId> {
		let waiting = self.orders.iter().filter(|(_, one)| one.data && one.state == State::Funded);
		waiting.map(|(order, _)| *order).collect()
	}

	pub(super) fn held_for_orders(&self, wusd: bool, who: Who) -> Balance {
		let theirs = self.orders.values().filter(|one| one.buyer == who && one.wusd == wusd);
		theirs.map(|order| order.held).sum()
	}

	fn covered(&self, listing: ListingId) -> Balance {
		self.orders.values().filter(|one| one.listing == listing).map(|order| order.covered).sum()
	}

	// --- what somebody may do ------------------------------------------------------------------

	/// Whether an order can be made. `None` where it depends on what its bytes cost.
	pub(super) fn may_order(&self, who: Who, listing: ListingId, seen: Seen) -> Option<bool> {
		let Some(one) = self.listing(listing) else { return Some(false) };
		let Offer { wusd, amount, .. } = one.offer;
		let agreed = match seen {
			Seen::AsItIs => true,
			// Another snapshot; other things have no length.
			Seen::Longer => !one.data,
			Seen::Cheaper | Seen::InAnotherAsset => false,
		};
		let there = !one.data || one.first_final_at.is_some();
		if !one.sells() || one.owner == who || !agreed || !there {
			return Some(false);
		}
		let in_souk = if wusd { 0 } else { amount };
		let enough = |souk| self.can_hold(false, who, souk) && (!wusd || self.can_hold(true, who, amount));
		// The deposit is some fifth of a SOUK.
		match (enough(in_souk + SOUK), enough(in_souk)) {
			(true, _) => Some(true),
			(_, false) => Some(false),
			_ => None,
		}
	}

	pub(super) fn may_offer(&self, who: Who, listing: ListingId, to: Who) -> Option<bool> {
		let Some(one) = self.listing(listing) else { return Some(false) };
		let may = one.owner == who && to != who && !one.data && one.state == ListingState::Active;
		match may {
			true if self.can_hold(false, who, SOUK) => Some(true),
			true => None,
			false => Some(false),
		}
	}

	/// Whether something can be done with an order.
	pub fn may_do(&self, who: Who, order: OrderId, act: OrderAct) -> Option<bool> {
		let Order { listing, buyer, seller, wusd, data, state, window, ended, funded, .. } =
			*self.orders.get(&order)?;
		let one = &self.orders[&order];
		let (buys, sells) = (who == buyer, who == seller);
		let delivered = matches!(state, State::Delivered | State::Disputed);
		Some(match act {
			OrderAct::Fund => {
				let for_sale = !self.listings[listing as usize].ended();
				buys && state == State::Offered && for_sale && self.can_hold(wusd, who, one.price())
			}
			OrderAct::Deliver { right } => right && data && state == State::Funded && self.takes_keys(),
			OrderAct::MarkDelivered => sells && !data && state == State::Funded,
			OrderAct::Confirm => buys && (delivered || !data && state == State::Funded),
			OrderAct::Cancel => match state {
				State::Offered => buys || sells,
				State::Over { .. } => false,
				State::Funded => sells || buys && !data && one.current == 0,
				State::Delivered | State::Disputed => sells && !data,
			},
			// What is due happens at the beginning of a block.
			OrderAct::Claim => false,
			OrderAct::ProveBad { bad } => {
				bad && buys && data && delivered && self.now < window && self.proves(StatementId::ChunkKey)
			}
			OrderAct::Dispute => {
				let in_time = match state {
					State::Funded => buys && !data,
					State::Delivered => (buys || sells) && self.now < window,
					_ => false,
				};
				in_time && one.held > 0
			}
			OrderAct::Resolve { .. } => state == State::Disputed,
			OrderAct::Forget => one.over() && (buys || !funded || self.now >= ended + KEEP_FOR),
		})
	}

	/// Whether keys are delivered in this block: they can be proved, and a bad chunk can, in this block and in the next.
	pub(super) fn takes_keys(&self) -> bool {
		let chunks = &self.proofs[&StatementId::ChunkKey];
		let paused = chunks.is_paused(self.now) || chunks.is_paused(self.now + 1);
		self.proves(StatementId::KeyDelivery) && !paused
	}

	// --- what is done --------------------------------------------------------------------------

	pub(super) fn place(&mut self, buyer: Who, listing: ListingId) {
		let one = &self.listings[listing as usize];
		let deliver_within = if one.data { DELIVERY } else { GOODS };
		let part = Part { amount: one.offer.amount, deliver_within, confirm_within: CONFIRM };
		let order = self.add(listing, buyer, one.offer.wusd, vec![part]);
		self.fund(order);
	}

	/// Writes down an order that nothing is held for yet, and returns its number.
	pub(super) fn add(&mut self, listing: ListingId, buyer: Who, wusd: bool, parts: Vec<Part>) -> OrderId {
		let one = &self.listings[listing as usize];
		let order = Order {
			listing,
			buyer,
			seller: one.owner,
			wusd,
			data: one.data,
			parts,
			current: 0,
			split: one.split,
			state: State::Offered,
			earned: (self.now, None),
			due: self.now + OFFER,
			window: 0,
			period: None,
			held: 0,
			paid: 0,
			back: 0,
			covered: 0,
			funded: false,
			ended: 0,
		};
		self.next_order += 1;
		self.orders.insert(self.next_order - 1, order);
		self.next_order - 1
	}

	fn fund(&mut self, order: OrderId) {
		let (now, split) = (self.now, self.listings[self.orders[&order].listing as usize].split);
		let order = self.change_order(order);
		order.held = order.price();
		order.split = split;
		order.funded = true;
		order.state = State::Funded;
		order.earned = (now, None);
		order.due = now + order.parts[0].deliver_within;
	}

	pub(super) fn do_with(&mut self, order: OrderId, act: OrderAct) {
		let now = self.now;
		match act {
			OrderAct::Fund => self.fund(order),
			OrderAct::Deliver { .. } => {
				self.deliver(order, usize::MAX);
			}
			OrderAct::MarkDelivered => {
				let order = self.change_order(order);
				order.state = State::Delivered;
				order.earned.1 = Some(now);
				order.window = now + order.parts[order.current].confirm_within;
				order.due = order.window;
			}
			OrderAct::Confirm => {
				self.change_order(order).earned.1.get_or_insert(now);
				self.pay_part(order);
			}
			OrderAct::Cancel => self.refund(order),
			OrderAct::Claim => panic!("nothing is ever overdue"),
			OrderAct::ProveBad { .. } => self.prove_bad(order),
			OrderAct::Dispute => {
				let order = self.change_order(order);
				order.state = State::Disputed;
				order.due = now + DISPUTE;
			}
			OrderAct::Resolve { percent } => self.divide_disputed(order, percent),
			OrderAct::Forget => {
				self.orders.remove(&order);
			}
		}
	}

	/// The keys of all orders that wait for one, but for the first where that is `spoiled`.
	pub(super) fn deliver_all(&mut self, spoiled: bool) {
		let waiting = self.awaiting();
		let mut room = waiting.len() * ROOM_EACH;
		for order in waiting.into_iter().skip(spoiled.into()) {
			room -= self.deliver(order, room);
		}
	}

	/// A key is delivered; the sale is paid where the bond covers it and there are not more recipients than `room`. Returns
	/// how many were paid.
	fn deliver(&mut self, order: OrderId, room: usize) -> usize {
		let now = self.now;
		let one = self.change_order(order);
		one.state = State::Delivered;
		one.earned.1 = Some(now);
		let record = pallet_escrow::Orders::<Runtime>::get(order);
		one.period = record.and_then(|record| record.data().map(|data| data.period));
		one.window = now + WINDOW;
		one.due = one.window;
		if self.shares(order, self.orders[&order].held).len() > room {
			self.change_order(order).due = now + 1;
			return 0;
		}
		self.pay_early(order)
	}

	fn pay_early(&mut self, order: OrderId) -> usize {
		let (listing, worth) = (self.orders[&order].listing, self.orders[&order].worth());
		let bond = self.listings[listing as usize].bond;
		// A tenth of a bond, rounded up, covers nothing.
		if bond - bond.div_ceil(10) < self.covered(listing) + worth {
			return 0;
		}
		self.change_order(order).covered = worth;
		let all = self.orders[&order].held;
		self.pay_shares(order, all)
	}

	fn prove_bad(&mut self, order: OrderId) {
		let listing = self.orders[&order].listing;
		let (buyer, covered, delivered, period) = {
			let order = self.change_order(order);
			let delivered = order.earned.1.expect("it was delivered");
			(order.buyer, std::mem::take(&mut order.covered), delivered, order.period)
		};
		// While the snapshot is kept, it could be seen since then.
		let sold = period.and_then(|period| Curation::snapshot(listing, period));
		let began = sold.map_or(delivered, |snapshot| snapshot.final_at.min(delivered));
		let owner = self.listings[listing as usize].owner;
		// The fine comes first, while what covers the sale is still set aside.
		self.change_order(order).covered = covered;
		self.fine(listing, period.expect("its key was delivered"), began);
		self.change_order(order).covered = 0;
		let taken = self.take(listing, covered);
		self.transfer(false, owner, buyer, taken);
		self.refund(order);
	}

	/// Takes up to `amount` of a listing's bond, and nothing that covers sales: of what is active first, then of what is on its
	/// way out, newest first. Returns how much it was; whose it is now is the caller's to say.
	pub(super) fn take(&mut self, listing: ListingId, amount: Balance) -> Balance {
		let covered = self.covered(listing);
		let one = &mut self.listings[listing as usize];
		let of_active = amount.min(one.bond - covered);
		one.bond -= of_active;
		let mut left = amount - of_active;
		for entry in self.unlocking.iter_mut().rev().filter(|entry| entry.1 == Some(listing)) {
			let taken = left.min(entry.2);
			entry.2 -= taken;
			left -= taken;
		}
		self.unlocking.retain(|entry| entry.2 > 0);
		amount - left
	}

	/// The next part is paid, and the one after it begins.
	fn pay_part(&mut self, order: OrderId) {
		self.pay_shares(order, self.orders[&order].part());
		let now = self.now;
		let one = self.change_order(order);
		one.current += 1;
		match one.parts.get(one.current).copied() {
			Some(next) => {
				one.state = State::Funded;
				one.earned = (now, None);
				one.due = now + next.deliver_within;
			}
			None => self.close(order, false),
		}
	}

	fn divide_disputed(&mut self, order: OrderId, percent: u32) {
		let part = self.orders[&order].part();
		let owed = part - part * Balance::from(percent) / 100;
		self.pay_shares(order, owed);
		self.give_back(order);
		self.close(order, owed == 0);
	}

	fn refund(&mut self, order: OrderId) {
		self.give_back(order);
		self.close(order, true);
	}

	fn give_back(&mut self, order: OrderId) {
		let order = self.change_order(order);
		order.back += std::mem::take(&mut order.held);
	}

	fn close(&mut self, order: OrderId, refunded: bool) {
		let now = self.now;
		let order = self.change_order(order);
		assert_eq!(order.held, 0, "what ends holds nothing");
		order.state = State::Over { refunded };
		(order.covered, order.ended) = (0, now);
	}

	/// Pays `amount` of what is held to those who earned it. Returns how many they are.
	fn pay_shares(&mut self, order: OrderId, amount: Balance) -> usize {
		let shares = self.shares(order, amount);
		let (wusd, buyer) = (self.orders[&order].wusd, self.orders[&order].buyer);
		let recipients = shares.len();
		for (to, share) in shares {
			self.transfer(wusd, buyer, to, share);
			let order = self.change_order(order);
			(order.held, order.paid) = (order.held - share, order.paid + share);
		}
		recipients
	}

	fn shares(&self, order: OrderId, amount: Balance) -> BTreeMap<Who, Balance> {
		let Order { listing, split, earned: (first, last), .. } = self.orders[&order];
		let blocks: Vec<u32> = (first..=last.unwrap_or(self.now)).collect();
		self.divide(listing, split, amount, &blocks)
	}

	/// What is due in this block happens.
	pub(super) fn turn_orders(&mut self) {
		let due = self.orders.iter().filter(|(_, order)| !order.over() && order.due == self.now);
		let due: Vec<OrderId> = due.map(|(order, _)| *order).collect();
		for order in due {
			let (state, window) = (self.orders[&order].state, self.orders[&order].window);
			match state {
				State::Offered => self.close(order, true),
				State::Funded => self.refund(order),
				State::Delivered if self.now < window => {
					self.pay_early(order);
					self.change_order(order).due = window;
				}
				State::Delivered => self.pay_part(order),
				State::Disputed => {
					let percent = if self.orders[&order].data { 0 } else { BUYER_SHARE };
					self.divide_disputed(order, percent);
				}
				State::Over { .. } => {}
			}
		}
	}

	fn change_order(&mut self, order: OrderId) -> &mut Order {
		self.orders.get_mut(&order).expect("it is there")
	}

	/// The chain has the same orders, and the same bonds set aside for them.
	pub(super) fn compare_orders(&self) {
		assert_eq!(pallet_escrow::Orders::<Runtime>::iter().count(), self.orders.len());
		for (id, order) in &self.orders {
			let view = Escrow::order_details(*id).expect("the ledger has it");
			assert_eq!(
				(view.state, view.held, view.paid, view.refunded, view.covered),
				(order.state.shown(), order.held, order.paid, order.back, order.covered),
				"order {id}"
			);
			assert_eq!(view.due, (!order.over()).then_some(order.due), "order {id}");
		}
		for (id, listing) in (0..).zip(&self.listings) {
			let bond = Curation::curator_bond(id);
			assert_eq!((bond.active, bond.covered), (listing.bond, self.covered(id)), "bond on {id}");
		}
	}
}
