//! Blocks without a node: what a block does before, between and after its transactions.

use crate::*;
use codec::Encode;
use frame_support::{
	traits::{OnFinalize, OnIdle, OnInitialize},
	weights::Weight,
};
use sp_consensus_babe::{
	digests::{PreDigest, SecondaryPlainPreDigest},
	BABE_ENGINE_ID,
};
use sp_runtime::{traits::Dispatchable, Digest, DigestItem};

/// Slot of block 0: some day in the year 2025.
const FIRST_SLOT: u64 = 580_000_000;

/// Starts the block after the last one: each has the slot after the last one, and its authors take turns.
pub fn start() {
	let number = System::block_number() + 1;
	let slot = FIRST_SLOT + u64::from(number);
	let authors = u32::try_from(Babe::authorities().len().max(1)).expect("there are few");
	let claim = SecondaryPlainPreDigest { authority_index: number % authors, slot: slot.into() };
	let digest = Digest {
		logs: vec![DigestItem::PreRuntime(BABE_ENGINE_ID, PreDigest::SecondaryPlain(claim).encode())],
	};
	System::reset_events();
	System::initialize(&number, &Hash::repeat_byte(1), &digest);
	AllPalletsWithSystem::on_initialize(number);
	System::note_finished_initialize();
	let time = RuntimeCall::Timestamp(pallet_timestamp::Call::<Runtime>::set { now: slot * SLOT_MILLIS });
	time.dispatch(RuntimeOrigin::none()).expect("it is time");
}

/// Ends the running block.
pub fn end() {
	let number = System::block_number();
	System::note_finished_extrinsics();
	AllPalletsWithSystem::on_idle(number, Weight::MAX);
	AllPalletsWithSystem::on_finalize(number);
	System::finalize();
}

/// The chain's time in minutes since the Unix epoch.
pub fn minutes() -> u32 {
	u32::try_from(Timestamp::get() / 60_000).expect("it is not that late")
}
