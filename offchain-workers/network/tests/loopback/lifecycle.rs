//! How a node begins and ends.

use futures::StreamExt;
use souk_network::{build, Multiaddr, NetworkError, Protocol};

use crate::world::{client, eventually, server, within, Node, QUIC, TCP};

#[tokio::test]
async fn a_dropped_handle_ends_the_driver() {
	let (network, driver) = build(server(1, TCP)).expect("usable");
	let driver = tokio::spawn(driver.run());
	network.wait_listening().await.expect("listening");
	let mut incoming = network.accept(Protocol::Query).expect("the first acceptor");
	let clone = network.clone();
	drop(network);
	// One handle is left, and works.
	assert!(!clone.listen_addresses().await.is_empty());
	clone.stop_providing([0; 32].into()).await;
	assert!(!driver.is_finished());
	drop(clone);
	within("the driver to end", driver).await.expect("no panic");
	assert!(within("the acceptor to end", incoming.next()).await.is_none());
}

#[tokio::test]
async fn without_its_driver_a_handle_says_that_the_network_has_stopped() {
	let node = Node::start(server(1, TCP)).await;
	node.driver.abort();
	assert!(within("the driver to end", node.driver).await.is_err());
	let stopped = within("an answer", node.network.provide([1; 32].into())).await;
	assert!(matches!(stopped, Err(NetworkError::Stopped)));
	assert!(matches!(node.network.accept(Protocol::Query), Err(NetworkError::Stopped)));
}

#[tokio::test]
async fn the_ports_that_the_system_chose_are_reported() {
	let mut config = server(1, TCP);
	config.listen.push(QUIC.parse().expect("an address"));
	let node = Node::start(config).await;
	assert_eq!(node.addresses.len(), 2);
	assert!(node.addresses.iter().all(|a| !a.to_string().contains("/0")), "{:?}", node.addresses);
	let client = Node::start(client(2)).await;
	assert!(client.addresses.is_empty());
	for address in &node.addresses {
		within("a connection", client.network.connect(node.peer(), vec![address.clone()]))
			.await
			.expect("connected");
	}
	eventually("the server to count it", || async { node.network.connected_peers() == 1 }).await;
}

#[tokio::test]
async fn a_port_in_use_is_an_error_that_names_the_address() {
	let first = Node::start(server(1, TCP)).await;
	let taken: Multiaddr = first.addresses[0].clone();
	let mut config = server(2, TCP);
	config.listen = vec![taken.clone()];
	let outcome = match build(config) {
		Err(error) => Err(error),
		Ok((network, driver)) => {
			let _driver = tokio::spawn(driver.run());
			within("an outcome", network.wait_listening()).await
		}
	};
	let error = outcome.expect_err("taken");
	assert!(matches!(&error, NetworkError::Listen { address, .. } if *address == taken), "{error}");
}

#[tokio::test]
async fn a_protocol_has_one_acceptor_at_a_time() {
	let node = Node::start(server(1, TCP)).await;
	let first = node.network.accept(Protocol::Query).expect("the first acceptor");
	let second = node.network.accept(Protocol::Query);
	assert!(matches!(second, Err(NetworkError::AlreadyAccepted(Protocol::Query))));
	let _other = node.network.accept(Protocol::Handover).expect("another protocol");
	drop(first);
	let _third = node.network.accept(Protocol::Query).expect("the first has gone");
}

#[test]
fn a_network_is_built_within_a_runtime() {
	assert!(matches!(build(client(1)), Err(NetworkError::Config(_))));
}
