//! The ledger: who owns what, and what becomes of it, in plain sums. It shares no code with the pallets, and asks the chain
//! only for what the bytes of records cost, and whether workers agreed.

mod fines;
mod orders;
mod proofs;

use super::*;
use deeds::Act;
use fines::Fine;
use frame_support::traits::{fungible::InspectHold as _, Get as _};
use orders::Order;
use pallet_curation::HoldReason as Staked;
use pallet_escrow::OrderId;
use proofs::Provable;
use souk_primitives::ListingId;
use souk_proof_primitives::statements::StatementId;
use std::collections::BTreeSet;

type Payment = pallet_subscriptions::HoldReason;

pub struct Listing {
	pub owner: Who,
	pub data: bool,
	state: ListingState,
	since: u32,
	pub offer: Offer,
	/// Percent of the workers, and of the persistence nodes.
	split: [Balance; 2],
	bond: Balance,
	/// The periods of its snapshots that were proved to be bad.
	bad_snapshots: Vec<u32>,
	first_final_at: Option<u32>,
	/// Workers, and persistence nodes: who was assigned from a block on, until the next entry.
	assigned: [BTreeMap<u32, BTreeSet<Who>>; 2],
}

pub struct Subscription {
	wusd: bool,
	agreed: Balance,
	length: u32,
	split: [Balance; 2],
	start: u32,
	until: u32,
	auto_renew: bool,
	grace: Option<u32>,
	turn: u32,
	held: Balance,
	trial: bool,
	/// The block since which it has run.
	since: u32,
	/// Whether who pays for the running period neither owned nor served the listing when it began.
	counted: bool,
}

#[derive(Default)]
pub struct Ledger {
	now: u32,
	fee: Balance,
	/// Free or on hold, in SOUK and in wUSD.
	wealth: BTreeMap<(bool, Who), Balance>,
	pub listings: Vec<Listing>,
	pub subscriptions: BTreeMap<Key, Subscription>,
	fines: Vec<Fine>,
	orders: BTreeMap<OrderId, Order>,
	next_order: OrderId,
	proofs: BTreeMap<StatementId, Provable>,
	trials: BTreeSet<(Who, ListingId)>,
	turns: BTreeMap<u32, Vec<Key>>,
	/// Roles of registered nodes.
	nodes: BTreeMap<Who, Balance>,
	/// Bonds on their way out: of nodes and of curators, by listing.
	unlocking: Vec<(Who, Option<ListingId>, Balance, u32)>,
	validators: BTreeMap<Who, Balance>,
	/// What the chain holds for bytes of listings, nodes, assignments and orders, and for session keys.
	others: BTreeMap<Who, Balance>,
	/// What others own who do nothing.
	rest: [Balance; 2],
	/// Deposits of a subscription, and of the trace of a trial.
	deposits: (Balance, Balance),
}

fn role_of(role: NodeRole) -> usize {
	match role {
		NodeRole::Worker => 0,
		NodeRole::Persistence => 1,
	}
}

fn souk_held(reason: impl Into<RuntimeHoldReason>, who: Who) -> Balance {
	held(false, reason, who)
}

impl Listing {
	fn ended(&self) -> bool {
		matches!(self.state, ListingState::Retired | ListingState::TakenDown)
	}

	/// Whether something new is sold: not of a data product whose bond is below the minimum.
	fn sells(&self) -> bool {
		let answers = !self.data || self.bond >= params::market::MinCuratorBond::get();
		self.state == ListingState::Active && answers
	}

	fn enter(&mut self, state: ListingState, now: u32) {
		(self.state, self.since) = (state, now);
	}

	/// Who is assigned to a role in a block.
	fn at_work(&self, role: usize, block: u32) -> BTreeSet<Who> {
		self.assigned[role].range(..=block).next_back().map(|(_, who)| who.clone()).unwrap_or_default()
	}

	fn reassign(&mut self, role: usize, now: u32, how: impl FnOnce(&mut BTreeSet<Who>)) {
		let mut who = self.at_work(role, now);
		how(&mut who);
		self.assigned[role].insert(now, who);
	}
}

