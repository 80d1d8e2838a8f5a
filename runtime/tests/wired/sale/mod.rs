//! One-time sales of a snapshot on the real runtime: through signed extrinsics, with fees, real chunks and real proofs.

mod full;
mod keys;

use crate::*;
use blocks::{minutes, next_blocks, submit};
use codec::Encode;
use frame_support::{
	assert_noop, assert_ok,
	dispatch::GetDispatchInfo,
	traits::{fungibles::Inspect as _, Get},
};
use pallet_escrow::{KeyDelivery, OrderDetails, OrderState};
use snapshot::{buyer_secret, coordinates, Prover, Snapshot, WRONG};
use souk_circuits::BuyerSecret;
use souk_primitives::{
	Asset, ListingId, ListingKind, ListingState, NodeRole, PayoutSplit, Plan, PlanKind, Price,
};
use sp_keyring::Sr25519Keyring::{self, *};
use sp_runtime::{traits::Dispatchable, DispatchError, DispatchResult, FixedU128, Permill};

type Curation_ = pallet_curation::Call<Runtime>;
type Listings_ = pallet_listings::Call<Runtime>;
type Escrow_ = pallet_escrow::Call<Runtime>;
type EscrowError = pallet_escrow::Error<Runtime>;

const CURATOR: Sr25519Keyring = Charlie;
/// Runs the job and keeps the data.
const NODE: Sr25519Keyring = Bob;
const BUYER: Sr25519Keyring = Eve;
const LISTING: ListingId = 0;
/// In the smallest unit of wUSD, each of which is worth a millionth of a SOUK.
const PRICE: Balance = 5 * ONE_WUSD;
const WORTH: Balance = 5 * SOUK;
const BOND: Balance = 400 * SOUK;

/// What is sold in a test, and who can read it.
struct Sale {
	snapshot: Snapshot,
	secret: BuyerSecret,
}

/// A market in which one snapshot is on sale, and 10 % of each payment are the treasury's.
fn market(snapshot: Snapshot, test: impl FnOnce(&Sale)) {
	super::genesis("local_testnet").execute_with(|| {
		blocks::start();
		let fee = params::market::Parameters::ProtocolFee(
			params::market::ProtocolFee,
			Some(Permill::from_percent(10)),
		);
		// Nobody answers challenges here, or makes the next snapshot.
		let rounds = params::offences::Parameters::ChallengeEvery(params::offences::ChallengeEvery, Some(0));
		for parameter in [RuntimeParameters::Market(fee), RuntimeParameters::Offences(rounds)] {
			assert_ok!(Parameters::set_parameter(RuntimeOrigin::root(), parameter));
		}
		put_on_sale(&snapshot);
		test(&Sale { snapshot, secret: buyer_secret(1) });
		assert_ok!(Escrow::do_try_state());
		assert_ok!(Curation::do_try_state());
		assert_ok!(Proofs::do_try_state());
	});
}

fn put_on_sale(snapshot: &Snapshot) {
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
	let price = Price { asset: Asset::WithId(WUSD), amount: PRICE };
	call(NODE, Curation_::register_node { info }.into());
	call(
		CURATOR,
		Listings_::create {
			name: b"weather".to_vec().try_into().expect("it is short"),
			kind: ListingKind::DataProduct,
			details: details(),
			plans: vec![Plan { kind: PlanKind::OneTime, price }].try_into().expect("one fits"),
			payouts: PayoutSplit { workers: Permill::zero(), persistence: Permill::from_percent(20) },
		}
		.into(),
	);
	call(CURATOR, Curation_::bond { listing: LISTING, amount: BOND }.into());
	let schedule = pallet_curation::Schedule { every: 20, tolerance: 2, retention: 2 };
	call(CURATOR, Curation_::set_schedule { listing: LISTING, schedule }.into());
	for role in [NodeRole::Worker, NodeRole::Persistence] {
		let wrapped_key = vec![7; 80].try_into().expect("it is short");
		let node = NODE.to_account_id();
		call(CURATOR, Curation_::assign { listing: LISTING, node, role, wrapped_key }.into());
	}
	call(CURATOR, Listings_::set_state { id: LISTING, to: ListingState::Active }.into());
	let commitments = snapshot.commitments();
	call(NODE, Curation_::submit_snapshot { listing: LISTING, period: minutes(), commitments }.into());
}

