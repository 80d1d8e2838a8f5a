use super::*;
use codec::Encode;
use frame_support::dispatch::Pays;
use souk_primitives::Period;
use souk_proof_primitives::submission::{SignedSubmission, Submission};
use sp_core::Pair;

const WORKER: AccountId = NODES[0];

fn claim(commitments: u8) -> Submission {
	let worker = pair(WORKER).public().0;
	Submission { genesis: genesis(), listing: LISTING, period: TODAY, worker, commitments: [commitments; 32] }
}

/// A claim, signed by whom it says or by somebody else.
fn signed_by(account: AccountId, submission: Submission) -> SubmissionBytes {
	let signature = pair(account).sign(&submission.digest()).0;
	SubmissionBytes::truncate_from(SignedSubmission { submission, signature }.encode())
}

fn signed(submission: Submission) -> SubmissionBytes {
	signed_by(WORKER, submission)
}

fn report(
	who: AccountId,
	first: &SubmissionBytes,
	second: &SubmissionBytes,
) -> Result<Pays, sp_runtime::DispatchError> {
	let done = call(who, crate::Call::report_conflict { first: first.clone(), second: second.clone() });
	done.map(|post| post.pays_fee).map_err(|failed| failed.error)
}

/// Announces and reports.
fn reported(first: &SubmissionBytes, second: &SubmissionBytes) -> Result<Pays, sp_runtime::DispatchError> {
	announce(REPORTER, first, second);
	report(REPORTER, first, second)
}

/// Two claims for a period.
fn conflict(period: Period) -> (SubmissionBytes, SubmissionBytes) {
	let claim = |commitments| signed(Submission { period, ..claim(commitments) });
	(claim(1), claim(2))
}

#[test]
fn a_worker_who_signed_two_things_is_fined_and_the_reporter_has_a_share() {
	TestExt::default().execute(|| {
		let (first, second) = conflict(TODAY);
		assert_eq!(reported(&first, &second), Ok(Pays::No));
		assert_eq!((bonded(OF_NODE), bonded(OF_CURATOR)), (800, 9_000));
		let evidence = evidence_hash(&first, &second);
		assert_eq!(held(REPORTER), Stakes::case_deposit(Cases::<Test>::iter_keys().next().expect("one")));
		assert_eq!(free(REPORTER) + held(REPORTER), ENDOWMENT + 240);
		let record = &Stakes::node_history(WORKER)[0];
		assert_eq!((record.kind, record.evidence), (OffenceKind::ConflictingSnapshots, evidence));
		assert_eq!((record.reporter, record.basis), (Some(REPORTER), Basis::Statements));
		// The deposit comes back by itself.
		advance_to(System::block_number() + MEMORY);
		assert_eq!((held(REPORTER), gained(REPORTER)), (0, 240));
		assert_eq!(Cases::<Test>::iter().count(), 0);
	});
}

#[test]
fn who_came_with_the_snapshot_or_where_there_is_none_with_the_announcement_has_no_part() {
	for (kept, seen) in [(true, START + 1), (false, START + 3)] {
		TestExt::default().execute(|| {
			advance_to(START + 1);
			if kept {
				keep(LISTING, START + 1);
			}
			advance_to(START + 3);
			subscribe(LISTING, FIRST, seen - 1, Asset::Native, 1_000_000);
			subscribe(LISTING, FIRST + 1, seen, Asset::Native, 1_000_000);
			let (first, second) = conflict(TODAY);
			assert_ok!(reported(&first, &second));
			advance_to(System::block_number() + 1);
			// As much as the node has lost.
			assert_eq!((free(FIRST), free(FIRST + 1)), (200, 0), "{kept}");
		});
	}
}

