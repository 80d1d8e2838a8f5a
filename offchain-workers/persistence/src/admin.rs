//! The node's methods of the admin interface, for `souk node`. They only tell; nothing can be changed through them.

use crate::{
	asks::ShownAsk,
	deliveries::ShownDelivery,
	node::{Condition, HeldSnapshot, Node},
};
use jsonrpsee::{
	core::{async_trait, RpcResult},
	proc_macros::rpc,
	server::ServerHandle,
	types::ErrorObjectOwned,
};
use souk_config::Admin as Config;
use souk_daemon::{admin::Identity, DaemonError, Role};
use souk_network::Network;
use std::{net::SocketAddr, sync::Arc};

/// JSON-RPC's code for an error of the server's own.
const INTERNAL_ERROR: i32 = -32603;

/// The methods.
#[rpc(server)]
pub trait Admin {
	/// How the node is doing; the same as `/health`.
	#[method(name = "persistence_status")]
	async fn persistence_status(&self) -> RpcResult<Condition>;

	/// The snapshots on disk.
	#[method(name = "persistence_snapshots")]
	async fn persistence_snapshots(&self) -> RpcResult<Vec<HeldSnapshot>>;

	/// The orders that await a key, as far as this node is concerned, and the last ones that it delivered.
	#[method(name = "persistence_deliveries")]
	async fn persistence_deliveries(&self) -> RpcResult<Vec<ShownDelivery>>;

	/// The asks that wait for an answer, as far as this node is concerned, and the last ones that it answered.
	#[method(name = "persistence_asks")]
	async fn persistence_asks(&self) -> RpcResult<Vec<ShownAsk>>;
}

struct AdminMethods(Arc<Node>);

#[async_trait]
impl AdminServer for AdminMethods {
	async fn persistence_status(&self) -> RpcResult<Condition> {
		Ok(self.0.condition().await)
	}

	async fn persistence_snapshots(&self) -> RpcResult<Vec<HeldSnapshot>> {
		self.0
			.held_snapshots()
			.await
			.map_err(|error| ErrorObjectOwned::owned(INTERNAL_ERROR, error.to_string(), None::<()>))
	}

	async fn persistence_deliveries(&self) -> RpcResult<Vec<ShownDelivery>> {
		Ok(self.0.deliveries())
	}

	async fn persistence_asks(&self) -> RpcResult<Vec<ShownAsk>> {
		Ok(self.0.asks())
	}
}

/// Serves the methods, and those of every daemon, as [`souk_daemon::admin::serve`].
///
/// # Errors
/// As there.
pub async fn serve(
	config: &Config,
	node: Arc<Node>,
	network: Network,
) -> Result<(SocketAddr, ServerHandle), DaemonError> {
	let identity = Identity {
		account: node.account(),
		encryption_key: node.secret.public(),
		role: Role::Persistence,
		genesis: node.chain.genesis(),
		network,
	};
	souk_daemon::admin::serve(config, identity, AdminMethods(node).into_rpc()).await
}
