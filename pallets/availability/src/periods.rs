//! How a period begins: with a list of nodes and the set of validators, both fixed until it has been judged.

use crate::*;
use alloc::vec::Vec;
use codec::Encode;
use frame_support::{traits::Get, BoundedVec};
use souk_primitives::{reach::Keepers, Digest};
use sp_io::hashing::blake2_256;

impl<T: Config> Pallet<T> {
	/// Begins a period of `every` blocks in block `now`.
	pub(crate) fn begin(now: u32, every: u32) {
		let NextRecord { number, after } = Next::<T>::get();
		let seen = Self::nodes_after(after);
		// Where there were as many as can be, the next period goes on behind them.
		let full = u32::try_from(seen.len()).is_ok_and(|seen| seen >= T::MaxNodes::get());
		let after = seen.last().filter(|_| full).map(|(node, _)| node.clone());
		Next::<T>::put(NextRecord { number: number.saturating_add(1), after });

		let serves = |(node, record): (T::AccountId, HealthRecord)| {
			let listed = !record.leaving && !T::Keepers::kept_by(&node).is_empty();
			listed.then_some(TallyRecord { node, reachable: 0, unreachable: 0 })
		};
		let tallies =
			BoundedVec::<_, T::MaxNodes>::truncate_from(seen.into_iter().filter_map(serves).collect());
		let keys = T::Validators::get().into_iter().map(|key| VoterRecord { key, voted: false });
		let voters = BoundedVec::<_, T::MaxVoters>::truncate_from(keys.collect());
		let count = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
		let until = now.saturating_add(every);
		let period = PeriodRecord {
			number,
			from: now,
			until,
			nodes: count(tallies.len()),
			digest: list_digest(number, &tallies),
			voters: count(voters.len()),
			voted: 0,
			judging: Judging::default(),
		};
		Self::deposit_event(Event::PeriodBegan {
			period: number,
			until,
			nodes: period.nodes,
			voters: period.voters,
		});
		Tallies::<T>::put(tallies);
		Voters::<T>::put(voters);
		Current::<T>::put(period);
	}

	/// Where governance has made periods shorter, the running one is over when a short one would be.
	pub(crate) fn shorten(now: u32, every: u32, mut period: PeriodRecord) {
		let until = now.saturating_add(every);
		if every > 0 && until < period.until {
			period.until = until;
			Current::<T>::put(period);
		}
	}

	/// The nodes with a health address that come after one, in a circle: at most `MaxNodes`, each once.
	fn nodes_after(after: Option<T::AccountId>) -> Vec<(T::AccountId, HealthRecord)> {
		let most = usize::try_from(T::MaxNodes::get()).unwrap_or(0);
		let Some(after) = after else { return Health::<T>::iter().take(most).collect() };
		let mut seen: Vec<_> =
			Health::<T>::iter_from(Health::<T>::hashed_key_for(after)).take(most).collect();
		let left = most.saturating_sub(seen.len());
		let first = seen.first().map(|(node, _)| node.clone());
		let others = Health::<T>::iter().take_while(|(node, _)| Some(node) != first.as_ref());
		seen.extend(others.take(left));
		seen
	}
}

/// What a vote's signature says of the list.
pub(crate) fn list_digest<AccountId: Encode>(
	number: PeriodNumber,
	tallies: &[TallyRecord<AccountId>],
) -> Digest {
	let nodes: Vec<&AccountId> = tallies.iter().map(|tally| &tally.node).collect();
	blake2_256(&(b"souk/availability/nodes/v1", number, nodes).encode())
}
