//! Tabs and asks: what a voucher is worth, who has a part of it, and what becomes of the rest.

use super::*;
use pallet_asks::Event as Asked;
use pallet_tabs::{Event as Tabbed, TabId};
use souk_proof_primitives::voucher::SignedVoucher;

pub struct Tab {
	listing: ListingId,
	payer: Who,
	/// First block in which it closes, and in which it is too late for vouchers, once it closes.
	until: u32,
	closing: Option<u32>,
	/// What nobody has earned.
	left: Balance,
	/// What each node has earned.
	earned: BTreeMap<Who, Balance>,
}

pub struct Ask {
	listing: ListingId,
	since: u32,
	asker: Who,
	wusd: bool,
	bounty: Balance,
	until: u32,
}

impl Book {
	// --- tabs ----------------------------------------------------------------------------------

	/// What vouchers are worth that a node is about to settle, in their order. The second says whether the tab's payer has signed.
	pub(super) fn expect_vouchers(&mut self, node: Who, vouchers: &[(SignedVoucher, bool)]) {
		let mut earned = BTreeMap::<TabId, Balance>::new();
		let mut left = BTreeMap::<TabId, Balance>::new();
		let me: [u8; 32] = account(node).into();
		for (signed, right) in vouchers {
			let voucher = &signed.voucher;
			let Some(tab) = self.tabs.get(&voucher.tab) else { continue };
			let in_time = tab.closing.is_none_or(|until| self.now < until);
			if !right || voucher.node != me || !in_time {
				continue;
			}
			let earned = earned.entry(voucher.tab).or_insert(tab.earned.get(&node).copied().unwrap_or(0));
			let left = left.entry(voucher.tab).or_insert(tab.left);
			let worth = voucher.amount.saturating_sub(*earned).min(*left);
			if worth > 0 {
				*earned += worth;
				*left -= worth;
				self.vouchers.push((voucher.tab, voucher.counter, worth));
			}
		}
	}

	pub(super) fn note_tab(&mut self, event: pallet_tabs::Event<Runtime>) {
		match event {
			Tabbed::Opened { tab, listing, payer, limit, until, .. } => {
				let payer = who(&payer);
				assert_eq!(until, self.now + LIFETIME);
				self.hold(payer, TRADED[listing as usize].wusd, Why::Tab(tab), limit);
				let new = Tab { listing, payer, until, closing: None, left: limit, earned: BTreeMap::new() };
				self.tabs.insert(tab, new);
			}
			Tabbed::ToppedUp { tab, amount, .. } => {
				let one = self.tabs.get_mut(&tab).expect("it was opened");
				one.left += amount;
				let (payer, listing) = (one.payer, one.listing);
				self.hold(payer, TRADED[listing as usize].wusd, Why::Tab(tab), amount);
			}
			Tabbed::VoucherSettled { tab, node, counter, amount } => {
				let node = who(&node);
				assert_eq!((Some(node), self.vouchers.remove(0)), (self.actor, (tab, counter, amount)));
				let one = self.tabs.get_mut(&tab).expect("it was opened");
				one.left -= amount;
				*one.earned.entry(node).or_default() += amount;
				self.divide(tab, node, amount);
			}
			Tabbed::PaidOut { tab, recipient, amount, .. } => {
				let to = who(&recipient);
				assert_eq!(self.due.remove(&(Why::Tab(tab), to)), Some(amount), "of tab {tab} to {to}");
				let (payer, listing) = (self.tabs[&tab].payer, self.tabs[&tab].listing);
				self.reaches(listing, (payer, Why::Tab(tab)), to, amount);
			}
			Tabbed::Closing { tab, until, .. } => {
				assert_eq!(until, self.now + CHALLENGE);
				self.tabs.get_mut(&tab).expect("it was opened").closing = Some(until);
			}
			Tabbed::Refunded { tab, amount, .. } => {
				let one = self.tabs.get_mut(&tab).expect("it was opened");
				assert_eq!(std::mem::take(&mut one.left), amount, "tab {tab}");
				assert!(one.closing.is_some_and(|until| until <= self.now), "tab {tab} is over too early");
				let (payer, listing) = (one.payer, one.listing);
				self.free(payer, TRADED[listing as usize].wusd, Why::Tab(tab), amount);
			}
			Tabbed::Ended { tab } => {
				let one = self.tabs.remove(&tab).expect("it was opened");
				let held = self.holds(one.payer, TRADED[one.listing as usize].wusd, Why::Tab(tab));
				assert_eq!((one.left, held), (0, 0), "tab {tab} holds nothing");
			}
			Tabbed::SettlementDelayed { .. } => panic!("everybody can be paid"),
			Tabbed::VoucherRefused { .. } | Tabbed::FreeQuotaSet { .. } => {}
		}
	}

