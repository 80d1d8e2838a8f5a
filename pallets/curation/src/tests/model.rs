//! Random sequences of all calls against a plain model of the money and of who worked when. After each block the invariants
//! are checked, what is held, free and issued is compared with the model, and so is who worked in each period that is not
//! settled.

use super::*;
use crate::{Departed, Departures, NodeInfo, Schedule};
use codec::{Encode, MaxEncodedLen};
use frame_support::traits::ConstU32;
use proptest::prelude::*;
use souk_primitives::{
	reach::{Bonds as _, Curation as _},
	Bond, ListingId, Period, Term,
};
use std::collections::{BTreeMap, BTreeSet};

#[derive(Clone, Debug)]
enum Action {
	Register(usize, NodeInfo),
	Update(usize, NodeInfo),
	Deregister(usize),
	WithdrawNodeBond(usize),
	Bond(AccountId, ListingId, Balance),
	Unbond(AccountId, ListingId, Balance),
	Withdraw(AccountId, ListingId),
	Assign(AccountId, ListingId, usize, NodeRole),
	Unassign(AccountId, ListingId, usize, NodeRole),
	Resign(usize, ListingId, NodeRole),
	SetSchedule(AccountId, ListingId, u32),
	Submit(usize, ListingId, Period, u8),
	Clear(ListingId),
	Move(ListingId, ListingState),
	/// A sale is covered, as far as the bond is free.
	Cover(ListingId, Balance),
	/// The window of a sale has closed.
	Uncover(ListingId, Balance),
	Slash(ListingId, Balance),
	/// An offence takes something of a bond.
	Forfeit(Bond<AccountId>, Balance),
	/// Something of that is paid to the treasury.
	PayForfeited(Bond<AccountId>, Balance),
	Restore(usize),
	/// Somebody pays for a period from now on.
	Begin(ListingId),
	/// One of the periods is settled, and perhaps followed by one that began that many blocks ago.
	Settle(usize, Option<u32>),
	NextBlock(u32),
}

fn role() -> impl Strategy<Value = NodeRole> {
	prop_oneof![2 => Just(NodeRole::Worker), 1 => Just(NodeRole::Persistence)]
}

fn bond_of() -> impl Strategy<Value = Bond<AccountId>> {
	prop_oneof![
		2 => Just(Bond::Listing(LISTING)),
		1 => Just(Bond::Listing(FOREIGN)),
		3 => (0usize..NODES.len()).prop_map(|node| Bond::Node(NODES[node])),
	]
}

fn state() -> impl Strategy<Value = ListingState> {
	prop_oneof![
		4 => Just(ListingState::Active),
		2 => Just(ListingState::Paused),
		1 => Just(ListingState::Retired),
		1 => Just(ListingState::TakenDown),
	]
}

fn node_info() -> impl Strategy<Value = NodeInfo> {
	let flag = || proptest::bool::weighted(0.8);
	(1usize..64, 0usize..128, flag(), flag(), flag()).prop_map(
		|(peer, address, worker, persistence, accepting)| NodeInfo {
			peer_id: vec![1; peer].try_into().expect("at most 64"),
			addresses: vec![vec![2; address].try_into().expect("at most 128")].try_into().expect("one"),
			encryption_key: [3; 32],
			worker,
			persistence,
			accepting,
		},
	)
}

