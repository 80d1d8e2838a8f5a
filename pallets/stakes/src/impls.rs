//! What other pallets see of this one: the one place where an offence is recorded, and who is away.

use crate::{fines::Harm, *};
use frame_support::weights::Weight;
use souk_primitives::{
	reach::{Bonds, Downtimes, Offences},
	Balance, Bond, ListingId, Offence, OffenceKind,
};
use sp_runtime::Permill;

impl<T: Config> Offences<T::AccountId> for Pallet<T> {
	fn commit(offence: Offence<T::AccountId>) -> Balance {
		if Self::is_known(&offence) {
			return 0;
		}
		let penalty = T::Penalties::of(offence.kind);
		// The number that the fine gets, if anything is taken.
		let fine = NextFineId::<T>::get();
		let answer = |bond, part, most| Self::answer(&bond, &offence, &penalty, part, most, fine);
		let of_curator = match offence.curator_answers {
			true => answer(Bond::Listing(offence.listing), penalty.curator, Balance::MAX),
			false => 0,
		};
		let both = offence.curator_answers && !penalty.curator.is_zero();
		// Of what it does not show, a node loses no more than who has assigned it: else who has nothing at stake assigns a stranger's node, and has no
		// data that it could show.
		let most =
			if both && offence.kind == OffenceKind::MissedChallenge { of_curator } else { Balance::MAX };
		let of_node = match &offence.node {
			Some(node) => answer(Bond::Node(node.clone()), penalty.node, most),
			None => 0,
		};
		let to_subscribers = match offence.curator_answers && offence.node.is_some() {
			true => penalty.most_for_subscribers(of_curator, of_node),
			false => Balance::MAX,
		};
		let Offence { kind, listing, node, reporter, began, harmed_for, evidence, .. } = offence;
		Self::deposit_event(Event::OffenceCommitted {
			kind,
			listing,
			node: node.clone(),
			reporter: reporter.clone(),
			evidence,
			of_curator,
			of_node,
		});
		let bonds = [(Some(Bond::Listing(listing)), of_curator), (node.map(Bond::Node), of_node)];
		let harm = Harm { began, lasted: harmed_for, to_subscribers };
		Self::impose(listing, bonds, reporter, harm, &penalty);
		of_curator.saturating_add(of_node)
	}

	fn against(listing: ListingId) -> u32 {
		let remembered = History::<T>::decode_len(Bond::Listing(listing)).unwrap_or(0);
		u32::try_from(remembered).unwrap_or(u32::MAX)
	}

	fn weight() -> Weight {
		T::WeightInfo::commit()
	}
}

impl<T: Config> Downtimes<T::AccountId> for Pallet<T> {
	fn is_away(node: &T::AccountId, from: u32, until: u32) -> bool {
		Self::said_away(node, from, until)
	}
}

impl<T: Config> Pallet<T> {
	/// Whether the same is remembered already: what is proved twice was done once.
	fn is_known(offence: &Offence<T::AccountId>) -> bool {
		let bond = match (&offence.node, offence.curator_answers) {
			(Some(node), false) => Bond::Node(node.clone()),
			_ => Bond::Listing(offence.listing),
		};
		let remembered = History::<T>::get(bond);
		remembered.iter().any(|record| record.kind == offence.kind && record.evidence == offence.evidence)
	}

	/// Takes what an offence costs of one of the bonds that answer for it, `most` planck at most, and remembers it there. Returns what was taken.
	///
	/// An absence is not remembered where nothing is bonded: it comes again as long as nobody does anything, and nothing would have paid for its
	/// bytes. All else that can be held against somebody took a sale, or a report with a deposit.
	fn answer(
		bond: &Bond<T::AccountId>,
		offence: &Offence<T::AccountId>,
		penalty: &Penalty,
		part: Permill,
		most: Balance,
		fine: FineId,
	) -> Balance {
		let bonded = T::Bonds::bonded(bond);
		if bonded.min(most) == 0 && offence.kind.is_absence() {
			return 0;
		}
		let earlier = Self::earlier(bond, offence.kind, penalty.within);
		let asked = penalty.escalated(part, earlier).mul_floor(bonded).min(most);
		let taken = if asked > 0 { T::Bonds::forfeit(bond, asked) } else { 0 };
		Self::remember(
			bond,
			OffenceRecord {
				kind: offence.kind,
				listing: offence.listing,
				node: offence.node.clone(),
				reporter: offence.reporter.clone(),
				basis: offence.basis,
				evidence: offence.evidence,
				at: Self::now(),
				until: Self::remembered_until(),
				taken,
				fine: (taken > 0).then_some(fine),
				division: None,
			},
		);
		taken
	}
}
