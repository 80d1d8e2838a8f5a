//! Those who ask without having paid: they cost the node little, and its subscribers nothing.

use crate::support::{client::Client, World};
use souk_custody::Account;
use souk_network::{FramedStream, Protocol};
use souk_persistence::checks::{codes, Stage};
use souk_protocol::SignedRequest;
use std::time::Duration;

const COUNT: &str = "SELECT city, count(*) FROM t GROUP BY city";

/// A request of an account that has no subscription, by way of `client`.
fn of_stranger(world: &World, client: &Client, uri: &str) -> SignedRequest {
	let account = Account::from_uri(uri).expect("a development account");
	let mut request = client.request(world, COUNT);
	request.holder = account.id();
	request.sign(&account)
}

async fn send(world: &World, client: &Client, signed: &SignedRequest) -> FramedStream {
	let sealed = signed.seal(&world.account.encryption_secret().public()).expect("sealed");
	client.send(world, &sealed).await
}

#[tokio::test(flavor = "multi_thread")]
async fn strangers_share_a_few_looks_at_the_chain_and_subscribers_do_not_wait_for_them() {
	let world = World::with(|settings| (settings.strangers, settings.strangers_waiting) = (1, 1))
		.await
		.with_snapshot(10);
	let client = Client::of(&world, "//Alice").await;
	assert_eq!(client.ask(&world, client.request(&world, COUNT)).await.rows(), 3);

	let strangers = ["//Mallory", "//Trudy", "//Eve"].map(|uri| of_stranger(&world, &client, uri));
	world.chain.keep_waiting(strangers.iter().map(|signed| signed.request.holder));
	let asked = world.chain.asked();
	let first = send(&world, &client, &strangers[0]).await;
	world.wait(|_| world.chain.asked() == asked + 1).await;
	let second = send(&world, &client, &strangers[1]).await;
	world.wait(|node| node.strangers() == (1, 1)).await;
	assert_eq!(client.ask_signed(&world, &strangers[2]).await.code(), codes::BUSY);
	assert_eq!(world.chain.asked(), asked + 1, "one look at a time");
	assert_eq!(client.ask(&world, client.request(&world, COUNT)).await.rows(), 3, "a subscriber is served");

	world.chain.keep_waiting([]);
	assert_eq!(client.read(&world, &strangers[0], first).await.code(), codes::NOT_ENTITLED);
	assert_eq!(client.read(&world, &strangers[1], second).await.code(), codes::NOT_ENTITLED);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_stands_for_its_head_and_leaves_nothing_on_disk() {
	let world = World::new().await.with_snapshot(10);
	let client = Client::of(&world, "//Alice").await;
	let signed = of_stranger(&world, &client, "//Mallory");
	assert_eq!(client.ask_signed(&world, &signed).await.code(), codes::NOT_ENTITLED);
	let asked = world.chain.asked();
	let again = of_stranger(&world, &client, "//Mallory");
	assert_eq!(client.ask_signed(&world, &again).await.code(), codes::NOT_ENTITLED);
	assert_eq!(world.chain.asked(), asked, "the same head says the same");

	// The nonce of what was not answered is still good: for one answer, once there is a right.
	world.entitle(signed.request.holder, 1_000_000);
	assert_eq!(client.ask_signed(&world, &signed).await.rows(), 3);
	assert_eq!(client.ask_signed(&world, &signed).await.code(), codes::REPLAYED);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_copies_at_a_time_one_is_looked_at() {
	let world = World::new().await.with_snapshot(10);
	let client = Client::of(&world, "//Alice").await;
	world.chain.keep_waiting([client.account.id()]);
	let signed = client.sign(client.request(&world, COUNT));
	let first = send(&world, &client, &signed).await;
	world.wait(|_| world.chain.asked() == 1).await;
	assert_eq!(client.ask_signed(&world, &signed).await.code(), codes::REPLAYED);
	assert_eq!(world.chain.asked(), 1);
	world.chain.keep_waiting([]);
	assert_eq!(client.read(&world, &signed, first).await.rows(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_peer_has_a_rate_whoever_it_claims_to_be() {
	let world = World::with(|settings| {
		settings.peer_rate.burst = 3;
		settings.peer_rate.per_second = 0.001;
	})
	.await
	.with_snapshot(10);
	let (flooder, other) = (Client::of(&world, "//Alice").await, Client::of(&world, "//Bob").await);
	for uri in ["//Mallory", "//Trudy", "//Eve"] {
		let signed = of_stranger(&world, &flooder, uri);
		assert_eq!(flooder.ask_signed(&world, &signed).await.code(), codes::NOT_ENTITLED);
	}
	// Nothing of the fourth is read: it is not even decrypted.
	let fourth = of_stranger(&world, &flooder, "//Peggy");
	let sealed = fourth.seal(&world.account.encryption_secret().public()).expect("sealed");
	let cut_off = async {
		let mut stream = flooder.network.open(world.peer(), &world.addresses, Protocol::Query).await?;
		stream.send(&sealed).await?;
		stream.recv().await
	};
	assert!(cut_off.await.is_err());
	world.wait(|node| node.metrics.refusals(Stage::Peer) == 1).await;
	assert_eq!(other.ask(&world, other.request(&world, COUNT)).await.rows(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_has_lost_the_chain_serves_nobody() {
	// Whatever head it saw is older than this.
	let world = World::with(|settings| settings.max_head_age = Duration::ZERO).await.with_snapshot(10);
	let client = Client::of(&world, "//Alice").await;
	assert_eq!(client.ask(&world, client.request(&world, COUNT)).await.code(), codes::BUSY);
	assert_eq!(world.node.metrics.refusals(Stage::Entitlement), 1);
	assert_eq!(world.chain.asked(), 0);
}
