//! A plain book of the money: what there is of it, and what came into each tab, order and ask, and out of it. It knows the chain's events and
//! balances, and nothing of how pallets keep theirs. What backs bonds has a book of its own (`backers`), and so have ratings, and who was at work for a listing
//! (`answering`).

use super::{answering::Answering, backers::Backing, cases, ensure, ratings::Ratings};
use crate::chain;
use frame_support::traits::{
	fungibles::{hold::Inspect as _, Inspect as _},
	Get,
};
use souk_primitives::Asset;
use souk_runtime::{configs::params, *};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// What there is to account for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Account {
	Order(u64),
	Tab(u64),
	Ask(u64),
}

/// The book.
#[derive(Default)]
pub struct Ledger {
	/// What there is of SOUK and of wUSD.
	issued: [Balance; 2],
	/// What came in less what went out.
	open: BTreeMap<Account, Balance>,
	/// Of which it is not known what came in.
	unknown: BTreeSet<Account>,
	/// The highest voucher that was settled, by tab and node: what it had earned.
	vouchers: HashMap<(u64, AccountId), Balance>,
	answering: Answering,
	backing: Backing,
	ratings: Ratings,
}

fn issued() -> [Balance; 2] {
	[Asset::Native, Asset::WithId(WUSD)].map(AllAssets::total_issuance)
}

impl Ledger {
	/// Opens the book.
	pub fn start(&mut self) {
		self.issued = issued();
		self.answering.look();
		self.backing.look();
	}

	fn comes(&mut self, to: Account, amount: Balance) {
		*self.open.entry(to).or_default() += amount;
	}

	fn goes(&mut self, from: Account, amount: Balance) -> Result<(), String> {
		if self.unknown.contains(&from) {
			return Ok(());
		}
		let open = self.open.entry(from).or_default();
		*open = open
			.checked_sub(amount)
			.ok_or_else(|| format!("{from:?} gives {amount} and has but {open} left"))?;
		Ok(())
	}

	fn ends(&mut self, account: Account) -> Result<(), String> {
		let left = self.open.remove(&account).unwrap_or(0);
		ensure(left == 0, || format!("{account:?} has ended with {left} that nobody got"))
	}

	/// Writes down what happened.
	pub fn note(&mut self, events: &[RuntimeEvent], frozen: bool) -> Result<(), String> {
		for event in events {
			match event {
				RuntimeEvent::Balances(pallet_balances::Event::DustLost { amount, .. }) => {
					self.issued[0] -= amount;
				}
				RuntimeEvent::Escrow(event) => self.note_order(event, frozen)?,
				RuntimeEvent::Tabs(event) => self.note_tab(event, frozen)?,
				RuntimeEvent::Asks(event) => self.note_ask(event, frozen)?,
				RuntimeEvent::Disputes(event) => cases::note(event, events)?,
				RuntimeEvent::Availability(event) => note_voting(event)?,
				RuntimeEvent::Reputation(event) => self.ratings.note(event)?,
				RuntimeEvent::Subscriptions(pallet_subscriptions::Event::SettlementDelayed { .. }) => {
					ensure(frozen, || "a subscription's money could not be moved".into())?;
				}
				RuntimeEvent::Subscriptions(pallet_subscriptions::Event::Subscribed {
					listing,
					holder,
					paid_until,
					..
				}) => {
					let record = pallet_subscriptions::Subscriptions::<Runtime>::get(holder, listing);
					let length = record.map(|record| record.period);
					in_time("a period ends", *paid_until, length)?;
				}
				RuntimeEvent::Curation(event) => self.answering.note(event),
				RuntimeEvent::Stakes(pallet_stakes::Event::FineDelayed { .. }) => {
					return Err("a fine could not be paid".into());
				}
				RuntimeEvent::Stakes(event) => self.answering.check(event)?,
				_ => {}
			}
		}
		self.backing.note(events, frozen)?;
		self.ratings.check()
	}

	fn note_order(&mut self, event: &pallet_escrow::Event<Runtime>, frozen: bool) -> Result<(), String> {
		use pallet_escrow::Event::*;
		use params::escrow;
		let record = |order: &u64| pallet_escrow::Orders::<Runtime>::get(order);
		let now = chain::now();
		match event {
			Offered { until, .. } => in_time("an offer ends", *until, Some(escrow::OfferTimeout::get())),
			Funded { order, .. } => {
				// One that a batch has funded, ended and forgotten.
				let Some(record) = record(order) else {
					self.unknown.insert(Account::Order(*order));
					return Ok(());
				};
				self.comes(Account::Order(*order), record.price.amount);
				// Of one that has gone on in the same call, the time is another.
				if record.state != pallet_escrow::OrderState::Funded || record.funded_at != Some(now) {
					return Ok(());
				}
				let within = match record.goods() {
					None => Some(escrow::DeliveryTimeout::get()),
					Some(goods) => goods.part().map(|part| part.terms.deliver_within),
				};
				in_time("a delivery is due", record.deliver_until.unwrap_or(0), within)
			}
			KeyDelivered { window_until, .. } => {
				in_time("a window closes", *window_until, Some(escrow::ChallengeWindow::get()))
			}
			MarkedDelivered { order, milestone, window_until, .. } => {
				let within = record(order).and_then(|record| {
					let part = record.goods()?.milestones.get(*milestone as usize)?;
					Some(part.terms.confirm_within)
				});
				in_time("a window closes", *window_until, within)
			}
			PaidOut { order, amount, .. } | Refunded { order, amount, .. } => {
				self.goes(Account::Order(*order), *amount)
			}
			Ended { order, .. } => self.ends(Account::Order(*order)),
			SettlementDelayed { .. } => ensure(frozen, || "an order's money could not be moved".into()),
			_ => Ok(()),
		}
	}

