//! The daemons' own files: where things are, whom they listen to, what they may use.

use std::{
	net::{IpAddr, Ipv4Addr, SocketAddr},
	path::{Path, PathBuf},
};

use serde::{de::DeserializeOwned, Deserialize, Serialize};

use crate::{
	errors::{ConfigError, Problems},
	lines::{self, Lines},
	manifest_check::is_name,
	money::Price,
};

/// Port of a worker's admin interface.
pub const ADMIN_PORT_WORKER: u16 = 9_970;
/// Port of a persistence node's admin interface.
pub const ADMIN_PORT_PERSISTENCE: u16 = 9_980;

/// The keys that mean the same in both daemons' files, borrowed from one of them.
#[derive(Clone, Copy, Debug)]
pub struct CommonConfig<'a> {
	/// The chain specification, raw JSON.
	pub chain_spec: &'a Path,
	/// The daemon's own directory.
	pub data_dir: &'a Path,
	/// The account's key file, or a development uri.
	pub account_key: &'a Path,
	/// The file with the key's passphrase; without it, the environment has it.
	pub passphrase_file: Option<&'a Path>,
	/// libp2p addresses to listen on.
	pub listen: &'a [String],
	/// libp2p addresses that others are told.
	pub external_addresses: &'a [String],
	/// libp2p addresses to join the network through.
	pub bootnodes: &'a [String],
	/// The local interfaces.
	pub admin: &'a Admin,
	/// Connections to peers.
	pub max_connections: u32,
	/// Open streams of one peer.
	pub max_streams_per_peer: u32,
}

/// What can be done with either daemon's configuration.
pub trait DaemonConfig: Sized {
	/// Parses a configuration and checks it.
	///
	/// # Errors
	/// [`ConfigError::Parse`] or [`ConfigError::Invalid`].
	fn parse(text: &str) -> Result<Self, ConfigError>;

	/// Makes relative paths start from `base`.
	fn resolve(&mut self, base: &Path);

	/// The part that both daemons have.
	fn common(&self) -> CommonConfig<'_>;

	/// Reads, parses and checks the file at `path`; relative paths in it start from its directory.
	///
	/// # Errors
	/// Any [`ConfigError`], with the file's name.
	fn load(path: &Path) -> Result<Self, ConfigError> {
		let mut config = Self::parse(&lines::read(path)?).map_err(|error| error.of(path))?;
		config.resolve(path.parent().unwrap_or(Path::new("")));
		Ok(config)
	}
}

/// `[admin]`: the local interface that `souk node` talks to, with `/health` and Prometheus metrics.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Admin {
	/// Address and port of the admin interface (JSON-RPC). Whoever reaches it commands the node, so only loopback is
	/// accepted unless `admin_expose` is set. Default: `127.0.0.1:9970` on a worker, `127.0.0.1:9980` on a persistence node.
	pub listen: SocketAddr,
	/// Accept an address that others can reach. Put something that authenticates in front of it. Default: false.
	#[serde(default)]
	pub admin_expose: bool,
	/// Address and port of `/health` and `/metrics`, which only tell. Default: one above the admin port, loopback.
	pub metrics_listen: SocketAddr,
}

/// As it stands in a file: a key that is left out has the daemon's own default.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct WrittenAdmin {
	listen: Option<SocketAddr>,
	admin_expose: bool,
	metrics_listen: Option<SocketAddr>,
}

const fn loopback(port: u16) -> SocketAddr {
	SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), port)
}

impl Admin {
	fn on(port: u16) -> Self {
		Self { listen: loopback(port), admin_expose: false, metrics_listen: loopback(port + 1) }
	}

	fn written(written: WrittenAdmin, port: u16) -> Self {
		let default = Self::on(port);
		Self {
			listen: written.listen.unwrap_or(default.listen),
			admin_expose: written.admin_expose,
			metrics_listen: written.metrics_listen.unwrap_or(default.metrics_listen),
		}
	}

