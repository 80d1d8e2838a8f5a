use super::*;
use frame_support::dispatch::Pays;
use souk_proof_primitives::statements::StatementId;

#[test]
fn a_proved_key_is_paid_at_once_where_the_bond_covers_it() {
	for (asset, worth) in [(SOUK, PRICE), (WUSD, RATE * PRICE)] {
		TestExt.execute(|| {
			let (snapshot, listing, order) = sold(&asset, worth);
			advance_to(4);
			assert_ok!(deliver(order, delivery(&snapshot, order)));
			assert_earned(&asset, SHARES);
			assert_eq!((spent(&asset), held(&asset, BUYER)), (PRICE, 0));
			assert_event(Event::Covered { order, amount: worth });
			let view = view(order);
			assert_eq!((view.state, view.paid, view.covered), (OrderState::Delivered, PRICE, worth));
			assert_eq!((view.delivered_at, view.window_until), (Some(4), Some(4 + WINDOW)));
			assert_eq!(bond(listing), Bond { active: worth, covered: worth });
			advance_to(4 + WINDOW);
			assert_event(Event::Ended { order, state: OrderState::Released });
			assert_eq!((state(order), bond(listing).covered), (OrderState::Released, 0));
			assert_earned(&asset, SHARES);
		});
	}
}

#[test]
fn beyond_what_the_bond_covers_it_is_paid_when_the_window_is_over() {
	for asset in [SOUK, WUSD] {
		TestExt.execute(|| {
			let (snapshot, listing, order) = sold(&asset, PRICE - 1);
			assert_ok!(deliver(order, delivery(&snapshot, order)));
			assert_earned(&asset, (0, 0, 0, 0));
			assert_eq!((held(&asset, BUYER), bond(listing).covered), (PRICE, 0));
			advance_to(WINDOW);
			assert_eq!(state(order), OrderState::Delivered);
			advance_to(1 + WINDOW);
			assert_event(Event::TimedOut { order, state: OrderState::Delivered });
			assert_eq!(state(order), OrderState::Released);
			assert_earned(&asset, SHARES);
		});
	}
}

#[test]
fn the_buyer_opens_the_key_that_was_delivered() {
	TestExt.execute(|| {
		let (snapshot, _, order) = sold(&WUSD, BOND);
		let delivery = delivery(&snapshot, order);
		assert_ok!(deliver(order, delivery.clone()));
		assert_eq!(opened(order), snapshot.key);
		let shown = view(order).data.and_then(|data| data.delivery).expect("it was delivered");
		assert_eq!((shown.by, shown.era, shown.ephemeral), (NODE, ERA, delivery.ephemeral));
		let by = NODE;
		let window_until = 1 + WINDOW;
		assert_event(Event::KeyDelivered { order, by, proof_id: shown.proof_id, window_until });
	});
}

#[test]
fn a_delivery_that_is_taken_costs_no_fee_and_one_that_is_refused_does() {
	TestExt.execute(|| {
		let (snapshot, _, order) = sold(&WUSD, BOND);
		let good = delivery(&snapshot, order);
		let mut bad = good.clone();
		bad.ciphertext[0] ^= 1;
		let call = |delivery| crate::Call::<Test>::deliver { order, delivery };
		let refused = dispatch_with_info(NODE, call(bad)).expect_err("it is refused");
		assert_eq!(refused.error, Error::<Test>::ProofNotValid.into());
		assert_eq!(refused.post_info.pays_fee, Pays::Yes);
		let taken = dispatch_with_info(NODE, call(good)).expect("it is taken");
		assert_eq!(taken.pays_fee, Pays::No);
	});
}

#[test]
fn a_key_is_delivered_once() {
	TestExt.execute(|| {
		let (snapshot, _, order) = sold(&WUSD, BOND);
		assert_noop!(deliver(order + 1, delivery(&snapshot, order)), Error::<Test>::NotFound);
		assert_ok!(deliver(order, delivery(&snapshot, order)));
		assert_noop!(deliver(order, delivery(&snapshot, order)), Error::<Test>::AlreadyDelivered);
		advance_to(1 + WINDOW);
		assert_noop!(deliver(order, delivery(&snapshot, order)), Error::<Test>::AlreadyDelivered);
	});
}

#[test]
fn nothing_is_delivered_to_an_order_that_has_ended_or_is_for_goods() {
	TestExt.execute(|| {
		let (snapshot, _, order) = sold(&WUSD, BOND);
		let good = delivery(&snapshot, order);
		assert_ok!(cancel(CURATOR, order));
		assert_noop!(deliver(order, good.clone()), Error::<Test>::Ended);
		let goods = order_goods(BUYER, list_service(&WUSD));
		assert_noop!(deliver(goods, good), Error::<Test>::NotData);
	});
}

#[test]
fn the_last_block_is_the_one_before_the_deadline_whether_or_not_the_turn_has_come() {
	TestExt.execute(|| {
		let (snapshot, listing, late) = sold(&WUSD, BOND);
		let timely = order_data(OTHER, listing);
		let (late_key, timely_key) = (delivery(&snapshot, late), delivery(&snapshot, timely));
		System::set_block_number(1 + DELIVERY);
		assert_noop!(deliver(late, late_key), Error::<Test>::Expired);
		System::set_block_number(DELIVERY);
		assert_ok!(deliver(timely, timely_key));
		advance_to(1 + DELIVERY);
		assert_eq!((state(late), state(timely)), (OrderState::Refunded, OrderState::Delivered));
	});
}