fn action() -> impl Strategy<Value = Action> {
	let node = || 0usize..NODES.len();
	// Mostly the curator and her first listing, so that calls meet each other.
	let curator = || prop_oneof![5 => Just(CURATOR), 1 => Just(OTHER)];
	let listing =
		|| prop_oneof![5 => Just(LISTING), 1 => Just(FOREIGN), 1 => Just(DRAFT), 1 => Just(SERVICE)];
	prop_oneof![
		2 => (node(), node_info()).prop_map(|(node, info)| Action::Register(node, info)),
		2 => (node(), node_info()).prop_map(|(node, info)| Action::Update(node, info)),
		1 => node().prop_map(Action::Deregister),
		1 => node().prop_map(Action::WithdrawNodeBond),
		2 => (curator(), listing(), 0u128..300).prop_map(|(who, id, amount)| Action::Bond(who, id, amount)),
		2 => (curator(), listing(), 0u128..300).prop_map(|(who, id, amount)| Action::Unbond(who, id, amount)),
		1 => (curator(), listing()).prop_map(|(who, id)| Action::Withdraw(who, id)),
		4 => (curator(), listing(), node(), role()).prop_map(|(who, id, node, role)| Action::Assign(who, id, node, role)),
		2 => (curator(), listing(), node(), role())
			.prop_map(|(who, id, node, role)| Action::Unassign(who, id, node, role)),
		2 => (node(), listing(), role()).prop_map(|(node, id, role)| Action::Resign(node, id, role)),
		2 => (curator(), listing(), 0u32..8).prop_map(|(who, id, retention)| Action::SetSchedule(who, id, retention)),
		8 => (node(), listing(), START - 6..START + 7, 0u8..2)
			.prop_map(|(node, id, period, n)| Action::Submit(node, id, period, n)),
		1 => listing().prop_map(Action::Clear),
		1 => (listing(), state()).prop_map(|(id, state)| Action::Move(id, state)),
		2 => (listing(), 0u128..200).prop_map(|(id, amount)| Action::Cover(id, amount)),
		1 => (listing(), 0u128..200).prop_map(|(id, amount)| Action::Uncover(id, amount)),
		1 => (listing(), 0u128..200).prop_map(|(id, amount)| Action::Slash(id, amount)),
		2 => (bond_of(), 0u128..30).prop_map(|(bond, amount)| Action::Forfeit(bond, amount)),
		2 => (bond_of(), 0u128..30).prop_map(|(bond, amount)| Action::PayForfeited(bond, amount)),
		1 => node().prop_map(Action::Restore),
		2 => listing().prop_map(Action::Begin),
		2 => (any::<usize>(), prop::option::of(0u32..12)).prop_map(|(which, late)| Action::Settle(which, late)),
		5 => (1u32..8).prop_map(Action::NextBlock),
	]
}

/// What should be held, and nothing about how the pallet keeps it.
#[derive(Default)]
struct Model {
	/// Bond and deposit of registered nodes.
	nodes: BTreeMap<AccountId, (Balance, Balance)>,
	/// Bonds of nodes on their way out.
	node_unlocking: Vec<(AccountId, Balance, u32)>,
	/// Active bonds by listing.
	bonds: BTreeMap<ListingId, Balance>,
	/// Bonds on listings on their way out.
	unlocking: Vec<(ListingId, Balance, u32)>,
	/// What of the active bonds covers sales.
	covered: BTreeMap<ListingId, Balance>,
	/// What was taken from each account and paid to the treasury.
	slashed: BTreeMap<AccountId, Balance>,
	/// What was taken of each bond and is still held.
	forfeited: BTreeMap<Bond<AccountId>, Balance>,
	/// Who works for what.
	assigned: BTreeSet<(ListingId, AccountId, NodeRole)>,
	/// Schedule deposits by listing.
	schedules: BTreeMap<ListingId, Balance>,
	/// Deposit of an assignment, taken from the first.
	assignment: Balance,
	/// Who has ever worked for what, since when, and until when where they left.
	terms: Vec<(ListingId, NodeRole, AccountId, u32, Option<u32>)>,
	/// Periods that are not settled: of what, since when, and their marks.
	periods: Vec<(ListingId, u32, u32)>,
}

fn curator_of(listing: ListingId) -> AccountId {
	if listing == FOREIGN {
		OTHER
	} else {
		CURATOR
	}
}

/// Removes the entries of `key` whose block has come and returns their sum.
fn take_ripe<K: PartialEq>(entries: &mut Vec<(K, Balance, u32)>, key: K, now: u32) -> Balance {
	let ripe = |entry: &(K, Balance, u32)| entry.0 == key && entry.2 <= now;
	let sum = entries.iter().filter(|entry| ripe(entry)).map(|entry| entry.1).sum();
	entries.retain(|entry| !ripe(entry));
	sum
}

