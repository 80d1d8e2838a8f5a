//! What listings have promised: the block by which a snapshot is due moves with the snapshot, and waits for as long as a listing is off sale. No call puts it
//! off otherwise. A draft has promised nothing yet.

use super::ensure;
use crate::chain;
use pallet_curation::{Newest, ScheduleRecord, Schedules};
use pallet_listings::Listings;
use souk_primitives::{ListingId, ListingState, Period};
use souk_runtime::*;

/// The schedule of each listing that has one and is no draft, and the period of its newest snapshot.
pub struct Promises(Vec<(ListingId, ScheduleRecord<AccountId>, Option<Period>)>);

impl Promises {
	/// As they are now.
	pub fn take() -> Self {
		let is_draft = |listing: &ListingId| {
			Listings::<Runtime>::get(*listing).is_some_and(|record| record.state == ListingState::Draft)
		};
		let schedules = Schedules::<Runtime>::iter().filter(|(listing, _)| !is_draft(listing));
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
