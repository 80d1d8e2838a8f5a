use super::*;

#[test]
fn anybody_has_a_bundle_checked_and_an_event_says_what_it_proves() {
	TestExt.execute(|| {
		let listing = list();
		let bundle = bundle(listing, PERIOD, &gains(), 0);
		assert_ok!(dispatch(OTHER, check_call(listing, PERIOD, bundle.clone())));
		let answer = truth(PERIOD, &gains(), 0);
		assert_event(Event::Checked {
			who: OTHER,
			listing,
			period: PERIOD,
			query: gains(),
			min_group_size: 0,
			bundle_hash: bundle_hash(&bundle),
			answer_hash: answer_hash(&answer),
			answer,
		});
		assert_eq!(Asks::<Test>::iter().count(), 0, "nothing is kept of it");
	});
}

#[test]
fn only_a_bundle_about_a_snapshot_that_is_there_is_checked() {
	TestExt.execute(|| {
		let listing = list();
		let good = bundle(listing, PERIOD, &total(), 0);
		let refused = |listing, period, bundle: &[u8], error: Error<Test>| {
			assert_noop!(dispatch(OTHER, check_call(listing, period, bundle.to_vec())), error);
		};
		refused(9, PERIOD, &good, Error::UnknownListing);
		refused(listing, LATER, &good, Error::UnknownSnapshot);
		let plain = list_empty();
		add_snapshot(plain, PERIOD, None, 5);
		refused(plain, PERIOD, &good, Error::NothingProvable);
		refused(list(), PERIOD, &good, Error::WrongContext);
		add_table(listing, LATER);
		refused(listing, LATER, &good, Error::WrongContext);
		refused(
			listing,
			PERIOD,
			&bundle_for(context(listing, PERIOD), LATER, &total(), 0),
			Error::WrongColumns,
		);
		set_policy(listing, true, 0);
		refused(listing, PERIOD, &good, Error::WrongGroupSize);
		set_policy(listing, false, 0);
		pause(true);
		refused(listing, PERIOD, &good, Error::ProofsPaused);
		pause(false);
		prune_snapshot(listing, PERIOD);
		refused(listing, PERIOD, &good, Error::UnknownSnapshot);
	});
}

#[test]
fn a_check_that_reads_nothing_costs_little() {
	TestExt.execute(|| {
		let listing = list();
		let bundle = bundle(listing, PERIOD, &total(), 0);
		let refused = dispatch_with_info(OTHER, check_call(listing, LATER, bundle.clone()))
			.expect_err("it is not there");
		assert_eq!(refused.post_info.actual_weight, Some(<() as WeightInfo>::check_not_read()));
		let length = bundle.len() as u32;
		let done = dispatch_with_info(OTHER, check_call(listing, PERIOD, bundle)).expect("it is valid");
		let used = done.actual_weight.expect("it used less");
		assert!(used.ref_time() < Market::check_weight(Shape::most(length)).ref_time());
	});
}
