//! The local admin interface: JSON-RPC on loopback, for `souk`. Who the daemon is, every daemon tells in the same way; the
//! rest of the methods is its own.

use crate::{origin::NoOrigin, DaemonError, Role};
use jsonrpsee::{
	core::{async_trait, RpcResult},
	proc_macros::rpc,
	server::{
		middleware::http::{AuthorityError, HostFilterLayer},
		Server, ServerHandle,
	},
	Methods,
};
use serde::{Deserialize, Serialize};
use souk_config::Admin;
use souk_custody::{format_account, AccountId};
use souk_network::Network;
use souk_protocol::{Digest, EncryptionKey};
use std::{future::Future, net::SocketAddr};
use tokio::net::TcpListener;
use tower::ServiceBuilder;

/// Connections at a time: an operator and a script or two.
const MAX_CONNECTIONS: u32 = 16;
/// Bytes of one request: the methods have no long parameters.
const MAX_REQUEST: u32 = 16 * 1024;

/// Who this node is: what its operator registers on chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NodeInfo {
	/// SS58 address of the node's account.
	pub account: String,
	/// libp2p peer id.
	pub peer_id: String,
	/// Addresses listened on, each with `/p2p/<peer id>`.
	pub listen: Vec<String>,
	/// X25519 key for listing secrets and requests, `0x` and 64 hex digits.
	pub encryption_key: String,
	/// What it does: `worker` or `persistence`.
	pub roles: Vec<String>,
	/// Hash of the chain's genesis block, `0x` and 64 hex digits.
	pub genesis: String,
	/// Version of the daemon.
	pub version: String,
}

/// What every daemon answers.
#[rpc(server)]
pub trait Node {
	/// Who this node is.
	#[method(name = "node_info")]
	async fn node_info(&self) -> RpcResult<NodeInfo>;
}

/// Where the answer comes from.
#[derive(Clone, Debug)]
pub struct Identity {
	/// The node's account.
	pub account: AccountId,
	/// Its public key for what is encrypted to it.
	pub encryption_key: EncryptionKey,
	/// What it does.
	pub role: Role,
	/// Hash of the chain's genesis block.
	pub genesis: Digest,
	/// Where it listens, and as whom.
	pub network: Network,
}

#[async_trait]
impl NodeServer for Identity {
	async fn node_info(&self) -> RpcResult<NodeInfo> {
		let peer = self.network.peer_id();
		let listen = self.network.listen_addresses().await;
		Ok(NodeInfo {
			account: format_account(&self.account),
			peer_id: peer.to_string(),
			listen: listen.iter().map(|address| format!("{address}/p2p/{peer}")).collect(),
			encryption_key: format!("0x{}", hex::encode(self.encryption_key)),
			roles: vec![self.role.name().into()],
			genesis: format!("0x{}", hex::encode(self.genesis)),
			version: env!("CARGO_PKG_VERSION").into(),
		})
	}
}

/// Serves `methods` and those of every daemon where `config` says. Returns where it listens, and the handle that stops it.
///
/// Plain HTTP only, and not for web pages, whose requests a browser marks with `Origin`. On loopback, the request has to be
/// for a name of loopback as well: a name that a stranger has pointed there is not one.
///
/// # Errors
/// [`DaemonError::Exposed`] for an address that is not loopback, unless the configuration says that it is meant: whoever
/// reaches the interface is taken for the operator. Those of the listener.
pub async fn serve(
	config: &Admin,
	identity: Identity,
	methods: impl Into<Methods>,
) -> Result<(SocketAddr, ServerHandle), DaemonError> {
	let address = config.listen;
	if !address.ip().is_loopback() && !config.admin_expose {
		return Err(DaemonError::Exposed { address });
	}
	let failed = |source| DaemonError::Serve { what: "the admin interface", address, source };
	let mut all = identity.into_rpc();
	all.merge(methods).map_err(|error| failed(std::io::Error::other(error)))?;
	let listener = TcpListener::bind(address).await.map_err(failed)?;
	let bound = listener.local_addr().map_err(failed)?;
	let hosts = hosts(bound).map_err(|error| failed(std::io::Error::other(error)))?;
	let server = Server::builder()
		.http_only()
		.set_http_middleware(ServiceBuilder::new().layer(hosts).layer(NoOrigin))
		.max_connections(MAX_CONNECTIONS)
		.max_request_body_size(MAX_REQUEST)
		.build_from_tcp(listener.into_std().map_err(failed)?)
		.map_err(failed)?;
	tracing::info!("admin interface on http://{bound}");
	Ok((bound, server.start(all)))
}

/// What a request may say that it is for. Where the interface is exposed, only its operator knows by which names.
fn hosts(bound: SocketAddr) -> Result<HostFilterLayer, AuthorityError> {
	if !bound.ip().is_loopback() {
		return Ok(HostFilterLayer::disable());
	}
	let port = bound.port();
	let names = ["127.0.0.1", "localhost", "[::1]"].map(|name| format!("{name}:{port}"));
	HostFilterLayer::new(names.into_iter().chain([bound.to_string()]))
}

