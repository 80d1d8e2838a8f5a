//! How nodes of the chain are found in the off-chain network.

use crate::types::{AssignmentView, NodeView};
use souk_network::{Multiaddr, PeerId};
use souk_protocol::Digest;

/// What all nodes of one chain call their network: the genesis hash in hex.
pub fn network_id(genesis: &Digest) -> String {
	hex::encode(genesis)
}

/// A peer id as the chain has it: binary, or as text. `None` where it is neither.
pub fn peer_id(bytes: &[u8]) -> Option<PeerId> {
	PeerId::from_bytes(bytes).ok().or_else(|| std::str::from_utf8(bytes).ok()?.parse().ok())
}

/// Addresses as the chain has them, as text or binary. What is neither is left out: the chain does not look inside.
pub fn addresses(encoded: &[Vec<u8>]) -> Vec<Multiaddr> {
	encoded.iter().filter_map(|bytes| address(bytes)).collect()
}

/// An address as it is registered: as text, which people read in block explorers.
pub fn encode_address(address: &Multiaddr) -> Vec<u8> {
	address.to_string().into_bytes()
}

fn address(bytes: &[u8]) -> Option<Multiaddr> {
	let text = std::str::from_utf8(bytes).ok().and_then(|text| text.parse().ok());
	text.or_else(|| Multiaddr::try_from(bytes.to_vec()).ok())
}

impl AssignmentView {
	/// Peer id and addresses; `None` where the registered peer id is none.
	pub fn peer(&self) -> Option<(PeerId, Vec<Multiaddr>)> {
		Some((peer_id(&self.peer_id)?, addresses(&self.addresses)))
	}
}

impl NodeView {
	/// Peer id and addresses; `None` where the registered peer id is none.
	pub fn peer(&self) -> Option<(PeerId, Vec<Multiaddr>)> {
		Some((peer_id(&self.peer_id)?, addresses(&self.addresses)))
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn peers_and_addresses_are_read_in_both_forms() {
		let peer = PeerId::random();
		assert_eq!(peer_id(&peer.to_bytes()), Some(peer));
		assert_eq!(peer_id(peer.to_string().as_bytes()), Some(peer));
		assert_eq!(peer_id(b"nobody"), None);
		let address: Multiaddr = "/ip4/127.0.0.1/tcp/30400".parse().unwrap();
		let encoded = [encode_address(&address), address.to_vec(), b"nowhere".to_vec(), vec![0xff, 0xff]];
		assert_eq!(addresses(&encoded), [address.clone(), address]);
	}
}
