use super::*;
use frame_support::{dispatch::Pays, traits::Get, weights::Weight};
use souk_primitives::reach::ProofRefusal;
use souk_proof_primitives::statements::StatementId;

/// So many orders of a good snapshot in one listing.
fn orders(count: u64, bond: Balance) -> (Snapshot, ListingId, Vec<OrderId>) {
	let snapshot = Snapshot::good();
	let listing = list_data(&WUSD, snapshot.commitments.clone(), bond);
	let orders = (0..count).map(|_| order_data(BUYER, listing)).collect();
	(snapshot, listing, orders)
}

fn keys(snapshot: &Snapshot, orders: &[OrderId]) -> Vec<(OrderId, KeyDelivery)> {
	orders.iter().map(|order| (*order, open_delivery(snapshot, *order))).collect()
}

#[test]
fn all_keys_of_a_batch_are_taken_and_paid_for_without_a_fee() {
	TestExt.execute(|| {
		let (snapshot, listing, orders) = orders(3, BOND);
		let batch = orders.iter().map(|order| (*order, delivery(&snapshot, *order))).collect::<Vec<_>>();
		let deliveries = batch.try_into().expect("they are few");
		let call = crate::Call::<Test>::deliver_batch { deliveries };
		let info = dispatch_with_info(NODE, call).expect("they are taken");
		assert_eq!(info.pays_fee, Pays::No);
		let weight: Weight = <() as WeightInfo>::deliver_batch_taken(3, 1);
		assert_eq!(info.actual_weight, Some(weight));
		assert!(weight.all_lt(<() as WeightInfo>::deliver_batch(3, 1)));
		assert!(orders.iter().all(|order| state(*order) == OrderState::Delivered));
		// A batch of three pays twelve recipients: two orders of six.
		assert_eq!((spent(&WUSD), bond(listing).covered), (2 * PRICE, 2 * RATE * PRICE));
		advance_to(2);
		assert_eq!((spent(&WUSD), bond(listing).covered), (3 * PRICE, 3 * RATE * PRICE));
	});
}

#[test]
fn one_bad_key_is_named_and_stops_no_other() {
	TestExt.execute(|| {
		let (snapshot, _, orders) = orders(5, BOND);
		let mut batch = keys(&snapshot, &orders);
		batch[2].1.ciphertext[3] ^= 1;
		let call = crate::Call::<Test>::deliver_batch { deliveries: batch.try_into().expect("few") };
		let info = dispatch_with_info(NODE, call).expect("the others are taken");
		assert_eq!((info.pays_fee, info.actual_weight), (Pays::Yes, None));
		let reason = DeliveryRefusal::Proof(ProofRefusal::NotValid);
		assert_event(Event::DeliveryRefused { order: orders[2], reason });
		for (at, order) in orders.iter().enumerate() {
			let expected = if at == 2 { OrderState::Funded } else { OrderState::Delivered };
			assert_eq!(state(*order), expected, "{at}");
		}
		assert_ok!(deliver(orders[2], open_delivery(&snapshot, orders[2])));
	});
}

#[test]
fn each_reason_is_named() {
	TestExt.execute(|| {
		let (snapshot, listing, orders) = orders(8, BOND);
		let goods = order_goods(BUYER, list_service(&WUSD));
		let ended = orders[1];
		assert_ok!(cancel(CURATOR, ended));
		let mut batch = keys(&snapshot, &orders);
		assert_ok!(deliver(orders[2], batch[2].1.clone()));
		batch[3].1.ciphertext = [0xff; 32];
		batch[4].1.ephemeral[0] ^= 1;
		batch[5].1.proof = Default::default();
		batch[6].1.era = 99;
		let repeated = batch[7].clone();
		batch.push((77, repeated.1.clone()));
		batch.push((goods, repeated.1.clone()));
		batch.push(repeated);
		assert_ok!(deliver_batch(batch));
		use DeliveryRefusal::*;
		for (order, reason) in [
			(orders[1], Ended),
			(orders[2], AlreadyDelivered),
			(orders[3], NotCanonical),
			(orders[4], Point(PointRefusal::NotOnCurve)),
			(orders[5], Proof(ProofRefusal::Malformed)),
			(orders[6], Proof(ProofRefusal::NoKey)),
			(77, NotFound),
			(goods, NotData),
			(orders[7], Repeated),
		] {
			assert_event(Event::DeliveryRefused { order, reason });
		}
		let taken = [orders[0], orders[2], orders[7]];
		let delivered = |order: &OrderId| state(*order) == OrderState::Delivered;
		assert_eq!(orders.iter().copied().filter(|order| delivered(order)).collect::<Vec<_>>(), taken);
		// What was refused for time is Expired.
		let late = open_delivery(&snapshot, orders[0]);
		let (one, two) = (order_data(BUYER, listing), order_data(BUYER, listing));
		let batch = vec![(one, late), (two, open_delivery(&snapshot, two))];
		advance_to(1 + DELIVERY);
		assert_noop!(deliver_batch(batch), Error::<Test>::NothingDelivered);
	});
}

