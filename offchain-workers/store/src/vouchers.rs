//! Vouchers that a node holds, and what it has answered for them: whoever is killed loses none, and is owed what it was.

use crate::{
	database::{from_sql, to_sql, Database, Durability, Fault},
	StoreError,
};
use rusqlite::{params, OptionalExtension, Row, Transaction};
use souk_protocol::voucher::{decode_voucher, encode_voucher, SignedVoucher};
use std::path::Path;

// Amounts are 16 bytes, big-endian: they compare as numbers do.
const MIGRATIONS: &[&str] = &[
	"
	CREATE TABLE tabs (
		tab INTEGER PRIMARY KEY, listing INTEGER NOT NULL, voucher BLOB NOT NULL, amount BLOB NOT NULL, served BLOB NOT NULL,
		settled BLOB NOT NULL, heard INTEGER NOT NULL, unsettled_since INTEGER NOT NULL
	) STRICT;
	CREATE TABLE free (
		listing INTEGER NOT NULL, key BLOB NOT NULL, used INTEGER NOT NULL, PRIMARY KEY (listing, key)
	) STRICT, WITHOUT ROWID;
",
	// Of what was kept before, nobody knows when its tab was there.
	"ALTER TABLE tabs ADD COLUMN seen INTEGER;",
];

/// What a node has of a tab.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HeldVoucher {
	/// The listing that the tab is for.
	pub listing: u32,
	/// The highest voucher.
	pub voucher: SignedVoucher,
	/// What the queries that were answered are worth.
	pub served: u128,
	/// What the chain had settled when it was last looked at.
	pub settled: u128,
	/// When the highest voucher came, in milliseconds since the Unix epoch.
	pub heard: u64,
	/// Since when there is something to settle, likewise.
	pub unsettled_since: u64,
	/// The number of the last finalised block in which the tab was seen, or of the newest one when a voucher came; `None` where that was not noted yet.
	pub seen: Option<u32>,
}

/// The vouchers of a node, the highest of each tab. What was written is on the disk when a call returns.
pub struct VoucherStore {
	database: Database,
}

impl VoucherStore {
	/// Opens the store in `dir`, which is created where it does not exist.
	///
	/// # Errors
	/// [`StoreError::InUse`] while another process has it open, [`StoreError::NewerSchema`], and those of the disk.
	pub fn open(dir: &Path) -> Result<Self, StoreError> {
		Ok(Self { database: Database::open(dir, "vouchers", MIGRATIONS, Durability::Full)? })
	}

	/// Keeps a voucher, where it is worth more than the one that is held. `now` is in milliseconds since the Unix epoch, `head` the number of the finalised
	/// block that has its tab.
	///
	/// # Errors
	/// Those of the disk; nothing must be answered for it then.
	pub fn keep(&self, listing: u32, voucher: &SignedVoucher, now: u64, head: u32) -> Result<(), StoreError> {
		let promise = &voucher.voucher;
		self.database.write(|t| {
			let before = self.held(t, promise.tab)?;
			if before.is_some_and(|held| held.voucher.voucher.amount >= promise.amount) {
				return Ok(());
			}
			let nothing = amount(0);
			t.execute(
				"INSERT INTO tabs VALUES (?1, ?2, ?3, ?4, ?5, ?5, ?6, ?6, ?7)
				ON CONFLICT (tab) DO UPDATE SET voucher = ?3, amount = ?4, heard = ?6, seen = max(coalesce(seen, 0), ?7),
				unsettled_since = CASE WHEN settled < amount THEN unsettled_since ELSE ?6 END",
				params![
					key(promise.tab),
					listing,
					encode_voucher(voucher),
					amount(promise.amount),
					nothing,
					to_sql(now),
					head
				],
			)?;
			Ok(())
		})
	}

	/// What is held of a tab.
	///
	/// # Errors
	/// Those of the disk.
	pub fn get(&self, tab: u64) -> Result<Option<HeldVoucher>, StoreError> {
		self.database.read(|t| self.held(t, tab))
	}

	/// All that is held, by tab.
	///
	/// # Errors
	/// Those of the disk.
	pub fn all(&self) -> Result<Vec<HeldVoucher>, StoreError> {
		self.database.read(|t| {
			let mut query = t.prepare_cached(&format!("SELECT {COLUMNS} FROM tabs ORDER BY tab"))?;
			let mut rows = query.query([])?;
			let mut all = Vec::new();
			while let Some(row) = rows.next()? {
				all.push(self.read(row)?);
			}
			Ok(all)
		})
	}

	/// Notes that a query of the tab is being answered which costs `price`; or, with `answered` false, that it was not after all.
	///
	/// # Errors
	/// Those of the disk; nothing must be answered then.
	pub fn serve(&self, tab: u64, price: u128, answered: bool) -> Result<(), StoreError> {
		self.database.write(|t| {
			let Some(held) = self.held(t, tab)? else { return Ok(()) };
			let served =
				if answered { held.served.saturating_add(price) } else { held.served.saturating_sub(price) };
			t.execute("UPDATE tabs SET served = ?2 WHERE tab = ?1", params![key(tab), amount(served)])?;
			Ok(())
		})
	}