	/// What a voucher is worth: the treasury's part, then the workers' in equal parts, then that of who answered; the rest is the curator's.
	fn divide(&mut self, tab: TabId, node: Who, amount: Balance) {
		let traded = &TRADED[self.tabs[&tab].listing as usize];
		let fee = percent(amount, FEE);
		let net = amount - fee;
		let mut parts = vec![(TREASURY, fee), (node, percent(net, KEEPERS))];
		let workers = traded.workers.len() as Balance;
		parts.extend(traded.workers.iter().map(|worker| (*worker, percent(net, WORKERS) / workers)));
		let rest = amount - parts.iter().map(|(_, part)| part).sum::<Balance>();
		parts.push((CURATOR, rest));
		for (to, part) in parts.into_iter().filter(|(_, part)| *part > 0) {
			*self.due.entry((Why::Tab(tab), to)).or_default() += part;
		}
	}

	pub(super) fn tabs_in_time(&self) {
		for (id, tab) in &self.tabs {
			match tab.closing {
				Some(until) => assert!(self.now < until, "tab {id} was to end in block {until}"),
				None => {
					assert!(self.now < tab.until, "tab {id} was to close in block {}", tab.until);
					let ended = self.ended.get(&tab.listing);
					assert!(
						ended.is_none_or(|since| self.now <= *since),
						"the listing of tab {id} has ended"
					);
				}
			}
		}
	}

	// --- asks ----------------------------------------------------------------------------------

	pub(super) fn note_ask(&mut self, event: pallet_asks::Event<Runtime>) {
		match event {
			Asked::Asked { ask, listing, asker, bounty, until, .. } => {
				let new = Ask {
					listing,
					since: self.now,
					asker: who(&asker),
					wusd: is_wusd(&bounty.asset),
					bounty: bounty.amount,
					until,
				};
				self.hold(new.asker, new.wusd, Why::Bounty(ask), new.bounty);
				self.asks.insert(ask, new);
			}
			Asked::Answered { ask, by, .. } => {
				let one = &self.asks[&ask];
				assert!(self.now < one.until, "ask {ask} was answered too late");
				let (by, fee) = (who(&by), percent(one.bounty, FEE));
				for (to, part) in
					[(TREASURY, fee), (by, one.bounty - fee)].into_iter().filter(|(_, part)| *part > 0)
				{
					*self.due.entry((Why::Bounty(ask), to)).or_default() += part;
				}
			}
			Asked::Withdrawn { ask } => {
				let one = &self.asks[&ask];
				let changed = self.changed.get(&one.listing).is_some_and(|at| *at >= one.since);
				let dead = changed || self.ended.contains_key(&one.listing);
				assert!(dead, "ask {ask} was withdrawn although it could be answered");
			}
			Asked::PaidOut { ask, recipient, amount, .. } => {
				let to = who(&recipient);
				assert_eq!(self.due.remove(&(Why::Bounty(ask), to)), Some(amount), "of ask {ask} to {to}");
				let (asker, wusd) = (self.asks[&ask].asker, self.asks[&ask].wusd);
				self.pay(asker, wusd, Why::Bounty(ask), to, amount);
			}
			Asked::Refunded { ask, amount, .. } => {
				let (asker, wusd, bounty) =
					(self.asks[&ask].asker, self.asks[&ask].wusd, self.asks[&ask].bounty);
				assert_eq!(amount, bounty, "ask {ask}");
				self.free(asker, wusd, Why::Bounty(ask), amount);
			}
			Asked::Ended { ask, .. } => {
				let one = self.asks.remove(&ask).expect("it was asked");
				assert_eq!(self.holds(one.asker, one.wusd, Why::Bounty(ask)), 0, "ask {ask} holds nothing");
			}
			Asked::SettlementDelayed { .. } => panic!("everybody can be paid"),
			_ => {}
		}
	}

	pub(super) fn asks_in_time(&self) {
		for (id, ask) in &self.asks {
			assert!(self.now < ask.until, "ask {id} was to end in block {}", ask.until);
		}
	}
}
