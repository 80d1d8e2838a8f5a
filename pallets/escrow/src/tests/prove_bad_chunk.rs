use super::*;

/// A snapshot on sale, and its order with the key delivered.
fn delivered(snapshot: &Snapshot, asset: &Asset, bond: Balance) -> (ListingId, OrderId) {
	let listing = list_data(asset, snapshot.commitments.clone(), bond);
	let order = order_data(BUYER, listing);
	assert_ok!(deliver(order, delivery(snapshot, order)));
	(listing, order)
}

#[test]
fn what_is_held_goes_back_and_the_bond_is_fined() {
	for snapshot in [Snapshot::corrupt(), Snapshot::unopenable()] {
		for asset in [SOUK, WUSD] {
			TestExt.execute(|| {
				// Less than the sale is worth: it is not paid yet.
				let (listing, order) = delivered(&snapshot, &asset, 900);
				assert_eq!(held(&asset, BUYER), PRICE);
				assert_ok!(prove_bad_chunk(BUYER, order, bad_chunk(&snapshot, order, 1)));
				assert_event(Event::BadChunkProven { order, index: 1, from_bond: 0, fine: 90 });
				assert_event(Event::Refunded { order, asset: asset.clone(), amount: PRICE });
				assert_eq!((state(order), spent(&asset)), (OrderState::Refunded, 0));
				assert_eq!(bond(listing), Bond { active: 810, covered: 0 });
				assert_eq!(free(&SOUK, TREASURY), ENDOWMENT + 90);
			});
		}
	}
}

#[test]
fn what_was_paid_comes_out_of_the_bond() {
	for (asset, worth) in [(SOUK, PRICE), (WUSD, RATE * PRICE)] {
		TestExt.execute(|| {
			let snapshot = Snapshot::corrupt();
			let (listing, order) = delivered(&snapshot, &asset, 10_000);
			assert_earned(&asset, SHARES);
			let before = free(&SOUK, BUYER);
			assert_ok!(prove_bad_chunk(BUYER, order, bad_chunk(&snapshot, order, 1)));
			// Of all of the bond, what covers the sale included: a buyer may be the seller.
			let fine = 10_000 / 10;
			assert_event(Event::BadChunkProven { order, index: 1, from_bond: worth, fine });
			let ended = view(order);
			assert_eq!((ended.state, ended.from_bond, ended.covered), (OrderState::Refunded, worth, 0));
			assert_eq!((ended.paid, ended.refunded, ended.held), (PRICE, 0, 0));
			assert_eq!(free(&SOUK, BUYER), before + worth);
			assert_eq!(bond(listing), Bond { active: 10_000 - worth - fine, covered: 0 });
			// Nobody else pays for it: nodes and workers did what they were paid for.
			assert_eq!(free(&asset, WORKERS[0]), ENDOWMENT + SHARES.2);
		});
	}
}

#[test]
fn a_snapshot_that_is_bad_is_fined_once_whoever_has_bought_it() {
	TestExt.execute(|| {
		let snapshot = Snapshot::corrupt();
		let list = |bond| list_data(&WUSD, snapshot.commitments.clone(), bond);
		let (listing, another) = (list(100_000), list(50_000));
		add_snapshot(listing, PERIOD + 1, snapshot.commitments.clone());
		// What all fines together have taken, once it is proved.
		let fined = |listing, period, buyer| {
			let order = next_order();
			assert_ok!(order_as(buyer, listing, OrderDetails::Data { period, buyer_key: buyer_key() }));
			assert_ok!(deliver(order, open_delivery(&snapshot, order)));
			assert_ok!(prove_bad_chunk(buyer, order, open_bad_chunk(&snapshot, order, 1)));
			assert_eq!(view(order).from_bond, RATE * PRICE);
			free(&SOUK, TREASURY) - ENDOWMENT
		};
		assert_eq!([BUYER, BUYER, OTHER].map(|buyer| fined(listing, PERIOD, buyer)), [10_000; 3]);
		assert_eq!(bond(listing).active, 90_000 - 3 * RATE * PRICE);
		// Another snapshot is another offence, and so is that of another listing.
		assert_eq!(fined(listing, PERIOD + 1, BUYER), 10_000 + 8_400);
		assert_eq!(fined(another, PERIOD, BUYER), 10_000 + 8_400 + 5_000);
	});
}

