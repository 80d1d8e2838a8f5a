//! The admin interfaces of `souk-worker` and `souk-persistence`: JSON-RPC on loopback.

use crate::{
	failure::{Failure, Kind},
	text::printable,
};
use jsonrpsee::{
	core::{client::ClientT, params::ArrayParams, ClientError},
	http_client::{HttpClient, HttpClientBuilder},
	rpc_params,
};
use serde::{de::DeserializeOwned, Deserialize, Serialize};
use souk_protocol::metadata::Field;
use std::{fmt, time::Duration};

/// How long to wait for an answer.
const PATIENCE: Duration = Duration::from_secs(60);
/// The same where a worker has to read a whole source for it.
const READING_PATIENCE: Duration = Duration::from_secs(600);

/// Who a daemon is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DaemonInfo {
	/// SS58 address of its account.
	pub account: String,
	/// Peer id in the off-chain network.
	pub peer_id: String,
	/// Addresses listened on, each with `/p2p/<peer id>`.
	pub listen: Vec<String>,
	/// X25519 key, `0x` and 64 hexadecimal digits.
	pub encryption_key: String,
	/// `worker`, `persistence`.
	pub roles: Vec<String>,
	/// Hash of its chain's genesis block, `0x` and 64 hexadecimal digits.
	pub genesis: String,
	/// Version of the daemon.
	pub version: String,
}

/// A snapshot that a persistence node has on disk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeldSnapshot {
	/// The listing's number.
	pub listing: u32,
	/// The period.
	pub period: u32,
	/// Bytes of plaintext.
	pub bytes: u64,
	/// Its content root.
	pub content_root: String,
}

/// A job of a worker.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Job {
	/// The listing's number.
	pub listing: u32,
	/// Its address, where the worker is assigned to it.
	pub address: Option<String>,
	/// `active`, `paused` or `quarantined`.
	pub state: String,
	/// Why it does not run, or what it failed with.
	pub error: Option<String>,
	/// Cron pattern.
	pub schedule: Option<String>,
	/// When it is due next, in seconds since the Unix epoch.
	pub next_due: Option<u64>,
	/// The newest run.
	pub run: Option<JobRun>,
}

/// A run of a job.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobRun {
	/// Its period.
	pub period: u32,
	/// The step done last.
	pub step: String,
	/// How it ended, if it has.
	pub outcome: Option<String>,
	/// Failed attempts at the next step.
	pub attempts: u32,
}

impl Job {
	/// Whether it waits for somebody to mend something.
	pub fn is_given_up(&self) -> bool {
		self.state == "quarantined"
	}
}

/// What a worker knows of a table before it makes it.
#[derive(Deserialize)]
struct Inspection {
	columns: Vec<Field>,
}

/// A daemon's admin interface.
pub struct Daemon {
	url: String,
	client: HttpClient,
}

impl fmt::Debug for Daemon {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		f.debug_struct("Daemon").field("url", &self.url).finish_non_exhaustive()
	}
}

impl Daemon {
	/// The daemon at `url`, e.g. `http://127.0.0.1:9950`; nothing is sent yet.
	pub fn at(url: &str) -> Result<Self, Failure> {
		Ok(Self { url: url.to_owned(), client: client(url, PATIENCE)? })
	}

	/// Where it is.
	pub fn url(&self) -> &str {
		&self.url
	}

	/// Who it is.
	pub async fn info(&self) -> Result<DaemonInfo, Failure> {
		self.ask("node_info", rpc_params![]).await
	}

	/// A worker's jobs.
	pub async fn jobs(&self) -> Result<Vec<Job>, Failure> {
		self.ask("worker_jobs", rpc_params![]).await
	}

	/// A persistence node's snapshots.
	pub async fn snapshots(&self) -> Result<Vec<HeldSnapshot>, Failure> {
		self.ask("persistence_snapshots", rpc_params![]).await
	}

	/// The columns of the table that a worker would make from the manifest at `path`, a path on its machine.
	pub async fn columns(&self, path: &str) -> Result<Vec<Field>, Failure> {
		let (client, method) = (client(&self.url, READING_PATIENCE)?, "worker_inspect");
		let answer: Result<Inspection, _> = client.request(method, rpc_params![path]).await;
		Ok(answer.map_err(|error| self.explain(method, READING_PATIENCE, error))?.columns)
	}

