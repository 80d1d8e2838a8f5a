//! The request protocols, a file each. To add one: a file with its [`Descriptor`], a variant of [`Protocol`], and
//! its place in [`Protocol::ALL`] and [`Protocol::descriptor`].

mod download;
mod evidence;
mod handover;
mod query;

use std::fmt;

use libp2p::StreamProtocol;

/// A request protocol: the opener sends request frames, the acceptor answers with response frames.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Protocol {
	/// A subscriber's query to a persistence node.
	Query,
	/// A snapshot and its keys, from a worker to a persistence node.
	Handover,
	/// A snapshot's sealed chunks, from a persistence node to whoever asks.
	Download,
	/// Evidence of a dispute, to and from a persistence node.
	Evidence,
}

/// What is fixed about a protocol; the sizes and counts are the defaults of
/// [`ProtocolLimits`](crate::ProtocolLimits).
#[derive(Clone, Copy, Debug)]
pub struct Descriptor {
	/// Name and version. A change of the wire format is a new version.
	pub name: &'static str,
	/// What it is for.
	pub purpose: &'static str,
	/// Largest frame from the opener, in bytes.
	pub max_request_frame: usize,
	/// Largest frame from the acceptor, in bytes.
	pub max_response_frame: usize,
	/// Inbound streams at a time, over all peers.
	pub max_streams: usize,
	/// Inbound streams at a time from one peer.
	pub max_streams_per_peer: usize,
}

impl Protocol {
	/// Every protocol.
	pub const ALL: [Protocol; 4] =
		[Protocol::Query, Protocol::Handover, Protocol::Download, Protocol::Evidence];

	/// What is fixed about this protocol.
	pub const fn descriptor(self) -> &'static Descriptor {
		match self {
			Protocol::Query => &query::DESCRIPTOR,
			Protocol::Handover => &handover::DESCRIPTOR,
			Protocol::Download => &download::DESCRIPTOR,
			Protocol::Evidence => &evidence::DESCRIPTOR,
		}
	}

	/// Name and version, for instance `/souk/query/3`.
	pub const fn name(self) -> &'static str {
		self.descriptor().name
	}

	/// The name that is negotiated: the chain first, so that nodes of two chains have no protocol in common.
	pub(crate) fn wire_name(self, network_id: &str) -> StreamProtocol {
		wire_name(network_id, self.name())
	}
}

impl fmt::Display for Protocol {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		f.write_str(self.name())
	}
}

/// `/<network id>` followed by `name`, which starts with a slash.
pub(crate) fn wire_name(network_id: &str, name: &str) -> StreamProtocol {
	StreamProtocol::try_from_owned(format!("/{network_id}{name}"))
		.expect("the name starts with a slash, which is all that is asked of it; qed")
}
