//! What every sequence starts with: a market with short delays, people who have something to sell, and a jury pool.

use crate::{
	calls::curation::{commitments, node_info},
	calls::listings::{details, name, plans},
	cast::{self, arbitrator, CURATOR, NODES, SUDO},
	chain, snapshot, table,
};
use pallet_stakes::Penalty;
use souk_primitives::{ListingKind, ListingState, NodeRole, PayoutSplit, Period};
use souk_proof_primitives::statements::StatementId;
use souk_runtime::{configs::params, *};
use sp_core::storage::Storage;
use sp_genesis_builder::LOCAL_TESTNET_RUNTIME_PRESET;
use sp_keyring::Sr25519Keyring::{Dave, Eve};
use sp_runtime::{traits::Dispatchable, BuildStorage, Permill};
use sp_state_machine::BasicExternalities;
use std::sync::OnceLock;

/// Blocks for evidence: the shortest phase of a case.
const EVIDENCE: u32 = 3;
/// Blocks between unbonding and withdrawing, more than those in which an offence can be reported.
const UNBONDING: u32 = 15;

/// The chain as sequences find it, in its second block.
pub fn storage() -> Storage {
	static BUILT: OnceLock<Storage> = OnceLock::new();
	BUILT
		.get_or_init(|| {
			let mut storage = genesis();
			BasicExternalities::execute_with_storage(&mut storage, || {
				chain::start(1, 1);
				furnish();
				chain::end();
				chain::start(1, 1);
				submit();
			});
			storage
		})
		.clone()
}

/// The period of the first snapshots.
pub fn first_period() -> Period {
	u32::try_from((chain::FIRST_SLOT + 2) * SLOT_MILLIS / 60_000).expect("it is not that late")
}

/// The genesis of the local preset, but with epochs of the usual length, and phases of a case that may be shorter. It leaves out what has a
/// default, as the genesis builder does.
fn genesis() -> Storage {
	let preset = presets::get(&LOCAL_TESTNET_RUNTIME_PRESET.into()).expect("it is a preset");
	let mut full = serde_json::to_value(RuntimeGenesisConfig::default()).expect("it serialises");
	let pace = full["pace"].clone();
	merge(&mut full, serde_json::from_slice(&preset).expect("presets are JSON"));
	full["pace"] = pace;
	full["pace"]["shortestPhase"] = EVIDENCE.into();
	let config: RuntimeGenesisConfig = serde_json::from_value(full).expect("the preset fits the genesis");
	config.build_storage().expect("it builds")
}

fn merge(into: &mut serde_json::Value, from: serde_json::Value) {
	match (into, from) {
		(serde_json::Value::Object(into), serde_json::Value::Object(from)) => from
			.into_iter()
			.for_each(|(key, value)| merge(into.entry(key).or_insert_with(|| ().into()), value)),
		(into, from) => *into = from,
	}
}

/// Short delays, so that sequences come to the end of everything; and deposits for bytes alone, so that it shows where one is too low.
fn parameters() -> Vec<RuntimeParameters> {
	use RuntimeParameters as P;
	let market = {
		use params::market::*;
		[
			Parameters::ProtocolFee(ProtocolFee, Some(Permill::from_percent(7))),
			Parameters::LatePaymentGrace(LatePaymentGrace, Some(4)),
			Parameters::LatePaymentRetry(LatePaymentRetry, Some(2)),
			Parameters::UnbondingPeriod(UnbondingPeriod, Some(UNBONDING)),
			Parameters::RetainedAfter(RetainedAfter, Some(10)),
		]
		.map(P::Market)
	};
	let deposits = {
		use params::deposits::*;
		[Parameters::PerRecord(PerRecord, Some(0))].map(P::Deposits)
	};
	let escrow = {
		use params::escrow::*;
		[
			Parameters::ChallengeWindow(ChallengeWindow, Some(6)),
			Parameters::DeliveryTimeout(DeliveryTimeout, Some(8)),
			Parameters::GoodsTimeout(GoodsTimeout, Some(7)),
			Parameters::ConfirmTimeout(ConfirmTimeout, Some(5)),
			Parameters::OfferTimeout(OfferTimeout, Some(4)),
			Parameters::DisputeTimeout(DisputeTimeout, Some(9)),
			Parameters::DisputeBuyerShare(DisputeBuyerShare, Some(Permill::from_percent(40))),
			Parameters::KeepFor(KeepFor, Some(3)),
			Parameters::RetryEvery(RetryEvery, Some(3)),
		]
		.map(P::Escrow)
	};
	let tabs = {
		use params::tabs::*;
		[Parameters::Challenge(Challenge, Some(6)), Parameters::Lifetime(Lifetime, Some(30))].map(P::Tabs)
	};
	let disputes = {
		use params::disputes::*;
		[
			Parameters::ResponseTime(ResponseTime, Some(4)),
			Parameters::EvidenceTime(EvidenceTime, Some(EVIDENCE)),
			Parameters::DrawTimeout(DrawTimeout, Some(24)),
			Parameters::CommitTime(CommitTime, Some(4)),
			Parameters::RevealTime(RevealTime, Some(4)),
			Parameters::AppealTime(AppealTime, Some(4)),
			Parameters::ReviewTime(ReviewTime, Some(5)),
			Parameters::KeepFor(KeepFor, Some(6)),
		]
		.map(P::Disputes)
	};
	let offences = {
		use params::offences::*;
		let half = Penalty {
			node: Permill::from_percent(10),
			..<<Runtime as pallet_stakes::Config>::Penalties as pallet_stakes::Penalties>::of(
				souk_primitives::OffenceKind::ConflictingSnapshots,
			)
		};
		[
			Parameters::ReportWindow(ReportWindow, Some(UNBONDING - 1)),
			// Longer than a challenge is open.
			Parameters::ChallengeEvery(ChallengeEvery, Some(5 * MINUTES + 30)),
			Parameters::ContradictingAttestations(ContradictingAttestations, Some(half)),
		]
		.map(P::Offences)
	};
	let reputation = {
		use params::reputation::*;
		[
			Parameters::Window(Window, Some(6)),
			Parameters::Memory(Memory, Some(25)),
			Parameters::CredentialLife(CredentialLife, Some(18)),
		]
		.map(P::Reputation)
	};
	// As short as the runtime lets them be.
	let voting = params::availability::Parameters::Every(params::availability::Every, Some(20));
	let others = [P::Availability(voting)];
	[&market[..], &deposits, &escrow, &tabs, &disputes, &offences, &reputation, &others].concat()
}

