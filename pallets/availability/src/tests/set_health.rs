use super::*;
use frame_support::traits::{fungible::Mutate, tokens::Preservation};

#[test]
fn a_persistence_node_says_where_it_is_asked_and_pays_for_the_bytes() {
	TestExt::default().nodes(0).execute(|| {
		register(NODE);
		assert_ok!(set_health(NODE, "http://8.8.8.8/health"));
		let deposit = Availability::deposit_of(&NODE);
		assert!(deposit > 200);
		assert_eq!(held(NODE), deposit);
		let record = Health::<Test>::get(NODE).expect("it is set");
		assert_eq!((record.leaving, record.last), (false, None));
		let url = as_url("http://8.8.8.8/health");
		assert_eq!(events(), [Event::HealthSet { node: NODE, url }]);
	});
}

#[test]
fn another_url_takes_the_place_of_the_first_for_the_same_deposit() {
	TestExt::default().execute(|| {
		let deposit = held(NODE);
		assert_ok!(set_health(NODE, "http://9.9.9.9:9981/quite/a/long/path"));
		assert_eq!(held(NODE), deposit);
		assert_eq!(Health::<Test>::get(NODE).unwrap().url, as_url("http://9.9.9.9:9981/quite/a/long/path"));
	});
}

#[test]
fn only_literal_public_addresses_are_taken() {
	TestExt::default().execute(|| {
		for url in ["", "http://node.example/", "https://8.8.8.8/", "http://8.8.8.8"] {
			assert_noop!(set_health(NODE, url), Error::<Test>::BadUrl);
		}
		for url in ["http://127.0.0.1/", "http://10.0.0.1/", "http://[::ffff:8.8.8.8]/", "http://[fe80::1]/"]
		{
			assert_noop!(set_health(NODE, url), Error::<Test>::NotPublic);
		}
	});
	TestExt::default().private().execute(|| {
		assert_ok!(set_health(NODE, "http://127.0.0.1:9981/health"));
		assert_noop!(set_health(NODE, "http://localhost:9981/health"), Error::<Test>::BadUrl);
	});
}

#[test]
fn only_persistence_nodes_that_can_pay_have_one() {
	TestExt::default().nodes(0).execute(|| {
		assert_noop!(set_health(STRANGER, "http://8.8.8.8/"), Error::<Test>::NotPersistence);
		register(NODE);
		let all = ENDOWMENT - MINIMUM;
		assert_ok!(<Balances as Mutate<_>>::transfer(&NODE, &STRANGER, all, Preservation::Expendable));
		assert_noop!(set_health(NODE, "http://8.8.8.8/"), Error::<Test>::DepositUnpaid);
	});
}
