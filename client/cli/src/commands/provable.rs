//! What a listing has to have before something over it is proved: a snapshot that commits to columns, and metadata that say which they are,
//! and what a proof costs.

use super::show::look_up;
use crate::{context::Context, failure::Failure, text::printable};
use souk_protocol::{metadata::Metadata, Snapshot};
use souk_sdk::{
	types::{AssignmentView, ListingView, SnapshotView},
	View,
};
use std::time::{Duration, Instant};
use tokio::time::sleep;

/// How long the metadata are looked for. Nothing can be asked without them, so that it is longer than where they are shown only.
const LOOKUP_TIME: Duration = Duration::from_secs(60);
/// Between two attempts at it.
const LOOKUP_PAUSE: Duration = Duration::from_secs(2);

/// The snapshot that is meant; it commits to columns.
pub async fn snapshot(wanted: Snapshot, listing: &ListingView, view: &View) -> Result<SnapshotView, Failure> {
	let address = printable(&listing.address());
	let found = match wanted {
		Snapshot::Latest => view.newest_snapshot(listing.id).await?,
		Snapshot::Period(period) => view.snapshot(listing.id, period).await?,
	};
	let snapshot = found.ok_or_else(|| {
		Failure::not_found(format!("{address} has no such snapshot; `souk show {}` lists those", listing.id))
	})?;
	if snapshot.commitments.columns_root.is_none() {
		return Err(Failure::usage(format!(
			"the snapshot of period {} of {address} commits to no columns: nothing over it can be proved, unless its curator \
			 names some under [prove]",
			snapshot.period
		))
		.with_code("no_columns"));
	}
	Ok(snapshot)
}

/// The listing's metadata, looked for again until [`LOOKUP_TIME`] has passed: the node that should have them may be busy, may be starting, or
/// may not have got them from the curator yet, and answers the next time.
pub async fn metadata(
	listing: &ListingView,
	assignments: &[AssignmentView],
	ctx: &Context,
) -> Option<Metadata> {
	let end = Instant::now() + LOOKUP_TIME;
	loop {
		let left = end.saturating_duration_since(Instant::now());
		let found = look_up(left, listing, assignments, ctx).await;
		if found.is_some() || Instant::now() + LOOKUP_PAUSE >= end {
			return found;
		}
		sleep(LOOKUP_PAUSE).await;
	}
}
