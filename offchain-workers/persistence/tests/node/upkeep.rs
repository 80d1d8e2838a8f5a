//! What a node does by itself: announcing, pruning, telling how it is.

use crate::support::{escrow::Quick, genesis, network_config, Made, World, LISTING, PATIENCE, PERIOD};
use souk_config::Admin;
use souk_daemon::observe;
use souk_network::{build, Key, Mode, Network};
use souk_persistence::{
	admin,
	deliveries::DeliveryState,
	node::{Condition, Registration},
	tasks::{self, prune::Pruner},
	watched::Watched,
};
use souk_protocol::metadata::{dht_key, metadata_hash};
use std::{sync::Arc, time::Duration};
use tokio::{
	io::{AsyncReadExt, AsyncWriteExt},
	net::{TcpListener, TcpStream},
};

/// Sends one HTTP request and returns status line, headers and body as they come.
async fn http(address: std::net::SocketAddr, request: &str) -> String {
	let mut stream = TcpStream::connect(address).await.expect("connected");
	stream.write_all(request.as_bytes()).await.expect("sent");
	let mut answer = String::new();
	tokio::time::timeout(PATIENCE, stream.read_to_string(&mut answer)).await.expect("in time").expect("text");
	answer
}

/// Another node of the network, connected to the one under test. It ends when its handle is dropped.
async fn other(seed: u8, world: &World) -> Network {
	let mut config = network_config([seed; 32]);
	config.listen = vec!["/ip4/127.0.0.1/tcp/0".parse().expect("an address")];
	config.mode = Mode::Server;
	let (network, driver) = build(config).expect("a network");
	tokio::spawn(driver.run());
	network.wait_listening().await.expect("listening");
	network.connect(world.peer(), world.addresses.clone()).await.expect("connected");
	network
}

fn key() -> Key {
	Key(dht_key(&genesis(), LISTING))
}

/// Says on chain which document is the listing's.
fn set_metadata(world: &World, document: &[u8]) {
	let hash = metadata_hash(document);
	world.chain.change(|facts| facts.listings.get_mut(&LISTING).expect("there").metadata = hash);
}