	/// Notes what the chain has settled.
	///
	/// # Errors
	/// Those of the disk.
	pub fn set_settled(&self, tab: u64, settled: u128) -> Result<(), StoreError> {
		self.database.write(|t| {
			t.execute("UPDATE tabs SET settled = ?2 WHERE tab = ?1", params![key(tab), amount(settled)])?;
			Ok(())
		})
	}

	/// Notes that these tabs are in the finalised block `head`, where they were not seen in a later one.
	///
	/// # Errors
	/// Those of the disk.
	pub fn see(&self, tabs: &[u64], head: u32) -> Result<(), StoreError> {
		self.database.write(|t| {
			let mut change =
				t.prepare_cached("UPDATE tabs SET seen = ?2 WHERE tab = ?1 AND (seen IS NULL OR seen < ?2)")?;
			for tab in tabs {
				change.execute(params![key(*tab), head])?;
			}
			Ok(())
		})
	}

	/// Forgets a tab that has ended.
	///
	/// # Errors
	/// Those of the disk.
	pub fn forget(&self, tab: u64) -> Result<(), StoreError> {
		self.database.write(|t| {
			t.execute("DELETE FROM tabs WHERE tab = ?1", params![key(tab)])?;
			Ok(())
		})
	}

	/// How many free queries of a listing a key has had.
	///
	/// # Errors
	/// Those of the disk.
	pub fn free_used(&self, listing: u32, account: &[u8; 32]) -> Result<u32, StoreError> {
		self.database.read(|t| {
			let mut query = t.prepare_cached("SELECT used FROM free WHERE listing = ?1 AND key = ?2")?;
			let used: Option<i64> =
				query.query_row(params![listing, account], |row| row.get(0)).optional()?;
			Ok(u32::try_from(used.unwrap_or(0)).unwrap_or(u32::MAX))
		})
	}

	/// Notes that one more is being answered; or, with `answered` false, that it was not after all.
	///
	/// # Errors
	/// Those of the disk; nothing must be answered then.
	pub fn use_free(&self, listing: u32, account: &[u8; 32], answered: bool) -> Result<(), StoreError> {
		let change = if answered { 1 } else { -1 };
		self.database.write(|t| {
			t.execute(
				"INSERT INTO free VALUES (?1, ?2, max(?3, 0)) ON CONFLICT (listing, key) DO UPDATE SET used = max(used + ?3, 0)",
				params![listing, account, change],
			)?;
			Ok(())
		})
	}

	fn held(&self, t: &Transaction<'_>, tab: u64) -> Result<Option<HeldVoucher>, Fault> {
		let mut query = t.prepare_cached(&format!("SELECT {COLUMNS} FROM tabs WHERE tab = ?1"))?;
		let mut rows = query.query(params![key(tab)])?;
		rows.next()?.map(|row| self.read(row)).transpose()
	}

	fn read(&self, row: &Row<'_>) -> Result<HeldVoucher, Fault> {
		let bytes: Vec<u8> = row.get(1)?;
		let voucher =
			decode_voucher(&bytes).map_err(|_| self.database.corrupt("voucher", hex::encode(&bytes)))?;
		Ok(HeldVoucher {
			listing: row.get(0)?,
			voucher,
			served: u128::from_be_bytes(row.get(2)?),
			settled: u128::from_be_bytes(row.get(3)?),
			heard: from_sql(row.get(4)?),
			unsettled_since: from_sql(row.get(5)?),
			seen: row.get(6)?,
		})
	}
}

const COLUMNS: &str = "listing, voucher, served, settled, heard, unsettled_since, seen";

fn amount(amount: u128) -> [u8; 16] {
	amount.to_be_bytes()
}

/// SQLite's whole numbers have a sign; the same bits name the same tab.
fn key(tab: u64) -> i64 {
	tab.cast_signed()
}

#[cfg(test)]
mod tests {
	use super::*;
	use souk_protocol::Voucher;

	fn voucher(tab: u64, amount: u128) -> SignedVoucher {
		SignedVoucher {
			voucher: Voucher { tab, node: [2; 32], counter: amount as u64 / 10, amount },
			signature: [7; 64],
		}
	}

