//! One host among several. All of 127.0.0.0/8 is this machine.

use std::{net::SocketAddr, time::Duration};

use souk_network::{Multiaddr, NetworkError};
use tokio::{
	io::AsyncReadExt,
	net::{TcpSocket, TcpStream},
};

use crate::world::{client, eventually, server, within, Node, TCP};

#[tokio::test(flavor = "multi_thread")]
async fn a_host_with_its_share_is_refused_until_a_connection_of_it_ends() {
	let mut config = server(1, TCP);
	config.limits.max_inbound_connections_per_host = Some(2);
	let server = Node::start(config).await;
	let [first, second, third] =
		[Node::start(client(2)).await, Node::start(client(3)).await, Node::start(client(4)).await];
	for client in [&first, &second] {
		within("a connection", client.network.connect(server.peer(), server.addresses.clone()))
			.await
			.expect("connected");
	}
	eventually("two connections", || async { server.network.connected_peers() == 2 }).await;

	let refused = within("a refusal", third.network.connect(server.peer(), server.addresses.clone())).await;
	assert!(matches!(refused, Err(NetworkError::Connect { .. })), "{refused:?}");
	eventually("the refusal to be counted", || async { server.network.counters().connections_refused >= 1 })
		.await;
	assert_eq!(server.network.connected_peers(), 2);

	first.stop().await;
	eventually("the end to be noticed", || async { server.network.connected_peers() == 1 }).await;
	within("a connection", third.network.connect(server.peer(), server.addresses.clone()))
		.await
		.expect("there is room");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_that_only_opens_connections_does_not_keep_others_out() {
	let mut config = server(1, TCP);
	config.limits.max_pending_connections = 4;
	config.limits.max_pending_connections_per_host = Some(3);
	// A handshake may take as long as the test.
	config.limits.dial_timeout = Duration::from_secs(300);
	let server = Node::start(config).await;
	let to = socket(&server.addresses[0]);

	let mut silent = Vec::new();
	for _ in 0..3 {
		silent.push(silent_from("127.0.0.2:0", to).await);
	}
	let mut refused = silent_from("127.0.0.2:0", to).await;
	let end = within("the end of the fourth", refused.read(&mut [0; 64])).await;
	assert!(matches!(end, Ok(0) | Err(_)), "{end:?}");
	eventually("the refusal to be counted", || async { server.network.counters().connections_refused == 1 })
		.await;

	let other = Node::start(client(2)).await;
	within("a connection", other.network.connect(server.peer(), server.addresses.clone()))
		.await
		.expect("another host has its own share");
	drop(silent);
}

/// A connection over which nothing is said.
async fn silent_from(host: &str, to: SocketAddr) -> TcpStream {
	let socket = TcpSocket::new_v4().expect("a socket");
	socket.bind(host.parse().expect("an address")).expect("it is this machine's");
	within("a connection", socket.connect(to)).await.expect("accepted")
}

fn socket(address: &Multiaddr) -> SocketAddr {
	let text = address.to_string();
	let [_, _, ip, _, port] = text.split('/').collect::<Vec<_>>()[..] else {
		panic!("not ip4 and tcp: {text}")
	};
	format!("{ip}:{port}").parse().expect("an address")
}
