//! Evidence of disputes that was left at a node, and the keys that were left with it, until the chain forgets the case.

use crate::{
	database::{from_sql, Database, Durability, Fault},
	StoreError,
};
use rusqlite::{params, OptionalExtension, Row, Transaction};
use souk_protocol::{
	evidence::{Contents, Envelope, HeldEnvelope, SignedReadingKey, ENVELOPE_BYTES},
	AccountId, Digest,
};
use std::path::Path;

const MIGRATIONS: &[&str] = &["
	CREATE TABLE objects (
		case_id INTEGER NOT NULL, evidence BLOB NOT NULL, bytes BLOB NOT NULL, PRIMARY KEY (case_id, evidence)
	) STRICT;
	CREATE TABLE envelopes (
		case_id INTEGER NOT NULL, evidence BLOB NOT NULL, recipient BLOB NOT NULL, author BLOB NOT NULL, reading_key BLOB NOT NULL,
		sealed BLOB NOT NULL, PRIMARY KEY (case_id, evidence, recipient, author)
	) STRICT, WITHOUT ROWID;
	CREATE TABLE reading_keys (
		case_id INTEGER NOT NULL, account BLOB NOT NULL, signed BLOB NOT NULL, PRIMARY KEY (case_id, account)
	) STRICT, WITHOUT ROWID;
"];

/// What became of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
	/// It is there, now or since before.
	Kept,
	/// There is no room for it.
	Full,
}

/// The mailbox of a node. What was written is on the disk when a call returns.
pub struct MailboxStore {
	database: Database,
	most_bytes: u64,
}

impl MailboxStore {
	/// Opens the store in `dir`, which is created where it does not exist. Objects take `most_bytes` at most, together.
	///
	/// # Errors
	/// [`StoreError::InUse`] while another process has it open, [`StoreError::NewerSchema`], and those of the disk.
	pub fn open(dir: &Path, most_bytes: u64) -> Result<Self, StoreError> {
		Ok(Self { database: Database::open(dir, "mailbox", MIGRATIONS, Durability::Full)?, most_bytes })
	}

	/// Keeps an object of a case.
	///
	/// # Errors
	/// Those of the disk.
	pub fn put(&self, case: u64, evidence: &Digest, bytes: &[u8]) -> Result<Kept, StoreError> {
		self.database.write(|t| {
			if has(t, case, evidence)? {
				return Ok(Kept::Kept);
			}
			let held: i64 =
				t.query_row("SELECT coalesce(sum(length(bytes)), 0) FROM objects", [], |row| row.get(0))?;
			if from_sql(held).saturating_add(bytes.len() as u64) > self.most_bytes {
				return Ok(Kept::Full);
			}
			t.execute("INSERT INTO objects VALUES (?1, ?2, ?3)", params![key(case), evidence, bytes])?;
			Ok(Kept::Kept)
		})
	}

	/// Whether an object of a case is there.
	///
	/// # Errors
	/// Those of the disk.
	pub fn has(&self, case: u64, evidence: &Digest) -> Result<bool, StoreError> {
		self.database.read(|t| has(t, case, evidence))
	}

	/// An object of a case.
	///
	/// # Errors
	/// Those of the disk.
	pub fn get(&self, case: u64, evidence: &Digest) -> Result<Option<Vec<u8>>, StoreError> {
		self.database.read(|t| {
			let mut query =
				t.prepare_cached("SELECT bytes FROM objects WHERE case_id = ?1 AND evidence = ?2")?;
			Ok(query.query_row(params![key(case), evidence], |row| row.get(0)).optional()?)
		})
	}

	/// Keeps envelopes that `author` has left, each instead of an earlier one of the same author for the same reader. Of those who are not
	/// a `side` of the case, a reader gets `most` envelopes of each piece of evidence: what is beyond that is not kept. Of a side's there is
	/// always room for its one.
	///
	/// # Errors
	/// Those of the disk.
	pub fn put_envelopes(
		&self,
		case: u64,
		author: &AccountId,
		sides: &[AccountId],
		most: u32,
		envelopes: &[Envelope],
	) -> Result<(), StoreError> {
		self.database.write(|t| {
			for envelope in envelopes {
				let Envelope { evidence, recipient, key: to, sealed } = envelope;
				if !sides.contains(author)
					&& others(t, case, envelope, author, sides)?
						>= usize::try_from(most).unwrap_or(usize::MAX)
				{
					continue;
				}
				t.execute(
					"REPLACE INTO envelopes VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
					params![key(case), evidence, recipient, author, to, sealed],
				)?;
			}
			Ok(())
		})
	}

