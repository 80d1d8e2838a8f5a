//! The invariants of every pallet of the marketplace, as its own `try_state` says them.

use souk_runtime::*;
use sp_runtime::TryRuntimeError;

/// All that have any. A new pallet of the marketplace is added here, and in `storage`.
const ALL: &[(&str, fn() -> Result<(), TryRuntimeError>)] = &[
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
];

/// Checks them.
pub fn check() -> Result<(), String> {
	for (name, holds) in ALL {
		holds().map_err(|broken| format!("{name}: {broken:?}"))?;
	}
	Ok(())
}
