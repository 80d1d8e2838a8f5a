//! Curators who let themselves be fined: as their own subscribers, reporters and backers they get a part of it back.

use crate::{Milli, SOUK};
use pallet_stakes::Penalty;
use souk_primitives::OffenceKind;
use sp_arithmetic::{FixedPointNumber, FixedU128, Permill};

/// What an offence of each kind costs as the chain starts: thousandths of the curator's bond and of the node's, and hundredths of that for
/// subscribers and reporter. A test of the runtime compares them with its own.
pub const TABLE: [(OffenceKind, [u32; 4]); 7] = [
	(OffenceKind::Unreachable, [5, 10, 50, 0]),
	(OffenceKind::MissedChallenge, [10, 20, 50, 0]),
	(OffenceKind::MissedPeriod, [10, 0, 50, 0]),
	(OffenceKind::ConflictingSnapshots, [0, 500, 50, 20]),
	(OffenceKind::BadChunk, [100, 0, 50, 0]),
	(OffenceKind::ContradictingAttestations, [0, 100, 50, 20]),
	(OffenceKind::LostDispute, [50, 0, 0, 0]),
];
/// The most that backs a bond as the chain starts, in multiples of the bond; likewise.
pub const MOST_BACKING: FixedU128 = FixedU128::from_u32(1);
/// What a curator has at stake, of her own.
pub const BOND: Milli = 100 * SOUK;
/// What a node of hers has.
pub const NODE_BOND: Milli = 50 * SOUK;

/// A first offence's penalty, from a line of the [`TABLE`].
pub fn penalty([curator, node, subscribers, reporter]: [u32; 4]) -> Penalty {
	Penalty {
		curator: Permill::from_parts(curator * 1_000),
		node: Permill::from_parts(node * 1_000),
		repeated: Permill::one(),
		within: 0,
		subscribers: Permill::from_percent(subscribers),
		reporter: Permill::from_percent(reporter),
	}
}

/// What of a fine comes back to who pays it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hers {
	/// How much of what subscribers have paid was hers, in percent. What they get is no more than that; here they have paid enough.
	pub subscribers: u32,
	/// Whether she reports herself.
	pub reporter: bool,
	/// What others have put behind her bond.
	pub others: Milli,
	/// What she has put there, under another name.
	pub herself: Milli,
}

impl Hers {
	/// All that pays for the listing and proves offences, with nothing behind the bond.
	pub const ALL: Self = Self { subscribers: 100, reporter: true, others: 0, herself: 0 };
}

/// What a curator gains by an offence of her own and of a node of hers, where `hers` is that of what is divided.
pub fn self_slash(penalty: &Penalty, hers: Hers) -> Milli {
	let backing = hers.others + hers.herself;
	let asked = penalty.curator.mul_floor(unsigned(BOND + backing));
	// As `pallet_backing` takes it: bond and backing lose the same part, and what cannot be divided is the backers' to keep.
	let of_bond = signed(asked) * BOND / (BOND + backing);
	let of_backing = backing * of_bond / BOND;
	let of_node = signed(penalty.node.mul_floor(unsigned(NODE_BOND)));
	// Of what is taken of the backing, she bears her own part.
	let of_others = if backing == 0 { 0 } else { of_backing * hers.others / backing };
	let lost = of_bond + of_backing - of_others + of_node;

	let fine = unsigned(of_bond + of_backing + of_node);
	let shares = penalty.divide(fine, hers.reporter);
	let subscribers = match penalty.node.is_zero() {
		// No node answers.
		true => shares.subscribers,
		false => shares
			.subscribers
			.min(penalty.most_for_subscribers(unsigned(of_bond + of_backing), unsigned(of_node))),
	};
	let back = Permill::from_percent(hers.subscribers).mul_floor(subscribers);
	signed(back) + signed(shares.reporter) - lost
}

/// What a node gains that is hired by a curator, commits an offence for which both answer, and is all who pay for the listing: what they get together,
/// and what it loses.
pub fn hired(penalty: &Penalty) -> (Milli, Milli) {
	let of_curator = penalty.curator.mul_floor(unsigned(BOND));
	let of_node = penalty.node.mul_floor(unsigned(NODE_BOND));
	let shares = penalty.divide(of_curator + of_node, false);
	let back = shares.subscribers.min(penalty.most_for_subscribers(of_curator, of_node));
	(signed(back), signed(of_node))
}

