//! What a runtime's limits have to allow. It is looked at when the runtime is tested.

use crate::*;
use frame_support::traits::Get;

impl<T: Config> Pallet<T> {
	/// Panics if a limit leaves no place for what everybody may do.
	pub(crate) fn assert_limits() {
		assert!(T::MaxAssigned::get() >= 1, "nobody can be assigned");
		let both_roles = T::MaxAssigned::get().saturating_mul(2);
		assert!(T::MaxTerms::get() >= both_roles, "not all who are assigned have a term");
		assert!(T::MaxRetention::get() >= 1, "no snapshot can be kept");
		assert!(T::MaxOpenPeriods::get() >= 1, "no period can be open");
		assert!(T::MaxUnlocking::get() >= 1, "no bond can be unlocked");
	}
}