impl Sale {
	/// The buyer orders the snapshot.
	fn order(&self) -> pallet_escrow::OrderId {
		let order = pallet_escrow::NextOrderId::<Runtime>::get();
		let period = Curation::newest_snapshot(LISTING).expect("there is one").period;
		let buyer_key = coordinates(&self.secret.public());
		assert_ok!(submit(
			BUYER,
			Escrow_::order {
				listing: LISTING,
				plan: 0,
				max_price: Price { asset: Asset::WithId(WUSD), amount: PRICE },
				details: OrderDetails::Data { period, buyer_key },
			}
		));
		order
	}

	/// The node delivers the key of an order.
	fn deliver(&self, order: pallet_escrow::OrderId) -> DispatchResult {
		let delivery = self.snapshot.delivery(Prover::Real, LISTING, order, &self.secret);
		submit(NODE, Escrow_::deliver { order, delivery })
	}

	/// The buyer shows a chunk of an order's snapshot to the chain.
	fn prove_bad_chunk(&self, order: pallet_escrow::OrderId, index: u32) -> DispatchResult {
		let evidence = self.snapshot.evidence(Prover::Real, LISTING, order, index);
		submit(BUYER, Escrow_::prove_bad_chunk { order, evidence })
	}
}

fn wusd(who: Sr25519Keyring) -> Balance {
	AllAssets::balance(Asset::WithId(WUSD), &who.to_account_id())
}

fn souk(who: &AccountId) -> Balance {
	Balances::free_balance(who)
}

fn state(order: pallet_escrow::OrderId) -> OrderState {
	Escrow::order_details(order).expect("it is kept").state
}

#[test]
fn a_delivery_with_a_real_proof_pays_the_seller_at_once_and_costs_no_fee() {
	market(Snapshot::honest(), |sale| {
		let before = [BUYER, CURATOR, NODE].map(wusd);
		let order = sale.order();
		let view = Escrow::order_details(order).expect("it was made");
		assert_eq!((view.state, view.held), (OrderState::Funded, PRICE));
		assert_eq!(wusd(BUYER), before[0] - PRICE);
		next_blocks(3);

		let node = souk(&NODE.to_account_id());
		assert_ok!(sale.deliver(order));
		assert_eq!(souk(&NODE.to_account_id()), node, "who delivers pays no fee");
		// A tenth is the treasury's, a fifth of the rest the node's.
		let fee = PRICE / 10;
		let of_node = (PRICE - fee) / 5;
		assert_eq!(wusd(NODE), before[2] + of_node);
		assert_eq!(wusd(CURATOR), before[1] + PRICE - fee - of_node);
		assert_eq!(AllAssets::balance(Asset::WithId(WUSD), &Treasury::account_id()), fee);
		assert_eq!(Curation::curator_bond(LISTING).covered, WORTH);
		assert_eq!(state(order), OrderState::Delivered);

		next_blocks(params::escrow::ChallengeWindow::get());
		assert_eq!(state(order), OrderState::Released);
		let bond = Curation::curator_bond(LISTING);
		assert_eq!((bond.active, bond.covered), (BOND, 0));
	});
}

