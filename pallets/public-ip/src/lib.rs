//! Which IP addresses the whole internet reaches at one place.
//!
//! Who connects to an address that a stranger has named must not be led into networks of its own. Validators that ask persistence nodes
//! whether they are there, and the nodes of the off-chain network, go by this one rule.
#![no_std]
#![cfg_attr(
	not(test),
	deny(
		clippy::arithmetic_side_effects,
		clippy::cast_possible_truncation,
		clippy::expect_used,
		clippy::indexing_slicing,
		clippy::panic,
		clippy::unwrap_used
	)
)]

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Whether the whole internet reaches `ip`, and all of it the same host.
pub fn is_public(ip: IpAddr) -> bool {
	match ip {
		IpAddr::V4(ip) => is_public_v4(ip),
		IpAddr::V6(ip) => is_public_v6(ip),
	}
}

/// By the registry of special-purpose IPv4 addresses (RFC 6890 and after).
fn is_public_v4(ip: Ipv4Addr) -> bool {
	let [a, b, c, _] = ip.octets();
	let special = match (a, b, c) {
		// This network, private, loopback; multicast, reserved, broadcast.
		(0 | 10 | 127 | 224..=255, _, _)
		// Shared between a provider and its customers.
		| (100, 64..=127, _)
		// Link-local, private.
		| (169, 254, _) | (172, 16..=31, _) | (192, 168, _)
		// Protocol assignments, documentation, the old relays of 6to4.
		| (192, 0, 0 | 2) | (192, 88, 99)
		// Benchmarking, documentation.
		| (198, 18 | 19, _) | (198, 51, 100) | (203, 0, 113) => true,
		_ => false,
	};
	!special
}

/// Global unicast (2000::/3), without what is something else by the registry of special-purpose IPv6 addresses, or contains an IPv4
/// address. All that is mapped from IPv4, unique local, link-local, loopback and multicast is outside of it.
fn is_public_v6(ip: Ipv6Addr) -> bool {
	let [a, b, ..] = ip.segments();
	let special = match (a, b) {
		// Protocol assignments with Teredo and ORCHID, documentation.
		(0x2001, 0..=0x01ff | 0x0db8)
		// 6to4.
		| (0x2002, _)
		// Documentation.
		| (0x3fff, 0..=0x0fff) => true,
		_ => false,
	};
	(0x2000..=0x3fff).contains(&a) && !special
}

#[cfg(test)]
mod tests {
	use super::*;

	fn public(ip: &str) -> bool {
		is_public(ip.parse().expect("an address"))
	}

	#[test]
	fn no_address_of_somebodys_own_network_is_public() {
		for ip in [
			"0.0.0.0",
			"0.1.2.3",
			"10.0.0.1",
			"10.255.255.255",
			"100.64.0.0",
			"100.127.255.255",
			"127.0.0.1",
			"127.255.0.1",
			"169.254.169.254",
			"172.16.0.1",
			"172.31.255.255",
			"192.0.0.8",
			"192.0.2.1",
			"192.88.99.1",
			"192.168.1.1",
			"198.18.0.1",
			"198.19.255.255",
			"198.51.100.1",
			"203.0.113.1",
			"224.0.0.1",
			"239.255.255.255",
			"240.0.0.1",
			"255.255.255.255",
			"::",
			"::1",
			"::127.0.0.1",
			"::ffff:8.8.8.8",
			"::ffff:127.0.0.1",
			"64:ff9b::7f00:1",
			"64:ff9b:1::1",
			"100::1",
			"2001::1",
			"2001:1ff::1",
			"2001:db8::1",
			"2002:7f00:1::1",
			"3fff::1",
			"3fff:fff::1",
			"4000::1",
			"5f00::1",
			"fc00::1",
			"fdff::1",
			"fe80::1",
			"fec0::1",
			"ff02::1",
		] {
			assert!(!public(ip), "{ip}");
		}
	}

	#[test]
	fn those_beside_them_are() {
		for ip in [
			"1.1.1.1",
			"9.255.255.255",
			"11.0.0.0",
			"100.63.255.255",
			"100.128.0.0",
			"126.1.1.1",
			"128.0.0.1",
			"169.253.1.1",
			"172.15.0.1",
			"172.32.0.1",
			"192.0.1.1",
			"192.167.0.1",
			"192.169.0.1",
			"198.17.0.1",
			"198.20.0.1",
			"223.255.255.255",
			"2000::1",
			"2001:200::1",
			"2001:db7::1",
			"2003::1",
			"2a00::1",
			"3ffe::1",
			"3fff:1000::1",
		] {
			assert!(public(ip), "{ip}");
		}
	}
}
