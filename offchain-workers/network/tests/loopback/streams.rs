//! Requests and answers, and how they end.

use futures::{future::join_all, StreamExt};
use souk_network::{NetworkError, Protocol};

use crate::{
	adversary,
	world::{client, serve_echo, server, within, Node, QUIC, TCP},
};

/// A frame's content, told by its number: sizes from 0 to some 40,000 bytes.
fn frame(number: usize) -> Vec<u8> {
	vec![number as u8; (number * 7919) % 40_000 / (1 + number % 50)]
}

async fn thousands_of_frames_each_way(address: &str) {
	const FRAMES: usize = 3000;
	let server = Node::start(server(1, address)).await;
	let client = Node::start(client(2)).await;
	let _echo = serve_echo(server.network.accept(Protocol::Query).expect("the first acceptor"));

	// One after the other, each waiting for its answer.
	let mut stream = within("a stream", client.open(&server, Protocol::Query)).await.expect("opened");
	assert_eq!(stream.peer(), server.peer());
	within("the frames", async {
		for number in 0..FRAMES {
			stream.send(&frame(number)).await.expect("sent");
			assert_eq!(stream.recv().await.expect("received").expect("a frame"), frame(number));
		}
		stream.finish().await.expect("finished");
		assert!(stream.recv().await.expect("a clean end").is_none());
	})
	.await;

	let counters = client.network.counters();
	assert_eq!((counters.frames_sent, counters.frames_received), (FRAMES as u64, FRAMES as u64));
	assert_eq!(counters.bytes_sent, counters.bytes_received);
	assert_eq!(server.network.counters().streams_accepted, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn thousands_of_frames_cross_tcp() {
	thousands_of_frames_each_way(TCP).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn thousands_of_frames_cross_quic() {
	thousands_of_frames_each_way(QUIC).await;
}

async fn an_answer_in_the_largest_frames(address: &str) {
	const FRAMES: usize = 100;
	let server = Node::start(server(1, address)).await;
	let client = Node::start(client(2)).await;
	let mut incoming = server.network.accept(Protocol::Query).expect("the first acceptor");
	let size = Protocol::Query.descriptor().max_response_frame;
	let serving = tokio::spawn(async move {
		let (_, mut stream) = incoming.next().await.expect("a stream");
		stream.recv().await?;
		for number in 0..FRAMES {
			stream.send(&vec![number as u8; size]).await?;
		}
		assert!(matches!(stream.send(&vec![0; size + 1]).await, Err(NetworkError::FrameTooLarge { .. })));
		stream.finish().await
	});
	within("the answer", async {
		let mut stream = client.open(&server, Protocol::Query).await.expect("opened");
		stream.send(b"everything, please").await.expect("sent");
		let mut received = 0;
		while let Some(frame) = stream.recv().await.expect("received") {
			assert_eq!(frame, vec![received as u8; size]);
			received += 1;
		}
		assert_eq!(received, FRAMES);
		serving.await.expect("no panic").expect("served");
	})
	.await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_answer_crosses_tcp() {
	an_answer_in_the_largest_frames(TCP).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_answer_crosses_quic() {
	an_answer_in_the_largest_frames(QUIC).await;
}

async fn a_burst_of_streams_loses_none(address: &str) {
	let server = Node::start(server(1, address)).await;
	let _echo = serve_echo(server.network.accept(Protocol::Query).expect("the first acceptor"));
	let clients = [Node::start(client(2)).await, Node::start(client(3)).await];
	for round in 0..5u8 {
		let requests = clients.iter().flat_map(|client| {
			let server = &server;
			(0..64u8).map(move |number| async move {
				let mut stream = client.open(server, Protocol::Query).await?;
				stream.send(&[round, number]).await?;
				stream.finish().await?;
				let answer = stream.recv().await?;
				assert_eq!(answer.expect("a frame"), [round, number][..]);
				assert!(stream.recv().await?.is_none());
				Ok::<_, NetworkError>(())
			})
		});
		for outcome in within("the burst", join_all(requests)).await {
			outcome.expect("answered");
		}
	}
	let counters = server.network.counters();
	assert_eq!(counters.streams_accepted, 5 * 2 * 64);
	assert_eq!(counters.streams_refused_peer + counters.streams_refused_total, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn bursts_of_streams_over_tcp_lose_none() {
	a_burst_of_streams_loses_none(TCP).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn bursts_of_streams_over_quic_lose_none() {
	a_burst_of_streams_loses_none(QUIC).await;
}

/// The server sends one frame of its answer and drops the stream.
async fn a_dropped_answer_is_cut(address: &str, request_finished: bool) {
	let server = Node::start(server(1, address)).await;
	let client = Node::start(client(2)).await;
	let mut incoming = server.network.accept(Protocol::Query).expect("the first acceptor");
	let serving = tokio::spawn(async move {
		let (_, mut stream) = incoming.next().await.expect("a stream");
		while let Some(frame) = stream.recv().await.expect("received") {
			if frame == "last" {
				break;
			}
		}
		if request_finished {
			assert!(stream.recv().await.expect("received").is_none());
		}
		stream.send(b"half of the answer").await.expect("sent");
	});
	within("the cut", async {
		let mut stream = client.open(&server, Protocol::Query).await.expect("opened");
		stream.send(b"last").await.expect("sent");
		if request_finished {
			stream.finish().await.expect("finished");
		}
		// A reset may overtake the frame before it; a clean end must never come.
		let error = loop {
			match stream.recv().await {
				Ok(Some(frame)) => assert_eq!(frame, "half of the answer"),
				Ok(None) => panic!("half an answer passed for a whole one"),
				Err(error) => break error,
			}
		};
		assert!(matches!(error, NetworkError::Cut(peer) if peer == server.peer()), "{error}");
		serving.await.expect("no panic");
	})
	.await;
	assert_eq!(client.network.counters().streams_cut, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_dropped_midway_is_an_error_and_no_end() {
	for address in [TCP, QUIC] {
		for request_finished in [false, true] {
			a_dropped_answer_is_cut(address, request_finished).await;
		}
	}
}

async fn a_server_that_dies_cuts_its_streams(address: &str) {
	let server = Node::start(server(1, address)).await;
	let client = Node::start(client(2)).await;
	let mut incoming = server.network.accept(Protocol::Query).expect("the first acceptor");
	let mut ours = within("a stream", client.open(&server, Protocol::Query)).await.expect("opened");
	ours.send(b"request").await.expect("sent");
	let (_, mut theirs) = within("the stream", incoming.next()).await.expect("a stream");
	theirs.recv().await.expect("received").expect("a frame");
	theirs.send(b"one").await.expect("sent");
	assert_eq!(within("a frame", ours.recv()).await.expect("received").expect("a frame"), "one");
	server.stop().await;
	let error = within("the cut", ours.recv()).await.expect_err("no end");
	assert!(matches!(error, NetworkError::Cut(_) | NetworkError::Io { .. }), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_dies_over_tcp_cuts_its_streams() {
	a_server_that_dies_cuts_its_streams(TCP).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_dies_over_quic_cuts_its_streams() {
	a_server_that_dies_cuts_its_streams(QUIC).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restarted_server_is_dialled_anew() {
	let first = Node::start(server(1, TCP)).await;
	let address = first.addresses[0].to_string();
	let client = Node::start(client(2)).await;
	within("a connection", client.network.connect(first.peer(), first.addresses.clone()))
		.await
		.expect("connected");
	first.stop().await;
	let second = Node::again(1, &address).await;
	let _echo = serve_echo(second.network.accept(Protocol::Query).expect("the first acceptor"));
	within("an answer", async {
		let mut stream = client.open(&second, Protocol::Query).await.expect("opened");
		stream.send(b"still there?").await.expect("sent");
		assert_eq!(stream.recv().await.expect("received").expect("a frame"), "still there?");
	})
	.await;
}

// Again and again, because it takes chance for the end to be noticed within `connect`.
#[tokio::test(flavor = "multi_thread")]
async fn connecting_while_the_old_connection_ends_is_no_error() {
	let mut first = Node::start(server(1, TCP)).await;
	let address = first.addresses[0].to_string();
	let client = Node::start(client(2)).await;
	for _ in 0..20 {
		within("a connection", client.network.connect(first.peer(), first.addresses.clone()))
			.await
			.expect("connected");
		first.stop().await;
		first = Node::again(1, &address).await;
	}
}

#[tokio::test(flavor = "multi_thread")]
async fn a_protocol_that_nobody_accepts_is_unsupported() {
	let server = Node::start(server(1, TCP)).await;
	let client = Node::start(client(2)).await;
	let _echo = serve_echo(server.network.accept(Protocol::Query).expect("the first acceptor"));
	let refused = within("a refusal", client.open(&server, Protocol::Handover)).await;
	assert!(matches!(refused, Err(NetworkError::Unsupported { protocol: Protocol::Handover, .. })));
	// Accepted later, on the connection that there is.
	let _echo = serve_echo(server.network.accept(Protocol::Handover).expect("the first acceptor"));
	within("a stream", client.open(&server, Protocol::Handover)).await.expect("opened");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_at_an_address_is_an_error_that_names_it() {
	let gone = Node::start(server(1, TCP)).await;
	let (peer, addresses) = (gone.peer(), gone.addresses.clone());
	gone.stop().await;
	let client = Node::start(client(2)).await;
	let error =
		within("a refusal", client.network.open(peer, &addresses, Protocol::Query)).await.expect_err("gone");
	assert!(matches!(error, NetworkError::Connect { .. }), "{error}");
	assert!(error.to_string().contains(&addresses[0].to_string()), "{error}");

	let unknown = within("a refusal", client.network.connect(peer, Vec::new())).await.expect_err("unknown");
	assert!(unknown.to_string().contains("no address is known"), "{unknown}");
}

#[tokio::test(flavor = "multi_thread")]
async fn another_peer_at_the_address_is_not_taken_for_the_right_one() {
	let server = Node::start(server(1, TCP)).await;
	let client = Node::start(client(2)).await;
	let expected = adversary::peer(9);
	let error = within("a refusal", client.network.connect(expected, server.addresses.clone()))
		.await
		.expect_err("somebody else");
	assert!(matches!(error, NetworkError::Connect { .. }), "{error}");
	assert!(error.to_string().contains(&server.peer().to_string()), "{error}");
}