	/// Calls a method and decodes what it returns.
	pub async fn ask<R: DeserializeOwned>(&self, method: &str, params: ArrayParams) -> Result<R, Failure> {
		self.client.request(method, params).await.map_err(|error| self.explain(method, PATIENCE, error))
	}

	fn explain(&self, method: &str, patience: Duration, error: ClientError) -> Failure {
		let url = &self.url;
		match error {
			ClientError::Call(error) => Failure::failed(format!(
				"the daemon at {url} refused {method}: {}{}",
				printable(error.message()),
				error.data().map(|data| format!(" ({})", printable(data.get()))).unwrap_or_default()
			)),
			ClientError::RequestTimeout => Failure::unavailable(format!(
				"the daemon at {url} did not answer {method} within {} s; look at its log",
				patience.as_secs()
			)),
			ClientError::Transport(error) => Failure::unavailable(format!(
				"no daemon answers at {url} ({error}); is it running, is this its admin address?"
			)),
			other => Failure::new(
				Kind::Failed,
				format!("the daemon at {url} answers {method} as no daemon of this version does: {other}"),
			),
		}
	}
}

fn client(url: &str, patience: Duration) -> Result<HttpClient, Failure> {
	HttpClientBuilder::default().request_timeout(patience).build(url).map_err(|error| {
		Failure::usage(format!("{url} is no admin address ({error}); write e.g. http://127.0.0.1:9950"))
	})
}

#[cfg(test)]
mod tests {
	use super::*;
	use std::{
		io::{Read as _, Write as _},
		net::TcpListener,
	};

	/// Answers one HTTP request on loopback with `body`.
	fn answer_once(body: &'static str) -> (String, std::thread::JoinHandle<()>) {
		let listener = TcpListener::bind("127.0.0.1:0").unwrap();
		let url = format!("http://{}", listener.local_addr().unwrap());
		let server = std::thread::spawn(move || {
			let (mut stream, _) = listener.accept().unwrap();
			let mut request = Vec::new();
			let mut buffer = [0; 4096];
			while !request.ends_with(b"}") {
				let read = stream.read(&mut buffer).unwrap();
				request.extend_from_slice(&buffer[..read]);
			}
			write!(
				stream,
				"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
				body.len()
			)
			.unwrap();
		});
		(url, server)
	}

	#[tokio::test]
	async fn a_daemon_says_who_it_is() {
		let (url, server) = answer_once(
			r#"{"jsonrpc":"2.0","id":0,"result":{"account":"a","peer_id":"p","listen":["/ip4/127.0.0.1/tcp/1/p2p/p"],
			"encryption_key":"0x00","roles":["persistence"],"genesis":"0x01","version":"0.1.0"}}"#,
		);
		let info = Daemon::at(&url).unwrap().info().await.unwrap();
		assert_eq!((info.account.as_str(), info.roles), ("a", vec!["persistence".to_owned()]));
		server.join().unwrap();
	}

	#[tokio::test]
	async fn a_worker_names_the_columns() {
		let (url, server) = answer_once(
			r#"{"jsonrpc":"2.0","id":0,"result":{"columns":[{"name":"temp","dataType":"Float64","nullable":true}]}}"#,
		);
		let columns = Daemon::at(&url).unwrap().columns("/data/weather.toml").await.unwrap();
		let temp = Field { name: "temp".into(), data_type: "Float64".into(), nullable: true };
		assert_eq!(columns, [temp]);
		server.join().unwrap();
	}

	#[tokio::test]
	async fn a_refusal_is_told_in_the_daemons_words() {
		let (url, server) = answer_once(
			r#"{"jsonrpc":"2.0","id":0,"error":{"code":-32603,"message":"no such job \u001b[2J"}}"#,
		);
		let failure = Daemon::at(&url).unwrap().info().await.unwrap_err();
		assert!(failure.message.contains("no such job \\u{1b}[2J"), "{failure}");
		server.join().unwrap();
	}

	#[tokio::test]
	async fn nobody_at_the_address_is_told_apart() {
		// Bound, and never listened on: nobody is there, and nobody else can be.
		let bound = tokio::net::TcpSocket::new_v4().unwrap();
		bound.bind("127.0.0.1:0".parse().unwrap()).unwrap();
		let address = bound.local_addr().unwrap();
		let failure = Daemon::at(&format!("http://{address}")).unwrap().info().await.unwrap_err();
		assert_eq!(failure.kind, Kind::Unavailable);
		assert!(Daemon::at("not an address").is_err());
	}
}
