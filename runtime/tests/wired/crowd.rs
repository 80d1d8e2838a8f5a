//! Ten thousand pay for a listing whose curator is slashed, and who then retires it: with the weights of this runtime, in whole blocks as a node
//! makes them. No block does too much for them, and everybody has what is theirs in the end.

use crate::*;
use codec::Encode;
use frame_support::{
	assert_ok,
	traits::{
		fungibles::{hold::Inspect as _, Inspect as _},
		Get,
	},
	weights::Weight,
};
use pallet_stakes::{announcement, Penalty};
use snapshot::Snapshot;
use souk_primitives::{
	reach::Bonds as _, turns::part_of_block, Asset, Bond, ListingId, ListingKind, ListingState, NodeRole,
	PayoutSplit, Plan, PlanKind, Price,
};
use souk_proof_primitives::submission::{SignedSubmission, Submission};
use sp_io::{hashing::blake2_256, TestExternalities};
use sp_keyring::Sr25519Keyring::{self, Charlie, Dave, Eve};
use sp_runtime::{
	traits::{Dispatchable, Header as _},
	Permill,
};

type Curation_ = pallet_curation::Call<Runtime>;
type Listings_ = pallet_listings::Call<Runtime>;
type Stakes_ = pallet_stakes::Call<Runtime>;

const CURATOR: Sr25519Keyring = Charlie;
/// Makes the snapshots.
const NODE: Sr25519Keyring = Dave;
const REPORTER: Sr25519Keyring = Eve;
const LISTING: ListingId = 0;
/// Neither divides without a rest.
const BOND: Balance = 4_000 * SOUK + 12_347;
const PRICE: Balance = 7 * ONE_WUSD + 5;
const MANY: u32 = 10_000;
/// What each of them has, in both assets.
const ENDOWMENT: [Balance; 2] = [SOUK, 10 * ONE_WUSD];
const ASSETS: [Asset; 2] = [Asset::Native, Asset::WithId(WUSD)];
/// The parts of a block that the hooks of the two pallets have before its transactions: a sixteenth, and a quarter.
const OF_STAKES: u32 = 16;
const OF_SUBSCRIPTIONS: u32 = 4;

/// What a block did by itself.
struct Passed {
	number: BlockNumber,
	/// How many got their part of a fine.
	compensated: u64,
	/// How many subscriptions ended.
	ended: u64,
}

/// Makes a block with `transactions` as a node does, and writes it into the state. Its hooks take no more of it than their parts, by what
/// they say and by what they did.
fn block(chain: &mut TestExternalities, transactions: impl FnOnce()) -> Passed {
	let passed = chain.execute_with(|| {
		let session = Session::current_index();
		let number = System::block_number() + 1;
		let (slot, digest) = blocks::claim(number);
		let parent = Hash::repeat_byte(1);
		Executive::initialize_block(&Header::new(number, Hash::zero(), Hash::zero(), parent, digest));
		let limits = RuntimeBlockWeights::get();
		let whole = limits.max_block;
		let (of_stakes, of_subscriptions) =
			(part_of_block(whole, OF_STAKES), part_of_block(whole, OF_SUBSCRIPTIONS));
		// The end of a session counts as a whole block.
		let beside = if Session::current_index() == session { Weight::zero() } else { whole };
		let taken = System::block_weight().total().saturating_sub(beside);
		let (hooks, most) = (taken.saturating_sub(limits.base_block), of_stakes + of_subscriptions);
		assert!(hooks.all_lte(most), "block {number}: {hooks:?} of {most:?} before its transactions");
		let (before, ended) = (compensated(), ended());
		assert!((pay_next() * before).all_lte(of_stakes), "block {number}: {before} paid at its start");
		assert!((turn() * ended).all_lte(of_subscriptions), "block {number}: {ended} ended");

		let time = pallet_timestamp::Call::<Runtime>::set { now: slot * SLOT_MILLIS };
		let time = UncheckedExtrinsic::new_bare(time.into());
		assert_ok!(Executive::apply_extrinsic(time).expect("it is valid"));
		transactions();
		let room = whole.saturating_sub(System::block_weight().total());
		Executive::finalize_block();
		let taken = System::block_weight().total().saturating_sub(beside);
		assert!(taken.all_lte(whole), "block {number}: {taken:?} of {whole:?}");
		let after = compensated() - before;
		assert!((pay_next() * after).all_lte(room), "block {number}: {after} paid in {room:?} at its end");
		Passed { number, compensated: before + after, ended }
	});
	// Else each block would look at all that was ever written.
	chain.commit_all().expect("no transaction is open");
	passed
}

