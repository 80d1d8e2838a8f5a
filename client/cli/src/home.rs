//! Files of the home directory: keys, and the secrets of one's own listings.
//!
//! ```text
//! ~/.souk/chain-spec.json                        the chain, unless --chain-spec names another
//! ~/.souk/keys/<name>.json                       keys, encrypted by password (souk-custody)
//! ~/.souk/listings/<genesis>/<number>.json       listing secrets, encrypted to their curator's key
//! ~/.souk/purchases/<genesis>/<account>/…        purchases under way and done (souk-sdk)
//! ~/.souk/tabs/<genesis>/<tab>.json              vouchers signed for queries (souk-sdk)
//! ~/.souk/receipts/<genesis>/<order>-<side>.json receipts, in the form that is hashed
//! ~/.souk/receipts/<genesis>/tab-<tab>.json      those of tabs
//! ~/.souk/credentials/<genesis>/<order>-<kind>.json credentials, in the form that is hashed
//! ~/.souk/proving-keys/…                         keys of proofs (souk-circuits)
//! ```

use crate::failure::{at_path, Failure};
use serde::{de::DeserializeOwned, Serialize};
use souk_custody::Account;
use souk_protocol::{Digest, ListingSecret};
use souk_sdk::{
	credential::{kind_name, Credential},
	receipt::{Receipt, Side, TabReceipt},
	types::{CredentialId, TabId},
};
use std::{
	fs,
	io::Write as _,
	path::{Path, PathBuf},
};

/// The home directory.
#[derive(Clone, Debug)]
pub struct Home(PathBuf);

/// A listing's secret at rest.
#[derive(Debug, Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct SecretFile {
	/// The listing's number.
	listing: u32,
	/// Hex of the curator's account.
	curator: String,
	/// Hex of the secret, wrapped to the encryption key that is derived from the curator's key.
	wrapped: String,
}

impl Home {
	/// A home at `path`; nothing is created yet.
	pub fn at(path: impl Into<PathBuf>) -> Self {
		Self(path.into())
	}

	/// Where the chain specification is looked for.
	pub fn chain_spec(&self) -> PathBuf {
		self.0.join("chain-spec.json")
	}

	/// Where keys are.
	pub fn keys(&self) -> PathBuf {
		self.0.join("keys")
	}

	/// Where purchases are.
	pub fn purchases(&self) -> PathBuf {
		self.0.join("purchases")
	}

	/// Where an arbitrator's cases are, opened.
	pub fn cases(&self) -> PathBuf {
		self.0.join("cases")
	}

	/// Where sealed evidence is.
	pub fn evidence(&self) -> PathBuf {
		self.0.join("evidence")
	}

	/// Where the vouchers of tabs are.
	pub fn tabs(&self) -> PathBuf {
		self.0.join("tabs")
	}

	/// Where the keys of proofs are.
	pub fn proving_keys(&self) -> PathBuf {
		self.0.join("proving-keys")
	}

	fn receipts(&self) -> PathBuf {
		self.0.join("receipts")
	}

	fn receipt_path(&self, genesis: &Digest, order: u64, side: Side) -> PathBuf {
		let side = match side {
			Side::Buyer => "buyer",
			Side::Seller => "seller",
		};
		self.receipts().join(hex::encode(genesis)).join(format!("{order}-{side}.json"))
	}

	/// Keeps a receipt in the form that is hashed, instead of an earlier one of the same order.
	pub fn keep_receipt(&self, receipt: &Receipt) -> Result<PathBuf, Failure> {
		let path = self.receipt_path(&receipt.genesis, receipt.order, receipt.owner);
		write_receipt(&path, &receipt.canonical())?;
		Ok(path)
	}

	/// The receipt of a side of an order, where one was kept.
	pub fn receipt(&self, genesis: &Digest, order: u64, side: Side) -> Result<Option<Receipt>, Failure> {
		read_receipt(&self.receipt_path(genesis, order, side), Receipt::parse)
	}

	fn tab_receipt_path(&self, genesis: &Digest, tab: TabId) -> PathBuf {
		self.receipts().join(hex::encode(genesis)).join(format!("{TAB}{tab}.json"))
	}

	/// Keeps the receipt of a tab in the form that is hashed, instead of an earlier one.
	pub fn keep_tab_receipt(&self, receipt: &TabReceipt) -> Result<(), Failure> {
		write_receipt(&self.tab_receipt_path(&receipt.genesis, receipt.tab), &receipt.canonical())
	}