	/// Keeps where a side of a case reads; its signature was checked.
	///
	/// # Errors
	/// Those of the disk.
	pub fn put_key(&self, signed: &SignedReadingKey) -> Result<(), StoreError> {
		self.database.write(|t| {
			t.execute(
				"REPLACE INTO reading_keys VALUES (?1, ?2, ?3)",
				params![key(signed.reading.case), signed.reading.account, signed.to_bytes()],
			)?;
			Ok(())
		})
	}

	/// Where the sides of a case read, as far as they have said so.
	///
	/// # Errors
	/// Those of the disk.
	pub fn keys(&self, case: u64) -> Result<Vec<SignedReadingKey>, StoreError> {
		self.database.read(|t| self.keys_in(t, case))
	}

	/// What there is of a case for `reader`; of the list of envelopes `most` at most.
	///
	/// # Errors
	/// Those of the disk.
	pub fn contents(&self, case: u64, reader: &AccountId, most: u32) -> Result<Contents, StoreError> {
		self.database.read(|t| {
			let objects = t
				.prepare_cached("SELECT evidence FROM objects WHERE case_id = ?1")?
				.query_map(params![key(case)], |row| row.get(0))?
				.collect::<Result<_, _>>()?;
			let mine = t
				.prepare_cached(
					"SELECT evidence, recipient, reading_key, sealed FROM envelopes WHERE case_id = ?1 AND recipient = ?2",
				)?
				.query_map(params![key(case), reader], envelope)?
				.collect::<Result<_, _>>()?;
			let envelopes = t
				.prepare_cached(
					"SELECT evidence, recipient, reading_key, author FROM envelopes WHERE case_id = ?1 LIMIT ?2",
				)?
				.query_map(params![key(case), most], |row| {
					let (evidence, recipient) = (row.get(0)?, row.get(1)?);
					Ok(HeldEnvelope { evidence, recipient, key: row.get(2)?, author: row.get(3)? })
				})?
				.collect::<Result<_, _>>()?;
			Ok(Contents { objects, keys: self.keys_in(t, case)?, mine, envelopes })
		})
	}

	/// The cases of which there is something.
	///
	/// # Errors
	/// Those of the disk.
	pub fn cases(&self) -> Result<Vec<u64>, StoreError> {
		self.database.read(|t| {
			let mut query = t.prepare_cached(
				"SELECT case_id FROM objects UNION SELECT case_id FROM envelopes UNION SELECT case_id FROM reading_keys",
			)?;
			let cases = query.query_map([], |row| row.get(0).map(i64::cast_unsigned))?;
			Ok(cases.collect::<Result<_, _>>()?)
		})
	}

	/// Forgets all of a case.
	///
	/// # Errors
	/// Those of the disk.
	pub fn forget(&self, case: u64) -> Result<(), StoreError> {
		self.database.write(|t| {
			for table in ["objects", "envelopes", "reading_keys"] {
				t.execute(&format!("DELETE FROM {table} WHERE case_id = ?1"), params![key(case)])?;
			}
			Ok(())
		})
	}

	/// Bytes of all objects.
	///
	/// # Errors
	/// Those of the disk.
	pub fn bytes(&self) -> Result<u64, StoreError> {
		self.database.read(|t| {
			let sum = "SELECT coalesce(sum(length(bytes)), 0) FROM objects";
			Ok(from_sql(t.query_row(sum, [], |row| row.get(0))?))
		})
	}

	fn keys_in(&self, t: &Transaction<'_>, case: u64) -> Result<Vec<SignedReadingKey>, Fault> {
		let mut query = t.prepare_cached("SELECT signed FROM reading_keys WHERE case_id = ?1")?;
		let mut rows = query.query(params![key(case)])?;
		let mut keys = Vec::new();
		while let Some(row) = rows.next()? {
			let bytes: Vec<u8> = row.get(0)?;
			let signed = SignedReadingKey::parse(&bytes)
				.map_err(|_| self.database.corrupt("reading key", hex::encode(&bytes)))?;
			keys.push(signed);
		}
		Ok(keys)
	}
}

fn has(t: &Transaction<'_>, case: u64, evidence: &Digest) -> Result<bool, Fault> {
	let mut query = t.prepare_cached("SELECT 1 FROM objects WHERE case_id = ?1 AND evidence = ?2")?;
	Ok(query.exists(params![key(case), evidence])?)
}

/// How many there are already for the same reader, of others who are not sides either.
fn others(
	t: &Transaction<'_>,
	case: u64,
	envelope: &Envelope,
	author: &AccountId,
	sides: &[AccountId],
) -> Result<usize, Fault> {
	let mut query = t.prepare_cached(
		"SELECT author FROM envelopes WHERE case_id = ?1 AND evidence = ?2 AND recipient = ?3",
	)?;
	let authors: Vec<AccountId> = query
		.query_map(params![key(case), envelope.evidence, envelope.recipient], |row| row.get(0))?
		.collect::<Result<_, _>>()?;
	Ok(authors.iter().filter(|other| *other != author && !sides.contains(other)).count())
}

