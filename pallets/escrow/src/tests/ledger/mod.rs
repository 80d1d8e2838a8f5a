//! Random sequences of all calls, with blocks in between, against a plain ledger. After each block and each call every balance,
//! hold, bond and order is what the ledger says, and nothing was created or lost.

mod model;
mod money;
mod steps;
mod world;

use super::*;
use frame_support::traits::fungibles::Inspect as _;
use model::{Order, Outcome, State};
use souk_mock_support::ledger::{asset_of, expect, name_of, run, Seen};
use std::{collections::BTreeMap, sync::OnceLock};
use steps::{start, step, Step};
use world::{Ledger, Listing};

/// Who buys.
const BUYERS: [AccountId; 3] = [BUYER, OTHER, POOR];
/// Where money goes that a buyer spends elsewhere.
const SHOP: AccountId = 88;
/// Everybody whose money is compared.
const EVERYBODY: [AccountId; 13] = [
	CURATOR, BUYER, OTHER, POOR, NODE, WORKERS[0], WORKERS[1], NODES[0], NODES[1], STRANGER, TREASURY, SHOP,
	BONDS,
];
/// Prices; some leave shares that nobody can be paid.
const PRICES: [Balance; 4] = [7, 83, 1_009, 200_000];

/// The snapshots that are sold; sealed once.
fn snapshot(corrupt: bool) -> &'static Snapshot {
	static SNAPSHOTS: OnceLock<[Snapshot; 2]> = OnceLock::new();
	&SNAPSHOTS.get_or_init(|| [Snapshot::good(), Snapshot::corrupt()])[usize::from(corrupt)]
}

/// A key for an order: the right one, or one with a bit that is wrong.
fn key(ledger: &Ledger, order: OrderId, good: bool) -> KeyDelivery {
	let corrupt = ledger.listing_of(order).corrupt;
	let mut delivery = open_delivery(snapshot(corrupt), order);
	if !good {
		delivery.proof[100] ^= 1;
	}
	delivery
}

fn apply(ledger: &mut Ledger, seen: &mut Seen, step: Step) {
	System::reset_events();
	match step {
		Step::Advance { blocks } => {
			for _ in 0..blocks {
				advance_to(now() + 1);
				ledger.next_block();
				compare(ledger);
				note(seen);
			}
		}
		Step::List { .. }
		| Step::Bond { .. }
		| Step::SetPrice { .. }
		| Step::SetState { .. }
		| Step::SetSplit { .. }
		| Step::Serve { .. } => curate(ledger, step),
		Step::Spend { .. }
		| Step::Earn { .. }
		| Step::SetFee { .. }
		| Step::SetRate { .. }
		| Step::Freeze { .. } => elsewhere(ledger, step),
		Step::Order { .. } | Step::Offer { .. } => buy(ledger, step),
		Step::DeliverBatch { from, count, bad } => {
			let orders: Vec<_> = ledger.data_orders().collect();
			let chosen: Vec<_> = orders.into_iter().skip(from % 7).take(count).collect();
			let batch: Vec<_> = chosen.iter().enumerate().map(|(at, order)| (*order, at != bad)).collect();
			let call = batch.iter().map(|(order, good)| (*order, key(ledger, *order, *good))).collect();
			expect("deliver_batch", ledger.deliver_batch(&batch), deliver_batch(call));
		}
		other => settle(ledger, other),
	}
}