	fn check(&self, problems: &mut Problems<'_>) {
		problems.require(
			self.listen.ip().is_loopback() || self.admin_expose,
			"admin.listen",
			format!(
				"{} can be reached from other machines, and whoever reaches it commands the node: use 127.0.0.1, or set \
				 admin_expose = true",
				self.listen
			),
		);
		problems.require(
			self.listen != self.metrics_listen || self.listen.port() == 0,
			"admin.metrics_listen",
			"is the admin interface's address: use another port",
		);
	}
}

fn admin_of_worker<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Admin, D::Error> {
	WrittenAdmin::deserialize(deserializer).map(|written| Admin::written(written, ADMIN_PORT_WORKER))
}

fn admin_of_persistence<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Admin, D::Error> {
	WrittenAdmin::deserialize(deserializer).map(|written| Admin::written(written, ADMIN_PORT_PERSISTENCE))
}

fn default_admin_of_worker() -> Admin {
	Admin::on(ADMIN_PORT_WORKER)
}

fn default_admin_of_persistence() -> Admin {
	Admin::on(ADMIN_PORT_PERSISTENCE)
}

fn default_listen_of_worker() -> Vec<String> {
	vec!["/ip4/0.0.0.0/tcp/30400".into(), "/ip4/0.0.0.0/udp/30400/quic-v1".into()]
}

fn default_listen_of_persistence() -> Vec<String> {
	vec!["/ip4/0.0.0.0/tcp/30410".into(), "/ip4/0.0.0.0/udp/30410/quic-v1".into()]
}

/// A worker's file.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WorkerConfig {
	/// The chain specification, raw JSON; the light client starts from it. Required.
	pub chain_spec: PathBuf,
	/// A directory for the database, snapshots, spilled data and the network identity; created if missing. Required.
	pub data_dir: PathBuf,
	/// The node's account key, as `souk key` writes it. On a chain that is not live, a development uri such as `//Alice`
	/// is taken as well. Required.
	pub account_key: PathBuf,
	/// A file whose first line is the key's passphrase. Default: the environment variable `SOUK_PASSPHRASE`.
	#[serde(default)]
	pub passphrase_file: Option<PathBuf>,
	/// libp2p addresses to listen on. Default: TCP and QUIC on port 30400, all interfaces.
	#[serde(default = "default_listen_of_worker")]
	pub listen: Vec<String>,
	/// libp2p addresses that others reach the node at, announced as they are. On a live chain each has to be public.
	/// Default: those it listens on, on a live chain the public ones of them.
	#[serde(default)]
	pub external_addresses: Vec<String>,
	/// libp2p addresses, with `/p2p/<peer id>`, to join the network through. On a live chain each has to be public.
	/// Default: none.
	#[serde(default)]
	pub bootnodes: Vec<String>,
	/// `[admin]`
	#[serde(default = "default_admin_of_worker", deserialize_with = "admin_of_worker")]
	pub admin: Admin,
	/// `[limits]`
	#[serde(default)]
	pub limits: WorkerLimits,
	/// `[[manifest]]`: the datasets that this worker curates. Default: none; they can be added through the admin interface.
	#[serde(default, rename = "manifest")]
	pub manifests: Vec<ListedManifest>,
	#[serde(skip)]
	lines: Lines,
}

/// `[[manifest]]` of a worker: a dataset, and whose it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListedManifest {
	/// The listing's address, `<account>/<name>`. Anybody may list a dataset under the same name and assign this worker to it:
	/// the account says whose listing gets the data. Required.
	pub listing: String,
	/// The manifest's file. Required.
	pub path: PathBuf,
}

impl ListedManifest {
	/// The listing's account and name; `None` where the address is none.
	pub fn account_and_name(&self) -> Option<(&str, &str)> {
		self.listing.split_once('/').filter(|(account, name)| !account.is_empty() && is_name(name))
	}
}

