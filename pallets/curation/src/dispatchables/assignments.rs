//! Who works for a listing.

use crate::*;
use alloc::vec::Vec;
use codec::MaxEncodedLen;
use frame_support::{ensure, pallet_prelude::DispatchResult};
use souk_primitives::{Balance, ListingId, NodeRole};
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
		let info = Nodes::<T>::get(&node).ok_or(Error::<T>::NotRegistered)?.info;

		let replaced =
			Assignments::<T>::try_mutate(listing, role, |assigned| -> Result<bool, DispatchError> {
				if let Some(record) = assigned.iter_mut().find(|record| record.node == node) {
					record.wrapped_key = wrapped_key;
					return Ok(true);
				}
				ensure!(info.offers(role), Error::<T>::RoleNotOffered);
				ensure!(info.accepting, Error::<T>::NotAccepting);
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

	/// Removes an assignment and returns its deposit.
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
		Self::forget_assignment(listing, role, &record)
	}

	/// Drops what an unassigned worker had submitted, and counts again among those who are left.
	fn after_assignment(listing: ListingId, node: &T::AccountId, role: NodeRole) -> DispatchResult {
		if role == NodeRole::Worker {
			Self::withdraw_submissions(listing, node);
			Self::finalise_agreed(listing)?;
		}
		Ok(())
	}

	/// Removes the node's side of an assignment whose record is gone, and returns its deposit.
	pub(crate) fn forget_assignment(
		listing: ListingId,
		role: NodeRole,
		record: &AssignmentRecord<T::AccountId>,
	) -> DispatchResult {
		AssignmentsOf::<T>::mutate_exists(&record.node, |slot| {
			if let Some(of_node) = slot.as_mut() {
				of_node.retain(|entry| entry != &(listing, role));
				if of_node.is_empty() {
					*slot = None;
				}
			}
		});
		Self::adjust_deposit(&record.curator, record.deposit, 0)
	}

	/// What an assignment costs, in planck: its record and its entry at the node, as long as they can be.
	fn assignment_deposit() -> Balance {
		let bytes = AssignmentRecord::<T::AccountId>::max_encoded_len()
			.saturating_add(<(ListingId, NodeRole)>::max_encoded_len());
		Self::deposit_for(1, bytes)
	}

	/// The nodes assigned to a listing in a role.
	pub(crate) fn assigned_nodes(listing: ListingId, role: NodeRole) -> Vec<T::AccountId> {
		Assignments::<T>::get(listing, role).into_iter().map(|record| record.node).collect()
	}
}
