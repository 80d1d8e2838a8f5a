//! What a node is told at its start.

use std::time::Duration;

use libp2p::{identity::Keypair, multiaddr, Multiaddr, PeerId};

use crate::{discreet::is_public, NetworkError, Protocol};

/// Connections that each host may make, however few there are in all.
const LEAST_PER_HOST: u32 = 4;
/// The longest `network_id`: a 64-digit hash with its `0x`.
const MAX_NETWORK_ID: usize = 66;

/// Configuration of one node.
#[derive(Clone)]
pub struct NetworkConfig {
	/// The node's identity (ed25519); its peer id follows from it.
	pub keypair: Keypair,
	/// Addresses to listen on, for instance `/ip4/0.0.0.0/tcp/30400` and `/ip4/0.0.0.0/udp/30400/quic-v1`; port 0 lets
	/// the system choose. Empty for a pure client.
	pub listen: Vec<Multiaddr>,
	/// Addresses that others are told. Empty: the ones listened on.
	pub external: Vec<Multiaddr>,
	/// Nodes that are asked first, each with its `/p2p/<peer id>`.
	pub bootnodes: Vec<Multiaddr>,
	/// The chain's genesis hash in hex. It is part of every protocol name: nodes of different chains do not mix.
	pub network_id: String,
	/// Whether this node stores records and answers for others.
	pub mode: Mode,
	/// Bounds on everything that others can make this node do or hold.
	pub limits: NetworkLimits,
}

/// The part that a node takes in the DHT.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
	/// Stores records and answers look-ups; needs an address that others reach.
	Server,
	/// Only asks.
	Client,
}

/// Bounds of one protocol. The defaults stand in the protocol's file.
#[derive(Clone, Copy, Debug)]
pub struct ProtocolLimits {
	/// Inbound streams at a time, over all peers; the ones that nobody has taken from
	/// [`Incoming`](crate::Incoming) yet count.
	pub max_streams: usize,
	/// Inbound streams at a time from one peer.
	pub max_streams_per_peer: usize,
	/// Largest frame from the opener, in bytes.
	pub max_request_frame: usize,
	/// Largest frame from the acceptor, in bytes.
	pub max_response_frame: usize,
}

impl ProtocolLimits {
	/// The defaults of `protocol`.
	pub const fn of(protocol: Protocol) -> Self {
		let fixed = protocol.descriptor();
		ProtocolLimits {
			max_streams: fixed.max_streams,
			max_streams_per_peer: fixed.max_streams_per_peer,
			max_request_frame: fixed.max_request_frame,
			max_response_frame: fixed.max_response_frame,
		}
	}
}

