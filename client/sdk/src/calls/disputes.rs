//! Disputes: the pool of arbitrators, and cases. A case is opened by [`dispute`](super::dispute).

use super::{value, Call};
use crate::{
	types::{CaseId, Ruling},
	Digest,
};
use souk_custody::AccountId;

fn about(name: &'static str, case: CaseId) -> Call {
	Call::new("Disputes", name, vec![("case", value::number(case))])
}

/// Joins the pool of arbitrators with a bond in planck. Evidence is encrypted to `key`, an X25519 public key.
pub fn disputes_join_pool(bond: u128, key: [u8; 32]) -> Call {
	Call::new("Disputes", "join_pool", vec![("bond", value::number(bond)), ("key", value::bytes(&key))])
}

/// Adds to the signer's bond, in planck.
pub fn disputes_bond_extra(amount: u128) -> Call {
	Call::new("Disputes", "bond_extra", vec![("amount", value::number(amount))])
}

/// Leaves the pool. Not while the signer sits on a jury.
pub fn disputes_leave_pool() -> Call {
	Call::new("Disputes", "leave_pool", vec![])
}

/// Takes back the bond of an arbitrator who left, after the unbonding delay.
pub fn disputes_withdraw() -> Call {
	Call::new("Disputes", "withdraw", vec![])
}

/// Posts the fee of a case that the other side has opened.
pub fn disputes_answer(case: CaseId) -> Call {
	about("answer", case)
}

/// Shows evidence by its hash, as a side of a case, before the first jury is drawn.
pub fn disputes_submit_evidence(case: CaseId, hash: Digest) -> Call {
	let arguments = vec![("case", value::number(case)), ("hash", value::bytes(&hash))];
	Call::new("Disputes", "submit_evidence", arguments)
}

/// Commits to a vote ([`commitment`](crate::disputes::commitment)), as a juror.
pub fn disputes_commit_vote(case: CaseId, commitment: Digest) -> Call {
	let arguments = vec![("case", value::number(case)), ("commitment", value::bytes(&commitment))];
	Call::new("Disputes", "commit_vote", arguments)
}

/// Reveals a vote that the signer has committed to.
pub fn disputes_reveal_vote(case: CaseId, vote: Ruling, salt: [u8; 32]) -> Call {
	let arguments =
		vec![("case", value::number(case)), ("vote", value::ruling(vote)), ("salt", value::bytes(&salt))];
	Call::new("Disputes", "reveal_vote", arguments)
}

/// Appeals to a larger jury, as the side that has lost, and posts what that costs.
pub fn disputes_appeal(case: CaseId) -> Call {
	about("appeal", case)
}

/// Asks, from outside, for access to a case's evidence, to be encrypted to `key`.
pub fn disputes_request_review(case: CaseId, key: [u8; 32]) -> Call {
	let arguments = vec![("case", value::number(case)), ("key", value::bytes(&key))];
	Call::new("Disputes", "request_review", arguments)
}

/// Approves of a reviewer's access, as a juror.
pub fn disputes_approve_review(case: CaseId, reviewer: AccountId) -> Call {
	let arguments = vec![("case", value::number(case)), ("reviewer", value::bytes(&reviewer))];
	Call::new("Disputes", "approve_review", arguments)
}

/// Does what is due for a case without waiting for its turn.
pub fn disputes_execute(case: CaseId) -> Call {
	about("execute", case)
}