	#[test]
	fn the_highest_voucher_of_each_tab_survives_reopening() {
		let dir = tempfile::tempdir().unwrap();
		let store = VoucherStore::open(dir.path()).unwrap();
		for (tab, amount, now) in [(1, 10, 1), (1, 300, 2), (1, 20, 3), (1, 300, 4), (u64::MAX, 5, 5)] {
			store.keep(7, &voucher(tab, amount), now, 9).unwrap();
		}
		store.serve(1, 40, true).unwrap();
		drop(store);
		let store = VoucherStore::open(dir.path()).unwrap();
		let held = store.get(1).unwrap().unwrap();
		assert_eq!((held.voucher, held.listing, held.served), (voucher(1, 300), 7, 40));
		assert_eq!((held.heard, held.unsettled_since), (2, 1));
		assert_eq!(store.all().unwrap().len(), 2);
		assert_eq!(store.get(2).unwrap(), None);
		store.forget(1).unwrap();
		assert_eq!(store.all().unwrap()[0].voucher, voucher(u64::MAX, 5));
	}

	#[test]
	fn what_was_not_answered_after_all_is_not_owed() {
		let dir = tempfile::tempdir().unwrap();
		let store = VoucherStore::open(dir.path()).unwrap();
		store.keep(7, &voucher(1, 10), 1, 9).unwrap();
		store.serve(1, 10, true).unwrap();
		store.serve(1, 10, true).unwrap();
		store.serve(1, 10, false).unwrap();
		assert_eq!(store.get(1).unwrap().unwrap().served, 10);
		// Nothing is noted of a tab that is not known.
		store.serve(9, 10, true).unwrap();
		assert_eq!(store.get(9).unwrap(), None);
	}

	#[test]
	fn time_begins_anew_when_all_was_settled() {
		let dir = tempfile::tempdir().unwrap();
		let store = VoucherStore::open(dir.path()).unwrap();
		store.keep(7, &voucher(1, 10), 1, 9).unwrap();
		store.keep(7, &voucher(1, 20), 2, 9).unwrap();
		assert_eq!(store.get(1).unwrap().unwrap().unsettled_since, 1);
		store.set_settled(1, 20).unwrap();
		store.keep(7, &voucher(1, 30), 3, 9).unwrap();
		let held = store.get(1).unwrap().unwrap();
		assert_eq!((held.unsettled_since, held.settled), (3, 20));
		store.set_settled(1, 25).unwrap();
		store.keep(7, &voucher(1, 40), 4, 9).unwrap();
		assert_eq!(store.get(1).unwrap().unwrap().unsettled_since, 3);
	}

	#[test]
	fn a_tab_was_last_seen_in_the_highest_block_that_had_it() {
		let dir = tempfile::tempdir().unwrap();
		let store = VoucherStore::open(dir.path()).unwrap();
		let seen = || [1, 2].map(|tab| store.get(tab).unwrap().unwrap().seen);
		for tab in [1, 2] {
			store.keep(7, &voucher(tab, 10), 1, 100).unwrap();
		}
		assert_eq!(seen(), [Some(100); 2]);
		store.see(&[1, 9], 120).unwrap();
		assert_eq!(seen(), [Some(120), Some(100)]);
		// A light client that comes from behind.
		store.see(&[1, 2], 50).unwrap();
		store.keep(7, &voucher(1, 20), 2, 110).unwrap();
		assert_eq!(seen(), [Some(120), Some(100)]);
		store.keep(7, &voucher(2, 20), 2, 130).unwrap();
		assert_eq!(seen(), [Some(120), Some(130)]);
		assert_eq!(store.get(9).unwrap(), None);
	}

	#[test]
	fn vouchers_from_before_that_was_noted_are_kept() {
		let dir = tempfile::tempdir().unwrap();
		let before = Database::open(dir.path(), "vouchers", &MIGRATIONS[..1], Durability::Full).unwrap();
		let kept = before.write(|t| {
			t.execute(
				"INSERT INTO tabs VALUES (?1, 7, ?2, ?3, ?4, ?4, 5, 5)",
				params![key(1), encode_voucher(&voucher(1, 300)), amount(300), amount(40)],
			)?;
			Ok(())
		});
		kept.unwrap();
		drop(before);
		let store = VoucherStore::open(dir.path()).unwrap();
		let held = store.get(1).unwrap().unwrap();
		assert_eq!((held.voucher, held.served, held.settled), (voucher(1, 300), 40, 40));
		assert_eq!((held.heard, held.seen), (5, None));
		store.see(&[1], 9).unwrap();
		assert_eq!(store.get(1).unwrap().unwrap().seen, Some(9));
	}

	#[test]
	fn free_queries_are_counted_for_each_listing_and_key() {
		let dir = tempfile::tempdir().unwrap();
		let store = VoucherStore::open(dir.path()).unwrap();
		for answered in [true, true, false] {
			store.use_free(7, &[1; 32], answered).unwrap();
		}
		drop(store);
		let store = VoucherStore::open(dir.path()).unwrap();
		let used = |listing, key| store.free_used(listing, &[key; 32]).unwrap();
		assert_eq!((used(7, 1), used(8, 1), used(7, 2)), (1, 0, 0));
	}
}