/// `[limits]` of a worker.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct WorkerLimits {
	/// Memory for sorting, grouping and joining in a transform, bytes; what does not fit is spilled. Default: 512 MiB.
	pub memory_bytes: u64,
	/// Time that one job may take before it counts as failed, seconds. Default: 3,600.
	pub job_seconds: u64,
	/// Failures in a row after which a job is quarantined. Default: 3.
	pub max_attempts: u32,
	/// Connections to peers. Default: 128.
	pub max_connections: u32,
	/// Open streams of one peer. Default: 16.
	pub max_streams_per_peer: u32,
}

impl Default for WorkerLimits {
	fn default() -> Self {
		Self {
			memory_bytes: 512 << 20,
			job_seconds: 3_600,
			max_attempts: 3,
			max_connections: 128,
			max_streams_per_peer: 16,
		}
	}
}

/// A persistence node's file.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PersistenceConfig {
	/// The chain specification, raw JSON; the light client starts from it. Required.
	pub chain_spec: PathBuf,
	/// A directory for the database, snapshots and the network identity; created if missing. Required.
	pub data_dir: PathBuf,
	/// The node's account key, as `souk key` writes it; it signs attestations. On a chain that is not live, a development
	/// uri such as `//Alice` is taken as well. Required.
	pub account_key: PathBuf,
	/// A file whose first line is the key's passphrase. Default: the environment variable `SOUK_PASSPHRASE`.
	#[serde(default)]
	pub passphrase_file: Option<PathBuf>,
	/// libp2p addresses to listen on. Default: TCP and QUIC on port 30410, all interfaces.
	#[serde(default = "default_listen_of_persistence")]
	pub listen: Vec<String>,
	/// libp2p addresses that others reach the node at, announced as they are. On a live chain each has to be public.
	/// Default: those it listens on, on a live chain the public ones of them.
	#[serde(default)]
	pub external_addresses: Vec<String>,
	/// libp2p addresses, with `/p2p/<peer id>`, to join the network through. On a live chain each has to be public.
	/// Default: none.
	#[serde(default)]
	pub bootnodes: Vec<String>,
	/// Accounts whose listings' snapshots are kept. Anybody may assign a registered node to a listing of their own; the
	/// snapshots of all others are refused. Default: everybody's are kept.
	#[serde(default)]
	pub curators: Option<Vec<String>>,
	/// A directory with the proving keys of the chain's key ceremonies, each named `<statement>-<id of its verifying key>.proving-key`.
	/// Keys for delivering a one-time sale are taken from it where their id is the one on chain; those of development chains need
	/// no file here, they are made in `data_dir`. Default: `proving-keys` in `data_dir`.
	#[serde(default)]
	pub proving_keys: Option<PathBuf>,
	/// The least that an answer to an ask must bring, after the protocol fee, as prices such as `"1 wUSD"`, one for each asset. Default:
	/// of SOUK what posting the answer costs, of any other asset a whole one.
	#[serde(default)]
	pub least_bounties: Vec<Price>,
	/// Address and port at which anybody may ask whether this node is there: `GET /health` is answered with 200 and nothing else. What
	/// validators are told with `souk node register --health` leads here. Default: none.
	#[serde(default)]
	pub health_listen: Option<SocketAddr>,
	/// Report workers that sign two snapshots of one period. It costs the fee of a transaction and a deposit, and brings a share of what the
	/// worker loses. The evidence is written into files in `data_dir` in any case. Default: false.
	#[serde(default)]
	pub report_conflicts: bool,
	/// Answer queries also where the kernel has no Landlock or no seccomp. A hostile query that finds a hole in the
	/// engine is then not contained. For development only. Default: false.
	#[serde(default)]
	pub allow_unsandboxed: bool,
	/// `[admin]`
	#[serde(default = "default_admin_of_persistence", deserialize_with = "admin_of_persistence")]
	pub admin: Admin,
	/// `[limits]`
	#[serde(default)]
	pub limits: PersistenceLimits,
	#[serde(skip)]
	lines: Lines,
}