/// What curators do.
fn curate(ledger: &mut Ledger, step: Step) {
	let count = ledger.listings.len();
	let of = |listing: usize| (listing % count.max(1)) as ListingId;
	match step {
		Step::List { data, wusd, price, corrupt } if count < 6 => {
			let (asset, price) = (asset_of(wusd), PRICES[price % PRICES.len()]);
			let kind = if data { ListingKind::DataProduct } else { ListingKind::PhysicalGood };
			let listing = list(kind, &asset, price);
			if data {
				add_snapshot(listing, PERIOD, snapshot(corrupt).commitments.clone());
			}
			ledger.list(data, asset, price, corrupt);
		}
		Step::List { .. } => {}
		Step::Bond { listing, amount } => {
			let (listing, amount) = (of(listing), [500, 5_000, 60_000][amount % 3]);
			let active = bond(listing).active + amount;
			// What is bonded comes from the curator.
			if ledger.money.transfer(&SOUK, CURATOR, BONDS, amount) {
				assert_ok!(transfer(&SOUK, CURATOR, BONDS, amount));
				set_bond(listing, active);
				ledger.add_bond(listing, amount);
			}
		}
		Step::SetPrice { listing, price } => {
			let (listing, price) = (of(listing), PRICES[price % PRICES.len()]);
			set_price(listing, price);
			ledger.change(listing, |listing| listing.price = price);
		}
		Step::SetState { listing, state } => {
			let (listing, state) = (
				of(listing),
				[ListingState::Active, ListingState::Active, ListingState::Paused, ListingState::Retired]
					[state % 4],
			);
			if !ledger.ended(listing) {
				set_state(listing, state);
				ledger.change(listing, |listing| listing.state = state);
			}
		}
		Step::SetSplit { listing, workers, persistence } => {
			set_split(of(listing), workers, persistence);
			ledger.change(of(listing), |listing| listing.split = (workers.into(), persistence.into()));
		}
		Step::Serve { listing, workers, nodes } => {
			let workers = &[WORKERS[0], STRANGER, WORKERS[1]][..workers];
			serve(of(listing), workers, &NODES[..nodes]);
			ledger.serve(of(listing), [workers.to_vec(), NODES[..nodes].to_vec()]);
		}
		other => unreachable!("{other:?} is nothing that curators do"),
	}
}

/// What happens outside the market.
fn elsewhere(ledger: &mut Ledger, step: Step) {
	let buyer = |who: usize| BUYERS[who % BUYERS.len()];
	match step {
		Step::SetFee { percent } => {
			Fee::set(Permill::from_percent(percent));
			ledger.fee_percent = percent.into();
		}
		Step::SetRate { rate } => {
			ledger.rate = rate.map(Balance::from);
			Exchange::set(ledger.rate);
		}
		Step::Freeze { frozen } => {
			if frozen != ledger.money.frozen {
				freeze(frozen);
				ledger.money.frozen = frozen;
			}
		}
		Step::Spend { who, wusd, all } => {
			let (who, asset) = (buyer(who), asset_of(wusd));
			let spendable = ledger.money.free(&asset, who).saturating_sub(MINIMUM);
			let amount = if all { spendable } else { spendable / 2 };
			if amount >= MINIMUM {
				expect(
					"spend",
					ledger.money.transfer(&asset, who, SHOP, amount),
					transfer(&asset, who, SHOP, amount),
				);
			}
		}
		Step::Earn { who, wusd, amount } => {
			let (who, asset, amount) = (buyer(who), asset_of(wusd), amount.into());
			let expected = ledger.money.transfer(&asset, NODE, who, amount);
			expect("earn", expected, transfer(&asset, NODE, who, amount));
		}
		other => unreachable!("{other:?} happens in the market"),
	}
}

/// New orders and offers.
fn buy(ledger: &mut Ledger, step: Step) {
	let count = ledger.listings.len();
	let of = |listing: usize| (listing % count.max(1)) as ListingId;
	let buyer = |who: usize| BUYERS[who % BUYERS.len()];
	match step {
		Step::Order { who, listing } => {
			let (who, listing) = (buyer(who), of(listing));
			let data = ledger.listings[listing as usize].data;
			let details = if data {
				OrderDetails::Data { period: PERIOD, buyer_key: buyer_key() }
			} else {
				OrderDetails::Goods { terms: Some([7; 32]) }
			};
			let deposit = deposit_of(who, listing, data, 1);
			expect("order", ledger.order(who, listing, deposit), order_as(who, listing, details));
		}
		Step::Offer { who, listing, parts, amount, wusd } => {
			let (who, listing, asset) = (buyer(who), of(listing), asset_of(wusd));
			let part = |at: usize| milestone(PRICES[(amount + at) % 3], 3 + at as u32, 4 + at as u32);
			let parts: Vec<_> = (0..parts).map(part).collect();
			let deposit = deposit_of(who, listing, false, parts.len());
			let call = crate::Call::<Test>::offer {
				listing,
				buyer: who,
				asset: asset.clone(),
				milestones: parts.clone().try_into().expect("there are few parts"),
				terms: None,
			};
			expect("offer", ledger.offer(who, listing, asset, &parts, deposit), dispatch(CURATOR, call));
		}
		other => unreachable!("{other:?} is no new order"),
	}
}

