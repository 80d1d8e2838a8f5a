//! Prices, plans and how a payment is divided: pure functions, no FRAME.

use crate::{Balance, NodeRole, Term};
use alloc::{collections::BTreeMap, vec::Vec};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_runtime::{helpers_128bit::multiply_by_rational_with_rounding, Permill, Rounding};

#[cfg(test)]
mod tests;

/// What a price is in: the native token or a registered asset.
pub type Asset = frame_support::traits::fungible::NativeOrWithId<u32>;

/// An amount of one asset, in its smallest unit.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Price {
	/// The asset.
	pub asset: Asset,
	/// How much, in the asset's smallest unit.
	pub amount: Balance,
}

/// How a plan is sold.
#[derive(
	Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub enum PlanKind {
	/// Access for a number of blocks, renewable.
	#[codec(index = 0)]
	Subscription {
		/// Length of one paid period, in blocks.
		period: u32,
	},
	/// Free access for a number of blocks, once per holder.
	#[codec(index = 1)]
	Trial {
		/// Length of the trial, in blocks.
		period: u32,
	},
	/// One delivery of the whole (bought through `escrow`).
	#[codec(index = 2)]
	OneTime,
	/// Paid query by query (bought through a tab).
	#[codec(index = 3)]
	PayPerQuery,
}

/// One way to buy a listing.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Plan {
	/// How it is sold.
	pub kind: PlanKind,
	/// Price of a period, of the whole, or of a query, by `kind`; zero for a trial.
	pub price: Price,
}

/// Who earns a payment, after the protocol fee. What the shares leave goes to the curator.
#[derive(
	Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct PayoutSplit {
	/// Share of the workers together, divided block by block among those at work.
	pub workers: Permill,
	/// Share of the persistence nodes together, divided likewise.
	pub persistence: Permill,
}

impl PayoutSplit {
	/// The curator's share, or `None` where the others take more than the whole.
	pub fn curator(&self) -> Option<Permill> {
		let others = self.workers.deconstruct().checked_add(self.persistence.deconstruct())?;
		1_000_000u32.checked_sub(others).map(Permill::from_parts)
	}
}

/// A payment, divided by role. The parts sum to exactly what was divided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Division {
	/// To the treasury.
	pub fee: Balance,
	/// To the curator, with all that rounding left.
	pub curator: Balance,
	/// To the workers together.
	pub workers: Balance,
	/// To the persistence nodes together.
	pub persistence: Balance,
}

/// Divides `amount` by `split`, after the protocol `fee`. Shares round down; the rest is the curator's.
pub fn divide(amount: Balance, fee: Permill, split: &PayoutSplit) -> Division {
	let fee = fee.mul_floor(amount);
	let net = amount.saturating_sub(fee);
	let (workers, persistence) = match split.curator() {
		Some(_) => (split.workers.mul_floor(net), split.persistence.mul_floor(net)),
		// An invalid split pays nobody but the curator rather than more than there is.
		None => (0, 0),
	};
	Division { fee, curator: net.saturating_sub(workers).saturating_sub(persistence), workers, persistence }
}

/// Divides a role's `part` of what the blocks from `from` up to, not including, `to` earned.
///
/// Each block is worth the same, and is divided equally among those at work in it: nothing that happens later changes what
/// it earned anybody. A node's share rounds down once for each number of nodes that it shared blocks with. The shares sum to
/// `part` at most; what they leave (rounding, and blocks with nobody at work) is the curator's.
pub fn divide_by_time<AccountId: Ord + Clone>(
	part: Balance,
	from: u32,
	to: u32,
	terms: &[Term<AccountId>],
) -> BTreeMap<AccountId, Balance> {
	let mut shares = BTreeMap::new();
	let blocks = to.saturating_sub(from);
	if blocks == 0 {
		return shares;
	}
	// Between two of these, nobody comes or goes.
	let changes = terms.iter().flat_map(|term| [term.since, term.until]);
	let mut bounds: Vec<u32> =
		changes.filter(|block| from < *block && *block < to).chain([from, to]).collect();
	bounds.sort_unstable();
	bounds.dedup();

	let mut served = BTreeMap::<(AccountId, u32), u32>::new();
	for (start, end) in bounds.iter().zip(bounds.iter().skip(1)) {
		let at_work = || terms.iter().filter(|term| term.since <= *start && *end <= term.until);
		let among = u32::try_from(at_work().count()).unwrap_or(u32::MAX);
		for term in at_work() {
			let sum = served.entry((term.node.clone(), among)).or_default();
			*sum = sum.saturating_add(end.saturating_sub(*start));
		}
	}
	for ((node, among), served) in served {
		let whole = Balance::from(blocks).saturating_mul(among.into());
		// Exact in 256 bits; at most `part`, so that `None` cannot happen.
		let share =
			multiply_by_rational_with_rounding(part, served.into(), whole, Rounding::Down).unwrap_or(0);
		let sum: &mut Balance = shares.entry(node).or_default();
		*sum = sum.saturating_add(share);
	}
	shares
}

/// A payment for what several did, and those who are paid of it without having to be at work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payment<AccountId> {
	/// How much is paid.
	pub amount: Balance,
	/// The protocol's share.
	pub fee: Permill,
	/// How the rest is divided.
	pub split: PayoutSplit,
	/// First block of those in which it was earned.
	pub from: u32,
	/// First block after them.
	pub to: u32,
	/// Gets the fee.
	pub treasury: AccountId,
	/// Gets what nobody else has earned.
	pub curator: AccountId,
}

impl<AccountId: Ord + Clone> Payment<AccountId> {
	/// Who gets how much: once each, also where somebody earns in several roles; the curator last, everybody else in the
	/// order of accounts. Nobody is listed for nothing. The amounts sum to exactly what is paid.
	///
	/// `terms` says who was at work in a role in the blocks from one up to, not including, another.
	pub fn shares(
		&self,
		terms: impl Fn(NodeRole, u32, u32) -> Vec<Term<AccountId>>,
	) -> Vec<(AccountId, Balance)> {
		let parts = divide(self.amount, self.fee, &self.split);
		let mut others = BTreeMap::from([(self.treasury.clone(), parts.fee)]);
		for (role, part) in [(NodeRole::Worker, parts.workers), (NodeRole::Persistence, parts.persistence)] {
			let at_work = terms(role, self.from, self.to);
			for (node, share) in divide_by_time(part, self.from, self.to, &at_work) {
				let sum = others.entry(node).or_default();
				*sum = sum.saturating_add(share);
			}
		}
		others.remove(&self.curator);
		let rest = others.values().fold(self.amount, |left: Balance, amount| left.saturating_sub(*amount));
		others.into_iter().chain([(self.curator.clone(), rest)]).filter(|(_, amount)| *amount > 0).collect()
	}
}

/// The part of `amount` for `part` blocks out of `whole`, rounded down; all of it where `part ≥ whole`.
pub fn pro_rata(amount: Balance, part: u32, whole: u32) -> Balance {
	if part >= whole {
		return amount;
	}
	// Exact in 256 bits; `part < whole` keeps the result below `amount`, so that `None` cannot happen.
	multiply_by_rational_with_rounding(amount, Balance::from(part), Balance::from(whole), Rounding::Down)
		.unwrap_or(0)
}
