//! TCP with noise and yamux, and QUIC, both with names resolved.

use std::{
	io,
	net::{IpAddr, TcpListener},
};

use futures::io::BufReader;
use libp2p::{
	core::{
		muxing::StreamMuxerBox,
		transport::{timeout::TransportTimeout, Boxed},
		upgrade::Version,
	},
	dns,
	identity::Keypair,
	multiaddr::Protocol,
	noise, quic, tcp, yamux, Multiaddr, PeerId, Transport,
};

use crate::{discreet::PublicOnly, NetworkError, NetworkLimits};

type Output = (PeerId, StreamMuxerBox);

/// What is read from a TCP connection at once: noise by itself asks for 8 KiB, less than a message of its own has, and
/// each time that is a system call.
const READ_BUFFER: usize = 64 * 1024;

/// The transport of a node. Must be called within a Tokio runtime.
pub(crate) fn build(keypair: &Keypair, limits: &NetworkLimits) -> Result<Boxed<Output>, NetworkError> {
	// Without a resolver configuration (a container, a sandbox) numeric addresses still have to work.
	let named = match dns::tokio::Transport::system(numeric(keypair, limits)?) {
		Ok(named) => named,
		Err(error) => {
			tracing::warn!(%error, "no system resolver; names in addresses will not resolve");
			let (config, options) = (dns::ResolverConfig::default(), dns::ResolverOpts::default());
			dns::tokio::Transport::custom(numeric(keypair, limits)?, config, options)
		}
	};
	Ok(TransportTimeout::new(named, limits.dial_timeout).boxed())
}

/// Whether a TCP address is free. libp2p listens with `SO_REUSEPORT`: a second process of the same user would be given
/// the port as well, and the system would deal the connections out between the two.
///
/// Errors: what the operating system says to an ordinary bind.
pub(crate) fn check_free(address: &Multiaddr) -> io::Result<()> {
	let mut parts = address.iter();
	let ip: IpAddr = match parts.next() {
		Some(Protocol::Ip4(ip)) => ip.into(),
		Some(Protocol::Ip6(ip)) => ip.into(),
		_ => return Ok(()),
	};
	match parts.next() {
		Some(Protocol::Tcp(port)) if port != 0 => TcpListener::bind((ip, port)).map(drop),
		_ => Ok(()),
	}
}

/// Dials numeric addresses only.
fn numeric(keypair: &Keypair, limits: &NetworkLimits) -> Result<Boxed<Output>, NetworkError> {
	let noise = noise::Config::new(keypair)
		.map_err(|error| NetworkError::Config(format!("the key pair does not serve noise: {error}")))?;
	let mut yamux = yamux::Config::default();
	yamux.set_max_num_streams(limits.max_streams_per_connection as usize);
	let tcp = tcp::tokio::Transport::new(tcp::Config::default().nodelay(true))
		.map(|socket, _| BufReader::with_capacity(READ_BUFFER, socket))
		.upgrade(Version::V1Lazy)
		.authenticate(noise)
		.multiplex(yamux)
		.map(|(peer, muxer), _| (peer, StreamMuxerBox::new(muxer)));

	let mut quic = quic::Config::new(keypair);
	quic.max_concurrent_stream_limit = limits.max_streams_per_connection;
	quic.handshake_timeout = limits.dial_timeout;
	quic.max_idle_timeout = u32::try_from(limits.quic_idle_timeout.as_millis()).unwrap_or(u32::MAX);
	let quic = quic::tokio::Transport::new(quic).map(|(peer, muxer), _| (peer, StreamMuxerBox::new(muxer)));

	let both = quic.or_transport(tcp).map(|either, _| either.into_inner()).boxed();
	Ok(match limits.allow_private_addresses {
		true => both,
		false => PublicOnly(both).boxed(),
	})
}