fn owner_of(bond: &Bond<AccountId>) -> AccountId {
	match bond {
		Bond::Listing(listing) => curator_of(*listing),
		Bond::Node(node) => *node,
	}
}

impl Model {
	fn roles(info: &NodeInfo) -> Balance {
		Balance::from(info.worker) + Balance::from(info.persistence)
	}

	fn node_price(info: &NodeInfo) -> (Balance, Balance) {
		// The record adds two balances and a block number.
		(Self::roles(info) * MIN_NODE_BOND, 5 + info.encoded_size() as Balance + 16 + 16 + 4)
	}

	/// A node starts working, or stops.
	fn works(&mut self, listing: ListingId, role: NodeRole, node: AccountId, starts: bool) {
		let now = System::block_number();
		if starts {
			self.terms.push((listing, role, node, now, None));
			return;
		}
		let open = |term: &&mut (_, _, _, _, Option<u32>)| {
			(term.0, term.1, term.2, term.4) == (listing, role, node, None)
		};
		self.terms.iter_mut().find(open).expect("only who works stops").4 = Some(now);
	}

	/// Takes up to `amount` of a listing's bond, not more of what covers sales than `of_covered`. Returns how much it was.
	fn take(&mut self, listing: ListingId, amount: Balance, of_covered: Balance) -> Balance {
		let active = self.bonds.entry(listing).or_default();
		let covered = self.covered.entry(listing).or_default();
		let mut left = amount;
		let mut take = |from: &mut Balance, most: Balance| {
			let taken = left.min(most);
			*from -= taken;
			left -= taken;
		};
		let free = *active - *covered;
		take(active, free);
		for entry in self.unlocking.iter_mut().rev().filter(|entry| entry.0 == listing) {
			let most = entry.1;
			take(&mut entry.1, most);
		}
		let most = of_covered.min(*active);
		take(active, most);
		*covered = (*covered).min(*active);
		self.unlocking.retain(|entry| entry.1 > 0);
		amount - left
	}

	/// Takes up to `amount` of a node's bond. Returns how much it was.
	fn take_of_node(&mut self, node: AccountId, amount: Balance) -> Balance {
		let mut left = amount;
		let mut take = |from: &mut Balance| {
			let taken = left.min(*from);
			*from -= taken;
			left -= taken;
		};
		if let Some((bond, _)) = self.nodes.get_mut(&node) {
			take(bond);
		}
		for entry in self.node_unlocking.iter_mut().rev().filter(|entry| entry.0 == node) {
			take(&mut entry.1);
		}
		self.node_unlocking.retain(|entry| entry.1 > 0);
		amount - left
	}

	fn pay(&mut self, owner: AccountId, amount: Balance) {
		*self.slashed.entry(owner).or_default() += amount;
	}

	fn periods_of(&self, listing: ListingId) -> usize {
		self.periods.iter().filter(|(of, _, _)| *of == listing).count()
	}

