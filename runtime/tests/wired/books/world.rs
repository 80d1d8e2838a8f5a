//! Who trades, and what there is to trade: four listings of one curator, nodes that work for them, a pool of arbitrators, and delays that
//! are short enough for every sequence to come to the end of everything.

pub use crate::sequences::{asset, Who, PEOPLE, TREASURY};

use super::{acts::Deed, book::Book};
use crate::{
	asks, blocks,
	sequences::{node_info, open_treasury},
	snapshot::Snapshot,
	*,
};
use pallet_disputes::JURIES;
use pallet_stakes::Penalty;
use souk_primitives::{
	Asset, Commitments, ListingId, ListingKind, ListingState, NodeRole, OffenceKind, PayoutSplit, Plan,
	PlanKind, Price,
};
use sp_runtime::Permill;
use std::sync::OnceLock;

/// The first two are nodes, the third sells, the others buy.
pub const NODES: [Who; 2] = [0, 1];
pub const CURATOR: Who = 2;
pub const PAYERS: [Who; 3] = [3, 4, 5];
/// How many there are who do nothing but arbitrate: a case can fill all of its juries, if nobody has to be replaced.
pub const ARBITRATORS: usize = 26;
/// How many there are: [`PEOPLE`], the treasury, and arbitrators.
pub const ALL: usize = TREASURY + 1 + ARBITRATORS;

/// Percent of each payment for the treasury, of the rest for the workers, and for the persistence nodes.
pub const FEE: Balance = 7;
pub const WORKERS: Balance = 20;
pub const KEEPERS: Balance = 30;
/// Percent that a buyer gets back of what nobody ruled on.
pub const BUYER_SHARE: Balance = 40;
pub const UNBONDING: u32 = 15;
/// Blocks in which a deal can be rated.
pub const RATING: u32 = 20;
/// Blocks in which validators vote on nodes: as few as the runtime lets them be.
pub const VOTING: u32 = SHORTEST_VOTING;
/// Blocks that a tab is open at most, and waits for vouchers when it closes.
pub const LIFETIME: u32 = 30;
pub const CHALLENGE: u32 = 6;
pub const PERIOD: u32 = 12;
/// What is promised of snapshots.
pub const SCHEDULE: pallet_curation::Schedule =
	pallet_curation::Schedule { every: 20, tolerance: 5, retention: 6 };
/// Blocks in which an offence makes the next one dearer.
pub const WITHIN: u32 = 40;
pub const JUROR_FEE: Balance = 2 * SOUK;
pub const JUROR_STAKE: Balance = 20 * SOUK;
/// Blocks of an epoch: so few that a jury is drawn the first time that a case looks for one.
const EPOCH: u64 = 5;
/// Blocks of the phases of a case: to answer, to show evidence, to draw a jury, to commit to votes, to reveal them, and to appeal.
pub const RESPONSE: u32 = 8;
const EVIDENCE: u32 = 3;
const DRAWING: u32 = 12;
const COMMIT: u32 = 6;
const REVEAL: u32 = 6;
const APPEAL: u32 = 6;
/// For how long a case is open at most, and a bond stays that has left the pool: each jury is drawn twice, and 32 blocks more for turns.
pub const LONGEST_CASE: u32 =
	RESPONSE + EVIDENCE + JURIES.len() as u32 * (2 * (DRAWING + COMMIT) + REVEAL + APPEAL) + 32;
/// What a vote costs that is not the ruling.
pub const JUROR_FINE: Balance = 10 * SOUK;
/// What a node with both roles has bonded.
pub const NODE_BOND: Balance = 100 * SOUK;

/// What a listing is: whether it is data, whether it costs wUSD, what, and who works for it and who keeps it.
pub struct Traded {
	pub data: bool,
	pub wusd: bool,
	pub price: Balance,
	pub query: Balance,
	pub workers: &'static [Who],
	pub keepers: &'static [Who],
	/// Percent of the curator's income for who backs her; none where nobody can.
	pub share: Option<u32>,
}

