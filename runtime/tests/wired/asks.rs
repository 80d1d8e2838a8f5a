//! Asks on the real runtime: through signed extrinsics, with fees, over a real table and with real proofs.

use crate::*;
use blocks::{minutes, next_blocks, submit};
use codec::Encode;
use frame_support::{
	assert_noop, assert_ok,
	dispatch::{DispatchClass, GetDispatchInfo},
	traits::fungibles::Inspect as _,
};
use pallet_asks::{AskState, Shape, MAX_BUNDLE};
use souk_aggregates::{prove, twin, Table};
use souk_primitives::{
	reach::{Proofs as _, TableProofs as _},
	Asset, Commitments, Digest, ListingId, ListingKind, ListingState, NodeRole, PayoutSplit, Plan, PlanKind,
	Price,
};
use souk_proof_primitives::statements::AGGREGATE;
use souk_table_proofs::{
	bundle::VERSION, column_salt, columns_root, Aggregate, Answer, Bundle, ColumnCommitter, ColumnDescriptor,
	ColumnType, CommittedColumn, Condition, Context, Figure, Predicate, Query,
};
use sp_keyring::Sr25519Keyring::{self, *};
use sp_runtime::{traits::Dispatchable, Permill};
use std::{ops::ControlFlow, sync::OnceLock, time::Instant};

type Curation_ = pallet_curation::Call<Runtime>;
type Listings_ = pallet_listings::Call<Runtime>;
type Asks_ = pallet_asks::Call<Runtime>;
type AsksError = pallet_asks::Error<Runtime>;

const CURATOR: Sr25519Keyring = Charlie;
/// Runs the job and keeps the data.
const NODE: Sr25519Keyring = Bob;
const ASKER: Sr25519Keyring = Eve;
const LISTING: ListingId = 0;
const BOUNTY: Balance = 2 * ONE_WUSD;
const WAIT: u32 = 10;
pub const ROWS: usize = 3_000;
const KEY: [u8; 32] = [6; 32];
/// Least size of a group.
pub const SIZE: u32 = 4;

/// Temperatures at three airports, of which the third is closed but for three hours.
fn table() -> Table {
	let temperature = ColumnDescriptor {
		name: "temp".into(),
		kind: ColumnType::Decimal { scale: 1 },
		dictionary: Vec::new(),
	};
	let origin = ColumnDescriptor {
		name: "origin".into(),
		kind: ColumnType::Text,
		dictionary: ["EWR", "JFK", "LGA"].map(Into::into).to_vec(),
	};
	let hours = || 0..ROWS as i64;
	let temperatures = hours().map(|hour| (hour % 11 != 4).then(|| (hour * 7_919) % 700 - 250)).collect();
	let origins = hours().map(|hour| Some(if hour < 3 { 2 } else { hour % 2 })).collect();
	Table { descriptors: vec![temperature, origin], columns: vec![temperatures, origins] }
}

/// What the snapshot commits to.
pub fn root() -> Digest {
	static ROOT: OnceLock<Digest> = OnceLock::new();
	*ROOT.get_or_init(|| {
		let table = table();
		let commit = |(at, descriptor): (usize, &ColumnDescriptor)| {
			let mut committer = ColumnCommitter::new(column_salt(&KEY, at as u8, 0));
			table.columns[at].iter().for_each(|value| committer.push(*value));
			CommittedColumn { descriptor: descriptor.clone(), digest: committer.finish() }
		};
		let columns: Vec<_> = table.descriptors.iter().enumerate().map(commit).collect();
		columns_root(ROWS as u64, &columns)
	})
}

/// `SELECT count(*), sum(temp), min(temp), max(temp), avg(temp) FROM weather WHERE temp BETWEEN 0 AND 20 GROUP BY origin`
pub fn query() -> Query {
	let temperature = 0;
	Query {
		aggregates: vec![
			Aggregate::CountAll,
			Aggregate::Sum(temperature),
			Aggregate::Min(temperature),
			Aggregate::Max(temperature),
			Aggregate::Avg(temperature),
		],
		predicates: vec![Predicate {
			column: temperature,
			condition: Condition::Within { low: 0, high: 200 },
		}],
		group_by: Some(1),
	}
}

/// The bundle that answers it on this chain.
fn bundle() -> Bundle {
	bundle_for(period()).expect("every test has the same first block")
}

/// The bundle that answers it over a snapshot. Proved once: there is one for the first snapshot that was asked for, and none for others.
pub fn bundle_for(period: u32) -> Option<Bundle> {
	static MADE: OnceLock<Bundle> = OnceLock::new();
	let context = Context { genesis: System::block_hash(0).0, listing: LISTING, period };
	let made = MADE.get_or_init(|| {
		prove(&table(), &KEY, context, &query(), SIZE, &mut |_| ControlFlow::Continue(()))
			.expect("what is proved is true")
	});
	(made.context == context).then(|| made.clone())
}

