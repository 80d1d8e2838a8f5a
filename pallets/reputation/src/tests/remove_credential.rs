use super::*;

#[test]
fn a_revoked_credential_is_removed_once_no_other_can_take_its_place() {
	TestExt.execute(|| {
		let id = id(sold(7), TrustedSeller);
		assert_noop!(remove(PAYER, id), Error::<Test>::NotFound);
		assert_ok!(issue(PAYER, 7, TrustedSeller));
		assert_noop!(remove(PAYER, id), Error::<Test>::NotRevoked);
		assert_ok!(revoke(PAYER, id));
		advance_to(WINDOW);
		assert_noop!(remove(PAYER, id), Error::<Test>::TooEarly);
		advance_to(1 + WINDOW);
		assert_noop!(remove(CURATOR, id), Error::<Test>::NotAuthorized);
		assert!(deposit(PAYER) > 0);
		assert_ok!(remove(PAYER, id));
		assert_event(Event::CredentialRemoved { id });
		assert_eq!((deposit(PAYER), Reputation::credential(id)), (0, None));
		assert_noop!(issue(PAYER, 7, TrustedSeller), Error::<Test>::Expired);
	});
}
