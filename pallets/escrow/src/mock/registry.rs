//! Listings, nodes, snapshots and bonds, as tests say they are. What calls change of them is in the chain's storage: a call that
//! fails takes it back.

use super::*;
use frame_support::{
	storage::unhashed,
	traits::{fungible::Mutate, tokens::Preservation},
};
use souk_primitives::{
	reach, Basis, Commitments, ListingKind, ListingState, NodeRole, Offence, OffenceKind, PayoutSplit,
	Period, Plan, PlanIndex, PlanKind, QueryPolicy, SnapshotView, Term,
};
use std::{
	cell::RefCell,
	collections::{BTreeMap, BTreeSet},
};

/// Plans of the listings that tests sell.
pub const ONE_TIME: PlanIndex = 0;
pub const MONTHLY: PlanIndex = 1;
/// The period of the snapshots that tests sell.
pub const PERIOD: Period = 29_000_000;

/// What there is to know of a listing.
#[derive(Clone)]
struct Listed {
	owner: AccountId,
	kind: ListingKind,
	state: (ListingState, u32),
	plans: Vec<Plan>,
	split: PayoutSplit,
	/// Whether the curator's bond is below the minimum.
	bond_too_small: bool,
	/// `until` is [`u32::MAX`] for those at work.
	terms: Vec<(NodeRole, Term<AccountId>)>,
	/// Those at work who have not agreed to it.
	refused: BTreeSet<AccountId>,
	snapshots: BTreeMap<Period, Commitments>,
}

/// A curator's bond on a listing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, codec::Encode, codec::Decode)]
pub struct Bond {
	pub active: Balance,
	pub covered: Balance,
}

impl Bond {
	/// Takes up to `amount` that covers nothing.
	fn take_free(&mut self, amount: Balance) -> Balance {
		let taken = amount.min(self.active - self.covered);
		self.active -= taken;
		taken
	}
}

thread_local! {
	static LISTINGS: RefCell<BTreeMap<ListingId, Listed>> = const { RefCell::new(BTreeMap::new()) };
}

const BOND_RECORDS: &[u8] = b"bonds by listing";
const BEGAN: &[u8] = b"since when the last offence could be seen";
const PROVED: &[u8] = b"evidence of all offences";
const PERIODS: &[u8] = b"starts of periods that are not settled, and the next mark";

/// Forgets all listings; the chain's storage is new by itself.
pub fn reset() {
	LISTINGS.with_borrow_mut(BTreeMap::clear);
}

pub fn bonds() -> BTreeMap<ListingId, Bond> {
	unhashed::get(BOND_RECORDS).unwrap_or_default()
}

pub fn bond(listing: ListingId) -> Bond {
	bonds().get(&listing).copied().unwrap_or_default()
}

fn change_bond<R>(listing: ListingId, how: impl FnOnce(&mut Bond) -> R) -> R {
	let mut all = bonds();
	let result = how(all.entry(listing).or_default());
	unhashed::put(BOND_RECORDS, &all);
	result
}

/// What a listing's bond is from now on, besides what is set aside of it already.
pub fn set_bond(listing: ListingId, active: Balance) {
	change_bond(listing, |bond| bond.active = active);
}

fn periods() -> (BTreeMap<(ListingId, u32), u32>, u32) {
	unhashed::get(PERIODS).unwrap_or_default()
}

/// How many periods are paid for and not settled.
pub fn open_periods() -> usize {
	periods().0.len()
}

fn listed(listing: ListingId) -> Option<Listed> {
	LISTINGS.with_borrow(|listings| listings.get(&listing).cloned())
}

fn change<R>(listing: ListingId, how: impl FnOnce(&mut Listed) -> R) -> R {
	LISTINGS.with_borrow_mut(|listings| how(listings.get_mut(&listing).expect("the listing exists")))
}

/// A fifth for the workers, three tenths for the nodes.
pub fn payouts() -> PayoutSplit {
	PayoutSplit { workers: Permill::from_percent(20), persistence: Permill::from_percent(30) }
}

/// Lists something of [`CURATOR`], in the asset at the price, served by [`WORKERS`] and [`NODES`] from now on.
pub fn list(kind: ListingKind, asset: &Asset, amount: Balance) -> ListingId {
	let price = Price { asset: asset.clone(), amount };
	let plans = vec![
		Plan { kind: PlanKind::OneTime, price: price.clone() },
		Plan { kind: PlanKind::Subscription { period: 20 }, price },
	];
	let (since, until) = (now(), u32::MAX);
	let term = |role| move |node| (role, Term { node, since, until });
	let terms = WORKERS.into_iter().map(term(NodeRole::Worker));
	let terms = terms.chain(NODES.into_iter().map(term(NodeRole::Persistence))).collect();
	let record = Listed {
		owner: CURATOR,
		kind,
		state: (ListingState::Active, since),
		plans,
		split: payouts(),
		bond_too_small: false,
		terms,
		refused: BTreeSet::new(),
		snapshots: BTreeMap::new(),
	};
	LISTINGS.with_borrow_mut(|listings| {
		let listing = listings.len() as ListingId;
		listings.insert(listing, record);
		listing
	})
}

