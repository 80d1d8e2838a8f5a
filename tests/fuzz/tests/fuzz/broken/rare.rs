//! Rules that no sequence of the corpus gets to, and calls that break them alone: most on records that are written for it.

use super::{
	backers::{backed, BACKED},
	does,
	end::ask,
	events::order,
	money::tab,
	on_the_chain, DATA, SERVICE,
};
use frame_support::{traits::Get, BoundedVec};
use pallet_asks::Asks;
use pallet_availability::{Ballot, Current, Finding, PeriodRecord};
use pallet_backing::{Backers, LeavingChunk};
use pallet_curation::CuratorBonds;
use pallet_disputes::{
	Arbitrator, CaseRecord, CaseRecordOf, Cases, CasesOf, Evidence, EvidenceRecord, LastEviction, OpenCases,
	Phase, Pool, Sides, Terms, Verdict as Ruled, MAX_EVIDENCE,
};
use pallet_escrow::{BadChunk, DataRecord, DeliveryRecord, MilestoneTerms, OrderRecord, Orders, Subject};
use pallet_listings::Listings;
use pallet_reputation::{Deal, RightRecord, Rights};
use pallet_stakes::{announcement, AnnouncementRecord, Announcements};
use pallet_tabs::{Earner, TabRecord, Tabs};
use souk_fuzz::{
	cast::{arbitrator, person},
	chain::now,
	checks::rules::{verdict, Verdict},
};
use souk_primitives::{
	reach::{Ruling, Side},
	Asset, Holder, ListingState,
};
use souk_proof_primitives::{
	merkle::Path,
	voucher::{SignedVoucher, Voucher},
};
use souk_runtime::{AccountId, Runtime, RuntimeCall, HOURS};
use sp_keyring::Sr25519Keyring;
use sp_runtime::Permill;

