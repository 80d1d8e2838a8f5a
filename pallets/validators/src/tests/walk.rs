//! Random sequences of all calls, sessions and offences. In each session the invariants are checked, nobody's money is lost,
//! and what is held never falls except by a withdrawal or a slash.

use super::*;
use proptest::prelude::*;

#[derive(Clone, Debug)]
enum Action {
	Bond(AccountId, Balance),
	BondExtra(AccountId, Balance),
	Unbond(AccountId, Balance),
	Withdraw(AccountId),
	Validate(AccountId),
	Chill(AccountId),
	PurgeKeys(AccountId),
	Report(AccountId, SessionIndex, bool),
	NextSession,
}

fn action() -> impl Strategy<Value = Action> {
	let who = || 1u64..9;
	let amount = || 0u128..3_000;
	prop_oneof![
		3 => (who(), amount()).prop_map(|(who, amount)| Action::Bond(who, amount)),
		2 => (who(), amount()).prop_map(|(who, amount)| Action::BondExtra(who, amount)),
		3 => (who(), amount()).prop_map(|(who, amount)| Action::Unbond(who, amount)),
		2 => who().prop_map(Action::Withdraw),
		3 => who().prop_map(Action::Validate),
		2 => who().prop_map(Action::Chill),
		1 => (5u64..9).prop_map(Action::PurgeKeys),
		1 => (who(), 0u32..6, any::<bool>()).prop_map(|(who, ago, witness)| Action::Report(who, ago, witness)),
		4 => Just(Action::NextSession),
	]
}

/// Everything that the accounts of the builder own, held or not.
fn owned() -> Balance {
	(1..=10).chain([TREASURY]).map(|account| free(account) + held(account)).sum()
}

proptest! {
	#![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

	#[test]
	fn nothing_is_lost_whatever_is_called(actions in proptest::collection::vec(action(), 1..120)) {
		TestExt::default().execute(|| {
			let issuance = Balances::total_issuance();
			let mut purged = false;
			for (slot, action) in actions.into_iter().enumerate() {
				let before: Vec<_> = (1..=10).map(held).collect();
				let mut may_fall = None;
				// A call that fails changes nothing; which ones fail is the other tests' matter.
				let _ = match action.clone() {
					Action::Bond(who, amount) => Validators::bond(signed(who), amount),
					Action::BondExtra(who, amount) => Validators::bond_extra(signed(who), amount),
					Action::Unbond(who, amount) => Validators::unbond(signed(who), amount),
					Action::Withdraw(who) => {
						may_fall = Some(who);
						Validators::withdraw_unbonded(signed(who))
					},
					Action::Validate(who) => Validators::validate(signed(who)),
					Action::Chill(who) => Validators::chill(signed(who)),
					Action::PurgeKeys(who) => {
						purged = true;
						Session::purge_keys(signed(who))
					},
					Action::Report(who, ago, witness) => {
						may_fall = Some(who);
						let session = Session::current_index().saturating_sub(ago);
						let reporters = if witness { vec![9] } else { vec![] };
						report(&reporters, who, session, slot as u64);
						Ok(())
					},
					Action::NextSession => {
						run_to_session(Session::current_index() + 1);
						Ok(())
					},
				};
				for (account, before) in (1..=10).zip(before) {
					assert!(held(account) >= before || may_fall == Some(account), "{action:?} took from {account}");
				}
				assert!(purged || Exposures::<Test>::iter_values().all(|set| set.len() >= 2), "a set is too small");
				assert_eq!(owned(), issuance);
				assert_eq!(Balances::total_issuance(), issuance);
				Validators::do_try_state().expect("the invariants hold after each call");
			}
		});
	}
}
