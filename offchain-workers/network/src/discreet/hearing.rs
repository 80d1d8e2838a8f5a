//! What a behaviour hears of this node's own addresses, and offers of others' for dialling.
//!
//! The DHT and identify tell others each address that this node listens on, and keep what others say. Neither can be told
//! which of them are not meant.

use std::{
	ops::{Deref, DerefMut},
	task::{Context, Poll},
};

use libp2p::{
	core::{transport::PortUse, Endpoint},
	swarm::{
		ConnectionDenied, ConnectionId, FromSwarm, NetworkBehaviour, NewListenAddr, THandler,
		THandlerInEvent, THandlerOutEvent, ToSwarm,
	},
	Multiaddr, PeerId,
};

use super::is_public;

/// The same behaviour, to which addresses that are not public do not exist, unless they are allowed.
pub(crate) struct Discreet<B> {
	inner: B,
	allow_private: bool,
}

impl<B> Discreet<B> {
	pub(crate) fn new(inner: B, allow_private: bool) -> Self {
		Discreet { inner, allow_private }
	}

	fn may_be_known(&self, address: &Multiaddr) -> bool {
		self.allow_private || is_public(address)
	}
}

impl<B> Deref for Discreet<B> {
	type Target = B;

	fn deref(&self) -> &B {
		&self.inner
	}
}

impl<B> DerefMut for Discreet<B> {
	fn deref_mut(&mut self) -> &mut B {
		&mut self.inner
	}
}

impl<B: NetworkBehaviour> NetworkBehaviour for Discreet<B> {
	type ConnectionHandler = B::ConnectionHandler;
	type ToSwarm = B::ToSwarm;

	fn handle_pending_inbound_connection(
		&mut self,
		connection: ConnectionId,
		local: &Multiaddr,
		remote: &Multiaddr,
	) -> Result<(), ConnectionDenied> {
		self.inner.handle_pending_inbound_connection(connection, local, remote)
	}

	fn handle_established_inbound_connection(
		&mut self,
		connection: ConnectionId,
		peer: PeerId,
		local: &Multiaddr,
		remote: &Multiaddr,
	) -> Result<THandler<Self>, ConnectionDenied> {
		self.inner.handle_established_inbound_connection(connection, peer, local, remote)
	}

	fn handle_pending_outbound_connection(
		&mut self,
		connection: ConnectionId,
		peer: Option<PeerId>,
		addresses: &[Multiaddr],
		role: Endpoint,
	) -> Result<Vec<Multiaddr>, ConnectionDenied> {
		let mut known = self.inner.handle_pending_outbound_connection(connection, peer, addresses, role)?;
		known.retain(|address| self.may_be_known(address));
		Ok(known)
	}

	fn handle_established_outbound_connection(
		&mut self,
		connection: ConnectionId,
		peer: PeerId,
		address: &Multiaddr,
		role: Endpoint,
		port_use: PortUse,
	) -> Result<THandler<Self>, ConnectionDenied> {
		self.inner.handle_established_outbound_connection(connection, peer, address, role, port_use)
	}

	fn on_swarm_event(&mut self, event: FromSwarm) {
		match event {
			FromSwarm::NewListenAddr(NewListenAddr { addr, .. }) if !self.may_be_known(addr) => {}
			event => self.inner.on_swarm_event(event),
		}
	}

	fn on_connection_handler_event(
		&mut self,
		peer: PeerId,
		connection: ConnectionId,
		event: THandlerOutEvent<Self>,
	) {
		self.inner.on_connection_handler_event(peer, connection, event);
	}

	fn poll(&mut self, context: &mut Context<'_>) -> Poll<ToSwarm<Self::ToSwarm, THandlerInEvent<Self>>> {
		self.inner.poll(context)
	}
}
