//! What comes of a period's votes: each node of the list is judged in its turn, and one that was not there answers for each listing that it
//! kept.

use crate::*;
use codec::Encode;
use frame_support::{
	traits::Get,
	weights::{Weight, WeightMeter},
};
use souk_primitives::{
	reach::{Downtimes, Keepers, Listings, Offences},
	Basis, ListingId, ListingState, Offence, OffenceKind,
};
use sp_io::hashing::blake2_256;

impl<T: Config> Pallet<T> {
	/// Goes on with the judging of a period that is over, as far as the meter allows; forgets the period when all is done.
	pub(crate) fn judge(mut period: PeriodRecord, meter: &mut WeightMeter) {
		let fixed = T::WeightInfo::judging().saturating_add(T::WeightInfo::close());
		if meter.try_consume(fixed).is_err() {
			return;
		}
		let tallies = Tallies::<T>::get();
		let punish = Self::punish_weight();
		let place = |next: u32| usize::try_from(next).ok().and_then(|next| tallies.get(next));
		loop {
			let before = period.judging.next.checked_sub(1).and_then(place);
			if let (Some(tally), Some(mut sentence)) = (before, period.judging.sentence.take()) {
				if meter.try_consume(punish).is_err() {
					period.judging.sentence = Some(sentence);
					break;
				}
				if Self::punish(&period, tally, &mut sentence) {
					period.judging.sentence = Some(sentence);
				}
				continue;
			}
			let Some(tally) = place(period.judging.next) else { return Self::close(&period) };
			if meter.try_consume(T::WeightInfo::judge()).is_err() {
				break;
			}
			period.judging.next = period.judging.next.saturating_add(1);
			period.judging.sentence = Self::judge_node(&period, tally);
			if period.judging.sentence.is_some() {
				period.judging.unreachable = period.judging.unreachable.saturating_add(1);
			}
		}
		Current::<T>::put(period);
	}

	/// What an offence against one listing weighs at most: it is also read whether the node has agreed to keep it, if need be among those that have left.
	pub(crate) fn punish_weight() -> Weight {
		T::WeightInfo::punish()
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::Offences::weight())
	}

	/// Judges one node. Returns what it answers for, if it was not there and had not said so in time.
	pub(crate) fn judge_node(period: &PeriodRecord, tally: &TallyRecord<T::AccountId>) -> Option<Sentence> {
		let TallyRecord { node, reachable, unreachable } = tally;
		let left = Left::<T>::take(node);
		let PeriodRecord { number, from, until, voters, .. } = *period;
		let offence = is_unreachable(*reachable, *unreachable, voters, T::MinVoters::get())
			&& !T::Downtimes::is_away(node, from, until);
		if let Some(mut record) = Health::<T>::get(node) {
			record.last = Some(Outcome {
				period: number,
				until,
				voters,
				reachable: *reachable,
				unreachable: *unreachable,
				offence,
			});
			// A deposit that cannot be returned now is returned when the node asks for it again.
			if !record.leaving || Self::forget(node.clone(), &record).is_err() {
				Health::<T>::insert(node, record);
			}
		}
		if !offence {
			return None;
		}
		let evidence =
			blake2_256(&(b"souk/unreachable/v1", number, node, reachable, unreachable, voters).encode());
		Self::deposit_event(Event::NodeUnreachable {
			node: node.clone(),
			period: number,
			unreachable: *unreachable,
			voters,
			evidence,
		});
		// Another listing's subscribers get the node's part each time, and nobody chooses which.
		let first = first_of(&Self::kept_or_left(node, &left), &evidence);
		Some(Sentence { first, after: None, left, answered: false, evidence })
	}

	/// Records the offence against the next listing that a node kept in the period's first block, whether it has left it since or not. Returns whether
	/// there was one to look at.
	pub(crate) fn punish(
		period: &PeriodRecord,
		tally: &TallyRecord<T::AccountId>,
		sentence: &mut Sentence,
	) -> bool {
		let TallyRecord { node, unreachable, .. } = tally;
		let listings = Self::kept_or_left(node, &sentence.left);
		let Some(listing) = sentence.next_of(&listings) else { return false };
		sentence.after = Some(listing);
		// Who was assigned later could not yet be there; and nobody is owed anything by a listing that has ended.
		let kept = sentence.left.contains(&listing)
			|| T::Keepers::kept_since(listing, node).is_some_and(|since| since <= period.from);
		let serves = T::Listings::state(listing)
			.is_some_and(|(state, _)| matches!(state, ListingState::Active | ListingState::Paused));
		if kept && serves {
			// Whoever has not agreed to keep the listing leaves its curator to answer alone.
			let agreed = T::Keepers::has_agreed(listing, node, period.from);
			let answers = agreed && !sentence.answered;
			sentence.answered |= answers;
			T::Offences::commit(Offence {
				kind: OffenceKind::Unreachable,
				listing,
				node: answers.then(|| node.clone()),
				curator_answers: true,
				reporter: None,
				// Votes can be seen as they come.
				began: period.from,
				// As of a challenge: else whoever is assigned would subscribe, and be away.
				harmed_for: if agreed { period.until.saturating_sub(period.from) } else { 0 },
				basis: Basis::Votes { against: *unreachable, of: period.voters },
				evidence: sentence.evidence,
			});
		}
		true
	}

	/// Forgets a period that has been judged.
	pub(crate) fn close(period: &PeriodRecord) {
		Tallies::<T>::kill();
		Voters::<T>::kill();
		Current::<T>::kill();
		Self::deposit_event(Event::PeriodClosed {
			period: period.number,
			voted: period.voted,
			unreachable: period.judging.unreachable,
		});
	}
}

/// One of the listings, by a hash.
fn first_of(listings: &[ListingId], hash: &souk_primitives::Digest) -> ListingId {
	let [a, b, c, d, ..] = *hash;
	let count = u32::try_from(listings.len()).unwrap_or(u32::MAX);
	let place = u32::from_le_bytes([a, b, c, d]).checked_rem(count).unwrap_or(0);
	usize::try_from(place).ok().and_then(|place| listings.get(place)).copied().unwrap_or(0)
}
