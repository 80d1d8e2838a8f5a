//! Who provides what, and signed records.

use std::time::Duration;

use codec::Encode;
use libp2p::kad::Record;
use souk_network::{
	records::{slot_of, Envelope},
	Key, NetworkConfig, NetworkError, Protocol,
};

use crate::{
	adversary::{peer, Adversary},
	world::{client, eventually, joining, serve_echo, server, within, Node, NETWORK, QUIC, TCP},
};

const LISTING: Key = Key([7; 32]);

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_is_found_through_a_third_node_and_reached_at_the_addresses_found() {
	for transport in [TCP, QUIC] {
		let boot = Node::start(server(1, transport)).await;
		let provider = Node::start(joining(server(2, transport), &boot)).await;
		let subscriber = Node::start(joining(client(3), &boot)).await;
		let _echo = serve_echo(provider.network.accept(Protocol::Query).expect("the first acceptor"));
		within("the announcement", provider.network.provide(LISTING)).await.expect("announced");

		// An announcement is not acknowledged in Kademlia: it may still be on its way.
		eventually("the provider to be found", || async {
			let found = subscriber.network.providers(LISTING).await.unwrap_or_default();
			found.iter().any(|(peer, addresses)| {
				*peer == provider.peer() && provider.addresses.iter().all(|a| addresses.contains(a))
			})
		})
		.await;
		let found = within("the look-up", subscriber.network.providers(LISTING)).await.expect("found");
		assert_eq!(found.len(), 1);
		let (peer, addresses) = &found[0];
		let mut stream = within("a stream", subscriber.network.open(*peer, addresses, Protocol::Query))
			.await
			.expect("opened");
		stream.send(b"hello").await.expect("sent");
		assert_eq!(within("an answer", stream.recv()).await.expect("received").expect("a frame"), "hello");

		let nobody =
			within("the look-up", subscriber.network.providers(Key([8; 32]))).await.expect("answered");
		assert!(nobody.is_empty());
		// The provider does not find itself.
		assert!(within("the look-up", provider.network.providers(LISTING))
			.await
			.expect("answered")
			.is_empty());
	}
}

// On one thread, nothing more can come from the server between the end of `connect` and the look-up.
#[tokio::test]
async fn a_look_up_right_after_connecting_asks_the_peer() {
	for transport in [TCP, QUIC] {
		let server = Node::start(server(1, transport)).await;
		within("the record", server.network.put_record(LISTING, b"value".to_vec())).await.expect("kept");
		// Without boot nodes, it has nobody else to ask.
		let reader = Node::start(client(2)).await;
		within("a connection", reader.network.connect(server.peer(), server.addresses.clone()))
			.await
			.expect("connected");
		let found = within("the look-up", reader.network.get_records(LISTING)).await.expect("answered");
		assert_eq!(found, [b"value".to_vec()]);
	}
}

