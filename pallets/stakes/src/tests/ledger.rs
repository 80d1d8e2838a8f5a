//! Random sequences of everything that moves a bond against a plain ledger. After each step both pallets' invariants are checked, and
//! bonds, what is held, and what everybody has are compared with the ledger.

use super::*;
use codec::Encode;
use frame_support::weights::Weight;
use frame_system::limits::BlockWeights;
use pallet_curation::HoldReason;
use proptest::prelude::*;
use souk_primitives::ListingId;
use souk_proof_primitives::submission::{SignedSubmission, Submission};
use sp_core::Pair;
use std::collections::BTreeMap;

#[derive(Clone, Debug)]
enum Action {
	/// An offence: its kind, the listing, the node, and whether somebody reported it.
	Commit(OffenceKind, ListingId, Option<usize>, bool, u32),
	/// Somebody announces and reports two submissions of a node, for a period so many minutes ago.
	Report(usize, ListingId, u32),
	/// Somebody announces a report that is never made.
	Announce(u8),
	/// A node says that it will be away.
	Away(usize, u32, u32),
	Bond(ListingId, Balance),
	Unbond(ListingId, Balance),
	Withdraw(ListingId),
	Deregister(usize),
	WithdrawNode(usize),
	RestoreNode(usize),
	/// Somebody starts to pay for a listing.
	Subscribe(ListingId, u64, Balance),
	Unsubscribe(ListingId, u64),
	/// A block with room for so much.
	NextBlock(u32, u64),
}

fn action() -> impl Strategy<Value = Action> {
	let listing = || prop_oneof![3 => Just(LISTING), 1 => Just(SECOND)];
	let kind = || (0..OffenceKind::ALL.len()).prop_map(|at| OffenceKind::ALL[at]);
	let node = || 0..NODES.len();
	prop_oneof![
		6 => (kind(), listing(), prop::option::of(node()), any::<bool>(), 0u32..=1_000_000)
			.prop_map(|(kind, id, node, reported, parts)| Action::Commit(kind, id, node, reported, parts)),
		2 => (node(), listing(), 0u32..3).prop_map(|(node, id, ago)| Action::Report(node, id, ago)),
		1 => (0u8..3).prop_map(Action::Announce),
		1 => (node(), 0u32..20, 0u32..12).prop_map(|(node, from, blocks)| Action::Away(node, from, blocks)),
		1 => (listing(), 1u128..3_000).prop_map(|(id, amount)| Action::Bond(id, amount)),
		2 => (listing(), 1u128..6_000).prop_map(|(id, amount)| Action::Unbond(id, amount)),
		2 => listing().prop_map(Action::Withdraw),
		1 => node().prop_map(Action::Deregister),
		1 => node().prop_map(Action::WithdrawNode),
		1 => node().prop_map(Action::RestoreNode),
		4 => (listing(), 0u64..8, 0u128..5_000).prop_map(|(id, who, paid)| Action::Subscribe(id, who, paid)),
		2 => (listing(), 0u64..8).prop_map(|(id, who)| Action::Unsubscribe(id, who)),
		5 => (1u32..12, 0u64..12).prop_map(|(blocks, steps)| Action::NextBlock(blocks, steps)),
	]
}

/// Money that answers for something: what is active, and what is on its way out, oldest first.
#[derive(Clone, Default)]
struct Stake {
	active: Balance,
	unlocking: Vec<(Balance, u32)>,
}

impl Stake {
	fn total(&self) -> Balance {
		self.active + self.unlocking.iter().map(|entry| entry.0).sum::<Balance>()
	}

	fn take(&mut self, amount: Balance) {
		let mut left = amount;
		let newest_first = self.unlocking.iter_mut().rev().map(|entry| &mut entry.0);
		for from in std::iter::once(&mut self.active).chain(newest_first) {
			let taken = left.min(*from);
			*from -= taken;
			left -= taken;
		}
		assert_eq!(left, 0, "a slash never exceeds the bond");
		self.unlocking.retain(|entry| entry.0 > 0);
	}

	fn withdraw(&mut self, now: u32) -> Balance {
		let before = self.total();
		self.unlocking.retain(|entry| entry.1 > now);
		before - self.total()
	}
}

