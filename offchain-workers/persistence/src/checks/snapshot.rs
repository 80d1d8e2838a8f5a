//! Snapshot: the final one that is asked for, where this node holds it. What a proof costs depends on its rows.

use super::{codes, Refusal, Stage};
use crate::{
	chain::{FinalSnapshot, Head},
	node::{HeldFile, Node},
};
use souk_protocol::{request::QueryRequest, Snapshot};

/// Chooses the final snapshot that is asked for, the newest that is here where any will do, and its file.
///
/// # Errors
/// There is none, or it is not here yet.
pub(crate) async fn choose(
	node: &Node,
	request: &QueryRequest,
	head: Head,
) -> Result<(FinalSnapshot, HeldFile), Refusal> {
	let refuse = |code, message: String| Err(Refusal::new(Stage::Snapshot, code, message));
	let listing = request.listing;
	let finals = node.chain.snapshots(head, listing).await.map_err(|error| {
		tracing::warn!(%error, "the chain could not be read for a request");
		Refusal::internal(Stage::Snapshot, "reading the chain")
	})?;
	let wanted = finals.iter().rev().filter(|snapshot| match request.snapshot {
		Snapshot::Latest => true,
		Snapshot::Period(period) => snapshot.period == period,
	});
	let mut on_chain = false;
	for snapshot in wanted {
		on_chain = true;
		if let Some(file) = node.held(listing, snapshot).await {
			return Ok((*snapshot, file));
		}
	}
	match (on_chain, request.snapshot) {
		(true, _) => refuse(
			codes::NOT_STORED_YET,
			format!("this node has not got the snapshot of listing {listing} yet: ask another one, or later"),
		),
		(false, Snapshot::Latest) => refuse(
			codes::NO_SNAPSHOT,
			format!("listing {listing} has no final snapshot at block {}", head.number),
		),
		(false, Snapshot::Period(period)) => refuse(
			codes::NO_SNAPSHOT,
			format!("listing {listing} has no final snapshot of period {period} at block {}", head.number),
		),
	}
}
