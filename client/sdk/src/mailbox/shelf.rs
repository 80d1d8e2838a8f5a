//! Objects at home: those that were sealed here, until every mailbox has them, and those that were fetched. They are sealed, here as well.

use crate::{
	error::SdkError,
	purchase::folder::{file_error, replace},
	types::OrderId,
	Digest,
};
use souk_protocol::evidence::Object;
use std::{
	fs,
	io::Write as _,
	path::{Path, PathBuf},
};

/// A folder of objects.
#[derive(Clone, Debug)]
pub struct Shelf {
	dir: PathBuf,
}

impl Shelf {
	/// Below `dir`, for one chain.
	pub fn new(dir: &Path, genesis: &Digest) -> Self {
		Self { dir: dir.join(hex::encode(genesis)) }
	}

	fn path(&self, order: OrderId, hash: &Digest) -> PathBuf {
		self.dir.join(order.to_string()).join(format!("{}.sealed", hex::encode(hash)))
	}

	/// Keeps an object about an order. It is on the disk when this returns.
	///
	/// Errors: [`SdkError::File`].
	pub fn keep(&self, order: OrderId, bytes: &[u8]) -> Result<(), SdkError> {
		let path = self.path(order, &Object::hash(bytes));
		let dir = path.parent().unwrap_or(&self.dir);
		fs::create_dir_all(dir).map_err(file_error("create", dir))?;
		replace(&path, |file| file.write_all(bytes))
	}

	/// An object about an order; `None` where it is not here, or is not what it was.
	///
	/// Errors: [`SdkError::File`].
	pub fn object(&self, order: OrderId, hash: &Digest) -> Result<Option<Vec<u8>>, SdkError> {
		let path = self.path(order, hash);
		match fs::read(&path) {
			Ok(bytes) => Ok(Some(bytes).filter(|bytes| Object::hash(bytes) == *hash)),
			Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
			Err(error) => Err(file_error("read", &path)(error)),
		}
	}

	/// Removes all that is here about an order.
	///
	/// Errors: [`SdkError::File`].
	pub fn clear(&self, order: OrderId) -> Result<(), SdkError> {
		let dir = self.dir.join(order.to_string());
		match fs::remove_dir_all(&dir) {
			Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
				Err(file_error("remove", &dir)(error))
			}
			_ => Ok(()),
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn what_the_disk_has_changed_is_as_good_as_gone() {
		let dir = tempfile::tempdir().unwrap();
		let shelf = Shelf::new(dir.path(), &[7; 32]);
		let hash = Object::hash(b"sealed");
		assert_eq!(shelf.object(3, &hash).unwrap(), None);
		shelf.keep(3, b"sealed").unwrap();
		assert_eq!(shelf.object(3, &hash).unwrap().as_deref(), Some(&b"sealed"[..]));
		assert_eq!(shelf.object(4, &hash).unwrap(), None, "another order");
		fs::write(shelf.path(3, &hash), b"Sealed").unwrap();
		assert_eq!(shelf.object(3, &hash).unwrap(), None);
		shelf.clear(3).unwrap();
		shelf.clear(3).unwrap();
	}
}