/// Bounds on everything that others can make this node do or hold. [`Default`] suits a server on a small machine.
#[derive(Clone, Debug)]
pub struct NetworkLimits {
	/// Open connections, both directions. Default 512.
	pub max_connections: u32,
	/// Open connections that others made; less than the total, so that strangers cannot keep this node from dialling.
	/// Default 384.
	pub max_inbound_connections: u32,
	/// Connections that one host made, an IPv4 address or an IPv6 /64, those in their handshake included. Default none, as
	/// networks of development are on one host.
	pub max_inbound_connections_per_host: Option<u32>,
	/// Open connections with one peer. Default 4.
	pub max_connections_per_peer: u32,
	/// Connections in their handshake, per direction. Default 64.
	pub max_pending_connections: u32,
	/// Connections in their handshake that one host made. Default none.
	pub max_pending_connections_per_host: Option<u32>,
	/// Streams of one connection that are still being negotiated; more wait. Default 64.
	pub max_negotiating_streams: usize,
	/// Streams of one connection, per direction. Default 256.
	pub max_streams_per_connection: u32,
	/// Bounds of [`Protocol::Query`].
	pub query: ProtocolLimits,
	/// Bounds of [`Protocol::Handover`].
	pub handover: ProtocolLimits,
	/// Bounds of [`Protocol::Download`].
	pub download: ProtocolLimits,
	/// Bounds of [`Protocol::Evidence`].
	pub evidence: ProtocolLimits,
	/// Time for one frame to be read (from its first byte) or written whole; a slower peer is cut off. Default 30 s.
	pub frame_timeout: Duration,
	/// Time without a byte between two frames before a reader gives up. Default 120 s.
	pub stream_idle_timeout: Duration,
	/// Time for a connection to be made, per address. Default 10 s.
	pub dial_timeout: Duration,
	/// Time for a stream to be negotiated on a connection, and for a new peer to say what it is. Default 10 s.
	pub open_timeout: Duration,
	/// A connection without streams is closed after this. Default 120 s.
	pub connection_idle_timeout: Duration,
	/// Time for a peer to answer a ping, which it is sent every 15 s; a connection without an answer is closed. Default 20 s.
	pub ping_timeout: Duration,
	/// Time without a packet before a QUIC connection counts as lost. Default 10 s.
	pub quic_idle_timeout: Duration,
	/// Time for one request to the DHT. Default 20 s.
	pub lookup_timeout: Duration,
	/// Once a look-up has found something, how long it goes on for more. Default 2 s.
	pub lookup_grace: Duration,
	/// Requests to the DHT under way from this node. Default 256.
	pub max_lookups: usize,
	/// Largest value of a record, in bytes. Default 64 KiB.
	pub max_record_size: usize,
	/// Records held for others. Default 1,024.
	pub max_records: usize,
	/// Bytes of records held for others. Default 32 MiB.
	pub max_records_bytes: usize,
	/// Records held for one publisher. Default 128.
	pub max_records_per_publisher: usize,
	/// Provider entries held for others, over all keys. Default 16,384.
	pub max_providers: usize,
	/// Provider entries of one key; when they are taken, newcomers wait until one expires. Default 32.
	pub max_providers_per_key: usize,
	/// Provider entries of one peer. Default 1,024.
	pub max_keys_per_provider: usize,
	/// Records and provider entries that one peer may write to us per minute. Default 600.
	pub max_writes_per_minute: u32,
	/// Lifetime of records and provider entries that their publisher does not renew. Default 48 h.
	pub record_ttl: Duration,
	/// How often this node renews what it published. Default 10 min.
	pub announce_interval: Duration,
	/// A node of the DHT that is met is told at once what this node has published, but all newcomers of this span
	/// together. Default 30 s.
	pub announce_gap: Duration,
	/// Whether addresses that not all of the internet reaches, such as loopback and private ones, are dialled, announced
	/// and taken over from others. Default true, as networks of development need it.
	pub allow_private_addresses: bool,
}

impl Default for NetworkLimits {
	fn default() -> Self {
		NetworkLimits {
			max_connections: 512,
			max_inbound_connections: 384,
			max_inbound_connections_per_host: None,
			max_connections_per_peer: 4,
			max_pending_connections: 64,
			max_pending_connections_per_host: None,
			max_negotiating_streams: 64,
			max_streams_per_connection: 256,
			query: ProtocolLimits::of(Protocol::Query),
			handover: ProtocolLimits::of(Protocol::Handover),
			download: ProtocolLimits::of(Protocol::Download),
			evidence: ProtocolLimits::of(Protocol::Evidence),
			frame_timeout: Duration::from_secs(30),
			stream_idle_timeout: Duration::from_secs(120),
			dial_timeout: Duration::from_secs(10),
			open_timeout: Duration::from_secs(10),
			connection_idle_timeout: Duration::from_secs(120),
			ping_timeout: Duration::from_secs(20),
			quic_idle_timeout: Duration::from_secs(10),
			lookup_timeout: Duration::from_secs(20),
			lookup_grace: Duration::from_secs(2),
			max_lookups: 256,
			max_record_size: 64 * 1024,
			max_records: 1024,
			max_records_bytes: 32 * 1024 * 1024,
			max_records_per_publisher: 128,
			max_providers: 16 * 1024,
			max_providers_per_key: 32,
			max_keys_per_provider: 1024,
			max_writes_per_minute: 600,
			record_ttl: Duration::from_secs(48 * 3600),
			announce_interval: Duration::from_secs(600),
			announce_gap: Duration::from_secs(30),
			allow_private_addresses: true,
		}
	}
}

