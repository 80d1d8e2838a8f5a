//! Everything that is traded and nothing proves: random sequences of what people do with periods, orders, tabs, asks, disputes, reports,
//! challenges, votes on nodes, backing and ratings, on the real runtime, against a plain book of the money. After each call and each block
//! everybody owns and has on hold what the book says, to the planck, nothing was created or lost, what was due has happened, and every
//! pallet's invariants hold. At the end the listings are retired, and nothing is left but bonds.
//!
//! `market` is the same for what can be predicted before it is done: listings, subscriptions, curation, and escrow with its proofs.

mod acts;
mod book;
mod endings;
mod world;

use crate::*;
use acts::{cases_wait, sequence, Act, Deed, Memory, Step};
use book::{Book, DEPOSITS};
use frame_support::traits::{
	fungible::{Inspect as _, InspectHold as _},
	Authorize, CallMetadata, GetCallMetadata,
};
use pallet_escrow::OrderState;
use proptest::{
	prelude::*,
	test_runner::{RngAlgorithm, TestRng, TestRunner},
};
use sequences::{check, note, Events};
use sp_runtime::{traits::Dispatchable, transaction_validity::TransactionSource};
use std::{cell::RefCell, collections::BTreeMap};
use world::*;

/// Does it, and has the book read what came of it. A call that was made is counted under its name, events under theirs.
fn perform(book: &mut Book, seen: &mut Events, deed: &Deed) -> bool {
	System::reset_events();
	book.begin(deed);
	let done = match (deed.root, deed.unsigned) {
		(true, _) => deed.call.clone().dispatch(RuntimeOrigin::root()).is_ok(),
		(_, true) => authorized(&deed.call),
		_ => deed.call.clone().dispatch(RuntimeOrigin::signed(account(deed.who))).is_ok(),
	};
	book.end(deed, done);
	note(seen);
	if done {
		let CallMetadata { pallet_name, function_name } = deed.call.get_call_metadata();
		seen.note(format!("{pallet_name}.{function_name}"));
	}
	book.compare();
	done
}

/// Makes a call that nobody signs, if it may be made. What is authorized does what it says.
fn authorized(call: &RuntimeCall) -> bool {
	if !matches!(call.authorize(TransactionSource::External), Some(Ok(_))) {
		return false;
	}
	let done = call.clone().dispatch(frame_system::RawOrigin::<AccountId>::Authorized.into());
	assert!(done.is_ok(), "{call:?} was authorized: {done:?}");
	true
}

fn advance(book: &mut Book, seen: &mut Events, blocks: u32) {
	for _ in 0..blocks {
		System::reset_events();
		blocks::end();
		book.block();
		note(seen);
		blocks::start();
		book.block();
		note(seen);
		book.compare();
		book.in_time();
		check();
	}
}

/// Whoever can leaves the pool of arbitrators.
fn leave_pool(book: &mut Book, seen: &mut Events) {
	for seat in pallet_disputes::Pool::<Runtime>::get() {
		let left =
			perform(book, seen, &Deed::new(who(&seat.who), pallet_disputes::Call::<Runtime>::leave_pool {}));
		assert_eq!(left, seat.seats == 0, "{seat:?}");
	}
}

