use super::*;
use souk_table_proofs::{Aggregate, Condition, Predicate, Query};

#[test]
fn an_ask_holds_the_bounty_and_the_deposit_and_says_what_is_asked() {
	TestExt.execute(|| {
		let listing = list();
		let ask = asked(asking(listing));
		assert_eq!((held(&WUSD, ASKER), spent(&WUSD)), (BOUNTY, 0));
		assert!(deposit(ASKER) > 20);
		assert_eq!(deposit(ASKER), view(ask).deposit);
		let bounty = Price { asset: WUSD, amount: BOUNTY };
		assert_event(Event::Asked {
			ask,
			listing,
			period: PERIOD,
			asker: ASKER,
			bounty: bounty.clone(),
			query_hash: query_hash(&codec::Encode::encode(&total())),
			min_group_size: 0,
			until: 1 + WAIT,
		});
		let view = view(ask);
		assert_eq!((view.state, view.bounty, view.held), (AskState::Open, bounty, BOUNTY));
		assert_eq!((view.query, view.text_hash), (total(), Some(TEXT)));
		assert_eq!((view.columns_root, view.rows), (columns_root_of(PERIOD), ROWS as u64));
		assert_eq!((view.answer_until, view.due, view.verdict), (1 + WAIT, Some(1 + WAIT), None));
	});
}

#[test]
fn a_bounty_is_in_any_asset() {
	TestExt.execute(|| {
		let bounty = Price { asset: SOUK, amount: BOUNTY };
		asked(Asking { bounty, ..asking(list()) });
		assert_eq!((held(&SOUK, ASKER), spent(&SOUK)), (BOUNTY, 0));
	});
}

#[test]
fn the_newest_snapshot_is_asked_where_none_is_named() {
	TestExt.execute(|| {
		let listing = list();
		add_table(listing, LATER);
		let newest = asked(asking(listing));
		let named = asked(Asking { period: Some(PERIOD), ..asking(listing) });
		assert_eq!((view(newest).period, view(named).period), (LATER, PERIOD));
		assert_eq!(view(newest).columns_root, columns_root_of(LATER));
	});
}

#[test]
fn only_what_can_be_proved_of_an_active_listing_is_asked() {
	TestExt.execute(|| {
		let listing = list();
		let refused = |asking: Asking, error: Error<Test>| {
			assert_noop!(ask_as(ASKER, asking), error);
		};
		refused(asking(99), Error::UnknownListing);
		refused(asking(list_empty()), Error::UnknownSnapshot);
		refused(Asking { period: Some(LATER), ..asking(listing) }, Error::UnknownSnapshot);
		let plain = list_empty();
		add_snapshot(plain, PERIOD, None, 5);
		refused(asking(plain), Error::NothingProvable);
		let long = list_empty();
		add_snapshot(long, PERIOD, Some([1; 32]), (1 << 20) + 1);
		refused(asking(long), Error::TooManyRows);
		pause(true);
		refused(asking(listing), Error::ProofsPaused);
		pause(false);
		for state in
			[ListingState::Draft, ListingState::Paused, ListingState::Retired, ListingState::TakenDown]
		{
			set_state(listing, state);
			refused(asking(listing), Error::NotActive);
		}
		set_state(listing, ListingState::Active);
		assert_ok!(ask_as(ASKER, asking(listing)));
	});
}

#[test]
fn a_query_is_within_the_limits_and_in_order() {
	TestExt.execute(|| {
		let listing = list();
		let refused = |query: Query, error: Error<Test>| {
			assert_noop!(ask_as(ASKER, Asking { query, ..asking(listing) }), error);
		};
		let null = |column| Predicate { column, condition: Condition::IsNull };
		refused(Query { aggregates: vec![], ..total() }, Error::BadAggregates);
		refused(Query { aggregates: vec![Aggregate::CountAll; 17], ..total() }, Error::BadAggregates);
		refused(Query { predicates: vec![null(0), null(0)], ..total() }, Error::BadPredicates);
		refused(Query { predicates: vec![null(1), null(0)], ..total() }, Error::BadPredicates);
		refused(Query { predicates: (0..9).map(null).collect(), ..total() }, Error::BadPredicates);
		for query in [
			Query { predicates: vec![null(64)], ..total() },
			Query { aggregates: vec![Aggregate::Max(64)], ..total() },
			Query { group_by: Some(255), ..total() },
		] {
			refused(query, Error::NoSuchColumn);
		}
	});
}

