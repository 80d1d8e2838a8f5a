//! What the council can do on a chain without sudo, and what nobody else can.

use super::*;
use frame_support::{
	assert_noop, assert_ok,
	dispatch::GetDispatchInfo,
	traits::{fungible::NativeOrWithId, fungibles::roles::Inspect as _, Get},
};
use sp_keyring::Sr25519Keyring::{self, Alice, Bob, Charlie, Dave};
use sp_runtime::{
	traits::{BlakeTwo256, Dispatchable, Hash as _},
	DispatchError, FixedU128,
};

fn signed(who: Sr25519Keyring) -> RuntimeOrigin {
	RuntimeOrigin::signed(who.to_account_id())
}

/// Puts `call` to the vote of these members and closes the motion. Returns what came of the call.
fn motion(call: RuntimeCall, members: &[Sr25519Keyring]) -> Result<(), DispatchError> {
	let (length, weight) = (codec::Encode::encoded_size(&call) as u32, call.get_dispatch_info().call_weight);
	let hash = BlakeTwo256::hash_of(&call);
	let index = pallet_collective::ProposalCount::<Runtime, CouncilInstance>::get();
	assert_ok!(Council::propose(signed(members[0]), members.len() as u32, Box::new(call), length));
	for member in members {
		assert_ok!(Council::vote(signed(*member), hash, index, true));
	}
	assert_ok!(Council::close(signed(members[0]), hash, index, weight, length));
	System::read_events_for_pallet::<pallet_collective::Event<Runtime, CouncilInstance>>()
		.into_iter()
		.find_map(|event| match event {
			pallet_collective::Event::Executed { proposal_hash, result } if proposal_hash == hash => {
				Some(result)
			}
			_ => None,
		})
		.expect("the motion was carried")
}

/// The call that runs `call` as root.
fn as_root(call: RuntimeCall) -> RuntimeCall {
	let calls = vec![
		RuntimeCall::Whitelist(pallet_whitelist::Call::whitelist_call {
			call_hash: BlakeTwo256::hash_of(&call),
		}),
		RuntimeCall::Whitelist(pallet_whitelist::Call::dispatch_whitelisted_call_with_preimage {
			call: Box::new(call),
		}),
	];
	RuntimeCall::Utility(pallet_utility::Call::batch_all { calls })
}

fn upgrade() -> RuntimeCall {
	RuntimeCall::System(frame_system::Call::authorize_upgrade { code_hash: Hash::repeat_byte(7) })
}

#[test]
fn three_quarters_of_the_council_upgrade_the_runtime_without_sudo() {
	world(presets::TESTNET_4).execute_with(|| {
		assert_ok!(motion(as_root(upgrade()), &[Alice, Bob, Charlie]));
		let authorized = System::authorized_upgrade().expect("it was dispatched as root");
		assert_eq!(authorized.code_hash(), &Hash::repeat_byte(7));
	});
}

#[test]
fn neither_a_member_nor_two_thirds_of_the_council_become_root() {
	world(presets::TESTNET_4).execute_with(|| {
		assert_noop!(upgrade().dispatch(signed(Alice)).map_err(|e| e.error), DispatchError::BadOrigin);
		assert!(as_root(upgrade()).dispatch(signed(Alice)).is_err());
		assert_eq!(motion(as_root(upgrade()), &[Alice, Bob]), Err(DispatchError::BadOrigin));
		assert!(System::authorized_upgrade().is_none());
		// Two thirds of three do what two thirds may.
		let chill = pallet_validators::Call::force_chill { validator: Dave.to_account_id() };
		assert_ok!(motion(RuntimeCall::Validators(chill), &[Alice, Bob]));
		assert_eq!(Validators::candidates().len(), 3);
	});
}

#[test]
fn assets_are_created_by_governance_only() {
	world("local_testnet").execute_with(|| {
		let create = |origin| Assets::create(origin, 7u32.into(), Alice.to_account_id().into(), 1);
		assert_noop!(create(signed(Alice)), DispatchError::BadOrigin);
		// The treasury pays the deposit.
		assert_ok!(Balances::force_set_balance(
			RuntimeOrigin::root(),
			TreasuryAccount::get().into(),
			100 * SOUK
		));
		assert_ok!(create(pallet_collective::RawOrigin::<AccountId, CouncilInstance>::Members(2, 2).into()));
		assert_eq!(Assets::owner(7), Some(TreasuryAccount::get()));
		assert_eq!(Assets::issuer(7), Some(Alice.to_account_id()));
	});
}

