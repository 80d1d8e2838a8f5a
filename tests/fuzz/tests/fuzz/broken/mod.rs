//! Each check finds what it is for: storage, or what events say, is broken on purpose, and the check has to say so.

mod answering;
mod backers;
mod deeds;
mod end;
mod events;
mod money;
mod rare;
mod rules;
mod state;

use souk_fuzz::{
	chain::{self, Applied},
	world,
};
use souk_runtime::*;
use sp_state_machine::BasicExternalities;

/// The data product that sequences start with, and the service.
const DATA: u32 = 0;
const SERVICE: u32 = 1;

/// Does something on a chain as sequences find it.
fn on_the_chain<R>(with: impl FnOnce() -> R) -> R {
	BasicExternalities::execute_with_storage(&mut world::storage(), with)
}

/// Makes a call that must succeed. Returns what happened.
fn does(who: AccountId, call: impl Into<RuntimeCall>) -> Vec<RuntimeEvent> {
	let call = call.into();
	chain::forget_events();
	assert_eq!(chain::apply(&who, call.clone()), Applied::Done, "{call:?}");
	System::read_events_no_consensus().map(|record| record.event).collect()
}

/// A check has found what it should, and nothing else.
fn found(checked: Result<(), String>, says: &str) {
	match checked {
		Err(said) => assert!(said.contains(says), "instead of {says:?} it says {said:?}"),
		Ok(()) => panic!("nobody has noticed: {says}"),
	}
}