/// A rule, and a call against it.
type Against = (&'static str, fn() -> (AccountId, RuntimeCall));

/// Somebody makes a call.
fn by(number: u8, call: impl Into<RuntimeCall>) -> (AccountId, RuntimeCall) {
	(person(number), call.into())
}

/// There is a case of the buyer's: person 4 against person 2.
pub fn case(phase: Phase, round: u8, ruling: Option<Ruling>) {
	let nothing = || Sides { buyer: 0, seller: 0 };
	let terms = Terms {
		juror_fee: 1,
		juror_stake: 1,
		incoherent_fine: Permill::zero(),
		response_time: 1,
		evidence_time: 1,
		draw_timeout: 1,
		commit_time: 1,
		reveal_time: 1,
		appeal_time: 1,
	};
	let record: CaseRecordOf<Runtime> = CaseRecord {
		order: 0,
		listing: SERVICE,
		parties: Sides { buyer: person(4), seller: person(2) },
		opener: Side::Buyer,
		terms,
		opened_at: now(),
		phase,
		since: now(),
		until: now() + 1,
		due: now() + 1,
		round,
		redrawn: false,
		fees: nothing(),
		deposits: nothing(),
		verdict: ruling.map(|ruling| Ruled { ruling, decided: true }),
		ended: None,
	};
	Cases::<Runtime>::insert([0; 8], record);
}

/// There is a case about the data product, and was before this block.
fn about_data() {
	CasesOf::<Runtime>::insert(DATA, OpenCases { count: 1, since: now() - 1, longest: 9 });
}

/// The buyer has shown so many pieces of evidence.
fn shown(count: u8) {
	let piece = |number: u8| EvidenceRecord { by: Side::Buyer, hash: [number; 32], at: now() };
	Evidence::<Runtime>::insert([0; 8], BoundedVec::truncate_from((0..count).map(piece).collect()));
}

fn shows(number: u8) -> (AccountId, RuntimeCall) {
	by(4, pallet_disputes::Call::<Runtime>::submit_evidence { case: 0, hash: [number; 32] })
}

/// Somebody wants to join a pool without a free place, in which each bond is 100.
fn joins_full(bond: u128) -> (AccountId, RuntimeCall) {
	let places: u32 = <Runtime as pallet_disputes::Config>::MaxArbitrators::get();
	let places = u8::try_from(places - 1).expect("no more than a byte counts");
	let seat = |number| Arbitrator {
		who: AccountId::new([number; 32]),
		key: [1; 32],
		bond: 100,
		locked: 0,
		seats: 0,
		since: 0,
		deposit: 0,
	};
	Pool::<Runtime>::put(BoundedVec::truncate_from((0..=places).map(seat).collect()));
	by(4, pallet_disputes::Call::<Runtime>::join_pool { bond, key: [1; 32] })
}

/// Nothing new is sold of the data product.
fn is_now(state: ListingState) {
	Listings::<Runtime>::mutate(DATA, |slot| slot.as_mut().expect("it is there").state = state);
}

/// Somebody shows a voucher for one.
fn shows_voucher(number: u8) -> (AccountId, RuntimeCall) {
	let voucher = Voucher { tab: 0, node: person(number).into(), counter: 1, amount: 1 };
	let voucher = SignedVoucher { voucher, signature: [0; 64] };
	by(number, pallet_tabs::Call::<Runtime>::settle_voucher { voucher })
}

/// A tab of which so many others have earned something.
fn earned_by(others: u8) {
	let earner = |number| Earner { node: arbitrator(number), counter: 1, earned: 1, owed: 0 };
	let earners = BoundedVec::truncate_from((0..others).map(earner).collect());
	let held = 100 - u128::from(others);
	Tabs::<Runtime>::insert(0, TabRecord { earners, limit: 100, held, ..tab() });
}

pub const RARE: &[Against] = &[
	("only sudo is root", || {
		let call = Box::new(frame_system::Call::<Runtime>::remark { remark: Vec::new() }.into());
		by(1, pallet_sudo::Call::<Runtime>::sudo { call })
	}),
	// Listings and subscriptions.
	("only what is on sale is renewed", || {
		let plan = Listings::<Runtime>::get(DATA).expect("it is there").plans[0].clone();
		let subscribe = pallet_subscriptions::Call::<Runtime>::subscribe {
			listing: DATA,
			plan: 0,
			holder: None,
			auto_renew: true,
			period: pallet_listings::period_of(&plan).expect("the first plan is a subscription"),
			max_price: plan.price,
		};
		does(person(4), subscribe);
		let holder = Holder::Account(person(4));
		pallet_subscriptions::Subscriptions::<Runtime>::mutate(holder, DATA, |slot| {
			let until = now() + 1;
			slot.as_mut().expect("it was made").phase = pallet_subscriptions::Phase::Grace { until };
		});
		is_now(ListingState::Paused);
		by(4, pallet_subscriptions::Call::<Runtime>::renew { listing: DATA, holder: None })
	}),
	("there is no such subscription", || {
		let holder = Holder::Account(person(4));
		by(1, pallet_subscriptions::Call::<Runtime>::settle { listing: DATA, holder })
	}),
	("there was no trial", || {
		let holder = Holder::Account(person(4));
		by(1, pallet_subscriptions::Call::<Runtime>::clear_trial { listing: DATA, holder })
	}),
	// Orders.
	("nothing is disputed later than what answers for it may be gone", || {
		let confirm_within = <Runtime as pallet_curation::Config>::UnbondingPeriod::get() + 1;
		let part = MilestoneTerms { amount: 1, deliver_within: 1, confirm_within };
		let milestones = BoundedVec::truncate_from(vec![part]);
		let (buyer, asset, terms) = (person(4), Asset::Native, None);
		by(2, pallet_escrow::Call::<Runtime>::offer { listing: SERVICE, buyer, asset, milestones, terms })
	}),
	("it is too late to deliver", || {
		Orders::<Runtime>::insert(0, OrderRecord { deliver_until: Some(now()), ..order() });
		let (milestone, evidence) = (0, None);
		by(2, pallet_escrow::Call::<Runtime>::mark_delivered { order: 0, milestone, evidence })
	}),
	("the window is closed", || {
		let delivery = DeliveryRecord {
			by: person(1),
			era: 1,
			ephemeral: [0; 64],
			ciphertext: [0; 32],
			proof_id: [0; 32],
		};
		let data = DataRecord {
			period: 0,
			buyer_key: [0; 64],
			key_commitment: [0; 32],
			content_root: [0; 32],
			cipher_root: [0; 32],
			bytes: 1,
			chunks: 1,
			delivery: Some(delivery),
		};
		let subject = Subject::Data(data);
		Orders::<Runtime>::insert(0, OrderRecord { subject, window_until: Some(now()), ..order() });
		let path = || Path { leaves: 1, siblings: Vec::new() };
		let evidence = BadChunk {
			index: 0,
			chunk: BoundedVec::new(),
			cipher_path: path(),
			content_leaf: [0; 32],
			content_path: path(),
			chunk_key: [0; 32],
			era: 1,
			proof: BoundedVec::new(),
		};
		by(4, pallet_escrow::Call::<Runtime>::prove_bad_chunk { order: 0, evidence })
	}),
	// Tabs.
	("a tab of a listing that has ended closes by itself", || {
		Tabs::<Runtime>::insert(0, tab());
		is_now(ListingState::Retired);
		by(4, pallet_tabs::Call::<Runtime>::close_tab { tab: 0 })
	}),
	("the tab's time is over", || {
		Tabs::<Runtime>::insert(
			0,
			TabRecord { phase: pallet_tabs::Phase::Closing { until: now() }, ..tab() },
		);
		shows_voucher(1)
	}),
	// There are no sixteen nodes in the world.
	("a tab pays sixteen nodes", || {
		earned_by(16);
		shows_voucher(1)
	}),
	// Two keep the data of the listing: nobody else has one of the last two places, nor the second one the first one's.
	("a tab keeps a place for each who keeps the data", || {
		earned_by(14);
		shows_voucher(4)
	}),
	("a tab keeps a place for each who keeps the data", || {
		earned_by(15);
		shows_voucher(3)
	}),
	// Asks.
	("its time is over", || {
		Asks::<Runtime>::insert(0, ask());
		by(1, pallet_asks::Call::<Runtime>::answer { ask: 0, bundle: BoundedVec::new() })
	}),
	// Disputes.
	("a side shows but so much", || {
		case(Phase::Evidence, 0, None);
		let most = u8::try_from(MAX_EVIDENCE).expect("it is not much");
		shown(most);
		shows(most)
	}),
	("it was shown already", || {
		case(Phase::Evidence, 0, None);
		shown(1);
		shows(0)
	}),
	("it is too late for evidence", || {
		case(Phase::Drawing, 1, None);
		shows(0)
	}),
	("only who has lost appeals", || {
		case(Phase::Appeal, 0, Some(Ruling::Buyer));
		by(4, pallet_disputes::Call::<Runtime>::appeal { case: 0 })
	}),
	// The third jury's ruling is executed at once.
	("there are three rounds", || {
		case(Phase::Appeal, 2, Some(Ruling::Seller));
		by(4, pallet_disputes::Call::<Runtime>::appeal { case: 0 })
	}),
	// There are not so many accounts in the world.
	("a full pool has room for who outbids somebody", || joins_full(124)),
	("nobody is pushed out so soon after another", || {
		LastEviction::<Runtime>::put(now());
		joins_full(125)
	}),
	// Stakes.
	("one statement contradicts nothing", || {
		let said = || vec![1u8; pallet_stakes::SUBMISSION as usize];
		let hash = announcement(&person(4), &said(), &said());
		let (at, until) = (now() - 1, now() + 1);
		Announcements::<Runtime>::insert(person(4), AnnouncementRecord { hash, at, until, deposit: 0 });
		let statement = || said().try_into().expect("it has its length");
		by(4, pallet_stakes::Call::<Runtime>::report_conflict { first: statement(), second: statement() })
	}),
	("a downtime is announced in time", || {
		by(1, pallet_stakes::Call::<Runtime>::announce_downtime { from: now() + HOURS - 1, blocks: 1 })
	}),
	// Availability.
	("a vote comes in time", || {
		let period = PeriodRecord {
			number: 0,
			from: now(),
			until: now() + 9,
			nodes: 1,
			digest: [0; 32],
			voters: 1,
			voted: 0,
			judging: Default::default(),
		};
		Current::<Runtime>::put(period);
		let findings = BoundedVec::truncate_from(vec![Finding::Reachable]);
		let ballot = Ballot { period: 0, voter: 0, findings };
		let signature = Sr25519Keyring::Alice.sign(b"too early").into();
		by(0, pallet_availability::Call::<Runtime>::vote { ballot, signature })
	}),
	// Bonds.
	("what is unbonded answers for the cases that are open", || {
		about_data();
		CuratorBonds::<Runtime>::mutate(DATA, |slot| {
			let bond = slot.as_mut().expect("she has bonded");
			bond.unlocking.add(1, now()).expect("there is room");
		});
		by(2, pallet_curation::Call::<Runtime>::withdraw_unbonded { listing: DATA })
	}),
	// Backing.
	("nobody takes out what is not theirs", || {
		backed();
		by(4, pallet_backing::Call::<Runtime>::unback { listing: DATA, amount: BACKED + 1 })
	}),
	("they back nothing", || {
		let backer = person(4);
		by(1, pallet_backing::Call::<Runtime>::withdraw_unbacked { listing: DATA, backer })
	}),
	("what backs a bond answers for the cases that are open", || {
		backed();
		about_data();
		Backers::<Runtime>::mutate(person(4), DATA, |slot| {
			let own = slot.as_mut().expect("she backs it");
			own.leaving.force_push(LeavingChunk { points: 1, at: now() });
		});
		let backer = person(4);
		by(1, pallet_backing::Call::<Runtime>::withdraw_unbacked { listing: DATA, backer })
	}),
	// Reputation.
	("nobody rates what they bought of themselves", || {
		let right = RightRecord {
			listing: DATA,
			payer: person(2),
			since: now(),
			until: now() + 1,
			payer_rated: false,
			curator_rated: false,
			depositor: person(2),
			deposit: 0,
		};
		Rights::<Runtime>::insert(Deal::Order(0), right);
		by(2, pallet_reputation::Call::<Runtime>::rate { deal: Deal::Order(0), score: 3 })
	}),
];

#[test]
fn a_call_against_a_rare_rule_is_found() {
	for (rule, broken) in RARE {
		let said = on_the_chain(|| {
			let (who, call) = broken();
			verdict(&who, &call)
		});
		assert_eq!(said, Verdict::MustNot(rule));
	}
}
