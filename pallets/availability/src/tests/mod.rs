//! One file per call and per hook, and a property test against a plain model.

mod clear_health;
mod integrity;
mod judging;
mod model;
mod periods;
mod probing;
mod queue;
mod set_health;
mod views;
mod vote;

use crate::{mock::*, *};
use frame_support::{assert_noop, assert_ok};
use souk_primitives::{ListingState, OffenceKind};
use Finding::{NotProbed, Reachable, Unreachable};

/// The block in which the first period can be voted on.
const OPEN: u32 = FIRST + 1;

fn set_health(node: AccountId, url: &str) -> sp_runtime::DispatchResult {
	call(node, crate::Call::set_health { url: as_url(url) })
}

fn clear_health(node: AccountId) -> sp_runtime::DispatchResult {
	call(node, crate::Call::clear_health {})
}

/// All three validators vote the same in the first period, which is then judged.
fn all_vote(findings: &[Finding]) {
	advance_to(OPEN);
	for voter in 0..3 {
		assert_ok!(vote(voter, findings));
	}
	advance_to(OVER);
}

/// The nodes of the running period, in the order of its list.
fn listed() -> Vec<AccountId> {
	Tallies::<Test>::get().into_iter().map(|tally| tally.node).collect()
}

/// Findings in the order of the list, by node.
fn found(of: impl Fn(AccountId) -> Finding) -> Vec<Finding> {
	listed().into_iter().map(of).collect()
}
