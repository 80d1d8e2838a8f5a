//! What the wiring itself must hold; the pallets' own tests are theirs.

use super::*;
use frame_support::{
	assert_noop, assert_ok,
	traits::{Get, IntegrityTest},
};
use sp_keyring::Sr25519Keyring::{Alice, Charlie};
use sp_runtime::Permill;

#[test]
fn every_preset_starts_with_its_validators_bonded_and_in_the_session() {
	for (preset, validators) in [("development", 1), ("local_testnet", 2), (presets::TESTNET_4, 4)] {
		world(preset).execute_with(|| {
			assert_eq!(Session::validators().len(), validators, "{preset}");
			assert_eq!(Babe::authorities().len(), validators, "{preset}");
			assert_eq!(Grandpa::grandpa_authorities().len(), validators, "{preset}");
			assert_eq!(Validators::candidates().len(), validators, "{preset}");
		});
	}
	assert!(presets::get(&PresetId::from("mainnet")).is_none());
}

#[test]
fn nobody_is_sudo_on_the_testnet() {
	world(presets::TESTNET_4).execute_with(|| {
		let call = Box::new(RuntimeCall::System(frame_system::Call::remark { remark: vec![] }));
		assert_noop!(
			Sudo::sudo(RuntimeOrigin::signed(Alice.to_account_id()), call),
			pallet_sudo::Error::<Runtime>::RequireSudo
		);
	});
}

#[test]
fn the_stablecoin_has_six_decimals_and_is_spendable_with_holds() {
	use frame_support::traits::fungibles::{hold::Inspect as _, metadata::Inspect as _, Inspect as _};
	world("local_testnet").execute_with(|| {
		assert_eq!(<Assets as frame_support::traits::fungibles::metadata::Inspect<_>>::decimals(WUSD), 6);
		let alice = Alice.to_account_id();
		assert!(AllAssets::balance(souk_primitives::Asset::WithId(WUSD), &alice) > 0);
		assert_eq!(AllAssets::total_balance_on_hold(souk_primitives::Asset::WithId(WUSD), &alice), 0);
		let _ = Assets::symbol(WUSD);
	});
}

#[test]
fn a_paused_call_is_refused_and_the_pause_can_be_lifted() {
	world("local_testnet").execute_with(|| {
		let call = RuntimeCall::Balances(pallet_balances::Call::transfer_allow_death {
			dest: Charlie.to_account_id().into(),
			value: SOUK,
		});
		let name = |p: &str, c: &str| {
			(p.as_bytes().to_vec().try_into().unwrap(), c.as_bytes().to_vec().try_into().unwrap())
		};
		assert_ok!(TxPause::pause(RuntimeOrigin::root(), name("Balances", "transfer_allow_death")));
		use sp_runtime::traits::Dispatchable;
		let alice = || RuntimeOrigin::signed(Alice.to_account_id());
		assert!(call.clone().dispatch(alice()).is_err());
		assert_ok!(TxPause::unpause(RuntimeOrigin::root(), name("Balances", "transfer_allow_death")));
		assert_ok!(call.dispatch(alice()));
		assert!(TxPause::pause(RuntimeOrigin::root(), name("TxPause", "unpause")).is_err());
	});
}

#[test]
fn parameters_change_by_council_or_root_only() {
	world("local_testnet").execute_with(|| {
		let fee = RuntimeParameters::Market(params::market::Parameters::ProtocolFee(
			params::market::ProtocolFee,
			Some(sp_runtime::Permill::from_percent(2)),
		));
		assert!(Parameters::set_parameter(RuntimeOrigin::signed(Alice.to_account_id()), fee.clone()).is_err());
		assert_ok!(Parameters::set_parameter(RuntimeOrigin::root(), fee));
		assert_eq!(params::market::ProtocolFee::get(), sp_runtime::Permill::from_percent(2));
	});
}

#[test]
fn the_numbers_of_each_pallet_fit_together() {
	world("local_testnet").execute_with(AllPalletsWithSystem::integrity_test);
}

#[test]
fn as_much_of_a_bond_as_a_bad_chunk_costs_covers_no_sales() {
	world("local_testnet").execute_with(|| {
		type Reserve = <Runtime as pallet_curation::Config>::BondReserve;
		type Fine = <Runtime as pallet_escrow::Config>::BadChunkSlash;
		assert_eq!((Reserve::get(), Fine::get()), (Permill::from_percent(10), Permill::from_percent(10)));
		let fine = params::escrow::Parameters::BadChunkSlash(
			params::escrow::BadChunkSlash,
			Some(Permill::from_percent(25)),
		);
		assert_ok!(Parameters::set_parameter(RuntimeOrigin::root(), RuntimeParameters::Escrow(fine)));
		assert_eq!((Reserve::get(), Fine::get()), (Permill::from_percent(25), Permill::from_percent(25)));
	});
}

#[test]
fn database_operations_cost_weight() {
	let weight = <Runtime as frame_system::Config>::DbWeight::get();
	assert!(weight.read > 0 && weight.write > weight.read);
}

#[test]
fn an_account_takes_part_in_everything_at_once() {
	use frame_system::ConsumerLimits;
	assert!(<Runtime as frame_system::Config>::MaxConsumers::max_consumers() >= 128);
}