/// `[limits]` of a persistence node.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PersistenceLimits {
	/// Length of a query's SQL, bytes. Default: 64 KiB.
	pub sql_bytes: u64,
	/// Memory of one query, bytes. Default: 512 MiB.
	pub query_memory_bytes: u64,
	/// Time of one query, its reader's included, seconds. Default: 30.
	pub query_seconds: u64,
	/// Length of a result, bytes. Default: 1 GiB.
	pub result_bytes: u64,
	/// Executor processes kept waiting for a query. Default: 2.
	pub idle_executors: u32,
	/// Queries that run at the same time; more wait. Default: 4.
	pub concurrent_queries: u32,
	/// Queries that wait; more are refused. Default: 64.
	pub queued_queries: u32,
	/// Queries of one subscriber in a minute. Default: 120.
	pub queries_per_minute: u32,
	/// Proofs that are made at the same time; more wait. One takes all processors. Default: 1.
	pub concurrent_proofs: u32,
	/// Proofs that wait; more are refused. Default: 8.
	pub queued_proofs: u32,
	/// Memory of one proof, bytes. Default: 8 GiB.
	pub proof_memory_bytes: u64,
	/// Time of one proof, its reader's included, seconds. Default: 540.
	pub proof_seconds: u64,
	/// Disk that proofs which were made may take, bytes: whoever asks the same again is not kept waiting. Those that were not asked for
	/// longest go first. Default: 1 GiB.
	pub proof_store_bytes: u64,
	/// Length of one snapshot that is taken in, bytes. Default: 64 GiB.
	pub snapshot_bytes: u64,
	/// Disk that all snapshots together may take, bytes. Default: 512 GiB.
	pub store_bytes: u64,
	/// Disk that the snapshots of one listing may take of it, bytes. Default: a quarter of it.
	#[serde(default)]
	pub listing_bytes: Option<u64>,
	/// Downloads of sealed snapshots that are served at the same time; more wait. Default: 16.
	pub concurrent_downloads: u32,
	/// Downloads that wait; more are told to come later. Default: 64.
	pub queued_downloads: u32,
	/// Time that one download is served, seconds; whoever has not got everything by then asks for the rest, behind those who
	/// wait. Default: 300.
	pub download_seconds: u64,
	/// Downloads that one peer may ask for in a minute. Default: 60.
	pub downloads_per_minute: u32,
	/// Bytes of downloads in a minute, all peers together; more go slower. Default: 6 GiB.
	pub download_bytes_per_minute: u64,
	/// Bytes of downloads in a minute to one peer. Default: 2 GiB.
	pub peer_download_bytes_per_minute: u64,
	/// Disk that sealed evidence of disputes may take, bytes: a persistence node keeps what the sides of a case leave there, for its jury. 0
	/// takes none. Default: 4 GiB.
	pub evidence_store_bytes: u64,
	/// Queries that are answered for a tab beyond what its vouchers pay: what a payer can get for nothing. Default: 1.
	pub credit_queries: u32,
	/// Queries that are answered for a tab beyond what the chain has settled: what can be lost where others settle first. Default: 200.
	pub unsettled_queries: u32,
	/// How long a voucher is kept before it is settled, seconds; sooner where something is at stake. Default: 3,600.
	pub settle_seconds: u64,
	/// How long a payer may owe something without sending a voucher before the metric `souk_payers_stopped` counts them, seconds. Default:
	/// 900.
	pub voucher_alarm_seconds: u64,
	/// Connections to peers. Default: 512.
	pub max_connections: u32,
	/// Open streams of one peer. Default: 16.
	pub max_streams_per_peer: u32,
}

