//! The book: who owns what, and what of it is on hold for what. It shares no code with the pallets. That something happened it reads from
//! events; what it costs whom it works out itself, from prices, shares and what it wrote down before.

mod availability;
mod backing;
mod disputes;
mod offences;
mod payments;
mod ratings;
mod tabs;

use super::{
	acts::{Deed, Note},
	world::*,
	*,
};
use availability::Votes;
use backing::Behind;
use disputes::Case;
use frame_support::traits::fungibles::{hold::Inspect as _, Inspect as _};
use offences::{period_of, Fine, Paid};
use payments::{Shared, Subscribed};
use ratings::Ratings;
use souk_primitives::{ListingId, ListingState, OrderId};
use tabs::Tab;

/// For what money is on hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
	/// A period of a listing.
	Payment(ListingId),
	Order(OrderId),
	Tab(u64),
	Bounty(u64),
	/// What a side has posted in a case.
	Fee(u64),
	/// An arbitrator's bond.
	Seat,
	Node,
	Curator(ListingId),
	Backing(ListingId),
	/// What offences took of these three and is not paid to anybody yet.
	OfNode,
	OfCurator(ListingId),
	OfBacking(ListingId),
	/// What a curator has earned for those who back her.
	Income(ListingId),
	Validator,
}

/// What the chain calls it.
const REASONS: [RuntimeHoldReason; 11] = [
	RuntimeHoldReason::Subscriptions(pallet_subscriptions::HoldReason::Payment),
	RuntimeHoldReason::Escrow(pallet_escrow::HoldReason::Order),
	RuntimeHoldReason::Tabs(pallet_tabs::HoldReason::Tab),
	RuntimeHoldReason::Asks(pallet_asks::HoldReason::Bounty),
	RuntimeHoldReason::Disputes(pallet_disputes::HoldReason::Fee),
	RuntimeHoldReason::Disputes(pallet_disputes::HoldReason::Bond),
	RuntimeHoldReason::Curation(pallet_curation::HoldReason::NodeBond),
	RuntimeHoldReason::Curation(pallet_curation::HoldReason::CuratorBond),
	RuntimeHoldReason::Backing(pallet_backing::HoldReason::Backing),
	RuntimeHoldReason::Backing(pallet_backing::HoldReason::Income),
	RuntimeHoldReason::Validators(pallet_validators::HoldReason::Bond),
];

/// Deposits for bytes. They change no owner; what they are is the chain's to say, and that all of them come back.
pub const DEPOSITS: [RuntimeHoldReason; 11] = [
	RuntimeHoldReason::Listings(pallet_listings::HoldReason::Deposit),
	RuntimeHoldReason::Subscriptions(pallet_subscriptions::HoldReason::Deposit),
	RuntimeHoldReason::Escrow(pallet_escrow::HoldReason::Deposit),
	RuntimeHoldReason::Tabs(pallet_tabs::HoldReason::Deposit),
	RuntimeHoldReason::Asks(pallet_asks::HoldReason::Deposit),
	RuntimeHoldReason::Disputes(pallet_disputes::HoldReason::Deposit),
	RuntimeHoldReason::Curation(pallet_curation::HoldReason::Deposit),
	RuntimeHoldReason::Backing(pallet_backing::HoldReason::Deposit),
	RuntimeHoldReason::Stakes(pallet_stakes::HoldReason::Deposit),
	RuntimeHoldReason::Availability(pallet_availability::HoldReason::Deposit),
	RuntimeHoldReason::Session(pallet_session::HoldReason::Keys),
];

impl Why {
	/// Its place in [`REASONS`].
	fn reason(self) -> usize {
		match self {
			Self::Payment(_) => 0,
			Self::Order(_) => 1,
			Self::Tab(_) => 2,
			Self::Bounty(_) => 3,
			Self::Fee(_) => 4,
			Self::Seat => 5,
			Self::Node | Self::OfNode => 6,
			Self::Curator(_) | Self::OfCurator(_) => 7,
			Self::Backing(_) | Self::OfBacking(_) => 8,
			Self::Income(_) => 9,
			Self::Validator => 10,
		}
	}
}

