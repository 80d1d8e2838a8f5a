//! Cases of Alice's that are made up.

use super::Args;
use crate::commands::dispute::tests::case;
use souk_custody::Account;
use souk_protocol::Digest;
use souk_sdk::{
	disputes,
	types::{CaseId, CasePhase, CaseView, Ruling},
};

pub(super) const GENESIS: Digest = [9; 32];

pub(super) fn args() -> Args {
	Args { bond: None, vote: None, evidence: None, once: false, leave: false, withdraw: false }
}

/// A case on whose jury Alice sits.
pub(super) fn seated(id: CaseId, phase: CasePhase) -> CaseView {
	let mut case = CaseView { id, ..case(phase) };
	case.juries[0].jurors[0].who = Account::from_uri("//Alice").unwrap().id();
	case
}

/// The same when she has voted.
pub(super) fn committed(id: CaseId, phase: CasePhase) -> CaseView {
	let alice = Account::from_uri("//Alice").unwrap();
	let mut case = seated(id, phase);
	let salt = disputes::salt(&alice, &GENESIS, id, 0);
	let sealed = disputes::commitment(id, 0, &alice.id(), Ruling::Seller, &salt);
	case.juries[0].jurors[0].commitment = Some(sealed);
	case
}