	/// Does what `action` says, and where the chain agrees, in the model too.
	fn apply(&mut self, action: Action) {
		let now = System::block_number();
		match action {
			Action::Register(node, info) => {
				let who = NODES[node];
				let valid = info.worker || info.persistence;
				let done = register_node(who, info.clone()).is_ok();
				assert_eq!(done, valid && !self.nodes.contains_key(&who));
				if done {
					self.nodes.insert(who, Self::node_price(&info));
				}
			}
			Action::Update(node, info) => {
				let who = NODES[node];
				let mut roles: BTreeMap<_, _> = Curation::node(who)
					.map(|view| (who, Balance::from(view.worker) + Balance::from(view.persistence)))
					.into_iter()
					.collect();
				if update_node(who, info.clone()).is_ok() {
					let price = Self::node_price(&info);
					let old = self.nodes.insert(who, price).expect("only a registered node updates");
					let old_roles = roles.remove(&who).expect("it offered something");
					let bond = if Self::roles(&info) > old_roles { price.0 } else { price.0.min(old.0) };
					self.nodes.insert(who, (bond, price.1));
					if bond < old.0 {
						self.node_unlocking.push((who, old.0 - bond, now + UNBONDING));
					}
				}
			}
			Action::Deregister(node) => {
				let who = NODES[node];
				if deregister_node(who).is_ok() {
					assert!(self.assigned.iter().all(|(_, node, _)| *node != who));
					let (bond, _) = self.nodes.remove(&who).expect("only a registered node leaves");
					if bond > 0 {
						self.node_unlocking.push((who, bond, now + UNBONDING));
					}
				}
			}
			Action::WithdrawNodeBond(node) => {
				let done = withdraw_node_bond(NODES[node]).is_ok();
				assert_eq!(done, take_ripe(&mut self.node_unlocking, NODES[node], now) > 0);
			}
			Action::Bond(who, listing, amount) => {
				if bond(who, listing, amount).is_ok() {
					assert_eq!(who, curator_of(listing));
					*self.bonds.entry(listing).or_default() += amount;
				}
			}
			Action::Unbond(who, listing, amount) => {
				if unbond(who, listing, amount).is_ok() {
					assert_eq!(who, curator_of(listing));
					let active = self.bonds.get_mut(&listing).expect("only a bond is unbonded");
					*active = active.checked_sub(amount).expect("at most what is active");
					let covered = self.covered.get(&listing).copied().unwrap_or_default();
					assert!(*active >= covered, "what covers sales was unbonded");
					self.unlocking.push((listing, amount, now + UNBONDING));
				}
			}
			Action::Withdraw(who, listing) => {
				let done = withdraw_unbonded(who, listing).is_ok();
				if who == curator_of(listing) {
					assert_eq!(done, take_ripe(&mut self.unlocking, listing, now) > 0);
				} else {
					assert!(!done);
				}
			}
			Action::Assign(who, listing, node, role) => {
				let before = held(HoldReason::Deposit, who);
				if assign(who, listing, NODES[node], role).is_ok() {
					let paid = held(HoldReason::Deposit, who).saturating_sub(before);
					let new = self.assigned.insert((listing, NODES[node], role));
					if self.assignment == 0 {
						self.assignment = paid;
					}
					// What was kept of earlier assignments may have come back.
					let most = if new { self.assignment } else { 0 };
					assert!(paid <= most, "{paid} > {most}");
					if new {
						self.works(listing, role, NODES[node], true);
					}
					if self.periods_of(listing) == 0 {
						let departed = Departed::<Test>::get(listing).unwrap_or_default();
						assert!(
							departed.nodes.iter().all(|departure| departure.until + REMEMBERED > now),
							"who is owed nothing, and left long ago, is remembered"
						);
					}
				}
			}
			Action::Unassign(who, listing, node, role) => {
				let known = self.assigned.contains(&(listing, NODES[node], role));
				let done = unassign(who, listing, NODES[node], role).is_ok();
				assert_eq!(done, known && who == curator_of(listing));
				if done {
					self.assigned.remove(&(listing, NODES[node], role));
					self.works(listing, role, NODES[node], false);
				}
			}
			Action::Resign(node, listing, role) => {
				let known = self.assigned.remove(&(listing, NODES[node], role));
				assert_eq!(resign(NODES[node], listing, role).is_ok(), known);
				if known {
					self.works(listing, role, NODES[node], false);
				}
			}
			Action::SetSchedule(who, listing, retention) => {
				let schedule = Schedule { every: 5, tolerance: 1, retention };
				if set_schedule(who, listing, schedule).is_ok() {
					self.schedules.insert(listing, Curation::schedule_deposit(retention));
				}
			}
			Action::Submit(node, listing, period, n) => {
				if submit(NODES[node], listing, period, n).is_ok() {
					assert!(self.assigned.contains(&(listing, NODES[node], NodeRole::Worker)));
					assert!(self.schedules.contains_key(&listing));
				}
			}
			Action::Clear(listing) => {
				OpenSubscriptions::set(self.periods_of(listing) as u32);
				if clear_listing(OTHER, listing).is_ok() {
					for (_, node, role) in
						self.assigned.clone().into_iter().filter(|entry| entry.0 == listing)
					{
						self.works(listing, role, node, false);
					}
					self.assigned.retain(|(other, _, _)| *other != listing);
					self.terms.retain(|(other, ..)| *other != listing);
					self.schedules.remove(&listing);
				}
			}
			Action::Move(listing, to) => move_to(listing, to),
			Action::Cover(listing, amount) => {
				let active = self.bonds.get(&listing).copied().unwrap_or_default();
				let covered = self.covered.entry(listing).or_default();
				// A tenth of the bond, rounded up, covers nothing.
				let enough = active - active.div_ceil(10) >= *covered + amount;
				assert_eq!(Curation::cover(listing, amount), amount == 0 || enough);
				if enough {
					*covered += amount;
				}
			}
			Action::Uncover(listing, amount) => {
				Curation::uncover(listing, amount);
				let covered = self.covered.entry(listing).or_default();
				*covered = covered.saturating_sub(amount);
			}
			Action::Slash(listing, amount) => {
				let taken = self.take(listing, amount, amount);
				self.pay(curator_of(listing), taken);
				assert_eq!(Curation::slash(listing, amount, &TREASURY), taken);
			}
			Action::Forfeit(bond, amount) => {
				let taken = match bond {
					Bond::Listing(listing) => self.take(listing, amount, 0),
					Bond::Node(node) => self.take_of_node(node, amount),
				};
				*self.forfeited.entry(bond.clone()).or_default() += taken;
				assert_eq!(Curation::forfeit(&bond, amount), taken);
			}
			Action::PayForfeited(bond, amount) => {
				let there = self.forfeited.entry(bond.clone()).or_default();
				let enough = amount <= *there;
				assert_eq!(Curation::pay_forfeited(&bond, &TREASURY, amount), enough);
				if enough {
					*there -= amount;
					self.pay(owner_of(&bond), amount);
				}
			}
			Action::Restore(node) => {
				let who = NODES[node];
				if restore_node_bond(who).is_ok() {
					let bond = Curation::node(who).expect("only a registered node restores").bond;
					let (old, _) = self.nodes.get_mut(&who).expect("the model knows it");
					assert!(bond > *old && bond.is_multiple_of(MIN_NODE_BOND));
					*old = bond;
				}
			}
			Action::Begin(listing) => {
				self.periods.push((listing, now, Curation::period_begins(listing, now)));
			}
			Action::Settle(..) if self.periods.is_empty() => {}
			Action::Settle(which, late) => {
				let (listing, start, mark) = self.periods.remove(which % self.periods.len());
				if let Some(late) = late {
					let start = now.saturating_sub(late).max(start);
					self.periods.push((listing, start, Curation::period_begins(listing, start)));
				}
				Curation::period_settled(listing, mark);
			}
			Action::NextBlock(by) => {
				self.check();
				go_to(now + by);
				Minutes::mutate(|minutes| *minutes += by / 4);
			}
		}
	}

