use super::*;

#[test]
fn a_listing_that_is_not_open_has_no_backing() {
	TestExt.execute(|| {
		assert_eq!(Backing::backing(LISTING), None);
		assert_eq!(Backing::backed_by(BACKERS[0], None, 10), vec![]);
	});
}

#[test]
fn the_listing_says_what_is_behind_its_bond() {
	TestExt.execute(|| {
		three_backers();
		assert_ok!(unback(BACKERS[1], 1_000));
		pay(WUSD, 1_000);
		assert_eq!(
			view(),
			BackingView {
				curator: CURATOR,
				share: percent(20),
				lowered: None,
				most: BOND,
				room: 1_000,
				active: 9_000,
				leaving: 1_000,
				answers: 10_000,
				backers: 3,
				closes: None,
				unsettled: vec![souk_primitives::Price { asset: WUSD, amount: 200 }],
			}
		);
	});
}

#[test]
fn an_account_sees_what_it_backs_page_by_page() {
	TestExt.execute(|| {
		three_backers();
		assert_ok!(open(OTHER, FOREIGN, percent(10), BOND));
		let call = crate::Call::<Test>::back { listing: FOREIGN, amount: 700 };
		assert_ok!(dispatch(BACKERS[0], call));
		let all = Backing::backed_by(BACKERS[0], None, 1_000);
		assert_eq!(all.len(), 2);
		let first = Backing::backed_by(BACKERS[0], None, 1);
		let second = Backing::backed_by(BACKERS[0], Some(first[0].listing), 1);
		assert_eq!([first, second].concat(), all);
		assert_eq!(Backing::backed_by(BACKERS[0], Some(all[1].listing), 1), vec![]);
		assert_eq!(Backing::backed_by(BACKERS[0], None, 0), vec![]);
		let foreign = all.iter().find(|view| view.listing == FOREIGN).expect("she backs it");
		assert_eq!((foreign.active, foreign.deposit), (700, Backing::backer_deposit(&BACKERS[0], FOREIGN)));
	});
}
