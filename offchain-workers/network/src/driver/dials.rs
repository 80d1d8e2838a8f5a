//! Dials under way and who waits for them.

use std::collections::HashMap;

use libp2p::{
	swarm::{
		dial_opts::{DialOpts, PeerCondition},
		ConnectionId, DialError,
	},
	Multiaddr, PeerId,
};
use tokio::sync::oneshot;

use super::NetworkDriver;
use crate::{addresses::usable, network::Connected, NetworkError};

type Waiter = oneshot::Sender<Result<Connected, NetworkError>>;

/// The dials that somebody waits for, by the connection that they may become.
#[derive(Default)]
pub(super) struct Dials(HashMap<ConnectionId, Dial>);

struct Dial {
	peer: PeerId,
	addresses: Vec<Multiaddr>,
	waiters: Vec<Waiter>,
}

impl Dials {
	/// Whichever dial, or their own, made the connection: everybody who waited for the peer has it.
	pub(super) fn connected(&mut self, peer: &PeerId) {
		for (_, dial) in self.0.extract_if(|_, dial| dial.peer == *peer) {
			for waiter in dial.waiters {
				// Here and below: who has given up waiting needs no answer.
				let _ = waiter.send(Ok(Connected::Now));
			}
		}
	}

	pub(super) fn failed(&mut self, connection: ConnectionId, error: &DialError) {
		let Some(dial) = self.0.remove(&connection) else { return };
		let reason = describe(error);
		for waiter in dial.waiters {
			let _ = waiter.send(Err(NetworkError::Connect { peer: dial.peer, reason: reason.clone() }));
		}
	}

	/// A dial under way that tries all of `addresses` and perhaps more.
	fn covering(&mut self, peer: &PeerId, addresses: &[Multiaddr]) -> Option<&mut Dial> {
		self.0
			.values_mut()
			.find(|dial| dial.peer == *peer && addresses.iter().all(|a| dial.addresses.contains(a)))
	}
}

impl NetworkDriver {
	/// Connects to `peer`, joining a dial under way that tries the same addresses. The connections in `except` count for
	/// nothing: they are known to be dead, and on their way out.
	pub(super) fn connect(
		&mut self,
		peer: PeerId,
		addresses: &[Multiaddr],
		except: &[ConnectionId],
		reply: Waiter,
	) {
		if peer == *self.swarm.local_peer_id() {
			let reason = "it is this node itself".to_string();
			let _ = reply.send(Err(NetworkError::Connect { peer, reason }));
			return;
		}
		if self.swarm.behaviour().streams.is_connected(&peer, except) {
			let _ = reply.send(Ok(Connected::Before));
			return;
		}
		let addresses = usable(&peer, addresses, self.limits().allow_private_addresses);
		if let Some(dial) = self.dials.covering(&peer, &addresses) {
			dial.waiters.push(reply);
			return;
		}
		// Neither a dead connection nor a dial of the DHT with stale addresses must stand in the way.
		let options = DialOpts::peer_id(peer)
			.condition(PeerCondition::Always)
			.addresses(addresses.clone())
			.extend_addresses_through_behaviour()
			.build();
		let connection = options.connection_id();
		match self.swarm.dial(options) {
			Ok(()) => {
				self.dials.0.insert(connection, Dial { peer, addresses, waiters: vec![reply] });
			}
			Err(error) => {
				self.counters().dials_failed.increase();
				let _ = reply.send(Err(NetworkError::Connect { peer, reason: describe(&error) }));
			}
		}
	}

	/// Dials without anybody waiting.
	pub(super) fn dial_quietly(&mut self, peer: PeerId, addresses: Vec<Multiaddr>) {
		let options = DialOpts::peer_id(peer)
			.condition(PeerCondition::DisconnectedAndNotDialing)
			.addresses(addresses)
			.extend_addresses_through_behaviour()
			.build();
		if let Err(error) = self.swarm.dial(options) {
			tracing::debug!(%peer, %error, "not dialled");
		}
	}
}

/// The error in one line, address by address.
fn describe(error: &DialError) -> String {
	match error {
		DialError::NoAddresses => "no address is known that may be dialled".to_string(),
		DialError::Transport(attempts) => {
			let attempts: Vec<_> =
				attempts.iter().map(|(address, error)| format!("{address}: {}", root_cause(error))).collect();
			attempts.join("; ")
		}
		DialError::WrongPeerId { obtained, address } => format!("{address} is {obtained}"),
		DialError::Denied { cause } => root_cause(cause),
		other => other.to_string(),
	}
}

/// Transports wrap errors many times over; the innermost one says what happened.
pub(super) fn root_cause(error: &dyn std::error::Error) -> String {
	let mut error = error;
	while let Some(source) = error.source() {
		error = source;
	}
	error.to_string()
}
