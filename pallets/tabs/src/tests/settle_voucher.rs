use super::*;

#[test]
fn a_voucher_pays_who_answered_and_who_earns_with_it() {
	TestExt.execute(|| {
		let (_, tab) = open_tab();
		assert_ok!(settle(&NODES[0], voucher(tab, &NODES[0], 2)));
		let node = NODES[0].clone();
		assert_event(Event::VoucherSettled { tab, node: node.clone(), counter: 2, amount: 200 });
		assert_event(Event::PaidOut { tab, recipient: node, asset: WUSD, amount: 90 });
		// 20 are the fee; of 180 the node has half, the workers 18 each, the curator the rest.
		assert_eq!((earned(&NODES[0]), earned(&TREASURY)), (90, 20));
		assert_eq!((earned(&WORKERS[0]), earned(&WORKERS[1]), earned(&CURATOR)), (18, 18, 54));
		assert_eq!((spent(), held(&WUSD, &PAYER)), (200, LIMIT - 200));
		assert_eq!(earned(&NODES[1]), 0, "who did not answer has nothing");
	});
}

#[test]
fn only_the_difference_to_the_highest_one_before_is_paid() {
	TestExt.execute(|| {
		let (_, tab) = open_tab();
		for (queries, paid) in [(1, 100), (4, 400), (5, 500), (10, 1_000)] {
			assert_ok!(settle(&NODES[0], voucher(tab, &NODES[0], queries)));
			assert_eq!((earned_by(tab, &NODES[0]), spent()), (paid, paid));
		}
		assert_eq!(view(tab).earners[0].counter, 10);
	});
}

#[test]
fn one_that_was_settled_is_not_paid_again_nor_one_that_is_worth_less() {
	TestExt.execute(|| {
		let (_, tab) = open_tab();
		assert_ok!(settle(&NODES[0], voucher(tab, &NODES[0], 3)));
		for queries in [3, 2, 1, 0] {
			assert_noop!(settle(&NODES[0], voucher(tab, &NODES[0], queries)), Error::<Test>::Stale);
		}
		// The amount decides, whatever its number.
		let late = Voucher { tab, node: NODES[0].clone().into(), counter: 9, amount: 300 };
		assert_noop!(settle(&NODES[0], signed_by(KEY, late)), Error::<Test>::Stale);
		assert_ok!(settle(&NODES[0], signed_by(KEY, Voucher { counter: 1, amount: 301, ..late })));
		assert_eq!((view(tab).earners[0].counter, spent()), (3, 301));
	});
}

#[test]
fn a_voucher_is_for_one_node_and_settled_by_it() {
	TestExt.execute(|| {
		let (_, tab) = open_tab();
		let good = voucher(tab, &NODES[0], 1);
		for other in [&NODES[1], &PAYER, &CURATOR] {
			assert_noop!(settle(other, good), Error::<Test>::NotAuthorized);
		}
		let mut renamed = good;
		renamed.voucher.node = NODES[1].clone().into();
		assert_noop!(settle(&NODES[1], renamed), Error::<Test>::BadSignature);
		assert_ok!(settle(&NODES[0], good));
	});
}

#[test]
fn the_signature_covers_everything() {
	TestExt.execute(|| {
		let (listing, tab) = open_tab();
		let other_tab = opened(listing, LIMIT);
		let good = voucher(tab, &NODES[0], 1);
		let changes: [fn(&mut SignedVoucher); 4] = [
			|signed| signed.voucher.tab += 1,
			|signed| signed.voucher.counter += 1,
			|signed| signed.voucher.amount += 1,
			|signed| signed.signature[7] ^= 1,
		];
		for change in changes {
			let mut changed = good;
			change(&mut changed);
			assert_noop!(settle(&NODES[0], changed), Error::<Test>::BadSignature);
		}
		assert_eq!(other_tab, tab + 1);
		// By another key, and for another chain.
		assert_noop!(settle(&NODES[0], signed_by(KEY + 1, good.voucher)), Error::<Test>::BadSignature);
		let digest = good.voucher.digest(&NO_GENESIS);
		let elsewhere = SignedVoucher { signature: sp_core::Pair::sign(&pair(KEY), &digest).0, ..good };
		assert_noop!(settle(&NODES[0], elsewhere), Error::<Test>::BadSignature);
		assert_ok!(settle(&NODES[0], good));
	});
}

#[test]
fn all_nodes_together_have_no_more_than_the_tab_first_come_first_served() {
	TestExt.execute(|| {
		let (_, tab) = open_tab();
		assert_ok!(settle(&NODES[0], voucher(tab, &NODES[0], 6)));
		assert_ok!(settle(&NODES[1], voucher(tab, &NODES[1], 6)));
		let node = NODES[1].clone();
		assert_event(Event::VoucherSettled { tab, node, counter: 6, amount: 400 });
		assert_noop!(settle(&NODES[2], voucher(tab, &NODES[2], 1)), Error::<Test>::Exhausted);
		assert_noop!(settle(&NODES[1], voucher(tab, &NODES[1], 7)), Error::<Test>::Exhausted);
		assert_eq!((spent(), view(tab).free), (LIMIT, 0));
	});
}

#[test]
fn the_largest_promise_is_worth_the_tab_and_no_more() {
	TestExt.execute(|| {
		let (_, tab) = open_tab();
		let all = Voucher { tab, node: NODES[0].clone().into(), counter: u64::MAX, amount: u128::MAX };
		assert_ok!(settle(&NODES[0], signed_by(KEY, all)));
		assert_eq!((spent(), view(tab).free), (LIMIT, 0));
	});
}

#[test]
fn what_is_not_there_settles_nothing() {
	TestExt.execute(|| {
		assert_noop!(settle(&NODES[0], voucher(3, &NODES[0], 1)), Error::<Test>::NotFound);
	});
}
