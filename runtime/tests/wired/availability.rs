//! Votes on whether nodes can be reached, on the real runtime: as transactions that session keys have signed, up to the bonds that answer.

use crate::*;
use blocks::{next_blocks, submit};
use codec::Encode;
use frame_support::{
	assert_ok,
	dispatch::GetDispatchInfo,
	traits::{fungible::InspectHold, Authorize, Get},
};
use frame_system::offchain::CreateAuthorizedTransaction;
use pallet_availability::{Ballot, Finding, HealthUrl};
use pallet_im_online::sr25519::{AuthorityId, AuthoritySignature};
use souk_primitives::{
	reach::Promises, Asset, Basis, ListingId, ListingKind, ListingState, NodeRole, OffenceKind, PayoutSplit,
	Plan, PlanKind, Price,
};
use sp_keyring::Sr25519Keyring::{self, *};
use sp_runtime::{
	traits::Dispatchable,
	transaction_validity::{InvalidTransaction, TransactionSource, TransactionValidityError},
	Permill,
};

type Availability_ = pallet_availability::Call<Runtime>;
type Curation_ = pallet_curation::Call<Runtime>;
type Listings_ = pallet_listings::Call<Runtime>;

const CURATOR: Sr25519Keyring = Eve;
const NODE: Sr25519Keyring = Ferdie;
const LISTING: ListingId = 0;
const BOND: Balance = 100 * SOUK;
/// Blocks of a period.
const EVERY: BlockNumber = 20;

/// A chain of four validators with periods of so many blocks, and a node that keeps a table which is on sale, and has shown a piece of it.
fn market(every: BlockNumber, test: impl FnOnce()) {
	assigned(every, || {
		<Curation as Promises<AccountId>>::answered(LISTING, &NODE.to_account_id(), u32::MAX);
		test();
	});
}

/// The same with a node that has shown nothing yet.
fn assigned(every: BlockNumber, test: impl FnOnce()) {
	super::genesis(presets::TESTNET_4).execute_with(|| {
		let every = params::availability::Parameters::Every(params::availability::Every, Some(every));
		blocks::start();
		assert_ok!(Parameters::set_parameter(RuntimeOrigin::root(), RuntimeParameters::Availability(every)));
		let info = sequences::node_info(false, true);
		assert_ok!(submit(NODE, Curation_::register_node { info }));
		assert_ok!(submit(NODE, Availability_::set_health { url: url("http://8.8.8.8:9981/health") }));
		let price = Price { asset: Asset::WithId(WUSD), amount: ONE_WUSD };
		let calls: [RuntimeCall; 4] = [
			Listings_::create {
				name: b"weather".to_vec().try_into().expect("it is short"),
				kind: ListingKind::DataProduct,
				details: details(),
				plans: vec![Plan { kind: PlanKind::Subscription { period: 100 }, price }]
					.try_into()
					.expect("one fits"),
				payouts: PayoutSplit { workers: Permill::zero(), persistence: Permill::zero() },
			}
			.into(),
			Curation_::bond { listing: LISTING, amount: BOND }.into(),
			Curation_::assign {
				listing: LISTING,
				node: NODE.to_account_id(),
				role: NodeRole::Persistence,
				wrapped_key: vec![1].try_into().expect("it is short"),
			}
			.into(),
			Listings_::set_state { id: LISTING, to: ListingState::Active }.into(),
		];
		for call in calls {
			assert_ok!(call.dispatch(RuntimeOrigin::signed(CURATOR.to_account_id())));
		}
		test();
		assert_ok!(Availability::do_try_state());
		assert_ok!(Stakes::do_try_state());
		assert_ok!(Curation::do_try_state());
	});
}

fn url(text: &str) -> HealthUrl {
	text.as_bytes().to_vec().try_into().expect("it is short")
}

/// Goes on until a period runs that has the node on its list, and votes are taken.
fn until_listed() {
	while !Availability::availability(NODE.to_account_id()).is_some_and(|health| health.listed) {
		next_blocks(1);
	}
	next_blocks(1);
}

/// Goes on until that period has been judged.
fn until_judged() {
	let number = Availability::period().expect("one runs").number;
	while Availability::period().is_some_and(|period| period.number == number) {
		next_blocks(1);
	}
}

/// A validator's vote on the one node, signed with the key of its heartbeats.
fn vote_of(who: Sr25519Keyring, finding: Finding) -> Availability_ {
	let period = pallet_availability::Current::<Runtime>::get().expect("one runs");
	let key = AuthorityId::from(who.public());
	let set = pallet_availability::Voters::<Runtime>::get();
	let voter = set.iter().position(|voter| voter.key == key).expect("it is a validator");
	let findings = vec![finding].try_into().expect("one fits");
	let ballot = Ballot { period: period.number, voter: voter as u32, findings };
	let message = ballot.message(&System::block_hash(0).0, &period.digest);
	Availability_::vote { ballot, signature: AuthoritySignature::from(who.sign(&message)) }
}