impl Ledger {
	/// What there is in the first block.
	pub fn open() -> Self {
		let mut ledger = Self { now: System::block_number(), proofs: Self::first_keys(), ..Self::default() };
		for wusd in [false, true] {
			let mut sum = 0;
			for who in 0..=TREASURY {
				let all = AllAssets::balance(asset(wusd), &account(who))
					+ AllAssets::total_balance_on_hold(asset(wusd), &account(who));
				ledger.wealth.insert((wusd, who), all);
				sum += all;
			}
			ledger.rest[usize::from(wusd)] = AllAssets::total_issuance(asset(wusd)) - sum;
		}
		for who in 0..=TREASURY {
			ledger.validators.insert(who, souk_held(pallet_validators::HoldReason::Bond, who));
		}
		ledger.look_up_deposits();
		ledger
	}

	/// Learns what a subscription and a trial's trace cost, from one that nobody has.
	pub fn learn_deposits(&mut self) {
		let deposit = || souk_held(Payment::Deposit, 5);
		let (listing, holder) = (1, None);
		let (who, price) =
			(RuntimeOrigin::signed(account(5)), souk_primitives::Price { asset: asset(false), amount: 0 });
		Subscriptions::subscribe(who.clone(), listing, 1, holder, false, 40, price).expect("it is free");
		let both = deposit();
		Subscriptions::cancel(who, listing, holder).expect("it runs");
		self.deposits = (both - deposit(), deposit());
		assert!(self.deposits.0 > 0 && self.deposits.1 > 0);
		self.trials.insert((5, listing));
		self.compare();
	}

	// --- money ---------------------------------------------------------------------------------

	fn payments(&self, wusd: bool, who: Who) -> Balance {
		let theirs = self.subscriptions.iter().filter(|(key, one)| key.who == who && one.wusd == wusd);
		theirs.map(|(_, subscription)| subscription.held).sum()
	}

	fn node_bond(&self, who: Who) -> Balance {
		self.nodes.get(&who).map_or(0, |roles| roles * 50 * SOUK)
			+ self.on_the_way_out(|of| of == (who, None))
	}

	fn curator_bonds(&self, who: Who) -> Balance {
		let theirs = self.listings.iter().filter(|listing| listing.owner == who);
		theirs.map(|listing| listing.bond).sum::<Balance>()
			+ self.on_the_way_out(|(of, listing)| of == who && listing.is_some())
	}

	fn on_the_way_out(&self, whose: impl Fn((Who, Option<ListingId>)) -> bool) -> Balance {
		let theirs = self.unlocking.iter().filter(|(who, listing, ..)| whose((*who, *listing)));
		theirs.map(|(_, _, amount, _)| amount).sum()
	}

	fn subscriber_deposits(&self, who: Who) -> Balance {
		let subscriptions = self.subscriptions.keys().filter(|key| key.who == who).count() as Balance;
		let trials = self.trials.iter().filter(|(of, _)| *of == who).count() as Balance;
		subscriptions * self.deposits.0 + trials * self.deposits.1
	}

	fn free(&self, wusd: bool, who: Who) -> Balance {
		let mut on_hold = self.payments(wusd, who) + self.held_for_orders(wusd, who);
		if !wusd {
			on_hold += self.node_bond(who)
				+ self.curator_bonds(who)
				+ self.unpaid_fines(who)
				+ self.validators.get(&who).copied().unwrap_or(0)
				+ self.subscriber_deposits(who)
				+ self.others.get(&who).copied().unwrap_or(0);
		}
		self.wealth[&(wusd, who)] - on_hold
	}

	/// `percent` of what somebody can spend.
	pub fn part_of(&self, wusd: bool, who: Who, percent: u32) -> Balance {
		self.free(wusd, who) * Balance::from(percent) / 100
	}

	fn can_hold(&self, wusd: bool, who: Who, amount: Balance) -> bool {
		let minimum = if wusd { 1 } else { EXISTENTIAL_DEPOSIT };
		amount == 0 || self.free(wusd, who) >= amount + minimum
	}

	fn transfer(&mut self, wusd: bool, from: Who, to: Who, amount: Balance) {
		*self.wealth.get_mut(&(wusd, from)).expect("everybody is there") -= amount;
		*self.wealth.get_mut(&(wusd, to)).expect("everybody is there") += amount;
	}

	// --- what somebody may do, and does --------------------------------------------------------

