//! How a node's entry in the registry on chain compares with what it is.

use serde::{Deserialize, Serialize};
use souk_network::PeerId;
use souk_protocol::EncryptionKey;

/// What a daemon does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
	/// Curation jobs.
	Worker,
	/// Snapshots and queries.
	Persistence,
}

impl Role {
	/// The word for machines.
	pub const fn name(self) -> &'static str {
		match self {
			Self::Worker => "worker",
			Self::Persistence => "persistence",
		}
	}
}

/// A node's entry in the registry, as far as it has to fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodeFacts {
	/// Its libp2p peer id, in bytes.
	pub peer_id: Vec<u8>,
	/// Its key for what is encrypted to it.
	pub encryption_key: EncryptionKey,
	/// Whether it is registered for the role that asks.
	pub has_role: bool,
}

/// How this node's entry compares with this node.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Registration {
	/// Not read yet.
	#[default]
	Unknown,
	/// There is no entry.
	Missing,
	/// Registered, but not for this role.
	OtherRole,
	/// Registered with another peer id.
	OtherPeer,
	/// Registered with another encryption key.
	OtherKey,
	/// As it is.
	Good,
}

impl Registration {
	/// Compares an entry with the node that is `peer` and opens what is encrypted to `key`.
	pub fn of(entry: Option<&NodeFacts>, peer: &PeerId, key: &EncryptionKey) -> Self {
		match entry {
			None => Self::Missing,
			Some(entry) if !entry.has_role => Self::OtherRole,
			Some(entry) if entry.peer_id != peer.to_bytes() => Self::OtherPeer,
			Some(entry) if entry.encryption_key != *key => Self::OtherKey,
			Some(_) => Self::Good,
		}
	}

	/// What to do about it.
	pub const fn problem(self, role: Role) -> Option<&'static str> {
		match (self, role) {
			(Self::Unknown | Self::Good, _) => None,
			(Self::Missing, _) => Some("this node is not registered on chain: register it"),
			(Self::OtherRole, Role::Worker) => {
				Some("this account is registered, but not as a worker: update it")
			}
			(Self::OtherRole, Role::Persistence) => {
				Some("this account is registered, but not as a persistence node: update it")
			}
			(Self::OtherPeer, _) => Some("the peer id registered on chain is another one: update it"),
			(Self::OtherKey, _) => Some("the encryption key registered on chain is another one: update it"),
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn every_difference_is_told_and_an_entry_that_fits_is_good() {
		let (peer, key) = (PeerId::random(), [7; 32]);
		let entry = NodeFacts { peer_id: peer.to_bytes(), encryption_key: key, has_role: true };
		let of = |entry: &NodeFacts| Registration::of(Some(entry), &peer, &key);
		assert_eq!(of(&entry), Registration::Good);
		assert_eq!(of(&NodeFacts { has_role: false, ..entry.clone() }), Registration::OtherRole);
		assert_eq!(of(&NodeFacts { peer_id: vec![1], ..entry.clone() }), Registration::OtherPeer);
		assert_eq!(of(&NodeFacts { encryption_key: [8; 32], ..entry }), Registration::OtherKey);
		assert_eq!(Registration::of(None, &peer, &key), Registration::Missing);
		assert_eq!(Registration::Good.problem(Role::Worker), None);
		assert!(Registration::OtherRole
			.problem(Role::Worker)
			.is_some_and(|text| text.contains("as a worker")));
	}
}