/// Puts it into the running block, as it comes from the network.
fn send(vote: Availability_) -> Result<(), TransactionValidityError> {
	let call = RuntimeCall::Availability(vote);
	let transaction =
		<Runtime as CreateAuthorizedTransaction<Availability_>>::create_authorized_transaction(call);
	Executive::apply_extrinsic(transaction).map(|done| done.expect("what is authorized is counted"))
}

fn bond_of_node() -> Balance {
	Curation::node(NODE.to_account_id()).expect("it is registered").bond
}

#[test]
fn whom_three_of_four_validators_cannot_reach_is_fined_with_the_curator() {
	market(EVERY, || {
		until_listed();
		let before = bond_of_node();
		for who in [Alice, Bob, Charlie] {
			assert_ok!(send(vote_of(who, Finding::Unreachable)));
		}
		until_judged();
		let node = NODE.to_account_id();
		assert_eq!(bond_of_node(), before - before / 100, "one percent");
		assert_eq!(Curation::curator_bond(LISTING).active, BOND - BOND / 200, "half a percent");
		for history in [Stakes::node_history(node.clone()), Stakes::history(LISTING)] {
			let [offence] = &history[..] else { panic!("{history:?}") };
			assert_eq!((offence.kind, offence.node.as_ref()), (OffenceKind::Unreachable, Some(&node)));
			assert_eq!(offence.basis, Basis::Votes { against: 3, of: 4 });
		}
		let last = Availability::availability(node).expect("it is asked").last.expect("it was judged");
		assert_eq!((last.unreachable, last.voters, last.offence), (3, 4, true));
		// The second time costs twice as much of what is left.
		let left = bond_of_node();
		until_listed();
		for who in [Bob, Charlie, Dave] {
			assert_ok!(send(vote_of(who, Finding::Unreachable)));
		}
		until_judged();
		assert_eq!(bond_of_node(), left - left / 50);
	});
}

#[test]
fn a_node_that_has_not_agreed_is_not_fined_and_its_curator_is() {
	assigned(EVERY, || {
		until_listed();
		let before = bond_of_node();
		for who in [Alice, Bob, Charlie] {
			assert_ok!(send(vote_of(who, Finding::Unreachable)));
		}
		until_judged();
		assert_eq!(bond_of_node(), before);
		assert_eq!(Curation::curator_bond(LISTING).active, BOND - BOND / 200, "half a percent");
		let history = Stakes::history(LISTING);
		let [offence] = &history[..] else { panic!("{history:?}") };
		assert_eq!((offence.kind, offence.node.as_ref()), (OffenceKind::Unreachable, None));
		assert!(Stakes::node_history(NODE.to_account_id()).is_empty());
	});
}

#[test]
fn who_leaves_while_it_is_voted_on_is_fined_with_the_curator_all_the_same() {
	market(EVERY, || {
		until_listed();
		let before = bond_of_node();
		for who in [Alice, Bob, Charlie] {
			assert_ok!(send(vote_of(who, Finding::Unreachable)));
		}
		assert_ok!(submit(NODE, Curation_::resign { listing: LISTING, role: NodeRole::Persistence }));
		until_judged();
		assert_eq!(bond_of_node(), before - before / 100);
		assert_eq!(Curation::curator_bond(LISTING).active, BOND - BOND / 200);
		assert_eq!(pallet_availability::Left::<Runtime>::iter().count(), 0);
	});
}

#[test]
fn who_leaves_the_registry_is_asked_no_more_when_it_has_been_judged() {
	market(EVERY, || {
		until_listed();
		let node = NODE.to_account_id();
		for who in [Alice, Bob, Charlie] {
			assert_ok!(send(vote_of(who, Finding::Unreachable)));
		}
		let before = bond_of_node();
		assert_ok!(submit(NODE, Curation_::resign { listing: LISTING, role: NodeRole::Persistence }));
		assert_ok!(submit(NODE, Curation_::deregister_node {}));
		assert!(Availability::availability(node.clone()).is_some_and(|health| health.leaving));
		until_judged();
		assert_eq!(Availability::availability(node.clone()), None);
		let left = pallet_curation::NodeUnlocking::<Runtime>::get(&node).total();
		assert_eq!(left, before - before / 100, "out of what is unbonding");
		let deposit: RuntimeHoldReason = pallet_availability::HoldReason::Deposit.into();
		assert_eq!(Balances::balance_on_hold(&deposit, &node), 0);
	});
}