	pub fn listing(&self, listing: ListingId) -> Option<&Listing> {
		self.listings.get(listing as usize)
	}

	fn change(&mut self, listing: ListingId) -> &mut Listing {
		&mut self.listings[listing as usize]
	}

	pub fn one_subscription(&self, which: usize) -> Option<Key> {
		self.subscriptions.keys().nth(which % self.subscriptions.len().max(1)).copied()
	}

	pub fn one_at_work(&self, listing: ListingId, role: NodeRole, which: usize) -> Option<Who> {
		let at_work = self.listing(listing)?.at_work(role_of(role), self.now);
		at_work.iter().nth(which % at_work.len().max(1)).copied()
	}

	/// Whether a deed is possible, where the ledger can tell.
	pub fn predicts(&self, deed: &Deed) -> Option<bool> {
		match &deed.what {
			What::Subscribe { key, trial, seen, .. } => Some(self.may_subscribe(*key, *trial, *seen)),
			What::PlaceOrder { listing, seen } => self.may_order(deed.who, *listing, *seen),
			What::MakeOffer { listing, to, .. } => self.may_offer(deed.who, *listing, *to),
			What::OnOrder { order, act } => self.may_do(deed.who, *order, *act),
			What::DeliverAll { spoiled } => {
				Some(self.takes_keys() && self.awaiting().len() > usize::from(*spoiled))
			}
			What::OnProofs(act) => Some(self.may_do_with_proofs(*act)),
			What::Do { key, act } => {
				let subscription = self.subscriptions.get(key)?;
				Some(match act {
					Act::Cancel => true,
					Act::SetAutoRenew(_) => !subscription.trial,
					Act::Settle => self.listing(key.listing)?.ended(),
					Act::Renew => {
						let price = self.offered(*key);
						subscription.grace.is_some_and(|until| self.now < until)
							&& price.is_some_and(|price| self.can_hold(subscription.wusd, key.who, price))
					}
				})
			}
			What::Retire { listing } => {
				Some(self.listing(*listing).is_some_and(|one| one.owner == deed.who && !one.ended()))
			}
			What::ClearTrial { listing, of } => Some(
				self.listing(*listing).is_some_and(Listing::ended) && self.trials.contains(&(*of, *listing)),
			),
			_ => None,
		}
	}

	fn may_subscribe(&self, key: Key, trial: bool, seen: Seen) -> bool {
		let Some(listing) = self.listing(key.listing) else { return false };
		let Offer { wusd, amount, .. } = listing.offer;
		let price = if trial { 0 } else { amount };
		let agreed = seen == Seen::AsItIs || seen == Seen::Cheaper && price == 0;
		let (of_it, of_trial) = self.deposits;
		let deposit = of_it + if trial { of_trial } else { 0 };
		let souk = deposit + if wusd { 0 } else { price };
		listing.sells()
			&& agreed && !self.subscriptions.contains_key(&key)
			&& !(trial && self.trials.contains(&(key.who, key.listing)))
			&& self.can_hold(false, key.who, souk)
			&& (!wusd || self.can_hold(true, key.who, price))
	}