	/// The receipt of a tab, where one was kept.
	pub fn tab_receipt(&self, genesis: &Digest, tab: TabId) -> Result<Option<TabReceipt>, Failure> {
		read_receipt(&self.tab_receipt_path(genesis, tab), TabReceipt::parse)
	}

	/// All receipts of tabs that were kept, of all chains; by chain and tab.
	pub fn all_tab_receipts(&self) -> Result<Vec<TabReceipt>, Failure> {
		let mut receipts = self.receipts_that(true, TabReceipt::parse)?;
		receipts.sort_by_key(|receipt| (receipt.genesis, receipt.tab));
		Ok(receipts)
	}

	/// All receipts of tabs, or all others, in the order of their files.
	fn receipts_that<T>(&self, are_of_tabs: bool, parse: Parse<T>) -> Result<Vec<T>, Failure> {
		let mut receipts = Vec::new();
		for chain in entries(&self.receipts())? {
			for path in entries(&chain)? {
				let name = path.file_name().unwrap_or_default().to_string_lossy();
				if name.ends_with(".json") && name.starts_with(TAB) == are_of_tabs {
					receipts.extend(read_receipt(&path, parse)?);
				}
			}
		}
		Ok(receipts)
	}

	/// All receipts of orders that were kept, of all chains; by chain and order.
	pub fn all_receipts(&self) -> Result<Vec<Receipt>, Failure> {
		let mut receipts = self.receipts_that(false, Receipt::parse)?;
		receipts.sort_by_key(|receipt| (receipt.genesis, receipt.order, receipt.owner == Side::Seller));
		Ok(receipts)
	}

	fn credential_path(&self, genesis: &Digest, id: CredentialId) -> PathBuf {
		let name = format!("{}-{}.json", id.order, kind_name(id.kind));
		self.0.join("credentials").join(hex::encode(genesis)).join(name)
	}

	/// Keeps a credential in the form that is hashed.
	pub fn keep_credential(&self, credential: &Credential) -> Result<PathBuf, Failure> {
		let path = self.credential_path(&credential.statement.genesis, credential.statement.id);
		let dir = path.parent().unwrap_or(Path::new("."));
		fs::create_dir_all(dir).map_err(at_path("create", dir))?;
		replace(&path, 0o600, |file| file.write_all(&credential.canonical()))?;
		Ok(path)
	}

	/// A credential, where it was kept, and where.
	pub fn credential(
		&self,
		genesis: &Digest,
		id: CredentialId,
	) -> Result<Option<(Credential, PathBuf)>, Failure> {
		let path = self.credential_path(genesis, id);
		let bytes = match fs::read(&path) {
			Ok(bytes) => bytes,
			Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
			Err(error) => return Err(at_path("read", &path)(error)),
		};
		match Credential::parse(&bytes) {
			Ok(credential) => Ok(Some((credential, path))),
			Err(why) => Err(Failure::failed(format!(
				"{} is no credential any more: {why}; restore it from a backup",
				path.display()
			))),
		}
	}

	fn secret_path(&self, genesis: &Digest, listing: u32) -> PathBuf {
		self.0.join("listings").join(hex::encode(genesis)).join(format!("{listing}.json"))
	}

	/// Keeps a listing's secret, readable with the curator's key only.
	pub fn keep_secret(
		&self,
		genesis: &Digest,
		listing: u32,
		curator: &Account,
		secret: &ListingSecret,
	) -> Result<PathBuf, Failure> {
		let path = self.secret_path(genesis, listing);
		let wrapped = secret.wrap(&curator.encryption_secret().public(), listing).map_err(|error| {
			Failure::failed(format!("cannot encrypt the secret of listing {listing}: {error}"))
		})?;
		let file = SecretFile { listing, curator: hex::encode(curator.id()), wrapped: hex::encode(wrapped) };
		write_private(&path, &file)?;
		Ok(path)
	}