#[test]
fn a_chunk_that_is_good_costs_its_buyer_the_fee_and_changes_nothing() {
	for bond in [0, BOND] {
		TestExt.execute(|| {
			let snapshot = Snapshot::good();
			let (_, order) = delivered(&snapshot, &WUSD, bond);
			for index in 0..3 {
				let evidence = bad_chunk(&snapshot, order, index);
				assert_noop!(prove_bad_chunk(BUYER, order, evidence), Error::<Test>::ChunkIsGood);
			}
			// Good chunks of a snapshot in which another one is bad are good.
			let corrupt = Snapshot::corrupt();
			let (_, order) = delivered(&corrupt, &WUSD, bond);
			for index in [0, 2] {
				let evidence = bad_chunk(&corrupt, order, index);
				assert_noop!(prove_bad_chunk(BUYER, order, evidence), Error::<Test>::ChunkIsGood);
			}
			advance_to(1 + WINDOW);
			assert_eq!((state(order), spent(&WUSD)), (OrderState::Released, 2 * PRICE));
		});
	}
}

#[test]
fn the_fee_of_a_lie_is_paid() {
	use frame_support::dispatch::Pays;
	TestExt.execute(|| {
		let snapshot = Snapshot::good();
		let (_, order) = delivered(&snapshot, &WUSD, BOND);
		let evidence = bad_chunk(&snapshot, order, 0);
		let call = crate::Call::<Test>::prove_bad_chunk { order, evidence };
		let refused = dispatch_with_info(BUYER, call).expect_err("the chunk is good");
		assert_eq!(refused.post_info.pays_fee, Pays::Yes);
	});
}

#[test]
fn only_the_buyer_and_only_in_the_window() {
	TestExt.execute(|| {
		let snapshot = Snapshot::corrupt();
		let listing = list_data(&WUSD, snapshot.commitments.clone(), BOND);
		let order = order_data(BUYER, listing);
		let evidence = bad_chunk(&snapshot, order, 1);
		assert_noop!(prove_bad_chunk(BUYER, 9, evidence.clone()), Error::<Test>::NotFound);
		assert_noop!(prove_bad_chunk(BUYER, order, evidence.clone()), Error::<Test>::NotDelivered);
		assert_ok!(deliver(order, delivery(&snapshot, order)));
		for who in [OTHER, CURATOR] {
			assert_noop!(prove_bad_chunk(who, order, evidence.clone()), Error::<Test>::NotAuthorized);
		}
		// The turn has not come, and it is too late all the same.
		System::set_block_number(1 + WINDOW);
		assert_noop!(prove_bad_chunk(BUYER, order, evidence.clone()), Error::<Test>::WindowClosed);
		System::set_block_number(1);
		advance_to(WINDOW);
		assert_ok!(prove_bad_chunk(BUYER, order, evidence.clone()));
		// Not twice.
		assert_noop!(prove_bad_chunk(BUYER, order, evidence), Error::<Test>::Ended);
	});
}

#[test]
fn after_the_window_it_is_too_late() {
	TestExt.execute(|| {
		let snapshot = Snapshot::corrupt();
		let (_, order) = delivered(&snapshot, &WUSD, BOND);
		let evidence = bad_chunk(&snapshot, order, 1);
		advance_to(1 + WINDOW);
		assert_noop!(prove_bad_chunk(BUYER, order, evidence), Error::<Test>::Ended);
		assert_eq!(state(order), OrderState::Released);
	});
}

#[test]
fn goods_have_no_chunks() {
	TestExt.execute(|| {
		let snapshot = Snapshot::corrupt();
		let (_, order) = delivered(&snapshot, &WUSD, BOND);
		let evidence = bad_chunk(&snapshot, order, 1);
		let goods = order_goods(BUYER, list_service(&WUSD));
		assert_noop!(prove_bad_chunk(BUYER, goods, evidence), Error::<Test>::NotData);
	});
}

