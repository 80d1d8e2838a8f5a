//! What people do, and the calls by which they do it.

mod orders;
mod proofs;

pub use orders::{OrderAct, Part};
pub use proofs::{register_keys, ProofsAct};

use super::ledger::Ledger;
use crate::{blocks::minutes, sequences::*, *};
use pallet_escrow::OrderId;
use proptest::prelude::*;
use souk_primitives::{
	Commitments, Holder, ListingId, ListingKind, ListingState, NodeRole, PayoutSplit, Plan, PlanKind, Price,
};
use sp_runtime::Permill;

/// Who sells what the sequences start with.
pub const CURATOR: Who = 2;

/// Prices in thousandths of a unit. The highest ones can be paid three times by who spends nothing else.
const PRICES: [Balance; 3] = [7, 1_009, 300_000_000];
const PERIODS: [u32; 3] = [5, 9, 14];

/// A subscription: of whom, to what, and whether a commitment holds it. Who holds it pays for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
	pub who: Who,
	pub hidden: bool,
	pub listing: ListingId,
}

impl Key {
	fn commitment(self) -> Option<[u8; 32]> {
		self.hidden.then_some([self.who as u8; 32])
	}

	pub fn holder(self) -> Holder<AccountId> {
		self.commitment().map_or_else(|| Holder::Account(account(self.who)), Holder::Commitment)
	}
}

/// A thousandth of a unit, in the asset's smallest.
fn thousandth(wusd: bool) -> Balance {
	if wusd {
		ONE_WUSD / 1_000
	} else {
		MILLI_SOUK
	}
}

/// What a period of a listing costs, and all of it at once; its trial is as long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Offer {
	pub wusd: bool,
	pub amount: Balance,
	pub period: u32,
}

impl Offer {
	fn new(wusd: bool, price: usize, period: usize) -> Self {
		let amount = PRICES[price % PRICES.len()] * thousandth(wusd);
		Self { wusd, amount, period: PERIODS[period % PERIODS.len()] }
	}

	fn price(self, amount: Balance) -> Price {
		Price { asset: asset(self.wusd), amount }
	}

	fn plans(self) -> Vec<Plan> {
		let Self { period, amount, .. } = self;
		vec![
			Plan { kind: PlanKind::Subscription { period }, price: self.price(amount) },
			Plan { kind: PlanKind::Trial { period }, price: self.price(0) },
			Plan { kind: PlanKind::OneTime, price: self.price(amount) },
		]
	}
}

/// How what a buyer agrees to differs from the offer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seen {
	AsItIs,
	Cheaper,
	InAnotherAsset,
	Longer,
}

/// What is done with a subscription.
#[derive(Clone, Copy, Debug)]
pub enum Act {
	Cancel,
	SetAutoRenew(bool),
	Renew,
	Settle,
}

