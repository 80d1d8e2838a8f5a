//! The ledger: who owns what, and what becomes of it, in plain sums.

use super::*;
use souk_mock_support::ledger::Books;
use std::collections::BTreeMap;

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Stage {
	Open,
	Closing { until: u32 },
	Over,
}

#[derive(Clone)]
pub struct Earning {
	pub node: AccountId,
	pub counter: u64,
	pub earned: Balance,
	pub owed: Balance,
}

#[derive(Clone)]
pub struct Tab {
	pub payer: AccountId,
	pub stage: Stage,
	pub held: Balance,
	pub due: u32,
	pub earners: Vec<Earning>,
	listing: usize,
	asset: Asset,
	deposit: Balance,
	until: u32,
	since: Option<u32>,
}

impl Tab {
	fn free(&self) -> Balance {
		self.held - self.earners.iter().map(|one| one.owed).sum::<Balance>()
	}
}

pub struct Listing {
	pub ended: bool,
	pub workers: Vec<AccountId>,
	/// Deposit of its free quota.
	quota: Balance,
	/// Whether its tabs are still to be closed.
	ending: bool,
}

pub struct Ledger {
	now: u32,
	pub fee_percent: Balance,
	pub listings: [Listing; 3],
	pub tabs: BTreeMap<TabId, Tab>,
	next: TabId,
	pub money: Books<AccountId>,
}

impl Ledger {
	pub fn new(now: u32) -> Self {
		let listing = || Listing { ended: false, workers: WORKERS.to_vec(), quota: 0, ending: false };
		Self {
			now,
			fee_percent: 10,
			listings: [listing(), listing(), listing()],
			tabs: BTreeMap::new(),
			next: 0,
			money: Books::new(endowed(), ENDOWMENT, (POOR, LITTLE)),
		}
	}

	// --- sums ----------------------------------------------------------------------------------

	pub fn held(&self, asset: &Asset, account: &AccountId) -> Balance {
		let theirs = |tab: &&Tab| tab.payer == *account && tab.asset == *asset;
		self.tabs.values().filter(theirs).map(|tab| tab.held).sum()
	}

	pub fn deposits_of(&self, account: &AccountId) -> Balance {
		let tabs: Balance =
			self.tabs.values().filter(|tab| tab.payer == *account).map(|tab| tab.deposit).sum();
		let quotas = if *account == CURATOR { self.listings.iter().map(|one| one.quota).sum() } else { 0 };
		tabs + quotas
	}

	/// Moves what is held on a tab, all of `amount` or nothing.
	fn pay(&mut self, id: TabId, to: &AccountId, amount: Balance) -> bool {
		let asset = self.tabs[&id].asset.clone();
		let possible = amount == 0 || self.money.can_receive(&asset, to, amount);
		if possible {
			self.tab_mut(id).held -= amount;
			self.money.give(&asset, to, amount);
		}
		possible
	}

	fn tab_mut(&mut self, id: TabId) -> &mut Tab {
		self.tabs.get_mut(&id).expect("it exists")
	}

	// --- calls ---------------------------------------------------------------------------------

	pub fn open(
		&mut self,
		payer: &AccountId,
		listing: usize,
		asset: &Asset,
		limit: Balance,
		deposit: Balance,
	) -> bool {
		let souk = deposit + if *asset == SOUK { limit } else { 0 };
		let pays = self.money.can_hold(&SOUK, payer, souk)
			&& (*asset == SOUK || self.money.can_hold(asset, payer, limit));
		if !pays || self.listings[listing].ended || limit < PRICE {
			return false;
		}
		self.money.take(&SOUK, payer, deposit);
		self.money.take(asset, payer, limit);
		let until = self.now + LIFETIME;
		let tab = Tab {
			payer: payer.clone(),
			stage: Stage::Open,
			held: limit,
			due: until,
			earners: vec![],
			listing,
			asset: asset.clone(),
			deposit,
			until,
			since: None,
		};
		self.tabs.insert(self.next, tab);
		self.next += 1;
		true
	}

	fn is_open(&self, tab: &Tab) -> bool {
		tab.stage == Stage::Open && self.now < tab.until && !self.listings[tab.listing].ended
	}

	pub fn top_up(&mut self, id: TabId, stranger: bool, amount: Balance) -> bool {
		let tab = self.tabs[&id].clone();
		let possible = !stranger && self.is_open(&tab) && self.money.can_hold(&tab.asset, &tab.payer, amount);
		if possible {
			self.money.take(&tab.asset, &tab.payer, amount);
			self.tab_mut(id).held += amount;
		}
		possible
	}

	pub fn settle(&mut self, id: TabId, node: &AccountId, counter: u64, amount: Balance) -> bool {
		let tab = self.tabs[&id].clone();
		let at = tab.earners.iter().position(|one| one.node == *node);
		let more = (amount - at.map_or(0, |at| tab.earners[at].earned.min(amount))).min(tab.free());
		if more == 0 || tab.stage == Stage::Over {
			return false;
		}
		let tab = self.tab_mut(id);
		let at = at.unwrap_or_else(|| {
			tab.earners.push(Earning { node: node.clone(), counter: 0, earned: 0, owed: 0 });
			tab.earners.len() - 1
		});
		let one = &mut tab.earners[at];
		one.counter = one.counter.max(counter);
		(one.earned, one.owed) = (one.earned + more, one.owed + more);
		self.pay_earner(id, at);
		true
	}