fn period() -> u32 {
	Curation::newest_snapshot(LISTING).expect("there is one").period
}

pub fn some_ask() -> RuntimeCall {
	Asks_::ask {
		listing: LISTING,
		period: None,
		query: query(),
		text_hash: None,
		min_group_size: SIZE,
		bounty: Price { asset: Asset::WithId(WUSD), amount: BOUNTY },
		wait: WAIT,
	}
	.into()
}

fn answer(ask: u64, bundle: &Bundle) -> Asks_ {
	Asks_::answer { ask, bundle: bundle.encode().try_into().expect("it is not too long") }
}

/// A market with the table, and 10 % of each payment for the treasury.
fn market(test: impl FnOnce()) {
	super::genesis("local_testnet").execute_with(|| {
		blocks::start();
		let fee = params::market::Parameters::ProtocolFee(
			params::market::ProtocolFee,
			Some(Permill::from_percent(10)),
		);
		assert_ok!(Parameters::set_parameter(RuntimeOrigin::root(), RuntimeParameters::Market(fee)));
		publish();
		test();
		assert_ok!(Asks::do_try_state());
		assert_ok!(Proofs::do_try_state());
		assert_ok!(Curation::do_try_state());
	});
}

fn publish() {
	let call = |who: Sr25519Keyring, call: RuntimeCall| {
		assert_ok!(call.dispatch(RuntimeOrigin::signed(who.to_account_id())));
	};
	let info = pallet_curation::NodeInfo {
		peer_id: vec![1; 38].try_into().expect("it is short"),
		addresses: Default::default(),
		encryption_key: [9; 32],
		worker: true,
		persistence: true,
		accepting: true,
	};
	let mut details = details();
	details.policy = QueryPolicy { max_rows: 10, aggregate_only: true, min_group_size: SIZE };
	let price = Price { asset: Asset::WithId(WUSD), amount: ONE_WUSD };
	call(NODE, Curation_::register_node { info }.into());
	call(
		CURATOR,
		Listings_::create {
			name: b"weather".to_vec().try_into().expect("it is short"),
			kind: ListingKind::DataProduct,
			details,
			plans: vec![Plan { kind: PlanKind::OneTime, price }].try_into().expect("one fits"),
			payouts: PayoutSplit { workers: Permill::zero(), persistence: Permill::zero() },
		}
		.into(),
	);
	call(CURATOR, Curation_::bond { listing: LISTING, amount: 400 * SOUK }.into());
	let schedule = pallet_curation::Schedule { every: 20, tolerance: 2, retention: 2 };
	call(CURATOR, Curation_::set_schedule { listing: LISTING, schedule }.into());
	for role in [NodeRole::Worker, NodeRole::Persistence] {
		let wrapped_key = vec![7; 80].try_into().expect("it is short");
		let node = NODE.to_account_id();
		call(CURATOR, Curation_::assign { listing: LISTING, node, role, wrapped_key }.into());
	}
	call(CURATOR, Listings_::set_state { id: LISTING, to: ListingState::Active }.into());
	let commitments = Commitments {
		content_root: [1; 32],
		cipher_root: [2; 32],
		key_commitment: None,
		columns_root: Some(root()),
		schema_hash: [3; 32],
		source_digest: [4; 32],
		rows: ROWS as u64,
		bytes: 40_000,
	};
	call(NODE, Curation_::submit_snapshot { listing: LISTING, period: minutes(), commitments }.into());
}

fn wusd(who: &AccountId) -> Balance {
	AllAssets::balance(Asset::WithId(WUSD), who)
}

fn souk(who: Sr25519Keyring) -> Balance {
	Balances::free_balance(who.to_account_id())
}

fn answered() -> Option<Answer> {
	System::read_events_for_pallet::<pallet_asks::Event<Runtime>>().into_iter().find_map(
		|event| match event {
			pallet_asks::Event::Answered { answer, .. } => Some(answer),
			_ => None,
		},
	)
}

#[test]
fn a_node_that_proves_the_answer_is_paid_and_small_groups_stay_hidden() {
	market(|| {
		let before = [NODE, ASKER].map(|who| wusd(&who.to_account_id()));
		assert_ok!(submit(ASKER, some_ask()));
		assert_eq!(wusd(&ASKER.to_account_id()), before[1] - BOUNTY);
		next_blocks(2);
		let (bundle, fees) = (bundle(), souk(NODE));
		assert_ok!(submit(NODE, answer(0, &bundle)));

		let fee = BOUNTY / 10;
		assert_eq!(wusd(&NODE.to_account_id()), before[0] + BOUNTY - fee);
		assert_eq!(wusd(&Treasury::account_id()), fee);
		let answer = answered().expect("the chain says what was answered");
		assert_eq!(answer, twin::evaluate(&table(), &query(), SIZE));
		assert_eq!(answer.groups.len(), 2, "the third airport has too few hours");
		let view = Asks::ask_details(0).expect("it is kept");
		assert_eq!((view.state, view.held), (AskState::Answered, 0));
		assert!(souk(NODE) < fees, "the call costs its fee");
	});
}

