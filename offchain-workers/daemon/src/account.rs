//! The account that a daemon runs as: from its key file, or, where the chain is not live, from a development uri.

use crate::{chain_spec::is_live, DaemonError};
use souk_config::CommonConfig;
use souk_custody::{Account, Keystore};
use std::path::Path;

/// The variable with the key's passphrase, where no file is configured.
pub(crate) const PASSPHRASE: &str = "SOUK_PASSPHRASE";

/// Unlocks the configured account of a daemon on the chain with this specification.
///
/// # Errors
/// [`DaemonError::DevelopmentAccount`] for a development uri on a live chain, those of the passphrase, and those of the
/// key file.
pub fn unlock(config: &CommonConfig<'_>, spec: &str) -> Result<Account, DaemonError> {
	let path = config.account_key;
	if let Some(uri) = path.to_str().filter(|text| text.starts_with("//")) {
		if is_live(spec) {
			return Err(DaemonError::DevelopmentAccount { uri: uri.into() });
		}
		return Ok(Account::from_uri(uri)?);
	}
	let name = path
		.file_stem()
		.and_then(|stem| stem.to_str())
		.ok_or_else(|| DaemonError::NotAKeyFile { path: path.into() })?;
	let passphrase = match config.passphrase_file {
		Some(file) => first_line(file)?,
		None => std::env::var(PASSPHRASE).map_err(|_| DaemonError::NoPassphrase)?,
	};
	let dir = path.parent().filter(|dir| !dir.as_os_str().is_empty()).unwrap_or(Path::new("."));
	Ok(Keystore::open(dir).unlock(name, &passphrase)?)
}

fn first_line(file: &Path) -> Result<String, DaemonError> {
	let text = std::fs::read_to_string(file)
		.map_err(|source| DaemonError::PassphraseFile { path: file.into(), source })?;
	Ok(text.lines().next().unwrap_or_default().to_owned())
}

#[cfg(test)]
mod tests {
	use super::*;
	use souk_config::{DaemonConfig, PersistenceConfig, WorkerConfig};

	const LOCAL: &str = r#"{"chainType":"Local"}"#;
	const LIVE: &str = r#"{"chainType":"Live"}"#;

	fn file(account: &Path, more: &str) -> String {
		format!(
			"chain_spec = \"c\"\ndata_dir = \"d\"\naccount_key = {:?}\n{more}",
			account.display().to_string()
		)
	}

	fn unlocked(account: &Path, more: &str, spec: &str) -> Result<Account, DaemonError> {
		let worker = WorkerConfig::parse(&file(account, more)).expect("a configuration");
		let persistence = PersistenceConfig::parse(&file(account, more)).expect("a configuration");
		let unlocked = unlock(&worker.common(), spec);
		let again = unlock(&persistence.common(), spec);
		assert_eq!(unlocked.as_ref().ok().map(Account::id), again.ok().map(|account| account.id()));
		unlocked
	}

	#[test]
	fn both_daemons_take_a_development_uri_unless_the_chain_is_live() {
		let alice = Path::new("//Alice");
		let expected = Account::from_uri("//Alice").expect("a development account");
		assert_eq!(unlocked(alice, "", LOCAL).expect("unlocked").id(), expected.id());
		for spec in [LIVE, "{}", "no json"] {
			let refused = unlocked(alice, "", spec).expect_err("refused");
			assert!(
				matches!(&refused, DaemonError::DevelopmentAccount { uri } if uri == "//Alice"),
				"{refused}"
			);
		}
	}

	#[test]
	fn a_key_file_opens_with_the_first_line_of_the_passphrase_file_on_any_chain() {
		let dir = tempfile::tempdir().expect("a folder");
		let (key, passphrase) = (dir.path().join("node.json"), dir.path().join("passphrase"));
		let made = Keystore::open(dir.path()).import("node", "secret", "//Bob").expect("imported");
		std::fs::write(&passphrase, "secret\nwhat else is written here\n").expect("written");
		let more = format!("passphrase_file = {:?}\n", passphrase.display().to_string());
		assert_eq!(unlocked(&key, &more, LIVE).expect("unlocked").ss58(), made.address);
		std::fs::write(&passphrase, "wrong\n").expect("written");
		assert!(matches!(unlocked(&key, &more, LIVE), Err(DaemonError::Custody(_))));
		std::fs::remove_file(&passphrase).expect("removed");
		let missing = unlocked(&key, &more, LIVE).expect_err("no passphrase");
		assert!(missing.to_string().contains("passphrase"), "{missing}");
	}

	#[test]
	fn a_path_without_a_name_is_no_key_file() {
		assert!(matches!(unlocked(Path::new(".."), "", LOCAL), Err(DaemonError::NotAKeyFile { .. })));
	}
}