#[test]
fn what_keeps_validators_and_sellers_honest_cannot_be_paused() {
	world("local_testnet").execute_with(|| {
		let names = [
			("ImOnline", "heartbeat"),
			("Babe", "report_equivocation"),
			("Babe", "report_equivocation_unsigned"),
			("Grandpa", "report_equivocation"),
			("Grandpa", "report_equivocation_unsigned"),
			("TxPause", "unpause"),
			("Proofs", "pause"),
			("Proofs", "resume"),
			("Proofs", "retire_key"),
			("Escrow", "prove_bad_chunk"),
			("Escrow", "dispute"),
			("Tabs", "settle_voucher"),
			("Tabs", "settle_vouchers"),
			("Disputes", "answer"),
			("Disputes", "submit_evidence"),
			("Disputes", "commit_vote"),
			("Disputes", "reveal_vote"),
			("Disputes", "appeal"),
			("Stakes", "answer_challenge"),
		];
		for (pallet, call) in names {
			let name = (
				pallet.as_bytes().to_vec().try_into().unwrap(),
				call.as_bytes().to_vec().try_into().unwrap(),
			);
			assert_noop!(
				TxPause::pause(RuntimeOrigin::root(), name),
				pallet_tx_pause::Error::<Runtime>::Unpausable
			);
		}
	});
}

#[test]
fn a_proxy_without_transfers_neither_buys_nor_touches_the_consensus() {
	use frame_support::traits::InstanceFilter;
	let may = |call: RuntimeCall| ProxyType::NonTransfer.filter(&call);
	assert!(!may(RuntimeCall::Subscriptions(pallet_subscriptions::Call::renew { listing: 0, holder: None })));
	assert!(!may(RuntimeCall::Session(pallet_session::Call::purge_keys {})));
	assert!(!may(RuntimeCall::Validators(pallet_validators::Call::unbond { amount: 1 })));
	assert!(may(RuntimeCall::Subscriptions(pallet_subscriptions::Call::cancel { listing: 0, holder: None })));
	assert!(may(RuntimeCall::Listings(pallet_listings::Call::retire { id: 0 })));
	assert!(!may(RuntimeCall::Escrow(pallet_escrow::Call::fund { order: 0 })));
	assert!(!may(RuntimeCall::Escrow(pallet_escrow::Call::confirm { order: 0, milestone: 0 })));
	assert!(may(RuntimeCall::Escrow(pallet_escrow::Call::dispute { order: 0, evidence: [0; 32] })));
	assert!(!may(asks::some_ask()));
	assert!(may(RuntimeCall::Asks(pallet_asks::Call::withdraw { ask: 0 })));
	assert!(!may(RuntimeCall::Tabs(pallet_tabs::Call::top_up_tab { tab: 0, amount: 1 })));
	assert!(may(RuntimeCall::Tabs(pallet_tabs::Call::close_tab { tab: 0 })));
	assert!(!may(RuntimeCall::Disputes(pallet_disputes::Call::join_pool { bond: 1, key: [1; 32] })));
	assert!(!may(RuntimeCall::Disputes(pallet_disputes::Call::appeal { case: 0 })));
	assert!(may(RuntimeCall::Disputes(pallet_disputes::Call::commit_vote { case: 0, commitment: [0; 32] })));
}

#[test]
fn a_proxy_for_curation_delivers_what_was_sold_and_buys_nothing() {
	use frame_support::traits::InstanceFilter;
	let may = |call: RuntimeCall| ProxyType::Curation.filter(&call);
	let mark = pallet_escrow::Call::mark_delivered { order: 0, milestone: 0, evidence: None };
	assert!(may(mark.into()));
	assert!(!may(RuntimeCall::Escrow(pallet_escrow::Call::fund { order: 0 })));
	assert!(!may(RuntimeCall::Escrow(pallet_escrow::Call::cancel { order: 0 })));
	assert!(may(RuntimeCall::Asks(pallet_asks::Call::answer { ask: 0, bundle: Default::default() })));
	assert!(!may(asks::some_ask()));
	assert!(may(RuntimeCall::Tabs(pallet_tabs::Call::settle_vouchers { vouchers: Default::default() })));
	assert!(!may(RuntimeCall::Tabs(pallet_tabs::Call::close_tab { tab: 0 })));
}

