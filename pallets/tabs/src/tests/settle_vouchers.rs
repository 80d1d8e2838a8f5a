use super::*;

#[test]
fn one_bad_voucher_does_not_keep_the_others_from_being_settled() {
	TestExt.execute(|| {
		let listing = list();
		let tabs: Vec<_> = (0..3).map(|_| opened(listing, LIMIT)).collect();
		let mut forged = voucher(tabs[1], &NODES[0], 2);
		forged.voucher.amount += 1;
		let batch = vec![
			voucher(tabs[0], &NODES[0], 1),
			forged,
			voucher(99, &NODES[0], 1),
			voucher(tabs[2], &NODES[1], 4),
			voucher(tabs[0], &NODES[0], 1),
			voucher(tabs[2], &NODES[0], 3),
		];
		assert_ok!(settle_all(&NODES[0], batch));
		for (tab, counter, reason) in [
			(tabs[1], 2, Refusal::BadSignature),
			(99, 1, Refusal::NotFound),
			(tabs[2], 4, Refusal::NotAuthorized),
			(tabs[0], 1, Refusal::Stale),
		] {
			assert_event(Event::VoucherRefused { tab, counter, reason });
		}
		let paid = tabs.iter().map(|tab| earned_by(*tab, &NODES[0])).collect::<Vec<_>>();
		assert_eq!(paid, [100, 0, 300]);
		assert_eq!(spent(), 400);
	});
}

#[test]
fn several_of_one_tab_pay_what_the_highest_is_worth_in_any_order() {
	for order in [[1, 2, 3], [3, 2, 1], [2, 3, 1]] {
		TestExt.execute(|| {
			let (_, tab) = open_tab();
			let batch = order.map(|queries| voucher(tab, &NODES[0], queries)).to_vec();
			assert_ok!(settle_all(&NODES[0], batch));
			assert_eq!((earned_by(tab, &NODES[0]), spent()), (300, 300));
		});
	}
}

#[test]
fn a_batch_has_a_most_number_of_vouchers() {
	TestExt.execute(|| {
		let (_, tab) = open_tab();
		let one = voucher(tab, &NODES[0], 1);
		assert!(Batch::try_from(vec![one; MAX_BATCH as usize]).is_ok());
		assert!(Batch::try_from(vec![one; MAX_BATCH as usize + 1]).is_err());
		assert_ok!(settle_all(&NODES[0], vec![]));
	});
}