/// Lets the interface run until `stop` resolves, and stops it; ends early where it ends by itself.
pub async fn until(handle: ServerHandle, stop: impl Future<Output = ()>) {
	tokio::select! {
		() = handle.clone().stopped() => {},
		() = stop => {
			// Fails where it has stopped already.
			let _ = handle.stop();
		},
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use jsonrpsee::{core::client::ClientT, http_client::HttpClientBuilder, rpc_params, RpcModule};
	use souk_network::{build, NetworkConfig};
	use tokio::{
		io::{AsyncReadExt, AsyncWriteExt},
		net::TcpStream,
	};

	fn identity() -> Identity {
		let keypair = NetworkConfig::keypair_from_seed([1; 32]);
		let (network, driver) = build(NetworkConfig::new(keypair, "c0ffee")).expect("a network");
		tokio::spawn(driver.run());
		Identity { account: [1; 32], encryption_key: [2; 32], role: Role::Worker, genesis: [3; 32], network }
	}

	fn admin(listen: &str, admin_expose: bool) -> Admin {
		let listen = listen.parse().expect("an address");
		Admin { listen, admin_expose, metrics_listen: "127.0.0.1:0".parse().expect("an address") }
	}

	#[tokio::test]
	async fn a_daemon_tells_who_it_is_beside_its_own_methods() {
		let mut own = RpcModule::new(());
		own.register_method("worker_seven", |_, _, _| 7).expect("registered");
		let (address, handle) =
			serve(&admin("127.0.0.1:0", false), identity(), own).await.expect("it serves");
		let client = HttpClientBuilder::default().build(format!("http://{address}")).expect("a client");
		let info: NodeInfo = client.request("node_info", rpc_params![]).await.expect("an answer");
		assert_eq!(info.roles, ["worker"]);
		assert_eq!(info.account, format_account(&[1; 32]));
		assert_eq!(info.encryption_key, format!("0x{}", "02".repeat(32)));
		assert_eq!(client.request::<u8, _>("worker_seven", rpc_params![]).await.expect("an answer"), 7);
		until(handle.clone(), async {}).await;
		handle.stopped().await;
		assert!(client.request::<NodeInfo, _>("node_info", rpc_params![]).await.is_err());
	}

	#[tokio::test]
	async fn it_is_exposed_only_where_that_is_meant() {
		let none = || RpcModule::new(());
		let refused = serve(&admin("0.0.0.0:0", false), identity(), none()).await.expect_err("refused");
		assert!(refused.to_string().contains("admin_expose"), "{refused}");
		assert!(serve(&admin("0.0.0.0:0", true), identity(), none()).await.is_ok());
	}

	/// The status that a call of `node_info` with these headers is answered with.
	async fn status(address: SocketAddr, headers: &[&str]) -> u16 {
		let body = r#"{"jsonrpc":"2.0","id":1,"method":"node_info","params":[]}"#;
		let request = format!(
			"POST / HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: {}\r\n{}\r\n\r\n{body}",
			body.len(),
			headers.join("\r\n")
		);
		let mut stream = TcpStream::connect(address).await.expect("connected");
		stream.write_all(request.as_bytes()).await.expect("sent");
		let mut answer = [0; 12];
		stream.read_exact(&mut answer).await.expect("a status line");
		let answer = std::str::from_utf8(&answer).expect("text");
		answer.strip_prefix("HTTP/1.1 ").expect("HTTP").parse().expect("a status")
	}

	#[tokio::test]
	async fn a_web_page_is_refused_whatever_it_calls_the_interface() {
		let (address, _handle) =
			serve(&admin("127.0.0.1:0", false), identity(), RpcModule::new(())).await.expect("it serves");
		let port = address.port();
		for own in ["127.0.0.1", "localhost", "[::1]"] {
			let host = format!("Host: {own}:{port}");
			assert_eq!(status(address, &[&host]).await, 200, "{own}");
			for origin in ["http://evil.example", &format!("http://{own}:{port}"), "null"] {
				assert_eq!(status(address, &[&host, &format!("Origin: {origin}")]).await, 403, "{origin}");
			}
		}
		for name in ["evil.example", "127.0.0.1.evil.example", "10.0.0.1"] {
			assert_eq!(status(address, &[&format!("Host: {name}:{port}")]).await, 403, "{name}");
		}
	}

	#[tokio::test]
	async fn an_exposed_interface_is_not_for_web_pages_either() {
		let (address, _handle) =
			serve(&admin("0.0.0.0:0", true), identity(), RpcModule::new(())).await.expect("it serves");
		let reached = SocketAddr::from(([127, 0, 0, 1], address.port()));
		assert_eq!(status(reached, &["Host: worker.example.org"]).await, 200);
		assert_eq!(status(reached, &["Host: worker.example.org", "Origin: http://evil.example"]).await, 403);
	}

	#[tokio::test]
	async fn there_is_no_websocket() {
		let (address, _handle) =
			serve(&admin("127.0.0.1:0", false), identity(), RpcModule::new(())).await.expect("it serves");
		let host = format!("Host: {address}");
		let mut stream = TcpStream::connect(address).await.expect("connected");
		let upgrade = format!(
			"GET / HTTP/1.1\r\n{host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
			 Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
		);
		stream.write_all(upgrade.as_bytes()).await.expect("sent");
		let mut answer = [0; 12];
		stream.read_exact(&mut answer).await.expect("a status line");
		let answer = std::str::from_utf8(&answer).expect("text");
		assert!(answer.starts_with("HTTP/1.1 4"), "{answer}");
	}
}
