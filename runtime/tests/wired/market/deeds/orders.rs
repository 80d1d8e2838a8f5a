//! What people do with orders.

use super::*;
use crate::snapshot::{buyer_secret, coordinates, Prover, Snapshot, WRONG};
use pallet_escrow::{MilestoneTerms, OrderDetails, OrderId};
use souk_circuits::BuyerSecret;
use souk_primitives::Period;
use souk_proof_primitives::statements::StatementId;
use std::sync::OnceLock;

/// A part of an offer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
	pub amount: Balance,
	pub deliver_within: u32,
	pub confirm_within: u32,
}

/// What is done with an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OrderAct {
	Fund,
	/// With the right proof, or with one for another order.
	Deliver {
		right: bool,
	},
	MarkDelivered,
	Confirm,
	Cancel,
	Claim,
	/// A chunk that is bad, or one that is good.
	ProveBad {
		bad: bool,
	},
	Dispute,
	/// Through sudo.
	Resolve {
		percent: u32,
	},
	Forget,
}

pub fn order_act() -> impl Strategy<Value = OrderAct> {
	use OrderAct::*;
	let mostly = || prop::bool::weighted(0.8);
	prop_oneof![
		3 => Just(Fund),
		2 => mostly().prop_map(|right| Deliver { right }),
		4 => Just(MarkDelivered),
		3 => Just(Confirm),
		2 => Just(Cancel),
		1 => Just(Claim),
		4 => mostly().prop_map(|bad| ProveBad { bad }),
		6 => Just(Dispute),
		6 => (0u32..=100).prop_map(|percent| Resolve { percent }),
		3 => Just(Forget),
	]
}

/// Parts of an offer, and whether they cost wUSD.
pub fn parts() -> impl Strategy<Value = (bool, Vec<Part>)> {
	let part = (0..PRICES.len(), 1u32..6, 1u32..6);
	(any::<bool>(), prop::collection::vec(part, 1..4)).prop_map(|(wusd, parts)| {
		let part = |(price, deliver_within, confirm_within)| {
			let amount = PRICES[price] * thousandth(wusd);
			Part { amount, deliver_within, confirm_within }
		};
		(wusd, parts.into_iter().map(part).collect())
	})
}

impl OrderAct {
	/// One of each.
	const ALL: [Self; 8] = [
		Self::Fund,
		Self::Deliver { right: true },
		Self::MarkDelivered,
		Self::Dispute,
		Self::Resolve { percent: 30 },
		Self::ProveBad { bad: true },
		Self::Confirm,
		Self::Forget,
	];

	/// This one, or another that is possible where this one is not, from the `first` of all on.
	pub fn or_possible(self, ledger: &Ledger, order: OrderId, first: usize) -> Self {
		let rest = Self::ALL.iter().cycle().skip(first % Self::ALL.len()).take(Self::ALL.len());
		let possible = |act: &Self| {
			let who = act.who_may(ledger, order).unwrap_or(0);
			ledger.may_do(who, order, *act) == Some(true)
		};
		[self].iter().chain(rest).copied().find(possible).unwrap_or(self)
	}

	/// Who may do it with an order.
	pub fn who_may(self, ledger: &Ledger, order: OrderId) -> Option<Who> {
		let (buyer, seller) = ledger.sides(order)?;
		Some(match self {
			Self::Fund | Self::Confirm | Self::ProveBad { .. } | Self::Forget => buyer,
			Self::MarkDelivered => seller,
			// Either side; of a snapshot only the seller gives up, and only the buyer may disagree at first.
			Self::Cancel => [seller, buyer][usize::from(order.is_multiple_of(3))],
			Self::Dispute => [buyer, seller][usize::from(order.is_multiple_of(3))],
			Self::Resolve { .. } => 0,
			Self::Deliver { .. } | Self::Claim => return None,
		})
	}

