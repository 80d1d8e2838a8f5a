//! On the internet, a node keeps to addresses that all of it reaches.
//!
//! Strangers name addresses: in the DHT, in identify, on chain. A node that took all of them would knock at doors of its
//! operator's network for whoever asks it to, and one that tells all of its own says how that network is laid out.
//!
//! [`PublicOnly`] dials no others, whatever a name has resolved to; a [`Discreet`] behaviour hears of no others.

mod dialling;
mod hearing;

use libp2p::{multiaddr::Protocol, Multiaddr};

pub(crate) use self::{dialling::PublicOnly, hearing::Discreet};

/// Whether the whole internet reaches the address: it begins with an IP or a name, and has no IP in it that is not
/// public, and no name of this machine. What other names lead to is seen when they have been resolved.
///
/// All of it is looked at: behind a relay only the relay counts, but TCP dials the last IP that an address has.
pub fn is_public(address: &Multiaddr) -> bool {
	let begins = matches!(
		address.iter().next(),
		Some(
			Protocol::Ip4(_)
				| Protocol::Ip6(_)
				| Protocol::Dns(_)
				| Protocol::Dns4(_)
				| Protocol::Dns6(_)
				| Protocol::Dnsaddr(_)
		)
	);
	begins
		&& address.iter().all(|part| match part {
			Protocol::Ip4(ip) => souk_public_ip::is_public(ip.into()),
			Protocol::Ip6(ip) => souk_public_ip::is_public(ip.into()),
			Protocol::Dns(name) | Protocol::Dns4(name) | Protocol::Dns6(name) | Protocol::Dnsaddr(name) => {
				!is_this_machine(&name)
			}
			_ => true,
		})
}

/// `localhost`, and every name under it (RFC 6761).
fn is_this_machine(name: &str) -> bool {
	let name = name.trim_end_matches('.').to_ascii_lowercase();
	name == "localhost" || name.ends_with(".localhost")
}

#[cfg(test)]
mod tests {
	use super::*;

	const RELAY: &str = "12D3KooWEyoppNCUx8Yx66oV9fJnriXwCcXwDDUA2kj6vnc6iDEp";

	#[test]
	fn what_is_public() {
		for (text, expected) in [
			("/ip4/1.1.1.1/tcp/1", true),
			("/ip4/1.1.1.1/udp/1/quic-v1", true),
			("/ip6/2606:4700::1/udp/1/quic-v1", true),
			("/dns/example.org/tcp/1", true),
			("/dns4/example.org/tcp/1", true),
			("/dns6/example.org/tcp/1", true),
			("/dnsaddr/example.org", true),
			("/dns4/notlocalhost/tcp/1", true),
			// Loopback, private, link-local, shared, unspecified, multicast, broadcast, documentation, benchmarks.
			("/ip4/127.0.0.1/tcp/1", false),
			("/ip4/10.1.2.3/tcp/1", false),
			("/ip4/172.16.0.1/tcp/1", false),
			("/ip4/192.168.0.1/udp/1/quic-v1", false),
			("/ip4/169.254.169.254/tcp/80", false),
			("/ip4/100.64.0.1/tcp/1", false),
			("/ip4/0.0.0.0/tcp/1", false),
			("/ip4/224.0.0.1/udp/1/quic-v1", false),
			("/ip4/255.255.255.255/tcp/1", false),
			("/ip4/192.0.2.1/tcp/1", false),
			("/ip4/198.18.0.1/tcp/1", false),
			("/ip6/::1/tcp/1", false),
			("/ip6/::/tcp/1", false),
			("/ip6/fe80::1/tcp/1", false),
			("/ip6/fd00::1/tcp/1", false),
			("/ip6/ff02::1/tcp/1", false),
			("/ip6/2001:db8::1/tcp/1", false),
			// An IPv4 address within an IPv6 one.
			("/ip6/::ffff:127.0.0.1/tcp/1", false),
			("/ip6/::ffff:1.1.1.1/tcp/1", false),
			("/ip6/64:ff9b::7f00:1/tcp/1", false),
			("/ip6/2002:7f00:1::1/tcp/1", false),
			// Names of this machine.
			("/dns/localhost/tcp/1", false),
			("/dns4/LocalHost./tcp/1", false),
			("/dns6/a.localhost/tcp/1", false),
			// A private address behind a public one.
			("/ip4/1.1.1.1/tcp/1/ip4/127.0.0.1/tcp/1", false),
			("/dns4/example.org/tcp/1/ip4/10.0.0.1/tcp/1", false),
			("/ip4/1.1.1.1/tcp/1/dns4/localhost/tcp/1", false),
			// Neither an IP nor a name.
			("/memory/1", false),
			("/unix/tmp", false),
			("/tcp/1", false),
			("/p2p-circuit", false),
		] {
			let address: Multiaddr = text.parse().expect(text);
			assert_eq!(is_public(&address), expected, "{text}");
		}
		assert!(!is_public(&Multiaddr::empty()));
	}

	#[test]
	fn behind_a_relay_the_relay_counts() {
		for (relay, expected) in [("1.1.1.1", true), ("192.168.0.1", false)] {
			let text = format!("/ip4/{relay}/tcp/1/p2p/{RELAY}/p2p-circuit");
			let address: Multiaddr = text.parse().expect("an address");
			assert_eq!(is_public(&address), expected, "{address}");
			let address = address.with(Protocol::P2p(libp2p::PeerId::random()));
			assert_eq!(is_public(&address), expected, "{address}");
		}
	}
}
