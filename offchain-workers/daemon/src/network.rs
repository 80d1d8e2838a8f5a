//! The off-chain network of a daemon: its identity and limits from the configuration, its id from the chain.

use crate::{chain_spec::is_live, DaemonError};
use souk_config::CommonConfig;
use souk_custody::Account;
use souk_network::{build, Mode, Multiaddr, Network, NetworkConfig, NetworkDriver, Protocol};
use souk_protocol::Digest;

/// The node of `account` in the network of the chain `genesis`. `serves` is the protocol whose streams others open here,
/// which the configured limit of streams is for. The driver has to be run.
///
/// Where `spec` is that of a live chain, the node is among strangers: it keeps to addresses that all of the internet
/// reaches, and no host makes all of the connections that others may make. Other chains are on one machine.
///
/// # Errors
/// [`DaemonError::Address`], and those of the network.
pub fn connect(
	config: &CommonConfig<'_>,
	spec: &str,
	account: &Account,
	genesis: &Digest,
	serves: Protocol,
) -> Result<(Network, NetworkDriver), DaemonError> {
	let keypair = NetworkConfig::keypair_from_seed(account.network_seed());
	let mut network = NetworkConfig::new(keypair, hex::encode(genesis));
	network.listen = addresses("listen", config.listen)?;
	network.external = addresses("external_addresses", config.external_addresses)?;
	network.bootnodes = addresses("bootnodes", config.bootnodes)?;
	network.mode = Mode::Server;
	network.limits.max_connections = config.max_connections;
	// Strangers do not keep this node from dialling.
	network.limits.max_inbound_connections = (config.max_connections / 4 * 3).max(1);
	if is_live(spec) {
		network.limits = network.limits.among_strangers();
	}
	let streams = network.limits.of_mut(serves);
	streams.max_streams_per_peer = config.max_streams_per_peer as usize;
	streams.max_streams = streams.max_streams.max(streams.max_streams_per_peer);
	Ok(build(network)?)
}

/// Waits until all addresses are bound, and tells the log.
///
/// # Errors
/// An address that cannot be bound.
pub async fn listening(network: &Network) -> Result<(), DaemonError> {
	for address in network.wait_listening().await? {
		tracing::info!("listening on {address}/p2p/{}", network.peer_id());
	}
	Ok(())
}

fn addresses(key: &'static str, texts: &[String]) -> Result<Vec<Multiaddr>, DaemonError> {
	let read = |text: &String| {
		text.parse().map_err(|source| DaemonError::Address { key, text: text.clone(), source })
	};
	texts.iter().map(read).collect()
}

#[cfg(test)]
mod tests {
	use super::*;
	use souk_config::{DaemonConfig, WorkerConfig};

	const LOCAL: &str = r#"{"chainType":"Local"}"#;
	const LIVE: &str = r#"{"chainType":"Live"}"#;

	fn config(listen: &str) -> WorkerConfig {
		let text =
			format!("chain_spec = \"c\"\ndata_dir = \"d\"\naccount_key = \"k\"\nlisten = [{listen:?}]\n");
		WorkerConfig::parse(&text).expect("a configuration")
	}

	#[tokio::test]
	async fn the_identity_is_the_account_s_and_the_port_is_told() {
		let alice = Account::from_uri("//Alice").expect("a development account");
		let config = config("/ip4/127.0.0.1/tcp/0");
		let (network, driver) =
			connect(&config.common(), LOCAL, &alice, &[1; 32], Protocol::Handover).expect("a network");
		let driver = tokio::spawn(driver.run());
		listening(&network).await.expect("bound");
		let keypair = NetworkConfig::keypair_from_seed(alice.network_seed());
		assert_eq!(network.peer_id(), keypair.public().to_peer_id());
		assert!(!network.listen_addresses().await.is_empty());
		drop(network);
		driver.await.expect("it ends with its last handle");
	}

	#[test]
	fn an_address_that_is_none_is_named_with_its_key() {
		let alice = Account::from_uri("//Alice").expect("a development account");
		let config = config("/ip4/256.0.0.1/tcp/0");
		let refused =
			connect(&config.common(), LOCAL, &alice, &[1; 32], Protocol::Query).err().expect("refused");
		assert!(refused.to_string().starts_with("listen: \"/ip4/256.0.0.1/tcp/0\""), "{refused}");
	}
	#[tokio::test]
	async fn only_on_a_live_chain_an_announced_address_has_to_be_public() {
		let alice = Account::from_uri("//Alice").expect("a development account");
		let mut config = config("/ip4/127.0.0.1/tcp/0");
		config.external_addresses = vec!["/ip4/192.168.0.1/tcp/30400".into()];
		let connected = |spec| connect(&config.common(), spec, &alice, &[1; 32], Protocol::Query);
		assert!(connected(LOCAL).is_ok());
		let refused = connected(LIVE).err().expect("refused");
		assert!(refused.to_string().contains("/ip4/192.168.0.1/tcp/30400"), "{refused}");
	}

	#[tokio::test]
	async fn only_on_a_live_chain_nodes_of_the_same_machine_are_not_dialled() {
		let [alice, bob] =
			["//Alice", "//Bob"].map(|uri| Account::from_uri(uri).expect("a development account"));
		let config = config("/ip4/127.0.0.1/tcp/0");
		let start = |spec, account: &Account| {
			let node = connect(&config.common(), spec, account, &[1; 32], Protocol::Query);
			let (network, driver) = node.expect("a network");
			tokio::spawn(driver.run());
			network
		};
		let there = start(LIVE, &alice);
		let addresses = there.wait_listening().await.expect("bound");
		let dialled = start(LIVE, &bob).connect(there.peer_id(), addresses.clone()).await;
		assert!(dialled.is_err(), "a live chain's node has dialled loopback");
		start(LOCAL, &bob).connect(there.peer_id(), addresses).await.expect("reached");
	}
}