/// The most that others may put behind her [`BOND`], where that much of a fine goes to subscribers and reporter; never more than `most` times
/// the bond.
pub fn most_of_others(penalty: &Penalty, most: FixedU128) -> Milli {
	let returned = penalty.subscribers.deconstruct() + penalty.reporter.deconstruct();
	let times = most.min(pallet_backing::without_gain(Permill::from_parts(returned)));
	signed(times.saturating_mul_int(unsigned(BOND)))
}

fn unsigned(amount: Milli) -> u128 {
	u128::try_from(amount).expect("nobody has less than nothing")
}

fn signed(amount: u128) -> Milli {
	Milli::try_from(amount).expect("there is not that much")
}

#[cfg(test)]
mod tests {
	use super::*;

	/// What governance may set, as it is in force; from tables that take nothing to such as take all and give it back.
	fn in_force() -> Vec<Penalty> {
		let mut tables = TABLE.map(|(_, numbers)| numbers).to_vec();
		for (curator, node) in [(0, 0), (1, 0), (0, 1_000), (10, 20), (500, 500), (1_000, 0), (1_000, 1_000)]
		{
			for (subscribers, reporter) in
				[(0, 0), (30, 20), (0, 100), (70, 20), (90, 10), (100, 0), (100, 100)]
			{
				tables.push([curator, node, subscribers, reporter]);
			}
		}
		tables.into_iter().map(|numbers| penalty(numbers).sound()).collect()
	}

	#[test]
	fn a_fine_takes_a_tenth_of_itself_of_who_is_all_that_gets_it_whatever_governance_sets() {
		for penalty in in_force() {
			let fine = signed(penalty.curator.mul_floor(unsigned(BOND)))
				+ signed(penalty.node.mul_floor(unsigned(NODE_BOND)));
			let gain = self_slash(&penalty, Hers::ALL);
			assert!(gain <= -(fine / 10), "{penalty:?}: {gain} of {fine}");
		}
	}

	#[test]
	fn a_node_gains_nothing_by_having_the_curator_fined_who_hired_it_whatever_governance_sets() {
		for penalty in in_force() {
			let (back, lost) = hired(&penalty);
			assert!(back <= lost, "{penalty:?}: {back} for {lost}");
		}
	}

	#[test]
	fn no_backing_that_the_chain_allows_makes_it_a_gain_whatever_governance_sets() {
		for penalty in in_force() {
			for most in [0, 1, 10, 1_000] {
				let most = most_of_others(&penalty, FixedU128::from_u32(most));
				for others in [0, 1, most / 3, most] {
					// Who backs herself leaves so much less room for others.
					for herself in [0, most - others.min(most)] {
						let others = others.min(most);
						for (subscribers, reporter) in [(100, true), (100, false), (40, true), (0, false)] {
							let hers = Hers { subscribers, reporter, others, herself };
							let gain = self_slash(&penalty, hers);
							assert!(gain <= 0, "{penalty:?}, {hers:?}: {gain}");
						}
					}
				}
			}
		}
	}

	#[test]
	fn without_the_rules_it_would_cost_nothing_and_with_backing_pay() {
		let all_back = penalty([100, 0, 80, 20]);
		assert_eq!(self_slash(&all_back, Hers::ALL), 0);
		let half_back = penalty([100, 0, 50, 0]);
		assert_eq!(self_slash(&half_back, Hers { others: BOND, ..Hers::ALL }), 0);
		assert!(self_slash(&half_back, Hers { others: 2 * BOND, ..Hers::ALL }) > 0);
	}

	#[test]
	fn who_backs_herself_loses_more() {
		for (kind, numbers) in TABLE {
			let penalty = penalty(numbers);
			let alone = self_slash(&penalty, Hers::ALL);
			let backed = self_slash(&penalty, Hers { herself: BOND, ..Hers::ALL });
			assert!(backed < alone || penalty.curator.is_zero(), "{kind:?}: {backed} and {alone}");
		}
	}
}