	/// Writes down what was done.
	pub fn apply(&mut self, who: Who, what: &What) {
		let now = self.now;
		match *what {
			What::Create { data, offer, .. } => self.listings.push(Listing {
				owner: who,
				data,
				state: ListingState::Draft,
				since: now,
				offer,
				split: [20, 30],
				bond: 0,
				bad_snapshots: Vec::new(),
				first_final_at: None,
				assigned: Default::default(),
			}),
			What::Update { listing, offer } => self.change(listing).offer = offer,
			What::SetState { listing, to } => self.change(listing).enter(to, now),
			What::SetPayouts { listing, workers, persistence } => {
				self.change(listing).split = [workers.into(), persistence.into()];
			}
			What::Retire { listing } => self.change(listing).enter(ListingState::Retired, now),
			What::TakeDown { listing } => self.change(listing).enter(ListingState::TakenDown, now),
			What::SetFee { percent } => self.fee = percent.into(),
			What::Subscribe { key, trial, auto_renew, .. } => self.subscribe(key, trial, auto_renew),
			What::Do { key, act: Act::Cancel | Act::Settle } => self.finish(key),
			What::Do { key, act: Act::SetAutoRenew(enabled) } => {
				let subscription = self.subscriptions.get_mut(&key).expect("it is there");
				subscription.auto_renew = enabled;
				if !enabled && subscription.grace.is_some() {
					self.finish(key);
				}
			}
			What::Do { key, act: Act::Renew } => {
				let price = self.offered(key).expect("it is offered");
				self.leave_queue(key);
				self.start_next(key, price);
			}
			What::PlaceOrder { listing, .. } => self.place(who, listing),
			What::MakeOffer { listing, to, wusd, ref parts } => {
				self.add(listing, to, wusd, parts.clone());
			}
			What::OnOrder { order, act } => self.do_with(order, act),
			What::DeliverAll { spoiled } => self.deliver_all(spoiled),
			What::OnProofs(act) => self.do_with_proofs(act),
			What::ClearTrial { listing, of } => {
				assert!(self.trials.remove(&(of, listing)));
			}
			What::Register { worker, persistence } => {
				self.nodes.insert(who, Balance::from(worker) + Balance::from(persistence));
			}
			What::UpdateNode { worker, persistence } => {
				let roles = Balance::from(worker) + Balance::from(persistence);
				let before = self.nodes.insert(who, roles).expect("only a node is changed");
				self.unlock(who, None, before.saturating_sub(roles) * 50 * SOUK);
			}
			What::Deregister => {
				let roles = self.nodes.remove(&who).expect("only a node leaves");
				self.unlock(who, None, roles * 50 * SOUK);
			}
			What::WithdrawNodeBond => self.withdraw(|(of, listing)| of == who && listing.is_none()),
			What::Bond { listing, amount } => self.change(listing).bond += amount,
			What::Unbond { listing, amount } => {
				self.change(listing).bond -= amount;
				self.unlock(who, Some(listing), amount);
			}
			What::WithdrawUnbonded { listing } => self.withdraw(|(_, of)| of == Some(listing)),
			What::Assign { listing, node, role } => {
				self.change(listing).reassign(role_of(role), now, |at_work| {
					at_work.insert(node);
				});
			}
			What::Unassign { listing, node, role } => self.leaves(listing, node, role),
			What::Resign { listing, role } => self.leaves(listing, who, role),
			What::Clear { listing } => {
				for role in [0, 1] {
					self.change(listing).reassign(role, now, BTreeSet::clear);
				}
			}
			What::BondValidator { amount } | What::BondExtra { amount } => {
				*self.validators.entry(who).or_default() += amount;
			}
			What::WithdrawValidator => panic!("sessions are too long for that"),
			What::Pay { to, wusd, amount } => self.transfer(wusd, who, to, amount),
			What::Share { .. } => panic!("amounts are settled before"),
			What::SetSchedule { .. }
			| What::Submit { .. }
			| What::UnbondValidator { .. }
			| What::Validate
			| What::Chill => {}
			What::Batch { .. } => panic!("nobody puts a batch into a batch"),
		}
	}

	fn leaves(&mut self, listing: ListingId, node: Who, role: NodeRole) {
		let now = self.now;
		self.change(listing).reassign(role_of(role), now, |at_work| {
			assert!(at_work.remove(&node));
		});
	}

	fn unlock(&mut self, who: Who, listing: Option<ListingId>, amount: Balance) {
		if amount > 0 {
			self.unlocking.push((who, listing, amount, self.now + UNBONDING));
		}
	}

	fn withdraw(&mut self, whose: impl Fn((Who, Option<ListingId>)) -> bool) {
		let now = self.now;
		self.unlocking.retain(|(who, listing, _, at)| !whose((*who, *listing)) || *at > now);
	}

	/// Notes which listings have their first final snapshot.
	pub fn note_snapshots(&mut self) {
		for event in System::read_events_for_pallet::<pallet_curation::Event<Runtime>>() {
			if let pallet_curation::Event::SnapshotFinal { listing, .. } = event {
				let now = self.now;
				self.change(listing).first_final_at.get_or_insert(now);
			}
		}
	}

	// --- subscriptions -------------------------------------------------------------------------

