//! What tests have in common that play random sequences: who takes part, what they do in both, and what is looked at after each block.

use crate::*;
/// How often what happened, by pallet and event.
pub use souk_mock_support::ledger::Seen as Events;
use souk_primitives::Asset;
use sp_keyring::Sr25519Keyring::{self, *};
use sp_runtime::traits::Dispatchable;

/// Somebody, by number: one of [`PEOPLE`], or the treasury.
pub type Who = usize;
/// Everybody who acts. The first two are the validators; the first is sudo.
pub const PEOPLE: [Sr25519Keyring; 6] = [Alice, Bob, Charlie, Dave, Eve, Ferdie];
/// Not one of the people, but it has money.
pub const TREASURY: Who = PEOPLE.len();

/// The account of one of the people, or of the treasury.
pub fn account(who: Who) -> AccountId {
	PEOPLE.get(who).map_or_else(Treasury::account_id, |key| key.to_account_id())
}

/// SOUK or wUSD.
pub fn asset(wusd: bool) -> Asset {
	if wusd {
		Asset::WithId(WUSD)
	} else {
		Asset::Native
	}
}

/// Gives somebody a part of what the caller can spend.
pub fn transfer(to: Who, wusd: bool, amount: Balance) -> RuntimeCall {
	let to = account(to).into();
	if wusd {
		let id = codec::Compact(WUSD);
		pallet_assets::Call::<Runtime>::transfer_keep_alive { id, target: to, amount }.into()
	} else {
		pallet_balances::Call::<Runtime>::transfer_keep_alive { dest: to, value: amount }.into()
	}
}

/// Gives the treasury an account, so that it can be paid any amount.
pub fn open_treasury() {
	transfer(TREASURY, false, SOUK).dispatch(RuntimeOrigin::signed(account(0))).expect("Alice is rich");
}

/// What a node says of itself.
pub fn node_info(worker: bool, persistence: bool) -> pallet_curation::NodeInfo {
	pallet_curation::NodeInfo {
		peer_id: vec![1; 38].try_into().expect("it is short"),
		addresses: Default::default(),
		encryption_key: [9; 32],
		worker,
		persistence,
		accepting: true,
	}
}

/// Notes what happened since the last call or block, by pallet and event.
pub fn note(seen: &mut Events) {
	for record in System::read_events_no_consensus() {
		for name in names(&record.event) {
			seen.note(name);
		}
	}
	System::reset_events();
}

/// As what an event is counted: of offences the kind, of cases how they ended, of juries the round and what they came to.
fn names(event: &RuntimeEvent) -> Vec<String> {
	use pallet_disputes::Event as Case;
	match event {
		RuntimeEvent::Stakes(pallet_stakes::Event::OffenceCommitted { kind, node, .. }) => {
			let of = if node.is_some() { "Node" } else { "Curator" };
			vec![format!("Stakes.{kind:?}"), format!("Stakes.{kind:?}.{of}")]
		}
		RuntimeEvent::Disputes(Case::Closed { how, .. }) => vec![format!("Disputes.Closed.{how:?}")],
		RuntimeEvent::Disputes(Case::Ruled { round, verdict, .. }) => {
			let ruling = if verdict.decided { format!("{:?}", verdict.ruling) } else { "Undecided".into() };
			vec![format!("Disputes.Jury.{round}"), format!("Disputes.Jury.{ruling}")]
		}
		_ => {
			let event = format!("{event:?}");
			let words = event.split(|c: char| !c.is_alphanumeric());
			let mut words = words.filter(|word| !word.is_empty() && *word != "Event");
			vec![format!("{}.{}", words.next().unwrap_or_default(), words.next().unwrap_or_default())]
		}
	}
}

/// The invariants of the marketplace's pallets.
pub fn check() {
	Listings::do_try_state().expect("listings hold");
	Subscriptions::do_try_state().expect("subscriptions hold");
	Curation::do_try_state().expect("curation holds");
	Stakes::do_try_state().expect("stakes hold");
	Availability::do_try_state().expect("availability holds");
	Escrow::do_try_state().expect("escrow holds");
	Disputes::do_try_state().expect("disputes hold");
	Tabs::do_try_state().expect("tabs hold");
	Asks::do_try_state().expect("asks hold");
	Backing::do_try_state().expect("backing holds");
	Reputation::do_try_state().expect("reputation holds");
	Validators::do_try_state().expect("validators hold");
}