#[derive(Default)]
pub struct Book {
	now: u32,
	/// Free or on hold, in SOUK and in wUSD.
	wealth: BTreeMap<(bool, Who), Balance>,
	/// What of that is on hold for what.
	held: BTreeMap<(bool, Who, Why), Balance>,
	/// What others own who do nothing.
	rest: [Balance; 2],
	/// Who does what is read, and what only they know.
	actor: Option<Who>,
	vouchers: Vec<(pallet_tabs::TabId, u64, Balance)>,
	/// Listings that have ended, and since when; those that say something else than at first, and since when.
	ended: BTreeMap<ListingId, u32>,
	changed: BTreeMap<ListingId, u32>,
	subscriptions: BTreeMap<(Who, ListingId), Subscribed>,
	/// What of a period was moved, until it is known whose it was.
	moved: Vec<(ListingId, Option<Who>, Balance)>,
	orders: BTreeMap<OrderId, payments::Order>,
	/// Which percentage of an order goes back by a ruling that was told of.
	ruled: Option<(OrderId, Balance)>,
	shared: Option<Shared>,
	tabs: BTreeMap<u64, Tab>,
	/// What has to be paid out of a tab or for an ask next, to whom.
	due: BTreeMap<(Why, Who), Balance>,
	asks: BTreeMap<u64, tabs::Ask>,
	cases: BTreeMap<u64, Case>,
	/// Since when there is, or was at last, a case about a listing without a gap.
	case_since: BTreeMap<ListingId, u32>,
	/// Who has left the pool of arbitrators, and from which block on the bond is free.
	leaving: BTreeMap<Who, u32>,
	/// What the chain says that it has paid and taken in a case that ends.
	said: BTreeMap<(bool, Who), Balance>,
	/// The listing whose curator has lost a dispute, and the block in which that was opened, until it is held against her.
	lost: Option<(ListingId, u32)>,
	behind: BTreeMap<ListingId, Behind>,
	fines: BTreeMap<u64, Fine>,
	next_fine: u64,
	paid: Paid,
	history: BTreeMap<offences::Answers, Vec<(souk_primitives::OffenceKind, u32)>>,
	/// When nodes were asked for what they keep of a listing, and whether they had agreed by then; and when somebody announced a report last.
	asked: BTreeMap<(Who, ListingId), (u32, bool)>,
	/// Who has shown something of a listing, and answers for it from then on.
	agreed: std::collections::BTreeSet<(Who, ListingId)>,
	announced: BTreeMap<Who, u32>,
	/// When schedules were set.
	scheduled: BTreeMap<ListingId, u32>,
	/// The period of the submissions that are about to be reported.
	reported: Option<u32>,
	ratings: Ratings,
	votes: Votes,
}

impl Book {
	/// What there is before anybody has done anything.
	pub fn open() -> Self {
		let mut book = Self { now: System::block_number(), ..Self::default() };
		for wusd in [false, true] {
			let mut sum = 0;
			for who in 0..ALL {
				let all = owned(wusd, who);
				book.wealth.insert((wusd, who), all);
				sum += all;
			}
			book.rest[usize::from(wusd)] = AllAssets::total_issuance(asset(wusd)) - sum;
		}
		for who in 0..ALL {
			book.hold(who, false, Why::Validator, on_hold(false, &REASONS[10], who));
		}
		book
	}

	// --- money ---------------------------------------------------------------------------------

	/// Puts some of what somebody has on hold.
	fn hold(&mut self, who: Who, wusd: bool, why: Why, amount: Balance) {
		if amount > 0 {
			*self.held.entry((wusd, who, why)).or_default() += amount;
		}
	}

	/// Frees some of it.
	fn free(&mut self, who: Who, wusd: bool, why: Why, amount: Balance) {
		let held = self.holds(who, wusd, why);
		let left = held.checked_sub(amount);
		let left = left.unwrap_or_else(|| panic!("{amount} of {held} that {who} has for {why:?}"));
		self.held.insert((wusd, who, why), left);
		self.held.retain(|_, held| *held > 0);
	}

