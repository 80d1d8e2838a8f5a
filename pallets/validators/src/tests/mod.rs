//! One file per call, one for elections and one for offences.

mod bond;
mod bond_extra;
mod chill;
mod election;
mod force_chill;
mod genesis;
mod ledger;
mod offence;
mod unbond;
mod validate;
mod views;
mod walk;
mod withdraw_unbonded;

use crate::{mock::*, Error, Event, Exposures};
use frame_support::{assert_noop, assert_ok};
use sp_staking::SessionIndex;

/// The accounts of a planned or remembered set, largest bond first.
fn set_of(session: SessionIndex) -> Vec<AccountId> {
	Exposures::<Test>::get(session).into_iter().map(|record| record.validator).collect()
}

fn signed(account: AccountId) -> RuntimeOrigin {
	RuntimeOrigin::signed(account)
}

/// Bonds `amount` and stands for election.
fn join(account: AccountId, amount: Balance) {
	assert_ok!(Validators::bond(signed(account), amount));
	assert_ok!(Validators::validate(signed(account)));
}
