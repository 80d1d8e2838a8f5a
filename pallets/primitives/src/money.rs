//! Prices, plans and how a payment is divided: pure functions, no FRAME.

use crate::Balance;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_runtime::{helpers_128bit::multiply_by_rational_with_rounding, Permill, Rounding};

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
	/// Share of the assigned workers together, divided equally.
	pub workers: Permill,
	/// Share of the assigned persistence nodes together, divided equally.
	pub persistence: Permill,
}

impl PayoutSplit {
	/// The curator's share, or `None` where the others take more than the whole.
	pub fn curator(&self) -> Option<Permill> {
		let others = self.workers.deconstruct().checked_add(self.persistence.deconstruct())?;
		1_000_000u32.checked_sub(others).map(Permill::from_parts)
	}
}

/// A payment, divided. The parts sum to exactly what was divided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Division {
	/// To the treasury.
	pub fee: Balance,
	/// To the curator, with all that rounding left.
	pub curator: Balance,
	/// To each assigned worker.
	pub each_worker: Balance,
	/// To each assigned persistence node.
	pub each_persistence: Balance,
}

/// Divides `amount` by `split` among the curator and the given numbers of nodes, after the protocol `fee`.
///
/// A role without nodes leaves its share to the curator. Shares round down; the rest is the curator's, so that
/// `fee + curator + workers × each_worker + persistence × each_persistence == amount`.
pub fn divide(
	amount: Balance,
	fee: Permill,
	split: &PayoutSplit,
	workers: u32,
	persistence: u32,
) -> Division {
	let fee = fee.mul_floor(amount);
	let net = amount.saturating_sub(fee);
	let each = |share: Permill, of: u32| share.mul_floor(net).checked_div(Balance::from(of)).unwrap_or(0);
	let (each_worker, each_persistence) = match split.curator() {
		Some(_) => (each(split.workers, workers), each(split.persistence, persistence)),
		// An invalid split pays nobody but the curator rather than more than there is.
		None => (0, 0),
	};
	let spent = each_worker
		.saturating_mul(Balance::from(workers))
		.saturating_add(each_persistence.saturating_mul(Balance::from(persistence)));
	Division { fee, curator: net.saturating_sub(spent), each_worker, each_persistence }
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