/// The listings are retired; nobody does anything more but to take what is theirs.
fn wind_up(book: &mut Book, seen: &mut Events) {
	for id in 0..TRADED.len() as u32 {
		perform(book, seen, &Deed::new(CURATOR, pallet_listings::Call::<Runtime>::retire { id }));
	}
	// Who is voted on is asked until the period has been judged.
	for node in pallet_availability::Health::<Runtime>::iter_keys().collect::<Vec<_>>() {
		let clear = pallet_availability::Call::<Runtime>::clear_health {};
		assert!(perform(book, seen, &Deed::new(who(&node), clear)));
	}
	// Nobody can answer any more: who asked has it back at once, or when time is up.
	let asks = pallet_asks::Asks::<Runtime>::iter()
		.filter(|(ask, record)| ask.is_multiple_of(2) && record.ended_at.is_none());
	for (ask, record) in asks.collect::<Vec<_>>() {
		let call = pallet_asks::Call::<Runtime>::withdraw { ask };
		assert!(perform(book, seen, &Deed::new(who(&record.asker), call)));
	}
	leave_pool(book, seen);
	for _ in 0..LONGEST_CASE + 100 {
		let open = pallet_escrow::Orders::<Runtime>::iter().any(|(_, order)| order.ended_at.is_none());
		let rated = pallet_reputation::Due::<Runtime>::iter_keys().next().is_some();
		let cases = pallet_disputes::Cases::<Runtime>::iter_keys().next().is_some();
		if !open && !rated && !cases {
			break;
		}
		advance(book, seen, 1);
	}
	leave_pool(book, seen);
	let free =
		pallet_disputes::LeavingPool::<Runtime>::iter_values().map(|leaving| leaving.at).max().unwrap_or(0);
	advance(
		book,
		seen,
		free.saturating_sub(System::block_number()).max(UNBONDING + 1).max(RATING + 1).max(VOTING + 1),
	);
	for account in pallet_disputes::LeavingPool::<Runtime>::iter_keys().collect::<Vec<_>>() {
		let withdraw = pallet_disputes::Call::<Runtime>::withdraw {};
		assert!(perform(book, seen, &Deed::new(who(&account), withdraw)));
	}
	for (order, record) in pallet_escrow::Orders::<Runtime>::iter().collect::<Vec<_>>() {
		assert!(matches!(record.state, OrderState::Released | OrderState::Refunded));
		let call = pallet_escrow::Call::<Runtime>::forget { order };
		assert!(perform(book, seen, &Deed::new(who(&record.buyer), call)));
	}
	for (ask, record) in pallet_asks::Asks::<Runtime>::iter().collect::<Vec<_>>() {
		let call = pallet_asks::Call::<Runtime>::forget { ask };
		assert!(perform(book, seen, &Deed::new(who(&record.asker), call)));
	}
	for (backer, listing) in pallet_backing::Backers::<Runtime>::iter_keys().collect::<Vec<_>>() {
		for wusd in [false, true] {
			let (asset, backer) = (asset(wusd), backer.clone());
			let claim = pallet_backing::Call::<Runtime>::claim_income { listing, asset, backer };
			perform(book, seen, &Deed::new(CURATOR, claim));
		}
		let withdraw = pallet_backing::Call::<Runtime>::withdraw_unbacked { listing, backer: backer.clone() };
		perform(book, seen, &Deed::new(CURATOR, withdraw));
		// Who is the last has what rounding left.
		for wusd in [false, true] {
			let (asset, backer) = (asset(wusd), backer.clone());
			let claim = pallet_backing::Call::<Runtime>::claim_income { listing, asset, backer };
			perform(book, seen, &Deed::new(CURATOR, claim));
		}
	}
	for listing in 0..TRADED.len() as u32 {
		perform(book, seen, &Deed::new(CURATOR, pallet_curation::Call::<Runtime>::clear_listing { listing }));
	}
	for node in NODES {
		assert!(perform(book, seen, &Deed::new(node, pallet_curation::Call::<Runtime>::deregister_node {})));
	}
	book.compare();
	book.assert_wound_up();
	check();
	assert_eq!(pallet_subscriptions::Subscriptions::<Runtime>::iter().count(), 0);
	assert_eq!(pallet_escrow::Orders::<Runtime>::iter().count(), 0);
	assert_eq!(pallet_tabs::Tabs::<Runtime>::iter().count(), 0);
	assert_eq!(pallet_asks::Asks::<Runtime>::iter().count(), 0);
	assert_eq!(pallet_disputes::Cases::<Runtime>::iter().count(), 0);
	assert_eq!(pallet_stakes::Fines::<Runtime>::iter().count(), 0);
	assert_eq!(pallet_backing::Backings::<Runtime>::iter().count(), 0);
	assert_eq!(pallet_availability::Health::<Runtime>::iter().count(), 0);
	for reason in DEPOSITS {
		// Listings are never forgotten, reports are remembered for weeks.
		let stays = matches!(
			reason,
			RuntimeHoldReason::Listings(_) | RuntimeHoldReason::Stakes(_) | RuntimeHoldReason::Session(_)
		);
		for who in (0..ALL).filter(|_| !stays) {
			assert_eq!(Balances::balance_on_hold(&reason, &account(who)), 0, "{reason:?} of {who}");
		}
	}
}

