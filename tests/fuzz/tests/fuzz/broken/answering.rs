//! Whose bond an offence is remembered against, and whose node it was.

use super::{found, on_the_chain, DATA, SERVICE};
use frame_support::traits::Get;
use pallet_stakes::{Event, History, OffenceRecord};
use souk_fuzz::{
	cast::{person, NODES},
	chain::now,
	checks::ledger::Ledger,
};
use souk_primitives::{Basis, Bond, NodeRole, OffenceKind};
use souk_runtime::{configs::params::offences::ReportWindow, *};

const CONFLICT: OffenceKind = OffenceKind::ConflictingSnapshots;
const CONTRADICTION: OffenceKind = OffenceKind::ContradictingAttestations;

/// That a node is convicted in this block; and whether it is remembered against the listing's bond.
fn convicted(kind: OffenceKind, listing: u32, node: &AccountId, remembered: bool) -> [RuntimeEvent; 1] {
	let evidence = [7; 32];
	let record = OffenceRecord::<AccountId> {
		kind,
		listing,
		node: Some(node.clone()),
		reporter: None,
		basis: Basis::Statements,
		evidence,
		at: now(),
		until: now() + 1,
		taken: 0,
		fine: None,
		division: None,
	};
	let bond = Bond::<AccountId>::Listing(listing);
	History::<Runtime>::remove(&bond);
	if remembered {
		assert_eq!(History::<Runtime>::try_append(&bond, record), Ok(()));
	}
	let (node, reporter) = (Some(node.clone()), None);
	let committed = Event::<Runtime>::OffenceCommitted {
		kind,
		listing,
		node,
		reporter,
		evidence,
		of_curator: 0,
		of_node: 0,
	};
	[committed.into()]
}

/// A book as sequences begin with.
fn book() -> Ledger {
	let mut ledger = Ledger::default();
	ledger.start();
	ledger
}

#[test]
fn a_curator_who_does_not_answer_for_who_is_assigned_is_found() {
	on_the_chain(|| {
		let (node, mut book) = (NODES[0].to_account_id(), book());
		for kind in [CONFLICT, CONTRADICTION] {
			assert_eq!(book.note(&convicted(kind, DATA, &node, true), false), Ok(()));
			found(book.note(&convicted(kind, DATA, &node, false), false), "does not answer");
		}
	});
}

#[test]
fn a_curator_who_answers_for_somebody_elses_node_is_found() {
	on_the_chain(|| {
		let (node, mut book) = (NODES[0].to_account_id(), book());
		for (listing, who) in [(SERVICE, &node), (DATA, &person(4))] {
			for kind in [CONFLICT, CONTRADICTION] {
				assert_eq!(book.note(&convicted(kind, listing, who, false), false), Ok(()));
				found(book.note(&convicted(kind, listing, who, true), false), "was not hers");
			}
		}
	});
}

#[test]
fn who_has_left_is_hers_until_what_it_signed_cannot_be_reported() {
	on_the_chain(|| {
		let (node, mut book) = (NODES[0].to_account_id(), book());
		System::set_block_number(now() + 1);
		let left = [NodeRole::Worker, NodeRole::Persistence].map(|role| {
			let (listing, node) = (DATA, node.clone());
			RuntimeEvent::from(pallet_curation::Event::<Runtime>::Unassigned { listing, node, role })
		});
		assert_eq!(book.note(&left, false), Ok(()));
		System::set_block_number(now() + ReportWindow::get() - 1);
		assert_eq!(book.note(&convicted(CONFLICT, DATA, &node, true), false), Ok(()));
		found(book.note(&convicted(CONFLICT, DATA, &node, false), false), "does not answer");
		// It may have been in another block.
		for remembered in [true, false] {
			assert_eq!(book.note(&convicted(CONTRADICTION, DATA, &node, remembered), false), Ok(()));
		}
		System::set_block_number(now() + 1);
		for kind in [CONFLICT, CONTRADICTION] {
			assert_eq!(book.note(&convicted(kind, DATA, &node, false), false), Ok(()));
			found(book.note(&convicted(kind, DATA, &node, true), false), "was not hers");
		}
	});
}
