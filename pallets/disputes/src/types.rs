//! What is stored of arbitrators and cases, and the rules that need nothing else.

// The SCALE derive casts the indices of variants.
#![allow(clippy::cast_possible_truncation)]

use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{traits::ConstU32, BoundedVec};
use scale_info::TypeInfo;
use souk_primitives::{
	reach::{Ruling, Side},
	Balance, Digest, ListingId, OrderId,
};
use sp_io::hashing::blake2_256;
use sp_runtime::{PerThing, Permill, Rounding};

/// Sequential number of a case.
pub type CaseId = u64;

/// Seats of the jury of each round.
pub const JURIES: [u32; 3] = [3, 7, 15];
/// Seats of the first jury: fewer rule on nothing.
pub const FIRST_JURY: u32 = 3;
/// Most arbitrators that are drawn in a round: each seat may be drawn again once.
pub const MAX_DRAWN: u32 = 30;
/// Most tickets of one arbitrator.
pub const MAX_TICKETS: u32 = 16;
/// Most pieces of evidence of each side.
pub const MAX_EVIDENCE: u32 = 8;
/// Most requests for a review of a case at a time.
pub const MAX_REVIEWS: u32 = 4;
/// How many jurors have to approve of a review.
pub const APPROVALS: u32 = 2;
/// Blocks between two looks for randomness and for arbitrators that are free; and between two arbitrators who are pushed out of a full pool.
pub const DRAW_EVERY: u32 = 10;
/// A bond pushes another one out of a full pool if it is larger by one part in so many of that: else one planck would do.
pub const OUTBID_PART: Balance = 4;
/// Most cases in one page of a view.
pub const CASE_PAGE: u32 = 16;

const _: () = assert!(JURIES[0] == FIRST_JURY, "the first jury has another size");
const _: () = assert!(JURIES[2] * 2 == MAX_DRAWN, "the largest jury cannot be drawn again");

/// Seats of a round's jury; `None` where there is no such round.
pub fn jury_size(round: u8) -> Option<u32> {
	JURIES.get(usize::from(round)).copied()
}

/// An arbitrator of the pool.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Arbitrator<AccountId> {
	/// Who.
	pub who: AccountId,
	/// X25519 public key to which evidence is encrypted.
	pub key: [u8; 32],
	/// What is held as bond, in planck.
	pub bond: Balance,
	/// What of it is the stake of seats on juries, in planck.
	pub locked: Balance,
	/// On how many juries of cases that are not over.
	pub seats: u32,
	/// Block since which the bond has been as large: randomness that was known by then draws nobody.
	pub since: u32,
	/// What is held for the record's bytes, in planck.
	pub deposit: Balance,
}

impl<AccountId> Arbitrator<AccountId> {
	/// What chance an arbitrator has at a drawing: a ticket for each `min_bond`.
	pub fn tickets(&self, min_bond: Balance) -> u32 {
		// Where no bond is asked for, any is as good as the largest.
		let tickets = self.bond.checked_div(min_bond).unwrap_or(self.bond);
		u32::try_from(tickets.min(MAX_TICKETS.into())).unwrap_or(MAX_TICKETS)
	}

	/// The least bond that pushes this one out of a full pool, in planck.
	pub fn outbid(&self) -> Balance {
		self.bond.saturating_add(self.bond.div_ceil(OUTBID_PART))
	}

	/// Whether the bond has room for the stake of one more seat.
	pub fn can_stake(&self, stake: Balance) -> bool {
		self.bond.saturating_sub(self.locked) >= stake
	}
}

/// A bond on its way out.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Leaving {
	/// How much, in planck.
	pub bond: Balance,
	/// What is held for the record's bytes, in planck.
	pub deposit: Balance,
	/// First block in which it can be withdrawn.
	pub at: u32,
}

/// One thing for each side of an order.
#[derive(
	Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Sides<X> {
	/// The buyer's.
	pub buyer: X,
	/// The seller's.
	pub seller: X,
}

impl<X> Sides<X> {
	/// A side's.
	pub const fn of(&self, side: Side) -> &X {
		match side {
			Side::Buyer => &self.buyer,
			Side::Seller => &self.seller,
		}
	}

	/// A side's, to be changed.
	pub const fn of_mut(&mut self, side: Side) -> &mut X {
		match side {
			Side::Buyer => &mut self.buyer,
			Side::Seller => &mut self.seller,
		}
	}
}

