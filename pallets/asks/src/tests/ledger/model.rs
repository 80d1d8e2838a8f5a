//! The ledger: who owns what, and what becomes of asks, in plain sums and steps. It shares no code with the pallet.

use super::*;
use souk_mock_support::ledger::Books;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum State {
	Open,
	/// For money to move to the node.
	Paying,
	/// For money to move back.
	Returning,
	Ended {
		answered: bool,
		at: u32,
	},
}

impl State {
	/// What clients see of it.
	pub fn shown(self) -> AskState {
		match self {
			Self::Open => AskState::Open,
			Self::Paying | Self::Ended { answered: true, .. } => AskState::Answered,
			Self::Returning | Self::Ended { answered: false, .. } => AskState::Refunded,
		}
	}
}

#[derive(Clone)]
pub struct Ask {
	pub listing: usize,
	pub period: Period,
	pub query: usize,
	pub size: u32,
	pub asker: AccountId,
	pub by: Option<AccountId>,
	pub state: State,
	pub held: Balance,
	pub due: Option<u32>,
	asset: Asset,
	deposit: Balance,
	until: u32,
	since: Option<u32>,
}

pub struct Listing {
	pub state: ListingState,
	pub size: u32,
	pub nodes: Vec<AccountId>,
	pub periods: BTreeSet<Period>,
}

pub struct Ledger {
	now: u32,
	pub fee_percent: Balance,
	/// Whether proofs are.
	pub paused: bool,
	pub listings: [Listing; 2],
	pub asks: BTreeMap<AskId, Ask>,
	next: AskId,
	pub money: Books<AccountId>,
}

impl Ledger {
	pub fn new(now: u32) -> Self {
		let listing = || Listing {
			state: ListingState::Active,
			size: 0,
			nodes: NODES.to_vec(),
			periods: PERIODS.into_iter().collect(),
		};
		Self {
			now,
			fee_percent: 10,
			paused: false,
			listings: [listing(), listing()],
			asks: BTreeMap::new(),
			next: 0,
			money: Books::new(endowed(), ENDOWMENT, (POOR, LITTLE)),
		}
	}

	// --- sums ----------------------------------------------------------------------------------

	pub fn held(&self, asset: &Asset, account: AccountId) -> Balance {
		let theirs = |ask: &&Ask| ask.asker == account && ask.asset == *asset;
		self.asks.values().filter(theirs).map(|ask| ask.held).sum()
	}

	pub fn deposits_of(&self, account: AccountId) -> Balance {
		self.asks.values().filter(|ask| ask.asker == account).map(|ask| ask.deposit).sum()
	}

	/// Moves what is held for an ask, all of `amount` or nothing.
	fn pay(&mut self, id: AskId, to: AccountId, amount: Balance) -> bool {
		let asset = self.asks[&id].asset.clone();
		let possible = amount == 0 || self.money.can_receive(&asset, to, amount);
		if possible {
			self.ask_mut(id).held -= amount;
			self.money.give(&asset, to, amount);
		}
		possible
	}

	fn ask_mut(&mut self, id: AskId) -> &mut Ask {
		self.asks.get_mut(&id).expect("it exists")
	}

	// --- calls ---------------------------------------------------------------------------------

	pub fn ask(
		&mut self,
		asker: AccountId,
		listing: usize,
		period: Option<Period>,
		query: usize,
		asset: &Asset,
		amount: Balance,
		wait: u32,
		deposit: Balance,
	) -> bool {
		let Listing { state, size, periods, .. } = &self.listings[listing];
		let (state, size) = (*state, *size);
		let period = match period {
			Some(period) => periods.get(&period).copied(),
			None => periods.last().copied(),
		};
		let souk = deposit + if *asset == SOUK { amount } else { 0 };
		let pays = self.money.can_hold(&SOUK, asker, souk)
			&& (*asset == SOUK || self.money.can_hold(asset, asker, amount));
		let Some(period) = period.filter(|_| pays && state == ListingState::Active && !self.paused) else {
			return false;
		};
		self.money.take(&SOUK, asker, deposit);
		self.money.take(asset, asker, amount);
		let until = self.now + wait;
		let ask = Ask {
			listing,
			period,
			query,
			size,
			asker,
			by: None,
			state: State::Open,
			held: amount,
			due: Some(until),
			asset: asset.clone(),
			deposit,
			until,
			since: None,
		};
		self.asks.insert(self.next, ask);
		self.next += 1;
		true
	}

