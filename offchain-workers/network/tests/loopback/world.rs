//! Nodes, and waiting for what must come true.

use std::{future::Future, time::Duration};

use futures::StreamExt;
use souk_network::{
	build, FramedStream, Incoming, Mode, Multiaddr, Network, NetworkConfig, NetworkError, PeerId, Protocol,
};
use tokio::{task::JoinHandle, time::timeout};

pub const NETWORK: &str = "c0ffee";
pub const TCP: &str = "/ip4/127.0.0.1/tcp/0";
pub const QUIC: &str = "/ip4/127.0.0.1/udp/0/quic-v1";

/// Nothing here takes longer, on whatever machine.
const PATIENCE: Duration = Duration::from_secs(300);

/// A running node.
pub struct Node {
	pub network: Network,
	pub addresses: Vec<Multiaddr>,
	pub driver: JoinHandle<()>,
}

impl Node {
	pub async fn start(config: NetworkConfig) -> Node {
		let (network, driver) = build(config).expect("the configuration is usable");
		let driver = tokio::spawn(driver.run());
		let addresses = network.wait_listening().await.expect("listening");
		Node { network, addresses, driver }
	}

	/// A server at the address of one that has stopped. In between, the system may have given the port to somebody's connection: it is waited
	/// for.
	pub async fn again(seed: u8, address: &str) -> Node {
		let bind = async || {
			let (network, driver) = build(server(seed, address))?;
			let driver = tokio::spawn(driver.run());
			let addresses = network.wait_listening().await?;
			Ok::<_, NetworkError>(Node { network, addresses, driver })
		};
		within("the port to be free", async {
			loop {
				match bind().await {
					Err(NetworkError::Listen { .. }) => tokio::time::sleep(Duration::from_millis(20)).await,
					outcome => break outcome.expect("the configuration is usable"),
				}
			}
		})
		.await
	}

	pub fn peer(&self) -> PeerId {
		self.network.peer_id()
	}

	/// This node as a boot node of others.
	pub fn bootnode(&self) -> Multiaddr {
		self.addresses[0].clone().with_p2p(self.peer()).expect("no other peer in it")
	}

	pub async fn open(&self, other: &Node, protocol: Protocol) -> Result<FramedStream, NetworkError> {
		self.network.open(other.peer(), &other.addresses, protocol).await
	}

	/// Ends the node and waits until its sockets are closed.
	pub async fn stop(self) {
		drop(self.network);
		within("the driver to end", self.driver).await.expect("no panic");
	}
}

/// A server that listens on `address`.
pub fn server(seed: u8, address: &str) -> NetworkConfig {
	let mut config = client(seed);
	config.listen = vec![address.parse().expect("an address")];
	config.mode = Mode::Server;
	config
}

/// A client that listens nowhere. Nothing is given up because the machine is slow: what a test is to see given up, it
/// gives less time itself.
pub fn client(seed: u8) -> NetworkConfig {
	let mut config = NetworkConfig::new(NetworkConfig::keypair_from_seed([seed; 32]), NETWORK);
	// What the network says of it is told before the test gives up.
	config.limits = config.limits.patient(PATIENCE / 2);
	config
}

/// The same with a boot node.
pub fn joining(mut config: NetworkConfig, boot: &Node) -> NetworkConfig {
	config.bootnodes = vec![boot.bootnode()];
	config
}

/// Answers every request frame by the same bytes.
pub fn serve_echo(mut incoming: Incoming) -> JoinHandle<()> {
	tokio::spawn(async move {
		while let Some((_, mut stream)) = incoming.next().await {
			tokio::spawn(async move {
				while let Some(frame) = stream.recv().await? {
					stream.send(&frame).await?;
				}
				stream.finish().await
			});
		}
	})
}

/// Awaits `future`, and fails when it takes too long.
pub async fn within<T>(what: &str, future: impl Future<Output = T>) -> T {
	timeout(PATIENCE, future).await.unwrap_or_else(|_| panic!("waited too long for {what}"))
}

/// Asks again and again until `condition` holds.
pub async fn eventually<F: Future<Output = bool>>(what: &str, mut condition: impl FnMut() -> F) {
	let mut ticks = tokio::time::interval(Duration::from_millis(20));
	within(what, async {
		while !condition().await {
			ticks.tick().await;
		}
	})
	.await;
}
