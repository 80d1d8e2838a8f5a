//! What clients see, in types that they decode by metadata.

use crate::*;
use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode};
use scale_info::TypeInfo;

/// Where a node is asked whether it is there, and what came of it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct AvailabilityView {
	/// The URL.
	pub url: Vec<u8>,
	/// What is held of the node for it, in planck.
	pub deposit: souk_primitives::Balance,
	/// Whether it goes when the running period has been judged.
	pub leaving: bool,
	/// Whether the node is on the running period's list.
	pub listed: bool,
	/// What came of the last period that it was listed in.
	pub last: Option<Outcome>,
}

/// A period, as clients see it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct PeriodView {
	/// Its number.
	pub number: PeriodNumber,
	/// Its first block.
	pub from: u32,
	/// First block in which it is too late to vote.
	pub until: u32,
	/// How many nodes are on its list.
	pub nodes: u32,
	/// How many validators can vote.
	pub voters: u32,
	/// How many of them have voted.
	pub voted: u32,
}

impl<T: Config> Pallet<T> {
	pub(crate) fn availability_of(node: &T::AccountId) -> Option<AvailabilityView> {
		let HealthRecord { url, deposit, leaving, last } = Health::<T>::get(node)?;
		let listed = Tallies::<T>::get().iter().any(|tally| &tally.node == node);
		Some(AvailabilityView { url: url.into_inner(), deposit, leaving, listed, last })
	}

	pub(crate) fn period_view() -> Option<PeriodView> {
		let PeriodRecord { number, from, until, nodes, voters, voted, .. } = Current::<T>::get()?;
		Some(PeriodView { number, from, until, nodes, voters, voted })
	}
}
