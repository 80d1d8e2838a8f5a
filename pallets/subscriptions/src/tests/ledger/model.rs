//! The ledger: who owns what, and what becomes of it, in plain sums. It shares no code with the pallets.

use super::*;
use souk_mock_support::ledger::Books;
use std::collections::BTreeMap;

/// Most subscriptions with a turn in one block, as in the mock.
const ROOM: usize = 4;
/// How many blocks a turn may be late.
const LOOK_AHEAD: u32 = 64;

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Phase {
	Running,
	/// Until this block.
	Grace(u32),
	/// Of what is held this was earned.
	Settling(Balance),
}

pub struct Listing {
	data: bool,
	state: ListingState,
	since: u32,
	asset: Asset,
	price: Balance,
	/// Percent of the workers, and of the persistence nodes.
	split: (Balance, Balance),
	/// Who works and who keeps snapshots from a block on, until the next entry.
	served: BTreeMap<u32, [Vec<AccountId>; 2]>,
	pub first_final_at: Option<u32>,
}

#[derive(Clone)]
pub struct Subscription {
	payer: AccountId,
	asset: Asset,
	agreed: Balance,
	split: (Balance, Balance),
	pub start: u32,
	pub until: u32,
	auto_renew: bool,
	pub phase: Phase,
	turn: Option<u32>,
	pub held: Balance,
	deposit: Balance,
	trial: bool,
	/// Start of the last period that was paid for, until all who earned it are paid.
	paid_since: Option<u32>,
}

pub struct Purchase {
	pub who: AccountId,
	pub listing: u32,
	pub holder: Holder<AccountId>,
	pub trial: bool,
	pub auto_renew: bool,
	pub deposit: Balance,
}

type Key = (Holder<AccountId>, u32);

pub struct Ledger {
	pub now: u32,
	pub fee_percent: Balance,
	pub listings: Vec<Listing>,
	pub subscriptions: BTreeMap<Key, Subscription>,
	pub money: Books<AccountId>,
	trials: BTreeMap<(AccountId, u32), Balance>,
	turns: BTreeMap<u32, Vec<Key>>,
}

impl Ledger {
	pub fn new(now: u32) -> Self {
		let rich = EVERYBODY.into_iter().filter(|account| ![POOR, STRANGER, SHOP].contains(account));
		Self {
			now,
			fee_percent: 10,
			listings: Vec::new(),
			subscriptions: BTreeMap::new(),
			money: Books::new(rich, ENDOWMENT, (POOR, 800)),
			trials: BTreeMap::new(),
			turns: BTreeMap::new(),
		}
	}

	// --- money ---------------------------------------------------------------------------------

	pub fn issuance(&self, asset: &Asset) -> Balance {
		8 * ENDOWMENT + if *asset == SOUK { 800 } else { 0 }
	}

	pub fn held(&self, asset: &Asset, account: AccountId) -> Balance {
		let theirs =
			|subscription: &&Subscription| subscription.payer == account && subscription.asset == *asset;
		self.subscriptions.values().filter(theirs).map(|subscription| subscription.held).sum()
	}

	/// Starts of a listing's periods that are paid for and not settled.
	pub fn open_periods(&self, listing: u32) -> Vec<u32> {
		let theirs = self.subscriptions.iter().filter(|((_, of), _)| *of == listing);
		let mut starts: Vec<_> = theirs.filter_map(|(_, subscription)| subscription.paid_since).collect();
		starts.sort_unstable();
		starts
	}

	pub fn deposits_of(&self, account: AccountId) -> Balance {
		let theirs = self.subscriptions.values().filter(|subscription| subscription.payer == account);
		let trials = self.trials.iter().filter(|((who, _), _)| *who == account);
		theirs.map(|subscription| subscription.deposit).sum::<Balance>()
			+ trials.map(|(_, deposit)| deposit).sum::<Balance>()
	}

	// --- listings ------------------------------------------------------------------------------

	pub fn sell(&mut self, data: bool, asset: Asset, price: Balance) {
		self.money.take(&SOUK, CURATOR, 50);
		self.listings.push(Listing {
			data,
			state: ListingState::Active,
			since: self.now,
			asset,
			price,
			split: (20, 30),
			served: BTreeMap::new(),
			first_final_at: None,
		});
	}

	fn listing(&self, listing: u32) -> &Listing {
		&self.listings[listing as usize]
	}

	fn ended(&self, listing: u32) -> bool {
		matches!(self.listing(listing).state, ListingState::Retired | ListingState::TakenDown)
	}

	pub fn offer(&mut self, listing: u32, asset: Asset, price: Balance) -> bool {
		let possible = !self.ended(listing);
		if possible {
			let listing = &mut self.listings[listing as usize];
			(listing.asset, listing.price) = (asset, price);
		}
		possible
	}

