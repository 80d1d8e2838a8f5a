//! A directory of encrypted keys, one JSON file each.

use crate::{
	account::{canonical, Account},
	address::{format_account, parse_account},
	sealed::{self, OpenError, Sealed},
	AccountId, CustodyError,
};
use serde::{Deserialize, Serialize};
use sp_core::{sr25519, Pair as _};
use std::{
	fs,
	io::Write,
	path::{Path, PathBuf},
};
use zeroize::Zeroizing;

const EXTENSION: &str = "json";
const VERSION: u32 = 1;

/// The public part of a key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct KeyInfo {
	/// Its name in this keystore.
	pub name: String,
	/// SS58 address.
	pub address: String,
	/// Public key, `0x` and hex.
	pub public_key: String,
	/// The same as bytes.
	#[serde(skip)]
	pub account: AccountId,
}

/// A key file.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct KeyFile {
	version: u32,
	name: String,
	address: String,
	public_key: String,
	secret: Sealed,
}

/// A directory of keys.
#[derive(Clone, Debug)]
pub struct Keystore {
	dir: PathBuf,
}

impl Keystore {
	/// `$SOUK_HOME/keys`, or `~/.souk/keys`.
	///
	/// Errors: [`CustodyError::NoHome`].
	pub fn default_dir() -> Result<PathBuf, CustodyError> {
		let set = |name| std::env::var_os(name).filter(|v| !v.is_empty()).map(PathBuf::from);
		let home = set("SOUK_HOME").or_else(|| set("HOME").map(|home| home.join(".souk")));
		home.map(|home| home.join("keys")).ok_or(CustodyError::NoHome)
	}

	/// The keystore in `dir`. The directory is made with the first key.
	pub fn open(dir: impl Into<PathBuf>) -> Self {
		Self { dir: dir.into() }
	}

	/// Where the files are.
	pub fn dir(&self) -> &Path {
		&self.dir
	}

	/// Makes a key and returns its mnemonic of 12 words, which is nowhere else: whoever loses the file needs it.
	///
	/// Errors: an invalid name, a name that is taken, an empty password, the file system.
	pub fn create(&self, name: &str, password: &str) -> Result<Zeroizing<String>, CustodyError> {
		let (_, mnemonic, _) = sr25519::Pair::generate_with_phrase(None);
		let mnemonic = Zeroizing::new(mnemonic);
		self.import(name, password, &mnemonic)?;
		Ok(mnemonic)
	}

	/// Stores a secret uri: a mnemonic, a seed in hex, or a development uri like `//Alice`.
	///
	/// Errors: as [`Keystore::create`], and [`CustodyError::InvalidSecret`].
	pub fn import(&self, name: &str, password: &str, uri: &str) -> Result<KeyInfo, CustodyError> {
		let path = self.path(name)?;
		if password.is_empty() {
			return Err(CustodyError::EmptyPassword);
		}
		let uri = canonical(uri);
		let account = Account::from_uri(&uri)?;
		if path.exists() {
			return Err(CustodyError::AlreadyExists { name: name.into(), dir: self.dir.clone() });
		}
		let file = KeyFile {
			version: VERSION,
			name: name.into(),
			address: account.ss58(),
			public_key: format!("0x{}", hex::encode(account.id())),
			secret: sealed::seal(password, &account.id(), uri.as_bytes()),
		};
		let text = serde_json::to_string_pretty(&file).map_err(|e| bad(&path, e.to_string()))?;
		self.write_new(name, &path, text.as_bytes())?;
		Ok(info(name, account.id()))
	}

	/// The public parts of all keys, by name. Files that are no keys are left out.
	///
	/// Errors: the file system. A directory that does not exist is an empty keystore.
	pub fn list(&self) -> Result<Vec<KeyInfo>, CustodyError> {
		let entries = match fs::read_dir(&self.dir) {
			Ok(entries) => entries,
			Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
			Err(source) => return Err(io("read", &self.dir, source)),
		};
		let mut keys = Vec::new();
		for entry in entries {
			let path = entry.map_err(|e| io("read", &self.dir, e))?.path();
			if path.extension().is_none_or(|e| e != EXTENSION) {
				continue;
			}
			if let Some(key) = path.file_stem().and_then(|s| s.to_str()).and_then(|name| self.show(name).ok())
			{
				keys.push(key);
			}
		}
		keys.sort_by(|a, b| a.name.cmp(&b.name));
		Ok(keys)
	}

