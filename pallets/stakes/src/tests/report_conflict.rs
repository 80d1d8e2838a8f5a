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
			assert_eq!((free(FIRST), free(FIRST + 1)), (600, 0), "{kept}");
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

#[test]
fn who_left_is_fined_out_of_what_is_unbonding_and_the_curator_has_nothing_to_do_with_it() {
	TestExt::default().execute(|| {
		let role = souk_primitives::NodeRole::Persistence;
		assert_ok!(Curation::resign(RuntimeOrigin::signed(WORKER), LISTING, role));
		assert_ok!(Curation::deregister_node(RuntimeOrigin::signed(WORKER)));
		advance_to(START + UNBONDING - 1);
		let (first, second) = conflict(TODAY);
		assert_ok!(reported(&first, &second));
		assert_eq!((bonded(OF_NODE), bonded(OF_CURATOR)), (800, BOND));
		assert!(Stakes::history(LISTING).is_empty());
	});
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
