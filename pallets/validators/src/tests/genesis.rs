use super::*;
use sp_runtime::BuildStorage;

#[test]
fn the_first_validators_are_bonded_listed_and_elected() {
	TestExt::default().execute(|| {
		assert_eq!(Session::validators(), [3, 2, 1]);
		assert_eq!((set_of(0), set_of(1)), (vec![3, 2, 1], vec![3, 2, 1]));
		for (validator, bond) in [(1, 1_000), (2, 2_000), (3, 3_000)] {
			assert_eq!((held(validator), free(validator)), (bond, ENDOWMENT - bond));
		}
	});
}

#[test]
#[should_panic(expected = "fewer validators than MinValidators")]
fn too_few_validators_are_no_genesis() {
	TestExt::default().validators(&[(1, 1_000)]).build();
}

#[test]
#[should_panic(expected = "a genesis validator cannot bond")]
fn a_bond_without_money_is_no_genesis() {
	TestExt::default().validators(&[(1, 1_000), (2, ENDOWMENT)]).build();
}

#[test]
fn without_validators_the_session_pallet_starts_by_itself() {
	let storage = RuntimeGenesisConfig {
		session: pallet_session::GenesisConfig {
			keys: vec![(7, 7, SessionKeys { dummy: 7.into() })],
			non_authority_keys: vec![],
		},
		..Default::default()
	}
	.build_storage()
	.expect("the genesis is valid");
	sp_io::TestExternalities::from(storage).execute_with(|| {
		run_to_session(3);
		assert_eq!(Session::validators(), [7]);
	});
}