	fn subscribe(&mut self, key: Key, trial: bool, auto_renew: bool) {
		let listing = &self.listings[key.listing as usize];
		let Offer { wusd, amount, period } = listing.offer;
		let price = if trial { 0 } else { amount };
		let subscription = Subscription {
			wusd,
			agreed: price,
			length: period,
			split: listing.split,
			start: self.now,
			until: self.now + period,
			auto_renew: auto_renew && !trial,
			grace: None,
			turn: self.now + period,
			held: price,
			trial,
			since: self.now,
			counted: self.is_outside(key),
		};
		self.turns.entry(subscription.turn).or_default().push(key);
		self.subscriptions.insert(key, subscription);
		if trial {
			self.trials.insert((key.who, key.listing));
		}
	}

	/// Whether who pays neither owns nor serves the listing.
	fn is_outside(&self, key: Key) -> bool {
		let listing = &self.listings[key.listing as usize];
		let serves = [0, 1].iter().any(|role| listing.at_work(*role, self.now).contains(&key.who));
		listing.owner != key.who && !serves
	}

	pub fn next_block(&mut self) {
		self.pay_fines();
		self.now += 1;
		for key in self.turns.remove(&self.now).unwrap_or_default() {
			let subscription = &self.subscriptions[&key];
			if subscription.grace.is_none() {
				if !subscription.auto_renew {
					self.finish(key);
					continue;
				}
				self.settle(key);
			}
			self.collect(key);
		}
		self.turn_orders();
	}

	fn collect(&mut self, key: Key) {
		let subscription = &self.subscriptions[&key];
		let end = subscription.until + GRACE.min((subscription.length / 10).max(1));
		let late = subscription.grace.is_some_and(|until| self.now >= until);
		let Some(price) = self.offered(key).filter(|_| !late) else { return self.finish(key) };
		if self.can_hold(subscription.wusd, key.who, price) {
			return self.start_next(key, price);
		}
		let turn = (self.now + RETRY).min(end);
		self.turns.entry(turn).or_default().push(key);
		let subscription = self.subscriptions.get_mut(&key).expect("it is there");
		(subscription.turn, subscription.grace) = (turn, Some(end));
	}

	/// What the next period costs, where it is offered as agreed.
	fn offered(&self, key: Key) -> Option<Balance> {
		let (listing, subscription) = (self.listing(key.listing)?, &self.subscriptions[&key]);
		let Offer { wusd, amount, period } = listing.offer;
		let as_agreed = listing.state == ListingState::Active
			&& (wusd, period) == (subscription.wusd, subscription.length)
			&& amount <= subscription.agreed;
		as_agreed.then_some(amount)
	}

	fn start_next(&mut self, key: Key, price: Balance) {
		let (split, counted) = (self.listings[key.listing as usize].split, self.is_outside(key));
		let subscription = self.subscriptions.get_mut(&key).expect("it is there");
		subscription.start = subscription.until;
		subscription.until += subscription.length;
		(subscription.turn, subscription.grace) = (subscription.until, None);
		(subscription.held, subscription.split, subscription.counted) = (price, split, counted);
		self.turns.entry(subscription.turn).or_default().push(key);
	}

	fn leave_queue(&mut self, key: Key) {
		let turn = self.subscriptions[&key].turn;
		if let Some(queue) = self.turns.get_mut(&turn) {
			queue.retain(|other| *other != key);
		}
	}

	fn finish(&mut self, key: Key) {
		self.leave_queue(key);
		self.settle(key);
		self.subscriptions.remove(&key);
	}

	/// Pays for each block that could be queried, and gives back the rest.
	fn settle(&mut self, key: Key) {
		let (listing, subscription) = (&self.listings[key.listing as usize], &self.subscriptions[&key]);
		let (wusd, held, payer) = (subscription.wusd, subscription.held, key.who);
		let first = if listing.data { listing.first_final_at } else { Some(0) };
		let end = if listing.ended() { listing.since } else { u32::MAX };
		let served = |block: &u32| first.is_some_and(|first| first <= *block) && *block < end;
		let period = subscription.start..subscription.until.min(self.now);
		let blocks: Vec<u32> = period.filter(served).collect();
		let owed = held * blocks.len() as Balance / Balance::from(subscription.length);
		let shares = self.divide(key.listing, subscription.split, owed, &blocks);
		for (to, amount) in shares {
			self.transfer(wusd, payer, to, amount);
		}
		self.subscriptions.get_mut(&key).expect("it is there").held = 0;
	}

