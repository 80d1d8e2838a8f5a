use super::*;

#[test]
fn the_issuer_revokes_a_credential_once_and_it_stays_on_the_chain() {
	TestExt.execute(|| {
		let id = id(sold(7), TrustedSeller);
		assert_noop!(revoke(PAYER, id), Error::<Test>::NotFound);
		assert_ok!(issue(PAYER, 7, TrustedSeller));
		for who in [CURATOR, OTHER] {
			assert_noop!(revoke(who, id), Error::<Test>::NotAuthorized);
		}
		advance_to(3);
		assert_ok!(revoke(PAYER, id));
		assert_event(Event::CredentialRevoked { id });
		assert_eq!(Reputation::credential(id).and_then(|view| view.record.revoked_at), Some(3));
		assert_noop!(revoke(PAYER, id), Error::<Test>::AlreadyRevoked);
		// Revoked is for good: no other one takes its place.
		assert_noop!(issue(PAYER, 7, TrustedSeller), Error::<Test>::AlreadyIssued);
	});
}