/// The numbers by which a case goes, as they were when it was opened.
#[derive(
	Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Terms {
	/// What a juror earns, in planck.
	pub juror_fee: Balance,
	/// What a seat on a jury locks of a bond, in planck.
	pub juror_stake: Balance,
	/// What of that is lost with a vote that the last ruling is not.
	pub incoherent_fine: Permill,
	/// Blocks that the other side has to post its fee. Where the seller opened the case, as many at least as the buyer had left to object.
	pub response_time: u32,
	/// Blocks for evidence after that.
	pub evidence_time: u32,
	/// Most blocks that a drawing takes.
	pub draw_timeout: u32,
	/// Blocks for commitments.
	pub commit_time: u32,
	/// Blocks for revealing them.
	pub reveal_time: u32,
	/// Blocks for an appeal.
	pub appeal_time: u32,
}

impl Terms {
	/// The same, with what is too low raised. A wrong vote costs at least twice what a right one earns: else it would pay to vote without having
	/// looked. No phase is shorter than so many blocks: else the other side could not answer in time, and no juror vote.
	pub fn sound(mut self, shortest_phase: u32) -> Self {
		for time in [
			&mut self.response_time,
			&mut self.evidence_time,
			&mut self.draw_timeout,
			&mut self.commit_time,
			&mut self.reveal_time,
			&mut self.appeal_time,
		] {
			*time = (*time).max(shortest_phase);
		}
		let least = self.juror_fee.saturating_mul(2);
		self.juror_stake = self.juror_stake.max(least);
		// Nothing is no part of nothing.
		let share = Permill::from_rational_with_rounding(least, self.juror_stake, Rounding::Up);
		self.incoherent_fine = self.incoherent_fine.max(share.unwrap_or(Permill::zero()));
		self
	}

	/// What a vote costs that the last ruling is not, in planck.
	pub fn fine(&self) -> Balance {
		self.incoherent_fine.mul_ceil(self.juror_stake)
	}

	/// What the jury of a round costs, in planck.
	pub fn fee(&self, round: u8) -> Balance {
		self.juror_fee.saturating_mul(jury_size(round).unwrap_or(0).into())
	}

	/// For how many blocks a case is open at most, if blocks have room for its turns.
	pub fn longest(&self) -> u32 {
		let drawn_twice = self.draw_timeout.saturating_add(self.commit_time).saturating_mul(2);
		let round = drawn_twice.saturating_add(self.reveal_time).saturating_add(self.appeal_time);
		// What is due in this block, or the one before, has its turn in the next one.
		let turns = 32;
		round
			.saturating_mul(3)
			.saturating_add(self.response_time)
			.saturating_add(self.evidence_time)
			.saturating_add(turns)
	}
}

/// Where a case is in its life.
#[derive(
	Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub enum Phase {
	/// The other side has to post its fee.
	#[codec(index = 0)]
	Opened,
	/// Both sides show what they have.
	#[codec(index = 1)]
	Evidence,
	/// A jury, or who replaces those that did not appear, is drawn as soon as the randomness for it is known.
	#[codec(index = 2)]
	Drawing,
	/// The jury commits to its votes.
	#[codec(index = 3)]
	Commit,
	/// It reveals them.
	#[codec(index = 4)]
	Reveal,
	/// There is a ruling; who has lost may appeal.
	#[codec(index = 5)]
	Appeal,
	/// It is over, and kept for a while.
	#[codec(index = 6)]
	Closed,
}

/// What a jury came to.
#[derive(
	Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Verdict {
	/// The ruling.
	pub ruling: Ruling,
	/// Whether a majority voted for it. Else the jury did not agree, or too few of it voted.
	pub decided: bool,
}

/// How a case ended.
#[derive(
	Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub enum Ending {
	/// By the ruling of a jury.
	#[codec(index = 0)]
	Ruled,
	/// The other side did not post its fee in time; nor could it be posted for a seller whose delivery is proved.
	#[codec(index = 1)]
	Default,
	/// The order was decided without a ruling: a side gave in, or something was proved. Where a jury had decided against that side, counted or
	/// not, its ruling stands all the same.
	#[codec(index = 2)]
	Settled,
	/// No jury could be drawn: fees went back, and governance may rule.
	#[codec(index = 3)]
	NoJury,
}

