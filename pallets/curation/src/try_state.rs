//! What must always hold.

use crate::*;
use alloc::collections::{BTreeMap, BTreeSet};
use frame_support::{
	ensure,
	traits::{fungible::InspectHold, Get},
};
use souk_primitives::{quorum, reach::Listings, Balance, Bond, ListingState, NodeRole, Period};
use sp_runtime::TryRuntimeError;

/// What one account should have on hold.
#[derive(Default)]
struct Expected {
	node_bond: Balance,
	curator_bond: Balance,
	deposit: Balance,
}

impl<T: Config> Pallet<T> {
	/// Checks the pallet's invariants:
	///
	/// 1. What is held on an account is, by reason: its node's bond and what of it is on its way out; its bonds on
	///    listings and what of them is on its way out; with both, what was forfeited of them and is not paid yet; the deposits of its node, schedules, assignments and departures. No
	///    record of money is empty. What is set aside for sales is a part of what is active.
	/// 2. An assigned node is registered, offers the role, and is assigned once. Assignments by listing and by node are
	///    the same. Terms of a listing are `MaxTerms` at most, ended and running ones together; those that ended are in
	///    the order of their ends.
	/// 3. An open period is later than the newest final one and has submissions: one per worker, all from workers that are
	///    assigned, and none of them a quorum. There are submissions for open periods only.
	/// 4. A final snapshot had its quorum. A listing has at most `retention` of them, the list of their periods is sorted
	///    and complete, its last one is the newest, and later ones became final later. Each knows the block of the one before it; only the first has none.
	/// 5. What a listing has promised waits only while it is not on sale, and for `MaxPause` blocks of pauses at most.
	pub fn do_try_state() -> Result<(), TryRuntimeError> {
		Self::try_holds()?;
		Self::try_assignments()?;
		Self::try_open_periods()?;
		Self::try_snapshots()?;
		Self::try_schedules()
	}

	fn try_holds() -> Result<(), TryRuntimeError> {
		let mut expected = BTreeMap::<T::AccountId, Expected>::new();
		let mut add = |who: T::AccountId, node_bond: Balance, curator_bond: Balance, deposit: Balance| {
			let sum = expected.entry(who).or_default();
			sum.node_bond = sum.node_bond.saturating_add(node_bond);
			sum.curator_bond = sum.curator_bond.saturating_add(curator_bond);
			sum.deposit = sum.deposit.saturating_add(deposit);
		};
		for (node, record) in Nodes::<T>::iter() {
			add(node, record.bond, 0, record.deposit);
		}
		for (node, unlocking) in NodeUnlocking::<T>::iter() {
			ensure!(unlocking.total() > 0, "an empty node bond was kept");
			add(node, unlocking.total(), 0, 0);
		}
		for (_, bond) in CuratorBonds::<T>::iter() {
			let total = bond.total();
			ensure!(total > 0, "an empty curator bond was kept");
			ensure!(bond.covered <= bond.active, "more is set aside than a bond has");
			ensure!(
				bond.unlocking.0.iter().all(|chunk| chunk.amount > 0),
				"nothing is on its way out of a bond"
			);
			add(bond.curator, 0, total, 0);
		}
		for (bond, forfeit) in Forfeited::<T>::iter() {
			ensure!(forfeit.amount > 0, "nothing is forfeited of a bond");
			match bond {
				Bond::Listing(_) => add(forfeit.owner, 0, forfeit.amount, 0),
				Bond::Node(_) => add(forfeit.owner, forfeit.amount, 0, 0),
			}
		}
		for (_, record) in Schedules::<T>::iter() {
			add(record.curator, 0, 0, record.deposit);
		}
		for (_, _, assigned) in Assignments::<T>::iter() {
			for record in assigned {
				add(record.curator, 0, 0, record.deposit);
			}
		}
		for (_, departures) in Departed::<T>::iter() {
			for departure in departures.nodes {
				add(departure.curator, 0, 0, departure.deposit);
			}
		}
		for (who, sum) in expected {
			let held = |reason: HoldReason| T::Currency::balance_on_hold(&reason.into(), &who);
			ensure!(held(HoldReason::NodeBond) == sum.node_bond, "a node's hold is not its bond");
			ensure!(held(HoldReason::CuratorBond) == sum.curator_bond, "a curator's hold is not her bonds");
			ensure!(held(HoldReason::Deposit) == sum.deposit, "a hold is not the sum of deposits");
		}
		Ok(())
	}

	fn try_assignments() -> Result<(), TryRuntimeError> {
		let mut by_listing = BTreeSet::new();
		for (listing, role, assigned) in Assignments::<T>::iter() {
			ensure!(!assigned.is_empty(), "an empty list of assignments was kept");
			for record in assigned {
				let node = Nodes::<T>::get(&record.node).ok_or("an assigned node is not registered")?;
				ensure!(node.info.offers(role), "a node is assigned to what it does not offer");
				ensure!(record.asked_since <= record.since, "an assignment counts from a block to come");
				ensure!(by_listing.insert((record.node, listing, role)), "a node is assigned twice");
			}
		}
		let mut by_node = BTreeSet::new();
		for (node, assigned) in AssignmentsOf::<T>::iter() {
			ensure!(!assigned.is_empty(), "an empty list of a node's assignments was kept");
			for (listing, role) in assigned {
				ensure!(by_node.insert((node.clone(), listing, role)), "an assignment is listed twice");
			}
		}
		ensure!(by_listing == by_node, "assignments by listing and by node differ");
		for (listing, departures) in Departed::<T>::iter() {
			ensure!(!departures.is_empty(), "an empty list of departures was kept");
			let nodes = &departures.nodes;
			let assigned = by_listing.iter().filter(|(_, of, _)| *of == listing).count();
			let terms = u32::try_from(nodes.len().saturating_add(assigned)).unwrap_or(u32::MAX);
			ensure!(terms <= T::MaxTerms::get(), "a listing has too many terms");
			ensure!(
				nodes.iter().zip(nodes.iter().skip(1)).all(|(a, b)| a.until <= b.until),
				"departures are not sorted"
			);
			ensure!(
				nodes.iter().all(|left| left.since < left.until && left.until <= Self::now()),
				"a term has not ended, or had no blocks"
			);
		}
		Ok(())
	}