fn envelope(row: &Row<'_>) -> rusqlite::Result<Envelope> {
	let sealed: [u8; ENVELOPE_BYTES] = row.get(3)?;
	Ok(Envelope { evidence: row.get(0)?, recipient: row.get(1)?, key: row.get(2)?, sealed })
}

/// SQLite's whole numbers have a sign; the same bits name the same case.
fn key(case: u64) -> i64 {
	case.cast_signed()
}

#[cfg(test)]
mod tests {
	use super::*;
	use souk_protocol::evidence::ReadingKey;

	const BUYER: AccountId = [1; 32];
	const SELLER: AccountId = [2; 32];
	const SIDES: [AccountId; 2] = [BUYER, SELLER];
	const READER: AccountId = [9; 32];

	fn for_reader(mark: u8) -> Envelope {
		Envelope { evidence: [7; 32], recipient: READER, key: [8; 32], sealed: [mark; ENVELOPE_BYTES] }
	}

	fn reading(case: u64, account: AccountId, key: u8) -> SignedReadingKey {
		let reading = ReadingKey { genesis: [0; 32], case, account, key: [key; 32] };
		SignedReadingKey { reading, signature: [key; 64] }
	}

	#[test]
	fn a_case_survives_reopening_until_it_is_forgotten() {
		let dir = tempfile::tempdir().unwrap();
		let store = MailboxStore::open(dir.path(), 1000).unwrap();
		for case in [3, u64::MAX] {
			assert_eq!(store.put(case, &[7; 32], b"sealed").unwrap(), Kept::Kept);
			store.put_envelopes(case, &BUYER, &SIDES, 3, &[for_reader(1)]).unwrap();
			store.put_key(&reading(case, SELLER, 5)).unwrap();
			store.put_key(&reading(case, SELLER, 6)).unwrap();
		}
		drop(store);
		let store = MailboxStore::open(dir.path(), 1000).unwrap();
		assert_eq!(store.get(3, &[7; 32]).unwrap().as_deref(), Some(&b"sealed"[..]));
		assert!(store.has(3, &[7; 32]).unwrap() && !store.has(4, &[7; 32]).unwrap());
		let held = HeldEnvelope { evidence: [7; 32], recipient: READER, key: [8; 32], author: BUYER };
		let expected = |mine: &[Envelope]| Contents {
			objects: vec![[7; 32]],
			keys: vec![reading(3, SELLER, 6)],
			mine: mine.to_vec(),
			envelopes: vec![held],
		};
		assert_eq!(store.contents(3, &READER, 100).unwrap(), expected(&[for_reader(1)]));
		assert_eq!(store.contents(3, &SELLER, 100).unwrap(), expected(&[]), "another reader");
		assert_eq!(store.bytes().unwrap(), 12);
		let mut cases = store.cases().unwrap();
		cases.sort_unstable();
		assert_eq!(cases, [3, u64::MAX]);
		store.forget(3).unwrap();
		assert_eq!(store.cases().unwrap(), [u64::MAX]);
		assert_eq!(store.contents(3, &READER, 100).unwrap(), Contents::default());
	}

	#[test]
	fn there_is_room_for_so_many_bytes_and_what_is_there_takes_no_more() {
		let dir = tempfile::tempdir().unwrap();
		let store = MailboxStore::open(dir.path(), 10).unwrap();
		assert_eq!(store.put(1, &[7; 32], &[0; 6]).unwrap(), Kept::Kept);
		assert_eq!(store.put(1, &[8; 32], &[0; 5]).unwrap(), Kept::Full);
		assert_eq!(store.put(1, &[7; 32], &[0; 6]).unwrap(), Kept::Kept);
		assert_eq!(store.put(1, &[8; 32], &[0; 4]).unwrap(), Kept::Kept);
	}

	#[test]
	fn jurors_cannot_take_the_place_of_a_sides_envelope() {
		let dir = tempfile::tempdir().unwrap();
		let store = MailboxStore::open(dir.path(), 10).unwrap();
		let leave = |author: AccountId, mark| {
			store.put_envelopes(1, &author, &SIDES, 2, &[for_reader(mark)]).unwrap();
		};
		for juror in 10..14 {
			leave([juror; 32], juror);
		}
		leave(BUYER, 1);
		leave(SELLER, 2);
		// Who is there may leave a newer one.
		leave([10; 32], 20);
		leave([13; 32], 23);
		let marks: Vec<u8> =
			store.contents(1, &READER, 100).unwrap().mine.iter().map(|mine| mine.sealed[0]).collect();
		assert_eq!(marks, [1, 2, 20, 11]);
		assert_eq!(store.contents(1, &READER, 3).unwrap().envelopes.len(), 3);
	}
}
