//! What is done with the keys of the proofs, and proofs that are shown for nothing.

use super::*;
use crate::snapshot::{known_key, known_proof};
use ark_bls12_381::Fr;
use souk_proof_primitives::{
	public_inputs::{ChunkKeyPublic, PublicInputs},
	statements::{Era, StatementId},
};

/// What is done; all but [`Self::Verify`] through sudo.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProofsAct {
	/// A key for the era after the last one, whose secrets are known.
	Register(StatementId),
	/// Of the newest era.
	Retire(StatementId),
	Pause(StatementId),
	Resume(StatementId),
	/// A proof that somebody shows the chain: one of what it says, or of something else.
	Verify {
		right: bool,
	},
}

pub fn proofs_act() -> impl Strategy<Value = ProofsAct> {
	use ProofsAct::*;
	let statement = || prop_oneof![Just(StatementId::ChunkKey), Just(StatementId::KeyDelivery)];
	prop_oneof![
		2 => statement().prop_map(Register),
		1 => statement().prop_map(Retire),
		1 => statement().prop_map(Pause),
		3 => statement().prop_map(Resume),
		2 => any::<bool>().prop_map(|right| Verify { right }),
	]
}

impl ProofsAct {
	/// The same, or for the other statement where this one is not paused and so cannot be resumed.
	pub fn or_for_the_other(self, ledger: &Ledger) -> Self {
		match self {
			Self::Resume(_) if !ledger.may_do_with_proofs(self) => {
				let mut all = StatementId::ALL.into_iter().map(Self::Resume);
				all.find(|act| ledger.may_do_with_proofs(*act)).unwrap_or(self)
			}
			_ => self,
		}
	}

	/// Whether it is Alice's to do.
	pub fn is_sudo(self) -> bool {
		!matches!(self, Self::Verify { .. })
	}

	pub fn call(self, ledger: &Ledger) -> RuntimeCall {
		type Proofs = pallet_proofs::Call<Runtime>;
		match self {
			Self::Register(statement) => sudo(register(statement, ledger.next_era(statement)).into()),
			Self::Retire(statement) => {
				// Those of development stay.
				let newest = Some(ledger.newest_era(statement)).filter(|era| era.0 > 0);
				let era = newest.unwrap_or(ledger.next_era(statement)).0;
				sudo(Proofs::retire_key { statement: statement.code(), era }.into())
			}
			Self::Pause(statement) => sudo(Proofs::pause { statement: statement.code() }.into()),
			Self::Resume(statement) => sudo(Proofs::resume { statement: statement.code() }.into()),
			Self::Verify { right } => {
				let statement = StatementId::ChunkKey;
				let era = ledger.newest_era(statement);
				let said = |index| ChunkKeyPublic {
					key_commitment: Fr::from(1u64),
					index,
					chunk_key: Fr::from(2u64),
					context: Fr::from(3u64),
				};
				Proofs::verify {
					statement: statement.code(),
					era: era.0,
					inputs: said(7).encode().try_into().expect("they are short"),
					proof: known_proof(&said(7 + u32::from(!right)), era),
				}
				.into()
			}
		}
	}
}

/// Registers the keys under which a market starts to prove.
pub fn register_keys() {
	for statement in StatementId::ALL {
		let call = RuntimeCall::from(register(statement, Era(1)));
		sp_runtime::traits::Dispatchable::dispatch(call, RuntimeOrigin::root()).expect("root may");
	}
}

fn register(statement: StatementId, era: Era) -> pallet_proofs::Call<Runtime> {
	let key = known_key(statement, era).try_into().expect("keys are short");
	pallet_proofs::Call::register_key { statement: statement.code(), era: era.0, key, transcript: [5; 32] }
}