	fn check(&self) {
		let departure = 5 + Departures::<AccountId, ConstU32<1>>::max_encoded_len() as Balance;
		let remembered: Vec<_> =
			Departed::<Test>::iter().map(|(id, departed)| (id, departed.nodes.len() as Balance)).collect();
		for (listing, start, _) in &self.periods {
			for role in [NodeRole::Worker, NodeRole::Persistence] {
				self.check_terms(*listing, role, *start);
			}
		}
		// What was signed since then can be reported.
		let reported = System::block_number().saturating_sub(REMEMBERED);
		for listing in [LISTING, FOREIGN, DRAFT, SERVICE] {
			for role in [NodeRole::Worker, NodeRole::Persistence] {
				self.check_terms(listing, role, reported);
			}
		}
		for who in [CURATOR, OTHER].into_iter().chain(NODES) {
			let node_bond = self.nodes.get(&who).map_or(0, |node| node.0)
				+ self
					.node_unlocking
					.iter()
					.filter(|entry| entry.0 == who)
					.map(|entry| entry.1)
					.sum::<Balance>();
			let mine = |listing: &ListingId| curator_of(*listing) == who;
			let curator_bond = self
				.bonds
				.iter()
				.filter(|(id, _)| mine(id))
				.map(|(_, bond)| bond)
				.sum::<Balance>()
				+ self.unlocking.iter().filter(|entry| mine(&entry.0)).map(|entry| entry.1).sum::<Balance>();
			let assignments = self.assigned.iter().filter(|(id, _, _)| mine(id)).count() as Balance;
			let deposit = self.nodes.get(&who).map_or(0, |node| node.1)
				+ self
					.schedules
					.iter()
					.filter(|(id, _)| mine(id))
					.map(|(_, deposit)| deposit)
					.sum::<Balance>()
				+ assignments * self.assignment
				+ remembered
					.iter()
					.filter(|(id, _)| mine(id))
					.map(|(_, many)| many * departure)
					.sum::<Balance>();

			assert_eq!(held(HoldReason::Deposit, who), deposit, "deposits of {who}");
			let forfeited = |listings: bool| -> Balance {
				let mine = self.forfeited.iter().filter(|(bond, _)| owner_of(bond) == who);
				mine.filter(|(bond, _)| matches!(bond, Bond::Listing(_)) == listings)
					.map(|(_, sum)| sum)
					.sum()
			};
			let (node_bond, curator_bond) = (node_bond + forfeited(false), curator_bond + forfeited(true));
			assert_eq!(held(HoldReason::NodeBond, who), node_bond, "node bond of {who}");
			assert_eq!(held(HoldReason::CuratorBond, who), curator_bond, "curator bond of {who}");
			let slashed = self.slashed.get(&who).copied().unwrap_or_default();
			let spent = node_bond + curator_bond + deposit + slashed;
			assert_eq!(free(who), ENDOWMENT - spent, "what {who} can spend");
		}
		for listing in [LISTING, FOREIGN, DRAFT, SERVICE] {
			let view = Curation::curator_bond(listing);
			let known = |what: &BTreeMap<ListingId, Balance>| what.get(&listing).copied().unwrap_or_default();
			assert_eq!((view.active, view.covered), (known(&self.bonds), known(&self.covered)));
		}
		for (bond, sum) in &self.forfeited {
			assert_eq!(Curation::forfeited(bond), *sum, "what is forfeited of {bond:?}");
		}
		assert_eq!(free(TREASURY), self.slashed.values().sum::<Balance>(), "what was slashed has arrived");
		let accounts = 2 + NODES.len() as Balance;
		assert_eq!(Balances::total_issuance(), accounts * ENDOWMENT);
	}

