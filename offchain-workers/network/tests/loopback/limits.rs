//! Floods, giants and sloths.

use std::time::Duration;

use futures::{AsyncReadExt, AsyncWriteExt, StreamExt};
use souk_network::{NetworkError, Protocol};

use crate::{
	adversary::Adversary,
	world::{client, eventually, serve_echo, server, within, Node, TCP},
};

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_of_streams_of_one_peer_leaves_room_for_another() {
	const PER_PEER: usize = 4;
	const FLOOD: usize = 20;
	let mut config = server(1, TCP);
	config.limits.query.max_streams_per_peer = PER_PEER;
	config.limits.query.max_streams = 2 * PER_PEER;
	let server = Node::start(config).await;
	let (greedy, modest) = (Node::start(client(2)).await, Node::start(client(3)).await);
	// Nobody takes the streams: the places are occupied from their arrival on.
	let mut incoming = server.network.accept(Protocol::Query).expect("the first acceptor");

	let mut flood = Vec::new();
	for _ in 0..FLOOD {
		flood.push(within("a stream", greedy.open(&server, Protocol::Query)).await.expect("negotiated"));
	}
	eventually("the flood to be counted", || async {
		let counters = server.network.counters();
		counters.streams_accepted as usize == PER_PEER
			&& counters.streams_refused_peer as usize == FLOOD - PER_PEER
	})
	.await;
	// The refused ones learn of it.
	let refused = within("the refusal", flood.last_mut().expect("many").recv()).await;
	assert!(matches!(refused, Err(NetworkError::Cut(_))));

	// The other peer is served all the same.
	let mut stream = within("a stream", modest.open(&server, Protocol::Query)).await.expect("opened");
	stream.send(b"me too").await.expect("sent");
	let mut held = Vec::new();
	let mut theirs = loop {
		let (peer, stream) = within("the streams", incoming.next()).await.expect("a stream");
		match peer == modest.peer() {
			true => break stream,
			false => held.push(stream),
		}
	};
	assert_eq!(held.len(), PER_PEER);
	assert_eq!(within("a frame", theirs.recv()).await.expect("received").expect("a frame"), "me too");
	assert_eq!(server.network.counters().streams_refused_total, 0);

	// A place that was given back can be taken again.
	drop(held);
	let _again = within("a stream", greedy.open(&server, Protocol::Query)).await.expect("opened");
	eventually("the new stream to be admitted", || async {
		server.network.counters().streams_accepted as usize == PER_PEER + 2
	})
	.await;
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_beyond_the_limit_are_refused_and_counted() {
	let mut config = server(1, TCP);
	config.limits.max_inbound_connections = 2;
	let server = Node::start(config).await;
	let clients = [Node::start(client(2)).await, Node::start(client(3)).await, Node::start(client(4)).await];
	for client in &clients[..2] {
		within("a connection", client.network.connect(server.peer(), server.addresses.clone()))
			.await
			.expect("connected");
	}
	eventually("two connections", || async { server.network.connected_peers() == 2 }).await;
	// The handshake succeeds before the server says no, so the dialler may see a connection for a moment.
	let refused =
		within("a refusal", clients[2].network.connect(server.peer(), server.addresses.clone())).await;
	assert!(refused.is_err());
	eventually("the refusal to be counted", || async { server.network.counters().connections_refused == 1 })
		.await;
	assert_eq!(server.network.connected_peers(), 2);
	eventually("the third to notice", || async { clients[2].network.connected_peers() == 0 }).await;
	// Who is refused is not dialled again.
	let counters = clients[2].network.counters();
	assert_eq!(counters.connections_opened + counters.dials_failed, 1);
	assert_eq!(server.network.counters().connections_refused, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_giant_frame_is_refused_from_its_header() {
	let server = Node::start(server(1, TCP)).await;
	let mut incoming = server.network.accept(Protocol::Query).expect("the first acceptor");
	let mut adversary = Adversary::start(9, &server, Vec::new()).await;
	let mut raw = adversary.open(&server, Protocol::Query).await;
	raw.write_all(&0x7fff_ffff_u32.to_le_bytes()).await.expect("written");
	raw.flush().await.expect("flushed");
	let (_, mut stream) = within("the stream", incoming.next()).await.expect("a stream");
	let error = within("the refusal", stream.recv()).await.expect_err("too large");
	let limit = Protocol::Query.descriptor().max_request_frame;
	assert!(
		matches!(error, NetworkError::FrameTooLarge { size: 0x7fff_ffff, limit: l } if l == limit),
		"{error}"
	);
	assert_eq!(server.network.counters().frames_too_large, 1);
	drop(stream);
	// The adversary's stream is dead.
	let mut rest = Vec::new();
	let _ = within("the reset", raw.read_to_end(&mut rest)).await;
	assert!(rest.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_peer_that_stalls_in_a_frame_or_does_not_read_is_given_up() {
	let mut config = server(1, TCP);
	// Enough for an honest frame on a busy machine.
	config.limits.frame_timeout = Duration::from_secs(2);
	let server = Node::start(config).await;
	let mut incoming = server.network.accept(Protocol::Query).expect("the first acceptor");
	let mut adversary = Adversary::start(9, &server, Vec::new()).await;

	let mut raw = adversary.open(&server, Protocol::Query).await;
	raw.write_all(&[16, 0, 0, 0, 1, 2, 3]).await.expect("written");
	raw.flush().await.expect("flushed");
	let (_, mut stalled) = within("the stream", incoming.next()).await.expect("a stream");
	let error = within("the time-out", stalled.recv()).await.expect_err("stalled");
	assert!(matches!(error, NetworkError::Timeout { .. }), "{error}");

	let _unread = adversary.open(&server, Protocol::Query).await;
	let (_, mut stream) = within("the stream", incoming.next()).await.expect("a stream");
	let frame = vec![0; stream.max_send()];
	let error = within("the time-out", async {
		loop {
			if let Err(error) = stream.send(&frame).await {
				break error;
			}
		}
	})
	.await;
	assert!(matches!(error, NetworkError::Timeout { .. }), "{error}");
	assert_eq!(server.network.counters().streams_timed_out, 2);
	// What was buffered for it is far from unbounded.
	assert!(server.network.counters().bytes_sent < 32 * 1024 * 1024);

	// Others are served as before.
	drop(incoming);
	let _echo = serve_echo(server.network.accept(Protocol::Query).expect("the first has gone"));
	let client = Node::start(client(2)).await;
	let mut honest = within("a stream", client.open(&server, Protocol::Query)).await.expect("opened");
	honest.send(b"hello").await.expect("sent");
	assert_eq!(within("an answer", honest.recv()).await.expect("received").expect("a frame"), "hello");
}