#[derive(Default)]
struct Ledger {
	stakes: BTreeMap<Bond<AccountId>, Stake>,
	/// All that was taken of bonds of each account.
	taken: BTreeMap<AccountId, Balance>,
	/// What was reported, and when: of which node, listing and period.
	cases: Vec<(usize, ListingId, u32, u32)>,
	/// Offences that are remembered against bonds: of which kind, when.
	offences: BTreeMap<Bond<AccountId>, Vec<(OffenceKind, u32)>>,
}

/// Whether an offence counts, after those of its kind that count; the last of them was in block `last`. Of absences one in a day does.
fn counts(kind: OffenceKind, at: u32, last: Option<u32>) -> bool {
	!kind.is_absence() || last.is_none_or(|last| at >= last + DAY)
}

/// Of which offences there is no room for another one of a kind: of an absence that does not count, or of an absence, or of the kind of which there are
/// most then.
fn spare(history: &[(OffenceKind, u32)], new: OffenceKind) -> usize {
	let newer = |place: usize, kind| kind == new || history[place + 1..].iter().any(|one| one.0 == kind);
	let absences: Vec<usize> = (0..history.len())
		.filter(|place| history[*place].0.is_absence() && newer(*place, history[*place].0))
		.collect();
	let shadowed = |place: &&usize| {
		let (kind, at) = history[**place];
		history[..**place].iter().any(|one| one.0 == kind && at < one.1 + DAY)
	};
	let of_kind = |kind| history.iter().filter(|one| one.0 == kind).count() + usize::from(kind == new);
	// Of equals, the last in reverse is the oldest.
	let most = (0..history.len()).rev().max_by_key(|place| of_kind(history[*place].0));
	absences.iter().find(shadowed).copied().or(absences.first().copied()).or(most).unwrap_or(0)
}

/// Two submissions of a node for one period, for a listing.
fn statements(node: AccountId, listing: ListingId, period: u32) -> (SubmissionBytes, SubmissionBytes) {
	let signed = |commitments| {
		let worker = pair(node).public().0;
		let submission = Submission { genesis: genesis(), listing, period, worker, commitments };
		let signature = pair(node).sign(&submission.digest()).0;
		SubmissionBytes::truncate_from(SignedSubmission { submission, signature }.encode())
	};
	(signed([1; 32]), signed([2; 32]))
}

fn owner_of(bond: &Bond<AccountId>) -> AccountId {
	match bond {
		Bond::Listing(_) => CURATOR,
		Bond::Node(node) => *node,
	}
}

impl Ledger {
	fn new() -> Self {
		let staked = |active| Stake { active, unlocking: Vec::new() };
		let nodes = NODES.map(|node| (Bond::Node(node), staked(NODE_BOND)));
		let curator = [(OF_CURATOR, staked(BOND)), (Bond::Listing(SECOND), staked(0))];
		Self { stakes: nodes.into_iter().chain(curator).collect(), ..Self::default() }
	}

	fn stake(&mut self, bond: Bond<AccountId>) -> &mut Stake {
		self.stakes.get_mut(&bond).expect("the ledger has every bond")
	}

	/// What an offence should take of a bond: its part, and as much again for each of the earlier ones that are remembered and count.
	fn cost(&self, bond: &Bond<AccountId>, kind: OffenceKind, part: Permill) -> Balance {
		let now = System::block_number();
		let (mut times, mut last) = (1, None);
		for (_, at) in self.offences.get(bond).into_iter().flatten().filter(|one| one.0 == kind) {
			if now - at < Cost::get().within && counts(kind, *at, last) {
				times += 1;
				last = Some(*at);
			}
		}
		let parts = (part.deconstruct() * times).min(1_000_000);
		self.stakes[bond].total() * Balance::from(parts) / 1_000_000
	}

	/// Remembers an offence against a bond. What is old is forgotten, and of what is new there is but so much.
	fn remember(&mut self, bond: Bond<AccountId>, kind: OffenceKind) {
		let now = System::block_number();
		let history = self.offences.entry(bond).or_default();
		history.retain(|(_, at)| at + MEMORY > now);
		if history.len() == REMEMBERED as usize {
			let place = spare(history, kind);
			history.remove(place);
		}
		history.push((kind, now));
	}