	pub fn close(&mut self, id: TabId, stranger: bool) -> bool {
		let possible = !stranger && self.is_open(&self.tabs[&id]);
		if possible {
			self.begin_close(id);
		}
		possible
	}

	pub fn claim(&mut self, id: TabId) -> bool {
		let tab = self.tabs[&id].clone();
		match tab.stage {
			Stage::Open if self.listings[tab.listing].ended => {
				self.begin_close(id);
				true
			}
			// Without limits, the hooks have done what is due.
			Stage::Open | Stage::Closing { .. } => false,
			// One that moves nothing is undone.
			Stage::Over => {
				let money = self.money.clone();
				let moved = self.finish(id);
				if !moved {
					self.money = money;
					self.tabs.insert(id, tab);
				}
				moved
			}
		}
	}

	pub fn set_quota(&mut self, listing: usize, queries: u32, deposit: Balance) -> bool {
		if self.listings[listing].ended {
			return false;
		}
		let before = std::mem::take(&mut self.listings[listing].quota);
		self.money.give(&SOUK, &CURATOR, before);
		if queries > 0 {
			// The curator is rich.
			self.money.take(&SOUK, &CURATOR, deposit);
			self.listings[listing].quota = deposit;
		}
		true
	}

	pub fn end(&mut self, listing: usize) {
		let quota = std::mem::take(&mut self.listings[listing].quota);
		self.money.give(&SOUK, &CURATOR, quota);
		(self.listings[listing].ended, self.listings[listing].ending) = (true, true);
	}

	// --- time ----------------------------------------------------------------------------------

	pub fn next_block(&mut self) {
		self.now += 1;
		let due: Vec<_> =
			self.tabs.iter().filter(|(_, tab)| tab.due == self.now).map(|(id, _)| *id).collect();
		for id in due {
			match self.tabs[&id].stage {
				Stage::Open => self.begin_close(id),
				Stage::Closing { .. } | Stage::Over => {
					self.finish(id);
				}
			}
		}
		for listing in 0..self.listings.len() {
			if std::mem::take(&mut self.listings[listing].ending) {
				let of = |tab: &Tab| tab.listing == listing && tab.stage == Stage::Open;
				let tabs: Vec<_> = self.tabs.iter().filter(|(_, tab)| of(tab)).map(|(id, _)| *id).collect();
				tabs.into_iter().for_each(|id| self.begin_close(id));
			}
		}
	}

	fn begin_close(&mut self, id: TabId) {
		let until = self.now + CHALLENGE;
		let tab = self.tab_mut(id);
		(tab.stage, tab.due) = (Stage::Closing { until }, until);
	}

	/// Pays a node and who earns with it. Returns what is still owed.
	fn pay_earner(&mut self, id: TabId, at: usize) -> Balance {
		let tab = &self.tabs[&id];
		let (payer, node, owed) = (tab.payer.clone(), tab.earners[at].node.clone(), tab.earners[at].owed);
		let workers = self.listings[tab.listing].workers.clone();
		let fee = owed * self.fee_percent / 100;
		let net = owed - fee;
		let mut shares = vec![(TREASURY, fee), (node, net / 2)];
		let of_workers = net / 5;
		shares.extend(workers.iter().map(|one| (one.clone(), of_workers / workers.len() as Balance)));
		let curator = owed - shares.iter().map(|(_, amount)| amount).sum::<Balance>();
		shares.push((CURATOR, curator));
		let mut left = 0;
		for (account, amount) in shares {
			if !self.pay(id, &account, amount) {
				left += amount;
			}
		}
		if self.pay(id, &TREASURY, left) || self.pay(id, &payer, left) {
			left = 0;
		}
		self.tab_mut(id).earners[at].owed = left;
		left
	}

	/// Moves what can be moved, and ends the tab if it was all. Says whether it was, or something moved.
	fn finish(&mut self, id: TabId) -> bool {
		let (payer, free, before) =
			(self.tabs[&id].payer.clone(), self.tabs[&id].free(), self.tabs[&id].held);
		self.pay(id, &payer, free);
		let owed = self.tabs[&id].earners.iter().position(|one| one.owed > 0);
		let left = owed.map_or(0, |at| self.pay_earner(id, at));
		if self.tabs[&id].held == 0 {
			let deposit = self.tabs[&id].deposit;
			self.tabs.remove(&id);
			self.money.give(&SOUK, &payer, deposit);
			return true;
		}
		let now = self.now;
		let tab = self.tab_mut(id);
		tab.stage = Stage::Over;
		let since = *tab.since.get_or_insert(now);
		let stuck = left > 0 || tab.free() > 0;
		tab.due = now + if stuck { (now - since).max(1) } else { 1 };
		tab.held < before
	}
}
