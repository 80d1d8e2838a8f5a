//! Which persistence nodes are the mailboxes of a piece of evidence.

use crate::{
	error::SdkError,
	types::{NodeRole, NodeView},
	view::View,
	Digest,
};
use souk_custody::AccountId;
use souk_network::{Multiaddr, PeerId};
use souk_protocol::tagged;

/// Mailboxes at which a piece of evidence is left, of those at which it is looked for.
pub const WRITE_AT: usize = 4;
/// Mailboxes at which it is looked for: more, since nodes come and go. It is left at the first ones that answer.
pub const READ_AT: usize = 8;
/// Nodes on one page: the most that the runtime gives.
const PAGE: u32 = 100;
/// Pages that are read at most.
const MOST_PAGES: usize = 64;

/// A registered persistence node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mailbox {
	/// Its account.
	pub account: AccountId,
	/// Its identity in the network.
	pub peer: PeerId,
	/// Where it can be reached.
	pub addresses: Vec<Multiaddr>,
}

impl Mailbox {
	/// A node as the chain has it; `None` where its peer id is none.
	pub fn of(node: &NodeView) -> Option<Self> {
		let (peer, addresses) = node.peer()?;
		Some(Self { account: node.account, peer, addresses })
	}
}

/// All registered persistence nodes that can be addressed.
///
/// Errors: [`SdkError::Read`], [`SdkError::Incompatible`].
pub async fn registered(view: &View) -> Result<Vec<Mailbox>, SdkError> {
	let role = NodeRole::Persistence;
	let (mut all, mut after) = (Vec::new(), None);
	for _ in 0..MOST_PAGES {
		let page = view.nodes(role, after, PAGE).await?;
		all.extend(page.iter().filter_map(Mailbox::of));
		after = page.last().map(|node| node.account);
		if page.len() < PAGE as usize {
			break;
		}
	}
	Ok(all)
}

/// The first `count` mailboxes of a piece of evidence among `places`: those with the lowest hashes. The hash of the evidence is random and known
/// to nobody before it is shown, so that nobody registers nodes to be chosen for what somebody else will show.
pub fn chosen<'a>(
	places: &'a [Mailbox],
	genesis: &Digest,
	case: u64,
	evidence: &Digest,
	count: usize,
) -> Vec<&'a Mailbox> {
	let rank = |mailbox: &&Mailbox| {
		tagged("souk/mailbox/v1", &[genesis, &case.to_le_bytes(), evidence, &mailbox.account])
	};
	let mut ranked: Vec<_> = places.iter().collect();
	ranked.sort_by_cached_key(rank);
	ranked.truncate(count);
	ranked
}

#[cfg(test)]
mod tests {
	use super::*;

	fn places(count: u8) -> Vec<Mailbox> {
		let mailbox =
			|number| Mailbox { account: [number; 32], peer: PeerId::random(), addresses: Vec::new() };
		(1..=count).map(mailbox).collect()
	}

	fn names(chosen: &[&Mailbox]) -> Vec<u8> {
		chosen.iter().map(|mailbox| mailbox.account[0]).collect()
	}

	#[test]
	fn readers_look_where_writers_write_however_the_registry_is_ordered() {
		let mut all = places(40);
		let written = names(&chosen(&all, &[7; 32], 3, &[9; 32], WRITE_AT));
		all.reverse();
		let read = names(&chosen(&all, &[7; 32], 3, &[9; 32], READ_AT));
		assert_eq!(read[..WRITE_AT], written);
		assert_eq!(read.len(), READ_AT);
	}

	#[test]
	fn another_piece_case_or_chain_has_other_mailboxes() {
		let all = places(40);
		let of = |genesis, case, evidence| names(&chosen(&all, &[genesis; 32], case, &[evidence; 32], 4));
		let one = of(7, 3, 9);
		assert!([of(8, 3, 9), of(7, 4, 9), of(7, 3, 8)].iter().all(|other| *other != one));
	}

	#[test]
	fn a_node_that_goes_takes_no_other_mailbox_with_it() {
		let mut all = places(40);
		let before = names(&chosen(&all, &[7; 32], 3, &[9; 32], WRITE_AT));
		all.retain(|mailbox| mailbox.account[0] != before[0]);
		let after = names(&chosen(&all, &[7; 32], 3, &[9; 32], WRITE_AT));
		assert_eq!(after[..WRITE_AT - 1], before[1..]);
	}
}
