//! The local admin interface: JSON-RPC on loopback, for `souk publish` and `souk node`.

use crate::{
	control::{Control, ListingRef},
	status::{Condition, JobStatus},
};
use jsonrpsee::{
	core::{async_trait, RpcResult},
	proc_macros::rpc,
	server::{Server, ServerHandle},
	types::ErrorObjectOwned,
};
use serde::{Deserialize, Serialize};
use souk_custody::format_account;
use std::{net::SocketAddr, path::PathBuf, sync::Arc};

/// Connections at a time: an operator and a script or two.
const MAX_CONNECTIONS: u32 = 16;
/// Bytes of one request: the methods have no long parameters.
const MAX_REQUEST: u32 = 16 * 1024;
/// JSON-RPC's code for parameters that do not work.
const INVALID_PARAMS: i32 = -32602;

/// Who this node is: what its operator registers on chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NodeInfo {
	/// SS58 address of the node's account.
	pub account: String,
	/// libp2p peer id.
	pub peer_id: String,
	/// Addresses listened on, each with `/p2p/<peer id>`.
	pub listen: Vec<String>,
	/// X25519 key for listing secrets, `0x` and 64 hex digits.
	pub encryption_key: String,
	/// What it does: `worker`.
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
	#[method(name = "worker_status")]
	async fn worker_status(&self) -> RpcResult<Condition>;

	/// The jobs, each with its newest run.
	#[method(name = "worker_jobs")]
	async fn worker_jobs(&self) -> RpcResult<Vec<JobStatus>>;

	/// Adds a job, or gives it another manifest. The listing is a number or an address.
	#[method(name = "worker_addJob")]
	async fn worker_add_job(&self, listing: ListingRef, manifest_path: PathBuf) -> RpcResult<JobStatus>;

	/// Removes a job with its runs and snapshots.
	#[method(name = "worker_removeJob")]
	async fn worker_remove_job(&self, listing: u32) -> RpcResult<bool>;

	/// Takes a job out of quarantine.
	#[method(name = "worker_retryJob")]
	async fn worker_retry_job(&self, listing: u32) -> RpcResult<JobStatus>;

	/// Runs a job now and returns the period.
	#[method(name = "worker_runNow")]
	async fn worker_run_now(&self, listing: u32, period: Option<u32>) -> RpcResult<u32>;
}

struct AdminMethods(Arc<Control>);

fn refused(sentence: String) -> ErrorObjectOwned {
	ErrorObjectOwned::owned(INVALID_PARAMS, sentence, None::<()>)
}

#[async_trait]
impl AdminServer for AdminMethods {
	async fn node_info(&self) -> RpcResult<NodeInfo> {
		let (worker, network) = (self.0.worker(), self.0.network());
		let peer = network.peer_id();
		let listen = network.listen_addresses().await;
		Ok(NodeInfo {
			account: format_account(&worker.account),
			peer_id: peer.to_string(),
			listen: listen.iter().map(|address| format!("{address}/p2p/{peer}")).collect(),
			encryption_key: format!("0x{}", hex::encode(worker.secret.public())),
			roles: vec!["worker".into()],
			genesis: format!("0x{}", hex::encode(worker.chain.genesis())),
			version: env!("CARGO_PKG_VERSION").into(),
		})
	}

	async fn worker_status(&self) -> RpcResult<Condition> {
		Ok(self.0.condition().await)
	}

	async fn worker_jobs(&self) -> RpcResult<Vec<JobStatus>> {
		self.0.job_list().await.map_err(refused)
	}

	async fn worker_add_job(&self, listing: ListingRef, manifest_path: PathBuf) -> RpcResult<JobStatus> {
		self.0.add_job(&listing.normal(), &manifest_path).await.map_err(refused)
	}

	async fn worker_remove_job(&self, listing: u32) -> RpcResult<bool> {
		self.0.remove_job(listing).await.map(|()| true).map_err(refused)
	}

	async fn worker_retry_job(&self, listing: u32) -> RpcResult<JobStatus> {
		self.0.retry_job(listing).await.map_err(refused)
	}

	async fn worker_run_now(&self, listing: u32, period: Option<u32>) -> RpcResult<u32> {
		self.0.run_now(listing, period).await.map_err(refused)
	}
}

/// Serves the methods on `address` and returns where it listens, and the handle that stops it.
///
/// # Errors
/// An address that is not loopback, unless `expose` says that it is meant: whoever reaches the interface is taken for
/// the operator. Those of the listener.
pub async fn serve(
	address: SocketAddr,
	expose: bool,
	control: Arc<Control>,
) -> std::io::Result<(SocketAddr, ServerHandle)> {
	if !address.ip().is_loopback() && !expose {
		return Err(std::io::Error::new(
			std::io::ErrorKind::InvalidInput,
			format!("the admin interface listens on loopback only, not on {address}: set admin_expose if it is meant"),
		));
	}
	let server = Server::builder()
		.max_connections(MAX_CONNECTIONS)
		.max_request_body_size(MAX_REQUEST)
		.build(address)
		.await?;
	let bound = server.local_addr()?;
	Ok((bound, server.start(AdminMethods(control).into_rpc())))
}
