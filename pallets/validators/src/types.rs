//! Records and views. A ledger's arithmetic is plain code, without FRAME.

use crate::Config;
use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{
	traits::Get, BoundedVec, CloneNoBound, DebugNoBound, DefaultNoBound, EqNoBound, PartialEqNoBound,
};
use scale_info::TypeInfo;
use souk_primitives::{Balance, Digest};
use sp_runtime::Perbill;
use sp_staking::SessionIndex;

/// What a validator has at stake in a session: its full identification in equivocation proofs.
#[derive(
	Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Exposure {
	/// The active bond when the session was planned, in planck.
	pub bond: Balance,
}

/// One validator of one session.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct ExposureRecord<AccountId> {
	/// Who.
	pub validator: AccountId,
	/// The active bond when the session was planned, in planck.
	pub bond: Balance,
	/// Digest of its session keys when the session was planned.
	pub keys: Digest,
	/// The largest part of `bond` that offences of this session have cost so far.
	pub slashed: Perbill,
}

/// As many portions of a bond are on their way out as can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoRoom;

/// Money on its way out of a bond.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct UnlockingChunk {
	/// How much, in planck.
	pub amount: Balance,
	/// The session in which it left the active bond.
	pub since: SessionIndex,
	/// First session in which it can be withdrawn.
	pub until: SessionIndex,
}

/// A validator's bond. The sum of its parts is what is held on the account.
#[derive(
	CloneNoBound,
	DebugNoBound,
	DefaultNoBound,
	PartialEqNoBound,
	EqNoBound,
	Encode,
	Decode,
	MaxEncodedLen,
	TypeInfo,
)]
#[codec(mel_bound(MaxUnlocking: Get<u32>))]
#[scale_info(skip_type_params(MaxUnlocking))]
pub struct LedgerRecord<MaxUnlocking: Get<u32>> {
	/// What counts in elections, in planck.
	pub active: Balance,
	/// What is on its way out, oldest first.
	pub unlocking: BoundedVec<UnlockingChunk, MaxUnlocking>,
}

/// A validator's bond, in this runtime.
pub type LedgerRecordOf<T> = LedgerRecord<<T as Config>::MaxUnlocking>;

impl<MaxUnlocking: Get<u32>> LedgerRecord<MaxUnlocking> {
	/// All that is held, in planck.
	pub fn total(&self) -> Balance {
		self.unlocking.iter().fold(self.active, |sum, chunk| sum.saturating_add(chunk.amount))
	}

	/// Moves `amount` out of the active bond. Fails where there is no room for another chunk; nothing has changed then.
	///
	/// The caller has checked that the active bond suffices.
	pub fn start_unlocking(
		&mut self,
		amount: Balance,
		since: SessionIndex,
		until: SessionIndex,
	) -> Result<(), NoRoom> {
		match self.unlocking.iter_mut().find(|chunk| chunk.since == since && chunk.until == until) {
			Some(chunk) => chunk.amount = chunk.amount.saturating_add(amount),
			None => self.unlocking.try_push(UnlockingChunk { amount, since, until }).map_err(|_| NoRoom)?,
		}
		self.active = self.active.saturating_sub(amount);
		Ok(())
	}

	/// Removes the chunks that can be withdrawn in session `now` and returns their sum, in planck.
	pub fn take_unlocked(&mut self, now: SessionIndex) -> Balance {
		let mut sum: Balance = 0;
		self.unlocking.retain(|chunk| {
			let ripe = chunk.until <= now;
			if ripe {
				sum = sum.saturating_add(chunk.amount);
			}
			!ripe
		});
		sum
	}

	/// Takes up to `amount` for an offence of session `offence` and returns what was taken, in planck: from the active
	/// bond first, then from what left it since that session was planned, newest first. Older chunks were not exposed.
	pub fn slash(&mut self, amount: Balance, offence: SessionIndex) -> Balance {
		let mut left = amount;
		let mut take = |from: &mut Balance| {
			let part = left.min(*from);
			*from = from.saturating_sub(part);
			left = left.saturating_sub(part);
		};
		take(&mut self.active);
		// A session is planned at the start of the one before it.
		let planned_in = offence.saturating_sub(1);
		for chunk in self.unlocking.iter_mut().rev().filter(|chunk| chunk.since >= planned_in) {
			take(&mut chunk.amount);
		}
		self.unlocking.retain(|chunk| chunk.amount > 0);
		amount.saturating_sub(left)
	}
}

/// A validator as clients see it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct ValidatorView {
	/// The active bond, in planck.
	pub bond: Balance,
	/// What is on its way out: how much in planck, and the first session in which it can be withdrawn.
	pub unlocking: Vec<(Balance, SessionIndex)>,
	/// Whether it stands for election.
	pub candidate: bool,
	/// Whether it is in the running set.
	pub active: bool,
}