#[test]
fn a_proof_for_one_order_is_refused_for_a_second_one() {
	TestExt.execute(|| {
		let (snapshot, listing, first) = sold(&WUSD, BOND);
		let second = order_data(BUYER, listing);
		let proved = delivery(&snapshot, first);
		assert_noop!(deliver(second, proved.clone()), Error::<Test>::ProofNotValid);
		// Nor after it served the first one, nor for the same buyer's order of another listing.
		assert_ok!(deliver(first, proved.clone()));
		assert_noop!(deliver(second, proved.clone()), Error::<Test>::ProofNotValid);
		let other = list_data(&WUSD, snapshot.commitments.clone(), BOND);
		let third = order_data(BUYER, other);
		assert_noop!(deliver(third, proved), Error::<Test>::ProofNotValid);
	});
}

#[test]
fn each_input_that_is_changed_is_refused() {
	TestExt.execute(|| {
		let (snapshot, listing, order) = sold(&WUSD, BOND);
		let other = order_data(BUYER, listing);
		let good = delivery(&snapshot, order);
		// Another point that may be used, with this proof.
		let foreign = delivery(&snapshot, other);
		let swapped = KeyDelivery { ephemeral: foreign.ephemeral, ..good.clone() };
		assert_noop!(deliver(order, swapped), Error::<Test>::ProofNotValid);
		let swapped = KeyDelivery { ciphertext: foreign.ciphertext, ..good.clone() };
		assert_noop!(deliver(order, swapped), Error::<Test>::ProofNotValid);
		let mut mirrored = good.clone();
		mirrored.ephemeral.rotate_left(32);
		assert_noop!(deliver(order, mirrored), Error::<Test>::PointNotOnCurve);
		let high = KeyDelivery { ciphertext: [0xff; 32], ..good.clone() };
		assert_noop!(deliver(order, high), Error::<Test>::NotCanonical);
		assert_ok!(deliver(order, good));
	});
}

#[test]
fn a_proof_that_is_none_is_refused_by_name() {
	TestExt.execute(|| {
		let (snapshot, _, order) = sold(&WUSD, BOND);
		let good = delivery(&snapshot, order);
		let with = |proof: Vec<u8>| {
			let proof = proof.try_into().expect("it is not too long");
			deliver(order, KeyDelivery { proof, ..good.clone() })
		};
		let bytes = good.proof.to_vec();
		assert_noop!(with(vec![]), Error::<Test>::ProofMalformed);
		assert_noop!(with(bytes[..bytes.len() - 1].to_vec()), Error::<Test>::ProofMalformed);
		assert_noop!(with([&bytes[..], &[0]].concat()), Error::<Test>::ProofMalformed);
		let mut identity = bytes.clone();
		identity[..96].fill(0);
		identity[0] = 0x40;
		assert_noop!(with(identity), Error::<Test>::ProofIdentity);
		let mut off_curve = bytes.clone();
		off_curve[95] ^= 1;
		assert_noop!(with(off_curve), Error::<Test>::ProofNotOnCurve);
		// A and C are points of one group: swapped they are well formed, and prove nothing.
		let mut swapped = bytes.clone();
		swapped[..96].copy_from_slice(&bytes[288..]);
		swapped[288..].copy_from_slice(&bytes[..96]);
		assert_noop!(with(swapped), Error::<Test>::ProofNotValid);
	});
}

#[test]
fn a_proof_of_another_era_or_of_keys_that_are_not_used_is_refused_by_name() {
	TestExt.execute(|| {
		let (snapshot, _, order) = sold(&WUSD, BOND);
		let good = delivery(&snapshot, order);
		let other_era = KeyDelivery { era: OPEN_ERA, ..good.clone() };
		assert_noop!(deliver(order, other_era), Error::<Test>::ProofNotValid);
		let no_era = KeyDelivery { era: 99, ..good.clone() };
		assert_noop!(deliver(order, no_era), Error::<Test>::UnknownProofKey);
		pause(StatementId::KeyDelivery);
		assert_noop!(deliver(order, good.clone()), Error::<Test>::ProofsPaused);
		resume(StatementId::KeyDelivery);
		retire(StatementId::KeyDelivery, ERA);
		assert_noop!(deliver(order, good), Error::<Test>::ProofKeyRetired);
		assert_ok!(deliver(order, open_delivery(&snapshot, order)));
	});
}

#[test]
fn what_was_sold_is_delivered_and_paid_after_the_listing_has_ended() {
	for state in [ListingState::Paused, ListingState::Retired, ListingState::TakenDown] {
		TestExt.execute(|| {
			let (snapshot, listing, order) = sold(&WUSD, BOND);
			set_state(listing, state);
			prune_snapshot(listing, PERIOD);
			assert_ok!(deliver(order, delivery(&snapshot, order)));
			assert_earned(&WUSD, SHARES);
		});
	}
}

#[test]
fn persistence_nodes_share_by_the_blocks_between_order_and_delivery() {
	TestExt.execute(|| {
		let (snapshot, listing, order) = sold(&WUSD, BOND);
		// Blocks 1 to 3 are both nodes', 4 to 6 the first one's, when the key is delivered in block 6.
		advance_to(4);
		serve(listing, &WORKERS, &NODES[..1]);
		advance_to(6);
		assert_ok!(deliver(order, delivery(&snapshot, order)));
		let nodes = 270;
		let (shared, alone) = (nodes * 3 / 12, nodes * 3 / 6);
		assert_eq!(free(&WUSD, NODES[0]) - ENDOWMENT, shared + alone);
		assert_eq!(free(&WUSD, NODES[1]) - ENDOWMENT, shared);
	});
}

#[test]
fn delivered_in_the_block_of_the_order_those_are_paid_who_serve_in_it() {
	TestExt.execute(|| {
		let (snapshot, _, order) = sold(&WUSD, BOND);
		assert_ok!(deliver(order, delivery(&snapshot, order)));
		assert_earned(&WUSD, SHARES);
	});
}