pub const TRADED: [Traded; 4] = [
	Traded {
		data: true,
		wusd: true,
		price: 60 * ONE_WUSD + 1,
		query: ONE_WUSD / 10 + 3,
		workers: &[0, 1],
		keepers: &[0, 1],
		share: Some(25),
	},
	Traded {
		data: false,
		wusd: false,
		price: 1_009 * SOUK + 1,
		query: SOUK / 3,
		workers: &[],
		keepers: &[],
		share: Some(40),
	},
	Traded {
		data: false,
		wusd: true,
		price: 7 * ONE_WUSD + 5,
		query: 11,
		workers: &[],
		keepers: &[],
		share: None,
	},
	Traded {
		data: true,
		wusd: false,
		price: SOUK / 100 + 7,
		query: SOUK / 1_000,
		workers: &[1],
		keepers: &[1],
		share: Some(10),
	},
];

/// The table that is asked.
pub const ASKED: ListingId = 0;

/// What an offence costs: of the curator's bond and of the node's in thousandths, and of that for subscribers and reporter in hundredths.
pub fn cost_of(kind: OffenceKind) -> [Balance; 4] {
	match kind {
		OffenceKind::MissedChallenge => [10, 20, 50, 0],
		OffenceKind::MissedPeriod => [10, 0, 50, 0],
		OffenceKind::ConflictingSnapshots => [20, 100, 40, 10],
		OffenceKind::ContradictingAttestations => [30, 100, 30, 20],
		OffenceKind::LostDispute => [50, 0, 20, 0],
		OffenceKind::Unreachable => [10, 30, 40, 0],
		OffenceKind::BadChunk => panic!("nobody does that here"),
	}
}

pub fn account(who: Who) -> AccountId {
	let arbitrator = who.checked_sub(TREASURY + 1);
	arbitrator.map_or_else(|| sequences::account(who), |number| [100 + number as u8; 32].into())
}

/// Whose an account is.
pub fn who(account: &AccountId) -> Who {
	static ACCOUNTS: OnceLock<Vec<AccountId>> = OnceLock::new();
	let all = ACCOUNTS.get_or_init(|| (0..ALL).map(self::account).collect());
	all.iter().position(|one| one == account).expect("nobody else has a part in this")
}

pub fn is_wusd(asset: &Asset) -> bool {
	*asset == Asset::WithId(WUSD)
}

fn price(listing: ListingId, amount: Balance) -> Price {
	Price { asset: asset(TRADED[listing as usize].wusd), amount }
}

/// What a period and a piece of it cost, and what a query does.
pub fn price_of(listing: ListingId) -> Price {
	price(listing, TRADED[listing as usize].price)
}

pub fn price_of_query(listing: ListingId) -> Price {
	price(listing, TRADED[listing as usize].query)
}

/// What all workers of all listings make.
pub fn made() -> &'static Snapshot {
	static MADE: OnceLock<Snapshot> = OnceLock::new();
	MADE.get_or_init(Snapshot::honest)
}

pub fn commitments() -> Commitments {
	Commitments { columns_root: Some(asks::root()), rows: asks::ROWS as u64, ..made().commitments() }
}

