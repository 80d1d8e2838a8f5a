//! How cases that are not ruled on reach the bonds that answer for what is lost by them.

use crate::ListingId;

/// The open cases about a listing, as bonds see them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pending {
	/// Block since which one of them, or another one before it, has been open without a gap.
	pub since: u32,
	/// For how many blocks a case is open at most.
	pub longest: u32,
}

impl Pending {
	/// Whether they keep, in block `now`, what leaves a bond in block `at` where there is no case.
	///
	/// What was free before a case was opened stays free: what that case is about was delivered after the money was on its way out. And nobody
	/// holds money up with one cheap case after the other: of those that were open in time the last is over after `longest` blocks, and
	/// later ones are not waited for.
	pub const fn keep(self, at: u32, now: u32) -> bool {
		self.since < at && now < at.saturating_add(self.longest)
	}
}

/// Whether what leaves a bond in block `at`, but for the cases that are `pending`, is free in block `now`. Once it is, it stays so, while
/// cases take no longer than before: a longer one that is opened next, as a seller's with a long window is, holds it for what it takes longer.
pub fn is_free(at: u32, now: u32, pending: Option<Pending>) -> bool {
	at <= now && pending.is_none_or(|pending| !pending.keep(at, now))
}

/// The cases that will still be ruled on. Offered by `disputes`.
pub trait Cases {
	/// Those about a listing, if there are any.
	fn pending(listing: ListingId) -> Option<Pending>;
	/// For benchmarks: there is a case about a listing, which keeps nothing for longer than a block.
	#[cfg(any(feature = "std", feature = "runtime-benchmarks"))]
	fn benchmark_pending(listing: ListingId);
}

/// A chain on which nobody rules.
impl Cases for () {
	fn pending(_: ListingId) -> Option<Pending> {
		None
	}

	#[cfg(any(feature = "std", feature = "runtime-benchmarks"))]
	fn benchmark_pending(_: ListingId) {}
}

#[cfg(test)]
mod tests {
	use super::*;

	const PENDING: Pending = Pending { since: 5, longest: 10 };

	#[test]
	fn what_was_not_free_when_a_case_was_opened_waits_for_as_long_as_one_takes() {
		for at in [6, 20] {
			assert!(!is_free(at, at, Some(PENDING)));
			assert!(!is_free(at, at + 9, Some(PENDING)));
			assert!(is_free(at, at + 10, Some(PENDING)));
			assert!(is_free(at, at, None) && !is_free(at, at - 1, None));
		}
	}

	#[test]
	fn what_was_free_stays_free() {
		for at in [0, 5] {
			assert!((5..30).all(|now| is_free(at, now, Some(PENDING))));
		}
		assert!(!is_free(u32::MAX, u32::MAX - 1, Some(PENDING)));
	}
}
