//! Raw request streams: a behaviour of our own, because the limits belong where a stream is admitted.
//!
//! `libp2p-stream` hands inbound streams over through a channel with a single place and silently drops what comes in
//! between, opens one stream at a time per connection, and keeps an entry for every connection that there ever was.
//! Here an inbound stream either gets one of its protocol's places (in total and for its peer) or is dropped and
//! counted, and what has a place is never lost.

mod behaviour;
mod handler;
mod slots;

use std::{
	collections::HashMap,
	pin::Pin,
	sync::{
		atomic::{AtomicBool, Ordering},
		Arc, Mutex, MutexGuard, PoisonError,
	},
	task::{Context, Poll},
};

use libp2p::{swarm::ConnectionId, PeerId, Stream, StreamProtocol};
use tokio::sync::{mpsc, oneshot};

use self::slots::Slots;
pub(crate) use self::{behaviour::Behaviour, slots::StreamSlot};
use crate::{counters::Counters, frames::Pace, FramedStream, NetworkError, NetworkLimits, Protocol};

/// Why a stream was not opened.
#[derive(Debug)]
pub(crate) enum OpenError {
	/// There is no connection, or it was closed meanwhile.
	NotConnected,
	/// The peer refused the protocol.
	Unsupported,
	/// The negotiation took too long.
	Timeout,
	/// The transport failed.
	Io(std::io::Error),
}

/// A failed attempt to open a stream.
#[derive(Debug)]
pub(crate) struct OpenFailure {
	/// The connection that it was tried on.
	pub(crate) connection: Option<ConnectionId>,
	pub(crate) error: OpenError,
}

/// Where the outcome of an attempt goes. A connection that is closed drops the attempts that are on it; they count as
/// [`OpenError::NotConnected`].
#[derive(Debug)]
pub(crate) struct OpenReply {
	connection: Option<ConnectionId>,
	sender: Option<oneshot::Sender<Result<Stream, OpenFailure>>>,
}

impl OpenReply {
	pub(crate) fn new(sender: oneshot::Sender<Result<Stream, OpenFailure>>) -> Self {
		OpenReply { connection: None, sender: Some(sender) }
	}

	fn send(mut self, outcome: Result<Stream, OpenError>) {
		self.settle(outcome);
	}

	/// Whether nobody waits any more.
	fn is_closed(&self) -> bool {
		self.sender.as_ref().is_none_or(oneshot::Sender::is_closed)
	}

	fn settle(&mut self, outcome: Result<Stream, OpenError>) {
		if let Some(sender) = self.sender.take() {
			let connection = self.connection;
			// Who has given up waiting drops the stream, and so resets it.
			let _ = sender.send(outcome.map_err(|error| OpenFailure { connection, error }));
		}
	}
}

impl Drop for OpenReply {
	fn drop(&mut self) {
		self.settle(Err(OpenError::NotConnected));
	}
}

/// What the handle, the behaviour and every connection's handler share.
#[derive(Debug)]
pub(crate) struct Shared {
	pub(crate) limits: NetworkLimits,
	pub(crate) counters: Arc<Counters>,
	names: Vec<(Protocol, StreamProtocol)>,
	acceptors: Mutex<HashMap<Protocol, Acceptor>>,
	stopped: AtomicBool,
}

#[derive(Debug)]
struct Acceptor {
	sender: mpsc::Sender<(PeerId, FramedStream)>,
	slots: Arc<Slots>,
}

impl Shared {
	pub(crate) fn new(network_id: &str, limits: NetworkLimits) -> Self {
		Shared {
			limits,
			counters: Arc::default(),
			names: Protocol::ALL.into_iter().map(|p| (p, p.wire_name(network_id))).collect(),
			acceptors: Mutex::default(),
			stopped: AtomicBool::new(false),
		}
	}

