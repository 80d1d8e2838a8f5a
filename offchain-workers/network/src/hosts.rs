//! No host has more than its share of the connections that others make.
//!
//! Identities cost nothing, so that a bound for each peer stops nobody; addresses do. A host is an IPv4 address, or a /64 of
//! IPv6, of which whoever has one address has all.

use std::{
	collections::HashMap,
	convert::Infallible,
	net::IpAddr,
	task::{Context, Poll},
};

use libp2p::{
	core::{transport::PortUse, Endpoint},
	multiaddr::Protocol,
	swarm::{
		behaviour::{ConnectionClosed, ConnectionEstablished, ListenFailure},
		dummy, ConnectionDenied, ConnectionId, FromSwarm, NetworkBehaviour, THandler, THandlerInEvent,
		THandlerOutEvent, ToSwarm,
	},
	Multiaddr, PeerId,
};

use crate::NetworkLimits;

/// The host that an address is of: the address itself, or of IPv6 the first one of its /64, of which whoever has one address has
/// all. An IPv4 address within an IPv6 one is that.
pub fn host_of(address: IpAddr) -> IpAddr {
	match address.to_canonical() {
		IpAddr::V6(address) => IpAddr::V6((u128::from(address) >> 64 << 64).into()),
		address => address,
	}
}

/// The host at the beginning of an address. `None` where that is no IP: nobody comes from there.
fn host(address: &Multiaddr) -> Option<IpAddr> {
	match address.iter().next()? {
		Protocol::Ip4(ip) => Some(host_of(ip.into())),
		Protocol::Ip6(ip) => Some(host_of(ip.into())),
		_ => None,
	}
}

/// Connections that one host has made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Taken {
	/// In their handshake.
	pending: u32,
	open: u32,
}

/// A host has its share already.
#[derive(Debug, thiserror::Error)]
#[error("one host has made {open} connections already, and {pending} more are in their handshake")]
struct Exceeded {
	open: u32,
	pending: u32,
}

/// Refuses the connections of hosts that have their share.
pub(crate) struct Behaviour {
	/// `None`: no bound.
	most: Option<u32>,
	most_pending: Option<u32>,
	taken: HashMap<IpAddr, Taken>,
	/// Whose connection it is, and whether it is open.
	connections: HashMap<ConnectionId, (IpAddr, bool)>,
}

impl Behaviour {
	pub(crate) fn new(limits: &NetworkLimits) -> Self {
		Behaviour {
			most: limits.max_inbound_connections_per_host,
			most_pending: limits.max_pending_connections_per_host,
			taken: HashMap::new(),
			connections: HashMap::new(),
		}
	}

	/// The connection is through its handshake. One that this node has made is none of ours.
	fn opened(&mut self, connection: ConnectionId) {
		if let Some((host, open @ false)) = self.connections.get_mut(&connection) {
			*open = true;
			let taken = self.taken.entry(*host).or_default();
			taken.pending = taken.pending.saturating_sub(1);
			taken.open = taken.open.saturating_add(1);
		}
	}

	/// The connection is no more, or has not come to be.
	fn ended(&mut self, connection: ConnectionId) {
		let Some((host, open)) = self.connections.remove(&connection) else { return };
		let taken = self.taken.entry(host).or_default();
		let count = if open { &mut taken.open } else { &mut taken.pending };
		*count = count.saturating_sub(1);
		if *taken == Taken::default() {
			self.taken.remove(&host);
		}
	}
}

impl NetworkBehaviour for Behaviour {
	type ConnectionHandler = dummy::ConnectionHandler;
	type ToSwarm = Infallible;

	// Here rather than after the handshake: what is refused costs no cryptography.
	fn handle_pending_inbound_connection(
		&mut self,
		connection: ConnectionId,
		_: &Multiaddr,
		remote: &Multiaddr,
	) -> Result<(), ConnectionDenied> {
		let Some(host) = host(remote) else { return Ok(()) };
		let taken = self.taken.get(&host).copied().unwrap_or_default();
		let full = |most: Option<u32>, count: u32| most.is_some_and(|most| count >= most);
		if full(self.most, taken.pending.saturating_add(taken.open)) || full(self.most_pending, taken.pending)
		{
			return Err(ConnectionDenied::new(Exceeded { open: taken.open, pending: taken.pending }));
		}
		self.taken.insert(host, Taken { pending: taken.pending.saturating_add(1), ..taken });
		self.connections.insert(connection, (host, false));
		Ok(())
	}

