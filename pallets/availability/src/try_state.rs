//! What must always hold.

use crate::*;
use alloc::collections::{BTreeMap, BTreeSet};
use frame_support::{
	ensure,
	traits::{fungible::InspectHold, Get},
};
use souk_primitives::{reach::Keepers, Balance};
use sp_runtime::TryRuntimeError;

impl<T: Config> Pallet<T> {
	/// Checks the pallet's invariants:
	///
	/// 1. Every health address can be read, is public unless the chain allows others, and its deposit is held on the node's account:
	///    nothing else is. It is a registered persistence node's, or goes when the running period has been judged.
	/// 2. Lists and sets are there exactly while a period is. Its numbers are theirs, no node and no validator is there twice, and the list is
	///    the one that its digest names.
	/// 3. No node has more findings than validators have voted, and as many have voted as are marked.
	/// 4. A period is judged when it is over, and no node that it does not list. A period's number is not given out again.
	/// 5. What nodes have left is there only of those that are still to be judged, and each listing once.
	pub fn do_try_state() -> Result<(), TryRuntimeError> {
		Self::try_health()?;
		Self::try_period()?;
		Self::try_left()
	}

	fn try_health() -> Result<(), TryRuntimeError> {
		let mut deposits = BTreeMap::<T::AccountId, Balance>::new();
		for (node, record) in Health::<T>::iter() {
			let endpoint = Endpoint::parse(&record.url).ok_or("a health address cannot be read")?;
			ensure!(Self::may_be_asked(&endpoint), "a health address is not public");
			ensure!(
				record.leaving || T::Keepers::keeps(&node),
				"who is no persistence node has a health address"
			);
			deposits.insert(node, record.deposit);
		}
		for (who, _) in frame_system::Account::<T>::iter() {
			let held = T::Currency::balance_on_hold(&HoldReason::Deposit.into(), &who);
			ensure!(held == deposits.remove(&who).unwrap_or(0), "more or less is held than the deposit");
		}
		ensure!(deposits.values().all(|deposit| *deposit == 0), "a deposit is held of nobody");
		Ok(())
	}

	fn try_left() -> Result<(), TryRuntimeError> {
		let judged = Current::<T>::get().map_or(0, |period| period.judging.next);
		let judged = usize::try_from(judged).unwrap_or(usize::MAX);
		let tallies = Tallies::<T>::get();
		let waiting: BTreeSet<_> = tallies.iter().skip(judged).map(|tally| &tally.node).collect();
		for (node, left) in Left::<T>::iter() {
			ensure!(waiting.contains(&node), "what a node has left is kept, and it is not judged");
			ensure!(!left.is_empty(), "that a node has left nothing is kept");
			let listings: BTreeSet<_> = left.iter().collect();
			ensure!(listings.len() == left.len(), "a node has left a listing twice");
		}
		Ok(())
	}

	fn try_period() -> Result<(), TryRuntimeError> {
		let (voters, tallies) = (Voters::<T>::get(), Tallies::<T>::get());
		let Some(period) = Current::<T>::get() else {
			ensure!(voters.is_empty() && tallies.is_empty(), "something is left of a period");
			return Ok(());
		};
		let count = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
		ensure!(period.nodes == count(tallies.len()), "another number of nodes is listed");
		ensure!(period.voters == count(voters.len()), "another number of validators is in the set");
		ensure!(tallies.len() <= usize::try_from(T::MaxNodes::get()).unwrap_or(0), "the list is too long");
		let nodes: BTreeSet<_> = tallies.iter().map(|tally| &tally.node).collect();
		ensure!(nodes.len() == tallies.len(), "a node is listed twice");
		let keys: BTreeSet<_> = voters.iter().map(|voter| codec::Encode::encode(&voter.key)).collect();
		ensure!(keys.len() == voters.len(), "a validator is there twice");
		ensure!(
			periods::list_digest(period.number, &tallies) == period.digest,
			"the digest is another list's"
		);
		let voted = count(voters.iter().filter(|voter| voter.voted).count());
		ensure!(voted == period.voted, "another number of validators has voted");
		for tally in &tallies {
			let said = tally.reachable.saturating_add(tally.unreachable);
			ensure!(said <= voted, "a node has more findings than there are votes");
		}
		let Judging { next, unreachable, sentence } = &period.judging;
		ensure!(*next <= period.nodes && unreachable <= next, "more nodes were judged than there are");
		ensure!(*next > 0 || sentence.is_none(), "somebody answers before anybody was judged");
		ensure!(*next == 0 || Self::now() >= period.until, "it is judged before it is over");
		ensure!(period.from < period.until, "it has no block");
		ensure!(Next::<T>::get().number > period.number, "its number is given out again");
		Ok(())
	}
}
