use super::*;
use crate::Exposure;
use sp_runtime::Perbill;
use sp_staking::offence::{OffenceDetails, OnOffenceHandler};

fn punish(offender: AccountId, percent: u32, session: SessionIndex) {
	Validators::on_offence(
		&[OffenceDetails { offender: (offender, Exposure::default()), reporters: vec![] }],
		&[Perbill::from_percent(percent)],
		session,
	);
}

#[test]
fn an_equivocation_costs_the_bond_and_rewards_the_reporters() {
	TestExt::default().execute(|| {
		let issuance = Balances::total_issuance();
		report(&[7, 8], 3, 0, 1);
		// A tenth of 3000; a tenth of that is shared by the two reporters.
		assert_eq!(held(3), 2_700);
		assert_eq!((free(7), free(8)), (ENDOWMENT + 15, ENDOWMENT + 15));
		assert_eq!(free(TREASURY), ENDOWMENT + 270);
		assert_eq!(Balances::total_issuance(), issuance);
		assert!(events().contains(&Event::Slashed { validator: 3, session: 0, amount: 300, rewarded: 30 }));
	});
}

#[test]
fn without_reporters_the_treasury_gets_all_of_it() {
	TestExt::default().execute(|| {
		report(&[], 3, 0, 1);
		assert_eq!((held(3), free(TREASURY)), (2_700, ENDOWMENT + 300));
	});
}

#[test]
fn a_reporter_whose_account_cannot_take_it_leaves_it_to_the_treasury() {
	TestExt::default().execute(|| {
		// A slash of 100, of which ten are shared: five would not let account 77 exist.
		report(&[7, 77], 1, 0, 1);
		assert_eq!((free(7), free(77), free(TREASURY)), (ENDOWMENT + 5, 0, ENDOWMENT + 95));
	});
}

#[test]
fn an_offender_is_chilled_disabled_and_not_elected_again() {
	TestExt::default().execute(|| {
		join(4, 500);
		report(&[], 3, 0, 1);
		assert!(!Validators::is_candidate(&3));
		run_to_session(2);
		assert_eq!(Session::validators(), [2, 1, 4]);
	});
}

#[test]
fn the_session_pallet_disables_the_offender_at_once() {
	TestExt::default().execute(|| {
		assert_eq!(Session::validators(), [3, 2, 1]);
		report(&[], 2, 0, 1);
		assert_eq!(Session::disabled_validators(), [1]);
	});
}

#[test]
fn an_offender_stays_in_the_set_where_nobody_replaces_it() {
	TestExt::default().validators(&[(1, 1_000), (2, 2_000)]).execute(|| {
		report(&[], 2, 0, 1);
		assert_eq!(held(2), 1_800);
		run_to_session(3);
		assert_eq!(Session::validators(), [2, 1]);
		assert_eq!(Validators::active_set(), [(2, 1_800), (1, 1_000)]);
		assert_noop!(Validators::unbond(signed(2), 1_800), Error::<Test>::StillValidating);
	});
}

#[test]
fn a_slash_hits_what_was_exposed_and_not_what_was_added_since() {
	TestExt::default().execute(|| {
		assert_ok!(Validators::bond_extra(signed(1), 9_000));
		run_to_session(1);
		punish(1, 100, 0);
		assert_eq!(held(1), 9_000);
	});
}

#[test]
fn a_slash_hits_money_that_left_the_bond_after_the_offence() {
	TestExt::default().execute(|| {
		assert_ok!(Validators::unbond(signed(3), 2_900));
		run_to_session(2);
		punish(3, 50, 1);
		assert_eq!(held(3), 1_500);
		assert_eq!(
			Validators::validator(3).map(|view| (view.bond, view.unlocking)),
			Some((0, vec![(1_500, 1 + UNBONDING_SESSIONS)]))
		);
		// What is left is withdrawn when its time has come.
		run_to_session(1 + UNBONDING_SESSIONS);
		assert_ok!(Validators::withdraw_unbonded(signed(3)));
		assert_eq!((held(3), free(3)), (0, ENDOWMENT - 1_500));
		assert!(Validators::validator(3).is_none());
	});
}

#[test]
fn a_slash_spares_money_that_had_left_the_bond_before() {
	TestExt::default().execute(|| {
		assert_ok!(Validators::unbond(signed(3), 1_000));
		run_to_session(3);
		punish(3, 100, 3);
		assert_eq!(
			Validators::validator(3).map(|view| (view.bond, view.unlocking)),
			Some((0, vec![(1_000, 1 + UNBONDING_SESSIONS)]))
		);
	});
}

#[test]
fn an_offence_is_punished_until_its_money_can_be_withdrawn() {
	TestExt::default().execute(|| {
		// Exposed in sessions 0 and 1; the last block in which it cannot be withdrawn is in session 3.
		assert_ok!(Validators::unbond(signed(3), 2_900));
		run_to_session(UNBONDING_SESSIONS);
		assert_noop!(Validators::withdraw_unbonded(signed(3)), Error::<Test>::TooEarly);
		punish(3, 100, 1);
		assert_eq!(held(3), 0);
	});
}

#[test]
fn offences_of_one_session_cost_the_largest_fraction_and_not_the_sum() {
	TestExt::default().execute(|| {
		punish(3, 10, 0);
		assert_eq!(held(3), 2_700);
		punish(3, 5, 0);
		assert_eq!(held(3), 2_700);
		punish(3, 30, 0);
		assert_eq!(held(3), 2_100);
		// Another session is another offence.
		punish(3, 10, 1);
		assert_eq!(held(3), 1_800);
	});
}

#[test]
fn a_second_offender_in_a_slot_raises_the_price_for_the_first() {
	TestExt::default().execute(|| {
		report(&[], 3, 0, 1);
		assert_eq!(held(3), 2_700);
		report(&[], 2, 0, 1);
		assert_eq!((held(3), held(2)), (0, 0));
		assert_eq!(free(TREASURY), ENDOWMENT + 5_000);
	});
}

#[test]
fn a_slash_never_exceeds_what_is_held() {
	TestExt::default().execute(|| {
		punish(3, 100, 0);
		punish(3, 100, 1);
		assert_eq!((held(3), free(3)), (0, ENDOWMENT - 3_000));
		assert!(Validators::validator(3).is_none());
	});
}

#[test]
fn a_fraction_of_nothing_changes_nothing() {
	TestExt::default().execute(|| {
		punish(3, 0, 0);
		assert_eq!(held(3), 3_000);
		assert!(Validators::is_candidate(&3));
	});
}

#[test]
fn somebody_who_was_not_in_the_set_is_not_punished() {
	TestExt::default().execute(|| {
		join(4, 500);
		punish(4, 100, 0);
		assert_eq!(held(4), 500);
		assert_eq!(events().last(), Some(&Event::OffenceIgnored { validator: 4, session: 0 }));
	});
}

#[test]
fn an_offence_of_a_forgotten_session_is_ignored_and_leaves_nothing_behind() {
	TestExt::default().execute(|| {
		run_to_session(HISTORY_DEPTH + 3);
		punish(3, 100, 1);
		assert_eq!(held(3), 3_000);
		assert!(!Exposures::<Test>::contains_key(1));
	});
}

#[test]
fn an_offender_may_return_with_a_full_bond() {
	TestExt::default().execute(|| {
		punish(1, 95, 0);
		assert_noop!(Validators::validate(signed(1)), Error::<Test>::BelowMinimum);
		assert_ok!(Validators::bond_extra(signed(1), 500));
		assert_ok!(Validators::validate(signed(1)));
	});
}
