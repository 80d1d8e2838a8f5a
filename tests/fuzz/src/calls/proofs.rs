//! Proofs that are shown for nothing, and the switch of a statement.

use super::{one, Deed};
use crate::{
	action::Action,
	cast::person,
	chain::as_sudo,
	snapshot::{proof, ERA},
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
		Pause { who, statement } => switch(who, Call::pause { statement: code(statement) }),
		Resume { who, statement } => switch(who, Call::resume { statement: code(statement) }),
		_ => None,
	}
}

fn code(byte: u8) -> u8 {
	[StatementId::ChunkKey.code(), StatementId::KeyDelivery.code(), AGGREGATE][usize::from(byte) % 3]
}

/// Through sudo, mostly.
fn switch(who: u8, call: Call) -> Option<Vec<Deed>> {
	if who < 206 {
		Some(vec![as_sudo(call)])
	} else {
		one(person(who), call)
	}
}
