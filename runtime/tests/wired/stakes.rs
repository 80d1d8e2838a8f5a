//! Offences as the chain is wired: the numbers that governance may set, and what they never undo.

use super::*;
use frame_support::{assert_ok, traits::Get};
use pallet_stakes::{Penalties, Penalty};
use souk_primitives::{reach::Bonds, OffenceKind};
use sp_runtime::Permill;

type Stakes_ = <Runtime as pallet_stakes::Config>::Penalties;

fn set(parameter: RuntimeParameters) {
	assert_ok!(Parameters::set_parameter(RuntimeOrigin::root(), parameter));
}

#[test]
fn bonds_stay_longer_than_reports_and_disputes_come_whatever_governance_sets() {
	world("local_testnet").execute_with(|| {
		let window = <Runtime as pallet_stakes::Config>::ReportWindow::get();
		let unbonding = <Curation as Bonds<AccountId>>::unbonding_period;
		assert_eq!(unbonding(), 7 * DAYS);
		let (few, many) = (window - 1, 9 * DAYS);
		// Submissions may be five minutes ahead, and can be reported to the end of a minute.
		let reports = window + 6 * MINUTES;
		for (set_to, confirm, is) in [
			(0, few, reports),
			(window + 1, few, reports),
			(0, reports - 1, reports),
			(30 * DAYS, few, 30 * DAYS),
			(0, many, many),
			(30 * DAYS, many, 30 * DAYS),
		] {
			set(RuntimeParameters::Market(params::market::Parameters::UnbondingPeriod(
				params::market::UnbondingPeriod,
				Some(set_to),
			)));
			set(RuntimeParameters::Escrow(params::escrow::Parameters::ConfirmTimeout(
				params::escrow::ConfirmTimeout,
				Some(confirm),
			)));
			assert_eq!(unbonding(), is);
			// Offers name no longer time for a confirmation.
			assert_eq!(<Runtime as pallet_escrow::Config>::UnbondingPeriod::get(), is);
			// A delivery can be disputed before that many blocks are over.
			assert!(unbonding() > window && unbonding() >= confirm);
		}
	});
}

#[test]
fn who_unbonds_with_a_submission_that_is_ahead_is_reported_before_the_bond_is_free() {
	world("local_testnet").execute_with(|| {
		set(RuntimeParameters::Market(params::market::Parameters::UnbondingPeriod(
			params::market::UnbondingPeriod,
			Some(0),
		)));
		set(RuntimeParameters::Escrow(params::escrow::Parameters::ConfirmTimeout(
			params::escrow::ConfirmTimeout,
			Some(0),
		)));
		for window in [6 * MINUTES, 6 * MINUTES + 1, HOURS - 1, HOURS, 5 * DAYS, 5 * DAYS + 19] {
			set(RuntimeParameters::Offences(params::offences::Parameters::ReportWindow(
				params::offences::ReportWindow,
				Some(window),
			)));
			let minutes = <Runtime as pallet_stakes::Config>::ReportMinutes::get();
			for block in 0..MINUTES {
				// In the first minute, in some block of it, for the last period that is taken then.
				let period = pallet_stakes::MINUTES_AHEAD;
				let last_minute = period + minutes;
				let last_block = (last_minute + 1) * MINUTES - 1;
				let free = block + <Curation as Bonds<AccountId>>::unbonding_period();
				assert!(free > last_block, "{window}: reported in block {last_block}, and free in {free}");
			}
		}
		// Nor is it free while a challenge is open that was drawn before.
		set(RuntimeParameters::Offences(params::offences::Parameters::ReportWindow(
			params::offences::ReportWindow,
			Some(6 * MINUTES),
		)));
		set(RuntimeParameters::Offences(params::offences::Parameters::ChallengeWindow(
			params::offences::ChallengeWindow,
			Some(DAYS),
		)));
		assert_eq!(<Curation as Bonds<AccountId>>::unbonding_period(), LONGEST_CHALLENGE + 1);
		// On a chain that goes faster than that, bonds are as fast.
		set(RuntimeParameters::Offences(params::offences::Parameters::ReportWindow(
			params::offences::ReportWindow,
			Some(14),
		)));
		assert_eq!(<Curation as Bonds<AccountId>>::unbonding_period(), 15);
	});
}

#[test]
fn penalties_are_parameters_and_a_bad_chunk_costs_what_orders_say() {
	world("local_testnet").execute_with(|| {
		let cost = |kind| Stakes_::of(kind);
		assert_eq!(cost(OffenceKind::BadChunk).curator, Permill::from_percent(10));
		set(RuntimeParameters::Escrow(params::escrow::Parameters::BadChunkSlash(
			params::escrow::BadChunkSlash,
			Some(Permill::from_percent(25)),
		)));
		assert_eq!(cost(OffenceKind::BadChunk).curator, Permill::from_percent(25));

		let harsh = Penalty { curator: Permill::one(), ..cost(OffenceKind::LostDispute) };
		set(RuntimeParameters::Offences(params::offences::Parameters::LostDispute(
			params::offences::LostDispute,
			Some(harsh),
		)));
		assert_eq!(cost(OffenceKind::LostDispute), harsh);
	});
}

