//! Votes on nodes: whom more than two thirds of the validators could not reach answers, for each listing that they keep.

use super::*;
use pallet_availability::{Ballot, Event as Voted, Finding, Findings, Tallies};
use std::collections::BTreeSet;

/// What is said of the nodes of the running period.
#[derive(Default)]
pub struct Votes {
	/// The first block of the period.
	pub from: u32,
	/// The first block after it.
	pub until: u32,
	/// The nodes in the order of the list, and how many could reach each, and could not.
	list: Vec<(Who, u32, u32)>,
	/// What a validator is about to say.
	ballot: Option<Findings>,
	/// Who was not there, and the listings that still answer for it; and whether the node has.
	absent: Option<(Who, BTreeSet<ListingId>, bool)>,
	/// Whether the one that was not there had agreed to keep the listing that answered last.
	pub is_agreed: bool,
	/// How many were not there.
	count: u32,
}

impl Book {
	pub(super) fn expect_vote(&mut self, ballot: &Ballot) {
		self.votes.ballot = Some(ballot.findings.clone());
	}

	pub(super) fn note_availability(&mut self, event: pallet_availability::Event<Runtime>) {
		match event {
			Voted::PeriodBegan { nodes, until, .. } => {
				let list = Tallies::<Runtime>::get();
				assert_eq!(list.len(), nodes as usize);
				let list = list.iter().map(|tally| (who(&tally.node), 0, 0)).collect();
				self.votes = Votes { from: self.now, until, list, ..Votes::default() };
			}
			Voted::Voted { reachable, unreachable, .. } => {
				let findings = self.votes.ballot.take().expect("somebody votes");
				let (mut there, mut gone) = (0, 0);
				for ((_, reached, missed), finding) in self.votes.list.iter_mut().zip(&findings) {
					match finding {
						Finding::NotProbed => {}
						Finding::Reachable => (*reached, there) = (*reached + 1, there + 1),
						Finding::Unreachable => (*missed, gone) = (*missed + 1, gone + 1),
					}
				}
				assert_eq!((reachable, unreachable), (there, gone));
			}
			Voted::NodeUnreachable { node, unreachable, voters, .. } => {
				self.assert_answered();
				let node = who(&node);
				let (_, _, missed) =
					self.votes.list.iter().find(|(one, ..)| *one == node).expect("it is on the list");
				assert_eq!(unreachable, *missed, "votes on {node}");
				assert!(3 * missed > 2 * voters, "{missed} of {voters} are not enough");
				let kept = (0u32..).zip(&TRADED).filter(|(listing, traded)| {
					traded.keepers.contains(&node) && !self.ended.contains_key(listing)
				});
				self.votes.absent = Some((node, kept.map(|(listing, _)| listing).collect(), false));
				self.votes.count += 1;
			}
			Voted::PeriodClosed { unreachable, .. } => {
				self.assert_answered();
				assert_eq!(unreachable, self.votes.count);
				// There are two validators.
				let absent = self.votes.list.iter().filter(|(_, _, missed)| *missed == 2).count();
				assert_eq!(absent, unreachable as usize, "{:?}", self.votes.list);
				self.votes = Votes::default();
			}
			Voted::HealthSet { .. } | Voted::HealthLeaving { .. } | Voted::HealthCleared { .. } => {}
		}
	}

	/// A listing answers once for a node that was not there, and the node with the first of them that it has agreed to keep.
	pub(super) fn answers_for_absence(&mut self, listing: ListingId, with: Option<Who>) {
		let (node, listings, answered) = self.votes.absent.as_mut().expect("somebody was not there");
		assert!(listings.remove(&listing), "listing {listing} does not answer for {node}");
		let agreed = self.agreed.contains(&(*node, listing));
		let first = agreed && !std::mem::replace(answered, true);
		assert_eq!(with, first.then_some(*node), "a node's bond answers once");
		self.votes.is_agreed = agreed;
	}

	/// All listings of the last node that was not there have answered.
	fn assert_answered(&mut self) {
		let absent = self.votes.absent.take();
		let left = absent.filter(|(_, listings, _)| !listings.is_empty());
		assert!(left.is_none(), "not punished: {left:?}");
	}
}