	fn note_tab(&mut self, event: &pallet_tabs::Event<Runtime>, frozen: bool) -> Result<(), String> {
		use pallet_tabs::Event::*;
		match event {
			Opened { tab, limit, until, .. } => {
				self.comes(Account::Tab(*tab), *limit);
				in_time("a tab closes", *until, Some(params::tabs::Lifetime::get()))
			}
			ToppedUp { tab, amount, .. } => {
				self.comes(Account::Tab(*tab), *amount);
				Ok(())
			}
			Closing { until, .. } => {
				in_time("a tab's challenge ends", *until, Some(params::tabs::Challenge::get()))
			}
			VoucherSettled { tab, node, amount, .. } => {
				let earned = self.vouchers.entry((*tab, node.clone())).or_default();
				*earned += amount;
				Ok(())
			}
			PaidOut { tab, amount, .. } | Refunded { tab, amount, .. } => {
				self.goes(Account::Tab(*tab), *amount)
			}
			Ended { tab } => self.ends(Account::Tab(*tab)),
			SettlementDelayed { .. } => ensure(frozen, || "a tab's money could not be moved".into()),
			_ => Ok(()),
		}
	}

	fn note_ask(&mut self, event: &pallet_asks::Event<Runtime>, frozen: bool) -> Result<(), String> {
		use pallet_asks::Event::*;
		match event {
			Asked { ask, bounty, .. } => {
				self.comes(Account::Ask(*ask), bounty.amount);
				Ok(())
			}
			PaidOut { ask, amount, .. } | Refunded { ask, amount, .. } => {
				self.goes(Account::Ask(*ask), *amount)
			}
			Ended { ask, .. } => self.ends(Account::Ask(*ask)),
			SettlementDelayed { .. } => ensure(frozen, || "a bounty could not be moved".into()),
			_ => Ok(()),
		}
	}

	/// There is as much money as there was, all of it somebody's; and tabs hold what nobody got.
	pub fn check_money(&self) -> Result<(), String> {
		let issued = issued();
		ensure(issued == self.issued, || format!("{issued:?} are issued instead of {:?}", self.issued))?;
		let mut sums = [0; 2];
		for (_, account) in frame_system::Account::<Runtime>::iter() {
			sums[0] += account.data.free + account.data.reserved;
		}
		let held: HashMap<AccountId, Balance> = pallet_balances::Holds::<Runtime>::iter()
			.map(|(who, holds)| (who, holds.iter().map(|hold| hold.amount).sum()))
			.collect();
		for (who, held) in held {
			// Proxies, multisigs and session keys reserve without a reason, or with one.
			let reserved = System::account(&who).data.reserved;
			ensure(reserved >= held, || format!("{who:?} has {reserved} reserved and {held} held"))?;
		}
		for (who, account) in pallet_assets::Account::<Runtime>::iter_prefix(WUSD) {
			sums[1] += account.balance + AllAssets::total_balance_on_hold(Asset::WithId(WUSD), &who);
		}
		ensure(sums == issued, || format!("all together have {sums:?} of {issued:?}"))?;
		for (account, open) in &self.open {
			let held = match account {
				Account::Tab(tab) => pallet_tabs::Tabs::<Runtime>::get(tab).map(|tab| tab.held),
				Account::Order(order) => pallet_escrow::Orders::<Runtime>::get(order).map(|order| order.held),
				Account::Ask(ask) => pallet_asks::Asks::<Runtime>::get(ask).map(|ask| ask.held),
			};
			ensure(held == Some(*open), || format!("{account:?} holds {held:?} instead of {open}"))?;
		}
		for ((tab, node), earned) in &self.vouchers {
			let Some(record) = pallet_tabs::Tabs::<Runtime>::get(tab) else { continue };
			let has = record.earners.iter().find(|earner| earner.node == *node).map(|earner| earner.earned);
			ensure(has == Some(*earned), || format!("tab {tab} owes {node:?} {has:?} instead of {earned}"))?;
		}
		self.backing.check()?;
		self.check_rates()
	}

	/// What is held in an asset is in one that prices are in.
	fn check_rates(&self) -> Result<(), String> {
		let known = |asset: &Asset| matches!(asset, Asset::Native | Asset::WithId(WUSD));
		let orders = pallet_escrow::Orders::<Runtime>::iter().all(|(_, order)| known(&order.price.asset));
		ensure(orders, || "an order is in an asset that nobody has".into())
	}
}

/// Validators have so many blocks to vote.
fn note_voting(event: &pallet_availability::Event<Runtime>) -> Result<(), String> {
	let pallet_availability::Event::PeriodBegan { until, .. } = event else { return Ok(()) };
	let every = <Runtime as pallet_availability::Config>::Every::get();
	in_time("a voting period ends", *until, Some(every))
}

/// A time that begins now ends when it should.
pub(super) fn in_time(what: &str, until: u32, within: Option<u32>) -> Result<(), String> {
	let Some(within) = within else { return Ok(()) };
	let expected = chain::now() + within;
	ensure(until == expected, || format!("{what} in block {until} instead of {expected}"))
}