#[tokio::test(flavor = "multi_thread")]
async fn a_boot_node_that_has_lost_its_memory_is_told_again() {
	let first = Node::start(server(1, TCP)).await;
	let address = first.addresses[0].to_string();
	let mut config = joining(server(2, TCP), &first);
	config.limits.announce_gap = Duration::ZERO;
	let provider = Node::start(config).await;
	within("the announcement", provider.network.provide(LISTING)).await.expect("announced");
	first.stop().await;
	// Until it knows, it may take the old connection for the new one.
	eventually("the end to be noticed", || async { provider.network.connected_peers() == 0 }).await;
	let second = Node::again(1, &address).await;
	within("a connection", provider.network.connect(second.peer(), second.addresses.clone()))
		.await
		.expect("connected");
	let subscriber = Node::start(joining(client(3), &second)).await;
	eventually("the provider to be found again", || async {
		let found = subscriber.network.providers(LISTING).await.unwrap_or_default();
		found.iter().any(|(peer, _)| *peer == provider.peer())
	})
	.await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_reachable_boot_node_requests_say_so() {
	let gone = Node::start(server(1, TCP)).await;
	let config = joining(server(2, TCP), &gone);
	gone.stop().await;
	let lonely = Node::start(config).await;
	let refused = within("a refusal", lonely.network.provide(LISTING)).await;
	assert!(matches!(refused, Err(NetworkError::NoPeers)), "{refused:?}");
	let refused = within("a refusal", lonely.network.put_record(LISTING, b"value".to_vec())).await;
	assert!(matches!(refused, Err(NetworkError::NoPeers)), "{refused:?}");
	let refused = within("a refusal", lonely.network.providers(Key([8; 32]))).await;
	assert!(matches!(refused, Err(NetworkError::NoPeers)), "{refused:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn forged_records_are_neither_stored_nor_believed_and_the_right_one_is_found() {
	let boot = Node::start(server(1, TCP)).await;
	let curator = Node::start(joining(server(2, TCP), &boot)).await;
	let reader = Node::start(joining(client(3), &boot)).await;

	// Into the curator's slot: one with a signature that is not hers, one that is signed well but by somebody else.
	let slot = slot_of(LISTING, &curator.peer());
	let hers = NetworkConfig::keypair_from_seed([2; 32]);
	let mut unsigned = Envelope::sign(&hers, NETWORK, LISTING, u64::MAX, b"genuine".to_vec());
	unsigned.value = b"forged".to_vec();
	let theirs = NetworkConfig::keypair_from_seed([9; 32]);
	let elsewhere = Envelope::sign(&theirs, NETWORK, LISTING, u64::MAX, b"squatted".to_vec());
	let _forgers = [
		Adversary::start(8, &boot, vec![Record::new(slot.to_vec(), unsigned.encode())]).await,
		Adversary::start(9, &boot, vec![Record::new(slot.to_vec(), elsewhere.encode())]).await,
	];
	eventually("the forgeries to be refused", || async { boot.network.counters().records_refused >= 2 })
		.await;
	assert_eq!(boot.network.counters().records_stored, 0);

	within("the record", curator.network.put_record(LISTING, b"right".to_vec())).await.expect("published");
	eventually("the record to be found", || async {
		let found = reader.network.get_records(LISTING).await.unwrap_or_default();
		assert!(found.iter().all(|value| value == b"right"), "a forgery was believed: {found:?}");
		!found.is_empty()
	})
	.await;
	// The reader has met the forgeries too, and by name as well.
	eventually("the forgeries to be met", || async {
		let found = reader.network.get_records_of(LISTING, &[curator.peer()]).await.expect("answered");
		assert_eq!(found, [b"right".to_vec()]);
		reader.network.counters().records_forged >= 2
	})
	.await;
	assert!(boot.network.counters().records_stored >= 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn records_of_several_publishers_coexist_and_outlive_their_publishers() {
	let boot = Node::start(server(1, TCP)).await;
	let curator = Node::start(joining(server(2, TCP), &boot)).await;
	let squatter = Node::start(joining(server(3, TCP), &boot)).await;
	let reader = Node::start(joining(client(4), &boot)).await;
	within("a record", squatter.network.put_record(LISTING, b"wrong".to_vec())).await.expect("published");
	within("a record", curator.network.put_record(LISTING, b"first".to_vec())).await.expect("published");
	// The newer one replaces her own, and nothing else.
	within("a record", curator.network.put_record(LISTING, b"second".to_vec())).await.expect("published");
	within("a record", squatter.network.put_record(LISTING, b"wrong again".to_vec()))
		.await
		.expect("published");

	let expected = [b"second".to_vec(), b"wrong again".to_vec()];
	let both_found = || async {
		let mut found = reader.network.get_records(LISTING).await.unwrap_or_default();
		found.sort();
		found == expected
	};
	eventually("both records", both_found).await;

	curator.stop().await;
	squatter.stop().await;
	eventually("both records without their publishers", both_found).await;
	let by_name = within("the record", reader.network.get_records_of(LISTING, &[peer(2)])).await;
	assert_eq!(by_name.expect("found"), [b"second".to_vec()]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_as_large_as_allowed_travels_and_a_larger_one_is_refused_at_once() {
	let boot = Node::start(server(1, TCP)).await;
	let curator = Node::start(joining(server(2, TCP), &boot)).await;
	let reader = Node::start(joining(client(3), &boot)).await;
	let refused = curator.network.put_record(LISTING, vec![1; 64 * 1024 + 1]).await;
	assert!(matches!(refused, Err(NetworkError::RecordTooLarge { limit: 65_536, .. })));
	let largest = vec![1; 64 * 1024];
	within("the record", curator.network.put_record(LISTING, largest.clone())).await.expect("published");
	eventually("the record to be found", || async {
		reader.network.get_records(LISTING).await.unwrap_or_default() == [largest.clone()]
	})
	.await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_of_another_chain_is_turned_away() {
	let boot = Node::start(server(1, TCP)).await;
	let provider = Node::start(joining(server(2, TCP), &boot)).await;
	within("the announcement", provider.network.provide(LISTING)).await.expect("announced");
	let _echo = serve_echo(boot.network.accept(Protocol::Query).expect("the first acceptor"));

	let mut config = joining(client(3), &boot);
	config.network_id = "decaf".to_string();
	let foreigner = Node::start(config).await;
	// Whoever notices first hangs up, perhaps before the other has.
	eventually("one of the two to notice", || async {
		boot.network.counters().foreign_peers + foreigner.network.counters().foreign_peers > 0
	})
	.await;
	eventually("the connection to be closed", || async { foreigner.network.connected_peers() == 0 }).await;

	// Whoever connects to it is told; and it has no part in the DHT, and no request protocol in common.
	let refused = within("a refusal", foreigner.network.connect(boot.peer(), boot.addresses.clone())).await;
	assert!(refused.is_err());
	let found = within("the look-up", foreigner.network.providers(LISTING)).await;
	assert!(matches!(found, Err(NetworkError::NoPeers | NetworkError::Timeout { .. })), "{found:?}");
	let opened = within("a refusal", foreigner.open(&boot, Protocol::Query)).await;
	assert!(opened.is_err());
	assert_eq!(boot.network.counters().streams_accepted, 0);
}