impl Default for PersistenceLimits {
	fn default() -> Self {
		Self {
			sql_bytes: 64 << 10,
			query_memory_bytes: 512 << 20,
			query_seconds: 30,
			result_bytes: 1 << 30,
			idle_executors: 2,
			concurrent_queries: 4,
			queued_queries: 64,
			queries_per_minute: 120,
			concurrent_proofs: 1,
			queued_proofs: 8,
			proof_memory_bytes: 8 << 30,
			proof_seconds: 540,
			proof_store_bytes: 1 << 30,
			snapshot_bytes: 64 << 30,
			store_bytes: 512 << 30,
			listing_bytes: Some(128 << 30),
			concurrent_downloads: 16,
			queued_downloads: 64,
			download_seconds: 300,
			downloads_per_minute: 60,
			download_bytes_per_minute: 6 << 30,
			peer_download_bytes_per_minute: 2 << 30,
			evidence_store_bytes: 4 << 30,
			credit_queries: 1,
			unsettled_queries: 200,
			settle_seconds: 3_600,
			voucher_alarm_seconds: 900,
			max_connections: 512,
			max_streams_per_peer: 16,
		}
	}
}

/// A multiaddress, as far as a look tells; the network parses it properly.
fn check_addresses(problems: &mut Problems<'_>, key: &str, addresses: &[String], with_peer: bool) {
	for (index, address) in addresses.iter().enumerate() {
		let key = format!("{key}[{index}]");
		problems.require(
			address.starts_with('/') && !address.ends_with('/') && !address.contains(char::is_whitespace),
			&key,
			format!("{address:?} is not a libp2p address: write one such as \"/ip4/0.0.0.0/tcp/30400\""),
		);
		problems.require(
			!with_peer || address.contains("/p2p/"),
			key,
			format!("{address:?} does not say which peer it is: end it with /p2p/<peer id>"),
		);
	}
}

fn check_common(problems: &mut Problems<'_>, config: &CommonConfig<'_>) {
	let paths = [
		("chain_spec", config.chain_spec),
		("data_dir", config.data_dir),
		("account_key", config.account_key),
	];
	for (key, path) in paths {
		problems.require(!path.as_os_str().is_empty(), key, "is empty: write a path");
	}
	problems.require(!config.listen.is_empty(), "listen", "is empty: nobody could reach the node");
	check_addresses(problems, "listen", config.listen, false);
	check_addresses(problems, "external_addresses", config.external_addresses, false);
	check_addresses(problems, "bootnodes", config.bootnodes, true);
	config.admin.check(problems);
	check_positive(
		problems,
		&[
			("max_connections", config.max_connections.into()),
			("max_streams_per_peer", config.max_streams_per_peer.into()),
		],
	);
}

fn check_positive(problems: &mut Problems<'_>, limits: &[(&str, u64)]) {
	for (key, value) in limits {
		problems.require(*value > 0, format!("limits.{key}"), "is 0: nothing could be done within it");
	}
}

fn parse_with<T: DeserializeOwned>(text: &str, keep: impl FnOnce(&mut T, Lines)) -> Result<T, ConfigError> {
	let (mut config, lines) = lines::parse::<T>(text)?;
	keep(&mut config, lines);
	Ok(config)
}

/// Joining an absolute path gives that path.
fn resolve_all<'a>(base: &Path, paths: impl IntoIterator<Item = &'a mut PathBuf>) {
	for path in paths {
		*path = base.join(&*path);
	}
}

impl DaemonConfig for WorkerConfig {
	fn parse(text: &str) -> Result<Self, ConfigError> {
		let config = parse_with(text, |config: &mut Self, lines| config.lines = lines)?;
		let mut problems = Problems::new(&config.lines);
		check_common(&mut problems, &config.common());
		let limits = &config.limits;
		check_positive(
			&mut problems,
			&[
				("memory_bytes", limits.memory_bytes),
				("job_seconds", limits.job_seconds),
				("max_attempts", limits.max_attempts.into()),
			],
		);
		for (index, manifest) in config.manifests.iter().enumerate() {
			let key = |key| format!("manifest[{index}].{key}");
			problems.require(
				manifest.account_and_name().is_some(),
				key("listing"),
				format!("{:?} is not a listing's address: write <account>/<name>", manifest.listing),
			);
			problems.require(
				!config.manifests.iter().take(index).any(|before| before.listing == manifest.listing),
				key("listing"),
				format!("{} has a manifest already: a listing has one", manifest.listing),
			);
			problems.require(!manifest.path.as_os_str().is_empty(), key("path"), "is empty: write a path");
		}
		problems.finish()?;
		Ok(config)
	}