	/// Who gets how much of what a listing earned in these blocks; nobody is there for nothing.
	fn divide(
		&self,
		listing: ListingId,
		split: [Balance; 2],
		amount: Balance,
		blocks: &[u32],
	) -> BTreeMap<Who, Balance> {
		let listing = &self.listings[listing as usize];
		let count = blocks.len() as Balance;
		let fee = amount * self.fee / 100;
		let mut rest = amount - fee;
		let mut shares = BTreeMap::from([(TREASURY, fee)]);
		for (role, percent) in split.into_iter().enumerate() {
			let part = (amount - fee) * percent / 100;
			let mut times = BTreeMap::<(Who, usize), Balance>::new();
			for block in blocks {
				let at_work = listing.at_work(role, *block);
				for who in &at_work {
					*times.entry((*who, at_work.len())).or_default() += 1;
				}
			}
			for ((who, among), times) in times {
				let share = part * times / (count * among as Balance);
				rest -= share;
				*shares.entry(who).or_default() += share;
			}
		}
		*shares.entry(listing.owner).or_default() += rest;
		shares.retain(|_, share| *share > 0);
		shares
	}

	// --- the chain -----------------------------------------------------------------------------

	fn look_up_deposits(&mut self) {
		for who in 0..=TREASURY {
			let bytes = souk_held(pallet_listings::HoldReason::Deposit, who)
				+ souk_held(Staked::Deposit, who)
				+ souk_held(pallet_escrow::HoldReason::Deposit, who)
				+ souk_held(pallet_session::HoldReason::Keys, who);
			self.others.insert(who, bytes);
		}
	}

	/// Everything that the chain and the ledger both know is the same.
	pub fn compare(&mut self) {
		self.look_up_deposits();
		for wusd in [false, true] {
			let mut sum = self.rest[usize::from(wusd)];
			for who in 0..=TREASURY {
				let what = |of| format!("{of} of {who} in {:?}", asset(wusd));
				let free = AllAssets::balance(asset(wusd), &account(who));
				assert_eq!(free, self.free(wusd, who), "{}", what("free"));
				assert_eq!(
					held(wusd, Payment::Payment, who),
					self.payments(wusd, who),
					"{}",
					what("payments")
				);
				let for_orders = held(wusd, pallet_escrow::HoldReason::Order, who);
				assert_eq!(for_orders, self.held_for_orders(wusd, who), "{}", what("orders"));
				let all = free + AllAssets::total_balance_on_hold(asset(wusd), &account(who));
				assert_eq!(all, self.wealth[&(wusd, who)], "{}", what("all"));
				sum += all;
			}
			assert_eq!(AllAssets::total_issuance(asset(wusd)), sum, "issuance of {:?}", asset(wusd));
		}
		for who in 0..=TREASURY {
			let bond = self.validators.get(&who).copied().unwrap_or(0);
			assert_eq!(souk_held(pallet_validators::HoldReason::Bond, who), bond, "{who} as validator");
			assert_eq!(souk_held(Staked::NodeBond, who), self.node_bond(who), "{who} as node");
			assert_eq!(
				souk_held(Staked::CuratorBond, who),
				self.curator_bonds(who) + self.unpaid_fines(who),
				"{who} as curator"
			);
			assert_eq!(
				souk_held(Payment::Deposit, who),
				self.subscriber_deposits(who),
				"{who} as subscriber"
			);
			let lists = self.listings.iter().any(|listing| listing.owner == who);
			assert_eq!(souk_held(pallet_listings::HoldReason::Deposit, who) > 0, lists, "{who}'s listings");
			assert!(Balances::total_balance_on_hold(&account(who)) <= self.wealth[&(false, who)]);
		}
		assert_eq!(pallet_subscriptions::Subscriptions::<Runtime>::iter().count(), self.subscriptions.len());
		for (key, subscription) in &self.subscriptions {
			let view = Subscriptions::entitlement(key.listing, key.holder()).expect("the ledger has it");
			assert_eq!(
				(view.period_start, view.paid_until, view.held, view.in_grace),
				(subscription.start, subscription.until, subscription.held, subscription.grace.is_some()),
				"{key:?}"
			);
			assert_eq!(view.live, !self.listings[key.listing as usize].ended(), "{key:?}");
		}
		self.compare_orders();
	}
}
