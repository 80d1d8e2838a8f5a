use super::*;

#[test]
fn the_asker_has_an_ended_ask_forgotten_and_the_deposit_returns() {
	TestExt.execute(|| {
		assert_noop!(forget(ASKER, 0), Error::<Test>::NotFound);
		let (listing, ask, bundle) = open_ask();
		assert_noop!(forget(ASKER, ask), Error::<Test>::NotEnded);
		assert_ok!(answer(NODES[0], ask, bundle));
		assert!(deposit(ASKER) > 0);
		assert_ok!(forget(ASKER, ask));
		assert_event(Event::Forgotten { ask });
		assert_eq!((deposit(ASKER), spent(&SOUK)), (0, 0));
		assert_eq!(Market::ask_details(ask), None);
		assert_eq!((Market::asks_by(ASKER, None, 9), Market::asks_of(listing, None, 9)), (vec![], vec![]));
	});
}

#[test]
fn nobody_takes_the_verdict_from_an_asker_before_she_had_time_to_read_it() {
	TestExt.execute(|| {
		let (_, ask, bundle) = open_ask();
		assert_ok!(answer(NODES[0], ask, bundle));
		advance_to(KEEP);
		for who in [OTHER, CURATOR, NODES[0]] {
			assert_noop!(forget(who, ask), Error::<Test>::TooEarly);
		}
		advance_to(1 + KEEP);
		assert_ok!(forget(OTHER, ask));
		assert_eq!((deposit(ASKER), deposit(OTHER)), (0, 0));
	});
}

#[test]
fn money_that_is_still_held_keeps_the_record() {
	TestExt.execute(|| {
		let (_, ask, bundle) = open_ask();
		freeze(true);
		assert_ok!(answer(NODES[0], ask, bundle));
		assert_noop!(forget(ASKER, ask), Error::<Test>::NotEnded);
		freeze(false);
	});
}

#[test]
fn a_whole_life_leaves_nothing_behind() {
	TestExt.execute(|| {
		let (listing, ask, bundle) = open_ask();
		let late = asked(asking(listing));
		assert_ok!(answer(NODES[0], ask, bundle));
		advance_to(1 + WAIT);
		assert_ok!(forget(ASKER, ask));
		assert_ok!(forget(ASKER, late));
		assert_eq!(Asks::<Test>::iter().count() + Due::<Test>::iter().count(), 0);
		assert_eq!(AsksBy::<Test>::iter().count() + AsksOf::<Test>::iter().count(), 0);
		assert_eq!(Waiting::<Test>::iter().count(), 0);
		assert_eq!((deposit(ASKER), held(&WUSD, ASKER)), (0, 0));
	});
}
