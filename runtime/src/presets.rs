//! The genesis of each kind of chain.
//!
//! - `development`: one validator, sudo.
//! - `local`: two validators, sudo; what the demo and most tests run. Its epochs, the phases of a dispute, and the
//!   periods of votes on nodes take a minute or two.
//! - `testnet-4`: four validators, no sudo key: the council governs.
//!
//! All three use the well-known development accounts, and proving keys that everybody can make: none of them is a chain to
//! keep money on.

use crate::*;
use alloc::{format, string::String, vec, vec::Vec};
use codec::Encode;
use pallet_im_online::sr25519::AuthorityId as ImOnlineId;
use serde_json::{json, Value};
use souk_proof_primitives::statements::{Era, StatementId};
use sp_consensus_babe::AuthorityId as BabeId;
use sp_consensus_grandpa::AuthorityId as GrandpaId;
use sp_core::{ed25519, sr25519};
use sp_genesis_builder::{PresetId, DEV_RUNTIME_PRESET, LOCAL_TESTNET_RUNTIME_PRESET};
use sp_keyring::{Ed25519Keyring, Sr25519Keyring};

/// Four validators, no sudo.
pub const TESTNET_4: &str = "testnet-4";

/// What every development account starts with.
const ENDOWMENT: Balance = 1_000_000 * SOUK;
const WUSD_ENDOWMENT: Balance = 1_000_000 * ONE_WUSD;
const VALIDATOR_BOND: Balance = 10_000 * SOUK;
/// What the smallest unit of wUSD is worth in planck: a wUSD is a SOUK.
const WUSD_RATE: Balance = SOUK / ONE_WUSD;

/// The verifying keys of the development era, compressed, by statement.
pub const DEVELOPMENT_KEYS: [(StatementId, &[u8]); 2] = [
	(StatementId::ChunkKey, include_bytes!("keys/chunk-key.development.vk")),
	(StatementId::KeyDelivery, include_bytes!("keys/key-delivery.development.vk")),
];

/// Session keys of a development account.
pub fn session_keys(who: Sr25519Keyring) -> SessionKeys {
	// Keyrings of both kinds list the same names in the same order.
	let ed: ed25519::Public = Ed25519Keyring::iter()
		.find(|k| format!("{k:?}") == format!("{who:?}"))
		.unwrap_or(Ed25519Keyring::Alice)
		.public();
	let sr: sr25519::Public = who.public();
	SessionKeys { babe: BabeId::from(sr), grandpa: GrandpaId::from(ed), im_online: ImOnlineId::from(sr) }
}

/// How fast the `local` chain goes, so that a jury's ruling, a vote on a node, and a challenge that is missed can be waited for.
fn fast() -> Value {
	use params::{
		availability,
		disputes::{self, Parameters},
		offences,
	};
	let disputes = [
		Parameters::ResponseTime(disputes::ResponseTime, Some(10 * MINUTES)),
		Parameters::EvidenceTime(disputes::EvidenceTime, Some(2 * MINUTES)),
		Parameters::DrawTimeout(disputes::DrawTimeout, Some(10 * MINUTES)),
		// Long: where all of a jury have voted nobody waits for it.
		Parameters::CommitTime(disputes::CommitTime, Some(6 * MINUTES)),
		Parameters::RevealTime(disputes::RevealTime, Some(3 * MINUTES)),
		Parameters::AppealTime(disputes::AppealTime, Some(MINUTES)),
		Parameters::ReviewTime(disputes::ReviewTime, Some(3 * MINUTES)),
	];
	// Long enough for a node that is killed and started again.
	let offences = [
		offences::Parameters::ChallengeEvery(offences::ChallengeEvery, Some(4 * MINUTES)),
		offences::Parameters::ChallengeWindow(offences::ChallengeWindow, Some(3 * MINUTES)),
	];
	let voting = availability::Parameters::Every(availability::Every, Some(MINUTES));
	let parameters = disputes
		.into_iter()
		.map(RuntimeParameters::Disputes)
		.chain(offences.into_iter().map(RuntimeParameters::Offences))
		.chain([RuntimeParameters::Availability(voting)])
		.map(|parameter| parameter.encode())
		.collect::<Vec<_>>();
	json!({ "epochBlocks": MINUTES, "parameters": parameters })
}

