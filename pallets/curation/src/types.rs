//! Records and views. Their arithmetic is plain code, without FRAME.

use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{
	traits::{ConstU32, Get},
	BoundedVec, CloneNoBound, DebugNoBound, DefaultNoBound, EqNoBound, PartialEqNoBound,
};
use scale_info::TypeInfo;
use souk_primitives::{Balance, Commitments, Digest, ListingState, NodeRole, SnapshotHealth};
use sp_runtime::Permill;

/// A libp2p peer id, in its binary form.
pub type PeerId = BoundedVec<u8, ConstU32<64>>;
/// A multiaddress, in its binary form or as text: the chain does not look inside.
pub type Address = BoundedVec<u8, ConstU32<128>>;
/// Where a node can be reached.
pub type Addresses = BoundedVec<Address, ConstU32<8>>;
/// A listing's secret in an HPKE envelope to a node's encryption key.
pub type WrappedKey = BoundedVec<u8, ConstU32<128>>;

/// What a node says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct NodeInfo {
	/// Its peer id in the off-chain network.
	pub peer_id: PeerId,
	/// Where it can be reached; empty where only the DHT knows.
	pub addresses: Addresses,
	/// X25519 public key to which requests and listing secrets are encrypted.
	pub encryption_key: [u8; 32],
	/// Whether it runs curation jobs.
	pub worker: bool,
	/// Whether it keeps snapshots and answers queries.
	pub persistence: bool,
	/// Whether it takes new assignments.
	pub accepting: bool,
}

impl NodeInfo {
	/// Whether it offers a role.
	pub const fn offers(&self, role: NodeRole) -> bool {
		match role {
			NodeRole::Worker => self.worker,
			NodeRole::Persistence => self.persistence,
		}
	}

	/// How many roles it offers.
	pub fn roles(&self) -> u32 {
		u32::from(self.worker).saturating_add(u32::from(self.persistence))
	}
}

/// A registered node.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct NodeRecord {
	/// What it says of itself.
	pub info: NodeInfo,
	/// What is held of it as bond, in planck.
	pub bond: Balance,
	/// What is held of it for this record's bytes, in planck.
	pub deposit: Balance,
	/// Block of its registration.
	pub registered_at: u32,
}

/// As many portions of a bond are on their way out as can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoRoom;

/// Money on its way out of a bond.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct UnlockingChunk {
	/// How much, in planck.
	pub amount: Balance,
	/// First block in which it can be withdrawn.
	pub at: u32,
}

/// All that is on its way out of one bond, oldest first.
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
pub struct Unlocking<MaxUnlocking: Get<u32>>(pub BoundedVec<UnlockingChunk, MaxUnlocking>);

impl<MaxUnlocking: Get<u32>> Unlocking<MaxUnlocking> {
	/// Adds a chunk, to that of the same block where there is one. Fails where there is no room.
	pub fn add(&mut self, amount: Balance, at: u32) -> Result<(), NoRoom> {
		match self.0.iter_mut().find(|chunk| chunk.at == at) {
			Some(chunk) => {
				chunk.amount = chunk.amount.saturating_add(amount);
				Ok(())
			}
			None => self.0.try_push(UnlockingChunk { amount, at }).map_err(|_| NoRoom),
		}
	}

	/// Whether the time of some of it has come in block `now`.
	pub fn is_ripe(&self, now: u32) -> bool {
		self.0.iter().any(|chunk| chunk.at <= now)
	}

	/// Removes all whose time has come in block `now` and returns the sum, in planck.
	pub fn take_ripe(&mut self, now: u32) -> Balance {
		self.take_if(|at| at <= now)
	}

	/// Removes what is free, by the block in which its time comes, and returns the sum, in planck.
	pub fn take_if(&mut self, is_free: impl Fn(u32) -> bool) -> Balance {
		let mut sum: Balance = 0;
		self.0.retain(|chunk| {
			let free = is_free(chunk.at);
			if free {
				sum = sum.saturating_add(chunk.amount);
			}
			!free
		});
		sum
	}

