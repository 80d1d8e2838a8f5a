//! Where purchases are on disk.
//!
//! ```text
//! <root>/<genesis>/<buyer>/<listing>-<period>/purchase.json   the record, replaced whole
//!                                             lock            held by the process that is at it
//!                                             sealed, leaves  the download, until the file is written
//! ```

use super::record::Record;
use crate::{error::SdkError, types::ListingId, types::Period, Digest};
use souk_custody::AccountId;
use std::{
	fs::{self, File, TryLockError},
	io::Write as _,
	path::{Path, PathBuf},
};

/// One account's purchases on one chain.
#[derive(Clone, Debug)]
pub(crate) struct Shelf {
	dir: PathBuf,
	genesis: Digest,
	buyer: AccountId,
}

/// The directory of one purchase, which no other process is at while this lives.
#[derive(Debug)]
pub(crate) struct Folder {
	dir: PathBuf,
	_lock: File,
}

impl Shelf {
	pub fn new(root: &Path, genesis: Digest, buyer: AccountId) -> Self {
		Self { dir: root.join(hex::encode(genesis)).join(hex::encode(buyer)), genesis, buyer }
	}

	/// The records of all purchases, by listing and period.
	///
	/// Errors: [`SdkError::File`], [`SdkError::BadRecord`].
	pub fn records(&self) -> Result<Vec<Record>, SdkError> {
		let entries = match fs::read_dir(&self.dir) {
			Ok(entries) => entries,
			Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
			Err(error) => return Err(file_error("read", &self.dir)(error)),
		};
		let mut records = Vec::new();
		for entry in entries {
			let path = entry.map_err(file_error("read", &self.dir))?.path();
			records.extend(self.read(&record_path(&path))?);
		}
		records.sort_by_key(|record| (record.wanted.listing, record.wanted.period));
		Ok(records)
	}

	/// Opens, or makes, the directory of one purchase. With its record, where there is one.
	///
	/// Errors: [`SdkError::PurchaseBusy`], [`SdkError::File`], [`SdkError::BadRecord`].
	pub fn open(&self, listing: ListingId, period: Period) -> Result<(Folder, Option<Record>), SdkError> {
		let dir = self.dir.join(format!("{listing}-{period}"));
		fs::create_dir_all(&dir).map_err(file_error("create", &dir))?;
		let path = dir.join("lock");
		let lock = File::options()
			.write(true)
			.create(true)
			.truncate(false)
			.open(&path)
			.map_err(file_error("create", &path))?;
		match lock.try_lock() {
			Ok(()) => {}
			Err(TryLockError::WouldBlock) => return Err(SdkError::PurchaseBusy { path: dir }),
			Err(TryLockError::Error(error)) => return Err(file_error("lock", &path)(error)),
		}
		let record = self.read(&record_path(&dir))?;
		Ok((Folder { dir, _lock: lock }, record))
	}

	fn read(&self, path: &Path) -> Result<Option<Record>, SdkError> {
		let bad = |reason: String| SdkError::BadRecord { path: path.into(), reason };
		let text = match fs::read(path) {
			Ok(text) => text,
			Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
			Err(error) => return Err(file_error("read", path)(error)),
		};
		let record: Record = serde_json::from_slice(&text).map_err(|error| bad(error.to_string()))?;
		match record.objection(&self.genesis, &self.buyer) {
			Some(objection) => Err(bad(objection.into())),
			None => Ok(Some(record)),
		}
	}
}

impl Folder {
	/// Where the sealed chunks are.
	pub fn sealed(&self) -> PathBuf {
		self.dir.join("sealed")
	}

	/// Where the content leaves are.
	pub fn leaves(&self) -> PathBuf {
		self.dir.join("leaves")
	}

	/// Replaces the record: it is on the disk when this returns, whatever happens then.
	///
	/// Errors: [`SdkError::File`].
	pub fn keep(&self, record: &Record) -> Result<(), SdkError> {
		let path = record_path(&self.dir);
		let text = serde_json::to_vec_pretty(record).expect("a record has string keys and no maps");
		replace(&path, |file| file.write_all(&text))
	}

	/// Removes the download, which is of no more use.
	///
	/// Errors: [`SdkError::File`].
	pub fn clear(&self) -> Result<(), SdkError> {
		for path in [self.sealed(), self.leaves()] {
			match fs::remove_file(&path) {
				Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
					return Err(file_error("remove", &path)(error))
				}
				_ => {}
			}
		}
		Ok(())
	}
}

/// Writes a file beside `path` and moves it there, so that it is whole or not at all; on the disk when this returns.
///
/// Errors: [`SdkError::File`].
pub(crate) fn replace(
	path: &Path,
	write: impl FnOnce(&mut File) -> std::io::Result<()>,
) -> Result<(), SdkError> {
	let dir = path.parent().filter(|dir| !dir.as_os_str().is_empty()).unwrap_or(Path::new("."));
	let written = (|| {
		let mut file = tempfile::Builder::new().prefix(".souk-").suffix(".partial").tempfile_in(dir)?;
		write(file.as_file_mut())?;
		file.as_file().sync_all()?;
		file.persist(path)?;
		// The name as well.
		File::open(dir)?.sync_all()
	})();
	written.map_err(file_error("write", path))
}