	/// The public part of one key.
	///
	/// Errors: [`CustodyError::NotFound`], [`CustodyError::BadFile`].
	pub fn show(&self, name: &str) -> Result<KeyInfo, CustodyError> {
		let (_, account) = self.read(name)?;
		Ok(info(name, account))
	}

	/// Decrypts a key.
	///
	/// Errors: [`CustodyError::NotFound`], [`CustodyError::BadFile`], [`CustodyError::WrongPassword`].
	pub fn unlock(&self, name: &str, password: &str) -> Result<Account, CustodyError> {
		let (file, account) = self.read(name)?;
		let secret = sealed::open(password, &account, &file.secret).map_err(|e| match e {
			OpenError::Wrong => CustodyError::WrongPassword { name: name.into() },
			OpenError::Unsupported(reason) => CustodyError::BadFile { path: self.file(name), reason },
		})?;
		let uri = std::str::from_utf8(&secret).map_err(|_| CustodyError::InvalidSecret)?;
		let opened = Account::from_uri(uri)?;
		if opened.id() != account {
			return Err(bad(&self.file(name), "its secret is not that of its address".into()));
		}
		Ok(opened)
	}

	fn read(&self, name: &str) -> Result<(KeyFile, AccountId), CustodyError> {
		let path = self.path(name)?;
		let text = fs::read_to_string(&path).map_err(|e| match e.kind() {
			std::io::ErrorKind::NotFound => {
				CustodyError::NotFound { name: name.into(), dir: self.dir.clone() }
			}
			_ => io("read", &path, e),
		})?;
		let file: KeyFile = serde_json::from_str(&text).map_err(|e| bad(&path, e.to_string()))?;
		if file.version != VERSION {
			return Err(bad(&path, format!("its version is {}, this program reads {VERSION}", file.version)));
		}
		let account = parse_account(&file.public_key).map_err(|e| bad(&path, e.to_string()))?;
		if format_account(&account) != file.address {
			return Err(bad(&path, "its address is not that of its public key".into()));
		}
		Ok((file, account))
	}

	fn file(&self, name: &str) -> PathBuf {
		self.dir.join(format!("{name}.{EXTENSION}"))
	}

	fn path(&self, name: &str) -> Result<PathBuf, CustodyError> {
		let fits = (1..=64).contains(&name.len());
		if !fits || !name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_') {
			return Err(CustodyError::InvalidName { name: name.into() });
		}
		Ok(self.file(name))
	}

	/// Writes beside the target and links it into place: a file is there whole or not at all, and none is replaced.
	fn write_new(&self, name: &str, path: &Path, bytes: &[u8]) -> Result<(), CustodyError> {
		make_private_dir(&self.dir).map_err(|e| io("make", &self.dir, e))?;
		let partial = self.dir.join(format!(".{name}.{}.partial", rand::random::<u64>()));
		let written = create_private(&partial)
			.and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()))
			.map_err(|e| io("write", &partial, e))
			.and_then(|()| {
				fs::hard_link(&partial, path).map_err(|e| match e.kind() {
					std::io::ErrorKind::AlreadyExists => {
						CustodyError::AlreadyExists { name: name.into(), dir: self.dir.clone() }
					}
					_ => io("write", path, e),
				})
			});
		// What is left of a failed attempt is no use to anybody, and removing it is all that can be done.
		let _ = fs::remove_file(&partial);
		written
	}
}

fn info(name: &str, account: AccountId) -> KeyInfo {
	KeyInfo {
		name: name.into(),
		address: format_account(&account),
		public_key: format!("0x{}", hex::encode(account)),
		account,
	}
}

fn io(action: &'static str, path: &Path, source: std::io::Error) -> CustodyError {
	CustodyError::Io { action, path: path.into(), source }
}

fn bad(path: &Path, reason: String) -> CustodyError {
	CustodyError::BadFile { path: path.into(), reason }
}

#[cfg(unix)]
fn make_private_dir(dir: &Path) -> std::io::Result<()> {
	use std::os::unix::fs::DirBuilderExt;
	fs::DirBuilder::new().recursive(true).mode(0o700).create(dir)
}

