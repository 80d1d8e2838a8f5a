//! The program itself, as far as it goes without a chain.

use std::{fs, process::Command};

#[test]
fn a_development_account_is_refused_on_a_live_chain() {
	let dir = tempfile::tempdir().unwrap();
	let (file, spec) = (dir.path().join("worker.toml"), dir.path().join("chain.json"));
	fs::write(&file, "chain_spec = \"chain.json\"\ndata_dir = \"data\"\naccount_key = \"//Alice\"\n")
		.unwrap();
	let ended = |kind: &str| {
		fs::write(&spec, format!(r#"{{"chainType":"{kind}"}}"#)).unwrap();
		let ended =
			Command::new(env!("CARGO_BIN_EXE_souk-worker")).arg("--config").arg(&file).output().unwrap();
		assert!(!ended.status.success(), "it cannot run without a chain");
		String::from_utf8_lossy(&ended.stderr).into_owned()
	};
	let live = ended("Live");
	assert!(live.contains("//Alice") && live.contains("this chain is live"), "{live}");
	let local = ended("Local");
	assert!(local.contains("account unlocked") && !local.contains("this chain is live"), "{local}");
}