impl NetworkLimits {
	/// The same for a node among strangers on the internet: it keeps to public addresses, and no host makes more than a
	/// quarter of the connections that others may make, or of those in their handshake; each host may make four.
	pub fn among_strangers(mut self) -> Self {
		let share = |all: u32| Some((all / 4).max(LEAST_PER_HOST));
		self.allow_private_addresses = false;
		self.max_inbound_connections_per_host = share(self.max_inbound_connections);
		self.max_pending_connections_per_host = share(self.max_pending_connections);
		self
	}

	/// The same, and nobody is given up before `time`: for machines that stand still now and then, such as those that tests run on.
	pub fn patient(self, time: Duration) -> Self {
		NetworkLimits {
			frame_timeout: time,
			stream_idle_timeout: time,
			dial_timeout: time,
			open_timeout: time,
			connection_idle_timeout: time,
			ping_timeout: time,
			quic_idle_timeout: time,
			lookup_timeout: time,
			..self
		}
	}

	/// The bounds of `protocol`.
	pub fn of(&self, protocol: Protocol) -> &ProtocolLimits {
		match protocol {
			Protocol::Query => &self.query,
			Protocol::Handover => &self.handover,
			Protocol::Download => &self.download,
			Protocol::Evidence => &self.evidence,
		}
	}

	/// The bounds of `protocol`, to be changed.
	pub fn of_mut(&mut self, protocol: Protocol) -> &mut ProtocolLimits {
		match protocol {
			Protocol::Query => &mut self.query,
			Protocol::Handover => &mut self.handover,
			Protocol::Download => &mut self.download,
			Protocol::Evidence => &mut self.evidence,
		}
	}
}

impl NetworkConfig {
	/// A client of the chain `network_id` that listens nowhere and knows nobody: set the rest by field.
	pub fn new(keypair: Keypair, network_id: impl Into<String>) -> Self {
		NetworkConfig {
			keypair,
			listen: Vec::new(),
			external: Vec::new(),
			bootnodes: Vec::new(),
			network_id: network_id.into(),
			mode: Mode::Client,
			limits: NetworkLimits::default(),
		}
	}

	/// The ed25519 key pair whose secret is `seed`.
	pub fn keypair_from_seed(seed: [u8; 32]) -> Keypair {
		// The callee wipes what it is given, and so gets a copy on the heap: rustc 1.95 may pass one and the same array to
		// two calls of a closure with equal arguments, and the second would find zeros (rust-lang/rust#155241).
		Keypair::ed25519_from_bytes(seed.to_vec()).expect("any 32 bytes are an ed25519 secret; qed")
	}

	/// The boot nodes as peer and address, without this node itself. Errors: an address without `/p2p/`, or one that is not
	/// public where only those are used; a `network_id` that is empty, too long, or not letters and digits.
	pub(crate) fn check(&self) -> Result<Vec<(PeerId, Multiaddr)>, NetworkError> {
		let id = &self.network_id;
		if id.is_empty() || id.len() > MAX_NETWORK_ID || !id.bytes().all(|b| b.is_ascii_alphanumeric()) {
			return Err(NetworkError::Config(format!(
				"network_id must be 1 to {MAX_NETWORK_ID} letters and digits (the genesis hash in hex), not {id:?}"
			)));
		}
		for protocol in Protocol::ALL {
			let limits = self.limits.of(protocol);
			if limits.max_streams == 0 || limits.max_streams_per_peer == 0 {
				return Err(NetworkError::Config(format!("{protocol}: stream limits must not be zero")));
			}
		}
		// Without a word they would be neither dialled nor of use to anybody.
		let given = [("external address", &self.external), ("boot node", &self.bootnodes)];
		for (what, addresses) in given {
			let allowed = |address: &Multiaddr| self.limits.allow_private_addresses || is_public(address);
			if let Some(address) = addresses.iter().find(|address| !allowed(address)) {
				return Err(NetworkError::Config(format!(
					"{what} {address}: not all of the internet reaches it, and this network uses no others"
				)));
			}
		}
		let own = self.keypair.public().to_peer_id();
		let mut bootnodes = Vec::with_capacity(self.bootnodes.len());
		for address in &self.bootnodes {
			match split_peer(address) {
				Some((peer, _)) if peer == own => {}
				Some(bootnode) => bootnodes.push(bootnode),
				None => {
					return Err(NetworkError::Config(format!(
						"boot node {address} does not end in /p2p/<peer id>"
					)));
				}
			}
		}
		Ok(bootnodes)
	}
}