	pub fn set_state(&mut self, listing: u32, to: ListingState) -> bool {
		let possible = !self.ended(listing) && self.listing(listing).state != to;
		if possible {
			let now = self.now;
			let listing = &mut self.listings[listing as usize];
			(listing.state, listing.since) = (to, now);
		}
		possible
	}

	pub fn set_payouts(&mut self, listing: u32, workers: Balance, persistence: Balance) -> bool {
		let possible = !self.ended(listing) && workers + persistence <= 100;
		if possible {
			self.listings[listing as usize].split = (workers, persistence);
		}
		possible
	}

	pub fn serve(
		&mut self,
		listing: u32,
		workers: Vec<AccountId>,
		nodes: Vec<AccountId>,
		first_final_at: Option<u32>,
	) {
		let now = self.now;
		let listing = &mut self.listings[listing as usize];
		listing.served.insert(now, [workers, nodes]);
		listing.first_final_at = first_final_at;
	}

	// --- calls ---------------------------------------------------------------------------------

	pub fn subscribe(&mut self, purchase: Purchase) -> bool {
		let Purchase { who, listing, holder, trial, auto_renew, deposit } = purchase;
		let offered = self.listing(listing);
		let asset = offered.asset.clone();
		let price = if trial { 0 } else { offered.price };
		let split = offered.split;
		let on_sale = offered.state == ListingState::Active;
		let had_trial = trial && self.trials.contains_key(&(who, listing));
		if !on_sale || had_trial || self.subscriptions.contains_key(&(holder, listing)) {
			return false;
		}
		let trace = if trial { trial_deposit(who, listing) } else { 0 };
		let souk = deposit + trace + if asset == SOUK { price } else { 0 };
		if !self.money.can_hold(&SOUK, who, souk) || !self.money.can_hold(&asset, who, price) {
			return false;
		}
		let until = self.now + PERIOD;
		let Some(turn) = self.enqueue(until, (holder, listing)) else { return false };
		self.money.take(&SOUK, who, deposit + trace);
		self.money.take(&asset, who, price);
		if trial {
			self.trials.insert((who, listing), trace);
		}
		let subscription = Subscription {
			payer: who,
			asset,
			agreed: price,
			split,
			start: self.now,
			until,
			auto_renew: auto_renew && !trial,
			phase: Phase::Running,
			turn: Some(turn),
			held: price,
			deposit,
			trial,
			paid_since: (price > 0).then_some(self.now),
		};
		self.subscriptions.insert((holder, listing), subscription);
		true
	}

	pub fn cancel(&mut self, holder: Holder<AccountId>, listing: u32) -> bool {
		let key = (holder, listing);
		let Some(subscription) = self.subscriptions.get(&key).cloned() else { return false };
		match subscription.phase {
			Phase::Running => {
				let owed = self.earned(listing, &subscription);
				self.finish(key, owed);
				true
			}
			Phase::Grace(_) => {
				self.finish(key, 0);
				true
			}
			Phase::Settling(_) => self.settle(holder, listing),
		}
	}

	pub fn set_auto_renew(&mut self, holder: Holder<AccountId>, listing: u32, enabled: bool) -> bool {
		let key = (holder, listing);
		let Some(subscription) = self.subscriptions.get(&key) else { return false };
		let over =
			matches!(subscription.phase, Phase::Settling(_)) || self.now >= entitled_until(subscription);
		if subscription.trial || over {
			return false;
		}
		if !enabled && matches!(subscription.phase, Phase::Grace(_)) {
			self.finish(key, 0);
		} else {
			self.change(key, |subscription| subscription.auto_renew = enabled);
		}
		true
	}

	pub fn renew(&mut self, holder: Holder<AccountId>, listing: u32) -> bool {
		let key = (holder, listing);
		let Some(subscription) = self.subscriptions.get(&key).cloned() else { return false };
		let Phase::Grace(until) = subscription.phase else { return false };
		if self.now >= until {
			return false;
		}
		let Some(price) = self.offered(listing, &subscription) else { return false };
		if !self.money.can_hold(&subscription.asset, subscription.payer, price) {
			return false;
		}
		self.leave_queue(key);
		self.start_next(key, price)
	}