/// What an order of so many parts pays for its bytes.
fn deposit_of(buyer: AccountId, listing: ListingId, data: bool, parts: usize) -> Balance {
	let subject = if data {
		Subject::Data(DataRecord {
			period: PERIOD,
			buyer_key: buyer_key(),
			key_commitment: [0; 32],
			content_root: [0; 32],
			cipher_root: [0; 32],
			bytes: 0,
			chunks: 0,
			delivery: None,
		})
	} else {
		let parts = vec![milestone(1, 1, 1).into(); parts];
		let milestones = parts.try_into().expect("there are few parts");
		Subject::Goods(GoodsRecord { terms: None, milestones, current: 0 })
	};
	Escrow::order_deposit(&buyer, listing, &subject)
}

/// One of the orders that there are: every other time one for which the step may work, else any.
fn chosen(ledger: &Ledger, which: usize, step: &Step) -> Option<OrderId> {
	let suits = |order: &Order| match step {
		Step::Fund { .. } => order.state == State::Created,
		Step::Deliver { .. } => order.state == State::Funded && order.data,
		Step::Mark { .. } => order.state == State::Funded && !order.data,
		Step::Confirm { .. } => matches!(order.state, State::Funded | State::Delivered | State::Disputed),
		Step::Prove { .. } => order.data && matches!(order.state, State::Delivered | State::Disputed),
		Step::Dispute { .. } => matches!(order.state, State::Funded | State::Delivered),
		Step::Resolve { .. } => order.state == State::Disputed,
		Step::Claim { .. } => matches!(order.state, State::Waiting(_)),
		Step::Forget { .. } => matches!(order.state, State::Ended(_)),
		_ => true,
	};
	let orders = || ledger.orders.iter();
	let mut suitable: Vec<_> = orders().filter(|(_, order)| suits(order)).map(|(id, _)| *id).collect();
	if which.is_multiple_of(2) || suitable.is_empty() {
		suitable = orders().map(|(id, _)| *id).collect();
	}
	suitable.get(which / 2 % suitable.len().max(1)).copied()
}

/// What the two sides of an order, and others, do with it.
fn settle(ledger: &mut Ledger, step: Step) {
	let side = |ledger: &Ledger, order: OrderId, sells: bool| {
		if sells {
			CURATOR
		} else {
			ledger.orders[&order].buyer
		}
	};
	let which = match step {
		Step::Fund { which }
		| Step::Deliver { which, .. }
		| Step::Mark { which, .. }
		| Step::Confirm { which, .. }
		| Step::Cancel { which, .. }
		| Step::Claim { which }
		| Step::Prove { which, .. }
		| Step::Dispute { which, .. }
		| Step::Resolve { which, .. }
		| Step::Forget { which, .. } => which,
		ref other => unreachable!("{other:?} is about no order"),
	};
	let Some(order) = chosen(ledger, which, &step) else { return };
	// Mostly the part that is next.
	let part = |ledger: &Ledger, which: u32| ledger.orders[&order].part_number() + which / 2;
	let buyer = side(ledger, order, false);
	match step {
		Step::Fund { .. } => expect("fund", ledger.fund(order), fund(buyer, order)),
		Step::Deliver { good, .. } if ledger.orders[&order].data => {
			let delivery = key(ledger, order, good);
			expect("deliver", ledger.deliver(order, good), deliver(order, delivery));
		}
		Step::Mark { milestone, .. } => {
			let milestone = part(ledger, milestone);
			expect("mark", ledger.mark(order, milestone), mark_delivered(CURATOR, order, milestone));
		}
		Step::Confirm { milestone, .. } => {
			let milestone = part(ledger, milestone);
			expect("confirm", ledger.confirm(order, milestone), confirm(buyer, order, milestone));
		}
		Step::Cancel { sells, .. } => {
			let who = side(ledger, order, sells);
			expect("cancel", ledger.cancel(order, sells), cancel(who, order));
		}
		Step::Claim { .. } => expect("claim", ledger.claim(order), claim_timeout(STRANGER, order)),
		Step::Prove { index, .. } if ledger.orders[&order].data => {
			// Mostly the one that may be bad.
			let index = [1, 1, 0, 2][index as usize];
			let corrupt = ledger.listing_of(order).corrupt;
			let evidence = open_bad_chunk(snapshot(corrupt), order, index);
			expect("prove", ledger.prove(order, index), prove_bad_chunk(buyer, order, evidence));
		}
		Step::Dispute { sells, .. } => {
			let who = side(ledger, order, sells);
			expect("dispute", ledger.dispute(order, sells), dispute(who, order));
		}
		Step::Resolve { percent, .. } => {
			expect("resolve", ledger.resolve(order, percent.into()), resolve(order, percent));
		}
		Step::Forget { buyer: by_buyer, .. } => {
			let who = if by_buyer { buyer } else { STRANGER };
			expect("forget", ledger.forget(order, by_buyer), forget(who, order));
		}
		_ => {}
	}
}