/// Waits until `reader` gets exactly this from the node under test.
async fn published(reader: &Network, world: &World, document: &[u8]) {
	let found = async {
		while reader.get_records_of(key(), &[world.peer()]).await.ok() != Some(vec![document.to_vec()]) {
			tokio::time::sleep(Duration::from_millis(20)).await;
		}
	};
	tokio::time::timeout(PATIENCE, found).await.expect("published in time");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_listing_is_announced_once_a_snapshot_of_it_is_held() {
	let world = World::new().await.with_snapshot(10);
	let reader = other(9, &world).await;
	let announcing = tokio::spawn(tasks::announce::run(world.node.clone(), world.network.clone()));
	let found = async {
		loop {
			let providers = reader.providers(key()).await.unwrap_or_default();
			if providers.iter().any(|(peer, _)| *peer == world.peer()) {
				break;
			}
			tokio::time::sleep(Duration::from_millis(20)).await;
		}
	};
	tokio::time::timeout(PATIENCE, found).await.expect("announced in time");
	world.node.stop.close();
	tokio::time::timeout(PATIENCE, announcing).await.expect("it ends").expect("no panic");
}

#[tokio::test(flavor = "multi_thread")]
async fn metadata_outlives_its_publisher_and_a_restart_of_the_node() {
	let world = World::new().await;
	let curator = other(9, &world).await;
	curator.put_record(key(), b"something else".to_vec()).await.expect("published");
	set_metadata(&world, b"{}");
	let keeping = tokio::spawn(tasks::keep_metadata::run(world.node.clone(), world.network.clone()));
	curator.put_record(key(), b"{}".to_vec()).await.expect("published");
	published(&curator, &world, b"{}").await;
	assert_eq!(
		world.documents.get(LISTING, &metadata_hash(b"{}")).expect("read").as_deref(),
		Some(&b"{}"[..])
	);

	// The curator goes, and the node comes again with nothing but its folder.
	drop(curator);
	world.node.stop.close();
	tokio::time::timeout(PATIENCE, keeping).await.expect("it ends").expect("no panic");
	let (account, secret, chain, dir) = world.stop().await;
	let world = World::start(account, secret, chain, dir, |_| {}).await;
	let keeping = tokio::spawn(tasks::keep_metadata::run(world.node.clone(), world.network.clone()));
	let reader = other(10, &world).await;
	published(&reader, &world, b"{}").await;

	// A document that the chain does not refer to any more gives way to the one that it does.
	let curator = other(11, &world).await;
	set_metadata(&world, b"{ }");
	curator.put_record(key(), b"{ }".to_vec()).await.expect("published");
	let duty = world.chain.change_duties(&world.account, |duties| duties.clear());
	world.node.duties().wait_for(|duties| duties.is_empty()).await.expect("followed");
	world.chain.change_duties(&world.account, |duties| duties.extend(duty));
	published(&reader, &world, b"{ }").await;
	world.node.stop.close();
	tokio::time::timeout(PATIENCE, keeping).await.expect("it ends").expect("no panic");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_chain_has_dropped_goes_and_so_does_all_of_a_listing_that_is_not_assigned() {
	let world = World::new().await.with_snapshot(10);
	let next = Made::new(11, &world.secret, 101);
	world.put(&next, 101);
	world.documents.put(LISTING, &metadata_hash(b"{}"), b"{}").expect("stored");
	world.chain.change(|facts| facts.snapshots.entry(LISTING).or_default().push(next.on_chain(101)));
	let mut patient = Pruner::new(Duration::from_secs(3600));
	patient.round(&world.node).await;
	assert!(world.stored(PERIOD).is_some() && world.stored(101).is_some());
	world.chain.change(|facts| {
		facts.snapshots.entry(LISTING).or_default().remove(0);
	});
	patient.round(&world.node).await;
	assert!(world.stored(PERIOD).is_none() && world.stored(101).is_some());

	let mut duties = world.node.duties();
	world.chain.change(|facts| facts.duties.clear());
	duties.wait_for(|duties| duties.is_empty()).await.expect("followed");
	patient.round(&world.node).await;
	assert!(world.stored(101).is_some(), "it may come back");
	assert_eq!(world.documents.listings().expect("read"), [LISTING]);
	Pruner::new(Duration::ZERO).round(&world.node).await;
	assert!(world.files().is_empty());
	assert!(world.documents.listings().expect("read").is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_light_client_that_is_behind_costs_no_snapshot() {
	let world = World::new().await.with_snapshot(10);
	let newer = Made::new(11, &world.secret, 101);
	world.put(&newer, 101);
	let mut pruner = Pruner::new(Duration::ZERO);
	pruner.round(&world.node).await;
	assert!(world.stored(PERIOD).is_some() && world.stored(101).is_some());
	world.chain.change(|facts| facts.snapshots.clear());
	pruner.round(&world.node).await;
	assert!(world.stored(PERIOD).is_some() && world.stored(101).is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn validators_are_told_that_it_is_there_and_nothing_else() {
	let listener = TcpListener::bind("127.0.0.1:0").await.expect("bound");
	let address = listener.local_addr().expect("an address");
	let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
	let serving = tokio::spawn(observe::serve_presence(listener, async move {
		let _ = stopped.await;
	}));
	let ask = |path: &str| format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
	let answer = http(address, &ask("/health")).await;
	assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with("\r\n\r\n"), "{answer}");
	for path in ["/metrics", "/"] {
		let answer = http(address, &ask(path)).await;
		assert!(answer.starts_with("HTTP/1.1 404"), "{answer}");
	}
	stop.send(()).expect("it is waited for");
	serving.await.expect("it ended");
}

#[tokio::test(flavor = "multi_thread")]
async fn health_metrics_and_the_admin_interface_tell_how_it_is() {
	let mut world = World::new().await.with_snapshot(10);
	let listener = TcpListener::bind("127.0.0.1:0").await.expect("bound");
	let address = listener.local_addr().expect("an address");
	let stop = world.node.stop.clone();
	let watched = Arc::new(Watched::new(world.node.clone(), world.network.clone()));
	let serving = tokio::spawn(observe::serve(listener, watched, async move { stop.closing().await }));
	world.wait_registration(Registration::Good).await;
	let get = |path: &str| format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
	let health = http(address, &get("/health")).await;
	assert!(health.starts_with("HTTP/1.1 200"), "{health}");
	let body = health.split("\r\n\r\n").nth(1).expect("a body");
	let condition: Condition = serde_json::from_str(body).expect("JSON");
	assert_eq!((condition.healthy, condition.snapshots, condition.listings), (true, 1, 1), "{condition:?}");
	let text = http(address, &get("/metrics")).await;
	for line in [
		"souk_queries_total{end=\"complete\"} 0",
		"souk_query_refusals_total{check=\"replay\"} 0",
		"souk_snapshots 1",
		"souk_downloads_total{end=\"complete\"} 0",
		"souk_key_deliveries_total{end=\"delivered\"} 0",
		"souk_orders_awaiting_key 0",
	] {
		assert!(text.contains(line), "{line} is not in {text}");
	}

	world.chain.change(|facts| facts.nodes.clear());
	world.wait_registration(Registration::Missing).await;
	let health = http(address, &get("/health")).await;
	assert!(health.starts_with("HTTP/1.1 503") && health.contains("register"), "{health}");

	let mut config = Admin {
		listen: "127.0.0.1:0".parse().expect("an address"),
		admin_expose: false,
		metrics_listen: address,
	};
	let (admin_address, handle) =
		admin::serve(&config, world.node.clone(), world.network.clone()).await.expect("serves");
	let call = |method: &str| {
		let body = format!(r#"{{"jsonrpc":"2.0","id":1,"method":"{method}","params":[]}}"#);
		format!(
			"POST / HTTP/1.1\r\nHost: {admin_address}\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
			body.len()
		)
	};
	let info = http(admin_address, &call("node_info")).await;
	assert!(info.contains(&world.account.ss58()) && info.contains(&world.peer().to_string()), "{info}");
	assert!(http(admin_address, &call("persistence_status")).await.contains("\"snapshots\":1"));
	assert!(http(admin_address, &call("persistence_snapshots")).await.contains("\"period\":100"));
	assert!(http(admin_address, &call("persistence_deliveries")).await.contains("\"result\":[]"));
	world.chain.ledger().order(&world.secret, PERIOD, 50);
	world.deliver_keys(Arc::new(Quick));
	world.wait_delivery(0, DeliveryState::Delivered).await;
	let deliveries = http(admin_address, &call("persistence_deliveries")).await;
	assert!(deliveries.contains("\"order\":0") && deliveries.contains("\"delivered\""), "{deliveries}");
	let metrics = http(address, &get("/metrics")).await;
	assert!(metrics.contains("souk_key_deliveries_total{end=\"delivered\"} 1"), "{metrics}");
	config.listen = "0.0.0.0:0".parse().expect("an address");
	assert!(admin::serve(&config, world.node.clone(), world.network.clone()).await.is_err());

	handle.stop().expect("it ran");
	handle.stopped().await;
	world.node.stop.close();
	tokio::time::timeout(PATIENCE, serving).await.expect("it ends").expect("no panic");
}