#[test]
fn copying_a_report_is_worth_nothing() {
	TestExt::default().execute(|| {
		let (first, second) = conflict(TODAY);
		announce(REPORTER, &first, &second);
		// Whoever sees the evidence in the pool has announced nothing, and whoever copied the announcement has announced another's.
		assert_noop!(report(OTHER, &first, &second), Error::<Test>::NotAnnounced);
		let copied = announcement(&REPORTER, &first, &second);
		assert_ok!(call(OTHER, crate::Call::announce_report { hash: copied }));
		assert_noop!(report(OTHER, &first, &second), Error::<Test>::NotAnnounced);
		// Who announces now is a block late.
		assert_ok!(call(OTHER, crate::Call::announce_report { hash: announcement(&OTHER, &first, &second) }));
		assert_noop!(report(OTHER, &first, &second), Error::<Test>::AnnouncedNow);
		assert_ok!(report(REPORTER, &first, &second));
		advance_to(System::block_number() + 1);
		assert_noop!(report(OTHER, &first, &second), Error::<Test>::AlreadyReported);
	});
}

#[test]
fn one_case_is_reported_once_whatever_else_was_signed() {
	TestExt::default().execute(|| {
		let (first, second) = conflict(TODAY);
		assert_ok!(reported(&first, &second));
		announce(REPORTER, &first, &second);
		assert_noop!(report(REPORTER, &first, &second), Error::<Test>::AlreadyReported);
		assert_noop!(report(REPORTER, &second, &first), Error::<Test>::AlreadyReported);
		let third = signed(claim(3));
		assert_eq!(reported(&first, &third), Err(Error::<Test>::AlreadyReported.into()));
		// Another period is another case, and costs more.
		let (first, second) = conflict(TODAY - 1);
		assert_ok!(reported(&first, &second));
		assert_eq!(bonded(OF_NODE), 800 - 320);
	});
}

/// The curator sends the worker away, or it leaves by itself.
fn leave(sent_away: bool) {
	let (listing, role) = (LISTING, souk_primitives::NodeRole::Persistence);
	assert_ok!(match sent_away {
		true => curate(pallet_curation::Call::unassign { listing, node: WORKER, role }),
		false => dispatch(WORKER, pallet_curation::Call::<Test>::resign { listing, role }),
	});
}

/// Asserts that a node was fined, and the curator as well where she answers for it.
fn assert_fined(node: AccountId, curator_answers: bool) {
	let left = if curator_answers { 9_000 } else { BOND };
	assert_eq!((bonded(Bond::Node(node)), bonded(OF_CURATOR)), (800, left));
	assert_eq!(Stakes::history(LISTING).len(), usize::from(curator_answers));
}

#[test]
fn the_curator_answers_for_who_has_left_since_as_long_as_it_can_have_signed_before() {
	for sent_away in [true, false] {
		for (since, answers) in [(0, true), (WINDOW - 1, true), (WINDOW, false)] {
			TestExt::default().execute(|| {
				let (first, second) = conflict(TODAY);
				advance_to(START + 3);
				announce(REPORTER, &first, &second);
				leave(sent_away);
				let left = System::block_number();
				if since > 0 {
					advance_to(left + since - 1);
					announce(REPORTER, &first, &second);
				}
				// Who is not remembered any more is forgotten with this.
				assign(NODES[2]);
				assert_ok!(report(REPORTER, &first, &second));
				assert_eq!(System::block_number(), left + since);
				assert_fined(WORKER, answers);
			});
		}
	}
}

#[test]
fn who_left_is_fined_out_of_what_is_unbonding() {
	TestExt::default().execute(|| {
		advance_to(START + 1);
		leave(false);
		assert_ok!(Curation::deregister_node(RuntimeOrigin::signed(WORKER)));
		advance_to(START + UNBONDING - 1);
		let (first, second) = conflict(TODAY);
		assert_ok!(reported(&first, &second));
		assert_fined(WORKER, false);
	});
}

#[test]
fn who_has_left_and_come_back_is_assigned() {
	TestExt::default().execute(|| {
		advance_to(START + 1);
		leave(true);
		assign(WORKER);
		advance_to(START + 1 + WINDOW);
		let (first, second) = conflict(TODAY);
		assert_ok!(reported(&first, &second));
		assert_fined(WORKER, true);
	});
}

