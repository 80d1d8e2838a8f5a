//! Blocks that somebody fills while others have a short time for something.

use super::*;
use frame_support::{
	dispatch::{DispatchClass, DispatchInfo},
	weights::Weight,
};
use params::offences::{ChallengeEvery, ChallengeWindow, Parameters as Offences_};
use souk_primitives::reach::{Keepers, Ruling};
use souk_proof_primitives::{
	merkle::Path,
	piece::{Piece, MAX_STEPS, PIECE_BYTES},
};
use sp_runtime::transaction_validity::{
	InvalidTransaction, TransactionPriority, TransactionSource, TransactionValidityError,
};

type Stakes_ = pallet_stakes::Call<Runtime>;
type Disputes_ = pallet_disputes::Call<Runtime>;

/// Who has money for as many calls as a block has room for.
const FILLER: Sr25519Keyring = Alice;

/// A large call that fails at once, for its whole fee.
fn large() -> RuntimeCall {
	Escrow_::confirm { order: u64::MAX, milestone: 0 }.into()
}

/// Takes all of the running block that ordinary calls can take, after hooks that took a quarter of it.
fn fill() {
	let quarter = RuntimeBlockWeights::get().max_block.saturating_div(4).set_proof_size(0);
	System::register_extra_weight_unchecked(quarter, DispatchClass::Mandatory);
	let small = RuntimeCall::System(frame_system::Call::remark { remark: vec![] });
	for call in [large(), small] {
		let refused = loop {
			if let Err(refused) = blocks::try_submit(FILLER, call.clone()) {
				break refused;
			}
		};
		assert_eq!(refused, TransactionValidityError::Invalid(InvalidTransaction::ExhaustsResources));
	}
}

/// An answer to a challenge as it mostly is: a whole piece of a chunk of some ten.
fn answer() -> RuntimeCall {
	let piece = Piece { bytes: vec![7; PIECE_BYTES], beside: vec![[8; 32]; MAX_STEPS] };
	let path = Path { leaves: 10, siblings: vec![[9; 32]; 4] };
	Stakes_::answer_challenge { listing: LISTING, piece, path }.into()
}

/// A whole chunk that is shown to be bad.
fn bad_chunk() -> RuntimeCall {
	let evidence = Snapshot::corrupted().evidence(Prover::Real, LISTING, 0, WRONG);
	Escrow_::prove_bad_chunk { order: 0, evidence }.into()
}

/// What somebody has a time for, and loses by not doing it.
fn hurried() -> Vec<RuntimeCall> {
	vec![
		answer(),
		bad_chunk(),
		Escrow_::dispute { order: 0, evidence: [1; 32] }.into(),
		Disputes_::answer { case: 0 }.into(),
		Disputes_::submit_evidence { case: 0, hash: [1; 32] }.into(),
		Disputes_::commit_vote { case: 0, commitment: [1; 32] }.into(),
		Disputes_::reveal_vote { case: 0, vote: Ruling::Buyer, salt: [1; 32] }.into(),
		Disputes_::appeal { case: 0 }.into(),
	]
}

#[test]
fn a_bad_chunk_is_proved_in_a_block_that_somebody_has_filled() {
	market(Snapshot::corrupted(), |sale| {
		let order = sale.order();
		assert_ok!(sale.deliver(order));
		next_blocks(1);
		fill();
		assert_ok!(sale.prove_bad_chunk(order, WRONG));
		assert_eq!(state(order), OrderState::Refunded);
	});
}

#[test]
fn a_challenge_is_answered_in_a_block_that_somebody_has_filled() {
	market(Snapshot::honest(), |sale| {
		for number in [
			Offences_::ChallengeWindow(ChallengeWindow, Some(10)),
			Offences_::ChallengeEvery(ChallengeEvery, Some(11)),
		] {
			assert_ok!(Parameters::set_parameter(RuntimeOrigin::root(), RuntimeParameters::Offences(number)));
		}
		let asked = || Stakes::challenges(NODE.to_account_id());
		let round = (0..40).find_map(|_| {
			next_blocks(1);
			asked().pop()
		});
		let challenge = round.expect("a round comes by");
		let agreed = || <Curation as Keepers<AccountId>>::has_agreed(LISTING, &NODE.to_account_id(), 0);
		assert!(!agreed(), "the curator says so, and nobody else");
		fill();
		let (piece, path) = sale.snapshot.piece(challenge.chunk, challenge.piece).expect("it has this one");
		assert_ok!(submit(NODE, Stakes_::answer_challenge { listing: LISTING, piece, path }));
		assert!(asked().is_empty() && agreed());
	});
}

#[test]
fn what_has_to_come_in_time_has_room_of_its_own_and_costs_what_it_did() {
	super::genesis("local_testnet").execute_with(|| {
		let limits = RuntimeBlockWeights::get();
		let limits = limits.get(DispatchClass::Operational);
		let room = limits.reserved.expect("a part is kept").saturating_sub(limits.base_extrinsic);
		for call in hurried() {
			let info = blocks::sign(BUYER, call.clone(), 0).get_dispatch_info();
			assert_eq!(info.class, DispatchClass::Operational, "{call:?}");
			let weight = info.total_weight();
			assert!(weight.all_lte(room), "{weight:?} of {room:?}: {call:?}");
			let fee = |info: &DispatchInfo| TransactionPayment::compute_fee(1_000, info, 0);
			assert_eq!(fee(&info), fee(&DispatchInfo { class: DispatchClass::Normal, ..info }), "{call:?}");
		}
	});
}

/// Where a transaction stands in the pool.
fn priority(transaction: UncheckedExtrinsic) -> TransactionPriority {
	let valid = Executive::validate_transaction(TransactionSource::External, transaction, Hash::zero());
	valid.expect("it is valid").priority
}

#[test]
fn a_souk_for_each_block_buys_no_place_before_an_answer_or_a_bad_chunk() {
	const PRICE: Balance = SOUK;
	super::genesis("local_testnet").execute_with(|| {
		blocks::start();
		// Fees are never lower.
		pallet_transaction_payment::NextFeeMultiplier::<Runtime>::put(MinimumMultiplier::get());
		let block = RuntimeBlockWeights::get().max_block;
		// Somebody who has no order can make such calls as well, for their fee.
		let hurried = Escrow_::dispute { order: u64::MAX, evidence: [1; 32] }.into();
		for filler in [large(), hurried] {
			let weight = blocks::sign(FILLER, filler.clone(), 0).get_dispatch_info().total_weight();
			let part = |of: Weight| Balance::from(of.ref_time());
			let tip = PRICE * part(weight) / part(block);
			let bought = priority(blocks::sign(FILLER, filler, tip));
			for call in [answer(), bad_chunk()] {
				assert!(priority(blocks::sign(BUYER, call, 0)) > bought, "a tip of {tip} stands before it");
			}
		}
	});
}
