//! What governance sets of disputes is in force within limits, and what is simulated begins at these.

use super::*;
use pallet_disputes::Terms;

#[test]
fn fees_and_bonds_have_a_floor_whatever_governance_sets() {
	use params::disputes::{JurorFee, JurorStake, MinBond, Parameters};
	let set = |parameter| {
		let parameter = RuntimeParameters::Disputes(parameter);
		assert_ok!(souk_runtime::Parameters::set_parameter(RuntimeOrigin::root(), parameter));
	};
	world("development").execute_with(|| {
		set(Parameters::JurorStake(JurorStake, Some(0)));
		let least = SOUK / 2;
		for (fee, is) in [(0, least), (least - 1, least), (least, least), (least + 1, least + 1)] {
			set(Parameters::JurorFee(JurorFee, Some(fee)));
			let terms = Disputes::settings().terms;
			assert_eq!((terms.juror_fee, terms.juror_stake, terms.fine()), (is, 2 * is, 2 * is));
		}
		let least = 10 * SOUK;
		for (bond, is) in [(0, least), (least - 1, least), (least, least), (least + 1, least + 1)] {
			set(Parameters::MinBond(MinBond, Some(bond)));
			assert_eq!(Disputes::settings().min_bond, is);
		}

		// With no bond asked for, everybody would have as many tickets as there are.
		set(Parameters::MinBond(MinBond, Some(0)));
		let who = arbitrator(0);
		assert_ok!(Balances::force_set_balance(RuntimeOrigin::root(), who.clone().into(), 1_000 * SOUK));
		let join = |bond| Disputes_::join_pool { bond, key: [1; 32] };
		assert_noop!(dispatch(who.clone(), join(least - 1)), pallet_disputes::Error::<Runtime>::BondTooSmall);
		assert_ok!(dispatch(who.clone(), join(2 * least)));
		assert_eq!(Disputes::arbitrator(who).expect("it has joined").tickets, 2);
	});
}

#[test]
fn times_have_a_floor_whatever_governance_sets() {
	use params::disputes::*;
	let set = |parameter| {
		let parameter = RuntimeParameters::Disputes(parameter);
		assert_ok!(souk_runtime::Parameters::set_parameter(RuntimeOrigin::root(), parameter));
	};
	let least = 20;
	for preset in ["development", "local_testnet", presets::TESTNET_4] {
		world(preset).execute_with(|| {
			// No preset has less to begin with, so that what it says is in force.
			let Terms { response_time, evidence_time, draw_timeout, .. } = Disputes::settings().terms;
			assert_eq!((response_time, evidence_time), (ResponseTime::get(), EvidenceTime::get()));
			let Terms { commit_time, reveal_time, appeal_time, .. } = Disputes::settings().terms;
			assert_eq!((draw_timeout, commit_time), (DrawTimeout::get(), CommitTime::get()));
			assert_eq!((reveal_time, appeal_time), (RevealTime::get(), AppealTime::get()));
			for (blocks, is) in [(0, least), (least - 1, least), (least, least), (least + 1, least + 1)] {
				set(Parameters::ResponseTime(ResponseTime, Some(blocks)));
				set(Parameters::EvidenceTime(EvidenceTime, Some(blocks)));
				set(Parameters::CommitTime(CommitTime, Some(blocks)));
				set(Parameters::RevealTime(RevealTime, Some(blocks)));
				set(Parameters::AppealTime(AppealTime, Some(blocks)));
				let terms = Disputes::settings().terms;
				assert_eq!([terms.response_time, terms.evidence_time], [is; 2]);
				assert_eq!([terms.commit_time, terms.reveal_time, terms.appeal_time], [is; 3]);
			}
		});
	}
}

/// Governance sets how long drawings may take.
fn set_draw_timeout(blocks: BlockNumber) {
	use params::disputes::{DrawTimeout, Parameters};
	let parameter = RuntimeParameters::Disputes(Parameters::DrawTimeout(DrawTimeout, Some(blocks)));
	assert_ok!(souk_runtime::Parameters::set_parameter(RuntimeOrigin::root(), parameter));
}