#[test]
fn an_unjust_minority_fines_nobody() {
	market(EVERY, || {
		let before = (bond_of_node(), BOND);
		for reached in [Finding::Reachable, Finding::NotProbed] {
			until_listed();
			for who in [Alice, Bob] {
				assert_ok!(send(vote_of(who, Finding::Unreachable)));
			}
			if reached == Finding::Reachable {
				assert_ok!(send(vote_of(Charlie, reached)));
				assert_ok!(send(vote_of(Dave, reached)));
			}
			until_judged();
			assert_eq!((bond_of_node(), Curation::curator_bond(LISTING).active), before);
			assert!(Stakes::history(LISTING).is_empty());
		}
	});
}

#[test]
fn downtime_that_was_announced_in_time_is_no_offence() {
	// A period longer than the notice, so that it has both in it.
	market(HOURS + 60, || {
		let away = pallet_stakes::Call::<Runtime>::announce_downtime {
			from: System::block_number() + HOURS,
			blocks: 5,
		};
		// The first period has no nodes.
		let shorter = |blocks| {
			let every = params::availability::Parameters::Every(params::availability::Every, Some(blocks));
			let parameter = RuntimeParameters::Availability(every);
			assert_ok!(Parameters::set_parameter(RuntimeOrigin::root(), parameter));
		};
		assert_ok!(submit(NODE, away));
		shorter(EVERY);
		next_blocks(EVERY - 2);
		shorter(HOURS + 60);
		until_listed();
		for who in [Alice, Bob, Charlie, Dave] {
			assert_ok!(send(vote_of(who, Finding::Unreachable)));
		}
		let before = bond_of_node();
		until_judged();
		assert_eq!(bond_of_node(), before);
		let last = Availability::availability(NODE.to_account_id()).expect("it is asked").last;
		assert!(last.is_some_and(|last| last.unreachable == 4 && !last.offence));
	});
}

#[test]
fn a_vote_costs_nothing_and_nobody_sends_one_twice_or_for_another() {
	market(EVERY, || {
		until_listed();
		let vote = vote_of(Alice, Finding::Reachable);
		let issued = pallet_balances::TotalIssuance::<Runtime>::get();
		assert_ok!(send(vote.clone()));
		assert_eq!(pallet_balances::TotalIssuance::<Runtime>::get(), issued);
		assert_eq!(send(vote), Err(InvalidTransaction::Stale.into()));
		let Availability_::vote { ballot, .. } = vote_of(Bob, Finding::Unreachable) else { unreachable!() };
		let forged = AuthoritySignature::from(Eve.sign(&ballot.encode()));
		assert_eq!(
			send(Availability_::vote { ballot, signature: forged }),
			Err(InvalidTransaction::BadProof.into())
		);
		// Nor does it come signed by an account, or in a batch.
		let call = RuntimeCall::Availability(vote_of(Bob, Finding::Unreachable));
		let signed = RuntimeOrigin::signed(Bob.to_account_id());
		assert!(call.clone().dispatch(signed.clone()).is_err());
		let batch = RuntimeCall::Utility(pallet_utility::Call::batch_all { calls: vec![call] });
		assert!(batch.authorize(TransactionSource::External).is_none());
		assert!(batch.dispatch(signed).is_err());
		assert_eq!(Availability::period().expect("it runs").voted, 1);
	});
}

#[test]
fn a_vote_weighs_little_and_what_authorizes_it_is_counted() {
	market(EVERY, || {
		until_listed();
		let call = RuntimeCall::Availability(vote_of(Alice, Finding::Reachable));
		let info = call.get_dispatch_info();
		assert!(call.weight_of_authorize().ref_time() > 0);
		let all = info.call_weight.saturating_add(call.weight_of_authorize());
		// All validators' votes fit into a quarter of a block.
		let most: u32 = <Runtime as pallet_availability::Config>::MaxVoters::get();
		let block = <Runtime as frame_system::Config>::BlockWeights::get().max_block;
		assert!(all.saturating_mul(most.into()).ref_time() < block.ref_time() / 4);
	});
}

#[test]
fn only_chains_of_one_machine_ask_private_addresses() {
	for (preset, allowed) in [("development", true), ("local_testnet", true), (presets::TESTNET_4, false)] {
		world(preset).execute_with(|| {
			assert_eq!(pallet_availability::AllowPrivate::<Runtime>::get(), allowed, "{preset}");
		});
	}
}

#[test]
fn periods_are_long_enough_to_vote_whatever_governance_sets() {
	market(1, || {
		let every = <Runtime as pallet_availability::Config>::Every::get();
		assert_eq!(every, SHORTEST_VOTING);
		assert!(every >= 20);
	});
	market(0, || assert_eq!(<Runtime as pallet_availability::Config>::Every::get(), 0));
}
