//! Who works for a listing, and who did while somebody's money for that work is held, or what they have signed can be reported.

use crate::*;
use alloc::vec::Vec;
use codec::MaxEncodedLen;
use frame_support::{
	ensure,
	pallet_prelude::DispatchResult,
	traits::{ConstU32, Get},
};
use souk_primitives::{reach::OnKeepers, Balance, ListingId, NodeRole};
use sp_runtime::DispatchError;

impl<T: Config> Pallet<T> {
	pub(crate) fn do_assign(
		curator: T::AccountId,
		listing: ListingId,
		node: T::AccountId,
		role: NodeRole,
		wrapped_key: WrappedKey,
	) -> DispatchResult {
		Self::ensure_curates(&curator, listing)?;
		ensure!(!wrapped_key.is_empty(), Error::<T>::MissingKey);
		let NodeRecord { info, bond, .. } = Nodes::<T>::get(&node).ok_or(Error::<T>::NotRegistered)?;
		let departed = Self::forget_departures(listing)?;
		let terms = [NodeRole::Worker, NodeRole::Persistence]
			.into_iter()
			.map(|role| Assignments::<T>::decode_len(listing, role).unwrap_or(0))
			.fold(departed, usize::saturating_add);
		// A place for the day on which it leaves, so that nobody is ever kept from leaving.
		let has_place = u32::try_from(terms).is_ok_and(|terms| terms < T::MaxTerms::get());

		let replaced =
			Assignments::<T>::try_mutate(listing, role, |assigned| -> Result<bool, DispatchError> {
				if let Some(record) = assigned.iter_mut().find(|record| record.node == node) {
					record.wrapped_key = wrapped_key;
					return Ok(true);
				}
				ensure!(info.offers(role), Error::<T>::RoleNotOffered);
				ensure!(info.accepting, Error::<T>::NotAccepting);
				ensure!(bond >= Self::node_bond(&info), Error::<T>::NodeUnderbonded);
				ensure!(has_place, Error::<T>::TooManyTerms);
				AssignmentsOf::<T>::try_append(&node, (listing, role))
					.map_err(|()| Error::<T>::NodeIsFull)?;
				let deposit = Self::assignment_deposit();
				Self::adjust_deposit(&curator, 0, deposit)?;
				let record = AssignmentRecord {
					node: node.clone(),
					wrapped_key,
					curator,
					deposit,
					since: Self::now(),
					asked_since: Self::asked_since(listing, &node, role),
					// Also where it is back: who has resigned is not bound again by an `assign`.
					agreed: false,
				};
				assigned.try_push(record).map_err(|_| Error::<T>::TooManyAssigned)?;
				Ok(false)
			})?;
		Self::deposit_event(if replaced {
			Event::KeyReplaced { listing, node, role }
		} else {
			Event::Assigned { listing, node, role }
		});
		Ok(())
	}

	pub(crate) fn do_unassign(
		curator: T::AccountId,
		listing: ListingId,
		node: T::AccountId,
		role: NodeRole,
	) -> DispatchResult {
		Self::ensure_owns(&curator, listing)?;
		Self::end_assignment(listing, &node, role)?;
		Self::deposit_event(Event::Unassigned { listing, node: node.clone(), role });
		Self::after_assignment(listing, &node, role)
	}

	pub(crate) fn do_resign(node: T::AccountId, listing: ListingId, role: NodeRole) -> DispatchResult {
		Self::end_assignment(listing, &node, role)?;
		Self::deposit_event(Event::Resigned { listing, node: node.clone(), role });
		Self::after_assignment(listing, &node, role)
	}

	/// Ends an assignment, and returns what of its deposit is not needed to remember it.
	fn end_assignment(listing: ListingId, node: &T::AccountId, role: NodeRole) -> DispatchResult {
		let record = Assignments::<T>::try_mutate_exists(listing, role, |slot| {
			let assigned = slot.as_mut().ok_or(Error::<T>::NotFound)?;
			let at = assigned.iter().position(|record| &record.node == node).ok_or(Error::<T>::NotFound)?;
			let record = assigned.remove(at);
			if assigned.is_empty() {
				*slot = None;
			}
			Ok::<_, Error<T>>(record)
		})?;
		Self::drop_from_node(&record.node, listing, role);
		if role == NodeRole::Persistence {
			T::OnKeepers::on_left(listing, &record.node, record.since);
		}
		let kept = Self::remember_departure(listing, role, &record)?;
		Self::adjust_deposit(&record.curator, record.deposit, kept)
	}

