//! A chain of type Live does not start with keys that everybody can make, nor with validators that connect to anything.

use serde_json::Value;
use std::{
	io::{BufRead, BufReader, Read},
	path::{Path, PathBuf},
	process::{Command, Stdio},
};

const NODE: &str = env!("CARGO_BIN_EXE_souk-node");

/// The spec of the local chain, as one of type Live.
fn live_spec(dir: &Path, change: impl FnOnce(&mut Value)) -> PathBuf {
	let output =
		Command::new(NODE).args(["export-chain-spec", "--chain", "local"]).output().expect("it runs");
	assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
	let mut spec: Value = serde_json::from_slice(&output.stdout).expect("a chain spec is JSON");
	spec["chainType"] = "Live".into();
	change(&mut spec["genesis"]["runtimeGenesis"]["patch"]);
	let path = dir.join("live.json");
	std::fs::write(&path, spec.to_string()).expect("the directory can be written");
	path
}

fn node(dir: &Path, spec: &Path) -> Command {
	let mut command = Command::new(NODE);
	command.arg("--chain").arg(spec).arg("--base-path").arg(dir.join("data"));
	command.args(["--port", "0", "--rpc-port", "0", "--no-prometheus", "--no-telemetry", "--no-mdns"]);
	command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
	command
}

#[test]
fn a_live_chain_that_takes_development_keys_is_refused_with_a_sentence() {
	let dir = tempfile::tempdir().expect("there is room");
	let spec = live_spec(dir.path(), |_| {});
	let output = node(dir.path(), &spec).output().expect("it runs");
	let says = String::from_utf8_lossy(&output.stderr);
	assert!(!output.status.success(), "it started: {says}");
	assert!(says.contains("takes the development keys of the proofs"), "{says}");
	assert!(says.contains("Souk Local is a chain of type Live"), "{says}");
}

#[test]
fn a_live_chain_whose_validators_ask_private_addresses_is_refused_with_a_sentence() {
	let dir = tempfile::tempdir().expect("there is room");
	let spec = live_spec(dir.path(), |genesis| remove(genesis, "proofs"));
	let output = node(dir.path(), &spec).output().expect("it runs");
	let says = String::from_utf8_lossy(&output.stderr);
	assert!(!output.status.success(), "it started: {says}");
	assert!(says.contains("connect to addresses in their own networks"), "{says}");
}

fn remove(genesis: &mut Value, pallet: &str) {
	let removed = genesis.as_object_mut().and_then(|genesis| genesis.remove(pallet));
	assert!(removed.is_some(), "the preset has {pallet}");
}

#[test]
fn a_live_chain_without_them_starts() {
	let dir = tempfile::tempdir().expect("there is room");
	let spec = live_spec(dir.path(), |genesis| {
		remove(genesis, "proofs");
		remove(genesis, "availability");
	});
	let mut child = node(dir.path(), &spec).spawn().expect("it runs");
	let mut lines = BufReader::new(child.stderr.take().expect("it is piped"));
	let (mut said, mut started) = (String::new(), false);
	// Ends with the node, where that does not start.
	while !started && lines.read_line(&mut said).expect("a log is text") > 0 {
		started = said.contains("Running JSON-RPC server");
	}
	child.kill().expect("it is ours");
	child.wait().expect("it was started");
	let _ = lines.read_to_string(&mut said);
	assert!(started, "{said}");
}