pub(crate) fn file_error<'a>(
	action: &'static str,
	path: &'a Path,
) -> impl Fn(std::io::Error) -> SdkError + 'a {
	move |source| SdkError::File { action, path: path.into(), source }
}

fn record_path(dir: &Path) -> PathBuf {
	dir.join("purchase.json")
}

/// Bytes as hexadecimal digits.
pub(crate) mod hexadecimal {
	use serde::{de::Error as _, Deserialize as _, Deserializer, Serializer};

	pub fn serialize<S: Serializer, const N: usize>(bytes: &[u8; N], s: S) -> Result<S::Ok, S::Error> {
		s.serialize_str(&hex::encode(bytes))
	}

	pub fn deserialize<'de, D: Deserializer<'de>, const N: usize>(d: D) -> Result<[u8; N], D::Error> {
		let text = String::deserialize(d)?;
		let mut bytes = [0; N];
		hex::decode_to_slice(text, &mut bytes).map_err(D::Error::custom)?;
		Ok(bytes)
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::purchase::{
		record::{Delivered, Moment, Ordered},
		sealed::Wanted,
	};

	const GENESIS: Digest = [7; 32];
	const BUYER: AccountId = [8; 32];

	fn wanted(period: Period) -> Wanted {
		Wanted {
			listing: 3,
			period,
			content_root: [1; 32],
			cipher_root: [2; 32],
			key_commitment: [3; 32],
			bytes: 4,
			chunks: 1,
		}
	}

	fn record(period: Period) -> Record {
		let at = Moment { block: 5, time: Some(6) };
		Record {
			order_until: Some(9),
			order: Some(Ordered { id: 4, at, fee: Some(10) }),
			delivery: Some(Delivered {
				at: Moment { block: 7, time: None },
				by: [1; 32],
				era: 2,
				ephemeral: [3; 64],
				ciphertext: [4; 32],
				proof_id: [5; 32],
			}),
			..Record::new(GENESIS, BUYER, wanted(period), 1)
		}
	}

	#[test]
	fn a_record_is_what_was_kept() {
		let root = tempfile::tempdir().unwrap();
		let shelf = Shelf::new(root.path(), GENESIS, BUYER);
		assert_eq!(shelf.records().unwrap(), []);
		let (folder, none) = shelf.open(3, 1_000).unwrap();
		assert_eq!(none, None);
		folder.keep(&Record::new(GENESIS, BUYER, wanted(1_000), 0)).unwrap();
		folder.keep(&record(1_000)).unwrap();
		drop(folder);
		assert_eq!(shelf.open(3, 1_000).unwrap().1, Some(record(1_000)));
		shelf.open(3, 900).unwrap().0.keep(&record(900)).unwrap();
		assert_eq!(shelf.records().unwrap(), [record(900), record(1_000)]);
		assert_eq!(Shelf::new(root.path(), GENESIS, [9; 32]).records().unwrap(), []);
	}

	#[test]
	fn only_one_is_at_a_purchase_at_a_time() {
		let root = tempfile::tempdir().unwrap();
		let shelf = Shelf::new(root.path(), GENESIS, BUYER);
		let first = shelf.open(3, 1_000).unwrap();
		assert!(matches!(shelf.open(3, 1_000), Err(SdkError::PurchaseBusy { .. })));
		shelf.open(3, 1_001).unwrap();
		drop(first);
		shelf.open(3, 1_000).unwrap();
	}

	#[test]
	fn what_is_no_record_of_this_account_is_refused() {
		let root = tempfile::tempdir().unwrap();
		let shelf = Shelf::new(root.path(), GENESIS, BUYER);
		let (folder, _) = shelf.open(3, 1_000).unwrap();
		for record in
			[Record { buyer: [9; 32], ..record(1_000) }, Record { genesis: [9; 32], ..record(1_000) }]
		{
			folder.keep(&record).unwrap();
			assert!(matches!(shelf.records(), Err(SdkError::BadRecord { .. })));
		}
		fs::write(record_path(&folder.dir), "{}").unwrap();
		let refused = shelf.records().unwrap_err().to_string();
		assert!(refused.contains("purchase.json") && refused.contains("move it away"), "{refused}");
	}

	#[test]
	fn a_file_is_replaced_whole_or_not_at_all() {
		let root = tempfile::tempdir().unwrap();
		let path = root.path().join("file");
		replace(&path, |file| file.write_all(b"first")).unwrap();
		let failed = replace(&path, |file| {
			file.write_all(b"sec")?;
			Err(std::io::Error::other("disk full"))
		});
		assert!(failed.unwrap_err().to_string().contains("disk full"));
		assert_eq!(fs::read(&path).unwrap(), b"first");
		assert_eq!(fs::read_dir(root.path()).unwrap().count(), 1, "nothing is left behind");
	}
}
