//! The keys by which proofs are checked: those of the presets, and who may bring others.

use super::*;
use crate::snapshot::{chunk_keys, delivery_keys};
use souk_proof_primitives::statements::StatementId;

type ProofsError = pallet_proofs::Error<Runtime>;

/// A chain that takes no development keys.
fn strict() -> sp_io::TestExternalities {
	let genesis = RuntimeGenesisConfig::default();
	assert!(!genesis.proofs.development_keys, "development keys are not the default");
	genesis.build_storage().expect("it builds").into()
}

#[test]
fn the_presets_have_the_development_keys_that_everybody_can_make() {
	let made = [
		(StatementId::ChunkKey, chunk_keys().verifying_bytes()),
		(StatementId::KeyDelivery, delivery_keys().verifying_bytes()),
	];
	for ((statement, bytes), (of, embedded)) in made.iter().zip(presets::DEVELOPMENT_KEYS) {
		assert_eq!((*statement, bytes.as_slice()), (of, embedded));
	}
	for preset in presets::names() {
		super::genesis(preset.as_ref()).execute_with(|| {
			for (statement, _) in presets::DEVELOPMENT_KEYS {
				let key = Proofs::current(statement.code()).expect("the preset has it");
				assert!(key.development, "{preset:?}");
			}
		});
	}
}

#[test]
fn a_chain_without_the_flag_takes_no_development_key() {
	strict().execute_with(|| {
		for (statement, key) in presets::DEVELOPMENT_KEYS {
			for era in [0, 1] {
				let key = key.to_vec().try_into().expect("keys are short");
				assert_noop!(
					Proofs::register_key(RuntimeOrigin::root(), statement.code(), era, key, [7; 32]),
					ProofsError::DevelopmentKey
				);
			}
		}
	});
}

#[test]
fn keys_are_brought_by_root_or_two_thirds_of_the_council_only() {
	super::genesis("local_testnet").execute_with(|| {
		let (statement, key) = presets::DEVELOPMENT_KEYS[0];
		let register = |origin| {
			let key = key.to_vec().try_into().expect("keys are short");
			Proofs::register_key(origin, statement.code(), 5, key, [7; 32])
		};
		assert_noop!(register(RuntimeOrigin::signed(Alice.to_account_id())), DispatchError::BadOrigin);
		assert_ok!(register(
			pallet_collective::RawOrigin::<AccountId, CouncilInstance>::Members(2, 2).into()
		));
	});
}

#[test]
fn the_node_can_tell_whether_a_genesis_takes_development_keys() {
	for preset in presets::names() {
		let json = presets::get(&preset).expect("a known preset");
		let taken = |json: &[u8]| {
			presets::takes_development_keys(&crate::config(json).build_storage().expect("it builds"))
		};
		assert!(taken(&json), "{preset:?}");
		let mut without: serde_json::Value = serde_json::from_slice(&json).expect("presets are JSON");
		without.as_object_mut().expect("an object").remove("proofs");
		assert!(!taken(without.to_string().as_bytes()), "{preset:?}");
	}
}