/// How often something happened in the running block.
fn happened(what: impl Fn(&RuntimeEvent) -> bool) -> u64 {
	System::read_events_no_consensus().filter(|record| what(&record.event)).count() as u64
}

fn compensated() -> u64 {
	use pallet_stakes::Event::Compensated;
	happened(|event| matches!(event, RuntimeEvent::Stakes(Compensated { .. })))
}

fn ended() -> u64 {
	use pallet_subscriptions::Event::Ended;
	happened(|event| matches!(event, RuntimeEvent::Subscriptions(Ended { .. })))
}

/// What it weighs to look at a subscriber's claim.
fn count() -> Weight {
	<<Runtime as pallet_stakes::Config>::WeightInfo as pallet_stakes::WeightInfo>::count()
}

/// What it weighs to pay a subscriber's part of a fine.
fn pay_next() -> Weight {
	<<Runtime as pallet_stakes::Config>::WeightInfo as pallet_stakes::WeightInfo>::pay_next()
}

/// What it weighs to end a subscription.
fn turn() -> Weight {
	<<Runtime as pallet_subscriptions::Config>::WeightInfo as pallet_subscriptions::WeightInfo>::turn()
}

/// Those who subscribe, and one more who comes too late.
fn crowd() -> Vec<AccountId> {
	(0..=MANY).map(|number| blake2_256(&("crowd", number).encode()).into()).collect()
}

/// The `local` chain, on which the crowd has money.
fn chain_of(crowd: &[AccountId]) -> TestExternalities {
	let json = presets::get(&PresetId::from("local_testnet")).expect("a known preset");
	let mut genesis = config(&json);
	let [souk, wusd] = ENDOWMENT;
	genesis.balances.balances.extend(crowd.iter().map(|who| (who.clone(), souk)));
	genesis.assets.accounts.extend(crowd.iter().map(|who| (WUSD, who.clone(), wusd)));
	genesis.build_storage().expect("it builds").into()
}

fn dispatch(who: &AccountId, call: impl Into<RuntimeCall>) {
	assert_ok!(call.into().dispatch(RuntimeOrigin::signed(who.clone())));
}

/// Puts a table on sale that has one snapshot. A tenth of each payment is the treasury's. Who signs two snapshots of one period costs the
/// curator a tenth of her bond and the node half of its own: half of that is the subscribers', but no more than either of the two loses; a fifth the
/// reporter's.
fn open() {
	use params::{market, offences};
	let penalty = Penalty {
		curator: Permill::from_percent(10),
		node: Permill::from_percent(50),
		repeated: Permill::one(),
		within: DAYS,
		subscribers: Permill::from_percent(50),
		reporter: Permill::from_percent(20),
	};
	let fee = market::Parameters::ProtocolFee(market::ProtocolFee, Some(Permill::from_percent(10)));
	// Nobody makes the next snapshot.
	let rounds = offences::Parameters::ChallengeEvery(offences::ChallengeEvery, Some(0));
	let cost = offences::Parameters::ConflictingSnapshots(offences::ConflictingSnapshots, Some(penalty));
	for parameter in [
		RuntimeParameters::Market(fee),
		RuntimeParameters::Offences(rounds),
		RuntimeParameters::Offences(cost),
	] {
		assert_ok!(Parameters::set_parameter(RuntimeOrigin::root(), parameter));
	}

	let (curator, node) = (CURATOR.to_account_id(), NODE.to_account_id());
	dispatch(&node, Curation_::register_node { info: sequences::node_info(true, false) });
	let plan = Plan { kind: PlanKind::Subscription { period: period() }, price: price() };
	let create = Listings_::create {
		name: b"weather".to_vec().try_into().expect("it is short"),
		kind: ListingKind::DataProduct,
		details: details(),
		plans: vec![plan].try_into().expect("one fits"),
		payouts: PayoutSplit { workers: Permill::from_percent(20), persistence: Permill::zero() },
	};
	dispatch(&curator, create);
	dispatch(&curator, Curation_::bond { listing: LISTING, amount: BOND });
	let schedule = pallet_curation::Schedule { every: 20, tolerance: 2, retention: 2 };
	dispatch(&curator, Curation_::set_schedule { listing: LISTING, schedule });
	let assign = Curation_::assign {
		listing: LISTING,
		node: node.clone(),
		role: NodeRole::Worker,
		wrapped_key: vec![7; 80].try_into().expect("it is short"),
	};
	dispatch(&curator, assign);
	dispatch(&curator, Listings_::set_state { id: LISTING, to: ListingState::Active });
	let (period, commitments) = (blocks::minutes(), Snapshot::honest().commitments());
	dispatch(&node, Curation_::submit_snapshot { listing: LISTING, period, commitments });
}

