//! Who is elected: a pure function.

use alloc::vec::Vec;
use souk_primitives::Balance;

/// The `max` candidates with the largest bonds, ties by account.
///
/// Where that gives fewer than `min`, members of the `sitting` set fill up to `min`, largest bond first: a set shrinks
/// below `min` only where there is nobody left to fill it. The result is sorted by bond, largest first, ties by account.
pub fn elect<AccountId: Ord + Clone>(
	mut candidates: Vec<(AccountId, Balance)>,
	mut sitting: Vec<(AccountId, Balance)>,
	min: u32,
	max: u32,
) -> Vec<(AccountId, Balance)> {
	let as_len = |n: u32| usize::try_from(n).unwrap_or(usize::MAX);
	rank(&mut candidates);
	candidates.truncate(as_len(max));

	let missing = as_len(min).saturating_sub(candidates.len());
	if missing > 0 {
		sitting.retain(|(account, _)| candidates.iter().all(|(elected, _)| elected != account));
		rank(&mut sitting);
		candidates.extend(sitting.into_iter().take(missing));
		rank(&mut candidates);
	}
	candidates
}

/// Sorts by bond, largest first, ties by account.
pub(crate) fn rank<AccountId: Ord>(validators: &mut [(AccountId, Balance)]) {
	validators.sort_by(|(a, a_bond), (b, b_bond)| b_bond.cmp(a_bond).then_with(|| a.cmp(b)));
}