#[test]
fn a_batch_of_which_nothing_is_taken_fails() {
	TestExt.execute(|| {
		let (snapshot, _, orders) = orders(2, BOND);
		assert_noop!(deliver_batch(vec![]), Error::<Test>::NothingDelivered);
		let mut batch = keys(&snapshot, &orders);
		let (first, second) = (batch[0].1.clone(), batch[1].1.clone());
		batch[0].1.proof = second.proof;
		batch[1].1.proof = first.proof;
		assert_noop!(deliver_batch(batch), Error::<Test>::NothingDelivered);
	});
}

#[test]
fn two_wrong_proofs_do_not_make_up_for_each_other() {
	TestExt.execute(|| {
		let (snapshot, _, orders) = orders(3, BOND);
		let mut batch = keys(&snapshot, &orders);
		// Sums of proof points stay the same when two proofs swap their C.
		let (first, second) = (batch[0].1.proof.to_vec(), batch[1].1.proof.to_vec());
		batch[0].1.proof = [&first[..288], &second[288..]].concat().try_into().expect("as long");
		batch[1].1.proof = [&second[..288], &first[288..]].concat().try_into().expect("as long");
		assert_ok!(deliver_batch(batch));
		let states: Vec<_> = orders.iter().map(|order| state(*order)).collect();
		assert_eq!(states, [OrderState::Funded, OrderState::Funded, OrderState::Delivered]);
	});
}

#[test]
fn keys_of_several_eras_go_together_up_to_four() {
	TestExt.execute(|| {
		let (snapshot, _, orders) = orders(2, BOND);
		let batch = vec![
			(orders[0], delivery(&snapshot, orders[0])),
			(orders[1], open_delivery(&snapshot, orders[1])),
		];
		let mut many = batch.clone();
		for era in 20..23 {
			many.push((orders[0], KeyDelivery { era, ..batch[0].1.clone() }));
		}
		assert_noop!(deliver_batch(many), Error::<Test>::TooManyEras);
		assert_ok!(deliver_batch(batch));
		assert!(orders.iter().all(|order| state(*order) == OrderState::Delivered));
	});
}

#[test]
fn sixty_four_keys_are_delivered_in_one_call_and_paid_within_a_block() {
	TestExt.execute(|| {
		let (snapshot, listing, orders) = orders(64, 64 * RATE * PRICE);
		assert_ok!(deliver_batch(keys(&snapshot, &orders)));
		assert!(orders.iter().all(|order| state(*order) == OrderState::Delivered));
		// 256 recipients are 42 orders of six; the other ones wait for the next block.
		assert_eq!(spent(&WUSD), 42 * PRICE);
		let due = |order: &OrderId| view(*order).due;
		assert_eq!(orders.iter().filter(|order| due(order) == Some(2)).count(), 22);
		advance_to(2);
		assert_eq!((spent(&WUSD), bond(listing).covered), (64 * PRICE, 64 * RATE * PRICE));
		assert!(orders.iter().all(|order| due(order) == Some(1 + WINDOW)));
		assert_noop!(
			prove_bad_chunk(BUYER, orders[63], open_bad_chunk(&snapshot, orders[63], 0)),
			Error::<Test>::ChunkIsGood
		);
		advance_to(1 + WINDOW);
		assert!(orders.iter().all(|order| state(*order) == OrderState::Released));
		assert_eq!(bond(listing).covered, 0);
	});
}

#[test]
fn what_the_bond_does_not_cover_of_a_batch_waits_for_its_window() {
	TestExt.execute(|| {
		let (snapshot, _, orders) = orders(4, RATE * PRICE);
		assert_ok!(deliver_batch(keys(&snapshot, &orders)));
		advance_to(WINDOW);
		assert_eq!(spent(&WUSD), PRICE);
		advance_to(1 + WINDOW);
		assert_eq!(spent(&WUSD), 4 * PRICE);
	});
}

#[test]
fn a_batch_is_refused_as_a_whole_while_the_statement_is_paused() {
	TestExt.execute(|| {
		let (snapshot, _, orders) = orders(2, BOND);
		pause(StatementId::KeyDelivery);
		assert_noop!(deliver_batch(keys(&snapshot, &orders)), Error::<Test>::NothingDelivered);
	});
}

#[test]
fn the_longest_batch_has_room_in_a_block_of_a_second() {
	// What the runtime's blocks leave one transaction: three quarters of a second, less a tenth for what every block does.
	let room = Weight::from_parts(649_000_000_000, u64::MAX);
	let most = <() as WeightInfo>::deliver_batch(MAX_BATCH, MAX_ERAS);
	assert!(most.all_lt(room), "{most:?}");
	assert!(MAX_BATCH == <Deliveries as BoundOf>::bound());
}

trait BoundOf {
	fn bound() -> u32;
}

impl<T, S: Get<u32>> BoundOf for frame_support::BoundedVec<T, S> {
	fn bound() -> u32 {
		S::get()
	}
}
