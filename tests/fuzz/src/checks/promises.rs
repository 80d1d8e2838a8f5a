//! What listings have promised: the block by which a snapshot is due moves with the snapshot, and waits for as long as a listing is off sale. No call puts it
//! off otherwise.

use super::ensure;
use crate::chain;
use pallet_curation::{Newest, ScheduleRecord, Schedules};
use souk_primitives::{ListingId, Period};
use souk_runtime::*;

/// The schedule of each listing that has one, and the period of its newest snapshot.
pub struct Promises(Vec<(ListingId, ScheduleRecord<AccountId>, Option<Period>)>);

impl Promises {
	/// As they are now.
	pub fn take() -> Self {
		let schedules = Schedules::<Runtime>::iter();
		Self(schedules.map(|(listing, record)| (listing, record, Newest::<Runtime>::get(listing))).collect())
	}

	/// They still hold.
	pub fn check(&self) -> Result<(), String> {
		for (listing, before, newest) in &self.0 {
			let Some(record) = Schedules::<Runtime>::get(listing) else { continue };
			if Newest::<Runtime>::get(listing) != *newest {
				continue;
			}
			let waited = before.off_sale_since.map_or(0, |since| chain::now().saturating_sub(since));
			ensure(record.due_by <= before.due_by.saturating_add(waited), || {
				let (due, was) = (record.due_by, before.due_by);
				format!("a snapshot of listing {listing} was due in block {was}, and is in {due} now")
			})?;
		}
		Ok(())
	}
}