/// What somebody does.
#[derive(Clone, Debug)]
pub enum What {
	Create {
		name: u8,
		data: bool,
		offer: Offer,
	},
	Update {
		listing: ListingId,
		offer: Offer,
	},
	SetState {
		listing: ListingId,
		to: ListingState,
	},
	SetPayouts {
		listing: ListingId,
		workers: u32,
		persistence: u32,
	},
	Retire {
		listing: ListingId,
	},
	/// Through sudo.
	TakeDown {
		listing: ListingId,
	},
	/// Through sudo.
	SetFee {
		percent: u32,
	},
	Subscribe {
		key: Key,
		trial: bool,
		auto_renew: bool,
		seen: Seen,
	},
	Do {
		key: Key,
		act: Act,
	},
	ClearTrial {
		listing: ListingId,
		of: Who,
	},
	PlaceOrder {
		listing: ListingId,
		seen: Seen,
	},
	MakeOffer {
		listing: ListingId,
		to: Who,
		wusd: bool,
		parts: Vec<Part>,
	},
	OnOrder {
		order: OrderId,
		act: OrderAct,
	},
	/// The keys of all orders that wait for one; one of them is wrong where they are `spoiled`.
	DeliverAll {
		spoiled: bool,
	},
	OnProofs(ProofsAct),
	Register {
		worker: bool,
		persistence: bool,
	},
	UpdateNode {
		worker: bool,
		persistence: bool,
	},
	Deregister,
	WithdrawNodeBond,
	Bond {
		listing: ListingId,
		amount: Balance,
	},
	Unbond {
		listing: ListingId,
		amount: Balance,
	},
	WithdrawUnbonded {
		listing: ListingId,
	},
	Assign {
		listing: ListingId,
		node: Who,
		role: NodeRole,
	},
	Unassign {
		listing: ListingId,
		node: Who,
		role: NodeRole,
	},
	Resign {
		listing: ListingId,
		role: NodeRole,
	},
	SetSchedule {
		listing: ListingId,
		retention: u32,
	},
	Submit {
		listing: ListingId,
		minute: u32,
		says: u8,
	},
	Clear {
		listing: ListingId,
	},
	BondValidator {
		amount: Balance,
	},
	BondExtra {
		amount: Balance,
	},
	UnbondValidator {
		amount: Balance,
	},
	WithdrawValidator,
	Validate,
	Chill,
	/// What [`Deed::by_who_may`] makes a payment.
	Share {
		to: Who,
		wusd: bool,
		percent: u32,
	},
	Pay {
		to: Who,
		wusd: bool,
		amount: Balance,
	},
	/// All or nothing, or as far as it goes.
	Batch {
		all: bool,
		of: Vec<What>,
	},
}

/// Who does what.
#[derive(Clone, Debug)]
pub struct Deed {
	pub who: Who,
	pub what: What,
}

/// A step of a sequence.
#[derive(Clone, Debug)]
pub enum Step {
	Deed(Deed),
	/// Whoever may does it with one of the subscriptions that there are.
	Act(usize, Act),
	/// Mostly who may does it with one of the orders that there are; or, where the last is set, something else that is
	/// possible if this is not.
	OnOrder(usize, OrderAct, bool),
	Advance(u32),
}

pub fn step() -> impl Strategy<Value = Step> {
	prop_oneof![
		20 => (who(), what()).prop_map(|(who, what)| Step::Deed(Deed { who, what })),
		3 => (any::<usize>(), act()).prop_map(|(which, act)| Step::Act(which, act)),
		12 => (any::<usize>(), orders::order_act(), prop::bool::weighted(0.7))
			.prop_map(|(which, act, or_another)| Step::OnOrder(which, act, or_another)),
		6 => prop_oneof![1u32..4, 1u32..30].prop_map(Step::Advance),
	]
}

fn who() -> impl Strategy<Value = Who> {
	0..PEOPLE.len()
}

fn act() -> impl Strategy<Value = Act> {
	prop_oneof![
		3 => Just(Act::Cancel),
		2 => any::<bool>().prop_map(Act::SetAutoRenew),
		2 => Just(Act::Renew),
		2 => Just(Act::Settle),
	]
}

fn what() -> impl Strategy<Value = What> {
	let batch = (any::<bool>(), prop::collection::vec(single(), 2..4));
	prop_oneof![9 => single(), 1 => batch.prop_map(|(all, of)| What::Batch { all, of })]
}

