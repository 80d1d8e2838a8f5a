use super::*;

#[test]
fn an_ask_that_somebody_can_answer_is_not_taken_back() {
	TestExt.execute(|| {
		let (listing, ask, bundle) = open_ask();
		assert_noop!(withdraw(ASKER, ask), Error::<Test>::AnswerOnItsWay);
		// A pause of sales, or of proofs, may end.
		set_state(listing, ListingState::Paused);
		pause(true);
		assert_noop!(withdraw(ASKER, ask), Error::<Test>::AnswerOnItsWay);
		assert!(!view(ask).withdrawable);
		pause(false);
		assert_ok!(answer(NODES[0], ask, bundle));
		assert_noop!(withdraw(ASKER, ask), Error::<Test>::AlreadyAnswered);
	});
}

#[test]
fn one_that_nobody_can_answer_any_more_is_taken_back_by_its_asker() {
	let never: [(&str, fn(ListingId)); 4] = [
		("it is retired", |listing| set_state(listing, ListingState::Retired)),
		("it is taken down", |listing| set_state(listing, ListingState::TakenDown)),
		("its policy is another", |listing| set_policy(listing, true, 0)),
		("nobody keeps it", |listing| serve(listing, &[])),
	];
	for (why, happens) in never {
		TestExt.execute(|| {
			let (listing, ask, _) = open_ask();
			happens(listing);
			assert!(view(ask).withdrawable, "{why}");
			for who in [OTHER, CURATOR, NODES[0]] {
				assert_noop!(withdraw(who, ask), Error::<Test>::NotAuthorized);
			}
			assert_ok!(withdraw(ASKER, ask));
			assert_event(Event::Withdrawn { ask });
			assert_event(Event::Refunded { ask, asset: WUSD, amount: BOUNTY });
			assert_event(Event::Ended { ask, state: AskState::Refunded });
			assert_eq!((held(&WUSD, ASKER), spent(&WUSD)), (0, 0));
			assert_noop!(withdraw(ASKER, ask), Error::<Test>::Ended);
		});
	}
}

#[test]
fn what_is_not_there_is_not_taken_back() {
	TestExt.execute(|| {
		assert_noop!(withdraw(ASKER, 0), Error::<Test>::NotFound);
	});
}
