//! What other pallets see of this one.

use crate::*;
use frame_support::weights::Weight;
use souk_primitives::{
	reach::{self, Dispute, Disputed as _, Offences as _, Pending, Ruling, Side},
	ListingId, OrderId,
};
use sp_runtime::DispatchError;

impl<T: Config> reach::Juries<T::AccountId> for Pallet<T> {
	fn open(dispute: Dispute<T::AccountId>) -> Result<Option<u32>, DispatchError> {
		if !Self::has_enough(dispute.order, Self::terms().juror_stake, &[], FIRST_JURY) {
			return Ok(None);
		}
		Self::open_case(dispute).map(|record| Some(record.terms.longest()))
	}

	fn is_open(order: OrderId) -> bool {
		Self::open_about(order).is_some()
	}

	fn has_ruled(order: OrderId) -> bool {
		let case = CaseOf::<T>::get(order).and_then(|case| Cases::<T>::get(Self::key(case)));
		case.is_some_and(|record| record.was_ruled_on())
	}

	fn settled(order: OrderId, winner: Side) {
		let Some((case, mut record)) = Self::open_about(order) else { return };
		if record.phase == Phase::Reveal {
			Self::count_early(case, &mut record);
		}
		let ruling = Ruling::of(winner);
		// Who has lost and gives in has lost: the ruling stands. Who gives in before, or has won, leaves nobody's vote wrong.
		let decided = record.is_decided(ruling);
		let was = record.due;
		Self::close(case, record, was, Ending::Settled, Verdict { ruling, decided });
	}

	fn weight() -> Weight {
		// The end of a case weighs far more than one that is opened and one that is forgotten for it. What was ruled may be held against who gives in.
		T::WeightInfo::open().max(T::WeightInfo::turn().saturating_add(T::Offences::weight()))
	}

	#[cfg(any(feature = "std", feature = "runtime-benchmarks"))]
	fn benchmark_ruled(dispute: Dispute<T::AccountId>) {
		Self::benchmark_end(dispute, Ending::Ruled, Ruling::Buyer);
	}
}

impl<T: Config> reach::Cases for Pallet<T> {
	fn pending(listing: ListingId) -> Option<Pending> {
		CasesOf::<T>::get(listing).map(|OpenCases { since, longest, .. }| Pending { since, longest })
	}

	#[cfg(any(feature = "std", feature = "runtime-benchmarks"))]
	fn benchmark_pending(listing: ListingId) {
		CasesOf::<T>::insert(listing, OpenCases { count: 1, since: 0, longest: 1 });
	}
}

impl<T: Config> reach::Rulings<T::AccountId> for Pallet<T> {
	fn loser(order: OrderId) -> Option<Side> {
		let case = CaseOf::<T>::get(order)?;
		let record = Cases::<T>::get(Self::key(case))?;
		let (how, ruling) = record.ended?;
		match how {
			// Who was away before anything was delivered has broken no word.
			Ending::Default if ruling == Ruling::Buyer && !T::Orders::is_delivered(order) => None,
			Ending::Ruled | Ending::Default => ruling.loser(),
			Ending::Settled if record.was_ruled_on() => ruling.loser(),
			// Who gives in before a ruling has not lost, and nobody has where nobody ruled.
			Ending::Settled | Ending::NoJury => None,
		}
	}

	#[cfg(any(feature = "std", feature = "runtime-benchmarks"))]
	fn benchmark_lost(dispute: Dispute<T::AccountId>) {
		let ruling = Ruling::of(dispute.opener.other());
		Self::benchmark_end(dispute, Ending::Default, ruling);
	}
}

impl<T: Config> Pallet<T> {
	/// The case about an order, if it is open.
	fn open_about(order: OrderId) -> Option<(CaseId, CaseRecordOf<T>)> {
		let case = CaseOf::<T>::get(order)?;
		let record = Cases::<T>::get(Self::key(case))?;
		record.is_open().then_some((case, record))
	}

	/// A case that ends as it is opened.
	#[cfg(any(feature = "std", feature = "runtime-benchmarks"))]
	fn benchmark_end(dispute: Dispute<T::AccountId>, how: Ending, ruling: Ruling) {
		let order = dispute.order;
		let opened = Self::open_case(dispute);
		frame_support::assert_ok!(&opened);
		if let Some((case, record)) = opened.ok().and_then(|_| Self::open_about(order)) {
			let was = record.due;
			Self::close(case, record, was, how, Verdict { ruling, decided: true });
		}
	}
}