	/// Who worked since a block is known.
	fn check_terms(&self, listing: ListingId, role: NodeRole, from: u32) {
		let to = System::block_number() + 1;
		let mut known: Vec<_> = Curation::terms(listing, role, from, to)
			.into_iter()
			.map(|Term { node, since, until }| (node, since, until))
			.collect();
		let mut worked: Vec<_> = self
			.terms
			.iter()
			.filter(|(id, what, ..)| (*id, *what) == (listing, role))
			.map(|(_, _, node, since, until)| (*node, *since, until.unwrap_or(u32::MAX)))
			.filter(|(_, since, until)| since < until && *since < to && *until > from)
			.collect();
		known.sort_unstable();
		worked.sort_unstable();
		assert_eq!(known, worked, "{role:?} of {listing} from {from} to {to}");
	}
}

proptest! {
	#![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

	#[test]
	fn holds_follow_the_model_whatever_is_called(actions in proptest::collection::vec(action(), 1..200)) {
		TestExt::default().workers(3).schedule(5, 1, 3).execute(|| {
			let mut model = Model::default();
			for node in NODES.iter().take(3) {
				model.nodes.insert(*node, Model::node_price(&info(*node)));
				model.assigned.insert((LISTING, *node, NodeRole::Worker));
				model.works(LISTING, NodeRole::Worker, *node, true);
			}
			model.schedules.insert(LISTING, Curation::schedule_deposit(3));
			model.assignment = (held(HoldReason::Deposit, CURATOR) - Curation::schedule_deposit(3)) / 3;
			for action in actions {
				model.apply(action);
			}
			model.check();
		});
	}
}