#[test]
fn a_sale_that_nobody_knows_the_worth_of_is_paid_when_its_window_has_closed() {
	market(Snapshot::honest(), |sale| {
		let wusd_asset = Box::new(Asset::WithId(WUSD));
		assert_ok!(AssetRate::remove(RuntimeOrigin::root(), wusd_asset));
		let before = wusd(CURATOR);
		let order = sale.order();
		assert_ok!(sale.deliver(order));
		assert_eq!((wusd(CURATOR), Curation::curator_bond(LISTING).covered), (before, 0));
		next_blocks(params::escrow::ChallengeWindow::get());
		assert_eq!(state(order), OrderState::Released);
		assert!(wusd(CURATOR) > before);
	});
}

#[test]
fn what_is_promised_waits_while_a_listing_is_off_sale() {
	market(Snapshot::honest(), |_| {
		let due_by = || pallet_curation::Schedules::<Runtime>::get(LISTING).expect("it has one").due_by;
		let set_state = |to| {
			assert_ok!(submit(CURATOR, Listings_::set_state { id: LISTING, to }));
		};
		let before = due_by();
		set_state(ListingState::Paused);
		next_blocks(3);
		assert_eq!(due_by(), before);
		set_state(ListingState::Active);
		assert_eq!(due_by(), before + 3);
	});
}

#[test]
fn a_key_that_does_not_come_gives_the_money_back() {
	market(Snapshot::honest(), |sale| {
		let before = wusd(BUYER);
		let order = sale.order();
		next_blocks(params::escrow::DeliveryTimeout::get());
		assert_eq!((state(order), wusd(BUYER)), (OrderState::Refunded, before));
		assert_eq!(sale.deliver(order), Err(EscrowError::Ended.into()));
	});
}

#[test]
fn a_proof_of_something_else_is_refused_by_name_and_costs_its_fee() {
	market(Snapshot::honest(), |sale| {
		let order = sale.order();
		let good = sale.snapshot.delivery(Prover::Real, LISTING, order, &sale.secret);
		let others = sale.snapshot.delivery(Prover::Real, LISTING, order + 1, &sale.secret);
		let strangers = sale.snapshot.delivery(Prover::Real, LISTING, order, &buyer_secret(2));
		let mut damaged = good.clone();
		damaged.proof.as_mut()[200] ^= 1;
		for (delivery, error) in [
			(others, EscrowError::ProofNotValid),
			(strangers, EscrowError::ProofNotValid),
			(damaged, EscrowError::ProofNotOnCurve),
			(KeyDelivery { era: 7, ..good.clone() }, EscrowError::UnknownProofKey),
			(KeyDelivery { proof: Default::default(), ..good.clone() }, EscrowError::ProofMalformed),
			(KeyDelivery { ciphertext: [0xff; 32], ..good.clone() }, EscrowError::NotCanonical),
		] {
			let before = souk(&NODE.to_account_id());
			let refused = submit(NODE, Escrow_::deliver { order, delivery });
			assert_eq!(refused, Err(error.into()));
			assert!(souk(&NODE.to_account_id()) < before, "{refused:?} was for nothing");
			assert_eq!(state(order), OrderState::Funded);
		}
		assert_ok!(submit(NODE, Escrow_::deliver { order, delivery: good }));
	});
}

#[test]
fn a_bad_chunk_is_proved_to_the_chain_refunded_and_slashed() {
	market(Snapshot::corrupted(), |sale| {
		let order = sale.order();
		assert_ok!(sale.deliver(order));
		next_blocks(2);
		let treasury = souk(&Treasury::account_id());
		let buyer = souk(&BUYER.to_account_id());
		assert_ok!(sale.prove_bad_chunk(order, WRONG));

		assert_eq!(state(order), OrderState::Refunded);
		// The seller has the wUSD; the buyer has their worth out of the bond, less the fee of the call.
		let got = souk(&BUYER.to_account_id()) - buyer;
		assert!(WORTH * 9 / 10 < got && got < WORTH, "{got}");
		// Of all of the bond, what covers the sale included.
		let fine = BOND / 10;
		assert_eq!(souk(&Treasury::account_id()) - treasury, fine);
		let bond = Curation::curator_bond(LISTING);
		assert_eq!((bond.active, bond.covered), (BOND - WORTH - fine, 0));
	});
}