fn price() -> Price {
	Price { asset: Asset::WithId(WUSD), amount: PRICE }
}

/// How many subscriptions may end in one block; as many begin in one.
fn queue() -> u32 {
	<Runtime as pallet_subscriptions::Config>::MaxDuePerBlock::get()
}

/// Twice as long as it takes until everybody has subscribed, so that they all still pay when the fine is divided.
fn period() -> BlockNumber {
	2 * MANY.div_ceil(queue())
}

fn subscribe(who: &AccountId) {
	let call = pallet_subscriptions::Call::<Runtime>::subscribe {
		listing: LISTING,
		plan: 0,
		holder: None,
		auto_renew: false,
		period: period(),
		max_price: price(),
	};
	dispatch(who, call);
}

/// Everybody subscribes. Returns the block in which each did.
fn join(chain: &mut TestExternalities, crowd: &[AccountId]) -> Vec<BlockNumber> {
	let mut since = Vec::new();
	for some in crowd.chunks(queue() as usize) {
		let Passed { number, .. } = block(chain, || some.iter().for_each(subscribe));
		since.extend(some.iter().map(|_| number));
	}
	since
}

/// What the node has signed: two snapshots of one period.
fn statements() -> [Vec<u8>; 2] {
	[1, 2].map(|says| {
		let submission = Submission {
			genesis: System::block_hash(0).0,
			listing: LISTING,
			period: blocks::minutes(),
			worker: NODE.to_account_id().into(),
			commitments: [says; 32],
		};
		let signature = NODE.sign(&submission.digest()).0;
		SignedSubmission { submission, signature }.encode()
	})
}

/// What somebody has of both assets, with what is held.
fn owned(who: &AccountId) -> [Balance; 2] {
	ASSETS.map(|asset| AllAssets::balance(asset.clone(), who) + AllAssets::total_balance_on_hold(asset, who))
}

fn issued() -> [Balance; 2] {
	ASSETS.map(AllAssets::total_issuance)
}

/// The node's statements are reported, while everybody pays; the last of the crowd subscribes when the report is announced, and has no part
/// of the fine. Returns the block of that.
fn slash(chain: &mut TestExternalities, crowd: &[AccountId]) -> BlockNumber {
	let (late, harmed) = crowd.split_last().expect("they are many");
	let (reporter, treasury) = (REPORTER.to_account_id(), Treasury::account_id());
	let [first, second] = chain.execute_with(statements);
	let hash = announcement(&reporter, &first, &second);
	let Passed { number: announced, .. } = block(chain, || {
		dispatch(&reporter, Stakes_::announce_report { hash });
		subscribe(late);
	});
	let (in_all, before, of_node) = chain.execute_with(|| {
		sequences::check();
		let of_node = Backing::bonded(&Bond::Node(NODE.to_account_id())) / 2;
		(issued(), [&reporter, &treasury].map(owned), of_node)
	});
	let taken = BOND / 10 + of_node;
	// Both answer: no more than the one loses that loses less.
	let each = (taken / 2).min(BOND / 10).min(of_node) / Balance::from(MANY);
	assert!(each > 0);

	let report = Stakes_::report_conflict {
		first: first.try_into().expect("it has that length"),
		second: second.try_into().expect("it has that length"),
	};
	// As many blocks at least, if they had room for nothing else.
	let all = (count() + pay_next()) * u64::from(MANY);
	let least = all.ref_time().div_ceil(RuntimeBlockWeights::get().max_block.ref_time());
	assert!(least > 1, "one block has room for all of them: there is no limit to test");
	let (mut blocks, mut paid) = (0, 0);
	let mut go_on = |chain: &mut TestExternalities, passed: Passed| {
		assert_eq!(passed.ended, 0, "somebody's subscription ended before the fine was divided");
		(blocks, paid) = (blocks + 1, paid + passed.compensated);
		assert!(blocks <= 2 * least, "{paid} of {MANY} are paid after {blocks} blocks");
		chain.execute_with(|| {
			if blocks == least / 2 {
				sequences::check();
			}
			pallet_stakes::Fines::<Runtime>::iter_keys().next().is_some()
		})
	};
	let mut passed = block(chain, || dispatch(&reporter, report));
	while go_on(chain, passed) {
		passed = block(chain, || ());
	}
	assert_eq!(paid, u64::from(MANY));
	assert!(blocks >= least, "{blocks} blocks, and {least} are needed");

	chain.execute_with(|| {
		let [souk, wusd] = ENDOWMENT;
		for who in harmed {
			assert_eq!(owned(who), [souk + each, wusd]);
		}
		assert_eq!(owned(late), ENDOWMENT);
		let reward = taken / 5;
		let rest = taken - reward - each * Balance::from(MANY);
		let gains = [(&reporter, reward), (&treasury, rest)];
		for ((who, gain), [souk, wusd]) in gains.into_iter().zip(before) {
			assert_eq!(owned(who), [souk + gain, wusd]);
		}
		assert_eq!(Curation::curator_bond(LISTING).active, BOND - BOND / 10);
		assert_eq!(issued(), in_all);
		sequences::check();
	});
	announced
}