	fn holds(&self, who: Who, wusd: bool, why: Why) -> Balance {
		self.held.get(&(wusd, who, why)).copied().unwrap_or(0)
	}

	/// What was on hold for one thing is for another now.
	fn turn(&mut self, who: Who, from: Why, to: Why, amount: Balance) {
		self.free(who, false, from, amount);
		self.hold(who, false, to, amount);
	}

	/// What was on hold is somebody else's now.
	fn pay(&mut self, from: Who, wusd: bool, why: Why, to: Who, amount: Balance) {
		self.free(from, wusd, why, amount);
		self.transfer(wusd, from, to, amount);
	}

	fn transfer(&mut self, wusd: bool, from: Who, to: Who, amount: Balance) {
		*self.wealth.get_mut(&(wusd, from)).expect("everybody is there") -= amount;
		*self.wealth.get_mut(&(wusd, to)).expect("everybody is there") += amount;
	}

	/// What somebody can spend.
	pub fn can_spend(wusd: bool, who: Who) -> Balance {
		AllAssets::balance(asset(wusd), &account(who))
	}

	// --- what happens --------------------------------------------------------------------------

	/// Somebody is about to do something.
	pub fn begin(&mut self, deed: &Deed) {
		self.actor = Some(deed.who);
		if let RuntimeCall::Availability(pallet_availability::Call::vote { ballot, .. }) = &deed.call {
			self.expect_vote(ballot);
		}
		self.reported = match &deed.call {
			RuntimeCall::Stakes(pallet_stakes::Call::report_conflict { first, .. }) => period_of(first),
			_ => None,
		};
		if let Note::Vouchers(vouchers) = &deed.note {
			self.expect_vouchers(deed.who, vouchers);
		}
	}

	/// It was done, or was not.
	pub fn end(&mut self, deed: &Deed, done: bool) {
		match &deed.note {
			Note::Pays { to, wusd, amount } if done => self.transfer(*wusd, deed.who, *to, *amount),
			// A batch is always taken, whatever its vouchers are worth.
			Note::Vouchers(_)
				if matches!(deed.call, RuntimeCall::Tabs(pallet_tabs::Call::settle_voucher { .. })) =>
			{
				assert_eq!(
					done,
					!self.vouchers.is_empty(),
					"a voucher is settled where it is worth something: {deed:?}"
				);
			}
			_ => {}
		}
		self.read();
		assert!(
			self.vouchers.is_empty(),
			"vouchers that are worth something were not settled: {:?}",
			self.vouchers
		);
		self.actor = None;
	}

	/// A block has begun, or was ended.
	pub fn block(&mut self) {
		self.now = System::block_number();
		self.read();
	}

	fn read(&mut self) {
		for record in System::events() {
			match record.event {
				RuntimeEvent::Listings(pallet_listings::Event::StateChanged {
					listing,
					to: ListingState::Retired,
					..
				}) => {
					self.ended.insert(listing, self.now);
				}
				RuntimeEvent::Listings(pallet_listings::Event::Updated { listing, .. }) => {
					self.changed.insert(listing, self.now);
				}
				RuntimeEvent::Subscriptions(event) => self.note_subscription(event),
				RuntimeEvent::Escrow(event) => self.note_order(event),
				RuntimeEvent::Tabs(event) => self.note_tab(event),
				RuntimeEvent::Asks(event) => self.note_ask(event),
				RuntimeEvent::Disputes(event) => self.note_case(event),
				RuntimeEvent::Curation(event) => self.note_bond(event),
				RuntimeEvent::Stakes(event) => self.note_offence(event),
				RuntimeEvent::Backing(event) => self.note_backing(event),
				RuntimeEvent::Reputation(event) => self.note_rating(event),
				RuntimeEvent::Availability(event) => self.note_availability(event),
				RuntimeEvent::Validators(pallet_validators::Event::Slashed { .. }) => {
					panic!("validators do what they should")
				}
				_ => {}
			}
		}
		assert!(self.due.is_empty(), "not paid: {:?}", self.due);
		assert!(self.moved.is_empty(), "whose period was it: {:?}", self.moved);
		assert!(self.said.is_empty(), "of no case that has ended: {:?}", self.said);
		assert!(self.shared.is_none(), "of no payment: {:?}", self.shared);
		assert!(self.ruled.is_none(), "not executed: {:?}", self.ruled);
		assert!(self.lost.is_none(), "a lost dispute was for nothing: {:?}", self.lost);
		self.paid.assert_over();
		self.forget_backings();
	}