#[test]
fn a_drawing_has_time_for_two_epochs_whatever_governance_sets() {
	for (preset, epoch) in
		[("development", 10 * MINUTES), ("local_testnet", MINUTES), (presets::TESTNET_4, 10 * MINUTES)]
	{
		world(preset).execute_with(|| {
			let least = 2 * epoch + SHORTEST_PHASE;
			for (blocks, is) in [(0, least), (least - 1, least), (least, least), (least + 1, least + 1)] {
				set_draw_timeout(blocks);
				assert_eq!(Disputes::settings().terms.draw_timeout, is, "{preset}");
			}
		});
	}
}

#[test]
fn a_jury_is_drawn_though_governance_gives_no_time_for_it() {
	// The drawing begins in each quarter of an epoch of twenty blocks, at its beginning and at its end.
	for later in [0, 1, 5, 10, 15, 19] {
		market(12, || {
			set_draw_timeout(0);
			next_blocks(later);
			let order = disputed();
			let case = about(order).id;
			assert_ok!(submit(CURATOR, Disputes_::answer { case }));
			until(case, Phase::Drawing);
			let began = System::block_number();
			until(case, Phase::Commit);
			assert_eq!(jurors(case).len(), 3);
			assert!(System::block_number() - began <= 2 * MINUTES + SHORTEST_PHASE);
		});
	}
}

#[test]
fn a_refusal_leaves_both_sides_a_part_whatever_governance_sets() {
	use params::escrow::*;
	let set = |parameter| {
		let parameter = RuntimeParameters::Escrow(parameter);
		assert_ok!(souk_runtime::Parameters::set_parameter(RuntimeOrigin::root(), parameter));
	};
	for (percent, is) in [(0, 25), (24, 25), (25, 25), (50, 50), (75, 75), (76, 75), (100, 75)] {
		// Nobody can be drawn, nor does governance rule.
		market(2, || {
			set(Parameters::DisputeTimeout(DisputeTimeout, Some(SPAN)));
			let share = Permill::from_percent(percent);
			set(Parameters::DisputeBuyerShare(DisputeBuyerShare, Some(share)));
			assert_eq!(Escrow::settings().dispute_buyer_share, Permill::from_percent(is));
			let order = disputed();
			next_blocks(SPAN);
			let view = Escrow::order_details(order).expect("it is kept");
			let back = PRICE * Balance::from(is) / 100;
			assert_eq!((view.refunded, view.paid, view.held), (back, PRICE - back, 0));
		});
	}
}

#[test]
fn what_is_simulated_begins_at_the_floors_and_with_the_first_numbers() {
	use params::{
		disputes::{IncoherentFine, JurorFee, JurorStake, Parameters},
		escrow::{self, DisputeBuyerShare},
	};
	use souk_economics::{Milli, Parameters as Simulated};
	let milli = |planck: Balance| Milli::try_from(planck / (SOUK / 1_000)).expect("there is not that much");
	world("development").execute_with(|| {
		let Simulated { fee, stake, fine } = Simulated::CHOSEN;
		assert_eq!((fee, stake), (milli(JurorFee::get()), milli(JurorStake::get())));
		assert_eq!(IncoherentFine::get(), Permill::from_percent(u32::try_from(fine).expect("it is a part")));
		assert_eq!(Simulated::SHORTEST_PHASE, SHORTEST_PHASE);
		let none = RuntimeParameters::Disputes(Parameters::JurorFee(JurorFee, Some(0)));
		assert_ok!(souk_runtime::Parameters::set_parameter(RuntimeOrigin::root(), none));
		assert_eq!(Simulated::LEAST_FEE, milli(Disputes::settings().terms.juror_fee));
		assert!(Simulated::reachable().iter().any(|set| set.fee == Simulated::LEAST_FEE && set.stake == 0));
		let shares = [Permill::zero(), DisputeBuyerShare::get(), Permill::one()].map(|share| {
			let share = escrow::Parameters::DisputeBuyerShare(DisputeBuyerShare, Some(share));
			let share = RuntimeParameters::Escrow(share);
			assert_ok!(souk_runtime::Parameters::set_parameter(RuntimeOrigin::root(), share));
			Escrow::settings().dispute_buyer_share
		});
		assert_eq!(Simulated::BUYER_SHARES.map(Permill::from_percent), shares);
	});
}