	fn handle_established_inbound_connection(
		&mut self,
		_: ConnectionId,
		_: PeerId,
		_: &Multiaddr,
		_: &Multiaddr,
	) -> Result<THandler<Self>, ConnectionDenied> {
		Ok(dummy::ConnectionHandler)
	}

	fn handle_established_outbound_connection(
		&mut self,
		_: ConnectionId,
		_: PeerId,
		_: &Multiaddr,
		_: Endpoint,
		_: PortUse,
	) -> Result<THandler<Self>, ConnectionDenied> {
		Ok(dummy::ConnectionHandler)
	}

	fn on_swarm_event(&mut self, event: FromSwarm) {
		match event {
			FromSwarm::ConnectionEstablished(ConnectionEstablished { connection_id, .. }) => {
				self.opened(connection_id);
			}
			FromSwarm::ConnectionClosed(ConnectionClosed { connection_id, .. })
			| FromSwarm::ListenFailure(ListenFailure { connection_id, .. }) => self.ended(connection_id),
			_ => {}
		}
	}

	fn on_connection_handler_event(&mut self, _: PeerId, _: ConnectionId, event: THandlerOutEvent<Self>) {
		match event {}
	}

	fn poll(&mut self, _: &mut Context<'_>) -> Poll<ToSwarm<Self::ToSwarm, THandlerInEvent<Self>>> {
		Poll::Pending
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	fn address(ip: &str) -> Multiaddr {
		let ip = ip.parse::<std::net::IpAddr>().expect("an IP");
		Multiaddr::from(ip).with(Protocol::Tcp(1))
	}

	fn bounded(most: u32, most_pending: u32) -> Behaviour {
		Behaviour::new(&NetworkLimits {
			max_inbound_connections_per_host: Some(most),
			max_pending_connections_per_host: Some(most_pending),
			..NetworkLimits::default()
		})
	}

	fn comes(hosts: &mut Behaviour, connection: usize, ip: &str) -> bool {
		let connection = ConnectionId::new_unchecked(connection);
		hosts.handle_pending_inbound_connection(connection, &address("1.1.1.1"), &address(ip)).is_ok()
	}

	#[test]
	fn a_host_is_an_address_of_ipv4_or_a_64_of_ipv6() {
		for (one, other, same) in [
			("8.8.8.8", "8.8.8.8", true),
			("8.8.8.8", "8.8.8.9", false),
			("8.8.8.8", "::ffff:8.8.8.8", true),
			("2a00::1", "2a00::ffff:ffff:ffff:ffff", true),
			("2a00::1", "2a00:0:0:1::1", false),
			("2a00::1", "8.8.8.8", false),
		] {
			let host = |ip| host(&address(ip)).expect("an IP");
			assert_eq!(host(one) == host(other), same, "{one} {other}");
		}
		assert_eq!(host(&"/memory/1".parse().expect("an address")), None);
	}

	#[test]
	fn a_full_share_leaves_room_for_others_and_what_ends_for_the_host_itself() {
		let mut hosts = bounded(3, 2);
		assert!(comes(&mut hosts, 1, "8.8.8.8"));
		assert!(comes(&mut hosts, 2, "8.8.8.8"));
		assert!(!comes(&mut hosts, 3, "8.8.8.8"), "two are in their handshake");
		assert!(comes(&mut hosts, 4, "8.8.4.4"), "another host");
		hosts.opened(ConnectionId::new_unchecked(1));
		assert!(comes(&mut hosts, 5, "8.8.8.8"));
		hosts.opened(ConnectionId::new_unchecked(2));
		assert!(!comes(&mut hosts, 6, "8.8.8.8"), "three in all");
		// One that was refused ends as well, and gives nothing back.
		hosts.ended(ConnectionId::new_unchecked(6));
		assert!(!comes(&mut hosts, 7, "8.8.8.8"));
		// An open one, and one in its handshake.
		for ending in [1, 5] {
			hosts.ended(ConnectionId::new_unchecked(ending));
			assert!(comes(&mut hosts, 10 + ending, "8.8.8.8"));
			assert!(!comes(&mut hosts, 20 + ending, "8.8.8.8"));
		}
		for ending in [2, 4, 11, 15] {
			hosts.ended(ConnectionId::new_unchecked(ending));
		}
		assert!(
			hosts.taken.is_empty() && hosts.connections.is_empty(),
			"nothing is kept of those who have gone"
		);
	}

	#[test]
	fn without_a_bound_everybody_comes() {
		let mut hosts = Behaviour::new(&NetworkLimits::default());
		assert!((0..1000).all(|connection| comes(&mut hosts, connection, "127.0.0.1")));
	}
}