	pub fn answer(&mut self, id: AskId, by: AccountId, right: bool) -> bool {
		let ask = &self.asks[&id];
		let listing = &self.listings[ask.listing];
		let possible = ask.state == State::Open
			&& self.now < ask.until
			&& listing.nodes.contains(&by)
			&& listing.size == ask.size
			&& right && !self.paused;
		if possible {
			let ask = self.ask_mut(id);
			(ask.state, ask.by) = (State::Paying, Some(by));
			self.settle(id);
		}
		possible
	}

	pub fn withdraw(&mut self, id: AskId, stranger: bool) -> bool {
		let ask = &self.asks[&id];
		let listing = &self.listings[ask.listing];
		let dead =
			listing.state == ListingState::Retired || listing.nodes.is_empty() || listing.size != ask.size;
		let possible = ask.state == State::Open && dead && !stranger;
		if possible {
			self.ask_mut(id).state = State::Returning;
			self.settle(id);
		}
		possible
	}

	pub fn claim(&mut self, id: AskId) -> bool {
		match self.asks[&id].state {
			State::Open if self.asks[&id].until <= self.now => {
				self.ask_mut(id).state = State::Returning;
				self.settle(id);
				true
			}
			// One that moves nothing is undone; but what can be moved in part only is an error as well.
			State::Paying | State::Returning => {
				let before = (self.asks[&id].clone(), self.money.clone());
				let moved = self.settle(id);
				if !moved {
					self.asks.insert(id, before.0);
					self.money = before.1;
				}
				moved
			}
			_ => false,
		}
	}

	pub fn forget(&mut self, id: AskId, stranger: bool) -> bool {
		let ask = self.asks[&id].clone();
		let State::Ended { at, .. } = ask.state else { return false };
		let possible = !stranger || self.now >= at + KEEP;
		if possible {
			self.money.give(&SOUK, ask.asker, ask.deposit);
			self.asks.remove(&id);
		}
		possible
	}

	// --- time ----------------------------------------------------------------------------------

	pub fn next_block(&mut self) {
		self.now += 1;
		let due = |ask: &Ask| ask.due == Some(self.now);
		let turns: Vec<_> = self.asks.iter().filter(|(_, ask)| due(ask)).map(|(id, _)| *id).collect();
		for id in turns {
			if self.asks[&id].state == State::Open {
				self.ask_mut(id).state = State::Returning;
			}
			self.settle(id);
		}
	}

	/// Moves what can be moved, and ends the ask if it was all. Says whether it was.
	fn settle(&mut self, id: AskId) -> bool {
		let Ask { held, by, asker, .. } = self.asks[&id].clone();
		match by {
			Some(by) => {
				let fee = held * self.fee_percent / 100;
				let mut left = 0;
				for (account, amount) in [(TREASURY, fee), (by, held - fee)] {
					if !self.pay(id, account, amount) {
						left += amount;
					}
				}
				if !self.pay(id, TREASURY, left) {
					self.pay(id, asker, left);
				}
			}
			None => {
				self.pay(id, asker, held);
			}
		}
		let now = self.now;
		let ask = self.ask_mut(id);
		if ask.held == 0 {
			(ask.state, ask.due) = (State::Ended { answered: by.is_some(), at: now }, None);
			return true;
		}
		let since = *ask.since.get_or_insert(now);
		ask.due = Some(now + (now - since).max(1));
		false
	}
}
