//! One file per call, one for genesis, views, the trait, and what the switch does in random sequences.

mod genesis;
mod pause;
mod reach;
mod register_key;
mod resume;
mod retire_key;
mod switch;
mod tables;
mod verify;
mod views;

use crate::{mock::*, Call, Error, Event, KeyBytes, Keys, LiveEras};
use frame_support::assert_ok;
use souk_proof_primitives::statements::{Era, StatementId};
use sp_runtime::DispatchError;

/// Registers a key as the admin.
fn register(statement: u8, era: u32, key: Vec<u8>) -> Call<Test> {
	Call::register_key {
		statement,
		era,
		key: KeyBytes::try_from(key).expect("there is room"),
		transcript: TRANSCRIPT,
	}
}

/// Dispatches a call as the admin.
fn as_admin(call: Call<Test>) -> Result<(), DispatchError> {
	let call = RuntimeCall::Proofs(call);
	souk_mock_support::dispatch(RuntimeOrigin::root(), call)
}

/// The admin's call is refused with this error, changes nothing, and costs all that it was said to.
#[track_caller]
fn admin_is_refused(call: Call<Test>, error: Error<Test>) {
	refused_as(RuntimeOrigin::root(), call, error.into());
}

/// Nobody but the admin may do this.
#[track_caller]
fn is_for_the_admin_alone(call: Call<Test>) {
	refused_as(RuntimeOrigin::signed(ANYBODY), call.clone(), DispatchError::BadOrigin);
	refused_as(RuntimeOrigin::none(), call, DispatchError::BadOrigin);
}

/// The eras of a statement whose keys are not retired.
fn live(statement: u8) -> Vec<u32> {
	let id = StatementId::from_code(statement).expect("there is such a statement");
	LiveEras::<Test>::get(id).iter().map(|era| era.0).collect()
}

/// Whether a good proof of `ChunkKey` under the key of era 1 is taken, or why not.
#[track_caller]
fn good_proof() -> Result<(), DispatchError> {
	checked(CHUNK_KEY, 1, &bytes(&scalars(1)), &open_proof(CHUNK_KEY, 1, &scalars(1)))
}