#[test]
fn one_digit_more_and_the_chain_refuses_it_for_a_fee() {
	market(|| {
		assert_ok!(submit(ASKER, some_ask()));
		let mut bundle = bundle();
		let figure = &mut bundle.answer.groups[0].figures[1];
		let Figure::Sum(Some(sum)) = *figure else { panic!("it is a sum") };
		*figure = Figure::Sum(Some(sum + 1));
		let mut average = bundle.clone();
		let Figure::Average { sum, .. } = &mut average.answer.groups[0].figures[4] else {
			panic!("it is an average")
		};
		*sum += 1;
		for (bundle, error) in [(bundle, AsksError::NoAnswer), (average, AsksError::ProofNotValid)] {
			let fees = souk(NODE);
			assert_eq!(submit(NODE, answer(0, &bundle)), Err(error.into()));
			assert!(souk(NODE) < fees, "it was for nothing");
		}
		assert_eq!(Asks::ask_details(0).map(|view| view.state), Some(AskState::Open));
	});
}

#[test]
fn what_nobody_proves_goes_back() {
	market(|| {
		let before = wusd(&ASKER.to_account_id());
		assert_ok!(submit(ASKER, some_ask()));
		next_blocks(WAIT);
		assert_eq!(wusd(&ASKER.to_account_id()), before);
		assert_eq!(submit(NODE, answer(0, &bundle())), Err(AsksError::Ended.into()));
	});
}

#[test]
fn anybody_has_a_bundle_checked() {
	market(|| {
		let bundle = bundle().encode().try_into().expect("it is not too long");
		assert_ok!(submit(Dave, Asks_::check { listing: LISTING, period: period(), bundle }));
		let events = System::read_events_for_pallet::<pallet_asks::Event<Runtime>>();
		assert!(matches!(events.as_slice(), [pallet_asks::Event::Checked { .. }]), "{events:?}");
	});
}

#[test]
fn governance_pauses_proofs_over_tables_and_no_others() {
	market(|| {
		assert_ok!(submit(ASKER, some_ask()));
		let bundle = bundle();
		assert_ok!(Proofs::pause(RuntimeOrigin::root(), AGGREGATE));
		assert_eq!(submit(ASKER, some_ask()), Err(AsksError::ProofsPaused.into()));
		next_blocks(1);
		assert_eq!(submit(NODE, answer(0, &bundle)), Err(AsksError::ProofsPaused.into()));
		for statement in souk_proof_primitives::statements::StatementId::ALL {
			assert!(Proofs::current_era(statement).is_some());
		}
		assert_ok!(Proofs::resume(RuntimeOrigin::root(), AGGREGATE));
		next_blocks(1);
		assert_ok!(submit(NODE, answer(0, &bundle)));
	});
}

#[test]
fn governance_retires_a_version_for_good() {
	market(|| {
		assert_ok!(submit(ASKER, some_ask()));
		let bundle = bundle();
		assert_eq!(Proofs::current_version(), Some(VERSION.into()));
		assert_ok!(Proofs::retire_key(RuntimeOrigin::root(), AGGREGATE, VERSION.into()));
		assert_eq!(Proofs::current_version(), None);
		next_blocks(1);
		assert_eq!(submit(NODE, answer(0, &bundle)), Err(AsksError::ProofRetired.into()));
		assert_noop!(
			Proofs::retire_key(RuntimeOrigin::root(), AGGREGATE, VERSION.into()),
			pallet_proofs::Error::<Runtime>::Retired
		);
	});
}

/// Within a tenth of a block, and counted for more than it takes natively.
#[test]
fn a_check_is_a_small_part_of_a_block_and_costs_what_it_takes() {
	market(|| {
		let bundle = bundle();
		let call = RuntimeCall::from(answer(0, &bundle));
		let charged = call.get_dispatch_info().call_weight;
		let limits = RuntimeBlockWeights::get();
		let most = limits.get(DispatchClass::Normal).max_extrinsic.expect("it is limited");
		let largest = Asks::answer_weight(Shape::most(MAX_BUNDLE));
		assert!(charged.all_lte(largest) && largest.all_lte(most), "{largest:?} of {most:?}");
		let bytes = bundle.encode();
		let used = Asks::check_weight(Shape::of(&bundle, bytes.len() as u32));
		let tenth = limits.max_block.ref_time() / 10;
		assert!(used.ref_time() <= tenth, "{used:?} is more than a tenth of a block");
		let expected = souk_table_proofs::Expected {
			context: bundle.context,
			columns_root: root(),
			query: None,
			min_group_size: SIZE,
		};
		let began = Instant::now();
		assert!(<Proofs as souk_primitives::reach::TableProofs>::verify(&bytes, &expected).is_ok());
		let took = began.elapsed();
		println!("{} bytes checked in {took:?}; weight {:?}", bytes.len(), used.ref_time());
	});
}