	/// Removes up to `amount` planck, of what started last first, and returns how much that was.
	pub fn take_newest(&mut self, amount: Balance) -> Balance {
		let mut left = amount;
		for chunk in self.0.iter_mut().rev() {
			let taken = chunk.amount.min(left);
			chunk.amount = chunk.amount.saturating_sub(taken);
			left = left.saturating_sub(taken);
		}
		self.0.retain(|chunk| chunk.amount > 0);
		amount.saturating_sub(left)
	}

	/// The sum of all chunks, in planck.
	pub fn total(&self) -> Balance {
		self.0.iter().fold(0, |sum, chunk| sum.saturating_add(chunk.amount))
	}
}

/// A curator's bond on a listing. The sum of its parts is held on the curator's account.
#[derive(
	CloneNoBound, DebugNoBound, PartialEqNoBound, EqNoBound, Encode, Decode, MaxEncodedLen, TypeInfo,
)]
#[codec(mel_bound(AccountId: MaxEncodedLen, MaxUnlocking: Get<u32>))]
#[scale_info(skip_type_params(MaxUnlocking))]
pub struct CuratorBondRecord<AccountId: Clone + Eq + core::fmt::Debug, MaxUnlocking: Get<u32>> {
	/// Whose money it is.
	pub curator: AccountId,
	/// What answers for the listing, in planck.
	pub active: Balance,
	/// What is on its way out.
	pub unlocking: Unlocking<MaxUnlocking>,
	/// What of the active part is set aside for sales in open windows, in planck.
	pub covered: Balance,
}

impl<AccountId: Clone + Eq + core::fmt::Debug, MaxUnlocking: Get<u32>>
	CuratorBondRecord<AccountId, MaxUnlocking>
{
	/// All of it, in planck.
	pub fn total(&self) -> Balance {
		self.active.saturating_add(self.unlocking.total())
	}

	/// What of the active part is free to be set aside for sales, in planck, where `reserve` of it never is.
	pub fn coverable(&self, reserve: Permill) -> Balance {
		self.active.saturating_sub(reserve.mul_ceil(self.active)).saturating_sub(self.covered)
	}

	/// Takes up to `amount` planck of what is not set aside: of the active part first, then of what is on its way out,
	/// newest first. Returns how much that was.
	pub fn take_free(&mut self, amount: Balance) -> Balance {
		let of_active = amount.min(self.active.saturating_sub(self.covered));
		self.active = self.active.saturating_sub(of_active);
		let of_unlocking = self.unlocking.take_newest(amount.saturating_sub(of_active));
		of_active.saturating_add(of_unlocking)
	}

	/// Takes up to `amount` planck: of what is not set aside first, then of what is. Returns how much that was.
	pub fn take(&mut self, amount: Balance) -> Balance {
		let free = self.take_free(amount);
		let set_aside = amount.saturating_sub(free).min(self.active);
		self.active = self.active.saturating_sub(set_aside);
		self.covered = self.covered.min(self.active);
		free.saturating_add(set_aside)
	}
}

/// What was taken of a bond and is still held on its owner's account.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Forfeit<AccountId> {
	/// On whose account.
	pub owner: AccountId,
	/// How much, in planck.
	pub amount: Balance,
}

/// When snapshots are promised, and how many are kept.
#[derive(
	Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Schedule {
	/// Blocks between two final snapshots.
	pub every: u32,
	/// Blocks that one may be late.
	pub tolerance: u32,
	/// Snapshots kept on chain.
	pub retention: u32,
}

impl Schedule {
	/// Last block in which a snapshot is in time that is promised from block `from` on.
	pub const fn due_by(&self, from: u32) -> u32 {
		from.saturating_add(self.every).saturating_add(self.tolerance)
	}
}

/// Since when a listing is off sale, and for how long what it has promised waits for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct OffSale {
	/// The block in which it went off sale.
	pub since: u32,
	/// Of a pause, the block from which on time runs again although it goes on. A draft has promised nothing yet, and a listing that has ended nothing
	/// any more: `None`.
	pub until: Option<u32>,
}

impl OffSale {
	/// For how many blocks up to `now` time has stood still.
	pub fn waited(&self, now: u32) -> u32 {
		self.until.unwrap_or(now).min(now).saturating_sub(self.since)
	}
}

