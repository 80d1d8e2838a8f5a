//! What clients see, in types that they decode by metadata.

use crate::*;
use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode};
use scale_info::TypeInfo;
use souk_primitives::{Balance, Bond, ListingId, OffenceKind, Period};

/// Most fines on one page.
const MAX_PAGE: u32 = 100;

/// A fine that is being divided, as clients see it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct FineView<AccountId> {
	/// Its number.
	pub id: FineId,
	/// Whose subscribers were harmed.
	pub listing: ListingId,
	/// Block of the offence.
	pub at: u32,
	/// What is not paid yet, in planck.
	pub left: Balance,
	/// What was paid so far.
	pub paid: Division,
	/// The most that subscribers still get of that, in planck.
	pub subscribers: Balance,
	/// Who proved it, and what they will get, in planck.
	pub reporter: Option<(AccountId, Balance)>,
	/// The block before which it is not tried again, where money could not be moved.
	pub waits_until: Option<u32>,
}

/// What a node has to show, as it reads it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct ChallengeView {
	/// Of which listing.
	pub listing: ListingId,
	/// Which snapshot.
	pub period: Period,
	/// Which chunk of it.
	pub chunk: u32,
	/// Which piece of that.
	pub piece: u32,
	/// First block in which it is too late.
	pub answer_until: u32,
}

/// Most challenges that are shown at once; a node has hardly more assignments.
const MAX_CHALLENGES: usize = 256;

impl<T: Config> Pallet<T> {
	pub(crate) fn challenges_of(node: &T::AccountId) -> Vec<ChallengeView> {
		Challenges::<T>::iter_prefix(node)
			.take(MAX_CHALLENGES)
			.map(|(listing, record)| ChallengeView {
				listing,
				period: record.period,
				chunk: record.place.chunk,
				piece: record.place.piece,
				answer_until: record.until,
			})
			.collect()
	}

	pub(crate) fn history_of(bond: &Bond<T::AccountId>) -> Vec<OffenceRecord<T::AccountId>> {
		let mut history = History::<T>::get(bond).into_inner();
		history.reverse();
		history
	}

	pub(crate) fn penalty_table() -> Vec<(OffenceKind, Penalty)> {
		OffenceKind::ALL.into_iter().map(|kind| (kind, T::Penalties::of(kind))).collect()
	}

	pub(crate) fn fine_page(start_after: Option<FineId>, limit: u32) -> Vec<FineView<T::AccountId>> {
		let fines = match start_after {
			None => Fines::<T>::iter(),
			Some(fine) => Fines::<T>::iter_from(Fines::<T>::hashed_key_for(Self::key(fine))),
		};
		fines
			.take(usize::try_from(limit.min(MAX_PAGE)).unwrap_or(0))
			.map(|(key, record)| FineView {
				id: FineId::from_be_bytes(key),
				listing: record.listing,
				at: record.at,
				left: record.left(),
				paid: record.paid,
				subscribers: record.subscribers,
				reporter: record.reporter,
				waits_until: record.waiting.map(|waiting| waiting.until),
			})
			.collect()
	}
}
