//! What holds of each call, and of hooks.

use super::{does, found, on_the_chain, DATA};
use frame_support::{traits::Get, weights::Weight};
use souk_fuzz::{
	after_the_end,
	cast::CURATOR,
	checks::{
		deeds::{fits_at_the_end, fits_before, Made},
		promises::Promises,
		rules::Verdict::{Must, MustNot, Perhaps},
	},
};
use souk_primitives::ListingState;
use souk_runtime::{Runtime, System};

/// A call that did what it says, and of which nothing is known.
const DONE: Made = Made { done: true, verdict: Perhaps, excused: false, changed: true, paid: false };
const FAILED: Made = Made { done: false, changed: false, ..DONE };

#[test]
fn a_call_against_the_rules_is_found_and_so_is_one_that_is_refused_although_it_keeps_them() {
	found(Made { verdict: MustNot("no"), ..DONE }.check(), "it is against the rules: no");
	found(Made { verdict: Must("yes"), ..FAILED }.check(), "the rules allow it: yes");
	let fine = [
		DONE,
		FAILED,
		Made { verdict: MustNot("no"), ..FAILED },
		Made { verdict: Must("yes"), ..DONE },
		Made { verdict: Must("yes"), excused: true, ..FAILED },
	];
	for made in fine {
		assert_eq!(made.check(), Ok(()), "{made:?}");
	}
}

#[test]
fn a_call_that_leaves_something_behind_is_found() {
	found(Made { changed: true, ..FAILED }.check(), "a call that failed has changed something");
	found(Made { paid: true, ..DONE }.check(), "a vote has changed somebody's account");
}

#[test]
fn a_snapshot_that_is_put_off_is_found() {
	let put_off = |blocks: u32| {
		pallet_curation::Schedules::<Runtime>::mutate(DATA, |slot| {
			slot.as_mut().expect("it has a schedule").due_by += blocks;
		});
	};
	let set_state = |to| {
		does(CURATOR.to_account_id(), pallet_listings::Call::<Runtime>::set_state { id: DATA, to });
	};
	on_the_chain(|| {
		let promised = Promises::take();
		put_off(0);
		assert_eq!(promised.check(), Ok(()));
		put_off(1);
		found(promised.check(), "was due in block");
	});
	// A pause of two blocks.
	on_the_chain(|| {
		set_state(ListingState::Paused);
		let promised = Promises::take();
		System::set_block_number(System::block_number() + 2);
		set_state(ListingState::Active);
		assert_eq!(promised.check(), Ok(()));
		put_off(1);
		found(promised.check(), "was due in block");
	});
	// One that is longer than it may be, and is forgotten or not counted.
	let longest: u32 = <Runtime as pallet_curation::Config>::MaxPause::get();
	let has_waited = |blocks: u32| {
		pallet_curation::Schedules::<Runtime>::mutate(DATA, |slot| {
			slot.as_mut().expect("it has a schedule").waited = blocks;
		});
	};
	on_the_chain(|| {
		set_state(ListingState::Paused);
		let promised = Promises::take();
		System::set_block_number(System::block_number() + longest + 2);
		assert_eq!(promised.check(), Ok(()));
		set_state(ListingState::Active);
		assert_eq!(promised.check(), Ok(()));
		has_waited(longest - 1);
		found(promised.check(), "have taken");
		has_waited(longest + 1);
		found(promised.check(), "have put off a snapshot");
	});
}

#[test]
fn hooks_that_take_too_much_are_found() {
	let some = Weight::from_parts(1_000, 1_000);
	assert_eq!((fits_at_the_end(some, some), fits_before(some)), (Ok(()), Ok(())));
	found(fits_at_the_end(some.add_ref_time(1), some), "that was left of the block");
	found(fits_at_the_end(some.add_proof_size(1), some), "that was left of the block");
	found(fits_before(Weight::MAX), "before the transactions of a block");
}

#[test]
fn a_panic_is_found() {
	let broken = after_the_end(|| panic!("somebody divides by zero")).violation;
	assert_eq!(broken.as_deref(), Some("it panicked: somebody divides by zero"));
}
