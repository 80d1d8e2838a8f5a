//! The invariants of every pallet of the marketplace, as its own `try_state` says them.

use super::storage;
use souk_runtime::*;
use sp_runtime::TryRuntimeError;
use std::cell::Cell;

/// All that have any. A new pallet of the marketplace is added here, and in `storage`.
pub const ALL: &[(&str, fn() -> Result<(), TryRuntimeError>)] = &[
	("validators", Validators::do_try_state),
	("listings", Listings::do_try_state),
	("subscriptions", Subscriptions::do_try_state),
	("curation", Curation::do_try_state),
	("proofs", Proofs::do_try_state),
	("escrow", Escrow::do_try_state),
	("asks", Asks::do_try_state),
	("tabs", Tabs::do_try_state),
	("disputes", Disputes::do_try_state),
	("stakes", Stakes::do_try_state),
	("availability", Availability::do_try_state),
	("backing", Backing::do_try_state),
	("reputation", Reputation::do_try_state),
];

/// Checks them.
pub fn check() -> Result<(), String> {
	for (name, holds) in ALL {
		if *name == "proofs" && !keys_have_changed() {
			continue;
		}
		holds().map_err(|broken| format!("{name}: {broken:?}"))?;
	}
	Ok(())
}

/// Whether the keys of proofs are others than when they were looked at last: that takes longer than all the rest, since every point of every key
/// is checked.
fn keys_have_changed() -> bool {
	thread_local!(static LAST: Cell<Option<u64>> = const { Cell::new(None) });
	let now = Some(storage::hash_of("Proofs"));
	LAST.replace(now) != now
}
