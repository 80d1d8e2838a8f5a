//! Blocks without a node: what a block does before, between and after its transactions.

use crate::*;
use codec::Encode;
use frame_support::{
	storage::{with_transaction_unchecked, TransactionOutcome},
	traits::{OnFinalize, OnIdle, OnInitialize},
	weights::Weight,
};
use sp_consensus_babe::{
	digests::{PreDigest, SecondaryPlainPreDigest},
	BABE_ENGINE_ID,
};
use sp_keyring::Sr25519Keyring;
use sp_runtime::{
	generic::Era, traits::Dispatchable, ApplyExtrinsicResult, Digest, DigestItem, DispatchResult,
};

/// Slot of block 0: some day in the year 2025.
const FIRST_SLOT: u64 = 580_000_000;

/// The slot of a block, and what its author says of it: each block has the slot after the last one, and authors take turns.
pub fn claim(number: BlockNumber) -> (u64, Digest) {
	let slot = FIRST_SLOT + u64::from(number);
	let authors = u32::try_from(Babe::authorities().len().max(1)).expect("there are few");
	let claim = SecondaryPlainPreDigest { authority_index: number % authors, slot: slot.into() };
	let digest = Digest {
		logs: vec![DigestItem::PreRuntime(BABE_ENGINE_ID, PreDigest::SecondaryPlain(claim).encode())],
	};
	(slot, digest)
}

/// Starts the block after the last one.
pub fn start() {
	let number = System::block_number() + 1;
	let (slot, digest) = claim(number);
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

/// Puts a signed extrinsic into the running block.
pub fn submit(who: Sr25519Keyring, call: impl Into<RuntimeCall>) -> DispatchResult {
	try_submit(who, call).expect("it is valid")
}

/// The same, where the block may not have it. What is refused leaves nothing behind, as in a node that builds a block.
pub fn try_submit(who: Sr25519Keyring, call: impl Into<RuntimeCall>) -> ApplyExtrinsicResult {
	let signed = sign(who, call, 0);
	with_transaction_unchecked(|| match Executive::apply_extrinsic(signed) {
		Ok(outcome) => TransactionOutcome::Commit(Ok(outcome)),
		refused => TransactionOutcome::Rollback(refused),
	})
}

/// A signed extrinsic with a tip.
pub fn sign(who: Sr25519Keyring, call: impl Into<RuntimeCall>, tip: Balance) -> UncheckedExtrinsic {
	let account = who.to_account_id();
	let extension: TxExtension = (
		frame_system::AuthorizeCall::new(),
		frame_system::CheckNonZeroSender::new(),
		frame_system::CheckSpecVersion::new(),
		frame_system::CheckTxVersion::new(),
		frame_system::CheckGenesis::new(),
		frame_system::CheckEra::from(Era::Immortal),
		frame_system::CheckNonce::from(System::account_nonce(&account)),
		frame_system::CheckWeight::new(),
		pallet_transaction_payment::ChargeTransactionPayment::from(tip),
		frame_system::WeightReclaim::new(),
	);
	let payload = sp_runtime::generic::SignedPayload::new(call.into(), extension).expect("it can be signed");
	let signature = payload.using_encoded(|bytes| who.sign(bytes));
	let (call, extension, _) = payload.deconstruct();
	UncheckedExtrinsic::new_signed(call, account.into(), signature.into(), extension)
}

/// Runs that many blocks to their start.
pub fn next_blocks(count: u32) {
	for _ in 0..count {
		end();
		start();
	}
}
