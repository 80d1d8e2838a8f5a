//! The registry of nodes.

use crate::*;
use codec::Encode;
use frame_support::{
	ensure,
	pallet_prelude::DispatchResult,
	traits::{fungible::MutateHold, tokens::Precision, Get},
};
use souk_primitives::{reach::OnKeepers, Balance};
use sp_runtime::DispatchError;

impl<T: Config> Pallet<T> {
	pub(crate) fn do_register_node(node: T::AccountId, info: NodeInfo) -> DispatchResult {
		ensure!(!Nodes::<T>::contains_key(&node), Error::<T>::AlreadyRegistered);
		Self::ensure_valid(&info)?;

		let record = Self::priced(NodeRecord {
			bond: Self::node_bond(&info),
			info,
			deposit: 0,
			registered_at: Self::now(),
		});
		T::Currency::hold(&HoldReason::NodeBond.into(), &node, record.bond)?;
		Self::adjust_deposit(&node, 0, record.deposit)?;
		Nodes::<T>::insert(&node, record);
		Self::deposit_event(Event::NodeRegistered { node });
		Ok(())
	}

	pub(crate) fn do_update_node(node: T::AccountId, info: NodeInfo) -> DispatchResult {
		let old = Nodes::<T>::get(&node).ok_or(Error::<T>::NotRegistered)?;
		Self::ensure_valid(&info)?;
		let keeps_roles = AssignmentsOf::<T>::get(&node).iter().all(|(_, role)| info.offers(*role));
		ensure!(keeps_roles, Error::<T>::StillAssigned);

		// Who offers no more than before is not asked for more, whatever the price is by now.
		let asked = Self::node_bond(&info);
		let bond = if info.roles() > old.info.roles() { asked } else { asked.min(old.bond) };
		if bond > old.bond {
			T::Currency::hold(&HoldReason::NodeBond.into(), &node, bond.saturating_sub(old.bond))?;
		} else if bond < old.bond {
			Self::start_node_unlocking(&node, old.bond.saturating_sub(bond))?;
		}
		let grows = info.encoded_size() > old.info.encoded_size();
		let mut record = Self::priced(NodeRecord { info, bond, ..old.clone() });
		if !grows {
			record.deposit = record.deposit.min(old.deposit);
		}
		Self::adjust_deposit(&node, old.deposit, record.deposit)?;
		let kept = record.info.persistence;
		Nodes::<T>::insert(&node, record);
		if old.info.persistence && !kept {
			T::OnKeepers::on_gone(&node)?;
		}
		Self::deposit_event(Event::NodeUpdated { node });
		Ok(())
	}

	pub(crate) fn do_deregister_node(node: T::AccountId) -> DispatchResult {
		let record = Nodes::<T>::take(&node).ok_or(Error::<T>::NotRegistered)?;
		ensure!(AssignmentsOf::<T>::decode_len(&node).unwrap_or(0) == 0, Error::<T>::StillAssigned);
		Self::adjust_deposit(&node, record.deposit, 0)?;
		Self::start_node_unlocking(&node, record.bond)?;
		if record.info.persistence {
			T::OnKeepers::on_gone(&node)?;
		}
		Self::deposit_event(Event::NodeDeregistered { node });
		Ok(())
	}

	pub(crate) fn do_withdraw_node_bond(node: T::AccountId) -> DispatchResult {
		let amount =
			NodeUnlocking::<T>::try_mutate_exists(&node, |slot| -> Result<Balance, DispatchError> {
				let unlocking = slot.as_mut().ok_or(Error::<T>::NotBonded)?;
				let amount = unlocking.take_ripe(Self::now());
				ensure!(amount > 0, Error::<T>::TooEarly);
				T::Currency::release(&HoldReason::NodeBond.into(), &node, amount, Precision::Exact)?;
				if unlocking.0.is_empty() {
					*slot = None;
				}
				Ok(amount)
			})?;
		Self::deposit_event(Event::NodeBondWithdrawn { node, amount });
		Ok(())
	}

	pub(crate) fn do_restore_node_bond(node: T::AccountId) -> DispatchResult {
		let mut record = Nodes::<T>::get(&node).ok_or(Error::<T>::NotRegistered)?;
		let amount = Self::node_bond(&record.info).saturating_sub(record.bond);
		ensure!(amount > 0, Error::<T>::BondComplete);
		T::Currency::hold(&HoldReason::NodeBond.into(), &node, amount)?;
		record.bond = record.bond.saturating_add(amount);
		Nodes::<T>::insert(&node, record);
		Self::deposit_event(Event::NodeBondRestored { node, amount });
		Ok(())
	}

	fn ensure_valid(info: &NodeInfo) -> DispatchResult {
		ensure!(info.roles() > 0, Error::<T>::NoRole);
		let has_key = info.encryption_key.iter().any(|byte| *byte != 0);
		ensure!(has_key && !info.peer_id.is_empty(), Error::<T>::InvalidNode);
		Ok(())
	}

	/// What a node has to bond for what it offers, in planck.
	pub(crate) fn node_bond(info: &NodeInfo) -> Balance {
		T::MinNodeBond::get().saturating_mul(info.roles().into())
	}

	/// The record with the deposit for its own length. A balance has the same length whatever it is.
	fn priced(record: NodeRecord) -> NodeRecord {
		NodeRecord { deposit: Self::deposit_for(1, record.encoded_size()), ..record }
	}

	/// Starts a part of a node's bond on its way out. The record has less of it already, or is gone.
	fn start_node_unlocking(node: &T::AccountId, amount: Balance) -> DispatchResult {
		if amount == 0 {
			return Ok(());
		}
		let at = Self::unlocked_at();
		NodeUnlocking::<T>::try_mutate(node, |unlocking| unlocking.add(amount, at))
			.map_err(|NoRoom| Error::<T>::TooManyUnlocking)?;
		Self::deposit_event(Event::NodeUnbonded { node: node.clone(), amount, at });
		Ok(())
	}
}