	fn resolve(&mut self, base: &Path) {
		resolve_all(base, [&mut self.chain_spec, &mut self.data_dir, &mut self.account_key]);
		resolve_all(base, &mut self.passphrase_file);
		resolve_all(base, self.manifests.iter_mut().map(|manifest| &mut manifest.path));
	}

	fn common(&self) -> CommonConfig<'_> {
		CommonConfig {
			chain_spec: &self.chain_spec,
			data_dir: &self.data_dir,
			account_key: &self.account_key,
			passphrase_file: self.passphrase_file.as_deref(),
			listen: &self.listen,
			external_addresses: &self.external_addresses,
			bootnodes: &self.bootnodes,
			admin: &self.admin,
			max_connections: self.limits.max_connections,
			max_streams_per_peer: self.limits.max_streams_per_peer,
		}
	}
}

impl DaemonConfig for PersistenceConfig {
	fn parse(text: &str) -> Result<Self, ConfigError> {
		let mut config = parse_with(text, |config: &mut Self, lines| config.lines = lines)?;
		let listing_bytes = *config.limits.listing_bytes.get_or_insert(config.limits.store_bytes / 4);
		let mut problems = Problems::new(&config.lines);
		check_common(&mut problems, &config.common());
		let limits = &config.limits;
		check_positive(
			&mut problems,
			&[
				("listing_bytes", listing_bytes),
				("sql_bytes", limits.sql_bytes),
				("query_memory_bytes", limits.query_memory_bytes),
				("query_seconds", limits.query_seconds),
				("result_bytes", limits.result_bytes),
				("idle_executors", limits.idle_executors.into()),
				("concurrent_queries", limits.concurrent_queries.into()),
				("queries_per_minute", limits.queries_per_minute.into()),
				("concurrent_proofs", limits.concurrent_proofs.into()),
				("proof_memory_bytes", limits.proof_memory_bytes),
				("proof_seconds", limits.proof_seconds),
				("snapshot_bytes", limits.snapshot_bytes),
				("store_bytes", limits.store_bytes),
				("concurrent_downloads", limits.concurrent_downloads.into()),
				("download_seconds", limits.download_seconds),
				("downloads_per_minute", limits.downloads_per_minute.into()),
				("download_bytes_per_minute", limits.download_bytes_per_minute),
				("peer_download_bytes_per_minute", limits.peer_download_bytes_per_minute),
				("unsettled_queries", limits.unsettled_queries.into()),
				("settle_seconds", limits.settle_seconds),
				("voucher_alarm_seconds", limits.voucher_alarm_seconds),
			],
		);
		for (index, least) in config.least_bounties.iter().enumerate() {
			let others = config.least_bounties.iter().take(index);
			let key = format!("least_bounties[{index}]");
			match &least.asset {
				None => problems.require(false, key, "names no asset: write a price such as \"1 wUSD\""),
				Some(asset) => problems.require(
					!others
						.filter_map(|other| other.asset.as_ref())
						.any(|other| other.eq_ignore_ascii_case(asset)),
					key,
					format!("{asset} has a least bounty already"),
				),
			}
		}
		problems.finish()?;
		Ok(config)
	}

	fn resolve(&mut self, base: &Path) {
		resolve_all(base, [&mut self.chain_spec, &mut self.data_dir, &mut self.account_key]);
		resolve_all(base, &mut self.passphrase_file);
		resolve_all(base, &mut self.proving_keys);
	}

	fn common(&self) -> CommonConfig<'_> {
		CommonConfig {
			chain_spec: &self.chain_spec,
			data_dir: &self.data_dir,
			account_key: &self.account_key,
			passphrase_file: self.passphrase_file.as_deref(),
			listen: &self.listen,
			external_addresses: &self.external_addresses,
			bootnodes: &self.bootnodes,
			admin: &self.admin,
			max_connections: self.limits.max_connections,
			max_streams_per_peer: self.limits.max_streams_per_peer,
		}
	}
}