	pub fn settle(&mut self, holder: Holder<AccountId>, listing: u32) -> bool {
		let key = (holder, listing);
		let Some(subscription) = self.subscriptions.get(&key).cloned() else { return false };
		let ended = self.ended(listing);
		match subscription.phase {
			Phase::Settling(owed) => {
				// What cannot be finished is undone as a whole.
				let before = (self.money.clone(), self.turns.clone(), self.subscriptions.clone());
				self.finish(key, owed);
				let gone = !self.subscriptions.contains_key(&key);
				if !gone {
					(self.money, self.turns, self.subscriptions) = before;
				}
				return gone;
			}
			Phase::Running if ended => {
				let owed = self.earned(listing, &subscription);
				self.finish(key, owed);
			}
			Phase::Running if self.now >= subscription.until => {
				self.leave_queue(key);
				self.take_turn(key);
			}
			Phase::Grace(until) if ended || self.now >= until => self.finish(key, 0),
			_ => return false,
		}
		true
	}

	pub fn clear_trial(&mut self, who: AccountId, listing: u32) -> bool {
		if !self.ended(listing) {
			return false;
		}
		let Some(deposit) = self.trials.remove(&(who, listing)) else { return false };
		self.money.give(&SOUK, who, deposit);
		true
	}

	// --- time ----------------------------------------------------------------------------------

	pub fn next_block(&mut self) {
		self.now += 1;
		for key in self.turns.remove(&self.now).unwrap_or_default() {
			self.change(key, |subscription| subscription.turn = None);
			self.take_turn(key);
		}
	}

	pub fn is_live(&self, holder: &Holder<AccountId>, listing: u32) -> bool {
		let subscription = &self.subscriptions[&(*holder, listing)];
		!self.ended(listing)
			&& !matches!(subscription.phase, Phase::Settling(_))
			&& self.now < entitled_until(subscription)
	}

	fn take_turn(&mut self, key: Key) {
		let subscription = self.subscriptions[&key].clone();
		match subscription.phase {
			Phase::Settling(owed) => self.finish(key, owed),
			Phase::Grace(_) => self.collect(key),
			Phase::Running => {
				let owed = self.earned(key.1, &subscription);
				if !subscription.auto_renew {
					return self.finish(key, owed);
				}
				let unpaid = self.pay_and_refund(key, owed);
				if self.subscriptions[&key].held > 0 {
					return self.finish(key, unpaid);
				}
				self.collect(key);
			}
		}
	}

	fn collect(&mut self, key: Key) {
		let subscription = self.subscriptions[&key].clone();
		let grace_end = subscription.until + GRACE.min((PERIOD / 10).max(1));
		let payable = match subscription.phase {
			Phase::Grace(until) => self.now < until,
			_ => self.now < subscription.until + PERIOD,
		};
		let Some(price) = self.offered(key.1, &subscription).filter(|_| payable) else {
			return self.finish(key, 0);
		};
		if self.money.can_hold(&subscription.asset, subscription.payer, price) && self.start_next(key, price)
		{
			return;
		}
		let retry = (self.now + RETRY).min(grace_end);
		let turn = if self.now < grace_end { self.enqueue(retry, key) } else { None };
		match turn {
			Some(turn) => self.change(key, |subscription| {
				subscription.turn = Some(turn);
				subscription.phase = Phase::Grace(grace_end);
			}),
			None => self.finish(key, 0),
		}
	}

	// --- steps ---------------------------------------------------------------------------------

	fn change(&mut self, key: Key, how: impl FnOnce(&mut Subscription)) {
		how(self.subscriptions.get_mut(&key).expect("it exists"));
	}

	fn enqueue(&mut self, at: u32, key: Key) -> Option<u32> {
		let first = at.max(self.now + 1);
		let turn = (first..=first + LOOK_AHEAD)
			.find(|block| self.turns.get(block).is_none_or(|queue| queue.len() < ROOM))?;
		self.turns.entry(turn).or_default().push(key);
		Some(turn)
	}

	fn leave_queue(&mut self, key: Key) {
		if let Some(turn) = self.subscriptions.get_mut(&key).and_then(|subscription| subscription.turn.take())
		{
			if let Some(queue) = self.turns.get_mut(&turn) {
				queue.retain(|other| *other != key);
			}
		}
	}

	/// What the next period costs, where it is offered as agreed.
	fn offered(&self, listing: u32, subscription: &Subscription) -> Option<Balance> {
		let listing = self.listing(listing);
		let as_agreed = listing.state == ListingState::Active
			&& listing.asset == subscription.asset
			&& listing.price <= subscription.agreed;
		as_agreed.then_some(listing.price)
	}

	fn start_next(&mut self, key: Key, price: Balance) -> bool {
		let subscription = self.subscriptions[&key].clone();
		let split = self.listing(key.1).split;
		let Some(turn) = self.enqueue(subscription.until + PERIOD, key) else { return false };
		self.money.take(&subscription.asset, subscription.payer, price);
		self.change(key, |subscription| {
			subscription.start = subscription.until;
			subscription.until += PERIOD;
			subscription.phase = Phase::Running;
			subscription.turn = Some(turn);
			subscription.held = price;
			subscription.split = split;
			subscription.paid_since = (price > 0).then_some(subscription.start);
		});
		true
	}