/// What has to happen, and how often at least, over all sequences.
const OFTEN: [(&str, u32); 76] = [
	("Subscriptions.Subscribed", 50),
	("Subscriptions.Renewed", 50),
	("Subscriptions.GraceStarted", 1),
	("Escrow.Ordered", 50),
	("Escrow.Confirmed", 4),
	("Escrow.Disputed", 25),
	("Escrow.Resolved", 12),
	("Tabs.Opened", 50),
	("Tabs.ToppedUp", 10),
	("Tabs.VoucherSettled", 100),
	("Tabs.VoucherRefused", 100),
	("Tabs.Closing", 50),
	("Tabs.PaidOut", 100),
	("Tabs.Ended", 50),
	("Tabs.FreeQuotaSet", 1),
	("Asks.Asked", 20),
	("Asks.Answered", 2),
	("Asks.TimedOut", 10),
	("Asks.Withdrawn", 5),
	("Asks.Forgotten", 10),
	("Disputes.Joined", 50),
	("Disputes.BondAdded", 10),
	("Disputes.Left", 100),
	("Disputes.Withdrawn", 100),
	("Disputes.CaseOpened", 25),
	("Disputes.Answered", 15),
	("Disputes.EvidenceSubmitted", 30),
	("Disputes.JuryDrawn", 20),
	("Disputes.Absent", 10),
	("Disputes.Committed", 30),
	("Disputes.Revealed", 20),
	("Disputes.Jury.0", 20),
	("Disputes.Jury.1", 5),
	("Disputes.Jury.2", 2),
	("Disputes.Jury.Buyer", 5),
	("Disputes.Jury.Seller", 2),
	("Disputes.Jury.Refused", 2),
	("Disputes.Jury.Undecided", 5),
	("Disputes.Appealed", 5),
	("Disputes.ReviewRequested", 5),
	("Disputes.ReviewApproved", 1),
	("Disputes.Fined", 10),
	("Disputes.Paid", 25),
	("Disputes.Closed.Ruled", 10),
	("Disputes.Closed.Default", 5),
	("Disputes.Closed.Settled", 5),
	("Disputes.Closed.NoJury", 1),
	("Stakes.MissedChallenge", 50),
	("Stakes.MissedChallenge.Node", 5),
	("Stakes.MissedChallenge.Curator", 5),
	("Stakes.MissedPeriod", 50),
	("Stakes.ConflictingSnapshots", 10),
	("Stakes.ContradictingAttestations", 10),
	("Stakes.LostDispute", 3),
	("Stakes.Unreachable", 5),
	("Stakes.Unreachable.Node", 1),
	("Stakes.Unreachable.Curator", 1),
	("Stakes.Compensated", 50),
	("Stakes.Rewarded", 20),
	("Stakes.ChallengeAnswered", 20),
	("Stakes.DowntimeAnnounced", 5),
	("Backing.Backed", 50),
	("Backing.Unbacked", 30),
	("Backing.Withdrawn", 30),
	("Backing.Forfeited", 50),
	("Backing.IncomeShared", 50),
	("Backing.IncomeClaimed", 30),
	("Backing.close_backing", 1),
	("Availability.HealthSet", 10),
	("Availability.HealthLeaving", 1),
	("Availability.HealthCleared", 10),
	("Availability.Voted", 10),
	("Availability.NodeUnreachable", 5),
	("Availability.PeriodClosed", 50),
	("Reputation.Rated", 30),
	("Reputation.CredentialIssued", 3),
];

#[test]
fn the_books_agree_whatever_is_traded_ruled_and_punished() {
	let seen = RefCell::new(Events::default());
	let config = ProptestConfig { cases: 50, failure_persistence: None, ..ProptestConfig::default() };
	// The same sequences each time: how often things happen is a part of what is tested.
	let random = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
	let result = TestRunner::new_with_rng(config, random).run(&sequence(), |steps| {
		super::genesis("local_testnet").execute_with(|| {
			let seen = &mut seen.borrow_mut();
			let (mut book, mut memory) = (open(), Memory::default());
			for deed in start() {
				assert!(perform(&mut book, seen, &deed), "{deed:?}");
			}
			for step in steps {
				match step {
					Step { act: Act::Advance, how, .. } => advance(&mut book, seen, how as u32),
					Step { act: Act::AwaitCase, .. } => {
						while cases_wait() {
							advance(&mut book, seen, 1);
						}
					}
					step => {
						for deed in step.deeds(&mut memory) {
							perform(&mut book, seen, &deed);
						}
					}
				}
			}
			wind_up(&mut book, seen);
		});
		Ok(())
	});
	if let Err(failed) = result {
		panic!("{failed}");
	}
	let seen = seen.borrow();
	println!("{seen:?}");
	let seldom: Vec<_> = OFTEN.iter().filter(|(what, least)| seen.times(what) < *least).collect();
	assert!(
		seen.times("Disputes.Committed") >= seen.times("Disputes.Revealed") + 10,
		"all votes were revealed: {seen:?}"
	);
	assert!(seldom.is_empty(), "these happened less often: {seldom:?}, of {seen:?}");
}
