//! A node that is asked, for the benchmarks of other pallets.

use crate::*;
use frame_benchmarking::account;
use frame_support::{assert_ok, traits::Get, BoundedVec};

/// A health address as long as one can be.
pub(crate) fn longest() -> HealthUrl {
	let mut url = b"http://[2a00:1111:1111:1111:1111:1111:1111:1111]:65535/".to_vec();
	url.resize(usize::try_from(endpoint::MAX_URL).unwrap_or(usize::MAX), b'a');
	BoundedVec::truncate_from(url)
}

/// A registered persistence node that can pay for a health address has one, while as many others as can be are voted on.
pub(crate) fn ask<T: Config>(node: &T::AccountId) {
	assert_ok!(Pallet::<T>::do_set_health(node.clone(), longest()));
	let tally = |index| TallyRecord { node: account("listed", index, 0), reachable: 0, unreachable: 0 };
	let nodes = T::MaxNodes::get();
	let tallies =
		BoundedVec::<TallyRecord<T::AccountId>, T::MaxNodes>::truncate_from((0..nodes).map(tally).collect());
	let number = Next::<T>::mutate(|next| {
		let number = next.number;
		next.number = number.saturating_add(1);
		number
	});
	let now = Pallet::<T>::now();
	Current::<T>::put(PeriodRecord {
		number,
		from: now,
		until: now.saturating_add(1),
		nodes,
		digest: periods::list_digest(number, &tallies),
		voters: 0,
		voted: 0,
		judging: Judging::default(),
	});
	Tallies::<T>::put(tallies);
}
