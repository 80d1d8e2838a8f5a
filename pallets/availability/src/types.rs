//! What is stored of periods, votes and nodes, and the rule by which votes are counted.

// The SCALE derive casts the indices of variants.
#![allow(clippy::cast_possible_truncation)]

use crate::endpoint::MAX_URL;
use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{traits::ConstU32, BoundedVec};
use scale_info::TypeInfo;
use souk_primitives::{Balance, Digest, ListingId};

/// Sequential number of a voting period.
pub type PeriodNumber = u32;

/// Most nodes of a period, in any chain: a finding for each is in a vote.
pub const MAX_NODES: u32 = 128;

/// Most listings that a node can have left and answer for: twice as many as it can be assigned to. It may leave all of them in a period's first
/// block, be assigned to as many others in it, and leave those later.
pub const MAX_LEFT: u32 = 512;

/// What a node has left since the first block of a period, and answers for at its end; each listing once.
pub type LeftListings = BoundedVec<ListingId, ConstU32<MAX_LEFT>>;

/// Where a node answers `GET` with 200 while it is there.
pub type HealthUrl = BoundedVec<u8, ConstU32<MAX_URL>>;

/// What a validator found out of a node.
#[derive(
	Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub enum Finding {
	/// Nothing.
	#[codec(index = 0)]
	NotProbed,
	/// It answered.
	#[codec(index = 1)]
	Reachable,
	/// It did not, twice.
	#[codec(index = 2)]
	Unreachable,
}

/// A finding for each node of a period, in the order of its list.
pub type Findings = BoundedVec<Finding, ConstU32<MAX_NODES>>;

/// What a validator says of all nodes of a period.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Ballot {
	/// Which period.
	pub period: PeriodNumber,
	/// The validator's place in the set of that period.
	pub voter: u32,
	/// What it found.
	pub findings: Findings,
}

impl Ballot {
	/// What the validator's session key signs. `nodes` is the digest of the period's list, so that on another fork, where the same place is
	/// another node's, the vote is worth nothing. A heartbeat, which the same key signs, is shorter and has no tag.
	pub fn message(&self, genesis: &Digest, nodes: &Digest) -> Vec<u8> {
		(b"souk/availability/v1", genesis, nodes, self).encode()
	}
}

/// A period in which validators vote, and what has become of it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct PeriodRecord {
	/// Its number.
	pub number: PeriodNumber,
	/// Its first block. Votes come in later ones.
	pub from: u32,
	/// First block in which it is too late to vote.
	pub until: u32,
	/// How many nodes are on its list.
	pub nodes: u32,
	/// Digest of the list.
	pub digest: Digest,
	/// How many validators are in its set.
	pub voters: u32,
	/// How many of them have voted.
	pub voted: u32,
	/// Where the judging is, when the period is over.
	pub judging: Judging,
}

/// Where the judging of a period is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Judging {
	/// The place of the next node.
	pub next: u32,
	/// How many nodes so far were found to be unreachable.
	pub unreachable: u32,
	/// What the node before that place still answers for.
	pub sentence: Option<Sentence>,
}

/// The listings that a node kept and was not there for: an offence each.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Sentence {
	/// Where the circle of them begins.
	pub first: ListingId,
	/// The last one that had its turn.
	pub after: Option<ListingId>,
	/// Those of them that it has left since the period's first block.
	pub left: LeftListings,
	/// Whether the node's own bond has answered: it does once.
	pub answered: bool,
	/// Hash that names the evidence.
	pub evidence: Digest,
}

impl Sentence {
	/// The listing whose turn it is among those that the node keeps now or has left: in a circle, ascending from `first` on.
	pub fn next_of(&self, listings: &[ListingId]) -> Option<ListingId> {
		let place = |listing: ListingId| (listing < self.first, listing);
		let later = |listing: &ListingId| self.after.is_none_or(|after| place(*listing) > place(after));
		listings.iter().copied().filter(later).min_by_key(|listing| place(*listing))
	}
}

