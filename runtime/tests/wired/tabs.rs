//! Tabs on the real runtime: through signed extrinsics, with fees, and with vouchers that keys of accounts have signed.

use crate::*;
use blocks::{next_blocks, submit};
use frame_support::{
	assert_ok,
	dispatch::{DispatchClass, GetDispatchInfo},
	traits::fungibles::{hold::Inspect as _, Inspect as _},
};
use pallet_tabs::{Batch, Earner, Phase, MAX_BATCH, MAX_NODES};
use souk_primitives::{
	Asset, ListingId, ListingKind, ListingState, NodeRole, PayoutSplit, Plan, PlanKind, Price,
};
use souk_proof_primitives::voucher::{SignedVoucher, Voucher};
use sp_core::Pair as _;
use sp_keyring::Sr25519Keyring::{self, *};
use sp_runtime::{traits::Dispatchable, Permill};

type Curation_ = pallet_curation::Call<Runtime>;
type Listings_ = pallet_listings::Call<Runtime>;
type Tabs_ = pallet_tabs::Call<Runtime>;
type TabsError = pallet_tabs::Error<Runtime>;

const CURATOR: Sr25519Keyring = Charlie;
/// Runs the job and keeps the data.
const NODE: Sr25519Keyring = Bob;
/// Keeps the data as well.
const OTHER_NODE: Sr25519Keyring = Dave;
const PAYER: Sr25519Keyring = Eve;
const LISTING: ListingId = 0;
const PRICE: Balance = ONE_WUSD / 10;
const LIMIT: Balance = 2 * ONE_WUSD;
const CHALLENGE: u32 = 6;

fn price() -> Price {
	Price { asset: Asset::WithId(WUSD), amount: PRICE }
}

/// A market with a table that is sold by the query, 10 % of each payment for the treasury, and short challenge periods.
fn market(test: impl FnOnce()) {
	super::genesis("local_testnet").execute_with(|| {
		blocks::start();
		let fee = params::market::Parameters::ProtocolFee(
			params::market::ProtocolFee,
			Some(Permill::from_percent(10)),
		);
		let challenge = params::tabs::Parameters::Challenge(params::tabs::Challenge, Some(CHALLENGE));
		for parameter in [RuntimeParameters::Market(fee), RuntimeParameters::Tabs(challenge)] {
			assert_ok!(Parameters::set_parameter(RuntimeOrigin::root(), parameter));
		}
		publish();
		test();
		assert_ok!(Tabs::do_try_state());
		assert_ok!(Listings::do_try_state());
		assert_ok!(Curation::do_try_state());
	});
}

fn publish() {
	let call = |who: Sr25519Keyring, call: RuntimeCall| {
		assert_ok!(call.dispatch(RuntimeOrigin::signed(who.to_account_id())));
	};
	for (number, node) in [(1, NODE), (2, OTHER_NODE)] {
		let info = pallet_curation::NodeInfo {
			peer_id: vec![number; 38].try_into().expect("it is short"),
			addresses: Default::default(),
			encryption_key: [9; 32],
			worker: true,
			persistence: true,
			accepting: true,
		};
		call(node, Curation_::register_node { info }.into());
	}
	call(
		CURATOR,
		Listings_::create {
			name: b"weather".to_vec().try_into().expect("it is short"),
			kind: ListingKind::DataProduct,
			details: details(),
			plans: vec![Plan { kind: PlanKind::PayPerQuery, price: price() }].try_into().expect("one fits"),
			payouts: PayoutSplit {
				workers: Permill::from_percent(20),
				persistence: Permill::from_percent(50),
			},
		}
		.into(),
	);
	call(CURATOR, Curation_::bond { listing: LISTING, amount: 400 * SOUK }.into());
	let schedule = pallet_curation::Schedule { every: 20, tolerance: 2, retention: 2 };
	call(CURATOR, Curation_::set_schedule { listing: LISTING, schedule }.into());
	let roles =
		[(NODE, NodeRole::Worker), (NODE, NodeRole::Persistence), (OTHER_NODE, NodeRole::Persistence)];
	for (node, role) in roles {
		let wrapped_key = vec![7; 80].try_into().expect("it is short");
		let node = node.to_account_id();
		call(CURATOR, Curation_::assign { listing: LISTING, node, role, wrapped_key }.into());
	}
	call(CURATOR, Listings_::set_state { id: LISTING, to: ListingState::Active }.into());
}

fn open() -> Tabs_ {
	Tabs_::open_tab { listing: LISTING, plan: 0, key: None, limit: LIMIT, max_price: price() }
}

fn voucher(tab: u64, node: Sr25519Keyring, queries: u64) -> SignedVoucher {
	let amount = PRICE * Balance::from(queries);
	let voucher = Voucher { tab, node: node.to_account_id().into(), counter: queries, amount };
	let digest = voucher.digest(&System::block_hash(0).0);
	SignedVoucher { voucher, signature: PAYER.pair().sign(&digest).0 }
}

fn settle(voucher: SignedVoucher) -> Tabs_ {
	Tabs_::settle_voucher { voucher }
}

fn wusd(who: Sr25519Keyring) -> Balance {
	AllAssets::balance(Asset::WithId(WUSD), &who.to_account_id())
}

fn held() -> Balance {
	let reason = RuntimeHoldReason::Tabs(pallet_tabs::HoldReason::Tab);
	AllAssets::balance_on_hold(Asset::WithId(WUSD), &reason, &PAYER.to_account_id())
}

