use super::*;

#[test]
fn tabs_are_found_by_number_payer_and_listing() {
	TestExt.execute(|| {
		let listings = [list(), list()];
		let tabs: Vec<_> = (0..5).map(|at| opened(listings[at % 2], LIMIT)).collect();
		let ids = |views: Vec<TabView<AccountId>>| views.iter().map(|view| view.id).collect::<Vec<_>>();
		assert_eq!(ids(Market::tabs_by(PAYER, None, 3)), tabs[..3]);
		assert_eq!(ids(Market::tabs_by(PAYER, Some(tabs[2]), 9)), tabs[3..]);
		assert_eq!(ids(Market::tabs_by(OTHER, None, 9)), [0u64; 0]);
		assert_eq!(ids(Market::tabs_of(listings[1], None, 9)), [1, 3]);
		assert_eq!(ids(Market::tabs_of(listings[0], Some(0), 1)), [2]);
		assert_eq!(ids(Market::tabs_details(vec![4, 77, 1])), [4, 1]);
		assert_eq!(ids(Market::tabs_by(PAYER, None, 0)), [0u64; 0]);
		assert!(Market::tab_details(77).is_none());
	});
}

#[test]
fn the_terms_are_those_of_today() {
	TestExt.execute(|| {
		let settings = Market::settings();
		assert_eq!((settings.challenge, settings.lifetime), (CHALLENGE, LIFETIME));
		assert_eq!((settings.max_nodes, settings.protocol_fee), (MAX_NODES, Fee::get()));
	});
}