fn single() -> impl Strategy<Value = What> {
	use What::*;
	let listing = || prop_oneof![3 => Just(0u32), 2 => Just(1), 3 => Just(2), 1 => 3u32..6];
	let role = || prop_oneof![Just(NodeRole::Worker), Just(NodeRole::Persistence)];
	let flag = any::<bool>;
	let often = || prop::bool::weighted(0.85);
	let offer =
		|| (flag(), 0usize..4, 0usize..3).prop_map(|(wusd, price, period)| Offer::new(wusd, price, period));
	let souk = || (0u128..300).prop_map(|souk| souk * SOUK);
	let state = prop_oneof![3 => Just(ListingState::Active), 1 => Just(ListingState::Paused)];
	let key =
		(0..PEOPLE.len(), flag(), listing()).prop_map(|(who, hidden, listing)| Key { who, hidden, listing });
	let seen = || {
		prop_oneof![
			12 => Just(Seen::AsItIs), 1 => Just(Seen::Cheaper), 1 => Just(Seen::InAnotherAsset), 1 => Just(Seen::Longer)
		]
	};
	let market = prop_oneof![
		2 => (0u8..3, flag(), offer()).prop_map(|(name, data, offer)| Create { name, data, offer }),
		2 => (listing(), offer()).prop_map(|(listing, offer)| Update { listing, offer }),
		4 => (listing(), state).prop_map(|(listing, to)| SetState { listing, to }),
		2 => (listing(), 0u32..60, 0u32..60)
			.prop_map(|(listing, workers, persistence)| SetPayouts { listing, workers, persistence }),
		1 => (0u32..8).prop_map(|listing| Retire { listing }),
		1 => (0u32..4).prop_map(|listing| TakeDown { listing }),
		1 => (0u32..30).prop_map(|percent| SetFee { percent }),
		22 => (key, prop::bool::weighted(0.15), often(), seen())
			.prop_map(|(key, trial, auto_renew, seen)| Subscribe { key, trial, auto_renew, seen }),
		22 => (listing(), seen()).prop_map(|(listing, seen)| PlaceOrder { listing, seen }),
		5 => (listing(), who(), orders::parts())
			.prop_map(|(listing, to, (wusd, parts))| MakeOffer { listing, to, wusd, parts }),
		6 => any::<bool>().prop_map(|spoiled| DeliverAll { spoiled }),
		1 => (listing(), who()).prop_map(|(listing, of)| ClearTrial { listing, of }),
		14 => (who(), flag(), prop_oneof![0u32..100, Just(100)]).prop_map(|(to, wusd, percent)| Share { to, wusd, percent }),
	];
	let curation = prop_oneof![
		2 => (often(), often()).prop_map(|(worker, persistence)| Register { worker, persistence }),
		1 => (often(), often()).prop_map(|(worker, persistence)| UpdateNode { worker, persistence }),
		1 => Just(Deregister),
		1 => Just(WithdrawNodeBond),
		2 => (listing(), souk()).prop_map(|(listing, amount)| Bond { listing, amount }),
		4 => (listing(), souk()).prop_map(|(listing, amount)| Unbond { listing, amount }),
		4 => listing().prop_map(|listing| WithdrawUnbonded { listing }),
		8 => (listing(), who(), role()).prop_map(|(listing, node, role)| Assign { listing, node, role }),
		5 => (listing(), who(), role()).prop_map(|(listing, node, role)| Unassign { listing, node, role }),
		3 => (listing(), role()).prop_map(|(listing, role)| Resign { listing, role }),
		2 => (listing(), 1u32..4).prop_map(|(listing, retention)| SetSchedule { listing, retention }),
		8 => (listing(), 0u32..8, 0u8..2).prop_map(|(listing, minute, says)| Submit { listing, minute, says }),
		1 => listing().prop_map(|listing| Clear { listing }),
	];
	let validators = prop_oneof![
		souk().prop_map(|amount| BondValidator { amount: amount * 5 }),
		souk().prop_map(|amount| BondExtra { amount }),
		souk().prop_map(|amount| UnbondValidator { amount: amount * 5 }),
		Just(WithdrawValidator),
		Just(Validate),
		Just(Chill),
	];
	let proofs = proofs::proofs_act().prop_map(OnProofs);
	prop_oneof![12 => market, 8 => curation, 1 => validators, 2 => proofs]
}

impl Deed {
	/// The same, mostly by somebody who may.
	pub fn by_who_may(mut self, ledger: &Ledger) -> Self {
		// Alice tries what others may.
		if self.who != 0 {
			self.who = self.what.who_may(ledger).unwrap_or(self.who);
		}
		if self.what.is_sudo() {
			self.who = 0;
		}
		if let What::Batch { of, .. } = &mut self.what {
			// Its call is made before the batch begins: it would not have the orders that are placed in it.
			let deliveries = |what: &What| matches!(what, What::DeliverAll { .. });
			of.retain(|what| !what.is_sudo() && !deliveries(what));
			for what in of {
				what.settle_who_and_what(self.who, ledger);
			}
		}
		self.what.settle_who_and_what(self.who, ledger);
		self
	}
}

