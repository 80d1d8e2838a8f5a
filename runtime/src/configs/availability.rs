//! Whether persistence nodes can be reached: the validators vote on it.

use crate::*;
use alloc::vec::Vec;
use frame_support::{
	parameter_types,
	traits::{ConstU32, Get},
};
use pallet_im_online::sr25519::AuthorityId as ImOnlineId;
use sp_runtime::transaction_validity::TransactionPriority;

parameter_types! {
	/// Before all that pays for its place, and after heartbeats and reports of equivocations.
	pub const VotePriority: TransactionPriority = TransactionPriority::MAX / 2;
}

/// The keys with which the validators of this session sign what their nodes' workers send: those of the heartbeats.
pub struct SessionVoters;

impl Get<Vec<ImOnlineId>> for SessionVoters {
	fn get() -> Vec<ImOnlineId> {
		pallet_im_online::Keys::<Runtime>::get().into_inner()
	}
}

/// Blocks that workers need at least to ask twice and to vote.
pub const SHORTEST_VOTING: BlockNumber = 20;

/// What governance has set, but long enough to vote, and so short that who leaves is judged long before the bond is free; 0 for no further periods.
pub struct VotingEvery;

impl Get<BlockNumber> for VotingEvery {
	fn get() -> BlockNumber {
		match params::availability::Every::get() {
			0 => 0,
			every => every.min(UnbondingPeriod::get() / 2).max(SHORTEST_VOTING),
		}
	}
}

impl pallet_availability::Config for Runtime {
	type Currency = Balances;
	type RuntimeHoldReason = RuntimeHoldReason;
	type AuthorityId = ImOnlineId;
	type Validators = SessionVoters;
	type Listings = Listings;
	type Keepers = Curation;
	type Downtimes = Stakes;
	type Offences = Stakes;
	type Every = VotingEvery;
	type MinVoters = params::availability::MinVoters;
	// `weights` count for as many.
	type MaxNodes = ConstU32<128>;
	type MaxVoters = MaxAuthorities;
	type VotePriority = VotePriority;
	type DepositPerByte = params::deposits::PerByte;
	type DepositBase = params::deposits::PerRecord;
	type WeightInfo = weights::availability::WeightInfo<Runtime>;
}
