//! The runtime as it is wired, from the genesis of its presets; the pallets' own tests are theirs.

mod asks;
mod availability;
mod backing;
mod blocks;
mod books;
mod crowd;
mod disputes;
mod governance;
mod market;
mod pace;
mod renewals;
mod reports;
mod reputation;
mod sale;
mod sequences;
mod snapshot;
mod stakes;
mod tabs;
mod weights;
mod wiring;

use pallet_listings::{Details, DetailsOf};
use souk_primitives::{QueryPolicy, Visibility};
use souk_runtime::*;
use sp_genesis_builder::PresetId;
use sp_runtime::BuildStorage;

/// A chain as the preset starts it, in its first block.
fn world(preset: &str) -> sp_io::TestExternalities {
	let mut world = genesis(preset);
	world.execute_with(|| System::set_block_number(1));
	world
}

/// A chain as the preset starts it, before its first block.
fn genesis(preset: &str) -> sp_io::TestExternalities {
	let json = presets::get(&PresetId::from(preset)).expect("a known preset");
	config(&json).build_storage().expect("it builds").into()
}

/// The genesis that a preset's JSON describes. It leaves out what has a default, as the genesis builder does.
fn config(json: &[u8]) -> RuntimeGenesisConfig {
	let mut full = serde_json::to_value(RuntimeGenesisConfig::default()).expect("it serialises");
	merge(&mut full, serde_json::from_slice(json).expect("presets are JSON"));
	serde_json::from_value(full).expect("the preset fits the genesis")
}

fn merge(into: &mut serde_json::Value, from: serde_json::Value) {
	match (into, from) {
		(serde_json::Value::Object(into), serde_json::Value::Object(from)) => from
			.into_iter()
			.for_each(|(key, value)| merge(into.entry(key).or_insert_with(|| ().into()), value)),
		(into, from) => *into = from,
	}
}

/// What a listing says of itself, where a test does not care.
fn details() -> DetailsOf<Runtime> {
	Details {
		metadata_hash: [7; 32],
		license: Default::default(),
		category: Default::default(),
		tags: Default::default(),
		policy: QueryPolicy { max_rows: 10, aggregate_only: false, min_group_size: 0 },
		visibility: Visibility::Public,
	}
}
