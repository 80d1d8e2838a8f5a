//! Which addresses of others, and of ours, are worth keeping.

use libp2p::{multiaddr::Protocol, Multiaddr, PeerId};

use crate::discreet::is_public;

/// Addresses kept of one peer; more than a few is somebody being funny.
pub(crate) const MAX_ADDRESSES: usize = 16;
/// Bytes of one address; a long DNS name with port, transport and peer id fits.
const MAX_ADDRESS_BYTES: usize = 360;

/// The usable ones of what is said to be addresses of `peer`, without `/p2p/` and without duplicates, at most
/// [`MAX_ADDRESSES`].
pub(crate) fn usable<'a>(
	peer: &PeerId,
	addresses: impl IntoIterator<Item = &'a Multiaddr>,
	allow_private: bool,
) -> Vec<Multiaddr> {
	let mut kept = Vec::new();
	for address in addresses {
		if kept.len() == MAX_ADDRESSES {
			break;
		}
		let mut address = address.clone();
		match address.iter().last() {
			Some(Protocol::P2p(other)) if other == *peer => {
				address.pop();
			}
			Some(Protocol::P2p(_)) => continue,
			_ => {}
		}
		let fits = !address.is_empty() && address.len() <= MAX_ADDRESS_BYTES;
		if fits && (allow_private || is_public(&address)) && !kept.contains(&address) {
			kept.push(address);
		}
	}
	kept
}

#[cfg(test)]
mod tests {
	use super::*;

	fn address(text: &str) -> Multiaddr {
		text.parse().expect("an address")
	}

	#[test]
	fn addresses_of_somebody_else_duplicates_and_floods_are_left_out() {
		let (peer, other) = (PeerId::random(), PeerId::random());
		let given = [
			address(&format!("/ip4/1.1.1.1/tcp/1/p2p/{peer}")),
			address("/ip4/1.1.1.1/tcp/1"),
			address(&format!("/ip4/1.1.1.1/tcp/2/p2p/{other}")),
			address("/ip4/127.0.0.1/tcp/3"),
		];
		assert_eq!(usable(&peer, &given, false), [address("/ip4/1.1.1.1/tcp/1")]);
		assert_eq!(usable(&peer, &given, true).len(), 2);
		let flood: Vec<_> = (1..100).map(|port| address(&format!("/ip4/1.1.1.1/tcp/{port}"))).collect();
		assert_eq!(usable(&peer, &flood, false).len(), MAX_ADDRESSES);
	}
}