fn does(who: &AccountId, call: impl Into<RuntimeCall>) {
	let call = call.into();
	if let Err(failed) = call.clone().dispatch(RuntimeOrigin::signed(who.clone())) {
		panic!("the world cannot be furnished: {call:?}: {:?}", failed.error);
	}
}

/// A data product in wUSD with a table, workers and keepers; a service in SOUK; and a data product that is cheap enough for its
/// curator's bond to cover sales, with a chunk that is wrong. A pool of arbitrators. Proxies of the curator.
fn furnish() {
	for parameter in parameters() {
		Parameters::set_parameter(RuntimeOrigin::root(), parameter).expect("root may");
	}
	for statement in StatementId::ALL {
		let key = snapshot::known_key(statement).try_into().expect("keys are short");
		Proofs::register_key(RuntimeOrigin::root(), statement.code(), snapshot::ERA.0, key, [5; 32])
			.expect("root may");
	}
	let treasury = TreasuryAccount::get();
	// So that it can be paid any amount.
	does(
		&SUDO.to_account_id(),
		pallet_balances::Call::<Runtime>::transfer_keep_alive { dest: treasury.into(), value: SOUK },
	);
	for number in 0..cast::ARBITRATORS {
		let who = arbitrator(number);
		Balances::force_set_balance(RuntimeOrigin::root(), who.clone().into(), 2_000 * SOUK)
			.expect("root may");
		// Some of them have more chances than others.
		let bond = (100 + 50 * Balance::from(number % 4)) * SOUK;
		does(&who, pallet_disputes::Call::<Runtime>::join_pool { bond, key: [1 + number; 32] });
	}
	for node in NODES {
		does(
			&node.to_account_id(),
			pallet_curation::Call::<Runtime>::register_node { info: node_info(3, 0) },
		);
	}
	let curator = CURATOR.to_account_id();
	let kinds = [ListingKind::DataProduct, ListingKind::Service, ListingKind::DataProduct];
	for (listing, kind) in (0u32..).zip(kinds) {
		let number = u8::try_from(listing).expect("there are three");
		does(
			&curator,
			pallet_listings::Call::<Runtime>::create {
				name: name(number),
				kind,
				details: details(if listing == table::LISTING { 0 } else { 1 }),
				plans: plans([1, 2, 5][usize::from(number)]),
				payouts: PayoutSplit {
					workers: Permill::from_percent(20),
					persistence: Permill::from_percent(30),
				},
			},
		);
		if kind == ListingKind::DataProduct {
			does(&curator, pallet_curation::Call::<Runtime>::bond { listing, amount: 400 * SOUK });
			let schedule = pallet_curation::Schedule { every: 40, tolerance: 5, retention: 2 };
			does(&curator, pallet_curation::Call::<Runtime>::set_schedule { listing, schedule });
			for (node, role) in [
				(NODES[0], NodeRole::Worker),
				(NODES[1], NodeRole::Worker),
				(NODES[0], NodeRole::Persistence),
				(NODES[1], NodeRole::Persistence),
			] {
				let wrapped_key = vec![7; 80].try_into().expect("it is short");
				let node = node.to_account_id();
				does(&curator, pallet_curation::Call::<Runtime>::assign { listing, node, role, wrapped_key });
			}
		}
		does(&curator, pallet_listings::Call::<Runtime>::set_state { id: listing, to: ListingState::Active });
	}
	for (proxy, kind) in [(Eve, ProxyType::Curation), (Dave, ProxyType::NonTransfer)] {
		let delegate = proxy.to_account_id().into();
		does(&curator, pallet_proxy::Call::<Runtime>::add_proxy { delegate, proxy_type: kind, delay: 0 });
	}
}

/// The first snapshots.
fn submit() {
	for (listing, says) in [(table::LISTING, 0), (2, 1)] {
		for node in NODES {
			let (period, commitments) = (first_period(), commitments(says));
			let call = pallet_curation::Call::<Runtime>::submit_snapshot { listing, period, commitments };
			does(&node.to_account_id(), call);
		}
	}
}
