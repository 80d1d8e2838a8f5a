//! What offences cost, as plain code: shares of bonds, and whose the money is.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use souk_primitives::Balance;
use sp_runtime::{traits::Saturating, Permill};

/// The most of what is taken that goes to subscribers and reporter together.
pub const MOST_SHARED: Permill = Permill::from_percent(90);

/// What one kind of offence costs.
#[derive(
	Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Penalty {
	/// Part of the curator's bond on the listing, what is on its way out included.
	pub curator: Permill,
	/// Part of the node's bond, what is on its way out included.
	pub node: Permill,
	/// What each earlier offence of the kind adds to these parts, as a part of them.
	pub repeated: Permill,
	/// How many blocks an earlier offence counts for that; never longer than it is remembered.
	pub within: u32,
	/// The most of what is taken that goes to those who pay for the listing.
	pub subscribers: Permill,
	/// Part of what is taken that goes to who proved it. Where both are more than all of it, the subscribers come first.
	pub reporter: Permill,
}

/// What is taken, by whose it is; in planck.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shares {
	/// The most that those who pay for the listing get together.
	pub subscribers: Balance,
	/// What who proved it gets.
	pub reporter: Balance,
	/// The rest, before what the others leave.
	pub treasury: Balance,
}

impl Penalty {
	/// The same, with no more than [`MOST_SHARED`] of what is taken for subscribers and reporter. Whoever answers for an offence may be both, by
	/// accounts that nobody knows: if all of it were theirs, a fine would take nothing. The subscribers come first, as in
	/// [`Self::divide`].
	pub fn sound(mut self) -> Self {
		self.subscribers = self.subscribers.min(MOST_SHARED);
		self.reporter = self.reporter.min(MOST_SHARED.saturating_sub(self.subscribers));
		self
	}

	/// The part of a bond that an offence costs after `earlier` others: `part`, and for each of them `repeated` of it more; never more
	/// than all.
	pub fn escalated(&self, part: Permill, earlier: u32) -> Permill {
		let more = u64::from(self.repeated.deconstruct()).saturating_mul(earlier.into());
		let factor = more.saturating_add(Permill::ACCURACY_U64);
		let parts = u64::from(part.deconstruct()).saturating_mul(factor).checked_div(Permill::ACCURACY_U64);
		Permill::from_parts(u32::try_from(parts.unwrap_or(0)).unwrap_or(u32::MAX))
	}

	/// What those who pay for a listing get at most of an offence for which its curator and a node answer, where they lose so much: no more than the one of
	/// them that loses less. Else it would subscribe, and have the other fined. Both answer where the curator's part is something.
	pub fn most_for_subscribers(&self, of_curator: Balance, of_node: Balance) -> Balance {
		match self.curator.is_zero() {
			true => Balance::MAX,
			false => of_curator.min(of_node),
		}
	}

	/// Divides `amount`. The shares are all of it.
	pub fn divide(&self, amount: Balance, reported: bool) -> Shares {
		let subscribers = self.subscribers.mul_floor(amount);
		let left = amount.saturating_sub(subscribers);
		let reporter = if reported { self.reporter.mul_floor(amount).min(left) } else { 0 };
		Shares { subscribers, reporter, treasury: left.saturating_sub(reporter) }
	}
}

/// [`Permill`]'s whole in 64 bits.
trait Whole {
	const ACCURACY_U64: u64;
}

impl Whole for Permill {
	const ACCURACY_U64: u64 = 1_000_000;
}

#[cfg(test)]
mod tests {
	use super::*;
	use proptest::prelude::*;

	fn penalty(parts: [u32; 5]) -> Penalty {
		let [curator, node, repeated, subscribers, reporter] = parts.map(Permill::from_parts);
		Penalty { curator, node, repeated, within: 10, subscribers, reporter }
	}

	#[test]
	fn each_earlier_offence_adds_as_much_again() {
		let penalty = penalty([10_000, 0, 1_000_000, 0, 0]);
		let costs =
			[0, 1, 2, 98, 99, 100, u32::MAX].map(|earlier| penalty.escalated(penalty.curator, earlier));
		let percent = [1, 2, 3, 99, 100, 100, 100].map(Permill::from_percent);
		assert_eq!(costs, percent);
	}

	#[test]
	fn where_nothing_is_added_each_costs_the_same() {
		let penalty = penalty([10_000, 0, 0, 0, 0]);
		assert_eq!(penalty.escalated(penalty.curator, 50), penalty.curator);
	}

	#[test]
	fn subscribers_come_first_then_the_reporter_then_the_treasury() {
		let half = penalty([0, 0, 0, 500_000, 200_000]);
		assert_eq!(half.divide(1_001, true), Shares { subscribers: 500, reporter: 200, treasury: 301 });
		assert_eq!(half.divide(1_001, false), Shares { subscribers: 500, reporter: 0, treasury: 501 });
		let most = penalty([0, 0, 0, 900_000, 200_000]);
		assert_eq!(most.divide(1_000, true), Shares { subscribers: 900, reporter: 100, treasury: 0 });
	}

	#[test]
	fn what_is_sound_stays_and_of_the_rest_the_reporter_gives_first() {
		for (set, is) in [
			((500_000, 200_000), (500_000, 200_000)),
			((900_000, 0), (900_000, 0)),
			((0, 1_000_000), (0, 900_000)),
			((700_000, 300_000), (700_000, 200_000)),
			((1_000_000, 1_000_000), (900_000, 0)),
		] {
			let of = |(subscribers, reporter)| penalty([10_000, 20_000, 0, subscribers, reporter]);
			assert_eq!(of(set).sound(), of(is), "{set:?}");
		}
	}

	proptest! {
		#[test]
		fn a_tenth_of_what_is_taken_is_nobodys_but_the_treasurys(
			parts in proptest::array::uniform5(0u32..=1_000_000), amount: Balance, reported: bool
		) {
			let shares = penalty(parts).sound().divide(amount, reported);
			prop_assert!(shares.treasury >= amount / 10);
		}

		#[test]
		fn nothing_is_lost_and_nothing_made(
			parts in proptest::array::uniform5(0u32..=1_000_000), amount: Balance, reported: bool
		) {
			let shares = penalty(parts).divide(amount, reported);
			let sum = shares.subscribers.checked_add(shares.reporter).and_then(|sum| sum.checked_add(shares.treasury));
			prop_assert_eq!(sum, Some(amount));
			prop_assert!(reported || shares.reporter == 0);
		}

		#[test]
		fn a_repeated_offence_costs_no_less_and_never_more_than_the_bond(
			parts in proptest::array::uniform5(0u32..=1_000_000), earlier: u32
		) {
			let penalty = penalty(parts);
			let (cost, next) = (
				penalty.escalated(penalty.node, earlier),
				penalty.escalated(penalty.node, earlier.saturating_add(1)),
			);
			prop_assert!(penalty.node <= cost && cost <= next && next <= Permill::one());
		}
	}
}
