//! Which connections there are to a peer, and which of them a new stream is opened on.

use std::{
	collections::{HashMap, VecDeque},
	sync::Arc,
	task::{Context, Poll},
};

use libp2p::{
	core::{transport::PortUse, Endpoint},
	swarm::{
		behaviour::{ConnectionClosed, ConnectionEstablished},
		ConnectionDenied, ConnectionId, FromSwarm, NetworkBehaviour, NotifyHandler, THandler,
		THandlerInEvent, THandlerOutEvent, ToSwarm,
	},
	Multiaddr, PeerId,
};

use super::{
	handler::{Handler, OpenRequest},
	OpenError, OpenReply, Shared,
};
use crate::Protocol;

/// Opens and admits raw streams.
pub(crate) struct Behaviour {
	shared: Arc<Shared>,
	/// Oldest first.
	connections: HashMap<PeerId, Vec<ConnectionId>>,
	requests: VecDeque<ToSwarm<std::convert::Infallible, OpenRequest>>,
}

impl Behaviour {
	pub(crate) fn new(shared: Arc<Shared>) -> Self {
		Behaviour { shared, connections: HashMap::new(), requests: VecDeque::new() }
	}

	/// Whether there is a connection to `peer` that is none of `except`.
	pub(crate) fn is_connected(&self, peer: &PeerId, except: &[ConnectionId]) -> bool {
		self.newest(peer, except).is_some()
	}

	/// Opens a stream on the newest connection to `peer` that is none of `except`. The caller must poll the swarm
	/// afterwards.
	pub(crate) fn open(
		&mut self,
		peer: PeerId,
		protocol: Protocol,
		except: &[ConnectionId],
		mut reply: OpenReply,
	) {
		let Some(connection) = self.newest(&peer, except) else {
			reply.send(Err(OpenError::NotConnected));
			return;
		};
		reply.connection = Some(connection);
		self.requests.push_back(ToSwarm::NotifyHandler {
			peer_id: peer,
			handler: NotifyHandler::One(connection),
			event: OpenRequest { protocol: self.shared.wire_name(protocol), reply },
		});
	}

	/// Of two connections, the older one is likelier to be dead without anyone having noticed.
	fn newest(&self, peer: &PeerId, except: &[ConnectionId]) -> Option<ConnectionId> {
		let all = self.connections.get(peer)?;
		all.iter().rev().find(|connection| !except.contains(connection)).copied()
	}
}

impl NetworkBehaviour for Behaviour {
	type ConnectionHandler = Handler;
	type ToSwarm = std::convert::Infallible;

	fn handle_established_inbound_connection(
		&mut self,
		_: ConnectionId,
		peer: PeerId,
		_: &Multiaddr,
		_: &Multiaddr,
	) -> Result<THandler<Self>, ConnectionDenied> {
		Ok(Handler::new(peer, self.shared.clone()))
	}

	fn handle_established_outbound_connection(
		&mut self,
		_: ConnectionId,
		peer: PeerId,
		_: &Multiaddr,
		_: Endpoint,
		_: PortUse,
	) -> Result<THandler<Self>, ConnectionDenied> {
		Ok(Handler::new(peer, self.shared.clone()))
	}

	fn on_swarm_event(&mut self, event: FromSwarm) {
		match event {
			FromSwarm::ConnectionEstablished(ConnectionEstablished { peer_id, connection_id, .. }) => {
				self.connections.entry(peer_id).or_default().push(connection_id);
			}
			FromSwarm::ConnectionClosed(ConnectionClosed { peer_id, connection_id, .. }) => {
				if let Some(all) = self.connections.get_mut(&peer_id) {
					all.retain(|connection| *connection != connection_id);
					if all.is_empty() {
						self.connections.remove(&peer_id);
					}
				}
			}
			_ => {}
		}
	}

	fn on_connection_handler_event(&mut self, _: PeerId, _: ConnectionId, event: THandlerOutEvent<Self>) {
		match event {}
	}

	fn poll(&mut self, _: &mut Context<'_>) -> Poll<ToSwarm<Self::ToSwarm, THandlerInEvent<Self>>> {
		match self.requests.pop_front() {
			Some(request) => Poll::Ready(request),
			None => Poll::Pending,
		}
	}
}
