//! Many whole lives of cases leave nothing behind.

use super::*;

/// All keys of a pallet.
fn keys(pallet: &str) -> Vec<Vec<u8>> {
	let prefix = sp_io::hashing::twox_128(pallet.as_bytes());
	let mut keys = Vec::new();
	let mut last = prefix.to_vec();
	while let Some(next) = sp_io::storage::next_key(&last).filter(|key| key.starts_with(&prefix)) {
		last.clone_from(&next);
		keys.push(next);
	}
	keys
}

/// All keys of the pallet, and of those accounts on which something is held.
fn all_keys() -> Vec<Vec<u8>> {
	["Disputes", "Balances"].into_iter().flat_map(keys).collect()
}

/// How many bytes the pallet stores.
fn bytes() -> usize {
	let of = |key: &Vec<u8>| key.len() + sp_io::storage::get(key).map_or(0, |value| value.len());
	keys("Disputes").iter().map(of).sum()
}

#[test]
fn a_thousand_cases_leave_no_key_behind() {
	TestExt::pool_of(40).execute(|| {
		// What changes with the first one and stays: a number.
		opened(u64::MAX);
		advance_until(0, Phase::Closed);
		advance_to(now() + KEEP + 1);
		let before = all_keys();
		for batch in 0..40u64 {
			let cases: Vec<_> = (0..25).map(|at| opened(batch * 25 + at)).collect();
			for case in &cases {
				// One in five is not answered, one is given in, and of the others all is done that there is to do.
				match case % 5 {
					0 => {}
					1 => settled(view(*case).order, Side::Seller),
					_ => {
						assert_ok!(answer(SELLER, *case));
						assert_ok!(submit_evidence(SELLER, *case, [1; 32]));
					}
				}
			}
			while cases.iter().any(|case| Disputes::case_details(*case).is_some()) {
				for case in &cases {
					match Disputes::case_details(*case).map(|view| view.phase) {
						Some(Phase::Commit) if case % 5 > 2 => {
							let who = jurors(*case)[0];
							let _ = commit(who, *case, FOR_BUYER);
							let _ = request_review(REVIEWERS[0], *case);
						}
						Some(Phase::Reveal) => {
							let _ = reveal(jurors(*case)[0], *case, FOR_BUYER);
						}
						Some(Phase::Appeal) if case % 5 == 4 => {
							let _ = appeal(SELLER, *case);
						}
						_ => {}
					}
				}
				System::reset_events();
				System::run_to_block::<AllPalletsWithSystem>(now() + 1);
			}
			for who in ARBITRATORS {
				let bond = arbitrator(who).bond;
				if bond < 20 * MIN_BOND {
					assert_ok!(bond_extra(who, 20 * MIN_BOND - bond));
				}
			}
		}
		let new: Vec<_> = all_keys().into_iter().filter(|key| !before.contains(key)).collect();
		assert_eq!(new.len(), 0, "{new:02x?}");
		for who in [BUYER, SELLER].into_iter().chain(REVIEWERS) {
			assert_eq!(held(HoldReason::Fee, who) + held(HoldReason::Deposit, who), 0);
		}
	});
}

#[test]
fn deposits_cover_every_byte() {
	TestExt::pool_of(30).execute(|| {
		let deposits = || {
			let all = [BUYER, SELLER].into_iter().chain(REVIEWERS).chain(ARBITRATORS);
			all.map(|who| held(HoldReason::Deposit, who)).sum::<Balance>()
		};
		// The number of the next case, and of the next queue, are nobody's.
		opened(u64::MAX);
		advance_until(0, Phase::Closed);
		advance_to(now() + KEEP);
		let (bytes_before, deposits_before) = (bytes(), deposits());
		let within = |what: &str| {
			let (more, paid) = (bytes() - bytes_before, deposits() - deposits_before);
			assert!(more as Balance <= paid, "{what}: {more} bytes for {paid}");
		};
		let case = opened(1);
		within("open");
		assert_ok!(answer(SELLER, case));
		within("answer");
		for piece in 1..MAX_EVIDENCE as u8 {
			assert_ok!(submit_evidence(SELLER, case, [piece; 32]));
			within("evidence");
		}
		advance_until(case, Phase::Commit);
		within("drawing");
		assert_ok!(request_review(REVIEWERS[0], case));
		within("review");
		vote_all(case, &[FOR_SELLER; 3]);
		within("votes");
		assert_ok!(appeal(BUYER, case));
		within("appeal");
		next_jury_votes(case, FOR_BUYER);
		within("votes of the second jury");
	});
}