	/// The secret of a listing that was published from this home, or `None` where it was not.
	pub fn secret(
		&self,
		genesis: &Digest,
		listing: u32,
		curator: &Account,
	) -> Result<Option<ListingSecret>, Failure> {
		let path = self.secret_path(genesis, listing);
		let Some(file) = read_json::<SecretFile>(&path)? else { return Ok(None) };
		let other = |what: &str| {
			Failure::failed(format!(
				"{} {what}; restore it from a backup, or move it away to start a new secret",
				path.display()
			))
		};
		if file.listing != listing || file.curator != hex::encode(curator.id()) {
			return Err(other("belongs to another listing or account"));
		}
		let wrapped = hex::decode(&file.wrapped).map_err(|_| other("is damaged"))?;
		ListingSecret::unwrap(&wrapped, &curator.encryption_secret(), listing)
			.map(Some)
			.map_err(|_| other("does not open with this account's key"))
	}
}

/// How the file names of tabs' receipts begin.
const TAB: &str = "tab-";

/// Reads a document out of the bytes that are hashed, or says what is wrong with them.
type Parse<T> = fn(&[u8]) -> Result<T, String>;

fn write_receipt(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
	let dir = path.parent().unwrap_or(Path::new("."));
	fs::create_dir_all(dir).map_err(at_path("create", dir))?;
	replace(path, 0o600, |file| file.write_all(bytes))
}

fn read_receipt<T>(path: &Path, parse: Parse<T>) -> Result<Option<T>, Failure> {
	let bytes = match fs::read(path) {
		Ok(bytes) => bytes,
		Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
		Err(error) => return Err(at_path("read", path)(error)),
	};
	parse(&bytes).map(Some).map_err(|reason| {
		Failure::failed(format!(
			"{} is no receipt any more: {reason}; restore it from a backup",
			path.display()
		))
	})
}

/// What is in a directory, by name; nothing where there is none.
fn entries(dir: &Path) -> Result<Vec<PathBuf>, Failure> {
	let entries = match fs::read_dir(dir) {
		Ok(entries) => entries,
		Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
		Err(error) => return Err(at_path("read", dir)(error)),
	};
	let paths: Result<Vec<_>, _> = entries.map(|entry| entry.map(|entry| entry.path())).collect();
	let mut paths = paths.map_err(at_path("read", dir))?;
	paths.sort();
	Ok(paths)
}

/// Reads a JSON file; `None` where there is none.
fn read_json<T: DeserializeOwned>(path: &Path) -> Result<Option<T>, Failure> {
	let text = match fs::read(path) {
		Ok(text) => text,
		Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
		Err(error) => return Err(at_path("read", path)(error)),
	};
	serde_json::from_slice(&text).map(Some).map_err(|error| {
		Failure::failed(format!("{} is damaged: {error}; restore it from a backup", path.display()))
	})
}

/// Writes a JSON file that its owner alone can read, whole or not at all.
fn write_private(path: &Path, value: &impl Serialize) -> Result<(), Failure> {
	let text = serde_json::to_vec_pretty(value).map_err(|error| Failure::failed(error.to_string()))?;
	let dir = path.parent().unwrap_or(Path::new("."));
	fs::create_dir_all(dir).map_err(at_path("create", dir))?;
	replace(path, 0o600, |file| file.write_all(&text))
}

/// Writes a file beside `path` and moves it there, so that nobody ever sees half of it.
pub fn replace(
	path: &Path,
	mode: u32,
	write: impl FnOnce(&mut fs::File) -> std::io::Result<()>,
) -> Result<(), Failure> {
	let partial = partial_path(path);
	let result = (|| {
		let mut file = create(&partial, mode)?;
		write(&mut file)?;
		file.sync_all()?;
		fs::rename(&partial, path)
	})();
	if result.is_err() {
		// What failed is reported; a left-over would only be in the way.
		let _ = fs::remove_file(&partial);
	}
	result.map_err(at_path("write", path))
}

/// The name under which `path` is written before it is whole.
pub fn partial_path(path: &Path) -> PathBuf {
	let mut name = path.file_name().unwrap_or_default().to_owned();
	name.push(format!(".{}.partial", std::process::id()));
	path.with_file_name(name)
}

/// Creates a file under a [`partial_path`]. What is there already, a left-over or somebody's link, is not written to.
pub fn create(path: &Path, mode: u32) -> std::io::Result<fs::File> {
	match fs::remove_file(path) {
		Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
		_ => {}
	}
	let mut options = fs::OpenOptions::new();
	options.write(true).create_new(true);
	#[cfg(unix)]
	std::os::unix::fs::OpenOptionsExt::mode(&mut options, mode);
	#[cfg(not(unix))]
	let _ = mode;
	options.open(path)
}

