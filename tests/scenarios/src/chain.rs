//! A chain of validators on loopback.

use crate::{http, ports, program, souk::address_of, until, Process};
use anyhow::{Context, Result};
use serde_json::{json, Value};
use std::{
	path::{Path, PathBuf},
	process::{Command, ExitStatus},
	time::Duration,
};

/// Development accounts that validate, in the order of the presets.
const NAMES: [&str; 4] = ["alice", "bob", "charlie", "dave"];

/// How long a validator may take to stop, on a busy machine.
const STOPPING: Duration = Duration::from_secs(120);
/// Number of the stablecoin in `assets`.
const WUSD: u32 = 1;

/// A running chain.
pub struct Chain {
	dir: PathBuf,
	spec: PathBuf,
	validators: Vec<Validator>,
}

/// Money that an account has from the first block on.
#[derive(Clone, Copy, Debug)]
pub struct Endowment<'a> {
	/// Secret of the account, e.g. `//Charlie`.
	pub uri: &'a str,
	/// In planck; at least what keeps an account alive.
	pub souk: u64,
	/// In micro-dollars; may be nothing.
	pub wusd: u64,
}

struct Validator {
	/// Of its folder and its log.
	name: String,
	/// The development account whose session keys it has.
	keys: &'static str,
	seed: [u8; 32],
	p2p: u16,
	rpc: u16,
	metrics: u16,
	process: Option<Process>,
}

impl Chain {
	/// Writes the spec of `preset` (`dev`, `local`, `testnet-4`) and starts its validators; data and logs go under `dir`.
	pub fn start(dir: &Path, preset: &str) -> Result<Self> {
		Self::start_with(dir, preset, &[])
	}