/// A node has not agreed to work for a listing.
pub fn refuse(listing: ListingId, node: AccountId) {
	change(listing, |record| record.refused.insert(node));
}

/// Says whether the curator's bond is below the minimum.
pub fn set_bond_too_small(listing: ListingId, is: bool) {
	change(listing, |record| record.bond_too_small = is);
}

/// Lists work.
pub fn list_service(asset: &Asset) -> ListingId {
	list(ListingKind::Service, asset, PRICE)
}

/// Lists a data product with one snapshot of period [`PERIOD`], and so much bond.
pub fn list_data(asset: &Asset, commitments: Commitments, bond: Balance) -> ListingId {
	let listing = list(ListingKind::DataProduct, asset, PRICE);
	add_snapshot(listing, PERIOD, commitments);
	set_bond(listing, bond);
	listing
}

pub fn add_snapshot(listing: ListingId, period: Period, commitments: Commitments) {
	change(listing, |record| record.snapshots.insert(period, commitments));
}

/// Removes a snapshot, as curation does with those that are not retained.
pub fn prune_snapshot(listing: ListingId, period: Period) {
	change(listing, |record| record.snapshots.remove(&period));
}

pub fn set_state(listing: ListingId, state: ListingState) {
	change(listing, |record| record.state = (state, now()));
}

pub fn set_price(listing: ListingId, amount: Balance) {
	change(listing, |record| record.plans[usize::from(ONE_TIME)].price.amount = amount);
}

pub fn set_split(listing: ListingId, workers: u32, persistence: u32) {
	let (workers, persistence) = (Permill::from_percent(workers), Permill::from_percent(persistence));
	change(listing, |record| record.split = PayoutSplit { workers, persistence });
}

/// The asset of a listing's prices.
pub fn asset_of(listing: ListingId) -> Asset {
	listed(listing).map_or(WUSD, |record| record.plans[usize::from(ONE_TIME)].price.asset.clone())
}

/// Says who serves a listing from this block on.
pub fn serve(listing: ListingId, workers: &[AccountId], nodes: &[AccountId]) {
	let (since, until) = (now(), u32::MAX);
	change(listing, |record| {
		for (role, serving) in [(NodeRole::Worker, workers), (NodeRole::Persistence, nodes)] {
			for (_, term) in record.terms.iter_mut().filter(|(of, term)| *of == role && term.until == until) {
				if !serving.contains(&term.node) {
					term.until = since;
				}
			}
			for &node in serving {
				let there = |(of, term): &(NodeRole, Term<AccountId>)| {
					*of == role && term.node == node && term.until == until
				};
				if !record.terms.iter().any(there) {
					record.terms.push((role, Term { node, since, until }));
				}
			}
		}
	});
}

/// Everything that the pallet asks other pallets for, but proofs.
pub struct Registry;

impl reach::Listings<AccountId> for Registry {
	fn owner(listing: ListingId) -> Option<AccountId> {
		listed(listing).map(|record| record.owner)
	}
	fn kind(listing: ListingId) -> Option<ListingKind> {
		listed(listing).map(|record| record.kind)
	}
	fn state(listing: ListingId) -> Option<(ListingState, u32)> {
		listed(listing).map(|record| record.state)
	}
	fn plan(listing: ListingId, index: PlanIndex) -> Option<Plan> {
		listed(listing)?.plans.get(usize::from(index)).cloned()
	}
	fn payouts(listing: ListingId) -> Option<PayoutSplit> {
		listed(listing).map(|record| record.split)
	}
	fn policy(_: ListingId) -> Option<QueryPolicy> {
		None
	}
	fn benchmark_listing(owner: &AccountId, plan: Plan) -> ListingId {
		let listing = list(ListingKind::Service, &plan.price.asset, plan.price.amount);
		change(listing, |record| record.owner = *owner);
		listing
	}
	fn benchmark_data_product(owner: &AccountId, plan: Plan) -> ListingId {
		let listing = list(ListingKind::DataProduct, &plan.price.asset, plan.price.amount);
		change(listing, |record| record.owner = *owner);
		listing
	}
}