#[test]
fn a_snapshot_that_is_bad_costs_one_fine_however_many_have_bought_it() {
	market(Snapshot::corrupted(), |sale| {
		let orders = [sale.order(), sale.order()];
		for order in orders {
			assert_ok!(sale.deliver(order));
		}
		let treasury = souk(&Treasury::account_id());
		for order in orders {
			assert_ok!(sale.prove_bad_chunk(order, WRONG));
			assert_eq!(state(order), OrderState::Refunded);
			assert_eq!(souk(&Treasury::account_id()) - treasury, BOND / 10);
		}
		assert_eq!(Curation::curator_bond(LISTING).active, BOND - BOND / 10 - 2 * WORTH);
		assert_eq!(Stakes::history(LISTING).len(), 1);
	});
}

#[test]
fn who_sells_to_herself_all_that_her_bond_covers_pays_a_tenth_of_the_bond() {
	market(Snapshot::corrupted(), |sale| {
		// The price is worth nine tenths of the bond: the buyer may be the curator.
		let worth = BOND - BOND / 10;
		let rate = FixedU128::from_rational(worth, PRICE);
		assert_ok!(AssetRate::update(RuntimeOrigin::root(), Box::new(Asset::WithId(WUSD)), rate));
		let order = sale.order();
		assert_ok!(sale.deliver(order));
		assert_eq!(Curation::curator_bond(LISTING).covered, worth);
		let treasury = souk(&Treasury::account_id());
		assert_ok!(sale.prove_bad_chunk(order, WRONG));
		assert_eq!(souk(&Treasury::account_id()) - treasury, BOND / 10);
		assert_eq!(Escrow::order_details(order).expect("it is kept").from_bond, worth);
		assert_eq!(Curation::curator_bond(LISTING).active, 0);
	});
}

#[test]
fn a_bad_chunk_of_a_sale_that_is_not_paid_yet_gives_the_price_back() {
	market(Snapshot::corrupted(), |sale| {
		assert_ok!(AssetRate::remove(RuntimeOrigin::root(), Box::new(Asset::WithId(WUSD))));
		let before = wusd(BUYER);
		let order = sale.order();
		assert_ok!(sale.deliver(order));
		assert_ok!(sale.prove_bad_chunk(order, WRONG));
		assert_eq!((state(order), wusd(BUYER)), (OrderState::Refunded, before));
		assert_eq!(Curation::curator_bond(LISTING).active, BOND - BOND / 10);
	});
}

/// A market in which a dispute has a jury, and sides have so many blocks to answer.
fn with_arbitrators(response: BlockNumber) {
	use params::disputes::{Parameters as Of, ResponseTime};
	let response = RuntimeParameters::Disputes(Of::ResponseTime(ResponseTime, Some(response)));
	assert_ok!(Parameters::set_parameter(RuntimeOrigin::root(), response));
	for number in 0..5 {
		let who: AccountId = [100 + number; 32].into();
		assert_ok!(Balances::force_set_balance(RuntimeOrigin::root(), who.clone().into(), 1_000 * SOUK));
		let join = pallet_disputes::Call::<Runtime>::join_pool { bond: 100 * SOUK, key: [1 + number; 32] };
		assert_ok!(RuntimeCall::from(join).dispatch(RuntimeOrigin::signed(who)));
	}
}