/// One case.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct CaseRecord<AccountId> {
	/// About which order.
	pub order: OrderId,
	/// What was ordered.
	pub listing: ListingId,
	/// The order's sides.
	pub parties: Sides<AccountId>,
	/// Which of them opened it.
	pub opener: Side,
	/// The numbers by which it goes.
	pub terms: Terms,
	/// Block in which it was opened.
	pub opened_at: u32,
	/// Where it is in its life.
	pub phase: Phase,
	/// Block in which that began.
	pub since: u32,
	/// First block in which it is too late for what it waits for.
	pub until: u32,
	/// The block in whose queue it waits.
	pub due: u32,
	/// Which jury, from 0.
	pub round: u8,
	/// Whether those of it who did not appear were replaced, or are being.
	pub redrawn: bool,
	/// What is held as fees, in planck.
	pub fees: Sides<Balance>,
	/// What is held for its bytes, in planck.
	pub deposits: Sides<Balance>,
	/// The ruling of the last jury that was counted, or that had decided when a side gave in.
	pub verdict: Option<Verdict>,
	/// How it ended, and for whom; `None` while it has not.
	pub ended: Option<(Ending, Ruling)>,
}

/// The cases about a listing that are open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct OpenCases {
	/// How many, one at least.
	pub count: u32,
	/// Block since which there has been one without a gap.
	pub since: u32,
	/// For how many blocks one of those that were open since then is open at most.
	pub longest: u32,
}

/// [`CaseRecord`] of a runtime.
pub type CaseRecordOf<T> = CaseRecord<<T as frame_system::Config>::AccountId>;

impl<AccountId: PartialEq> CaseRecord<AccountId> {
	/// Which side of it somebody is.
	pub fn side_of(&self, who: &AccountId) -> Option<Side> {
		[Side::Buyer, Side::Seller].into_iter().find(|side| self.parties.of(*side) == who)
	}

	/// Whether it will still be ruled on.
	pub const fn is_open(&self) -> bool {
		self.ended.is_none()
	}

	/// Whether the last jury that was counted, or that had decided when a side gave in, has decided on this ruling.
	pub fn is_decided(&self, ruling: Ruling) -> bool {
		self.verdict == Some(Verdict { ruling, decided: true })
	}

	/// Whether it is over, and the ruling of a jury stands: it was carried out, or the side that had lost by it gave in.
	pub fn was_ruled_on(&self) -> bool {
		match self.ended {
			Some((Ending::Ruled, _)) => true,
			Some((Ending::Settled, ruling)) => self.is_decided(ruling),
			Some((Ending::Default | Ending::NoJury, _)) | None => false,
		}
	}
}

/// A seat on a jury.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Juror<AccountId> {
	/// Who has it.
	pub who: AccountId,
	/// The commitment, once there is one.
	pub commitment: Option<Digest>,
	/// The vote, once it was revealed.
	pub vote: Option<Ruling>,
	/// Whether somebody else has the seat now, or nobody: no commitment came in time.
	pub replaced: bool,
}

/// The jury of a round.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Jury<AccountId> {
	/// How many seats it has.
	pub seats: u32,
	/// All who were drawn for one.
	pub jurors: BoundedVec<Juror<AccountId>, ConstU32<MAX_DRAWN>>,
	/// What it came to.
	pub verdict: Option<Verdict>,
}

impl<AccountId: PartialEq> Jury<AccountId> {
	/// Those who sit on it.
	pub fn sitting(&self) -> impl Iterator<Item = &Juror<AccountId>> {
		self.jurors.iter().filter(|juror| !juror.replaced)
	}

	/// Whoever sits on it, to be changed.
	pub fn seat_of(&mut self, who: &AccountId) -> Option<&mut Juror<AccountId>> {
		self.jurors.iter_mut().find(|juror| juror.who == *who && !juror.replaced)
	}

	/// Whether somebody sits on it.
	pub fn has(&self, who: &AccountId) -> bool {
		self.sitting().any(|juror| juror.who == *who)
	}

	/// What its votes come to.
	pub fn count(&self) -> Verdict {
		let votes: Vec<Ruling> = self.sitting().filter_map(|juror| juror.vote).collect();
		count(&votes, self.seats)
	}