#[test]
fn who_was_never_at_work_for_the_listing_is_fined_alone() {
	let node = NODES[2];
	let ways: [fn(AccountId); 3] = [
		|_| {},
		|node| assign_to(SECOND, node),
		// In no block.
		|node| {
			assign(node);
			let role = souk_primitives::NodeRole::Persistence;
			assert_ok!(curate(pallet_curation::Call::unassign { listing: LISTING, node, role }));
		},
	];
	for way in ways {
		TestExt::default().execute(|| {
			way(node);
			let said = |commitments| {
				signed_by(node, Submission { worker: pair(node).public().0, ..claim(commitments) })
			};
			assert_ok!(reported(&said(1), &said(2)));
			assert_fined(node, false);
		});
	}
}

#[test]
fn whoever_has_nothing_at_stake_cannot_be_reported() {
	TestExt::default().execute(|| {
		let stranger = |commitments| {
			let worker = pair(STRANGER).public().0;
			signed_by(STRANGER, Submission { worker, ..claim(commitments) })
		};
		assert_eq!(reported(&stranger(1), &stranger(2)), Err(Error::<Test>::NothingAtStake.into()));
	});
}

#[test]
fn a_report_is_made_in_its_time() {
	TestExt::default().execute(|| {
		let (first, second) = conflict(TODAY);
		announce(REPORTER, &first, &second);
		advance_to(START + ANNOUNCED + 1);
		assert_noop!(report(REPORTER, &first, &second), Error::<Test>::NotAnnounced);
		assert_ok!(reported(&first, &second));
	});
}

#[test]
fn what_is_too_old_or_not_due_yet_is_reported_no_more() {
	TestExt::default().execute(|| {
		for (period, error) in
			[(TODAY - MINUTES - 1, Error::<Test>::TooLate), (TODAY + 6, Error::<Test>::PeriodAhead)]
		{
			let (first, second) = conflict(period);
			assert_eq!(reported(&first, &second), Err(error.into()));
		}
		for period in [TODAY - MINUTES, TODAY + 5] {
			let (first, second) = conflict(period);
			assert_ok!(reported(&first, &second));
		}
	});
}

#[test]
fn what_is_no_evidence_is_refused_by_name_and_pays() {
	TestExt::default().execute(|| {
		let (first, second) = conflict(TODAY);
		let mut longer = second.to_vec();
		longer.pop();
		let shorter = SubmissionBytes::truncate_from(longer);
		let elsewhere = signed(Submission { genesis: [9; 32], ..claim(2) });
		let other_listing = signed(Submission { listing: SECOND, ..claim(2) });
		let forged = signed_by(NODES[1], claim(2));
		for (other, error) in [
			(&shorter, Error::<Test>::Malformed),
			(&elsewhere, Error::<Test>::OtherChain),
			(&other_listing, Error::<Test>::NotComparable),
			(&first, Error::<Test>::NoContradiction),
			(&forged, Error::<Test>::BadSignature),
		] {
			announce(REPORTER, &first, other);
			assert_noop!(report(REPORTER, &first, other), error);
		}
		assert_eq!(bonded(OF_NODE), NODE_BOND);
	});
}

#[test]
fn a_case_that_cannot_be_paid_for_is_not_opened() {
	TestExt::default().execute(|| {
		let (first, second) = conflict(TODAY);
		announce(REPORTER, &first, &second);
		use frame_support::traits::{fungible::Mutate, tokens::Preservation};
		let all = free(REPORTER) - MINIMUM;
		assert_ok!(<Balances as Mutate<_>>::transfer(&REPORTER, &OTHER, all, Preservation::Expendable));
		assert_noop!(report(REPORTER, &first, &second), Error::<Test>::DepositUnpaid);
	});
}