fn parameters() -> Vec<RuntimeParameters> {
	use RuntimeParameters as P;
	let percent = |of: Balance| Permill::from_percent(of as u32);
	let market = {
		use params::market::*;
		[
			Parameters::ProtocolFee(ProtocolFee, Some(percent(FEE))),
			Parameters::LatePaymentGrace(LatePaymentGrace, Some(4)),
			Parameters::LatePaymentRetry(LatePaymentRetry, Some(2)),
			Parameters::UnbondingPeriod(UnbondingPeriod, Some(UNBONDING)),
			Parameters::RetainedAfter(RetainedAfter, Some(10)),
		]
		.map(P::Market)
	};
	let escrow = {
		use params::escrow::*;
		[
			Parameters::GoodsTimeout(GoodsTimeout, Some(12)),
			Parameters::ConfirmTimeout(ConfirmTimeout, Some(8)),
			Parameters::DisputeTimeout(DisputeTimeout, Some(9)),
			Parameters::DisputeBuyerShare(DisputeBuyerShare, Some(percent(BUYER_SHARE))),
			Parameters::KeepFor(KeepFor, Some(3)),
		]
		.map(P::Escrow)
	};
	let tabs = {
		use params::tabs::*;
		[Parameters::Challenge(Challenge, Some(CHALLENGE)), Parameters::Lifetime(Lifetime, Some(LIFETIME))]
			.map(P::Tabs)
	};
	let disputes = {
		use params::disputes::*;
		[
			Parameters::Unbonding(Unbonding, Some(20)),
			Parameters::ResponseTime(ResponseTime, Some(RESPONSE)),
			Parameters::EvidenceTime(EvidenceTime, Some(EVIDENCE)),
			Parameters::DrawTimeout(DrawTimeout, Some(DRAWING)),
			Parameters::CommitTime(CommitTime, Some(COMMIT)),
			Parameters::RevealTime(RevealTime, Some(REVEAL)),
			Parameters::AppealTime(AppealTime, Some(APPEAL)),
			Parameters::KeepFor(KeepFor, Some(6)),
		]
		.map(P::Disputes)
	};
	let offences = {
		use params::offences::*;
		let cost = |kind| {
			let [curator, node, subscribers, reporter] = cost_of(kind);
			let thousandths = |of: Balance| Permill::from_parts(of as u32 * 1_000);
			Penalty {
				curator: thousandths(curator),
				node: thousandths(node),
				repeated: Permill::one(),
				within: WITHIN,
				subscribers: percent(subscribers),
				reporter: percent(reporter),
			}
		};
		use OffenceKind as K;
		[
			Parameters::ReportWindow(ReportWindow, Some(UNBONDING - 1)),
			Parameters::ChallengeEvery(ChallengeEvery, Some(30)),
			Parameters::ChallengeWindow(ChallengeWindow, Some(12)),
			Parameters::MissedChallenge(MissedChallenge, Some(cost(K::MissedChallenge))),
			Parameters::MissedPeriod(MissedPeriod, Some(cost(K::MissedPeriod))),
			Parameters::ConflictingSnapshots(ConflictingSnapshots, Some(cost(K::ConflictingSnapshots))),
			Parameters::ContradictingAttestations(
				ContradictingAttestations,
				Some(cost(K::ContradictingAttestations)),
			),
			Parameters::LostDispute(LostDispute, Some(cost(K::LostDispute))),
			Parameters::Unreachable(Unreachable, Some(cost(K::Unreachable))),
		]
		.map(P::Offences)
	};
	let reputation = {
		use params::reputation::*;
		[
			Parameters::Window(Window, Some(RATING)),
			Parameters::Memory(Memory, Some(60)),
			Parameters::CredentialLife(CredentialLife, Some(60)),
		]
		.map(P::Reputation)
	};
	let others =
		[P::Availability(params::availability::Parameters::Every(params::availability::Every, Some(VOTING)))];
	[&market[..], &escrow, &tabs, &disputes, &offences, &reputation, &others].concat()
}

/// A market in its first block, before anybody has done anything, and the book of it.
pub fn open() -> Book {
	souk_runtime::pace::EpochBlocks::<Runtime>::put(EPOCH);
	souk_runtime::pace::ShortestPhase::<Runtime>::put(EVIDENCE);
	blocks::start();
	for parameter in parameters() {
		Parameters::set_parameter(RuntimeOrigin::root(), parameter).expect("root may");
	}
	for arbitrator in TREASURY + 1..ALL {
		let who = account(arbitrator).into();
		Balances::force_set_balance(RuntimeOrigin::root(), who, 1_000 * SOUK).expect("root may");
	}
	open_treasury();
	Book::open()
}

