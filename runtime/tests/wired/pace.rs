//! How fast a chain goes is its genesis's to say.

use crate::*;
use codec::Encode;
use frame_support::traits::Get;
use serde_json::json;

/// The `local` preset with another pace.
fn paced(pace: serde_json::Value) -> RuntimeGenesisConfig {
	let json = presets::get(&PresetId::from("local_testnet")).expect("a known preset");
	let mut preset: serde_json::Value = serde_json::from_slice(&json).expect("presets are JSON");
	preset["pace"] = pace;
	config(&serde_json::to_vec(&preset).expect("it is JSON"))
}

#[test]
fn only_the_local_chain_is_fast() {
	for (preset, epoch, evidence) in [
		("development", 10 * MINUTES, DAYS),
		("local_testnet", MINUTES, 2 * MINUTES),
		(presets::TESTNET_4, 10 * MINUTES, DAYS),
	] {
		world(preset).execute_with(|| {
			assert_eq!(configs::EpochDuration::get(), u64::from(epoch), "{preset}");
			assert_eq!(told(), u64::from(epoch), "{preset}");
			assert_eq!(params::disputes::EvidenceTime::get(), evidence, "{preset}");
			// What nobody sets is what it was.
			assert_eq!(params::disputes::JurorFee::get(), 2 * SOUK, "{preset}");
		});
	}
}

/// What the node and light clients are told.
fn told() -> u64 {
	use sp_consensus_babe::runtime_decl_for_babe_api::BabeApi;
	Runtime::configuration().epoch_length
}

#[test]
fn an_epoch_is_as_long_as_the_genesis_says() {
	let mut fast = genesis("local_testnet");
	fast.execute_with(|| {
		blocks::start();
		let first = Babe::current_epoch().epoch_index;
		blocks::next_blocks(3 * MINUTES);
		assert_eq!(Babe::current_epoch().epoch_index, first + 3);
	});
}

#[test]
fn phases_of_a_dispute_may_be_as_short_as_the_genesis_says() {
	use params::disputes::{CommitTime, DrawTimeout, Parameters};
	let paced = paced(json!({ "epochBlocks": null, "shortestPhase": 3, "parameters": [] }));
	sp_io::TestExternalities::from(paced.build_storage().expect("it builds")).execute_with(|| {
		for (blocks, is) in [(0, 3), (3, 3), (4, 4)] {
			for time in [
				Parameters::CommitTime(CommitTime, Some(blocks)),
				Parameters::DrawTimeout(DrawTimeout, Some(blocks)),
			] {
				let time = RuntimeParameters::Disputes(time);
				souk_runtime::Parameters::set_parameter(RuntimeOrigin::root(), time).expect("root may");
			}
			let terms = Disputes::settings().terms;
			assert_eq!((terms.commit_time, terms.draw_timeout), (is, is));
		}
	});
}

#[test]
#[should_panic(expected = "an epoch has one block at least")]
fn an_epoch_without_blocks_starts_no_chain() {
	let _ = paced(json!({ "epochBlocks": 0, "parameters": [] })).build_storage();
}

#[test]
#[should_panic(expected = "a parameter of this runtime")]
fn a_parameter_that_is_none_starts_no_chain() {
	let fee = params::market::Parameters::MinNodeBond(params::market::MinNodeBond, Some(SOUK));
	let mut bytes = RuntimeParameters::Market(fee).encode();
	bytes.push(0);
	let _ = paced(json!({ "epochBlocks": null, "parameters": [bytes] })).build_storage();
}
