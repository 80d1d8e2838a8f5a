use super::*;
use crate::{elect, CurrentSession};
use proptest::prelude::*;

#[test]
fn the_largest_bonds_are_elected() {
	TestExt::default().execute(|| {
		join(4, 1_500);
		run_to_session(1);
		assert_eq!(set_of(2), [3, 2, 4]);
		assert_eq!(Session::validators(), [3, 2, 1]);
		assert!(events().contains(&Event::SetPlanned { session: 2, validators: 3 }));
		run_to_session(2);
		assert_eq!(Session::validators(), [3, 2, 4]);
		assert_eq!(Validators::active_set(), [(3, 3_000), (2, 2_000), (4, 1_500)]);
	});
}

#[test]
fn a_set_is_as_large_as_at_genesis_and_idle_bonds_do_not_enter_it() {
	TestExt::default().validators(&[(1, 1_000), (2, 2_000)]).execute(|| {
		join(4, MIN_BOND);
		join(5, MIN_BOND);
		run_to_session(2);
		assert_eq!(Session::validators(), [2, 1]);
		// Who bonds more than a member takes its place.
		assert_ok!(Validators::bond_extra(signed(5), 1_000));
		run_to_session(4);
		assert_eq!(Session::validators(), [2, 5]);
	});
}

#[test]
fn governance_changes_the_size_of_the_set_within_its_bounds() {
	TestExt::default().execute(|| {
		join(4, 500);
		SetSize::set(1);
		run_to_session(2);
		assert_eq!(Session::validators(), [3, 2], "not below the minimum");
		MinValidators::set(1);
		run_to_session(4);
		assert_eq!(Session::validators(), [3]);
		SetSize::set(50);
		MinValidators::set(0);
		run_to_session(6);
		assert_eq!(Session::validators(), [3, 2, 1], "not above the limit");
		MinValidators::set(2);
	});
}

#[test]
fn equal_bonds_are_ordered_by_account() {
	TestExt::default().execute(|| {
		join(5, 1_000);
		join(4, 1_000);
		run_to_session(2);
		assert_eq!(Session::validators(), [3, 2, 1]);
	});
}

#[test]
fn a_candidate_without_keys_is_passed_over() {
	TestExt::default().execute(|| {
		join(4, 9_000);
		assert_ok!(Session::purge_keys(signed(4)));
		run_to_session(2);
		assert_eq!(Session::validators(), [3, 2, 1]);
		assert!(Validators::is_candidate(&4));
	});
}

#[test]
fn a_set_whose_members_remove_their_keys_shrinks_and_is_never_empty() {
	TestExt::default().validators(&[(1, 1_000), (2, 2_000)]).execute(|| {
		assert_ok!(Session::purge_keys(signed(2)));
		run_to_session(2);
		assert_eq!(Session::validators(), [1]);
		// It cannot take its bond away while it is a candidate, and is slashable for what it did.
		assert_noop!(Validators::unbond(signed(2), 2_000), Error::<Test>::StillValidating);
		join(4, 500);
		run_to_session(4);
		assert_eq!(Session::validators(), [1, 4]);
	});
}

#[test]
fn an_unchanged_set_is_not_announced_again() {
	TestExt::default().execute(|| {
		run_to_session(4);
		assert!(!events().iter().any(|event| matches!(event, Event::SetPlanned { .. })));
		assert_eq!(Session::validators(), [3, 2, 1]);
	});
}

#[test]
fn history_is_bounded_here_and_in_the_session_pallet() {
	TestExt::default().execute(|| {
		run_to_session(20);
		let planned = 21;
		let mut kept: Vec<_> = Exposures::<Test>::iter_keys().collect();
		kept.sort_unstable();
		assert_eq!(kept, (planned - HISTORY_DEPTH..=planned).collect::<Vec<_>>());
		assert_eq!(pallet_session::historical::HistoricalSessions::<Test>::iter_keys().count(), kept.len());
		assert_eq!(CurrentSession::<Test>::get(), Session::current_index());
	});
}

#[test]
fn a_proof_of_key_ownership_survives_a_changed_bond() {
	use frame_support::traits::KeyOwnerProofSystem;
	use sp_runtime::key_types::DUMMY;
	TestExt::default().execute(|| {
		let key = || (DUMMY, codec::Encode::encode(&sp_runtime::testing::UintAuthorityId(3)));
		let proof = Historical::prove(key()).expect("3 is in the running set");
		assert_ok!(Validators::bond_extra(signed(3), 5_000));
		let (validator, exposure) =
			Historical::check_proof(key(), proof.clone()).expect("in the same session");
		assert_eq!((validator, exposure.bond), (3, 3_000));
		run_to_session(2);
		let (validator, exposure) = Historical::check_proof(key(), proof).expect("in a later session");
		assert_eq!((validator, exposure.bond), (3, 3_000));
	});
}

#[test]
fn new_session_keys_are_a_change_and_can_be_proven_in_later_sessions() {
	use codec::Encode;
	use frame_support::traits::KeyOwnerProofSystem;
	use sp_runtime::{key_types::DUMMY, testing::UintAuthorityId};
	TestExt::default().execute(|| {
		let keys = UintAuthorityId(33);
		let mut all = SessionKeys { dummy: keys.clone() };
		let proof = all.create_ownership_proof(&3u64.encode()).expect("the key can sign").encode();
		assert_ok!(Session::set_keys(signed(3), all, proof));
		run_to_session(1);
		assert!(events().contains(&Event::SetPlanned { session: 2, validators: 3 }));
		run_to_session(2);
		let key = || (DUMMY, keys.encode());
		let proof = Historical::prove(key()).expect("3 is in the running set");
		run_to_session(3);
		assert_eq!(Historical::check_proof(key(), proof).map(|(validator, _)| validator), Some(3));
	});
}

proptest! {
	#[test]
	fn elections_are_bounded_ordered_and_leave_out_nobody_with_more(
		candidates in proptest::collection::btree_map(0u8..30, 0u128..50, 0..20),
		sitting in proptest::collection::btree_map(0u8..30, 0u128..50, 0..10),
		min in 1u32..5,
		more in 0u32..5,
	) {
		let max = min + more;
		let candidates: Vec<_> = candidates.into_iter().collect();
		let sitting: Vec<_> = sitting.into_iter().collect();
		let elected = elect(candidates.clone(), sitting.clone(), min, max);
		let count = elected.len();

		prop_assert!(count <= max as usize);
		let in_order = |a: &(u8, u128), b: &(u8, u128)| a.1 > b.1 || (a.1 == b.1 && a.0 < b.0);
		prop_assert!(elected.windows(2).all(|pair| in_order(&pair[0], &pair[1])));
		let people: std::collections::BTreeSet<_> =
			candidates.iter().chain(&sitting).map(|(account, _)| *account).collect();
		prop_assert!(count >= (min as usize).min(people.len()));
		if candidates.len() >= max as usize {
			let least = elected.iter().map(|(_, bond)| *bond).min().unwrap_or(0);
			for (account, bond) in &candidates {
				prop_assert!(elected.iter().any(|(other, _)| other == account) || *bond <= least);
			}
		}
	}
}
