use super::*;

#[test]
fn a_case_shows_its_juries_and_the_keys_of_who_sits_on_them() {
	TestExt::pool_of(20).execute(|| {
		assert_eq!(Disputes::case_details(0), None);
		let case = voted(9, &[FOR_BUYER; 3]);
		assert_ok!(appeal(SELLER, case));
		advance_until(case, Phase::Commit);
		let view = Disputes::case_about(9).unwrap();
		assert_eq!(Some(&view), Disputes::case_details(case).as_ref());
		assert_eq!((view.buyer, view.seller, view.listing), (BUYER, SELLER, LISTING));
		assert_eq!(view.juries.iter().map(|jury| jury.seats).collect::<Vec<_>>(), [3, 7]);
		assert_eq!(view.keys.len(), 10);
		assert!(view.keys.iter().all(|(who, key)| *key == [*who as u8; 32]));
		assert_eq!((view.fees.buyer, view.fees.seller), (FIRST_FEE, FIRST_FEE + SECOND_FEE));
		assert_eq!(Disputes::case_about(8), None);
	});
}

#[test]
fn pages_ascend_and_end() {
	TestExt::default().execute(|| {
		let cases: Vec<_> = (0..40).map(opened).collect();
		let page =
			|after, limit| Disputes::cases(after, limit).iter().map(|view| view.id).collect::<Vec<_>>();
		assert_eq!(page(None, 3), cases[..3]);
		assert_eq!(page(Some(2), u32::MAX), cases[3..3 + CASE_PAGE as usize]);
		assert_eq!(page(Some(38), 5), [39]);
		assert!(page(Some(39), 5).is_empty());
	});
}

#[test]
fn settings_are_what_a_case_begins_with() {
	TestExt::default().execute(|| {
		let settings = Disputes::settings();
		let case = opened(1);
		assert_eq!(view(case).terms, settings.terms);
		assert_eq!((settings.juries, settings.min_bond), (vec![3, 7, 15], MIN_BOND));
		assert_eq!((settings.keep_for, settings.review_time), (KEEP, REVIEW));
		assert!(settings.unbonding >= settings.terms.longest());
		assert_eq!(Disputes::arbitrator(OTHER), None);
	});
}