	/// An offence that the curator of a listing and a node answer for. Returns what it costs both.
	fn offend(&mut self, kind: OffenceKind, listing: Option<ListingId>, node: Option<AccountId>) -> Balance {
		let Penalty { curator, node: of_node, .. } = Cost::get();
		let of_curator = listing.map(|listing| (Bond::Listing(listing), curator));
		let mut sum = 0;
		let is_no_answer = kind == OffenceKind::MissedChallenge && listing.is_some() && !curator.is_zero();
		for (bond, part) in of_curator.into_iter().chain(node.map(|node| (Bond::Node(node), of_node))) {
			// Where nothing is bonded an absence is nothing.
			if kind.is_absence() && self.stakes[&bond].total() == 0 {
				continue;
			}
			let mut cost = self.cost(&bond, kind, part);
			// Of challenges, a node has missed none where nothing is taken of the curator, and never loses more than her.
			if is_no_answer && matches!(bond, Bond::Node(_)) {
				if sum == 0 {
					continue;
				}
				cost = cost.min(sum);
			}
			self.stake(bond.clone()).take(cost);
			*self.taken.entry(owner_of(&bond)).or_default() += cost;
			self.remember(bond, kind);
			sum += cost;
		}
		sum
	}

	fn report(&mut self, node: usize, listing: ListingId, ago: u32) {
		let (first, second) = statements(NODES[node], listing, TODAY - ago);
		let hash = announcement(&REPORTER, &first, &second);
		let _ = call(REPORTER, crate::Call::announce_report { hash });
		advance_to(System::block_number() + 1);
		let now = System::block_number();
		let open = |case: &&(usize, ListingId, u32, u32)| case.3 + MEMORY > now;
		let reported =
			self.cases.iter().filter(open).any(|case| (case.0, case.1, case.2) == (node, listing, ago));
		let assigned = listing == LISTING && node < 2;
		let at_stake = assigned || self.stakes[&Bond::Node(NODES[node])].total() > 0;
		let done = call(REPORTER, crate::Call::report_conflict { first, second }).is_ok();
		// A case whose time is over may still wait for a block with room.
		assert!(done || reported || !at_stake || Cases::<Test>::iter().count() > 0);
		assert!(!(done && (reported || !at_stake)), "{node} {listing} {ago}");
		if done {
			self.cases.push((node, listing, ago, now));
			let kind = OffenceKind::ConflictingSnapshots;
			self.offend(kind, assigned.then_some(listing), Some(NODES[node]));
		}
	}

	fn apply(&mut self, action: Action) {
		let now = System::block_number();
		let signed = RuntimeOrigin::signed;
		match action {
			Action::Commit(kind, listing, node, reported, parts) => {
				let curator = Permill::from_parts(parts / 4);
				let part = Permill::from_parts(parts);
				Cost::set(Penalty { curator, node: part, ..penalty() });
				let of_node = node.map(|node| NODES[node]);
				let sum = self.offend(kind, Some(listing), of_node);
				let node = node.map(|node| NODES[node]);
				let reporter = reported.then_some(REPORTER);
				assert_eq!(commit(Offence { listing, node, reporter, ..offence(kind) }), sum);
			}
			Action::Report(node, listing, ago) => self.report(node, listing, ago),
			Action::Announce(hash) => {
				let _ = call(REPORTER, crate::Call::announce_report { hash: [hash; 32] });
			}
			Action::Away(node, from, blocks) => {
				let _ = call(NODES[node], crate::Call::announce_downtime { from: now + from, blocks });
			}
			Action::Bond(listing, amount) => {
				if curate(pallet_curation::Call::bond { listing, amount }).is_ok() {
					self.stake(Bond::Listing(listing)).active += amount;
				}
			}
			Action::Unbond(listing, amount) => {
				if curate(pallet_curation::Call::unbond { listing, amount }).is_ok() {
					let stake = self.stake(Bond::Listing(listing));
					stake.active -= amount;
					stake.unlocking.push((amount, now + UNBONDING));
				}
			}
			Action::Withdraw(listing) => {
				let done = curate(pallet_curation::Call::withdraw_unbonded { listing }).is_ok();
				assert_eq!(self.stake(Bond::Listing(listing)).withdraw(now) > 0, done);
			}
			Action::Deregister(node) => {
				let who = NODES[node];
				if Curation::deregister_node(signed(who)).is_ok() {
					let stake = self.stake(Bond::Node(who));
					let bond = std::mem::take(&mut stake.active);
					if bond > 0 {
						stake.unlocking.push((bond, now + UNBONDING));
					}
				}
			}
			Action::WithdrawNode(node) => {
				let who = NODES[node];
				let done = dispatch(who, pallet_curation::Call::<Test>::withdraw_node_bond {}).is_ok();
				assert_eq!(self.stake(Bond::Node(who)).withdraw(now) > 0, done);
			}
			Action::RestoreNode(node) => {
				let who = NODES[node];
				if Curation::restore_node_bond(signed(who)).is_ok() {
					self.stake(Bond::Node(who)).active = NODE_BOND;
				}
			}
			Action::Subscribe(listing, who, paid) => {
				subscribe(listing, FIRST + who, now, Asset::Native, paid);
			}
			Action::Unsubscribe(listing, who) => unsubscribe(listing, FIRST + who),
			Action::NextBlock(blocks, steps) => {
				let each = <() as WeightInfo>::next_fine() + <() as WeightInfo>::pay_rest();
				let queues = (<() as WeightInfo>::work_off() + <() as WeightInfo>::turn()) * 16;
				let room = (queues + each * steps) * 16 + Weight::from_parts(1 << 40, 1 << 30);
				Weights::set(BlockWeights::simple_max(room));
				advance_to(now + blocks);
			}
		}
	}