#[test]
fn evidence_of_another_order_listing_chunk_or_era_is_refused() {
	TestExt.execute(|| {
		let snapshot = Snapshot::corrupt();
		let (listing, first) = delivered(&snapshot, &WUSD, BOND);
		let second = order_data(BUYER, listing);
		assert_ok!(deliver(second, delivery(&snapshot, second)));
		let good = bad_chunk(&snapshot, first, 1);
		assert_noop!(prove_bad_chunk(BUYER, second, good.clone()), Error::<Test>::ProofNotValid);
		let other_era = BadChunk { era: OPEN_ERA, ..good.clone() };
		assert_noop!(prove_bad_chunk(BUYER, first, other_era), Error::<Test>::ProofNotValid);
		let no_era = BadChunk { era: 99, ..good.clone() };
		assert_noop!(prove_bad_chunk(BUYER, first, no_era), Error::<Test>::UnknownProofKey);
		// The key of another chunk, with a proof for that one.
		let other = bad_chunk(&snapshot, first, 2);
		let crossed = BadChunk { chunk_key: other.chunk_key, proof: other.proof, ..good.clone() };
		assert_noop!(prove_bad_chunk(BUYER, first, crossed), Error::<Test>::ProofNotValid);
		let (other_listing, third) = delivered(&snapshot, &WUSD, BOND);
		assert_ne!(other_listing, listing);
		assert_noop!(prove_bad_chunk(BUYER, third, good.clone()), Error::<Test>::ProofNotValid);
		assert_ok!(prove_bad_chunk(BUYER, first, good));
	});
}

#[test]
fn a_key_that_makes_a_good_chunk_look_bad_is_not_the_chunks() {
	TestExt.execute(|| {
		let snapshot = Snapshot::good();
		let (_, order) = delivered(&snapshot, &WUSD, BOND);
		let mut evidence = bad_chunk(&snapshot, order, 1);
		evidence.chunk_key[0] ^= 1;
		assert_noop!(prove_bad_chunk(BUYER, order, evidence.clone()), Error::<Test>::ProofNotValid);
		evidence.chunk_key = [0xff; 32];
		assert_noop!(prove_bad_chunk(BUYER, order, evidence), Error::<Test>::NotCanonical);
	});
}

#[test]
fn bytes_and_leaves_that_are_not_the_snapshots_are_refused_by_name() {
	TestExt.execute(|| {
		let snapshot = Snapshot::good();
		let (_, order) = delivered(&snapshot, &WUSD, BOND);
		let good = bad_chunk(&snapshot, order, 1);
		let with = |how: &dyn Fn(&mut BadChunk)| {
			let mut evidence = good.clone();
			how(&mut evidence);
			prove_bad_chunk(BUYER, order, evidence)
		};
		assert_noop!(with(&|it| it.index = 3), Error::<Test>::NoSuchChunk);
		assert_noop!(with(&|it| it.index = u32::MAX), Error::<Test>::NoSuchChunk);
		assert_noop!(with(&|it| it.index = 2), Error::<Test>::WrongCipherPath);
		assert_noop!(with(&|it| it.chunk[5] ^= 1), Error::<Test>::WrongCipherPath);
		assert_noop!(with(&|it| it.chunk.truncate(100)), Error::<Test>::WrongCipherPath);
		assert_noop!(with(&|it| it.chunk = Default::default()), Error::<Test>::WrongCipherPath);
		assert_noop!(with(&|it| it.cipher_path.siblings[0][0] ^= 1), Error::<Test>::WrongCipherPath);
		assert_noop!(with(&|it| it.cipher_path.leaves = 4), Error::<Test>::WrongCipherPath);
		assert_noop!(with(&|it| it.cipher_path.siblings.clear()), Error::<Test>::WrongCipherPath);
		assert_noop!(with(&|it| it.content_leaf[0] ^= 1), Error::<Test>::WrongContentPath);
		assert_noop!(with(&|it| it.content_path.siblings[1][0] ^= 1), Error::<Test>::WrongContentPath);
		assert_noop!(with(&|it| it.content_path.leaves = 2), Error::<Test>::WrongContentPath);
		// The leaf of another chunk is under the root as well, at another place.
		let other = snapshot.evidence(0);
		let moved = |it: &mut BadChunk| {
			it.content_leaf = other.content_leaf;
			it.content_path = other.content_path.clone();
		};
		assert_noop!(with(&moved), Error::<Test>::WrongContentPath);
	});
}

