//! What can go wrong on the network, in the words of the one who called.

use std::{io, time::Duration};

use libp2p::{Multiaddr, PeerId};

use crate::Protocol;

/// An error of the network. Each says what happened and to what.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum NetworkError {
	/// The configuration cannot be used.
	#[error("network configuration: {0}")]
	Config(String),
	/// A listen address could not be bound.
	#[error("cannot listen on {address}: {reason}")]
	Listen {
		/// The address as configured.
		address: Multiaddr,
		/// What the operating system or the transport said.
		reason: String,
	},
	/// The driver has ended; nothing works any more on this handle.
	#[error("the network has stopped: its driver no longer runs")]
	Stopped,
	/// No connection could be made.
	#[error("cannot connect to {peer}: {reason}")]
	Connect {
		/// The peer that was dialled.
		peer: PeerId,
		/// What each address answered.
		reason: String,
	},
	/// The connection ended before the peer had said what it is, or while a stream was opened or used.
	#[error("the connection to {0} was closed")]
	Disconnected(PeerId),
	/// The peer does not serve the protocol, or not on this chain.
	#[error("{peer} does not serve {protocol}")]
	Unsupported {
		/// The peer that was asked.
		peer: PeerId,
		/// The protocol that it refused.
		protocol: Protocol,
	},
	/// Something took longer than its limit.
	#[error("{what} took longer than {limit:?}")]
	Timeout {
		/// What was waited for.
		what: &'static str,
		/// The limit.
		limit: Duration,
	},
	/// A protocol is accepted already; there is one acceptor per protocol.
	#[error("{0} is accepted already")]
	AlreadyAccepted(Protocol),
	/// A frame is larger than its protocol allows. Nothing was allocated for it.
	#[error("a frame of {size} bytes exceeds the {limit} bytes that the protocol allows")]
	FrameTooLarge {
		/// The size that was announced, or asked to be sent, in bytes.
		size: usize,
		/// The limit in bytes.
		limit: usize,
	},
	/// The stream ended without its end mark: what was received so far is not the whole.
	#[error("{0} cut the stream off before its end")]
	Cut(PeerId),
	/// The stream was finished, or an earlier call failed or was cancelled in the middle of a frame.
	#[error("the stream to {0} is not usable any more")]
	StreamClosed(PeerId),
	/// Reading or writing failed underneath.
	#[error("the stream to {peer} failed: {source}")]
	Io {
		/// The peer at the other end.
		peer: PeerId,
		/// The error of the transport.
		source: io::Error,
	},
	/// A record is larger than the limit.
	#[error("a record of {size} bytes exceeds the limit of {limit} bytes")]
	RecordTooLarge {
		/// The size of the value in bytes.
		size: usize,
		/// The limit in bytes.
		limit: usize,
	},
	/// No other node took or answered the request: check the boot nodes. What was to be published is kept and
	/// published again as soon as a node is reached.
	#[error("no node of the network was reached; check the boot nodes")]
	NoPeers,
	/// Too many requests to the DHT are under way from this node, or the local store is full.
	#[error("too much at once: {0}")]
	Busy(&'static str),
}
