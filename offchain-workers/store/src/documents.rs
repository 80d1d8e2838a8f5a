//! Documents about listings, kept because whoever published them may be gone.

use crate::{
	database::{Database, Durability},
	StoreError,
};
use rusqlite::{params, OptionalExtension};
use souk_protocol::Digest;
use std::path::Path;

const MIGRATIONS: &[&str] = &["
	CREATE TABLE documents (listing INTEGER PRIMARY KEY, hash BLOB NOT NULL, document BLOB NOT NULL) STRICT;
"];

/// The metadata document of each listing that a node keeps. What its hash is over, and whether it is the right one, the
/// caller knows.
pub struct DocumentStore {
	database: Database,
}

impl DocumentStore {
	/// Opens the store in `dir`, which is created where it does not exist.
	///
	/// # Errors
	/// [`StoreError::InUse`] while another process has it open, [`StoreError::NewerSchema`], and those of the disk.
	pub fn open(dir: &Path) -> Result<Self, StoreError> {
		Ok(Self { database: Database::open(dir, "documents", MIGRATIONS, Durability::Full)? })
	}

	/// Keeps a listing's document in place of the one before.
	///
	/// # Errors
	/// Those of the disk.
	pub fn put(&self, listing: u32, hash: &Digest, document: &[u8]) -> Result<(), StoreError> {
		self.database.write(|t| {
			t.execute(
				"REPLACE INTO documents (listing, hash, document) VALUES (?1, ?2, ?3)",
				params![listing, hash, document],
			)?;
			Ok(())
		})
	}

	/// The listing's document, if the one with this hash is here.
	///
	/// # Errors
	/// Those of the disk.
	pub fn get(&self, listing: u32, hash: &Digest) -> Result<Option<Vec<u8>>, StoreError> {
		self.database.read(|t| {
			let mut query =
				t.prepare_cached("SELECT document FROM documents WHERE listing = ?1 AND hash = ?2")?;
			Ok(query.query_row(params![listing, hash], |row| row.get(0)).optional()?)
		})
	}

	/// The listings that have a document here, in order.
	///
	/// # Errors
	/// Those of the disk.
	pub fn listings(&self) -> Result<Vec<u32>, StoreError> {
		self.database.read(|t| {
			let mut query = t.prepare_cached("SELECT listing FROM documents ORDER BY listing")?;
			let listings = query.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
			Ok(listings)
		})
	}

	/// Removes a listing's document and returns whether there was one.
	///
	/// # Errors
	/// Those of the disk.
	pub fn remove(&self, listing: u32) -> Result<bool, StoreError> {
		self.database
			.write(|t| Ok(t.execute("DELETE FROM documents WHERE listing = ?1", params![listing])? > 0))
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn a_document_is_found_by_its_hash_and_survives_reopening_until_another_takes_its_place() {
		let dir = tempfile::tempdir().unwrap();
		let store = DocumentStore::open(dir.path()).unwrap();
		store.put(7, &[1; 32], b"first").unwrap();
		store.put(3, &[3; 32], b"another listing's").unwrap();
		drop(store);
		let store = DocumentStore::open(dir.path()).unwrap();
		assert_eq!(store.get(7, &[1; 32]).unwrap().as_deref(), Some(&b"first"[..]));
		store.put(7, &[2; 32], b"second").unwrap();
		assert_eq!(store.get(7, &[1; 32]).unwrap(), None);
		assert_eq!(store.get(7, &[2; 32]).unwrap().as_deref(), Some(&b"second"[..]));
		assert_eq!(store.get(8, &[2; 32]).unwrap(), None);
		assert_eq!(store.listings().unwrap(), [3, 7]);
		assert!(store.remove(7).unwrap() && !store.remove(7).unwrap());
		assert_eq!(store.listings().unwrap(), [3]);
	}
}
