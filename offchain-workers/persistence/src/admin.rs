//! The local admin interface: JSON-RPC on loopback, for `souk node`. It only tells; nothing can be changed through it.

use crate::node::{Condition, HeldSnapshot, Node};
use jsonrpsee::{
	core::{async_trait, RpcResult},
	proc_macros::rpc,
	server::{Server, ServerHandle},
	types::ErrorObjectOwned,
};
use serde::{Deserialize, Serialize};
use souk_custody::format_account;
use souk_network::Network;
use std::{net::SocketAddr, sync::Arc};

/// Connections at a time: an operator and a script or two.
const MAX_CONNECTIONS: u32 = 16;
/// Bytes of one request: the methods have no long parameters.
const MAX_REQUEST: u32 = 16 * 1024;
/// JSON-RPC's code for an error of the server's own.
const INTERNAL_ERROR: i32 = -32603;

/// Who this node is: what its operator registers on chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NodeInfo {
	/// SS58 address of the node's account.
	pub account: String,
	/// libp2p peer id.
	pub peer_id: String,
	/// Addresses listened on, each with `/p2p/<peer id>`.
	pub listen: Vec<String>,
	/// X25519 key for requests and listing secrets, `0x` and 64 hex digits.
	pub encryption_key: String,
	/// What it does: `persistence`.
	pub roles: Vec<String>,
	/// Hash of the chain's genesis block, `0x` and 64 hex digits.
	pub genesis: String,
	/// Version of the daemon.
	pub version: String,
}

/// The methods.
#[rpc(server)]
pub trait Admin {
	/// Who this node is.
	#[method(name = "node_info")]
	async fn node_info(&self) -> RpcResult<NodeInfo>;

	/// How it is doing; the same as `/health`.
	#[method(name = "persistence_status")]
	async fn persistence_status(&self) -> RpcResult<Condition>;

	/// The snapshots on disk.
	#[method(name = "persistence_snapshots")]
	async fn persistence_snapshots(&self) -> RpcResult<Vec<HeldSnapshot>>;
}

struct AdminMethods {
	node: Arc<Node>,
	network: Network,
}

#[async_trait]
impl AdminServer for AdminMethods {
	async fn node_info(&self) -> RpcResult<NodeInfo> {
		let peer = self.network.peer_id();
		let listen = self.network.listen_addresses().await;
		Ok(NodeInfo {
			account: format_account(&self.node.account()),
			peer_id: peer.to_string(),
			listen: listen.iter().map(|address| format!("{address}/p2p/{peer}")).collect(),
			encryption_key: format!("0x{}", hex::encode(self.node.secret.public())),
			roles: vec!["persistence".into()],
			genesis: format!("0x{}", hex::encode(self.node.chain.genesis())),
			version: env!("CARGO_PKG_VERSION").into(),
		})
	}

	async fn persistence_status(&self) -> RpcResult<Condition> {
		Ok(self.node.condition().await)
	}

	async fn persistence_snapshots(&self) -> RpcResult<Vec<HeldSnapshot>> {
		self.node
			.held_snapshots()
			.await
			.map_err(|error| ErrorObjectOwned::owned(INTERNAL_ERROR, error.to_string(), None::<()>))
	}
}

/// Serves the methods on `address` and returns where it listens, and the handle that stops it.
///
/// # Errors
/// An address that is not loopback, unless it is to be exposed: whoever reaches the interface is taken for the operator.
/// Those of the listener.
pub async fn serve(
	address: SocketAddr,
	expose: bool,
	node: Arc<Node>,
	network: Network,
) -> std::io::Result<(SocketAddr, ServerHandle)> {
	if !address.ip().is_loopback() && !expose {
		return Err(std::io::Error::new(
			std::io::ErrorKind::InvalidInput,
			format!("the admin interface listens on loopback only, not on {address}"),
		));
	}
	let server = Server::builder()
		.max_connections(MAX_CONNECTIONS)
		.max_request_body_size(MAX_REQUEST)
		.build(address)
		.await?;
	let bound = server.local_addr()?;
	Ok((bound, server.start(AdminMethods { node, network }.into_rpc())))
}
