use super::*;
use sp_runtime::DispatchError;

fn announced(who: AccountId, hash: u8) -> sp_runtime::DispatchResult {
	let done = call(who, crate::Call::announce_report { hash: [hash; 32] });
	done.map(|_| ()).map_err(|failed| failed.error)
}

#[test]
fn an_announcement_is_paid_for_and_expires_by_itself() {
	TestExt::default().execute(|| {
		assert_ok!(announced(REPORTER, 1));
		let deposit = Stakes::announcement_deposit(&REPORTER);
		assert_eq!(held(REPORTER), deposit);
		let until = START + ANNOUNCED + 1;
		let event = Event::ReportAnnounced { reporter: REPORTER, hash: [1; 32], until };
		assert_eq!(events(), [event]);
		advance_to(until - 1);
		assert_eq!(held(REPORTER), deposit);
		advance_to(until);
		assert_eq!((held(REPORTER), Announcements::<Test>::iter().count()), (0, 0));
		assert_eq!(gained(REPORTER), 0);
	});
}

#[test]
fn a_new_one_takes_the_place_of_the_old() {
	TestExt::default().execute(|| {
		assert_ok!(announced(REPORTER, 1));
		advance_to(START + 2);
		assert_ok!(announced(REPORTER, 2));
		assert_eq!(held(REPORTER), Stakes::announcement_deposit(&REPORTER));
		advance_to(START + ANNOUNCED + 1);
		assert_eq!(Announcements::<Test>::get(REPORTER).expect("the new one is there").hash, [2; 32]);
		advance_to(START + ANNOUNCED + 3);
		assert_eq!(Announcements::<Test>::get(REPORTER), None);
	});
}

#[test]
fn the_same_is_not_announced_twice_and_nobody_announces_without_the_deposit() {
	TestExt::default().execute(|| {
		assert_ok!(announced(REPORTER, 1));
		assert_noop!(announced(REPORTER, 1), Error::<Test>::AlreadyAnnounced);
		assert_noop!(announced(STRANGER, 1), Error::<Test>::DepositUnpaid);
		assert_ok!(announced(OTHER, 1));
		let root = RuntimeCall::Stakes(crate::Call::announce_report { hash: [1; 32] });
		use sp_runtime::traits::Dispatchable;
		assert_noop!(
			root.dispatch(RuntimeOrigin::root()).map(|_| ()).map_err(|failed| failed.error),
			DispatchError::BadOrigin
		);
	});
}
