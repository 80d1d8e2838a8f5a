//! One file per idea: what an offence takes, whose the money is, what blocks have room for, what is remembered; and a ledger.

mod agreement;
mod announce_downtime;
mod announce_report;
mod answer_challenge;
mod commit;
mod division;
mod history;
mod integrity;
mod ledger;
mod missed_period;
mod queue;
mod report_attestations;
mod report_conflict;
mod views;

use crate::{mock::*, *};
use frame_support::{assert_noop, assert_ok};
use souk_primitives::{Asset, Balance, Basis, Bond, Offence, OffenceKind};
use sp_runtime::Permill;

const OF_CURATOR: Bond<AccountId> = Bond::Listing(LISTING);
const OF_NODE: Bond<AccountId> = Bond::Node(NODES[0]);