/// What could be said more shortly is asked all the same: a figure twice, two ranges of one column.
#[test]
fn a_query_need_not_be_in_its_normal_form() {
	TestExt.execute(|| {
		let within = |low| Predicate { column: 0, condition: Condition::Within { low, high: 9 } };
		let query = Query {
			aggregates: vec![Aggregate::CountAll; 2],
			predicates: vec![within(1), within(2)],
			group_by: None,
		};
		let ask = asked(Asking { query: query.clone(), ..asking(list()) });
		assert_eq!(view(ask).query, query);
	});
}

/// The bound on a query's bytes is that of the longest one, not one less and not one more.
#[test]
fn the_longest_query_is_asked() {
	TestExt.execute(|| {
		let within = |low| Predicate { column: 63, condition: Condition::Within { low, high: i64::MAX } };
		let query = Query {
			aggregates: vec![Aggregate::Sum(63); 16],
			predicates: (0..8).map(within).collect(),
			group_by: Some(63),
		};
		assert_eq!(codec::Encode::encoded_size(&query), MAX_QUERY as usize);
		let ask = asked(Asking { query: query.clone(), ..asking(list()) });
		assert_eq!(view(ask).query, query);
	});
}

#[test]
fn the_asker_has_seen_the_policy() {
	TestExt.execute(|| {
		let listing = list();
		for (aggregate_only, min_group_size, proved) in
			[(false, 0, 0), (false, 1, 0), (true, 1, 2), (false, 5, 5)]
		{
			set_policy(listing, aggregate_only, min_group_size);
			for min_group_size in [0, 1, 2, 5].into_iter().filter(|size| *size != proved) {
				let asking = Asking { min_group_size, ..asking(listing) };
				assert_noop!(ask_as(ASKER, asking), Error::<Test>::PolicyChanged);
			}
			let ask = asked(Asking { min_group_size: proved, ..asking(listing) });
			assert_eq!(view(ask).min_group_size, proved);
		}
	});
}

#[test]
fn bounty_and_wait_are_within_their_bounds() {
	TestExt.execute(|| {
		let listing = list();
		let bounty = Price { asset: WUSD, amount: 0 };
		assert_noop!(ask_as(ASKER, Asking { bounty, ..asking(listing) }), Error::<Test>::ZeroBounty);
		for wait in [0, LONGEST + 1, u32::MAX] {
			assert_noop!(ask_as(ASKER, Asking { wait, ..asking(listing) }), Error::<Test>::BadWait);
		}
		for wait in [1, LONGEST] {
			assert_ok!(ask_as(ASKER, Asking { wait, ..asking(listing) }));
		}
	});
}

#[test]
fn who_cannot_pay_asks_nothing() {
	TestExt.execute(|| {
		let listing = list();
		let of = |asset: &Asset, amount| Asking {
			bounty: Price { asset: asset.clone(), amount },
			..asking(listing)
		};
		assert_noop!(ask_as(POOR, of(&WUSD, BOUNTY)), Error::<Test>::InsufficientFunds);
		assert_noop!(ask_as(ASKER, of(&WUSD, ENDOWMENT)), Error::<Test>::InsufficientFunds);
		assert_noop!(ask_as(ASKER, of(&SOUK, ENDOWMENT - 30)), Error::<Test>::InsufficientFunds);
		assert_noop!(ask_as(STRANGER, of(&SOUK, BOUNTY)), Error::<Test>::DepositUnpaid);
		assert_eq!(Market::asks_of(listing, None, 10), vec![]);
	});
}

#[test]
fn numbers_are_given_once() {
	TestExt.execute(|| {
		let listing = list();
		let first = asked(asking(listing));
		advance_to(1 + WAIT);
		assert_ok!(forget(ASKER, first));
		assert_eq!(asked(asking(listing)), first + 1);
	});
}