	/// The ruling that the revealed votes have decided on, whatever those vote who have committed and not revealed yet.
	pub fn foregone(&self) -> Option<Verdict> {
		let verdict = self.count();
		let voters =
			self.sitting().filter(|juror| juror.vote.is_some() || juror.commitment.is_some()).count();
		let for_it = self.sitting().filter(|juror| juror.vote == Some(verdict.ruling)).count();
		(verdict.decided && for_it > voters.saturating_sub(for_it)).then_some(verdict)
	}
}

/// What the revealed `votes` of a jury of so many seats come to: a ruling has more than half of them, and they are those of more than
/// half of the seats. Else the jury has refused, without having decided to.
pub fn count(votes: &[Ruling], seats: u32) -> Verdict {
	let more_than_half = |part: usize, whole: usize| part > whole.saturating_sub(part);
	let seats = usize::try_from(seats).unwrap_or(usize::MAX);
	let quorum = more_than_half(votes.len(), seats);
	let ruling = [Ruling::Buyer, Ruling::Seller, Ruling::Refused].into_iter().find(|ruling| {
		let for_it = votes.iter().filter(|vote| *vote == ruling).count();
		more_than_half(for_it, votes.len())
	});
	match ruling {
		Some(ruling) if quorum => Verdict { ruling, decided: true },
		_ => Verdict { ruling: Ruling::Refused, decided: false },
	}
}

/// A piece of evidence. Its bytes are not on the chain.
#[derive(
	Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct EvidenceRecord {
	/// Which side shows it.
	pub by: Side,
	/// Its hash.
	pub hash: Digest,
	/// Since which block.
	pub at: u32,
}

/// The evidence of a case, oldest first.
pub type EvidenceOf = BoundedVec<EvidenceRecord, ConstU32<{ 2 * MAX_EVIDENCE }>>;

/// Somebody from outside who wants to see the evidence of a case.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct ReviewRecord<AccountId> {
	/// Who.
	pub reviewer: AccountId,
	/// X25519 public key to which the evidence is encrypted then.
	pub key: [u8; 32],
	/// What is held for the record's bytes, in planck.
	pub deposit: Balance,
	/// Jurors who approve.
	pub approvals: BoundedVec<AccountId, ConstU32<APPROVALS>>,
	/// First block in which the access is over; `None` before it is given.
	pub until: Option<u32>,
}

/// The reviews of a case, oldest first.
pub type ReviewsOf<T> =
	BoundedVec<ReviewRecord<<T as frame_system::Config>::AccountId>, ConstU32<MAX_REVIEWS>>;

/// What a juror commits to: `Blake2b-256("souk/vote/v1" ‖ case ‖ round ‖ juror ‖ vote ‖ salt)`, each part in its SCALE encoding. Nobody
/// can reveal another's.
pub fn commitment<AccountId: Encode>(
	case: CaseId,
	round: u8,
	juror: &AccountId,
	vote: Ruling,
	salt: &[u8; 32],
) -> Digest {
	let mut bytes = b"souk/vote/v1".to_vec();
	(case, round, juror, vote, salt).encode_to(&mut bytes);
	blake2_256(&bytes)
}

/// An arbitrator's luck at a drawing: the lowest of so many numbers, each of which anybody can compute, and nobody before `seed` was
/// known. It depends on nobody else. The lower the better; [`u64::MAX`] without a ticket.
pub fn luck<AccountId: Encode>(seed: &[u8], who: &AccountId, tickets: u32) -> u64 {
	/// How many numbers there are in a hash.
	const IN_A_HASH: usize = 4;
	let tickets = usize::try_from(tickets).unwrap_or(usize::MAX);
	let hashes = u32::try_from(tickets.div_ceil(IN_A_HASH)).unwrap_or(u32::MAX);
	let numbers = (0..hashes).flat_map(|hash| {
		let mut bytes = b"souk/jury/v1".to_vec();
		(seed, who, hash).encode_to(&mut bytes);
		let hash = blake2_256(&bytes);
		let number = |part: &[u8]| <[u8; 8]>::try_from(part).map_or(u64::MAX, u64::from_le_bytes);
		hash.chunks_exact(8).map(number).collect::<Vec<_>>()
	});
	numbers.take(tickets).min().unwrap_or(u64::MAX)
}
