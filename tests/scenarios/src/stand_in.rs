//! Whatever takes the place of a persistence node: the same account, and thereby the same peer, at the same addresses.

use crate::{Daemon, Kind};
use anyhow::{ensure, Result};
use souk_config::{DaemonConfig as _, PersistenceConfig};
use souk_daemon::{chain_spec, network};
use souk_network::{Incoming, Network, Protocol};
use souk_protocol::Digest;
use souk_sdk::Account;
use std::{future::Future, time::Duration};
use tokio::runtime::Runtime;

/// How long what it is at may take to end: a proof, at most.
const ENDING: Duration = Duration::from_secs(5);

/// The place of a node, which was stopped for good.
pub(crate) struct Place {
	pub(crate) config: PersistenceConfig,
	pub(crate) account: Account,
}

impl Place {
	/// Stops the node.
	pub(crate) fn of(node: &mut Daemon) -> Result<Self> {
		ensure!(node.kind() == Kind::Persistence, "only the place of a persistence node can be taken");
		node.stop()?;
		let config = PersistenceConfig::load(&node.config())?;
		Ok(Self { config, account: Account::from_uri(node.uri())? })
	}

	/// Is in the network of a chain as the node was, and takes the streams of one protocol.
	pub(crate) async fn take(&self, genesis: &Digest, protocol: Protocol) -> Result<(Network, Incoming)> {
		let spec = chain_spec::read(&self.config.chain_spec)?;
		let (network, driver) =
			network::connect(&self.config.common(), &spec, &self.account, genesis, protocol)?;
		tokio::spawn(driver.run());
		network::listening(&network).await?;
		let incoming = network.accept(protocol)?;
		Ok((network, incoming))
	}
}

/// A runtime that does not wait for what runs in it when it is dropped.
pub(crate) struct Hasty(Option<Runtime>);

impl Hasty {
	pub(crate) fn new() -> Result<Self> {
		Ok(Self(Some(Runtime::new()?)))
	}

	pub(crate) fn block_on<T>(&self, work: impl Future<Output = T>) -> T {
		self.0.as_ref().expect("it is there until it is dropped").block_on(work)
	}
}

impl Drop for Hasty {
	fn drop(&mut self) {
		if let Some(runtime) = self.0.take() {
			runtime.shutdown_timeout(ENDING);
		}
	}
}