	pub(crate) fn wire_name(&self, protocol: Protocol) -> StreamProtocol {
		self.names
			.iter()
			.find_map(|(p, name)| (*p == protocol).then(|| name.clone()))
			.expect("names has every protocol of Protocol::ALL; qed")
	}

	pub(crate) fn pace(&self) -> Pace {
		Pace {
			frame: self.limits.frame_timeout,
			idle: self.limits.stream_idle_timeout,
			counters: self.counters.clone(),
		}
	}

	/// Starts to take inbound streams of `protocol`.
	pub(crate) fn accept(&self, protocol: Protocol) -> Result<Incoming, NetworkError> {
		let mut acceptors = self.acceptors();
		// Under the lock, so that no acceptor can slip in behind `stop`.
		if self.stopped.load(Ordering::Acquire) {
			return Err(NetworkError::Stopped);
		}
		if acceptors.get(&protocol).is_some_and(|acceptor| !acceptor.sender.is_closed()) {
			return Err(NetworkError::AlreadyAccepted(protocol));
		}
		let limits = self.limits.of(protocol);
		// Every stream in the channel has a place, so the channel is never full.
		let (sender, receiver) = mpsc::channel(limits.max_streams);
		let slots = Slots::new(limits.max_streams, limits.max_streams_per_peer);
		acceptors.insert(protocol, Acceptor { sender, slots });
		Ok(Incoming { receiver })
	}

	/// Ends every [`Incoming`]: nothing comes any more.
	pub(crate) fn stop(&self) {
		let mut acceptors = self.acceptors();
		self.stopped.store(true, Ordering::Release);
		acceptors.clear();
	}

	/// The names of the protocols that somebody accepts.
	fn accepted_names(&self) -> Vec<StreamProtocol> {
		let acceptors = self.acceptors();
		self.names
			.iter()
			.filter(|(protocol, _)| {
				acceptors.get(protocol).is_some_and(|acceptor| !acceptor.sender.is_closed())
			})
			.map(|(_, name)| name.clone())
			.collect()
	}

	/// Gives an inbound stream its place and hands it to its acceptor, or drops it and counts that.
	fn admit(&self, peer: PeerId, stream: Stream, name: &StreamProtocol) {
		let Some(protocol) = self.names.iter().find_map(|(p, n)| (n == name).then_some(*p)) else { return };
		let acceptors = self.acceptors();
		let Some(acceptor) = acceptors.get(&protocol) else { return };
		let slot = match acceptor.slots.take(peer) {
			Ok(slot) => slot,
			Err(slots::Full::Total) => {
				self.counters.streams_refused_total.increase();
				tracing::debug!(%peer, %protocol, "all places are taken, inbound stream dropped");
				return;
			}
			Err(slots::Full::Peer) => {
				self.counters.streams_refused_peer.increase();
				tracing::debug!(%peer, %protocol, "the peer's places are taken, inbound stream dropped");
				return;
			}
		};
		let framed = FramedStream::inbound(stream, peer, self.limits.of(protocol), self.pace(), slot);
		// Fails only when the acceptor has just been dropped; the stream goes the same way then.
		if acceptor.sender.try_send((peer, framed)).is_ok() {
			self.counters.streams_accepted.increase();
		}
	}

	fn acceptors(&self) -> MutexGuard<'_, HashMap<Protocol, Acceptor>> {
		// A map that a panicking task left behind is still a map.
		self.acceptors.lock().unwrap_or_else(PoisonError::into_inner)
	}
}

/// Inbound streams of one protocol, in the order of their arrival. Ends when the driver does. Dropping it ends the
/// service: the protocol is not offered any more and can be accepted anew.
#[derive(Debug)]
#[must_use = "a protocol is served by taking its streams"]
pub struct Incoming {
	receiver: mpsc::Receiver<(PeerId, FramedStream)>,
}

impl futures::Stream for Incoming {
	type Item = (PeerId, FramedStream);

	fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
		self.receiver.poll_recv(cx)
	}
}