impl What {
	/// Whether it is Alice's to do, as the one who is sudo.
	fn is_sudo(&self) -> bool {
		match self {
			Self::TakeDown { .. } | Self::SetFee { .. } => true,
			Self::OnProofs(act) => act.is_sudo(),
			_ => false,
		}
	}

	fn who_may(&self, ledger: &Ledger) -> Option<Who> {
		use What::*;
		match self {
			Update { listing, .. }
			| SetState { listing, .. }
			| SetPayouts { listing, .. }
			| Retire { listing }
			| Bond { listing, .. }
			| Unbond { listing, .. }
			| WithdrawUnbonded { listing }
			| Assign { listing, .. }
			| Unassign { listing, .. }
			| SetSchedule { listing, .. }
			| MakeOffer { listing, .. } => ledger.listing(*listing).map(|listing| listing.owner),
			Submit { listing, says, .. } => {
				ledger.one_at_work(*listing, NodeRole::Worker, usize::from(*says))
			}
			Resign { listing, role } => ledger.one_at_work(*listing, *role, 0),
			Batch { of, .. } => of.iter().find_map(|what| what.who_may(ledger)),
			_ => None,
		}
	}

	/// Who subscribes pays, who shares does so with what there is now, and mostly somebody leaves who is there.
	fn settle_who_and_what(&mut self, who: Who, ledger: &Ledger) {
		match self {
			Self::Subscribe { key, .. } => key.who = who,
			Self::Unassign { listing, node, role } if *node != 0 => {
				*node = ledger.one_at_work(*listing, *role, *node).unwrap_or(*node);
			}
			Self::OnProofs(act) => *act = act.or_for_the_other(ledger),
			Self::Share { to, wusd, percent } => {
				let amount = ledger.part_of(*wusd, who, *percent);
				*self = Self::Pay { to: *to, wusd: *wusd, amount };
			}
			_ => {}
		}
	}

