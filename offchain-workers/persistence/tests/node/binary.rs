//! The program itself, as far as it goes without a chain.

use std::{
	fs,
	path::Path,
	process::{Command, Output},
};
use tempfile::TempDir;

fn souk_persistence(config: &Path, arguments: &[&str]) -> Output {
	Command::new(env!("CARGO_BIN_EXE_souk-persistence"))
		.arg("--config")
		.arg(config)
		.args(arguments)
		.env_remove("SOUK_PASSPHRASE")
		.output()
		.expect("it runs")
}

fn text(bytes: &[u8]) -> String {
	String::from_utf8_lossy(bytes).into_owned()
}

const GOOD: &str = "chain_spec = \"chain.json\"\ndata_dir = \"data\"\naccount_key = \"keys/node.json\"\n";

#[test]
fn a_configuration_is_checked_without_being_used() {
	let dir = TempDir::new().expect("a folder");
	let file = dir.path().join("persistence.toml");
	fs::write(&file, GOOD).expect("written");
	let good = souk_persistence(&file, &["check-config"]);
	assert!(good.status.success(), "{}", text(&good.stderr));
	assert!(text(&good.stdout).contains("is good"));
	assert!(!dir.path().join("data").exists());

	fs::write(&file, format!("{GOOD}colour = \"blue\"\n")).expect("written");
	let bad = souk_persistence(&file, &["check-config"]);
	assert!(!bad.status.success());
	assert!(text(&bad.stderr).contains("colour"), "{}", text(&bad.stderr));

	let missing = souk_persistence(&dir.path().join("other.toml"), &["check-config"]);
	assert!(!missing.status.success() && text(&missing.stderr).contains("other.toml"));
}

#[test]
fn what_keeps_it_from_starting_is_said() {
	let dir = TempDir::new().expect("a folder");
	let file = dir.path().join("persistence.toml");
	fs::write(&file, GOOD).expect("written");
	let no_spec = souk_persistence(&file, &[]);
	assert!(!no_spec.status.success());
	assert!(text(&no_spec.stderr).contains("chain.json"), "{}", text(&no_spec.stderr));

	fs::write(dir.path().join("chain.json"), r#"{"chainType":"Live"}"#).expect("written");
	let no_passphrase = souk_persistence(&file, &[]);
	assert!(!no_passphrase.status.success());
	assert!(text(&no_passphrase.stderr).contains("SOUK_PASSPHRASE"), "{}", text(&no_passphrase.stderr));

	fs::write(dir.path().join("passphrase"), "secret\n").expect("written");
	fs::write(&file, format!("{GOOD}passphrase_file = \"passphrase\"\n")).expect("written");
	let no_key = souk_persistence(&file, &["run"]);
	assert!(!no_key.status.success());
	assert!(text(&no_key.stderr).contains("node"), "{}", text(&no_key.stderr));
}

#[test]
fn a_development_account_is_refused_on_a_live_chain() {
	let dir = TempDir::new().expect("a folder");
	let (file, spec) = (dir.path().join("persistence.toml"), dir.path().join("chain.json"));
	fs::write(&file, GOOD.replace("keys/node.json", "//Alice")).expect("written");
	let ended = |kind: &str| {
		fs::write(&spec, format!(r#"{{"chainType":"{kind}"}}"#)).expect("written");
		let ended = souk_persistence(&file, &[]);
		assert!(!ended.status.success(), "it cannot run without a chain");
		text(&ended.stderr)
	};
	let live = ended("Live");
	assert!(live.contains("//Alice") && live.contains("this chain is live"), "{live}");
	let local = ended("Local");
	assert!(local.contains("account unlocked") && !local.contains("this chain is live"), "{local}");
}

#[test]
fn an_executor_without_a_job_ends_and_is_not_advertised() {
	let help = Command::new(env!("CARGO_BIN_EXE_souk-persistence")).arg("--help").output().expect("it runs");
	assert!(!text(&help.stdout).contains("executor"));
	let executor = Command::new(env!("CARGO_BIN_EXE_souk-persistence"))
		.arg("executor")
		.stdin(std::process::Stdio::null())
		.status()
		.expect("it runs");
	assert!(executor.success());
}
