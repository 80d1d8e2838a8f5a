//! Who answers for what a node has signed: the node, and the curator where it is assigned to her listing, or was while it can have signed it. Nobody gets out of
//! it by an `unassign`, and for who was never at work for a listing its curator does not answer.

use super::ensure;
use crate::chain;
use frame_support::traits::Get;
use pallet_curation::Assignments;
use pallet_stakes::History;
use souk_primitives::{Bond, ListingId, NodeRole, OffenceKind};
use souk_runtime::{configs::params::offences::ReportWindow, *};

/// Who was at work for a listing, and when.
struct Work {
	listing: ListingId,
	node: AccountId,
	role: NodeRole,
	since: u32,
	/// The first block in which it was not any more.
	until: Option<u32>,
}

/// All work that was done.
#[derive(Default)]
pub struct Answering(Vec<Work>);

impl Answering {
	/// Who is at work at the beginning.
	pub fn look(&mut self) {
		for (listing, role, records) in Assignments::<Runtime>::iter() {
			let work = |since, node| Work { listing, node, role, since, until: None };
			self.0.extend(records.into_iter().map(|record| work(record.since, record.node)));
		}
	}

	/// Writes down who comes and goes.
	pub fn note(&mut self, event: &pallet_curation::Event<Runtime>) {
		use pallet_curation::Event::*;
		match event {
			Assigned { listing, node, role } => self.0.push(Work {
				listing: *listing,
				node: node.clone(),
				role: *role,
				since: chain::now(),
				until: None,
			}),
			Unassigned { listing, node, role } | Resigned { listing, node, role } => {
				let ends = self.0.iter_mut().filter(|work| {
					work.until.is_none() && (work.listing, &work.node, work.role) == (*listing, node, *role)
				});
				ends.for_each(|work| work.until = Some(chain::now()));
			}
			// Of a listing that has ended nothing is known any more.
			ListingCleared { listing } => self.0.retain(|work| work.listing != *listing),
			_ => {}
		}
	}

	/// Looks at what is said of an offence.
	pub fn check(&self, event: &pallet_stakes::Event<Runtime>) -> Result<(), String> {
		let pallet_stakes::Event::OffenceCommitted { kind, listing, node: Some(node), evidence, .. } = event
		else {
			return Ok(());
		};
		// What an attestation says of its block is not known here.
		let in_any_block = match kind {
			OffenceKind::ConflictingSnapshots => true,
			OffenceKind::ContradictingAttestations => false,
			_ => return Ok(()),
		};
		let oldest = chain::now().saturating_sub(ReportWindow::get());
		let of_node: Vec<&Work> =
			self.0.iter().filter(|work| work.listing == *listing && work.node == *node).collect();
		let works = of_node.iter().any(|work| work.until.is_none());
		let worked =
			of_node.iter().any(|work| work.until.is_some_and(|until| work.since < until && until > oldest));
		let history = History::<Runtime>::get(Bond::<AccountId>::Listing(*listing));
		let answers = history.iter().any(|record| record.evidence == *evidence && record.at == chain::now());
		ensure(answers || !(works || (worked && in_any_block)), || {
			format!("the curator of listing {listing} does not answer for {node:?}")
		})?;
		ensure(!answers || works || worked, || {
			format!("the curator of listing {listing} answers for {node:?}, which was not hers")
		})
	}
}
