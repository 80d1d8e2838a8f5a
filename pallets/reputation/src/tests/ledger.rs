//! Random sequences of all calls, with blocks, deals and nodes in between, against a plain model. After each of them every score,
//! deposit and credential is what the model says, and at the end nothing is left.

use super::*;
use proptest::prelude::*;
use souk_mock_support::ledger::{run, Seen};
use souk_primitives::Balance;
use std::collections::{BTreeMap, BTreeSet};

const PEOPLE: [AccountId; 5] = [CURATOR, PAYER, OTHER, NODE, POOR];
const KINDS: [CredentialKind; 3] = [TrustedSeller, ReliablePayer, DisputeLost];
/// The second listing's curator.
const SECOND: AccountId = OTHER;

/// One step. Numbers are indices, taken modulo what there is.
#[derive(Clone, Debug)]
enum Step {
	Complete { listing: u32, payer: usize, released: bool },
	Lose { order: usize, buyer: bool },
	Forget { order: usize },
	Served { listing: u32, payer: usize },
	Serve { listing: u32, node: usize, leaves: bool },
	RateOrder { who: usize, order: usize, score: u8 },
	RatePeriod { who: usize, listing: u32, payer: usize, score: u8 },
	Issue { who: usize, order: usize, kind: usize },
	Revoke { who: usize, which: usize },
	Remove { who: usize, which: usize },
	Advance { blocks: u32 },
}

fn step() -> impl Strategy<Value = Step> {
	use Step::*;
	let who = || 0usize..PEOPLE.len();
	let which = || 0usize..64;
	let listing = || 0u32..2;
	let score = || prop_oneof![20 => 1u8..=5, 1 => Just(0u8), 1 => Just(6u8)];
	prop_oneof![
		12 => (listing(), who(), prop::bool::weighted(0.8))
			.prop_map(|(listing, payer, released)| Complete { listing, payer, released }),
		6 => (which(), any::<bool>()).prop_map(|(order, buyer)| Lose { order, buyer }),
		3 => which().prop_map(|order| Forget { order }),
		8 => (listing(), who()).prop_map(|(listing, payer)| Served { listing, payer }),
		1 => (listing(), who(), any::<bool>()).prop_map(|(listing, node, leaves)| Serve { listing, node, leaves }),
		30 => (who(), which(), score()).prop_map(|(who, order, score)| RateOrder { who, order, score }),
		12 => (who(), listing(), who(), score())
			.prop_map(|(who, listing, payer, score)| RatePeriod { who, listing, payer, score }),
		30 => (who(), which(), 0usize..3).prop_map(|(who, order, kind)| Issue { who, order, kind }),
		8 => (who(), which()).prop_map(|(who, which)| Revoke { who, which }),
		8 => (who(), which()).prop_map(|(who, which)| Remove { who, which }),
		14 => (1u32..6).prop_map(|blocks| Advance { blocks }),
	]
}

#[derive(Clone)]
struct Order {
	listing: u32,
	payer: AccountId,
	released: bool,
	ended: u32,
	loser: Option<AccountId>,
	kept: bool,
}

struct Right {
	since: u32,
	until: u32,
	used: BTreeSet<AccountId>,
	paid_by: AccountId,
	deposit: Balance,
}

struct Said {
	scores: Vec<u8>,
	until: u32,
	paid_by: AccountId,
	deposit: Balance,
}

struct Issued {
	issuer: AccountId,
	subject: AccountId,
	final_at: u32,
	until: u32,
	revoked: bool,
	deposit: Balance,
}

/// The model: who may say what, in plain steps. It shares no code with the pallet.
#[derive(Default)]
struct Ledger {
	now: u32,
	orders: Vec<Order>,
	/// Listing, node, from, to.
	served: Vec<(u32, AccountId, u32, u32)>,
	rights: BTreeMap<(Option<usize>, u32, AccountId), Right>,
	of_listings: BTreeMap<u32, Said>,
	of_payers: BTreeMap<AccountId, Said>,
	issued: BTreeMap<(usize, usize), Issued>,
}