/// The listing is retired while everybody's period runs: when their turn comes they have back what was not served, and their deposits.
fn retire(chain: &mut TestExternalities, crowd: &[AccountId], since: &[BlockNumber]) {
	let earners = [CURATOR.to_account_id(), NODE.to_account_id(), Treasury::account_id()];
	let earned = || earners.iter().map(|who| owned(who)[1]).sum::<Balance>();
	let (in_all, before, souk) = chain.execute_with(|| {
		let souk: Vec<Balance> = crowd.iter().map(|who| owned(who)[0]).collect();
		(issued(), earned(), souk)
	});
	let Passed { number: retired, .. } =
		block(chain, || dispatch(&CURATOR.to_account_id(), Listings_::retire { id: LISTING }));

	// From the block on in which all of them are due, each but the last ends as many, or one fewer for the queues themselves.
	let limit = part_of_block(RuntimeBlockWeights::get().max_block, OF_SUBSCRIPTIONS);
	let at_once = u32::try_from(limit.ref_time() / turn().ref_time()).expect("they are few");
	assert!(1 < at_once && at_once < MANY, "{at_once} in a block: there is no limit to test");
	let all = MANY + 1;
	let due = since.last().expect("they are many") + period();
	let last = due + all.div_ceil(at_once - 1);
	let mut ended = 0;
	while ended < u64::from(all) {
		let passed = block(chain, || ());
		ended += passed.ended;
		assert!(passed.number <= last, "{ended} of {all} have ended by block {last}");
	}

	chain.execute_with(|| {
		let mut paid = 0;
		for ((who, since), souk) in crowd.iter().zip(since).zip(souk) {
			let served = PRICE * Balance::from(retired - since) / Balance::from(period());
			assert!(0 < served && served < PRICE);
			assert_eq!(owned(who), [souk, ENDOWMENT[1] - served]);
			assert_eq!(AllAssets::total_balance_on_hold(Asset::WithId(WUSD), who), 0);
			// Whoever was served may rate it, for some days and for a deposit.
			let reason = RuntimeHoldReason::Reputation(pallet_reputation::HoldReason::Deposit);
			let rating = AllAssets::balance_on_hold(Asset::Native, &reason, who);
			assert_eq!(AllAssets::total_balance_on_hold(Asset::Native, who), rating);
			paid += served;
		}
		assert_eq!(earned() - before, paid);
		assert_eq!(pallet_subscriptions::Subscriptions::<Runtime>::iter_keys().count(), 0);
		assert_eq!(issued(), in_all);
		sequences::check();
	});
}

#[test]
fn ten_thousand_subscribers_have_their_part_and_their_money_back_and_no_block_does_too_much() {
	let crowd = crowd();
	let mut chain = chain_of(&crowd);
	block(&mut chain, open);
	let mut since = join(&mut chain, &crowd[..MANY as usize]);
	since.push(slash(&mut chain, &crowd));
	retire(&mut chain, &crowd, &since);
}