	fn earned(&self, listing: u32, subscription: &Subscription) -> Balance {
		let blocks = self.blocks(listing, subscription).count() as Balance;
		subscription.held * blocks / Balance::from(PERIOD)
	}

	/// The blocks of the period that were served by now.
	fn blocks(&self, listing: u32, subscription: &Subscription) -> std::ops::Range<u32> {
		let listed = self.listing(listing);
		let start = match (listed.data, listed.first_final_at) {
			(false, _) => subscription.start,
			(true, Some(first)) => subscription.start.max(first),
			(true, None) => return 0..0,
		};
		let end = self.now.min(subscription.until);
		start..if self.ended(listing) { end.min(listed.since) } else { end }
	}

	/// What each of the workers (`role` 0) or persistence nodes (1) has of `part`. Each block is worth the same, and is
	/// divided equally among those who were there.
	fn shares(
		&self,
		listing: u32,
		subscription: &Subscription,
		role: usize,
		part: Balance,
	) -> BTreeMap<AccountId, Balance> {
		let blocks = self.blocks(listing, subscription);
		let mut served = BTreeMap::<(AccountId, Balance), Balance>::new();
		for block in blocks.clone() {
			let there = self.listing(listing).served.range(..=block).next_back();
			let there = there.map(|(_, roles)| roles[role].as_slice()).unwrap_or_default();
			for account in there {
				*served.entry((*account, there.len() as Balance)).or_default() += 1;
			}
		}
		let mut shares = BTreeMap::new();
		for ((account, among), times) in served {
			*shares.entry(account).or_default() += part * times / (blocks.len() as Balance * among);
		}
		shares
	}

	/// Pays all of it or nothing.
	fn pay(&mut self, key: Key, to: AccountId, amount: Balance) -> bool {
		let asset = self.subscriptions[&key].asset.clone();
		let possible = amount == 0 || self.money.can_receive(&asset, to, amount);
		if possible {
			self.change(key, |subscription| subscription.held -= amount);
			self.money.give(&asset, to, amount);
		}
		possible
	}

	/// Returns what nobody could be paid.
	fn pay_and_refund(&mut self, key: Key, owed: Balance) -> Balance {
		let subscription = self.subscriptions[&key].clone();
		let fee = owed * self.fee_percent / 100;
		let net = owed - fee;
		let (workers, nodes) = subscription.split;
		let mut rest = owed;
		let recipients = [(0, workers), (1, nodes)]
			.into_iter()
			.flat_map(|(role, percent)| self.shares(key.1, &subscription, role, net * percent / 100))
			.chain([(TREASURY, fee)])
			.collect::<Vec<_>>();
		let mut left = 0;
		for (recipient, amount) in recipients {
			rest -= amount;
			if !self.pay(key, recipient, amount) {
				left += amount;
			}
		}
		if !self.pay(key, CURATOR, rest) {
			left += rest;
		}
		let paid = [TREASURY, subscription.payer].into_iter().any(|to| self.pay(key, to, left));
		let unpaid = if paid { 0 } else { left };
		let refund = self.subscriptions[&key].held - unpaid;
		self.pay(key, subscription.payer, refund);
		unpaid
	}

	fn finish(&mut self, key: Key, owed: Balance) {
		self.leave_queue(key);
		let unpaid = self.pay_and_refund(key, owed);
		if unpaid == 0 {
			self.change(key, |subscription| subscription.paid_since = None);
		}
		let subscription = self.subscriptions[&key].clone();
		if subscription.held == 0 {
			self.money.give(&SOUK, subscription.payer, subscription.deposit);
			self.subscriptions.remove(&key);
			return;
		}
		let until = subscription.until.min(self.now);
		let turn = self.enqueue(self.now + (self.now - until).max(RETRY), key);
		self.change(key, |subscription| {
			subscription.phase = Phase::Settling(unpaid);
			subscription.auto_renew = false;
			subscription.until = until;
			subscription.turn = turn;
		});
	}
}

fn entitled_until(subscription: &Subscription) -> u32 {
	match subscription.phase {
		Phase::Grace(until) => until,
		Phase::Running if subscription.auto_renew => {
			let turn = subscription.turn.unwrap_or(subscription.until);
			turn.min(subscription.until + PERIOD)
		}
		_ => subscription.until,
	}
}

/// What the trace of a trial costs: 20, and 1 for each byte of its key (a prefix of 32, the hashed number of the listing,
/// the hashed account) and of its record (an account and a balance).
fn trial_deposit(_: AccountId, _: u32) -> Balance {
	20 + (32 + (8 + 4) + (16 + 1 + 8)) + (8 + 16)
}