#[test]
fn in_the_first_table_no_penalty_gives_away_more_than_it_takes() {
	world("development").execute_with(|| {
		for kind in OffenceKind::ALL {
			let Penalty { subscribers, reporter, repeated, within, .. } = Stakes_::of(kind);
			assert!(subscribers.deconstruct() + reporter.deconstruct() < 1_000_000, "{kind:?}");
			assert!(repeated > Permill::zero() && within > 0, "{kind:?} never costs more");
		}
	});
}

#[test]
fn whatever_governance_sets_a_part_of_each_fine_is_lost() {
	use params::offences::{self, Parameters};
	type Setting = fn(Penalty) -> Parameters;
	// The curator's part of a bad chunk is the orders'.
	let settings: [(OffenceKind, Setting); 7] = [
		(OffenceKind::Unreachable, |set| Parameters::Unreachable(offences::Unreachable, Some(set))),
		(OffenceKind::MissedChallenge, |set| {
			Parameters::MissedChallenge(offences::MissedChallenge, Some(set))
		}),
		(OffenceKind::MissedPeriod, |set| Parameters::MissedPeriod(offences::MissedPeriod, Some(set))),
		(OffenceKind::ConflictingSnapshots, |set| {
			Parameters::ConflictingSnapshots(offences::ConflictingSnapshots, Some(set))
		}),
		(OffenceKind::BadChunk, |set| Parameters::BadChunk(offences::BadChunk, Some(set))),
		(OffenceKind::ContradictingAttestations, |set| {
			Parameters::ContradictingAttestations(offences::ContradictingAttestations, Some(set))
		}),
		(OffenceKind::LostDispute, |set| Parameters::LostDispute(offences::LostDispute, Some(set))),
	];
	assert_eq!(settings.map(|(kind, _)| kind), OffenceKind::ALL);
	world("development").execute_with(|| {
		const FINE: Balance = 1_000;
		for (kind, setting) in settings {
			for (subscribers, reporter, lost) in
				[(0, 0, 1_000), (50, 20, 300), (90, 10, 100), (100, 0, 100), (0, 100, 100), (100, 100, 100)]
			{
				set(RuntimeParameters::Offences(setting(Penalty {
					curator: Permill::one(),
					node: Permill::one(),
					subscribers: Permill::from_percent(subscribers),
					reporter: Permill::from_percent(reporter),
					..Stakes_::of(kind)
				})));
				let shares = Stakes_::of(kind).divide(FINE, true);
				assert_eq!(shares.treasury, lost, "{kind:?}: {subscribers} % and {reporter} %");
			}
		}
	});
}

#[test]
fn the_table_that_is_simulated_is_the_first_one() {
	use souk_economics::attacks::slashes::{penalty, MOST_BACKING, TABLE};
	world("development").execute_with(|| {
		assert_eq!(TABLE.map(|(kind, _)| kind), OffenceKind::ALL);
		for (kind, numbers) in TABLE {
			let Penalty { repeated, within, .. } = Stakes_::of(kind);
			assert_eq!(Penalty { repeated, within, ..penalty(numbers) }, Stakes_::of(kind), "{kind:?}");
		}
		assert_eq!(<Runtime as pallet_backing::Config>::MaxBacking::get(), MOST_BACKING);
	});
}

#[test]
fn challenges_can_be_answered_and_not_evaded_whatever_governance_sets() {
	use params::offences::{ChallengeEvery, ChallengeWindow, Parameters};
	type Config = Runtime;
	let numbers = || {
		let window = <Config as pallet_stakes::Config>::ChallengeWindow::get();
		(window, <Config as pallet_stakes::Config>::ChallengeEvery::get())
	};
	world("local_testnet").execute_with(|| assert_eq!(numbers(), (3 * MINUTES, 4 * MINUTES)));
	world("development").execute_with(|| {
		assert_eq!(numbers(), (5 * MINUTES, HOURS));
		for (window, every, expected) in
			[(0, 1, (10, 11)), (20, 30, (20, 30)), (DAYS, 5, (HOURS - 1, HOURS)), (20, 0, (20, 0))]
		{
			set(RuntimeParameters::Offences(Parameters::ChallengeWindow(ChallengeWindow, Some(window))));
			set(RuntimeParameters::Offences(Parameters::ChallengeEvery(ChallengeEvery, Some(every))));
			assert_eq!(numbers(), expected);
			let notice = <Config as pallet_stakes::Config>::DowntimeNotice::get();
			assert!(expected.0 < notice && (expected.1 == 0 || expected.1 > expected.0));
		}
	});
}