/// A validator of a period.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct VoterRecord<Key> {
	/// Its session key.
	pub key: Key,
	/// Whether it has voted.
	pub voted: bool,
}

/// What was voted on a node of a period.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct TallyRecord<AccountId> {
	/// The node.
	pub node: AccountId,
	/// How many validators reached it.
	pub reachable: u32,
	/// How many did not.
	pub unreachable: u32,
}

impl<AccountId> TallyRecord<AccountId> {
	/// Counts a validator's finding.
	pub fn count(&mut self, finding: Finding) {
		match finding {
			Finding::NotProbed => {}
			Finding::Reachable => self.reachable = self.reachable.saturating_add(1),
			Finding::Unreachable => self.unreachable = self.unreachable.saturating_add(1),
		}
	}
}

/// Whether a node is taken for unreachable: more than two thirds of all `voters` say so, whether the others voted or not, and at least `least`
/// of them said anything of it.
pub fn is_unreachable(reachable: u32, unreachable: u32, voters: u32, least: u32) -> bool {
	let said = reachable.saturating_add(unreachable);
	said >= least && u64::from(unreachable).saturating_mul(3) > u64::from(voters).saturating_mul(2)
}

/// What came of a period for a node.
#[derive(
	Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Outcome {
	/// Which period.
	pub period: PeriodNumber,
	/// Block in which it was over.
	pub until: u32,
	/// How many validators could vote.
	pub voters: u32,
	/// How many of them reached the node.
	pub reachable: u32,
	/// How many did not.
	pub unreachable: u32,
	/// Whether it was an offence.
	pub offence: bool,
}

/// Where a node is asked whether it is there.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct HealthRecord {
	/// The URL.
	pub url: HealthUrl,
	/// What is held of the node for its bytes, in planck.
	pub deposit: Balance,
	/// Whether it goes when the running period has been judged.
	pub leaving: bool,
	/// What came of the last period that it was listed in.
	pub last: Option<Outcome>,
}

/// Where the next period begins.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct NextRecord<AccountId> {
	/// Its number.
	pub number: PeriodNumber,
	/// The last node that was looked at, where the one before had no room for all.
	pub after: Option<AccountId>,
}

impl<AccountId> Default for NextRecord<AccountId> {
	fn default() -> Self {
		Self { number: 0, after: None }
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use proptest::prelude::*;

	#[test]
	fn more_than_two_thirds_of_the_whole_set_must_say_so() {
		for (voters, enough) in [(1, 1), (2, 2), (3, 3), (4, 3), (5, 4), (6, 5), (9, 7), (100, 67)] {
			assert!(is_unreachable(0, enough, voters, 1), "{enough} of {voters}");
			assert!(!is_unreachable(0, enough - 1, voters, 1), "{} of {voters}", enough - 1);
		}
		assert!(!is_unreachable(0, 0, 0, 0));
		assert!(!is_unreachable(0, 1, 1, 2), "too few said anything");
		assert!(is_unreachable(1, 3, 4, 4));
		assert!(is_unreachable(0, u32::MAX, u32::MAX, u32::MAX));
	}

	proptest! {
		#[test]
		fn a_circle_has_each_listing_once(mut listings in proptest::collection::vec(0u32..20, 0..10), first in 0u32..20) {
			listings.sort_unstable();
			listings.dedup();
			let mut sentence = Sentence { first, after: None, left: Default::default(), answered: false, evidence: [0; 32] };
			let mut seen = Vec::new();
			while let Some(listing) = sentence.next_of(&listings) {
				seen.push(listing);
				sentence.after = Some(listing);
			}
			let at = listings.iter().position(|listing| *listing >= first).unwrap_or(0);
			listings.rotate_left(at);
			prop_assert_eq!(seen, listings);
		}
	}
}