impl reach::Curation<AccountId> for Registry {
	fn may_activate(listing: ListingId, kind: ListingKind) -> bool {
		kind != ListingKind::DataProduct || !listed(listing).is_some_and(|record| record.bond_too_small)
	}
	fn terms(listing: ListingId, role: NodeRole, from: u32, to: u32) -> Vec<Term<AccountId>> {
		let asked = |term: &Term<AccountId>| term.since < to && term.until > from;
		let terms = listed(listing).map(|record| record.terms).unwrap_or_default().into_iter();
		terms.filter(|(of, term)| *of == role && asked(term)).map(|(_, term)| term).collect()
	}
	fn period_begins(listing: ListingId, start: u32) -> u32 {
		assert!(start <= now(), "nothing begins later");
		let (mut periods, mark) = periods();
		periods.insert((listing, mark), start);
		unhashed::put(PERIODS, &(periods, mark + 1));
		mark
	}
	fn period_settled(listing: ListingId, mark: u32) {
		let (mut periods, next) = periods();
		assert!(periods.remove(&(listing, mark)).is_some(), "a period is settled once");
		unhashed::put(PERIODS, &(periods, next));
	}
	fn is_assigned(listing: ListingId, who: &AccountId) -> bool {
		let terms = listed(listing).map(|record| record.terms).unwrap_or_default();
		terms.iter().any(|(_, term)| term.node == *who && term.until == u32::MAX)
	}
	fn has_agreed(listing: ListingId, who: &AccountId) -> bool {
		<Self as reach::Curation<AccountId>>::is_assigned(listing, who)
			&& listed(listing).is_some_and(|record| !record.refused.contains(who))
	}
	fn first_final_at(listing: ListingId) -> Option<u32> {
		listed(listing).filter(|record| !record.snapshots.is_empty()).map(|_| 0)
	}
	fn snapshot(listing: ListingId, period: Period) -> Option<SnapshotView> {
		let commitments = listed(listing)?.snapshots.get(&period)?.clone();
		Some(SnapshotView { period, commitments, final_at: 0 })
	}
	fn newest(listing: ListingId) -> Option<SnapshotView> {
		let (period, commitments) = listed(listing)?.snapshots.pop_last()?;
		Some(SnapshotView { period, commitments, final_at: 0 })
	}
	fn cover(listing: ListingId, amount: Balance) -> bool {
		change_bond(listing, |bond| {
			let free = bond.active - bond.covered >= amount;
			if free {
				bond.covered += amount;
			}
			free
		})
	}
	fn uncover(listing: ListingId, amount: Balance) {
		change_bond(listing, |bond| bond.covered = bond.covered.saturating_sub(amount));
	}
	fn slash(listing: ListingId, amount: Balance, to: &AccountId) -> Balance {
		let taken = change_bond(listing, |bond| {
			let free = bond.take_free(amount);
			let set_aside = (amount - free).min(bond.active);
			bond.active -= set_aside;
			bond.covered = bond.covered.min(bond.active);
			free + set_aside
		});
		move_bond(taken, to)
	}
	fn benchmark_terms(listing: ListingId, _: u32) {
		serve(listing, &WORKERS, &NODES);
	}
	fn benchmark_sale(listing: ListingId, snapshot: SnapshotView, bond: Balance) {
		add_snapshot(listing, snapshot.period, snapshot.commitments);
		set_bond(listing, bond);
		<Balances as Mutate<_>>::mint_into(&BONDS, bond).expect("there is room for more money");
	}
}

/// An offence costs a part of the bond, once for its evidence; the treasury has it at once.
impl reach::Offences<AccountId> for Registry {
	fn commit(offence: Offence<AccountId>) -> Balance {
		assert_eq!((offence.kind, offence.node), (OffenceKind::BadChunk, None));
		let Basis::Proof { order } = offence.basis else { panic!("no proof: {offence:?}") };
		let listing = Escrow::order_details(order).map(|view| view.listing);
		assert_eq!(listing, Some(offence.listing));
		unhashed::put(BEGAN, &offence.began);
		let mut proved: BTreeSet<Digest> = unhashed::get(PROVED).unwrap_or_default();
		if !proved.insert(offence.evidence) {
			return 0;
		}
		unhashed::put(PROVED, &proved);
		let fine = |bond: &mut Bond| bond.take_free(Slash::get().mul_floor(bond.active));
		move_bond(change_bond(offence.listing, fine), &TREASURY)
	}
	fn against(_: ListingId) -> u32 {
		0
	}
	fn weight() -> Weight {
		Weight::zero()
	}
}

/// Since when the last offence could be seen.
pub fn began() -> Option<u32> {
	unhashed::get(BEGAN)
}

/// The registry's bonds are the money of an account.
fn move_bond(amount: Balance, to: &AccountId) -> Balance {
	if amount > 0 {
		let moved = <Balances as Mutate<_>>::transfer(&BONDS, to, amount, Preservation::Expendable);
		moved.expect("the bonds are there");
	}
	amount
}
