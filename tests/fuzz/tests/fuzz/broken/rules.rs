//! The rules of who may do what: each of them is broken by a call of some sequence, which the chain refuses, or by one that is made up here.

use super::{money::tab, on_the_chain, SERVICE};
use crate::corpus::played;
use frame_support::BoundedVec;
use pallet_disputes::{CaseRecord, Cases, Phase, Sides, Terms};
use pallet_tabs::{Earner, TabRecord, Tabs as Records};
use souk_fuzz::{
	cast::{arbitrator, person},
	chain::now,
	checks::rules::{verdict, Verdict},
};
use souk_primitives::reach::Side;
use souk_proof_primitives::voucher::{SignedVoucher, Voucher};
use souk_runtime::*;
use sp_runtime::Permill;
use std::collections::BTreeSet;

/// The code that says them.
const SOURCES: [&str; 4] = [
	include_str!("../../../src/checks/rules.rs"),
	include_str!("../../../src/checks/rules/availability.rs"),
	include_str!("../../../src/checks/rules/backing.rs"),
	include_str!("../../../src/checks/rules/reputation.rs"),
];

/// All rules, as they are written: each text in the code is one, but for bytes.
fn rules() -> BTreeSet<&'static str> {
	let lines = SOURCES.iter().flat_map(|source| source.lines());
	let code = lines.filter(|line| !line.trim_start().starts_with("//"));
	let mut rules = BTreeSet::new();
	for line in code {
		let parts: Vec<&str> = line.split('"').collect();
		for (before, text) in parts.iter().zip(parts.iter().skip(1)).step_by(2) {
			if !before.ends_with('b') {
				rules.insert(*text);
			}
		}
	}
	rules
}

/// Rules that no sequence gets to, since others forbid the call before, and calls against them alone.
const RARE: &[(&str, fn() -> (AccountId, RuntimeCall))] = &[
	("only sudo is root", || {
		let call = Box::new(frame_system::Call::<Runtime>::remark { remark: Vec::new() }.into());
		(person(1), pallet_sudo::Call::<Runtime>::sudo { call }.into())
	}),
	// The third jury's ruling is executed at once.
	("there are three rounds", || {
		let nothing = || Sides { buyer: 0, seller: 0 };
		let terms = Terms {
			juror_fee: 1,
			juror_stake: 1,
			incoherent_fine: Permill::zero(),
			response_time: 1,
			evidence_time: 1,
			draw_timeout: 1,
			commit_time: 1,
			reveal_time: 1,
			appeal_time: 1,
		};
		let record = CaseRecord {
			order: 0,
			listing: SERVICE,
			parties: Sides { buyer: person(4), seller: person(2) },
			opener: Side::Buyer,
			terms,
			opened_at: now(),
			phase: Phase::Appeal,
			since: now(),
			until: now() + 1,
			due: now() + 1,
			round: 2,
			redrawn: false,
			fees: nothing(),
			deposits: nothing(),
			verdict: None,
			ended: None,
		};
		Cases::<Runtime>::insert([0; 8], record);
		(person(4), pallet_disputes::Call::<Runtime>::appeal { case: 0 }.into())
	}),
	// There are no sixteen nodes in the world.
	("a tab pays sixteen nodes", || {
		let earner = |number| Earner { node: arbitrator(number), counter: 1, earned: 1, owed: 0 };
		let earners = BoundedVec::truncate_from((0..16).map(earner).collect());
		Records::<Runtime>::insert(0, TabRecord { earners, limit: 100, held: 84, ..tab() });
		let voucher = Voucher { tab: 0, node: person(1).into(), counter: 1, amount: 1 };
		let voucher = SignedVoucher { voucher, signature: [0; 64] };
		(person(1), pallet_tabs::Call::<Runtime>::settle_voucher { voucher }.into())
	}),
];

#[test]
fn each_rule_has_decided_how_some_call_ended() {
	let all = rules();
	assert!(all.len() > 130 && all.contains("only sudo is root"), "{all:?}");
	let mut met: BTreeSet<&str> =
		played().iter().flat_map(|(_, outcome)| outcome.rules.iter().copied()).collect();
	assert!(met.is_subset(&all), "these are not read in the code: {:?}", met.difference(&all));
	met.extend(RARE.iter().map(|(rule, _)| rule));
	let never: Vec<_> = all.difference(&met).collect();
	assert!(never.is_empty(), "no sequence has a call that these forbid, or demand: {never:#?}");
}

#[test]
fn a_call_against_a_rare_rule_is_found() {
	for (rule, broken) in RARE {
		let said = on_the_chain(|| {
			let (who, call) = broken();
			verdict(&who, &call)
		});
		assert_eq!(said, Verdict::MustNot(*rule));
	}
}
