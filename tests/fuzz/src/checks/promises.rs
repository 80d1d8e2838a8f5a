//! What listings have promised: the block by which a snapshot is due moves with the snapshot, and waits while a listing is off sale, but for `MaxPause` blocks
//! of pauses at most. No call puts it off otherwise, and none but a snapshot's makes room for longer pauses. A draft has promised nothing yet.

use super::ensure;
use crate::chain;
use frame_support::traits::Get;
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
			let now = chain::now();
			let waited = before.off_sale.map_or(0, |off_sale| {
				let until = off_sale.until.map_or(now, |until| until.min(now));
				until.saturating_sub(off_sale.since)
			});
			ensure(record.due(now) <= before.due_by.saturating_add(waited), || {
				let (due, was) = (record.due(now), before.due_by);
				format!("a snapshot of listing {listing} was due in block {was}, and is in {due} now")
			})?;
			let (paused, was) = (record.waited_by(now), before.waited_by(now));
			ensure(paused >= was, || {
				format!("pauses of listing {listing} have taken {was} blocks, and {paused} now")
			})?;
			let longest = <Runtime as pallet_curation::Config>::MaxPause::get();
			ensure(paused <= longest, || {
				format!("pauses of listing {listing} have put off a snapshot by {paused} blocks, {longest} at most")
			})?;
		}
		Ok(())
	}
}
