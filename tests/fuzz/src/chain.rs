//! Blocks without a node, and transactions without signatures: all else is as the executive does it.

use crate::cast;
use codec::Encode;
use frame_support::{
	dispatch::{GetDispatchInfo, PostDispatchInfo},
	storage::{storage_prefix, unhashed},
	traits::{OnFinalize, OnIdle, OnInitialize},
	weights::Weight,
};
use frame_system::offchain::CreateAuthorizedTransaction;
use souk_runtime::*;
use sp_consensus_babe::{
	digests::{PreDigest, SecondaryPlainPreDigest},
	BABE_ENGINE_ID,
};
use sp_runtime::{
	generic::{CheckedExtrinsic, Era, ExtrinsicFormat},
	traits::{Applyable, Checkable, Dispatchable},
	transaction_validity::TransactionValidityError,
	ApplyExtrinsicResultWithInfo, Digest, DigestItem, DispatchError,
};

/// Slot of block 0: some day in the year 2025.
pub const FIRST_SLOT: u64 = 580_000_000;
/// Slots of an epoch.
pub const EPOCH: u32 = 10 * MINUTES;

/// The block that runs.
pub fn now() -> u32 {
	System::block_number()
}

/// The chain's time in minutes since the Unix epoch.
pub fn minutes() -> u32 {
	u32::try_from(Timestamp::get() / 60_000).expect("it is not that late")
}

/// The hash that stands in statements for this chain.
pub fn genesis() -> [u8; 32] {
	System::block_hash(0).0
}

/// Starts the next block, `blocks` after the last one and `slots` later. Returns what the hooks before its transactions weighed.
///
/// Only where nothing is due in the blocks between, the chain is as if they had been (`Leap`).
pub fn start(blocks: u32, slots: u32) -> Weight {
	let number = now() + blocks;
	let last: u64 = Babe::current_slot().into();
	let slot = last.max(FIRST_SLOT) + u64::from(slots);
	let authors = u32::try_from(Babe::authorities().len().max(1)).expect("there are few");
	let claim = SecondaryPlainPreDigest { authority_index: number % authors, slot: slot.into() };
	let digest = Digest {
		logs: vec![DigestItem::PreRuntime(BABE_ENGINE_ID, PreDigest::SecondaryPlain(claim).encode())],
	};
	forget_events();
	System::set_block_number(number - 1);
	System::initialize(&number, &Hash::repeat_byte(1), &digest);
	let session = Session::current_index();
	let mut weight = AllPalletsWithSystem::on_initialize(number);
	if Session::current_index() != session {
		// The end of a session counts as a whole block, so that nothing else goes into one in which it is a full one.
		weight = weight.saturating_sub(<Runtime as frame_system::Config>::BlockWeights::get().max_block);
	}
	System::note_finished_initialize();
	let time = RuntimeCall::Timestamp(pallet_timestamp::Call::<Runtime>::set { now: slot * SLOT_MILLIS });
	time.dispatch(RuntimeOrigin::none()).expect("it is time");
	weight
}

/// Ends the running block. Returns what the hooks that use its room weighed, and how much there was.
pub fn end() -> (Weight, Weight) {
	System::note_finished_extrinsics();
	let limits = <Runtime as frame_system::Config>::BlockWeights::get();
	let room = limits.max_block.saturating_sub(frame_system::BlockWeight::<Runtime>::get().total());
	let used = AllPalletsWithSystem::on_idle(now(), room);
	AllPalletsWithSystem::on_finalize(now());
	// The rest is the state's root, which nobody needs here.
	for value in [&b"BlockSize"[..], b"AllExtrinsicsLen", b"ExecutionPhase", b"InherentsApplied"] {
		unhashed::kill(&storage_prefix(b"System", value));
	}
	(used, room)
}

/// Forgets what happened in the block so far. As the executive does it, but for the index of topics, which no event here has: to empty it takes
/// a look at every key that there is.
pub fn forget_events() {
	for value in [&b"Events"[..], b"EventCount"] {
		unhashed::kill(&storage_prefix(b"System", value));
	}
}

/// How a transaction ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Applied {
	/// It did what it says.
	Done,
	/// It failed, for its fee.
	Failed(DispatchError),
	/// No block would have it.
	Refused(TransactionValidityError),
}

/// Puts a transaction into the running block: of its signer, or, where the call is one that is authorized by what it says, of nobody.
pub fn apply(who: &AccountId, call: RuntimeCall) -> Applied {
	if is_authorized(&call) {
		return apply_authorized(call);
	}
	let mut info = call.get_dispatch_info();
	let length = call.encoded_size() + 110;
	let extension: TxExtension = (
		frame_system::AuthorizeCall::new(),
		frame_system::CheckNonZeroSender::new(),
		frame_system::CheckSpecVersion::new(),
		frame_system::CheckTxVersion::new(),
		frame_system::CheckGenesis::new(),
		frame_system::CheckEra::from(Era::Immortal),
		frame_system::CheckNonce::from(System::account_nonce(who)),
		frame_system::CheckWeight::new(),
		pallet_transaction_payment::ChargeTransactionPayment::from(0),
		frame_system::WeightReclaim::new(),
	);
	let checked: CheckedExtrinsic<AccountId, RuntimeCall, TxExtension> =
		CheckedExtrinsic { format: ExtrinsicFormat::Signed(who.clone(), extension), function: call };
	info.extension_weight = checked.extension_weight();
	ended(checked.apply::<Runtime>(&info, length))
}

/// Whether a call is authorized by what it says, and not by who signs it.
pub fn is_authorized(call: &RuntimeCall) -> bool {
	matches!(call, RuntimeCall::Availability(pallet_availability::Call::vote { .. }))
}

/// The transaction that an off-chain worker makes of it.
fn apply_authorized(call: RuntimeCall) -> Applied {
	type Create = pallet_availability::Call<Runtime>;
	let transaction = <Runtime as CreateAuthorizedTransaction<Create>>::create_authorized_transaction(call);
	let length = transaction.encoded_size();
	match transaction.check(&frame_system::ChainContext::<Runtime>::default()) {
		Ok(checked) => {
			let info = checked.get_dispatch_info();
			ended(checked.apply::<Runtime>(&info, length))
		}
		Err(refused) => Applied::Refused(refused),
	}
}

fn ended(result: ApplyExtrinsicResultWithInfo<PostDispatchInfo>) -> Applied {
	match result {
		Ok(Ok(_)) => Applied::Done,
		Ok(Err(failed)) => Applied::Failed(failed.error),
		Err(refused) => Applied::Refused(refused),
	}
}

/// As governance would have it.
pub fn as_sudo(call: impl Into<RuntimeCall>) -> (AccountId, RuntimeCall) {
	let call = Box::new(call.into());
	(cast::SUDO.to_account_id(), pallet_sudo::Call::<Runtime>::sudo { call }.into())
}
