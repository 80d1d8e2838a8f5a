//! Negotiates the streams of one connection.

use std::{
	collections::VecDeque,
	convert::Infallible,
	future::{ready, Ready},
	sync::Arc,
	task::{Context, Poll, Waker},
};

use libp2p::{
	core::UpgradeInfo,
	swarm::{
		handler::{ConnectionEvent, DialUpgradeError, FullyNegotiatedInbound, FullyNegotiatedOutbound},
		ConnectionHandler, ConnectionHandlerEvent, StreamUpgradeError, SubstreamProtocol,
	},
	InboundUpgrade, OutboundUpgrade, PeerId, Stream, StreamProtocol,
};

use super::{OpenError, OpenReply, Shared};

/// A stream that somebody wants opened.
#[derive(Debug)]
pub(crate) struct OpenRequest {
	pub(crate) protocol: StreamProtocol,
	pub(crate) reply: OpenReply,
}

/// One connection's part of [`Behaviour`](super::Behaviour). It does not keep its connection open; the streams do.
pub(crate) struct Handler {
	peer: PeerId,
	shared: Arc<Shared>,
	requests: VecDeque<OpenRequest>,
	waker: Option<Waker>,
}

impl Handler {
	pub(crate) fn new(peer: PeerId, shared: Arc<Shared>) -> Self {
		Handler { peer, shared, requests: VecDeque::new(), waker: None }
	}
}

impl ConnectionHandler for Handler {
	type FromBehaviour = OpenRequest;
	type ToBehaviour = Infallible;
	type InboundProtocol = OneOf;
	type OutboundProtocol = OneOf;
	type InboundOpenInfo = ();
	type OutboundOpenInfo = OpenReply;

	fn listen_protocol(&self) -> SubstreamProtocol<OneOf, ()> {
		SubstreamProtocol::new(OneOf(self.shared.accepted_names()), ())
			.with_timeout(self.shared.limits.open_timeout)
	}

	fn poll(
		&mut self,
		cx: &mut Context<'_>,
	) -> Poll<ConnectionHandlerEvent<OneOf, Self::OutboundOpenInfo, Infallible>> {
		while let Some(OpenRequest { protocol, reply }) = self.requests.pop_front() {
			// Who has given up waiting needs no stream.
			if !reply.is_closed() {
				let protocol = SubstreamProtocol::new(OneOf(vec![protocol]), reply)
					.with_timeout(self.shared.limits.open_timeout);
				return Poll::Ready(ConnectionHandlerEvent::OutboundSubstreamRequest { protocol });
			}
		}
		self.waker = Some(cx.waker().clone());
		Poll::Pending
	}

	fn on_behaviour_event(&mut self, request: OpenRequest) {
		self.requests.push_back(request);
		if let Some(waker) = self.waker.take() {
			waker.wake();
		}
	}

	fn on_connection_event(&mut self, event: ConnectionEvent<OneOf, OneOf, (), OpenReply>) {
		match event {
			ConnectionEvent::FullyNegotiatedInbound(FullyNegotiatedInbound {
				protocol: (stream, name),
				info: (),
			}) => self.shared.admit(self.peer, stream, &name),
			ConnectionEvent::FullyNegotiatedOutbound(FullyNegotiatedOutbound {
				protocol: (stream, _),
				info: reply,
			}) => reply.send(Ok(stream)),
			ConnectionEvent::DialUpgradeError(DialUpgradeError { info: reply, error }) => {
				let error = match error {
					StreamUpgradeError::Timeout => OpenError::Timeout,
					StreamUpgradeError::NegotiationFailed => OpenError::Unsupported,
					StreamUpgradeError::Io(error) => OpenError::Io(error),
					StreamUpgradeError::Apply(never) => match never {},
				};
				reply.send(Err(error));
			}
			_ => {}
		}
	}
}

/// An upgrade that only negotiates: the stream stays raw.
pub(crate) struct OneOf(Vec<StreamProtocol>);

impl UpgradeInfo for OneOf {
	type Info = StreamProtocol;
	type InfoIter = std::vec::IntoIter<StreamProtocol>;

	fn protocol_info(&self) -> Self::InfoIter {
		self.0.clone().into_iter()
	}
}

impl InboundUpgrade<Stream> for OneOf {
	type Output = (Stream, StreamProtocol);
	type Error = Infallible;
	type Future = Ready<Result<Self::Output, Infallible>>;

	fn upgrade_inbound(self, stream: Stream, name: StreamProtocol) -> Self::Future {
		ready(Ok((stream, name)))
	}
}

impl OutboundUpgrade<Stream> for OneOf {
	type Output = (Stream, StreamProtocol);
	type Error = Infallible;
	type Future = Ready<Result<Self::Output, Infallible>>;

	fn upgrade_outbound(self, stream: Stream, name: StreamProtocol) -> Self::Future {
		ready(Ok((stream, name)))
	}
}
