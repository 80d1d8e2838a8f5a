use super::*;
use crate::CuratorBonds;
use proptest::prelude::*;
use souk_primitives::{
	reach::{Bonds as _, Curation as _},
	Bond,
};

#[test]
fn a_slash_moves_the_active_bond_to_who_is_owed() {
	TestExt::default().execute(|| {
		assert_ok!(bond(CURATOR, LISTING, 200));
		assert_eq!(Curation::slash(LISTING, 50, &OTHER), 50);
		assert_eq!(Curation::curator_bond(LISTING).active, 150);
		assert_eq!(held(HoldReason::CuratorBond, CURATOR), 150);
		assert_eq!(free(OTHER), ENDOWMENT + 50);
		assert_eq!(events().last(), Some(&Event::Slashed { listing: LISTING, amount: 50, to: OTHER }));
	});
}

#[test]
fn after_the_active_bond_it_takes_what_is_on_its_way_out_newest_first() {
	TestExt::default().execute(|| {
		assert_ok!(bond(CURATOR, LISTING, 400));
		assert_ok!(unbond(CURATOR, LISTING, 100));
		go_to(2);
		assert_ok!(unbond(CURATOR, LISTING, 90));
		go_to(3);
		assert_ok!(unbond(CURATOR, LISTING, 80));

		assert_eq!(Curation::slash(LISTING, 130 + 80 + 40, &OTHER), 250);
		let view = Curation::curator_bond(LISTING);
		assert_eq!((view.active, view.unlocking), (0, vec![(100, 1 + UNBONDING), (50, 2 + UNBONDING)]));
	});
}

#[test]
fn what_is_ripe_but_not_withdrawn_is_slashed_as_well() {
	TestExt::default().execute(|| {
		assert_ok!(bond(CURATOR, DRAFT, 200));
		assert_ok!(unbond(CURATOR, DRAFT, 200));
		go_to(1 + UNBONDING);
		assert_eq!(Curation::slash(DRAFT, 150, &OTHER), 150);
		assert_ok!(withdraw_unbonded(CURATOR, DRAFT));
		assert_eq!(free(CURATOR), ENDOWMENT - 150);
	});
}

#[test]
fn never_more_than_the_bond_is_taken_and_the_last_planck_takes_the_record_with_it() {
	TestExt::default().execute(|| {
		assert_ok!(bond(CURATOR, LISTING, 300));
		assert_ok!(bond(CURATOR, DRAFT, 100));
		assert_ok!(unbond(CURATOR, LISTING, 100));
		assert_eq!(Curation::slash(LISTING, 1_000, &OTHER), 300);
		assert!(!CuratorBonds::<Test>::contains_key(LISTING));
		assert_eq!(held(HoldReason::CuratorBond, CURATOR), 100, "another listing's bond is spared");
		assert_eq!(Curation::slash(LISTING, 1, &OTHER), 0);
	});
}

#[test]
fn what_covers_sales_goes_last_but_it_goes() {
	TestExt::default().execute(|| {
		assert_ok!(bond(CURATOR, LISTING, 300));
		assert_ok!(unbond(CURATOR, LISTING, 100));
		assert!(Curation::cover(LISTING, 150));
		assert_eq!(Curation::slash(LISTING, 150, &OTHER), 150);
		let view = Curation::curator_bond(LISTING);
		assert_eq!((view.active, view.covered, view.unlocking), (150, 150, vec![]));

		assert_eq!(Curation::slash(LISTING, 20, &OTHER), 20);
		let view = Curation::curator_bond(LISTING);
		assert_eq!((view.active, view.covered), (130, 130));
	});
}

#[test]
fn where_who_is_owed_cannot_have_it_nothing_moves() {
	TestExt::default().execute(|| {
		assert_ok!(bond(CURATOR, LISTING, 200));
		ExistentialDeposit::set(10);
		assert_eq!(Curation::slash(LISTING, 9, &TREASURY), 0);
		assert_eq!(Curation::curator_bond(LISTING).active, 200);
		assert_eq!(Curation::slash(LISTING, 10, &TREASURY), 10);
	});
}

#[test]
fn nothing_is_no_slash() {
	TestExt::default().execute(|| {
		assert_ok!(bond(CURATOR, LISTING, 200));
		assert_eq!(Curation::slash(LISTING, 0, &OTHER), 0);
		assert!(!events().iter().any(|event| matches!(event, Event::Slashed { .. })));
	});
}

/// What may happen to a bond that covers sales.
#[derive(Clone, Debug)]
enum Step {
	Bond(Balance),
	Unbond(Balance),
	Withdraw(u32),
	Sell(Balance),
	/// Percent of the active bond.
	Fine(u128),
	Close(usize),
	Refund(usize),
}

fn step() -> impl Strategy<Value = Step> {
	prop_oneof![
		2 => (1u128..200).prop_map(Step::Bond),
		2 => (1u128..200).prop_map(Step::Unbond),
		1 => (1u32..2 * UNBONDING).prop_map(Step::Withdraw),
		5 => (1u128..80).prop_map(Step::Sell),
		2 => (0u128..=100).prop_map(Step::Fine),
		2 => any::<usize>().prop_map(Step::Close),
		2 => any::<usize>().prop_map(Step::Refund),
	]
}

proptest! {
	#[test]
	fn whatever_is_unbonded_and_fined_each_covered_sale_is_paid_back_in_full(
		steps in proptest::collection::vec(step(), 1..60)
	) {
		TestExt::default().execute(|| {
			assert_ok!(bond(CURATOR, LISTING, 500));
			let mut sales = Vec::new();
			let refund = |amount| {
				Curation::uncover(LISTING, amount);
				assert_eq!(Curation::slash(LISTING, amount, &OTHER), amount);
			};
			for step in steps {
				match step {
					Step::Bond(amount) => {
						let _ = bond(CURATOR, LISTING, amount);
					}
					Step::Unbond(amount) => {
						let _ = unbond(CURATOR, LISTING, amount);
					}
					Step::Withdraw(after) => {
						go_to(System::block_number() + after);
						let _ = withdraw_unbonded(CURATOR, LISTING);
					}
					Step::Sell(amount) => {
						if Curation::cover(LISTING, amount) {
							sales.push(amount);
						}
					}
					Step::Fine(percent) => {
						let fine = Curation::curator_bond(LISTING).active * percent / 100;
						Curation::forfeit(&Bond::Listing(LISTING), fine);
					}
					Step::Close(which) if !sales.is_empty() => {
						Curation::uncover(LISTING, sales.swap_remove(which % sales.len()));
					}
					Step::Refund(which) if !sales.is_empty() => {
						refund(sales.swap_remove(which % sales.len()));
					}
					Step::Close(_) | Step::Refund(_) => {}
				}
				Curation::do_try_state().expect("the invariants hold after each step");
			}
			sales.into_iter().for_each(refund);
		});
	}
}
