//! How nodes of the chain are found in the off-chain network.

use crate::types::{AssignmentView, ListingId, NodeView};
use souk_network::{FramedStream, Key, Multiaddr, Network, NetworkError, PeerId, Protocol};
use souk_protocol::{metadata::dht_key, Digest};

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

/// Opens a stream to a node of a listing: by the addresses on chain, then by those that the DHT knows. The error is what is
/// wrong with the node.
pub(crate) async fn open(
	network: &Network,
	genesis: &Digest,
	listing: ListingId,
	node: &AssignmentView,
	protocol: Protocol,
) -> Result<FramedStream, String> {
	let (peer, known) = node.peer().ok_or("its registered peer id is not usable")?;
	let first = match network.open(peer, &known, protocol).await {
		Ok(stream) => return Ok(stream),
		Err(error @ (NetworkError::Connect { .. } | NetworkError::Disconnected(_))) => error,
		Err(error) => return Err(error.to_string()),
	};
	match found(network, genesis, peer, listing, &known).await {
		Some(more) => network.open(peer, &more, protocol).await.map_err(|error| error.to_string()),
		None => Err(first.to_string()),
	}
}

/// Addresses of a peer that the DHT has and the chain has not.
async fn found(
	network: &Network,
	genesis: &Digest,
	peer: PeerId,
	listing: ListingId,
	known: &[Multiaddr],
) -> Option<Vec<Multiaddr>> {
	let found = network.providers(Key(dht_key(genesis, listing))).await.ok()?;
	let addresses = found.into_iter().find(|(found, _)| *found == peer)?.1;
	let more: Vec<_> = addresses.into_iter().filter(|address| !known.contains(address)).collect();
	(!more.is_empty()).then_some(more)
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