	/// The block from which on the time counts that a node has which is assigned now, before it is asked for snapshots. Who left and is back within
	/// `BackWithin` blocks has not been away, else a node would be new whenever a round comes by: it has the blocks in which it was assigned, and no
	/// others. Who was there for a moment only is new.
	fn asked_since(listing: ListingId, node: &T::AccountId, role: NodeRole) -> u32 {
		let now = Self::now();
		let departures = Departed::<T>::get(listing).unwrap_or_default();
		let terms = departures.nodes.iter().filter(|left| left.node == *node && left.role == role);
		let (mut back, mut worked) = (now, 0u32);
		for term in terms.rev() {
			if back.saturating_sub(term.until) > T::BackWithin::get() {
				break;
			}
			worked = worked.saturating_add(term.until.saturating_sub(term.since));
			back = term.since;
		}
		now.saturating_sub(worked)
	}

	/// Remembers that a node has left, unless it came in this block. Returns what of its deposit pays for that, in planck.
	fn remember_departure(
		listing: ListingId,
		role: NodeRole,
		record: &AssignmentRecord<T::AccountId>,
	) -> Result<Balance, DispatchError> {
		Self::forget_departures(listing)?;
		let (since, until) = (record.since, Self::now());
		if since == until {
			return Ok(0);
		}
		Departed::<T>::try_mutate(listing, |slot| {
			let departures = slot.get_or_insert_default();
			// Never more than was paid, whatever bytes cost today.
			let deposit = record.deposit.min(Self::departure_deposit());
			let departure = Departure {
				node: record.node.clone(),
				role,
				since,
				until,
				agreed: record.agreed,
				periods: 0,
				curator: record.curator.clone(),
				deposit,
			};
			departures.remember(departure).map_err(|_| Error::<T>::TooManyTerms)?;
			Ok(deposit)
		})
	}

	/// Forgets who left a listing before anything began that is not settled, and so long ago that nothing of theirs is reported any more and they are new if they come back; and returns the
	/// deposits. Returns how many are still remembered.
	fn forget_departures(listing: ListingId) -> Result<usize, DispatchError> {
		let remembered_for = T::RememberedFor::get().max(T::BackWithin::get());
		let by = Self::now().saturating_sub(remembered_for);
		Departed::<T>::try_mutate_exists(listing, |slot| {
			let Some(departures) = slot.as_mut() else { return Ok(0) };
			for departure in departures.forget(by) {
				Self::adjust_deposit(&departure.curator, departure.deposit, 0)?;
			}
			let left = departures.nodes.len();
			if departures.is_empty() {
				*slot = None;
			}
			Ok(left)
		})
	}

	/// Notes that an assigned node has agreed, if it was assigned before block `by` and had not. Written once for each assignment.
	pub(crate) fn note_agreed(listing: ListingId, node: &T::AccountId, role: NodeRole, by: u32) {
		let mut assigned = Assignments::<T>::get(listing, role);
		let is_new = |record: &&mut AssignmentRecord<T::AccountId>| {
			record.node == *node && record.since < by && !record.agreed
		};
		if let Some(record) = assigned.iter_mut().find(is_new) {
			record.agreed = true;
			Assignments::<T>::insert(listing, role, assigned);
		}
	}

	/// Drops what an unassigned worker had submitted, and counts again among those who are left.
	fn after_assignment(listing: ListingId, node: &T::AccountId, role: NodeRole) -> DispatchResult {
		if role == NodeRole::Worker {
			Self::withdraw_submissions(listing, node);
			Self::finalise_agreed(listing)?;
		}
		Ok(())
	}

	/// Removes an assignment from the node's own list.
	pub(crate) fn drop_from_node(node: &T::AccountId, listing: ListingId, role: NodeRole) {
		AssignmentsOf::<T>::mutate_exists(node, |slot| {
			if let Some(of_node) = slot.as_mut() {
				of_node.retain(|entry| entry != &(listing, role));
				if of_node.is_empty() {
					*slot = None;
				}
			}
		});
	}

	/// What an assignment costs, in planck: its record and its entry at the node, as long as they can be.
	fn assignment_deposit() -> Balance {
		let bytes = AssignmentRecord::<T::AccountId>::max_encoded_len()
			.saturating_add(<(ListingId, NodeRole)>::max_encoded_len());
		Self::deposit_for(1, bytes)
	}

	/// What remembering a departure costs, in planck: as much as a list with no other.
	fn departure_deposit() -> Balance {
		Self::deposit_for(1, Departures::<T::AccountId, ConstU32<1>>::max_encoded_len())
	}

	/// The nodes assigned to a listing in a role.
	pub(crate) fn assigned_nodes(listing: ListingId, role: NodeRole) -> Vec<T::AccountId> {
		Assignments::<T>::get(listing, role).into_iter().map(|record| record.node).collect()
	}
}