#[test]
fn a_seller_who_is_away_does_not_lose_what_she_has_proved_unless_she_cannot_pay_a_jury() {
	use frame_support::traits::fungible::InspectHold as _;
	use pallet_disputes::{Ending, HoldReason, Phase};
	const RESPONSE: BlockNumber = 20;
	for can_pay in [true, false] {
		market(Snapshot::honest(), |sale| {
			with_arbitrators(RESPONSE);
			// Nobody knows what it is worth: it is not paid before its window has closed.
			assert_ok!(AssetRate::remove(RuntimeOrigin::root(), Box::new(Asset::WithId(WUSD))));
			let (before, seller) = (wusd(BUYER), CURATOR.to_account_id());
			let order = sale.order();
			assert_ok!(sale.deliver(order));
			assert_ok!(submit(BUYER, Escrow_::dispute { order, evidence: [6; 32] }));
			let about = || Disputes::case_about(order).expect("it is kept");
			let posted = || Balances::balance_on_hold(&HoldReason::Fee.into(), &seller);
			if !can_pay {
				let left = SOUK / 100;
				assert_ok!(Balances::force_set_balance(RuntimeOrigin::root(), seller.clone().into(), left));
			}
			next_blocks(RESPONSE - 1);
			assert_eq!((about().phase, posted()), (Phase::Opened, 0));
			next_blocks(1);
			let bond = Curation::curator_bond(LISTING).active;
			if can_pay {
				assert_eq!((about().phase, state(order)), (Phase::Evidence, OrderState::Disputed));
				assert_eq!(posted(), 3 * params::disputes::JurorFee::get());
				assert_eq!((wusd(BUYER), bond), (before - PRICE, BOND));
			} else {
				assert_eq!(about().ended.map(|(how, _)| how), Some(Ending::Default));
				assert_eq!((state(order), posted()), (OrderState::Refunded, 0));
				assert_eq!((wusd(BUYER), bond), (before, BOND - BOND / 20));
			}
			assert_ok!(Disputes::do_try_state());
		});
	}
}

#[test]
fn a_buyer_who_calls_a_good_chunk_bad_loses_the_fee_and_nothing_else() {
	market(Snapshot::corrupted(), |sale| {
		let order = sale.order();
		assert_ok!(sale.deliver(order));
		let (before, bond) = (souk(&BUYER.to_account_id()), Curation::curator_bond(LISTING));
		for index in [0, 2] {
			assert_eq!(sale.prove_bad_chunk(order, index), Err(EscrowError::ChunkIsGood.into()));
		}
		assert!(souk(&BUYER.to_account_id()) < before);
		assert_eq!(Curation::curator_bond(LISTING), bond);
		assert_eq!(state(order), OrderState::Delivered);
	});
}

#[test]
fn after_the_window_nothing_is_proved_any_more() {
	market(Snapshot::corrupted(), |sale| {
		let order = sale.order();
		assert_ok!(sale.deliver(order));
		next_blocks(params::escrow::ChallengeWindow::get());
		assert!(sale.prove_bad_chunk(order, WRONG).is_err());
		assert_eq!(state(order), OrderState::Released);
		assert_eq!(Curation::curator_bond(LISTING).active, BOND);
	});
}

#[test]
fn the_largest_calls_fit_into_a_block() {
	market(Snapshot::honest(), |sale| {
		let order = sale.order();
		let most = RuntimeBlockWeights::get()
			.get(frame_support::dispatch::DispatchClass::Normal)
			.max_extrinsic
			.expect("it is limited");
		let delivery = sale.snapshot.delivery(Prover::Real, LISTING, order, &sale.secret);
		let deliveries: Vec<_> = (0..64).map(|order| (order, delivery.clone())).collect();
		let batch = Escrow_::deliver_batch { deliveries: deliveries.try_into().expect("so many fit") };
		let evidence = sale.snapshot.evidence(Prover::Real, LISTING, order, 0);
		for call in
			[RuntimeCall::from(batch), RuntimeCall::from(Escrow_::prove_bad_chunk { order, evidence })]
		{
			let weight = call.get_dispatch_info().call_weight;
			assert!(weight.all_lte(most), "{weight:?} of {most:?}");
			assert!(call.encoded_size() < 1024 * 1024);
		}
	});
}