#[cfg(unix)]
fn create_private(path: &Path) -> std::io::Result<fs::File> {
	use std::os::unix::fs::OpenOptionsExt;
	fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)
}

#[cfg(not(unix))]
fn make_private_dir(dir: &Path) -> std::io::Result<()> {
	fs::create_dir_all(dir)
}

#[cfg(not(unix))]
fn create_private(path: &Path) -> std::io::Result<fs::File> {
	fs::OpenOptions::new().write(true).create_new(true).open(path)
}

#[cfg(test)]
mod tests {
	use super::*;

	fn store() -> (tempfile::TempDir, Keystore) {
		let dir = tempfile::tempdir().unwrap();
		let store = Keystore::open(dir.path().join("keys"));
		(dir, store)
	}

	#[test]
	fn a_key_that_was_made_unlocks_and_its_mnemonic_restores_it() {
		let (_dir, store) = store();
		assert_eq!(store.list().unwrap(), []);
		let mnemonic = store.create("alice", "secret").unwrap();
		assert_eq!(mnemonic.split(' ').count(), 12);
		let account = store.unlock("alice", "secret").unwrap();
		assert_eq!(account.id(), Account::from_uri(&mnemonic).unwrap().id());
		let shown = store.show("alice").unwrap();
		assert_eq!((shown.address, shown.account), (account.ss58(), account.id()));
		let text = fs::read_to_string(store.file("alice")).unwrap();
		assert!(
			mnemonic.split(' ').filter(|word| text.contains(*word)).count() < 3,
			"the words are not in the file"
		);
	}

	#[test]
	fn keys_are_listed_by_name_and_other_files_are_not() {
		let (_dir, store) = store();
		store.import("bob", "b", "//Bob").unwrap();
		store.import("alice", "a", "//Alice").unwrap();
		fs::write(store.dir().join("notes.json"), "{}").unwrap();
		fs::write(store.dir().join("readme.txt"), "").unwrap();
		let names: Vec<_> = store.list().unwrap().into_iter().map(|k| k.name).collect();
		assert_eq!(names, ["alice", "bob"]);
	}

	#[test]
	fn mistakes_are_named() {
		let (_dir, store) = store();
		store.import("alice", "a", "//Alice").unwrap();
		assert!(matches!(store.unlock("alice", "b"), Err(CustodyError::WrongPassword { .. })));
		assert!(matches!(store.unlock("bob", "b"), Err(CustodyError::NotFound { .. })));
		assert!(matches!(store.import("alice", "a", "//Bob"), Err(CustodyError::AlreadyExists { .. })));
		assert!(matches!(store.import("carol", "", "//Bob"), Err(CustodyError::EmptyPassword)));
		assert!(matches!(store.import("carol", "c", "no secret"), Err(CustodyError::InvalidSecret)));
		for name in ["", "../alice", "a b", "a.b", &"a".repeat(65)] {
			assert!(matches!(store.create(name, "p"), Err(CustodyError::InvalidName { .. })), "{name:?}");
		}
	}

	#[test]
	fn an_exchanged_public_key_is_noticed() {
		let (_dir, store) = store();
		store.import("alice", "a", "//Alice").unwrap();
		let bob = Account::from_uri("//Bob").unwrap();
		let mut file: serde_json::Value =
			serde_json::from_str(&fs::read_to_string(store.file("alice")).unwrap()).unwrap();
		file["public_key"] = format!("0x{}", hex::encode(bob.id())).into();
		fs::write(store.file("alice"), file.to_string()).unwrap();
		assert!(matches!(store.show("alice"), Err(CustodyError::BadFile { .. })));
		file["address"] = bob.ss58().into();
		fs::write(store.file("alice"), file.to_string()).unwrap();
		assert!(matches!(store.unlock("alice", "a"), Err(CustodyError::WrongPassword { .. })));
	}

	#[cfg(unix)]
	#[test]
	fn only_the_owner_reads_a_key() {
		use std::os::unix::fs::PermissionsExt;
		let (_dir, store) = store();
		store.import("alice", "a", "//Alice").unwrap();
		let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
		assert_eq!(mode(&store.file("alice")), 0o600);
		assert_eq!(mode(store.dir()), 0o700);
		let left: Vec<_> = fs::read_dir(store.dir()).unwrap().collect();
		assert_eq!(left.len(), 1, "nothing is left behind");
	}
}