fn curator(listing: u32) -> AccountId {
	[CURATOR, SECOND][listing as usize]
}

impl Ledger {
	fn strangers(&self, listing: u32, payer: AccountId, since: u32) -> bool {
		let serves = |(of, node, from, to): &(u32, AccountId, u32, u32)| {
			*of == listing && *node == payer && *from <= self.now && *to > since
		};
		payer != curator(listing) && !self.served.iter().any(serves)
	}

	/// What an account has left to spend.
	fn can_pay(&self, who: AccountId, more: Balance, back: Balance) -> bool {
		let has = if who == POOR { MINIMUM } else { ENDOWMENT };
		has >= self.deposits(who) - back + more + MINIMUM
	}

	fn deposits(&self, who: AccountId) -> Balance {
		let rights = self.rights.values().filter(|one| one.paid_by == who).map(|one| one.deposit);
		let said = self.of_listings.values().chain(self.of_payers.values());
		let said = said.filter(|one| one.paid_by == who).map(|one| one.deposit);
		let issued = self.issued.values().filter(|one| one.issuer == who).map(|one| one.deposit);
		rights.chain(said).chain(issued).sum()
	}

	fn serve(&mut self, listing: u32, payer: AccountId) {
		let key = (None, listing, payer);
		let deposit = Reputation::right_deposit(&period(listing, payer));
		if !self.rights.contains_key(&key) && self.can_pay(payer, deposit, 0) {
			let (since, until) = (self.now.saturating_sub(5), self.now + WINDOW);
			let used = BTreeSet::new();
			self.rights.insert(key, Right { since, until, used, paid_by: payer, deposit });
		}
	}

	/// Whether a rating is taken; it is noted then.
	fn rate(
		&mut self,
		who: AccountId,
		order: Option<usize>,
		listing: u32,
		payer: AccountId,
		score: u8,
	) -> bool {
		let (listing, payer, ended) = match order {
			Some(order) => match self.orders.get(order) {
				Some(one) => (one.listing, one.payer, one.kept.then_some(one.ended)),
				None => return false,
			},
			None => (listing, payer, None),
		};
		let key = (order, listing, payer);
		let stored = self.rights.contains_key(&key);
		let fresh = ended.map(|ended| (ended, ended + WINDOW));
		let known = self.rights.get(&key).map(|right| (right.since, right.until)).or(fresh);
		let Some((since, until)) = known else { return false };
		let used = self.rights.get(&key).is_some_and(|right| right.used.contains(&who));
		let pays = who == payer;
		let side = pays || who == curator(listing);
		if !(1..=5).contains(&score)
			|| !side || self.now >= until
			|| used || !self.strangers(listing, payer, since)
		{
			return false;
		}
		let deal = order.map_or(period(listing, payer), |order| Deal::Order(order as u64));
		let right = if stored { 0 } else { Reputation::right_deposit(&deal) };
		let (rated, old) = if pays {
			(Rated::Listing(listing), self.of_listings.get(&listing))
		} else {
			(Rated::Payer(payer), self.of_payers.get(&payer))
		};
		let back = old.filter(|old| old.paid_by == who).map_or(0, |old| old.deposit);
		let deposit = Reputation::tally_deposit(&rated);
		if !self.can_pay(who, right + deposit, back) {
			return false;
		}
		let fresh = Right { since, until, used: BTreeSet::new(), paid_by: who, deposit: right };
		self.rights.entry(key).or_insert(fresh).used.insert(who);
		let mut scores = old.map(|old| old.scores.clone()).unwrap_or_default();
		scores.push(score);
		let said = Said { scores, until: self.now + MEMORY, paid_by: who, deposit };
		if pays {
			self.of_listings.insert(listing, said);
		} else {
			self.of_payers.insert(payer, said);
		}
		true
	}