/// A listing's schedule, what was promised by it, and what pays for its snapshots. Blocks that were still to come when the listing went off sale are
/// stored as they were then, until it is back.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct ScheduleRecord<AccountId> {
	/// When snapshots are promised, after the next one.
	pub schedule: Schedule,
	/// Whose deposit it is.
	pub curator: AccountId,
	/// What is held for the schedule, its snapshots and its open submissions, in planck.
	pub deposit: Balance,
	/// The block in which the promise that holds was made, where there is no snapshot that it counts from.
	pub since: u32,
	/// Blocks between two snapshots by that promise. A laxer schedule makes none before the next snapshot.
	pub pace: u32,
	/// Last block in which the next snapshot is in time, but for what a pause that goes on puts it off ([`Self::due`]).
	pub due_by: u32,
	/// First block in which a late snapshot is an offence again, where it has been one; else 0.
	pub spared_until: u32,
	/// Since when the listing is off sale, until it is back.
	pub off_sale: Option<OffSale>,
	/// For how many blocks pauses that are over have put off the next snapshot.
	pub waited: u32,
}

impl<AccountId> ScheduleRecord<AccountId> {
	/// The first schedule of a listing that is on sale in block `now`.
	pub fn new(schedule: Schedule, curator: AccountId, deposit: Balance, now: u32) -> Self {
		Self {
			schedule,
			curator,
			deposit,
			since: now,
			pace: schedule.every,
			due_by: schedule.due_by(now),
			spared_until: 0,
			off_sale: None,
			waited: 0,
		}
	}

	/// The block that it is for what was promised: `now`, less those for which the listing's time has stood still since it went off sale.
	pub fn clock(&self, now: u32) -> u32 {
		now.saturating_sub(self.off_sale.map_or(0, |off_sale| off_sale.waited(now)))
	}

	/// Last block in which the next snapshot is in time, as it looks in block `now`.
	pub fn due(&self, now: u32) -> u32 {
		self.put_off(self.due_by, now)
	}

	/// First block in which the next snapshot is late, as it looks in block `now`.
	pub fn late_from(&self, now: u32) -> u32 {
		self.due(now).saturating_add(1)
	}

	/// First block in which that is an offence, as it looks in block `now`: the same, or a later one where it has been an offence before.
	pub fn offence_from(&self, now: u32) -> u32 {
		self.late_from(now).max(self.put_off(self.spared_until, now))
	}

	/// For how many blocks up to `now` pauses have put off the next snapshot.
	pub fn waited_by(&self, now: u32) -> u32 {
		let pause = self.off_sale.filter(|off_sale| off_sale.until.is_some());
		self.waited.saturating_add(pause.map_or(0, |pause| pause.waited(now)))
	}

	/// Another schedule, set in block `now`. Of what was promised before and what it promises from this block on, the sooner holds: nobody gets out of a
	/// promise by making another.
	pub fn reschedule(&mut self, schedule: Schedule, now: u32) {
		let now = self.clock(now);
		let due_by = schedule.due_by(now);
		self.schedule = schedule;
		if due_by < self.due_by {
			(self.since, self.pace, self.due_by) = (now, schedule.every, due_by);
		}
		self.spared_until = self.spared_until.min(due_by.saturating_add(1));
	}

	/// A snapshot became final in block `now`: from there on the next one is promised, and pauses put that off by `longest` blocks at most.
	pub fn renew(&mut self, now: u32, longest: u32) {
		(self.since, self.pace, self.due_by) = (now, self.schedule.every, self.schedule.due_by(now));
		(self.spared_until, self.waited) = (0, 0);
		self.off_sale = self.off_sale.map(|off_sale| OffSale {
			since: now,
			until: off_sale.until.map(|_| now.saturating_add(longest)),
		});
	}

	/// The late snapshot was an offence in block `now`: it is one again when the promise that holds would be for another.
	pub fn spare(&mut self, now: u32) {
		self.spared_until = self.clock(now).saturating_add(self.pace);
	}

	/// The listing is in this state from block `now` on. While it is off sale, what it has promised waits; but pauses put off a snapshot by `longest` blocks at
	/// most, however many there are.
	pub fn on_state(&mut self, state: ListingState, now: u32, longest: u32) {
		let is_paused = self.off_sale.is_some_and(|off_sale| off_sale.until.is_some());
		if is_paused && state == ListingState::Paused {
			return;
		}
		self.return_to_sale(now);
		let left = longest.saturating_sub(self.waited);
		self.off_sale = match state {
			ListingState::Active => None,
			ListingState::Paused => Some(OffSale { since: now, until: Some(now.saturating_add(left)) }),
			ListingState::Draft | ListingState::Retired | ListingState::TakenDown => {
				Some(OffSale { since: now, until: None })
			}
		};
	}