#[test]
fn a_dispute_does_not_save_a_seller_from_the_proof() {
	for who in [CURATOR, BUYER] {
		TestExt.execute(|| {
			let snapshot = Snapshot::corrupt();
			let (_, order) = delivered(&snapshot, &WUSD, 0);
			assert_ok!(dispute(who, order));
			assert_ok!(prove_bad_chunk(BUYER, order, bad_chunk(&snapshot, order, 1)));
			assert_eq!((state(order), spent(&WUSD)), (OrderState::Refunded, 0));
		});
	}
}

#[test]
fn each_buyer_of_a_bad_snapshot_is_refunded_whatever_the_others_took() {
	TestExt.execute(|| {
		let snapshot = Snapshot::corrupt();
		// The bond covers exactly ten sales, and nothing is left for fines.
		let listing = list_data(&SOUK, snapshot.commitments.clone(), 10 * PRICE);
		let orders: Vec<_> = (0..12).map(|_| order_data(BUYER, listing)).collect();
		for order in &orders {
			assert_ok!(deliver(*order, open_delivery(&snapshot, *order)));
		}
		assert_eq!((bond(listing).covered, held(&SOUK, BUYER)), (10 * PRICE, 2 * PRICE));
		for order in orders.iter().rev() {
			assert_ok!(prove_bad_chunk(BUYER, *order, open_bad_chunk(&snapshot, *order, 1)));
		}
		// Who was not covered was not paid; who was, is paid back.
		assert_eq!(spent(&SOUK), 0);
		assert_eq!(bond(listing), Bond::default());
	});
}

#[test]
fn where_the_bond_is_worth_less_than_was_covered_the_buyer_gets_what_there_is() {
	use souk_primitives::reach::Curation;
	TestExt.execute(|| {
		let snapshot = Snapshot::corrupt();
		let (listing, order) = delivered(&snapshot, &SOUK, PRICE);
		// Another offence took most of it.
		assert_eq!(<Registry as Curation<AccountId>>::slash(listing, 600, &TREASURY), 600);
		assert_eq!((view(order).covered, bond(listing).covered), (PRICE, 400));
		assert_ok!(prove_bad_chunk(BUYER, order, bad_chunk(&snapshot, order, 1)));
		assert_event(Event::BadChunkProven { order, index: 1, from_bond: 400, fine: 0 });
		assert_eq!((state(order), view(order).from_bond), (OrderState::Refunded, 400));
		assert_eq!(bond(listing), Bond::default());
	});
}

#[test]
fn a_listing_that_has_ended_meanwhile_is_fined_all_the_same() {
	TestExt.execute(|| {
		let snapshot = Snapshot::corrupt();
		let (listing, order) = delivered(&snapshot, &SOUK, 5_000);
		set_state(listing, ListingState::Retired);
		prune_snapshot(listing, PERIOD);
		assert_ok!(prove_bad_chunk(BUYER, order, bad_chunk(&snapshot, order, 1)));
		assert_eq!((spent(&SOUK), bond(listing).active), (0, 3_500));
	});
}

#[test]
fn it_could_be_seen_since_the_snapshot_was_final_and_where_that_is_gone_since_the_delivery() {
	for kept in [true, false] {
		TestExt.execute(|| {
			let snapshot = Snapshot::corrupt();
			advance_to(3);
			let (listing, order) = delivered(&snapshot, &SOUK, 5_000);
			advance_to(4);
			if !kept {
				prune_snapshot(listing, PERIOD);
			}
			assert_ok!(prove_bad_chunk(BUYER, order, bad_chunk(&snapshot, order, 1)));
			assert_eq!(began(), Some(if kept { 0 } else { 3 }));
		});
	}
}