#[cfg(test)]
mod tests {
	use super::*;

	#[cfg(unix)]
	#[test]
	fn a_link_under_the_partial_name_is_not_followed() {
		let dir = tempfile::tempdir().unwrap();
		let (theirs, ours) = (dir.path().join("theirs"), dir.path().join("ours"));
		fs::write(&theirs, "precious").unwrap();
		std::os::unix::fs::symlink(&theirs, partial_path(&ours)).unwrap();
		replace(&ours, 0o600, |file| file.write_all(b"new")).unwrap();
		assert_eq!(fs::read(&theirs).unwrap(), b"precious");
		assert_eq!(fs::read(&ours).unwrap(), b"new");
	}

	#[test]
	fn receipts_are_kept_in_the_form_that_is_hashed() {
		use crate::receipt::tests::receipt;
		let dir = tempfile::tempdir().unwrap();
		let home = Home::at(dir.path());
		assert_eq!(home.all_receipts().unwrap(), []);
		let (first, second) = (receipt(), Receipt { order: 2, owner: Side::Seller, ..receipt() });
		let path = home.keep_receipt(&first).unwrap();
		home.keep_receipt(&second).unwrap();
		assert_eq!(fs::read(&path).unwrap(), first.canonical());
		assert_eq!(home.receipt(&first.genesis, first.order, Side::Buyer).unwrap(), Some(first.clone()));
		assert_eq!(home.receipt(&first.genesis, first.order, Side::Seller).unwrap(), None);
		assert_eq!(home.all_receipts().unwrap(), [second, first]);
		let of_tab = crate::receipt::tab::tests::receipt();
		home.keep_tab_receipt(&of_tab).unwrap();
		assert_eq!(home.tab_receipt(&of_tab.genesis, of_tab.tab).unwrap(), Some(of_tab.clone()));
		assert_eq!(home.tab_receipt(&of_tab.genesis, of_tab.tab + 1).unwrap(), None);
		assert_eq!(home.all_tab_receipts().unwrap(), [of_tab]);
		assert_eq!(home.all_receipts().unwrap().len(), 2);
		fs::write(&path, "{}").unwrap();
		assert!(home.all_receipts().unwrap_err().message.contains("no receipt any more"));
	}

	#[test]
	fn a_listing_secret_opens_for_its_curator_only() {
		let dir = tempfile::tempdir().unwrap();
		let home = Home::at(dir.path());
		let (alice, bob) = (Account::from_uri("//Alice").unwrap(), Account::from_uri("//Bob").unwrap());
		let (genesis, secret) = ([7; 32], ListingSecret::generate());
		assert_eq!(home.secret(&genesis, 3, &alice).unwrap(), None);
		let path = home.keep_secret(&genesis, 3, &alice, &secret).unwrap();
		assert_eq!(home.secret(&genesis, 3, &alice).unwrap(), Some(secret.clone()));
		assert!(home.secret(&genesis, 3, &bob).unwrap_err().message.contains("another listing or account"));
		assert_eq!(home.secret(&[8; 32], 3, &alice).unwrap(), None);
		let text = fs::read_to_string(&path).unwrap();
		assert!(!text.contains(&hex::encode(secret.to_bytes())));
	}

	#[cfg(unix)]
	#[test]
	fn a_listing_secret_is_nobody_elses_to_read() {
		use std::os::unix::fs::PermissionsExt as _;
		let dir = tempfile::tempdir().unwrap();
		let alice = Account::from_uri("//Alice").unwrap();
		let path = Home::at(dir.path()).keep_secret(&[7; 32], 1, &alice, &ListingSecret::generate()).unwrap();
		assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
		let left: Vec<_> = fs::read_dir(path.parent().unwrap()).unwrap().collect();
		assert_eq!(left.len(), 1, "no partial file stays");
	}

	#[test]
	fn a_damaged_secret_says_so() {
		let dir = tempfile::tempdir().unwrap();
		let home = Home::at(dir.path());
		let alice = Account::from_uri("//Alice").unwrap();
		let path = home.keep_secret(&[7; 32], 1, &alice, &ListingSecret::generate()).unwrap();
		fs::write(&path, "{}").unwrap();
		assert!(home.secret(&[7; 32], 1, &alice).unwrap_err().message.contains("damaged"));
	}
}
