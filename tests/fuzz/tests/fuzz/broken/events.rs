//! What events say, against the book.

use super::{does, found, on_the_chain, rare::case, DATA, SERVICE};
use codec::Encode;
use frame_support::{traits::Get, BoundedVec};
use pallet_backing::{BackerRecord, Backers};
use pallet_disputes::{Ending, Phase, Verdict};
use pallet_escrow::{GoodsRecord, MilestoneTerms, OrderRecord, OrderRecordOf, OrderState, Orders, Subject};
use pallet_reputation::{Deal, Rated, Tallies, TallyRecord};
use souk_fuzz::{
	cast::{arbitrator, person},
	chain::now,
	checks::ledger::Ledger,
};
use souk_primitives::{
	reach::{Ruling, Side},
	Asset, Holder, OffenceKind, PayoutSplit, Price,
};
use souk_runtime::{configs::params, *};
use sp_io::hashing::blake2_256;
use sp_runtime::Permill;

type Escrowed = pallet_escrow::Event<Runtime>;
type Tabbed = pallet_tabs::Event<Runtime>;
type Asked = pallet_asks::Event<Runtime>;
type Subscribed = pallet_subscriptions::Event<Runtime>;
type Rating = pallet_reputation::Event<Runtime>;

/// What the check must say, and what has happened.
type Told = (&'static str, fn() -> Vec<RuntimeEvent>);

/// An order for five planck, of which nothing is held: work in one part, paid for in this block.
pub fn order() -> OrderRecordOf<Runtime> {
	let terms = MilestoneTerms { amount: 5, deliver_within: 5, confirm_within: 5 };
	let milestones = BoundedVec::truncate_from(vec![terms.into()]);
	OrderRecord {
		listing: SERVICE,
		buyer: person(4),
		seller: person(2),
		depositor: person(4),
		deposit: 0,
		price: Price { asset: Asset::Native, amount: 5 },
		split: PayoutSplit { workers: Permill::zero(), persistence: Permill::zero() },
		state: OrderState::Funded,
		created_at: now(),
		funded_at: Some(now()),
		earned_from: now(),
		deliver_until: Some(now() + 5),
		delivered_at: None,
		window_until: None,
		ended_at: None,
		due: None,
		held: 0,
		paid: 0,
		refunded: 0,
		covered: 0,
		from_bond: 0,
		mark: None,
		pending: None,
		evidence: None,
		subject: Subject::Goods(GoodsRecord { terms: None, milestones, current: 0 }),
	}
}

/// That such an order was paid.
pub fn funded() -> RuntimeEvent {
	Escrowed::Funded { order: 0, deliver_until: now() + 5 }.into()
}

/// That a tab was opened with so much.
pub fn opened(limit: Balance) -> RuntimeEvent {
	let until = now() + params::tabs::Lifetime::get();
	Tabbed::Opened { tab: 0, listing: DATA, payer: person(4), plan: 3, limit, until }.into()
}

/// That a question was asked for so much.
pub fn asked(bounty: Balance) -> RuntimeEvent {
	let bounty = Price { asset: Asset::Native, amount: bounty };
	Asked::Asked {
		ask: 0,
		listing: DATA,
		period: 0,
		asker: person(4),
		bounty,
		query_hash: [0; 32],
		min_group_size: 0,
		until: now(),
	}
	.into()
}

/// Two payments out of something, one of them back.
fn paid(of: fn(Balance, AccountId) -> [RuntimeEvent; 2]) -> [RuntimeEvent; 2] {
	of(6, person(2))
}

fn of_order(amount: Balance, recipient: AccountId) -> [RuntimeEvent; 2] {
	let asset = Asset::Native;
	[
		Escrowed::PaidOut { order: 0, recipient, asset: asset.clone(), amount }.into(),
		Escrowed::Refunded { order: 0, asset, amount }.into(),
	]
}

fn of_tab(amount: Balance, recipient: AccountId) -> [RuntimeEvent; 2] {
	let asset = Asset::Native;
	[
		Tabbed::PaidOut { tab: 0, recipient, asset: asset.clone(), amount }.into(),
		Tabbed::Refunded { tab: 0, asset, amount }.into(),
	]
}

fn of_ask(amount: Balance, recipient: AccountId) -> [RuntimeEvent; 2] {
	let asset = Asset::Native;
	[
		Asked::PaidOut { ask: 0, recipient, asset: asset.clone(), amount }.into(),
		Asked::Refunded { ask: 0, asset, amount }.into(),
	]
}

fn ruled(round: u8, appeal_until: Option<u32>) -> Vec<RuntimeEvent> {
	let verdict = Verdict { ruling: Ruling::Buyer, decided: true };
	vec![pallet_disputes::Event::<Runtime>::Ruled { case: 0, round, verdict, appeal_until }.into()]
}

/// That the seller of order 0 has not answered in case 0; and that it was held against her, or was not.
fn said_nothing(delivered_at: Option<u32>, offence: bool) -> Vec<RuntimeEvent> {
	Orders::<Runtime>::insert(0, OrderRecord { delivered_at, ..order() });
	closed(Ending::Default, Ruling::Buyer, offence)
}

/// That case 0 has ended because a side gave in, after such a ruling; and that it was held against the seller, or was not.
fn gave_in(verdict: Option<Ruling>, ruling: Ruling, offence: bool) -> Vec<RuntimeEvent> {
	case(Phase::Closed, 0, verdict);
	closed(Ending::Settled, ruling, offence)
}

fn closed(how: Ending, ruling: Ruling, offence: bool) -> Vec<RuntimeEvent> {
	let closed = pallet_disputes::Event::<Runtime>::Closed { case: 0, order: 0, how, ruling };
	let committed = pallet_stakes::Event::<Runtime>::OffenceCommitted {
		kind: OffenceKind::LostDispute,
		listing: SERVICE,
		node: None,
		reporter: None,
		evidence: blake2_256(&(b"souk/ruling/v1", 0u64).encode()),
		of_curator: 0,
		of_node: 0,
	};
	let events: [RuntimeEvent; 2] = [closed.into(), committed.into()];
	events.into_iter().take(if offence { 2 } else { 1 }).collect()
}

/// That a side has disputed order 0, which was delivered, and that so many blocks are left for the answer.
fn disputed(by: Side, within: u32) -> Vec<RuntimeEvent> {
	let (state, window_until) = (OrderState::Disputed, Some(now() + 50));
	Orders::<Runtime>::insert(0, OrderRecord { state, window_until, ..order() });
	let until = now() + within;
	vec![pallet_disputes::Event::<Runtime>::CaseOpened { case: 0, order: 0, by, until }.into()]
}

/// That somebody was drawn who backs the service; and that they did so afterwards, or did before.
fn drawn_and_backs(afterwards: bool) -> Vec<RuntimeEvent> {
	case(Phase::Commit, 0, None);
	let who = arbitrator(0);
	Backers::<Runtime>::insert(&who, SERVICE, BackerRecord::default());
	let jurors = vec![who.clone()];
	let drawn = pallet_disputes::Event::<Runtime>::JuryDrawn { case: 0, round: 0, jurors, until: now() };
	let backed = pallet_backing::Event::<Runtime>::Backed { listing: SERVICE, backer: who, amount: 5 };
	let events: [RuntimeEvent; 2] = [drawn.into(), backed.into()];
	events.into_iter().take(if afterwards { 2 } else { 1 }).collect()
}

/// A rating that is kept of somebody.
fn keep(rated: Rated<AccountId>) {
	let tally = TallyRecord { scores: [1, 0, 0, 0, 0], until: now(), depositor: person(0), deposit: 0 };
	Tallies::<Runtime>::insert(rated, tally);
}

const TOLD: &[Told] = &[
	// Money.
	("Order(0) gives 6 and has but 5 left", || {
		Orders::<Runtime>::insert(0, order());
		vec![funded(), paid(of_order)[0].clone()]
	}),
	("Order(0) gives 6 and has but 0 left", || vec![paid(of_order)[1].clone()]),
	("Tab(0) gives 6 and has but 5 left", || vec![opened(5), paid(of_tab)[0].clone()]),
	("Tab(0) gives 6 and has but 0 left", || vec![paid(of_tab)[1].clone()]),
	("Ask(0) gives 6 and has but 5 left", || vec![asked(5), paid(of_ask)[0].clone()]),
	("Ask(0) gives 6 and has but 0 left", || vec![paid(of_ask)[1].clone()]),
	("Tab(0) gives 6 and has but 1 left", || {
		let topped_up = Tabbed::ToppedUp { tab: 0, amount: 2, limit: 7 };
		vec![opened(5), topped_up.into(), paid(of_tab)[0].clone(), paid(of_tab)[1].clone()]
	}),
	("Order(0) has ended with 5 that nobody got", || {
		Orders::<Runtime>::insert(0, order());
		vec![funded(), Escrowed::Ended { order: 0, state: OrderState::Refunded }.into()]
	}),
	("Tab(0) has ended with 7 that nobody got", || vec![opened(7), Tabbed::Ended { tab: 0 }.into()]),
	("Ask(0) has ended with 7 that nobody got", || {
		vec![asked(7), Asked::Ended { ask: 0, state: pallet_asks::AskState::Refunded }.into()]
	}),
	(
		"an order's money could not be moved",
		|| vec![Escrowed::SettlementDelayed { order: 0, held: 5 }.into()],
	),
	("a tab's money could not be moved", || vec![Tabbed::SettlementDelayed { tab: 0, held: 5 }.into()]),
	("a bounty could not be moved", || vec![Asked::SettlementDelayed { ask: 0, held: 5 }.into()]),
	("a subscription's money could not be moved", || {
		let holder = Holder::Account(person(4));
		vec![Subscribed::SettlementDelayed { listing: DATA, holder, held: 5 }.into()]
	}),
	("a fine could not be paid", || {
		vec![pallet_stakes::Event::<Runtime>::FineDelayed { fine: 0, left: 5 }.into()]
	}),
	// Times.
	("a period ends in block", || {
		let (holder, plan) = (Holder::Account(person(4)), 0);
		let plans = pallet_listings::Listings::<Runtime>::get(DATA).expect("it is there").plans;
		let call = pallet_subscriptions::Call::<Runtime>::subscribe {
			listing: DATA,
			plan,
			holder: None,
			auto_renew: false,
			period: pallet_listings::period_of(&plans[0]).expect("the first plan is a subscription"),
			max_price: plans[0].price.clone(),
		};
		does(person(4), call);
		vec![Subscribed::Subscribed { listing: DATA, holder, plan, paid_until: now(), trial: false }.into()]
	}),
	("an offer ends in block", || {
		vec![Escrowed::Offered { order: 0, listing: SERVICE, buyer: person(4), until: now() }.into()]
	}),
	("a delivery is due in block", || {
		Orders::<Runtime>::insert(0, OrderRecord { deliver_until: Some(now()), ..order() });
		vec![funded()]
	}),
	("a window closes in block", || {
		let delivered =
			Escrowed::KeyDelivered { order: 0, by: person(1), proof_id: [0; 32], window_until: now() };
		vec![delivered.into()]
	}),
	("a window closes in block", || {
		Orders::<Runtime>::insert(0, order());
		let (milestone, evidence, window_until) = (0, None, now());
		vec![Escrowed::MarkedDelivered { order: 0, milestone, evidence, window_until }.into()]
	}),
	("a tab closes in block", || {
		let (payer, limit, until) = (person(4), 5, now());
		vec![Tabbed::Opened { tab: 0, listing: DATA, payer, plan: 3, limit, until }.into()]
	}),
	("a tab's challenge ends in block", || {
		vec![Tabbed::Closing { tab: 0, until: now(), reason: pallet_tabs::Reason::ByPayer }.into()]
	}),
	("an answer is too late in block", || disputed(Side::Seller, params::disputes::ResponseTime::get())),
	("an answer is too late in block", || disputed(Side::Seller, 49)),
	("an answer is too late in block", || disputed(Side::Buyer, 50)),
	("who backs the seller rules in case 0", || drawn_and_backs(false)),
	("an offence true, a delivery false", || said_nothing(None, true)),
	("an offence false, a delivery true", || said_nothing(Some(1), false)),
	("an offence false, a ruling against the seller true", || {
		gave_in(Some(Ruling::Buyer), Ruling::Buyer, false)
	}),
	("an offence true, a ruling against the seller false", || gave_in(None, Ruling::Buyer, true)),
	("an offence true, a ruling against the seller false", || {
		gave_in(Some(Ruling::Seller), Ruling::Buyer, true)
	}),
	("an offence true, a ruling against the seller false", || {
		gave_in(Some(Ruling::Buyer), Ruling::Seller, true)
	}),
	("order 0 goes on, though its buyer has lost case 0", || {
		Orders::<Runtime>::insert(0, order());
		gave_in(Some(Ruling::Seller), Ruling::Seller, false)
	}),
	("an appeal is too late in block", || ruled(0, Some(now()))),
	("nobody can appeal in case 0", || ruled(0, None)),
	("the last jury of case 0 has not the last word", || ruled(2, Some(now()))),
	("a voting period ends in block", || {
		let began = pallet_availability::Event::PeriodBegan { period: 0, until: now(), nodes: 1, voters: 1 };
		vec![RuntimeEvent::Availability(began)]
	}),
	// Ratings.
	("a right to rate ends in block", || vec![Rating::MayRate { deal: Deal::Order(0), until: now() }.into()]),
	("0 scores are kept of 1", || vec![Rating::Rated { deal: Deal::Order(0) }.into()]),
	("1 scores are kept of 0", || {
		keep(Rated::Listing(DATA));
		vec![]
	}),
	("somebody is forgotten whom nobody rated", || {
		vec![Rating::Forgotten { rated: Rated::Listing(DATA) }.into()]
	}),
];

#[test]
fn what_events_say_wrongly_is_found() {
	for (says, told) in TOLD {
		let checked = on_the_chain(|| {
			let mut ledger = Ledger::default();
			ledger.start();
			ledger.note(&told(), false)
		});
		found(checked, says);
	}
}

#[test]
fn what_cases_say_rightly_is_no_fault() {
	let told: [fn() -> Vec<RuntimeEvent>; 13] = [
		|| disputed(Side::Seller, 50),
		|| disputed(Side::Buyer, params::disputes::ResponseTime::get()),
		|| drawn_and_backs(true),
		|| said_nothing(None, false),
		|| said_nothing(Some(1), true),
		|| gave_in(Some(Ruling::Buyer), Ruling::Buyer, true),
		|| gave_in(None, Ruling::Buyer, false),
		|| gave_in(Some(Ruling::Seller), Ruling::Buyer, false),
		|| gave_in(Some(Ruling::Buyer), Ruling::Seller, false),
		|| gave_in(Some(Ruling::Seller), Ruling::Seller, false),
		|| {
			let (state, ended_at) = (OrderState::Released, Some(now()));
			Orders::<Runtime>::insert(0, OrderRecord { state, ended_at, ..order() });
			gave_in(Some(Ruling::Seller), Ruling::Seller, false)
		},
		|| {
			// Whoever has won, and gives in all the same, goes on.
			Orders::<Runtime>::insert(0, order());
			gave_in(Some(Ruling::Buyer), Ruling::Seller, false)
		},
		|| {
			let gave_in = gave_in(Some(Ruling::Buyer), Ruling::Buyer, true);
			[ruled(0, None), gave_in].concat()
		},
	];
	for (at, told) in told.into_iter().enumerate() {
		let checked = on_the_chain(|| {
			let mut ledger = Ledger::default();
			ledger.start();
			ledger.note(&told(), false)
		});
		assert_eq!(checked, Ok(()), "{at}");
	}
}

#[test]
fn a_score_that_goes_over_to_somebody_else_is_found() {
	on_the_chain(|| {
		let mut ledger = Ledger::default();
		ledger.start();
		let (one, other) = (Rated::Listing(DATA), Rated::Listing(SERVICE));
		keep(one.clone());
		ledger.note(&[Rating::Rated { deal: Deal::Order(0) }.into()], false).expect("it is kept");
		Tallies::<Runtime>::remove(one);
		keep(other);
		found(ledger.note(&[], false), "a score that was given is gone");
	});
}

#[test]
fn money_that_is_frozen_is_no_fault_of_anybodys() {
	on_the_chain(|| {
		let mut ledger = Ledger::default();
		ledger.start();
		let delayed = Escrowed::SettlementDelayed { order: 0, held: 5 };
		assert_eq!(ledger.note(&[delayed.into()], true), Ok(()));
	});
}