	/// The listing is on sale again in block `now`: what was still to come when it left is as much later as time has stood still. What was late stays late.
	fn return_to_sale(&mut self, now: u32) {
		self.waited = self.waited_by(now);
		(self.due_by, self.spared_until) =
			(self.put_off(self.due_by, now), self.put_off(self.spared_until, now));
		self.off_sale = None;
	}

	/// Where a stored block lies as it looks in block `now`.
	fn put_off(&self, block: u32, now: u32) -> u32 {
		match self.off_sale {
			Some(off_sale) if block >= off_sale.since => block.saturating_add(off_sale.waited(now)),
			_ => block,
		}
	}
}

/// How fresh a listing is in block `now`, by its schedule, and whether it has a snapshot at all.
pub fn health<AccountId>(
	schedule: Option<&ScheduleRecord<AccountId>>,
	has_snapshot: bool,
	now: u32,
) -> SnapshotHealth {
	let Some(record) = schedule else { return SnapshotHealth::Unscheduled };
	let due = record.due(now);
	if now <= due {
		return SnapshotHealth::OnTime;
	}
	let by = now.saturating_sub(due);
	if has_snapshot {
		SnapshotHealth::Late { by }
	} else {
		SnapshotHealth::Missing { by }
	}
}

/// A node at work for a listing in a role.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct AssignmentRecord<AccountId> {
	/// The node.
	pub node: AccountId,
	/// The listing's secret, for this node only.
	pub wrapped_key: WrappedKey,
	/// Whose deposit it is.
	pub curator: AccountId,
	/// What is held for this record's bytes, in planck.
	pub deposit: Balance,
	/// Block of the assignment.
	pub since: u32,
	/// Block from which on the time counts that it has before it is asked for snapshots: that of the assignment, or earlier by the blocks of those that ended
	/// shortly before.
	pub asked_since: u32,
	/// Whether the node has agreed: a persistence node by its first right answer to a challenge of this assignment, a worker by its first submission. Anybody
	/// may be assigned; before that a node answers for nothing, and is no party to what is sold.
	pub agreed: bool,
}

/// One opinion on what a period's snapshot commits to, and who shares it.
#[derive(
	CloneNoBound, DebugNoBound, PartialEqNoBound, EqNoBound, Encode, Decode, MaxEncodedLen, TypeInfo,
)]
#[codec(mel_bound(AccountId: MaxEncodedLen, MaxAssigned: Get<u32>))]
#[scale_info(skip_type_params(MaxAssigned))]
pub struct Proposal<AccountId: Clone + Eq + core::fmt::Debug, MaxAssigned: Get<u32>> {
	/// Hash of `commitments`.
	pub hash: Digest,
	/// What the snapshot commits to.
	pub commitments: Commitments,
	/// The workers who submitted it.
	pub signers: BoundedVec<AccountId, MaxAssigned>,
}

/// All submissions for an open period: one per worker, grouped by what they say.
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
#[codec(mel_bound(AccountId: MaxEncodedLen, MaxAssigned: Get<u32>))]
#[scale_info(skip_type_params(MaxAssigned))]
pub struct PeriodSubmissions<AccountId: Clone + Eq + core::fmt::Debug, MaxAssigned: Get<u32>>(
	pub BoundedVec<Proposal<AccountId, MaxAssigned>, MaxAssigned>,
);

/// Why a submission was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
	/// The worker submitted the same before.
	AlreadySubmitted,
	/// The worker submitted something else before.
	ConflictsWithOwn,
	/// There is no room; cannot happen while only assigned workers submit.
	Full,
}

