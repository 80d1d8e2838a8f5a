//! Workers and persistence nodes.

use crate::{http, ports, program, souk::address_of, until, Process, Souk};
use anyhow::{Context, Result};
use std::{
	io::Write as _,
	path::{Path, PathBuf},
	process::{Command, ExitStatus},
	time::Duration,
};

/// How long a daemon may take to stop, on a busy machine: it gives running queries ten seconds.
const STOPPING: Duration = Duration::from_secs(120);

/// What runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
	/// `souk-worker`.
	Worker,
	/// `souk-persistence`.
	Persistence,
}

/// A daemon on loopback with an account, ports and a folder of its own.
pub struct Daemon {
	kind: Kind,
	name: String,
	dir: PathBuf,
	spec: PathBuf,
	uri: String,
	admin: u16,
	metrics: u16,
	/// Where validators ask whether it is there, if it is told so.
	health: u16,
	process: Option<Process>,
	environment: Vec<(String, String)>,
}

/// A `souk-worker`.
pub struct Worker;
/// A `souk-persistence`.
pub struct Persistence;

impl Worker {
	/// Writes key and configuration under `dir` and starts it. `uri` is the secret of its account, e.g. `//Charlie`.
	pub fn start(name: &str, dir: &Path, spec: &Path, uri: &str) -> Result<Daemon> {
		Daemon::prepare(Kind::Worker, name, dir, spec, uri)?.started()
	}

	/// Writes key and configuration, and does not start it yet.
	pub fn prepare(name: &str, dir: &Path, spec: &Path, uri: &str) -> Result<Daemon> {
		Daemon::prepare(Kind::Worker, name, dir, spec, uri)
	}
}

impl Persistence {
	/// Writes key and configuration under `dir` and starts it. `uri` is the secret of its account, e.g. `//Eve`.
	pub fn start(name: &str, dir: &Path, spec: &Path, uri: &str) -> Result<Daemon> {
		Daemon::prepare(Kind::Persistence, name, dir, spec, uri)?.started()
	}

	/// Writes key and configuration, and does not start it yet.
	pub fn prepare(name: &str, dir: &Path, spec: &Path, uri: &str) -> Result<Daemon> {
		Daemon::prepare(Kind::Persistence, name, dir, spec, uri)
	}
}

impl Daemon {
	fn prepare(kind: Kind, name: &str, dir: &Path, spec: &Path, uri: &str) -> Result<Self> {
		std::fs::create_dir_all(dir)?;
		import_key(dir, spec, uri)?;
		let (admin, metrics, p2p) = (ports::free()?, ports::free()?, ports::free()?);
		let health = ports::free()?;
		let asked = match kind {
			Kind::Worker => String::new(),
			Kind::Persistence => format!("health_listen = \"127.0.0.1:{health}\"\n"),
		};
		let config = format!(
			"chain_spec = {spec:?}\n\
			 data_dir = \"data\"\n\
			 account_key = \"home/keys/node.json\"\n\
			 passphrase_file = \"passphrase\"\n\
			 listen = [\"/ip4/127.0.0.1/tcp/{p2p}\", \"/ip4/127.0.0.1/udp/{p2p}/quic-v1\"]\n\
			 {asked}\
			 \n\
			 [admin]\n\
			 listen = \"127.0.0.1:{admin}\"\n\
			 metrics_listen = \"127.0.0.1:{metrics}\"\n"
		);
		std::fs::write(dir.join("config.toml"), config)?;
		Ok(Self {
			kind,
			name: name.into(),
			dir: dir.into(),
			spec: spec.into(),
			uri: uri.into(),
			admin,
			metrics,
			health,
			process: None,
			environment: vec![],
		})
	}

	fn started(mut self) -> Result<Self> {
		self.start()?;
		Ok(self)
	}

	/// Adds a section to its configuration, for later starts.
	pub fn configure(&mut self, section: &str) -> Result<()> {
		let mut file = std::fs::OpenOptions::new().append(true).open(self.config())?;
		Ok(writeln!(file, "\n{section}")?)
	}

	/// Enters it into the registry on chain, as its operator would.
	pub fn register(&self) -> Result<()> {
		let operator = Souk::new(&self.dir.join("operator"), &self.spec, &self.uri);
		operator.json(&["node", "register", "--admin", &self.admin_url()]).map(|_| ())
	}

	/// Says on chain where validators ask whether it is there, as its operator would. Whom they do not reach is fined.
	pub fn have_it_asked(&self) -> Result<()> {
		let operator = Souk::new(&self.dir.join("operator"), &self.spec, &self.uri);
		let admin = self.admin_url();
		let url = format!("http://127.0.0.1:{}/health", self.health);
		operator.json(&["node", "register", "--admin", &admin, "--health", &url]).map(|_| ())
	}

