//! What nodes do, and curators with them.

use super::{listing, one, owner, Deed};
use crate::{
	action::Action,
	cast::{self, mostly, person},
	chain,
	snapshot::{corrupted, honest},
	table,
};
use pallet_curation::{Assignments, NodeInfo, Schedule};
use souk_primitives::{Commitments, ListingId, NodeRole};
use souk_runtime::*;

type Call = pallet_curation::Call<Runtime>;

/// Calls of `pallet-curation`.
pub fn deeds(action: Action) -> Option<Vec<Deed>> {
	use Action::*;
	match action {
		RegisterNode { who, roles, size } => {
			one(person(who), Call::register_node { info: node_info(roles, size) })
		}
		UpdateNode { who, roles, size } => {
			one(person(who), Call::update_node { info: node_info(roles, size) })
		}
		DeregisterNode { who } => one(person(who), Call::deregister_node {}),
		WithdrawNodeBond { who } => one(person(who), Call::withdraw_node_bond {}),
		RestoreNodeBond { who } => one(person(who), Call::restore_node_bond {}),
		Bond { who, listing: which, amount } => {
			let listing = listing(which);
			one(mostly(who, owner(listing)), Call::bond { listing, amount: souk(amount) })
		}
		Unbond { who, listing: which, amount } => {
			let listing = listing(which);
			let active = Curation::curator_bond(listing).active;
			let amount = if amount >= 240 { active } else { souk(amount) };
			one(mostly(who, owner(listing)), Call::unbond { listing, amount })
		}
		WithdrawUnbonded { who, listing: which } => {
			let listing = listing(which);
			one(mostly(who, owner(listing)), Call::withdraw_unbonded { listing })
		}
		Assign { who, listing: which, node, role } => {
			let listing = listing(which);
			let node = if node < 206 {
				cast::NODES[usize::from(node) % cast::NODES.len()].to_account_id()
			} else {
				person(node)
			};
			let wrapped_key = vec![7; 1 + usize::from(role / 2)].try_into().expect("it is short");
			let role = if role % 2 == 0 { NodeRole::Worker } else { NodeRole::Persistence };
			one(mostly(who, owner(listing)), Call::assign { listing, node, role, wrapped_key })
		}
		Unassign { who, listing: which, which: at } => {
			let listing = listing(which);
			let (node, role) = at_work(listing, at)?;
			one(mostly(who, owner(listing)), Call::unassign { listing, node, role })
		}
		Resign { who, listing: which, which: at } => {
			let listing = listing(which);
			let (node, role) = at_work(listing, at)?;
			one(mostly(who, Some(node)), Call::resign { listing, role })
		}
		SetSchedule { who, listing: which, every, retention } => {
			let listing = listing(which);
			let every = u32::from(every);
			let schedule = match retention % 10 {
				5 => Schedule { every, tolerance: every + 1, retention: 1 },
				_ => Schedule { every, tolerance: every % 7, retention: u32::from(retention % 5) },
			};
			one(mostly(who, owner(listing)), Call::set_schedule { listing, schedule })
		}
		Submit { who, listing: which, minute, says } => {
			let listing = listing(which);
			let workers: Vec<AccountId> = Assignments::<Runtime>::get(listing, NodeRole::Worker)
				.into_iter()
				.map(|record| record.node)
				.collect();
			let worker = cast::pick(who % 16, &workers);
			let period = chain::minutes() + u32::from(minute % 8);
			let commitments = commitments(says);
			one(mostly(who, worker), Call::submit_snapshot { listing, period, commitments })
		}
		ClearListing { who, listing: which } => {
			one(person(who), Call::clear_listing { listing: listing(which) })
		}
		_ => None,
	}
}

fn souk(byte: u8) -> Balance {
	Balance::from(byte) * 2 * SOUK
}

/// What a node says of itself: roles by two bits, more addresses for larger sizes.
pub fn node_info(roles: u8, size: u8) -> NodeInfo {
	let address = vec![2; usize::from(size % 128)].try_into().expect("it is short");
	NodeInfo {
		peer_id: vec![1; 38].try_into().expect("it is short"),
		addresses: vec![address; usize::from(size % 9).min(8)].try_into().expect("there are few"),
		encryption_key: [9; 32],
		worker: roles % 2 == 1,
		persistence: roles % 4 >= 2,
		accepting: roles < 240,
	}
}

/// What a snapshot commits to: the table, a wrong chunk, neither, or something that nobody can open.
pub fn commitments(says: u8) -> Commitments {
	match says % 8 {
		0 | 4 => honest().commitments(Some((table::root(), table::ROWS))),
		1 | 5 => corrupted().commitments(None),
		2 => Commitments { key_commitment: None, ..honest().commitments(None) },
		3 => Commitments { key_commitment: Some([0xff; 32]), bytes: u64::MAX, ..honest().commitments(None) },
		_ => honest().commitments(None),
	}
}

/// One of those who work for a listing.
fn at_work(listing: ListingId, byte: u8) -> Option<(AccountId, NodeRole)> {
	let all: Vec<_> = [NodeRole::Worker, NodeRole::Persistence]
		.into_iter()
		.flat_map(|role| {
			let records = Assignments::<Runtime>::get(listing, role);
			records.into_iter().map(move |record| (record.node, role))
		})
		.collect();
	cast::pick(byte, &all)
}