impl<AccountId: Clone + Eq + core::fmt::Debug, MaxAssigned: Get<u32>>
	PeriodSubmissions<AccountId, MaxAssigned>
{
	/// Takes a worker's submission. Returns whether it is the first to contradict what others submitted.
	pub fn submit(
		&mut self,
		worker: AccountId,
		hash: Digest,
		commitments: Commitments,
	) -> Result<bool, Refusal> {
		if let Some(own) = self.0.iter().find(|proposal| proposal.signers.contains(&worker)) {
			return Err(if own.hash == hash { Refusal::AlreadySubmitted } else { Refusal::ConflictsWithOwn });
		}
		if let Some(proposal) = self.0.iter_mut().find(|proposal| proposal.hash == hash) {
			proposal.signers.try_push(worker).map_err(|_| Refusal::Full)?;
			return Ok(false);
		}
		let contradicts = !self.0.is_empty();
		let mut signers = BoundedVec::new();
		signers.try_push(worker).map_err(|_| Refusal::Full)?;
		self.0.try_push(Proposal { hash, commitments, signers }).map_err(|_| Refusal::Full)?;
		Ok(contradicts)
	}

	/// How many workers submitted something.
	pub fn signers(&self) -> usize {
		self.0.iter().fold(0, |sum, proposal| sum.saturating_add(proposal.signers.len()))
	}

	/// The one worker who submitted something, where there is but one.
	pub fn sole_signer(&self) -> Option<&AccountId> {
		let mut signers = self.0.iter().flat_map(|proposal| proposal.signers.iter());
		signers.next().filter(|_| signers.next().is_none())
	}

	/// Forgets what a worker submitted. Returns whether anything is left.
	pub fn withdraw(&mut self, worker: &AccountId) -> bool {
		for proposal in self.0.iter_mut() {
			proposal.signers.retain(|signer| signer != worker);
		}
		self.0.retain(|proposal| !proposal.signers.is_empty());
		!self.0.is_empty()
	}

	/// The proposal that `quorum` workers share. More than half of the workers make a quorum, so there is at most one.
	pub fn agreed(&self, quorum: u32) -> Option<&Proposal<AccountId, MaxAssigned>> {
		self.0
			.iter()
			.find(|proposal| u32::try_from(proposal.signers.len()).is_ok_and(|count| count >= quorum))
	}
}

/// A final snapshot.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct SnapshotRecord {
	/// What it commits to.
	pub commitments: Commitments,
	/// Block in which the quorum was reached.
	pub final_at: u32,
	/// How many workers had submitted it by then.
	pub signers: u32,
	/// How many were needed.
	pub quorum: u32,
	/// Block in which the one before it became final, where there was one; it may not be kept any more.
	pub before: Option<u32>,
}

/// A node as clients see it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct NodeView<AccountId> {
	/// Its account.
	pub account: AccountId,
	/// Its peer id in the off-chain network.
	pub peer_id: Vec<u8>,
	/// Where it can be reached.
	pub addresses: Vec<Vec<u8>>,
	/// X25519 public key to which requests and listing secrets are encrypted.
	pub encryption_key: [u8; 32],
	/// Whether it runs curation jobs.
	pub worker: bool,
	/// Whether it keeps snapshots and answers queries.
	pub persistence: bool,
	/// Whether it takes new assignments.
	pub accepting: bool,
	/// What is held of it as bond, in planck.
	pub bond: Balance,
	/// What is held of it for its record's bytes, in planck.
	pub deposit: Balance,
	/// Block of its registration.
	pub registered_at: u32,
}

/// An assignment as clients see it, with what is needed to reach the node.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct AssignmentView<AccountId> {
	/// The node.
	pub node: AccountId,
	/// What it does for the listing.
	pub role: NodeRole,
	/// The listing's secret, for this node only.
	pub wrapped_key: Vec<u8>,
	/// The node's peer id in the off-chain network.
	pub peer_id: Vec<u8>,
	/// Where the node can be reached.
	pub addresses: Vec<Vec<u8>>,
	/// X25519 public key to which requests to the node are encrypted.
	pub encryption_key: [u8; 32],
	/// Block of the assignment.
	pub since: u32,
}

/// A curator's bond on a listing as clients see it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct BondView {
	/// What answers for the listing, in planck.
	pub active: Balance,
	/// What is on its way out: how much in planck, and the first block in which it can be withdrawn.
	pub unlocking: Vec<(Balance, u32)>,
	/// What an active or paused data product needs, in planck.
	pub minimum: Balance,
	/// What of the active part is set aside for sales in open windows, in planck.
	pub covered: Balance,
}