	fn issue(&mut self, who: AccountId, order: usize, kind: usize) -> bool {
		let Some(one) = self.orders.get(order).filter(|one| one.kept).cloned() else { return false };
		let seller = curator(one.listing);
		let subject = if who == one.payer { seller } else { one.payer };
		let right_side = match kind {
			0 => who == one.payer && one.released,
			1 => who == seller && who != one.payer && one.released,
			_ => (who == one.payer || who == seller) && one.loser.is_some_and(|loser| loser == subject),
		};
		let final_at = one.ended + WINDOW;
		let id = (order, kind);
		let deposit = {
			let record = CredentialRecord {
				listing: one.listing,
				issuer: who,
				subject,
				hash: HASH,
				issued_at: self.now,
				final_at,
				until: 0,
				revoked_at: None,
				deposit: 0,
			};
			Reputation::credential_deposit(CredentialId { order: order as u64, kind: KINDS[kind] }, &record)
		};
		let may = right_side
			&& self.now < final_at
			&& !self.issued.contains_key(&id)
			&& self.strangers(one.listing, one.payer, one.ended)
			&& self.can_pay(who, deposit, 0);
		if may {
			let until = (self.now + LIFE).max(final_at);
			self.issued.insert(id, Issued { issuer: who, subject, final_at, until, revoked: false, deposit });
		}
		may
	}

	fn next_block(&mut self) {
		self.now += 1;
		let now = self.now;
		self.rights.retain(|_, right| right.until > now);
		self.of_listings.retain(|_, said| said.until > now);
		self.of_payers.retain(|_, said| said.until > now);
		self.issued.retain(|_, issued| issued.until > now);
	}

	fn compare(&self) {
		for who in PEOPLE {
			assert_eq!(deposit(who), self.deposits(who), "the deposits of {who}");
		}
		let count = |scores: &[u8]| {
			[1, 2, 3, 4, 5].map(|score| scores.iter().filter(|given| **given == score).count() as u32)
		};
		for listing in 0..2 {
			let said = self.of_listings.get(&listing).map_or(&[][..], |said| &said.scores);
			assert_eq!(scores(Rated::Listing(listing)), count(said), "listing {listing}");
		}
		for who in PEOPLE {
			let said = self.of_payers.get(&who).map_or(&[][..], |said| &said.scores);
			assert_eq!(scores(Rated::Payer(who)), count(said), "payer {who}");
			let shown: Vec<_> =
				Reputation::credentials_of(who, None, 64).into_iter().map(|view| view.id).collect();
			let concerns = |issued: &Issued| issued.issuer == who || issued.subject == who;
			let known = self.issued.iter().filter(|(_, issued)| concerns(issued));
			let known: Vec<_> =
				known.map(|((order, kind), _)| id(*order as u64, KINDS[*kind])).take(64).collect();
			assert_eq!(shown, known, "the credentials of {who}");
		}
		assert_eq!(Rights::<Test>::iter().count(), self.rights.len());
		for ((order, kind), issued) in &self.issued {
			let view = Reputation::credential(id(*order as u64, KINDS[*kind])).expect("it was issued");
			assert_eq!(view.record.revoked_at.is_some(), issued.revoked);
		}
	}

	fn advance(&mut self, blocks: u32) {
		for _ in 0..blocks {
			advance_to(now() + 1);
			self.next_block();
			self.compare();
		}
	}
}

