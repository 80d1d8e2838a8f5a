use super::*;
use codec::Encode;
use frame_support::dispatch::Pays;
use souk_proof_primitives::attestation::{Attestation, Outcome, SignedAttestation};
use sp_core::Pair;

const NODE: AccountId = NODES[0];

fn claim(result: u8) -> Attestation {
	Attestation {
		genesis: genesis(),
		listing: LISTING,
		node: pair(NODE).public().0,
		request: [result; 32],
		query: [2; 32],
		period: TODAY,
		content_root: [4; 32],
		outcome: Outcome::Complete { result: [result; 32], rows: 1, bytes: 2 },
		block: START,
		reproducible: Some(1),
	}
}

fn signed_by(account: AccountId, attestation: Attestation) -> AttestationBytes {
	let signature = pair(account).sign(&attestation.digest()).0;
	AttestationBytes::truncate_from(SignedAttestation { attestation, signature }.encode())
}

fn signed(attestation: Attestation) -> AttestationBytes {
	signed_by(NODE, attestation)
}

fn report(first: &AttestationBytes, second: &AttestationBytes) -> Result<Pays, sp_runtime::DispatchError> {
	let report = crate::Call::report_attestations { first: first.clone(), second: second.clone() };
	call(REPORTER, report).map(|post| post.pays_fee).map_err(|failed| failed.error)
}

fn reported(first: &AttestationBytes, second: &AttestationBytes) -> Result<Pays, sp_runtime::DispatchError> {
	announce(REPORTER, first, second);
	report(first, second)
}

#[test]
fn a_node_that_answered_twice_differently_is_fined() {
	TestExt::default().execute(|| {
		let (first, second) = (signed(claim(1)), signed(Attestation { block: START + 1, ..claim(2) }));
		assert_eq!(reported(&first, &second), Ok(Pays::No));
		assert_eq!((bonded(OF_NODE), bonded(OF_CURATOR)), (800, 9_000));
		let record = &Stakes::node_history(NODE)[0];
		assert_eq!(record.kind, OffenceKind::ContradictingAttestations);
		assert_eq!(record.basis, Basis::Statements);
		assert_eq!(free(REPORTER) + held(REPORTER), ENDOWMENT + 240);
		assert_eq!(reported(&second, &first), Err(Error::<Test>::AlreadyReported.into()));
	});
}

#[test]
fn who_came_with_the_snapshot_or_where_it_is_gone_with_the_first_answer_has_no_part() {
	for (kept, seen) in [(true, START + 1), (false, START + 3)] {
		TestExt::default().execute(|| {
			advance_to(START + 1);
			if kept {
				keep(LISTING, START + 1);
			}
			advance_to(START + 5);
			subscribe(LISTING, FIRST, seen - 1, Asset::Native, 1_000_000);
			subscribe(LISTING, FIRST + 1, seen, Asset::Native, 1_000_000);
			let at = |block, result| signed(Attestation { block, ..claim(result) });
			assert_ok!(reported(&at(START + 4, 1), &at(START + 3, 2)));
			advance_to(System::block_number() + 1);
			// As much as the node has lost.
			assert_eq!((free(FIRST), free(FIRST + 1)), (200, 0), "{kept}");
		});
	}
}

/// The node has left in a block, and its answers are reported in another. Whether the curator is fined as well.
fn curator_answers(left: u32, comes_back: bool, blocks: [u32; 2], at: u32) -> bool {
	let mut answers = None;
	TestExt::default().execute(|| {
		let role = souk_primitives::NodeRole::Persistence;
		advance_to(left);
		assert_ok!(curate(pallet_curation::Call::unassign { listing: LISTING, node: NODE, role }));
		advance_to(at - 1);
		let answer = |block, says| signed(Attestation { block, ..claim(says) });
		let (first, second) = (answer(blocks[0], 1), answer(blocks[1], 2));
		announce(REPORTER, &first, &second);
		// Who is not remembered any more is forgotten with this.
		assign(if comes_back { NODE } else { NODES[2] });
		assert_eq!(report(&first, &second), Ok(Pays::No));
		assert_eq!((System::block_number(), bonded(OF_NODE)), (at, 800));
		answers = match (bonded(OF_CURATOR), Stakes::history(LISTING).len()) {
			(9_000, 1) => Some(true),
			(BOND, 0) => Some(false),
			other => panic!("{other:?}"),
		};
	});
	answers.expect("it was reported")
}