	/// What it is.
	pub fn kind(&self) -> Kind {
		self.kind
	}

	/// Its configuration.
	pub fn config(&self) -> PathBuf {
		self.dir.join("config.toml")
	}

	/// Where its data are.
	pub fn data_dir(&self) -> PathBuf {
		self.dir.join("data")
	}

	/// Secret of its account.
	pub fn uri(&self) -> &str {
		&self.uri
	}

	/// SS58 address of its account.
	pub fn address(&self) -> Result<String> {
		address_of(&self.uri)
	}

	/// Sets a variable of its environment for later starts.
	pub fn set_env(&mut self, key: &str, value: Option<&str>) {
		self.environment.retain(|(k, _)| k != key);
		self.environment.extend(value.map(|v| (key.into(), v.into())));
	}

	/// Starts it (again) with the data it has.
	pub fn start(&mut self) -> Result<()> {
		let mut command = Command::new(program(match self.kind {
			Kind::Worker => "souk-worker",
			Kind::Persistence => "souk-persistence",
		})?);
		command
			.arg("--config")
			.arg(self.config())
			.env("RUST_LOG", "info,smoldot=error,datafusion=warn")
			.envs(self.environment.iter().map(|(k, v)| (k, v)));
		self.process = Some(Process::start(&self.name, command, &self.dir.join("daemon.log"))?);
		Ok(())
	}

	/// Waits until it answers, healthy or not: a node is not healthy before it is registered.
	pub fn wait_up(&mut self, limit: Duration) -> Result<()> {
		let (metrics, what) = (self.metrics, format!("{} to answer", self.name));
		until(&what, limit, || {
			self.process().check_alive()?;
			Ok(http::answer(metrics, "/health").ok())
		})
		.map(|_| ())
	}

	/// Waits until it says that it is healthy.
	pub fn wait_healthy(&mut self, limit: Duration) -> Result<()> {
		let (metrics, what) = (self.metrics, format!("{} to be healthy", self.name));
		until(&what, limit, || {
			self.process().check_alive()?;
			Ok(http::get(metrics, "/health").ok())
		})
		.map(|_| ())
	}

	/// Its process; it was started.
	pub fn process(&mut self) -> &mut Process {
		self.process.as_mut().expect("the daemon was started before it is used")
	}

	/// Kills it as `kill -9` does.
	pub fn kill(&mut self) -> Result<()> {
		if let Some(mut process) = self.process.take() {
			process.kill()?;
		}
		Ok(())
	}

	/// Asks it to stop and returns how it ended: as killed, where it took too long.
	pub fn stop(&mut self) -> Result<ExitStatus> {
		let mut process = self.process.take().with_context(|| format!("{} does not run", self.name))?;
		process.stop(STOPPING)
	}

	/// URL of its admin interface.
	pub fn admin_url(&self) -> String {
		format!("http://127.0.0.1:{}", self.admin)
	}

	/// Calls a method of its admin interface.
	pub fn admin(&self, method: &str, params: serde_json::Value) -> Result<serde_json::Value> {
		http::rpc(self.admin, method, params)
	}

	/// Its metrics page.
	pub fn metrics(&self) -> Result<String> {
		http::get(self.metrics, "/metrics")
	}

	/// How many challenges ended that way at it, where it is a persistence node.
	pub fn challenges(&self, end: &str) -> Result<f64> {
		let sample = format!("souk_challenges_total{{end=\"{end}\"}}");
		http::metric(&self.metrics()?, &sample).with_context(|| format!("no {sample}"))
	}

	/// Waits until it has shown a piece of what it keeps. By that it agrees to keep it: before, only the curator is fined for what it does not do.
	pub fn agrees(&self, patience: Duration) -> Result<()> {
		until("the node to have answered a challenge", patience, || {
			Ok((self.challenges("answered")? >= 1.0).then_some(()))
		})
	}

	/// The end of its log.
	pub fn log(&self) -> String {
		std::fs::read_to_string(self.dir.join("daemon.log")).unwrap_or_default()
	}
}

/// Puts the account's key where the configuration looks for it, with the command that an operator would type.
fn import_key(dir: &Path, spec: &Path, uri: &str) -> Result<()> {
	let (home, secret) = (dir.join("home"), dir.join("secret"));
	if home.join("keys/node.json").exists() {
		return Ok(());
	}
	std::fs::write(&secret, uri)?;
	std::fs::write(dir.join("passphrase"), "demo password")?;
	let ended = Souk::new(&home, spec, "").run(&[
		"key",
		"import",
		"node",
		"--file",
		&secret.display().to_string(),
	])?;
	std::fs::remove_file(&secret)?;
	anyhow::ensure!(ended.code == 0, "souk key import: {}", ended.err);
	Ok(())
}
