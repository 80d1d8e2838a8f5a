//! Nothing is found in what no sequence does: each call of our own pallets does what it says in some sequence of the corpus.

use crate::corpus::played;
use frame_support::traits::GetCallMetadata;
use souk_runtime::RuntimeCall;
use std::collections::BTreeSet;

/// Pallets of others. A new one of ours is not among them.
const OF_OTHERS: [&str; 21] = [
	"System",
	"Timestamp",
	"Babe",
	"Balances",
	"Assets",
	"Session",
	"Grandpa",
	"ImOnline",
	"Sudo",
	"Council",
	"CouncilMembership",
	"Treasury",
	"Preimage",
	"Scheduler",
	"Parameters",
	"TxPause",
	"Utility",
	"Multisig",
	"Proxy",
	"Whitelist",
	"AssetRate",
];

/// Calls that have nothing to do here, and why.
const NEVER: [(&str, &str, &str); 2] = [
	("Disputes", "execute", "hooks do what is due in its block: sequences are too short to fill one"),
	(
		"Disputes",
		"withdraw",
		"a bond leaves the pool after 28 days, longer than any sequence: the lifecycles do it",
	),
];

#[test]
fn every_call_is_made_by_some_sequence() {
	let ours = RuntimeCall::get_module_names().iter().filter(|pallet| !OF_OTHERS.contains(pallet));
	let all: BTreeSet<(&str, &str)> = ours
		.flat_map(|pallet| RuntimeCall::get_call_names(pallet).iter().map(move |call| (*pallet, *call)))
		.collect();
	assert!(all.len() > 90 && all.contains(&("Proofs", "retire_key")), "{all:?}");
	let made: BTreeSet<(&str, &str)> =
		played().iter().flat_map(|(_, outcome)| outcome.made.iter().copied()).collect();

	let never: BTreeSet<(&str, &str)> = NEVER.iter().map(|(pallet, call, _)| (*pallet, *call)).collect();
	let unknown: Vec<_> = never.difference(&all).collect();
	assert!(unknown.is_empty(), "there are no such calls: {unknown:?}");
	let after_all: Vec<_> = never.intersection(&made).collect();
	assert!(after_all.is_empty(), "some sequence makes these after all: {after_all:?}");

	let missing: Vec<_> = all.difference(&made).filter(|call| !never.contains(call)).collect();
	assert!(missing.is_empty(), "no sequence makes these: {missing:#?}");
}