	fn check(&self) {
		check();
		let mut left = BTreeMap::<AccountId, Balance>::new();
		for (_, fine) in Fines::<Test>::iter() {
			for source in fine.sources {
				*left.entry(owner_of(&source.bond)).or_default() += source.left;
			}
		}
		for (bond, stake) in &self.stakes {
			assert_eq!(bonded(bond.clone()), stake.total(), "{bond:?}");
			let now = System::block_number();
			let history: Vec<_> =
				History::<Test>::get(bond).into_iter().map(|one| (one.kind, one.at)).collect();
			let remembered = self.offences.get(bond).into_iter().flatten().copied();
			let remembered: Vec<_> = remembered.filter(|(_, at)| at + MEMORY > now).collect();
			assert_eq!(history, remembered, "what is remembered against {bond:?}");
		}
		for who in [CURATOR].into_iter().chain(NODES) {
			let mine = self.stakes.iter().filter(|(bond, _)| owner_of(bond) == who);
			let staked = mine.map(|(_, stake)| stake.total()).sum::<Balance>();
			let unpaid = left.get(&who).copied().unwrap_or_default();
			let reason = if who == CURATOR { HoldReason::CuratorBond } else { HoldReason::NodeBond };
			use frame_support::traits::fungible::{Inspect, InspectHold};
			let held = |reason: HoldReason| Balances::balance_on_hold(&reason.into(), &who);
			assert_eq!(held(reason), staked + unpaid, "what is held of {who}");
			let paid = self.taken.get(&who).copied().unwrap_or_default() - unpaid;
			assert_eq!(Balances::total_balance(&who), ENDOWMENT - paid, "what {who} has");
		}
		let taken: Balance = self.taken.values().sum();
		let subscribers: Balance = (0..8).map(|who| free(FIRST + who)).sum();
		let unpaid: Balance = left.values().sum();
		let reporter = free(REPORTER) + held(REPORTER) - ENDOWMENT;
		assert_eq!(subscribers + reporter + gained(TREASURY) + unpaid, taken, "what was taken is somebody's");
		assert_eq!(Balances::total_issuance(), ENDOWMENT * (4 + (NODES.len() + WORKERS.len()) as Balance));
	}
}

proptest! {
	#![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

	#[test]
	fn what_is_taken_is_held_or_paid_whatever_happens(actions in proptest::collection::vec(action(), 1..120)) {
		TestExt::default().execute(|| {
			let mut ledger = Ledger::new();
			for action in actions {
				ledger.apply(action);
				ledger.check();
			}
			// In the end everything is paid and forgotten, with nobody's help.
			Weights::set(roomy());
			advance_to(System::block_number() + MEMORY + AWAY_EVERY + NOTICE + 20);
			ledger.check();
			assert_eq!(Fines::<Test>::iter().count(), 0);
			let left = [History::<Test>::iter().count(), Due::<Test>::iter().count(), Cases::<Test>::iter().count()];
			assert_eq!((left, held(REPORTER)), ([0; 3], 0));
		});
	}
}
