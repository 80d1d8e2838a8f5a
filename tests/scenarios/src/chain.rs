//! A chain of validators on loopback.

use crate::{http, ports, program, until, Process};
use anyhow::{Context, Result};
use std::{
	path::{Path, PathBuf},
	process::Command,
	time::Duration,
};

/// Development accounts that validate, in the order of the presets.
const NAMES: [&str; 4] = ["alice", "bob", "charlie", "dave"];

/// A running chain.
pub struct Chain {
	dir: PathBuf,
	spec: PathBuf,
	validators: Vec<Validator>,
}

struct Validator {
	name: &'static str,
	seed: [u8; 32],
	p2p: u16,
	rpc: u16,
	metrics: u16,
	process: Option<Process>,
}

impl Chain {
	/// Writes the spec of `preset` (`dev`, `local`, `testnet-4`) and starts its validators; data and logs go under `dir`.
	pub fn start(dir: &Path, preset: &str) -> Result<Self> {
		let count = match preset {
			"dev" => 1,
			"local" => 2,
			_ => 4,
		};
		std::fs::create_dir_all(dir)?;
		let mut validators = Vec::new();
		for (index, name) in NAMES.iter().enumerate().take(count) {
			validators.push(Validator {
				name,
				seed: [index as u8 + 1; 32],
				p2p: ports::free()?,
				rpc: ports::free()?,
				metrics: ports::free()?,
				process: None,
			});
		}
		let spec = dir.join("chain-spec.json");
		write_spec(preset, &spec, &validators)?;
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
			.arg(format!("--{}", validator.name))
			.args(["--validator", "--no-mdns", "--no-telemetry"])
			.args(["--database", "paritydb", "--state-pruning", "archive", "--blocks-pruning", "archive"])
			.arg("--chain")
			.arg(&self.spec)
			.arg("--base-path")
			.arg(self.dir.join(validator.name))
			.args(["--node-key", &hex::encode(validator.seed)])
			.args(["--listen-addr", &format!("/ip4/127.0.0.1/tcp/{}/ws", validator.p2p)])
			.args(["--rpc-port", &validator.rpc.to_string()])
			.args(["--prometheus-port", &validator.metrics.to_string()])
			.args(["--allow-private-ip", "--log", "warn,babe=info,grandpa=info"]);
		let log = self.dir.join(format!("{}.log", validator.name));
		validator.process = Some(Process::start(&format!("validator {}", validator.name), command, &log)?);
		Ok(())
	}

	/// Stops one validator; its data stay.
	pub fn stop_validator(&mut self, index: usize) -> Result<()> {
		if let Some(mut process) = self.validators[index].process.take() {
			process.stop(Duration::from_secs(10))?;
		}
		Ok(())
	}

	/// Best and finalised block number at one validator, or `None` while it does not answer.
	pub fn heights(&mut self, index: usize) -> Result<Option<(u32, u32)>> {
		let validator = &mut self.validators[index];
		if let Some(process) = &mut validator.process {
			process.check_alive()?;
		}
		let Ok(page) = http::get(validator.metrics, "/metrics") else { return Ok(None) };
		let height = |status: &str| {
			http::metric(&page, &format!("substrate_block_height{{status=\"{status}\"")).map(|h| h as u32)
		};
		Ok(height("best").zip(height("finalized")))
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

fn write_spec(preset: &str, to: &Path, validators: &[Validator]) -> Result<()> {
	let output = Command::new(program("souk-node")?)
		.args(["export-chain-spec", "--raw", "--chain", preset])
		.output()
		.context("souk-node export-chain-spec")?;
	anyhow::ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
	let mut spec: serde_json::Value = serde_json::from_slice(&output.stdout)?;
	let bootnodes: Vec<String> = validators
		.iter()
		.map(|v| format!("/ip4/127.0.0.1/tcp/{}/ws/p2p/{}", v.p2p, peer_id(v.seed)))
		.collect();
	spec["bootNodes"] = bootnodes.into();
	std::fs::write(to, serde_json::to_vec(&spec)?)?;
	Ok(())
}

/// Peer id of a node whose key is this ed25519 seed.
fn peer_id(seed: [u8; 32]) -> String {
	souk_network::NetworkConfig::keypair_from_seed(seed).public().to_peer_id().to_string()
}
