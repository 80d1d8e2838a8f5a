//! Proofs that are shown for nothing, and what governance does with a statement: its keys, and its switch.

use super::{one, Deed};
use crate::{
	action::Action,
	cast::person,
	chain::as_sudo,
	snapshot::{known_key, proof, ERA},
};
use ark_bls12_381::Fr;
use souk_proof_primitives::{
	public_inputs::{ChunkKeyPublic, PublicInputs},
	statements::{StatementId, AGGREGATE},
};
use souk_runtime::Runtime;

type Call = pallet_proofs::Call<Runtime>;

/// Calls of `pallet-proofs`.
pub fn deeds(action: Action) -> Option<Vec<Deed>> {
	use Action::*;
	match action {
		Verify { who, right } => {
			let said = |index| ChunkKeyPublic {
				key_commitment: Fr::from(1u64),
				index,
				chunk_key: Fr::from(2u64),
				context: Fr::from(3u64),
			};
			let call = Call::verify {
				statement: StatementId::ChunkKey.code(),
				era: ERA.0,
				inputs: said(7).encode().try_into().expect("they are short"),
				proof: proof(&said(7 + u32::from(right % 2 == 0))),
			};
			one(person(who), call)
		}
		Pause { who, statement } => governs(who, Call::pause { statement: code(statement) }),
		Resume { who, statement } => governs(who, Call::resume { statement: code(statement) }),
		RegisterKey { who, statement: which, era } => {
			let statement = code(which);
			// Proofs over tables have no key; what is registered for them is refused.
			let of = StatementId::from_code(statement).unwrap_or(StatementId::ChunkKey);
			let key = known_key(of).try_into().expect("keys are short");
			governs(who, Call::register_key { statement, era: self::era(era), key, transcript: [5; 32] })
		}
		RetireKey { who, statement, era } => {
			governs(who, Call::retire_key { statement: code(statement), era: self::era(era) })
		}
		_ => None,
	}
}

fn code(byte: u8) -> u8 {
	[StatementId::ChunkKey.code(), StatementId::KeyDelivery.code(), AGGREGATE][usize::from(byte) % 3]
}

/// Mostly one that proofs are not made for: without that one a sequence sells no data any more.
fn era(byte: u8) -> u32 {
	ERA.0 + u32::from(byte % 8)
}

/// Through sudo, mostly.
fn governs(who: u8, call: Call) -> Option<Vec<Deed>> {
	if who < 206 {
		Some(vec![as_sudo(call)])
	} else {
		one(person(who), call)
	}
}
