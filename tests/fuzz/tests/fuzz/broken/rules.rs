//! The rules of who may do what: each of them is broken by a call of some sequence, which the chain refuses, or by one that is made up (`rare`).

use super::rare::RARE;
use crate::corpus::played;
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
