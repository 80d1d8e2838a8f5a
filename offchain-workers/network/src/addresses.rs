//! Which addresses of others, and of ours, are worth keeping.

use libp2p::{multiaddr::Protocol, Multiaddr, PeerId};

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

/// Whether strangers on the internet may be told the address: a name, or an IP that is not local to a machine or site.
pub(crate) fn is_public(address: &Multiaddr) -> bool {
	match address.iter().next() {
		Some(Protocol::Ip4(ip)) => {
			!(ip.is_private()
				|| ip.is_loopback()
				|| ip.is_link_local()
				|| ip.is_unspecified()
				|| ip.is_broadcast()
				|| ip.is_documentation()
				|| ip.is_multicast())
		}
		Some(Protocol::Ip6(ip)) => {
			!(ip.is_loopback()
				|| ip.is_unspecified()
				|| ip.is_multicast()
				|| ip.is_unique_local()
				|| ip.is_unicast_link_local()
				|| ip.to_ipv4_mapped().is_some())
		}
		Some(Protocol::Dns(name) | Protocol::Dns4(name) | Protocol::Dns6(name) | Protocol::Dnsaddr(name)) => {
			!name.eq_ignore_ascii_case("localhost")
		}
		_ => false,
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	fn address(text: &str) -> Multiaddr {
		text.parse().expect("an address")
	}

	#[test]
	fn local_addresses_are_not_public() {
		for text in [
			"/ip4/127.0.0.1/tcp/1",
			"/ip4/10.1.2.3/tcp/1",
			"/ip4/192.168.0.1/udp/1/quic-v1",
			"/ip4/0.0.0.0/tcp/1",
			"/ip6/::1/tcp/1",
			"/ip6/fe80::1/tcp/1",
			"/ip6/fd00::1/tcp/1",
			"/ip6/::ffff:127.0.0.1/tcp/1",
			"/dns/localhost/tcp/1",
			"/memory/1",
		] {
			assert!(!is_public(&address(text)), "{text}");
		}
		for text in ["/ip4/1.1.1.1/tcp/1", "/ip6/2606:4700::1/udp/1/quic-v1", "/dns4/example.org/tcp/1"] {
			assert!(is_public(&address(text)), "{text}");
		}
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
