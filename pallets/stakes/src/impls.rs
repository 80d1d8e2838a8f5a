//! What other pallets see of this one: the one place where an offence is recorded, and who is away.

use crate::*;
use frame_support::weights::Weight;
use souk_primitives::{
	reach::{Bonds, Downtimes, Offences},
	Balance, Bond, ListingId, Offence,
};
use sp_runtime::Permill;

impl<T: Config> Offences<T::AccountId> for Pallet<T> {
	fn commit(offence: Offence<T::AccountId>) -> Balance {
		let penalty = T::Penalties::of(offence.kind);
		// The number that the fine gets, if anything is taken.
		let fine = NextFineId::<T>::get();
		let answer = |bond, part| Self::answer(&bond, &offence, &penalty, part, fine);
		let of_curator = match offence.curator_answers {
			true => answer(Bond::Listing(offence.listing), penalty.curator),
			false => 0,
		};
		let of_node = match &offence.node {
			Some(node) => answer(Bond::Node(node.clone()), penalty.node),
			None => 0,
		};
		let Offence { kind, listing, node, reporter, began, evidence, .. } = offence;
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
		Self::impose(listing, bonds, reporter, began, &penalty);
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
	/// Takes what an offence costs of one of the bonds that answer for it, and remembers it there. Returns what was taken.
	///
	/// An absence is not remembered where nothing is bonded: it comes again as long as nobody does anything, and nothing would have paid for its
	/// bytes. All else that can be held against somebody took a sale, or a report with a deposit.
	fn answer(
		bond: &Bond<T::AccountId>,
		offence: &Offence<T::AccountId>,
		penalty: &Penalty,
		part: Permill,
		fine: FineId,
	) -> Balance {
		let bonded = T::Bonds::bonded(bond);
		if bonded == 0 && offence.kind.is_absence() {
			return 0;
		}
		let earlier = Self::earlier(bond, offence.kind, penalty.within);
		let asked = penalty.escalated(part, earlier).mul_floor(bonded);
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