#[test]
fn no_proxy_but_one_for_everything_puts_money_at_stake() {
	use frame_support::traits::InstanceFilter;
	let info = pallet_curation::NodeInfo {
		peer_id: vec![1; 38].try_into().expect("it is short"),
		addresses: Default::default(),
		encryption_key: [9; 32],
		worker: true,
		persistence: true,
		accepting: true,
	};
	let stakes: [RuntimeCall; 4] = [
		pallet_backing::Call::back { listing: 0, amount: SOUK }.into(),
		pallet_curation::Call::bond { listing: 0, amount: SOUK }.into(),
		pallet_curation::Call::register_node { info: info.clone() }.into(),
		pallet_curation::Call::restore_node_bond {}.into(),
	];
	for call in &stakes {
		for kind in [ProxyType::NonTransfer, ProxyType::Curation, ProxyType::Governance] {
			assert!(!kind.filter(call), "{kind:?}: {call:?}");
		}
		assert!(ProxyType::Any.filter(call));
	}
	// What is at stake already may be changed, and taken back.
	let others: [RuntimeCall; 3] = [
		pallet_curation::Call::update_node { info }.into(),
		pallet_curation::Call::unbond { listing: 0, amount: SOUK }.into(),
		pallet_curation::Call::deregister_node {}.into(),
	];
	for call in &others {
		assert!(ProxyType::NonTransfer.filter(call) && ProxyType::Curation.filter(call), "{call:?}");
	}
	assert!(ProxyType::NonTransfer.filter(&pallet_backing::Call::unback { listing: 0, amount: SOUK }.into()));
}

#[test]
fn what_assets_are_worth_is_set_by_governance_only() {
	use frame_support::traits::tokens::ConversionFromAssetBalance;
	let worth = |asset| WorthInNative::from_asset_balance(3 * ONE_WUSD, asset).ok();
	let wusd = || NativeOrWithId::WithId(WUSD);
	world("local_testnet").execute_with(|| {
		// As the presets say.
		assert_eq!(worth(wusd()), Some(3 * SOUK));
		assert_eq!(worth(NativeOrWithId::Native), Some(3 * ONE_WUSD));
		assert_eq!(worth(NativeOrWithId::WithId(7)), None);

		let rate = FixedU128::from_rational(1, 4);
		let update = |origin| AssetRate::update(origin, Box::new(wusd()), rate);
		assert_noop!(update(signed(Alice)), DispatchError::BadOrigin);
		assert_ok!(update(pallet_collective::RawOrigin::<AccountId, CouncilInstance>::Members(2, 2).into()));
		assert_eq!(worth(wusd()), Some(3 * ONE_WUSD / 4));
		assert_ok!(AssetRate::remove(RuntimeOrigin::root(), Box::new(wusd())));
		assert_eq!(worth(wusd()), None);
	});
}

#[test]
fn two_strangers_with_bonds_do_not_join_the_validators() {
	use pallet_session::SessionManager;
	world("local_testnet").execute_with(|| {
		for who in [Charlie, Dave] {
			assert_ok!(Validators::bond(signed(who), params::validators::MinBond::get()));
			let keys = presets::session_keys(who);
			assert_ok!(<Session as pallet_session::SessionInterface>::set_keys(&who.to_account_id(), keys));
			assert_ok!(Validators::validate(signed(who)));
		}
		assert_eq!(<Validators as SessionManager<AccountId>>::new_session(2), None);
		let size = RuntimeParameters::Validators(params::validators::Parameters::SetSize(
			params::validators::SetSize,
			Some(4),
		));
		assert_ok!(Parameters::set_parameter(RuntimeOrigin::root(), size));
		let set = <Validators as SessionManager<AccountId>>::new_session(3);
		assert_eq!(set.map(|set| set.len()), Some(4));
	});
}