/// What a listing says of itself: of a table, groups of a few rows are hidden.
pub fn details_of(listing: ListingId) -> DetailsOf<Runtime> {
	let mut details = details();
	if TRADED[listing as usize].data {
		details.policy.aggregate_only = true;
		details.policy.min_group_size = asks::SIZE;
	}
	details
}

/// A period, a piece of it, and a query.
pub fn plans_of(listing: ListingId) -> Vec<Plan> {
	vec![
		Plan { kind: PlanKind::Subscription { period: PERIOD }, price: price_of(listing) },
		Plan { kind: PlanKind::OneTime, price: price_of(listing) },
		Plan { kind: PlanKind::PayPerQuery, price: price_of_query(listing) },
	]
}

/// The period of the first snapshots; there is an answer that was proved over that of the table.
pub fn first_period() -> u32 {
	static FIRST: OnceLock<u32> = OnceLock::new();
	*FIRST.get_or_init(|| {
		let period = blocks::minutes();
		asks::bundle_for(period).expect("all chains have the same first block");
		period
	})
}

/// How every sequence starts.
pub fn start() -> Vec<Deed> {
	type Curation_ = pallet_curation::Call<Runtime>;
	type Listings_ = pallet_listings::Call<Runtime>;
	let mut deeds: Vec<Deed> =
		NODES.map(|node| Deed::new(node, Curation_::register_node { info: node_info(true, true) })).to_vec();
	for (listing, traded) in (0u32..).zip(&TRADED) {
		let mut by_curator: Vec<RuntimeCall> = vec![Listings_::create {
			name: format!("listing-{listing}").into_bytes().try_into().expect("it is short"),
			kind: if traded.data { ListingKind::DataProduct } else { ListingKind::Service },
			details: details_of(listing),
			plans: plans_of(listing).try_into().expect("there are three"),
			payouts: PayoutSplit {
				workers: Permill::from_percent(WORKERS as u32),
				persistence: Permill::from_percent(KEEPERS as u32),
			},
		}
		.into()];
		if let Some(share) = traded.share {
			by_curator.push(Curation_::bond { listing, amount: 400 * SOUK }.into());
			let share = Permill::from_percent(share);
			by_curator.push(pallet_backing::Call::open_backing { listing, share, most: 1_000 * SOUK }.into());
		}
		if traded.data {
			// What is asked of the first snapshot can be answered for a while.
			by_curator.push(Curation_::set_schedule { listing, schedule: SCHEDULE }.into());
		}
		let roles = [(NodeRole::Worker, traded.workers), (NodeRole::Persistence, traded.keepers)];
		for (role, node) in
			roles.iter().flat_map(|(role, nodes)| nodes.iter().map(move |node| (*role, *node)))
		{
			let wrapped_key = vec![7; 80].try_into().expect("it is short");
			by_curator.push(Curation_::assign { listing, node: account(node), role, wrapped_key }.into());
		}
		by_curator.push(Listings_::set_state { id: listing, to: ListingState::Active }.into());
		deeds.extend(by_curator.into_iter().map(|call| Deed::new(CURATOR, call)));
		let period = first_period();
		let submit = || Curation_::submit_snapshot { listing, period, commitments: commitments() };
		deeds.extend(traded.workers.iter().map(|node| Deed::new(*node, submit())));
	}
	for arbitrator in TREASURY + 1..ALL {
		// Some of them have more chances than others.
		let bond = (100 + 50 * (arbitrator % 4) as Balance) * SOUK;
		deeds.push(Deed::new(
			arbitrator,
			pallet_disputes::Call::<Runtime>::join_pool { bond, key: [1 + arbitrator as u8; 32] },
		));
	}
	for (listing, backer, souk) in [(0, 3, 150), (0, 4, 50), (1, 4, 77), (1, 5, 200), (3, 5, 33)] {
		deeds.push(Deed::new(backer, pallet_backing::Call::<Runtime>::back { listing, amount: souk * SOUK }));
	}
	deeds
}
