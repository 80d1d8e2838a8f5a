//! A transport that dials public addresses only. It stands where all names are resolved.

use std::{
	io,
	pin::Pin,
	task::{Context, Poll},
};

use libp2p::{
	core::transport::{Boxed, DialOpts, ListenerId, TransportError, TransportEvent},
	Multiaddr, Transport,
};

use super::is_public;

/// The same transport for listening, and for dialling the addresses that the whole internet reaches.
pub(crate) struct PublicOnly<O>(pub(crate) Boxed<O>);

#[derive(Debug, thiserror::Error)]
#[error("{0} is not an address that the whole internet reaches")]
struct NotPublic(Multiaddr);

impl<O> Transport for PublicOnly<O> {
	type Output = O;
	type Error = io::Error;
	type ListenerUpgrade = <Boxed<O> as Transport>::ListenerUpgrade;
	type Dial = <Boxed<O> as Transport>::Dial;

	fn listen_on(&mut self, id: ListenerId, address: Multiaddr) -> Result<(), TransportError<io::Error>> {
		self.0.listen_on(id, address)
	}

	fn remove_listener(&mut self, id: ListenerId) -> bool {
		self.0.remove_listener(id)
	}

	fn dial(
		&mut self,
		address: Multiaddr,
		options: DialOpts,
	) -> Result<Self::Dial, TransportError<io::Error>> {
		if !is_public(&address) {
			return Err(TransportError::Other(io::Error::other(NotPublic(address))));
		}
		self.0.dial(address, options)
	}

	fn poll(
		mut self: Pin<&mut Self>,
		context: &mut Context<'_>,
	) -> Poll<TransportEvent<Self::ListenerUpgrade, io::Error>> {
		Transport::poll(Pin::new(&mut self.0), context)
	}
}

#[cfg(test)]
mod tests {
	use std::net::TcpListener;

	use libp2p::core::{transport::PortUse, Endpoint};

	use super::*;
	use crate::{transport, NetworkConfig, NetworkLimits};

	#[tokio::test]
	async fn neither_names_nor_second_addresses_lead_into_networks_of_our_own() {
		let door = TcpListener::bind(("127.0.0.1", 0)).expect("a port is free");
		door.set_nonblocking(true).expect("an open socket");
		let port = door.local_addr().expect("bound").port();
		let keypair = NetworkConfig::keypair_from_seed([1; 32]);
		let limits = NetworkLimits::default().among_strangers();
		let mut transport = transport::build(&keypair, &limits).expect("a transport");
		for address in [
			format!("/ip4/127.0.0.1/tcp/{port}"),
			format!("/dns4/localhost/tcp/{port}"),
			format!("/ip4/1.1.1.1/tcp/1/ip4/127.0.0.1/tcp/{port}"),
			format!("/ip4/1.1.1.1/tcp/1/dns4/localhost/tcp/{port}"),
		] {
			let options = DialOpts { role: Endpoint::Dialer, port_use: PortUse::New };
			let dial = transport
				.dial(address.parse().expect("an address"), options)
				.expect("names are resolved before anything is refused");
			let refused = dial.await.err().unwrap_or_else(|| panic!("{address} was dialled"));
			assert!(format!("{refused:?}").contains("NotPublic"), "{address}: {refused:?}");
		}
		assert_eq!(door.accept().expect_err("nobody came").kind(), io::ErrorKind::WouldBlock);
	}
}
