//! What is stored, against each pallet's own invariants, the deposits and the queues.

use super::{found, on_the_chain, DATA};
use pallet_availability::{HealthRecord, PeriodRecord};
use pallet_reputation::Deal;
use pallet_stakes::{History, OffenceRecord};
use souk_fuzz::{
	cast::person,
	chain::now,
	checks::{
		state,
		storage::{self, Survey},
		turns,
	},
	lifecycle,
};
use souk_primitives::{Basis, Bond, Holder, OffenceKind};
use souk_proof_primitives::statements::StatementId;
use souk_runtime::*;
use std::collections::BTreeSet;

/// A pallet, and what breaks an invariant of its.
type Broken = (&'static str, fn());

const NOBODYS: [u8; 8] = [0; 8];

const INVARIANTS: &[Broken] = &[
	("validators", || pallet_validators::CurrentSession::<Runtime>::put(1_000_000)),
	("listings", || pallet_listings::NextListingId::<Runtime>::put(0)),
	("subscriptions", || {
		pallet_subscriptions::Holders::<Runtime>::insert(DATA, Holder::Account(person(4)), ());
	}),
	("curation", || pallet_curation::Newest::<Runtime>::remove(DATA)),
	("proofs", || pallet_proofs::LiveEras::<Runtime>::remove(StatementId::ALL[0])),
	("escrow", || pallet_escrow::OrdersOf::<Runtime>::insert(person(4), NOBODYS, ())),
	("asks", || pallet_asks::AsksBy::<Runtime>::insert(person(4), NOBODYS, ())),
	("tabs", || pallet_tabs::TabsBy::<Runtime>::insert(person(4), NOBODYS, ())),
	("disputes", || pallet_disputes::CaseOf::<Runtime>::insert(0, 0)),
	("stakes", || {
		let turn = pallet_stakes::Turn::Announcement(person(4));
		pallet_stakes::Due::<Runtime>::insert(now() + 9, turn, ());
	}),
	("availability", || {
		let url = b"nowhere".to_vec().try_into().expect("it is short");
		let record = HealthRecord { url, deposit: 0, leaving: false, last: None };
		pallet_availability::Health::<Runtime>::insert(person(1), record);
	}),
	("backing", || {
		pallet_backing::Backers::<Runtime>::insert(person(4), DATA, pallet_backing::BackerRecord::default());
	}),
	("reputation", || pallet_reputation::CredentialsOf::<Runtime>::insert(person(4), [0; 9], ())),
];

#[test]
fn a_broken_invariant_of_each_pallet_is_found() {
	let all: Vec<_> = state::ALL.iter().map(|(name, _)| *name).collect();
	assert_eq!(all, INVARIANTS.iter().map(|(name, _)| *name).collect::<Vec<_>>());
	for (name, broken) in INVARIANTS {
		on_the_chain(|| {
			assert_eq!(state::check(), Ok(()), "before anything of {name} is broken");
			broken();
			found(state::check(), &format!("{name}: "));
		});
	}
}

#[test]
fn an_absence_that_nothing_answers_for_and_is_remembered_is_found() {
	let absence = |bond: Bond<AccountId>, taken: Balance| {
		let record = OffenceRecord::<AccountId> {
			kind: OffenceKind::MissedPeriod,
			listing: DATA,
			node: None,
			reporter: None,
			basis: Basis::Late { until: now() },
			evidence: [0; 32],
			at: now(),
			until: now() + 1,
			taken,
			fine: None,
			division: None,
		};
		assert_eq!(History::<Runtime>::try_append(bond, record), Ok(()));
	};
	on_the_chain(|| {
		absence(Bond::Listing(DATA), 0);
		// What it took may have been all.
		absence(Bond::Listing(1_000), 5);
		assert_eq!(storage::check_absences(), Ok(()));
		absence(Bond::Listing(1_000), 0);
		found(storage::check_absences(), "where nothing is bonded");
	});
}

/// Something that none of a pallet's items is.
fn litter(pallet: &str, bytes: usize) {
	sp_io::storage::set(&storage::prefix(pallet, "Litter"), &vec![0; bytes]);
}

#[test]
fn bytes_that_no_deposit_covers_are_found_in_each_pallet() {
	for (name, deposits) in storage::names() {
		on_the_chain(|| {
			assert_eq!(Survey::take().check_deposits(), Ok(()));
			litter(name, 100_000);
			let checked = Survey::take().check_deposits();
			match deposits {
				true => found(checked, &format!("{name}: ")),
				// Nobody can store anything there but governance, and validators with their bonds.
				false => assert_eq!(checked, Ok(()), "{name}"),
			}
		});
	}
}

#[test]
fn whatever_a_call_leaves_behind_is_seen_in_each_pallet_and_in_what_is_held() {
	let marks: Vec<fn()> = vec![|| (), || {
		pallet_balances::Holds::<Runtime>::mutate(souk_fuzz::cast::arbitrator(0), |holds| {
			holds.iter_mut().for_each(|hold| hold.amount += 1);
		});
	}];
	let held = marks.into_iter().map(|mark| {
		on_the_chain(|| {
			mark();
			Survey::take().hash
		})
	});
	let littered = storage::names().into_iter().map(|(name, _)| {
		on_the_chain(|| {
			let before = storage::hash_of_item(name, "Litter");
			litter(name, 1);
			assert_ne!(storage::hash_of_item(name, "Litter"), before);
			Survey::take().hash
		})
	});
	let hashes: Vec<u64> = held.chain(littered).collect();
	assert_eq!(hashes.iter().collect::<BTreeSet<_>>().len(), hashes.len());
}

#[test]
fn a_key_that_lives_leave_behind_is_found() {
	on_the_chain(|| {
		let before = storage::keys();
		assert_eq!(lifecycle::same_keys(before.clone(), 0), Ok(()));
		litter("Curation", 1);
		found(lifecycle::same_keys(before, 0), "other keys than before");
	});
}

const OVERDUE: &[Broken] = &[
	("subscriptions", || pallet_subscriptions::Due::<Runtime>::insert(now() - 1, BoundedPlaces::new())),
	("escrow", || pallet_escrow::Due::<Runtime>::insert(now() - 1, NOBODYS, ())),
	("asks", || pallet_asks::Due::<Runtime>::insert(now() - 1, NOBODYS, ())),
	("tabs", || pallet_tabs::Due::<Runtime>::insert(now() - 1, NOBODYS, ())),
	("disputes", || pallet_disputes::Due::<Runtime>::insert(now() - 1, NOBODYS, ())),
	("stakes", || {
		let turn = pallet_stakes::Turn::Announcement(person(4));
		pallet_stakes::Due::<Runtime>::insert(now() - 1, turn, ());
	}),
	("reputation", || {
		let turn = pallet_reputation::Turn::Right(Deal::Order(0));
		pallet_reputation::Due::<Runtime>::insert(now() - 1, turn, ());
	}),
];

type BoundedPlaces = frame_support::BoundedVec<
	(Holder<AccountId>, u32),
	<Runtime as pallet_subscriptions::Config>::MaxDuePerBlock,
>;

#[test]
fn what_waits_although_it_is_due_is_found_in_each_queue() {
	for (name, broken) in OVERDUE {
		on_the_chain(|| {
			assert_eq!(turns::nothing_is_overdue(), Ok(()));
			broken();
			found(turns::nothing_is_overdue(), &format!("{name}: what was due in block"));
		});
	}
}

#[test]
fn nodes_that_nobody_judges_are_found() {
	on_the_chain(|| {
		let period = PeriodRecord {
			number: 0,
			from: 0,
			until: now() - 1,
			nodes: 1,
			digest: [0; 32],
			voters: 0,
			voted: 0,
			judging: Default::default(),
		};
		pallet_availability::Current::<Runtime>::put(period);
		found(turns::nothing_is_overdue(), "nodes were voted on, and are not judged");
	});
}
