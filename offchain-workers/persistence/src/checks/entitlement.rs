//! Entitlement: the right to query, at the finalised head.

use super::{codes, Refusal, Stage};
use crate::{
	chain::{ChainError, Head, ListingFacts},
	holders::Standing,
	node::Node,
};
use souk_protocol::request::QueryRequest;

/// Whether a right that ends at `until` covers the block `head`: `until` is the first block without it.
pub const fn covers(until: u32, head: u32) -> bool {
	head < until
}

fn refuse<T>(code: &'static str, message: String) -> Result<T, Refusal> {
	Err(Refusal::new(Stage::Entitlement, code, message))
}

fn failed(error: ChainError) -> Refusal {
	tracing::warn!(%error, "the chain could not be read for a request");
	Refusal::internal(Stage::Entitlement, "reading the chain")
}

/// All places for those that this node does not know are taken.
pub(super) fn too_many_strangers() -> Refusal {
	Refusal::new(
		Stage::Entitlement,
		codes::BUSY,
		"too many accounts that this node does not know ask at once: ask another node, or again in a moment",
	)
}

/// Checks that this node's view of the chain is of now, that it serves the listing, and that the listing has not ended.
pub async fn check_listing(node: &Node, id: u32, head: Head) -> Result<ListingFacts, Refusal> {
	let (_, age) = node.head.newest();
	if age > node.settings.max_head_age {
		let seconds = age.as_secs();
		return refuse(
			codes::BUSY,
			format!("this node has seen no new finalised block for {seconds} s: ask another one, or again in a moment"),
		);
	}
	if !node.duties.borrow().contains(id) {
		return refuse(
			codes::NOT_ASSIGNED,
			format!("this node does not serve listing {id}: ask one that is assigned"),
		);
	}
	let Some(listing) = node.chain.listing(head, id).await.map_err(failed)? else {
		return refuse(codes::UNKNOWN_LISTING, format!("there is no listing {id} at block {}", head.number));
	};
	if !listing.served {
		return refuse(codes::LISTING_ENDED, format!("listing {id} has ended: nothing is served any more"));
	}
	Ok(listing)
}

/// Checks that the holder's subscription covers this block.
pub async fn check_subscription(node: &Node, request: &QueryRequest, head: Head) -> Result<(), Refusal> {
	let id = request.listing;
	let (question, holders) = ((id, request.holder), &node.holders);
	let until = match holders.standing(question, head) {
		Standing::Refused(ended) => ended,
		standing => {
			let _turn = match standing {
				Standing::Unknown => Some(holders.turn(question).await.map_err(|_| too_many_strangers())?),
				_ => None,
			};
			let until = node.chain.entitled_until(head, id, request.holder).await.map_err(failed)?;
			holders.note(question, head, until);
			until
		}
	};
	match until {
		Some(until) if covers(until, head.number) => Ok(()),
		Some(until) => refuse(
			codes::NOT_ENTITLED,
			format!(
				"the subscription to listing {id} ended at block {until}, and this is block {}: renew it",
				head.number
			),
		),
		None => refuse(
			codes::NOT_ENTITLED,
			format!(
				"this account has no subscription to listing {id} at block {}: subscribe first, or pay by the query from a tab",
				head.number
			),
		),
	}
}

#[cfg(test)]
mod tests {
	use super::covers;

	#[test]
	fn the_first_block_without_the_right_is_the_one_named() {
		assert!(covers(101, 100));
		assert!(!covers(100, 100));
		assert!(!covers(99, 100));
	}
}
