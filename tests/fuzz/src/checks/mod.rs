//! What must always hold, whatever is done: one file for each kind of it.

mod answering;
mod backers;
mod cases;
pub mod deeds;
pub mod ledger;
pub mod promises;
mod ratings;
pub mod rules;
pub mod state;
pub mod storage;
pub mod turns;

/// Says what is broken unless something holds.
pub(crate) fn ensure(holds: bool, broken: impl FnOnce() -> String) -> Result<(), String> {
	if holds {
		Ok(())
	} else {
		Err(broken())
	}
}