	/// The call.
	pub fn call(&self, ledger: &Ledger) -> RuntimeCall {
		type Curation = pallet_curation::Call<Runtime>;
		type Listings = pallet_listings::Call<Runtime>;
		type Subscriptions = pallet_subscriptions::Call<Runtime>;
		type Validators = pallet_validators::Call<Runtime>;
		match self.clone() {
			Self::Create { name, data, offer } => Listings::create {
				name: format!("listing-{name}").into_bytes().try_into().expect("it is short"),
				kind: if data { ListingKind::DataProduct } else { ListingKind::Service },
				details: details(),
				plans: offer.plans().try_into().expect("there are three"),
				payouts: split(20, 30),
			}
			.into(),
			Self::Update { listing, offer } => {
				let plans = offer.plans().try_into().expect("there are three");
				Listings::update { id: listing, details: details(), plans }.into()
			}
			Self::SetState { listing, to } => Listings::set_state { id: listing, to }.into(),
			Self::SetPayouts { listing, workers, persistence } => {
				Listings::set_payouts { id: listing, payouts: split(workers, persistence) }.into()
			}
			Self::Retire { listing } => Listings::retire { id: listing }.into(),
			Self::TakeDown { listing } => {
				sudo(Listings::take_down { id: listing, reason_hash: [0; 32] }.into())
			}
			Self::SetFee { percent } => {
				let fee = Some(Permill::from_percent(percent));
				let fee = params::market::Parameters::ProtocolFee(params::market::ProtocolFee, fee);
				let key_value = RuntimeParameters::Market(fee);
				sudo(pallet_parameters::Call::<Runtime>::set_parameter { key_value }.into())
			}
			Self::Subscribe { key, trial, auto_renew, seen } => {
				let offer =
					ledger.listing(key.listing).map_or(Offer::new(true, 1, 1), |listing| listing.offer);
				let amount = if trial { 0 } else { offer.amount };
				Subscriptions::subscribe {
					listing: key.listing,
					plan: trial.into(),
					holder: key.commitment(),
					auto_renew,
					period: offer.period + u32::from(seen == Seen::Longer),
					max_price: Price {
						asset: asset(offer.wusd != (seen == Seen::InAnotherAsset)),
						amount: amount.saturating_sub((seen == Seen::Cheaper).into()),
					},
				}
				.into()
			}
			Self::Do { key, act } => {
				let (listing, holder) = (key.listing, key.commitment());
				match act {
					Act::Cancel => Subscriptions::cancel { listing, holder }.into(),
					Act::SetAutoRenew(enabled) => {
						Subscriptions::set_auto_renew { listing, holder, enabled }.into()
					}
					Act::Renew => Subscriptions::renew { listing, holder }.into(),
					Act::Settle => Subscriptions::settle { listing, holder: key.holder() }.into(),
				}
			}
			Self::ClearTrial { listing, of } => {
				Subscriptions::clear_trial { listing, holder: Holder::Account(account(of)) }.into()
			}
			Self::PlaceOrder { listing, seen } => orders::order(ledger, listing, seen),
			Self::MakeOffer { listing, to, wusd, parts } => orders::offer(listing, to, wusd, &parts),
			Self::OnOrder { order, act } => act.call(ledger, order),
			Self::DeliverAll { spoiled } => orders::delivery_of_all(ledger, spoiled),
			Self::OnProofs(act) => act.call(ledger),
			Self::Register { worker, persistence } => {
				Curation::register_node { info: node_info(worker, persistence) }.into()
			}
			Self::UpdateNode { worker, persistence } => {
				Curation::update_node { info: node_info(worker, persistence) }.into()
			}
			Self::Deregister => Curation::deregister_node {}.into(),
			Self::WithdrawNodeBond => Curation::withdraw_node_bond {}.into(),
			Self::Bond { listing, amount } => Curation::bond { listing, amount }.into(),
			Self::Unbond { listing, amount } => Curation::unbond { listing, amount }.into(),
			Self::WithdrawUnbonded { listing } => Curation::withdraw_unbonded { listing }.into(),
			Self::Assign { listing, node, role } => Curation::assign {
				listing,
				node: account(node),
				role,
				wrapped_key: vec![7; 80].try_into().expect("it is short"),
			}
			.into(),
			Self::Unassign { listing, node, role } => {
				Curation::unassign { listing, node: account(node), role }.into()
			}
			Self::Resign { listing, role } => Curation::resign { listing, role }.into(),
			Self::SetSchedule { listing, retention } => {
				let schedule = pallet_curation::Schedule { every: 20, tolerance: 2, retention };
				Curation::set_schedule { listing, schedule }.into()
			}
			Self::Submit { listing, minute, says } => Curation::submit_snapshot {
				listing,
				period: minutes() + minute - 3,
				commitments: commitments(says),
			}
			.into(),
			Self::Clear { listing } => Curation::clear_listing { listing }.into(),
			Self::BondValidator { amount } => Validators::bond { amount }.into(),
			Self::BondExtra { amount } => Validators::bond_extra { amount }.into(),
			Self::UnbondValidator { amount } => Validators::unbond { amount }.into(),
			Self::WithdrawValidator => Validators::withdraw_unbonded {}.into(),
			Self::Validate => Validators::validate {}.into(),
			Self::Chill => Validators::chill {}.into(),
			Self::Share { .. } => panic!("amounts are settled before"),
			Self::Pay { to, wusd, amount } => transfer(to, wusd, amount),
			Self::Batch { all, of } => {
				let calls = of.iter().map(|what| what.call(ledger)).collect();
				if all {
					pallet_utility::Call::<Runtime>::batch_all { calls }.into()
				} else {
					pallet_utility::Call::<Runtime>::batch { calls }.into()
				}
			}
		}
	}
}

fn sudo(call: RuntimeCall) -> RuntimeCall {
	pallet_sudo::Call::<Runtime>::sudo { call: Box::new(call) }.into()
}

fn split(workers: u32, persistence: u32) -> PayoutSplit {
	PayoutSplit { workers: Permill::from_percent(workers), persistence: Permill::from_percent(persistence) }
}

fn commitments(says: u8) -> Commitments {
	Commitments { schema_hash: [says; 32], ..orders::snapshot().commitments() }
}
