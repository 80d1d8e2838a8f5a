//! Addresses that are not public, between a node that keeps to public ones and a node that does not.

use souk_network::{Key, NetworkError};

use crate::world::{client, eventually, server, within, Node, QUIC, TCP};

const LISTING: Key = Key([7; 32]);

#[tokio::test(flavor = "multi_thread")]
async fn only_where_they_are_allowed_private_addresses_are_told() {
	for allowed in [true, false] {
		let mut config = server(1, TCP);
		config.listen.push(QUIC.parse().expect("an address"));
		config.limits.allow_private_addresses = allowed;
		let server = Node::start(config).await;
		within("the announcement", server.network.provide(LISTING)).await.expect("kept");
		let over = |transport: &str| {
			let mut all = server.addresses.iter();
			all.find(|address| address.to_string().contains(transport)).expect("it listens there").clone()
		};
		let (dialled, other) = (over("/tcp/"), over("/quic-v1"));

		// What it knows more than it was told comes from identify and from the DHT.
		let reader = Node::start(client(2)).await;
		within("a connection", reader.network.connect(server.peer(), vec![dialled.clone()]))
			.await
			.expect("who comes from a private address is not refused");
		// Who tells no address is known by the DHT's own greeting, which comes a moment later.
		eventually("the server to be found", || async {
			reader.network.providers(LISTING).await.is_ok_and(|found| !found.is_empty())
		})
		.await;
		let found = within("the look-up", reader.network.providers(LISTING)).await.expect("answered");
		let (peer, addresses) = found.first().expect("the server provides it");
		assert_eq!(*peer, server.peer());
		assert_eq!(addresses.contains(&other), allowed, "{addresses:?}");
		assert!(addresses.iter().all(|address| [&dialled, &other].contains(&address)), "{addresses:?}");
	}
}

#[tokio::test(flavor = "multi_thread")]
async fn only_where_they_are_allowed_private_addresses_are_dialled() {
	let server = Node::start(server(1, TCP)).await;
	let port = server.addresses[0].to_string().rsplit('/').next().expect("a port").to_string();
	let named = format!("/dns4/localhost/tcp/{port}").parse().expect("an address");
	let hidden = format!("/ip4/1.1.1.1/tcp/1/ip4/127.0.0.1/tcp/{port}").parse().expect("an address");
	let addresses = [server.addresses[0].clone(), named, hidden];

	let mut config = client(2);
	config.limits.allow_private_addresses = false;
	let discreet = Node::start(config).await;
	for address in &addresses {
		let refused =
			within("a refusal", discreet.network.connect(server.peer(), vec![address.clone()])).await;
		assert!(matches!(refused, Err(NetworkError::Connect { .. })), "{address}: {refused:?}");
	}
	assert_eq!(server.network.counters().connections_opened, 0);

	// Any of them leads there.
	for (seed, address) in (3..).zip(&addresses) {
		let curious = Node::start(client(seed)).await;
		within("a connection", curious.network.connect(server.peer(), vec![address.clone()]))
			.await
			.unwrap_or_else(|error| panic!("{address}: {error}"));
	}
}