/// Everything that the chain and the ledger both know is the same.
fn compare(ledger: &Ledger) {
	for asset in [SOUK, WUSD] {
		let mut total = 0;
		for account in EVERYBODY {
			assert_eq!(
				free(&asset, account),
				ledger.money.free(&asset, account),
				"{account}'s free {asset:?}"
			);
			assert_eq!(held(&asset, account), ledger.held(&asset, account), "{account}'s held {asset:?}");
			total += free(&asset, account) + held(&asset, account);
			if asset == SOUK {
				assert_eq!(deposit(account), ledger.deposits_of(account), "{account}'s deposits");
				total += deposit(account);
			}
		}
		assert_eq!(Money::total_issuance(asset.clone()), total, "{asset:?} was created or lost");
	}
	for (listing, record) in ledger.listings.iter().enumerate() {
		let Bond { active, covered } = bond(listing as ListingId);
		assert_eq!((active, covered), (record.bond, record.covered), "the bond of {listing}");
		let open = <Escrow as souk_primitives::reach::Orders>::open(listing as ListingId);
		assert_eq!(open, ledger.open(listing as ListingId), "open orders of {listing}");
	}
	assert_eq!(Orders::<Test>::iter().count(), ledger.orders.len());
	for (id, order) in &ledger.orders {
		let view = view(*id);
		assert_eq!(view.state, order.state.shown(), "{id}");
		assert_eq!((view.held, view.covered), (order.held, order.covered), "{id}");
		assert_eq!((view.due, view.ended_at), (order.due, order.ended), "{id}");
	}
}

impl State {
	/// What clients see of it.
	fn shown(self) -> OrderState {
		match self {
			Self::Created => OrderState::Created,
			Self::Funded => OrderState::Funded,
			Self::Delivered => OrderState::Delivered,
			Self::Disputed => OrderState::Disputed,
			Self::Waiting(Outcome::Refunded) | Self::Ended(Outcome::Refunded) => OrderState::Refunded,
			Self::Waiting(_) => OrderState::Confirmed,
			Self::Ended(_) => OrderState::Released,
		}
	}
}

/// Notes what happened since the last block or call, by the names of events; with the state, where time was up or an order ended.
fn note(seen: &mut Seen) {
	for event in events() {
		let what = match event {
			Event::TimedOut { state, .. } => format!("TimedOut {state:?}"),
			Event::Ended { state, .. } => format!("Ended {state:?}"),
			Event::BadChunkProven { from_bond, .. } if from_bond > 0 => "PaidBack".into(),
			other => name_of(&other),
		};
		seen.note(what);
	}
	System::reset_events();
}

#[test]
fn no_sequence_of_calls_moves_money_otherwise_than_the_ledger() {
	// The sequences went everywhere that they can go.
	let everything = [
		"Ordered",
		"Offered",
		"Funded",
		"KeyDelivered",
		"DeliveryRefused",
		"Covered",
		"MarkedDelivered",
		"Confirmed",
		"MilestonePaid",
		"Cancelled",
		"TimedOut Created",
		"TimedOut Funded",
		"TimedOut Delivered",
		"TimedOut Disputed",
		"PaidOut",
		"Refunded",
		"BadChunkProven",
		"PaidBack",
		"Disputed",
		"Resolved",
		"SettlementDelayed",
		"Ended Released",
		"Ended Refunded",
		"Forgotten",
	];
	run(128, proptest::collection::vec(step(), 90), &everything, |steps, seen| {
		TestExt.build().execute_with(|| {
			System::run_to_block::<AllPalletsWithSystem>(1);
			let mut ledger = Ledger::new(1);
			compare(&ledger);
			for step in start().into_iter().chain(steps) {
				apply(&mut ledger, seen, step);
				check();
				compare(&ledger);
				note(seen);
			}
		});
	});
}
