//! A worker that has signed two snapshots and is sent away before anybody reports it: as long as that can be reported, it is held against the listing.

use crate::*;
use blocks::{minutes, next_blocks, submit};
use codec::Encode;
use frame_support::{assert_ok, traits::Get};
use souk_primitives::{
	Asset, ListingId, ListingKind, NodeRole, OffenceKind, PayoutSplit, Plan, PlanKind, Price,
};
use souk_proof_primitives::submission::{SignedSubmission, Submission};
use sp_keyring::Sr25519Keyring::{self, *};
use sp_runtime::{traits::Dispatchable, Permill};

type Curation_ = pallet_curation::Call<Runtime>;
type Listings_ = pallet_listings::Call<Runtime>;
type Stakes_ = pallet_stakes::Call<Runtime>;

const CURATOR: Sr25519Keyring = Eve;
const NODE: Sr25519Keyring = Ferdie;
const REPORTER: Sr25519Keyring = Alice;
const LISTING: ListingId = 0;
/// Blocks in which something can be reported.
const WINDOW: BlockNumber = 2 * MINUTES;

/// Gives a worker to the listing.
fn employ(node: Sr25519Keyring) {
	let info = sequences::node_info(true, false);
	assert_ok!(submit(node, Curation_::register_node { info }));
	let wrapped_key = vec![1].try_into().expect("it is short");
	let (node, role) = (node.to_account_id(), NodeRole::Worker);
	assert_ok!(submit(CURATOR, Curation_::assign { listing: LISTING, node, role, wrapped_key }));
}

/// A curator with a bond, and a worker of her table. Then the test.
fn market(test: impl FnOnce()) {
	super::genesis(presets::TESTNET_4).execute_with(|| {
		blocks::start();
		let window = params::offences::Parameters::ReportWindow(params::offences::ReportWindow, Some(WINDOW));
		assert_ok!(Parameters::set_parameter(RuntimeOrigin::root(), RuntimeParameters::Offences(window)));
		let price = Price { asset: Asset::Native, amount: SOUK };
		let calls: [RuntimeCall; 2] = [
			Listings_::create {
				name: b"weather".to_vec().try_into().expect("it is short"),
				kind: ListingKind::DataProduct,
				details: details(),
				plans: vec![Plan { kind: PlanKind::Subscription { period: 100 }, price }]
					.try_into()
					.expect("one fits"),
				payouts: PayoutSplit { workers: Permill::zero(), persistence: Permill::zero() },
			}
			.into(),
			Curation_::bond { listing: LISTING, amount: 100 * SOUK }.into(),
		];
		for call in calls {
			assert_ok!(call.dispatch(RuntimeOrigin::signed(CURATOR.to_account_id())));
		}
		employ(NODE);
		test();
		assert_ok!(Stakes::do_try_state());
		assert_ok!(Curation::do_try_state());
	});
}

/// Two snapshots of this minute that the worker has signed.
fn statements() -> [pallet_stakes::SubmissionBytes; 2] {
	[1, 2].map(|says| {
		let submission = Submission {
			genesis: System::block_hash(0).0,
			listing: LISTING,
			period: minutes(),
			worker: NODE.to_account_id().into(),
			commitments: [says; 32],
		};
		let signature = NODE.sign(&submission.digest()).0;
		SignedSubmission { submission, signature }.encode().try_into().expect("it has one length")
	})
}

#[test]
fn who_is_sent_away_is_held_against_the_listing_for_as_long_as_it_can_be_reported() {
	for (since, answers) in [(1, true), (WINDOW - 1, true), (WINDOW, false)] {
		market(|| {
			next_blocks(2);
			let (node, role) = (NODE.to_account_id(), NodeRole::Worker);
			assert_ok!(submit(CURATOR, Curation_::unassign { listing: LISTING, node: node.clone(), role }));
			next_blocks(since - 1);
			let [first, second] = statements();
			let hash = pallet_stakes::announcement(&REPORTER.to_account_id(), &first, &second);
			assert_ok!(submit(REPORTER, Stakes_::announce_report { hash }));
			next_blocks(1);
			// Who is not remembered any more is forgotten with this.
			employ(CURATOR);
			assert_ok!(submit(REPORTER, Stakes_::report_conflict { first, second }));
			let history = Stakes::history(LISTING);
			assert_eq!(history.len(), usize::from(answers), "{since} blocks after it has left");
			let of_node = Stakes::node_history(node.clone());
			for offence in history.iter().chain(&of_node) {
				assert_eq!(
					(offence.kind, offence.node.as_ref()),
					(OffenceKind::ConflictingSnapshots, Some(&node))
				);
			}
			assert_eq!(of_node.len(), 1);
		});
	}
}

#[test]
fn who_leaves_is_remembered_for_as_long_as_reports_are_taken_whatever_governance_sets() {
	market(|| {
		let numbers = || {
			let reported = <Runtime as pallet_stakes::Config>::ReportWindow::get();
			(reported, <Runtime as pallet_curation::Config>::RememberedFor::get())
		};
		assert_eq!(numbers(), (WINDOW, WINDOW));
		let window =
			params::offences::Parameters::ReportWindow(params::offences::ReportWindow, Some(9 * DAYS));
		assert_ok!(Parameters::set_parameter(RuntimeOrigin::root(), RuntimeParameters::Offences(window)));
		assert_eq!(numbers(), (9 * DAYS, 9 * DAYS));
	});
}