fn genesis(validators: &[Sr25519Keyring], council: &[Sr25519Keyring], sudo: Option<Sr25519Keyring>) -> Value {
	let endowed: Vec<AccountId> = Sr25519Keyring::well_known().map(|k| k.to_account_id()).collect();
	let issuer = Sr25519Keyring::Alice.to_account_id();
	let text = |s: &str| s.as_bytes().to_vec();
	json!({
		"balances": { "balances": endowed.iter().map(|a| (a.clone(), ENDOWMENT)).collect::<Vec<_>>() },
		"assets": {
			// Sufficient: an account may hold wUSD and nothing else.
			"assets": [(WUSD, issuer, true, 1u128)],
			"metadata": [(WUSD, text("Wrapped US dollar (development)"), text("wUSD"), 6u8)],
			"accounts": endowed.iter().map(|a| (WUSD, a.clone(), WUSD_ENDOWMENT)).collect::<Vec<_>>(),
		},
		"babe": { "epochConfig": BABE_GENESIS_EPOCH_CONFIG },
		"validators": {
			"validators": validators.iter().map(|v| (v.to_account_id(), VALIDATOR_BOND)).collect::<Vec<_>>(),
		},
		"session": {
			"keys": validators
				.iter()
				.map(|v| (v.to_account_id(), v.to_account_id(), session_keys(*v)))
				.collect::<Vec<_>>(),
		},
		"sudo": { "key": sudo.map(|s| s.to_account_id()) },
		// The chains with a sudo key run on one machine, and ask persistence nodes on loopback whether they are there.
		"availability": { "allowPrivate": sudo.is_some() },
		"rates": { "rates": [(WUSD, WUSD_RATE)] },
		"proofs": {
			// Whoever knows their seed, and that is everybody, proves anything with them.
			"developmentKeys": true,
			"keys": DEVELOPMENT_KEYS
				.iter()
				.map(|(statement, key)| (statement.code(), Era::DEVELOPMENT.0, key.to_vec(), [0u8; 32]))
				.collect::<Vec<_>>(),
		},
		"councilMembership": {
			"members": council.iter().map(|m| m.to_account_id()).collect::<Vec<_>>(),
		},
	})
}

/// The preset's genesis as JSON, or `None` where the name is unknown.
pub fn get(id: &PresetId) -> Option<Vec<u8>> {
	use Sr25519Keyring::{Alice, Bob, Charlie, Dave};
	let value = match id.as_ref() {
		DEV_RUNTIME_PRESET => genesis(&[Alice], &[Alice], Some(Alice)),
		LOCAL_TESTNET_RUNTIME_PRESET => {
			let mut local = genesis(&[Alice, Bob], &[Alice, Bob], Some(Alice));
			if let Some(fields) = local.as_object_mut() {
				fields.insert("pace".into(), fast());
			}
			local
		}
		TESTNET_4 => genesis(&[Alice, Bob, Charlie, Dave], &[Alice, Bob, Charlie], None),
		_ => return None,
	};
	let text: String = serde_json::to_string(&value).ok()?;
	Some(text.into_bytes())
}

/// Names of all presets.
pub fn names() -> Vec<PresetId> {
	vec![
		PresetId::from(DEV_RUNTIME_PRESET),
		PresetId::from(LOCAL_TESTNET_RUNTIME_PRESET),
		PresetId::from(TESTNET_4),
	]
}

/// Whether a chain with this genesis takes proofs that anybody can make. Without the flag, the chain refuses development keys.
#[cfg(feature = "std")]
pub fn takes_development_keys(genesis: &sp_core::storage::Storage) -> bool {
	let flag = pallet_proofs::AllowDevelopmentKeys::<Runtime>::hashed_key();
	genesis.top.get(&flag[..]).is_some_and(|value| value[..] != false.encode())
}

/// Whether the validators of a chain with this genesis ask nodes at addresses that are not public.
#[cfg(feature = "std")]
pub fn asks_private_addresses(genesis: &sp_core::storage::Storage) -> bool {
	let flag = pallet_availability::AllowPrivate::<Runtime>::hashed_key();
	genesis.top.get(&flag[..]).is_some_and(|value| value[..] != false.encode())
}