#[test]
fn the_curator_answers_for_answers_that_a_node_gave_while_it_was_assigned() {
	const LEFT: u32 = START + 4;
	for (blocks, answers) in [
		([START - 1, START - 1], false),
		([START - 1, START], true),
		([START, START], true),
		([LEFT - 1, LEFT - 1], true),
		([LEFT - 1, LEFT], true),
		([LEFT, LEFT - 1], true),
		([LEFT, LEFT], false),
	] {
		assert_eq!(curator_answers(LEFT, false, blocks, LEFT + 2), answers, "{blocks:?}");
		// For a node that is assigned she answers in any case.
		assert!(curator_answers(LEFT, true, blocks, LEFT + 2), "{blocks:?}");
	}
	// As long as they can be reported.
	assert!(curator_answers(LEFT, false, [LEFT - 1, LEFT - 1], LEFT - 1 + WINDOW));
	assert!(!curator_answers(LEFT, false, [LEFT, LEFT], LEFT + WINDOW));
}

#[test]
fn answers_are_compared_only_while_they_have_to_be_the_same() {
	TestExt::default().execute(|| {
		advance_to(START + 10);
		let at = |block, result| signed(Attestation { block, ..claim(result) });
		let now = System::block_number();
		assert_eq!(reported(&at(now - SAME - 1, 1), &at(now, 2)), Err(Error::<Test>::TooFarApart.into()));
		assert_eq!(reported(&at(now, 1), &at(now + 5, 2)), Err(Error::<Test>::BlockAhead.into()));
		// What a query may show was changed between them.
		PolicyChanges::set(vec![now - 1]);
		assert_eq!(reported(&at(now - 2, 1), &at(now, 2)), Err(Error::<Test>::PolicyChanged.into()));
		PolicyChanges::set(vec![now - 2, now + 1]);
		assert_ok!(reported(&at(now, 1), &at(now - 2, 2)));
	});
}

#[test]
fn what_is_too_long_ago_is_reported_no_more() {
	TestExt::default().execute(|| {
		let (first, second) = (signed(claim(1)), signed(claim(2)));
		advance_to(START + WINDOW - 1);
		announce(REPORTER, &first, &second);
		advance_to(START + WINDOW + 1);
		assert_noop!(report(&first, &second), Error::<Test>::TooLate);
	});
	TestExt::default().execute(|| {
		let (first, second) = (signed(claim(1)), signed(claim(2)));
		advance_to(START + WINDOW - 1);
		assert_ok!(reported(&first, &second));
	});
}

#[test]
fn what_is_no_evidence_is_refused_by_name() {
	TestExt::default().execute(|| {
		let first = signed(claim(1));
		let mut shorter = first.to_vec();
		shorter.pop();
		let failed = Outcome::Failed { code: "timed_out".into(), message: "late".into() };
		for (other, error) in [
			(AttestationBytes::truncate_from(shorter), Error::<Test>::Malformed),
			(signed(Attestation { genesis: [9; 32], ..claim(2) }), Error::<Test>::OtherChain),
			(signed(Attestation { query: [9; 32], ..claim(2) }), Error::<Test>::NotComparable),
			(signed(Attestation { outcome: failed, ..claim(2) }), Error::<Test>::NoContradiction),
			(signed(Attestation { block: START + 1, ..claim(1) }), Error::<Test>::NoContradiction),
			(signed(Attestation { reproducible: None, ..claim(2) }), Error::<Test>::NotReproducible),
			(signed(Attestation { reproducible: Some(2), ..claim(2) }), Error::<Test>::NotReproducible),
			(signed_by(NODES[1], claim(2)), Error::<Test>::BadSignature),
		] {
			assert_eq!(reported(&first, &other), Err(error.into()));
		}
		let stranger =
			|result| signed_by(STRANGER, Attestation { node: pair(STRANGER).public().0, ..claim(result) });
		assert_eq!(reported(&stranger(1), &stranger(2)), Err(Error::<Test>::NothingAtStake.into()));
		assert_eq!(report(&first, &signed(claim(2))), Err(Error::<Test>::NotAnnounced.into()));
		assert_eq!(bonded(OF_NODE), NODE_BOND);
	});
}
