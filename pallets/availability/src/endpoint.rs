//! Where a node is asked whether it is there: plain code, without FRAME.
//!
//! An off-chain worker does not see what a name resolves to. So the address in the URL is a literal one, and it is looked at before anybody
//! connects to it: validators must not be led to ask their own networks.

use alloc::{format, string::String};
use core::{
	fmt,
	net::{IpAddr, Ipv4Addr, Ipv6Addr},
};

/// Most bytes of a URL.
pub const MAX_URL: u32 = 128;

/// An HTTP server and what is asked of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
	/// Its address.
	pub ip: IpAddr,
	/// Its port.
	pub port: u16,
	/// The path, from its slash on.
	pub path: String,
}

impl Endpoint {
	/// Reads `http://<IPv4 or [IPv6]>[:<port>]/<path>`, and nothing else: no name, no user, no query, no fragment, no escapes. `None` for
	/// anything else.
	pub fn parse(url: &[u8]) -> Option<Self> {
		if url.len() > usize::try_from(MAX_URL).ok()? {
			return None;
		}
		let rest = core::str::from_utf8(url).ok()?.strip_prefix("http://")?;
		let (authority, path) = rest.split_at(rest.find('/')?);
		let (ip, port) = match authority.strip_prefix('[') {
			Some(six) => {
				let (ip, port) = six.split_once(']')?;
				(IpAddr::V6(ip.parse::<Ipv6Addr>().ok()?), port)
			}
			None => {
				let (ip, port) = authority.split_at(authority.find(':').unwrap_or(authority.len()));
				(IpAddr::V4(ip.parse::<Ipv4Addr>().ok()?), port)
			}
		};
		let port = match port {
			"" => 80,
			port => number(port.strip_prefix(':')?)?,
		};
		let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/-._~".contains(&byte);
		path.bytes().all(plain).then(|| Self { ip, port, path: path.into() })
	}

	/// Whether it is one of the addresses that the whole internet reaches at one place.
	pub fn is_public(&self) -> bool {
		souk_public_ip::is_public(self.ip)
	}
}

/// As it is asked for: from what was read, never from what was written.
impl fmt::Display for Endpoint {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		match self.ip {
			IpAddr::V4(ip) => write!(f, "http://{ip}:{}{}", self.port, self.path),
			IpAddr::V6(ip) => write!(f, "http://[{ip}]:{}{}", self.port, self.path),
		}
	}
}

impl Endpoint {
	/// Its one form.
	pub fn url(&self) -> String {
		format!("{self}")
	}
}

/// A port as it is written in one way only: no sign, no zero before it.
fn number(text: &str) -> Option<u16> {
	let written = text.bytes().all(|byte| byte.is_ascii_digit()) && !text.starts_with('0');
	text.parse().ok().filter(|_| written)
}

#[cfg(test)]
mod tests {
	use super::*;
	use proptest::prelude::*;

	fn parsed(url: &str) -> Option<String> {
		Endpoint::parse(url.as_bytes()).map(|endpoint| endpoint.url())
	}

	fn public(ip: &str) -> bool {
		let url = if ip.contains(':') { format!("http://[{ip}]/") } else { format!("http://{ip}/") };
		Endpoint::parse(url.as_bytes()).unwrap_or_else(|| panic!("{ip} is no address")).is_public()
	}

	#[test]
	fn literal_addresses_with_or_without_a_port_are_read() {
		for (url, is) in [
			("http://8.8.8.8/health", "http://8.8.8.8:80/health"),
			("http://8.8.8.8:9981/health", "http://8.8.8.8:9981/health"),
			("http://1.2.3.4:65535/", "http://1.2.3.4:65535/"),
			("http://[2a00::1]/a/b-c_d.e~f", "http://[2a00::1]:80/a/b-c_d.e~f"),
			("http://[2a00:0:0:0:0:0:0:1]:81/", "http://[2a00::1]:81/"),
			("http://127.0.0.1:1/health", "http://127.0.0.1:1/health"),
		] {
			assert_eq!(parsed(url).as_deref(), Some(is), "{url}");
		}
	}

	#[test]
	fn nothing_else_is() {
		for url in [
			"",
			"http://",
			"http:///",
			"http://8.8.8.8",
			"https://8.8.8.8/",
			"HTTP://8.8.8.8/",
			" http://8.8.8.8/",
			"http://node.example/health",
			"http://localhost/",
			"http://8.8.8/",
			"http://134744072/",
			"http://0x8.8.8.8/",
			"http://010.8.8.8/",
			"http://8.8.8.8./",
			"http://8.8.8.8:/",
			"http://8.8.8.8:0/",
			"http://8.8.8.8:080/",
			"http://8.8.8.8:+80/",
			"http://8.8.8.8:-1/",
			"http://8.8.8.8:65536/",
			"http://8.8.8.8:80:80/",
			"http://8.8.8.8 /",
			"http://me@8.8.8.8/",
			"http://me:pw@8.8.8.8/",
			"http://8.8.8.8#@10.0.0.1/",
			"http://8.8.8.8\\@10.0.0.1/",
			"http://8.8.8.8/?q=1",
			"http://8.8.8.8/#f",
			"http://8.8.8.8/%2e",
			"http://8.8.8.8/a b",
			"http://8.8.8.8/a\r\nHost: x",
			"http://8.8.8.8/ä",
			"http://2a00::1/",
			"http://[2a00::1/",
			"http://[2a00::1]80/",
			"http://[2a00::1%25eth0]/",
			"http://[8.8.8.8]/",
			"http://[]/",
		] {
			assert_eq!(parsed(url), None, "{url:?}");
		}
		assert_eq!(Endpoint::parse(b"http://8.8.8.8/\xff"), None);
		let long = |length: usize| format!("http://8.8.8.8/{}", "a".repeat(length - 15));
		assert!(parsed(&long(128)).is_some() && parsed(&long(129)).is_none());
	}

	#[test]
	fn public_is_what_the_rule_says_of_the_address() {
		for (ip, is) in
			[("8.8.8.8", true), ("127.0.0.1", false), ("2a00::1", true), ("::ffff:8.8.8.8", false)]
		{
			assert_eq!(public(ip), is, "{ip}");
		}
	}

	proptest! {
		#[test]
		fn what_is_read_is_read_again_as_the_same(
			ip: Ipv4Addr, other: Ipv6Addr, six: bool, port in 1u16.., path in "/[a-z0-9/._~-]{0,40}"
		) {
			let ip = if six { IpAddr::V6(other) } else { IpAddr::V4(ip) };
			let endpoint = Endpoint { ip, port, path };
			prop_assert_eq!(Endpoint::parse(endpoint.url().as_bytes()), Some(endpoint));
		}

		#[test]
		fn no_bytes_are_too_odd(bytes: Vec<u8>) {
			if let Some(endpoint) = Endpoint::parse(&bytes) {
				prop_assert_eq!(Endpoint::parse(endpoint.url().as_bytes()), Some(endpoint));
			}
		}
	}
}