	/// The same, with more accounts that have money.
	pub fn start_with(dir: &Path, preset: &str, endowed: &[Endowment<'_>]) -> Result<Self> {
		let count = match preset {
			"dev" => 1,
			"local" => 2,
			_ => 4,
		};
		std::fs::create_dir_all(dir)?;
		let mut validators = Vec::new();
		for (index, name) in NAMES.iter().enumerate().take(count) {
			validators.push(Validator::new((*name).into(), name, [index as u8 + 1; 32])?);
		}
		let spec = dir.join("chain-spec.json");
		write_spec(preset, endowed, &spec, &validators)?;
		let mut chain = Self { dir: dir.into(), spec, validators };
		for index in 0..count {
			chain.start_validator(index)?;
		}
		Ok(chain)
	}

	/// The raw chain spec with bootnodes: all that a light client needs.
	pub fn spec(&self) -> &Path {
		&self.spec
	}

	/// Port of a validator's JSON-RPC.
	pub fn rpc_port(&self, index: usize) -> u16 {
		self.validators[index].rpc
	}

	/// Starts (again) one validator with the data it has.
	pub fn start_validator(&mut self, index: usize) -> Result<()> {
		let validator = &mut self.validators[index];
		let mut command = Command::new(program("souk-node")?);
		command
			.arg(format!("--{}", validator.keys))
			.args(["--name", &validator.name])
			.args(["--validator", "--no-mdns", "--no-telemetry"])
			.args(["--database", "paritydb", "--state-pruning", "archive", "--blocks-pruning", "archive"])
			.arg("--chain")
			.arg(&self.spec)
			.arg("--base-path")
			.arg(self.dir.join(&validator.name))
			.args(["--node-key", &hex::encode(validator.seed)])
			.args(["--listen-addr", &format!("/ip4/127.0.0.1/tcp/{}/ws", validator.p2p)])
			.args(["--rpc-port", &validator.rpc.to_string()])
			.args(["--prometheus-port", &validator.metrics.to_string()])
			.args(["--allow-private-ip", "--log", "warn,babe=info,grandpa=info"]);
		let log = self.dir.join(format!("{}.log", validator.name));
		validator.process = Some(Process::start(&format!("validator {}", validator.name), command, &log)?);
		Ok(())
	}

	/// Starts another node with the session keys of validator `of`, which is what an operator must never do. Returns the
	/// twin's index.
	pub fn start_twin(&mut self, of: usize) -> Result<usize> {
		let keys = self.validators[of].keys;
		let index = self.validators.len();
		self.validators.push(Validator::new(format!("{keys}-twin"), keys, [index as u8 + 101; 32])?);
		self.start_validator(index)?;
		Ok(index)
	}

	/// Asks one validator to stop and returns how it ended; its data stay.
	pub fn stop_validator(&mut self, index: usize) -> Result<ExitStatus> {
		let validator = &mut self.validators[index];
		let mut process =
			validator.process.take().with_context(|| format!("{} does not run", validator.name))?;
		process.stop(STOPPING)
	}

	/// Best and finalised block number at one validator, or `None` while it does not answer.
	pub fn heights(&mut self, index: usize) -> Result<Option<(u32, u32)>> {
		let validator = &mut self.validators[index];
		if let Some(process) = &mut validator.process {
			process.check_alive()?;
		}
		// Its metrics tell as well, but are up to five seconds old.
		let Ok(finalized) = http::rpc(validator.rpc, "chain_getFinalizedHead", json!([])) else {
			return Ok(None);
		};
		let number = |of: Value| -> Result<u32> {
			let header = http::rpc(validator.rpc, "chain_getHeader", of)?;
			let digits = header["number"].as_str().and_then(|number| number.strip_prefix("0x"));
			Ok(u32::from_str_radix(digits.context("a header without a number")?, 16)?)
		};
		// One that is busy, or on its way out, answers the next time.
		Ok(number(json!([])).ok().zip(number(json!([finalized])).ok()))
	}

	/// Waits until every running validator has finalised block `number`.
	pub fn wait_finalized(&mut self, number: u32, limit: Duration) -> Result<()> {
		for index in 0..self.validators.len() {
			if self.validators[index].process.is_none() {
				continue;
			}
			let what = format!("finalised block {number} at {}", self.validators[index].name);
			until(&what, limit, || Ok(self.heights(index)?.filter(|(_, finalized)| *finalized >= number)))?;
		}
		Ok(())
	}
}

impl Validator {
	fn new(name: String, keys: &'static str, seed: [u8; 32]) -> Result<Self> {
		let (p2p, rpc, metrics) = (ports::free()?, ports::free()?, ports::free()?);
		Ok(Self { name, keys, seed, p2p, rpc, metrics, process: None })
	}
}

fn write_spec(preset: &str, endowed: &[Endowment<'_>], to: &Path, validators: &[Validator]) -> Result<()> {
	let mut spec = if endowed.is_empty() {
		exported(preset, true)?
	} else {
		let mut plain = exported(preset, false)?;
		endow(&mut plain, endowed)?;
		std::fs::write(to, serde_json::to_vec(&plain)?)?;
		export(&["--raw", "--chain", &to.display().to_string()])?
	};
	let bootnodes: Vec<String> = validators
		.iter()
		.map(|v| format!("/ip4/127.0.0.1/tcp/{}/ws/p2p/{}", v.p2p, peer_id(v.seed)))
		.collect();
	spec["bootNodes"] = bootnodes.into();
	std::fs::write(to, serde_json::to_vec(&spec)?)?;
	Ok(())
}

/// The spec of a preset. Making one takes seconds, so that it is kept beside the program, for as long as that is the same.
fn exported(preset: &str, raw: bool) -> Result<Value> {
	let node = program("souk-node")?;
	let form = if raw { "raw" } else { "plain" };
	let kept = node.with_file_name(format!("souk-node.{preset}.{form}.json"));
	let modified = |path: &Path| std::fs::metadata(path)?.modified();
	if modified(&kept).is_ok_and(|kept| modified(&node).is_ok_and(|node| node < kept)) {
		let read = std::fs::read(&kept).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok());
		if let Some(spec) = read {
			return Ok(spec);
		}
	}
	let spec = export(&["--chain", preset, "--raw"][..if raw { 3 } else { 2 }])?;
	// Under its name it is whole, whoever makes it at the same time.
	let mut file = tempfile::NamedTempFile::new_in(node.parent().unwrap_or(Path::new(".")))?;
	serde_json::to_writer(&mut file, &spec)?;
	file.persist(&kept)?;
	Ok(spec)
}

/// What `souk-node export-chain-spec` prints.
fn export(args: &[&str]) -> Result<Value> {
	let output = Command::new(program("souk-node")?)
		.arg("export-chain-spec")
		.args(args)
		.output()
		.context("souk-node export-chain-spec")?;
	anyhow::ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
	Ok(serde_json::from_slice(&output.stdout)?)
}

/// Adds accounts to the genesis of a plain chain spec.
fn endow(spec: &mut Value, endowed: &[Endowment<'_>]) -> Result<()> {
	let patch = &mut spec["genesis"]["runtimeGenesis"]["patch"];
	for Endowment { uri, souk, wusd } in endowed {
		let address = address_of(uri)?;
		entries(&mut patch["balances"]["balances"])?.push(json!([address, souk]));
		if *wusd > 0 {
			entries(&mut patch["assets"]["accounts"])?.push(json!([WUSD, address, wusd]));
		}
	}
	Ok(())
}

fn entries(list: &mut Value) -> Result<&mut Vec<Value>> {
	list.as_array_mut().context("the chain spec's genesis has no list of accounts")
}

/// Peer id of a node whose key is this ed25519 seed.
fn peer_id(seed: [u8; 32]) -> String {
	souk_network::NetworkConfig::keypair_from_seed(seed).public().to_peer_id().to_string()
}