/// Splits `/…/p2p/<peer id>`.
fn split_peer(address: &Multiaddr) -> Option<(PeerId, Multiaddr)> {
	let mut transport = address.clone();
	match transport.pop() {
		Some(multiaddr::Protocol::P2p(peer)) if !transport.is_empty() => Some((peer, transport)),
		_ => None,
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	fn config() -> NetworkConfig {
		NetworkConfig::new(NetworkConfig::keypair_from_seed([1; 32]), "c0ffee")
	}

	#[test]
	fn the_same_seed_gives_the_same_identity() {
		let peer = |seed| NetworkConfig::keypair_from_seed(seed).public().to_peer_id();
		assert_eq!(peer([7; 32]), peer([7; 32]));
		assert_ne!(peer([7; 32]), peer([8; 32]));
	}

	#[test]
	fn a_boot_node_without_a_peer_id_is_refused() {
		let mut config = config();
		config.bootnodes = vec!["/ip4/127.0.0.1/tcp/1".parse().expect("an address")];
		assert!(matches!(config.check(), Err(NetworkError::Config(_))));
	}

	#[test]
	fn this_node_is_not_its_own_boot_node() {
		let mut config = config();
		let own = config.keypair.public().to_peer_id();
		config.bootnodes = vec![format!("/ip4/127.0.0.1/tcp/1/p2p/{own}").parse().expect("an address")];
		assert!(config.check().expect("usable").is_empty());
	}

	#[test]
	fn among_strangers_only_public_addresses_can_be_configured() {
		let peer = PeerId::random();
		for (ip, public) in [("1.1.1.1", true), ("127.0.0.1", false), ("10.0.0.1", false)] {
			let address: Multiaddr = format!("/ip4/{ip}/tcp/1").parse().expect("an address");
			let bootnode = address.clone().with(multiaddr::Protocol::P2p(peer));
			for (external, bootnodes) in [(vec![address], vec![]), (vec![], vec![bootnode])] {
				let mut config = NetworkConfig { external, bootnodes, ..config() };
				assert!(config.check().is_ok(), "{ip}");
				config.limits = config.limits.among_strangers();
				let checked = config.check();
				assert_eq!(checked.is_ok(), public, "{checked:?}");
				if let Err(error) = checked {
					assert!(error.to_string().contains(&format!("/ip4/{ip}/tcp/1")), "{error}");
				}
			}
		}
	}

	#[test]
	fn among_strangers_a_host_has_a_quarter_of_what_others_may_make_and_four_at_least() {
		let default = NetworkLimits::default();
		assert_eq!(default.max_inbound_connections_per_host, None);
		assert_eq!(default.max_pending_connections_per_host, None);
		for (all, share) in [(0, 4), (1, 4), (16, 4), (20, 5), (384, 96)] {
			let limits = NetworkLimits { max_inbound_connections: all, ..NetworkLimits::default() };
			let limits = limits.among_strangers();
			assert_eq!(limits.max_inbound_connections_per_host, Some(share), "{all}");
			assert_eq!(limits.max_pending_connections_per_host, Some(16));
			assert_eq!(limits.max_inbound_connections, all);
		}
	}

	#[test]
	fn a_network_id_is_letters_and_digits() {
		for id in ["", "a/b", "a b", &"a".repeat(67)] {
			let mut config = config();
			config.network_id = id.to_string();
			assert!(matches!(config.check(), Err(NetworkError::Config(_))), "{id:?}");
		}
	}
}