	pub fn call(self, ledger: &Ledger, order: OrderId) -> RuntimeCall {
		type Escrow = pallet_escrow::Call<Runtime>;
		let milestone = ledger.current_part(order);
		match self {
			Self::Fund => Escrow::fund { order }.into(),
			Self::Deliver { right } => {
				Escrow::deliver { order, delivery: delivery(ledger, order, right) }.into()
			}
			Self::MarkDelivered => {
				Escrow::mark_delivered { order, milestone, evidence: Some([1; 32]) }.into()
			}
			Self::Confirm => Escrow::confirm { order, milestone }.into(),
			Self::Cancel => Escrow::cancel { order }.into(),
			Self::Claim => Escrow::claim_timeout { order }.into(),
			Self::ProveBad { bad } => {
				let listing = ledger.listing_of(order);
				let index = if bad { WRONG } else { 0 };
				let prover = Prover::Known(ledger.newest_era(StatementId::ChunkKey));
				let evidence = snapshot().evidence(prover, listing, order, index);
				Escrow::prove_bad_chunk { order, evidence }.into()
			}
			Self::Dispute => Escrow::dispute { order, evidence: [2; 32] }.into(),
			Self::Resolve { percent } => {
				let buyer_share = Permill::from_percent(percent);
				sudo(Escrow::resolve { order, buyer_share }.into())
			}
			Self::Forget => Escrow::forget { order }.into(),
		}
	}
}

/// The one snapshot of this market. All workers of all listings make it, and one of its chunks is bad.
pub fn snapshot() -> &'static Snapshot {
	static SNAPSHOT: OnceLock<Snapshot> = OnceLock::new();
	SNAPSHOT.get_or_init(Snapshot::corrupted)
}

/// The secret by which all buyers of this market read what they bought.
fn secret() -> BuyerSecret {
	buyer_secret(0)
}

fn delivery(ledger: &Ledger, order: OrderId, right: bool) -> pallet_escrow::KeyDelivery {
	let prover = Prover::Known(ledger.newest_era(StatementId::KeyDelivery));
	snapshot().delivery(prover, ledger.listing_of(order), order + u64::from(!right), &secret())
}

/// The keys of all orders that wait for one; the first is for another order where they are `spoiled`.
pub fn delivery_of_all(ledger: &Ledger, spoiled: bool) -> RuntimeCall {
	let one = |(at, order): (usize, OrderId)| (order, delivery(ledger, order, at > 0 || !spoiled));
	let deliveries: Vec<_> = ledger.awaiting().into_iter().enumerate().map(one).collect();
	let deliveries = deliveries.try_into().expect("so many fit into one call");
	pallet_escrow::Call::<Runtime>::deliver_batch { deliveries }.into()
}

pub fn order(ledger: &Ledger, listing: ListingId, seen: Seen) -> RuntimeCall {
	let one = ledger.listing(listing);
	let offer = one.map_or(Offer::new(true, 1, 1), |listing| listing.offer);
	let details = if one.is_some_and(|listing| listing.data) {
		let newest = Curation::newest_snapshot(listing).map_or(0, |snapshot| snapshot.period);
		// A buyer who saw something else did not see the newest snapshot.
		let period: Period = newest + u32::from(seen == Seen::Longer);
		OrderDetails::Data { period, buyer_key: coordinates(&secret().public()) }
	} else {
		OrderDetails::Goods { terms: None }
	};
	let max_price = Price {
		asset: asset(offer.wusd != (seen == Seen::InAnotherAsset)),
		amount: offer.amount - Balance::from(seen == Seen::Cheaper),
	};
	pallet_escrow::Call::<Runtime>::order { listing, plan: 2, max_price, details }.into()
}

pub fn offer(listing: ListingId, to: Who, wusd: bool, parts: &[Part]) -> RuntimeCall {
	let terms = |part: &Part| MilestoneTerms {
		amount: part.amount,
		deliver_within: part.deliver_within,
		confirm_within: part.confirm_within,
	};
	let milestones: Vec<_> = parts.iter().map(terms).collect();
	pallet_escrow::Call::<Runtime>::offer {
		listing,
		buyer: account(to),
		asset: asset(wusd),
		milestones: milestones.try_into().expect("there are few"),
		terms: Some([3; 32]),
	}
	.into()
}
