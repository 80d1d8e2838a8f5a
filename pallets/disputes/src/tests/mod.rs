//! One file per call, one per idea that spans calls, and the ledger.

mod answer;
mod appeal;
mod bond_extra;
mod commit_vote;
mod drawing;
mod execute;
mod join_pool;
mod leave_pool;
mod ledger;
mod lifecycles;
mod lost;
mod open;
mod pending;
mod queue;
mod reveal_vote;
mod reviews;
mod settled;
mod settlement;
mod silence;
mod submit_evidence;
mod timeouts;
mod views;
mod withdraw;

use crate::{mock::*, HoldReason, *};
use frame_support::{assert_noop, assert_ok};
use souk_primitives::{
	reach::{
		Juries as _,
		Ruling::{self, Refused},
		Side,
	},
	Balance,
};

/// A vote, or a ruling, for a side.
const FOR_BUYER: Ruling = Ruling::Buyer;
const FOR_SELLER: Ruling = Ruling::Seller;

/// What the first jury costs each side.
const FIRST_FEE: Balance = 3 * FEE;
const SECOND_FEE: Balance = 7 * FEE;
const THIRD_FEE: Balance = 15 * FEE;

/// What somebody has gained since the start, but for deposits that will return.
fn gained(who: AccountId) -> i128 {
	let reasons = [HoldReason::Bond, HoldReason::Fee, HoldReason::Deposit];
	let all = free(who) + reasons.into_iter().map(|reason| held(reason, who)).sum::<Balance>();
	all as i128 - if who == POOR { LITTLE } else { ENDOWMENT } as i128
}

/// An arbitrator of the pool.
#[track_caller]
fn arbitrator(who: AccountId) -> ArbitratorView {
	Disputes::arbitrator(who).expect("it is in the pool")
}

/// Runs until a case has a next jury, and has that vote alike.
#[track_caller]
fn next_jury_votes(case: CaseId, vote: Ruling) -> Vec<AccountId> {
	advance_until(case, Phase::Commit);
	let jurors = jurors(case);
	vote_all(case, &vec![vote; jurors.len()]);
	jurors
}