fn apply(ledger: &mut Ledger, seen: &mut Seen, step: Step) {
	let orders = ledger.orders.len();
	let one = |which: usize| which % orders.max(1);
	// The newest are still open.
	let recent = |which: usize| orders.saturating_sub(1 + which % 6);
	let some =
		|ledger: &Ledger, which: usize| ledger.issued.keys().nth(which % ledger.issued.len().max(1)).copied();
	let (name, expected, done) = match step {
		Step::Advance { blocks } => return ledger.advance(blocks),
		Step::Complete { listing, payer, released } => {
			let payer = PEOPLE[payer];
			complete(orders as u64, listing, payer, released);
			ledger.orders.push(Order {
				listing,
				payer,
				released,
				ended: ledger.now,
				loser: None,
				kept: true,
			});
			return;
		}
		Step::Lose { order, buyer } => {
			let order = recent(order);
			if let Some(one) = ledger.orders.get_mut(order) {
				one.loser = Some(if buyer { one.payer } else { curator(one.listing) });
				lose(order as u64, if buyer { Side::Buyer } else { Side::Seller });
			}
			return;
		}
		Step::Forget { order } => {
			let order = one(order);
			if ledger.orders.get(order).is_some_and(|_| !awaited(order as u64)) {
				ledger.orders[order].kept = false;
				forget(order as u64);
			}
			return;
		}
		Step::Served { listing, payer } => {
			served(listing, PEOPLE[payer]);
			return ledger.serve(listing, PEOPLE[payer]);
		}
		Step::Serve { listing, node, leaves } => {
			let until = if leaves { ledger.now + 3 } else { u32::MAX };
			serve(listing, NodeRole::Worker, PEOPLE[node], ledger.now, until);
			ledger.served.push((listing, PEOPLE[node], ledger.now, until));
			return;
		}
		Step::RateOrder { who, order, score } => {
			let (who, order) = (PEOPLE[who], recent(order));
			let expected = ledger.rate(who, Some(order), 0, 0, score);
			("rate an order", expected, rate_order(who, order as u64, score))
		}
		Step::RatePeriod { who, listing, payer, score } => {
			let (who, payer) = (PEOPLE[who], PEOPLE[payer]);
			let expected = ledger.rate(who, None, listing, payer, score);
			("rate a period", expected, rate(who, period(listing, payer), score))
		}
		Step::Issue { who, order, kind } => {
			let (who, order) = (PEOPLE[who], recent(order));
			let expected = ledger.issue(who, order, kind);
			(["trust", "rely", "blame"][kind], expected, issue(who, order as u64, KINDS[kind]))
		}
		Step::Revoke { who, which } => {
			let Some((order, kind)) = some(ledger, which) else { return };
			let one = ledger.issued.get_mut(&(order, kind)).expect("it is there");
			// Mostly by its issuer.
			let who = if who == 0 { PEOPLE[which % 4] } else { one.issuer };
			let expected = who == one.issuer && !one.revoked;
			one.revoked |= expected;
			("revoke", expected, revoke(who, id(order as u64, KINDS[kind])))
		}
		Step::Remove { who, which } => {
			let Some((order, kind)) = some(ledger, which) else { return };
			let one = &ledger.issued[&(order, kind)];
			let who = if who == 0 { PEOPLE[which % 4] } else { one.issuer };
			let expected = who == one.issuer && one.revoked && one.final_at <= ledger.now;
			if expected {
				ledger.issued.remove(&(order, kind));
			}
			("remove", expected, remove(who, id(order as u64, KINDS[kind])))
		}
	};
	assert_eq!(done.is_ok(), expected, "{name}: {done:?}");
	seen.note(format!("{name} {}", if expected { "done" } else { "refused" }));
	ledger.compare();
	check_state();
}

#[test]
fn everything_is_as_the_model_says_and_nothing_is_left() {
	let names = ["rate an order", "rate a period", "trust", "rely", "blame", "revoke", "remove"];
	let everything = names.map(|name| ["done", "refused"].map(|how| format!("{name} {how}"))).concat();
	let everything: Vec<_> = everything.iter().map(String::as_str).collect();
	run(60, prop::collection::vec(step(), 120), &everything, |steps, seen| {
		TestExt.execute(|| {
			list(SECOND);
			let mut ledger = Ledger { now: now(), ..Ledger::default() };
			for step in steps {
				apply(&mut ledger, seen, step);
			}
			ledger.advance(MEMORY.max(LIFE).max(WINDOW));
			assert_eq!(Due::<Test>::iter().count() + CredentialsOf::<Test>::iter().count(), 0);
			assert!(PEOPLE.iter().all(|who| deposit(*who) == 0));
		});
	});
}
