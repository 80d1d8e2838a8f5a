use super::*;

#[test]
fn both_sides_of_a_sale_issue_each_other_a_credential() {
	TestExt.execute(|| {
		let order = sold(7);
		for (issuer, kind, subject) in [(PAYER, TrustedSeller, CURATOR), (CURATOR, ReliablePayer, PAYER)] {
			assert_ok!(issue(issuer, order, kind));
			let (id, hash) = (id(order, kind), HASH);
			assert_event(Event::CredentialIssued { id, issuer, subject, hash, until: 1 + LIFE });
			let view = Reputation::credential(id).expect("it was issued").record;
			assert_eq!((view.issuer, view.subject, view.hash), (issuer, subject, HASH));
			assert_eq!((view.issued_at, view.final_at, view.until), (1, 1 + WINDOW, 1 + LIFE));
			assert_eq!((view.revoked_at, view.deposit), (None, deposit(issuer)));
			assert_noop!(issue(issuer, order, kind), Error::<Test>::AlreadyIssued);
		}
	});
}

#[test]
fn each_kind_has_its_side_and_an_order_none_of_a_stranger() {
	TestExt.execute(|| {
		let order = sold(7);
		assert_noop!(issue(CURATOR, order, TrustedSeller), Error::<Test>::WrongSide);
		assert_noop!(issue(PAYER, order, ReliablePayer), Error::<Test>::WrongSide);
		for kind in [TrustedSeller, ReliablePayer, DisputeLost] {
			assert_noop!(issue(OTHER, order, kind), Error::<Test>::NotAuthorized);
			assert_noop!(issue(PAYER, 8, kind), Error::<Test>::NotFound);
		}
	});
}

#[test]
fn trust_is_for_sales_that_were_paid() {
	TestExt.execute(|| {
		complete(7, 0, PAYER, false);
		assert_noop!(issue(PAYER, 7, TrustedSeller), Error::<Test>::NotReleased);
		assert_noop!(issue(CURATOR, 7, ReliablePayer), Error::<Test>::NotReleased);
	});
}

#[test]
fn the_winner_of_a_dispute_says_that_the_other_side_has_lost_it() {
	for (loser, winner, subject) in [(Side::Seller, PAYER, CURATOR), (Side::Buyer, CURATOR, PAYER)] {
		TestExt.execute(|| {
			complete(7, 0, PAYER, loser == Side::Buyer);
			assert_noop!(issue(winner, 7, DisputeLost), Error::<Test>::NotLost);
			lose(7, loser);
			assert_noop!(issue(subject, 7, DisputeLost), Error::<Test>::WrongSide);
			assert_ok!(issue(winner, 7, DisputeLost));
			let view = Reputation::credential(id(7, DisputeLost)).expect("it was issued").record;
			assert_eq!((view.issuer, view.subject), (winner, subject));
		});
	}
}

#[test]
fn a_credential_is_issued_as_long_as_the_order_is_rated() {
	TestExt.execute(|| {
		let orders = [sold(7), sold(8)];
		advance_to(WINDOW);
		assert_ok!(issue(PAYER, orders[0], TrustedSeller));
		advance_to(1 + WINDOW);
		assert_noop!(issue(PAYER, orders[1], TrustedSeller), Error::<Test>::Expired);
	});
}

#[test]
fn nobody_trusts_herself() {
	TestExt.execute(|| {
		serve(0, NodeRole::Worker, WORKER, 0, u32::MAX);
		complete(7, 0, WORKER, true);
		assert_noop!(issue(WORKER, 7, TrustedSeller), Error::<Test>::OwnListing);
		assert_noop!(issue(CURATOR, 7, ReliablePayer), Error::<Test>::OwnListing);
		complete(8, 0, CURATOR, true);
		assert_noop!(issue(CURATOR, 8, TrustedSeller), Error::<Test>::OwnListing);
	});
}

#[test]
fn who_cannot_pay_for_the_bytes_issues_nothing() {
	TestExt.execute(|| {
		complete(7, 0, POOR, true);
		assert_noop!(issue(POOR, 7, TrustedSeller), Error::<Test>::DepositUnpaid);
	});
}

#[test]
fn a_credential_outlives_the_time_in_which_another_could_be_issued() {
	TestExt.execute(|| {
		LifeLength::set(1);
		assert_ok!(issue(PAYER, sold(7), TrustedSeller));
		assert_eq!(
			Reputation::credential(id(7, TrustedSeller)).map(|view| view.record.until),
			Some(1 + WINDOW)
		);
		advance_to(WINDOW);
		assert_noop!(issue(PAYER, 7, TrustedSeller), Error::<Test>::AlreadyIssued);
		advance_to(1 + WINDOW);
		assert_noop!(issue(PAYER, 7, TrustedSeller), Error::<Test>::Expired);
	});
}