#[test]
fn a_node_is_paid_for_queries_and_the_rest_goes_back_by_itself() {
	market(|| {
		let before = [PAYER, NODE, OTHER_NODE, CURATOR].map(wusd);
		assert_ok!(submit(PAYER, open()));
		assert_eq!((before[0] - wusd(PAYER), held()), (LIMIT, LIMIT));
		assert_ok!(submit(NODE, settle(voucher(0, NODE, 3))));
		assert_ok!(submit(PAYER, Tabs_::close_tab { tab: 0 }));
		next_blocks(CHALLENGE - 1);
		// What a voucher is worth is not lost when its payer leaves.
		assert_ok!(submit(NODE, settle(voucher(0, NODE, 5))));
		assert_ok!(submit(OTHER_NODE, settle(voucher(0, OTHER_NODE, 1))));
		next_blocks(1);
		assert_eq!((before[0] - wusd(PAYER), held()), (6 * PRICE, 0));
		assert!(Tabs::tab_details(0).is_none());
		// A tenth is the treasury's. The rest: half to who answered, a fifth to the worker, the rest to the curator.
		let parts = |queries: Balance, percent: Balance| PRICE * queries * 9 / 10 * percent / 100;
		assert_eq!(wusd(NODE) - before[1], parts(5, 50) + parts(6, 20));
		assert_eq!(wusd(OTHER_NODE) - before[2], parts(1, 50));
		assert_eq!(wusd(CURATOR) - before[3], parts(6, 30));
		assert_eq!(AllAssets::balance(Asset::WithId(WUSD), &Treasury::account_id()), 6 * PRICE / 10);
	});
}

#[test]
fn a_voucher_is_worth_nothing_twice_nor_to_others_nor_elsewhere() {
	market(|| {
		assert_ok!(submit(PAYER, open()));
		let good = voucher(0, NODE, 2);
		assert_eq!(submit(OTHER_NODE, settle(good)), Err(TabsError::NotAuthorized.into()));
		let mut renamed = good;
		renamed.voucher.node = OTHER_NODE.to_account_id().into();
		assert_eq!(submit(OTHER_NODE, settle(renamed)), Err(TabsError::BadSignature.into()));
		let elsewhere = good.voucher.digest(&[7; 32]);
		let elsewhere = SignedVoucher { signature: PAYER.pair().sign(&elsewhere).0, ..good };
		assert_eq!(submit(NODE, settle(elsewhere)), Err(TabsError::BadSignature.into()));
		assert_ok!(submit(NODE, settle(good)));
		assert_eq!(submit(NODE, settle(good)), Err(TabsError::Stale.into()));
		assert_eq!(held(), LIMIT - 2 * PRICE);
	});
}

/// So many accounts have earned the smallest amount of the first tab.
fn others_have_earned(numbers: core::ops::Range<u8>) {
	pallet_tabs::Tabs::<Runtime>::mutate(0, |slot| {
		let record = slot.as_mut().expect("it is open");
		for number in numbers {
			let earner = Earner { node: [number; 32].into(), counter: 1, earned: 1, owed: 0 };
			record.earners.try_push(earner).expect("there is room for it");
			record.limit += 1;
		}
	});
}

#[test]
fn a_place_is_kept_for_each_node_in_the_order_in_which_they_were_assigned() {
	market(|| {
		assert_ok!(submit(PAYER, open()));
		let full: sp_runtime::DispatchResult = Err(TabsError::TooManyNodes.into());
		let shows = |who: Sr25519Keyring| submit(who, settle(voucher(0, who, 1)));
		// Two places are kept for the two who keep the data.
		others_have_earned(100..113);
		assert_ok!(shows(Ferdie));
		assert_eq!(shows(Alice), full);
		// One that was assigned, has settled, and is assigned no more.
		others_have_earned(113..114);
		assert_eq!(shows(OTHER_NODE), full, "NODE was assigned before it");
		let (node, role) = (OTHER_NODE.to_account_id(), NodeRole::Persistence);
		assert_ok!(submit(CURATOR, Curation_::unassign { listing: LISTING, node, role }));
		assert_eq!(shows(OTHER_NODE), full);
		assert_ok!(shows(NODE));
		assert_eq!(Tabs::tab_details(0).map(|view| view.earners.len()), Some(MAX_NODES as usize));
		assert_eq!(held(), LIMIT - 2 * PRICE);
	});
}

#[test]
fn the_tabs_of_a_retired_listing_end_by_themselves() {
	market(|| {
		assert_ok!(submit(PAYER, open()));
		assert_ok!(submit(CURATOR, Tabs_::set_free_quota { listing: LISTING, queries: 3 }));
		assert_eq!(Tabs::free_quota(LISTING), 3);
		assert_ok!(submit(CURATOR, Listings_::retire { id: LISTING }));
		assert_eq!(Tabs::free_quota(LISTING), 0);
		next_blocks(1);
		let phase = Tabs::tab_details(0).map(|view| view.phase);
		assert!(matches!(phase, Some(Phase::Closing { .. })), "{phase:?}");
		assert_ok!(submit(NODE, settle(voucher(0, NODE, 1))));
		next_blocks(CHALLENGE + 1);
		assert_eq!((held(), Tabs::tab_details(0)), (0, None));
	});
}

#[test]
fn a_full_batch_is_a_small_part_of_a_block() {
	market(|| {
		let vouchers: Batch = vec![voucher(0, NODE, 1); MAX_BATCH as usize].try_into().expect("it fits");
		let charged = RuntimeCall::from(Tabs_::settle_vouchers { vouchers }).get_dispatch_info().call_weight;
		let limits = RuntimeBlockWeights::get();
		let most = limits.get(DispatchClass::Normal).max_extrinsic.expect("it is limited");
		println!("{} ms for {MAX_BATCH} vouchers", charged.ref_time() / 1_000_000_000);
		assert!(charged.ref_time() <= most.ref_time() / 2, "{charged:?} of {most:?}");
	});
}