	fn try_open_periods() -> Result<(), TryRuntimeError> {
		let mut open = BTreeSet::new();
		for (listing, periods) in OpenPeriods::<T>::iter() {
			ensure!(!periods.is_empty(), "an empty list of open periods was kept");
			ensure!(
				periods.iter().zip(periods.iter().skip(1)).all(|(a, b)| a < b),
				"open periods are not sorted"
			);
			let newest = Newest::<T>::get(listing);
			ensure!(
				periods.iter().all(|period| newest.is_none_or(|newest| *period > newest)),
				"an open period is not later than the newest final one"
			);
			open.extend(periods.into_iter().map(|period| (listing, period)));
		}
		let mut submitted = BTreeSet::new();
		for (listing, period, submissions) in Submissions::<T>::iter() {
			submitted.insert((listing, period));
			let workers = Self::assigned_nodes(listing, NodeRole::Worker);
			let quorum = quorum(u32::try_from(workers.len()).unwrap_or(u32::MAX));
			ensure!(submissions.agreed(quorum).is_none(), "an open period has its quorum");
			ensure!(!submissions.0.is_empty(), "an open period has no submissions");
			let mut signers = BTreeSet::new();
			for proposal in submissions.0 {
				ensure!(!proposal.signers.is_empty(), "nobody submitted a proposal");
				ensure!(Self::hash_of(&proposal.commitments) == proposal.hash, "a proposal's hash is wrong");
				for signer in proposal.signers {
					ensure!(workers.contains(&signer), "a submission is not from an assigned worker");
					ensure!(signers.insert(signer), "a worker submitted twice");
				}
			}
		}
		ensure!(open == submitted, "open periods and submissions differ");
		Ok(())
	}

	fn try_snapshots() -> Result<(), TryRuntimeError> {
		let mut listed = BTreeSet::new();
		for (listing, periods) in SnapshotPeriods::<T>::iter() {
			ensure!(
				periods.iter().zip(periods.iter().skip(1)).all(|(a, b)| a < b),
				"snapshots are not sorted"
			);
			let schedule =
				Schedules::<T>::get(listing).ok_or("there are snapshots without a schedule")?.schedule;
			let count = u32::try_from(periods.len()).unwrap_or(u32::MAX);
			ensure!(count <= schedule.retention, "more snapshots are kept than the retention says");
			ensure!(
				Newest::<T>::get(listing).as_ref() == periods.last(),
				"the newest snapshot is not the last one"
			);
			let first = FirstFinalAt::<T>::get(listing);
			ensure!(first.is_some(), "there are snapshots, but no first one");
			let final_at =
				|period: &Period| Snapshots::<T>::get(listing, period).map(|record| record.final_at);
			let before =
				|period: &Period| Snapshots::<T>::get(listing, period).and_then(|record| record.before);
			ensure!(
				periods.iter().zip(periods.iter().skip(1)).all(|(a, b)| before(b) == final_at(a)),
				"a snapshot does not know the one before it"
			);
			ensure!(
				periods.first().is_none_or(|oldest| before(oldest).is_some() || final_at(oldest) == first),
				"a snapshot that is not the first has none before it"
			);
			ensure!(
				periods.iter().zip(periods.iter().skip(1)).all(|(a, b)| final_at(a) <= final_at(b)),
				"a later snapshot became final earlier"
			);
			listed.extend(periods.into_iter().map(|period| (listing, period)));
		}
		let mut kept = BTreeSet::new();
		for (listing, period, snapshot) in Snapshots::<T>::iter() {
			ensure!(snapshot.quorum >= 1 && snapshot.signers >= snapshot.quorum, "a snapshot had no quorum");
			kept.insert((listing, period));
		}
		ensure!(listed == kept, "snapshots and the list of their periods differ");
		let without = |listing: &_| !SnapshotPeriods::<T>::contains_key(listing);
		ensure!(
			!Newest::<T>::iter_keys().any(|listing| without(&listing)),
			"a newest snapshot outlived its listing"
		);
		ensure!(
			!FirstFinalAt::<T>::iter_keys().any(|listing| without(&listing)),
			"a first snapshot outlived its listing"
		);
		Ok(())
	}

	fn try_schedules() -> Result<(), TryRuntimeError> {
		for (listing, record) in Schedules::<T>::iter() {
			let Schedule { every, tolerance, .. } = record.schedule;
			ensure!(every >= 1 && tolerance <= every, "a schedule promises nothing");
			let (state, _) = T::Listings::state(listing).ok_or("a schedule has no listing")?;
			let on_sale = state == ListingState::Active;
			ensure!(record.off_sale.is_none() == on_sale, "a promise waits, or does not");
			let mut longest = record.waited;
			if let Some(OffSale { since, until }) = record.off_sale {
				ensure!(since <= Self::now(), "a listing goes off sale in a block to come");
				ensure!(until.is_some() == (state == ListingState::Paused), "what is no pause has an end");
				longest = longest.saturating_add(until.map_or(0, |until| until.saturating_sub(since)));
			}
			ensure!(longest <= T::MaxPause::get(), "pauses put off a snapshot for too long");
		}
		Ok(())
	}
}
