//! The chains this node knows by name, and those it reads from a file.

use sc_service::{ChainType, Properties};
use serde_json::json;
use souk_runtime::{presets::TESTNET_4, WASM_BINARY};

/// What a chain spec may carry beside the genesis. Light clients refuse anything but the checkpoint.
#[derive(Default, Clone, Debug, serde::Serialize, serde::Deserialize, sc_chain_spec::ChainSpecExtension)]
#[serde(rename_all = "camelCase")]
pub struct Extensions {
	/// A checkpoint from which light clients start, filled in by `sync_state_genSyncSpec`.
	pub light_sync_state: sc_sync_state_rpc::LightSyncStateExtension,
}

/// Chain spec of a Souk chain. Building a genesis checks the keys of the proofs, which takes curve arithmetic.
pub type ChainSpec = sc_service::GenericChainSpec<Extensions, sp_crypto_ec_utils::HostFunctionsRfc163>;

/// `dev`, `local`, `testnet-4`, or a file.
pub fn load(id: &str) -> Result<ChainSpec, String> {
	match id {
		"dev" => preset(
			"Souk Development",
			"souk_dev",
			ChainType::Development,
			sp_genesis_builder::DEV_RUNTIME_PRESET,
		),
		"" | "local" => preset(
			"Souk Local",
			"souk_local",
			ChainType::Local,
			sp_genesis_builder::LOCAL_TESTNET_RUNTIME_PRESET,
		),
		TESTNET_4 => {
			preset("Souk Testnet 4", "souk_testnet_4", ChainType::Custom("Testnet".into()), TESTNET_4)
		}
		path => ChainSpec::from_json_file(path.into()),
	}
}

fn preset(name: &str, id: &str, kind: ChainType, preset: &str) -> Result<ChainSpec, String> {
	let wasm = WASM_BINARY.ok_or("this build has no runtime: it was made with SKIP_WASM_BUILD")?;
	Ok(ChainSpec::builder(wasm, Extensions::default())
		.with_name(name)
		.with_id(id)
		.with_chain_type(kind)
		.with_protocol_id(id)
		.with_properties(properties())
		.with_genesis_config_preset_name(preset)
		.build())
}

fn properties() -> Properties {
	let mut properties = Properties::new();
	properties.insert("tokenSymbol".into(), json!("SOUK"));
	properties.insert("tokenDecimals".into(), json!(12));
	properties.insert("ss58Format".into(), json!(42));
	properties
}