	/// Everything that the chain and the book both know is the same.
	pub fn compare(&mut self) {
		let mut sums = BTreeMap::<(bool, Who, usize), Balance>::new();
		for ((wusd, who, why), amount) in &self.held {
			*sums.entry((*wusd, *who, why.reason())).or_default() += amount;
		}
		for wusd in [false, true] {
			let mut sum = self.rest[usize::from(wusd)];
			for who in 0..ALL {
				let all = owned(wusd, who);
				assert_eq!(all, self.wealth[&(wusd, who)], "all of {who} in {:?}", asset(wusd));
				sum += all;
				for (place, held) in all_on_hold(wusd, who).into_iter().enumerate() {
					let should = sums.get(&(wusd, who, place)).copied().unwrap_or(0);
					assert_eq!(held, should, "{:?} of {who} in {:?}", REASONS[place], asset(wusd));
				}
			}
			assert_eq!(AllAssets::total_issuance(asset(wusd)), sum, "issuance of {:?}", asset(wusd));
		}
		for who in 0..ALL {
			let reason = RuntimeHoldReason::Reputation(pallet_reputation::HoldReason::Deposit);
			assert_eq!(on_hold(false, &reason, who), self.rating_deposits(who), "ratings of {who}");
		}
	}

	/// What was to happen by this block has happened.
	pub fn in_time(&self) {
		self.tabs_in_time();
		self.asks_in_time();
		let periods = self.subscriptions.values().filter(|one| one.held > 0);
		assert!(periods.into_iter().all(|one| one.began + PERIOD > self.now), "a period was not settled");
	}

	/// Nothing is on hold but bonds, and income that nobody has claimed.
	pub fn assert_wound_up(&self) {
		let bond = |why: &Why| matches!(why, Why::Node | Why::Curator(_) | Why::Validator);
		let left: Vec<_> = self.held.iter().filter(|((_, _, why), _)| !bond(why)).collect();
		assert!(left.is_empty(), "{left:?}");
	}
}

fn owned(wusd: bool, who: Who) -> Balance {
	let (asset, who) = (asset(wusd), account(who));
	AllAssets::balance(asset.clone(), &who) + AllAssets::total_balance_on_hold(asset, &who)
}

/// What is on hold for each of [`REASONS`].
fn all_on_hold(wusd: bool, who: Who) -> [Balance; REASONS.len()] {
	let mut all = [0; REASONS.len()];
	if wusd {
		if AllAssets::total_balance_on_hold(asset(true), &account(who)) > 0 {
			all = REASONS.map(|reason| on_hold(true, &reason, who));
		}
		return all;
	}
	for hold in pallet_balances::Holds::<Runtime>::get(account(who)) {
		match REASONS.iter().position(|reason| *reason == hold.id) {
			Some(place) => all[place] = hold.amount,
			None => assert!(
				DEPOSITS.contains(&hold.id) || matches!(hold.id, RuntimeHoldReason::Reputation(_)),
				"nobody knows of {:?}",
				hold.id
			),
		}
	}
	all
}

fn on_hold(wusd: bool, reason: &RuntimeHoldReason, who: Who) -> Balance {
	AllAssets::balance_on_hold(asset(wusd), reason, &account(who))
}

/// `part` of so many thousandths.
fn thousandths(amount: Balance, part: Balance) -> Balance {
	amount * part / 1_000
}

fn percent(amount: Balance, part: Balance) -> Balance {
	amount * part / 100
}
